//! What is known of one device that measures a person.

use hearthline_model::{DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Quality, Realm, Role, StateClass};
use rustc_hash::FxHashMap;

use super::body::{self, Body};
use super::topic::{Found, Shape};
use crate::decoder::shortened;
use crate::shape::kind::{self, Fit};
use crate::shape::scalar::Scalar;
use crate::shape::{infer, lexicon};
use crate::{Context, DeviceIx, DiagnosisKind, PointIx, Reading, naming, units};

/// Most points of one device.
const MOST_POINTS: usize = 256;
/// Longest key, bytes.
const LONGEST_KEY: usize = 128;
/// Levels that name no device.
const VAGUE: &str =
    "health healthexport health-export fitness mqtt home json wearable wearables ble bt data body";

/// Where and when a value was said.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The topic.
    pub(super) topic: &'a str,
    /// The dotted path within the payload; none where it does not stand there by itself.
    pub(super) path: Option<&'a str>,
    /// When it held.
    pub(super) at: Micros,
    /// The arrival.
    pub(super) received: Micros,
}

/// A device that measures a person.
pub(super) struct Person {
    /// What it says of itself.
    pub(super) desc: DeviceDesc,
    /// Its device, once a message came.
    pub(super) device: Option<DeviceIx>,
    points: FxHashMap<Box<str>, Known>,
    base: Box<str>,
    gathered: bool,
    full: bool,
    /// Its values are of stretches of time, so that no count of them only grows.
    stretches: bool,
}

struct Known {
    point: PointIx,
    kind: Kind,
    misfits: u8,
    /// The newest time that was told for it.
    newest: Micros,
    topic: Box<str>,
    unit: Option<Box<str>>,
}

impl Person {
    /// Knows nothing yet.
    pub(super) fn new(found: &Found<'_>, realm: Realm) -> Self {
        let own = found
            .base
            .rsplit('/')
            .find(|level| {
                !level.is_empty() && !lexicon::has(lexicon::TRANSPARENT, level) && !lexicon::has(VAGUE, level)
            })
            .unwrap_or("Health");
        let mut levels = found.base.rsplit('/').skip_while(|level| *level != own).skip(1);
        // `jane/watch` is Jane's watch; `home/watch` is a watch.
        let whose = levels
            .next()
            .filter(|level| {
                !level.is_empty() && !lexicon::has(VAGUE, level) && !lexicon::has(lexicon::HOMES, level)
            })
            .filter(|level| {
                !lexicon::has(lexicon::ROOTS, level) && !lexicon::has(lexicon::TRANSPARENT, level)
            });
        let name = match whose {
            Some(whose) if found.shape != Shape::Gateway => {
                naming::join(&naming::humanise(whose), &naming::humanise(own))
            }
            _ => naming::humanise(own),
        };
        let identities = naming::identities(own);
        let key = match identities.first() {
            Some(address) => format!("wearable:{address}"),
            None => format!("wearable:{}", shortened(found.base, 200)),
        };
        Self {
            desc: DeviceDesc {
                key,
                identities,
                convention: "wearable".to_owned(),
                name,
                place: PlaceHint {
                    realm,
                    path: Vec::new(),
                },
                ..DeviceDesc::default()
            },
            device: None,
            points: FxHashMap::default(),
            base: found.base.into(),
            gathered: false,
            full: false,
            stretches: found.shape == Shape::Export,
        }
    }

    /// Makes it a device.
    pub(super) fn describe(&mut self, context: &mut Context<'_>) -> Option<DeviceIx> {
        if self.device.is_none() {
            self.device = context.device(self.desc.clone());
        }
        self.device
    }

    /// Changes what it says of itself.
    pub(super) fn change(&mut self, context: &mut Context<'_>, change: impl FnOnce(&mut DeviceDesc)) {
        change(&mut self.desc);
        self.device = context.device(self.desc.clone());
    }

    /// Whether a point is one of its own.
    pub(super) fn is_mine(&self, point: PointIx) -> bool {
        self.points.values().any(|known| known.point == point)
    }

    /// Lets go of what came on a topic: somebody else describes it.
    pub(super) fn yielded(&mut self, topic: &str, context: &mut Context<'_>) {
        self.points.retain(|_, known| {
            let keep = *known.topic != *topic;
            if !keep {
                context.forget_point(known.point);
            }
            keep
        });
        if self.points.is_empty()
            && let Some(device) = self.device.take()
        {
            context.forget_device(device);
        }
    }

    /// Takes over what stands beside a heart rate.
    pub(super) fn gather(&mut self, context: &mut Context<'_>) {
        if !self.gathered {
            self.gathered = true;
            context.reroute(format!("{}/+", self.base));
        }
    }

    /// Gives a point a meaning.
    pub(super) fn role(&self, key: &str, role: Role, context: &mut Context<'_>) {
        if let Some(known) = self.points.get(key)
            && let Some(device) = self.device
            && let Some(desc) = context.point_desc(known.point).filter(|desc| desc.role != role)
        {
            let mut desc = (**desc).clone();
            desc.role = role;
            context.point(device, desc);
        }
    }

