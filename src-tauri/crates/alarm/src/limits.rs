//! Between conditions and the four limits that bars show and the editor sets.

use hearthline_model::{Condition, ConditionKind, DeviceDesc, Limits, PointDesc, Priority, Realm};

/// Which of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rung {
    LoLo,
    Lo,
    Hi,
    HiHi,
}

impl Rung {
    const ALL: [Self; 4] = [Self::LoLo, Self::Lo, Self::Hi, Self::HiHi];

    fn of(condition: &Condition) -> Option<(Self, f64)> {
        match condition.kind {
            ConditionKind::LoLo { limit } => Some((Self::LoLo, limit)),
            ConditionKind::Lo { limit } => Some((Self::Lo, limit)),
            ConditionKind::Hi { limit } => Some((Self::Hi, limit)),
            ConditionKind::HiHi { limit } => Some((Self::HiHi, limit)),
            _ => None,
        }
    }

    fn kind(self, limit: f64) -> ConditionKind {
        match self {
            Self::LoLo => ConditionKind::LoLo { limit },
            Self::Lo => ConditionKind::Lo { limit },
            Self::Hi => ConditionKind::Hi { limit },
            Self::HiHi => ConditionKind::HiHi { limit },
        }
    }

    fn get(self, limits: &Limits) -> Option<f64> {
        match self {
            Self::LoLo => limits.lo_lo,
            Self::Lo => limits.lo,
            Self::Hi => limits.hi,
            Self::HiHi => limits.hi_hi,
        }
        .filter(|limit| limit.is_finite())
    }

    fn slot(self, limits: &mut Limits) -> &mut Option<f64> {
        match self {
            Self::LoLo => &mut limits.lo_lo,
            Self::Lo => &mut limits.lo,
            Self::Hi => &mut limits.hi,
            Self::HiHi => &mut limits.hi_hi,
        }
    }

    /// Words of the control room in a plant, of people at home.
    fn words(self, realm: Realm) -> &'static str {
        match (realm, self) {
            (Realm::Plant, Self::LoLo) => "low-low",
            (Realm::Plant, Self::Lo) => "low",
            (Realm::Plant, Self::Hi) => "high",
            (Realm::Plant, Self::HiHi) => "high-high",
            (Realm::Home, Self::LoLo) => "far too low",
            (Realm::Home, Self::Lo) => "too low",
            (Realm::Home, Self::Hi) => "too high",
            (Realm::Home, Self::HiHi) => "far too high",
        }
    }
}

/// The limits in force in a list of conditions; of several of a sort the first that is switched on.
pub fn limits_of(conditions: &[Condition]) -> Limits {
    let mut limits = Limits::default();
    for condition in conditions.iter().filter(|condition| !condition.disabled) {
        if let Some((rung, limit)) = Rung::of(condition) {
            rung.slot(&mut limits).get_or_insert(limit);
        }
    }
    limits
}

/// The conditions with the four limits that a person set. A limit of a default that the person took away is switched off
/// rather than forgotten, so that it can be switched on again.
pub fn with_limits(
    conditions: &[Condition],
    limits: &Limits,
    point: &PointDesc,
    device: &DeviceDesc,
) -> Vec<Condition> {
    let mut all = Vec::with_capacity(conditions.len() + 4);
    let mut met = Vec::new();
    for condition in conditions {
        let Some((rung, known)) = Rung::of(condition) else {
            all.push(condition.clone());
            continue;
        };
        if met.contains(&rung) {
            continue;
        }
        met.push(rung);
        match rung.get(limits) {
            Some(limit) => all.push(Condition {
                kind: rung.kind(limit),
                default: condition.default && limit == known,
                disabled: false,
                ..condition.clone()
            }),
            None if condition.default => all.push(Condition {
                disabled: true,
                ..condition.clone()
            }),
            None => {}
        }
    }
    let added = of_limits(limits, point, device);
    all.extend(
        added
            .into_iter()
            .filter(|condition| Rung::of(condition).is_some_and(|(rung, _)| !met.contains(&rung))),
    );
    all
}

/// A condition for each limit, as a person would set it.
pub fn of_limits(limits: &Limits, point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    let realm = device.place.realm;
    let deadband = deadband(limits, point);
    Rung::ALL
        .into_iter()
        .filter_map(|rung| {
            let limit = rung.get(limits)?;
            let priority = if matches!(rung, Rung::LoLo | Rung::HiHi) {
                Priority::Critical
            } else {
                Priority::High
            };
            let text = named(point, device, rung.words(realm));
            Some(Condition {
                deadband,
                ..Condition::new(rung.kind(limit), priority, text)
            })
        })
        .collect()
}

