//! What is known of one Frigate: itself, its cameras and its zones.

use hearthline_model::{
    Category, DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Realm, Role, StateClass, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{kind_of, value_of};
use crate::decoder::shortened;
use crate::payload::LastHappening;
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx, naming};

/// Most cameras and zones of one Frigate.
const MOST_NAMES: usize = 256;
/// Most points of one camera, zone or Frigate.
const MOST_POINTS: usize = 256;
/// Longest name or key, bytes.
const LONGEST: usize = 96;

/// A Frigate.
pub(super) struct Server {
    /// What stands before its topics.
    pub(super) prefix: String,
    realm: Realm,
    /// Cameras and zones by name; Frigate itself by the empty one.
    parts: FxHashMap<Box<str>, Part>,
    told: FxHashSet<&'static str>,
    /// Whether it runs, and since when that is known.
    online: Option<(bool, Micros)>,
    learnt: bool,
    /// The last message of something that happened.
    pub(super) last: LastHappening,
}

struct Part {
    desc: DeviceDesc,
    device: Option<DeviceIx>,
    points: FxHashMap<Box<str>, PointIx>,
    online: Option<bool>,
}

impl Server {
    /// Knows nothing yet.
    pub(super) fn new(prefix: &str, realm: Realm) -> Self {
        Self {
            prefix: prefix.to_owned(),
            realm,
            parts: FxHashMap::default(),
            told: FxHashSet::default(),
            online: None,
            learnt: false,
            last: LastHappening::default(),
        }
    }

    /// Its device.
    pub(super) fn device(&self) -> Option<DeviceIx> {
        self.parts.get("")?.device
    }

    /// Makes it a device.
    pub(super) fn describe(&mut self, context: &mut Context<'_>) -> Option<DeviceIx> {
        self.part("", context)?.device
    }

    /// Takes over the other topics of a prefix that was found by what came there.
    pub(super) fn learnt(&mut self, context: &mut Context<'_>) {
        if !self.learnt && self.prefix != "frigate" {
            context.reroute(format!("{}/#", self.prefix));
        }
        self.learnt = true;
    }

    fn part(&mut self, name: &str, context: &mut Context<'_>) -> Option<&mut Part> {
        if !self.parts.contains_key(name) {
            if self.parts.len() >= MOST_NAMES || name.len() > LONGEST {
                if self.told.insert("names") {
                    let text =
                        format!("more than {MOST_NAMES} cameras and zones; further ones are not shown");
                    context.diagnose(self.device(), &self.prefix, DiagnosisKind::TooMany, text);
                }
                return None;
            }
            let own = self.prefix.rsplit('/').next().unwrap_or("frigate");
            let mut desc = DeviceDesc {
                key: format!("frigate:{}", self.prefix),
                convention: "frigate".to_owned(),
                name: naming::humanise(own),
                manufacturer: Some("Frigate".to_owned()),
                place: PlaceHint {
                    realm: self.realm,
                    path: Vec::new(),
                },
                ..DeviceDesc::default()
            };
            if !name.is_empty() {
                desc.via = Some(std::mem::take(&mut desc.key));
                desc.key = format!("frigate:{}/{name}", self.prefix);
                desc.name = naming::humanise(name);
            }
            let device = context.device(desc.clone());
            // It is reached through a Frigate that is not there.
            if let (Some(device), Some((false, since))) = (device, self.online)
                && !name.is_empty()
            {
                context.online(device, false, since);
            }
            self.parts.insert(
                name.into(),
                Part {
                    desc,
                    device,
                    points: FxHashMap::default(),
                    online: None,
                },
            );
        }
        self.parts.get_mut(name)
    }

    /// Changes what a part says of itself.
    pub(super) fn change(
        &mut self,
        name: &str,
        context: &mut Context<'_>,
        change: impl FnOnce(&mut DeviceDesc),
    ) {
        if let Some(part) = self.part(name, context) {
            let former = part.desc.clone();
            change(&mut part.desc);
            if former != part.desc {
                part.device = context.device(part.desc.clone());
            }
        }
    }

    /// A name is a camera's.
    pub(super) fn is_camera(&mut self, name: &str, context: &mut Context<'_>) {
        self.change(name, context, |desc| desc.model = Some("Camera".to_owned()));
    }

