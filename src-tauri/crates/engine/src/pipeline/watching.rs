//! Values and alarms of a broker that stands still, because nothing that it sent can be acknowledged.
//!
//! A message at QoS 1 is acknowledged once it is stored, and a broker sends only so many that are not (mosquitto's default: 20).
//! While history cannot be written it therefore sends nothing any more, just when a plant needs its alarms. So a second
//! connection hears the same topics at QoS 0 meanwhile ([`Source::watch`]). What comes by it is shown and judged and stored
//! nowhere; the broker keeps the same messages for the first connection, as many as it is set to keep, and these are stored
//! once that is possible.
//!
//! When they come at last they were judged already: [`Watched`] tells them by their content, so that no alarm is raised twice,
//! and gives them the time at which they were heard. One that the second connection missed is judged late rather than
//! never, and with it everything behind it on its topic, because what came last must hold. The second connection ends once
//! the first one has caught up. Where it cannot be made, the person is told what is not being judged, and since when.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hearthline_model::{BrokerId, DAY, Micros, Qos, SECOND};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::Pipeline;
use crate::clock;
use crate::source::{Incoming, Source, Watching};

/// Messages heard that are remembered until they come again.
const SEEN: usize = 100_000;
/// Looks in a row at which nothing may wait, for the first connection to have caught up.
const CALM: u32 = 8;
/// The second connection ends at the latest so long after history could be written again.
const LONGEST: Duration = Duration::from_mins(5);
/// A file that another program holds for less is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// A broker that was silent for so long may be standing still.
const SILENT: Micros = 5 * SECOND;

/// What becomes of the values of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// They are shown and judged.
    pub judge: bool,
    /// They are stored.
    pub store: Storing,
}

/// Whether values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storing {
    Yes,
    /// They find no room.
    NoRoom,
    /// The first connection brings them.
    Elsewhere,
}

impl Way {
    pub const WHOLE: Self = Self {
        judge: true,
        store: Storing::Yes,
    };

    /// Where there is no room for values that nobody would send again.
    pub fn without_room() -> Self {
        Self {
            store: Storing::NoRoom,
            ..Self::WHOLE
        }
    }

    pub fn stores(self) -> bool {
        self.store == Storing::Yes
    }
}

/// What the second connection of a broker heard.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// When, by content.
    seen: FxHashMap<u64, VecDeque<Micros>>,
    count: usize,
    /// Topics of which it missed something.
    behind: FxHashSet<u64>,
    /// Looks in a row at which nothing waited.
    calm: u32,
    /// Since when history is written again.
    over: Option<Instant>,
}

impl Watched {
    /// Heard by the second connection.
    fn hear(&mut self, message: &Incoming) {
        let (topic, mark) = marks(message);
        self.behind.remove(&topic);
        if self.count < SEEN {
            self.count += 1;
            self.seen.entry(mark).or_default().push_back(message.at);
        }
    }

    /// Come by the first one: when it was heard before, where it need not be judged again.
    fn heard(&mut self, message: &Incoming) -> Option<Micros> {
        let (topic, mark) = marks(message);
        let at = self.seen.get_mut(&mark).and_then(VecDeque::pop_front);
        if at.is_some() {
            self.count -= 1;
            if self.seen.get(&mark).is_some_and(VecDeque::is_empty) {
                self.seen.remove(&mark);
            }
        } else if self.behind.len() < SEEN {
            self.behind.insert(topic);
        }
        at.filter(|_| !self.behind.contains(&topic))
    }
}

/// Of a message's topic, and of all of it.
fn marks(message: &Incoming) -> (u64, u64) {
    use std::hash::Hasher;
    let mut hasher = FxHasher::default();
    hasher.write(message.topic.as_bytes());
    let topic = hasher.finish();
    hasher.write_u8(0xff);
    hasher.write(&message.payload);
    (topic, hasher.finish())
}

impl Pipeline {
    /// What becomes of each message of a batch; None where nothing is out of the ordinary.
    pub(super) fn ways(&mut self, messages: &mut [Incoming]) -> Option<Vec<Way>> {
        let full = self.held.full(self.samples.len());
        let watched = self.intakes.values().any(|intake| intake.watched.is_some())
            || messages.iter().any(|message| message.watch);
        if !full && !watched {
            return None;
        }
        let room = |qos: u8| {
            if full && qos == 0 {
                Storing::NoRoom
            } else {
                Storing::Yes
            }
        };
        let ways = messages.iter_mut().map(|message| {
            let intake = self.intakes.get_mut(&message.broker);
            let watched = intake.and_then(|intake| intake.watched.as_mut());
            if message.watch {
                if let Some(watched) = watched {
                    watched.hear(message);
                }
                return Way {
                    judge: true,
                    store: Storing::Elsewhere,
                };
            }
            let heard = watched.and_then(|watched| watched.heard(message));
            if let Some(at) = heard {
                message.at = at;
            }
            Way {
                judge: heard.is_none(),
                store: room(message.qos),
            }
        });
        Some(ways.collect())
    }

