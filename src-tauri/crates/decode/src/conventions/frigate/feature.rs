//! Settings of a camera that Frigate tells of and takes, the camera's motors, and Frigate's restart.

use hearthline_model::{Category, CommandDesc, Kind, PointDesc, Role, Value};

use super::server::Server;
use super::{kind_of, value_of};
use crate::{CommandError, Context, Message, PointIx, Publish, naming};

/// Names of settings, and whether they are what one looks for first.
const FEATURES: &[(&str, &str, bool)] = &[
    ("enabled", "Camera", true),
    ("detect", "Object detection", true),
    ("recordings", "Recording", true),
    ("snapshots", "Snapshots", true),
    ("motion", "Motion detection", false),
    ("audio", "Audio detection", false),
    ("improve_contrast", "Improved contrast", false),
    ("ptz_autotracker", "Automatic tracking", false),
    ("birdseye", "Birdseye", false),
    ("birdseye_mode", "Birdseye mode", false),
    ("review_alerts", "Review alerts", false),
    ("review_detections", "Review detections", false),
    ("object_descriptions", "Object descriptions", false),
    ("review_descriptions", "Review descriptions", false),
    ("audio_transcription", "Audio transcription", false),
    ("notifications", "Notifications", false),
    ("motion_threshold", "Motion threshold", false),
    ("motion_contour_area", "Motion contour area", false),
    ("profile", "Profile", false),
];
const BIRDSEYE_MODES: &[&str] = &["OBJECTS", "CONTINUOUS", "MOTION"];
const MOVES: &[&str] = &[
    "MOVE_UP",
    "MOVE_DOWN",
    "MOVE_LEFT",
    "MOVE_RIGHT",
    "ZOOM_IN",
    "ZOOM_OUT",
    "STOP",
];

/// How a point is written.
pub(super) struct Send {
    topic: String,
    how: How,
}

enum How {
    OnOff,
    Whole(f64, f64),
    Words(&'static [&'static str]),
    /// The moves, and a preset by its name.
    Move,
    Press,
}

impl Send {
    /// The message that writes a value.
    pub(super) fn encode(&self, value: &Value) -> Result<Vec<Publish>, CommandError> {
        let invalid = |text: String| Err(CommandError::Invalid(text));
        let payload = match (&self.how, value) {
            (How::OnOff, Value::Bool(on)) => if *on { "ON" } else { "OFF" }.to_owned(),
            (How::OnOff, _) => return invalid("this setting is switched on or off".to_owned()),
            (How::Whole(low, high), value) => match value.as_f64() {
                Some(number) if number.fract() == 0.0 && (*low..=*high).contains(&number) => {
                    format!("{number:.0}")
                }
                _ => return invalid(format!("a whole number from {low} to {high} is needed")),
            },
            (How::Words(words), value) => match value.as_text().filter(|text| words.contains(text)) {
                Some(text) => text.to_owned(),
                None => return invalid(format!("only {} can be chosen", words.join(", "))),
            },
            (How::Move, value) => {
                let preset = |text: &str| {
                    text.strip_prefix("preset_")
                        .is_some_and(|name| !name.is_empty() && name.len() <= 64)
                };
                match value
                    .as_text()
                    .filter(|text| MOVES.contains(text) || preset(text))
                {
                    Some(text) => text.to_owned(),
                    None => {
                        return invalid(format!("only {} or preset_<name> can be asked", MOVES.join(", ")));
                    }
                }
            }
            (How::Press, _) => String::new(),
        };
        Ok(vec![Publish {
            topic: self.topic.clone(),
            payload: payload.into_bytes(),
            qos: 1,
            retain: false,
        }])
    }
}

