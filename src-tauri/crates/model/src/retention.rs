//! How long samples are kept: what a person decided for a point, a class of points or a sort of values.

use serde::{Deserialize, Serialize};

use crate::{DAY, Kind, Micros, PointDesc, PointId, SECOND};

/// What sort of values a point has, in the words of the page that asks how long to keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum KeepSort {
    /// Numbers: they alone can be summed up into steps.
    Numbers,
    /// On or off, and states out of a list.
    States,
    /// Texts, times and events.
    Texts,
}

impl KeepSort {
    /// The sort of a point of this kind.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number | Kind::Binary => Self::Numbers,
            Kind::Bool | Kind::Enum => Self::States,
            Kind::Text | Kind::Event | Kind::Time | Kind::Action => Self::Texts,
        }
    }
}

/// Which points a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum KeepScope {
    /// One point.
    Point {
        /// The point.
        point: PointId,
    },
    /// Numbers of a device class, in Home Assistant's words (`energy`).
    Class {
        /// The class.
        class: String,
    },
    /// Every point of a sort.
    Sort {
        /// The sort.
        sort: KeepSort,
    },
}

/// What numbers become when their raw samples go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Coarse {
    /// Length of a step, seconds: one of [`Retention::STEPS`].
    pub step: u32,
    /// Days that the steps are kept, counted from now as those of the raw samples are; none: for ever.
    pub days: Option<u32>,
}

/// How long something is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Keep {
    /// Days that every sample is kept; none: for ever.
    pub raw_days: Option<u32>,
    /// What comes after them; none: nothing. Numbers only.
    pub then: Option<Coarse>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct KeepRule {
    /// For these points.
    pub scope: KeepScope,
    /// So long.
    pub keep: Keep,
}

/// Everything that was decided. Nothing decided: every sample is kept for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct Retention {
    /// Of rules that fit a point the most particular one holds: the point's own, then its class's, then its sort's.
    pub rules: Vec<KeepRule>,
    /// The file may grow so far, bytes; none: as far as the disk allows.
    pub cap: Option<u64>,
}

impl Retention {
    /// Steps that numbers can be summed up into, seconds.
    pub const STEPS: [u32; 4] = [60, 900, 3600, 86_400];
    /// Rules at the most.
    pub const MOST_RULES: usize = 2000;
    /// The smallest cap, bytes: below it the registry and the journals alone might not fit.
    pub const SMALLEST_CAP: u64 = 64 << 20;
    /// The longest time, days.
    pub const LONGEST_DAYS: u32 = 36_500;

    /// How long samples of a point are kept.
    pub fn keep_of(&self, point: PointId, desc: &PointDesc) -> Keep {
        let sort = KeepSort::of(desc.kind);
        let rank = |scope: &KeepScope| match scope {
            KeepScope::Point { point: of } => (*of == point).then_some(0),
            KeepScope::Class { class } => {
                (sort == KeepSort::Numbers && desc.class.as_deref() == Some(class)).then_some(1)
            }
            KeepScope::Sort { sort: of } => (*of == sort).then_some(2),
        };
        let best = self
            .rules
            .iter()
            .filter_map(|rule| Some((rank(&rule.scope)?, rule.keep)))
            .min_by_key(|(rank, _)| *rank);
        let mut keep = best.map_or_else(Keep::default, |(_, keep)| keep);
        if sort != KeepSort::Numbers {
            keep.then = None;
        }
        keep
    }

    /// What is wrong with it, in words for a person; none where nothing is.
    pub fn fault(&self) -> Option<String> {
        if self.rules.len() > Self::MOST_RULES {
            return Some(format!("at most {} rules can be kept", Self::MOST_RULES));
        }
        if self.cap.is_some_and(|cap| cap < Self::SMALLEST_CAP) {
            return Some("the smallest cap is 64 MiB; the registry and the journals need it".into());
        }
        for (at, rule) in self.rules.iter().enumerate() {
            if self.rules[..at].iter().any(|other| other.scope == rule.scope) {
                return Some("two rules are for the same points; remove one of them".into());
            }
            let days = [rule.keep.raw_days, rule.keep.then.and_then(|then| then.days)];
            if days
                .into_iter()
                .flatten()
                .any(|days| days == 0 || days > Self::LONGEST_DAYS)
            {
                return Some(format!("days are from 1 to {}", Self::LONGEST_DAYS));
            }
            let Some(then) = rule.keep.then else { continue };
            if !Self::STEPS.contains(&then.step) {
                return Some("steps are of 1 minute, 15 minutes, 1 hour or 1 day".into());
            }
            let Some(raw) = rule.keep.raw_days else {
                return Some("where every sample is kept for ever, nothing comes after".into());
            };
            if then.days.is_some_and(|days| days <= raw) {
                return Some("what comes after the raw samples is kept longer than they are".into());
            }
        }
        None
    }

