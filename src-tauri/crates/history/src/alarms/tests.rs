use std::path::Path;

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, DAY, DeviceId, Micros, PointId, Priority, Quality, SECOND,
    Transition, Value,
};
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::{Batch, Cancel, Reader, Salvage, Store, Synchronous};

/// 2026-11-24T12:00:00Z.
const AT: Micros = 1_795_521_600_000_000;

fn entry(alarm: u32, at: Micros, transition: Transition, state: AlarmState) -> AlarmEntry {
    AlarmEntry {
        alarm: AlarmId(alarm),
        key: key(alarm),
        at,
        received_at: at,
        transition,
        state,
        priority: Priority::High,
        value: Value::Float(81.5),
        limit: Some(80.0),
        quality: Quality::Good,
        text: "Too \"hot\"".into(),
        who: String::new(),
        reason: String::new(),
        covers: Vec::new(),
        raised_at: Some(at),
        count: 1,
        late: false,
        over: false,
        first: false,
    }
}

fn key(alarm: u32) -> AlarmKey {
    AlarmKey {
        device: DeviceId(alarm),
        point: Some(PointId(alarm * 10)),
        condition: "hi".into(),
    }
}

/// Raised and cleared in turn, a second apart; the alarms have their ids.
fn fill(path: &Path, lines: usize, from: Micros) -> Store {
    let mut store = Store::open(path, Synchronous::Normal).unwrap();
    store.alarm_ids(&[key(1), key(2), key(3)]).unwrap();
    let entries: Vec<AlarmEntry> = (0..lines)
        .map(|n| {
            let (transition, state) = if n % 2 == 0 {
                (Transition::Raised, AlarmState::Acknowledged)
            } else {
                (Transition::Cleared, AlarmState::Normal)
            };
            entry(n as u32 / 2 % 3 + 1, from + n as i64 * SECOND, transition, state)
        })
        .collect();
    for batch in entries.chunks(7) {
        append(&mut store, batch);
    }
    store
}

fn append(store: &mut Store, entries: &[AlarmEntry]) {
    store
        .append(&Batch {
            alarms: entries,
            ..Batch::default()
        })
        .unwrap();
}

fn verify(path: &Path) -> Verified {
    walk(&Reader::open(path).unwrap(), None)
}

fn walk(reader: &Reader, known: Option<Fingerprint>) -> Verified {
    reader
        .verify_alarms(known, &Cancel::new(), &mut |_, _| {})
        .unwrap()
        .unwrap()
}

/// As who means to deceive: without the triggers.
fn tamper(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    let refused = connection.execute_batch(sql).unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    connection
        .execute_batch("DROP TRIGGER alarm_journal_stays; DROP TRIGGER alarm_journal_keeps;")
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn an_untouched_journal_is_whole_and_its_fingerprint_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let store = fill(&path, 2500, AT);
    let first = verify(&path);
    assert_eq!((first.lines, first.fault.clone()), (2500, None));
    assert_eq!(first.last.map(|spot| spot.seq), Some(2500));
    drop(store);
    let store = fill(&path, 3, AT + DAY);
    let then = walk(&store.reader().unwrap(), Some(first.fingerprint));
    assert_eq!((then.lines, then.fault, then.met), (2503, None, first.last));
    assert_ne!(then.fingerprint, first.fingerprint);
    let other = walk(&store.reader().unwrap(), Some(Fingerprint([7; 32])));
    assert_eq!(other.met, None);
}

#[test]
fn an_empty_journal_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    drop(Store::open(&path, Synchronous::Normal).unwrap());
    assert_eq!(verify(&path), Verified::default());
}

#[test]
fn whatever_is_done_to_a_line_shows_at_that_line() {
    for (sql, seq, kind) in [
        (
            "UPDATE alarm_journal SET entry = replace(entry, '81.5', '18.5') WHERE seq = 1204",
            1204,
            FaultKind::Changed,
        ),
        (
            "UPDATE alarm_journal SET at = at + 1 WHERE seq = 30",
            30,
            FaultKind::Changed,
        ),
        (
            "UPDATE alarm_journal SET priority = 4 WHERE seq = 1",
            1,
            FaultKind::Changed,
        ),
        (
            "UPDATE alarm_journal SET hash = NULL WHERE seq = 7",
            7,
            FaultKind::Changed,
        ),
        ("DELETE FROM alarm_journal WHERE seq = 50", 51, FaultKind::Missing),
        ("DELETE FROM alarm_journal WHERE seq < 50", 50, FaultKind::Missing),
        (
            "DELETE FROM alarm_journal WHERE seq > 1490",
            1500,
            FaultKind::Ended,
        ),
        ("DELETE FROM alarm_journal", 1500, FaultKind::Ended),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        drop(fill(&path, 1500, AT));
        tamper(&path, sql);
        let fault = verify(&path).fault.expect(sql);
        assert_eq!((fault.seq, fault.kind), (seq, kind), "{sql}");
    }
}

