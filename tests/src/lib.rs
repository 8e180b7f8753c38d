//! What the whole-system tests share: a real mosquitto, a publisher, the real window, the corpora.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod asks;
pub mod axe;
pub mod corpora;
pub mod engine;
pub mod fault;
pub mod measure;
pub mod mosquitto;
pub mod peer;
pub mod publisher;
pub mod receiver;
pub mod sparkplug;
pub mod wait;
pub mod window;
pub mod year;
