//! What real software sends, through a real broker: every device is there with its name, place, points and values, everything
//! is stored, and nothing is complained of but what is truly wrong.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;

use hearthline_decode::{Decoder, Event, Message, Options};
use hearthline_engine::view::DeviceView;
use hearthline_model::{Quality, Value};
use hearthline_tests::corpora::folder;
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::sparkplug::{Metric, Payload};
use hearthline_tests::wait::until;
use serde_json::{Value as Json, json};

/// A message to be replayed.
struct Said {
    topic: String,
    payload: Vec<u8>,
    qos: u8,
    retain: bool,
}

impl Said {
    fn new(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            topic: topic.into(),
            payload: payload.into(),
            qos: 1,
            retain: false,
        }
    }
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("a file of the corpus")
}

/// An engine that has taken everything in, with its broker.
async fn replay(messages: &[Said]) -> (Running, Publisher, Mosquitto) {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("corpus", broker.port).await;
    for said in messages {
        publisher
            .send_as(&said.topic, said.payload.clone(), said.qos, said.retain)
            .await;
    }
    publisher
        .settled(messages.iter().filter(|said| said.qos > 0).count())
        .await;
    let id = running.engine.broker_ids()[0];
    running.subscribed(id, broker.port).await;
    everything_is_stored(&running, messages).await;
    (running, publisher, broker)
}

/// As many samples are in the history as the decoder alone makes of the same messages.
async fn everything_is_stored(running: &Running, messages: &[Said]) {
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    let mut transient = Vec::new();
    let mut want = 0;
    for said in messages {
        let message = Message {
            topic: &said.topic,
            payload: &said.payload,
            retain: said.retain,
            at: hearthline_engine::now(),
        };
        decoder.message(&message, &mut events);
        for event in events.drain(..) {
            match event {
                Event::Point { point, desc, .. } if desc.transient => transient.push(point),
                Event::Reading(reading) if !transient.contains(&reading.point) => want += 1,
                _ => {}
            }
        }
    }
    let mut found = 0;
    until(&format!("{want} samples are stored"), async || {
        found = running.engine.data_info().await.ok()?.samples;
        (found >= want).then_some(())
    })
    .await;
    println!("{} messages, {found} samples", messages.len());
    // What is marked as stale where a device went away comes on top.
    let marks: usize = {
        let mut marks = 0;
        for device in running.devices() {
            for point in &device.points {
                let stored = running.stored(point.id).await;
                marks += stored
                    .iter()
                    .filter(|sample| sample.quality == Quality::Stale)
                    .count();
            }
        }
        marks
    };
    let found = running.engine.data_info().await.unwrap().samples;
    assert!(
        found >= want && found <= want + marks as u64,
        "{found} stored, {want} decoded, {marks} marks"
    );
}

/// The points of a device that show a value.
fn with_values(running: &Running, device: &DeviceView) -> Vec<(String, Value)> {
    let shown = |point: &hearthline_engine::view::PointView| {
        let shown = running.shown(point.id)?;
        Some((point.name.clone(), shown.value))
    };
    device.points.iter().filter_map(shown).collect()
}

