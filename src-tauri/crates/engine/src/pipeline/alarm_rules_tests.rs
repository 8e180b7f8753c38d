//! Rules, defaults and groups over the whole pipeline: in force for points of today and those to come, also after a restart.

use hearthline_model::{
    AlarmDefaults, AlarmGroup, AlarmRule, Condition, ConditionKind, CoverKind, GroupLeader, PointId,
    PointPattern, Priority, SECOND,
};

use super::tests::{Bench, bench};
use crate::error::Error;

fn thermometer(name: &str) -> (String, String) {
    let id = name.to_lowercase();
    let config = format!(
        r#"{{"name":"Temperature","device_class":"temperature","unit_of_measurement":"°C","state_topic":"{id}/t",
        "unique_id":"{id}","device":{{"identifiers":["{id}"],"name":"{name}"}}}}"#
    );
    (format!("homeassistant/sensor/{id}/config"), config)
}

fn announce(bench: &mut Bench, name: &str) {
    let (topic, config) = thermometer(name);
    bench.feed(&[(&topic, &config)]);
}

fn point(bench: &Bench, device: &str) -> PointId {
    let world = bench.pipeline.shared.world();
    let found = world
        .points()
        .find(|(_, of, _)| world.alarm_context(*of).0 == device)
        .map(|(id, ..)| id);
    found.unwrap_or_else(|| panic!("no point of {device}"))
}

fn texts(bench: &Bench, device: &str) -> Vec<String> {
    let conditions = bench.pipeline.conditions_of(point(bench, device)).unwrap();
    let on = conditions.into_iter().filter(|it| !it.disabled);
    on.map(|it| it.text).collect()
}

fn warm(id: &str, device: &str, limit: f64) -> AlarmRule {
    AlarmRule {
        id: id.into(),
        name: id.into(),
        on: true,
        pattern: PointPattern {
            class: "temperature".into(),
            device: device.into(),
            ..PointPattern::default()
        },
        condition: Condition {
            group: "Cold".into(),
            ..Condition::new(ConditionKind::Hi { limit }, Priority::High, format!("Rule {id}"))
        },
    }
}

#[test]
fn a_rule_holds_for_points_of_today_and_those_to_come() {
    let mut bench = bench();
    announce(&mut bench, "Freezer");
    announce(&mut bench, "Attic");
    assert_eq!(texts(&bench, "Freezer"), ["Freezer is warming"]);
    assert!(texts(&bench, "Attic").is_empty());
    bench.feed(&[("freezer/t", "-10"), ("attic/t", "50")]);
    bench
        .pipeline
        .set_alarm_rules(vec![warm("all", "", 40.0), warm("freezers", "*freezer*", -12.0)])
        .unwrap();
    assert_eq!(texts(&bench, "Freezer"), ["Rule freezers"]);
    assert_eq!(texts(&bench, "Attic"), ["Rule all"]);
    // The last values are judged at once.
    assert_eq!(bench.pipeline.alarms.active().len(), 2);
    announce(&mut bench, "Chest freezer");
    assert_eq!(texts(&bench, "Chest freezer"), ["Rule freezers"]);
    let view = bench.pipeline.alarm_rules();
    let counts: Vec<(u32, u32)> = view.counts.iter().map(|it| (it.points, it.holds)).collect();
    assert_eq!(counts, [(3, 1), (2, 2)]);

    // Its own wins; without a change it follows the rule again.
    let own = Condition::new(ConditionKind::Hi { limit: 1.0 }, Priority::Low, "Own");
    let freezer = point(&bench, "Freezer");
    bench.pipeline.set_conditions(freezer, Some(vec![own])).unwrap();
    let conditions = bench.pipeline.conditions_of(freezer).unwrap();
    let below = bench.pipeline.conditions_below(freezer).unwrap();
    let origin = bench.pipeline.origins(&conditions, &below).remove(0);
    assert!(origin.own && origin.by_rule && origin.name == "freezers");
    assert_eq!(origin.below.unwrap().text, "Rule freezers");
    let (points, tried) = bench
        .pipeline
        .rule_for_points(&warm("x", "*freezer*", 0.0))
        .unwrap();
    assert_eq!((points, tried.len()), (2, 1), "the one with its own is left out");
    bench.pipeline.set_conditions(freezer, Some(below)).unwrap();
    let conditions = bench.pipeline.conditions_of(freezer).unwrap();
    assert_eq!(conditions[0].source, "freezers");

    let mut bench = bench.restart();
    assert_eq!(texts(&bench, "Freezer"), ["Rule freezers"]);
    bench.pipeline.set_alarm_rules(Vec::new()).unwrap();
    assert_eq!(texts(&bench, "Freezer"), ["Freezer is warming"]);
    assert!(
        bench
            .pipeline
            .alarms
            .active()
            .iter()
            .all(|it| it.text != "Rule all")
    );
}

#[test]
fn a_rule_by_place_or_name_looks_again_when_those_change() {
    let mut bench = bench();
    announce(&mut bench, "Attic");
    bench
        .pipeline
        .set_alarm_rules(vec![warm("cold", "*cold*", 10.0)])
        .unwrap();
    assert!(texts(&bench, "Attic").is_empty());
    let device = bench.pipeline.shared.world().points().next().unwrap().1;
    bench
        .pipeline
        .shared
        .world_mut()
        .rename(device, Some("Cold attic".into()));
    bench.pipeline.rules_look_again();
    assert_eq!(texts(&bench, "Cold attic"), ["Rule cold"]);
}

