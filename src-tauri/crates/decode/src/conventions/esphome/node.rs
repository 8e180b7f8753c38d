//! A node: what it announced of itself, and its device.

use hearthline_model::{DeviceDesc, PlaceHint, Realm};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use crate::decoder::shortened;
use crate::naming::{humanise, split_place};
use crate::{Context, DeviceIx, DiagnosisKind};

/// Most ignored things that one node is told of.
const MOST_TOLD: usize = 32;

/// What a node announces.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    name: Option<String>,
    mac: Option<String>,
    ip: Option<String>,
    version: Option<String>,
    board: Option<String>,
    /// `maker.model` of a project.
    project: Option<String>,
    project_version: Option<String>,
}

impl About {
    /// Reads an announcement; none where it is no object.
    pub(super) fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let text = |key: &str| {
            object
                .get(key)
                .and_then(Json::as_str)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| shortened(text, 128))
        };
        Some(Self {
            name: text("friendly_name"),
            mac: text("mac")
                .map(|mac| mac.replace([':', '-'], "").to_ascii_lowercase())
                .filter(|mac| mac.len() == 12 && mac.bytes().all(|b| b.is_ascii_hexdigit())),
            ip: text("ip").filter(|ip| {
                ip.bytes()
                    .all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
            }),
            version: text("version"),
            board: text("board").or_else(|| text("platform")),
            project: text("project_name"),
            project_version: text("project_version"),
        })
    }
}

/// See the module.
pub(super) struct Node {
    prefix: String,
    device: Option<DeviceIx>,
    realm: Option<Realm>,
    about: Option<About>,
    /// What it announced is not in its description yet.
    changed: bool,
    /// Its announcement was taken back; it comes back when it speaks.
    pub(super) gone: bool,
    /// Topics that came before it was sure.
    pub(super) waiting: Vec<Box<str>>,
    /// Covers that say themselves whether they are open.
    pub(super) opens: FxHashSet<String>,
    told: FxHashSet<String>,
}

impl Node {
    pub(super) fn new(prefix: &str, waiting: Vec<Box<str>>, realm: Option<Realm>) -> Self {
        Self {
            prefix: prefix.to_owned(),
            device: None,
            realm,
            about: None,
            changed: false,
            gone: false,
            waiting,
            opens: FxHashSet::default(),
            told: FxHashSet::default(),
        }
    }

    /// The name under which it announces itself: the last level of its prefix, unless it was told otherwise.
    pub(super) fn name(&self) -> &str {
        self.prefix.rsplit('/').next().unwrap_or(&self.prefix)
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name() == name
    }

    /// It announced this of itself.
    pub(super) fn introduce(&mut self, about: About) {
        self.changed = self.about.as_ref() != Some(&about);
        self.about = Some(about);
    }

    pub(super) fn is_introduced(&self) -> bool {
        self.about.is_some()
    }

    pub(super) fn ix(&self) -> Option<DeviceIx> {
        self.device
    }

    /// Describes it, if need be.
    pub(super) fn ensure(&mut self, context: &mut Context<'_>) -> Option<DeviceIx> {
        if self.device.is_none() || self.gone || self.changed {
            self.describe(context);
        }
        self.device
    }

    /// Describes it as it is known now.
    pub(super) fn describe(&mut self, context: &mut Context<'_>) {
        let about = self.about.clone().unwrap_or_default();
        let (maker, model) = match about
            .project
            .as_deref()
            .and_then(|project| project.split_once('.'))
        {
            Some((maker, model)) => (Some(humanise(maker)), Some(humanise(model))),
            None => (None, about.board.clone()),
        };
        let (name, path) = match about.name {
            Some(name) => {
                let (path, name) = split_place(&name);
                (name, path)
            }
            None => (humanise(self.name()), Vec::new()),
        };
        let desc = DeviceDesc {
            key: format!("esphome:{}", self.prefix),
            identities: about.mac.into_iter().collect(),
            convention: "esphome".to_owned(),
            name,
            manufacturer: maker.or_else(|| Some("ESPHome".to_owned())),
            model,
            firmware: about.project_version.or(about.version),
            url: about.ip.map(|ip| format!("http://{ip}/")),
            place: PlaceHint {
                realm: self.realm.unwrap_or(Realm::Home),
                path,
            },
            ..DeviceDesc::default()
        };
        self.device = context.device(desc);
        self.gone = false;
        self.changed = false;
    }

    pub(super) fn forget(&mut self, context: &mut Context<'_>) {
        if let Some(device) = self.device {
            context.forget_device(device);
            self.gone = true;
            self.opens.clear();
        }
    }

    /// Tells once that its log is not shown.
    pub(super) fn log_seen(&mut self, topic: &str, context: &mut Context<'_>) {
        self.ignored(topic, "its log is not shown: it holds no values", context);
    }

    /// Tells of something ignored, once.
    pub(super) fn ignored(&mut self, topic: &str, text: &str, context: &mut Context<'_>) {
        if self.told.len() < MOST_TOLD && self.told.insert(topic.to_owned()) {
            context.diagnose(self.device, topic, DiagnosisKind::Ignored, text);
        }
    }

    /// Takes the node's name from the beginning of a point's.
    pub(super) fn shorten(&self, name: &mut String) {
        let own = humanise(self.name());
        if let Some(rest) = name
            .strip_prefix(&own)
            .and_then(|rest| rest.strip_prefix(' '))
            .filter(|rest| !rest.is_empty())
        {
            *name = humanise(rest);
        }
    }
}
