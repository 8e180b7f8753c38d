//! Homie 5.

use hearthline_model::Value;
use insta::assert_snapshot;

use super::Stage;

const CAR: &str = r##"{
  "homie": "5.0", "version": 7, "name": "Super car", "type": "acme-car", "children": [], "extensions": [],
  "nodes": {
    "engine": {"name": "Engine", "properties": {
      "temperature": {"name": "Engine temperature", "datatype": "float", "unit": "°C", "format": "-20:120"},
      "gear": {"datatype": "integer", "format": "0:", "unit": "#"},
      "running": {"name": "Running", "datatype": "boolean", "format": "stopped,running"},
      "started": {"datatype": "datetime"},
      "trip": {"datatype": "duration"},
      "tuning": {"datatype": "json", "format": "{\"type\":\"array\"}", "settable": true},
      "label": {"datatype": "string", "settable": true}
    }},
    "horn": {"properties": {
      "honk": {"datatype": "boolean", "settable": true, "retained": false},
      "pressed": {"datatype": "enum", "format": "short,long", "retained": false}
    }}
  }
}"##;

#[test]
fn every_datatype_of_a_device() {
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/super-car/engine/temperature", "21.5"),
        ("homie/5/super-car/$state", "init"),
        ("homie/5/super-car/$description", CAR),
        ("homie/5/super-car/$state", "ready"),
        ("homie/5/super-car/engine/gear", "3"),
        ("homie/5/super-car/engine/running", "true"),
        ("homie/5/super-car/engine/started", "2026-11-24T08:00:00Z"),
        ("homie/5/super-car/engine/trip", "PT1H30M"),
        ("homie/5/super-car/engine/tuning", "[1,2]"),
        ("homie/5/super-car/engine/label", "\0"),
        ("homie/5/super-car/engine/label/set", "x"),
        ("homie/5/super-car/horn/honk", "true"),
        ("homie/5/super-car/horn/pressed", "long"),
        ("homie/5/super-car/engine/temperature", "hot"),
        ("homie/5/super-car/engine/temperature", "130"),
        ("homie/5/super-car/engine/temperature", ""),
        ("homie/5/super-car/$state", "sleeping"),
        ("homie/5/super-car/$state", "lost"),
    ]);
    assert_snapshot!(stage.take());
}

#[test]
fn commands_are_checked_and_use_the_qos_that_the_convention_asks_for() {
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/super-car/$description", CAR),
        ("homie/5/super-car/$state", "ready"),
    ]);
    stage.take();
    stage
        .set("engine/label", Value::text(""))
        .set("engine/label", Value::text("Mine"))
        .set("engine/tuning", Value::text("{\"a\":1}"))
        .set("engine/tuning", Value::text("a"))
        .set("horn/honk", Value::Null)
        .set("engine/temperature", Value::Int(20))
        .set("$state", Value::text("ready"));
    assert_snapshot!(stage.take());
}

#[test]
fn a_custom_domain_is_found_by_its_description_and_what_came_before_is_taken_over() {
    let mut stage = Stage::new();
    let description = r#"{"homie":"5.0","version":1,"nodes":{"n":{"properties":{"level":{"datatype":"float","unit":"%"}}}}}"#;
    stage.all(&[
        ("acme/5/tank/n/level", "42"),
        ("acme/5/tank/$description", description),
        ("acme/5/tank/$state", "ready"),
        ("acme/5/tank/n/level", "43"),
        ("acme/5/$broadcast/alert", "Fire"),
        ("acme/5/$broadcast/alert", "Fire"),
        ("other/5/x/$state", "closed"),
        ("other/5/$broadcast/x", "y"),
    ]);
    assert_snapshot!(stage.take());
    assert_eq!(stage.decoder.claimed_by("acme/5/tank/n/level"), ["homie"]);
    assert!(stage.decoder.claimed_by("other/5/x/$state").is_empty());
}

