//! The rules that a person taught, as one TOML file to hand on.

use hearthline_decode::check_rule;
use hearthline_model::TopicRule;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The format of the file; a file with a higher number was written by a newer Hearthline.
const VERSION: u32 = 1;
/// Most rules that are kept.
pub const MOST: usize = 1000;

#[derive(Serialize, Deserialize)]
struct File {
    /// Tells the file from any other TOML.
    hearthline_rules: u32,
    #[serde(default)]
    rule: Vec<TopicRule>,
}

/// The rules as TOML.
///
/// # Errors
/// Where a rule holds what TOML cannot write.
pub fn to_toml(rules: &[TopicRule]) -> Result<String, Error> {
    let file = File {
        hearthline_rules: VERSION,
        rule: rules.to_vec(),
    };
    toml::to_string_pretty(&file)
        .map_err(|error| Error::Invalid(format!("the rules cannot be written as TOML: {error}")))
}

/// The rules of a TOML file; all of them are usable, or it is an error that says which is not.
///
/// # Errors
/// Where it is no such file, comes from a newer program, or a rule is wrong.
pub fn from_toml(text: &str) -> Result<Vec<TopicRule>, Error> {
    let file: File = toml::from_str(text)
        .map_err(|error| Error::Invalid(format!("this is no file of rules: {}", error.message())))?;
    if file.hearthline_rules > VERSION {
        return Err(Error::Invalid(
            "these rules were written by a newer Hearthline; update this one first".to_owned(),
        ));
    }
    check_all(&file.rule, &[])?;
    Ok(file.rule)
}

/// Whether all rules can be kept together. Those that are in force already were found to be right.
///
/// # Errors
/// Says which rule is wrong and why.
pub fn check_all(rules: &[TopicRule], in_force: &[TopicRule]) -> Result<(), Error> {
    if rules.len() > MOST {
        return Err(Error::Invalid(format!("more than {MOST} rules")));
    }
    for (ix, rule) in rules.iter().enumerate() {
        if !in_force.contains(rule) {
            check_rule(rule).map_err(|error| Error::Invalid(format!("rule \"{}\": {error}", rule.id)))?;
        }
        if rules[..ix].iter().any(|before| before.id == rule.id) {
            return Err(Error::Invalid(format!("two rules have the id \"{}\"", rule.id)));
        }
    }
    Ok(())
}

/// `rules` with `more` put in: the same id replaces. Gives how many were new and how many replaced.
pub fn merged(rules: &[TopicRule], more: Vec<TopicRule>) -> (Vec<TopicRule>, u32, u32) {
    let mut all = rules.to_vec();
    let (mut added, mut replaced) = (0, 0);
    for rule in more {
        if let Some(known) = all.iter_mut().find(|known| known.id == rule.id) {
            *known = rule;
            replaced += 1;
        } else {
            all.push(rule);
            added += 1;
        }
    }
    (all, added, replaced)
}

#[cfg(test)]
mod tests {
    use hearthline_model::{Kind, RulePoint};

    use super::*;

    fn rule(id: &str) -> TopicRule {
        TopicRule {
            id: id.into(),
            filter: "factory/+/press/#".into(),
            device: "Press {1}".into(),
            points: vec![RulePoint {
                name: "Force".into(),
                path: "data.f".into(),
                kind: Kind::Number,
                scale: Some(0.1),
                range: Some((0.0, 500.0)),
                ..RulePoint::default()
            }],
            ..TopicRule::default()
        }
    }

    #[test]
    fn rules_survive_the_file() {
        let rules = vec![rule("a"), rule("b")];
        let text = to_toml(&rules).unwrap();
        assert_eq!(from_toml(&text).unwrap(), rules, "{text}");
    }

    #[test]
    fn a_hand_written_file_needs_only_what_matters() {
        let text = r#"
            hearthline_rules = 1
            [[rule]]
            id = "press"
            filter = "factory/+/press"
            device = "Press {1}"
            [[rule.points]]
            name = "Force"
            kind = "number"
            unit = "kN"
        "#;
        let rules = from_toml(text).unwrap();
        assert_eq!(rules[0].points[0].unit.as_deref(), Some("kN"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let fault = |text: &str| from_toml(text).unwrap_err().to_string();
        assert!(fault("x = 1").contains("no file of rules"));
        assert!(fault("hearthline_rules = 99").contains("newer"));
        assert!(fault("hearthline_rules = 1\n[[rule]]\nid = \"a\"\nfilter = \"#/a\"").contains("rule \"a\""));
        assert!(
            check_all(&[rule("a"), rule("a")], &[])
                .unwrap_err()
                .to_string()
                .contains("two rules")
        );
        let (all, added, replaced) = merged(&[rule("a")], vec![rule("a"), rule("c")]);
        assert_eq!((all.len(), added, replaced), (2, 1, 1));
    }
}
