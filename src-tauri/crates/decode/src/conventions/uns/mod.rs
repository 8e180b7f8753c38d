//! The Unified Namespace: topics that are paths of ISA-95 (`<enterprise>/<site>/<area>/<line>/<cell>/…/<tag>`) with JSON or bare values.
//!
//! There is no one standard, so a topic is taken for one only where its name is certain (`umh/v1/…/_contract/…`, `uns/…`, levels such as
//! `line1`, `cell 2`, `area3`), or where several topics of the same two first levels carry values with a time of their own ([`path`]).
//!
//! The asset is the device, what is above it is its place, what is below are folders and name of the tag. Definitions of tags may come before or
//! after their values ([`definition`]). Everything is read-only: which topic would write a tag no one agreed on.

mod definition;
mod path;
#[cfg(test)]
mod tests;

use hearthline_model::{DeviceDesc, Micros, PlaceHint, PointDesc, Realm, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::naming::{humanise, identities};
use crate::shape::flatten::Flat;
use crate::shape::infer;
use crate::shape::json::{self, Json};
use crate::shape::points::{Points, Said, Spot};
use crate::shape::scalar::{Scalar, Word};
use crate::shape::stamp;
use crate::{
    Claim, CommandError, Context, Convention, DeviceIx, DiagnosisKind, Message, Options, PointIx, Publish,
};
use definition::About;
use path::{Asset, Sure};

/// Topics of one beginning that must agree before the beginning counts.
const AGREEING: usize = 3;
/// Most beginnings that are watched, and assets that are described.
const MOST: usize = 4_096;
/// Longest place.
const MOST_PLACES: usize = 6;
/// Bounds of a message.
const NODES: usize = 4_000;
const DEEPEST: usize = 10;

/// The convention; see the module.
pub struct Uns {
    realm: Option<Realm>,
    topics: Vec<Asset>,
    by_topic: FxHashMap<Box<str>, u32>,
    /// Topics that might belong here, by their first two levels.
    watched: FxHashMap<String, FxHashSet<Box<str>>>,
    proven: FxHashSet<String>,
    /// Beginnings that were proven since the last message.
    due: Vec<String>,
    assets: FxHashMap<String, Known>,
    points: Points,
}

/// An asset that has spoken or been defined.
#[derive(Default)]
struct Known {
    device: Option<DeviceIx>,
    about: About,
    edition: u32,
    /// Keys of its points by their short name.
    names: FxHashMap<String, String>,
}

impl Uns {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
            watched: FxHashMap::default(),
            proven: FxHashSet::default(),
            due: Vec::new(),
            assets: FxHashMap::default(),
            points: Points::default(),
        }
    }

    /// The asset of a topic, where the topic is one of a plant.
    fn asset(&mut self, message: &Message<'_>) -> Option<Asset> {
        let shape = Shape::of(message.payload)?;
        let certain = message.topic.starts_with("umh/v") || message.topic.to_lowercase().starts_with("uns/");
        if self.realm == Some(Realm::Home) && !certain {
            return None;
        }
        match path::read(message.topic, shape == Shape::Object)? {
            Sure::Yes(asset) => Some(asset),
            Sure::Perhaps(prefix, asset) => {
                if self.proven.contains(&prefix) {
                    return Some(asset);
                }
                if shape != Shape::Stamped
                    || self.watched.len() >= MOST && !self.watched.contains_key(&prefix)
                {
                    return None;
                }
                let seen = self.watched.entry(prefix.clone()).or_default();
                seen.insert(message.topic.into());
                if seen.len() < AGREEING {
                    return None;
                }
                self.watched.remove(&prefix);
                self.proven.insert(prefix.clone());
                self.due.push(format!("{prefix}/#"));
                Some(asset)
            }
        }
    }

    fn define(&mut self, asset: &Asset, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let key = asset.levels.join("/");
        if self.assets.len() >= MOST && !self.assets.contains_key(&key) {
            return;
        }
        let known = self.assets.entry(key.clone()).or_default();
        let before = known.about.clone();
        let folders = asset
            .tag
            .split_last()
            .map(|(_, folders)| folders.join("/"))
            .unwrap_or_default();
        known.about.learn(&folders, json);
        if known.about == before {
            if before == About::default() {
                let text = "the definition tells nothing that is known here: no unit, range or name";
                context.diagnose(known.device, message.topic, DiagnosisKind::Ignored, text);
            }
            return;
        }
        known.edition = known.edition.wrapping_add(1);
        if let Some(device) = known.device {
            let about = known.about.clone();
            let keys: Vec<String> = known.names.values().cloned().collect();
            self.describe(asset, context);
            for key in keys {
                if let Some(meta) = about.tag(&key) {
                    self.points
                        .amend(device, &key, |desc| meta.describe(desc), context);
                }
            }
        }
    }

    fn describe(&mut self, asset: &Asset, context: &mut Context<'_>) -> Option<DeviceIx> {
        let key = asset.levels.join("/");
        let known = self.assets.entry(key.clone()).or_default();
        let about = &known.about;
        let (name, above) = asset.levels.split_last()?;
        let mut path: Vec<String> = above.iter().map(|level| humanise(level)).collect();
        // Values of a line itself belong to the line.
        if crate::units::lower_words(name)
            .first()
            .is_some_and(|word| word == "line")
        {
            path.push(humanise(name));
        }
        if path.len() > MOST_PLACES {
            path.drain(..path.len() - MOST_PLACES);
        }
        let model = asset.contract.as_deref().filter(|contract| {
            !matches!(
                *contract,
                "_raw" | "_historian" | "_analytics" | "_local" | "_event"
            ) && !asset.is_definition()
        });
        let former = known
            .device
            .and_then(|device| context.device_desc(device))
            .and_then(|desc| desc.model.clone());
        let desc = DeviceDesc {
            key: format!("uns:{key}"),
            identities: identities(name),
            convention: "uns".into(),
            name: about.name.clone().unwrap_or_else(|| humanise(name)),
            manufacturer: about.manufacturer.clone(),
            model: about.model.clone().or_else(|| model.map(humanise)).or(former),
            serial: about.serial.clone(),
            firmware: about.firmware.clone(),
            position: about.position,
            place: PlaceHint {
                realm: Realm::Plant,
                path,
            },
            ..DeviceDesc::default()
        };
        known.device = context.device(desc);
        known.device
    }

    fn flat(&mut self, asset: &Asset, flat: &Flat<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(device) = self.describe(asset, context) else {
            return;
        };
        if flat.cut {
            let text =
                "the payload has more values, levels or elements than are shown; the rest was left out";
            context.diagnose(Some(device), message.topic, DiagnosisKind::TooLarge, text);
        }
        if flat.clock {
            let text = "the payload's time is more than an hour ahead or from before this century; the time of arrival is used";
            context.diagnose(Some(device), message.topic, DiagnosisKind::Clock, text);
        }
        for leaf in &flat.leaves {
            let path = flat.path(leaf);
            let straight = flat.straight.then_some(path);
            self.value(asset, device, path, straight, &Said::leaf(leaf), message, context);
        }
    }

    #[allow(clippy::too_many_arguments)] // what a tag's value consists of
    fn value(
        &mut self,
        asset: &Asset,
        device: DeviceIx,
        path: &str,
        spot_path: Option<&str>,
        said: &Said<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let mut levels: Vec<&str> = asset.tag.iter().map(String::as_str).collect();
        // `…/pressure` with `{"pressure": 1}` says its name twice.
        if !path.is_empty() && !levels.last().is_some_and(|last| last.eq_ignore_ascii_case(path)) {
            levels.push(path);
        }
        let key = if levels.is_empty() {
            "value".to_owned()
        } else {
            levels.join("/")
        };
        if let Scalar::Bool(on, word) = said.scalar {
            let last = key.rsplit(['/', '.']).next().unwrap_or_default();
            let about = matches!(last.to_lowercase().as_str(), "online" | "connected" | "alive");
            if about || word == Word::Presence {
                context.online(device, on, message.at);
            }
        }
        let Some(known) = self.assets.get_mut(&asset.levels.join("/")) else {
            return;
        };
        let short = Asset::short(&levels);
        let name = match known.names.get(&short) {
            Some(owner) if *owner != key => key.clone(),
            Some(_) => short,
            None => {
                if known.names.len() < MOST {
                    known.names.insert(short.clone(), key.clone());
                }
                short
            }
        };
        let name = if name.is_empty() { "Value".to_owned() } else { name };
        let meta = known.about.tag(&key);
        let spot = Spot {
            name: &name,
            path: spot_path,
            edition: known.edition,
            ..Spot::new(device, &key, message.topic, Realm::Plant)
        };
        let describe = |desc: &mut PointDesc| {
            infer::count(desc);
            // The availability of OEE, not of a device.
            if desc.kind == hearthline_model::Kind::Number && desc.name.eq_ignore_ascii_case("availability") {
                desc.category = hearthline_model::Category::Primary;
            }
            if let Some(meta) = meta {
                meta.describe(desc);
            }
        };
        self.points.put(&spot, said, message.at, &describe, context);
    }

    /// `[{"value": …, "timestamp": …}, …]`: one tag, several moments.
    fn series(
        &mut self,
        asset: &Asset,
        items: &[Json<'_>],
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        for item in items.iter().take(1_000) {
            self.flat(asset, &Flat::of(item, message.at), message, context);
        }
        if items.len() > 1_000 {
            let text = "more than 1000 moments in one message; the rest was left out";
            context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
        }
    }
}

