//! The simulated home: some forty devices in nine rooms and outside, which speak as many ways as those of a real broker do.
//!
//! | what | speaks |
//! |---|---|
//! | thermostats, blinds, lock, appliances, meters, weather | Home Assistant discovery in all its forms ([`announce`]) |
//! | motion, doors, windows, leak, radiator, two lamps and their group | Zigbee2MQTT ([`zigbee`]); two of them are announced to Home Assistant as well |
//! | plugs | Tasmota ([`tasmota`]) |
//! | garage door | Shelly's RPC ([`shelly`]) |
//! | air monitor | `ESPHome` ([`esphome`]) |
//! | fan | Homie 5 ([`homie`]) |
//! | phone | `OwnTracks` ([`phone`]) |
//! | car | `TeslaMate` ([`car`]) |
//! | watch | a plain record of a body ([`watch`]) |
//! | camera | Frigate ([`frigate`]) |

mod announce;
mod appliances;
mod car;
mod climate;
mod cold;
mod comfort;
mod covers;
mod device;
mod energy;
mod esphome;
mod frigate;
mod homie;
mod house;
mod lights;
mod outdoor;
mod pending;
mod phone;
mod place;
mod rooms;
mod safety;
mod shelly;
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
            Box::new(covers::Cover::blind("living_blinds", "Blinds", Room::Living)),
            Box::new(covers::Cover::blind("bedroom_blinds", "Blinds", Room::Bedroom)),
            Box::new(shelly::GarageDoor::new(chance("garage"))),
            Box::new(safety::Lock::new()),
            Box::new(safety::Smoke::new(chance("smoke"))),
            Box::new(safety::Doorbell::new(chance("doorbell"))),
            Box::new(appliances::Appliance::washer(chance("washer"))),
            Box::new(appliances::Appliance::dishwasher(chance("dishwasher"))),
            Box::new(cold::Fridge::new(chance("fridge"))),
            Box::new(homie::Fan::new()),
            Box::new(comfort::Humidifier::new()),
            Box::new(esphome::AirMonitor::new(chance("air"))),
            Box::new(vacuum::Vacuum::new(chance("vacuum"))),
            Box::new(water::Boiler::new(chance("boiler"))),
            Box::new(outdoor::Station::new(chance("station"))),
            Box::new(outdoor::Irrigation::default()),
            Box::new(car::Charging::new(chance("car"))),
            Box::new(watch::Watch::new(chance("watch"))),
            // After the car, with which it goes.
            Box::new(phone::Phone::new(chance("phone"))),
            Box::new(frigate::Camera::new(chance("camera"))),
            Box::new(tasmota::Plug::tv(chance("tv"), local)),
            Box::new(tasmota::Plug::desk(chance("desk"), local)),
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
            // Before its lamps, which obey it in the same step.
            Box::new(zigbee_actors::EveningLights::default()),
            Box::new(zigbee_actors::Bulb::hall(chance("bulb"))),
            Box::new(zigbee_actors::Bulb::kitchen(chance("kitchen bulb"))),
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
                let devices = self.devices.iter().filter_map(|d| d.zigbee()).collect();
                zigbee::announce_bridge(devices, &[zigbee_actors::group()], out);
            }
            _ => {}
        }
        for device in self.devices.iter().filter(|d| d.link() == link) {
            device.announce(out);
        }
        out.forget();
    }

    /// What the broker is to say when a link breaks that is connected at `at`, in milliseconds since the epoch.
    pub fn will(link: Link, at: i64) -> Option<Message> {
        let (topic, payload) = match link {
            Link::Home => (announce::STATUS.to_owned(), "offline"),
            Link::Zigbee => (zigbee::BRIDGE_STATE.to_owned(), zigbee::OFFLINE),
            Link::TvPlug => (tasmota::lwt(tasmota::TV), "Offline"),
            Link::DeskPlug => (tasmota::lwt(tasmota::DESK), "Offline"),
            Link::Garage => (shelly::online(), "false"),
            Link::Air => (esphome::status(), "offline"),
            Link::Fan => (homie::state(), "lost"),
            Link::Camera => (frigate::AVAILABLE.to_owned(), "offline"),
            Link::Phone => return Some(phone::Phone::will(at)),
            Link::Line1 | Link::Line2 | Link::Utilities => return None,
        };
        Some(Message {
            link,
            topic,
            payload: payload.into(),
            qos: 1,
            retain: true,
        })
    }

    /// What a link listens to.
    pub fn filters(&self, link: Link) -> Vec<String> {
        let devices = self.devices.iter().filter(|d| d.link() == link);
        let mut filters: Vec<String> = devices.flat_map(|d| d.filters()).collect();
        // Those who are described to Home Assistant.
        if matches!(link, Link::Home | Link::Zigbee) {
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
