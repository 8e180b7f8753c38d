//! Devices and points as a birth describes them.

use hearthline_model::{
    Category, CommandDesc, DeviceDesc, Kind, PlaceHint, PointDesc, Realm, StateClass, Value,
};
use rustc_hash::FxHashMap;

use super::datatype::{DataType, value};
use super::flatten::Leaf;
use super::property::Properties;
use crate::naming::{humanise, identities, join, words};
use crate::units;

/// Longest place.
const MOST_PLACES: usize = 6;
/// Folders that say what sort of value it is, not what it is about: they are left out of the name where that is unambiguous.
const SORTS: &[&str] = &[
    "status",
    "admin",
    "properties",
    "command",
    "commands",
    "inputs",
    "outputs",
    "input",
    "output",
    "node control",
    "device control",
    "node info",
    "device info",
    "diagnostics",
    "data",
    "metrics",
    "tags",
    "values",
];

/// The key of an edge node (`device` none) or of a device behind it.
pub(super) fn device_key(group: &str, edge: &str, device: Option<&str>) -> String {
    match device {
        Some(device) => format!("sp:{group}/{edge}/{device}"),
        None => format!("sp:{group}/{edge}"),
    }
}

/// A device. `leaves` are those of its birth; none are known before it.
pub(super) fn device(group: &str, edge: &str, id: Option<&str>, leaves: &[Leaf<'_>]) -> DeviceDesc {
    let mut path: Vec<String> = group
        .split([':', '.', '|'])
        .filter(|part| !part.trim().is_empty())
        .take(MOST_PLACES)
        .map(humanise)
        .collect();
    path.push(humanise(edge));
    let mut desc = DeviceDesc {
        key: device_key(group, edge, id),
        identities: identities(id.unwrap_or(edge)),
        convention: "sparkplug".into(),
        name: humanise(id.unwrap_or(edge)),
        via: id.map(|_| device_key(group, edge, None)),
        place: PlaceHint {
            realm: Realm::Plant,
            path,
        },
        ..DeviceDesc::default()
    };
    for leaf in leaves {
        let Some((folder, name)) = leaf.name.rsplit_once('/') else {
            continue;
        };
        if !matches!(
            folder.to_ascii_lowercase().as_str(),
            "properties" | "node info" | "device info" | "info"
        ) {
            continue;
        }
        let Some(value) = first_value(leaf) else { continue };
        let name: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if name == "position" {
            desc.position = value.as_f64().map(|position| position as i32);
            continue;
        }
        let field = match name.as_str() {
            "manufacturer" | "make" | "hardwaremake" | "vendor" => &mut desc.manufacturer,
            "model" | "hardwaremodel" => &mut desc.model,
            "firmware" | "fw" | "firmwareversion" | "swversion" | "softwareversion" => &mut desc.firmware,
            "hardwareversion" | "hwversion" => &mut desc.hardware,
            "serial" | "serialnumber" => &mut desc.serial,
            _ => continue,
        };
        *field = value
            .as_text()
            .map(|text| crate::decoder::shortened(text.trim(), 128))
            .filter(|text| !text.is_empty());
    }
    desc
}

fn first_value(leaf: &Leaf<'_>) -> Option<Value> {
    let sent = match (&leaf.parameter, leaf.metric) {
        (Some(parameter), _) => parameter,
        (None, metric) => metric?.value.as_ref()?,
    };
    value(leaf.datatype, sent)
}

/// The names of a birth's points, in the order of its leaves: the last part of the metric's name, with its folders in front where they say
/// what it is about or where it would not be unique without.
pub(super) fn names<'l>(leaves: impl Iterator<Item = &'l str> + Clone) -> Vec<String> {
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    for name in leaves.clone() {
        *seen.entry(short_name(name)).or_default() += 1;
    }
    leaves
        .map(|name| {
            let short = short_name(name);
            if seen.get(&short).is_some_and(|&count| count > 1) {
                long_name(name)
            } else {
                short
            }
        })
        .collect()
}

fn short_name(name: &str) -> String {
    let (folders, last) = name.rsplit_once('/').unwrap_or(("", name));
    let about = folders
        .split('/')
        .filter(|folder| !SORTS.contains(&folder.to_lowercase().as_str()))
        .fold(String::new(), |before, part| join(&before, &humanise(part)));
    join(&about, &humanise(last))
}

fn long_name(name: &str) -> String {
    name.split('/')
        .fold(String::new(), |before, part| join(&before, &humanise(part)))
}