/// What a payload looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A value of its own.
    Bare,
    /// A value with its time, perhaps with quality and unit.
    Stamped,
    /// An object that names its values, or a batch.
    Object,
}

impl Shape {
    fn of(payload: &[u8]) -> Option<Self> {
        let first = payload.iter().find(|byte| !byte.is_ascii_whitespace())?;
        if !matches!(first, b'{' | b'[') {
            return std::str::from_utf8(payload).ok().map(|_| Self::Bare);
        }
        json::with(payload, NODES, DEEPEST, |read, _| {
            let envelope = |json: &Json<'_>| {
                let entries = json.entries();
                let pure = crate::shape::envelope::Envelope::of(entries).is_some_and(|it| it.pure)
                    && crate::shape::envelope::name_of(entries).is_none();
                (pure, entries.iter().any(|(key, _)| stamp::is_time_key(key)))
            };
            match &read.json {
                json @ Json::Object(_) => match envelope(json) {
                    (true, true) => Self::Stamped,
                    (true, false) => Self::Bare,
                    _ => Self::Object,
                },
                Json::Array(items) if is_series(items) => Self::Stamped,
                _ => Self::Object,
            }
        })
        .ok()
    }
}

/// Whether all elements are values with a time and without a name.
fn is_series(items: &[Json<'_>]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            let entries = item.entries();
            entries.iter().any(|(key, _)| stamp::is_time_key(key))
                && crate::shape::envelope::Envelope::of(entries).is_some_and(|it| it.pure)
                && crate::shape::envelope::name_of(entries).is_none()
        })
}

