//! A measured value of a machine: it lags, it trembles, and now and then it drifts beyond a limit and comes back.

use super::value::{Property, Reading, Value};
use crate::random::{Random, lag, round};

/// What is measured and how it behaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnalogSpec {
    pub name: &'static str,
    pub unit: &'static str,
    /// Measuring range.
    pub low: f64,
    pub high: f64,
    /// Value in normal running.
    pub normal: f64,
    /// Distance from normal to the lo and hi limits, and to lo-lo and hi-hi.
    pub warn: f64,
    pub trip: f64,
    /// Value it falls to while the machine stands, well within its limits: a stop is no reason for an alarm of its own. `None`: it stays.
    pub idle: Option<f64>,
    /// Time constant in seconds.
    pub tau: f64,
    /// Decimals that are told.
    pub decimals: i32,
}

/// Where a drift stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drift {
    /// Seconds until the next one.
    Quiet(f64),
    /// Beyond by `peak`: seconds since its begin, and how long ramp and stay take.
    Away {
        since: f64,
        ramp: f64,
        stay: f64,
        peak: f64,
    },
}

/// Mean time between two drifts of one value, in seconds.
const BETWEEN_DRIFTS: f64 = 3.0 * 3600.0;

/// The measured value.
#[derive(Debug, Clone)]
pub(super) struct Analog {
    pub spec: AnalogSpec,
    pub value: f64,
    /// How fast the time until the next drift passes; 1 as in life.
    pub drift_pace: f64,
    drift: Drift,
    random: Random,
}

impl Analog {
    /// `first`: seconds until the first drift, where it is wanted early.
    pub fn new(spec: AnalogSpec, mut random: Random, first: Option<f64>) -> Self {
        let wait = first.unwrap_or_else(|| 300.0 + random.wait(BETWEEN_DRIFTS));
        Self {
            value: spec.normal,
            spec,
            drift_pace: 1.0,
            drift: Drift::Quiet(wait),
            random,
        }
    }

    /// Lets `dt` seconds pass.
    pub fn step(&mut self, dt: f64, running: bool) {
        let offset = self.drift(dt);
        let target = match self.spec.idle {
            Some(idle) if !running => idle,
            _ => self.spec.normal + offset,
        };
        let tremble = self.spec.warn * 0.12 * (2.0 * dt / self.spec.tau).sqrt().min(1.0);
        self.value = lag(self.value, target, dt, self.spec.tau) + tremble * self.random.bell();
        self.value = self.value.clamp(self.spec.low, self.spec.high);
    }

    fn drift(&mut self, dt: f64) -> f64 {
        match &mut self.drift {
            Drift::Quiet(left) if *left > dt * self.drift_pace => {
                *left -= dt * self.drift_pace;
                0.0
            }
            Drift::Quiet(_) => {
                // One in three goes on to the trip limit; either way it is well beyond, so that trembling makes no flutter.
                let size = if self.random.chance(0.33) {
                    self.spec.trip * 1.2
                } else {
                    self.spec.warn * 1.5
                };
                let peak = if self.random.chance(0.5) { size } else { -size };
                let (ramp, stay) = (self.random.between(10.0, 25.0), self.random.between(80.0, 160.0));
                self.drift = Drift::Away {
                    since: 0.0,
                    ramp,
                    stay,
                    peak,
                };
                0.0
            }
            Drift::Away {
                since,
                ramp,
                stay,
                peak,
            } => {
                *since += dt;
                let (up, down) = (*since / *ramp, (2.0 * *ramp + *stay - *since) / *ramp);
                let offset = *peak * up.min(down).clamp(0.0, 1.0);
                if down <= 0.0 {
                    self.drift = Drift::Quiet(self.random.wait(BETWEEN_DRIFTS));
                }
                offset
            }
        }
    }

    /// Lets the next drift begin in so many seconds; one that is under way is left alone.
    pub fn drift_in(&mut self, seconds: f64) {
        if let Drift::Quiet(left) = &mut self.drift {
            *left = seconds;
        }
    }

    /// Beyond one of the limits.
    pub fn out_of_limits(&self) -> bool {
        (self.value - self.spec.normal).abs() > self.spec.warn
    }

    /// As Sparkplug tells it, in a message of its own.
    pub fn reading(&self, group: u8, single: bool) -> Reading {
        let s = &self.spec;
        let value = round(self.value, s.decimals);
        let value = if single {
            Value::Float(value as f32)
        } else {
            Value::Double(value)
        };
        let limit = |distance: f64| Property::Number(round(s.normal + distance, s.decimals + 1));
        let reading = Reading {
            deadband: (s.warn * 0.015).max(10f64.powi(-s.decimals)),
            ..Reading::new(s.name, value).group(group, 400)
        };
        reading
            .range(s.unit, s.low, s.high)
            .with("alarmLoLo", limit(-s.trip))
            .with("alarmLo", limit(-s.warn))
            .with("alarmHi", limit(s.warn))
            .with("alarmHiHi", limit(s.trip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATH: AnalogSpec = AnalogSpec {
        name: "BathTemperature",
        unit: "°C",
        low: 0.0,
        high: 100.0,
        normal: 80.0,
        warn: 4.0,
        trip: 8.0,
        idle: None,
        tau: 8.0,
        decimals: 1,
    };

    #[test]
    fn it_stays_within_limits_until_it_drifts_and_comes_back() {
        let mut bath = Analog::new(BATH, Random::new(3, "bath"), Some(60.0));
        let mut out = Vec::new();
        for second in 0..600 {
            bath.step(1.0, true);
            if bath.out_of_limits() {
                out.push(second);
            }
        }
        assert!(!out.is_empty() && out[0] > 60 && out[0] < 110, "{out:?}");
        let last = *out.last().unwrap();
        assert!(last > out[0] + 60 && last < 400, "{out:?}");
        // One excursion, no flutter: it is out all the time between.
        assert!(out.len() as i32 >= last - out[0] - 3, "{out:?}");
    }

    #[test]
    fn a_machine_that_stands_raises_no_limit() {
        let specs = super::super::spec::MACHINES
            .iter()
            .flat_map(|machine| machine.analogs);
        let mut idle = 0;
        for spec in specs.filter(|spec| spec.idle.is_some()) {
            idle += 1;
            for seed in 0..20 {
                let mut value = Analog::new(*spec, Random::new(seed, spec.name), Some(1e9));
                for second in 0..1_800 {
                    value.step(1.0, second % 600 < 300);
                    assert!(!value.out_of_limits(), "{} {}", spec.name, value.value);
                }
            }
        }
        assert!(idle >= 4);
    }

    #[test]
    fn it_never_leaves_its_range() {
        for seed in 0..20 {
            let mut value = Analog::new(
                AnalogSpec {
                    trip: 60.0,
                    warn: 40.0,
                    ..BATH
                },
                Random::new(seed, "x"),
                Some(0.0),
            );
            for _ in 0..500 {
                value.step(1.0, true);
                assert!((0.0..=100.0).contains(&value.value));
            }
        }
    }
}
