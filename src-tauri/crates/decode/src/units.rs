//! What a unit and a name tell of a value: device class, behaviour over time, prominence.

use hearthline_model::{Category, StateClass};

use crate::naming::words;

/// The spelling in which a unit is kept, for those sent in a known short or UCUM spelling; none for what is no unit that we know.
pub(crate) fn known_unit(text: &str) -> Option<&'static str> {
    const SAME: &[&str] = &[
        "°C", "°F", "K", "%", "W", "kW", "MW", "Wh", "kWh", "MWh", "V", "mV", "kV", "A", "mA", "Hz", "kHz",
        "Pa", "hPa", "kPa", "bar", "mbar", "psi", "lx", "ppm", "ppb", "µg/m³", "mg/m³", "m³/h", "L/min",
        "L/h", "m³", "L", "ml", "m/s", "km/h", "mph", "dB", "dBm", "gal", "ft", "kn", "kg", "g", "t", "mm",
        "cm", "m", "km", "s", "ms", "min", "h", "VA", "kVA", "var", "kvar", "rpm", "Nm", "N", "kN", "°",
        "W/m²", "MPa", "mm/s", "mm/h", "m/min", "pcs", "/min", "/h", "pH", "µS/cm", "Ah", "mAh", "J", "kB",
        "MB", "GB", "bpm", "d", "Ω",
    ];
    const OTHER: &[(&str, &str)] = &[
        ("C", "°C"),
        ("Cel", "°C"),
        ("degC", "°C"),
        ("celsius", "°C"),
        ("ºC", "°C"),
        ("°c", "°C"),
        ("F", "°F"),
        ("degF", "°F"),
        ("[degF]", "°F"),
        ("fahrenheit", "°F"),
        ("pct", "%"),
        ("percent", "%"),
        ("%RH", "%"),
        ("lux", "lx"),
        ("ug/m3", "µg/m³"),
        ("µg/m3", "µg/m³"),
        ("μg/m³", "µg/m³"),
        ("m3/h", "m³/h"),
        ("l/min", "L/min"),
        ("lpm", "L/min"),
        ("l/h", "L/h"),
        ("m3", "m³"),
        ("l", "L"),
        ("mL", "ml"),
        ("kmh", "km/h"),
        ("kph", "km/h"),
        ("mps", "m/s"),
        ("sec", "s"),
        ("deg", "°"),
        ("W/m2", "W/m²"),
        ("1/min", "/min"),
        ("{pcs}", "pcs"),
        ("ohm", "Ω"),
        ("w", "W"),
        ("kw", "kW"),
        ("wh", "Wh"),
        ("kwh", "kWh"),
        ("mwh", "MWh"),
        ("v", "V"),
        ("mv", "mV"),
        ("a", "A"),
        ("ma", "mA"),
        ("hz", "Hz"),
        ("pa", "Pa"),
        ("hpa", "hPa"),
        ("kpa", "kPa"),
        ("c", "°C"),
        ("f", "°F"),
        ("nm", "Nm"),
        ("dbm", "dBm"),
        ("db", "dB"),
        ("va", "VA"),
        ("kg/h", "kg/h"),
        ("U/min", "rpm"),
        ("RPM", "rpm"),
        ("1/h", "/h"),
        ("VAR", "var"),
        ("VAr", "var"),
        ("Sec", "s"),
        ("seconds", "s"),
        ("minute", "min"),
        ("minutes", "min"),
        ("hours", "h"),
        ("volt", "V"),
        ("Volt", "V"),
        ("watt", "W"),
        // With a Greek mu in place of the micro sign.
        ("μS/cm", "µS/cm"),
    ];
    SAME.iter().copied().find(|&unit| unit == text).or_else(|| {
        OTHER
            .iter()
            .find(|(other, _)| *other == text)
            .map(|&(_, unit)| unit)
    })
}

/// Lower-case words of a name.
pub(crate) fn lower_words(name: &str) -> Vec<String> {
    words(name).into_iter().map(str::to_lowercase).collect()
}

