//! `ua-metadata`: what the fields of a data set are.

use std::collections::BTreeMap;

use hearthline_model::{Kind, PointDesc};
use rustc_hash::FxHashMap;

use super::body::{exact, text};
use super::field::kind;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::units;

/// Most fields of one data set that are kept.
const MOST_FIELDS: usize = 2_048;
/// Most names of one enumeration.
const MOST_NAMES: usize = 256;

/// What is known of one field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FieldMeta {
    pub(super) builtin: Option<i64>,
    /// One value rather than an array.
    pub(super) scalar: bool,
    pub(super) unit: Option<String>,
    pub(super) range: Option<(f64, f64)>,
    pub(super) precision: Option<u8>,
    /// Names of an enumeration's numbers.
    pub(super) names: BTreeMap<i64, String>,
}

/// Fields by name.
pub(super) type Fields = FxHashMap<String, FieldMeta>;

impl FieldMeta {
    /// The kind that a point of the field has; none where its values must tell.
    pub(super) fn kind(&self) -> Option<Kind> {
        if !self.scalar {
            return None;
        }
        if self.names.is_empty() {
            kind(self.builtin?)
        } else {
            Some(Kind::Enum)
        }
    }

    /// Puts into a description what is known.
    pub(super) fn describe(&self, desc: &mut PointDesc) {
        if !self.names.is_empty() && desc.kind == Kind::Enum {
            desc.options = self.names.values().cloned().collect();
        }
        if desc.kind != Kind::Number {
            return;
        }
        if let Some(unit) = &self.unit {
            let words = units::lower_words(&desc.name);
            let class = units::class_of(Some(unit), &words);
            desc.state_class = units::state_class(class, Some(unit), &words);
            desc.class = class.map(str::to_owned);
            desc.unit = Some(unit.clone());
        }
        desc.range = self.range.or(desc.range);
        desc.precision = self.precision.or(desc.precision);
        infer::count(desc);
    }
}

/// The fields of a metadata message; none where it has no list of fields.
pub(super) fn fields(json: &Json<'_>) -> Option<Fields> {
    let meta = exact(json, "MetaData")?;
    let enums = enums(meta);
    let mut fields = Fields::default();
    for field in exact(meta, "Fields")?.items().iter().take(MOST_FIELDS) {
        let Some(name) = text(field, "Name").filter(|name| name.len() <= 256) else {
            continue;
        };
        let mut known = FieldMeta {
            builtin: exact(field, "BuiltInType").and_then(builtin),
            scalar: exact(field, "ValueRank")
                .and_then(Json::as_int)
                .is_none_or(|rank| rank == -1),
            ..FieldMeta::default()
        };
        if let Some(id) = exact(field, "DataType").and_then(node_id)
            && let Some(names) = enums.get(&id)
        {
            known.names.clone_from(names);
        }
        for property in exact(field, "Properties")
            .map(Json::items)
            .unwrap_or_default()
            .iter()
            .take(64)
        {
            let (Some(key), Some(value)) = (exact(property, "Key"), exact(property, "Value")) else {
                continue;
            };
            let key = match key {
                Json::Text(key) => key.as_ref(),
                key => text(key, "Name").unwrap_or_default(),
            };
            // "0:EngineeringUnits" and "http://…;EngineeringUnits" name the same.
            let key = key.rsplit([':', ';']).next().unwrap_or_default();
            known.property(key, bare(value));
        }
        fields.insert(name.to_owned(), known);
    }
    Some(fields)
}

