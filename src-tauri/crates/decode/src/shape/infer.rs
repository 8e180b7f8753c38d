//! Unit, class and prominence of a point from its name and first value.

use hearthline_model::{Kind, PointDesc, Realm, StateClass};

use super::kind::class_of_word;
use super::scalar::Scalar;
use crate::units;

/// Fills in what name, unit and first value tell. `words` are those of the key.
pub(crate) fn infer(
    desc: &mut PointDesc,
    scalar: &Scalar<'_>,
    unit: Option<&str>,
    words: &[String],
    realm: Realm,
) {
    desc.category = units::category(words);
    match desc.kind {
        Kind::Bool => {
            desc.class = class_of_word(scalar)
                .or_else(|| units::bool_class(words))
                .map(str::to_owned);
        }
        Kind::Number => {
            let sent = match scalar {
                Scalar::Measure(_, unit) => Some(*unit),
                _ => unit.map(|unit| units::known_unit(unit).unwrap_or(unit)),
            };
            let unit = sent
                .or_else(|| suffix_unit(words))
                .or_else(|| usual_unit(words, realm));
            let class = units::class_of(unit, words);
            desc.state_class = units::state_class(class, unit, words);
            desc.unit = unit.map(str::to_owned);
            desc.class = class.map(str::to_owned);
            if matches!(class, Some("battery" | "humidity")) && desc.unit.as_deref() == Some("%") {
                desc.range = Some((0.0, 100.0));
            }
        }
        _ => {}
    }
}

/// Whether 0 and 1 under this name are off and on.
pub(crate) fn is_boolean_name(words: &[String]) -> bool {
    let starts = matches!(words.first().map(String::as_str), Some("is" | "has" | "can"));
    let named = words.last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "motion"
                | "occupancy"
                | "contact"
                | "presence"
                | "smoke"
                | "leak"
                | "tamper"
                | "running"
                | "enabled"
                | "active"
                | "online"
                | "alarm"
                | "fault"
                | "on"
                | "open"
                | "charging"
                | "connected"
                | "available"
                | "availability"
                | "lwt"
                | "vibration"
                | "relay"
                | "alive"
        )
    });
    starts || named
}

/// A machine's counter only grows: told by its name, for numbers that have no class of their own.
pub(crate) fn count(desc: &mut PointDesc) {
    let words = units::lower_words(&desc.name);
    let counter = words.last().is_some_and(|word| {
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
                | "pieces"
                | "parts"
        )
    });
    if desc.kind == Kind::Number && desc.class.is_none() && counter {
        desc.state_class = Some(StateClass::TotalIncreasing);
    }
}

/// The unit that the last word of a name says: `temperature_c`, `power_w`. Short letters count only beside a word that fits.
pub(crate) fn suffix_unit(words: &[String]) -> Option<&'static str> {
    let last = words.last()?.as_str();
    let before = &words[..words.len() - 1];
    if before.is_empty() {
        return None;
    }
    let has = |list: &[&str]| before.iter().any(|word| list.contains(&word.as_str()));
    let fits = match last {
        "c" | "f" => has(&[
            "temperature",
            "temp",
            "dewpoint",
            "setpoint",
            "flow",
            "return",
            "outside",
            "inside",
        ]),
        "w" | "va" => has(&[
            "power",
            "load",
            "apparent",
            "active",
            "consumption",
            "import",
            "export",
            "solar",
            "grid",
        ]),
        "v" | "mv" => has(&["voltage", "volt", "battery", "supply", "vcc", "vbat", "bus"]),
        "a" | "ma" => has(&["current", "amp", "phase"]),
        "m" | "mm" | "cm" | "km" => has(&[
            "distance", "height", "depth", "length", "level", "position", "width", "range", "rain",
            "odometer",
        ]),
        "s" | "h" | "min" | "ms" => has(&[
            "time", "uptime", "duration", "interval", "runtime", "age", "delay", "latency", "cycle",
        ]),
        "l" => has(&["volume", "water", "level", "tank", "used", "consumption"]),
        "g" | "kg" | "t" => has(&["weight", "mass"]),
        "kw" | "wh" | "kwh" | "mwh" | "hz" | "pa" | "hpa" | "kpa" | "bar" | "mbar" | "psi" | "lx" | "lux"
        | "ppm" | "ppb" | "pct" | "percent" | "rpm" | "lpm" | "kmh" | "mps" | "dbm" | "celsius"
        | "fahrenheit" => true,
        _ => false,
    };
    if !fits {
        return None;
    }
    units::known_unit(last)
}

/// The unit that everyone uses for such a value. Power and the like only in homes: a plant may mean kilowatts. Temperature never: it may be
/// either scale.
fn usual_unit(words: &[String], realm: Realm) -> Option<&'static str> {
    let home = realm == Realm::Home;
    words.iter().rev().find_map(|word| {
        Some(match word.as_str() {
            "humidity" | "battery" => "%",
            "rssi" => "dBm",
            "co2" | "eco2" => "ppm",
            "pm25" | "pm10" | "pm1" => "µg/m³",
            "illuminance" | "lux" => "lx",
            "power" if home => "W",
            "voltage" if home => "V",
            "current" if home => "A",
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        name: &str,
        scalar: &Scalar<'_>,
        unit: Option<&str>,
        realm: Realm,
        want: (Option<&str>, Option<&str>),
    ) {
        let mut desc = PointDesc {
            kind: crate::shape::kind::first(scalar, false).unwrap(),
            ..PointDesc::default()
        };
        infer(&mut desc, scalar, unit, &units::lower_words(name), realm);
        assert_eq!((desc.unit.as_deref(), desc.class.as_deref()), want, "{name}");
    }

    #[test]
    fn names_and_values_tell_units() {
        use Realm::{Home, Plant};
        let number = Scalar::Float(21.5);
        check(
            "temperature_c",
            &number,
            None,
            Home,
            (Some("°C"), Some("temperature")),
        );
        check("temperature", &number, None, Home, (None, Some("temperature")));
        check("power_w", &number, None, Plant, (Some("W"), Some("power")));
        check("power", &number, None, Plant, (None, Some("power")));
        check("power", &number, None, Home, (Some("W"), Some("power")));
        check("humidity", &number, None, Plant, (Some("%"), Some("humidity")));
        check(
            "x",
            &Scalar::Measure(1.0, "°C"),
            None,
            Home,
            (Some("°C"), Some("temperature")),
        );
        check("x", &number, Some("kwh"), Home, (Some("kWh"), Some("energy")));
        check("vitamin_c", &number, None, Home, (None, None));
        check("x", &number, Some("bananas"), Home, (Some("bananas"), None));
    }
}
