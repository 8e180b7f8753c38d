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
            "home/garage_door/set",
            "OPEN",
            "home/garage_door/state",
            "",
            "open",
        ),
        (
            Link::Home,
            "home/office_fan/percentage/set",
            "80",
            "home/office_fan/state",
            "percentage",
            "80.0",
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
            "home/car/lock/set",
            "UNLOCK",
            "home/car/state",
            "locked",
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
            "zigbee2mqtt/Hall light/set",
            r#"{"state":"ON"}"#,
            "zigbee2mqtt/Hall light",
            "state",
            "\"ON\"",
        ),
        (
            Link::Zigbee,
            "zigbee2mqtt/Bedroom radiator/set",
            r#"{"occupied_heating_setpoint":20}"#,
            "zigbee2mqtt/Bedroom radiator",
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
