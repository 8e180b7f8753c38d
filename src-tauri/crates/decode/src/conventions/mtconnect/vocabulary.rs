//! Types and units of the MTConnect standard (part 2).

/// `PART_COUNT`, `PartCount`, `x:PartCount`: all the same words, `part_count`.
pub(super) fn plain(name: &str) -> String {
    let bare = name.rsplit(':').next().unwrap_or(name);
    let shouted = !bare.chars().any(char::is_lowercase);
    if shouted {
        return bare.to_lowercase();
    }
    crate::naming::words(bare).join("_").to_lowercase()
}

/// The last part of a point's key, by which the plant view knows it; none for what it does not look for.
pub(super) fn part(kind: &str, sub: &str) -> Option<&'static str> {
    Some(match (kind, sub) {
        ("execution", _) => "state",
        ("part_count", "good") => "goodcount",
        ("part_count", "bad") => "rejectcount",
        ("part_count", "target" | "remaining") => return None,
        ("part_count", _) => "totalcount",
        _ => return None,
    })
}

/// Events whose value is a name or number of something, text even where it has digits only.
pub(super) fn is_text(kind: &str) -> bool {
    matches!(
        kind,
        "program"
            | "program_header"
            | "program_comment"
            | "block"
            | "line_label"
            | "tool_id"
            | "tool_number"
            | "tool_asset_id"
            | "serial_number"
            | "message"
            | "part_id"
            | "part_number"
            | "part_group_id"
            | "pallet_id"
            | "operator_id"
            | "work_order"
            | "asset_changed"
            | "asset_removed"
            | "firmware"
            | "application"
            | "user"
            | "material"
            | "execution"
            | "controller_mode"
            | "availability"
    )
}

/// The words that an event of the standard may say.
pub(super) fn options(kind: &str) -> &'static [&'static str] {
    match kind {
        "execution" => &[
            "READY",
            "ACTIVE",
            "INTERRUPTED",
            "FEED_HOLD",
            "STOPPED",
            "OPTIONAL_STOP",
            "PROGRAM_STOPPED",
            "PROGRAM_COMPLETED",
            "WAIT",
        ],
        "controller_mode" => &[
            "AUTOMATIC",
            "MANUAL",
            "MANUAL_DATA_INPUT",
            "SEMI_AUTOMATIC",
            "EDIT",
        ],
        "emergency_stop" => &["ARMED", "TRIGGERED"],
        "door_state" => &["OPEN", "UNLATCHED", "CLOSED"],
        "path_mode" => &["INDEPENDENT", "MASTER", "SYNCHRONOUS", "MIRROR"],
        _ => &[],
    }
}

/// A unit of the standard as people write it; none for counts.
pub(super) fn unit(name: &str) -> Option<String> {
    const UNITS: &[(&str, &str)] = &[
        ("AMPERE", "A"),
        ("CELSIUS", "°C"),
        ("FAHRENHEIT", "°F"),
        ("DECIBEL", "dB"),
        ("DEGREE", "°"),
        ("DEGREE_3D", "°"),
        ("DEGREE/SECOND", "°/s"),
        ("DEGREE/SECOND^2", "°/s²"),
        ("GRAM", "g"),
        ("HERTZ", "Hz"),
        ("HOUR", "h"),
        ("INCH", "in"),
        ("JOULE", "J"),
        ("KILOGRAM", "kg"),
        ("KILOWATT", "kW"),
        ("KILOWATT_HOUR", "kWh"),
        ("LITER", "L"),
        ("LITER/SECOND", "L/s"),
        ("LITER/MINUTE", "L/min"),
        ("MICROMETER", "µm"),
        ("MILLIMETER", "mm"),
        ("MILLIMETER_3D", "mm"),
        ("MILLIMETER/SECOND", "mm/s"),
        ("MILLIMETER/MINUTE", "mm/min"),
        ("MILLIMETER/REVOLUTION", "mm/rev"),
        ("MILLIMETER/SECOND^2", "mm/s²"),
        ("MINUTE", "min"),
        ("NEWTON", "N"),
        ("NEWTON_METER", "Nm"),
        ("OHM", "Ω"),
        ("PASCAL", "Pa"),
        ("PERCENT", "%"),
        ("PH", "pH"),
        ("REVOLUTION/MINUTE", "rpm"),
        ("REVOLUTION/SECOND", "rev/s"),
        ("SECOND", "s"),
        ("VOLT", "V"),
        ("VOLT_AMPERE", "VA"),
        ("VOLT_AMPERE_REACTIVE", "var"),
        ("WATT", "W"),
        ("WATT_SECOND", "Ws"),
    ];
    if matches!(name, "COUNT" | "UNIT_VECTOR_3D" | "") {
        return None;
    }
    Some(UNITS.iter().find(|(known, _)| *known == name).map_or_else(
        || crate::decoder::shortened(&name.to_lowercase().replace('_', " "), 32),
        |(_, unit)| (*unit).to_owned(),
    ))
}

/// The unit that the standard sets for a sample of this type, for streams whose probe has not come.
pub(super) fn usual_unit(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "temperature" => "CELSIUS",
        "position" | "length" | "displacement" => "MILLIMETER",
        "angle" => "DEGREE",
        "load"
        | "path_feedrate_override"
        | "axis_feedrate_override"
        | "rotary_velocity_override"
        | "humidity_relative" => "PERCENT",
        "rotary_velocity" | "spindle_speed" => "REVOLUTION/MINUTE",
        "path_feedrate" | "axis_feedrate" | "velocity" => "MILLIMETER/SECOND",
        "amperage" | "amperage_ac" | "amperage_dc" => "AMPERE",
        "voltage" | "voltage_ac" | "voltage_dc" => "VOLT",
        "wattage" => "WATT",
        "torque" => "NEWTON_METER",
        "pressure" => "PASCAL",
        "frequency" => "HERTZ",
        "accumulated_time" | "process_timer" | "equipment_timer" => "SECOND",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_one_in_both_spellings() {
        assert_eq!(plain("PART_COUNT"), "part_count");
        assert_eq!(plain("PartCount"), "part_count");
        assert_eq!(plain("x:PartCount"), "part_count");
        assert_eq!(unit("MILLIMETER/SECOND").as_deref(), Some("mm/s"));
        assert_eq!(unit("FURLONG").as_deref(), Some("furlong"));
        assert_eq!(unit("COUNT"), None);
    }
}
