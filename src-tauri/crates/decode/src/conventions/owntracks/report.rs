//! Every `_type` but `location`.

use hearthline_model::{Category, Kind, PointDesc, Role, StateClass, Value};

use super::json::{Entries, field, number, number_of, text_of, time_of};
use super::location::is_home;
use super::tracker::{Action, Tracker, When};
use crate::decoder::shortened;
use crate::shape::json::Json;
use crate::{Context, DiagnosisKind, Message, PointIx, naming};

/// Most regions of one tracker.
const MOST_REGIONS: usize = 64;
/// Longest name of a region or beacon, bytes.
const LONGEST_NAME: usize = 64;

/// Asks for a position.
pub(super) const REPORT_LOCATION: Action = Action {
    key: "report_location",
    name: "Report location",
    verb: "reportLocation",
};
/// Asks for the steps of the day.
pub(super) const REPORT_STEPS: Action = Action {
    key: "report_steps",
    name: "Report steps",
    verb: "reportSteps",
};

/// Reads a message of a type.
pub(super) fn read(
    tracker: &mut Tracker,
    kind: &str,
    entries: &Entries<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    match kind {
        // Its time is when the phone connected, not when it was lost.
        "lwt" => tracker.online(false, message.at, context),
        "transition" => transition(tracker, entries, message, context),
        "waypoint" => waypoint(tracker, entries, message, context),
        "waypoints" => waypoints(tracker, entries, message, context),
        "steps" => steps(tracker, entries, message, context),
        "beacon" => beacon(tracker, entries, message, context),
        "card" => card(tracker, entries, message, context),
        "status" => status(tracker, entries, message, context),
        "encrypted" => {
            tracker.online(true, message.at, context);
            let text = "this tracker encrypts its messages, and Hearthline has no key; switch \"encryption key\" off in the \
                        OwnTracks app (the connection itself can be encrypted with TLS) to see it";
            tracker.tell("encrypted", message.topic, text, context);
        }
        "configuration" => {
            let text = "the app's exported settings are not kept: they may hold a password";
            tracker.tell("configuration", message.topic, text, context);
        }
        // What somebody asks of the app, or the app of a recorder.
        "cmd" | "request" => {}
        other => {
            let text = format!(
                "messages of type \"{}\" are unknown and were left out",
                shortened(other, 64)
            );
            tracker.tell("type", message.topic, text, context);
        }
    }
}

