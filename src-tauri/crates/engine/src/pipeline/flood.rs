//! Whether there are more alarms than one person can answer, as the window is told.

use hearthline_alarm::performance::{Flood, Meter};
use hearthline_history::{Error, Store};
use hearthline_model::{AlarmEntry, DAY, Micros, SECOND};

use crate::clock;
use crate::view::FloodView;

/// While a flood goes on its figures are told this often: who asks for them asks for all alarms.
const TOLD: Micros = 5 * SECOND;

/// The flood, fed with every entry once.
pub struct Watched {
    flood: Flood,
    /// Entries from the front of those that wait to be written, which were taken.
    taken: usize,
    shown: Option<FloodView>,
    shown_at: Micros,
}

impl Watched {
    /// As the journal of the last day leaves it.
    pub fn restore(store: &Store) -> Result<Self, Error> {
        let now = clock::now();
        let mut watched = Self {
            flood: Flood::default(),
            taken: 0,
            shown: None,
            shown_at: 0,
        };
        let begin = now.saturating_sub(DAY + Meter::LEAD);
        store.reader()?.alarms_received(begin, now, &mut |entry| {
            if entry.is_annunciation() {
                watched.flood.call(entry.received_at);
            }
        })?;
        watched.look(now);
        Ok(watched)
    }

    /// Takes the entries that wait to be written; those that it knows already it passes over.
    pub fn take(&mut self, entries: &[AlarmEntry]) {
        for entry in entries.iter().skip(self.taken) {
            if entry.is_annunciation() {
                self.flood.call(entry.received_at);
            }
        }
        self.taken = entries.len();
    }

    /// So many of the entries that were taken still wait.
    pub fn left(&mut self, count: usize) {
        self.taken = count;
    }

    /// Lets time pass; true where the window is to be told.
    pub fn look(&mut self, now: Micros) -> bool {
        self.flood.tick(now);
        let next = self.flood.ongoing().map(|ongoing| FloodView {
            since: ongoing.since,
            calls: ongoing.calls,
            within: self.flood.within(now),
        });
        let turned = next.map(|it| it.since) != self.shown.map(|it| it.since);
        let due = next != self.shown && (now - self.shown_at).abs() >= TOLD;
        if turned || due {
            self.shown = next;
            self.shown_at = now;
        }
        turned || due
    }

    /// What the window is shown.
    pub fn shown(&self) -> Option<FloodView> {
        self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Bench, bench};
    use super::*;

    fn smoke(bench: &mut Bench, n: usize) {
        let config = format!(
            r#"{{"name":"Smoke","device_class":"smoke","state_topic":"smoke/{n}","unique_id":"s{n}",
               "device":{{"identifiers":["d{n}"],"name":"Room {n}"}}}}"#
        );
        let topic = format!("homeassistant/binary_sensor/s{n}/config");
        bench.feed(&[(&topic, &config)]);
        bench.feed(&[(&format!("smoke/{n}"), "ON")]);
    }

    #[test]
    fn a_flood_is_shown_once_there_are_ten_and_outlives_a_restart() {
        let mut bench = bench();
        for n in 0..9 {
            smoke(&mut bench, n);
        }
        let shown = |bench: &Bench| bench.pipeline.shared.alarms().flood;
        assert_eq!(shown(&bench), None);
        smoke(&mut bench, 9);
        let flood = shown(&bench).unwrap();
        assert_eq!((flood.calls, flood.within), (10, 10));
        let bench = bench.restart();
        assert_eq!(shown(&bench).map(|flood| flood.since), Some(flood.since));
    }

    #[test]
    fn an_entry_that_waits_is_counted_once_and_figures_are_told_sparingly() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(
            &folder.path().join("h.db"),
            hearthline_history::Synchronous::Normal,
        )
        .unwrap();
        let mut watched = Watched::restore(&store).unwrap();
        let mut bench = bench();
        for n in 0..12 {
            smoke(&mut bench, n);
        }
        let now = clock::now();
        let reader = bench.pipeline.store.reader().unwrap();
        let mut entries = Vec::new();
        reader
            .alarms_received(0, now + SECOND, &mut |entry| entries.push(entry))
            .unwrap();
        assert_eq!(entries.len(), 12);
        watched.take(&entries[..5]);
        watched.take(&entries);
        watched.take(&entries);
        assert!(watched.look(now));
        assert_eq!(watched.shown().map(|flood| flood.calls), Some(12));
        // Some were written, the rest waits, one came.
        watched.left(4);
        watched.take(&entries[8..]);
        assert!(!watched.look(now + SECOND), "nothing new");
        watched.left(0);
        watched.take(&entries[..1]);
        assert!(!watched.look(now + SECOND), "not so soon");
        assert!(watched.look(now + TOLD));
        assert_eq!(watched.shown().map(|flood| flood.calls), Some(13));
        assert!(watched.look(now + DAY), "over");
        assert_eq!(watched.shown(), None);
    }
}
