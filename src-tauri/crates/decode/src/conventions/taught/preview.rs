//! What a rule would make of a message: for the editor, nothing is kept.

use hearthline_model::{Micros, TopicRule, Value};

use super::extract::{Got, Source};
use super::pattern::Captures;
use super::{device_of, point_of};
use crate::template::{Templates, Vars};

/// What a rule makes of one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Whether the rule's filter matches the topic at all.
    pub matches: bool,
    /// The device's name.
    pub device: String,
    /// The names of its place, from the outside in.
    pub place: Vec<String>,
    /// The points in the order of the rule.
    pub points: Vec<PreviewPoint>,
}

/// A point of a [`Preview`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreviewPoint {
    /// Its name, filled in.
    pub name: String,
    /// Its value; none where the message holds nothing for it or it does not fit.
    pub value: Option<Value>,
    /// Why there is no value, in words.
    pub fault: Option<String>,
}

/// What `rule` would make of a message.
pub fn preview(rule: &TopicRule, topic: &str, payload: &[u8], now: Micros) -> Preview {
    let Some(captures) = Captures::of(&rule.filter, topic) else {
        return Preview::default();
    };
    let device = device_of(rule, &captures);
    let mut templates = Templates::default();
    let text = std::str::from_utf8(payload);
    let vars = Vars::new(text.unwrap_or_default(), now);
    let points = rule
        .points
        .iter()
        .map(|point| {
            let name = point_of(point, &captures, topic).name;
            let got = match text {
                Ok(_) => Source::of(point, &mut templates).read(point, &templates, &vars),
                Err(_) => Got::Fault("the payload is no text".to_owned()),
            };
            let (value, fault) = match got {
                Got::Value(value) => (Some(value), None),
                Got::Nothing => (None, Some("this message holds nothing for it".to_owned())),
                Got::Fault(reason) => (None, Some(reason)),
            };
            PreviewPoint { name, value, fault }
        })
        .collect();
    Preview {
        matches: true,
        device: device.name,
        place: device.place.path,
        points,
    }
}
