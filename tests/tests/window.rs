//! What a person sees and does, on a real mosquitto and in the real window: a device in its room, a gauge that follows, an
//! alarm from raising to clearing, a command that arrives and is confirmed, a trend after a restart.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;

use hearthline_tests::engine;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::window::{Window, app, display, session, welcome};

/// A data folder that knows the broker, as if a person had added it.
async fn prepare(folder: &Path, port: u16) {
    engine::prepare(folder, "Cellar", port).await;
    welcome(folder, "light");
}

/// Three devices by Home Assistant discovery, retained as real ones are.
async fn announce(device: &mut Publisher) {
    let thermometer = r#"{"name":null,"uniq_id":"thermo","stat_t":"kitchen/thermo","unit_of_meas":"°C","dev_cla":"temperature","stat_cla":"measurement","dev":{"ids":"thermo1","name":"Thermo <b>one</b>","sa":"Kitchen"}}"#;
    let lamp = r#"{"name":null,"uniq_id":"lamp","stat_t":"kitchen/lamp","cmd_t":"kitchen/lamp/set","dev":{"ids":"lamp1","name":"Counter lamp","sa":"Kitchen"}}"#;
    let smoke = r#"{"name":null,"uniq_id":"smoke","stat_t":"hall/smoke","dev_cla":"smoke","dev":{"ids":"smoke1","name":"Smoke alarm","sa":"Hall"}}"#;
    for (topic, config) in [
        ("homeassistant/sensor/thermo/config", thermometer),
        ("homeassistant/switch/lamp/config", lamp),
        ("homeassistant/binary_sensor/smoke/config", smoke),
    ] {
        device.publish(topic, config, true).await;
    }
    device.publish("kitchen/thermo", "21.5", true).await;
    device.publish("kitchen/lamp", "OFF", true).await;
    device.publish("hall/smoke", "OFF", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_and_acts() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), broker.port).await;
    let mut device = Publisher::connect("device", broker.port).await;
    announce(&mut device).await;
    device.subscribe("kitchen/lamp/set").await;

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;

    // The device in its room, its hostile name as plain text.
    let kitchen = "[data-test=room][data-room=Kitchen]";
    window.text_with(kitchen, "Thermo <b>one</b>").await;
    assert_eq!(window.count(&format!("{kitchen} b")).await, 0);
    window
        .text_with("[data-test=room][data-room=Hall]", "Smoke alarm")
        .await;

    // Values follow a publish, first the retained one and then each new one.
    window.text_with(kitchen, "21.5").await;
    device.publish("kitchen/thermo", "23.25", true).await;
    window.text_with(kitchen, "23.").await;

    // Frames come as bytes, not as a JSON list of numbers.
    let kind = window
        .client
        .execute_async(
            "const done = arguments[0]; window.__TAURI_INTERNALS__.invoke('frame', { cursor: 0 }).then((b) => done(Object.prototype.toString.call(b)))",
            Vec::new(),
        )
        .await
        .unwrap();
    assert_eq!(kind, "[object ArrayBuffer]");

    // A command arrives at the broker and is confirmed by what the device says.
    window
        .click(&format!(
            "{kitchen} [data-test=tile][data-name='Counter lamp'] [data-test=toggle]"
        ))
        .await;
    let (topic, payload) = device.next().await;
    assert_eq!(
        (topic.as_str(), payload.as_slice()),
        ("kitchen/lamp/set", &b"ON"[..])
    );
    device.publish("kitchen/lamp", "ON", true).await;
    let toggle =
        format!("{kitchen} [data-test=tile][data-name='Counter lamp'] [data-test=toggle][aria-checked=true]");
    window.find(&toggle).await;

    // An alarm: raised, on every view, acknowledged, cleared, in the journal.
    device.publish("hall/smoke", "ON", true).await;
    window.text_with("[data-test=alarm-strip]", "moke").await;
    window.screenshot("window-alarm-raised").await;
    window.go("#/alarms").await;
    window
        .find("[data-test=alarm-row][data-state=unacknowledged]")
        .await;
    window.text_with("[data-test=alarm-strip]", "moke").await;
    window.click("[data-test=acknowledge]").await;
    window
        .find("[data-test=alarm-row][data-state=acknowledged]")
        .await;
    device.publish("hall/smoke", "OFF", true).await;
    window.find("[data-test=no-alarms]").await;
    window.go("#/alarms?tab=journal").await;
    window
        .until("three lines in the journal", async || {
            (window.count("[data-test=journal-row]").await >= 3).then_some(())
        })
        .await;
    window.screenshot("window-journal").await;

    // The explorer shows the topic with its last payload and who claims it.
    window.go("#/explore").await;
    window.fill("[data-test=topic-search]", "kitchen/thermo").await;
    window.text_with("[data-test=topic-row]", "23.25").await;

    // Malformed input is a counted line on the device it came from, in words, and what is good goes on beside it.
    for _ in 0..3 {
        device.publish("kitchen/thermo", "{\"cut", false).await;
    }
    device
        .publish("homeassistant/sensor/bad/config", "{\"name\": 7,", true)
        .await;
    window.go("#/explore?tab=diagnoses").await;
    window
        .text_with("[data-test=diagnosis-group]", "Thermo <b>one</b>")
        .await;
    window
        .find("[data-test=diagnosis-row][data-topic='kitchen/thermo'][data-count='3']")
        .await;
    window
        .find("[data-test=diagnosis-row][data-kind=malformed_json][data-topic='homeassistant/sensor/bad/config']")
        .await;
    window.screenshot("window-diagnoses").await;

    // What was stored is there after a restart, drawn from the database.
    window.go("#/home").await;
    let value = format!("{kitchen} [data-test=tile][data-name^='Thermo'] [data-test=value]");
    window.find(&value).await;
    let point = window
        .script(&format!("return document.querySelector(`{value}`).dataset.point"))
        .await;
    let point = point.as_str().expect("the value names its point").to_owned();
    window.close().await;

    let window = Window::open(folder.path(), &[], &[]).await;
    window.go(&format!("#/point/{point}")).await;
    window.find("[data-test=trend][data-state=ready]").await;
    window
        .until("both values of the first run drawn", async || {
            // A quick run puts both into one bucket, whose lowest and highest then tell of them.
            let drawn = window
                .script(
                    "const trend = document.querySelector('[data-test=trend]');
                     const text = document.body.innerText;
                     return Number(trend.dataset.points) >= 1 && text.includes('21.50') && text.includes('23.25')",
                )
                .await;
            drawn.as_bool().filter(|both| *both)
        })
        .await;
    window.screenshot("window-trend-after-restart").await;
    window.close().await;
}

#[test]
fn a_history_file_of_a_newer_program_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(folder.path().join(hearthline_engine::DATABASE))
        .unwrap()
        .pragma_update(None, "user_version", 9999)
        .unwrap();
    let (mut server, name) = display();
    let ended = session(&name)
        .arg(app())
        .args(["--for", "5s", "--data-dir"])
        .arg(folder.path())
        .output();
    server.kill().ok();
    server.wait().ok();
    let ended = ended.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains("Hearthline cannot start")
            && said.contains("newer Hearthline")
            && !said.contains("panicked"),
        "{said}"
    );
}
