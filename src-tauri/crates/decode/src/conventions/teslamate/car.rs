//! What is known of one car.

use hearthline_model::{DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Quality, Realm, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::spec::Spec;
use super::topic::{Family, Found};
use super::{telemetry, vin};
use crate::decoder::shortened;
use crate::shape::scalar::{self, Scalar};
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx, Reading, naming};

/// Most points of one car.
const MOST_POINTS: usize = 512;

/// A car.
pub(super) struct Car {
    /// What it says of itself.
    pub(super) desc: DeviceDesc,
    /// Its device, once a message came.
    pub(super) device: Option<DeviceIx>,
    /// Its points by key.
    pub(super) points: FxHashMap<Box<str>, Known>,
    told: FxHashSet<&'static str>,
    online: Option<bool>,
    /// The key of the point that is its battery, where several values could be.
    pub(super) battery: Option<Box<str>>,
    /// What its model is put together from.
    pub(super) parts: Parts,
}

/// What the car's name and model are put together from.
#[derive(Default)]
pub(super) struct Parts {
    /// Letter of the model.
    pub(super) model: Option<String>,
    /// Badge.
    pub(super) trim: Option<String>,
}

/// A point of a car.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// The point.
    pub(super) point: PointIx,
    /// Its kind so far.
    pub(super) kind: Kind,
    /// Misfits in a row.
    pub(super) misfits: u8,
    /// The newest time that the car told for it.
    newest: Micros,
}

/// Where and when a value was said.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The message.
    pub(super) message: &'a Message<'a>,
    /// The dotted path within it; none for what is worked out.
    pub(super) path: Option<&'a str>,
    /// The car's own time, where it said one.
    pub(super) at: Option<Micros>,
}

impl<'a> Spot<'a> {
    /// The whole payload.
    pub(super) fn whole(message: &'a Message<'a>) -> Self {
        Self {
            message,
            path: Some(""),
            at: None,
        }
    }

    /// Worked out from the payload.
    pub(super) fn derived(self) -> Self {
        Self { path: None, ..self }
    }
}

impl Car {
    /// Knows nothing yet.
    pub(super) fn new(found: &Found<'_>, realm: Realm) -> Self {
        let mut desc = DeviceDesc {
            place: PlaceHint {
                realm,
                path: Vec::new(),
            },
            ..DeviceDesc::default()
        };
        let id = shortened(found.id, 64);
        let convention = match found.family {
            Family::Tesla => {
                desc.name = if id == "1" {
                    "Tesla".to_owned()
                } else {
                    format!("Tesla {id}")
                };
                desc.manufacturer = Some("Tesla".to_owned());
                "teslamate"
            }
            Family::Ovms => {
                desc.name.clone_from(&id);
                "ovms"
            }
            Family::Wican => {
                "Car".clone_into(&mut desc.name);
                desc.manufacturer = Some("MeatPi".to_owned());
                desc.model = Some("WiCAN".to_owned());
                desc.identities = naming::identities(&id);
                "wican"
            }
            Family::Vin => {
                vin::describe(&mut desc, &id);
                "teslamate"
            }
            Family::Telemetry => {
                desc.name = telemetry::name_of(&id);
                "teslamate"
            }
        };
        convention.clone_into(&mut desc.convention);
        desc.key = match found.family {
            Family::Tesla => format!("teslamate:{}", own(found.base, "teslamate/").replace("cars/", "")),
            Family::Ovms => format!("ovms:{}", own(found.base, "ovms/")),
            Family::Wican => format!("wican:{id}"),
            Family::Vin => format!("car:{id}"),
            Family::Telemetry => format!("car:{}", shortened(found.base, 200)),
        };
        Self {
            desc,
            device: None,
            points: FxHashMap::default(),
            told: FxHashSet::default(),
            online: None,
            battery: None,
            parts: Parts::default(),
        }
    }

    /// Makes it a device.
    pub(super) fn describe(&mut self, context: &mut Context<'_>) -> Option<DeviceIx> {
        if self.device.is_none() {
            self.device = context.device(self.desc.clone());
        }
        self.device
    }

    /// Changes what is known of the car itself.
    pub(super) fn change(&mut self, context: &mut Context<'_>, change: impl FnOnce(&mut DeviceDesc, &Parts)) {
        change(&mut self.desc, &self.parts);
        self.device = context.device(self.desc.clone());
    }

    /// It is there, or not.
    pub(super) fn online(&mut self, online: bool, at: Micros, context: &mut Context<'_>) {
        if let Some(device) = self.device
            && self.online.replace(online) != Some(online)
        {
            context.online(device, online, at);
        }
    }

