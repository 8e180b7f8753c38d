//! Stops and losses, from how long a machine was in which state.

use hearthline_model::{MINUTE, Micros};

use crate::MachineState;

/// A stop shorter than this and without a reason is a small stop.
const SMALL: Micros = 5 * MINUTE;

/// A stretch of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// State.
    pub state: MachineState,
}

/// How the time of a window divides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Actual production time (APT).
    pub running: Micros,
    /// Planned, known, and not running.
    pub stopped: Micros,
    /// Not planned.
    pub off: Micros,
    /// Time without data.
    pub unknown: Micros,
}

impl Times {
    /// Planned busy time (PBT): what is not known cannot be held against the machine.
    pub fn planned(&self) -> Micros {
        self.running + self.stopped
    }
}

/// A stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// State.
    pub state: MachineState,
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// It reaches to the end of the window.
    pub lasts: bool,
    /// Pieces that could have been made meanwhile.
    pub lost: Option<f64>,
    /// Why; may be empty.
    pub reason: String,
}

/// Time lost by one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Cause.
    pub name: String,
    /// Its sort; [`MachineState::Running`] for what was lost while running.
    pub state: MachineState,
    /// Time.
    pub duration: Micros,
}

/// Runs of states as one seamless line over `from..to`: in order, cut to the window, neighbours of one state joined, and
/// [`MachineState::Unknown`] where there is none.
pub fn stretches(runs: impl IntoIterator<Item = Stretch>, from: Micros, to: Micros) -> Vec<Stretch> {
    let mut line: Vec<Stretch> = Vec::new();
    let mut at = from;
    let mut push = |from: Micros, to: Micros, state: MachineState| {
        if to <= from {
            return;
        }
        match line.last_mut() {
            Some(last) if last.state == state => last.to = to,
            _ => line.push(Stretch { from, to, state }),
        }
    };
    for run in runs {
        let begin = run.from.max(at).min(to);
        let end = run.to.min(to);
        push(at, begin, MachineState::Unknown);
        push(begin, end, run.state);
        at = at.max(begin).max(end);
    }
    push(at, to, MachineState::Unknown);
    line
}

/// How the time divides.
pub fn times(line: &[Stretch]) -> Times {
    let mut times = Times::default();
    for stretch in line {
        let duration = stretch.to - stretch.from;
        match stretch.state {
            MachineState::Running => times.running += duration,
            MachineState::Off => times.off += duration,
            MachineState::Unknown => times.unknown += duration,
            _ => times.stopped += duration,
        }
    }
    times
}

/// The stops, longest first. `reason` is asked for the reason of each, `ideal_rate` is pieces a minute.
pub fn stops(line: &[Stretch], ideal_rate: Option<f64>, reason: impl Fn(&Stretch) -> String) -> Vec<Stop> {
    let end = line.last().map_or(Micros::MIN, |last| last.to);
    let mut stops: Vec<Stop> = line
        .iter()
        .filter(|stretch| stretch.state.is_stop())
        .map(|stretch| Stop {
            state: stretch.state,
            from: stretch.from,
            to: stretch.to,
            lasts: stretch.to == end,
            lost: ideal_rate.map(|rate| rate * minutes(stretch.to - stretch.from)),
            reason: reason(stretch),
        })
        .collect();
    stops.sort_by_key(|stop| (std::cmp::Reverse(stop.to - stop.from), stop.from));
    stops
}

