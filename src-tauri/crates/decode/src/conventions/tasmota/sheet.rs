//! The readings of one device: each path of its JSON is a point, made when it is first seen.

use hearthline_model::{Category, Kind, PointDesc, Realm, Role};
use rustc_hash::{FxHashMap, FxHashSet};

use super::quantity::{self, Unit};
use super::read::{Feed, Outcome, Read};
use super::scene::Scene;
use crate::naming::{humanise, join};
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::kind;
use crate::shape::scalar;
use crate::{DeviceIx, DiagnosisKind, PointIx, units};

/// Most points of one device that readings make.
const MOST: usize = 512;

/// The units that a device says once for all readings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Units {
    temperature: Option<String>,
    pressure: Option<String>,
    speed: Option<String>,
}

impl Units {
    fn of(&self, unit: Unit) -> Option<String> {
        match unit {
            Unit::None => None,
            Unit::Fixed(unit) => Some(unit.to_owned()),
            Unit::Temperature => self.temperature.clone(),
            Unit::Pressure => self.pressure.clone(),
            Unit::Speed => self.speed.clone(),
        }
    }
}

/// One value and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// Under which the point is known: the path, but for probes that are known by their number.
    pub(super) key: &'a str,
    /// Where it stands in the JSON.
    pub(super) path: &'a str,
    /// The sensor it belongs to; empty where it stands by itself.
    pub(super) group: &'a str,
    /// What it measures.
    pub(super) quantity: &'a str,
    /// Of a value one level deeper: the key above it, and its own.
    pub(super) parent: Option<(&'a str, &'a str)>,
    /// The other keys of its object tell whether it is a meter.
    pub(super) around: Option<&'a Json<'a>>,
    /// Which of several phases, tariffs, …
    pub(super) index: Option<usize>,
    /// It tells of the device itself.
    pub(super) vital: bool,
    /// The topic it is told on.
    pub(super) topic: &'a str,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) device: DeviceIx,
    feeds: FxHashMap<Box<str>, Feed>,
    names: FxHashSet<String>,
    units: Units,
    /// Points whose unit the device says.
    scaled: Vec<(PointIx, Unit)>,
    full: bool,
}

impl Sheet {
    pub(super) fn new(device: DeviceIx) -> Self {
        Self {
            device,
            feeds: FxHashMap::default(),
            names: FxHashSet::default(),
            units: Units::default(),
            scaled: Vec::new(),
            full: false,
        }
    }

    /// Takes over what another said of units.
    pub(super) fn inherit(&mut self, former: &mut Self) {
        self.units = std::mem::take(&mut former.units);
    }

    /// The units of another device, through which this one is heard.
    pub(super) fn share_units(&mut self, other: &Self, scene: &mut Scene<'_, '_>) {
        if self.units != other.units {
            self.units = other.units.clone();
            self.rescale(scene);
        }
    }

    /// A Zigbee attribute is always metric.
    pub(super) fn metric(mut self) -> Self {
        self.units.temperature = Some("°C".to_owned());
        self.units.pressure = Some("hPa".to_owned());
        self
    }

    /// Takes over `TempUnit`, `PressureUnit` and `SpeedUnit`; points that have them are described anew.
    pub(super) fn take_units(&mut self, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
        let Json::Object(entries) = json else {
            return;
        };
        let mut changed = false;
        for (key, value) in entries {
            let slot = match key.as_ref() {
                "TempUnit" => &mut self.units.temperature,
                "PressureUnit" => &mut self.units.pressure,
                "SpeedUnit" => &mut self.units.speed,
                _ => continue,
            };
            let Json::Text(unit) = value else {
                continue;
            };
            let unit = units::known_unit(unit).unwrap_or(unit);
            if unit.len() <= 16 && slot.as_deref() != Some(unit) {
                *slot = Some(unit.to_owned());
                changed = true;
            }
        }
        if changed {
            self.rescale(scene);
        }
    }

    /// Tells points anew whose unit changed.
    fn rescale(&self, scene: &mut Scene<'_, '_>) {
        for &(point, unit) in &self.scaled {
            let Some(known) = scene.context.point_desc(point) else {
                continue;
            };
            let mut desc = (**known).clone();
            desc.unit = self.units.of(unit);
            scene.context.point(self.device, desc);
        }
    }

