//! One machine of a line: runs, waits, stops, fails, is changed over, and counts.

use super::analog::Analog;
use super::spec::{FILL_VOLUME, MachineSpec, Product, fill_volume};
use crate::random::{Random, lag};

/// What a machine is doing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    Running,
    /// Nothing comes; says of what.
    Starved(&'static str),
    /// Nothing can leave.
    Blocked(&'static str),
    /// A short stop that clears by itself or at a touch: reason and seconds left.
    Stopped(&'static str, f64),
    /// A failure that takes a repair: reason and seconds left.
    Fault(&'static str, f64),
    /// Set up for another product: seconds left.
    Changeover(f64),
}

impl State {
    /// Whether both are the same to who looks at it: kind and reason, not the time left.
    pub fn looks_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.why() == other.why()
    }

    fn why(&self) -> &'static str {
        match self {
            Self::Running | Self::Changeover(_) => "",
            Self::Starved(why) | Self::Blocked(why) | Self::Stopped(why, _) | Self::Fault(why, _) => why,
        }
    }
}

/// What a machine finds before and behind itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// Bottles that wait for it.
    pub waiting: u32,
    /// Bottles that it may put out.
    pub room: u32,
    /// The batch that comes next from upstream has begun, so nothing more of this one will come.
    pub draining: bool,
    /// The next machine is not ready for this batch yet.
    pub held_back: bool,
    /// The material it needs has run out.
    pub out_of: Option<&'static str>,
}

/// What it did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Bottles taken from before it.
    pub taken: u32,
    /// Bottles put out; the rest was rejected.
    pub good: u32,
}

/// Bottles that must wait, and places that must be free, before a machine that waited starts again: else it would flutter.
const RESTART: u32 = 24;
/// Mean running time between small stops, in seconds.
const BETWEEN_SMALL_STOPS: f64 = 9.0 * 60.0;
/// Mean running time between spells of slow running, in seconds.
const BETWEEN_SLOW: f64 = 20.0 * 60.0;
/// Seconds after a changeover in which more is rejected.
const START_UP: f64 = 60.0;
/// More than the share of a minute's bottles that is rejected when all goes wrong.
const MOST_REJECTED: f64 = 0.2;
/// Speed at which time until the next drift passes in the coarse past.
const CALM: f64 = 1.0 / 3.0;

/// The machine.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub spec: &'static MachineSpec,
    pub state: State,
    /// Ideal rate, bottles a minute.
    pub ideal: f64,
    /// Rate that was asked for, bottles a minute.
    pub set_rate: f64,
    /// Present rate, bottles a minute.
    pub rate: f64,
    /// Good bottles since it was built.
    pub good: u64,
    /// Rejected bottles since it was built.
    pub reject: u64,
    /// Number of the batch it works on or is being set up for.
    pub batch: u32,
    pub product: Product,
    pub analogs: Vec<Analog>,
    /// Part of the next bottle.
    carry: f64,
    /// Running seconds until the next fault.
    until_fault: f64,
    /// Running seconds until the next small stop.
    until_stop: f64,
    /// Seconds of slow running left, and its speed as a share.
    slow: (f64, f64),
    /// Seconds of start-up left.
    start_up: f64,
    /// Chance of rejection that may still add up until a bottle is rejected: one draw a reject is cheaper than one a bottle.
    until_reject: f64,
    /// Told later and in less detail: only the first measured value lives.
    coarse: bool,
    random: Random,
}

impl Machine {
    /// `first_fault`, `first_drift`: seconds until the first of each, where they are wanted early.
    pub fn new(
        spec: &'static MachineSpec,
        constraint: f64,
        product: Product,
        seed: u64,
        line: &str,
        first_fault: Option<f64>,
        first_drift: Option<f64>,
    ) -> Self {
        let mut random = Random::new(seed, &format!("{line}/{}", spec.name));
        let ideal = (constraint * spec.pace).round();
        let analogs = spec.analogs.iter().enumerate().map(|(i, analog)| {
            let analog = if analog.name == FILL_VOLUME {
                fill_volume(*analog, &product)
            } else {
                *analog
            };
            let chance = Random::new(seed, &format!("{line}/{}/{}", spec.name, analog.name));
            Analog::new(analog, chance, first_drift.filter(|_| i == 0))
        });
        let good = random.between(1.0e6, 2.0e6) as u64;
        Self {
            state: State::Running,
            ideal,
            set_rate: ideal,
            rate: constraint,
            good,
            reject: (good as f64 * spec.rejects * random.between(1.0, 1.5)) as u64,
            batch: 0,
            product,
            analogs: analogs.collect(),
            carry: 0.0,
            until_fault: first_fault.unwrap_or_else(|| 120.0 + random.wait(spec.between_faults)),
            until_stop: 60.0 + random.wait(BETWEEN_SMALL_STOPS),
            slow: (0.0, 1.0),
            start_up: 0.0,
            until_reject: random.wait(1.0),
            coarse: false,
            spec,
            random,
        }
    }

    /// Lets `dt` seconds pass. At most one step of a second gives exact counts.
    pub fn step(&mut self, dt: f64, around: Around) -> Work {
        self.stand(dt);
        self.wait_or_go(around);
        let work = if self.state == State::Running {
            self.run(dt, around)
        } else {
            Work::default()
        };
        if self.state != State::Running {
            self.rate = lag(self.rate, 0.0, dt, 1.5);
            if self.rate < 0.5 {
                self.rate = 0.0;
            }
        }
        let running = self.state == State::Running;
        let alive = if self.coarse { 1 } else { usize::MAX };
        for analog in self.analogs.iter_mut().take(alive) {
            analog.step(dt, running);
        }
        work
    }

