//! Every convention, one module each.

use crate::{Convention, Options};

pub mod esphome;
pub mod frigate;
pub mod gateways;
pub mod homeassistant;
pub mod homie;
pub mod mtconnect;
pub mod opcua;
pub mod owntracks;
pub mod plain;
pub mod shelly;
pub mod sparkplug;
pub mod tasmota;
pub mod taught;
pub mod teslamate;
pub mod uns;
pub mod wearable;
pub mod zigbee2mqtt;

/// All conventions in the order in which they are asked: those whose devices describe themselves or whose topics are unmistakable, then
/// what a person taught, then those that go by the shape of a payload; `plain` is last and takes what nobody else claims.
pub(crate) fn all(options: &Options) -> Vec<Box<dyn Convention>> {
    vec![
        Box::new(sparkplug::Sparkplug::new(options)),
        Box::new(homeassistant::HomeAssistant::new(options)),
        Box::new(zigbee2mqtt::Zigbee2Mqtt::new(options)),
        Box::new(tasmota::Tasmota::new(options)),
        Box::new(shelly::Shelly::new(options)),
        Box::new(esphome::EspHome::new(options)),
        Box::new(homie::Homie::new(options)),
        Box::new(owntracks::OwnTracks::new(options)),
        Box::new(teslamate::TeslaMate::new(options)),
        Box::new(wearable::Wearable::new(options)),
        Box::new(frigate::Frigate::new(options)),
        Box::new(taught::Taught::new(options)),
        Box::new(opcua::OpcUa::new(options)),
        Box::new(mtconnect::MtConnect::new(options)),
        Box::new(gateways::Gateways::new(options)),
        Box::new(uns::Uns::new(options)),
        Box::new(plain::Plain::new(options)),
    ]
}
