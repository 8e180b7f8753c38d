//! Sparkplug.

use hearthline_model::{Micros, Value};

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};

/// The convention; see the module.
pub struct Sparkplug {}

impl Sparkplug {
    /// Knows nothing yet.
    pub fn new(_options: &Options) -> Self {
        Self {}
    }
}

impl Convention for Sparkplug {
    fn name(&self) -> &'static str {
        "sparkplug"
    }

    fn claim(&mut self, _message: &Message<'_>) -> Claim {
        Claim::No
    }

    fn message(&mut self, _token: u32, _message: &Message<'_>, _context: &mut Context<'_>) {}

    fn command(
        &mut self,
        _point: PointIx,
        _value: &Value,
        _now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::Unknown)
    }
}
pub(crate) fn describe(_p: &[u8]) -> Option<serde_json::Value> {
    None
}
