//! What the whole-system tests share: a real mosquitto, a publisher, the real window, the corpora.

pub mod corpora;
pub mod mosquitto;
pub mod publisher;
pub mod wait;
pub mod window;
