use hearthline_model::{Kind, PlaceHint, Priority, Role};
use proptest::prelude::*;

use super::*;

fn freezer() -> (PointDesc, DeviceDesc) {
    let point = PointDesc {
        key: "temperature".into(),
        name: "Drawer".into(),
        class: Some("temperature".into()),
        role: Role::CurrentTemperature,
        platform: "sensor".into(),
        unit: Some("°C".into()),
        kind: Kind::Number,
        topic: Some("house/cellar/freezer/t".into()),
        ..PointDesc::default()
    };
    let device = DeviceDesc {
        name: "Freezer".into(),
        convention: "homeassistant".into(),
        place: PlaceHint {
            realm: Realm::Home,
            path: vec!["Cellar".into()],
        },
        ..DeviceDesc::default()
    };
    (point, device)
}

fn is_for(pattern: &PointPattern) -> bool {
    let (point, device) = freezer();
    let subject = Subject {
        point: &point,
        device: &device,
        device_name: "Old freezer",
        place: "House/Cellar",
        realm: Realm::Home,
    };
    fits(pattern, &subject)
}

#[test]
fn each_part_of_a_pattern_must_fit() {
    let all = PointPattern {
        class: "Temperature".into(),
        role: Some(Role::CurrentTemperature),
        platform: "sensor".into(),
        realm: Some(Realm::Home),
        unit: "°C".into(),
        device: "*FREEZER".into(),
        point: "draw*".into(),
        place: "+/cellar".into(),
        topic: "house/+/freezer/#".into(),
        convention: "homeassistant".into(),
    };
    assert!(is_for(&all) && is_for(&PointPattern::default()));
    let wrong: [fn(&mut PointPattern); 10] = [
        |it| it.class = "humidity".into(),
        |it| it.role = Some(Role::Battery),
        |it| it.platform = "climate".into(),
        |it| it.realm = Some(Realm::Plant),
        |it| it.unit = "°F".into(),
        |it| it.device = "freezer".into(),
        |it| it.point = "drawers".into(),
        |it| it.place = "+".into(),
        |it| it.topic = "house/+/t".into(),
        |it| it.convention = "sparkplug".into(),
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        let mut pattern = all.clone();
        change(&mut pattern);
        assert!(!is_for(&pattern), "{number}");
    }
    assert!(is_for(&PointPattern {
        point: "temperature".into(),
        ..PointPattern::default()
    }));
}

#[test]
fn wildcards() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("", "", true),
        ("+", "a/b", false),
        ("+/+", "a/b", true),
        ("a*c", "abbc", true),
        ("a*c", "abbcd", false),
        ("*b*b*", "abab", true),
        ("gefrier+", "GEFRIERSCHRANK", true),
        ("kühl*", "KÜHLschrank", true),
        ("a+*", "a/", true),
    ] {
        assert_eq!(like(pattern, text), expected, "{pattern} {text}");
    }
}

/// Tries every way.
fn plainly(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|at| plainly(rest, &text[at..])),
        Some(('+', rest)) => (0..=text.len())
            .take_while(|at| !text[..*at].contains(&'/'))
            .any(|at| plainly(rest, &text[at..])),
        Some((letter, rest)) => text.first() == Some(letter) && plainly(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn a_pattern_is_what_every_way_tried_comes_to(pattern in "[ab/*+]{0,7}", text in "[ab/]{0,7}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(like(&pattern, &text), plainly(&letters(&pattern), &letters(&text)));
    }
}

fn rule(id: &str, pattern: PointPattern, limit: f64) -> AlarmRule {
    AlarmRule {
        id: id.into(),
        name: id.into(),
        on: true,
        pattern,
        condition: Condition::new(ConditionKind::Hi { limit }, Priority::High, id),
    }
}

#[test]
fn its_own_wins_over_a_pattern_over_a_class_over_a_default() {
    let class = PointPattern {
        class: "temperature".into(),
        ..PointPattern::default()
    };
    let named = PointPattern {
        device: "*freezer*".into(),
        ..PointPattern::default()
    };
    let rules = [
        rule("class", class.clone(), 1.0),
        rule("later", class, 2.0),
        rule("named", named, 3.0),
    ];
    let default = Condition {
        default: true,
        source: "freezer".into(),
        ..Condition::new(ConditionKind::Hi { limit: 4.0 }, Priority::Low, "default")
    };
    let low = Condition {
        default: true,
        source: "fridge".into(),
        ..Condition::new(ConditionKind::Lo { limit: 0.0 }, Priority::Low, "default low")
    };
    let (point, device) = freezer();
    let subject = Subject {
        point: &point,
        device: &device,
        device_name: "Freezer",
        place: "",
        realm: Realm::Home,
    };
    let of = |own: &[Condition], rules: &[AlarmRule]| -> Vec<(String, bool)> {
        layered(own, rules_of(rules, &subject), vec![default.clone(), low.clone()])
            .into_iter()
            .map(|it| (it.text, it.disabled))
            .collect()
    };
    let said = |text: &str, off: bool| (text.to_owned(), off);
    assert_eq!(of(&[], &[]), [said("default", false), said("default low", false)]);
    assert_eq!(
        of(&[], &rules[..2]),
        [said("class", false), said("default low", false)]
    );
    assert_eq!(
        of(&[], &rules),
        [said("named", false), said("default low", false)]
    );
    let own = Condition::new(ConditionKind::Hi { limit: 9.0 }, Priority::High, "own");
    assert_eq!(
        of(std::slice::from_ref(&own), &rules),
        [said("own", false), said("default low", false)]
    );
    // Repeated without a change it is still the default's; switched off it is the person's doing.
    assert_eq!(
        of(std::slice::from_ref(&default), &rules)[0],
        said("named", false)
    );
    let off = Condition {
        disabled: true,
        ..default.clone()
    };
    assert_eq!(
        of(&[off], &rules),
        [said("default", true), said("default low", false)]
    );
    let mut switched_off = rules.clone();
    switched_off[2].on = false;
    assert_eq!(of(&[], &switched_off)[0], said("class", false));
}

#[test]
fn defaults_are_switched_off_by_their_sort_or_all_at_once() {
    let smoke = Condition {
        source: "smoke".into(),
        ..Condition::new(ConditionKind::Stale, Priority::Low, "x")
    };
    let off = |off: &[&str], all_off| AlarmDefaults {
        off: off.iter().map(|it| (*it).to_owned()).collect(),
        all_off,
    };
    assert!(holds(&off(&["gas"], false), &smoke));
    assert!(!holds(&off(&["smoke"], false), &smoke) && !holds(&off(&[], true), &smoke));
}

type Change = fn(&mut AlarmRule);

#[test]
fn a_rule_that_makes_no_sense_is_told() {
    let fine = rule(
        "id",
        PointPattern {
            class: "temperature".into(),
            ..PointPattern::default()
        },
        1.0,
    );
    assert_eq!(check_rule(&fine), Ok(()));
    let wrong: [(Change, &str); 6] = [
        (|it| it.name = " ".into(), "a name"),
        (|it| it.id = String::new(), "no id"),
        (|it| it.pattern = PointPattern::default(), "which points"),
        (|it| it.pattern.topic = "x".repeat(201), "200"),
        (|it| it.condition.kind = ConditionKind::Offline, "for many"),
        (|it| it.condition.text = String::new(), "people read"),
    ];
    for (change, words) in wrong {
        let mut rule = fine.clone();
        change(&mut rule);
        let fault = check_rule(&rule).unwrap_err().0;
        assert!(fault.contains(words), "{fault}");
    }
}
