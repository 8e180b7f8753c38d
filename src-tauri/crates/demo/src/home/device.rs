//! What every device of the home can do.

use serde_json::Value;

use super::house::House;
use crate::outbox::Outbox;
use crate::world::Link;

/// A device.
pub(super) trait Device: Send {
    /// The connection it speaks through.
    fn link(&self) -> Link {
        Link::Home
    }

    /// Describes itself, and says that it is there.
    fn announce(&self, out: &mut Outbox);

    /// Topics it takes commands on.
    fn filters(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes a command. Commands come from anybody: what makes no sense is nothing.
    fn receive(&mut self, _topic: &str, _text: &str) {}

    /// Lets `dt` seconds pass: follows what was asked, uses electricity, changes the house.
    fn advance(&mut self, dt: f64, house: &mut House);

    /// Says what has changed.
    fn report(&mut self, house: &House, out: &mut Outbox);

    /// Its entry in the list of Zigbee2MQTT.
    fn zigbee(&self) -> Option<Value> {
        None
    }
}

/// A number in a command, if it is one and within bounds.
pub(super) fn number(text: &str, low: f64, high: f64) -> Option<f64> {
    text.trim()
        .parse::<f64>()
        .ok()
        .filter(|v| (low..=high).contains(v))
}
