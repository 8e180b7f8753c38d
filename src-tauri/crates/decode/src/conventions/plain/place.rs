//! A topic's levels as device, point and place.
//!
//! A topic that carries one value names the point with its last level and the device with the levels before; a topic that
//! carries an object names the device. Words such as `state` or `relay` belong to the point, never to the device.

use hearthline_model::{PlaceHint, Realm};

use crate::naming::{humanise, identities, words};
use crate::shape::lexicon::{FLOORS, HOMES, PARTS, PLANT, PRESENCE, ROOMS, ROOTS, TRANSPARENT, has};

/// What a topic's first payload was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    Scalar,
    /// An object or batch of values.
    Object,
}

/// Where a topic belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// [`hearthline_model::DeviceDesc::key`].
    pub(super) device_key: String,
    /// Name of the device.
    pub(super) device_name: String,
    /// Where the device seems to be.
    pub(super) place: PlaceHint,
    /// Addresses found in the device's level.
    pub(super) identities: Vec<String>,
    /// The levels after the device, joined by `/`: the point's key, or what its keys begin with.
    pub(super) prefix: String,
    /// Name that the prefix gives to a point; empty where it says nothing.
    pub(super) prefix_name: String,
}

/// Most levels that are looked at; further ones stay joined in the last.
const MOST_LEVELS: usize = 24;
/// Longest path of a place.
const MOST_PLACES: usize = 6;

/// Whether a topic asks a device to do something: such topics are never charted.
pub(super) fn is_command(topic: &str) -> bool {
    let last = topic.rsplit('/').next().unwrap_or_default();
    topic.starts_with("cmnd/")
        || ["set", "cmd", "command", "get", "cmnd", "write", "request"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(last))
}

/// Whether a topic is a bridge's talk about itself: its settings, the list of all that is joined to it, what it answers and
/// logs. Those are documents of a thousand keys, none of them a reading of a device.
pub(super) fn is_inventory(topic: &str) -> bool {
    let mut levels = topic.rsplit('/');
    let (last, before) = (
        levels.next().unwrap_or_default(),
        levels.next().unwrap_or_default(),
    );
    let about = [
        "info",
        "devices",
        "groups",
        "definitions",
        "extensions",
        "converters",
        "logging",
    ];
    (before == "bridge" && about.contains(&last)) || topic.contains("/bridge/response/")
}

/// Whether a topic tells by its name that its value is the presence of its device.
pub(super) fn is_presence(topic: &str) -> bool {
    has(PRESENCE, topic.rsplit('/').next().unwrap_or_default())
}

/// Works out where a topic belongs. `realm` is the person's choice for the whole broker.
pub(super) fn place(topic: &str, shape: Shape, realm: Option<Realm>) -> Placement {
    let levels: Vec<&str> = topic
        .splitn(MOST_LEVELS, '/')
        .filter(|level| !level.is_empty())
        .collect();
    let Some(&last) = levels.last() else {
        return placement(&[topic], 1, &[], realm);
    };
    if let Some(found) = umh(&levels) {
        return found;
    }
    // Tasmota's way round: `tele/<device>/…` and `stat/<device>/…` are one device.
    let levels = match levels[0] {
        "tele" | "stat" if levels.len() > 2 => &levels[1..],
        _ => &levels[..],
    };
    let mut device = match shape {
        Shape::Scalar => (levels.len() - 1).max(1),
        Shape::Object => levels.len(),
    };
    if shape == Shape::Scalar && is_number(last) && device > 1 {
        device -= 1;
    }
    let belongs_before = |device: usize| {
        let level = levels[device - 1];
        has(TRANSPARENT, level) || has(PRESENCE, level) || device < levels.len() && has(PARTS, level)
    };
    while device > 1 && belongs_before(device) {
        device -= 1;
    }
    placement(levels, device, &[], realm)
}

/// `umh/v1/<location>…/_<contract>/[<virtual path>/]<name>`.
fn umh(levels: &[&str]) -> Option<Placement> {
    if levels.len() < 4 || levels[0] != "umh" || levels[1] != "v1" {
        return None;
    }
    let contract = levels
        .iter()
        .position(|level| level.starts_with('_'))
        .filter(|&at| at > 2)?;
    Some(placement(
        &levels[..contract],
        contract,
        &levels[contract + 1..],
        Some(Realm::Plant),
    ))
}

fn placement(levels: &[&str], device: usize, after: &[&str], realm: Option<Realm>) -> Placement {
    let (own, rest) = levels.split_at(device);
    let rest: Vec<&str> = rest.iter().chain(after).copied().collect();
    let name = own[device - 1];
    let device_name = match device.checked_sub(2).map(|before| own[before]) {
        Some(before) if is_number(name) => format!("{} {name}", humanise(before)),
        _ => match humanise(name) {
            // A level of nothing but signs or blanks: something must stand on the tile.
            empty if empty.trim().is_empty() => match name.trim() {
                "" => "Unnamed".into(),
                signs => signs.into(),
            },
            name => name,
        },
    };
    let telling: Vec<&str> = rest
        .iter()
        .copied()
        .filter(|level| !has(TRANSPARENT, level))
        .collect();
    Placement {
        device_key: format!("plain:{}", own.join("/")),
        device_name,
        place: hint(own, realm),
        identities: identities(name),
        prefix: rest.join("/"),
        prefix_name: humanise(&telling.join("/")),
    }
}

