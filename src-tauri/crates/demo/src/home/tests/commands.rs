//! What the home obeys.

use super::*;

#[test]
fn commands_take_effect_after_a_moment() {
    for (link, topic, payload, state, key, expected) in [
        (
            Link::Home,
            "home/living_thermostat/target/set",
            "23.5",
            "home/living_thermostat/state",
            "target",
            "23.5",
        ),
        (
            Link::Home,
            "home/living_light/set",
            r#"{"state":"ON","brightness":77}"#,
            "home/living_light/state",
            "brightness",
            "77",
        ),
        (
            Link::Home,
            "home/front_lock/set",
            "UNLOCK",
            "home/front_lock/state",
            "",
            "UNLOCKED",
        ),
        (
            Link::Home,
            "home/living_blinds/position/set",
            "40",
            "home/living_blinds/position",
            "",
            "40",
        ),
        (
            Link::Home,
            "home/bedroom_humidifier/target/set",
            "55",
            "home/bedroom_humidifier/state",
            "target",
            "55.0",
        ),
        (
            Link::Home,
            "home/boiler/mode/set",
            "electric",
            "home/boiler/state",
            "mode",
            "\"electric\"",
        ),
        (
            Link::Home,
            "home/vacuum/command",
            "pause",
            "home/vacuum/state",
            "state",
            "\"paused\"",
        ),
        (
            Link::Home,
            "home/wallbox/charge/set",
            "OFF",
            "home/wallbox/state",
            "enabled",
            "false",
        ),
        (
            Link::Home,
            "home/dishwasher/running/set",
            "OFF",
            "home/dishwasher/state",
            "running",
            "false",
        ),
        (
            Link::Home,
            "home/irrigation/set",
            "OPEN",
            "home/irrigation/state",
            "",
            "open",
        ),
        (
            Link::Home,
            "home/solar/limit/set",
            "60",
            "home/solar/state",
            "limit",
            "60.0",
        ),
        (
            Link::Home,
            "home/smoke_hall/test",
            "PRESS",
            "home/smoke_hall/state",
            "smoke",
            "false",
        ),
        (
            Link::Zigbee,
            "zigbee2mqtt/Hall/Hall light/set",
            r#"{"state":"ON"}"#,
            "zigbee2mqtt/Hall/Hall light",
            "state",
            "\"ON\"",
        ),
        (
            Link::Zigbee,
            "zigbee2mqtt/Bedroom/Bedroom radiator/set",
            r#"{"occupied_heating_setpoint":20}"#,
            "zigbee2mqtt/Bedroom/Bedroom radiator",
            "occupied_heating_setpoint",
            "20.0",
        ),
        (
            Link::TvPlug,
            "cmnd/tasmota_5E21C4/POWER",
            "off",
            "tele/tasmota_5E21C4/STATE",
            "POWER",
            "\"OFF\"",
        ),
        (
            Link::DeskPlug,
            "cmnd/tasmota_5E3A90/POWER",
            "TOGGLE",
            "stat/tasmota_5E3A90/POWER",
            "",
            "OFF",
        ),
        (
            Link::Zigbee,
            "zigbee2mqtt/Evening lights/set",
            r#"{"state":"ON","brightness":90}"#,
            "zigbee2mqtt/Kitchen/Ceiling light",
            "brightness",
            "90",
        ),
        (
            Link::Fan,
            "homie/5/office-fan/fan/speed/set",
            "80",
            "homie/5/office-fan/fan/speed",
            "",
            "80",
        ),
        (
            Link::Air,
            "office-air/switch/status_lamp/command",
            "OFF",
            "office-air/switch/status_lamp/state",
            "",
            "OFF",
        ),
        (
            Link::Camera,
            "frigate/driveway/recordings/set",
            "OFF",
            "frigate/driveway/recordings/state",
            "",
            "OFF",
        ),
    ] {
        let mut test = Test::new();
        test.after(2);
        test.home.receive(link, topic, payload.as_bytes());
        let said = test.after(30);
        let value = said
            .get(state)
            .unwrap_or_else(|| panic!("{topic}: nothing on {state}"));
        let value = if key.is_empty() {
            value.clone()
        } else {
            json(value)[key].to_string()
        };
        assert_eq!(value, expected, "{topic}");
    }
}

