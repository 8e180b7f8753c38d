//! How long a machine was in which state, and why.

use hearthline_history::{Error, Run};
use hearthline_insight::{MachineState, Stretch, stretches};
use hearthline_model::{MINUTE, Micros};

use super::Inputs;
use super::counts::{Minutes, trusted};
use super::machine::Machine;

/// Runs that one window is made of at the most; a state that changes more often is no state.
const MOST_RUNS: usize = 20_000;
/// A machine that runs says something within this, or within the time of so many pieces; longer silence is not running
/// but unknown.
const SILENCE: Micros = 5 * MINUTE;
const PIECES: f64 = 10.0;

/// Why, over time.
#[derive(Default)]
pub struct Reasons(Vec<Run>);

impl Reasons {
    /// Reads the reasons that a machine gave in `from..to`.
    pub fn read(inputs: &Inputs<'_>, machine: &Machine<'_>, from: Micros, to: Micros) -> Result<Self, Error> {
        match machine.reason {
            Some(point) => Ok(Self(inputs.reader.states(point, from, to, MOST_RUNS)?)),
            None => Ok(Self::default()),
        }
    }

    /// The reason that held longest in a stretch; empty where none was given.
    pub fn during(&self, from: Micros, to: Micros) -> String {
        let begin = self.0.partition_point(|run| run.to <= from);
        self.0[begin..]
            .iter()
            .take_while(|run| run.from < to)
            .filter_map(|run| {
                let text = run.value.as_text()?.trim();
                let overlap = run.to.min(to) - run.from.max(from);
                (!text.is_empty()).then_some((overlap, text))
            })
            .max_by_key(|(overlap, _)| *overlap)
            .map_or_else(String::new, |(_, text)| text.chars().take(120).collect())
    }
}

/// The states of a machine over `from..to`, seamless.
pub fn line(
    inputs: &Inputs<'_>,
    machine: &Machine<'_>,
    from: Micros,
    to: Micros,
    reasons: &Reasons,
) -> Result<Vec<Stretch>, Error> {
    let runs = match machine.state {
        Some(point) => inputs.reader.states(point, from, to, MOST_RUNS)?,
        None => Vec::new(),
    };
    // Nobody told how the state of a device that is away goes on.
    let told = if machine.device.online || machine.device.last_seen <= 0 {
        to
    } else {
        machine.device.last_seen
    };
    let known = runs.into_iter().map(|run| {
        let state = if trusted(run.quality) {
            MachineState::of(&run.value)
        } else {
            MachineState::Unknown
        };
        Stretch {
            from: run.from,
            to: run.to.min(told),
            state: state.with_reason(&reasons.during(run.from, run.to)),
        }
    });
    Ok(stretches(known, from, to))
}

/// Cuts out of running what nobody saw (Hearthline or the network was off): stretches in which a machine that should run
/// said nothing at all. While a machine stands, silence is as it should be; of one without an ideal rate nobody knows.
pub fn cut_silence(
    line: Vec<Stretch>,
    machine: &Machine<'_>,
    minutes: &Minutes,
    from: Micros,
    to: Micros,
) -> Vec<Stretch> {
    let mut heard: Vec<Micros> = machine
        .signs_of_life()
        .flat_map(|point| minutes.within(point))
        .flat_map(|bucket| [bucket.from, bucket.last_at])
        .collect();
    let Some(rate) = machine.ideal_rate.filter(|_| !heard.is_empty()) else {
        return line;
    };
    let silence = SILENCE.max((PIECES / rate * MINUTE as f64) as Micros);
    heard.sort_unstable();
    let mut cut = Vec::new();
    for stretch in line {
        if stretch.state != MachineState::Running {
            cut.push(stretch);
            continue;
        }
        let within = heard
            .iter()
            .copied()
            .filter(|at| *at > stretch.from && *at < stretch.to);
        let mut at = stretch.from;
        for next in within.chain([stretch.to]) {
            let state = if next - at > silence {
                MachineState::Unknown
            } else {
                MachineState::Running
            };
            cut.push(Stretch {
                from: at,
                to: next,
                state,
            });
            at = next;
        }
    }
    stretches(cut, from, to)
}