#[test]
fn newest_lines_that_went_show_also_where_the_fingerprint_was_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    drop(fill(&path, 100, AT));
    let connection = Connection::open(&path).unwrap();
    let old: Vec<u8> = {
        let whole = verify(&path);
        assert_eq!(whole.fault, None);
        let hash: [u8; 32] = connection
            .query_row("SELECT hash FROM alarm_journal WHERE seq = 90", (), |row| {
                row.get(0)
            })
            .unwrap();
        format!("{{\"seq\":90,\"hash\":\"{}\"}}", Fingerprint(hash)).into_bytes()
    };
    tamper(&path, "DELETE FROM alarm_journal WHERE seq > 90");
    connection
        .execute("UPDATE settings SET value = ? WHERE key = 'alarm_head'", [&old])
        .unwrap();
    let fault = verify(&path).fault.unwrap();
    assert_eq!((fault.seq, fault.kind), (100, FaultKind::Ended));
    // With the numbers set back as well nothing in the file tells: a fingerprint from elsewhere does.
    connection
        .execute(
            "UPDATE sqlite_sequence SET seq = 90 WHERE name = 'alarm_journal'",
            (),
        )
        .unwrap();
    assert_eq!(verify(&path).fault, None);
    assert_eq!(
        walk(&Reader::open(&path).unwrap(), Some(Fingerprint([1; 32]))).met,
        None
    );
}

#[test]
fn a_line_that_another_program_slips_in_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    drop(fill(&path, 10, AT));
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "INSERT INTO alarm_journal (alarm, device, point, at, priority, entry)
             SELECT alarm, device, point, at, priority, entry FROM alarm_journal WHERE seq = 3",
        )
        .unwrap();
    let fault = verify(&path).fault.unwrap();
    assert_eq!((fault.seq, fault.kind), (11, FaultKind::Changed));
}

#[test]
fn lines_of_before_the_chain_are_taken_as_they_stand_and_a_note_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    drop(fill(&path, 1204, AT));
    // Back to the layout of before.
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER alarm_journal_stays; DROP TRIGGER alarm_journal_keeps;
             DROP INDEX alarm_journal_by_device; DROP INDEX alarm_journal_by_transition; DROP INDEX alarm_journal_by_receipt;
             ALTER TABLE alarm_journal DROP COLUMN received; ALTER TABLE alarm_journal DROP COLUMN state;
             ALTER TABLE alarm_journal DROP COLUMN transition; ALTER TABLE alarm_journal DROP COLUMN hash;
             DELETE FROM settings WHERE key = 'alarm_head'; PRAGMA user_version = 6;",
        )
        .unwrap();
    drop(connection);
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    store.note_beginning(AT + DAY).unwrap();
    store.note_beginning(AT + 2 * DAY).unwrap();
    let found = walk(&store.reader().unwrap(), None);
    assert_eq!((found.lines, found.fault), (1205, None));
    assert_eq!(found.notes.len(), 1, "owed once");
    assert!(
        found.notes[0].text.contains("the 1,204 lines before"),
        "{}",
        found.notes[0].text
    );
    assert_eq!(found.notes[0].line.at, AT + DAY);
}