/// What the garage door's relay answers to a request.
fn rpc(test: &mut Test, request: &str) -> Value {
    let topic = "shellyplus2pm-a8032ab1c2d4/rpc";
    test.home.receive(Link::Garage, topic, request.as_bytes());
    json(&test.after(1)["asker/rpc"])
}

#[test]
fn the_garage_door_answers_calls_as_its_firmware_does() {
    let mut test = Test::new();
    test.after(2);
    let config = rpc(&mut test, r#"{"id":7,"src":"asker","method":"Shelly.GetConfig"}"#);
    assert_eq!(config["id"], 7);
    assert_eq!(config["result"]["sys"]["device"]["name"], "Garage/Garage door");
    let done = rpc(
        &mut test,
        r#"{"id":8,"src":"asker","method":"Cover.GoToPosition","params":{"id":0,"pos":50}}"#,
    );
    assert!(
        done.as_object().is_some_and(|it| it.contains_key("result")),
        "{done}"
    );
    let told = json(&test.after(20)["shellyplus2pm-a8032ab1c2d4/events/rpc"]);
    assert_eq!(
        (&told["method"], &told["params"]["cover:0"]["current_pos"]),
        (&"NotifyStatus".into(), &50.0.into())
    );
    for (request, code) in [
        (
            r#"{"id":9,"src":"asker","method":"Cover.GoToPosition","params":{"id":0,"pos":500}}"#,
            -103,
        ),
        (
            r#"{"id":9,"src":"asker","method":"Cover.Open","params":{"id":3}}"#,
            -105,
        ),
        (
            r#"{"id":9,"src":"asker","method":"Cover.Fly","params":{"id":0}}"#,
            404,
        ),
    ] {
        assert_eq!(rpc(&mut test, request)["error"]["code"], code, "{request}");
    }
    // Nobody could hear an answer there.
    test.home.receive(
        Link::Garage,
        "shellyplus2pm-a8032ab1c2d4/rpc",
        br#"{"id":1,"src":"a/#","method":"Cover.Open"}"#,
    );
    assert!(test.after(1).keys().all(|topic| !topic.contains('#')));
}

#[test]
fn a_plug_answers_what_it_is_asked() {
    let mut test = Test::new();
    test.after(2);
    for (command, payload, topic, key) in [
        ("STATE", "", "stat/tasmota_5E21C4/RESULT", "POWER"),
        ("STATUS", "10", "stat/tasmota_5E21C4/STATUS10", "StatusSNS"),
        ("POWER", "", "stat/tasmota_5E21C4/RESULT", "POWER"),
        ("TelePeriod", "x", "stat/tasmota_5E21C4/RESULT", "Command"),
    ] {
        let asked = format!("cmnd/tasmota_5E21C4/{command}");
        test.home.receive(Link::TvPlug, &asked, payload.as_bytes());
        let answer = json(&test.after(1)[topic]);
        assert!(answer.get(key).is_some(), "{command}: {answer}");
    }
}

#[test]
fn a_phone_says_where_it_is_when_asked_and_when_it_leaves() {
    let mut test = Test::new();
    test.after(30);
    let ask = br#"{"_type":"cmd","action":"reportLocation"}"#;
    test.home.receive(Link::Phone, "owntracks/alex/phone/cmd", ask);
    let location = json(&test.after(1)["owntracks/alex/phone"]);
    assert_eq!(
        (&location["_type"], &location["t"]),
        (&"location".into(), &"r".into())
    );
}

#[test]
fn commands_that_make_no_sense_are_ignored() {
    let mut test = Test::new();
    test.after(2);
    for link in LINKS {
        for topic in test.home.filters(link) {
            for payload in [
                &b""[..],
                b"nan",
                b"1e400",
                b"{",
                b"[[[[",
                b"\xff\xfe",
                b"null",
                br#"{"brightness":-4,"state":7}"#,
            ] {
                test.home.receive(link, &topic, payload);
            }
        }
    }
    let said = test.after(60);
    assert_eq!(json(&said["home/living_thermostat/state"])["target"], 21.5);
}
