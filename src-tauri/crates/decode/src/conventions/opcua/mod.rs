//! OPC UA PubSub in JSON (OPC 10000-14).

use hearthline_model::{Micros, Value};

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};

/// The convention; see the module.
pub struct OpcUa;

impl OpcUa {
    /// Knows nothing yet.
    pub fn new(_options: &Options) -> Self {
        Self
    }
}

impl Convention for OpcUa {
    fn name(&self) -> &'static str {
        "opcua"
    }

    fn claim(&mut self, _message: &Message<'_>) -> Claim {
        Claim::No
    }

    fn message(&mut self, _token: u32, _message: &Message<'_>, _context: &mut Context<'_>) {}

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::Unknown)
    }
}
