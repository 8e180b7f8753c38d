//! Health export apps: `{"data": {"metrics": [{"name": "heart_rate", "units": "count/min", "data": [{"date": …, "Min": …, "Avg": …, "Max": …}]}],
//! "workouts": […]}}`. A message holds hours or days; all of it goes to history, and the newest of each value is the live one.

use std::borrow::Cow;

use hearthline_model::{HOUR, Micros};

use super::person::{Person, Spot};
use crate::decoder::shortened;
use crate::shape::json::{self, Json};
use crate::shape::scalar::{self, Scalar};
use crate::{Context, DiagnosisKind, Message};

/// Most nodes of one export: a day of a heart rate every few seconds.
const MOST_NODES: usize = 200_000;
/// Deepest level.
const DEEPEST: usize = 8;
/// Most metrics of one export.
const MOST_METRICS: usize = 200;

type Entries<'a> = [(Cow<'a, str>, Json<'a>)];

fn get<'a>(entries: &'a Entries<'_>, key: &str) -> Option<&'a Json<'a>> {
    entries
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

fn text<'a>(entries: &'a Entries<'_>, key: &str) -> Option<&'a str> {
    match get(entries, key)? {
        Json::Text(text) => Some(text.trim()),
        _ => None,
    }
}

/// Whether a message is an export.
pub(super) fn is_export(entries: &Entries<'_>) -> bool {
    let Some(Json::Object(data)) = get(entries, "data") else {
        return false;
    };
    let first = |key: &str| match get(data, key) {
        Some(Json::Array(items)) => items.first(),
        _ => None,
    };
    match (first("metrics"), first("workouts")) {
        (Some(Json::Object(metric)), _) => get(metric, "name").is_some() && get(metric, "data").is_some(),
        (None, Some(Json::Object(workout))) => {
            get(workout, "name").is_some() && get(workout, "start").is_some()
        }
        _ => false,
    }
}

/// Reads an export.
pub(super) fn read(person: &mut Person, message: &Message<'_>, context: &mut Context<'_>) {
    let device = person.device;
    let result = json::with(message.payload, MOST_NODES, DEEPEST, |read, _| {
        let Json::Object(entries) = &read.json else {
            return read.cut;
        };
        let Some(Json::Object(data)) = get(entries, "data") else {
            return read.cut;
        };
        if let Some(Json::Array(metrics)) = get(data, "metrics") {
            for metric in metrics.iter().take(MOST_METRICS) {
                if let Json::Object(metric) = metric {
                    self::metric(person, metric, message, context);
                }
            }
        }
        if let Some(Json::Array(workouts)) = get(data, "workouts") {
            for workout in workouts.iter().take(MOST_METRICS) {
                if let Json::Object(workout) = workout {
                    self::workout(person, workout, message, context);
                }
            }
        }
        read.cut
    });
    match result {
        Ok(false) => {}
        Ok(true) => {
            let text =
                "the export has more values than are read of one message; let the app send it more often";
            context.diagnose(device, message.topic, DiagnosisKind::TooLarge, text);
        }
        Err(error) => context.diagnose(device, message.topic, DiagnosisKind::MalformedJson, error),
    }
}