    /// A value by its name.
    pub(super) fn value(
        &mut self,
        name: &str,
        scalar: &Scalar<'_>,
        raw: Option<&str>,
        unit: Option<&str>,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        if name.is_empty() || name.len() > LONGEST_KEY {
            return;
        }
        let field = name.split('/').next().unwrap_or(name);
        let body = body::of(if name.contains('.') { name } else { field });
        // One value of a name: another of the same name in another place keeps its own.
        let body = body.filter(|body| {
            self.points.get(body.id).is_none_or(|known| {
                *known.topic == *spot.topic
                    && context
                        .point_desc(known.point)
                        .is_none_or(|desc| desc.path.as_deref() == spot.path)
            })
        });
        let key = body.map_or(name, |body| body.id);
        let words = units::lower_words(name);
        if !self.points.contains_key(key) {
            let Some(kind) = kind::first(scalar, infer::is_boolean_name(&words)) else {
                return;
            };
            if self
                .add(key, name, kind, body, scalar, unit, spot, context)
                .is_none()
            {
                return;
            }
        }
        self.fit(key, name, body, scalar, raw, unit, spot, context);
    }

    #[allow(clippy::too_many_arguments)] // what a value is made of
    fn fit(
        &mut self,
        key: &str,
        name: &str,
        body: Option<&Body>,
        scalar: &Scalar<'_>,
        raw: Option<&str>,
        unit: Option<&str>,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(device) = self.device else { return };
        for _ in 0..3 {
            let Some(known) = self.points.get_mut(key) else {
                return;
            };
            let value = match kind::fit(known.kind, scalar, raw, &mut known.misfits) {
                Fit::Widen(wider) => {
                    known.kind = wider;
                    known.misfits = 0;
                    let desc = describe(
                        key,
                        name,
                        wider,
                        body,
                        scalar,
                        unit,
                        spot,
                        self.desc.place.realm,
                        self.stretches,
                    );
                    context.point(device, desc);
                    continue;
                }
                Fit::Misfit => {
                    let said = shortened(raw.unwrap_or("a time"), 64);
                    let text = format!("\"{said}\" is no number, although the earlier values were");
                    context.diagnose(Some(device), spot.topic, DiagnosisKind::WrongType, text);
                    return;
                }
                Fit::Value(value) => value,
            };
            if unit.is_some() && known.unit.as_deref() != unit {
                known.unit = unit.map(Into::into);
                let kind = known.kind;
                let desc = describe(
                    key,
                    name,
                    kind,
                    body,
                    scalar,
                    unit,
                    spot,
                    self.desc.place.realm,
                    self.stretches,
                );
                context.point(device, desc);
            }
            let Some(known) = self.points.get_mut(key) else {
                return;
            };
            let historical = spot.at < known.newest;
            known.newest = known.newest.max(spot.at.min(spot.received));
            context.reading(Reading {
                point: known.point,
                at: spot.at,
                received: spot.received,
                value,
                quality: Quality::Good,
                historical,
            });
            return;
        }
    }

    #[allow(clippy::too_many_arguments)] // what a point is made of
    fn add(
        &mut self,
        key: &str,
        name: &str,
        kind: Kind,
        body: Option<&Body>,
        scalar: &Scalar<'_>,
        unit: Option<&str>,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) -> Option<()> {
        let device = self.device?;
        if self.points.len() >= MOST_POINTS {
            if !std::mem::replace(&mut self.full, true) {
                let text = format!("more than {MOST_POINTS} different values; further ones are not kept");
                context.diagnose(Some(device), spot.topic, DiagnosisKind::TooMany, text);
            }
            return None;
        }
        let desc = describe(
            key,
            name,
            kind,
            body,
            scalar,
            unit,
            spot,
            self.desc.place.realm,
            self.stretches,
        );
        let point = context.point(device, desc)?;
        self.points.insert(
            key.into(),
            Known {
                point,
                kind,
                misfits: 0,
                newest: Micros::MIN,
                topic: spot.topic.into(),
                unit: unit.map(Into::into),
            },
        );
        Some(())
    }
}

/// The unit of time that a name has in it: `sleep_minutes`, `minutesAsleep`, `deep_sleep_hours`.
fn time_unit(words: &[String]) -> Option<&'static str> {
    words.iter().find_map(|word| {
        Some(match word.as_str() {
            "minutes" | "minute" | "mins" | "min" => "min",
            "hours" | "hour" | "hrs" | "hr" => "h",
            "seconds" | "second" | "secs" | "sec" => "s",
            _ => return None,
        })
    })
}

#[allow(clippy::too_many_arguments)] // what a point is made of
fn describe(
    key: &str,
    name: &str,
    kind: Kind,
    body: Option<&Body>,
    scalar: &Scalar<'_>,
    unit: Option<&str>,
    spot: Spot<'_>,
    realm: Realm,
    stretches: bool,
) -> PointDesc {
    let words = units::lower_words(name);
    let sent = match scalar {
        Scalar::Measure(_, unit) => Some(*unit),
        _ => unit.map(|unit| units::known_unit(unit).unwrap_or(unit)),
    };
    let mut desc = if let Some(body) = body {
        let named = if body.unit.is_empty() {
            infer::suffix_unit(&words).or_else(|| body.lasts().then(|| time_unit(&words)).flatten())
        } else {
            None
        };
        // A weight without a unit is one in kilograms nearly everywhere, sleep is told in so many that it stays open.
        let usual = (body.id == "weight").then_some("kg");
        body.desc(kind, sent.or(named).or(usual))
    } else {
        let mut desc = PointDesc {
            key: key.to_owned(),
            name: naming::humanise(name),
            platform: "sensor".to_owned(),
            kind,
            ..PointDesc::default()
        };
        infer::infer(&mut desc, scalar, sent, &words, realm);
        desc
    };
    if stretches && desc.state_class.is_some() {
        desc.state_class = Some(StateClass::Measurement);
    }
    desc.topic = Some(spot.topic.to_owned());
    desc.path = spot.path.map(str::to_owned);
    desc
}
