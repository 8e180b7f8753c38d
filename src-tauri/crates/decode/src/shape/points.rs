//! The points that a convention makes out of values whose kind nobody described: fixed by the first value, widened by the rule of
//! [`kind`], with unit and class from [`infer`]. What a description says besides is put in by the caller.

use std::borrow::Cow;

use hearthline_model::{Kind, Micros, PointDesc, Quality, Realm, Value};
use rustc_hash::FxHashMap;

use super::flatten::{Flat, Leaf};
use super::infer;
use super::json::Json;
use super::kind::{self, Fit};
use super::scalar::{self, Scalar};
use crate::{Context, DeviceIx, DiagnosisKind, PointIx, Reading, naming, units};

/// Most points of one device: keys that change with every message must not fill the house.
const MOST_POINTS: usize = 2_048;
/// Longest key of a point, bytes.
const LONGEST_KEY: usize = 256;

/// Where a value belongs.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    /// The device.
    pub(crate) device: DeviceIx,
    /// Key of the point, stable within its device.
    pub(crate) key: &'a str,
    /// Its name, for machines or for people; what it is about is read from its words.
    pub(crate) name: &'a str,
    /// The topic that it comes on.
    pub(crate) topic: &'a str,
    /// Where it stands in the topic's JSON, where that is one place.
    pub(crate) path: Option<&'a str>,
    /// The face of the device.
    pub(crate) realm: Realm,
    /// The kind that a description tells; else the first value does.
    pub(crate) kind: Option<Kind>,
    /// Another number than last time says that the description has changed.
    pub(crate) edition: u32,
}

impl<'a> Spot<'a> {
    /// A spot of nothing but the first value's telling.
    pub(crate) fn new(device: DeviceIx, key: &'a str, topic: &'a str, realm: Realm) -> Self {
        Self {
            device,
            key,
            name: key,
            topic,
            path: None,
            realm,
            kind: None,
            edition: 0,
        }
    }

    /// The same under a name of its own.
    pub(crate) fn named(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// The same at a place in the JSON.
    pub(crate) fn at(self, path: &'a str) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }
}

/// A value as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Said<'a> {
    /// What it says.
    pub(crate) scalar: Scalar<'a>,
    /// The text as sent, where it was text.
    pub(crate) raw: Option<Cow<'a, str>>,
    /// The unit that the message tells.
    pub(crate) unit: Option<&'a str>,
    /// What the device thinks of it.
    pub(crate) quality: Quality,
    /// The device's own time.
    pub(crate) at: Option<Micros>,
}

impl<'a> Said<'a> {
    /// A good value of now.
    pub(crate) fn scalar(scalar: Scalar<'a>) -> Self {
        Self {
            scalar,
            raw: None,
            unit: None,
            quality: Quality::Good,
            at: None,
        }
    }

    /// A bare text, read for what it says.
    pub(crate) fn text(text: &'a str) -> Self {
        Self {
            raw: Some(Cow::Borrowed(text.trim())),
            ..Self::scalar(scalar::of_text(text))
        }
    }

    /// A text that means itself, whatever it looks like.
    pub(crate) fn word(text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            raw: Some(text.into()),
            ..Self::scalar(Scalar::Text(""))
        }
    }

    /// A JSON scalar; none for arrays and objects.
    pub(crate) fn json(json: &'a Json<'a>) -> Option<Self> {
        let raw = if let Json::Text(text) = json {
            Some(Cow::Borrowed(text.as_ref()))
        } else {
            None
        };
        Some(Self {
            raw,
            ..Self::scalar(scalar::of_json(json)?)
        })
    }

    /// A value of a flattened message.
    pub(crate) fn leaf(leaf: &'a Leaf<'a>) -> Self {
        Self {
            scalar: leaf.scalar.clone(),
            raw: leaf.raw.as_deref().map(Cow::Borrowed),
            unit: leaf.unit,
            quality: leaf.quality,
            at: leaf.at,
        }
    }

    /// The same with the device's own time.
    pub(crate) fn at(self, at: Option<Micros>) -> Self {
        Self { at, ..self }
    }

    /// The same with a unit.
    pub(crate) fn unit(self, unit: &'a str) -> Self {
        Self {
            unit: Some(unit),
            ..self
        }
    }
}

struct Slot {
    point: PointIx,
    kind: Kind,
    misfits: u8,
    unit: Option<Box<str>>,
    edition: u32,
}

/// Points by device and key; see the module.
#[derive(Default)]
pub(crate) struct Points {
    by_key: FxHashMap<DeviceIx, FxHashMap<Box<str>, u32>>,
    slots: Vec<Slot>,
}

impl Points {
    /// Emits a value; describes its point where it is new, wider or told anew. `describe` has the last word on the description.
    pub(crate) fn put(
        &mut self,
        spot: &Spot<'_>,
        said: &Said<'_>,
        received: Micros,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) -> Option<PointIx> {
        let unit = match said.scalar {
            Scalar::Measure(_, unit) => Some(unit),
            _ => said.unit,
        };
        let known = self.by_key.get(&spot.device).and_then(|keys| keys.get(spot.key));
        let ix = match known {
            Some(&ix) => ix as usize,
            None => self.add(spot, said, unit, describe, context)?,
        };
        let held = &self.slots[ix];
        let renamed = held.edition != spot.edition
            || unit.is_some() && held.unit.as_deref() != unit
            || spot
                .kind
                .is_some_and(|kind| kind != held.kind && kind == Kind::Text);
        if renamed {
            let kind = spot.kind.unwrap_or(held.kind);
            self.describe(ix, spot, said, unit, kind, describe, context);
        }
        // Two widenings lead from any kind to text.
        for _ in 0..3 {
            let held = &mut self.slots[ix];
            let raw = said.raw.as_deref();
            let (value, quality) = match fit(held, said, raw) {
                Fit::Widen(wider) => {
                    held.misfits = 0;
                    self.describe(ix, spot, said, unit, wider, describe, context);
                    continue;
                }
                Fit::Misfit => {
                    let word = crate::decoder::shortened(raw.unwrap_or("a time"), 64);
                    let text = format!("\"{word}\" is no number, although the earlier values were");
                    context.diagnose(Some(spot.device), spot.topic, DiagnosisKind::WrongType, text);
                    (Value::Null, Quality::Bad)
                }
                Fit::Value(value) => (value, said.quality),
            };
            let point = held.point;
            context.reading(Reading {
                point,
                at: said.at.unwrap_or(received),
                received,
                value,
                quality,
                historical: false,
            });
            return Some(point);
        }
        None
    }