    /// Opens second connections where they are needed, and closes them where they are no more.
    pub(super) fn watch_over(&mut self) {
        let failing = self.held.failing_for();
        for (broker, intake) in &mut self.intakes {
            let Some(source) = &intake.source else {
                intake.watched = None;
                continue;
            };
            let Some(watched) = &mut intake.watched else {
                let long = failing.is_some_and(|(since, locked)| !locked || since >= PATIENCE);
                if long && intake.qos == Qos::AtLeastOnce && self.held.owes(source) {
                    tracing::warn!(
                        message = "a second connection is opened for values and alarms",
                        broker = broker.0
                    );
                    source.watch(true);
                    intake.watched = Some(Watched::default());
                }
                continue;
            };
            if failing.is_some() {
                (watched.over, watched.calm) = (None, 0);
                continue;
            }
            let over = *watched.over.get_or_insert_with(Instant::now);
            let waits = source.gate().queue() > 0;
            watched.calm = if waits { 0 } else { watched.calm + 1 };
            if watched.calm >= CALM || over.elapsed() >= LONGEST {
                source.watch(false);
                intake.watched = None;
            }
        }
    }

    /// What is not being judged, in words; empty where everything is.
    pub(super) fn unjudged(&self) -> String {
        let now = clock::now();
        let mut text = String::new();
        for (broker, intake) in &self.intakes {
            let (Some(source), Some(_)) = (&intake.source, &intake.watched) else {
                continue;
            };
            if let Some(since) = stands_still(source, self.heard_at(*broker), now)
                && self.held.owes(source)
            {
                let name = self.broker_name(*broker);
                let why = match source.watching() {
                    Watching::Failed(why) => format!(" {why}"),
                    _ => String::new(),
                };
                let since = clock::time_of_day(since);
                for part in [
                    " Alarms of ",
                    &name,
                    " have not been judged since ",
                    &since,
                    ", because it sends nothing more until its messages are stored, and a second connection to it does not come \
                     about.",
                    &why,
                ] {
                    text.push_str(part);
                }
            }
        }
        text
    }

    fn heard_at(&self, broker: BrokerId) -> Micros {
        self.intakes.get(&broker).map_or(0, |intake| intake.heard_at)
    }

    fn broker_name(&self, broker: BrokerId) -> String {
        let connections = self.shared.connections();
        connections
            .get(&broker)
            .map_or_else(String::new, |connection| connection.settings.name.clone())
    }
}

/// Since when nothing comes from a broker whose second connection is not there.
fn stands_still(source: &Source, heard_at: Micros, now: Micros) -> Option<Micros> {
    let silent = now.saturating_sub(heard_at);
    let lost = !matches!(source.watching(), Watching::Heard);
    // After a jump of the clock the time is not worth telling.
    (lost && (SILENT..30 * DAY).contains(&silent)).then_some(heard_at)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn message(topic: &str, payload: &'static str, at: Micros) -> Incoming {
        Incoming {
            broker: BrokerId(1),
            topic: topic.into(),
            payload: Bytes::from_static(payload.as_bytes()),
            qos: 1,
            retain: false,
            dup: false,
            pkid: 1,
            at,
            generation: 1,
            watch: false,
        }
    }

    #[test]
    fn what_was_heard_is_told_with_its_time_once_for_each_time() {
        let mut watched = Watched::default();
        watched.hear(&message("a", "1", 10));
        watched.hear(&message("a", "1", 20));
        assert_eq!(watched.heard(&message("a", "1", 99)), Some(10));
        assert_eq!(watched.heard(&message("a", "1", 99)), Some(20));
        assert_eq!(watched.heard(&message("a", "1", 99)), None);
        assert_eq!((watched.count, watched.seen.len()), (0, 0));
    }

    #[test]
    fn behind_one_that_was_missed_everything_of_its_topic_is_judged_until_something_newer_is_heard() {
        let mut watched = Watched::default();
        watched.hear(&message("a", "OFF", 10));
        watched.hear(&message("b", "OFF", 11));
        // Missed: ON came before OFF.
        assert_eq!(watched.heard(&message("a", "ON", 99)), None);
        assert_eq!(watched.heard(&message("a", "OFF", 99)), None);
        assert_eq!(watched.heard(&message("b", "OFF", 99)), Some(11));
        watched.hear(&message("a", "2", 12));
        assert_eq!(watched.heard(&message("a", "2", 99)), Some(12));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut watched = Watched::default();
        for at in 0..SEEN as Micros + 50 {
            watched.hear(&message("a", "1", at));
        }
        assert_eq!(watched.count, SEEN);
        for _ in 0..SEEN + 50 {
            watched.heard(&message("a", "1", 0));
        }
        assert_eq!(watched.count, 0);
    }
}
