//! The whole simulated world: a home, two lines and what they live on. Pure: time and commands come in, messages go out.

use crate::home::Home;
use crate::outbox::Outbox;
use crate::plant::{Memory, PlantLine, Utilities};

/// An MQTT connection of the world. Real devices have one each; here those that share a gateway share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    /// Everything in the home that has no connection of its own.
    Home,
    /// The Zigbee2MQTT bridge.
    Zigbee,
    /// A Tasmota plug.
    TvPlug,
    /// A Tasmota plug.
    DeskPlug,
    /// The garage door's Shelly.
    Garage,
    /// The office's air monitor, with `ESPHome`.
    Air,
    /// The office's fan, with Homie.
    Fan,
    /// A phone with `OwnTracks`.
    Phone,
    /// Frigate with its camera.
    Camera,
    /// Edge node of line 1.
    Line1,
    /// Edge node of line 2.
    Line2,
    /// Gateway of the utilities.
    Utilities,
}

impl Link {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Home,
        Self::Zigbee,
        Self::TvPlug,
        Self::DeskPlug,
        Self::Garage,
        Self::Air,
        Self::Fan,
        Self::Phone,
        Self::Camera,
        Self::Line1,
        Self::Line2,
        Self::Utilities,
    ];

    /// MQTT client id.
    pub fn client_id(self) -> &'static str {
        match self {
            Self::Home => "demo-home",
            Self::Zigbee => "demo-zigbee2mqtt",
            Self::TvPlug => "demo-tv-plug",
            Self::DeskPlug => "demo-desk-plug",
            Self::Garage => "demo-garage-door",
            Self::Air => "demo-office-air",
            Self::Fan => "demo-office-fan",
            Self::Phone => "demo-phone",
            Self::Camera => "demo-frigate",
            Self::Line1 => "demo-line1",
            Self::Line2 => "demo-line2",
            Self::Utilities => "demo-utilities",
        }
    }

    /// Which line it belongs to.
    fn line(self) -> Option<usize> {
        match self {
            Self::Line1 => Some(0),
            Self::Line2 => Some(1),
            _ => None,
        }
    }
}

/// A message to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// By whom.
    pub link: Link,
    /// Where.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// 0 or 1.
    pub qos: u8,
    /// Whether the broker keeps it.
    pub retain: bool,
}

/// When the world begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds since the Unix epoch.
    pub wall: i64,
    /// What local time is ahead of UTC, in seconds.
    pub offset: i32,
}

/// Longest step of the physics, in seconds.
const LONGEST: f64 = 0.5;
/// Longest time that one call makes up for, in seconds: after the machine has slept the world goes on where it was.
const CATCH_UP: f64 = 120.0;

/// The world.
pub struct World {
    home: Home,
    home_out: Outbox,
    lines: [PlantLine; 2],
    utilities: Utilities,
    utilities_out: Outbox,
    /// Links that are connected.
    online: Vec<Link>,
}

impl World {
    /// A world that is the same for the same seed and beginning.
    pub fn new(seed: u64, start: Clock) -> Self {
        let local = start.wall as f64 / 1_000.0 + f64::from(start.offset);
        Self {
            home: Home::new(seed, local),
            home_out: Outbox::default(),
            lines: [PlantLine::new(0, seed), PlantLine::new(1, seed)],
            utilities: Utilities::new(seed),
            utilities_out: Outbox::default(),
            online: Vec::new(),
        }
    }

    /// A world whose plant has lived `backfill` milliseconds before the beginning, or since what it remembers, and stored that past.
    /// The same for the same seed, beginning and memory.
    pub(crate) fn with_past(seed: u64, start: Clock, backfill: i64, memory: &Memory) -> Self {
        Self {
            lines: [0, 1].map(|line| PlantLine::with_past(line, seed, start.wall, backfill, memory)),
            ..Self::new(seed, start)
        }
    }

    /// Tells at most `most` messages of the past that a link has stored, if it has any and is connected. `at` as for
    /// [`step`](Self::step).
    pub(crate) fn tell_past(&mut self, link: Link, at: i64, most: usize, out: &mut Vec<Message>) {
        if let Some(line) = link.line()
            && self.online.contains(&link)
        {
            self.lines[line].tell_past(at, most, out);
        }
    }

