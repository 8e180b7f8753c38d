//! States F to H of ISA-18.2: what keeps an alarm from the operator while it is judged and journaled all the same.
//!
//! | cover | put on | taken off | its time comes | the alarm goes inactive |
//! |---|---|---|---|---|
//! | F shelved for a time | shelved | unshelved | unshelved | – |
//! | F shelved once | shelved | unshelved | – | unshelved |
//! | G suppressed by design | suppressed | unsuppressed | – | – |
//! | H out of service | out of service | in service | – | – |
//!
//! The three do not know of each other: an alarm on the shelf can be taken out of service, and is on the shelf again (if its
//! time has not come) when it returns. One that is put on again replaces the one before. When the last is taken off, the
//! alarm is where its condition and its acknowledgement have it; a true condition calls the operator as a new one (B). G is
//! put on by a person, or by the leader of the alarm's group (`groups`), who takes off only what it put on.

use hearthline_model::{Cover, CoverKind, Micros, Transition};

/// What the journal says when a cover is put on.
pub fn put_on(kind: CoverKind) -> Transition {
    match kind {
        CoverKind::Shelved => Transition::Shelved,
        CoverKind::Suppressed => Transition::Suppressed,
        CoverKind::OutOfService => Transition::OutOfService,
    }
}

/// What the journal says when a cover is taken off.
pub fn taken_off(kind: CoverKind) -> Transition {
    match kind {
        CoverKind::Shelved => Transition::Unshelved,
        CoverKind::Suppressed => Transition::Unsuppressed,
        CoverKind::OutOfService => Transition::InService,
    }
}

/// Whether a cover's time has come.
pub fn is_over(cover: &Cover, now: Micros) -> bool {
    cover.until.is_some_and(|until| until <= now)
}

/// Whether logic put it on rather than a person: the leader of the alarm's group.
pub fn is_logic(cover: &Cover) -> bool {
    cover.kind == CoverKind::Suppressed && cover.who.is_empty()
}

/// The strongest cover.
pub fn strongest(covers: &[Cover]) -> Option<&Cover> {
    covers.iter().max_by_key(|cover| cover.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Book, Cause, tests::alarm};
    use crate::state::Input;
    use hearthline_model::{AlarmEntry, Quality, Value};

    fn cause(at: Micros) -> Cause<'static> {
        Cause {
            input: Input::Raise,
            at,
            received: at,
            value: &Value::Null,
            quality: Quality::Good,
            who: "Ann",
            reason: "test",
            late: false,
        }
    }

    fn cover(name: &str) -> Cover {
        let (kind, until, once) = match name {
            "F shelved for a time" => (CoverKind::Shelved, Some(100), false),
            "F shelved once" => (CoverKind::Shelved, None, true),
            "G suppressed by design" => (CoverKind::Suppressed, None, false),
            "H out of service" => (CoverKind::OutOfService, None, false),
            other => panic!("the table names a cover {other:?}"),
        };
        Cover {
            kind,
            since: 10,
            until,
            once,
            reason: "test".into(),
            who: "Ann".into(),
        }
    }

    fn says(journal: &[AlarmEntry], words: &str) {
        let last = journal
            .last()
            .map(|entry| format!("{:?}", entry.transition).to_lowercase());
        assert_eq!(last, Some(words.replace(' ', "")));
    }

    #[test]
    fn the_table_of_the_documentation_is_what_happens() {
        let mut checked = 0;
        let rows = include_str!("cover.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | "))
            .filter(|row| !row.starts_with("cover"));
        for row in rows {
            let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
            let cover = cover(cells[0]);
            let fresh = || {
                let (mut book, mut journal) = (Book::default(), Vec::new());
                let row = book.insert(alarm());
                book.put(row, &cause(5), &mut journal);
                assert!(book.cover(row, cover.clone(), &cause(10), &mut journal));
                (book, row, journal)
            };
            let (mut book, row, mut journal) = fresh();
            says(&journal, cells[1]);
            assert!(book.uncover(row, cover.kind, &cause(20), &mut journal));
            assert!(
                !book.uncover(row, cover.kind, &cause(21), &mut journal),
                "it is off"
            );
            says(&journal, cells[2]);
            let (mut book, _, mut journal) = fresh();
            book.end_covers(99, &mut journal);
            says(&journal, cells[1]);
            book.end_covers(100, &mut journal);
            says(&journal, if cells[3] == "–" { cells[1] } else { cells[3] });
            let (mut book, row, mut journal) = fresh();
            let clear = Cause {
                input: Input::Clear,
                ..cause(30)
            };
            book.put(row, &clear, &mut journal);
            says(&journal, if cells[4] == "–" { "cleared" } else { cells[4] });
            checked += 1;
        }
        assert_eq!(checked, 4);
    }
}
