//! What waits while history cannot be written, and for how long it is tried.
//!
//! | what fails | tried again | meanwhile |
//! |---|---|---|
//! | disk full, read-only, disk or network failing, file moved away, file damaged | after 0.25 s, twice as long each time up to 5 s, for ever | all of the below |
//! | another program holds the file | after 50 ms, up to 1 s, for ever; told after 2 s, because compaction holds it for a moment too | all of the below |
//! | anything else: one row or description that the file refuses | never: it is found by halving, left out, counted and told | the rest is stored |
//!
//! *Meanwhile* live values, alarms and commands go on. Values and alarm entries are held in memory. A message at QoS 1 is not
//! acknowledged and keeps its room in the [`Gate`](crate::source::Gate), so that the broker holds what does not fit; where it
//! therefore sends nothing more, a second connection hears what is published ([`super::watching`]). What came at
//! QoS 0 is held up to [`VALUES`], and counted as refused beyond. Descriptions of new devices wait for their lasting ids, and with
//! them all that is said of those devices ([`Held::later`]); for each the newest description is held. What is known from before
//! finds its ids also where a file can only be read. What is held is written in
//! the order that a start relies on: registry first, then values with the memory of redeliveries in one transaction, and
//! acknowledgements last.

use std::mem::take;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use hearthline_decode::{DeviceIx, Event, PointIx};
use hearthline_history::{Error, KeptConfig, Store};
use hearthline_model::{AlarmEntry, BrokerId, CommandRecord, Condition, DeviceId, PointId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::register::Owner;
use crate::shared::Shared;
use crate::source::{Ack, Source};

/// Values that are held of messages that nobody would send again.
pub const VALUES: usize = 250_000;
/// Bytes of text in them.
pub const TEXT: usize = 16 << 20;
/// Alarm entries that are held, and the last of each alarm beyond that.
const ENTRIES: usize = 20_000;
/// Commands whose journal is held; more are refused.
pub const COMMANDS: usize = 1_000;

/// The first and the longest pause between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// The same while another program holds the file.
const PAUSE_LOCKED: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// A file that is held by another one for less is not worth a word.
const UNTOLD: Duration = Duration::from_secs(2);

/// How long a write waits for another one. While it is tried again and again, hardly.
const PATIENCE: Duration = Duration::from_secs(1);
const PATIENCE_HELD: Duration = Duration::from_millis(20);
/// What a person asked for waits longer, because it is not tried again.
const PATIENCE_ASKED: Duration = Duration::from_secs(5);

/// Why something was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// It will be: hold it.
    Waits,
    /// It never will.
    Refused,
}

/// Acknowledgements that are owed to a connection, and the room at its gate that their messages take.
struct Owed {
    source: Weak<Source>,
    acks: Vec<Ack>,
    bytes: u64,
}

/// See the module.
#[derive(Default)]
pub struct Held {
    fault: Option<Fault>,
    /// An attempt is under way.
    trying: bool,
    owed: Vec<Owed>,
    /// What needs a lasting id first, in its order.
    later: Vec<(BrokerId, Event)>,
    described: FxHashMap<Described, usize>,
    /// Discovery messages to keep.
    pub configs: FxHashMap<(BrokerId, String), KeptConfig>,
    /// What left the screen.
    pub gone: (FxHashSet<DeviceId>, FxHashSet<PointId>),
    /// Commands; those with an id of their own have a line in the journal already.
    pub commands: Vec<CommandRecord>,
    /// Conditions that have no lasting alarm id.
    pub unbound: FxHashMap<Owner, Vec<Condition>>,
    /// Bytes of text among the values that are held.
    pub text: usize,
    /// Values that found no room since it fails.
    dropped: u64,
    /// Alarm entries that did.
    dropped_entries: usize,
}

/// Whose description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Described {
    Device(BrokerId, DeviceIx),
    Point(BrokerId, PointIx),
}

impl Described {
    fn of(broker: BrokerId, event: &Event) -> Option<Self> {
        match event {
            Event::Device { device, .. } | Event::DeviceGone(device) => Some(Self::Device(broker, *device)),
            Event::Point { point, .. } | Event::PointGone(point) => Some(Self::Point(broker, *point)),
            _ => None,
        }
    }
}

struct Fault {
    since: Instant,
    next: Instant,
    pause: Duration,
    locked: bool,
    text: String,
}

impl Held {
    /// Whether history cannot be written at the moment.
    pub fn failing(&self) -> bool {
        self.fault.is_some()
    }

    /// Since when it cannot be written, and whether because another program holds the file.
    pub fn failing_for(&self) -> Option<(Duration, bool)> {
        let fault = self.fault.as_ref()?;
        Some((fault.since.elapsed(), fault.locked))
    }

    /// Whether messages of a connection are not acknowledged yet.
    pub fn owes(&self, source: &Arc<Source>) -> bool {
        self.owed
            .iter()
            .any(|owed| std::ptr::eq(owed.source.as_ptr(), Arc::as_ptr(source)))
    }

