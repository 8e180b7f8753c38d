//! The simulated home: some thirty devices in nine rooms and outside, most of them on Home Assistant discovery.

mod announce;
mod appliances;
mod car;
mod climate;
mod cold;
mod comfort;
mod covers;
mod device;
mod energy;
mod house;
mod lights;
mod outdoor;
mod pending;
mod rooms;
mod safety;
mod tasmota;
mod vacuum;
mod watch;
mod water;
mod weather;
mod zigbee;
mod zigbee_actors;
mod zigbee_sensors;

use crate::outbox::Outbox;
use crate::random::Random;
use crate::world::{Link, Message};
use device::Device;
use house::House;
use rooms::Room;

/// The home.
pub(crate) struct Home {
    house: House,
    devices: Vec<Box<dyn Device>>,
}

impl Home {
    /// `local`: seconds since the epoch in local time.
    pub fn new(seed: u64, local: f64) -> Self {
        let chance = |part: &str| Random::new(seed, part);
        let devices: Vec<Box<dyn Device>> = vec![
            Box::new(climate::Thermostat::new("living_thermostat", Room::Living, 21.5)),
            Box::new(climate::Thermostat::new(
                "bathroom_thermostat",
                Room::Bathroom,
                22.5,
            )),
            Box::new(climate::Thermostat::new("office_thermostat", Room::Office, 21.0)),
            Box::new(lights::Lamp::json(
                "living_light",
                "Ceiling light",
                Room::Living,
                38.0,
            )),
            Box::new(lights::Lamp::short(
                "kitchen_light",
                "Ceiling light",
                Room::Kitchen,
                32.0,
            )),
            Box::new(covers::Cover::blind("living_blinds", "Blinds", Room::Living)),
            Box::new(covers::Cover::blind("bedroom_blinds", "Blinds", Room::Bedroom)),
            Box::new(covers::Cover::garage()),
            Box::new(safety::Lock::new()),
            Box::new(safety::Smoke::new(chance("smoke"))),
            Box::new(safety::Doorbell::new(chance("doorbell"))),
            Box::new(appliances::Appliance::washer(chance("washer"))),
            Box::new(appliances::Appliance::dishwasher(chance("dishwasher"))),
            Box::new(cold::Fridge::new(chance("fridge"))),
            Box::new(comfort::Fan::new()),
            Box::new(comfort::Humidifier::new()),
            Box::new(comfort::AirMonitor::new(chance("air"))),
            Box::new(vacuum::Vacuum::new(chance("vacuum"))),
            Box::new(water::Boiler::new(chance("boiler"))),
            Box::new(outdoor::Station::new(chance("station"))),
            Box::new(outdoor::Irrigation::default()),
            Box::new(car::Charging::new(chance("car"))),
            Box::new(watch::Watch::new(chance("watch"))),
            Box::new(tasmota::Plug::tv(chance("tv"))),
            Box::new(tasmota::Plug::desk(chance("desk"))),
            Box::new(zigbee_sensors::Motion::new(chance("motion"))),
            Box::new(zigbee_sensors::Contact::front_door(chance("door"))),
            Box::new(zigbee_sensors::Contact::window(
                Room::Kitchen,
                chance("kitchen window"),
            )),
            Box::new(zigbee_sensors::Contact::window(
                Room::Bedroom,
                chance("bedroom window"),
            )),
            Box::new(zigbee_sensors::Leak::new(chance("leak"))),
            Box::new(zigbee_actors::Radiator::new(chance("radiator"))),
            Box::new(zigbee_actors::Bulb::new(chance("bulb"))),
            Box::new(energy::Solar::new(chance("solar"))),
            // Last: it measures what all others have used in the same step.
            Box::new(energy::Meter::new(chance("meter"))),
        ];
        Self {
            house: House::new(seed, local),
            devices,
        }
    }

    /// Lets `dt` seconds pass, at most one.
    pub fn advance(&mut self, dt: f64) {
        self.house.advance(dt);
        for device in &mut self.devices {
            device.advance(dt, &mut self.house);
        }
    }

    /// Says what has changed.
    pub fn report(&mut self, out: &mut Outbox) {
        for device in &mut self.devices {
            device.report(&self.house, out);
        }
    }

    /// Says who is there on a link that has just been connected. All states follow with the next report.
    pub fn announce(&self, link: Link, out: &mut Outbox) {
        match link {
            Link::Home => out.announce(link, announce::STATUS, "online"),
            Link::Zigbee => {
                zigbee::announce_bridge(self.devices.iter().filter_map(|d| d.zigbee()).collect(), out);
            }
            Link::TvPlug | Link::DeskPlug | Link::Line1 | Link::Line2 => {}
        }
        for device in self.devices.iter().filter(|d| d.link() == link) {
            device.announce(out);
        }
        out.forget();
    }

    /// What the broker is to say when a link breaks.
    pub fn will(link: Link) -> Message {
        let (topic, payload) = match link {
            Link::Zigbee => (zigbee::BRIDGE_STATE.to_owned(), zigbee::OFFLINE),
            Link::TvPlug => (tasmota::lwt(tasmota::TV), "Offline"),
            Link::DeskPlug => (tasmota::lwt(tasmota::DESK), "Offline"),
            Link::Home | Link::Line1 | Link::Line2 => (announce::STATUS.to_owned(), "offline"),
        };
        Message {
            link,
            topic,
            payload: payload.into(),
            qos: 1,
            retain: true,
        }
    }

    /// What a link listens to.
    pub fn filters(&self, link: Link) -> Vec<String> {
        let devices = self.devices.iter().filter(|d| d.link() == link);
        let mut filters: Vec<String> = devices.flat_map(|d| d.filters()).collect();
        if matches!(link, Link::Home | Link::Zigbee | Link::TvPlug | Link::DeskPlug) {
            filters.push(announce::BIRTH.to_owned());
        }
        filters
    }

    /// Whether a command is Home Assistant's word that it has started, on which a link announces itself again.
    pub fn asks_for_announcement(topic: &str, payload: &[u8]) -> bool {
        topic == announce::BIRTH && payload == b"online"
    }

    /// Takes a command.
    pub fn receive(&mut self, link: Link, topic: &str, payload: &[u8]) {
        let Ok(text) = std::str::from_utf8(payload) else {
            return;
        };
        for device in self.devices.iter_mut().filter(|d| d.link() == link) {
            if device.filters().iter().any(|filter| filter == topic) {
                device.receive(topic, text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
