//! What the pipeline holds for each broker: its decoder, the lasting ids of what it described, its connection.

use std::collections::VecDeque;
use std::sync::Arc;

use hearthline_decode::{Decoder, DeviceIx, Event, Message, Options, PointIx};
use hearthline_history::{Anchor, KeptConfig};
use hearthline_model::{BrokerId, BrokerSettings, DeviceId, Micros, PointId, Qos, SECOND};
use rustc_hash::FxHashMap;

use super::Pipeline;
use super::held::Unwritten;
use super::persist::redelivery_keys;
use super::redelivery::{Redelivery, Seen};
use super::watching::Watched;
use crate::clock;
use crate::diagnoses::Found;
use crate::source::{Incoming, Source, SourceEvent};

/// A connection that is away for so long takes the freshness of its values with it; shorter gaps are not worth a flicker.
const GRACE: Micros = 5 * SECOND;
/// Larger discovery messages are not kept over a restart.
const LARGEST_CONFIG: usize = 4 << 20;
/// Discovery messages of a broker that are kept.
const MOST_CONFIGS: usize = 10_000;
/// Bytes of discovery messages that are kept of all brokers; they stay in memory for a broker that is opened anew.
const CONFIG_BYTES: usize = 64 << 20;

/// Messages behind a duplicate that are looked at for its neighbours.
const AHEAD: usize = 256;

/// One broker's side of the pipeline.
pub struct Intake {
    pub(super) decoder: Decoder,
    pub(super) devices: Vec<Option<Anchor>>,
    pub(super) points: Vec<Option<PointRef>>,
    pub(super) source: Option<Arc<Source>>,
    pub(super) redelivery: Redelivery,
    /// New messages since the broker was last asked how far it has read, and the connection that they came by.
    pub(super) fresh: (u64, u32),
    /// Questions that it has not answered yet: connection, and messages that were committed.
    pub(super) marks: VecDeque<(u64, u64)>,
    /// Fingerprints of the discovery messages kept.
    pub(super) configs: FxHashMap<String, u64>,
    pub(super) qos: Qos,
    /// What its second connection hears, while there is one.
    pub(super) watched: Option<Watched>,
    /// When a message came last.
    pub(super) heard_at: Micros,
    down_since: Option<Micros>,
    shown_up: bool,
}

/// A decoder's point.
#[derive(Clone, Copy, Debug)]
pub struct PointRef {
    pub id: PointId,
    /// Shown, not stored.
    pub transient: bool,
}

impl Intake {
    fn new(settings: &BrokerSettings, redelivery: Redelivery) -> Self {
        Self {
            decoder: Decoder::new(Options {
                birth: settings.birth,
                sparkplug_host: settings.sparkplug_host.clone(),
                realm: settings.realm,
                ..Options::default()
            }),
            devices: Vec::new(),
            points: Vec::new(),
            source: None,
            redelivery,
            fresh: (0, 0),
            marks: VecDeque::new(),
            configs: FxHashMap::default(),
            qos: settings.qos,
            watched: None,
            heard_at: 0,
            down_since: Some(0),
            // What the live table takes for granted, and may still know from a connection with other settings.
            shown_up: true,
        }
    }

    pub(super) fn tick(&mut self, broker: BrokerId, now: Micros, events: &mut Vec<(BrokerId, Event)>) {
        let mut out = Vec::new();
        self.decoder.tick(now, &mut out);
        events.extend(out.into_iter().map(|event| (broker, event)));
    }

    /// Whether values of this broker count, where that changed.
    pub(super) fn settled(&mut self, now: Micros) -> Option<bool> {
        let up = self
            .down_since
            .is_none_or(|since| since > 0 && now - since < GRACE);
        (up != self.shown_up).then(|| {
            self.shown_up = up;
            up
        })
    }

    /// The clock moved.
    pub(super) fn clock_moved(&mut self, by: Micros) {
        self.decoder.clock_moved(by);
        self.down_since = self.down_since.map(|since| {
            if since > 0 {
                since.saturating_add(by).max(1)
            } else {
                since
            }
        });
    }

    pub(super) fn device(&self, ix: DeviceIx) -> Option<DeviceId> {
        self.anchor(ix).map(|anchor| anchor.id)
    }

    pub(super) fn anchor(&self, ix: DeviceIx) -> Option<Anchor> {
        *self.devices.get(ix.0 as usize)?
    }

    pub(super) fn point(&self, ix: PointIx) -> Option<PointRef> {
        *self.points.get(ix.0 as usize)?
    }
}

