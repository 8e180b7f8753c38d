//! Which call writes a field.

use hearthline_model::Value;
use serde_json::Value as Json;

use super::config::Part;
use crate::conventions::shelly::write::{Call, Form, Turn};

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    None,
    On,
    Brightness,
    Kelvin,
    Color,
    White,
    Move,
    Position,
    Tilt,
    /// `enable` in the configuration.
    Enable,
    /// `target_C` in the configuration.
    Target,
    /// The target of a radiator valve behind a gateway.
    BluTarget,
    /// A script.
    Run,
    /// `value` of a virtual part.
    Value,
}

/// A call without parameters.
pub(super) fn plain(unit: usize, component: &str, method: &'static str) -> Call {
    Call {
        unit,
        method,
        component: component.to_owned(),
        fixed: Vec::new(),
        within: None,
    }
}

/// The method that sets a part.
fn setter(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "switch" => "Switch.Set",
        "light" => "Light.Set",
        "rgb" => "RGB.Set",
        "rgbw" => "RGBW.Set",
        "cct" => "CCT.Set",
        "rgbcct" => "RGBCCT.Set",
        "cover" => "Cover.GoToPosition",
        "thermostat" => "Thermostat.SetConfig",
        "blutrv" => "BluTRV.Call",
        "script" => "Script.Start",
        "boolean" => "Boolean.Set",
        "number" => "Number.Set",
        "text" => "Text.Set",
        "enum" => "Enum.Set",
        "button" => "Button.Trigger",
        _ => return None,
    })
}

/// The call and the form that write a field of a part, and the words where they differ from what is read.
pub(super) fn of(
    way: Way,
    unit: usize,
    component: &str,
    kind: &str,
    number: u32,
    part: Option<&Part>,
) -> Option<(Call, Form, &'static [&'static str])> {
    let mut call = plain(unit, component, setter(kind)?);
    call.fixed.push(("id", number.into()));
    let turn = Turn::Flag;
    let range = |member, range| Form::Number {
        member,
        range,
        whole: false,
    };
    let percent = |member| Form::Number {
        member,
        range: (0.0, 100.0),
        whole: true,
    };
    let mut words: &'static [&'static str] = &[];
    let form = match way {
        Way::None => return None,
        Way::On => Form::Flag("on"),
        Way::Brightness => Form::Brightness("brightness", turn),
        Way::Kelvin => Form::Kelvin("ct", (2700.0, 6500.0), turn),
        Way::Color => Form::Color(turn),
        Way::White => Form::Byte("white"),
        Way::Move => {
            words = &["open", "close", "stop"];
            Form::Method(&[("open", "Open"), ("close", "Close"), ("stop", "Stop")])
        }
        Way::Position => percent("pos"),
        Way::Tilt => percent("slat_pos"),
        Way::Run => Form::Method(&[("true", "Start"), ("false", "Stop")]),
        Way::Enable => {
            call.within = Some(("config", number.into()));
            let on = if part.is_some_and(|part| part.cooling) {
                "cool"
            } else {
                "heat"
            };
            let words = vec![
                ("off".to_owned(), Json::from(false)),
                (on.to_owned(), Json::from(true)),
            ];
            Form::Choice("enable", words)
        }
        Way::Target => {
            call.within = Some(("config", number.into()));
            range("target_C", (5.0, 35.0))
        }
        Way::BluTarget => {
            call.fixed.push(("method", "TRV.SetTarget".into()));
            call.within = Some(("params", 0));
            range("target_C", (4.0, 30.0))
        }
        Way::Value => match kind {
            "boolean" => Form::Flag("value"),
            "number" => range(
                "value",
                part.and_then(|part| part.range).unwrap_or((f64::MIN, f64::MAX)),
            ),
            "enum" => match part.map(|part| part.options.as_slice()).unwrap_or_default() {
                [] => Form::Text("value", 255),
                options => Form::Choice(
                    "value",
                    options.iter().map(|o| (o.clone(), o.as_str().into())).collect(),
                ),
            },
            "text" => Form::Text("value", 255),
            "button" => Form::Press(vec![("event", "single_push".into())]),
            _ => return None,
        },
    };
    Some((call, form, words))
}

/// What a control topic takes in place of a call, where it takes it.
pub(super) fn control_word(call: &Call, form: &Form, value: &Value) -> Option<String> {
    let kind = call.component.split(':').next().unwrap_or_default();
    match (kind, form) {
        ("switch" | "light" | "rgb" | "rgbw" | "cct" | "rgbcct", Form::Flag("on")) => match value {
            Value::Bool(on) => Some(if *on { "on" } else { "off" }.to_owned()),
            Value::Text(text) if matches!(&**text, "on" | "off" | "toggle") => Some(text.to_string()),
            _ => None,
        },
        ("cover", Form::Method(_)) => value.as_text().map(str::to_owned),
        ("cover", Form::Number { member: "pos", .. }) => {
            value.as_f64().map(|pos| format!("pos,{}", pos.round()))
        }
        _ => None,
    }
}