    /// A name is a zone's.
    pub(super) fn is_zone(&mut self, name: &str, context: &mut Context<'_>) {
        self.change(name, context, |desc| {
            desc.model.get_or_insert_with(|| "Zone".to_owned());
        });
    }

    /// Tells once what is not shown and why.
    pub(super) fn tell(&mut self, why: &'static str, topic: &str, context: &mut Context<'_>) {
        if self.told.insert(why) {
            context.diagnose(self.device(), topic, DiagnosisKind::Ignored, why);
        }
    }

    /// Tells that a text is not what its topic is for.
    pub(super) fn wrong(&self, name: &str, text: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let device = self.parts.get(name).and_then(|part| part.device);
        let text = format!("\"{}\" is no value for this topic", shortened(text, 64));
        context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
    }

    /// Whether a part has a point.
    pub(super) fn has(&self, name: &str, key: &str) -> bool {
        self.parts
            .get(name)
            .is_some_and(|part| part.points.contains_key(key))
    }

    /// Whether a camera or zone is known.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.parts.contains_key(name)
    }

    /// A point of a part, described when it is first needed.
    pub(super) fn point(
        &mut self,
        name: &str,
        key: &str,
        topic: &str,
        describe: impl FnOnce() -> PointDesc,
        context: &mut Context<'_>,
    ) -> Option<PointIx> {
        let part = self.part(name, context)?;
        if let Some(&point) = part.points.get(key) {
            return Some(point);
        }
        let device = part.device?;
        if part.points.len() >= MOST_POINTS || key.len() > 2 * LONGEST {
            if self.told.insert("points") {
                let text = format!("more than {MOST_POINTS} different values; further ones are not kept");
                context.diagnose(Some(device), topic, DiagnosisKind::TooMany, text);
            }
            return None;
        }
        let mut desc = describe();
        desc.topic = Some(topic.to_owned());
        if desc.path.is_none() && desc.kind != Kind::Event {
            desc.path = Some(String::new());
        }
        let point = context.point(device, desc)?;
        part.points.insert(key.into(), point);
        Some(point)
    }

    /// Frigate runs, or not; its cameras go and come with it.
    pub(super) fn available(&mut self, online: bool, at: Micros, context: &mut Context<'_>) {
        if self.online.is_some_and(|(former, _)| former == online) {
            return;
        }
        self.online = Some((online, at));
        let mut parts: Vec<_> = self.parts.values().collect();
        parts.sort_unstable_by_key(|part| part.device);
        for part in parts {
            if let Some(device) = part.device {
                context.online(device, online && part.online != Some(false), at);
            }
        }
    }

    /// A value of a camera that is no count.
    pub(super) fn value(
        &mut self,
        name: &str,
        value: &str,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let (group, last) = value.split_once('/').unwrap_or((value, ""));
        self.is_camera(name, context);
        if group == "status" {
            self.status(name, last, text, message, context);
        }
        let first = kind_of(text);
        let describe = || {
            let mut desc = PointDesc {
                key: value.to_owned(),
                platform: if first == Kind::Bool {
                    "binary_sensor"
                } else {
                    "sensor"
                }
                .to_owned(),
                kind: first,
                name: naming::humanise(last),
                state_class: (first == Kind::Number).then_some(StateClass::Measurement),
                ..PointDesc::default()
            };
            let some = |text: &str| Some(text.to_owned());
            match (group, last) {
                ("motion", _) => {
                    "Motion".clone_into(&mut desc.name);
                    desc.class = some("motion");
                }
                ("review_status", _) => {
                    "Review".clone_into(&mut desc.name);
                    desc.kind = Kind::Enum;
                    desc.options = ["NONE", "DETECTION", "ALERT"].map(str::to_owned).to_vec();
                }
                ("status", role) => {
                    desc.name = format!("{} stream", naming::humanise(role));
                    desc.kind = Kind::Enum;
                    desc.options = ["online", "offline", "disabled"].map(str::to_owned).to_vec();
                    desc.category = Category::Diagnostic;
                }
                ("audio", "dBFS") => {
                    "Sound level".clone_into(&mut desc.name);
                    desc.unit = some("dB");
                    desc.class = some("sound_pressure");
                }
                ("audio", "rms") => {
                    "Sound volume".clone_into(&mut desc.name);
                    desc.category = Category::Diagnostic;
                }
                ("audio", _) if first == Kind::Bool => desc.class = some("sound"),
                ("notifications", "suspended") => {
                    "Notifications suspended until".clone_into(&mut desc.name);
                    desc.category = Category::Diagnostic;
                    desc.state_class = None;
                }
                ("ptz_autotracker", _) => {
                    "Tracking".clone_into(&mut desc.name);
                    desc.class = some("running");
                }
                _ => {}
            }
            desc
        };
        let Some(point) = self.point(name, value, message.topic, describe, context) else {
            return;
        };
        let kind = context.point_desc(point).map_or(first, |desc| desc.kind);
        match value_of(kind, text) {
            Some(value) => context.value(point, message.at, value),
            None => self.wrong(name, text, message, context),
        }
    }

    /// A camera's stream for a role: without that for detection it sees nothing.
    fn status(
        &mut self,
        name: &str,
        role: &str,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let running = self.online.is_none_or(|(online, _)| online);
        if role != "detect" {
            return;
        }
        let Some(part) = self.parts.get_mut(name) else {
            return;
        };
        let online = text != "offline";
        if part.online.replace(online) != Some(online)
            && running
            && let Some(device) = part.device
        {
            context.online(device, online, message.at);
        }
    }

    /// How many objects a camera or zone has.
    pub(super) fn count(
        &mut self,
        name: &str,
        object: &str,
        active: bool,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Ok(count) = text.parse::<i64>() else {
            if self.knows(name) {
                self.wrong(name, text, message, context);
            }
            return;
        };
        let key = if active {
            format!("{object}/active")
        } else {
            object.to_owned()
        };
        let describe = || {
            let what = match object {
                "all" => "Objects".to_owned(),
                object => format!("{} count", naming::humanise(object)),
            };
            PointDesc {
                key: key.clone(),
                name: if active {
                    naming::join("Active", &what)
                } else {
                    what
                },
                platform: "sensor".to_owned(),
                kind: Kind::Number,
                state_class: Some(StateClass::Measurement),
                ..PointDesc::default()
            }
        };
        if let Some(point) = self.point(name, &key, message.topic, describe, context) {
            context.value(point, message.at, Value::Int(count));
        }
    }

    /// A picture: its size is all that is kept.
    pub(super) fn snapshot(
        &mut self,
        name: &str,
        object: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        if message.payload.is_empty() {
            return;
        }
        let key = format!("{object}/snapshot");
        let describe = || PointDesc {
            key: key.clone(),
            name: format!("{} snapshot", naming::humanise(object)),
            platform: "image".to_owned(),
            kind: Kind::Binary,
            unit: Some("B".to_owned()),
            class: Some("data_size".to_owned()),
            ..PointDesc::default()
        };
        self.is_camera(name, context);
        if let Some(point) = self.point(name, &key, message.topic, describe, context) {
            context.value(point, message.at, Value::Int(message.payload.len() as i64));
        }
    }

    /// A number of the statistics.
    pub(super) fn figure(
        &mut self,
        name: &str,
        figure: &Figure<'_>,
        value: Value,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let describe = || PointDesc {
            key: format!("stats/{}", figure.path),
            name: figure.name.to_owned(),
            platform: if matches!(value, Value::Bool(_)) {
                "binary_sensor"
            } else {
                "sensor"
            }
            .to_owned(),
            kind: match value {
                Value::Bool(_) => Kind::Bool,
                Value::Text(_) => Kind::Text,
                _ => Kind::Number,
            },
            role: figure.role,
            unit: some(figure.unit),
            class: some(figure.class),
            state_class: matches!(value, Value::Int(_) | Value::Float(_))
                .then_some(StateClass::Measurement)
                .filter(|_| figure.class != "duration"),
            range: (figure.unit == "%").then_some((0.0, 100.0)),
            category: Category::Diagnostic,
            path: Some(figure.path.to_owned()),
            ..PointDesc::default()
        };
        let key = format!("stats/{}", figure.path);
        if let Some(point) = self.point(name, &key, message.topic, describe, context) {
            context.value(point, message.at, value);
        }
    }
}

/// A number of the statistics.
pub(super) struct Figure<'a> {
    /// Where it stands.
    pub(super) path: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Unit.
    pub(super) unit: &'a str,
    /// Class.
    pub(super) class: &'a str,
    /// Meaning.
    pub(super) role: Role,
}