/// Where the time went, longest first: stops by their reason or else their state, small ones together; slow running and
/// rejects as the time that they are worth at the ideal rate.
pub fn losses(
    stops: &[Stop],
    running: Micros,
    made: Option<f64>,
    rejected: Option<f64>,
    ideal_rate: Option<f64>,
) -> Vec<Loss> {
    let mut losses: Vec<Loss> = Vec::new();
    let mut add = |name: &str, state: MachineState, duration: Micros| {
        if duration <= 0 {
            return;
        }
        match losses
            .iter_mut()
            .find(|loss| loss.name == name && loss.state == state)
        {
            Some(loss) => loss.duration += duration,
            None => losses.push(Loss {
                name: name.into(),
                state,
                duration,
            }),
        }
    };
    for stop in stops {
        let duration = stop.to - stop.from;
        let own = matches!(stop.state, MachineState::Fault | MachineState::Stopped);
        if !stop.reason.is_empty() {
            add(&stop.reason, stop.state, duration);
        } else if own && duration < SMALL && !stop.lasts {
            add("Small stops", MachineState::Stopped, duration);
        } else {
            add(stop.state.words(), stop.state, duration);
        }
    }
    if let Some(rate) = ideal_rate.filter(|rate| *rate > 0.0 && rate.is_finite()) {
        let time_of = |pieces: f64| (pieces / rate * MINUTE as f64) as Micros;
        if let Some(made) = made {
            add(
                "Slow running",
                MachineState::Running,
                running.saturating_sub(time_of(made)),
            );
        }
        if let Some(rejected) = rejected {
            add("Rejects", MachineState::Running, time_of(rejected));
        }
    }
    losses.sort_by(|one, other| {
        other
            .duration
            .cmp(&one.duration)
            .then_with(|| one.name.cmp(&other.name))
    });
    losses
}

fn minutes(duration: Micros) -> f64 {
    duration as f64 / MINUTE as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use MachineState::{Blocked, Fault, Off, Running, Stopped, Unknown};

    fn stretch(from: i64, to: i64, state: MachineState) -> Stretch {
        Stretch {
            from: from * MINUTE,
            to: to * MINUTE,
            state,
        }
    }

    #[test]
    fn a_line_is_seamless() {
        let runs = [
            stretch(-5, 2, Running),
            stretch(2, 4, Running),
            stretch(6, 8, Fault),
            stretch(7, 9, Running),
            stretch(9, 99, Off),
        ];
        assert_eq!(
            stretches(runs, 0, 10 * MINUTE),
            [
                stretch(0, 4, Running),
                stretch(4, 6, Unknown),
                stretch(6, 8, Fault),
                stretch(8, 9, Running),
                stretch(9, 10, Off)
            ]
        );
        assert_eq!(stretches([], 0, MINUTE), [stretch(0, 1, Unknown)]);
        assert_eq!(stretches([stretch(0, 1, Running)], 0, 0), []);
    }

    #[test]
    fn time_divides_without_rest() {
        let line = [
            stretch(0, 10, Running),
            stretch(10, 14, Fault),
            stretch(14, 20, Off),
            stretch(20, 23, Unknown),
        ];
        let times = times(&line);
        assert_eq!(
            (times.running, times.stopped, times.off, times.unknown),
            (10 * MINUTE, 4 * MINUTE, 6 * MINUTE, 3 * MINUTE)
        );
        assert_eq!(times.planned(), 14 * MINUTE);
    }

    #[test]
    fn stops_and_losses() {
        let line = [
            stretch(0, 10, Running),
            stretch(10, 20, Fault),
            stretch(20, 30, Running),
            stretch(30, 31, Stopped),
            stretch(31, 40, Running),
            stretch(40, 42, Fault),
            stretch(42, 45, Running),
            stretch(45, 60, Blocked),
        ];
        let reason = |stretch: &Stretch| {
            if stretch.from == 10 * MINUTE {
                "Bottle jam".to_string()
            } else {
                String::new()
            }
        };
        let stops = stops(&line, Some(60.0), reason);
        assert_eq!(stops.len(), 4);
        assert_eq!(
            (stops[0].state, stops[0].lasts, stops[0].lost),
            (Blocked, true, Some(900.0))
        );
        assert_eq!((stops[1].reason.as_str(), stops[1].lasts), ("Bottle jam", false));
        // 32 minutes running make 1,920 at best.
        let losses = losses(&stops, 32 * MINUTE, Some(1_800.0), Some(60.0), Some(60.0));
        let said: Vec<_> = losses
            .iter()
            .map(|it| (it.name.as_str(), it.state, it.duration / MINUTE))
            .collect();
        assert_eq!(
            said,
            [
                ("Output full", Blocked, 15),
                ("Bottle jam", Fault, 10),
                ("Small stops", Stopped, 3),
                ("Slow running", Running, 2),
                ("Rejects", Running, 1)
            ]
        );
    }
}
