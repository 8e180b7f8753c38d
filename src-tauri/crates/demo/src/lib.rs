//! The embedded broker and a simulated home and plant.
//!
//! Everything here stands outside of the app: it speaks MQTT and the real conventions and knows no other crate of ours, so that what
//! works with the demo works with real devices.
//!
//! * [`EmbeddedBroker`]: an MQTT 3.1.1 and 5 broker in this process, whose retained messages survive a restart.
//! * [`run`]: a home of some forty devices that speak ten conventions, and a plant with two lines on Sparkplug B and its utilities in a
//!   Unified Namespace, over real MQTT connections.
//!
//! The simulation itself ([`World`]) is a pure function of its seed, the steps it is given and the commands it receives: no clock, no I/O.

#![allow(clippy::similar_names)] // a link is a connection and a line makes bottles: both words are right

mod broker;
mod error;
mod home;
mod keeper;
mod outbox;
mod plant;
mod random;
mod run;
mod world;

pub use broker::{BrokerOptions, EmbeddedBroker};
pub use error::Error;
pub use run::{SimHandle, SimOptions, run};
pub use world::{Clock, Link, Message, World};
