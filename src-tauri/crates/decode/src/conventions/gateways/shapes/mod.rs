//! The shapes, in the order in which they are asked: those with topics of their own first, then those known by their bodies.

use super::Shape;

mod aws_shadow;
mod chirpstack;
mod collectd;
mod ditto;
mod ems_esp;
mod evcc;
mod go_e;
mod highbyte;
mod influx;
mod kepware;
mod litmus;
mod neuron;
mod opendtu;
mod openwb;
mod rtl433;
mod senml;
mod siemens;
mod smarthome;
mod telegraf;
mod theengs;
mod thingsboard;
mod ttn;
mod victron;
mod wled;
mod zwave;

/// All shapes.
pub(super) fn all() -> Vec<Box<dyn Shape>> {
    vec![
        Box::new(siemens::Siemens::default()),
        Box::new(aws_shadow::AwsShadow),
        Box::new(thingsboard::ThingsBoard),
        Box::new(chirpstack::ChirpStack),
        Box::new(ttn::Ttn),
        Box::new(victron::Victron::default()),
        Box::new(wled::Wled::default()),
        Box::new(opendtu::OpenDtu::default()),
        Box::new(rtl433::Rtl433),
        Box::new(theengs::Theengs::default()),
        Box::new(evcc::Evcc),
        Box::new(ems_esp::EmsEsp),
        Box::new(go_e::GoE),
        Box::new(openwb::OpenWb),
        Box::new(zwave::ZWave::default()),
        Box::new(collectd::Collectd),
        Box::new(smarthome::SmartHome::default()),
        Box::new(kepware::Kepware),
        Box::new(litmus::Litmus),
        Box::new(neuron::Neuron),
        Box::new(highbyte::HighByte),
        Box::new(telegraf::Telegraf),
        Box::new(ditto::Ditto),
        Box::new(senml::SenMl),
        Box::new(influx::Influx),
    ]
}