#[test]
fn what_is_left_after_a_cut_is_verifiable_and_states_live_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = fill(&path, 2400, AT - 3 * 366 * DAY);
    // Alarm 2 has been active ever since.
    let active = entry(
        2,
        AT - 3 * 366 * DAY + 3 * DAY,
        Transition::Raised,
        AlarmState::Unacknowledged,
    );
    append(&mut store, std::slice::from_ref(&active));
    append(
        &mut store,
        &[entry(1, AT - DAY, Transition::Raised, AlarmState::Acknowledged)],
    );
    let before = verify(&path);
    let mut keeper = store.keeper().unwrap();
    assert_eq!(
        keeper.cut_alarms(5, AT).unwrap(),
        CutAlarms::default(),
        "nothing is so old"
    );
    let cut = keeper.cut_alarms(2, AT).unwrap();
    assert_eq!(
        cut,
        CutAlarms {
            lines: 2401,
            carried: 1
        }
    );
    assert_eq!(keeper.cut_alarms(2, AT).unwrap(), CutAlarms::default(), "once");
    // Killed before the lines went: they count no more, and nothing is wrong.
    assert_eq!(verify(&path).fault, None);
    while keeper.drop_cut_alarms().unwrap() {}
    let found = verify(&path);
    assert_eq!(
        (found.lines, found.fault),
        (3, None),
        "the young one, the state, the note"
    );
    assert_eq!(found.first.map(|spot| spot.seq), Some(2402));
    assert!(found.notes[0].text.contains("2,401 lines older than 2 years"));
    let told = walk(&store.reader().unwrap(), Some(before.fingerprint));
    assert_eq!(
        told.met.map(|spot| spot.seq),
        Some(2402),
        "noted before the cut, still met"
    );
    let kept = store.load_alarms().unwrap();
    let state = |id: u32| {
        let entry = kept.iter().find(|(alarm, ..)| alarm.0 == id).unwrap().2.clone();
        entry.map(|entry| (entry.state, entry.at))
    };
    assert_eq!(state(1), Some((AlarmState::Acknowledged, AT - DAY)));
    assert_eq!(state(2), Some((AlarmState::Unacknowledged, active.at)));
    assert_eq!(state(3), None, "normal, and nothing rested on it");
    append(
        &mut store,
        &[entry(3, AT, Transition::Raised, AlarmState::Acknowledged)],
    );
    drop(store);
    assert_eq!(verify(&path).fault, None);
    tamper(&path, "DELETE FROM alarm_journal WHERE seq = 2402");
    assert_eq!(
        verify(&path).fault.map(|fault| (fault.seq, fault.kind)),
        Some((2403, FaultKind::Missing))
    );
}

#[test]
fn a_salvage_keeps_a_whole_chain_and_begins_a_broken_one_anew() {
    for broken in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("h.db"), folder.path().join("damaged.db"));
        drop(fill(&path, 60, AT));
        if broken {
            tamper(&path, "DELETE FROM alarm_journal WHERE seq IN (7, 8, 31)");
        }
        std::fs::rename(&path, &aside).unwrap();
        Salvage::begin(&aside, &path, "test", AT + DAY).unwrap();
        let found = verify(&path);
        assert_eq!(found.fault, None);
        assert_eq!(found.lines, if broken { 58 } else { 61 });
        let said = &found.notes[0].text;
        if broken {
            assert!(
                said.contains("57 lines saved") && said.contains("2 places"),
                "{said}"
            );
        } else {
            assert!(
                said.contains("60 lines saved") && said.contains("chain is whole"),
                "{said}"
            );
        }
        let mut store = fill(&path, 1, AT + 2 * DAY);
        append(&mut store, &[]);
        drop(store);
        assert_eq!(verify(&path).fault, None);
        // The guard is in place again.
        tamper(&path, "DELETE FROM alarm_journal WHERE seq = 20");
        assert_eq!(verify(&path).fault.map(|fault| fault.seq), Some(21));
    }
}

#[test]
fn a_copy_in_place_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = fill(&path, 4, AT);
    store.note_restored("hearthline-old.db", AT + DAY).unwrap();
    let found = walk(&store.reader().unwrap(), None);
    assert_eq!((found.lines, found.fault), (5, None));
    assert!(found.notes[0].text.contains("hearthline-old.db"));
}

#[test]
fn a_walk_ends_when_it_is_called_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let store = fill(&path, 4, AT);
    let cancel = Cancel::new();
    cancel.cancel();
    let found = store
        .reader()
        .unwrap()
        .verify_alarms(None, &cancel, &mut |_, _| {});
    assert_eq!(found.unwrap(), None);
}