    /// Keeps in mind where the plant stands: it has told all up to `until`, and may live `ahead` seconds longer before it is asked
    /// again.
    pub(crate) fn remember(&self, until: i64, ahead: f64, memory: &mut Memory) {
        for line in &self.lines {
            line.remember(until, ahead, memory);
        }
    }

    /// Lets `dt` seconds pass in the world and says what has changed. `at` is what messages are stamped with: wall time in
    /// milliseconds since the epoch. How much is said depends on wall time, not on how fast the world runs.
    pub fn step(&mut self, dt: f64, at: i64, out: &mut Vec<Message>) {
        let mut left = if dt.is_finite() {
            dt.clamp(0.0, CATCH_UP)
        } else {
            0.0
        };
        while left > 1e-9 {
            let part = left.min(LONGEST);
            self.home.advance(part);
            for line in &mut self.lines {
                line.advance(part);
            }
            self.utilities.advance(part);
            left -= part;
        }
        self.home_out.set_time(at);
        self.home.report(&mut self.home_out);
        self.utilities_out.set_time(at);
        self.utilities.report(&mut self.utilities_out);
        let from = out.len();
        self.home_out.drain(out);
        self.utilities_out.drain(out);
        for (line, link) in self.lines.iter_mut().zip([Link::Line1, Link::Line2]) {
            if self.online.contains(&link) {
                line.report(at, out);
            }
        }
        let online = &self.online;
        let mut index = 0;
        out.retain(|message| {
            index += 1;
            index <= from || online.contains(&message.link)
        });
    }

    /// What the broker is to say when a link breaks, if anything, made for each connection: from the number that counts a link's
    /// connections and the time in milliseconds since the epoch.
    pub fn will_maker(&self, link: Link) -> Box<dyn Fn(u8, i64) -> Option<Message> + Send + Sync> {
        match link.line() {
            Some(line) => {
                let line = self.lines[line].death_maker();
                Box::new(move |attempt, at| Some(line(attempt, at)))
            }
            None => Box::new(move |_, at| Home::will(link, at)),
        }
    }

    /// What a link listens to.
    pub fn filters(&self, link: Link) -> Vec<String> {
        match link.line() {
            Some(line) => self.lines[line].filters(),
            None => self.home.filters(link),
        }
    }

    /// A link has been connected: says who is there and how everything stands.
    pub fn connected(&mut self, link: Link, attempt: u8, at: i64, out: &mut Vec<Message>) {
        if !self.online.contains(&link) {
            self.online.push(link);
        }
        if let Some(line) = link.line() {
            self.lines[line].birth(attempt, at, out);
        } else if link == Link::Utilities {
            Utilities::announce(&mut self.utilities_out);
            self.utilities_out.drain(out);
        } else {
            self.home_out.set_time(at);
            self.home.announce(link, &mut self.home_out);
            self.home_out.drain(out);
        }
    }

    /// A link has been lost.
    pub fn disconnected(&mut self, link: Link) {
        self.online.retain(|l| *l != link);
    }

    /// A link is going to be closed: says so, as its will would.
    pub fn goodbye(&mut self, link: Link, at: i64) -> Option<Message> {
        let online = self.online.contains(&link);
        self.disconnected(link);
        if !online {
            return None;
        }
        match link.line() {
            Some(line) => Some(self.lines[line].goodbye(at)),
            None => Home::will(link, at),
        }
    }

    /// The messages that make the broker forget everything it keeps of the world.
    pub fn forgotten(&self) -> Vec<Message> {
        let message = |(topic, link): (&str, Link)| Message {
            link,
            topic: topic.to_owned(),
            payload: Vec::new(),
            qos: 1,
            retain: true,
        };
        let kept = self.home_out.kept().chain(self.utilities_out.kept());
        kept.map(message).collect()
    }

    /// A link has received a command.
    pub fn receive(&mut self, link: Link, topic: &str, payload: &[u8], at: i64, out: &mut Vec<Message>) {
        match link.line() {
            Some(line) => self.lines[line].receive(topic, payload),
            None if Home::asks_for_announcement(topic, payload) => {
                self.home_out.set_time(at);
                self.home.announce(link, &mut self.home_out);
                self.home_out.drain(out);
            }
            None => self.home.receive(link, topic, payload),
        }
    }
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;
