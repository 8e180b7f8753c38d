//! What is wrong with a rule, before it is kept.

use hearthline_model::{Kind, TopicRule};

use rustc_hash::FxHashSet;

use super::pattern::is_filter;
use crate::template::Templates;

/// Most points of a rule.
const MOST_POINTS: usize = 200;
/// Longest name, path or unit, bytes.
const LONGEST: usize = 256;
/// Longest template, bytes.
const LONGEST_TEMPLATE: usize = 16 << 10;

/// Why a rule cannot be kept: one sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The id is empty or has other characters than allowed.
    #[error("the rule's id \"{0}\" may only have letters, digits, - and _")]
    Id(String),
    /// The filter is not one that MQTT allows.
    #[error("\"{0}\" is no topic filter: + and # stand for whole levels, and # comes last")]
    Filter(String),
    /// The device has no name.
    #[error("the rule's device has no name")]
    Device,
    /// There is no point.
    #[error("the rule reads nothing yet: click a value of the example to make a point")]
    Empty,
    /// There are too many points.
    #[error("a rule may have at most {MOST_POINTS} points")]
    TooMany,
    /// A point has no name.
    #[error("the point that reads \"{0}\" has no name")]
    Unnamed(String),
    /// Two points have one name.
    #[error("two points are named \"{0}\"")]
    Twice(String),
    /// Something is longer than sensible.
    #[error("\"{0}…\" is too long")]
    TooLong(String),
    /// A template does not compile.
    #[error("the template of \"{name}\" is wrong: {reason}")]
    Template {
        /// The point.
        name: String,
        /// What the engine says.
        reason: String,
    },
    /// The kind holds no value that could be read.
    #[error("\"{0}\" can hold no value: choose number, on/off, text, one of several, event or time")]
    Kind(String),
    /// The factor is zero or not finite.
    #[error("the factor or offset of \"{0}\" is no usable number")]
    Scale(String),
    /// The range is upside down or not finite.
    #[error("the range of \"{0}\" must go from a lower number to a higher one")]
    Range(String),
    /// A command goes to a topic with wildcards or to none.
    #[error("the command of \"{0}\" needs a topic without + and #")]
    Command(String),
}

/// Whether a rule can be kept.
pub fn check(rule: &TopicRule) -> Result<(), RuleError> {
    let clean = |id: &str| {
        !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    if !clean(&rule.id) {
        return Err(RuleError::Id(crate::decoder::shortened(&rule.id, 64)));
    }
    if !is_filter(&rule.filter) {
        return Err(RuleError::Filter(crate::decoder::shortened(
            &rule.filter,
            LONGEST,
        )));
    }
    if rule.device.trim().is_empty() {
        return Err(RuleError::Device);
    }
    if rule.points.is_empty() {
        return Err(RuleError::Empty);
    }
    if rule.points.len() > MOST_POINTS {
        return Err(RuleError::TooMany);
    }
    let mut templates = Templates::default();
    let mut names = FxHashSet::default();
    let mut keys = FxHashSet::default();
    for point in &rule.points {
        if point.name.trim().is_empty() {
            return Err(RuleError::Unnamed(point.path.clone()));
        }
        if !names.insert(point.name.trim()) {
            return Err(RuleError::Twice(point.name.clone()));
        }
        if !point.key.is_empty() && !keys.insert(&point.key) {
            return Err(RuleError::Twice(point.key.clone()));
        }
        let template = point.template.as_deref().unwrap_or_default();
        let unit = point.unit.as_deref().unwrap_or_default();
        let texts = [point.name.as_str(), &point.path, unit, &rule.device];
        if let Some(long) = texts.iter().find(|text| text.len() > LONGEST) {
            return Err(RuleError::TooLong(crate::decoder::shortened(long, 40)));
        }
        if template.len() > LONGEST_TEMPLATE {
            return Err(RuleError::TooLong(crate::decoder::shortened(template, 40)));
        }
        let command = point
            .command
            .as_ref()
            .and_then(|command| command.template.as_deref());
        for source in [point.template.as_deref(), command].into_iter().flatten() {
            let id = templates.add(source);
            if let Some(fault) = templates.fault(id) {
                return Err(RuleError::Template {
                    name: point.name.clone(),
                    reason: fault.to_string(),
                });
            }
        }
        if point.kind == Kind::Binary || point.kind == Kind::Action && point.command.is_none() {
            return Err(RuleError::Kind(point.name.clone()));
        }
        let usable = |number: Option<f64>| number.is_none_or(f64::is_finite);
        if !usable(point.scale) || !usable(point.offset) || point.scale == Some(0.0) {
            return Err(RuleError::Scale(point.name.clone()));
        }
        let sound = |(low, high): (f64, f64)| low.is_finite() && high.is_finite() && low <= high;
        if !point.range.is_none_or(sound) {
            return Err(RuleError::Range(point.name.clone()));
        }
        if point
            .command
            .as_ref()
            .is_some_and(|command| command.topic.is_empty() || command.topic.contains(['+', '#', '\0']))
        {
            return Err(RuleError::Command(point.name.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hearthline_model::RulePoint;

    use super::*;

    fn rule() -> TopicRule {
        TopicRule {
            id: "press".into(),
            filter: "factory/+/press".into(),
            device: "Press {1}".into(),
            points: vec![RulePoint {
                name: "Force".into(),
                kind: Kind::Number,
                ..RulePoint::default()
            }],
            ..TopicRule::default()
        }
    }

    #[test]
    fn each_fault_is_told() {
        assert_eq!(check(&rule()), Ok(()));
        let broken = |change: fn(&mut TopicRule)| {
            let mut rule = rule();
            change(&mut rule);
            check(&rule).unwrap_err().to_string()
        };
        assert!(broken(|rule| rule.id = "a b".into()).contains("id"));
        assert!(broken(|rule| rule.filter = "a/#/b".into()).contains("no topic filter"));
        assert!(broken(|rule| rule.device = " ".into()).contains("name"));
        assert!(broken(|rule| rule.points.clear()).contains("click a value"));
        assert!(broken(|rule| rule.points.push(rule.points[0].clone())).contains("two points"));
        assert!(broken(|rule| rule.points[0].template = Some("{{ x".into())).contains("template"));
        assert!(broken(|rule| rule.points[0].scale = Some(0.0)).contains("factor"));
        for range in [(0.0, -9.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            let mut rule = rule();
            rule.points[0].range = Some(range);
            assert_eq!(check(&rule), Err(RuleError::Range("Force".into())));
        }
        assert!(broken(|rule| rule.points[0].kind = Kind::Binary).contains("no value"));
    }
}
