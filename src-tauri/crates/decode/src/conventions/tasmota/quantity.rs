//! What the keys of `SENSOR` measure.

use hearthline_model::{Category, StateClass};

/// Where the unit of a quantity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// It has none.
    None,
    /// It is always this one.
    Fixed(&'static str),
    /// `TempUnit`.
    Temperature,
    /// `PressureUnit`.
    Pressure,
    /// `SpeedUnit`.
    Speed,
}

/// A quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    /// Its name for people.
    pub(super) name: &'static str,
    /// Its unit.
    pub(super) unit: Unit,
    /// Its device class.
    pub(super) class: Option<&'static str>,
    /// How it behaves.
    pub(super) state_class: Option<StateClass>,
    /// How prominent it is.
    pub(super) category: Category,
}

/// The quantity of a key within its group; none where the key is none that we know.
///
/// A digit at the end numbers inputs (`Temperature2`). `meter` says that the group is an energy meter: `Total` and `Period` are energy
/// only there.
pub(super) fn of(group: &str, key: &str, meter: bool) -> Option<Quantity> {
    table(group, key, meter).or_else(|| {
        let bare = key.trim_end_matches(|c: char| c.is_ascii_digit());
        (bare.len() < key.len() && !bare.is_empty())
            .then(|| table(group, bare, meter))
            .flatten()
    })
}

fn table(group: &str, key: &str, meter: bool) -> Option<Quantity> {
    use StateClass::{Measurement as M, TotalIncreasing as Sum};
    use Unit::Fixed;
    let q = |name, unit, class, state_class| {
        Some(Quantity {
            name,
            unit,
            class,
            state_class,
            category: Category::Primary,
        })
    };
    let energy = |name| q(name, Fixed("kWh"), Some("energy"), Some(Sum));
    match key {
        "Temperature" => q("Temperature", Unit::Temperature, Some("temperature"), Some(M)),
        "DewPoint" => q("Dew point", Unit::Temperature, Some("temperature"), Some(M)),
        "HeatIndex" => q("Heat index", Unit::Temperature, Some("temperature"), Some(M)),
        "Humidity" => q("Humidity", Fixed("%"), Some("humidity"), Some(M)),
        "AbsHumidity" | "AHum" => q("Absolute humidity", Fixed("g/m³"), None, Some(M)),
        "Pressure" => q("Pressure", Unit::Pressure, Some("pressure"), Some(M)),
        "SeaPressure" => q("Sea-level pressure", Unit::Pressure, Some("pressure"), Some(M)),
        "Speed" if group.starts_with("TX2") => q("Wind speed", Unit::Speed, Some("wind_speed"), Some(M)),
        "Dir" if group.starts_with("TX2") => q("Wind direction", Fixed("°"), Some("wind_direction"), Some(M)),
        "Speed" => q("Speed", Unit::Speed, Some("speed"), Some(M)),
        "Illuminance" | "Lux" => q("Illuminance", Fixed("lx"), Some("illuminance"), Some(M)),
        "Ambient" => q("Ambient light", Fixed("lx"), Some("illuminance"), Some(M)),
        "CarbonDioxide" | "CO2" => q("CO2", Fixed("ppm"), Some("carbon_dioxide"), Some(M)),
        "eCO2" => q("eCO2", Fixed("ppm"), Some("carbon_dioxide"), Some(M)),
        "TVOC" => q(
            "TVOC",
            Fixed("ppb"),
            Some("volatile_organic_compounds_parts"),
            Some(M),
        ),
        "PM1" => q("PM1", Fixed("µg/m³"), Some("pm1"), Some(M)),
        "PM2.5" => q("PM2.5", Fixed("µg/m³"), Some("pm25"), Some(M)),
        "PM4" => q("PM4", Fixed("µg/m³"), None, Some(M)),
        "PM10" => q("PM10", Fixed("µg/m³"), Some("pm10"), Some(M)),
        "CF1" => q("PM1 (factory)", Fixed("µg/m³"), None, Some(M)),
        "CF2.5" => q("PM2.5 (factory)", Fixed("µg/m³"), None, Some(M)),
        "CF10" => q("PM10 (factory)", Fixed("µg/m³"), None, Some(M)),
        "PB0.3" => q("Particles over 0.3 µm", Fixed("ppd"), None, Some(M)),
        "PB0.5" => q("Particles over 0.5 µm", Fixed("ppd"), None, Some(M)),
        "PB1" => q("Particles over 1 µm", Fixed("ppd"), None, Some(M)),
        "PB2.5" => q("Particles over 2.5 µm", Fixed("ppd"), None, Some(M)),
        "PB5" => q("Particles over 5 µm", Fixed("ppd"), None, Some(M)),
        "PB10" => q("Particles over 10 µm", Fixed("ppd"), None, Some(M)),
        "Battery" | "BatteryPercentage" => q("Battery", Fixed("%"), Some("battery"), Some(M)),
        "BatteryVoltage" => q("Battery voltage", Fixed("V"), Some("voltage"), Some(M)),
        "Moisture" => q("Moisture", Fixed("%"), Some("moisture"), Some(M)),
        // A storm's distance is given in kilometres.
        "Distance" if group.starts_with("AS3935") => q("Distance", Fixed("km"), Some("distance"), Some(M)),
        "Distance" => q("Distance", Fixed("cm"), Some("distance"), Some(M)),
        "Weight" => q("Weight", Fixed("kg"), Some("weight"), Some(M)),
        "CCT" => q("Colour temperature", Fixed("K"), None, Some(M)),
        "Noise" => q("Noise", Fixed("dB"), Some("sound_pressure"), Some(M)),
        "UvIndex" => q("UV index", Unit::None, None, Some(M)),
        "UvPower" => q("UV power", Fixed("W/m²"), Some("irradiance"), Some(M)),
        "Voltage" => q("Voltage", Fixed("V"), Some("voltage"), Some(M)),
        "Current" => q("Current", Fixed("A"), Some("current"), Some(M)),
        "CurrentNeutral" => q("Neutral current", Fixed("A"), Some("current"), Some(M)),
        "Power" | "Power_curr" | "Power_in" => q("Power", Fixed("W"), Some("power"), Some(M)),
        "ActivePower" => q("Active power", Fixed("W"), Some("power"), Some(M)),
        "ApparentPower" => q("Apparent power", Fixed("VA"), Some("apparent_power"), Some(M)),
        "ReactivePower" => q("Reactive power", Fixed("var"), Some("reactive_power"), Some(M)),
        "Factor" => q("Power factor", Unit::None, Some("power_factor"), Some(M)),
        "Frequency" => q("Frequency", Fixed("Hz"), Some("frequency"), Some(M)),
        "PhaseAngle" => q("Phase angle", Fixed("°"), None, Some(M)),
        // A lightning's or a radar echo's strength is no energy in kilowatt hours.
        "Energy" if group.starts_with("AS3935") || group.starts_with("LD2410") => {
            q("Energy", Unit::None, None, Some(M))
        }
        "Energy" => energy("Energy"),
        "Total" if meter => energy("Energy total"),
        "Today" if meter => energy("Energy today"),
        // It changes once a day, to another day's sum: not a counter.
        "Yesterday" if meter => q("Energy yesterday", Fixed("kWh"), Some("energy"), None),
        "Period" if meter => q("Energy since the last report", Fixed("Wh"), Some("energy"), None),
        "TotalTariff" => energy("Energy total of tariff"),
        // Meters read by script (SML, OBIS) are named with an underscore by convention.
        "ExportActive" | "Total_out" | "E_out" => energy("Energy exported"),
        "ExportTariff" => energy("Energy exported of tariff"),
        "ImportActive" | "Total_in" | "E_in" => energy("Energy imported"),
        "ImportReactive" => q("Reactive energy imported", Fixed("kvarh"), None, Some(Sum)),
        "ExportReactive" => q("Reactive energy exported", Fixed("kvarh"), None, Some(Sum)),
        "RSSI" => Some(Quantity {
            name: "Signal strength",
            unit: Fixed("dBm"),
            class: Some("signal_strength"),
            state_class: Some(M),
            category: Category::Diagnostic,
        }),
        "LinkQuality" => Some(Quantity {
            name: "Link quality",
            unit: Unit::None,
            class: None,
            state_class: Some(M),
            category: Category::Diagnostic,
        }),
        _ => None,
    }
}