impl Pipeline {
    /// A broker was added or its settings changed: a fresh decoder, told what is kept of its discovery.
    pub fn open_broker(&mut self, broker: BrokerId, settings: &BrokerSettings) {
        self.forget_held(broker);
        let ties = self.ties(broker);
        let (shared, store) = (&self.shared, &mut self.store);
        let keys = redelivery_keys(broker);
        let kept = shared.insist(store, |store| store.settings_under(&keys));
        let redelivery = Redelivery::load(
            kept.into_iter()
                .flatten()
                .filter_map(|(key, bytes)| Some((key[keys.len()..].parse().ok()?, bytes))),
        );
        let mut intake = Intake::new(settings, redelivery);
        // Numbers of the decoder before: a command by one of them would reach another point.
        self.points.retain(|_, (of, _)| *of != broker);
        self.devices.retain(|_, (of, _)| *of != broker);
        let now = clock::now();
        let mut out = Vec::new();
        intake.decoder.set_ties(&ties, &mut out);
        intake.decoder.set_rules(&self.rules, &mut out);
        for config in self.configs.iter().filter(|config| config.broker == broker) {
            intake.configs.insert(config.topic.clone(), hash(&config.payload));
            let message = Message {
                topic: &config.topic,
                payload: &config.payload,
                retain: true,
                at: now,
            };
            intake.decoder.message(&message, &mut out);
        }
        self.shared.world_mut().broker(broker, settings.demo);
        self.intakes.insert(broker, intake);
        self.events.extend(out.into_iter().map(|event| (broker, event)));
        self.apply(now);
        self.commit();
    }

    /// The running connection of a broker, or none any more.
    pub fn set_source(&mut self, broker: BrokerId, source: Option<Arc<Source>>) {
        if let Some(intake) = self.intakes.get_mut(&broker) {
            intake.source = source;
            if intake.source.is_none() {
                intake.down_since = Some(0);
                // A connection that does not end in time is cut off without a word.
                self.shared.world_mut().broker_up(broker, false);
            }
        }
    }

    /// A broker was removed: its devices leave the screen, history stays.
    pub fn close_broker(&mut self, broker: BrokerId) {
        self.forget_held(broker);
        self.intakes.remove(&broker);
        self.points.retain(|_, (of, _)| *of != broker);
        self.devices.retain(|_, (of, _)| *of != broker);
        self.configs.retain(|config| config.broker != broker);
        let now = clock::now();
        let gone: Vec<DeviceId> = {
            let world = self.shared.world();
            world
                .device_ids()
                .filter(|id| world.broker_of(*id) == Some(broker))
                .collect()
        };
        for device in gone {
            self.drop_conditions(device, now);
        }
        self.shared.world_mut().remove_broker(broker);
        self.shared.explorer().forget(broker);
    }

    /// A connection came, went, or refused something.
    pub(super) fn connection(&mut self, event: SourceEvent) {
        let now = clock::now();
        match event {
            SourceEvent::Connected { broker, at, .. } => {
                if let Some(intake) = self.intakes.get_mut(&broker) {
                    intake.down_since = None;
                    intake.shown_up = true;
                    let mut out = Vec::new();
                    intake.decoder.connected(at, &mut out);
                    self.events.extend(out.into_iter().map(|event| (broker, event)));
                }
                self.shared.live().broker(broker, true);
                self.shared.world_mut().broker_up(broker, true);
                self.apply(now);
                self.commit();
            }
            SourceEvent::Disconnected { broker, at } => {
                if let Some(intake) = self.intakes.get_mut(&broker) {
                    intake.down_since.get_or_insert(at.max(1));
                }
                self.shared.world_mut().broker_up(broker, false);
            }
            SourceEvent::Refused { broker, topic, text } => {
                let source = self.intakes.get(&broker).and_then(|it| it.source.as_ref());
                if let Some(source) = source {
                    source.gate().leave(1, 0);
                }
                let found = Found {
                    broker,
                    device: None,
                    kind: hearthline_decode::DiagnosisKind::InvalidUtf8,
                    topic: &topic,
                    text: &text,
                };
                self.shared.diagnoses().count(&found, &|| None, now);
            }
            SourceEvent::Read { broker, generation } => {
                if let Some(intake) = self.intakes.get_mut(&broker)
                    && let Some((of, count)) = intake.marks.front().copied()
                    && of == generation
                {
                    intake.marks.pop_front();
                    intake.redelivery.read(count);
                }
            }
            SourceEvent::Message(message) => self.messages.push(message),
        }
    }

