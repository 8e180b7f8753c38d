//! Hostile input for every convention and for the template engine, and what must hold whatever comes.
//!
//! Bytes are a script of messages ([`script`]) that goes through a whole [`crate::Decoder`] with small limits ([`world`]): each message is
//! said, time passes, all is announced again in the opposite order, and every point is written. [`seeds`] has good scripts to begin
//! with and [`mutate`] makes bad ones of them. Two programs use it: the targets of `cargo fuzz`, which are led by coverage and
//! need libFuzzer, and `cargo xtask fuzz`, which needs nothing.
//!
//! *To add a target*: a line in [`TARGETS`], a file of the same name under `seeds/` and one under `fuzz/fuzz_targets/`.
#![allow(clippy::panic, clippy::missing_panics_doc)] // a broken promise is a panic, which is what a fuzzer looks for

mod census;
mod mutate;
mod script;
mod seeds;
mod template;
#[cfg(test)]
mod tests;
mod world;

pub use census::{Row, census};
#[cfg(test)]
pub(crate) use census::{shelly, templates::ACCEPTED};
pub use mutate::Mutator;
pub use script::readable;
pub use seeds::{corpora, seeds};

/// Every target: the conventions, a person's rules, and the template engine.
pub const TARGETS: [&str; 18] = [
    "homeassistant",
    "zigbee2mqtt",
    "tasmota",
    "shelly",
    "esphome",
    "homie",
    "owntracks",
    "teslamate",
    "wearable",
    "frigate",
    "sparkplug",
    "opcua",
    "mtconnect",
    "uns",
    "gateways",
    "plain",
    "taught",
    "template",
];

/// What one input led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Messages that were decoded.
    pub messages: usize,
    /// Devices that were told.
    pub devices: usize,
    /// Points that were told.
    pub points: usize,
    /// Values that arrived.
    pub readings: usize,
    /// Commands that were encoded.
    pub commands: usize,
    /// Inputs that were called wrong.
    pub diagnoses: usize,
}

/// Runs one input; panics where a promise is broken.
pub fn run(target: &str, data: &[u8]) -> Outcome {
    if target == "template" {
        template::run(data)
    } else {
        world::run(&script::steps(data, seeds::topics(target)))
    }
}