#[test]
fn a_rule_may_name_points_beside_the_one_it_is_for() {
    let mut bench = bench();
    let mut rule = warm("running", "", 10.0);
    rule.condition.enabled_while = "{Door}".into();
    bench.pipeline.set_alarm_rules(vec![rule]).unwrap();
    let door = r#"{"name":"Door","device_class":"door","state_topic":"freezer/d","unique_id":"d",
        "device":{"identifiers":["freezer"],"name":"Freezer"}}"#;
    let (topic, config) = thermometer("Freezer");
    bench.feed(&[(&topic, &config), ("homeassistant/binary_sensor/d/config", door)]);
    bench.feed(&[("freezer/d", "OFF"), ("freezer/t", "20")]);
    assert_eq!(bench.pipeline.alarms.active().len(), 0);
    bench.feed(&[("freezer/d", "ON")]);
    let active: Vec<String> = bench
        .pipeline
        .alarms
        .active()
        .iter()
        .map(|it| it.text.clone())
        .collect();
    assert_eq!(active, ["Rule running"]);
}

#[test]
fn defaults_are_switched_off_everywhere_and_come_back() {
    let mut bench = bench();
    announce(&mut bench, "Freezer");
    let set = |bench: &mut Bench, off: &[&str], all_off| {
        let off = off.iter().map(|it| (*it).to_owned()).collect();
        bench
            .pipeline
            .set_alarm_defaults(AlarmDefaults { off, all_off })
            .unwrap();
    };
    let offline = |bench: &Bench| {
        let view = bench.pipeline.alarm_rules();
        view.defaults.iter().find(|it| it.id == "offline").unwrap().holds
    };
    assert_eq!(offline(&bench), 1);
    set(&mut bench, &["freezer", "nonsense"], false);
    assert!(texts(&bench, "Freezer").is_empty());
    assert_eq!(bench.pipeline.alarm_setup.defaults.off, ["freezer"]);
    set(&mut bench, &["freezer"], true);
    assert_eq!(offline(&bench), 0);
    let mut bench = bench.restart();
    assert_eq!(offline(&bench), 0);
    set(&mut bench, &[], false);
    assert_eq!(texts(&bench, "Freezer"), ["Freezer is warming"]);
    assert_eq!(offline(&bench), 1);
}

#[test]
fn the_leader_of_a_group_is_kept_and_named() {
    let mut bench = bench();
    for name in ["Freezer", "Attic"] {
        announce(&mut bench, name);
    }
    bench
        .pipeline
        .set_alarm_rules(vec![warm("all", "", 10.0)])
        .unwrap();
    let view = bench.pipeline.alarm_rules();
    assert_eq!(view.groups.len(), 1);
    assert_eq!((view.groups[0].count, view.groups[0].set), (2, false));
    let leader = view.groups[0].members[0].clone();
    assert_eq!(leader.device_name, "Attic");
    let group = |leader| AlarmGroup {
        name: "Cold".into(),
        window: 5 * SECOND,
        leader,
    };
    let by = GroupLeader::Alarm { key: leader.key };
    bench.pipeline.set_alarm_groups(vec![group(by)]).unwrap();
    bench.feed(&[("freezer/t", "20")]);
    bench.feed(&[("attic/t", "20")]);
    let covered = |bench: &Bench| -> Vec<(String, CoverKind)> {
        let covered = bench.pipeline.alarms.covered();
        covered
            .iter()
            .map(|it| (it.covers[0].reason.clone(), it.covers[0].kind))
            .collect()
    };
    let led = (
        "“Rule all” leads the group Cold".to_owned(),
        CoverKind::Suppressed,
    );
    assert_eq!(covered(&bench), std::slice::from_ref(&led));
    bench.pipeline.commit();
    let mut bench = bench.restart();
    assert_eq!(covered(&bench), [led]);
    bench.feed(&[("attic/t", "5")]);
    assert!(covered(&bench).is_empty());

    // An expression names points by device and name, and is shown so.
    let formula = "{attic/temperature} > 30".to_owned();
    let by = GroupLeader::Expression { formula };
    bench.pipeline.set_alarm_groups(vec![group(by)]).unwrap();
    let attic = point(&bench, "Attic");
    let GroupLeader::Expression { formula } = &bench.pipeline.alarm_setup.groups[0].leader else {
        panic!("an expression leads");
    };
    assert_eq!(*formula, format!("{{#{}}} > 30", attic.0));
    let shown = bench.pipeline.alarm_rules().groups[0].group.leader.clone();
    let formula = "{Attic/Temperature} > 30".to_owned();
    assert_eq!(shown, GroupLeader::Expression { formula });
    bench.feed(&[("attic/t", "35")]);
    assert_eq!(covered(&bench).len(), 2, "an expression leads all of them");

    for formula in ["{Nothing/There} > 1", "1 > 0", "value >"] {
        let by = GroupLeader::Expression {
            formula: formula.into(),
        };
        let refused = bench.pipeline.set_alarm_groups(vec![group(by)]);
        assert!(matches!(refused, Err(Error::Invalid(_))), "{formula}");
    }
}

#[test]
fn a_rule_that_can_never_be_judged_is_refused_with_its_name() {
    let mut bench = bench();
    let mut rule = warm("odd", "", 1.0);
    rule.condition.enabled_while = "{Door} and".into();
    let refused = bench
        .pipeline
        .set_alarm_rules(vec![rule])
        .unwrap_err()
        .to_string();
    assert!(refused.contains("odd"), "{refused}");
    let twice = vec![warm("a", "", 1.0), warm("a", "", 2.0)];
    assert!(bench.pipeline.set_alarm_rules(twice).is_err());
    assert!(bench.pipeline.alarm_rules().rules.is_empty());
}