/// A setting's state; how it is written comes back where its point is new.
pub(super) fn state(
    server: &mut Server,
    name: &str,
    feature: &str,
    text: &str,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> Option<(PointIx, Send)> {
    if !name.is_empty() {
        server.is_camera(name, context);
    }
    let known = FEATURES.iter().find(|(known, ..)| *known == feature);
    let key = format!("{feature}/state");
    let new = !server.has(name, &key);
    let kind = match feature {
        "birdseye_mode" => Kind::Enum,
        _ => kind_of(text),
    };
    let how = match (kind, feature) {
        (Kind::Bool, _) => Some(How::OnOff),
        (Kind::Number, "motion_threshold") => Some(How::Whole(1.0, 255.0)),
        (Kind::Number, "motion_contour_area") => Some(How::Whole(1.0, 1000.0)),
        (Kind::Enum, _) => Some(How::Words(BIRDSEYE_MODES)),
        // How another setting is written is not known.
        _ => None,
    };
    let describe = || PointDesc {
        key: key.clone(),
        name: known.map_or_else(|| naming::humanise(feature), |(_, label, _)| (*label).to_owned()),
        entity: feature.to_owned(),
        platform: match kind {
            Kind::Bool => "switch",
            Kind::Number => "number",
            Kind::Enum => "select",
            _ => "sensor",
        }
        .to_owned(),
        kind,
        role: if kind == Kind::Bool {
            Role::Switch
        } else {
            Role::Value
        },
        range: match how {
            Some(How::Whole(low, high)) => Some((low, high)),
            _ => None,
        },
        step: matches!(how, Some(How::Whole(..))).then_some(1.0),
        options: if kind == Kind::Enum {
            BIRDSEYE_MODES.iter().map(|&mode| mode.to_owned()).collect()
        } else {
            Vec::new()
        },
        command: how.is_some().then(CommandDesc::default),
        category: if known.is_some_and(|(.., first)| *first) {
            Category::Primary
        } else {
            Category::Config
        },
        ..PointDesc::default()
    };
    let point = server.point(name, &key, message.topic, describe, context)?;
    let kind = context.point_desc(point).map_or(kind, |desc| desc.kind);
    match value_of(kind, text) {
        Some(value) => context.value(point, message.at, value),
        None => server.wrong(name, text, message, context),
    }
    let topic = message
        .topic
        .strip_suffix("state")
        .map(|start| format!("{start}set"))?;
    how.filter(|_| new).map(|how| (point, Send { topic, how }))
}

/// The motors of a camera that somebody moves; nothing tells where they stand.
pub(super) fn ptz(server: &mut Server, name: &str, context: &mut Context<'_>) -> Option<(PointIx, Send)> {
    server.is_camera(name, context);
    if server.has(name, "ptz") {
        return None;
    }
    let topic = format!("{}/{name}/ptz", server.prefix);
    let describe = || PointDesc {
        key: "ptz".to_owned(),
        name: "Move".to_owned(),
        entity: "ptz".to_owned(),
        platform: "select".to_owned(),
        kind: Kind::Enum,
        role: Role::Task,
        options: MOVES.iter().map(|&task| task.to_owned()).collect(),
        command: Some(CommandDesc {
            options: Vec::new(),
            optimistic: true,
        }),
        ..PointDesc::default()
    };
    let point = server.point(name, "ptz", &topic, describe, context)?;
    Some((
        point,
        Send {
            topic,
            how: How::Move,
        },
    ))
}

/// Frigate's restart.
pub(super) fn restart(server: &mut Server, context: &mut Context<'_>) -> Option<(PointIx, Send)> {
    if server.has("", "restart") {
        return None;
    }
    let topic = format!("{}/restart", server.prefix);
    let describe = || PointDesc {
        key: "restart".to_owned(),
        name: "Restart".to_owned(),
        entity: "restart".to_owned(),
        platform: "button".to_owned(),
        kind: Kind::Action,
        role: Role::Press,
        class: Some("restart".to_owned()),
        command: Some(CommandDesc {
            options: Vec::new(),
            optimistic: true,
        }),
        category: Category::Config,
        ..PointDesc::default()
    };
    let point = server.point("", "restart", &topic, describe, context)?;
    Some((
        point,
        Send {
            topic,
            how: How::Press,
        },
    ))
}
