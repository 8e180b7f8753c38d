//! The values of properties as they arrive.

use hearthline_model::{Kind, Quality, Role, Value};

use super::datatype::Datatype;
use super::read::{read, unescape};
use super::{Homie, describe};
use crate::shape::{infer, kind, kind::Fit, scalar};
use crate::{Context, DiagnosisKind, Message, Reading, payload, units};

impl Homie {
    /// A message on the topic of a described property.
    pub(super) fn value(&mut self, slot: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &mut self.slots[slot as usize];
        let device = self.devices[it.device as usize].ix;
        let Some(text) = payload::text(message, device, context) else {
            return;
        };
        let Some(text) = unescape(text, &it.codec) else {
            return;
        };
        if it.codec.happens() {
            // Neither a replay at subscription nor the same message decoded anew happens again.
            if message.retain || message.at <= it.last {
                return;
            }
            it.last = message.at;
        }
        if it.codec.datatype == Datatype::Guess {
            return self.guess(slot, text, message, context);
        }
        let Some(point) = it.point else {
            return;
        };
        let read = read(&it.codec, text);
        if let Some((kind, text)) = read.complaint {
            // What could be shown all the same is told of once.
            if read.quality == Quality::Bad || !std::mem::replace(&mut it.complained, true) {
                context.diagnose(device, message.topic, kind, text);
            }
        }
        match it.codec.kind() {
            Kind::Action => context.alive(point, message.at),
            Kind::Event if read.quality == Quality::Bad => {}
            _ => context.reading(Reading {
                point,
                at: message.at,
                received: message.at,
                value: read.value,
                quality: read.quality,
                historical: false,
            }),
        }
    }

    /// A value whose datatype was never told.
    fn guess(&mut self, slot: u32, text: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let realm = self.realm;
        let it = &mut self.slots[slot as usize];
        let Some(device) = self.devices[it.device as usize].ix else {
            return;
        };
        let Some(described) = it.guess.as_deref() else {
            return;
        };
        let scalar = scalar::of_text(text);
        let words = units::lower_words(&described.key);
        let first = || kind::first(&scalar, infer::is_boolean_name(&words));
        let Some(mut now) = it.guessed.or_else(first) else {
            return;
        };
        for _ in 0..3 {
            if it.guessed != Some(now) {
                let mut desc = described.clone();
                desc.kind = now;
                let unit = desc.unit.take();
                infer::infer(&mut desc, &scalar, unit.as_deref(), &words, realm);
                desc.platform = platform(now, it.codec.settable).into();
                if now == Kind::Bool && it.codec.settable {
                    desc.role = Role::Switch;
                }
                it.guessed = Some(now);
                it.spelling = (now == Kind::Bool).then(|| spelling(text));
                it.point = context.point(device, desc);
                if let Some(point) = it.point {
                    self.by_point.insert(point, slot);
                }
            }
            let Some(point) = it.point else {
                return;
            };
            let (value, quality) = match kind::fit(now, &scalar, Some(text), &mut it.misfits) {
                Fit::Widen(wider) => {
                    it.misfits = 0;
                    now = wider;
                    continue;
                }
                Fit::Value(value) => (value, Quality::Good),
                Fit::Misfit => {
                    let said = crate::decoder::shortened(text, 64);
                    let text = format!("\"{said}\" is no number, although the earlier values were");
                    context.diagnose(Some(device), message.topic, DiagnosisKind::WrongType, text);
                    (Value::Null, Quality::Bad)
                }
            };
            return context.reading(Reading {
                point,
                at: message.at,
                received: message.at,
                value,
                quality,
                historical: false,
            });
        }
    }

    /// `…/$target`: where the value is going.
    pub(super) fn target(&mut self, slot: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &mut self.slots[slot as usize];
        let Some(device) = self.devices[it.device as usize].ix else {
            return;
        };
        let Some(text) = payload::text(message, Some(device), context) else {
            return;
        };
        let Some((text, point)) = unescape(text, &it.codec).zip(it.point) else {
            return;
        };
        if it.codec.happens() {
            return;
        }
        let Some(of) = context.point_desc(point).cloned() else {
            return;
        };
        let desc = describe::target(&of, message.topic);
        let Some(target) = context.point(device, desc) else {
            return;
        };
        it.target = Some(target);
        self.by_point.insert(target, slot);
        let read = read(&it.codec, text);
        if let Some((kind, text)) = read.complaint
            && read.quality == Quality::Bad
        {
            context.diagnose(Some(device), message.topic, kind, text);
        }
        // What the broker kept tells of no command of ours.
        if read.quality != Quality::Bad && !message.retain {
            context.accepted(point, read.value.clone());
        }
        context.reading(Reading {
            point: target,
            at: message.at,
            received: message.at,
            value: read.value,
            quality: read.quality,
            historical: false,
        });
    }

    /// A message on a topic of a device whose description does not have it (yet).
    pub(super) fn undescribed(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let settled = it.state.is_some_and(super::state::State::settled);
        if !it.shown || !settled || message.payload.is_empty() || message.at <= it.described {
            return;
        }
        let name = message.topic.get(it.root.len() + 1..).unwrap_or_default();
        let text = format!(
            "values on \"{}\" are not shown: the device's description does not have them",
            crate::decoder::shortened(name, 128)
        );
        self.tell_once(device, message.topic, DiagnosisKind::Ignored, text, context);
    }
}

fn platform(kind: Kind, settable: bool) -> &'static str {
    match (kind, settable) {
        (Kind::Bool, true) => "switch",
        (Kind::Bool, false) => "binary_sensor",
        (Kind::Number, true) => "number",
        (_, true) => "text",
        (_, false) => "sensor",
    }
}

/// The words in which a device of the first versions says off and on.
fn spelling(text: &str) -> [&'static str; 2] {
    const PAIRS: [[&str; 2]; 6] = [
        ["false", "true"],
        ["off", "on"],
        ["OFF", "ON"],
        ["0", "1"],
        ["Off", "On"],
        ["closed", "open"],
    ];
    PAIRS
        .into_iter()
        .find(|pair| pair.contains(&text.trim()))
        .unwrap_or(PAIRS[0])
}
