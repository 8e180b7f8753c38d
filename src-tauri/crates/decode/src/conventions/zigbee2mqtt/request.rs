//! What can be asked of a bridge, as `<base>/bridge/request/…` takes it.

use hearthline_model::Value;
use serde_json::json;

use crate::CommandError;

/// Longest that joining may be allowed at once, seconds (a limit of Zigbee).
pub(super) const LONGEST_JOIN: i64 = 254;
/// Log levels.
pub(super) const LEVELS: [&str; 4] = ["error", "warning", "info", "debug"];

/// A request to a bridge.
#[derive(Clone, Debug)]
pub(super) enum Request {
    /// Always the same payload.
    Fixed(String, String),
    /// Joining on and off.
    Join(String),
    /// Joining for so many seconds.
    JoinTime(String),
    /// The log level.
    Level(String),
}

impl Request {
    pub(super) fn encode(&self, value: &Value) -> Result<(String, String), CommandError> {
        let invalid = |text: &str| Err(CommandError::Invalid(text.to_owned()));
        // Versions before 2.0 look at `value`, later ones at `time`.
        let join = |seconds: i64| json!({ "value": seconds > 0, "time": seconds }).to_string();
        match self {
            Self::Fixed(topic, payload) => Ok((topic.clone(), payload.clone())),
            Self::Join(topic) => match value {
                Value::Bool(on) => Ok((topic.clone(), join(if *on { LONGEST_JOIN } else { 0 }))),
                _ => invalid("on or off is needed"),
            },
            Self::JoinTime(topic) => match value.as_f64() {
                Some(seconds) if (0.0..=LONGEST_JOIN as f64).contains(&seconds) => {
                    Ok((topic.clone(), join(seconds.round() as i64)))
                }
                _ => invalid("0 to 254 seconds are needed"),
            },
            Self::Level(topic) => match value.as_text() {
                Some(level) if LEVELS.contains(&level) => {
                    let payload = json!({ "options": { "advanced": { "log_level": level } } });
                    Ok((topic.clone(), payload.to_string()))
                }
                _ => invalid("the log level is one of error, warning, info, debug"),
            },
        }
    }
}
