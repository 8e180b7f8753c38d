//! Homie 2, 3 and 4.

use hearthline_model::Value;
use insta::assert_snapshot;

use super::Stage;

/// As an ESP8266 with Homie 3 announces itself.
const LAMP: &[(&str, &str)] = &[
    ("homie/kitchen-lamp/$state", "init"),
    ("homie/kitchen-lamp/$homie", "3.0.1"),
    ("homie/kitchen-lamp/$name", "Kitchen lamp"),
    ("homie/kitchen-lamp/$mac", "5C:CF:7F:B9:75:7A"),
    ("homie/kitchen-lamp/$localip", "192.168.0.10"),
    ("homie/kitchen-lamp/$fw/name", "lamp-firmware"),
    ("homie/kitchen-lamp/$fw/version", "1.2.0"),
    ("homie/kitchen-lamp/$fw/checksum", "a6b1"),
    ("homie/kitchen-lamp/$implementation", "esp8266"),
    ("homie/kitchen-lamp/$implementation/config", "{\"wifi\":{}}"),
    ("homie/kitchen-lamp/$stats", "uptime,signal"),
    ("homie/kitchen-lamp/$stats/interval", "60"),
    ("homie/kitchen-lamp/$nodes", "light"),
    ("homie/kitchen-lamp/light/$name", "Light"),
    ("homie/kitchen-lamp/light/$type", "dimmer"),
    ("homie/kitchen-lamp/light/$properties", "power,level,color"),
    ("homie/kitchen-lamp/light/power/$name", "Power"),
    ("homie/kitchen-lamp/light/power/$settable", "true"),
    ("homie/kitchen-lamp/light/power/$datatype", "boolean"),
    ("homie/kitchen-lamp/light/level/$name", "Level"),
    ("homie/kitchen-lamp/light/level/$settable", "true"),
    ("homie/kitchen-lamp/light/level/$datatype", "integer"),
    ("homie/kitchen-lamp/light/level/$format", "0:255"),
    ("homie/kitchen-lamp/light/color/$settable", "true"),
    ("homie/kitchen-lamp/light/color/$datatype", "color"),
    ("homie/kitchen-lamp/light/color/$format", "hsv"),
    ("homie/kitchen-lamp/$state", "ready"),
    ("homie/kitchen-lamp/$stats/uptime", "120"),
    ("homie/kitchen-lamp/$stats/signal", "72"),
    ("homie/kitchen-lamp/light/power", "true"),
    ("homie/kitchen-lamp/light/level", "51"),
    ("homie/kitchen-lamp/light/color", "120,100,50"),
    ("homie/kitchen-lamp/light/power/set", "false"),
];

/// The last description of each point and the last value, by key.
fn outcome(text: &str) -> Vec<String> {
    let mut last = std::collections::BTreeMap::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("point of 0: ") {
            last.insert(
                format!("point {}", rest.split(' ').next().unwrap()),
                line.to_owned(),
            );
        } else if let Some((key, _)) = line.split_once(" = ") {
            last.insert(
                format!("value {key}"),
                line.trim_end_matches(" (earlier)").to_owned(),
            );
        } else if line.starts_with("device 0 homie:") {
            last.insert("device".to_owned(), line.to_owned());
        }
    }
    last.into_values().collect()
}

#[test]
fn a_lamp_of_homie_3() {
    let mut stage = Stage::new();
    stage.all(LAMP);
    assert_snapshot!(stage.take());
    stage
        .set("light/power", Value::Bool(false))
        .set("light/level", Value::Int(100))
        .set("light/level", Value::Int(101))
        .set("light/color", Value::text("#ffff00"));
    assert_snapshot!(stage.take());
    stage.tick(40);
    stage.all(&[
        ("homie/kitchen-lamp/$state", "alert"),
        ("homie/kitchen-lamp/$state", "sleeping"),
        ("homie/kitchen-lamp/$state", "lost"),
        ("homie/$broadcast/alert", "Intruder"),
    ]);
    assert_snapshot!(stage.take());
}

#[test]
fn the_order_of_retained_attributes_does_not_matter() {
    let mut forward = Stage::new();
    forward.all(LAMP);
    let want = outcome(&forward.out);
    assert!(want.len() > 12, "{want:?}");
    for turn in 0..LAMP.len() {
        for reversed in [false, true] {
            let mut order: Vec<_> = LAMP
                .iter()
                .filter(|(_, payload)| *payload != "init")
                .copied()
                .collect();
            if reversed {
                order.reverse();
            }
            let turn = turn % order.len();
            order.rotate_left(turn);
            let mut stage = Stage::new();
            for (topic, payload) in order {
                stage.bytes(topic, payload.as_bytes(), true);
            }
            assert_eq!(
                outcome(&stage.out),
                want,
                "turned by {turn}, reversed {reversed}: {}",
                stage.out
            );
            assert_eq!(stage.plain, 0);
        }
    }
}

