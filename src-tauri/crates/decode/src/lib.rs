//! MQTT messages in, events out.
//!
//! A [`Decoder`] belongs to one broker. It asks each [`Convention`] in turn who claims a topic, remembers the answer as a
//! route (one hash look-up a message from then on), and hands the message over. Conventions describe devices and points
//! and emit samples through [`Context`]; what several of them say of one device is merged into one; the way back is [`Decoder::command`].
//!
//! *Invariants.* No I/O, no clock (time comes in with each call), no panic on any input, bounded memory ([`Limits`]).
//! Bad input becomes a counted [`Diagnosis`]; it never stops what is good.
//!
//! *To add a convention*: a module under `conventions/`, implementing [`Convention`], and one line in
//! [`conventions::all`].

mod announced;
mod asked;
#[cfg(test)]
mod clock_tests;
mod color;
mod context;
mod convention;
pub mod conventions;
mod decoder;
mod diagnosis;
mod event;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod merge;
mod message;
mod naming;
mod payload;
mod route;
mod routes;
mod scale;
mod shape;
mod template;
#[cfg(test)]
mod transcript;
mod units;

pub use context::Context;
pub use convention::{Claim, CommandError, Convention};
pub use conventions::taught::{
    Preview, PreviewPoint, RuleError, check as check_rule, preview as preview_rule,
};
pub use decoder::{Decoder, Limits, Options, matches};
pub use diagnosis::{Diagnosis, DiagnosisKind};
pub use event::{DeviceIx, Event, PointIx, Reading};
pub use merge::Ties;
pub use message::{Message, Publish};

/// A Sparkplug payload as JSON, for people; none where the bytes are no such payload.
pub fn describe_payload(payload: &[u8]) -> Option<serde_json::Value> {
    conventions::sparkplug::describe(payload)
}
