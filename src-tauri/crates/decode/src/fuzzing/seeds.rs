//! Good scripts to begin with: our own, a file a target, and those that the corpora hold where they are there.
//!
//! A line of a file is `topic<tab>payload` (`hex:` before bytes that are no text, `kept:` before a topic that the broker repeats),
//! or `!` and a person's rules as JSON; an empty line ends a script. In the file of the template engine a line is a template, a tab, and
//! a payload.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

use super::TARGETS;
use super::census::shelly;
use super::script::{SEPARATOR, join, say};

/// Most scripts that a corpus gives; there are thousands of Zigbee definitions, each much like the next.
const MOST: usize = 400;
/// Lines that are more than a script can hold are continued in the next.
const LINES: usize = 40;

fn file(target: &str) -> &'static str {
    match target {
        "homeassistant" => include_str!("seeds/homeassistant.txt"),
        "zigbee2mqtt" => include_str!("seeds/zigbee2mqtt.txt"),
        "tasmota" => include_str!("seeds/tasmota.txt"),
        "shelly" => include_str!("seeds/shelly.txt"),
        "esphome" => include_str!("seeds/esphome.txt"),
        "homie" => include_str!("seeds/homie.txt"),
        "owntracks" => include_str!("seeds/owntracks.txt"),
        "teslamate" => include_str!("seeds/teslamate.txt"),
        "wearable" => include_str!("seeds/wearable.txt"),
        "frigate" => include_str!("seeds/frigate.txt"),
        "sparkplug" => include_str!("seeds/sparkplug.txt"),
        "opcua" => include_str!("seeds/opcua.txt"),
        "mtconnect" => include_str!("seeds/mtconnect.txt"),
        "uns" => include_str!("seeds/uns.txt"),
        "gateways" => include_str!("seeds/gateways.txt"),
        "plain" => include_str!("seeds/plain.txt"),
        "taught" => include_str!("seeds/taught.txt"),
        "template" => include_str!("seeds/template.txt"),
        _ => "",
    }
}

/// The topics of a target's own seeds, the commonest first: what a script names by a number.
pub(super) fn topics(target: &str) -> &'static [String] {
    static ALL: OnceLock<BTreeMap<&'static str, Vec<String>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        TARGETS
            .iter()
            .map(|target| {
                let mut count: BTreeMap<&str, usize> = BTreeMap::new();
                for line in file(target).lines().filter(|line| !line.starts_with('!')) {
                    if let Some((topic, _)) = line.split_once('\t') {
                        *count.entry(topic.trim_start_matches("kept:")).or_default() += 1;
                    }
                }
                let mut topics: Vec<(&str, usize)> = count.into_iter().collect();
                topics.sort_by_key(|&(topic, count)| (std::cmp::Reverse(count), topic));
                let topics = topics.into_iter().take(64).map(|(topic, _)| topic.to_owned());
                (*target, topics.collect())
            })
            .collect()
    });
    all.get(target).map_or(&[], Vec::as_slice)
}

/// All scripts of a target; `corpora` is the folder of payloads that real devices sent.
pub fn seeds(target: &str, corpora: Option<&Path>) -> Vec<Vec<u8>> {
    let mut out = own(target);
    if let Some(root) = corpora {
        out.extend(real(target, root));
    }
    out
}