/// A point; `name` is the one for people.
pub(super) fn point(leaf: &Leaf<'_>, name: String, topic: String) -> PointDesc {
    let properties = Properties::of(leaf.properties);
    let words = units::lower_words(leaf.name.rsplit('/').next().unwrap_or_default());
    let mut desc = PointDesc {
        key: leaf.name.clone(),
        name,
        platform: "metric".into(),
        kind: leaf.datatype.kind(),
        category: category(&leaf.name, leaf.parameter.is_some(), &words),
        transient: leaf.transient,
        topic: Some(topic),
        ..PointDesc::default()
    };
    match desc.kind {
        Kind::Number => {
            let class = units::class_of(properties.unit.as_deref(), &words);
            desc.state_class = if is_counter(leaf.datatype, &words) {
                Some(StateClass::TotalIncreasing)
            } else {
                units::state_class(class, properties.unit.as_deref(), &words)
            };
            // A class without a unit would be a guess about a machine.
            desc.class = class.filter(|_| properties.unit.is_some()).map(str::to_owned);
            desc.range = properties.range();
            desc.limits = properties.limits;
            desc.precision = properties.precision;
            desc.unit = properties.unit;
        }
        Kind::Bool => desc.class = units::bool_class(&words).map(str::to_owned),
        _ => {}
    }
    if is_writable(&leaf.name, leaf.datatype, properties.read_only) {
        desc.command = Some(CommandDesc::default());
        if desc.kind == Kind::Bool && is_control(&leaf.name) {
            desc.kind = Kind::Action;
            desc.class = None;
            desc.command = Some(CommandDesc {
                optimistic: true,
                ..CommandDesc::default()
            });
        }
    }
    desc
}

/// Whether a metric is in a folder of controls: a boolean there is a button.
fn is_control(name: &str) -> bool {
    ["node control/", "device control/"].iter().any(|folder| {
        name.get(..folder.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(folder))
    })
}

/// Whether a metric may be written.
///
/// Sparkplug lets a host write every metric, but most of a machine's metrics are measurements, and a button beside each would be dangerous.
/// So: what the device says (`readOnly`) holds. Where it says nothing, only `Node Control/…`, `Device Control/…` and names with a word that
/// is one of a set point or command are writable. Arrays, tables and files never are.
fn is_writable(name: &str, datatype: DataType, read_only: Option<bool>) -> bool {
    let scalar = datatype.integer().is_some()
        || matches!(
            datatype,
            DataType::Float
                | DataType::Double
                | DataType::Boolean
                | DataType::String
                | DataType::Text
                | DataType::DateTime
        );
    if !scalar {
        return false;
    }
    if let Some(read_only) = read_only {
        return !read_only;
    }
    let words: Vec<String> = words(name).into_iter().map(str::to_lowercase).collect();
    is_control(name)
        || words.iter().any(|word| {
            matches!(
                word.as_str(),
                "setpoint" | "command" | "commands" | "cmd" | "write" | "writable" | "setpoints"
            )
        })
        || words
            .windows(2)
            .any(|pair| pair[0] == "set" && pair[1] == "point")
}

fn category(name: &str, parameter: bool, words: &[String]) -> Category {
    let folder = name
        .split_once('/')
        .map_or("", |(folder, _)| folder)
        .to_ascii_lowercase();
    match folder.as_str() {
        "node control" | "device control" => Category::Config,
        "properties" | "node info" | "device info" => Category::Diagnostic,
        _ if parameter => Category::Diagnostic,
        _ => units::category(words),
    }
}

/// Unsigned integers with a counter's name only grow.
fn is_counter(datatype: DataType, words: &[String]) -> bool {
    datatype.integer().is_some_and(|(_, signed)| !signed)
        && words.last().is_some_and(|word| {
            matches!(
                word.as_str(),
                "count"
                    | "counter"
                    | "total"
                    | "good"
                    | "reject"
                    | "rejects"
                    | "scrap"
                    | "processed"
                    | "defective"
                    | "produced"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_where_they_can_be() {
        let all = [
            "Status/StateCurrent",
            "FillVolume",
            "Caps/Level",
            "Bottles/Level",
            "Status/Speed",
            "Command/Speed",
            "Properties/Position",
        ];
        assert_eq!(
            names(all.iter().copied()),
            [
                "State current",
                "Fill volume",
                "Caps level",
                "Bottles level",
                "Status speed",
                "Command speed",
                "Position"
            ]
        );
    }

    #[test]
    fn measurements_are_not_writable() {
        use DataType as T;
        for (name, datatype, read_only, want) in [
            ("Temperature", T::Double, None, false),
            ("Temperature", T::Double, Some(false), true),
            ("TempSetpoint", T::Double, None, true),
            ("TempSetPoint", T::Double, Some(true), false),
            ("Node Control/Rebirth", T::Boolean, None, true),
            ("Command/MachSpeed", T::Float, None, true),
            ("Command/Table", T::DataSet, Some(false), false),
            ("Offset", T::Double, None, false),
        ] {
            assert_eq!(is_writable(name, datatype, read_only), want, "{name}");
        }
    }

    #[test]
    fn devices_are_placed_by_group_and_edge() {
        let desc = device("Berlin:Filling", "Line1", Some("Filler"), &[]);
        assert_eq!(desc.key, "sp:Berlin:Filling/Line1/Filler");
        assert_eq!(desc.place.path, ["Berlin", "Filling", "Line 1"]);
        assert_eq!(desc.via.as_deref(), Some("sp:Berlin:Filling/Line1"));
        assert_eq!(device("Plant1", "Line4", None, &[]).name, "Line 4");
    }
}
