//! A topic's device and points since its first telling payload.

use hearthline_model::{Category, Kind, PointDesc, Quality, Realm, Value};
use rustc_hash::FxHashMap;

use crate::naming;
use crate::shape::flatten::{Flat, Leaf};
use crate::shape::infer;
use crate::shape::kind::{self, Fit};
use crate::shape::scalar::{Scalar, Word};
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx, Reading};

/// Most points of one topic: keys that change with every message must not fill the plant.
const MOST_POINTS: usize = 512;

/// What is known of a topic since its first telling payload.
pub(super) struct Topic {
    pub(super) device: DeviceIx,
    pub(super) device_key: String,
    pub(super) realm: Realm,
    pub(super) prefix: String,
    pub(super) prefix_name: String,
    pub(super) presence: bool,
    pub(super) slots: Vec<Slot>,
    /// Slot by dotted path.
    pub(super) by_path: FxHashMap<Box<str>, u32>,
}

/// One point of a topic.
pub(super) struct Slot {
    path: Box<str>,
    pub(super) point: PointIx,
    pub(super) kind: Kind,
    misfits: u8,
    /// The unit that the messages said last.
    unit: Option<Box<str>>,
}

impl Topic {
    pub(super) fn slot(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).map(|&ix| ix as usize)
    }

    /// Tells whether the device is there, where the topic or the word says that it is about that.
    pub(super) fn presence(&self, message: &Message<'_>, flat: &Flat<'_>, context: &mut Context<'_>) {
        let [leaf] = flat.leaves.as_slice() else { return };
        let online = match leaf.scalar {
            Scalar::Bool(on, word) if self.presence || word == Word::Presence => on,
            Scalar::Int(int @ 0..=2) if self.presence => int != 0,
            _ => return,
        };
        context.online(self.device, online, message.at);
    }

    pub(super) fn leaf(
        &mut self,
        hint: usize,
        path: &str,
        leaf: &Leaf<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        // Devices send their keys in the same order, so the slot is mostly where it was last time.
        let known = if self.slots.get(hint).is_some_and(|slot| *slot.path == *path) {
            Some(hint)
        } else {
            self.slot(path)
        };
        let ix = if let Some(ix) = known {
            ix
        } else {
            let boolean = self.presence || infer::is_boolean_name(&self.words(path));
            let Some(kind) = kind::first(&leaf.scalar, boolean) else {
                return;
            };
            let Some(ix) = self.add(path, leaf, kind, message, context) else {
                return;
            };
            ix
        };
        if leaf_unit(leaf).is_some_and(|unit| self.slots[ix].unit.as_deref() != Some(unit)) {
            let kind = self.slots[ix].kind;
            self.describe(ix, leaf, kind, message, context);
        }
        if self.slots[ix].kind == Kind::Binary {
            let size = Value::Int(message.payload.len() as i64);
            return context.value(self.slots[ix].point, message.at, size);
        }
        for _ in 0..3 {
            let slot = &mut self.slots[ix];
            let raw = leaf.raw.as_deref();
            let (value, quality) = match kind::fit(slot.kind, &leaf.scalar, raw, &mut slot.misfits) {
                Fit::Widen(wider) => {
                    slot.misfits = 0;
                    self.describe(ix, leaf, wider, message, context);
                    continue;
                }
                Fit::Misfit => {
                    let said = crate::decoder::shortened(raw.unwrap_or("a time"), 64);
                    let text = format!("\"{said}\" is no number, although the earlier values were");
                    context.diagnose(Some(self.device), message.topic, DiagnosisKind::WrongType, text);
                    (Value::Null, Quality::Bad)
                }
                Fit::Value(value) => (value, leaf.quality),
            };
            let point = self.slots[ix].point;
            return context.reading(Reading {
                point,
                at: leaf.at.unwrap_or(message.at),
                received: message.at,
                value,
                quality,
                historical: false,
            });
        }
    }

    pub(super) fn add(
        &mut self,
        path: &str,
        leaf: &Leaf<'_>,
        kind: Kind,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        if self.slots.len() >= MOST_POINTS {
            let text =
                format!("more than {MOST_POINTS} different keys on one topic; further ones are not kept");
            context.diagnose(Some(self.device), message.topic, DiagnosisKind::TooMany, text);
            return None;
        }
        let desc = self.desc(path, leaf, kind, message.topic);
        let point = context.point(self.device, desc)?;
        let ix = self.slots.len();
        self.by_path.insert(path.into(), ix as u32);
        self.slots.push(Slot {
            path: path.into(),
            point,
            kind,
            misfits: 0,
            unit: leaf_unit(leaf).map(Into::into),
        });
        Some(ix)
    }

    /// Describes a point anew: its kind was widened or its unit changed.
    fn describe(
        &mut self,
        ix: usize,
        leaf: &Leaf<'_>,
        kind: Kind,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let desc = self.desc(&self.slots[ix].path, leaf, kind, message.topic);
        let slot = &mut self.slots[ix];
        slot.kind = kind;
        slot.unit = leaf_unit(leaf).map(Into::into);
        context.point(self.device, desc);
    }

    fn words(&self, path: &str) -> Vec<String> {
        let mut words = crate::units::lower_words(&self.prefix);
        words.extend(crate::units::lower_words(path));
        words
    }

    fn desc(&self, path: &str, leaf: &Leaf<'_>, kind: Kind, topic: &str) -> PointDesc {
        // `…/pressure` with `{"pressure": 1}` says its name twice.
        let last = self.prefix.rsplit('/').next().unwrap_or_default();
        let spot = path.to_owned();
        let path = if path.eq_ignore_ascii_case(last) { "" } else { path };
        let key = match (self.prefix.as_str(), path) {
            ("", "") => "value".to_owned(),
            (prefix, "") => prefix.to_owned(),
            ("", path) => path.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        let words = self.words(path);
        let mut desc = PointDesc {
            key,
            name: naming::join(&self.prefix_name, &naming::humanise(path)),
            platform: "value".into(),
            kind,
            topic: Some(topic.to_owned()),
            path: Some(spot),
            ..PointDesc::default()
        };
        if kind != Kind::Binary {
            infer::infer(&mut desc, &leaf.scalar, leaf.unit, &words, self.realm);
        }
        // "Rain mm" with the unit beside it would say it twice.
        if kind == Kind::Number
            && infer::suffix_unit(&words).is_some()
            && let Some((shorter, _)) = desc.name.rsplit_once(' ')
        {
            desc.name = shorter.to_owned();
        }
        if self.presence {
            desc.class = (kind == Kind::Bool).then(|| "connectivity".to_owned());
            desc.category = Category::Diagnostic;
        }
        desc
    }
}

/// The unit that this very message says.
fn leaf_unit<'a>(leaf: &'a Leaf<'_>) -> Option<&'a str> {
    match leaf.scalar {
        Scalar::Measure(_, unit) => Some(unit),
        _ => leaf.unit,
    }
}