    /// Whether a path is known.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.feeds.contains_key(key)
    }

    /// The point of a path.
    pub(super) fn point(&self, key: &str) -> Option<PointIx> {
        self.feeds.get(key).map(|feed| feed.point)
    }

    /// A value arrived.
    pub(super) fn value(
        &mut self,
        spot: &Spot<'_>,
        json: &Json<'_>,
        words: &[String; 4],
        scene: &mut Scene<'_, '_>,
    ) {
        if self.feeds.contains_key(spot.key) || self.make(spot, json, scene) {
            self.feed(spot.key, json, words, scene);
        }
    }

    /// A value for a path that is known.
    pub(super) fn feed(
        &mut self,
        key: &str,
        json: &Json<'_>,
        words: &[String; 4],
        scene: &mut Scene<'_, '_>,
    ) {
        let Some(feed) = self.feeds.get_mut(key) else {
            return;
        };
        let mut outcome = feed.read.read(json, words);
        if let Outcome::Widen(kind) = outcome {
            if let Some(known) = scene.context.point_desc(feed.point) {
                let mut desc = (**known).clone();
                desc.kind = kind;
                if kind == Kind::Text {
                    (desc.unit, desc.class, desc.state_class, desc.range) = (None, None, None, None);
                }
                scene.context.point(self.device, desc);
            }
            outcome = feed.read.read(json, words);
        }
        if let Outcome::Value(value) = outcome {
            scene.say(feed.point, value);
        }
    }

    /// Makes the point of a spot; false where nothing can be said of it yet.
    fn make(&mut self, spot: &Spot<'_>, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
        if self.feeds.len() >= MOST {
            if !std::mem::replace(&mut self.full, true) {
                let text = format!("more than {MOST} readings; \"{}\" is not kept", spot.path);
                scene
                    .context
                    .diagnose(Some(self.device), spot.topic, DiagnosisKind::TooMany, text);
            }
            return false;
        }
        // No sensor of Tasmota's is without a name.
        let Some(scalar) = scalar::of_json(json).filter(|_| !spot.key.is_empty()) else {
            return false;
        };
        let mut desc = PointDesc {
            key: crate::decoder::shortened(spot.key, 200),
            platform: "sensor".to_owned(),
            topic: Some(spot.topic.to_owned()),
            path: Some(spot.path.to_owned()),
            ..PointDesc::default()
        };
        let words = units::lower_words(spot.quantity);
        let pin = pin(spot);
        let vital = spot.vital.then(|| quantity::vital(spot.key)).flatten();
        let known = if spot.vital {
            None
        } else {
            quantity::of(spot.group, spot.quantity, is_meter(spot.group, spot.around))
        };
        // What is known to be a number is one, also while it is unknown.
        let number = known.is_some() || vital.is_some_and(|vital| vital.1.is_some());
        desc.kind = match kind::first(
            &scalar,
            pin.is_some_and(|(_, boolean)| boolean) || infer::is_boolean_name(&words),
        ) {
            // A local time without a zone is no time that can be told.
            Some(Kind::Time) => Kind::Text,
            Some(kind) if !number => kind,
            _ if spot.key == "UptimeSec" => Kind::Number,
            Some(Kind::Number) => Kind::Number,
            None if number => Kind::Number,
            Some(kind) => kind,
            None => return false,
        };
        let mut name = if let Some((name, unit, class, state_class, hidden)) = vital {
            desc.hidden = hidden;
            desc.unit = unit.map(str::to_owned);
            desc.class = class.map(str::to_owned);
            desc.state_class = state_class;
            name.to_owned()
        } else if let Some(known) = known.filter(|_| desc.kind == Kind::Number) {
            desc.unit = self.units.of(known.unit);
            desc.class = known.class.map(str::to_owned);
            desc.state_class = known.state_class;
            desc.category = known.category;
            numbered(known.name, spot.quantity)
        } else {
            infer::infer(&mut desc, &scalar, None, &words, Realm::Home);
            if spot.group.eq_ignore_ascii_case("COUNTER") {
                desc.state_class = Some(hearthline_model::StateClass::TotalIncreasing);
                desc.unit = None;
                desc.class = None;
                format!("Counter {}", spot.quantity.trim_start_matches('C'))
            } else if let Some((sort, _)) = pin {
                format!("{sort} {}", &spot.quantity[1..])
            } else {
                humanise(spot.quantity)
            }
        };
        if spot.vital {
            desc.category = Category::Diagnostic;
            desc.hidden |= vital.is_none();
        }
        if desc.kind == Kind::Bool {
            "binary_sensor".clone_into(&mut desc.platform);
        }
        match desc.class.as_deref() {
            Some("battery") => {
                desc.role = Role::Battery;
                desc.category = Category::Diagnostic;
                desc.range = Some((0.0, 100.0));
            }
            Some("humidity") => desc.range = Some((0.0, 100.0)),
            _ => {}
        }
        if spot.quantity == "LinkQuality" {
            desc.role = Role::LinkQuality;
            desc.range = Some((0.0, 255.0));
        }
        if let Some((parent, own)) = spot.parent {
            name = match (known, own) {
                (Some(known), own) if own != spot.quantity => join(known.name, member(own)),
                (Some(_), _) => join(&humanise(parent), &name),
                (None, own) => join(&humanise(parent), member(own)),
            };
        }
        if spot.quantity == "TotalStartTime" {
            "Counting since".clone_into(&mut name);
            desc.category = Category::Diagnostic;
        }
        if let Some(index) = spot.index {
            let phase = spot.group == "ENERGY" && !spot.quantity.ends_with("Tariff");
            name = format!("{name}{} {}", if phase { " phase" } else { "" }, index + 1);
        }
        desc.name = self.unique_name(name, spot);
        let kind = desc.kind;
        let read = if spot.key == "UptimeSec" {
            Read::Uptime
        } else {
            Read::plain(kind)
        };
        let Some(point) = scene.context.point(self.device, desc) else {
            return false;
        };
        if let Some(known) =
            known.filter(|known| kind == Kind::Number && !matches!(known.unit, Unit::None | Unit::Fixed(_)))
        {
            self.scaled.push((point, known.unit));
        }
        self.feeds.insert(spot.key.into(), Feed { point, read });
        true
    }

    /// The short name where it is free, with the sensor's before it where not.
    fn unique_name(&mut self, name: String, spot: &Spot<'_>) -> String {
        let mut name = name;
        if self.names.contains(&name) && !spot.group.is_empty() {
            name = join(&humanise(spot.group), &name);
        }
        if self.names.contains(&name) {
            name = humanise(&spot.path.replace('.', " "));
        }
        self.names.insert(name.clone());
        name
    }

    /// A point that is made elsewhere and takes values of a path.
    pub(super) fn adopt(&mut self, key: &str, feed: Feed) {
        self.feeds.insert(key.into(), feed);
    }
}

