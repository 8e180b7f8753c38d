//! From memory to disk: one transaction a batch where all is well, and what was held where it was not.

use std::mem::take;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hearthline_history::{Batch, Error};
use hearthline_model::{BrokerId, CommandId, DeviceId, PointId};

use super::Pipeline;
use super::held::Unwritten;
use super::redelivery;
use crate::clock;
use crate::reach::Wake;
use crate::source::{Ack, Incoming};

impl Pipeline {
    /// Commits samples and alarm entries, and acknowledges what they came with. Where history cannot be written they are held,
    /// and a later call tries again. What the window is shown follows.
    pub(super) fn commit(&mut self) {
        if !self.held.waits() && self.reopened() {
            self.held.attempt(true);
            if self.write_held() && self.append() {
                self.held.settle();
                self.mark();
                self.held.over(&mut self.store);
            }
            self.held.attempt(false);
        }
        self.flood.take(&self.entries);
        self.held.bound(&mut self.entries);
        self.flood.left(self.entries.len());
        self.show_alarms();
    }

    /// Asks brokers, now and then, how far they have read our acknowledgements.
    fn mark(&mut self) {
        for intake in self.intakes.values_mut() {
            let Some(source) = intake
                .source
                .as_ref()
                .filter(|_| intake.fresh.1 >= redelivery::MARK)
            else {
                continue;
            };
            intake.fresh.1 = 0;
            if source.mark(intake.fresh.0) {
                intake
                    .marks
                    .push_back((intake.fresh.0, intake.redelivery.count()));
            }
        }
    }

    /// A file that was opened for reading alone is opened for writing, once it can be.
    fn reopened(&mut self) -> bool {
        if !self.store.is_read_only() {
            return true;
        }
        if let Err(error) = self.store.reopen() {
            tracing::debug!(message = "the history still can only be read", %error);
            self.held.failed(&mut self.store, &Error::ReadOnly);
            return false;
        }
        self.shared.forget_readers();
        self.shared.read_only.store(false, Ordering::Relaxed);
        true
    }

    /// Writes what must be in the file before the samples are. True where nothing waits any more.
    fn write_held(&mut self) -> bool {
        let (held, store) = (&mut self.held, &mut self.store);
        let (devices, points): (Vec<DeviceId>, Vec<PointId>) = (
            held.gone.0.iter().copied().collect(),
            held.gone.1.iter().copied().collect(),
        );
        if !(devices.is_empty() && points.is_empty()) {
            if held.write(store, |store| store.set_gone(&devices, &points)) == Err(Unwritten::Waits) {
                return false;
            }
            held.gone = Default::default();
        }
        if !held.configs.is_empty() {
            let configs: Vec<_> = held.configs.values().cloned().collect();
            if held.write(store, |store| store.save_configs(&configs)) == Err(Unwritten::Waits) {
                return false;
            }
            held.configs.clear();
        }
        if !self.write_commands() {
            return false;
        }
        if self.held.is_later() {
            self.events.extend(self.held.take_later());
            self.apply(clock::now());
            if self.held.is_later() {
                return false;
            }
        }
        let unbound = take(&mut self.held.unbound);
        if !unbound.is_empty() {
            self.bind(unbound.into_iter().collect());
        }
        self.held.unbound.is_empty() && !self.held.waits()
    }

    fn write_commands(&mut self) -> bool {
        while let Some(mut record) = self.held.commands.first().cloned() {
            let provisional = record.id;
            let written = if super::commands::is_provisional(provisional) {
                self.held
                    .write(&mut self.store, |store| store.new_command(&record))
            } else {
                self.held
                    .write(&mut self.store, |store| store.save_command(&record))
                    .map(|()| provisional)
            };
            match written {
                Ok(id) => {
                    record.id = id;
                    self.renumber(provisional, id);
                }
                Err(Unwritten::Waits) => return false,
                Err(Unwritten::Refused) => {}
            }
            self.held.commands.remove(0);
        }
        true
    }

    /// A command has its lasting id now.
    fn renumber(&mut self, from: CommandId, to: CommandId) {
        if from == to {
            return;
        }
        for pending in &mut self.pending {
            pending.renumber(from, to);
        }
        for record in &mut self.held.commands {
            if record.id == from {
                record.id = to;
            }
        }
        for shown in self.shared.commands().iter_mut().filter(|shown| shown.id == from) {
            shown.id = to;
        }
        self.shared.commands_rev.fetch_add(1, Ordering::Relaxed);
    }

