//! Which waiting rows of a channel go out now, as one message.

use hearthline_model::{Channel, Micros, Realm, SECOND};

use crate::{Note, What};

/// So long the first of a burst waits for the others.
const GATHER: Micros = SECOND;
/// Alarms in a message for programs, which is given whole.
pub(crate) const MOST_FOR_PROGRAMS: usize = 200;
/// Alarms in a message for people, of which the first are named.
const MOST_FOR_PEOPLE: usize = 5_000;

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its lasting number.
    pub id: u64,
    /// When it was written.
    pub at: Micros,
    /// It waits for the end of the quiet hours.
    pub held: bool,
    /// The message that it was put into already: the number of its first row.
    pub message: Option<u64>,
    /// What is told.
    pub note: Note,
}

/// What is to be done with the rows of a channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// These wait for the end of the quiet hours, from now on.
    pub hold: Vec<u64>,
    /// These are of no interest any more.
    pub drop: Vec<u64>,
    /// These go out together, in this order; empty: none yet.
    pub send: Vec<u64>,
    /// They were held back, and are a summary of the quiet hours.
    pub was_quiet: bool,
    /// When to look again, where nothing else happens; none: not before something does.
    pub next: Option<Micros>,
}

/// Decides. `rows` are those of one channel by their numbers, `quiet` whether the quiet hours hold now, `waits` whether an
/// alarm's occurrence still waits for somebody.
pub fn plan(
    channel: &Channel,
    rows: &[Row],
    quiet: bool,
    waits: &dyn Fn(&Note) -> bool,
    now: Micros,
) -> Plan {
    let mut plan = Plan::default();
    // What was put together stays together, and goes before everything else.
    if let Some(message) = rows.iter().find_map(|row| row.message) {
        let of_it = rows.iter().filter(|row| row.message == Some(message));
        plan.send = of_it.clone().map(|row| row.id).collect();
        plan.was_quiet = of_it.clone().all(|row| row.held);
        return plan;
    }
    let quiet = quiet && channel.quiet;
    let most = if channel.to.is_for_programs() {
        MOST_FOR_PROGRAMS
    } else {
        MOST_FOR_PEOPLE
    };
    let held_back = |note: &Note| quiet && !note.urgent && note.realm == Realm::Home;
    let mut after_quiet = Vec::new();
    let mut oldest = None;
    for row in rows {
        if held_back(&row.note) {
            if !row.held {
                plan.hold.push(row.id);
            }
        } else if row.held {
            if row.note.what != What::Cleared && waits(&row.note) {
                after_quiet.push(row);
            } else {
                plan.drop.push(row.id);
            }
        } else if plan.send.len() < most {
            oldest = oldest.or(Some(row.at));
            plan.send.push(row.id);
        }
    }
    if !after_quiet.is_empty() {
        // Of an alarm that called several times in the night, the last call is told.
        let last = |row: &Row| {
            after_quiet
                .iter()
                .rev()
                .find(|other| other.note.alarm == row.note.alarm)
                .is_some_and(|other| other.id == row.id)
        };
        let (told, repeated): (Vec<&Row>, Vec<&Row>) = after_quiet.iter().copied().partition(|row| last(row));
        plan.drop.extend(repeated.iter().map(|row| row.id));
        plan.send = told.iter().take(most).map(|row| row.id).collect();
        plan.was_quiet = true;
        return plan;
    }
    let gathered = oldest.map(|at| at.saturating_add(GATHER));
    // A clock that was set back must not hold anything up.
    if let Some(ready) = gathered.filter(|ready| now < *ready && *ready - now <= GATHER) {
        plan.send.clear();
        plan.next = Some(ready);
    }
    plan
}

#[cfg(test)]
mod tests {
    use hearthline_model::{AlarmId, Target};
    use proptest::prelude::*;

    use super::*;
    use crate::note::tests::{a_note, channel};

    const LATER: Micros = 3600 * SECOND;

    fn row(id: u64, urgent: bool) -> Row {
        Row {
            id,
            at: 0,
            held: false,
            message: None,
            note: Note {
                alarm: AlarmId(id as u32),
                urgent,
                ..a_note()
            },
        }
    }

    fn mail() -> Channel {
        Channel {
            to: Target::Ntfy {
                server: "https://ntfy.sh".into(),
                topic: "x".into(),
                ca_file: None,
            },
            ..channel()
        }
    }