/// When it happened, by the message's own time.
fn when(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> When {
    let at = time_of(entries, "tst", message.at).unwrap_or_else(|()| {
        let text = "the time \"tst\" is none that can be believed; the time of arrival is used";
        context.diagnose(tracker.device, message.topic, DiagnosisKind::Clock, text);
        None
    });
    let at = at.unwrap_or(message.at);
    When {
        at,
        received: message.at,
        old: false,
    }
}

/// The point that says whether the tracker is in a region.
pub(super) fn region(
    tracker: &mut Tracker,
    name: &str,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> Option<PointIx> {
    let name = shortened(name.trim(), LONGEST_NAME);
    if name.is_empty() {
        return None;
    }
    let key = format!("region/{name}");
    if !tracker.has(&key) && tracker.regions.len() >= MOST_REGIONS {
        let text = format!("more than {MOST_REGIONS} regions; further ones are not kept");
        tracker.tell("regions", message.topic, text, context);
        return None;
    }
    let describe = || PointDesc {
        key: key.clone(),
        name: format!("In {name}"),
        platform: "binary_sensor".to_owned(),
        kind: Kind::Bool,
        class: is_home(&name).then(|| "presence".to_owned()),
        ..PointDesc::default()
    };
    let point = tracker.point(&key, message.topic, describe, context)?;
    if !tracker.regions.iter().any(|known| **known == *name) {
        tracker.regions.push(name.into());
    }
    Some(point)
}

/// It came into a region or left it.
fn transition(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    tracker.online(true, message.at, context);
    let entered = match text_of(entries, "event") {
        Some("enter") => true,
        Some("leave") => false,
        _ => {
            let text = "the transition says neither enter nor leave";
            context.diagnose(tracker.device, message.topic, DiagnosisKind::WrongType, text);
            return;
        }
    };
    let time = when(tracker, entries, message, context);
    let name = text_of(entries, "desc").unwrap_or("a region");
    if text_of(entries, "desc").is_some() {
        // What a message that waited says of a region is over by now if a position has come since.
        let old = tracker.is_old(time.at);
        if let Some(point) = region(tracker, name, message, context) {
            Tracker::put(point, When { old, ..time }, Value::Bool(entered), context);
        }
    }
    let describe = || PointDesc {
        key: "transition".to_owned(),
        name: "Region event".to_owned(),
        platform: "event".to_owned(),
        kind: Kind::Event,
        path: Some("event".to_owned()),
        ..PointDesc::default()
    };
    // A kept message that the broker repeats did not happen just now.
    if !message.retain
        && !tracker.last.is_again(message)
        && let Some(point) = tracker.point("transition", message.topic, describe, context)
    {
        let word = if entered { "entered" } else { "left" };
        let text = format!("{word} {}", shortened(name, LONGEST_NAME));
        Tracker::put(point, time, Value::text(text), context);
    }
}

fn waypoint(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    if let Some(name) = text_of(entries, "desc") {
        // A beacon's region may carry its ids after its name.
        let name = name.split(':').next().unwrap_or(name);
        region(tracker, name, message, context);
    }
    let text = "of the app's regions only the names are kept: whether it is in one, the app tells itself";
    tracker.tell("waypoint", message.topic, text, context);
}

fn waypoints(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    let Some(Json::Array(items)) = field(entries, "waypoints") else {
        return;
    };
    for item in items.iter().take(MOST_REGIONS) {
        if let Json::Object(entries) = item {
            waypoint(tracker, entries, message, context);
        }
    }
}

fn steps(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    const VALUES: &[(&str, &str, &str, &str)] = &[
        ("steps", "Steps", "steps", ""),
        ("distance", "Distance walked", "m", "distance"),
        ("floorsup", "Floors up", "", ""),
        ("floorsdown", "Floors down", "", ""),
    ];
    tracker.online(true, message.at, context);
    let time = when(tracker, entries, message, context);
    for (key, name, unit, class) in VALUES {
        let Some(value) = field(entries, key).and_then(number) else {
            continue;
        };
        // -1 says that the phone does not count.
        let value = if value.as_f64().is_some_and(|number| number < 0.0) {
            Value::Null
        } else {
            value
        };
        if value.is_null() && !tracker.has(key) {
            let text = "the phone does not count its steps";
            tracker.tell("steps", message.topic, text, context);
            continue;
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let describe = || PointDesc {
            key: (*key).to_owned(),
            name: (*name).to_owned(),
            platform: "sensor".to_owned(),
            kind: Kind::Number,
            unit: some(unit),
            class: some(class),
            // Of the asked period, mostly since midnight.
            state_class: Some(StateClass::Total),
            path: Some((*key).to_owned()),
            ..PointDesc::default()
        };
        if let Some(point) = tracker.point(key, message.topic, describe, context) {
            Tracker::put(point, time, value, context);
        }
    }
}

/// A beacon that the phone hears.
fn beacon(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    tracker.online(true, message.at, context);
    let time = when(tracker, entries, message, context);
    let ids = [number_of(entries, "major"), number_of(entries, "minor")];
    let uuid = text_of(entries, "uuid").unwrap_or_default();
    let key = format!(
        "beacon/{}/{}/{}",
        shortened(uuid, LONGEST_NAME),
        ids[0].unwrap_or_default(),
        ids[1].unwrap_or_default()
    );
    let name = text_of(entries, "desc").map_or_else(
        || {
            format!(
                "Beacon {}-{}",
                ids[0].unwrap_or_default(),
                ids[1].unwrap_or_default()
            )
        },
        |name| shortened(name, LONGEST_NAME),
    );
    let near = match number_of(entries, "prox") {
        Some(1.0) => Value::text("immediate"),
        Some(2.0) => Value::text("near"),
        Some(3.0) => Value::text("far"),
        _ => Value::Null,
    };
    let values = [
        ("proximity", near),
        (
            "distance",
            number_of(entries, "acc")
                .filter(|acc| *acc >= 0.0)
                .map_or(Value::Null, Value::number),
        ),
        (
            "signal",
            field(entries, "rssi").and_then(number).unwrap_or_default(),
        ),
    ];
    for (what, value) in values {
        let point_key = format!("{key}/{what}");
        let describe = || {
            let mut desc = PointDesc {
                key: point_key.clone(),
                name: naming::join(&name, what),
                platform: "sensor".to_owned(),
                kind: Kind::Number,
                ..PointDesc::default()
            };
            match what {
                "proximity" => {
                    desc.kind = Kind::Enum;
                    desc.options = ["immediate", "near", "far"].map(str::to_owned).to_vec();
                }
                "distance" => {
                    desc.unit = Some("m".to_owned());
                    desc.class = Some("distance".to_owned());
                    desc.state_class = Some(StateClass::Measurement);
                }
                _ => {
                    desc.unit = Some("dBm".to_owned());
                    desc.class = Some("signal_strength".to_owned());
                    desc.state_class = Some(StateClass::Measurement);
                    desc.category = Category::Diagnostic;
                }
            }
            desc
        };
        if let Some(point) = tracker.point(&point_key, message.topic, describe, context) {
            Tracker::put(point, time, value, context);
        }
    }
}

/// The person's name.
fn card(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    if let Some(name) = text_of(entries, "name") {
        let name = shortened(name, 128);
        tracker.change(context, |desc| desc.name = name);
    }
    if field(entries, "face").is_some() {
        let text = "the picture of a card is not kept";
        tracker.tell("face", message.topic, text, context);
    }
}

/// What the app says of its phone.
fn status(tracker: &mut Tracker, entries: &Entries<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    const FLAGS: &[(&str, &str)] = &[
        ("wifi", "WiFi"),
        ("ps", "Power saving"),
        ("bo", "Battery optimisation"),
        ("hib", "App hibernation"),
    ];
    tracker.online(true, message.at, context);
    let time = when(tracker, entries, message, context);
    if let Some(Json::Object(phone)) = field(entries, "iOS") {
        let text = |key: &str| text_of(phone, key).map(|text| shortened(text, 64));
        let (model, version) = (text("deviceModel"), text("version"));
        tracker.change(context, |desc| {
            desc.manufacturer = Some("Apple".to_owned());
            desc.model = model.or(desc.model.take());
            desc.firmware = version.or(desc.firmware.take());
        });
    }
    let Some(Json::Object(phone)) = field(entries, "android") else {
        return;
    };
    for (key, name) in FLAGS {
        let Some(on) = number_of(phone, key) else { continue };
        let id = format!("status/{key}");
        let describe = || PointDesc {
            key: id.clone(),
            name: (*name).to_owned(),
            platform: "binary_sensor".to_owned(),
            kind: Kind::Bool,
            role: Role::Value,
            category: Category::Diagnostic,
            path: Some(format!("android.{key}")),
            ..PointDesc::default()
        };
        if let Some(point) = tracker.point(&id, message.topic, describe, context) {
            Tracker::put(point, time, Value::Bool(on != 0.0), context);
        }
    }
}
