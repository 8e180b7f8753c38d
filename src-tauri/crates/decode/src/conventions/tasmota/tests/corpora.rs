//! Messages that real devices sent.

use std::path::PathBuf;

use hearthline_model::Value;
use serde_json::Value as Json;

use super::Stage;

fn examples() -> Option<Json> {
    let root = std::env::var("HEARTHLINE_CORPORA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join("tasmota/examples.json")).ok();
    if text.is_none() {
        eprintln!("skipped: no tasmota/examples.json in the corpora");
    }
    text.map(|text| serde_json::from_str(&text).unwrap())
}

/// Every number and text of a message, by its path.
fn leaves(json: &Json, path: &str, out: &mut Vec<(String, Json)>) {
    match json {
        Json::Object(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                leaves(value, &path, out);
            }
        }
        Json::Array(items) => {
            for (ix, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}.{ix}"), out);
            }
        }
        leaf => out.push((path.to_owned(), leaf.clone())),
    }
}

/// Each reading of each sample is a point with its value, and each number of a known quantity has its unit.
#[test]
fn every_reading_of_every_sample() {
    let Some(examples) = examples() else { return };
    let mut stage = Stage::new();
    stage.kept(
        "tasmota/discovery/00000049A3BC/config",
        examples["config"].to_string(),
    );
    assert!(
        stage.out.contains("device tasmota:00000049a3bc \"Tasmota\""),
        "{}",
        stage.out
    );
    let samples = examples["tele_sensor_examples"].as_array().unwrap();
    let (mut points, mut units) = (0, 0);
    for (ix, sample) in samples.iter().enumerate() {
        // One in the announced device's own order of topics, the others of devices that did not announce themselves.
        let (topic, device) = if ix == 0 {
            (
                "tasmota_49A3BC/tele/SENSOR".to_owned(),
                "tasmota:00000049a3bc".to_owned(),
            )
        } else {
            (
                format!("tele/plug_{ix}/SENSOR"),
                format!("tasmota:tele/plug_{ix}"),
            )
        };
        stage.say(&topic, sample.to_string());
        assert_eq!(stage.decoder.claimed_by(&topic), ["tasmota"]);
        let mut found = Vec::new();
        leaves(sample, "", &mut found);
        for (path, leaf) in found {
            if matches!(path.as_str(), "Time" | "TempUnit" | "SpeedUnit") {
                continue;
            }
            let key = format!("{device}|{path}");
            let value = stage
                .values
                .get(&key)
                .unwrap_or_else(|| panic!("no value of {key}"));
            match leaf {
                Json::Number(number) => assert_eq!(value.as_f64(), number.as_f64(), "{key}"),
                Json::String(text) => assert_eq!(value, &Value::text(text), "{key}"),
                other => panic!("{key} is {other}"),
            }
            points += 1;
            let leaf = path.rsplit('.').find(|part| part.parse::<u8>().is_err()).unwrap();
            let unit = stage.units.get(&key).map(String::as_str);
            let want = match leaf {
                "Temperature" => Some("°C"),
                "Humidity" => Some("%"),
                "Voltage" => Some("V"),
                "Current" => Some("A"),
                "Power" => Some("W"),
                "ApparentPower" => Some("VA"),
                "ReactivePower" => Some("var"),
                "Frequency" => Some("Hz"),
                "Period" => Some("Wh"),
                "PhaseAngle" => Some("°"),
                "Total" | "Today" | "Yesterday" | "TotalTariff" | "ExportTariff" | "ExportActive"
                | "ImportActive" => Some("kWh"),
                "ImportReactive" | "ExportReactive" => Some("kvarh"),
                _ if path.starts_with("TX23.Speed") => Some("km/h"),
                _ if path.starts_with("TX23.Dir") && !leaf.contains("Card") => Some("°"),
                _ => None,
            };
            assert_eq!(unit, want, "{key}");
            units += usize::from(unit.is_some());
        }
    }
    let invalid = examples["invalid_json_example"].as_str().unwrap();
    stage.say("tele/broken/SENSOR", invalid);
    for reading in ["Temperature", "Humidity"] {
        assert_eq!(
            stage.values[&format!("tasmota:tele/broken|DHT11.{reading}")],
            Value::Null
        );
    }
    assert_eq!(stage.out.matches("  !").count(), 1, "{}", stage.out);
    assert!(stage.out.contains("! not_a_number"));
    eprintln!("tasmota: 1 config, {points} readings, {units} with a unit, 1 message repaired, 0 ignored");
}