    #[test]
    fn a_burst_is_gathered_into_one_message() {
        let rows: Vec<Row> = (1..=312).map(|id| row(id, false)).collect();
        let early = plan(&mail(), &rows, false, &|_| true, SECOND / 2);
        assert!(early.send.is_empty());
        assert_eq!(early.next, Some(SECOND));
        let now = plan(&mail(), &rows, false, &|_| true, SECOND);
        assert_eq!(now.send.len(), 312);
        let for_programs = plan(&channel(), &rows, false, &|_| true, SECOND);
        assert_eq!(for_programs.send.len(), MOST_FOR_PROGRAMS);
    }

    #[test]
    fn what_was_put_together_stays_together() {
        let mut rows: Vec<Row> = (1..=5).map(|id| row(id, false)).collect();
        rows[1].message = Some(2);
        rows[2].message = Some(2);
        assert_eq!(plan(&mail(), &rows, true, &|_| false, 0).send, [2, 3]);
    }

    #[test]
    fn at_night_only_what_must_not_wait_goes_out_and_the_rest_in_the_morning() {
        let mut rows = vec![row(1, false), row(2, true), row(3, false), row(4, false)];
        rows[3].note.realm = Realm::Plant;
        let night = plan(&mail(), &rows, true, &|_| true, LATER);
        assert_eq!((night.hold, night.send), (vec![1, 3], vec![2, 4]));
        let mut left = vec![row(1, false), row(3, false), row(5, false)];
        for row in &mut left {
            row.held = true;
        }
        left[2].note.what = What::Cleared;
        let morning = plan(&mail(), &left, false, &|note| note.alarm == AlarmId(3), LATER);
        assert_eq!((morning.drop, morning.send), (vec![1, 5], vec![3]));
        assert!(morning.was_quiet);
        let deaf = Channel {
            quiet: false,
            ..mail()
        };
        assert_eq!(plan(&deaf, &rows, true, &|_| true, LATER).send, [1, 2, 3, 4]);
    }

    #[test]
    fn of_an_alarm_that_called_all_night_one_call_is_told() {
        let mut rows = vec![row(1, false), row(2, false), row(3, false)];
        for row in &mut rows {
            row.held = true;
            row.note.alarm = AlarmId(9);
        }
        let morning = plan(&mail(), &rows, false, &|_| true, LATER);
        assert_eq!((morning.drop, morning.send), (vec![1, 2], vec![3]));
    }

    proptest! {
        /// Every row is in one place, what is urgent is never held, and each look brings the end nearer.
        #[test]
        fn nothing_is_lost_or_told_twice(
            kinds in proptest::collection::vec((any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()), 0..60),
            nights in proptest::collection::vec(any::<bool>(), 1..20),
        ) {
            let mut rows: Vec<Row> = kinds.iter().enumerate().map(|(ix, (urgent, plant, cleared, _))| {
                let mut row = row(ix as u64 + 1, *urgent);
                if *plant { row.note.realm = Realm::Plant; }
                if *cleared { row.note.what = What::Cleared; }
                row
            }).collect();
            let waits = |note: &Note| kinds.get(note.alarm.0 as usize - 1).is_some_and(|kind| kind.3);
            let mut told = Vec::new();
            let mut ended = false;
            for quiet in nights.into_iter().chain([false; 4]) {
                let plan = plan(&mail(), &rows, quiet, &waits, LATER);
                for id in &plan.hold {
                    let row = rows.iter_mut().find(|row| row.id == *id).unwrap();
                    prop_assert!(!row.note.urgent && row.note.realm == Realm::Home && quiet);
                    row.held = true;
                }
                let gone: Vec<u64> = plan.drop.iter().chain(&plan.send).copied().collect();
                let before = rows.len();
                rows.retain(|row| !gone.contains(&row.id));
                prop_assert_eq!(before - rows.len(), gone.len(), "each once");
                told.extend(plan.send);
                ended = rows.is_empty();
            }
            prop_assert!(ended, "the end of the night empties it: {:?}", rows);
            let all = told.len();
            told.sort_unstable();
            told.dedup();
            prop_assert_eq!(told.len(), all);
            for (ix, (urgent, plant, ..)) in kinds.iter().enumerate() {
                if *urgent || *plant {
                    prop_assert!(told.contains(&(ix as u64 + 1)), "what is not to wait is told");
                }
            }
        }
    }
}