/// The device class, in Home Assistant's words, that a unit and the words of a name suggest.
pub(crate) fn class_of(unit: Option<&str>, words: &[String]) -> Option<&'static str> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let Some(unit) = unit else {
        return class_of_words(words);
    };
    Some(match known_unit(unit).unwrap_or(unit) {
        "°C" | "°F" | "K" => "temperature",
        "%" if has(&["humidity", "hum", "rh"]) => "humidity",
        "%" if has(&["battery", "soc", "batt"]) => "battery",
        "%" if has(&["moisture", "soil"]) => "moisture",
        "W" | "kW" | "MW" => "power",
        "Wh" | "kWh" | "MWh" => "energy",
        "V" | "mV" | "kV" => "voltage",
        "A" | "mA" => "current",
        "Hz" | "kHz" => "frequency",
        "Pa" | "hPa" | "kPa" | "MPa" | "bar" | "mbar" | "psi" => "pressure",
        "lx" => "illuminance",
        "ppm" if has(&["co2", "eco2", "carbon", "dioxide"]) => "carbon_dioxide",
        "µg/m³" if has(&["pm25", "pm2"]) => "pm25",
        "µg/m³" if has(&["pm10"]) => "pm10",
        "m³/h" | "L/min" | "L/h" => "volume_flow_rate",
        "m³" | "L" if has(&["gas"]) => "gas",
        "m³" | "L" if has(&["water"]) => "water",
        "m³" | "L" | "ml" | "gal" => "volume",
        "m/s" | "km/h" | "mph" | "kn" if has(&["wind", "gust"]) => "wind_speed",
        "m/s" | "km/h" | "mph" | "kn" | "mm/s" => "speed",
        "dB" => "sound_pressure",
        "dBm" => "signal_strength",
        "kg" | "g" | "t" => "weight",
        "mm" if has(&["rain", "rainfall", "precipitation"]) => "precipitation",
        "mm" | "cm" | "m" | "km" | "ft" => "distance",
        "s" | "ms" | "min" | "h" | "d" => "duration",
        "VA" | "kVA" => "apparent_power",
        "var" | "kvar" => "reactive_power",
        "pH" => "ph",
        "W/m²" => "irradiance",
        "mm/h" => "precipitation_intensity",
        _ => return None,
    })
}

/// The class of a number without a unit, from its name alone.
fn class_of_words(words: &[String]) -> Option<&'static str> {
    words.iter().rev().find_map(|word| {
        Some(match word.as_str() {
            "temperature" | "temp" | "dewpoint" | "temperatur" => "temperature",
            "humidity" | "hum" => "humidity",
            "battery" | "batt" | "soc" => "battery",
            "power" | "watts" => "power",
            "energy" => "energy",
            "voltage" | "volt" | "volts" => "voltage",
            "current" | "amps" => "current",
            "frequency" => "frequency",
            "pressure" => "pressure",
            "illuminance" | "lux" => "illuminance",
            "co2" | "eco2" => "carbon_dioxide",
            "pm25" => "pm25",
            "pm10" => "pm10",
            "pm1" => "pm1",
            "rssi" => "signal_strength",
            _ => return None,
        })
    })
}

/// The class of a boolean, from its name alone. Words whose sense is turned around in some conventions (`contact`) are left out.
pub(crate) fn bool_class(words: &[String]) -> Option<&'static str> {
    words.iter().rev().find_map(|word| {
        Some(match word.as_str() {
            "motion" | "pir" => "motion",
            "occupancy" | "occupied" => "occupancy",
            "presence" => "presence",
            "smoke" => "smoke",
            "leak" | "flood" => "moisture",
            "tamper" => "tamper",
            "vibration" => "vibration",
            "online" | "connected" | "reachable" | "alive" => "connectivity",
            "fault" | "error" | "problem" => "problem",
            "running" => "running",
            "charging" => "battery_charging",
            _ => return None,
        })
    })
}

/// How a number of this class and name behaves over time.
pub(crate) fn state_class(class: Option<&str>, unit: Option<&str>, words: &[String]) -> Option<StateClass> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match class {
        Some("energy") => Some(StateClass::TotalIncreasing),
        Some("gas" | "water" | "volume") if has(&["total", "meter", "counter"]) => {
            Some(StateClass::TotalIncreasing)
        }
        Some("duration") => None,
        Some(_) => Some(StateClass::Measurement),
        None if unit.is_some() => Some(StateClass::Measurement),
        None => None,
    }
}

/// Signal strength, uptime, version and the like are not what a device is for.
pub(crate) fn category(words: &[String]) -> Category {
    const DIAGNOSTIC: &[&str] = &[
        "rssi",
        "lqi",
        "linkquality",
        "uptime",
        "version",
        "firmware",
        "fw",
        "ip",
        "ipaddress",
        "mac",
        "ssid",
        "bssid",
        "heap",
        "signal",
        "wifi",
        "sequence",
        "seq",
        "availability",
        "lwt",
        "hostname",
        "reboot",
        "reboots",
        "restarts",
    ];
    if words.iter().any(|word| DIAGNOSTIC.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| pair[0] == "link" && pair[1] == "quality")
    {
        Category::Diagnostic
    } else {
        Category::Primary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_names_tell_the_class() {
        for (unit, name, want) in [
            (Some("°C"), "x", Some("temperature")),
            (Some("Cel"), "x", Some("temperature")),
            (Some("%"), "humidity", Some("humidity")),
            (Some("%"), "Fill", None),
            (Some("kW"), "x", Some("power")),
            (Some("bananas"), "temperature", None),
            (None, "BathTemperature", Some("temperature")),
            (None, "x", None),
        ] {
            assert_eq!(class_of(unit, &lower_words(name)), want, "{unit:?} {name}");
        }
        assert_eq!(bool_class(&lower_words("hall_motion")), Some("motion"));
        assert_eq!(category(&lower_words("wifi_rssi")), Category::Diagnostic);
    }
}