    /// Whether what follows is told later and in less detail: then only the first measured value lives, and drifts more seldom,
    /// because a shift with a limit crossed every few minutes would tell nobody anything.
    pub fn set_coarse(&mut self, coarse: bool) {
        self.coarse = coarse;
        for analog in &mut self.analogs {
            analog.drift_pace = if coarse { CALM } else { 1.0 };
        }
    }

    /// Brings about what a watcher is to see soon: seconds of running until the next fault and until the first value drifts.
    pub fn stage(&mut self, fault: Option<f64>, drift: Option<f64>) {
        if let Some(seconds) = fault {
            self.until_fault = seconds;
        }
        if let (Some(seconds), Some(analog)) = (drift, self.analogs.first_mut()) {
            analog.drift_in(seconds);
        }
    }

    /// Begins to set up for a batch.
    pub fn change_over(&mut self, batch: u32) {
        self.batch = batch;
        self.state = State::Changeover(self.random.between(150.0, 330.0));
    }

    /// Ends the set-up with this product in place.
    pub fn set_up(&mut self, product: Product) {
        self.product = product;
        self.start_up = START_UP;
        for analog in self.analogs.iter_mut().filter(|a| a.spec.name == FILL_VOLUME) {
            analog.spec = fill_volume(analog.spec, &product);
            analog.value = analog.spec.normal;
        }
    }

    /// Good and rejected bottles, with the most that may come in the next `ahead` seconds.
    pub fn counts(&self, ahead: f64) -> (u64, u64) {
        let most = (self.ideal * super::RATE_LIMIT / 60.0 * ahead.clamp(0.0, 1e6)).ceil();
        (
            self.good + most as u64,
            self.reject + (most * MOST_REJECTED).ceil() as u64,
        )
    }

    /// Electric power, in kilowatts.
    pub fn power(&self) -> f64 {
        let (standing, running) = self.spec.power;
        standing + (running - standing) * (self.rate / self.ideal).clamp(0.0, 1.2)
    }

    /// Stops that end by themselves. A changeover is ended by the line, which knows the product.
    fn stand(&mut self, dt: f64) {
        match &mut self.state {
            State::Stopped(_, left) | State::Fault(_, left) => {
                *left -= dt;
                if *left <= 0.0 {
                    self.state = State::Running;
                }
            }
            State::Changeover(left) => *left -= dt,
            State::Running | State::Starved(_) | State::Blocked(_) => {}
        }
    }

    fn wait_or_go(&mut self, around: Around) {
        let enough = |there: u32| there >= RESTART || (there > 0 && around.draining);
        let (may_take, may_put) = match self.state {
            State::Running => (around.waiting > 0, around.room > 0),
            State::Starved(_) => (enough(around.waiting), around.room > 0),
            State::Blocked(_) => (around.waiting > 0, around.room >= RESTART),
            State::Stopped(..) | State::Fault(..) | State::Changeover(_) => return,
        };
        self.state = if let Some(material) = around.out_of {
            State::Starved(material)
        } else if around.held_back {
            State::Blocked("Downstream machine is being set up")
        } else if !may_put {
            State::Blocked("Downstream full")
        } else if !may_take {
            State::Starved("No bottles")
        } else {
            State::Running
        };
    }

    fn run(&mut self, dt: f64, around: Around) -> Work {
        self.until_fault -= dt;
        self.until_stop -= dt;
        self.start_up = (self.start_up - dt).max(0.0);
        if self.until_fault <= 0.0 {
            self.until_fault = 120.0 + self.random.wait(self.spec.between_faults);
            let reason = self.random.pick(self.spec.faults).copied().unwrap_or("Fault");
            self.state = State::Fault(reason, 30.0 + self.random.wait(self.spec.repair - 30.0));
            return Work::default();
        }
        if self.until_stop <= 0.0 {
            self.until_stop = 30.0 + self.random.wait(BETWEEN_SMALL_STOPS);
            let reason = self
                .random
                .pick(self.spec.small_stops)
                .copied()
                .unwrap_or("Small stop");
            self.state = State::Stopped(reason, self.random.between(5.0, 30.0));
            return Work::default();
        }
        if self.slow.0 > 0.0 {
            self.slow.0 -= dt;
        } else if self.random.happens(BETWEEN_SLOW, dt) {
            self.slow = (self.random.between(60.0, 240.0), self.random.between(0.78, 0.93));
        }
        let share = if self.slow.0 > 0.0 { self.slow.1 } else { 1.0 };
        let target = self.set_rate * share * (1.0 + 0.004 * self.random.bell());
        self.rate = lag(self.rate, target, dt, 2.5);
        self.carry += self.rate / 60.0 * dt;
        let taken = (self.carry as u32).min(around.waiting).min(around.room);
        // What it could not do for want of bottles or room is not made up for later.
        self.carry = (self.carry - f64::from(taken)).min(1.0);
        let out = self.analogs.first().is_some_and(Analog::out_of_limits);
        let factor = if out { 12.0 } else { 1.0 } + if self.start_up > 0.0 { 10.0 } else { 0.0 };
        let p = (self.spec.rejects * factor).min(0.5);
        let rejected = self.rejects(taken, p);
        self.good += u64::from(taken - rejected);
        self.reject += u64::from(rejected);
        Work {
            taken,
            good: taken - rejected,
        }
    }
    /// How many of so many bottles are rejected, each with the chance `p`.
    fn rejects(&mut self, taken: u32, p: f64) -> u32 {
        let mut rejected = 0;
        self.until_reject -= f64::from(taken) * p;
        while self.until_reject <= 0.0 {
            rejected += 1;
            self.until_reject += self.random.wait(1.0).max(1e-3);
        }
        rejected.min(taken)
    }
}
