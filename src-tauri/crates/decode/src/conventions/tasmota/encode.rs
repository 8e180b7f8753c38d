//! The way back: `cmnd/<topic>/<command>`.

use hearthline_model::Value;

use super::config::Config;
use super::read::SCHEMES;
use crate::asked::{boolean, number, within};
use crate::color;
use crate::scale::Scale;
use crate::{CommandError, Publish};

/// How a point is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// `POWER<n>` with the device's words.
    Power(String),
    /// Any other that takes `ON` and `OFF`.
    Switch(&'static str),
    /// A whole number within bounds.
    Number {
        command: &'static str,
        min: f64,
        max: f64,
    },
    /// A light's brightness in percent, and the power that goes with it.
    Dimmer {
        command: String,
        power: String,
        /// Dimming does not switch on by itself.
        apart: bool,
    },
    /// Kelvin here, mired there.
    Temperature { min: f64, max: f64 },
    /// Red, green and blue; the suffix keeps the white of a light that has them apart.
    Color { suffix: &'static str },
    /// A scheme by its number.
    Scheme,
    /// A fan on or off.
    Fan,
    /// A fan's speed in percent, 0 … 3 there.
    FanSpeed,
    /// `open`, `close`, `stop`.
    Shutter(usize),
    /// Percent open.
    Position { shutter: usize, inverted: bool },
    /// Percent of the way from the lowest to the highest.
    Tilt { shutter: usize, min: f64, max: f64 },
    /// On and off of a Zigbee device behind a bridge.
    Zigbee { device: String, attribute: &'static str },
}

/// The messages of a write.
pub(super) fn encode(
    command: &Command,
    value: &Value,
    config: &Config,
    base: &str,
    fan_speed: u8,
) -> Result<Vec<Publish>, CommandError> {
    let one = |leaf: &str, payload: String| Publish {
        topic: format!("{base}{leaf}"),
        payload: payload.into_bytes(),
        qos: 0,
        retain: false,
    };
    let word = |on: bool| config.words[usize::from(on)].clone();
    Ok(match command {
        Command::Power(leaf) => vec![one(leaf, word(boolean(value)?))],
        Command::Switch(leaf) => vec![one(leaf, if boolean(value)? { "ON" } else { "OFF" }.to_owned())],
        Command::Number { command, min, max } => {
            vec![one(command, whole(within(value, *min, *max)?))]
        }
        Command::Dimmer {
            command,
            power,
            apart,
        } => {
            let percent = within(value, 0.0, 100.0)?;
            if percent == 0.0 {
                // A dimmer at 0 would come back dark when it is switched on.
                return Ok(vec![one(power, word(false))]);
            }
            let mut messages = vec![one(command, whole(percent.max(1.0)))];
            if *apart {
                messages.push(one(power, word(true)));
            }
            messages
        }
        Command::Temperature { min, max } => {
            let kelvin = number(value)?;
            if kelvin <= 0.0 {
                return Err(CommandError::Invalid(
                    "a colour temperature is above 0 K".to_owned(),
                ));
            }
            let mired = Scale::Mired.write(kelvin);
            if !(*min..=*max).contains(&mired) {
                let (low, high) = (1e6 / max, 1e6 / min);
                return Err(CommandError::Invalid(format!(
                    "the colour temperature must be between {low:.0} and {high:.0} K"
                )));
            }
            vec![one("CT", whole(mired))]
        }
        Command::Color { suffix } => {
            let rgb = value.as_text().and_then(color::from_hex);
            let [r, g, b] =
                rgb.ok_or_else(|| CommandError::Invalid("a colour is written as #rrggbb".to_owned()))?;
            // The second form keeps the brightness.
            vec![one("Color2", format!("{r},{g},{b}{suffix}"))]
        }
        Command::Scheme => {
            let scheme = value
                .as_text()
                .and_then(|text| SCHEMES.iter().position(|name| name.eq_ignore_ascii_case(text)));
            let scheme = scheme
                .ok_or_else(|| CommandError::Invalid(format!("choose one of {}", SCHEMES.join(", "))))?;
            vec![one("Scheme", scheme.to_string())]
        }
        Command::Fan => {
            let speed = if boolean(value)? { fan_speed.max(1) } else { 0 };
            vec![one("FanSpeed", speed.to_string())]
        }
        Command::FanSpeed => {
            let percent = within(value, 0.0, 100.0)?;
            let speed = Scale::Speed { low: 1.0, high: 3.0 }.write(percent);
            vec![one("FanSpeed", whole(speed.clamp(0.0, 3.0)))]
        }
        Command::Shutter(shutter) => {
            let verb = match value.as_text() {
                Some("open") => "ShutterOpen",
                Some("close") => "ShutterClose",
                Some("stop") => "ShutterStop",
                _ => {
                    return Err(CommandError::Invalid(
                        "a shutter takes open, close or stop".to_owned(),
                    ));
                }
            };
            vec![one(&format!("{verb}{shutter}"), String::new())]
        }
        Command::Position { shutter, inverted } => {
            let percent = within(value, 0.0, 100.0)?;
            let position = if *inverted { 100.0 - percent } else { percent };
            vec![one(&format!("ShutterPosition{shutter}"), whole(position))]
        }
        Command::Tilt { shutter, min, max } => {
            let percent = within(value, 0.0, 100.0)?;
            let tilt = min + percent / 100.0 * (max - min);
            vec![one(&format!("ShutterTilt{shutter}"), whole(tilt))]
        }
        Command::Zigbee { device, attribute } => {
            let number = match *attribute {
                "Power" => f64::from(u8::from(boolean(value)?)),
                // 0 … 254 there.
                _ => (within(value, 0.0, 100.0)? * 2.54).round(),
            };
            let payload = serde_json::json!({
                "Device": device, "Send": { *attribute: number as i64 },
            });
            vec![one("ZbSend", payload.to_string())]
        }
    })
}

fn whole(number: f64) -> String {
    format!("{}", number.round() as i64)
}