#[test]
fn arrays_and_ranges_have_a_node_or_property_each() {
    let mut stage = Stage::new();
    stage.all(&[
        ("devices/car/lights_1/intensity", "100"),
        ("devices/car/$homie", "3.0.0"),
        ("devices/car/$name", "Car"),
        ("devices/car/$nodes", "lights[]"),
        ("devices/car/lights/$name", "Lights"),
        ("devices/car/lights/$properties", "intensity"),
        ("devices/car/lights/$array", "0-1"),
        ("devices/car/lights/intensity/$datatype", "integer"),
        ("devices/car/lights/intensity/$settable", "true"),
        ("devices/car/lights/intensity/$unit", "%"),
        ("devices/car/lights_0/$name", "Back lights"),
        ("devices/car/$state", "ready"),
        ("devices/car/lights_0/intensity", "0"),
    ]);
    stage.set("lights_1/intensity", Value::Int(50));
    stage.all(&[("devices/car/lights/$array", "0-0")]);
    assert_snapshot!(stage.take());
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/strip/$homie", "2.0.1"),
        ("homie/strip/$online", "true"),
        ("homie/strip/leds/$type", "led"),
        ("homie/strip/leds/$properties", "led[1-2]:settable,total"),
        ("homie/strip/leds/led_1", "on"),
        ("homie/strip/leds/total", "2.5"),
        ("homie/strip/$online", "false"),
    ]);
    stage.set("leds/led_1", Value::text("off"));
    assert_snapshot!(stage.take());
}

#[test]
fn nodes_and_properties_vanish_and_removed_devices_go() {
    let mut stage = Stage::new();
    stage.all(LAMP);
    stage.take();
    stage.all(&[
        ("homie/kitchen-lamp/light/$properties", "power,level"),
        ("homie/kitchen-lamp/light/color", "1,2,3"),
        ("homie/kitchen-lamp/$nodes", "other"),
    ]);
    assert_snapshot!(stage.take());
    // Everything is cleared, one topic after another, in the order of the topics.
    let mut stage = Stage::new();
    stage.all(LAMP);
    stage.take();
    let mut topics: Vec<&str> = LAMP
        .iter()
        .map(|(topic, _)| *topic)
        .filter(|topic| !topic.ends_with("/set"))
        .collect();
    topics.sort_unstable();
    topics.dedup();
    for topic in &topics {
        stage.say(topic, "");
    }
    let gone = stage.take();
    assert!(gone.contains("device 0 gone"), "{gone}");
    assert!(
        !gone.contains("device 0 homie:") || gone.rfind("device 0 gone") > gone.rfind("device 0 homie:"),
        "{gone}"
    );
    assert_eq!(gone.matches("device 0 gone").count(), 1, "{gone}");
    // The will of its broken connection does not bring it back; a new announcement does, as the same.
    stage.say("homie/kitchen-lamp/$state", "lost");
    assert_eq!(stage.take().lines().count(), 1);
    stage.all(LAMP);
    let back = stage.take();
    assert!(back.contains("device 0 homie:kitchen-lamp"), "{back}");
    assert!(back.contains("light/level = Int(20)"), "{back}");
    assert_eq!(stage.plain, 0);
}

#[test]
fn homie_4_with_momentary_values_and_what_is_missing_is_told() {
    let mut stage = Stage::new();
    stage.all(&[
        ("homie/bell/$homie", "4.0.0"),
        ("homie/bell/$name", "Hallway/Bell"),
        ("homie/bell/$extensions", "org.homie.legacy-firmware:0.1.1:[4.x]"),
        ("homie/bell/$nodes", "button,clock,ghost"),
        ("homie/bell/button/$name", "Button"),
        ("homie/bell/button/$properties", "press,chime,volume"),
        ("homie/bell/button/press/$datatype", "enum"),
        ("homie/bell/button/press/$format", "single,double"),
        ("homie/bell/button/press/$retained", "false"),
        ("homie/bell/button/chime/$datatype", "boolean"),
        ("homie/bell/button/chime/$retained", "false"),
        ("homie/bell/button/chime/$settable", "true"),
        ("homie/bell/button/volume/$datatype", "percent"),
        ("homie/bell/clock/$properties", "now,since,loose"),
        ("homie/bell/clock/now/$datatype", "datetime"),
        ("homie/bell/clock/since/$datatype", "duration"),
        ("homie/bell/clock/since/$format", "x"),
        ("homie/bell/$state", "ready"),
        ("homie/bell/button/press", "double"),
        ("homie/bell/button/volume", "7"),
        ("homie/bell/clock/loose", "21.5"),
        ("homie/bell/clock/loose", "warm"),
        ("homie/bell/$tags", "a,b"),
        ("homie/bell/clock/now/$meta/x/$key", "HomeKit"),
    ]);
    stage.set("button/chime", Value::Null);
    stage.tick(31);
    assert_snapshot!(stage.take());
}
