//! Zigbee2MQTT as it speaks itself: `<base>/bridge/…` and `<base>/<friendly name>`.

use hearthline_model::{Micros, Value};

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};

/// The convention; see the module.
pub struct Zigbee2Mqtt;

impl Zigbee2Mqtt {
    /// Knows nothing yet.
    pub fn new(_options: &Options) -> Self {
        Self
    }
}

impl Convention for Zigbee2Mqtt {
    fn name(&self) -> &'static str {
        "zigbee2mqtt"
    }

    fn claim(&mut self, _message: &Message<'_>) -> Claim {
        Claim::No
    }

    fn message(&mut self, _token: u32, _message: &Message<'_>, _context: &mut Context<'_>) {}

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::Unknown)
    }
}
