//! The one thread that everything from the brokers goes through: decode → registry → alarms → live → history → acknowledge.
//!
//! It takes whatever is waiting as one batch, commits it, acknowledges it, and looks again: a commit as soon as the queue
//! runs dry, never on a timer (a broker sends only so many unacknowledged messages, so a timer would starve it).

mod alarm_groups;
mod alarm_rules;
#[cfg(test)]
mod alarm_rules_tests;
mod apply;
mod commands;
mod edits;
mod flood;
mod handover;
mod held;
mod import;
mod intake;
mod jump;
mod outcome;
mod persist;
mod redelivery;
mod register;
mod rules;
mod snapshots;
mod ties;
mod walk;
mod watching;

#[cfg(test)]
mod clock_tests;
#[cfg(test)]
mod held_tests;
#[cfg(test)]
mod merge_tests;
mod stock;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use hearthline_alarm::Alarms;
use hearthline_decode::{DeviceIx, Event, PointIx};
use hearthline_history::{KeptConfig, Store};
use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, BrokerId, Condition, DeviceId, Kind, Limits, Micros, PointId, Sample,
    TopicRule,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::clock;
use crate::shared::Shared;
use crate::source::{Incoming, SourceEvent};
use alarm_rules::AlarmSetup;
use commands::Pending;
pub use commands::view as command_view;
use held::Held;
use intake::Intake;
use jump::Steady;
pub(crate) use snapshots::device_class;
use watching::Way;

/// Messages in a batch at the most: bounds memory and the time until the next look at the clock.
const BATCH_MESSAGES: usize = 8192;
/// Bytes of payload in a batch at the most.
const BATCH_BYTES: usize = 8 << 20;
/// How often conventions, delays and time-outs are looked at.
const TICK: Duration = Duration::from_millis(250);
/// Ticks between looks at silence and rates.
const SLOW: u32 = 4;

/// What the pipeline is sent.
pub enum Work {
    /// From a connection.
    Source(SourceEvent),
    /// Something to do between two batches.
    Control(Box<dyn FnOnce(&mut Pipeline) + Send>),
    /// End.
    Stop,
}

/// The state of the thread.
pub struct Pipeline {
    pub(crate) shared: Arc<Shared>,
    pub(crate) store: Store,
    pub(crate) alarms: Alarms,
    alarm_ids: FxHashMap<AlarmKey, AlarmId>,
    conditions: FxHashMap<(DeviceId, Option<PointId>), Vec<Condition>>,
    /// Limits that the model is to be told.
    limits: FxHashMap<PointId, Limits>,
    /// Points whose value is a reorder point, and what it is for the level beside each.
    reorder_points: FxHashSet<PointId>,
    reorder: FxHashMap<PointId, f64>,
    /// The point that says whether a machine runs.
    machine_states: FxHashMap<DeviceId, (PointId, Kind)>,
    /// Devices that went offline lately, and when.
    away: FxHashMap<DeviceId, Micros>,
    intakes: BTreeMap<BrokerId, Intake>,
    /// The decoders' numbers of what is there.
    devices: FxHashMap<DeviceId, (BrokerId, DeviceIx)>,
    points: FxHashMap<PointId, (BrokerId, PointIx)>,
    configs: Vec<KeptConfig>,
    rules: Vec<TopicRule>,
    pub(crate) alarm_setup: AlarmSetup,
    messages: Vec<Incoming>,
    bytes: usize,
    events: Vec<(BrokerId, Event)>,
    samples: Vec<Sample>,
    entries: Vec<AlarmEntry>,
    pending: Vec<Pending>,
    held: Held,
    /// Descriptions that found no room in the registry in this run.
    crowded: u64,
    /// Ids of commands that were given out while history could not be written.
    provisional: u32,
    /// What becomes of the values of what is being applied.
    way: Way,
    steady: Steady,
    alarms_rev: u32,
    flood: flood::Watched,
    next_tick: Instant,
    ticks: u32,
}