    /// One transaction. True where everything is on disk, or will never be.
    fn append(&mut self) -> bool {
        self.flood.take(&self.entries);
        let redeliveries: Vec<(String, Vec<u8>)> = self
            .intakes
            .iter()
            .flat_map(|(broker, intake)| {
                let changed = intake.redelivery.changed().into_iter();
                changed.map(|(slot, bytes)| (redelivery_key(*broker, slot), bytes))
            })
            .collect();
        if self.samples.is_empty() && self.entries.is_empty() && redeliveries.is_empty() {
            return true;
        }
        let settings: Vec<(&str, &[u8])> = redeliveries
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice()))
            .collect();
        let at = clock::now();
        let outbox = self.outbox_rows(&self.entries, at);
        let batch = Batch {
            samples: &self.samples,
            alarms: &self.entries,
            outbox: &outbox,
            settings: &settings,
            at,
        };
        match self.held.write(&mut self.store, |store| store.append(&batch)) {
            Ok(()) => {
                if !outbox.is_empty() {
                    self.shared.reach.wake(Wake::Rows);
                }
                let count = self.samples.len() as u64;
                self.shared.stored.fetch_add(count, Ordering::Relaxed);
            }
            Err(Unwritten::Waits) => return false,
            Err(Unwritten::Refused) => {
                if !self.append_apart(&settings) {
                    return false;
                }
            }
        }
        for intake in self.intakes.values_mut() {
            intake.redelivery.settled(true);
        }
        self.samples.clear();
        self.entries.clear();
        self.held.text = 0;
        true
    }

    /// Something of the batch is refused for good: finds it by halving, leaves it out and stores the rest. The memory of
    /// redeliveries comes last: were we killed before, the rest would be stored twice rather than lost.
    fn append_apart(&mut self, settings: &[(&str, &[u8])]) -> bool {
        let at = clock::now();
        let whole: Range<usize> = 0..self.samples.len();
        let mut parts = vec![whole];
        let (mut lost, mut stored) = (0, 0);
        while let Some(part) = parts.pop() {
            let batch = Batch {
                samples: &self.samples[part.clone()],
                at,
                ..Batch::default()
            };
            if part.is_empty() {
                continue;
            }
            match self.held.write(&mut self.store, |store| store.append(&batch)) {
                Ok(()) => stored += part.len(),
                Err(Unwritten::Refused) if part.len() == 1 => lost += 1,
                Err(Unwritten::Refused) => {
                    let half = part.start + part.len() / 2;
                    parts.push(half..part.end);
                    parts.push(part.start..half);
                }
                Err(Unwritten::Waits) => {
                    // The parts are taken from the front.
                    self.samples.drain(..part.start);
                    self.shared.stored.fetch_add(stored as u64, Ordering::Relaxed);
                    self.shared.refused.fetch_add(lost, Ordering::Relaxed);
                    return false;
                }
            }
        }
        self.samples.clear();
        self.shared.stored.fetch_add(stored as u64, Ordering::Relaxed);
        self.shared.refused.fetch_add(lost, Ordering::Relaxed);
        while let Some(entry) = self.entries.first() {
            let outbox = self.outbox_rows(std::slice::from_ref(entry), at);
            let batch = Batch {
                alarms: std::slice::from_ref(entry),
                outbox: &outbox,
                at,
                ..Batch::default()
            };
            match self.held.write(&mut self.store, |store| store.append(&batch)) {
                Ok(()) => {}
                Err(Unwritten::Refused) => lost += 1,
                Err(Unwritten::Waits) => return false,
            }
            self.entries.remove(0);
        }
        self.shared.reach.wake(Wake::Rows);
        let batch = Batch {
            settings,
            at,
            ..Batch::default()
        };
        let remembered = self.held.write(&mut self.store, |store| store.append(&batch));
        if lost > 0 {
            self.shared.note(
                "refused",
                format!(
                    "{lost} of the values and alarm entries that came could not be stored, because the history file \
                     refuses them; the others are stored. Look into the log, and check the file under Data."
                ),
                None,
            );
        }
        remembered != Err(Unwritten::Waits)
    }

    /// Notes what is to be acknowledged once it is on disk.
    pub(super) fn owe(&mut self, messages: &[Incoming]) {
        for (broker, intake) in &self.intakes {
            let Some(source) = &intake.source else { continue };
            let mut bytes = 0;
            let acks: Vec<Ack> = messages
                .iter()
                .filter(|message| message.broker == *broker && message.qos > 0)
                .map(|message| {
                    bytes += message.weight() as u64;
                    message.ack()
                })
                .collect();
            self.held.owe(Arc::downgrade(source), acks, bytes);
        }
    }

    /// Tells the person what keeps history from being stored, or that nothing does any more.
    pub(super) fn tell(&mut self) {
        let text = self.held.told(self.samples.len(), &self.unjudged());
        let mut shown = self.shared.trouble();
        if *shown != text {
            *shown = text;
            self.shared.status_rev.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A broker's decoder begins anew: what is held of it bears numbers of the one before. What is unacknowledged comes again,
    /// since the memory of redeliveries begins at what is on disk.
    pub(super) fn forget_held(&mut self, broker: BrokerId) {
        if !self.held.failing() {
            return;
        }
        let mut lost = self.held.forget(broker);
        let points = &self.points;
        self.samples.retain(|sample| {
            let keep = points.get(&sample.point).is_none_or(|(of, _)| *of != broker);
            lost += usize::from(!keep);
            keep
        });
        self.held.drop_values(lost, &self.shared);
    }

    /// The last attempt, before the end.
    pub(super) fn last_attempt(&mut self) {
        self.held.hurry();
        self.commit();
        if self.held.failing() {
            tracing::error!(
                message = "ended while history could not be written; what the brokers still hold comes again",
                lost = self.samples.len()
            );
        }
    }
}

/// Under which name a slot of a broker's memory of redeliveries is kept.
pub(super) fn redelivery_key(broker: BrokerId, slot: usize) -> String {
    format!("{}{slot}", redelivery_keys(broker))
}

/// How these names begin.
pub(super) fn redelivery_keys(broker: BrokerId) -> String {
    format!("redelivery:{}:", broker.0)
}