    /// The point of an event, once there is one.
    pub(super) fn event_point(&self, key: &str) -> Option<PointIx> {
        self.points.get(key).map(|known| known.point)
    }

    /// Remembers the point of an event.
    pub(super) fn keep_event(&mut self, key: &str, point: PointIx) {
        self.points.entry(key.into()).or_insert(Known {
            point,
            kind: Kind::Event,
            misfits: 0,
            newest: Micros::MIN,
        });
    }

    /// Whether a point is one of the car's.
    pub(super) fn is_mine(&self, point: PointIx) -> bool {
        self.points.values().any(|known| known.point == point)
    }

    /// Lets go of everything: somebody else describes it better.
    pub(super) fn yielded(&mut self, context: &mut Context<'_>) {
        self.points.clear();
        if let Some(device) = self.device.take() {
            context.forget_device(device);
        }
    }

    /// Whether a point is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.points.contains_key(key)
    }

    /// Tells once what is ignored and why.
    pub(super) fn tell(&mut self, what: &'static str, topic: &str, text: &str, context: &mut Context<'_>) {
        if self.told.insert(what) {
            context.diagnose(self.device, topic, DiagnosisKind::Ignored, text);
        }
    }

    /// A value that a table names. `raw` is its text as sent.
    pub(super) fn put(
        &mut self,
        spec: &Spec,
        scalar: &Scalar<'_>,
        raw: &str,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(value) = spec.value(scalar, raw) else {
            let said = shortened(raw.trim(), 64);
            let text = format!("\"{said}\" cannot be a value of \"{}\"; it was left out", spec.id);
            context.diagnose(self.device, spot.message.topic, DiagnosisKind::WrongType, text);
            return;
        };
        self.emit(spec, value, spot, context);
    }

    /// A value that is worked out already.
    pub(super) fn emit(&mut self, spec: &Spec, value: Value, spot: Spot<'_>, context: &mut Context<'_>) {
        let known = self.points.get(spec.id).copied();
        let known = known.or_else(|| {
            // An empty payload clears a topic that was kept: nothing to make a point of.
            if value.is_null() && spot.message.payload.is_empty() {
                return None;
            }
            self.add(spec.id, spec.desc(), spot, context)
        });
        if let Some(known) = known {
            self.reading(spec.id, known.point, value, spot, context);
        }
    }

    /// Describes a point anew: it comes from another topic now.
    pub(super) fn describe_again(&mut self, spec: &Spec, spot: Spot<'_>, context: &mut Context<'_>) {
        if let Some(device) = self.device
            && self.has(spec.id)
        {
            context.point(device, placed(spec.desc(), spot));
        }
    }

    /// A new point.
    pub(super) fn add(
        &mut self,
        key: &str,
        desc: PointDesc,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) -> Option<Known> {
        let device = self.device?;
        if self.points.len() >= MOST_POINTS {
            if self.told.insert("points") {
                let text =
                    format!("more than {MOST_POINTS} different values of one car; further ones are not kept");
                context.diagnose(self.device, spot.message.topic, DiagnosisKind::TooMany, text);
            }
            return None;
        }
        let kind = desc.kind;
        let point = context.point(device, placed(desc, spot))?;
        let known = Known {
            point,
            kind,
            misfits: 0,
            newest: Micros::MIN,
        };
        self.points.insert(key.into(), known);
        Some(known)
    }

    /// Emits a value; the car's own time decides whether it is news.
    pub(super) fn reading(
        &mut self,
        key: &str,
        point: PointIx,
        value: Value,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        let received = spot.message.at;
        let at = spot.at.unwrap_or(received);
        let mut historical = false;
        if spot.at.is_some()
            && let Some(known) = self.points.get_mut(key)
        {
            historical = at < known.newest;
            // A clock that is ahead must not make everything after it old.
            known.newest = known.newest.max(at.min(received));
        }
        context.reading(Reading {
            point,
            at,
            received,
            value,
            quality: Quality::Good,
            historical,
        });
    }
}

/// A base without what all cars of its family begin with.
fn own(base: &str, start: &str) -> String {
    shortened(base.strip_prefix(start).unwrap_or(base), 200)
}

/// A point's description with where it is read from.
pub(super) fn placed(mut desc: PointDesc, spot: Spot<'_>) -> PointDesc {
    desc.topic = Some(spot.message.topic.to_owned());
    desc.path = spot.path.map(str::to_owned);
    desc
}

/// A payload as text and what it says; none for bytes that are no text.
pub(super) fn said<'a>(
    car: &Car,
    message: &Message<'a>,
    context: &mut Context<'_>,
) -> Option<(&'a str, Scalar<'a>)> {
    let text = crate::payload::text(message, car.device, context)?.trim();
    Some((text, scalar::of_text(text)))
}