fn own(target: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut records: Vec<Vec<u8>> = Vec::new();
    for line in file(target).lines().chain([""]) {
        if target == "template" {
            if let Some((source, payload)) = line.split_once('\t') {
                out.push(join(&[source.as_bytes(), payload.as_bytes()]));
            }
            continue;
        }
        if (line.is_empty() || records.len() >= LINES) && !records.is_empty() {
            out.push(join(&records));
            records.clear();
        }
        if let Some(rules) = line.strip_prefix('!') {
            records.push([b"\xe4", rules.as_bytes()].concat());
        } else if let Some((topic, payload)) = line.split_once('\t') {
            let (topic, retain) = topic
                .strip_prefix("kept:")
                .map_or((topic, false), |topic| (topic, true));
            let payload = payload
                .strip_prefix("hex:")
                .map_or_else(|| payload.as_bytes().to_vec(), hex);
            records.push(say(topic, &payload, retain));
        }
    }
    out
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| {
        text.get(at..at + 2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
    };
    (0..text.len() / 2).filter_map(|ix| digit(2 * ix)).collect()
}

pub(super) fn real(target: &str, root: &Path) -> Vec<Vec<u8>> {
    let text = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let json = |path: &str| serde_json::from_str::<Json>(&text(path)?).ok();
    match target {
        "homeassistant" => [heard_discovery(root), schema(root)].concat(),
        "sparkplug" => captured(
            &text("live-captures/capture-2026-11-23.jsonl").unwrap_or_default(),
            &["spBv1.0/"],
        ),
        "homie" => captured(
            &text("live-captures/capture-2026-11-23.jsonl").unwrap_or_default(),
            &["homie/"],
        ),
        "tasmota" => json("tasmota/examples.json").iter().map(tasmota).collect(),
        "shelly" => json("shelly-gen1-ha-templates/shelly_gen1.json")
            .iter()
            .flat_map(|it| shelly(&it["topics"]))
            .collect(),
        "zigbee2mqtt" => {
            let lines = text("zigbee2mqtt-exposes/exposes.jsonl").unwrap_or_default();
            let step = (lines.lines().count() / MOST).max(1);
            let lines = lines.lines().step_by(step).filter(|line| line.len() < 20_000);
            lines
                .filter_map(|line| serde_json::from_str(line).ok())
                .map(|it| zigbee(&it))
                .collect()
        }
        "template" => {
            let mut out = Vec::new();
            for case in json("ha-templates/jinja2_vs_minijinja.json")
                .iter()
                .filter_map(Json::as_array)
                .flatten()
            {
                let part = |key: &str| case[key].as_str().unwrap_or_default().as_bytes();
                out.push(join(&[part("template"), part("value")]));
            }
            if let Some(json) = json("shelly-gen1-ha-templates/shelly_gen1.json") {
                let sources = json["templates"].as_object().into_iter().flat_map(Map::values);
                out.extend(sources.filter_map(Json::as_str).map(|source| {
                    let source = source.replace("{{%", "{%").replace("%}}", "%}");
                    join(&[
                        source.as_bytes(),
                        br#"{"bat":{"value":88},"ison":true,"temp":4000,"thermostats":[{"pos":40}]}"#,
                    ])
                }));
            }
            out
        }
        _ => Vec::new(),
    }
}

/// What libraries announced to Home Assistant.
pub(super) fn heard_discovery(root: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(root.join("live-captures/capture-2026-11-23.jsonl"));
    captured(&text.unwrap_or_default(), &["homeassistant/", "hmd/"])
}

/// Each platform of Home Assistant with all of its options.
pub(super) fn schema(root: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(root.join("ha-mqtt-schema/platform_options.json"));
    let json = serde_json::from_str::<Json>(&text.unwrap_or_default());
    json.iter().flat_map(platforms).collect()
}

/// Messages that were heard, those on topics that begin so.
fn captured(lines: &str, begins: &[&str]) -> Vec<Vec<u8>> {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let mut records = Vec::new();
    for line in lines.lines() {
        let Ok(json) = serde_json::from_str::<Json>(line) else {
            continue;
        };
        let topic = json["topic"].as_str().unwrap_or_default();
        if begins.iter().any(|begin| topic.starts_with(begin)) {
            let payload = json["payload"].as_str().map(|text| text.as_bytes().to_vec());
            let payload = payload.or_else(|| engine.decode(json["payload_b64"].as_str()?).ok());
            records.push(say(topic, &payload.unwrap_or_default(), json["retain"] == 1));
        }
    }
    records.chunks(LINES).map(join).collect()
}

/// A config of each platform with every option that it has, and a value on each of its topics.
fn platforms(json: &Json) -> Vec<Vec<u8>> {
    let script = |(component, config): (String, Map<String, Json>)| {
        let topic = format!("homeassistant/{component}/x/config");
        let mut records = Vec::new();
        for topic in config.iter().filter(|(name, _)| name.ends_with("topic")) {
            records.extend(topic.1.as_str().map(|topic| say(topic, b"50", false)));
        }
        let config = Json::Object(config).to_string();
        records.insert(0, say(&topic, config.as_bytes(), true));
        join(&records)
    };
    platform_configs(json).into_iter().map(script).collect()
}

/// A config of each platform with every option that it has, and its component.
pub(super) fn platform_configs(json: &Json) -> Vec<(String, Map<String, Json>)> {
    let platforms = json.as_object().into_iter().flatten();
    // What all platforms share is none itself, nor are the triggers of automations that a person writes.
    platforms
        .filter(|(platform, _)| !matches!(platform.as_str(), "__init__" | "schemas" | "trigger" | "util"))
        .map(|(platform, options)| {
            let (component, schema) = platform.split_once('/').unwrap_or((platform, "schema_basic"));
            let component = if component == "device_trigger" {
                "device_automation"
            } else {
                component
            };
            let mut config = Map::new();
            for name in options.as_object().into_iter().flat_map(Map::keys) {
                let value: Json = if name.ends_with("topic") {
                    format!("it/{name}").into()
                } else if name.ends_with("template") {
                    "{{ value_json.a | default(value) }}".into()
                } else if name.ends_with("modes")
                    || name.ends_with("list")
                    || name.ends_with("tones")
                    || name == "options"
                {
                    serde_json::json!(["off", "auto"])
                } else {
                    options[name]["default"].clone()
                };
                if !value.is_null() {
                    config.insert(name.clone(), value);
                }
            }
            config.insert("schema".into(), schema.trim_start_matches("schema_").into());
            config.insert("unique_id".into(), platform.as_str().into());
            (component.to_owned(), config)
        })
        .collect()
}

fn tasmota(json: &Json) -> Vec<u8> {
    let mut records = vec![say(
        "tasmota/discovery/00000049A3BC/config",
        json["config"].to_string().as_bytes(),
        true,
    )];
    for (ix, sample) in json["tele_sensor_examples"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let topic = if ix == 0 {
            "tasmota_49A3BC/tele/SENSOR".to_owned()
        } else {
            format!("tele/plug_{ix}/SENSOR")
        };
        records.push(say(&topic, sample.to_string().as_bytes(), false));
    }
    let broken = json["invalid_json_example"].as_str().unwrap_or_default();
    records.push(say("tele/broken/SENSOR", broken.as_bytes(), false));
    join(&records)
}

/// Each topic of a device with what is said there.
fn shelly(topics: &Json) -> Vec<Vec<u8>> {
    let records: Vec<Vec<u8>> = shelly::TOPICS
        .iter()
        .map(|(name, payload, _)| say(&shelly::full(name, topics), payload.as_bytes(), false))
        .collect();
    records.chunks(LINES).map(join).collect()
}

/// A list of one device, and a state with a value for each plain property.
pub(super) fn zigbee(definition: &Json) -> Vec<u8> {
    let devices = serde_json::json!([{
        "ieee_address": "0x00158d0001abcdef", "friendly_name": "thing", "type": "EndDevice", "supported": true,
        "definition": {"model": definition["model"], "vendor": definition["vendor"], "exposes": definition["exposes"]},
    }]);
    let mut state = Map::new();
    for expose in definition["exposes"].as_array().into_iter().flatten() {
        let parts = expose["features"]
            .as_array()
            .map_or(std::slice::from_ref(expose), Vec::as_slice);
        for part in parts {
            if let Some(property) = part["property"].as_str() {
                let first = part["values"][0].clone();
                let value = if first.is_null() {
                    part["value_on"].clone()
                } else {
                    first
                };
                state.insert(
                    property.to_owned(),
                    if value.is_null() { 7.into() } else { value },
                );
            }
        }
    }
    join(&[
        say("zigbee2mqtt/bridge/devices", devices.to_string().as_bytes(), true),
        say(
            "zigbee2mqtt/thing",
            Json::Object(state).to_string().as_bytes(),
            false,
        ),
    ])
}

/// The folder of real payloads, where it is.
pub fn corpora() -> Option<PathBuf> {
    let root = std::env::var_os("HEARTHLINE_CORPORA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    root.is_dir().then_some(root)
}

/// Words that a fuzzer may put in: what conventions look for.
pub(super) const WORDS: &[&[u8]] = &[
    SEPARATOR,
    b"null",
    b"true",
    b"-1",
    b"1e308",
    b"1e999",
    b"NaN",
    b"18446744073709551616",
    b"\"\"",
    b"{}",
    b"[]",
    b"{{ value_json.a }}",
    b"{% for i in range(9) %}{{ i }}{% endfor %}",
    b"\xf0\x9f\x8f\xa1",
    b"\xff",
    b"/",
    b"~",
    b"online",
    b"ON",
];
