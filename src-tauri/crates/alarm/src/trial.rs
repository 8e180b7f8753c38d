//! Conditions tried on what was recorded: how often would they have called?

use hearthline_model::{AlarmId, AlarmKey, Condition, DeviceId, Micros, PointId, Sample, Transition};
use rustc_hash::FxHashMap;

use crate::alarms::Alarms;

/// What a condition would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// How often it would have been raised.
    pub count: u32,
    /// Begin and end of the newest of them, oldest first; no end: still raised at the end of what was recorded.
    pub times: Vec<(Micros, Option<Micros>)>,
}

/// Times that a trial holds of one condition.
const MOST_TIMES: usize = 500;
/// The clock is looked at this often where samples are further apart.
const TICK: Micros = 10 * hearthline_model::SECOND;
/// Looks at the clock within one gap between samples: bounds what a gap of years costs.
const MOST_TICKS: i64 = 10_000;

/// Tries conditions of a point on samples in the order of their time, those of points that it reads among them.
/// Gives what each came to, by the name of its kind. `offset`: from UTC to the clock on the wall.
pub fn try_on(
    conditions: &[Condition],
    point: PointId,
    samples: impl IntoIterator<Item = Sample>,
    end: Micros,
    offset: Micros,
) -> FxHashMap<String, Trial> {
    let mut alarms = Alarms::default();
    alarms.set_offset(offset);
    let mut found: FxHashMap<String, Trial> = FxHashMap::default();
    let mut entries = Vec::new();
    let mut ids = 0;
    let mut id_of = |_: &AlarmKey| {
        ids += 1;
        AlarmId(ids)
    };
    let mut now: Option<Micros> = None;
    for sample in samples {
        let at = sample.at;
        if let Some(before) = now {
            pass(&mut alarms, before, at, &mut entries);
        } else {
            alarms.set_conditions(DeviceId(1), Some(point), conditions, at, &mut id_of, &mut entries);
        }
        now = Some(now.map_or(at, |before| before.max(at)));
        alarms.sample(&sample, at, &mut entries);
        collect(&mut found, &mut entries);
    }
    if let Some(before) = now {
        pass(&mut alarms, before, end, &mut entries);
        alarms.tick(end.max(before), &mut entries);
        collect(&mut found, &mut entries);
    }
    found
}

fn pass(alarms: &mut Alarms, from: Micros, to: Micros, entries: &mut Vec<hearthline_model::AlarmEntry>) {
    let step = TICK.max((to.saturating_sub(from)) / MOST_TICKS);
    let mut at = from.saturating_add(step);
    while at < to {
        alarms.tick(at, entries);
        at = at.saturating_add(step);
    }
}

fn collect(found: &mut FxHashMap<String, Trial>, entries: &mut Vec<hearthline_model::AlarmEntry>) {
    for entry in entries.drain(..) {
        let trial = found.entry(entry.key.condition).or_default();
        match entry.transition {
            Transition::Raised => {
                trial.count += 1;
                if trial.times.len() == MOST_TIMES {
                    trial.times.remove(0);
                }
                trial.times.push((entry.at, None));
            }
            Transition::Cleared => {
                if let Some((_, end)) = trial.times.last_mut() {
                    *end = Some(entry.at);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthline_model::{ConditionKind, MINUTE, Priority, Quality, Value};

    const POINT: PointId = PointId(4);

    fn sample(point: PointId, at: Micros, value: impl Into<f64>) -> Sample {
        Sample {
            point,
            at,
            value: Value::Float(value.into()),
            quality: Quality::Good,
        }
    }

    #[test]
    fn a_limit_tried_on_a_week_counts_what_would_have_called() {
        let high = Condition {
            on_delay: MINUTE,
            ..Condition::new(ConditionKind::Hi { limit: 10.0 }, Priority::High, "x")
        };
        // Beyond for five minutes of each hour, and once for half a minute only.
        let samples = (0..168).flat_map(|hour| {
            let at = hour * 60 * MINUTE;
            [
                sample(POINT, at, 20.0),
                sample(POINT, at + 5 * MINUTE, 5.0),
                sample(POINT, at + 30 * MINUTE, 20.0),
                sample(POINT, at + 30 * MINUTE + MINUTE / 2, 5.0),
            ]
        });
        let found = try_on(&[high], POINT, samples, 168 * 60 * MINUTE, 0);
        let trial = &found["hi"];
        assert_eq!(trial.count, 168);
        assert_eq!(trial.times[0], (MINUTE, Some(5 * MINUTE)));
    }

    #[test]
    fn other_points_and_the_clock_count_as_they_do_live() {
        let state = PointId(9);
        let low = Condition {
            enabled_while: format!("{{#{}}} == 1", state.0),
            ..Condition::new(ConditionKind::Lo { limit: 1.0 }, Priority::High, "x")
        };
        let silent = Condition::new(
            ConditionKind::NoData { after: 30 * MINUTE },
            Priority::Low,
            "silent",
        );
        let samples = [
            sample(state, 0, 0.0),
            sample(POINT, 1, 0.0),
            sample(state, MINUTE, 1.0),
            sample(POINT, 2 * MINUTE, 5.0),
        ];
        let found = try_on(&[low, silent], POINT, samples, 60 * MINUTE, 0);
        assert_eq!(found["lo"].times, [(MINUTE, Some(2 * MINUTE))]);
        assert_eq!(found["no_data"].times, [(32 * MINUTE, None)]);
        assert!(try_on(&[], POINT, [], 0, 0).is_empty());
    }
}
