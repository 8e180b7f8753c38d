//! The embedded broker and a simulated home and plant.
//!
//! Everything here stands outside of the app: it speaks MQTT and the real conventions and knows no other crate of ours, so that what
//! works with the demo works with real devices.

mod broker;
mod error;

pub use broker::{BrokerOptions, EmbeddedBroker};
pub use error::Error;