/// One metric, oldest value first.
fn metric(person: &mut Person, metric: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    let Some(name) = text(metric, "name").filter(|name| !name.is_empty() && name.len() <= 64) else {
        return;
    };
    let unit = text(metric, "units").and_then(unit_of);
    let Some(Json::Array(values)) = get(metric, "data") else {
        return;
    };
    let mut values: Vec<(Micros, &Entries<'_>)> = values
        .iter()
        .filter_map(|value| match value {
            Json::Object(entries) => Some((date(entries, message.at)?, entries.as_slice())),
            _ => None,
        })
        .collect();
    values.sort_by_key(|(at, _)| *at);
    for (at, entries) in values {
        let spot = Spot {
            topic: message.topic,
            path: None,
            at,
            received: message.at,
        };
        // The value itself first: the window takes the first of a heart's for the heart rate.
        let main = |key: &str| !matches!(key, "qty" | "Avg" | "avg" | "value");
        let mut entries: Vec<_> = entries.iter().take(32).collect();
        entries.sort_by_key(|(key, _)| main(key));
        for (key, value) in entries {
            let name = match key.as_ref() {
                "qty" | "Avg" | "avg" | "value" => name.to_owned(),
                "Min" | "min" => format!("min_{name}"),
                "Max" | "max" => format!("max_{name}"),
                // A night's parts and a blood pressure's two numbers.
                "deep" | "core" | "rem" | "light" => format!("sleep_{key}"),
                "totalSleep" | "asleep" => "sleep".to_owned(),
                "inBed" => "in_bed".to_owned(),
                "awake" | "systolic" | "diastolic" => key.to_string(),
                _ => continue,
            };
            let Some(scalar @ (Scalar::Int(_) | Scalar::Float(_))) = scalar::of_json(value) else {
                continue;
            };
            // Apps that know only the parts of a night send zero for the whole.
            if name == "sleep" && matches!(scalar, Scalar::Int(0)) {
                continue;
            }
            person.value(&name, &scalar, None, unit, spot, context);
        }
    }
}

/// A workout: what it was, and how long.
fn workout(person: &mut Person, workout: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    let Some(name) = text(workout, "name") else { return };
    let at = text(workout, "end")
        .or(text(workout, "start"))
        .and_then(|text| time(text, message.at));
    let spot = Spot {
        topic: message.topic,
        path: None,
        at: at.unwrap_or(message.at),
        received: message.at,
    };
    let name = shortened(name, 64);
    person.value(
        "last_workout",
        &Scalar::Text(&name),
        Some(&name),
        None,
        spot,
        context,
    );
    let Some(Scalar::Int(_) | Scalar::Float(_)) = get(workout, "duration").and_then(scalar::of_json) else {
        return;
    };
    if let Some(duration) = get(workout, "duration").and_then(scalar::of_json) {
        person.value("workout_duration", &duration, None, Some("s"), spot, context);
    }
}

/// Units as the apps spell them.
fn unit_of(unit: &str) -> Option<&str> {
    Some(match unit {
        "" | "count" | "score" => return None,
        "count/min" | "bpm" => "bpm",
        "degC" => "°C",
        "degF" => "°F",
        "hr" => "h",
        "lb" => "lbs",
        unit if unit.len() <= 16 => unit,
        _ => return None,
    })
}

fn date(entries: &Entries<'_>, arrival: Micros) -> Option<Micros> {
    let keys = ["date", "sleepEnd", "endDate", "timestamp"];
    keys.iter().find_map(|key| time(text(entries, key)?, arrival))
}

/// `2026-11-18 12:30:00 +0100` and RFC 3339; none for what cannot be believed.
fn time(text: &str, arrival: Micros) -> Option<Micros> {
    if text.len() > 40 {
        return None;
    }
    let at = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let (before, zone) = text.rsplit_once(' ')?;
        let (day, clock) = before.split_once(' ')?;
        let zone = match zone.len() {
            5 => format!("{}:{}", zone.get(..3)?, zone.get(3..)?),
            _ => zone.to_owned(),
        };
        format!("{day}T{clock}{zone}").parse::<jiff::Timestamp>().ok()
    })?;
    let at = at.as_microsecond();
    (at <= arrival.saturating_add(HOUR) && at > 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_apps_are_read() {
        let now = 1_795_000_000_000_000;
        for text in [
            "2026-11-18 12:06:40 +0100",
            "2026-11-18T11:06:40Z",
            "2026-11-18 11:06:40 +0000",
            "2026-11-18T12:06:40+01:00",
        ] {
            assert_eq!(time(text, now), Some(now), "{text}");
        }
        for text in [
            "",
            "today",
            "2026-11-18",
            "2036-11-18T11:06:40Z",
            "1 2 3",
            "é é é",
        ] {
            assert_eq!(time(text, now), None, "{text}");
        }
    }
}