/// `Torque high`, `Temperature too low`; `Too high` where the point has no name of its own.
pub fn named(point: &PointDesc, device: &DeviceDesc, words: &str) -> String {
    let name = point.name.trim();
    let class = point.class.as_deref().unwrap_or_default();
    let name = match (name, class) {
        ("", "") => device.name.trim(),
        ("", class) => class,
        (name, _) => name,
    };
    let name = name.replace('_', " ");
    let text = format!("{name} {words}");
    let text = text.trim();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).take(120).collect()
    })
}

/// A share of the span of values, by what is measured: temperature 1 %, pressure 2 %, flow, level and the rest 5 %
/// (usual starting values of ISA-18.2).
pub fn deadband(limits: &Limits, point: &PointDesc) -> f64 {
    let share = match point.class.as_deref() {
        Some("temperature") => 0.01,
        Some("pressure" | "atmospheric_pressure" | "voltage" | "frequency") => 0.02,
        _ if matches!(point.unit.as_deref(), Some("°C" | "°F" | "K" | "Cel" | "degC")) => 0.01,
        _ if matches!(
            point.unit.as_deref(),
            Some("bar" | "mbar" | "Pa" | "kPa" | "hPa" | "psi")
        ) =>
        {
            0.02
        }
        _ => 0.05,
    };
    let span = point
        .range
        .map(|(low, high)| high - low)
        .or_else(|| Some(limits.hi.or(limits.hi_hi)? - limits.lo.or(limits.lo_lo)?))
        .filter(|span| span.is_finite() && *span > 0.0);
    let inner = match (limits.lo.or(limits.lo_lo), limits.hi.or(limits.hi_hi)) {
        (Some(low), Some(high)) if high > low => high - low,
        _ => f64::INFINITY,
    };
    // Never so wide that coming back from one limit means coming near the other.
    span.map_or(0.0, |span| (span * share).min(inner * 0.25))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn torque() -> (PointDesc, DeviceDesc) {
        let mut device = DeviceDesc::default();
        device.place.realm = Realm::Plant;
        let point = PointDesc {
            name: "Torque".into(),
            range: Some((0.0, 10.0)),
            ..PointDesc::default()
        };
        (point, device)
    }

    fn limits(lo_lo: Option<f64>, lo: Option<f64>, hi: Option<f64>, hi_hi: Option<f64>) -> Limits {
        Limits { lo_lo, lo, hi, hi_hi }
    }

    #[test]
    fn limits_become_conditions_and_come_back() {
        let (point, device) = torque();
        let set = limits(Some(1.0), Some(2.0), Some(8.0), Some(9.0));
        let conditions = of_limits(&set, &point, &device);
        let said: Vec<_> = conditions
            .iter()
            .map(|it| (it.text.as_str(), it.priority, it.deadband))
            .collect();
        assert_eq!(
            said,
            [
                ("Torque low-low", Priority::Critical, 0.5),
                ("Torque low", Priority::High, 0.5),
                ("Torque high", Priority::High, 0.5),
                ("Torque high-high", Priority::Critical, 0.5),
            ]
        );
        assert_eq!(limits_of(&conditions), set);
    }

    #[test]
    fn the_editor_changes_switches_off_adds_and_takes_away() {
        let (point, device) = torque();
        let mut before = of_limits(&limits(None, Some(2.0), Some(8.0), Some(9.0)), &point, &device);
        before[0].default = true;
        before[1].default = true;
        let wanted = limits(Some(1.0), None, Some(7.0), None);
        let after = with_limits(&before, &wanted, &point, &device);
        assert_eq!(limits_of(&after), wanted);
        let of = |name: &str| after.iter().find(|it| it.kind.name() == name);
        assert!(
            of("lo").is_some_and(|it| it.disabled && it.default),
            "kept to be switched on again"
        );
        assert!(of("hi").is_some_and(|it| !it.default), "the person's own now");
        assert_eq!(of("hi_hi"), None, "the person's own, taken away");
        let again = with_limits(&after, &limits(None, Some(2.0), None, None), &point, &device);
        assert!(
            again
                .iter()
                .any(|it| it.kind == ConditionKind::Lo { limit: 2.0 } && it.default && !it.disabled)
        );
    }

    #[test]
    fn a_deadband_needs_a_span() {
        let point = PointDesc::default();
        assert_eq!(deadband(&limits(None, None, Some(5.0), None), &point), 0.0);
        assert_eq!(deadband(&limits(None, Some(0.0), Some(10.0), None), &point), 0.5);
        let silly = PointDesc {
            range: Some((5.0, f64::NAN)),
            ..PointDesc::default()
        };
        assert_eq!(deadband(&limits(None, None, Some(5.0), None), &silly), 0.0);
    }
}