impl Convention for Uns {
    fn name(&self) -> &'static str {
        "uns"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.by_topic.get(message.topic) {
            return Claim::Mine(token);
        }
        if path::is_command(message.topic) || message.topic.starts_with('$') {
            return Claim::No;
        }
        let Some(asset) = self.asset(message) else {
            return Claim::No;
        };
        let token = self.topics.len() as u32;
        self.topics.push(asset);
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn describes(&self, token: u32, _topic: &str) -> bool {
        self.topics.get(token as usize).is_some_and(Asset::is_definition)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        // What was plain until enough topics agreed is read again.
        for filter in self.due.drain(..) {
            context.reroute(filter);
        }
        let Some(asset) = self.topics.get(token as usize).cloned() else {
            return;
        };
        let Ok(text) = std::str::from_utf8(message.payload) else {
            let text = "the payload is no text; it was not decoded";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidUtf8, text);
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !text.starts_with(['{', '[', '"']) {
            return self.flat(&asset, &Flat::text(text), message, context);
        }
        let done = json::with(message.payload, NODES, DEEPEST, |read, repaired| {
            if asset.is_definition() && read.json.is_object() {
                return self.define(&asset, &read.json, message, context);
            }
            match &read.json {
                Json::Array(items) if is_series(items) => self.series(&asset, items, message, context),
                json => {
                    let mut flat = Flat::of(json, message.at);
                    flat.cut |= read.cut;
                    self.flat(&asset, &flat, message, context);
                }
            }
            if repaired {
                context.diagnose(None, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
            }
        });
        if let Err(text) = done {
            context.diagnose(None, message.topic, DiagnosisKind::MalformedJson, text);
        }
    }

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}
