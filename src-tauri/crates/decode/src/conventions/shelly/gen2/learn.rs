//! Asking devices for what they do not say by themselves, slowly; and who asked what.

use std::collections::{BTreeMap, VecDeque};

use hearthline_model::{Micros, SECOND};
use serde_json::{Map, Value as Json, json};

use super::SOURCE;
use super::unit::Unit;
use crate::conventions::shelly::draft::Sink;
use crate::{DiagnosisKind, Message, Publish};

/// Questions a tick (a quarter of a second): a small chip must not be flooded, nor a network of a hundred.
const A_TICK: usize = 4;
/// Open questions that are remembered.
const MOST_OPEN: usize = 512;
/// The configuration is not asked for again sooner.
const PAUSE: Micros = 60 * SECOND;

/// One question or command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Info,
    Status,
    Config,
    /// Parts that were added later (virtual, Bluetooth), from an offset.
    Components(u64),
    /// What a person did: the method and the part.
    Command(String, String),
}

/// An open question.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) unit: usize,
    ask: Ask,
}

/// What is asked, and what is to be asked.
#[derive(Default)]
pub(super) struct Learn {
    queue: VecDeque<(usize, Ask)>,
    open: BTreeMap<u64, Open>,
    next: u64,
}

impl Learn {
    /// Asks for everything of a device, at most once a minute.
    pub(super) fn all(&mut self, ix: usize, unit: &mut Unit, now: Micros) {
        if unit.asked.is_some_and(|asked| now - asked < PAUSE) {
            return;
        }
        unit.asked = Some(now);
        unit.asked_config = Some(now);
        for ask in [Ask::Info, Ask::Config, Ask::Components(0), Ask::Status] {
            self.push(ix, ask);
        }
    }

    /// Asks for the configuration, which changed.
    pub(super) fn config(&mut self, ix: usize, unit: &mut Unit, now: Micros) {
        if unit.asked_config.is_some_and(|asked| now - asked < PAUSE) {
            return;
        }
        unit.asked_config = Some(now);
        self.push(ix, Ask::Config);
        self.push(ix, Ask::Components(0));
    }

    /// Queues a question once.
    pub(super) fn push(&mut self, ix: usize, ask: Ask) {
        let queued = matches!(ask, Ask::Components(0)) && self.queue.contains(&(ix, ask.clone()));
        if !queued && self.queue.len() < 4 * super::MOST_UNITS {
            self.queue.push_back((ix, ask));
        }
    }

    /// A new connection: what was open will not be answered.
    pub(super) fn forget(&mut self) {
        self.queue.clear();
        self.open.clear();
    }

    pub(super) fn tick(&mut self, now: Micros, units: &[Unit], sink: &mut Sink<'_, '_>) {
        for _ in 0..A_TICK {
            let Some((ix, ask)) = self.queue.pop_front() else {
                return;
            };
            let Some(unit) = units.get(ix).filter(|unit| unit.online != Some(false)) else {
                continue;
            };
            let params = match &ask {
                Ask::Components(offset) => {
                    let list =
                        json!({"dynamic_only": true, "include": ["status", "config"], "offset": offset});
                    list.as_object().cloned().unwrap_or_default()
                }
                _ => Map::new(),
            };
            let publish = self.request(ix, &unit.prefix, ask, params, now);
            sink.context.publish(publish);
        }
    }

    /// Makes a request and remembers it.
    pub(super) fn request(
        &mut self,
        unit: usize,
        prefix: &str,
        ask: Ask,
        params: Map<String, Json>,
        now: Micros,
    ) -> Publish {
        if self.next == 0 {
            // Another client, or this one before a restart, may use the same name: their numbers are others.
            self.next = (now / 1000).unsigned_abs() % 1_000_000_000 + 1;
        }
        let id = self.next;
        self.next += 1;
        let method = match &ask {
            Ask::Info => "Shelly.GetDeviceInfo",
            Ask::Status => "Shelly.GetStatus",
            Ask::Config => "Shelly.GetConfig",
            Ask::Components(_) => "Shelly.GetComponents",
            Ask::Command(method, _) => method,
        };
        let mut request = json!({"id": id, "src": SOURCE, "method": method});
        if !params.is_empty() {
            request["params"] = Json::Object(params);
        }
        let qos = u8::from(matches!(ask, Ask::Command(..)));
        if self.open.len() >= MOST_OPEN {
            self.open.pop_first();
        }
        self.open.insert(id, Open { unit, ask });
        Publish {
            topic: format!("{prefix}/rpc"),
            payload: request.to_string().into_bytes(),
            qos,
            retain: false,
        }
    }

    /// The question of an answer.
    pub(super) fn answered(&mut self, id: &Json) -> Option<Open> {
        self.open.remove(&id.as_u64()?)
    }
}

/// A device refused.
pub(super) fn refused(
    unit: &Unit,
    open: &Open,
    error: &Json,
    message: &Message<'_>,
    sink: &mut Sink<'_, '_>,
) {
    let code = error["code"].as_i64().unwrap_or(0);
    let said = crate::decoder::shortened(error["message"].as_str().unwrap_or_default(), 200);
    let what = match &open.ask {
        // Firmwares before 1.2 have no such call, and nothing is lost by it.
        Ask::Components(_) if matches!(code, 404 | -105) => return,
        Ask::Command(method, component) => format!("refused the command {method} of {component}"),
        Ask::Info => "does not tell its model".to_owned(),
        Ask::Status => "does not tell its state".to_owned(),
        Ask::Config | Ask::Components(_) => "does not tell the names of its parts".to_owned(),
    };
    let why = match code {
        401 => "it asks for a password, which cannot be given over MQTT",
        404 => "its firmware does not know this call",
        -103 => "the value does not fit",
        -104 => "it did not manage in time",
        -105 => "it has no such part",
        -108 => "it is too busy",
        -109 => "its present state does not allow it",
        -114 => "the part is not available",
        _ => "it gave an error",
    };
    let text = if said.is_empty() {
        format!("the device {what}: {why} (error {code})")
    } else {
        format!("the device {what}: {why} (error {code}: {said})")
    };
    if let (Ask::Command(..), Some(device)) = (&open.ask, unit.device) {
        sink.context.refused(device, text.clone());
    }
    sink.context
        .diagnose(unit.device, message.topic, DiagnosisKind::Reported, text);
}