    /// Puts all values of a flattened message under `prefix` (empty for none), each named by its path.
    pub(crate) fn put_all(
        &mut self,
        spot: &Spot<'_>,
        flat: &Flat<'_>,
        received: Micros,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) {
        let mut key = String::new();
        for leaf in &flat.leaves {
            let path = flat.path(leaf);
            key.clear();
            key.push_str(spot.key);
            if !key.is_empty() && !path.is_empty() {
                key.push('.');
            }
            key.push_str(path);
            if key.is_empty() {
                key.push_str("value");
            }
            let own = Spot {
                key: &key,
                name: &key,
                path: flat.straight.then_some(path),
                ..*spot
            };
            self.put(&own, &Said::leaf(leaf), received, describe, context);
        }
    }

    /// Changes the description of a known point without a value.
    pub(crate) fn amend(
        &mut self,
        device: DeviceIx,
        key: &str,
        change: impl FnOnce(&mut PointDesc),
        context: &mut Context<'_>,
    ) {
        let Some(&ix) = self.by_key.get(&device).and_then(|keys| keys.get(key)) else {
            return;
        };
        let held = &mut self.slots[ix as usize];
        let Some(mut desc) = context.point_desc(held.point).map(|desc| (**desc).clone()) else {
            return;
        };
        change(&mut desc);
        held.kind = desc.kind;
        context.point(device, desc);
    }

    fn add(
        &mut self,
        spot: &Spot<'_>,
        said: &Said<'_>,
        unit: Option<&str>,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let boolean = infer::is_boolean_name(&units::lower_words(spot.name));
        let kind = spot.kind.or_else(|| kind::first(&said.scalar, boolean))?;
        if spot.key.len() > LONGEST_KEY {
            let text = format!("a name of more than {LONGEST_KEY} bytes; the value is not kept");
            context.diagnose(Some(spot.device), spot.topic, DiagnosisKind::TooLarge, text);
            return None;
        }
        let keys = self.by_key.entry(spot.device).or_default();
        if keys.len() >= MOST_POINTS {
            let text = format!("more than {MOST_POINTS} points of one device; further ones are not kept");
            context.diagnose(Some(spot.device), spot.topic, DiagnosisKind::TooMany, text);
            return None;
        }
        let desc = desc(spot, said, unit, kind, describe);
        let kind = desc.kind;
        let point = context.point(spot.device, desc)?;
        let ix = self.slots.len();
        keys.insert(spot.key.into(), ix as u32);
        self.slots.push(Slot {
            point,
            kind,
            misfits: 0,
            unit: unit.map(Into::into),
            edition: spot.edition,
        });
        Some(ix)
    }

    #[allow(clippy::too_many_arguments)] // all of it is what the description is made of
    fn describe(
        &mut self,
        ix: usize,
        spot: &Spot<'_>,
        said: &Said<'_>,
        unit: Option<&str>,
        kind: Kind,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) {
        let held = &mut self.slots[ix];
        let unit = unit
            .map(ToOwned::to_owned)
            .or_else(|| held.unit.as_deref().map(ToOwned::to_owned));
        let mut desc = desc(spot, said, unit.as_deref(), kind, describe);
        // What the values themselves have shown counts for more than what was told of them.
        if kind == Kind::Text {
            desc.kind = kind;
        }
        held.kind = desc.kind;
        held.unit = unit.map(Into::into);
        held.edition = spot.edition;
        context.point(spot.device, desc);
    }
}

fn fit(held: &mut Slot, said: &Said<'_>, raw: Option<&str>) -> Fit {
    match (held.kind, &said.scalar) {
        (_, Scalar::Unknown(_)) if held.kind != Kind::Text || raw.is_none() => Fit::Value(Value::Null),
        (Kind::Binary, Scalar::Int(bytes)) => Fit::Value(Value::Int(*bytes)),
        _ => kind::fit(held.kind, &said.scalar, raw, &mut held.misfits),
    }
}

fn desc(
    spot: &Spot<'_>,
    said: &Said<'_>,
    unit: Option<&str>,
    kind: Kind,
    describe: &dyn Fn(&mut PointDesc),
) -> PointDesc {
    let words = units::lower_words(spot.name);
    let mut desc = PointDesc {
        key: spot.key.to_owned(),
        name: naming::humanise(spot.name),
        platform: "value".into(),
        kind,
        topic: Some(spot.topic.to_owned()),
        path: spot.path.map(str::to_owned),
        ..PointDesc::default()
    };
    if kind != Kind::Binary {
        infer::infer(&mut desc, &said.scalar, unit, &words, spot.realm);
    }
    // "Rain mm" with the unit beside it would say it twice.
    if kind == Kind::Number
        && infer::suffix_unit(&words).is_some()
        && let Some((shorter, _)) = desc.name.rsplit_once(' ')
    {
        desc.name = shorter.to_owned();
    }
    describe(&mut desc);
    desc
}
