//! What a device says of itself on `tasmota/discovery/<MAC>/config`, or what was learnt of it where it does not.

use crate::decoder::shortened;
use crate::shape::json::Json;

/// Most relays, switches and buttons of a device.
pub(super) const MOST: usize = 32;

/// Longest name or word that is kept, bytes.
const LONGEST: usize = 128;

/// What a relay output is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Relay {
    /// There is none.
    #[default]
    None,
    /// It switches something.
    Switch,
    /// It is a light.
    Light,
    /// A motor of a shutter: not to be switched by itself.
    Shutter,
}

/// The configuration; the defaults are those of the firmware.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Config {
    pub(super) ip: Option<String>,
    pub(super) name: Option<String>,
    /// Names of the relays.
    pub(super) friendly: Vec<Option<String>>,
    pub(super) hostname: String,
    /// As sent; empty where it is not known.
    pub(super) mac: String,
    pub(super) model: Option<String>,
    pub(super) firmware: Option<String>,
    pub(super) hardware: Option<String>,
    /// A Tuya module: its dimmer is number 3.
    pub(super) tuya: bool,
    /// A fan of three speeds.
    pub(super) fan: bool,
    pub(super) camera: bool,
    /// The words of the last will.
    pub(super) offline: String,
    pub(super) online: String,
    /// The words for off, on, toggle, hold.
    pub(super) words: [String; 4],
    pub(super) topic: String,
    pub(super) full_topic: String,
    pub(super) prefixes: [String; 3],
    pub(super) relays: Vec<Relay>,
    /// Switch modes; -1 is none.
    pub(super) switches: Vec<i64>,
    pub(super) switch_names: Vec<Option<String>>,
    pub(super) buttons: Vec<bool>,
    /// Colour and white are one light.
    pub(super) linked: bool,
    /// 0 none, 1 dimmer, 2 white of two tones, 3 RGB, 4 RGB and white, 5 RGB and two whites.
    pub(super) light: u8,
    /// Seconds between wakes; 0 where it does not sleep.
    pub(super) deep_sleep: i64,
    pub(super) shutter_options: Vec<i64>,
    /// Lowest and highest tilt, and the time it takes (0: no tilt).
    pub(super) shutter_tilt: Vec<[i64; 3]>,
    /// Shutters that were seen without being announced.
    pub(super) shutters: usize,
    /// It names no relays, as old announcements may.
    pub(super) partial: bool,
    /// `SetOption20`: dimming does not switch on.
    pub(super) power_apart: bool,
    /// `SetOption30`: relays are lights.
    pub(super) relays_are_lights: bool,
    /// `SetOption68`: each PWM channel is a light of its own.
    pub(super) channels_apart: bool,
    /// `SetOption73`: buttons tell of their presses.
    pub(super) buttons_tell: bool,
    /// `SetOption13`: only single presses.
    pub(super) single_presses: bool,
    /// `SetOption82`: colour temperature of 200 … 380 mired only.
    pub(super) narrow_ct: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ip: None,
            name: None,
            friendly: Vec::new(),
            hostname: String::new(),
            mac: String::new(),
            model: None,
            firmware: None,
            hardware: None,
            tuya: false,
            fan: false,
            camera: false,
            offline: "Offline".to_owned(),
            online: "Online".to_owned(),
            words: ["OFF", "ON", "TOGGLE", "HOLD"].map(str::to_owned),
            topic: String::new(),
            full_topic: "%prefix%/%topic%/".to_owned(),
            prefixes: ["cmnd", "stat", "tele"].map(str::to_owned),
            relays: Vec::new(),
            switches: Vec::new(),
            switch_names: Vec::new(),
            buttons: Vec::new(),
            linked: true,
            light: 0,
            deep_sleep: 0,
            shutter_options: Vec::new(),
            shutter_tilt: Vec::new(),
            shutters: 0,
            partial: false,
            power_apart: false,
            relays_are_lights: false,
            channels_apart: false,
            buttons_tell: false,
            single_presses: false,
            narrow_ct: false,
        }
    }
}