fn hint(levels: &[&str], realm: Option<Realm>) -> PlaceHint {
    let firsts: Vec<String> = levels
        .iter()
        .map(|level| {
            words(level)
                .first()
                .map(|word| word.to_lowercase())
                .unwrap_or_default()
        })
        .collect();
    let is = |ix: usize, list: &str| has(list, &firsts[ix]);
    let realm = realm.unwrap_or_else(|| {
        let home = (0..levels.len()).any(|ix| is(ix, HOMES) || is_room(levels[ix]));
        let plant = (0..levels.len()).any(|ix| is(ix, PLANT));
        if plant && !home { Realm::Plant } else { Realm::Home }
    });
    let device = levels.len() - 1;
    let path = match realm {
        Realm::Plant => {
            let start = (0..device).find(|&ix| !has(ROOTS, levels[ix])).unwrap_or(device);
            // A line is a place: values of the line itself belong there.
            let end = if firsts[device] == "line" {
                device + 1
            } else {
                device
            };
            levels[start..end]
                .iter()
                .take(MOST_PLACES)
                .map(|level| humanise(level))
                .collect()
        }
        Realm::Home => {
            let room = (0..levels.len())
                .rev()
                .find(|&ix| is_room(levels[ix]))
                .or_else(|| {
                    let home = (0..device).find(|&ix| is(ix, HOMES))?;
                    (home + 1..device)
                        .rev()
                        .find(|&ix| !is(ix, FLOORS) && !has(TRANSPARENT, levels[ix]))
                });
            room.map(|ix| humanise(levels[ix])).into_iter().collect()
        }
    };
    PlaceHint { realm, path }
}

fn is_room(level: &str) -> bool {
    let bare: String = level
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect();
    ROOMS.split(' ').any(|room| {
        bare == room
            || room.chars().count() >= 6
                && (bare.ends_with(room) || bare.strip_prefix(room).is_some_and(|rest| rest.len() < 4))
    })
}

fn is_number(level: &str) -> bool {
    level.len() <= 4 && level.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(topic: &str, shape: Shape, want: &str) {
        let p = place(topic, shape, None);
        let found = format!(
            "{} \"{}\" {:?}[{}] {} \"{}\"",
            p.device_key,
            p.device_name,
            p.place.realm,
            p.place.path.join(" > "),
            p.prefix,
            p.prefix_name
        );
        assert_eq!(found, want, "{topic}");
    }

    #[test]
    fn homes_and_plants_are_told_apart() {
        use Shape::{Object, Scalar};
        check(
            "home/kitchen/temperature",
            Scalar,
            r#"plain:home/kitchen "Kitchen" Home[Kitchen] temperature "Temperature""#,
        );
        check(
            "home/ground_floor/kids/lamp/power",
            Scalar,
            r#"plain:home/ground_floor/kids/lamp "Lamp" Home[Kids] power "Power""#,
        );
        check(
            "home/livingroom/lamp/state",
            Scalar,
            r#"plain:home/livingroom/lamp "Lamp" Home[Livingroom] state """#,
        );
        check(
            "garage/door",
            Scalar,
            r#"plain:garage "Garage" Home[Garage] door "Door""#,
        );
        check(
            "sensors/1/temperature",
            Scalar,
            r#"plain:sensors/1 "Sensors 1" Home[] temperature "Temperature""#,
        );
        check(
            "kitchen_sensor",
            Object,
            r#"plain:kitchen_sensor "Kitchen sensor" Home[]  """#,
        );
        check("/", Scalar, r#"plain:/ "/" Home[]  """#);
        check(" ", Scalar, r#"plain:  "Unnamed" Home[]  """#);
        check(
            "temperature",
            Scalar,
            r#"plain:temperature "Temperature" Home[]  """#,
        );
        check(
            "shellies/shelly1-A4CF12/relay/0",
            Scalar,
            r#"plain:shellies/shelly1-A4CF12 "Shelly 1 A4CF12" Home[] relay/0 "Relay 0""#,
        );
        check(
            "tele/boiler/SENSOR",
            Object,
            r#"plain:boiler "Boiler" Home[] SENSOR """#,
        );
        check(
            "acme/berlin/filling/line1/filler/speed",
            Scalar,
            r#"plain:acme/berlin/filling/line1/filler "Filler" Plant[Acme > Berlin > Filling > Line 1] speed "Speed""#,
        );
        check(
            "berlin/filling/line1/rate",
            Scalar,
            r#"plain:berlin/filling/line1 "Line 1" Plant[Berlin > Filling > Line 1] rate "Rate""#,
        );
        check(
            "umh/v1/acme/berlin/line1/_historian/motor/pressure",
            Scalar,
            r#"plain:umh/v1/acme/berlin/line1 "Line 1" Plant[Acme > Berlin > Line 1] motor/pressure "Motor pressure""#,
        );
        check("/", Scalar, r#"plain:/ "/" Home[]  """#);
        check("//a", Scalar, r#"plain:a "A" Home[]  """#);
    }

    #[test]
    fn commands_are_no_values() {
        for (topic, want) in [
            ("a/b/set", true),
            ("cmnd/x/POWER", true),
            ("a/Set", true),
            ("a/setpoint", false),
            ("set/a", false),
        ] {
            assert_eq!(is_command(topic), want, "{topic}");
        }
    }

    #[test]
    fn a_bridge_talking_about_itself_is_no_device() {
        for (topic, want) in [
            ("zigbee2mqtt/bridge/devices", true),
            ("zigbee2mqtt/bridge/info", true),
            ("zigbee2mqtt/bridge/response/device/rename", true),
            ("zigbee2mqtt/bridge/state", false),
            ("plant/bridge/crane/load", false),
            ("home/devices", false),
        ] {
            assert_eq!(is_inventory(topic), want, "{topic}");
        }
    }
}
