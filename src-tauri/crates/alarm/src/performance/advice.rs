//! What would quieten an alarm that calls too often, tried on what its point said.

use hearthline_model::{Condition, ConditionKind, MINUTE, Micros, PointId, SECOND, Sample};

use crate::trial::{Trial, try_on};

/// Occurrences with less between them are one, as a person sees it.
const TOGETHER: Micros = MINUTE;
/// This share of the needless calls is to be prevented;
const WANTED: f64 = 0.9;
/// what prevents less than this is no help.
const WORTH: f64 = 0.5;
/// Deadbands that are tried, as shares of the span of the values.
const DEADBANDS: [f64; 6] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
/// Delays that are tried, seconds.
const DELAYS: [i64; 8] = [2, 5, 10, 15, 30, 60, 120, 300];

/// A change to one setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// How far the value must come back, in the point's unit.
    Deadband(f64),
    /// How long it must be gone before the alarm ends.
    OffDelay(Micros),
    /// How long it must hold before the alarm is raised.
    OnDelay(Micros),
}

/// What a change would have done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advice {
    /// The change.
    pub change: Change,
    /// How often the alarm would have called with it.
    pub calls: u32,
    /// Share of the needless calls that it would have prevented, 0 to 1.
    pub prevented: f64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advised {
    /// How often the alarm would have called as it is.
    pub calls: u32,
    /// How many of them one call for each real occurrence would have been.
    pub real: u32,
    /// Changes that help and would have missed no occurrence of longer than was asked; the best first, one of a kind.
    pub options: Vec<Advice>,
}

/// Tries changes of a condition on samples in the order of their time, those of points that it reads among them. An occurrence of longer
/// than `keep`, however often it called, must not be missed. As [`try_on`] otherwise.
pub fn advise(
    condition: &Condition,
    point: PointId,
    samples: &[Sample],
    end: Micros,
    offset: Micros,
    keep: Micros,
) -> Advised {
    let name = condition.kind.name();
    let attempt = |condition: &Condition| -> Trial {
        let found = try_on(
            std::slice::from_ref(condition),
            point,
            samples.iter().cloned(),
            end,
            offset,
        );
        found.get(name).cloned().unwrap_or_default()
    };
    let now = attempt(condition);
    let Some(&(since, _)) = now.times.first() else {
        return Advised::default();
    };
    let calls = now.times.len() as u32;
    let real: Vec<(Micros, Micros)> = episodes(&now, end)
        .into_iter()
        .filter(|(from, to)| to.saturating_sub(*from) > keep)
        .collect();
    let needless = f64::from(calls.saturating_sub(real.len() as u32));
    let mut advised = Advised {
        calls,
        real: real.len() as u32,
        options: Vec::new(),
    };
    if needless < 1.0 {
        return advised;
    }
    for ladder in ladders(condition, point, samples) {
        let mut best: Option<Advice> = None;
        for change in ladder {
            let tried = attempt(&change.applied(condition));
            // A little later than before, since a delay moves the call.
            let caught = |(from, to): &(Micros, Micros)| {
                let late = to.saturating_add(TOGETHER);
                tried
                    .times
                    .iter()
                    .any(|(begin, ends)| *begin <= late && ends.unwrap_or(end) >= *from)
            };
            if !real.iter().all(caught) {
                break;
            }
            let left = tried.times.iter().filter(|(begin, _)| *begin >= since).count() as u32;
            let prevented = (f64::from(calls.saturating_sub(left)) / needless).min(1.0);
            if best.is_none_or(|best| prevented > best.prevented) {
                best = Some(Advice {
                    change,
                    calls: left,
                    prevented,
                });
            }
            if prevented >= WANTED {
                break;
            }
        }
        advised
            .options
            .extend(best.filter(|best| best.prevented >= WORTH));
    }
    advised
        .options
        .sort_by(|one, other| other.prevented.total_cmp(&one.prevented));
    advised
}

impl Change {
    /// The condition with the change.
    pub fn applied(self, condition: &Condition) -> Condition {
        let mut changed = condition.clone();
        match self {
            Self::Deadband(deadband) => changed.deadband = deadband,
            Self::OffDelay(delay) => changed.off_delay = delay,
            Self::OnDelay(delay) => changed.on_delay = delay,
        }
        changed
    }
}

/// What a person would call one occurrence.
fn episodes(trial: &Trial, end: Micros) -> Vec<(Micros, Micros)> {
    let mut all: Vec<(Micros, Micros)> = Vec::new();
    for (from, to) in &trial.times {
        let to = to.unwrap_or(end);
        match all.last_mut() {
            Some(last) if from.saturating_sub(last.1) <= TOGETHER => last.1 = last.1.max(to),
            _ => all.push((*from, to)),
        }
    }
    all
}

/// What to try, the smallest change first; what changes least about what is alarmed comes first of the kinds.
fn ladders(condition: &Condition, point: PointId, samples: &[Sample]) -> Vec<Vec<Change>> {
    let mut all = Vec::new();
    let limited = matches!(
        condition.kind,
        ConditionKind::LoLo { .. }
            | ConditionKind::Lo { .. }
            | ConditionKind::Hi { .. }
            | ConditionKind::HiHi { .. }
            | ConditionKind::Deviation { .. }
    );
    if limited {
        let (low, high) = samples
            .iter()
            .filter(|sample| sample.point == point)
            .filter_map(|sample| sample.value.as_f64().filter(|value| value.is_finite()))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let span = high - low;
        if span.is_finite() && span > 0.0 {
            let steps = DEADBANDS.iter().map(|share| neat(span * share));
            all.push(
                steps
                    .filter(|deadband| *deadband > condition.deadband)
                    .map(Change::Deadband)
                    .collect(),
            );
        }
    }
    let longer = |present: Micros| {
        DELAYS
            .iter()
            .map(|seconds| seconds * SECOND)
            .filter(move |delay| *delay > present)
    };
    all.push(longer(condition.off_delay).map(Change::OffDelay).collect());
    all.push(longer(condition.on_delay).map(Change::OnDelay).collect());
    all
}

/// Up to the next number of two digits, so that a person can read it.
fn neat(number: f64) -> f64 {
    let scale = 10f64.powf(number.log10().floor() - 1.0);
    // Divided by a whole number where it can be, which leaves 0.3 as 0.3.
    let digits = (number / scale - 1e-9).ceil();
    if scale < 1.0 {
        digits / (1.0 / scale).round()
    } else {
        digits * scale
    }
}