impl FieldMeta {
    fn property(&mut self, key: &str, value: &Json<'_>) {
        match key {
            "EngineeringUnits" => self.unit = unit(value).or_else(|| self.unit.take()),
            "EURange" => self.range = range(value).or(self.range),
            "InstrumentRange" => self.range = self.range.or_else(|| range(value)),
            "ValuePrecision" => {
                self.precision = value
                    .as_f64()
                    .filter(|digits| (0.0..=10.0).contains(digits))
                    .map(|digits| digits as u8);
            }
            "EnumStrings" => {
                for (number, name) in value.items().iter().take(MOST_NAMES).enumerate() {
                    if let Some(name) = localized(name) {
                        self.names.insert(number as i64, name);
                    }
                }
            }
            "EnumValues" => {
                for entry in value.items().iter().take(MOST_NAMES) {
                    let entry = bare(entry);
                    if let Some(number) = exact(entry, "Value").and_then(Json::as_int)
                        && let Some(name) = exact(entry, "DisplayName").and_then(localized)
                    {
                        self.names.insert(number, name);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A property's value without variant and extension object around it.
fn bare<'j, 'a>(mut json: &'j Json<'a>) -> &'j Json<'a> {
    for _ in 0..4 {
        let wrapped = exact(json, "Type").is_some()
            || exact(json, "TypeId").is_some()
            || exact(json, "UaType").is_some()
            || exact(json, "UaTypeId").is_some()
            // Some leave the type out.
            || matches!(json, Json::Object(members) if members.len() == 1);
        let inner = exact(json, "Body").or_else(|| exact(json, "Value"));
        match inner {
            Some(inner) if wrapped => json = inner,
            _ => break,
        }
    }
    json
}

/// A number, or the name that stands for it.
fn builtin(json: &Json<'_>) -> Option<i64> {
    const NAMES: [&str; 26] = [
        "",
        "Boolean",
        "SByte",
        "Byte",
        "Int16",
        "UInt16",
        "Int32",
        "UInt32",
        "Int64",
        "UInt64",
        "Float",
        "Double",
        "String",
        "DateTime",
        "Guid",
        "ByteString",
        "XmlElement",
        "NodeId",
        "ExpandedNodeId",
        "StatusCode",
        "QualifiedName",
        "LocalizedText",
        "ExtensionObject",
        "DataValue",
        "Variant",
        "DiagnosticInfo",
    ];
    json.as_int().or_else(|| {
        let name = json.as_text()?;
        NAMES
            .iter()
            .position(|known| *known == name)
            .filter(|&ix| ix > 0)
            .map(|ix| ix as i64)
    })
}

/// A text of its own or a `LocalizedText`.
fn localized(json: &Json<'_>) -> Option<String> {
    let json = bare(json);
    json.as_text()
        .or_else(|| text(json, "Text"))
        .filter(|text| !text.is_empty())
        .map(|text| crate::decoder::shortened(text, 64))
}

/// UNECE recommendation 20's codes of units that machines send.
const CODES: &[(&str, &str)] = &[
    ("CEL", "°C"),
    ("FAH", "°F"),
    ("KEL", "K"),
    ("P1", "%"),
    ("WTT", "W"),
    ("KWT", "kW"),
    ("KWH", "kWh"),
    ("WHR", "Wh"),
    ("VLT", "V"),
    ("AMP", "A"),
    ("HTZ", "Hz"),
    ("BAR", "bar"),
    ("MBR", "mbar"),
    ("PAL", "Pa"),
    ("A97", "hPa"),
    ("KPA", "kPa"),
    ("MPA", "MPa"),
    ("MTR", "m"),
    ("MMT", "mm"),
    ("CMT", "cm"),
    ("KMT", "km"),
    ("KGM", "kg"),
    ("GRM", "g"),
    ("TNE", "t"),
    ("LTR", "L"),
    ("MTQ", "m³"),
    ("MQH", "m³/h"),
    ("L2", "L/min"),
    ("SEC", "s"),
    ("C26", "ms"),
    ("MIN", "min"),
    ("HUR", "h"),
    ("DAY", "d"),
    ("RPM", "rpm"),
    ("MTS", "m/s"),
    ("C16", "mm/s"),
    ("KMH", "km/h"),
    ("DD", "°"),
    ("NEW", "N"),
    ("NU", "Nm"),
    ("B47", "kN"),
    ("C62", "pcs"),
];

/// `EUInformation`: its name, or the UNECE code that its number holds as three letters.
fn unit(json: &Json<'_>) -> Option<String> {
    let named = exact(json, "DisplayName").and_then(localized);
    if let Some(name) = named.or_else(|| json.as_text().map(|unit| crate::decoder::shortened(unit, 32))) {
        let name = name.trim();
        return (!name.is_empty()).then(|| units::known_unit(name).unwrap_or(name).to_owned());
    }
    let code = exact(json, "UnitId")?.as_int()?;
    let letters: String = u32::try_from(code)
        .ok()?
        .to_be_bytes()
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|&byte| char::from(byte))
        .collect();
    CODES
        .iter()
        .find(|(known, _)| *known == letters)
        .map(|(_, unit)| (*unit).to_owned())
}

fn range(json: &Json<'_>) -> Option<(f64, f64)> {
    let low = exact(json, "Low")?.as_f64()?;
    let high = exact(json, "High")?.as_f64()?;
    (low < high).then_some((low, high))
}

/// A node id as text: of a number, a text, or `{Id, Namespace}`.
fn node_id(json: &Json<'_>) -> Option<String> {
    match json {
        Json::Int(int) => Some(format!("i={int}")),
        Json::Text(text) => Some(crate::decoder::shortened(text.trim(), 128)),
        Json::Object(_) => {
            let id = exact(json, "Id")?;
            let space = exact(json, "Namespace");
            let id = id.as_int().map_or_else(
                || id.as_text().map(|text| crate::decoder::shortened(text, 128)),
                |int| Some(format!("i={int}")),
            )?;
            Some(match space {
                Some(Json::Int(space)) if *space != 0 => format!("ns={space};{id}"),
                Some(Json::Text(space)) => format!("{};{id}", crate::decoder::shortened(space, 128)),
                _ => id,
            })
        }
        _ => None,
    }
}

/// The enumerations that the data set brings along, by the id of their type.
fn enums(meta: &Json<'_>) -> FxHashMap<String, BTreeMap<i64, String>> {
    let mut found = FxHashMap::default();
    for one in exact(meta, "EnumDataTypes")
        .map(Json::items)
        .unwrap_or_default()
        .iter()
        .take(MOST_NAMES)
    {
        let Some(id) = exact(one, "DataTypeId").and_then(node_id) else {
            continue;
        };
        let definition = exact(one, "EnumDefinition").or_else(|| exact(one, "Definition"));
        let fields = definition
            .and_then(|it| exact(it, "Fields"))
            .map(Json::items)
            .unwrap_or_default();
        let names = fields
            .iter()
            .take(MOST_NAMES)
            .filter_map(|field| {
                let number = exact(field, "Value")?.as_int()?;
                let name = exact(field, "DisplayName")
                    .and_then(localized)
                    .or_else(|| text(field, "Name").map(|name| crate::decoder::shortened(name, 64)))?;
                Some((number, name))
            })
            .collect();
        found.insert(id, names);
    }
    found
}