/// `A0` of an analogue input, `D3` of a port expander: what sort of pin it is, and whether it is on or off.
fn pin(spot: &Spot<'_>) -> Option<(&'static str, bool)> {
    let number = spot.quantity.get(1..)?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match spot.quantity.as_bytes()[0] {
        b'A' if spot.group == "ANALOG" => Some(("Analogue input", false)),
        b'D' if spot.group.starts_with("MCP230") || spot.group.starts_with("PCF857") => Some(("Pin", true)),
        _ => None,
    }
}

/// A member of a reading, in words.
fn member(own: &str) -> &str {
    match own {
        "Act" => "now",
        "Avg" => "average",
        "Min" => "lowest",
        "Max" => "highest",
        "Deg" => "degrees",
        "Card" => "point of the compass",
        "AvgCard" => "average point of the compass",
        own => own,
    }
}

/// `Temperature2` is the second temperature.
fn numbered(name: &str, quantity: &str) -> String {
    let bare = quantity.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &quantity[bare.len()..];
    // "PM10" and "PB5" are whole names.
    if digits.is_empty() || bare.len() < 3 || name.ends_with(digits) || bare.ends_with('.') || bare == "eCO" {
        name.to_owned()
    } else {
        format!("{name} {digits}")
    }
}

fn is_meter(group: &str, around: Option<&Json<'_>>) -> bool {
    group == "ENERGY"
        || matches!(around, Some(Json::Object(entries)) if entries
            .iter()
            .any(|(key, _)| matches!(key.as_ref(), "Yesterday" | "Power" | "ActivePower" | "Voltage")))
}