    /// Decodes messages into events; a redelivery of what is stored already is passed over.
    pub(super) fn decode(&mut self, messages: &[Incoming]) {
        let mut out = Vec::new();
        let mut describing = Vec::new();
        let seen: Vec<Option<Seen>> = messages
            .iter()
            .map(|it| (it.qos > 0).then(|| Seen::new(it.pkid, &it.topic, &it.payload)))
            .collect();
        for (index, message) in messages.iter().enumerate() {
            let Some(intake) = self.intakes.get_mut(&message.broker) else {
                continue;
            };
            intake.heard_at = message.at;
            if let Some(mark) = seen[index] {
                if message.dup {
                    let behind = messages[index + 1..].iter().zip(&seen[index + 1..]);
                    let ahead = behind
                        .take(AHEAD)
                        .filter(|(other, _)| other.broker == message.broker)
                        .map_while(|(other, seen)| {
                            seen.filter(|_| other.dup && other.generation == message.generation)
                        });
                    if intake.redelivery.knows(message.generation, mark, &ahead) {
                        continue;
                    }
                }
                intake.redelivery.remember(mark);
                // What a broker repeats comes before what is new (MQTT 3.1.1 §4.6), so once that comes, an answer counts for all.
                if !message.dup {
                    if intake.fresh.0 != message.generation {
                        intake.fresh = (message.generation, 0);
                        intake.marks.clear();
                    }
                    intake.fresh.1 += 1;
                }
            }
            if hearthline_reach::is_ours(&message.payload) {
                // What a Hearthline says of alarms is no device.
                continue;
            }
            let describes = intake.decoder.message(
                &Message {
                    topic: &message.topic,
                    payload: &message.payload,
                    retain: message.retain,
                    at: message.at,
                },
                &mut out,
            );
            if describes {
                describing.push(message);
            }
            self.events
                .extend(out.drain(..).map(|event| (message.broker, event)));
        }
        if !describing.is_empty() {
            self.keep_configs(&describing);
        }
    }

    /// Keeps discovery messages, because many devices do not retain theirs.
    fn keep_configs(&mut self, messages: &[&Incoming]) {
        let mut changed = Vec::new();
        let mut room = None;
        for message in messages {
            if message.payload.len() > LARGEST_CONFIG {
                continue;
            }
            let Some(intake) = self.intakes.get_mut(&message.broker) else {
                continue;
            };
            let mark = hash(&message.payload);
            if intake.configs.get(&message.topic) == Some(&mark) {
                continue;
            }
            if message.payload.is_empty() {
                if intake.configs.remove(&message.topic).is_none() {
                    continue;
                }
            } else {
                let room = room.get_or_insert_with(|| {
                    let kept: usize = self.configs.iter().map(|config| config.payload.len()).sum();
                    CONFIG_BYTES.saturating_sub(kept)
                });
                let full =
                    intake.configs.len() >= MOST_CONFIGS && !intake.configs.contains_key(&message.topic);
                if full || *room < message.payload.len() {
                    continue;
                }
                *room -= message.payload.len();
                intake.configs.insert(message.topic.clone(), mark);
            }
            changed.push(KeptConfig {
                broker: message.broker,
                topic: message.topic.clone(),
                payload: message.payload.to_vec(),
            });
        }
        if changed.is_empty() {
            return;
        }
        let held = &mut self.held;
        if held.write(&mut self.store, |store| store.save_configs(&changed)) == Err(Unwritten::Waits) {
            let named = changed.iter().cloned();
            held.configs
                .extend(named.map(|config| ((config.broker, config.topic.clone()), config)));
        }
        for config in changed {
            self.configs
                .retain(|known| known.broker != config.broker || known.topic != config.topic);
            if !config.payload.is_empty() {
                self.configs.push(config);
            }
        }
    }

    /// Makes room in the queues for what was taken and will not be acknowledged.
    pub(super) fn release(&mut self, messages: &[Incoming]) {
        for (broker, intake) in &self.intakes {
            let Some(source) = &intake.source else { continue };
            for (gate, watch) in [(source.gate(), false), (source.watch_gate(), true)] {
                let unowed = |message: &&Incoming| {
                    message.broker == *broker && message.qos == 0 && message.watch == watch
                };
                let (mut count, mut bytes) = (0u32, 0u64);
                for message in messages.iter().filter(unowed) {
                    count += 1;
                    bytes += message.weight() as u64;
                }
                if count > 0 {
                    gate.leave(count, bytes);
                }
            }
        }
    }

    /// Notes the messages in the topic tree.
    pub(super) fn show_topics(&mut self, messages: &[Incoming]) {
        let mut explorer = self.shared.explorer();
        for message in messages {
            explorer.record(
                message.broker,
                &message.topic,
                &message.payload,
                message.retain,
                message.qos,
                message.at,
            );
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
