//! Whom an alarm reaches that nobody acknowledges: a state machine over what waits and the time.

use std::collections::BTreeMap;

use hearthline_model::{AlarmId, ChannelId, Escalation, MINUTE, Micros, Priority};

/// An alarm that waits for somebody: not acknowledged, and its condition true or latched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// The alarm.
    pub alarm: AlarmId,
    /// When its present occurrence was raised: what tells it from the one before.
    pub raised_at: Micros,
    /// How urgent.
    pub priority: Priority,
}

/// How far an occurrence has come; this is what a restart needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which occurrence.
    pub raised_at: Micros,
    /// Since when it waits: when it was first seen, for its own time may lie far back.
    pub since: Micros,
    /// Steps done, repetitions among them.
    pub steps: u32,
}

/// A step that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The alarm.
    pub alarm: AlarmId,
    /// Its number, from 0 on; beyond the steps: a repetition of the last.
    pub step: u32,
    /// For how long nobody has acknowledged it.
    pub waited: Micros,
    /// Who is told.
    pub channels: Vec<ChannelId>,
}

/// What a look comes to. All of it must be kept before any of it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// What is due.
    pub due: Vec<Due>,
    /// What is new or has come further.
    pub changed: Vec<(AlarmId, Progress)>,
    /// What waits no more.
    pub over: Vec<AlarmId>,
}

/// All alarms that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escalations {
    waiting: BTreeMap<AlarmId, Progress>,
}

impl Escalations {
    /// Goes on where an earlier run ended.
    pub fn restore(rows: impl IntoIterator<Item = (AlarmId, Progress)>) -> Self {
        Self {
            waiting: rows.into_iter().collect(),
        }
    }

    /// Looks at what waits now. Steps that came due meanwhile are all due, repetitions that were missed are not made up for.
    pub fn look(&mut self, open: &[Open], rules: &Escalation, now: Micros) -> Looked {
        let mut looked = Looked::default();
        let mut before = std::mem::take(&mut self.waiting);
        if rules.enabled {
            for alarm in open.iter().filter(|alarm| alarm.priority <= rules.from) {
                let known = before
                    .remove(&alarm.alarm)
                    .filter(|known| known.raised_at == alarm.raised_at);
                let mut progress = known.unwrap_or(Progress {
                    raised_at: alarm.raised_at,
                    since: now,
                    steps: 0,
                });
                // A clock that was set back.
                progress.since = progress.since.min(now);
                advance(alarm.alarm, &mut progress, rules, now, &mut looked.due);
                if known != Some(progress) {
                    looked.changed.push((alarm.alarm, progress));
                }
                self.waiting.insert(alarm.alarm, progress);
            }
        }
        looked.over = before
            .into_keys()
            .filter(|alarm| !self.waiting.contains_key(alarm))
            .collect();
        looked
    }

    /// When the next step is due; none where none will be.
    pub fn next(&self, rules: &Escalation) -> Option<Micros> {
        self.waiting
            .values()
            .filter_map(|progress| Some(progress.since + due_after(rules, progress.steps)?))
            .min()
    }
}

/// How long after the call a step is due; none where there is no such step.
fn due_after(rules: &Escalation, step: u32) -> Option<Micros> {
    let last = rules.steps.len().checked_sub(1)?;
    let minutes = if let Some(known) = rules.steps.get(step as usize) {
        i64::from(known.after)
    } else {
        let again = i64::from(step) - last as i64;
        let every = i64::from(rules.repeat.filter(|every| *every > 0)?);
        if again > i64::from(rules.most) {
            return None;
        }
        i64::from(rules.steps[last].after) + again * every
    };
    Some(minutes * MINUTE)
}

fn advance(alarm: AlarmId, progress: &mut Progress, rules: &Escalation, now: Micros, due: &mut Vec<Due>) {
    let waited = now - progress.since;
    let passed = |step: u32| due_after(rules, step).is_some_and(|after| after <= waited);
    let steps = rules.steps.len() as u32;
    let mut repeated = None;
    while passed(progress.steps) {
        let step = progress.steps;
        progress.steps += 1;
        if step >= steps {
            repeated = Some(step);
            continue;
        }
        due.push(Due {
            alarm,
            step,
            waited,
            channels: rules.steps[step as usize].channels.clone(),
        });
    }
    if let Some(step) = repeated
        && let Some(last) = rules.steps.last()
    {
        due.push(Due {
            alarm,
            step,
            waited,
            channels: last.channels.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::EscalationStep;

    use super::*;

    fn rules() -> Escalation {
        Escalation {
            enabled: true,
            from: Priority::High,
            steps: vec![
                EscalationStep {
                    after: 5,
                    channels: vec![ChannelId(1)],
                },
                EscalationStep {
                    after: 15,
                    channels: vec![ChannelId(2)],
                },
            ],
            repeat: Some(30),
            most: 2,
        }
    }

    fn open(alarm: u32, raised_at: Micros) -> Open {
        Open {
            alarm: AlarmId(alarm),
            raised_at,
            priority: Priority::High,
        }
    }

    #[test]
    fn goes_from_step_to_step_and_repeats_the_last() {
        let mut all = Escalations::default();
        let mut told = Vec::new();
        for minute in 0..200 {
            let looked = all.look(&[open(1, 7)], &rules(), minute * MINUTE);
            told.extend(looked.due.into_iter().map(|due| (minute, due.channels[0].0)));
        }
        assert_eq!(told, [(5, 1), (15, 2), (45, 2), (75, 2)]);
        assert_eq!(all.next(&rules()), None);
    }

    #[test]
    fn who_acknowledges_ends_it_and_a_new_occurrence_begins_anew() {
        let mut all = Escalations::default();
        all.look(&[open(1, 7)], &rules(), 0);
        assert_eq!(all.next(&rules()), Some(5 * MINUTE));
        let looked = all.look(&[], &rules(), 4 * MINUTE);
        assert_eq!((looked.due, looked.over), (vec![], vec![AlarmId(1)]));
        all.look(&[open(1, 8)], &rules(), 6 * MINUTE);
        assert!(all.look(&[open(1, 8)], &rules(), 10 * MINUTE).due.is_empty());
        assert_eq!(all.look(&[open(1, 8)], &rules(), 11 * MINUTE).due.len(), 1);
        // Raised again while it waits: from the beginning, too.
        assert!(all.look(&[open(1, 9)], &rules(), 30 * MINUTE).due.is_empty());
    }

    #[test]
    fn less_urgent_alarms_and_a_switched_off_escalation_reach_nobody() {
        let mut all = Escalations::default();
        let low = Open {
            priority: Priority::Low,
            ..open(1, 0)
        };
        all.look(&[low], &rules(), 0);
        assert_eq!(all, Escalations::default());
        let off = Escalation {
            enabled: false,
            ..rules()
        };
        all.look(&[open(1, 0)], &off, 0);
        assert!(all.look(&[open(1, 0)], &off, 1000 * MINUTE).due.is_empty());
    }

    #[test]
    fn after_a_long_sleep_every_step_is_told_and_one_repetition() {
        let mut all = Escalations::default();
        all.look(&[open(1, 7)], &rules(), 0);
        let looked = all.look(&[open(1, 7)], &rules(), 1000 * MINUTE);
        let steps: Vec<u32> = looked.due.iter().map(|due| due.step).collect();
        assert_eq!(steps, [0, 1, 3]);
    }
}
