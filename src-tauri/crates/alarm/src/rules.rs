//! Which conditions a point has: its own, then those of rules, then the defaults; of each kind the first that there is.

use hearthline_model::{
    AlarmDefaults, AlarmRule, Condition, ConditionKind, DeviceDesc, PointDesc, PointPattern, Realm,
};

use crate::check::check;
use crate::expression::Fault;

/// Characters of a pattern.
const LONGEST_PATTERN: usize = 200;
/// Characters of a name that a pattern is held against; more are not looked at.
const LONGEST_NAME: usize = 500;
/// Characters of a rule's name.
const LONGEST_TITLE: usize = 100;

/// A point, as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What it is.
    pub point: &'a PointDesc,
    /// What it belongs to.
    pub device: &'a DeviceDesc,
    /// The device's name as the person has it.
    pub device_name: &'a str,
    /// The path of its place: `Berlin/Filling/Line 2`.
    pub place: &'a str,
    /// Where it is shown.
    pub realm: Realm,
}

/// Whether a point is one that a pattern is for.
pub fn fits(pattern: &PointPattern, of: &Subject<'_>) -> bool {
    let word = |wanted: &str, is: &str| {
        let wanted = wanted.trim();
        wanted.is_empty() || wanted.eq_ignore_ascii_case(is)
    };
    let named = |wanted: &str, is: &str| wanted.trim().is_empty() || like(wanted.trim(), is);
    let conventions = || {
        let sources = of.device.sources.iter().map(|source| source.convention.as_str());
        sources.chain([of.device.convention.as_str()])
    };
    pattern.realm.is_none_or(|realm| realm == of.realm)
        && word(&pattern.class, of.point.class.as_deref().unwrap_or_default())
        && pattern.role.is_none_or(|role| role == of.point.role)
        && word(&pattern.platform, &of.point.platform)
        && word(&pattern.unit, of.point.unit.as_deref().unwrap_or_default())
        && (pattern.convention.trim().is_empty() || conventions().any(|it| word(&pattern.convention, it)))
        && named(&pattern.device, of.device_name)
        && (named(&pattern.point, &of.point.name) || named(&pattern.point, &of.point.key))
        && named(&pattern.place, of.place)
        && named(
            &pattern.topic.replace('#', "*"),
            of.point.topic.as_deref().unwrap_or_default(),
        )
}

/// Whether a pattern names something, rather than going by what a point is alone.
pub fn names_something(pattern: &PointPattern) -> bool {
    [&pattern.device, &pattern.point, &pattern.place, &pattern.topic]
        .iter()
        .any(|text| !text.trim().is_empty())
        || !pattern.convention.trim().is_empty()
}

/// Whether a text is like a pattern in which `*` stands for any characters and `+` for any but `/`; without case.
/// At most as many steps as both have characters, multiplied.
pub fn like(pattern: &str, text: &str) -> bool {
    let lower = |text: &str, most: usize| -> Vec<char> {
        text.chars().take(most).flat_map(char::to_lowercase).collect()
    };
    let (pattern, text) = (lower(pattern, LONGEST_PATTERN), lower(text, LONGEST_NAME));
    // Places in the text that can be reached with what was read of the pattern.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for letter in pattern {
        match letter {
            '*' => {
                let first = reached.iter().position(|it| *it).unwrap_or(reached.len());
                reached[first..].fill(true);
            }
            '+' => {
                for at in 0..text.len() {
                    if reached[at] && text[at] != '/' {
                        reached[at + 1] = true;
                    }
                }
            }
            letter => {
                for at in (0..text.len()).rev() {
                    reached[at + 1] = reached[at] && text[at] == letter;
                }
                reached[0] = false;
            }
        }
    }
    reached[text.len()]
}

/// Whether a default holds.
pub fn holds(defaults: &AlarmDefaults, condition: &Condition) -> bool {
    !defaults.all_off && defaults.off.iter().all(|off| *off != condition.source)
}

/// The rules for a point, in the order in which they win.
pub fn rules_of<'a>(rules: &'a [AlarmRule], of: &Subject<'_>) -> Vec<&'a AlarmRule> {
    let mut all: Vec<&AlarmRule> = rules
        .iter()
        .filter(|rule| rule.on && fits(&rule.pattern, of))
        .collect();
    all.sort_by_key(|rule| !names_something(&rule.pattern));
    all
}

/// The conditions of a point in force, and those that a person has switched off at it. `own` is what was set at the point; what
/// in it says that it comes from a rule or a default counts only where it is switched off.
pub fn layered<'a>(
    own: &[Condition],
    rules: impl IntoIterator<Item = &'a AlarmRule>,
    defaults: Vec<Condition>,
) -> Vec<Condition> {
    let mut all: Vec<Condition> = own.iter().filter(|it| counts(it)).cloned().collect();
    let free = |all: &[Condition], kind: &ConditionKind| all.iter().all(|it| it.kind.name() != kind.name());
    for rule in rules {
        if free(&all, &rule.condition.kind) {
            all.push(Condition {
                default: false,
                disabled: false,
                source: rule.id.clone(),
                ..rule.condition.clone()
            });
        }
    }
    for condition in defaults {
        if free(&all, &condition.kind) {
            all.push(condition);
        }
    }
    all
}

/// Whether what stands in a point's own list is a person's: everything but what merely repeats a rule or a default.
pub fn counts(condition: &Condition) -> bool {
    condition.is_own() || condition.disabled
}

/// An error, in one sentence for a person, where a rule can never be judged or is out of bounds.
///
/// # Errors
/// As said.
pub fn check_rule(rule: &AlarmRule) -> Result<(), Fault> {
    let wrong = |text: &str| Err(Fault(text.into()));
    let name = rule.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_TITLE {
        return wrong("give the rule a name of at most 100 characters");
    }
    if rule.id.is_empty() || rule.id.chars().count() > LONGEST_TITLE {
        return wrong("the rule has no id");
    }
    let pattern = &rule.pattern;
    let texts = [
        &pattern.class,
        &pattern.platform,
        &pattern.unit,
        &pattern.device,
        &pattern.point,
        &pattern.place,
        &pattern.topic,
        &pattern.convention,
    ];
    if texts.iter().any(|text| text.chars().count() > LONGEST_PATTERN) {
        return wrong("a pattern has at most 200 characters");
    }
    if pattern.role.is_none() && texts.iter().all(|text| text.trim().is_empty()) {
        return wrong("say which points the rule is for; a rule for all points would be one for none");
    }
    match rule.condition.kind {
        ConditionKind::Deviation { .. } | ConditionKind::Discrepancy { .. } | ConditionKind::Offline => {
            return wrong("a condition that reads a certain point cannot stand in a rule for many");
        }
        _ => {}
    }
    if rule.condition.text.trim().is_empty() {
        return wrong("say what people read when the alarm is raised");
    }
    check(&rule.condition)
}

#[cfg(test)]
mod tests;
