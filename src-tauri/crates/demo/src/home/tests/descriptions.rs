//! Who is there: descriptions and topics.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

#[test]
fn every_description_is_json_with_a_device_a_room_and_a_unique_id() {
    let messages = Test::new().announced();
    let configs: Vec<_> = messages
        .iter()
        .filter(|m| m.topic.starts_with("homeassistant/"))
        .collect();
    assert!(configs.len() >= 25, "{}", configs.len());
    let (mut devices, mut unique) = (BTreeMap::new(), BTreeSet::new());
    for message in configs {
        assert!(
            message.retain && message.topic.ends_with("/config"),
            "{}",
            message.topic
        );
        let config = json(std::str::from_utf8(&message.payload).expect("text"));
        let device = config.get("device").or(config.get("dev")).expect("a device");
        let id = device
            .get("identifiers")
            .or(device.get("ids"))
            .expect("identifiers")
            .to_string();
        // Zigbee2MQTT has the room in the name.
        let name = device["name"].as_str().unwrap_or_default();
        let area = device
            .get("suggested_area")
            .or(device.get("sa"))
            .and_then(Value::as_str)
            .or(name.split_once('/').map(|(room, _)| room))
            .unwrap_or_default();
        devices.insert(id, area.to_owned());
        let entities = match config.get("components").and_then(Value::as_object) {
            Some(components) => components.values().cloned().collect(),
            None => vec![config.clone()],
        };
        for entity in entities {
            let id = entity
                .get("unique_id")
                .or(entity.get("uniq_id"))
                .expect("a unique id")
                .to_string();
            assert!(unique.insert(id.clone()), "{id} twice");
        }
    }
    assert!(devices.len() >= 20, "{}", devices.len());
    assert!(unique.len() > 70, "{}", unique.len());
    let rooms: BTreeSet<_> = devices.values().map(String::as_str).collect();
    for room in [
        "Living room",
        "Kitchen",
        "Bedroom",
        "Bathroom",
        "Hall",
        "Office",
        "Cellar",
        "Garage",
        "Garden",
        "Roof",
    ] {
        assert!(rooms.contains(room), "{room}");
    }
}

/// The topics that a description names, by whether their key says that they are for commands.
fn topics(config: &Value, base: &str, found: &mut Vec<(bool, String)>) {
    match config {
        Value::Object(fields) => {
            let base = fields.get("~").and_then(Value::as_str).unwrap_or(base);
            for (key, value) in fields {
                match value {
                    Value::String(topic) if key.ends_with("topic") || key.ends_with("_t") || key == "t" => {
                        let command =
                            key.contains("command") || key.contains("cmd") || key.starts_with("set_");
                        found.push((command, topic.replace('~', base)));
                    }
                    _ => topics(value, base, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| topics(item, base, found)),
        _ => {}
    }
}

#[test]
fn every_topic_of_a_description_is_spoken_on_or_listened_to() {
    let mut test = Test::new();
    let messages = test.announced();
    let mut spoken: Vec<String> = messages.iter().map(|m| m.topic.clone()).collect();
    spoken.extend(test.after(30).into_keys());
    let heard: Vec<String> = LINKS.iter().flat_map(|link| test.home.filters(*link)).collect();
    for message in messages.iter().filter(|m| m.topic.starts_with("homeassistant/")) {
        let mut found = Vec::new();
        topics(
            &json(std::str::from_utf8(&message.payload).expect("text")),
            "",
            &mut found,
        );
        assert!(!found.is_empty(), "{}", message.topic);
        for (command, topic) in found {
            // An event has no state until it happens.
            let known = if command {
                heard.contains(&topic)
            } else {
                spoken.contains(&topic) || topic.ends_with("/ring")
            };
            assert!(known, "{}: {topic}", message.topic);
        }
    }
}

#[test]
fn descriptions_look_like_this() {
    let messages = Test::new().announced();
    let config = |topic: &str| {
        let message = messages.iter().find(|m| m.topic == topic).expect("announced");
        json(std::str::from_utf8(&message.payload).expect("text"))
    };
    insta::assert_json_snapshot!(serde_json::json!({
        "device form": config("homeassistant/device/living_thermostat/config"),
        "single form": config("homeassistant/lock/front_lock/lock/config"),
        "short form": config("homeassistant/event/doorbell_ring/config"),
        "zigbee2mqtt": config("homeassistant/binary_sensor/0x00158d0004d10001/contact/config"),
        "tasmota": config("tasmota/discovery/C44F335E21C4/config"),
    }));
}

#[test]
fn the_bridge_lists_all_its_devices() {
    let messages = Test::new().announced();
    let list = messages
        .iter()
        .find(|m| m.topic == "zigbee2mqtt/bridge/devices")
        .expect("the list");
    let list = json(std::str::from_utf8(&list.payload).expect("text"));
    let names: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|d| d["friendly_name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Coordinator",
            "Hall/Hall motion",
            "Hall/Front door",
            "Kitchen/Kitchen window",
            "Bedroom/Bedroom window",
            "Cellar/Cellar leak",
            "Bedroom/Bedroom radiator",
            "Hall/Hall light",
            "Kitchen/Ceiling light"
        ]
    );
}