#[test]
fn children_are_reached_through_their_parents_and_go_with_the_root() {
    let bridge = r#"{"homie":"5.0","version":1,"name":"Attic/Bridge","children":["relay"]}"#;
    let relay = r#"{"homie":"5.0","version":1,"name":"Relay","root":"bridge","children":["light1"]}"#;
    let light = r#"{"homie":"5.0","version":1,"name":"Kitchen lamp","root":"bridge","parent":"relay","nodes":{"l":{"type":"light","properties":{"on":{"datatype":"boolean","settable":true}}}}}"#;
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/light1/$description", light),
        ("homie/5/light1/$state", "ready"),
        ("homie/5/relay/$description", relay),
        ("homie/5/relay/$state", "ready"),
        ("homie/5/bridge/$description", bridge),
        ("homie/5/bridge/$state", "ready"),
        ("homie/5/bridge/$state", "lost"),
        ("homie/5/bridge/$state", "ready"),
        ("homie/5/bridge/$state", "disconnected"),
        ("homie/5/light1/$state", "lost"),
    ]);
    assert_snapshot!(stage.take());
}

#[test]
fn what_vanishes_from_a_description_loses_its_point_and_a_removed_device_goes_and_comes_back() {
    let two = r#"{"homie":"5.0","version":1,"nodes":{"a":{"properties":{"x":{"datatype":"integer"},"y":{"datatype":"integer"}}},"b":{"properties":{"z":{"datatype":"integer"}}}}}"#;
    let one =
        r#"{"homie":"5.0","version":2,"nodes":{"a":{"properties":{"x":{"datatype":"float","unit":"V"}}}}}"#;
    let mut stage = Stage::new();
    stage.all(&[("homie/5/d/$description", two), ("homie/5/d/$state", "ready")]);
    stage.all(&[
        ("homie/5/d/a/x", "1"),
        ("homie/5/d/a/y", "2"),
        ("homie/5/d/b/z", "3"),
    ]);
    stage.take();
    stage.all(&[
        ("homie/5/d/$state", "init"),
        ("homie/5/d/$description", one),
        ("homie/5/d/$state", "ready"),
    ]);
    stage.all(&[("homie/5/d/a/y", "5"), ("homie/5/d/a/y", "6")]);
    assert_snapshot!(stage.take());
    // Removal: the state first, then everything else; then it comes back with the same indices.
    stage.all(&[
        ("homie/5/d/$state", ""),
        ("homie/5/d/a/x", ""),
        ("homie/5/d/a/x", "7"),
        ("homie/5/d/$state", "ready"),
        ("homie/5/d/a/x", "8"),
        ("homie/5/d/$description", ""),
        ("homie/5/d/$state", "ready"),
    ]);
    assert_snapshot!(stage.take());
    assert_eq!(stage.plain, 0);
}

#[test]
fn targets_are_shown_beside_their_values_and_confirm_what_was_asked() {
    let valve = r#"{"homie":"5.0","version":1,"nodes":{"valve":{"properties":{"opening":{"name":"Opening","datatype":"integer","unit":"%","format":"0:100","settable":true}}}}}"#;
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/v/valve/opening/$target", "10"),
        ("homie/5/v/$state", "ready"),
        ("homie/5/v/$description", valve),
        ("homie/5/v/valve/opening", "10"),
    ]);
    stage.set("valve/opening", Value::Int(80));
    stage.set("valve/opening/$target", Value::Int(80));
    stage.all(&[
        ("homie/5/v/valve/opening/$target", "80"),
        ("homie/5/v/valve/opening", "35"),
    ]);
    assert_snapshot!(stage.take());
}

#[test]
fn alerts_and_logs_are_told_and_shown() {
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/s/$alert/battery", "Battery is low, at 8%"),
        (
            "homie/5/s/$description",
            r#"{"homie":"5.0","version":1,"name":"Sensor"}"#,
        ),
        ("homie/5/s/$state", "ready"),
        ("homie/5/s/$alert/childlost", "Sensor xyz is silent"),
        ("homie/5/s/$alert/childlost", "Sensor xyz is silent"),
        ("homie/5/s/$alert/battery", ""),
        ("homie/5/s/$alert/childlost", ""),
        ("homie/5/s/$log/warn", "battery low"),
        ("homie/5/s/$log/debug", "tick"),
        ("homie/5/s/$log/loud", "x"),
        ("homie/5/s/$state", "alert"),
        ("homie/5/s/$future", "x"),
        ("homie/5/s/$future", "y"),
    ]);
    stage.bytes("homie/5/s/$log/error", b"an old one", true);
    assert_snapshot!(stage.take());
}