#[test]
fn filters_leave_what_they_say_and_pages_join() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let reader = fill(&path, 600, AT).reader().unwrap();
    let seqs = |filter: AlarmFilter| -> Vec<u64> {
        let rows = reader.journal(&filter).unwrap();
        assert_eq!(
            rows.len() as u64,
            reader.journal_count(&filter).unwrap().min(filter.limit as u64)
        );
        rows.into_iter().map(|(seq, _)| seq).collect()
    };
    let all = AlarmFilter {
        limit: 1000,
        ..AlarmFilter::default()
    };
    assert_eq!(seqs(all.clone()), (1..=600).rev().collect::<Vec<u64>>());
    let cleared = AlarmFilter {
        transitions: vec![Transition::Cleared],
        device: Some(DeviceId(2)),
        ..all.clone()
    };
    assert_eq!(seqs(cleared.clone()).len(), 100);
    let page = AlarmFilter {
        before: Some(10),
        limit: 2,
        ..cleared
    };
    assert_eq!(seqs(page), [4]);
    let normal = AlarmFilter {
        states: vec![AlarmState::Normal, AlarmState::Latched],
        devices: Some(vec![DeviceId(1), DeviceId(3)]),
        from: Some(AT + 300 * SECOND),
        to: Some(AT + 400 * SECOND),
        ..all.clone()
    };
    assert!(seqs(normal).iter().all(|seq| seq % 2 == 0));
    let none = AlarmFilter {
        devices: Some(Vec::new()),
        ..all.clone()
    };
    assert_eq!(seqs(none), [0u64; 0]);
    let low = AlarmFilter {
        priorities: vec![Priority::Low],
        ..all
    };
    assert_eq!(seqs(low), [0u64; 0]);
}

#[test]
fn what_was_received_when_and_how_things_stood() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = fill(&path, 5, AT);
    let late = AlarmEntry {
        received_at: AT + DAY,
        ..entry(2, AT - DAY, Transition::Raised, AlarmState::Unacknowledged)
    };
    append(&mut store, &[late]);
    store.note_restored("x", AT + DAY).unwrap();
    let reader = store.reader().unwrap();
    let mut seen = Vec::new();
    reader
        .alarms_received(AT + 2 * SECOND, AT + DAY + 1, &mut |entry| {
            seen.push(entry.alarm.0);
        })
        .unwrap();
    assert_eq!(seen, [2, 2, 3, 2], "by receipt, without notes");
    let stood: Vec<u32> = reader
        .alarms_at(AT + DAY)
        .unwrap()
        .iter()
        .map(|it| it.alarm.0)
        .collect();
    assert_eq!(stood, [3], "the late one was not known of then");
    assert_eq!(reader.alarms_at(AT + 2 * DAY).unwrap().len(), 2);
    assert_eq!(reader.alarms_at(AT).unwrap().len(), 0);
    assert_eq!(reader.journal_begins().unwrap(), Some(AT));
}

#[test]
fn fingerprints_are_read_as_they_are_written() {
    let some = Fingerprint([0xa7; 32]);
    let text = some.to_string();
    assert_eq!(text.parse(), Ok(some));
    assert_eq!(format!(" {} {}\n", &text[..30], &text[30..]).parse(), Ok(some));
    for wrong in ["", "a7", &text[1..], &format!("{text}0"), &text.replace('a', "x")] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}

#[test]
fn an_alarm_that_goes_over_to_another_device_leaves_the_chain_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = fill(&path, 60, AT);
    store.move_alarms(&[(key(1), key(9))]).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(walk(&reader, None).fault, None);
    let of = |device| {
        let filter = AlarmFilter {
            device: Some(DeviceId(device)),
            limit: 100,
            ..AlarmFilter::default()
        };
        let rows = reader.journal(&filter).unwrap();
        assert!(rows.iter().all(|(_, entry)| entry.key.device == DeviceId(device)));
        rows.len()
    };
    assert_eq!((of(1), of(9)), (0, 20));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// One byte of one column of one line exchanged: the walk stops at that line, and at no other.
    #[test]
    fn no_exchanged_byte_goes_unseen(line in 1i64..40, column in 0usize..4, byte in 0usize..4000) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        drop(fill(&path, 40, AT));
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch("DROP TRIGGER alarm_journal_stays; DROP TRIGGER alarm_journal_keeps;")
            .unwrap();
        match column {
            0 => {
                // A letter within the text of the entry, so that it stays JSON and the indexes take it.
                let text: String = connection
                    .query_row("SELECT entry FROM alarm_journal WHERE seq = ?", [line], |row| row.get(0))
                    .unwrap();
                let at = text.find("Too").unwrap() + byte % 3;
                let mut bytes = text.into_bytes();
                bytes[at] = b'a' + (bytes[at] + 1) % 3;
                connection
                    .execute("UPDATE alarm_journal SET entry = ? WHERE seq = ?", (String::from_utf8(bytes).unwrap(), line))
                    .unwrap();
            }
            other => {
                let column = ["alarm", "at", "priority"][other - 1];
                connection
                    .execute(&format!("UPDATE alarm_journal SET {column} = {column} + 1 WHERE seq = ?"), [line])
                    .unwrap();
            }
        }
        prop_assert_eq!(verify(&path).fault.map(|fault| fault.seq), Some(line as u64));
    }
}