    /// Whether it is too early for another attempt.
    pub fn waits(&self) -> bool {
        self.fault
            .as_ref()
            .is_some_and(|fault| Instant::now() < fault.next)
    }

    /// Whether values of messages that nobody would send again find no room.
    pub fn full(&self, values: usize) -> bool {
        self.failing() && (values + self.later.len() >= VALUES || self.text >= TEXT)
    }

    /// Writes, unless it fails and this is no attempt.
    pub fn write<T>(
        &mut self,
        store: &mut Store,
        work: impl FnOnce(&mut Store) -> Result<T, Error>,
    ) -> Result<T, Unwritten> {
        if self.failing() && !self.trying {
            return Err(Unwritten::Waits);
        }
        work(store).map_err(|error| {
            if error.passes() || matches!(error, Error::Damaged(_)) {
                self.failed(store, &error);
                return Unwritten::Waits;
            }
            tracing::error!(message = "the history file refused something", %error);
            Unwritten::Refused
        })
    }

    /// Writing failed.
    pub fn failed(&mut self, store: &mut Store, error: &Error) {
        self.trying = false;
        let now = Instant::now();
        let locked = matches!(error, Error::Locked);
        let (first, longest) = if locked { PAUSE_LOCKED } else { PAUSE };
        let folder = store.path().parent().unwrap_or(store.path());
        let text = match error {
            // SQLite tells of a write that failed, not why.
            Error::Disk(_) if crate::opening::read_only(folder) => Error::ReadOnly.to_string(),
            error => error.to_string(),
        };
        if let Some(fault) = &mut self.fault {
            fault.pause = (fault.pause * 2).min(longest);
            fault.next = now + fault.pause;
            (fault.locked, fault.text) = (locked, text);
            return;
        }
        tracing::error!(message = "history cannot be written", %error);
        let _ = store.set_patience(PATIENCE_HELD);
        self.fault = Some(Fault {
            since: now,
            next: now + first,
            pause: first,
            locked,
            text,
        });
    }

    /// The next attempt is due at once.
    pub fn hurry(&mut self) {
        if let Some(fault) = &mut self.fault {
            fault.next = Instant::now();
        }
    }

    /// An attempt to write what is held begins or ends.
    pub fn attempt(&mut self, begins: bool) {
        self.trying = begins && self.failing();
    }

    /// Everything is written.
    pub fn over(&mut self, store: &mut Store) {
        if let Some(fault) = self.fault.take() {
            let _ = store.set_patience(PATIENCE);
            tracing::warn!(
                message = "history is written again",
                after_seconds = fault.since.elapsed().as_secs(),
                lost = self.dropped
            );
        }
        (self.dropped, self.dropped_entries) = (0, 0);
    }

    /// What a person asked for is about to be written, or was.
    pub fn asked(&self, store: &mut Store, begins: bool) {
        if !self.failing() {
            let _ = store.set_patience(if begins { PATIENCE_ASKED } else { PATIENCE });
        }
    }

    /// At the start.
    pub fn prepare(store: &mut Store) {
        let _ = store.set_patience(PATIENCE);
    }

    /// What the person is told; empty where there is nothing to tell.
    /// `unjudged` is what is not going on, in sentences.
    pub fn told(&self, values: usize, unjudged: &str) -> String {
        let Some(fault) = &self.fault else {
            return String::new();
        };
        if fault.locked && fault.since.elapsed() < UNTOLD {
            return String::new();
        }
        let goes_on = if unjudged.is_empty() {
            " Live values and alarms go on;"
        } else {
            unjudged
        };
        let mut text = format!("{}.{goes_on} ", fault.text);
        text.push_str(&counted(values + self.later.len(), "value waits", "values wait"));
        text.push_str(" in memory");
        if self.dropped > 0 {
            text.push_str(", ");
            text.push_str(&counted(
                usize::try_from(self.dropped).unwrap_or(usize::MAX),
                "more found no room",
                "more found no room",
            ));
        }
        if self.described.is_empty() {
            text.push('.');
        } else {
            text.push_str(". New devices appear once it can be written again.");
        }
        text
    }

    /// Values found no room.
    pub fn drop_values(&mut self, count: usize, shared: &Shared) {
        self.dropped += count as u64;
        shared
            .refused
            .fetch_add(count as u64, std::sync::atomic::Ordering::Relaxed);
    }

    /// Keeps the alarm entries that are held within bounds: the oldest go, but for the last of each alarm, from which the next
    /// start goes on.
    pub fn bound(&mut self, entries: &mut Vec<AlarmEntry>) {
        // Not at every entry, for each time looks at all of them.
        if entries.len() <= ENTRIES * 2 {
            return;
        }
        let mut last = FxHashMap::default();
        for (ix, entry) in entries.iter().enumerate() {
            last.insert(entry.alarm, ix);
        }
        let before = entries.len();
        let mut surplus = before - ENTRIES;
        let mut ix = 0;
        entries.retain(|entry| {
            let keep = surplus == 0 || last.get(&entry.alarm) == Some(&ix);
            surplus -= usize::from(!keep);
            ix += 1;
            keep
        });
        self.dropped_entries += before - entries.len();
        tracing::error!(
            message = "alarm entries found no room",
            count = self.dropped_entries
        );
    }