/// What a key of `STATE` that tells of the device itself is: (name, unit, class, behaviour, hidden).
pub(super) type Vital = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<StateClass>,
    bool,
);

/// The vital signs that people look for; everything else of `STATE` is kept, but hidden.
pub(super) fn vital(path: &str) -> Option<Vital> {
    use StateClass::{Measurement as M, TotalIncreasing as Sum};
    Some(match path {
        "UptimeSec" => ("Uptime", Some("s"), Some("duration"), None, false),
        "Wifi.RSSI" => ("Wi-Fi quality", Some("%"), None, Some(M), false),
        "Wifi.Signal" => (
            "Wi-Fi signal",
            Some("dBm"),
            Some("signal_strength"),
            Some(M),
            false,
        ),
        "Wifi.SSId" => ("Wi-Fi network", None, None, None, false),
        "Wifi.BSSId" => ("Wi-Fi access point", None, None, None, true),
        "Wifi.AP" => ("Wi-Fi settings in use", None, None, None, true),
        "Wifi.Channel" => ("Wi-Fi channel", None, None, None, true),
        "Wifi.Mode" => ("Wi-Fi mode", None, None, None, true),
        "Wifi.LinkCount" => ("Wi-Fi connections", None, None, Some(Sum), true),
        "Wifi.Downtime" => ("Wi-Fi down time", None, None, None, true),
        "Heap" => ("Free memory", Some("kB"), None, Some(M), true),
        "Vcc" => ("Supply voltage", Some("V"), Some("voltage"), Some(M), false),
        "LoadAvg" => ("Load", None, None, Some(M), true),
        "MqttCount" => ("Connections to the broker", None, None, Some(Sum), true),
        "Sleep" => ("Sleep", Some("ms"), None, None, true),
        "SleepMode" => ("Sleep mode", None, None, None, true),
        "RestartReason" => ("Reason of the last start", None, None, None, false),
        "BootCount" => ("Starts", None, None, Some(Sum), true),
        "Battery" => ("Battery", Some("%"), Some("battery"), Some(M), false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_quantities() {
        assert_eq!(of("ANALOG", "Temperature2", false).unwrap().name, "Temperature");
        assert_eq!(of("PMS5003", "PM2.5", false).unwrap().class, Some("pm25"));
        assert_eq!(of("AS3935", "Energy", false).unwrap().unit, Unit::None);
        assert_eq!(of("ENERGY", "Total", true).unwrap().unit, Unit::Fixed("kWh"));
        assert_eq!(of("FLOW", "Total", false), None);
        assert_eq!(of("COUNTER", "C1", false), None);
        assert_eq!(of("X", "12", false), None);
    }
}
