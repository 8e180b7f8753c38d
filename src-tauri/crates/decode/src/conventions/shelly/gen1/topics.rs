//! Topics with one value each: relays, meters, inputs, temperatures.

use hearthline_model::{Kind, Role, Value};

use super::device::{Device, at};
use super::meters::{self, meter};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::Form;
use crate::shape::scalar::{self, Scalar};
use crate::{DiagnosisKind, Message};

/// What an input can tell.
const PRESSES: &[(&str, &str)] = &[
    ("S", "single"),
    ("SS", "double"),
    ("SSS", "triple"),
    ("L", "long"),
    ("SL", "single_long"),
    ("LS", "long_single"),
];

/// Reads a topic; false where this file does not know it.
pub(super) fn read(
    device: &mut Device,
    levels: &[&str],
    message: &Message<'_>,
    text: &str,
    sink: &mut Sink<'_, '_>,
) -> bool {
    match *levels {
        ["relay", n] if n.parse::<u8>().is_ok() => relay(device, n, text, sink),
        ["relay", "power" | "energy" | "overpower_value"] => {
            meter(device, "relay", "", levels[1], levels, text, sink)
        }
        ["relay", n, what] => match device.channel("relay", "Channel", n) {
            Some((_, channel)) => meter(device, "relay", &channel, what, levels, text, sink),
            None => false,
        },
        ["meter", n, what] => match device.channel("meter", "Meter", n) {
            Some((_, channel)) => meter(device, "meter", &channel, what, levels, text, sink),
            None => false,
        },
        ["emeter", n, what] => meters::emeter(device, n, what, text, sink),
        ["emeter_n", what] => meters::neutral(device, what, text, sink),
        ["input", n] => input(device, n, text, sink),
        ["longpush", n] => longpush(device, n, message, text, sink),
        ["input_event", n] => input_event(device, n, message, text, sink),
        ["ext_temperature" | "ext_humidity" | "ext_switch" | "adc", n] => {
            external(device, levels[0], n, text, sink)
        }
        ["ext_temperature_f" | "ext_temperatures_f", ..] | ["temperature_f"] => {
            device.points.ignore(
                sink,
                device.ix,
                message.topic,
                &levels.join("/"),
                "it is the temperature once more, in °F",
            );
            true
        }
        ["ext_temperatures" | "ext_humidities"] => {
            device.points.ignore(
                sink,
                device.ix,
                message.topic,
                levels[0],
                "each sensor is read from its own topic",
            );
            true
        }
        [one] => single(device, one, text, sink),
        _ => false,
    }
}

/// Gives a point that is all of its topic a value.
pub(super) fn whole(
    device: &mut Device,
    sub: &str,
    value: Value,
    sink: &mut Sink<'_, '_>,
    make: impl FnOnce() -> Draft,
) {
    let topic = device.topic(sub);
    device
        .points
        .set(sink, device.ix, sub, value, || at(make(), topic, ""));
}

/// A finite number; null for words that say "unknown"; none (and diagnosed) for what is no number.
pub(super) fn number(device: &Device, sub: &str, text: &str, sink: &mut Sink<'_, '_>) -> Option<f64> {
    match scalar::of_text(text) {
        Scalar::Int(int) => Some(int as f64),
        Scalar::Float(float) | Scalar::Measure(float, _) => Some(float),
        Scalar::Bool(on, _) => Some(f64::from(u8::from(on))),
        Scalar::Unknown(_) => None,
        Scalar::Text(_) | Scalar::Time(_) => {
            let said = crate::decoder::shortened(text, 40);
            let said = format!("\"{said}\" is no number");
            sink.context.diagnose(
                Some(device.ix),
                &device.topic(sub),
                DiagnosisKind::NotANumber,
                said,
            );
            None
        }
    }
}

/// A number as it was sent: whole ones stay whole.
pub(super) fn exact(number: Option<f64>) -> Value {
    match number {
        Some(n) if n.fract() == 0.0 && n.abs() < 9e15 => Value::Int(n as i64),
        Some(n) => Value::number(n),
        None => Value::Null,
    }
}

/// On or off in any of the spellings.
pub(super) fn flag(text: &str) -> Option<bool> {
    match scalar::of_text(text) {
        Scalar::Bool(on, _) => Some(on),
        Scalar::Int(int) if int >= 0 => Some(int != 0),
        _ => None,
    }
}

/// The value of [`flag`].
pub(super) fn flag_value(text: &str) -> Value {
    flag(text).map_or(Value::Null, Value::Bool)
}

fn relay(device: &mut Device, n: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let Some((n, channel)) = device.channel("relay", "Channel", n) else {
        return false;
    };
    let sub = format!("relay/{n}");
    let over = text == "overpower";
    let value = if over {
        Value::Bool(false)
    } else {
        flag_value(text)
    };
    let write = device.write(&format!("{sub}/command"), Form::OnOff);
    let name = channel.clone();
    whole(device, &sub, value, sink, || {
        Draft::new(name, Kind::Bool)
            .part("switch", &sub, Role::Switch)
            .writable(write, &[])
    });
    let key = format!("{sub}.overpower");
    if over || device.points.has(&key) {
        let topic = device.topic(&sub);
        device.points.set(sink, device.ix, &key, Value::Bool(over), || {
            let draft = Draft::flag("Overpower", "problem")
                .diagnostic()
                .of_channel(&channel);
            draft.with(|desc| desc.topic = Some(topic))
        });
    }
    true
}

fn input(device: &mut Device, n: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let Some((n, channel)) = device.channel("input", "Input", n) else {
        return false;
    };
    let name = if channel.is_empty() {
        "Input".to_owned()
    } else {
        channel
    };
    let value = flag_value(text);
    whole(device, &format!("input/{n}"), value, sink, || {
        Draft::new(name, Kind::Bool)
    });
    true
}