impl Pipeline {
    /// With what an earlier run left behind.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn new(shared: Arc<Shared>, mut store: Store) -> Result<Self, hearthline_history::Error> {
        let mut held = Held::default();
        Held::prepare(&mut store);
        if store.is_read_only() {
            shared.read_only.store(true, Ordering::Relaxed);
            held.failed(&mut store, &hearthline_history::Error::ReadOnly);
        }
        Self::end_commands_of_last_run(&mut store)?;
        let mut alarms = Alarms::default();
        let mut alarm_ids = FxHashMap::default();
        for (id, key, last) in store.load_alarms()? {
            alarm_ids.insert(key.clone(), id);
            alarms.restore(id, key, last);
        }
        let conditions = store
            .load_conditions()?
            .into_iter()
            .map(|(device, point, conditions)| ((device, point), conditions))
            .collect();
        let configs = store.load_configs()?;
        let rules = Self::load_rules(&mut store)?;
        let alarm_setup = AlarmSetup::load(&mut store)?;
        let flood = flood::Watched::restore(&store)?;
        let mut pipeline = Self {
            shared,
            store,
            alarms,
            alarm_ids,
            conditions,
            limits: FxHashMap::default(),
            reorder_points: FxHashSet::default(),
            reorder: FxHashMap::default(),
            machine_states: FxHashMap::default(),
            away: FxHashMap::default(),
            intakes: BTreeMap::new(),
            devices: FxHashMap::default(),
            points: FxHashMap::default(),
            configs,
            rules,
            alarm_setup,
            messages: Vec::new(),
            bytes: 0,
            events: Vec::new(),
            samples: Vec::new(),
            entries: Vec::new(),
            pending: Vec::new(),
            held,
            crowded: 0,
            provisional: 0,
            way: Way::WHOLE,
            steady: Steady::new(clock::now(), clock::steady()),
            alarms_rev: u32::MAX,
            flood,
            next_tick: Instant::now(),
            ticks: 0,
        };
        pipeline.lead_groups();
        pipeline.bind_known_conditions();
        pipeline.show_limits();
        pipeline.commit();
        Ok(pipeline)
    }

    /// Works until [`Work::Stop`] or until nobody can send any more.
    pub fn run(mut self, work: &Receiver<Work>) {
        loop {
            let wait = self.next_tick.saturating_duration_since(Instant::now());
            let mut more = match work.recv_timeout(wait) {
                Ok(first) => self.take(first),
                Err(RecvTimeoutError::Timeout) => true,
                Err(RecvTimeoutError::Disconnected) => false,
            };
            while more && self.messages.len() < BATCH_MESSAGES && self.bytes < BATCH_BYTES {
                match work.try_recv() {
                    Ok(next) => more = self.take(next),
                    Err(_) => break,
                }
            }
            self.flush();
            if Instant::now() >= self.next_tick {
                self.tick();
            }
            if !more {
                return;
            }
        }
    }

    /// Takes one piece of work; false: end.
    fn take(&mut self, work: Work) -> bool {
        match work {
            Work::Source(SourceEvent::Message(message)) => {
                self.bytes += message.payload.len();
                self.messages.push(message);
            }
            Work::Source(event) => {
                self.flush();
                self.connection(event);
            }
            Work::Control(control) => {
                // What was asked for comes after what had arrived before.
                self.flush();
                self.held.asked(&mut self.store, true);
                control(self);
                self.held.asked(&mut self.store, false);
                self.commit();
            }
            Work::Stop => {
                self.flush();
                self.last_attempt();
                return false;
            }
        }
        true
    }

    /// Decodes, applies, commits and acknowledges what was taken.
    fn flush(&mut self) {
        if self.messages.is_empty() {
            return;
        }
        let mut messages = std::mem::take(&mut self.messages);
        let now = self.look_at_clock(&mut messages);
        if let Some(ways) = self.ways(&mut messages) {
            // What the broker would send again goes on being held; of the rest only the latest value counts.
            let mut from = 0;
            for ways in ways.chunk_by(|one, next| one == next) {
                self.way = ways[0];
                self.digest(&messages[from..from + ways.len()], now);
                from += ways.len();
            }
            self.way = Way::WHOLE;
        } else {
            self.digest(&messages, now);
        }
        self.owe(&messages);
        self.commit();
        self.release(&messages);
        self.messages = messages;
        self.messages.clear();
        self.bytes = 0;
    }

    fn digest(&mut self, messages: &[Incoming], now: Micros) {
        self.decode(messages);
        // Before applying: what was wrong is told with the message that it was wrong with.
        if self.way.judge {
            self.show_topics(messages);
        }
        self.apply(now);
    }

    /// Lets time pass.
    fn tick(&mut self) {
        self.next_tick = Instant::now() + TICK;
        self.ticks = self.ticks.wrapping_add(1);
        let now = self.look_at_clock(&mut []);
        if self.held.full(self.samples.len()) {
            self.way = Way::without_room();
        }
        for (&broker, intake) in &mut self.intakes {
            intake.tick(broker, now, &mut self.events);
        }
        self.apply(now);
        self.alarms.set_offset(clock::wall_offset(now));
        self.alarms.tick(now, &mut self.entries);
        self.time_out(now);
        if self.ticks.is_multiple_of(SLOW) {
            self.settle(now);
            self.rates();
        }
        self.way = Way::WHOLE;
        self.commit();
        self.watch_over();
        self.tell();
    }

    /// Silence: what turned stale or fresh.
    fn settle(&mut self, now: Micros) {
        for (&broker, intake) in &mut self.intakes {
            if let Some(up) = intake.settled(now) {
                self.shared.live().broker(broker, up);
            }
        }
        self.mark_away(now);
        let mut turned = Vec::new();
        self.shared.live().settle(now, &mut turned);
        for (point, stale) in turned {
            self.alarms.stale(point, stale, now, now, &mut self.entries);
        }
    }
}
