//! A device that a real library published.

use std::path::PathBuf;

use super::Stage;

#[test]
fn a_pump_of_a_real_library() {
    let root = std::env::var("HEARTHLINE_CORPORA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(root.join("live-captures/capture-2026-11-23.jsonl")) else {
        eprintln!("skipped: no live capture in the corpora");
        return;
    };
    let mut messages: Vec<(String, String)> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter_map(|it| {
            Some((
                it["topic"].as_str()?.to_owned(),
                it["payload"].as_str()?.to_owned(),
            ))
        })
        .filter(|(topic, _)| topic.starts_with("homie/"))
        .collect();
    assert_eq!(messages.len(), 26);
    let lines = |stage: &Stage, list: &[&str]| {
        for line in list {
            assert!(stage.out.contains(line), "{line} in {}", stage.out);
        }
    };
    let settled = [
        "motor/speed \"Speed\" sensor/Number/Value unit=rpm",
        "motor/on \"On\" switch/Bool/Switch takes=value",
        "$stats/uptime \"Uptime\" sensor/Number/Value unit=s class=duration expires=180 category=Diagnostic",
        "motor/speed = Float(1450.5)",
        "firmware=fw 1.0",
        "model=nodejs:homie-device",
    ];
    let mut stage = Stage::new();
    for (topic, payload) in &messages {
        stage.say(topic, payload);
    }
    lines(&stage, &settled);
    lines(
        &stage,
        &[
            "device 0 homie:pump-1 \"Pump 1\" []",
            "$state = Text(\"ready\")",
            "$state = Text(\"lost\")\n  device 0 offline",
        ],
    );
    stage.tick(60);
    assert!(stage.told.is_empty(), "nothing to explain: {}", stage.out);
    assert_eq!(stage.plain, 0);
    // The same retained messages in the opposite order come to the same.
    messages.reverse();
    let mut stage = Stage::new();
    for (topic, payload) in &messages {
        stage.bytes(topic, payload.as_bytes(), true);
    }
    stage.tick(60);
    lines(&stage, &settled);
    assert!(stage.told.is_empty(), "nothing to explain: {}", stage.out);
    assert_eq!(stage.plain, 0);
}
