//! Whatever alarms do and whenever the program restarts: a step happens once for an occurrence, never too early, and never
//! after somebody acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use hearthline_model::{AlarmId, ChannelId, Escalation, EscalationStep, MINUTE, Micros, Priority};
use hearthline_reach::{Escalations, Open, Progress};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Raise(u32),
    Acknowledge(u32),
    Pass(Micros),
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0u32..4).prop_map(Act::Raise),
        1 => (0u32..4).prop_map(Act::Acknowledge),
        6 => (0..40 * MINUTE).prop_map(Act::Pass),
        1 => Just(Act::Restart),
    ]
}

fn rules() -> impl Strategy<Value = Escalation> {
    (
        proptest::collection::btree_set(1u16..120, 1..5),
        proptest::option::of(1u16..60),
        0u16..4,
    )
        .prop_map(|(minutes, repeat, most)| Escalation {
            enabled: true,
            from: Priority::High,
            steps: minutes
                .into_iter()
                .enumerate()
                .map(|(ix, after)| EscalationStep {
                    after,
                    channels: vec![ChannelId(ix as u32 + 1)],
                })
                .collect(),
            repeat,
            most,
        })
}

/// When a step is due after the call, counted out one by one.
fn plainly(rules: &Escalation, step: u32) -> Option<Micros> {
    let mut all: Vec<Micros> = rules
        .steps
        .iter()
        .map(|step| Micros::from(step.after) * MINUTE)
        .collect();
    if let Some(every) = rules.repeat {
        for _ in 0..rules.most {
            all.push(all.last()? + Micros::from(every) * MINUTE);
        }
    }
    all.get(step as usize).copied()
}

proptest! {
    #[test]
    fn each_step_once_never_early_never_after_acknowledging(
        acts in proptest::collection::vec(act(), 1..120),
        rules in rules(),
    ) {
        let mut machine = Escalations::default();
        // What is on disk.
        let mut kept: BTreeMap<AlarmId, Progress> = BTreeMap::new();
        let mut open: BTreeMap<u32, Open> = BTreeMap::new();
        let mut since: BTreeMap<u32, Micros> = BTreeMap::new();
        let mut told: BTreeSet<(u32, Micros, u32)> = BTreeSet::new();
        let mut now = 1000 * MINUTE;
        for act in acts {
            match act {
                Act::Raise(alarm) => {
                    let raised_at = now;
                    open.insert(alarm, Open { alarm: AlarmId(alarm), raised_at, priority: Priority::High });
                    since.insert(alarm, now);
                    now += 1;
                }
                Act::Acknowledge(alarm) => {
                    open.remove(&alarm);
                }
                Act::Pass(by) => now += by,
                Act::Restart => machine = Escalations::restore(kept.clone()),
            }
            let all: Vec<Open> = open.values().copied().collect();
            let looked = machine.look(&all, &rules, now);
            for alarm in &looked.over {
                kept.remove(alarm);
            }
            kept.extend(looked.changed.iter().copied());
            for due in looked.due {
                let occurrence = open.get(&due.alarm.0);
                prop_assert!(occurrence.is_some(), "nobody waits for {:?}", due);
                let raised_at = occurrence.map_or(0, |open| open.raised_at);
                prop_assert!(told.insert((due.alarm.0, raised_at, due.step)), "twice: {:?}", due);
                let after = plainly(&rules, due.step);
                prop_assert!(after.is_some_and(|after| since[&due.alarm.0] + after <= now), "early: {:?}", due);
            }
            // What is due by now was told, but for repetitions that were slept through.
            for (alarm, occurrence) in &open {
                for (step, it) in rules.steps.iter().enumerate() {
                    // It is first seen at the look after it was raised, a moment later.
                    if since[alarm] + Micros::from(it.after) * MINUTE < now {
                        prop_assert!(told.contains(&(*alarm, occurrence.raised_at, step as u32)));
                    }
                }
            }
            if let Some(next) = machine.next(&rules) {
                prop_assert!(next > now);
            }
            prop_assert_eq!(&machine, &Escalations::restore(kept.clone()), "a restart changes nothing");
        }
    }
}
