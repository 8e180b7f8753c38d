//! Switches and buttons at the device's inputs.

use hearthline_model::{Category, Kind, Micros, PointDesc, SECOND, Value};

use super::device::Device;
use super::read::on_off;
use super::scene::Scene;
use super::topic::split_number;
use crate::PointIx;
use crate::shape::json::Json;

/// How a button can be pressed.
pub(super) const PRESSES: [&str; 6] = ["single", "double", "triple", "quad", "penta", "hold"];

/// An input.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// Whether it is on.
    pub(super) state: Option<PointIx>,
    /// What was done with it.
    pub(super) event: Option<PointIx>,
    /// It goes off by itself.
    pub(super) off_after: Option<Micros>,
    /// It was not announced.
    pub(super) found: bool,
}

/// What a switch mode makes of an input.
pub(super) struct Mode {
    pub(super) state: bool,
    pub(super) events: &'static [&'static str],
    pub(super) off_after: Option<Micros>,
}

/// The switch modes 0 … 16.
pub(super) fn mode(mode: i64) -> Mode {
    let of = |state, events| Mode {
        state,
        events,
        off_after: None,
    };
    match mode {
        0 | 7 => of(false, &["toggle"]),
        1 | 2 | 15 | 16 => of(true, &[]),
        3 | 4 => of(true, &["toggle"]),
        8 => of(false, &["toggle", "hold"]),
        9 | 10 => of(true, &["hold"]),
        11 | 12 => of(false, &["toggle", "inc_dec", "inv", "clear"]),
        // A motion sensor that only ever says ON.
        13 | 14 => Mode {
            off_after: Some(SECOND),
            ..of(true, &[])
        },
        // 5 and 6, and modes of firmwares to come: show whatever they say.
        _ => of(true, &["toggle", "hold"]),
    }
}

/// The point of an input's state; `path` is its key in `SENSOR`.
pub(super) fn state_desc(key: &str, name: &str, path: &str) -> PointDesc {
    PointDesc {
        key: key.to_owned(),
        name: name.to_owned(),
        platform: "binary_sensor".to_owned(),
        kind: Kind::Bool,
        class: crate::units::bool_class(&crate::units::lower_words(name)).map(str::to_owned),
        path: Some(path.to_owned()),
        ..PointDesc::default()
    }
}

/// The point of what is done with an input.
pub(super) fn event_desc(key: &str, name: &str) -> PointDesc {
    PointDesc {
        key: key.to_owned(),
        name: name.to_owned(),
        platform: "event".to_owned(),
        kind: Kind::Event,
        class: Some("button".to_owned()),
        ..PointDesc::default()
    }
}

/// Whether a key may be that of an input.
pub(super) fn is_key(key: &str) -> bool {
    let (word, number) = split_number(key);
    number.is_some() && (word.eq_ignore_ascii_case("switch") || word.eq_ignore_ascii_case("button"))
}

/// `{"Action": …}` of a key of `RESULT`; false where it is none.
pub(super) fn action(device: &mut Device, key: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
    let Json::Object(entries) = json else {
        return false;
    };
    let Some(word) = entries
        .iter()
        .find(|(name, _)| {
            name.eq_ignore_ascii_case("Action")
                || name.eq_ignore_ascii_case("State")
                || name.eq_ignore_ascii_case("Trig")
        })
        .map(|(_, word)| word)
    else {
        return false;
    };
    let known = device.inputs.contains_key(key);
    if !known && !is_key(key) {
        return false;
    }
    let switched = on_off(word, &device.config.words);
    let state = switched.filter(|_| {
        let is_button = !known && key.to_ascii_lowercase().starts_with("button");
        let has_state = device
            .inputs
            .get(key)
            .is_none_or(|input| input.state.is_some() || input.found);
        !is_button && has_state
    });
    if let Some(on) = state {
        set(device, key, on, scene);
        return true;
    }
    let Json::Text(word) = word else {
        return true;
    };
    if word.eq_ignore_ascii_case("NONE") || word.is_empty() {
        return true;
    }
    // The device's own words may be translated; the meaning is not.
    let words = &device.config.words;
    let what = if *word == words[2] {
        "toggle".to_owned()
    } else if *word == words[3] {
        "hold".to_owned()
    } else {
        crate::decoder::shortened(&word.to_ascii_lowercase(), 32)
    };
    if let Some(point) = event_point(device, key, &what, scene) {
        scene.happen(point, &what);
    }
    true
}

/// A key of `SENSOR` that holds an input's state; false where it is none.
pub(super) fn state(device: &mut Device, key: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
    if !device.inputs.contains_key(key) && !is_key(key) {
        return false;
    }
    if let Some(input) = device.inputs.get(key)
        && (input.off_after.is_some() || (input.state.is_none() && !input.found))
    {
        // A push button's rest position says nothing, and a motion sensor's is not kept up.
        return true;
    }
    if let Some(on) = on_off(json, &device.config.words) {
        set(device, key, on, scene);
    }
    true
}

fn set(device: &mut Device, key: &str, on: bool, scene: &mut Scene<'_, '_>) {
    let Some(ix) = device.ix() else {
        return;
    };
    let input = device.inputs.entry(key.to_owned()).or_insert_with(|| Input {
        found: true,
        ..Input::default()
    });
    if input.state.is_none() {
        let name = crate::naming::humanise(key);
        let mut desc = state_desc(&key.to_ascii_lowercase(), &name, key);
        desc.topic = Some(format!(
            "{}SENSOR",
            device.bases.tele.as_deref().unwrap_or_default()
        ));
        input.state = scene.context.point(ix, desc);
    }
    let Some(point) = input.state else {
        return;
    };
    scene.say(point, Value::Bool(on));
    scene.offs.retain(|(_, waiting)| *waiting != point);
    if let Some(after) = input.off_after.filter(|_| on && !scene.mute) {
        scene.offs.push((scene.received + after, point));
    }
}

/// The event point of an input, with `what` among its options.
fn event_point(device: &mut Device, key: &str, what: &str, scene: &mut Scene<'_, '_>) -> Option<PointIx> {
    let ix = device.ix()?;
    if device.inputs.len() >= super::config::MOST * 4 && !device.inputs.contains_key(key) {
        return None;
    }
    let input = device.inputs.entry(key.to_owned()).or_insert_with(|| Input {
        found: true,
        ..Input::default()
    });
    let mut desc = match input.event.and_then(|point| scene.context.point_desc(point)) {
        Some(known) if known.options.iter().any(|option| option == what) => return input.event,
        Some(known) => (**known).clone(),
        None => {
            let lower = key.to_ascii_lowercase();
            let mut desc = event_desc(&lower, &crate::naming::humanise(key));
            if lower.starts_with("button") {
                desc.options = PRESSES.map(str::to_owned).to_vec();
            } else {
                desc.key = format!("{lower}/event");
            }
            desc.topic = Some(format!(
                "{}RESULT",
                device.bases.stat.as_deref().unwrap_or_default()
            ));
            desc.path = Some(format!("{key}.Action"));
            desc
        }
    };
    desc.category = Category::Primary;
    if !desc.options.iter().any(|option| option == what) && desc.options.len() < 16 {
        desc.options.push(what.to_owned());
    }
    input.event = scene.context.point(ix, desc);
    input.event
}
