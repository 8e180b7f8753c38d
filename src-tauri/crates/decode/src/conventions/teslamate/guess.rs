//! Values of a car that no table names: told by the words of their keys, or by what they look like.

use hearthline_model::{Kind, PointDesc, Realm, Role, Value};

use super::car::{Car, Spot, placed};
use super::spec::Spec;
use super::words;
use crate::shape::infer;
use crate::shape::kind::{self, Fit};
use crate::shape::scalar::Scalar;
use crate::{Context, naming, units};

/// Longest key of a point that no table names, bytes.
const LONGEST_KEY: usize = 160;

impl Car {
    /// A value that no table names: what its key tells and its first value shows.
    pub(super) fn infer(
        &mut self,
        key: &str,
        scalar: &Scalar<'_>,
        raw: &str,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        if let Some(spec) = words::spec(key) {
            return self.known_word(spec, key, scalar, raw, spot, context);
        }
        self.guess(key, scalar, raw, None, spot, context);
    }

    /// A value that a car's word names: the first that is its battery is the battery, others by their own names.
    fn known_word(
        &mut self,
        spec: &Spec,
        key: &str,
        scalar: &Scalar<'_>,
        raw: &str,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        if spec.role == Role::Battery {
            let own = self.battery.get_or_insert_with(|| key.into());
            if **own != *key {
                return self.guess(key, scalar, raw, Some("%"), spot, context);
            }
        }
        // The state of charging in words tells whether it charges.
        if spec.id == words::CHARGE_STATE {
            let said = raw.trim().to_ascii_lowercase();
            let charges = matches!(
                said.as_str(),
                "1" | "1.0"
                    | "charging"
                    | "charge_in_progress"
                    | "chargingactive"
                    | "charging_active"
                    | "in_charge"
                    | "fast_charging"
            );
            self.emit(&words::CHARGING, Value::Bool(charges), spot.derived(), context);
        }
        match spec.value(scalar, raw) {
            // Two values of one name would take turns: the first stays, the other has its own name.
            Some(value) if self.is_first(spec.id, spot, context) => self.emit(spec, value, spot, context),
            _ => self.guess(key, scalar, raw, None, spot, context),
        }
    }

    /// Whether a spot is the one that a point is read from.
    fn is_first(&self, id: &str, spot: Spot<'_>, context: &Context<'_>) -> bool {
        self.points.get(id).is_none_or(|known| {
            context.point_desc(known.point).is_some_and(|desc| {
                desc.topic.as_deref() == Some(spot.message.topic) && desc.path.as_deref() == spot.path
            })
        })
    }

    fn guess(
        &mut self,
        key: &str,
        scalar: &Scalar<'_>,
        raw: &str,
        unit: Option<&str>,
        spot: Spot<'_>,
        context: &mut Context<'_>,
    ) {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return;
        }
        // The last part alone tells what it is: `battery.plugStatus` is no battery.
        let words = units::lower_words(key.rsplit(['/', '.']).next().unwrap_or(key));
        let known = self.points.get(key).copied().or_else(|| {
            let kind = kind::first(scalar, infer::is_boolean_name(&words))?;
            let desc = guessed(key, kind, scalar, unit, &words, self.desc.place.realm);
            self.add(key, desc, spot, context)
        });
        let Some(known) = known else { return };
        let mut misfits = known.misfits;
        let mut kind = known.kind;
        for _ in 0..3 {
            let value = match kind::fit(kind, scalar, Some(raw), &mut misfits) {
                Fit::Widen(wider) => {
                    kind = wider;
                    misfits = 0;
                    continue;
                }
                Fit::Misfit => None,
                Fit::Value(value) => Some(value),
            };
            if kind != known.kind
                && let Some(device) = self.device
            {
                let desc = guessed(key, kind, scalar, unit, &words, self.desc.place.realm);
                context.point(device, placed(desc, spot));
            }
            if let Some(entry) = self.points.get_mut(key) {
                entry.kind = kind;
                entry.misfits = misfits;
            }
            if let Some(value) = value {
                self.reading(key, known.point, value, spot, context);
            }
            return;
        }
    }
}

fn guessed(
    key: &str,
    kind: Kind,
    scalar: &Scalar<'_>,
    unit: Option<&str>,
    words: &[String],
    realm: Realm,
) -> PointDesc {
    let mut desc = PointDesc {
        key: key.to_owned(),
        name: naming::humanise(words::short(key)),
        platform: "sensor".to_owned(),
        kind,
        ..PointDesc::default()
    };
    infer::infer(&mut desc, scalar, unit, words, realm);
    if kind == Kind::Number
        && infer::suffix_unit(words).is_some()
        && let Some((shorter, _)) = desc.name.rsplit_once(' ')
    {
        desc.name = shorter.to_owned();
    }
    desc
}