fn longpush(
    device: &mut Device,
    n: &str,
    message: &Message<'_>,
    text: &str,
    sink: &mut Sink<'_, '_>,
) -> bool {
    let Some((n, channel)) = device.channel("input", "Input", n) else {
        return false;
    };
    let Some(long) = flag(text) else { return false };
    let sub = format!("longpush/{n}");
    let topic = device.topic(&sub);
    let make = || {
        let draft = Draft::new("Push", Kind::Event).of_channel(&channel).with(|desc| {
            desc.class = Some("button".to_owned());
            desc.options = vec!["short".to_owned(), "long".to_owned()];
        });
        at(draft, topic, "")
    };
    if let Some(point) = device.points.describe(sink, device.ix, &sub, make)
        && !message.retain
    {
        let word = if long { "long" } else { "short" };
        sink.context.value(point, sink.at, Value::text(word));
    }
    true
}

fn input_event(
    device: &mut Device,
    n: &str,
    message: &Message<'_>,
    text: &str,
    sink: &mut Sink<'_, '_>,
) -> bool {
    let Some((n, channel)) = device.channel("input", "Input", n) else {
        return false;
    };
    let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else {
        return false;
    };
    let Some(event) = json["event"].as_str() else {
        return false;
    };
    let sub = format!("input_event/{n}");
    let topic = device.topic(&sub);
    let make = || {
        let draft = Draft::new("Button", Kind::Event)
            .of_channel(&channel)
            .with(|desc| {
                desc.class = Some("button".to_owned());
                desc.options = PRESSES.iter().map(|(_, word)| (*word).to_owned()).collect();
            });
        at(draft, topic, "event")
    };
    let Some(point) = device.points.describe(sink, device.ix, &sub, make) else {
        return true;
    };
    // The state is sent again every half minute: only a new count is a new push.
    let count = json["event_cnt"].as_i64();
    let former = device.event_counts.get(usize::from(n)).copied().flatten();
    if let Some(slot) = device.event_counts.get_mut(usize::from(n)) {
        *slot = count;
    }
    let again = count.is_some() && count == former;
    if !event.is_empty() && !again && !message.retain {
        let word = PRESSES.iter().find(|(code, _)| *code == event).map_or_else(
            || crate::decoder::shortened(event, 40),
            |(_, word)| (*word).to_owned(),
        );
        sink.context.value(point, sink.at, Value::text(word));
    }
    true
}

fn external(device: &mut Device, what: &str, n: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let part = match what {
        "ext_temperature" => "ext_temperature",
        "ext_humidity" => "ext_humidity",
        "adc" => "adc",
        _ => "ext_switch",
    };
    let Some((n, channel)) = device.channel(part, "Sensor", n) else {
        return false;
    };
    let sub = format!("{what}/{n}");
    if what == "ext_switch" {
        let value = flag_value(text);
        whole(device, &sub, value, sink, || {
            Draft::new("External switch", Kind::Bool).of_channel(&channel)
        });
        return true;
    }
    let read = number(device, &sub, text, sink);
    let (value, draft) = match what {
        "ext_temperature" => (
            temperature(read, 999.0),
            Draft::number("External temperature", "°C", "temperature"),
        ),
        "ext_humidity" => (
            humidity(read),
            Draft::number("External humidity", "%", "humidity").range(0.0, 100.0),
        ),
        _ => (exact(read), Draft::number("Analog input", "V", "voltage")),
    };
    whole(device, &sub, value, sink, || draft.of_channel(&channel));
    true
}

/// A temperature; 999 stands for a sensor that fails.
pub(super) fn temperature(number: Option<f64>, limit: f64) -> Value {
    exact(number.filter(|t| *t > -100.0 && *t < limit))
}

/// A humidity; 999 and 0 stand for a sensor that fails.
pub(super) fn humidity(number: Option<f64>) -> Value {
    exact(number.filter(|h| *h > 0.0 && *h <= 100.0))
}

fn single(device: &mut Device, one: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let problem = |name: &str| Draft::flag(name, "problem").diagnostic();
    let draft = match one {
        "overtemperature" => problem("Overtemperature"),
        "overpower" => problem("Overpower"),
        "overload" => problem("Overload"),
        "loaderror" => problem("Load error"),
        "charger" => Draft::flag("Charging", "battery_charging").part("binary_sensor", "", Role::Charging),
        "temperature_status" => {
            let options = ["normal", "high", "very high"];
            let value = Value::text(crate::decoder::shortened(&text.to_lowercase(), 40));
            whole(device, one, value, sink, || {
                Draft::choice("Temperature status", &options).diagnostic()
            });
            return true;
        }
        "temperature" => {
            let value = temperature(number(device, one, text, sink), 900.0);
            whole(device, one, value, sink, || {
                Draft::number("Device temperature", "°C", "temperature").diagnostic()
            });
            return true;
        }
        "voltage" => {
            let value = exact(number(device, one, text, sink));
            whole(device, one, value, sink, || {
                Draft::number("Voltage", "V", "voltage")
            });
            return true;
        }
        "totalworktime" => {
            let value = exact(number(device, one, text, sink));
            whole(device, one, value, sink, || {
                Draft::number("Total work time", "s", "duration")
                    .diagnostic()
                    .with(|desc| desc.state_class = Some(hearthline_model::StateClass::TotalIncreasing))
            });
            return true;
        }
        _ => return false,
    };
    let value = flag_value(text);
    whole(device, one, value, sink, || draft);
    true
}