impl Config {
    /// Reads a discovery config; what does not fit is told in `complaints` and its default taken. None where there is no topic.
    pub(super) fn read(json: &Json<'_>, complaints: &mut Vec<String>) -> Option<Self> {
        let default = Self::default();
        let read = Fields { json, complaints };
        let topic = read.text("t").filter(|topic| !topic.is_empty())?;
        let options = get(json, "so");
        let option = |number: &str| options.and_then(|so| get(so, number)).is_some_and(truthy);
        let mut read = read;
        let words = read.words("state", default.words);
        let prefixes = read.words("tp", default.prefixes);
        let relays = read.numbers("rl");
        for kind in relays.iter().filter(|kind| !(0..=3).contains(*kind)) {
            read.complaints.push(format!(
                "\"rl\" has {kind}, which is no sort of relay that we know"
            ));
        }
        let light = read.number("lt_st").unwrap_or(0);
        if !(0..=5).contains(&light) {
            read.complaints.push(format!(
                "\"lt_st\" is {light}, which is no sort of light that we know"
            ));
        }
        Some(Self {
            ip: read.text("ip").filter(|ip| ip != "0.0.0.0"),
            name: read.text("dn").filter(|name| !name.trim().is_empty()),
            friendly: read.names("fn"),
            hostname: read.text("hn").unwrap_or_default(),
            mac: read.text("mac").unwrap_or_default(),
            model: read.text("md").filter(|model| !model.is_empty()),
            firmware: read.text("sw"),
            hardware: None,
            tuya: read.flag("ty"),
            fan: read.flag("if"),
            camera: read.flag("cam"),
            offline: read.text("ofln").unwrap_or(default.offline),
            online: read.text("onln").unwrap_or(default.online),
            words,
            topic,
            full_topic: read.text("ft").unwrap_or(default.full_topic),
            prefixes,
            relays: relays
                .into_iter()
                .map(|kind| match kind {
                    1 => Relay::Switch,
                    2 => Relay::Light,
                    3 => Relay::Shutter,
                    _ => Relay::None,
                })
                .collect(),
            switches: read.numbers("swc"),
            switch_names: read.names("swn"),
            buttons: read.numbers("btn").into_iter().map(|on| on != 0).collect(),
            linked: get(json, "lk").is_none_or(truthy),
            light: u8::try_from(light).unwrap_or(0).min(5),
            deep_sleep: read.number("dslp").unwrap_or(0),
            shutter_options: read.numbers("sho"),
            shutter_tilt: read.triples("sht"),
            shutters: 0,
            partial: get(json, "rl").is_none(),
            power_apart: option("20"),
            relays_are_lights: option("30"),
            channels_apart: option("68"),
            buttons_tell: option("73"),
            single_presses: option("13"),
            narrow_ct: option("82"),
        })
    }

    /// The MAC in lower case without separators, where it is one.
    pub(super) fn identity(&self) -> Option<String> {
        let hex: String = self
            .mac
            .chars()
            .filter(|c| !matches!(c, ':' | '-'))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        (hex.len() == 12 && hex.bytes().all(|b| b.is_ascii_hexdigit()) && hex.bytes().any(|b| b != b'0'))
            .then_some(hex)
    }

    /// How many relays it has.
    pub(super) fn relay_count(&self) -> usize {
        self.relays.iter().filter(|relay| **relay != Relay::None).count()
    }

    /// How many shutters it has: two relays each, or as many as spoke.
    pub(super) fn shutter_count(&self) -> usize {
        let relays = self
            .relays
            .iter()
            .filter(|relay| **relay == Relay::Shutter)
            .count();
        relays.div_ceil(2).max(self.shutters).min(MOST)
    }

    /// The key of an input's name in `SENSOR` and `RESULT`.
    pub(super) fn switch_key(&self, ix: usize) -> String {
        match self.switch_names.get(ix) {
            Some(Some(name)) => name.clone(),
            _ => format!("Switch{}", ix + 1),
        }
    }
}

struct Fields<'j, 'a, 'c> {
    json: &'j Json<'a>,
    complaints: &'c mut Vec<String>,
}

impl Fields<'_, '_, '_> {
    fn text(&self, key: &str) -> Option<String> {
        get(self.json, key).and_then(text)
    }

    fn number(&self, key: &str) -> Option<i64> {
        get(self.json, key).and_then(number)
    }

    fn flag(&self, key: &str) -> bool {
        get(self.json, key).is_some_and(truthy)
    }

    fn list(&mut self, key: &str) -> &[Json<'_>] {
        match get(self.json, key) {
            Some(Json::Array(items)) => &items[..items.len().min(MOST)],
            None | Some(Json::Null) => &[],
            Some(_) => {
                self.complaints.push(format!("\"{key}\" is no list"));
                &[]
            }
        }
    }

    fn names(&mut self, key: &str) -> Vec<Option<String>> {
        self.list(key)
            .iter()
            .map(|name| text(name).filter(|name| !name.trim().is_empty()))
            .collect()
    }

    fn numbers(&mut self, key: &str) -> Vec<i64> {
        self.list(key)
            .iter()
            .map(|item| number(item).unwrap_or(0))
            .collect()
    }

    fn triples(&mut self, key: &str) -> Vec<[i64; 3]> {
        self.list(key)
            .iter()
            .map(|item| match item {
                Json::Array(three) => {
                    let at = |ix: usize| three.get(ix).and_then(number).unwrap_or(0);
                    [at(0), at(1), at(2)]
                }
                _ => [0; 3],
            })
            .collect()
    }

    /// As many words as the default has; a missing one is the default's.
    fn words<const N: usize>(&mut self, key: &str, mut words: [String; N]) -> [String; N] {
        for (word, sent) in words.iter_mut().zip(self.list(key)) {
            if let Some(sent) = text(sent).filter(|sent| !sent.is_empty()) {
                *word = sent;
            }
        }
        words
    }
}

/// A member of an object.
pub(super) fn get<'j, 'a>(json: &'j Json<'a>, key: &str) -> Option<&'j Json<'a>> {
    let Json::Object(entries) = json else {
        return None;
    };
    entries
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

/// A text, shortened; numbers are taken as sent.
pub(super) fn text(json: &Json<'_>) -> Option<String> {
    match json {
        Json::Text(text) => Some(shortened(text, LONGEST)),
        Json::Int(int) => Some(int.to_string()),
        _ => None,
    }
}

fn number(json: &Json<'_>) -> Option<i64> {
    match json {
        Json::Int(int) => Some(*int),
        Json::Bool(on) => Some(i64::from(*on)),
        Json::Float(float) if float.is_finite() => Some(*float as i64),
        Json::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn truthy(json: &Json<'_>) -> bool {
    number(json).is_some_and(|number| number != 0)
}
