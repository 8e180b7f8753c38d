//! Controls in the real window: an alarm panel that takes a code, a blind on its way, and what only the dialog beside a tile has.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_tests::engine;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::window::{Window, welcome};
use serde_json::{Value as Json, json};

async fn entity(
    device: &mut Publisher,
    component: &str,
    name: &str,
    mut config: Json,
    said: &[(&str, &str)],
) {
    let object = config.as_object_mut().unwrap();
    object.insert("name".into(), Json::Null);
    object.insert("uniq_id".into(), name.into());
    object.insert("dev".into(), json!({ "ids": [name], "name": name, "sa": "Hall" }));
    let topic = format!("homeassistant/{component}/{name}/config");
    device.publish(&topic, config.to_string(), true).await;
    for (topic, payload) in said {
        device.publish(topic, *payload, true).await;
    }
    device.subscribe(&format!("{name}/set")).await;
}

fn tile(name: &str) -> String {
    format!("[data-test=tile][data-name='{name}']")
}

async fn said(device: &mut Publisher, topic: &str, payload: &str) {
    assert_eq!(
        device.next().await,
        (topic.to_owned(), payload.as_bytes().to_vec())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_ways_and_what_lies_beside_a_tile() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    engine::prepare(folder.path(), "Cellar", broker.port).await;
    welcome(folder.path(), "light");
    let mut device = Publisher::connect("devices", broker.port).await;
    let panel = json!({ "stat_t": "Panel/s", "cmd_t": "Panel/set", "code": "7392", "cod_arm_req": false,
        "sup_feat": ["arm_home", "arm_away", "arm_night"], "cmd_tpl": "{{ action }}/{{ code }}" });
    entity(
        &mut device,
        "alarm_control_panel",
        "Panel",
        panel,
        &[("Panel/s", "disarmed")],
    )
    .await;
    let blind = json!({ "stat_t": "Blind/s", "cmd_t": "Blind/set", "tilt_cmd_t": "Blind/set", "tilt_status_t": "Blind/t" });
    entity(
        &mut device,
        "cover",
        "Blind",
        blind,
        &[("Blind/s", "closed"), ("Blind/t", "20")],
    )
    .await;
    let siren =
        json!({ "stat_t": "Siren/s", "cmd_t": "Siren/set", "av_tones": ["bell", "whoop"], "sup_dur": false });
    entity(
        &mut device,
        "siren",
        "Siren",
        siren,
        &[("Siren/s", r#"{"state":"OFF","tone":"bell"}"#)],
    )
    .await;

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    window.go("#/home").await;

    // Armed without a code; on its way until it is.
    let it = tile("Panel");
    window.text_with(&it, "not armed").await;
    window.press(&format!("{it} [data-order=arm_away]")).await;
    said(&mut device, "Panel/set", "ARM_AWAY/None").await;
    device.publish("Panel/s", "arming", true).await;
    window.find(&format!("{it} [data-outcome=accepted]")).await;
    window.text_with(&it, "under way").await;
    device.publish("Panel/s", "armed_away", true).await;
    window.text_with(&it, "armed, away").await;
    // Disarmed with a code alone: a wrong one goes nowhere, and says so.
    for (code, outcome) in [("1111", "refused"), ("7392", "sent")] {
        window.press(&format!("{it} [data-order=disarm]")).await;
        window.find("[data-test=code-input]").await;
        for digit in code.chars() {
            window
                .press(&format!("[data-test=code-key][data-key='{digit}']"))
                .await;
        }
        window.screenshot("controls-code").await;
        window.press("[data-test=code-yes]").await;
        window.find(&format!("{it} [data-outcome={outcome}]")).await;
        if outcome == "refused" {
            window.text_with(&it, "code is not right").await;
        }
    }
    said(&mut device, "Panel/set", "DISARM/7392").await;
    device.publish("Panel/s", "disarmed", true).await;
    window.text_with(&it, "not armed").await;

    // A blind opens; its tilt is in the dialog.
    let it = tile("Blind");
    window.press(&format!("{it} [data-test=open]")).await;
    said(&mut device, "Blind/set", "OPEN").await;
    device.publish("Blind/s", "opening", true).await;
    window.find(&format!("{it} [data-outcome=accepted]")).await;
    window.press(&format!("{it} [data-test=stop]")).await;
    said(&mut device, "Blind/set", "STOP").await;
    device.publish("Blind/s", "stopped", true).await;
    window.find(&format!("{it} [data-outcome=confirmed]")).await;
    window.press(&format!("{it} [data-test=more-open]")).await;
    window
        .press("[data-test=more-control][data-role=tilt] [data-test=more]")
        .await;
    said(&mut device, "Blind/set", "21").await;
    device.publish("Blind/t", "21", true).await;
    window
        .find("[data-test=more-control][data-role=tilt] [data-outcome=confirmed]")
        .await;
    window.screenshot("controls-more").await;
    window.press("[data-test=dialog-close]").await;
    window.screenshot("controls-home").await;
    window.close().await;
}
