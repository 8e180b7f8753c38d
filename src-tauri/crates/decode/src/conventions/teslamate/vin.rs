//! Bridges to a maker's cloud that put everything below a vehicle identification number: `weconnect/0/vehicles/WVW…/…`,
//! `carconnectivity/garage/TMB…/…`, `bmw/WBA…/…`, `renault/VF1…/…`. Values are plain text or JSON.

use hearthline_model::DeviceDesc;

use super::car::{Car, Spot, said};
use super::telemetry;
use crate::shape::scalar::Scalar;
use crate::{Context, Message};

/// Makers by the first three signs.
const MAKERS: &[(&str, &str)] = &[
    ("WVW", "Volkswagen"),
    ("WVG", "Volkswagen"),
    ("WV1", "Volkswagen"),
    ("WV2", "Volkswagen"),
    ("WAU", "Audi"),
    ("WA1", "Audi"),
    ("WUA", "Audi"),
    ("TRU", "Audi"),
    ("TMB", "Škoda"),
    ("VSS", "Seat"),
    ("WP0", "Porsche"),
    ("WP1", "Porsche"),
    ("WBA", "BMW"),
    ("WBS", "BMW"),
    ("WBY", "BMW"),
    ("WBX", "BMW"),
    ("WMW", "Mini"),
    ("WDB", "Mercedes-Benz"),
    ("WDD", "Mercedes-Benz"),
    ("W1K", "Mercedes-Benz"),
    ("W1N", "Mercedes-Benz"),
    ("WME", "Smart"),
    ("VF1", "Renault"),
    ("VF3", "Peugeot"),
    ("VR3", "Peugeot"),
    ("VF7", "Citroën"),
    ("VR7", "Citroën"),
    ("UU1", "Dacia"),
    ("W0L", "Opel"),
    ("W0V", "Opel"),
    ("ZFA", "Fiat"),
    ("ZAR", "Alfa Romeo"),
    ("YV1", "Volvo"),
    ("LYV", "Volvo"),
    ("YSM", "Polestar"),
    ("LPS", "Polestar"),
    ("SJN", "Nissan"),
    ("JN1", "Nissan"),
    ("JTD", "Toyota"),
    ("SB1", "Toyota"),
    ("JHM", "Honda"),
    ("JMZ", "Mazda"),
    ("KMH", "Hyundai"),
    ("TMA", "Hyundai"),
    ("NLH", "Hyundai"),
    ("KNA", "Kia"),
    ("KND", "Kia"),
    ("U5Y", "Kia"),
    ("LSJ", "MG"),
    ("SAL", "Land Rover"),
    ("SAJ", "Jaguar"),
    ("1FA", "Ford"),
    ("WF0", "Ford"),
    ("5YJ", "Tesla"),
    ("7SA", "Tesla"),
    ("LRW", "Tesla"),
    ("XP7", "Tesla"),
    ("1G1", "Chevrolet"),
    ("LGX", "BYD"),
    ("LC0", "BYD"),
];

/// Whether a level is a vehicle identification number: 17 capitals and digits without I, O and Q, of which the last four are digits.
pub(super) fn is_vin(level: &str) -> bool {
    let bytes = level.as_bytes();
    bytes.len() == 17
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O' | b'Q'))
        && bytes[13..].iter().all(u8::is_ascii_digit)
        // Seventeen digits are a number of something else; makers begin with a letter or a digit, never with zeros.
        && bytes[..9].iter().filter(|byte| byte.is_ascii_uppercase()).count() >= 2
}

/// Fills in what the number tells.
pub(super) fn describe(desc: &mut DeviceDesc, vin: &str) {
    let maker = vin
        .get(..3)
        .and_then(|start| MAKERS.iter().find(|(known, _)| *known == start));
    desc.manufacturer = maker.map(|(_, maker)| (*maker).to_owned());
    maker
        .map_or("Car", |(_, maker)| *maker)
        .clone_into(&mut desc.name);
    desc.serial = Some(vin.to_owned());
    desc.identities = vec![vin.to_ascii_lowercase()];
}

/// Reads a message below a car.
pub(super) fn read(car: &mut Car, field: &str, message: &Message<'_>, context: &mut Context<'_>) {
    let last = field.rsplit('/').next().unwrap_or_default();
    // What is asked of the bridge is no value.
    if matches!(last, "set" | "command" | "cmd" | "refresh") || field.ends_with("_writetopic") {
        return;
    }
    let payload = message.payload.trim_ascii();
    if payload.is_empty() || car.describe(context).is_none() {
        return;
    }
    if std::str::from_utf8(payload).is_err() {
        let text = "a picture or other binary of the car is not kept";
        return car.tell("binary", message.topic, text, context);
    }
    if payload.first().is_some_and(|byte| matches!(byte, b'{' | b'[')) {
        return telemetry::flat(car, field, message, context);
    }
    let Some((text, scalar)) = said(car, message, context) else {
        return;
    };
    match last {
        "name" | "nickname" if field.matches('/').count() <= 1 => {
            let name = crate::decoder::shortened(text, 64);
            car.change(context, |desc, _| desc.name = name);
        }
        "model" if field.matches('/').count() <= 1 => {
            let model = crate::decoder::shortened(text, 64);
            car.change(context, |desc, _| desc.model = Some(model));
        }
        "vin" | "carType" => {}
        _ => car.infer(
            &key(field),
            &read_as(&scalar, text),
            text,
            Spot::whole(message),
            context,
        ),
    }
}

/// `UNKNOWN`, `invalid` and the like of clouds say nothing.
fn read_as<'a>(scalar: &Scalar<'a>, text: &str) -> Scalar<'a> {
    match text.to_ascii_lowercase().as_str() {
        "invalid" | "unsupported" | "not_available" => Scalar::Unknown(false),
        _ => scalar.clone(),
    }
}

/// A field as a key: `domains` and the like say nothing.
fn key(field: &str) -> String {
    field.strip_prefix("domains/").unwrap_or(field).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_cars_are_told_from_others() {
        for (level, want) in [
            ("WVWZZZE1ZMP000001", true),
            ("5YJ3E1EA7KF000316", true),
            ("VF1AG000123456789", true),
            ("12345678901234567", false),
            ("WVWZZZE1ZMP00000", false),
            ("wvwzzze1zmp000001", false),
            ("WVWZZZE1ZMPOOOOO1", false),
            ("ABCDEFGHJKLMNPRST", false),
        ] {
            assert_eq!(is_vin(level), want, "{level}");
        }
    }
}