    /// An event waits for a lasting id. False where it found no room.
    pub fn push(&mut self, broker: BrokerId, event: Event, room: bool) -> bool {
        let Some(described) = Described::of(broker, &event) else {
            if room {
                self.later.push((broker, event));
            }
            return room;
        };
        if let Some(known) = self.described.get(&described) {
            // What belongs to it stands behind its first description, so the newest takes that one's place.
            self.later[*known].1 = event;
        } else {
            self.described.insert(described, self.later.len());
            self.later.push((broker, event));
        }
        true
    }

    /// Whether anything waits for a lasting id.
    pub fn is_later(&self) -> bool {
        !self.later.is_empty()
    }

    /// What waited for lasting ids.
    pub fn take_later(&mut self) -> Vec<(BrokerId, Event)> {
        self.described.clear();
        take(&mut self.later)
    }

    /// A broker's decoder begins anew: what waits of it is numbered by the one before. Gives how many values went with it.
    pub fn forget(&mut self, broker: BrokerId) -> usize {
        let before = self.take_later();
        let mut lost = 0;
        for (of, event) in before {
            if of == broker {
                lost += usize::from(matches!(event, Event::Reading(_)));
            } else {
                self.push(of, event, true);
            }
        }
        lost
    }

    /// Acknowledgements are owed for messages of so many bytes.
    pub fn owe(&mut self, source: Weak<Source>, acks: Vec<Ack>, bytes: u64) {
        if !acks.is_empty() {
            self.owed.push(Owed { source, acks, bytes });
        }
    }

    /// Everything is on disk: acknowledges, and makes room.
    pub fn settle(&mut self) {
        for Owed { source, acks, bytes } in self.owed.drain(..) {
            if let Some(source) = source.upgrade() {
                let count = acks.len() as u32;
                source.ack(acks);
                source.gate().leave(count, bytes);
            }
        }
    }
}

/// A number, its thousands apart, with the words for one and for many.
fn counted(number: usize, one: &str, many: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use hearthline_model::{AlarmId, AlarmKey, AlarmState, Priority, Quality, Transition, Value};

    use super::*;

    const BROKER: BrokerId = BrokerId(1);

    #[test]
    fn numbers_are_read_by_people() {
        assert_eq!(counted(0, "value", "values"), "0 values");
        assert_eq!(counted(1, "value", "values"), "1 value");
        assert_eq!(counted(1_234_567, "value", "values"), "1,234,567 values");
    }

    #[test]
    fn of_each_description_the_newest_waits_at_the_place_of_the_first() {
        let mut held = Held::default();
        let device = || Event::Device {
            device: DeviceIx(0),
            desc: Arc::default(),
        };
        assert!(held.push(BROKER, device(), false));
        assert!(held.push(
            BROKER,
            Event::Alive {
                point: PointIx(0),
                at: 1
            },
            true
        ));
        assert!(!held.push(
            BROKER,
            Event::Alive {
                point: PointIx(0),
                at: 2
            },
            false
        ));
        for _ in 0..1000 {
            held.push(BROKER, Event::DeviceGone(DeviceIx(0)), false);
            held.push(BROKER, device(), false);
        }
        assert_eq!(held.later.len(), 2);
        assert!(matches!(held.take_later()[0].1, Event::Device { .. }));
        assert!(!held.is_later());
    }

    #[test]
    fn alarm_entries_are_bounded_and_the_last_of_each_alarm_stays() {
        let entry = |alarm: u32, at: i64| AlarmEntry {
            alarm: AlarmId(alarm),
            key: AlarmKey {
                device: DeviceId(1),
                point: None,
                condition: "x".into(),
            },
            at,
            received_at: at,
            transition: Transition::Raised,
            state: AlarmState::Unacknowledged,
            priority: Priority::Low,
            value: Value::Null,
            quality: Quality::Good,
            limit: None,
            text: String::new(),
            who: String::new(),
            reason: String::new(),
            covers: Vec::new(),
            raised_at: None,
            count: 1,
            late: false,
            over: false,
            first: false,
        };
        let mut held = Held::default();
        let mut entries = vec![entry(1, 0)];
        entries.extend((1..=ENTRIES as i64 * 2).map(|at| entry(2, at)));
        held.bound(&mut entries);
        assert_eq!(entries.len(), ENTRIES);
        assert_eq!((entries[0].alarm, entries[0].at), (AlarmId(1), 0));
        assert_eq!(entries[1].at, ENTRIES as i64 + 2);
    }
}
