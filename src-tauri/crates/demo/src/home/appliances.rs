//! Washer and dishwasher: programs of phases, each with its power, and the time that is left.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::Device;
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// A phase: what it is called, its share of the program's time, its power in watts.
type Phase = (&'static str, f64, f64);

/// A kind of appliance.
struct Kind {
    phases: &'static [Phase],
    /// Programs and their minutes.
    programs: &'static [(&'static str, f64)],
    /// Hour of the day at which the household starts it.
    habit: f64,
}

static WASHER: Kind = Kind {
    phases: &[
        ("Heating", 0.22, 2_050.0),
        ("Washing", 0.38, 190.0),
        ("Rinsing", 0.2, 130.0),
        ("Spinning", 0.2, 420.0),
    ],
    programs: &[("Cotton 40", 115.0), ("Easy care", 85.0), ("Quick 30", 30.0)],
    habit: 9.5,
};
static DISHWASHER: Kind = Kind {
    phases: &[
        ("Prewash", 0.12, 60.0),
        ("Heating", 0.15, 1_900.0),
        ("Washing", 0.33, 75.0),
        ("Rinsing", 0.15, 1_750.0),
        ("Drying", 0.25, 12.0),
    ],
    programs: &[("Eco", 195.0), ("Auto", 120.0), ("Quick", 45.0)],
    habit: 20.25,
};

/// The appliance.
pub(super) struct Appliance {
    me: Identity,
    kind: &'static Kind,
    program: usize,
    /// Seconds left of the running program.
    left: Option<f64>,
    finished: bool,
    /// Day on which the household last started it.
    started_on: Option<i64>,
    power: f64,
    /// kWh; only rises.
    energy: f64,
    cycles: u64,
    pending: Pending<Command>,
    random: Random,
}

enum Command {
    Start,
    Stop,
    Program(usize),
}

impl Appliance {
    /// Nearly done when the demo begins, so that "Washer done" is seen soon.
    pub fn washer(random: Random) -> Self {
        let me = Identity {
            id: "washer",
            name: "Washer",
            area: Room::Bathroom.name(),
            maker: "Sauber",
            model: "WM 8 Pro",
        };
        Self::new(me, &WASHER, 3.2 * 60.0, 712.4, random)
    }

    pub fn dishwasher(random: Random) -> Self {
        let me = Identity {
            id: "dishwasher",
            name: "Dishwasher",
            area: Room::Kitchen.name(),
            maker: "Sauber",
            model: "GS 60",
        };
        Self::new(me, &DISHWASHER, 62.0 * 60.0, 388.9, random)
    }

    fn new(me: Identity, kind: &'static Kind, left: f64, energy: f64, random: Random) -> Self {
        Self {
            me,
            kind,
            program: 0,
            left: Some(left),
            finished: false,
            started_on: None,
            power: 0.0,
            energy,
            cycles: 412,
            pending: Pending::default(),
            random,
        }
    }

    /// The phase it is in.
    fn phase(&self) -> Option<Phase> {
        let (_, minutes) = self.kind.programs[self.program];
        let mut done = 1.0 - self.left? / (minutes * 60.0);
        for phase in self.kind.phases {
            done -= phase.1;
            if done < 0.0 {
                return Some(*phase);
            }
        }
        self.kind.phases.last().copied()
    }

    fn start(&mut self) {
        if self.left.is_none() {
            self.left = Some(self.kind.programs[self.program].1 * 60.0);
            self.finished = false;
        }
    }
}

impl Device for Appliance {
    fn announce(&self, out: &mut Outbox) {
        let (state, meter) = (self.me.topic("state"), self.me.topic("meter"));
        let programs: Vec<_> = self.kind.programs.iter().map(|(name, _)| *name).collect();
        let activities: Vec<_> = ["Ready", "Finished"]
            .into_iter()
            .chain(self.kind.phases.iter().map(|p| p.0))
            .collect();
        let mut activity = sensor(&state, "Activity", "activity", "", "enum", "");
        activity["options"] = json!(activities);
        self.me.device(
            out,
            &json!({
                "activity": activity,
                "remaining": sensor(&state, "Remaining time", "remaining", "min", "duration", "measurement"),
                "cycles": sensor(&state, "Cycles", "cycles", "", "", "total_increasing"),
                "power": sensor(&meter, "Power", "power", "W", "power", "measurement"),
                "energy": sensor(&meter, "Energy", "energy", "kWh", "energy", "total_increasing"),
                "program": {
                    "platform": "select", "name": "Program", "options": programs, "state_topic": state,
                    "value_template": "{{ value_json.program }}", "command_topic": self.me.topic("program/set"),
                },
                "running": {
                    "platform": "switch", "name": "Running", "state_topic": state,
                    "value_template": "{{ 'ON' if value_json.running else 'OFF' }}", "command_topic": self.me.topic("running/set"),
                },
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("program/set"), self.me.topic("running/set")]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = if topic.ends_with("program/set") {
            self.kind
                .programs
                .iter()
                .position(|(name, _)| *name == text)
                .map(Command::Program)
        } else {
            match text {
                "ON" => Some(Command::Start),
                "OFF" => Some(Command::Stop),
                _ => None,
            }
        };
        if let Some(command) = command {
            self.pending.push(0.9, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            match command {
                Command::Start => self.start(),
                Command::Stop => self.left = None,
                // A running program is not changed.
                Command::Program(program) if self.left.is_none() => self.program = program,
                Command::Program(_) => {}
            }
        }
        let due = house.hour() >= self.kind.habit && house.hour() < self.kind.habit + 1.0;
        if due && self.started_on != Some(house.day()) {
            self.started_on = Some(house.day());
            self.start();
        }
        if let Some(left) = &mut self.left {
            *left -= dt;
            if *left <= 0.0 {
                self.left = None;
                self.finished = true;
                self.cycles += 1;
            }
        }
        let watts = self.phase().map_or(0.6, |(_, _, watts)| watts);
        self.power = if watts > 5.0 {
            watts * (1.0 + 0.02 * self.random.bell())
        } else {
            watts
        };
        self.energy += self.power * dt / 3.6e6;
        house.used += self.power;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let activity = match self.phase() {
            Some((name, ..)) => name,
            None if self.finished => "Finished",
            None => "Ready",
        };
        let state = json!({
            "activity": activity, "running": self.left.is_some(), "program": self.kind.programs[self.program].0,
            "remaining": (self.left.unwrap_or(0.0) / 60.0).ceil(), "cycles": self.cycles,
        });
        out.state(Link::Home, &self.me.topic("state"), state.to_string(), 0);
        let meter = json!({ "power": round(self.power, 1), "energy": round(self.energy, 3) });
        out.state(Link::Home, &self.me.topic("meter"), meter.to_string(), 3_000);
    }
}