fn base64(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|byte| {
        Some(u32::from(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }))
    });
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0, 0u32);
    for digit in digits {
        held = held << 6 | digit;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn captures_of_real_libraries() {
    let Some(folder) = folder("live-captures") else {
        return;
    };
    let messages: Vec<Said> = read(&folder, "capture-2026-11-23.jsonl")
        .lines()
        .map(|line| {
            let line: Json = serde_json::from_str(line).unwrap();
            Said {
                topic: line["topic"].as_str().unwrap().into(),
                payload: line["payload"].as_str().map_or_else(
                    || base64(line["payload_b64"].as_str().unwrap_or_default()),
                    |text| text.as_bytes().to_vec(),
                ),
                qos: line["qos"].as_u64().unwrap() as u8,
                retain: line["retain"] == 1,
            }
        })
        .collect();
    let (running, ..) = replay(&messages).await;

    // Home Assistant: four configs, one boiler.
    let boiler = running.known("Boiler").await;
    assert_eq!(
        (boiler.convention.as_str(), boiler.manufacturer.as_deref()),
        ("homeassistant", Some("ACME"))
    );
    let mut values = with_values(&running, &boiler);
    values.sort_by(|a, b| a.0.cmp(&b.0));
    let get = |name: &str| {
        let found = values.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("{name} in {values:?}"), |(_, value)| value.clone())
    };
    assert_eq!(get("Flow temp"), Value::Float(54.3));
    assert_eq!(get("Setpoint"), Value::Float(45.5));
    assert_eq!(get("Burner"), Value::Bool(true));
    assert_eq!(get("Pump"), Value::Bool(true));

    // Sparkplug: nodes and devices in their group, with what they last said before they left.
    let press = running.known("Press 7").await;
    assert!(
        running.place(&press).starts_with("Plant 1"),
        "{}",
        running.place(&press)
    );
    let oil = press
        .points
        .iter()
        .find(|point| point.name.contains("oil"))
        .unwrap();
    assert_eq!((oil.unit.as_deref(), oil.range), (Some("°C"), Some((0.0, 120.0))));
    let stored = running.stored(oil.id).await;
    assert_eq!(
        stored
            .iter()
            .filter(|sample| sample.quality != Quality::Stale)
            .count(),
        6
    );
    assert!(!press.online);
    let edge = running
        .devices()
        .into_iter()
        .filter(|device| device.convention == "sparkplug");
    for device in edge {
        assert!(
            !with_values(&running, &device).is_empty(),
            "{} has values",
            device.name
        );
    }
    let pump = running.known("Pump 1").await;
    assert_eq!(pump.convention, "homie");
    let speed = with_values(&running, &pump)
        .into_iter()
        .find(|(name, _)| name.ends_with("peed"));
    assert_eq!(speed.map(|(_, value)| value), Some(Value::Float(1450.5)));

    let complaints = running.engine.diagnoses(None);
    let told: Vec<_> = complaints
        .iter()
        .filter(|line| line.kind != "ignored")
        .map(|line| (line.kind.as_str(), line.topic.as_str(), line.count))
        .collect();
    // The one thing amiss: pysparkplug dies with the bdSeq of its next life.
    assert_eq!(
        told,
        [("sequence", "spBv1.0/PlantPy/NDEATH/edge1", 1)],
        "{complaints:#?}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arrays_of_the_sparkplug_specification() {
    let Some(folder) = folder("sparkplug-spec-vectors") else {
        return;
    };
    let vectors: Vec<Json> = serde_json::from_str(&read(&folder, "arrays.json")).unwrap();
    let mut metrics = Vec::new();
    let mut want = Vec::new();
    for vector in &vectors {
        let hex = vector["little_endian_hex"]
            .as_str()
            .or(vector["hex_in_spec"].as_str())
            .unwrap();
        let bytes: Option<Vec<u8>> = (0..hex.len() / 2)
            .map(|ix| u8::from_str_radix(&hex[2 * ix..2 * ix + 2], 16).ok())
            .collect();
        // One vector is written with a placeholder digit.
        let Some(bytes) = bytes else { continue };
        let name = vector["type"].as_str().unwrap();
        metrics.push(Metric {
            bytes: Some(bytes),
            ..Metric::of(name, vector["enum"].as_u64().unwrap() as u32)
        });
        want.push((name, vector["values"].clone()));
    }
    assert!(want.len() >= 11);
    let birth = Said::new("spBv1.0/Vectors/NBIRTH/Edge", Payload::birth(metrics).bytes());
    let (running, ..) = replay(&[birth]).await;
    let edge = running.known("Edge").await;
    for (name, values) in want {
        let point = edge
            .points
            .iter()
            .find(|point| point.key == name)
            .unwrap_or_else(|| panic!("{name}"));
        let Value::Text(text) = running.shown(point.id).unwrap().value else {
            panic!("{name} is structured text")
        };
        let shown: Json = serde_json::from_str(&text).unwrap();
        if name == "DateTimeArray" {
            assert_eq!(shown.as_array().unwrap().len(), 2);
        } else {
            assert_eq!(shown, values, "{name}");
        }
    }
    assert!(running.engine.diagnoses(None).is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasmota_as_it_speaks() {
    let Some(folder) = folder("tasmota") else { return };
    let examples: Json = serde_json::from_str(&read(&folder, "examples.json")).unwrap();
    let mut messages = vec![Said {
        retain: true,
        ..Said::new(
            "tasmota/discovery/00000049A3BC/config",
            examples["config"].to_string(),
        )
    }];
    for (ix, sample) in examples["tele_sensor_examples"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        messages.push(Said::new(format!("tele/plug_{ix}/SENSOR"), sample.to_string()));
    }
    let invalid = examples["invalid_json_example"].as_str().unwrap();
    messages.push(Said::new("tele/broken/SENSOR", invalid));
    let (running, mut publisher, _broker) = replay(&messages).await;
    let climate = running.known("Plug 3").await;
    let temperature = climate
        .points
        .iter()
        .find(|point| point.class.as_deref() == Some("temperature"))
        .unwrap();
    running.shows(temperature.id, Value::Float(19.4)).await;
    for ix in 0..4 {
        let plug = running.known(&format!("Plug {ix}")).await;
        assert!(
            !with_values(&running, &plug).is_empty(),
            "{} has values",
            plug.name
        );
    }
    // A sensor that fell off prints nan, which is no JSON: the message counts, its values are unknown.
    let broken = running.known("Broken").await;
    let complaints = running.engine.diagnoses(None);
    let told: Vec<_> = complaints
        .iter()
        .map(|line| (line.kind.as_str(), line.device, line.count))
        .collect();
    assert_eq!(told, [("not_a_number", Some(broken.id), 1)], "{complaints:#?}");
    // Once it reads something, it is a point.
    publisher
        .publish("tele/broken/SENSOR", invalid.replace("nan", "20.5"), false)
        .await;
    let temperature = running.point("Broken", "Temperature").await.id;
    running.shows(temperature, Value::Float(20.5)).await;
    running.stop().await;
}

/// A JSON document in which every path that a template reads is a 1.
fn document(templates: &[&str]) -> Json {
    fn put(node: &mut Json, path: &[&str]) {
        let Some((first, rest)) = path.split_first() else {
            if node.is_null() {
                *node = json!(1);
            }
            return;
        };
        if let Ok(ix) = first.parse::<usize>() {
            if !node.is_array() {
                *node = json!([]);
            }
            let items = node.as_array_mut().expect("an array");
            items.resize(items.len().max(ix + 1), Json::Null);
            return put(&mut items[ix], rest);
        }
        if !node.is_object() {
            *node = json!({});
        }
        put(&mut node[*first], rest);
    }
    let mut document = json!({});
    for template in templates {
        let template = template.replace("['", ".").replace("']", "");
        for read in template.split("value_json.").skip(1) {
            let end = read
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(read.len());
            let path: Vec<&str> = read[..end].split('.').filter(|part| !part.is_empty()).collect();
            put(&mut document, &path);
        }
    }
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_of_shellys_discovery() {
    let Some(folder) = folder("shelly-gen1-ha-templates") else {
        return;
    };
    let corpus: Json = serde_json::from_str(&read(&folder, "shelly_gen1.json")).unwrap();
    let mut messages = Vec::new();
    let mut names = Vec::new();
    for (name, template) in corpus["templates"].as_object().unwrap() {
        let template = template.as_str().unwrap();
        // Those that the script still fills in are no templates yet.
        if template.contains("{{%") || template.contains("{{{{") {
            continue;
        }
        let config = json!({
            "name": name, "uniq_id": name, "stat_t": format!("shellies/{name}"), "val_tpl": template,
            "dev": { "ids": ["shelly"], "name": "Shelly", "mf": "Allterco", "sa": "Workshop" },
        });
        messages.push(Said {
            retain: true,
            ..Said::new(
                format!("homeassistant/sensor/shelly/{name}/config"),
                config.to_string(),
            )
        });
        let payload = if template.contains("value_json") {
            document(&[template]).to_string()
        } else {
            "1".into()
        };
        messages.push(Said::new(format!("shellies/{name}"), payload));
        names.push(name.clone());
    }
    assert!(names.len() > 30, "{}", names.len());
    let (running, ..) = replay(&messages).await;
    assert_eq!(running.devices().len(), 1);
    let shelly = running.known("Shelly").await;
    assert!(running.place(&shelly).ends_with("Workshop"));
    let values = with_values(&running, &shelly);
    let silent: Vec<_> = names
        .iter()
        .filter(|name| !values.iter().any(|(known, _)| known == *name))
        .collect();
    println!("{} templates", names.len());
    assert!(silent.is_empty(), "without a value: {silent:?}");
    let complaints = running.engine.diagnoses(None);
    assert!(complaints.is_empty(), "{complaints:#?}");
    running.stop().await;
}

/// The component and the one value of a property that a device exposes; none for what has parts.
fn component(expose: &Json) -> Option<(&str, Json, Json)> {
    let property = expose["property"].as_str()?;
    let template = format!("{{{{ value_json['{property}'] }}}}");
    let name = expose["label"].as_str().unwrap_or(property);
    let mut config = json!({ "name": name, "val_tpl": template });
    let value = match expose["type"].as_str()? {
        "numeric" => {
            config["p"] = json!("sensor");
            if let Some(unit) = expose["unit"].as_str() {
                config["unit_of_meas"] = json!(unit);
            }
            expose["value_min"].as_f64().map_or(json!(1), |min| json!(min))
        }
        "binary" => {
            config["p"] = json!("binary_sensor");
            config["pl_on"] = expose["value_on"].clone();
            config["pl_off"] = expose["value_off"].clone();
            expose["value_on"].clone()
        }
        "enum" => {
            config["p"] = json!("sensor");
            config["dev_cla"] = json!("enum");
            config["ops"] = expose["values"].clone();
            expose["values"][0].clone()
        }
        _ => return None,
    };
    Some((property, config, value))
}

/// Every third of the 1,845 kinds of Zigbee devices, announced as Zigbee2MQTT announces them: one config a device, one topic.
#[tokio::test(flavor = "multi_thread")]
async fn devices_as_zigbee2mqtt_knows_them() {
    const ROOMS: [&str; 5] = ["Kitchen", "Bath", "Attic", "Hall", "Garage"];
    let Some(folder) = folder("zigbee2mqtt-exposes") else {
        return;
    };
    let text = read(&folder, "exposes.jsonl");
    let mut configs = Vec::new();
    let mut states = Vec::new();
    let mut want = Vec::new();
    for (ix, line) in text.lines().enumerate().step_by(3) {
        let definition: Json = serde_json::from_str(line).unwrap();
        let (mut components, mut state) = (json!({}), json!({}));
        for expose in definition["exposes"].as_array().into_iter().flatten() {
            if let Some((property, mut config, value)) = component(expose) {
                config["uniq_id"] = json!(format!("0x{ix:016x}_{property}"));
                components[property] = config;
                state[property] = value;
            }
        }
        let count = components.as_object().unwrap().len();
        if count == 0 {
            continue;
        }
        let (name, room) = (format!("Zigbee {ix}"), ROOMS[ix % ROOMS.len()]);
        let config = json!({
            "dev": {
                "ids": [format!("zigbee2mqtt_0x{ix:016x}")], "name": name, "sa": room,
                "mf": definition["vendor"], "mdl": definition["description"], "mdl_id": definition["model"],
            },
            "o": { "name": "Zigbee2MQTT" }, "stat_t": format!("zigbee2mqtt/{name}"), "cmps": components,
        });
        configs.push(Said {
            retain: true,
            ..Said::new(
                format!("homeassistant/device/0x{ix:016x}/config"),
                config.to_string(),
            )
        });
        states.push(Said::new(format!("zigbee2mqtt/{name}"), state.to_string()));
        want.push((name, room, definition["vendor"].clone(), state));
    }
    configs.extend(states);
    let (running, ..) = replay(&configs).await;
    let devices = running.devices();
    assert_eq!(devices.len(), want.len());
    let mut checked = 0;
    for (name, room, vendor, state) in &want {
        let device = devices.iter().find(|device| device.name == *name).expect(name);
        assert_eq!(device.manufacturer.as_deref(), vendor.as_str());
        assert!(running.place(device).ends_with(room));
        let values = with_values(&running, device);
        let state = state.as_object().unwrap();
        assert_eq!(values.len(), state.len(), "{name}: {values:?} of {state:?}");
        assert!(
            values.iter().all(|(_, value)| !value.is_null()),
            "{name}: {values:?} of {state:?}"
        );
        checked += values.len();
    }
    println!("{} devices, {checked} points", want.len());
    let complaints = running.engine.diagnoses(None);
    assert!(complaints.is_empty(), "{complaints:#?}");
    running.stop().await;
}
