//! Unified namespace: ISA-95 paths with JSON or bare values.

use hearthline_model::{Micros, Value};

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};

/// The convention; see the module.
pub struct Uns;

impl Uns {
    /// Knows nothing yet.
    pub fn new(_options: &Options) -> Self {
        Self
    }
}

impl Convention for Uns {
    fn name(&self) -> &'static str {
        "uns"
    }

    fn claim(&mut self, _message: &Message<'_>) -> Claim {
        Claim::No
    }

    fn message(&mut self, _token: u32, _message: &Message<'_>, _context: &mut Context<'_>) {}

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::Unknown)
    }
}