#[test]
fn what_does_not_hold_is_left_out_and_told_and_the_rest_is_used() {
    let mut stage = Stage::new();
    let description = r#"{"homie":"5.1","name":7,"root":"a/b","unknown":true,"nodes":{
      "bad": [],
      "a": {"name": "A", "properties": {
        "good": {"datatype":"integer","more":1},
        "none": {},
        "blob": {"datatype":"blob"},
        "range": {"datatype":"integer","format":"9:1"},
        "enum": {"datatype":"enum"},
        "flag": {"datatype":"string","settable":"yes"},
        "$x": {"datatype":"string"}
      }}}}"#;
    stage.all(&[
        ("homie/5/d/$description", description),
        ("homie/5/d/$state", "resting"),
        ("homie/5/d/$description", "{"),
        ("homie/5/d/$description", "[]"),
        ("homie/5/d/$description", r#"{"homie":"4.0.0"}"#),
        ("homie/5/d/$description", "{}"),
        ("homie/5/d/a/good", "1"),
    ]);
    stage.bytes("homie/5/d/a/good", &[0xff, 0xfe], false);
    assert_snapshot!(stage.take());
}

#[test]
fn a_device_that_never_describes_itself_is_told_of_and_strangers_become_plain() {
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/5/d/$state", "ready"),
        ("homie/5/x/n/p", "5"),
        ("homie/y/n/p", "6"),
    ]);
    stage.tick(31);
    stage.all(&[("homie/5/x/n/p", "5"), ("homie/y/n/p", "6")]);
    assert_eq!(stage.decoder.claimed_by("homie/y/n/p"), ["plain"]);
    stage.all(&[
        ("homie/y/$homie", "4.0.0"),
        ("homie/y/$nodes", "n"),
        ("homie/y/n/$properties", "p"),
        ("homie/y/n/p/$datatype", "integer"),
    ]);
    assert_eq!(stage.decoder.claimed_by("homie/y/n/p"), ["homie"]);
    assert_snapshot!(stage.take());
    // What a removed device left behind is no device.
    stage
        .say("homie/5/z/$description", r#"{"homie":"5.0","version":1}"#)
        .tick(31);
    assert_snapshot!(stage.take());
}

#[test]
fn what_happened_does_not_happen_again() {
    let bell = r#"{"homie":"5.0","version":1,"nodes":{"bell":{"properties":{"pressed":{"datatype":"boolean","retained":false}}}}}"#;
    let other = r#"{"homie":"5.0","version":2,"nodes":{"bell":{"properties":{"pressed":{"datatype":"boolean","retained":false,"name":"Ding","format":"no,yes"}}}}}"#;
    let mut stage = Stage::new();
    stage.all(&[("homie/5/b/$description", bell), ("homie/5/b/$state", "ready")]);
    stage.bytes("homie/5/b/bell/pressed", b"true", true);
    assert_eq!(stage.values, 1, "the state only");
    stage.say("homie/5/b/bell/pressed", "true");
    assert_eq!(stage.values, 2);
    stage.say("homie/5/b/$description", other);
    assert_eq!(stage.values, 2, "the description does not press: {}", stage.out);
    stage.say("homie/5/b/bell/pressed", "true");
    assert!(
        stage.out.ends_with("bell/pressed = Text(\"yes\")\n"),
        "{}",
        stage.out
    );
}

#[test]
fn the_metadata_extension_names_and_places() {
    let mut stage = Stage::new();
    stage.all(&[
        (
            "homie/5/t/$meta",
            r#"{"$md-owner":"m","$label":"Big thermostat","$room":"living-room"}"#,
        ),
        (
            "homie/5/t/$description",
            r#"{"homie":"5.0","version":1,"name":"T"}"#,
        ),
        ("homie/5/t/$state", "ready"),
        ("homie/5/t/$meta/set", "$label=X"),
        ("homie/5/t/$meta", ""),
    ]);
    assert_snapshot!(stage.take());
}