    /// A sensible beginning: numbers in full for 90 days and by the minute for 10 years, states for 2 years, texts for 90 days.
    pub fn suggested() -> Self {
        let rule = |sort, raw_days, then| KeepRule {
            scope: KeepScope::Sort { sort },
            keep: Keep {
                raw_days: Some(raw_days),
                then,
            },
        };
        let minutes = Coarse {
            step: 60,
            days: Some(3650),
        };
        Self {
            rules: vec![
                rule(KeepSort::Numbers, 90, Some(minutes)),
                rule(KeepSort::States, 730, None),
                rule(KeepSort::Texts, 90, None),
            ],
            cap: None,
        }
    }
}

/// Before which time something has been kept for `days`, to the whole UTC day, so that a day goes at once and not bit by bit.
pub fn kept_until(now: Micros, days: u32) -> Micros {
    now.saturating_sub(i64::from(days).saturating_mul(DAY))
        .div_euclid(DAY)
        .saturating_mul(DAY)
}

impl Coarse {
    /// Length of a step.
    pub fn step(self) -> Micros {
        i64::from(self.step) * SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(scope: KeepScope, raw_days: u32) -> KeepRule {
        KeepRule {
            scope,
            keep: Keep {
                raw_days: Some(raw_days),
                then: None,
            },
        }
    }

    #[test]
    fn the_most_particular_rule_holds_and_without_one_all_is_kept() {
        let rules = vec![
            rule(
                KeepScope::Sort {
                    sort: KeepSort::Numbers,
                },
                90,
            ),
            rule(
                KeepScope::Class {
                    class: "energy".into(),
                },
                30,
            ),
            rule(KeepScope::Point { point: PointId(7) }, 10),
        ];
        let kept = Retention { rules, cap: None };
        let energy = PointDesc {
            kind: Kind::Number,
            class: Some("energy".into()),
            ..PointDesc::default()
        };
        let plain = PointDesc {
            kind: Kind::Number,
            ..PointDesc::default()
        };
        let days = |point, desc: &PointDesc| kept.keep_of(PointId(point), desc).raw_days;
        assert_eq!(days(7, &energy), Some(10));
        assert_eq!(days(8, &energy), Some(30));
        assert_eq!(days(8, &plain), Some(90));
        assert_eq!(days(8, &PointDesc::default()), None, "texts have no rule");
        assert_eq!(Retention::default().keep_of(PointId(1), &plain), Keep::default());
    }

    #[test]
    fn only_numbers_are_summed_up() {
        let mut kept = Retention::suggested();
        assert_eq!(kept.fault(), None);
        for rule in &mut kept.rules {
            rule.keep.then = Some(Coarse { step: 60, days: None });
        }
        let state = PointDesc {
            kind: Kind::Bool,
            ..PointDesc::default()
        };
        assert_eq!(kept.keep_of(PointId(1), &state).then, None);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let fault = |keep: Keep| {
            let scope = KeepScope::Sort {
                sort: KeepSort::Numbers,
            };
            Retention {
                rules: vec![KeepRule { scope, keep }],
                cap: None,
            }
            .fault()
            .unwrap_or_default()
        };
        let keep = |raw_days, step, days| Keep {
            raw_days,
            then: Some(Coarse { step, days }),
        };
        assert!(fault(keep(Some(0), 60, None)).contains("days are from 1"));
        assert!(fault(keep(Some(90), 61, None)).contains("1 minute"));
        assert!(fault(keep(Some(90), 60, Some(90))).contains("longer"));
        assert!(fault(keep(None, 60, None)).contains("for ever"));
        assert_eq!(fault(keep(Some(90), 60, Some(91))), "");
        let small = Retention {
            cap: Some(1),
            ..Retention::default()
        };
        assert!(small.fault().is_some_and(|fault| fault.contains("64 MiB")));
        let twice = Retention {
            rules: [Retention::suggested().rules, Retention::suggested().rules].concat(),
            cap: None,
        };
        assert!(twice.fault().is_some_and(|fault| fault.contains("same points")));
    }

    #[test]
    fn a_day_is_kept_as_a_whole() {
        assert_eq!(kept_until(10 * DAY + 5, 3), 7 * DAY);
        assert_eq!(kept_until(10 * DAY - 1, 3), 6 * DAY);
        assert_eq!(
            kept_until(i64::MIN, u32::MAX),
            i64::MIN.div_euclid(DAY).saturating_mul(DAY)
        );
    }
}
