//! Alarms for many points at once in the real window: usual ones switched off and back, a rule tried and saved, overridden at a
//! point and given way to again, a group with its first and its leader; and catch-up data of Sparkplug by a real broker.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::time::{SystemTime, UNIX_EPOCH};

use hearthline_model::{AlarmState, Condition, ConditionKind, Priority, Transition, Value};
use hearthline_tests::axe;
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::sparkplug::{Metric, Payload};
use hearthline_tests::wait::until;
use hearthline_tests::window::{Window, welcome};
use serde_json::json;

const SETTINGS: &str = "#/settings?section=alarms";

/// Two freezers in a cellar, as Home Assistant's discovery has them.
async fn announce(device: &mut Publisher) {
    for (id, name) in [("chest", "Chest freezer"), ("tall", "Tall freezer")] {
        let config = json!({
            "name": "Temperature", "uniq_id": id, "stat_t": format!("{id}/t"), "unit_of_meas": "°C",
            "dev_cla": "temperature", "stat_cla": "measurement",
            "dev": { "ids": id, "name": name, "sa": "Cellar" },
        });
        let topic = format!("homeassistant/sensor/{id}/config");
        device.publish(&topic, config.to_string(), true).await;
    }
    for value in ["-10", "-20"] {
        device.publish("tall/t", value, true).await;
        device.publish("chest/t", value, true).await;
    }
}

/// Chooses in a select.
async fn choose(window: &Window, css: &str, value: &str) {
    window.find(css).await;
    let script = format!(
        "const select = document.querySelector({}); select.value = {}; \
         select.dispatchEvent(new Event('change', {{ bubbles: true }})); return null",
        json!(css),
        json!(value)
    );
    window.script(&script).await;
}

async fn pictures(window: &Window, name: &str) {
    window
        .pictures_once(&format!("alarm-rules-{name}"), async || drawn(window).await)
        .await;
}

/// Two drawn frames: what was asked for is on the display.
async fn drawn(window: &Window) {
    let script = "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 300)";
    window.client.execute_async(script, Vec::new()).await.unwrap();
}

fn row(text: &str, state: &str) -> String {
    format!("[data-test=alarm-row][data-state={state}] [title='{text}']")
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_defaults_and_groups_in_the_window() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    let chest = running.point("Chest freezer", "Temperature").await;
    let tall = running.point("Tall freezer", "Temperature").await;
    running.shows(chest.id, Value::Float(-20.0)).await;
    running.shows(tall.id, Value::Float(-20.0)).await;
    let folder = running.stop().await;
    welcome(folder.path(), "light");
    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;

    // What is usual: one sort off and back by undo, all off and on again.
    let freezer = "[data-test=default-row][data-id=freezer] [data-test=default-holds]";
    window.go(SETTINGS).await;
    window.text_with(freezer, "at 2").await;
    window.click("[data-test=default-on][data-id=freezer]").await;
    window.text_with(freezer, "off").await;
    window.click("[data-test=defaults-undo]").await;
    window.text_with(freezer, "at 2").await;
    window.click("[data-test=defaults-all]").await;
    window.text_with(freezer, "off").await;
    window
        .text_with("[data-test=alarm-defaults]", "switched off everywhere")
        .await;
    window.click("[data-test=defaults-all]").await;
    window.text_with(freezer, "at 2").await;

    // A rule: says whom it is for while it is written, is tried on what was recorded, and holds at once.
    window.click("[data-test=rule-add]").await;
    window.fill("[data-test=rule-name]", "All freezers").await;
    window.fill("[data-test=pattern-class]", "temperature").await;
    window.fill("[data-test=pattern-device]", "*freezer").await;
    window
        .text_with("[data-test=rule-matches]", "2 points match")
        .await;
    window.fill("[data-test=rule-number]", "-15").await;
    window.fill("[data-test=rule-delay]", "0").await;
    window.fill("[data-test=rule-text]", "Freezer too warm").await;
    window.fill("[data-test=rule-response]", "Close the lid.").await;
    window.fill("[data-test=rule-group]", "Cold chain").await;
    window.click("[data-test=rule-try]").await;
    window.text_with("[data-test=rule-trial]", "2 times").await;
    pictures(&window, "rule").await;
    window.click("[data-test=rule-save]").await;
    window
        .text_with(
            "[data-test=rule-row][data-name='All freezers'] [data-test=rule-holds]",
            "at 2 points",
        )
        .await;
    window.text_with(freezer, "nowhere").await;

    // The point says where its alarm comes from; overridden it says so, and gives way again.
    let from = "[data-test=condition-from][data-condition=hi]";
    window.go(&format!("#/point/{}", chest.id.0)).await;
    window.text_with(from, "by the rule “All freezers”").await;
    window.click("[data-test=edit-limits]").await;
    window
        .text_with("[data-test=origin][data-condition=hi]", "by the rule")
        .await;
    window.fill("[data-test=limit][data-kind=hi]", "-12").await;
    window.click("[data-test=limits-try]").await;
    window
        .text_with("[data-test=trials]", "Freezer too warm: once")
        .await;
    window
        .find("[data-test=trial-trend][data-spans='1'] [data-test=trend-canvas]")
        .await;
    window
        .find("[data-test=trial-trend] [data-test=trend][data-state=ready]")
        .await;
    pictures(&window, "trial").await;
    window.click("[data-test=limits-save]").await;
    window
        .text_with(from, "set here, instead of the rule “All freezers”")
        .await;
    pictures(&window, "point").await;
    window.click("[data-test=edit-limits]").await;
    window.click("[data-test=give-way][data-condition=hi]").await;
    window.click("[data-test=limits-save]").await;
    window.text_with(from, "by the rule “All freezers”").await;
    // Switched off at this point alone, and on again.
    window.click("[data-test=edit-limits]").await;
    window.click("[data-test=limit-on][data-kind=hi]").await;
    window.click("[data-test=limits-save]").await;
    window
        .text_with("[data-test=conditions-off]", "switched off here")
        .await;
    window.click("[data-test=edit-limits]").await;
    window.click("[data-test=limit-on][data-kind=hi]").await;
    window.click("[data-test=limits-save]").await;
    window.text_with(from, "by the rule “All freezers”").await;

    // A group: one of its alarms leads the others.
    window.go(SETTINGS).await;
    window.click("[data-test=group-row] [data-test=group-edit]").await;
    choose(&window, "[data-test=group-by]", "alarm").await;
    let owner = device_of(&window, chest.id.0).await;
    let key = format!(
        "{{\"device\":{owner},\"point\":{},\"condition\":\"hi\"}}",
        chest.id.0
    );
    choose(&window, "[data-test=group-key]", &key).await;
    pictures(&window, "group").await;
    window.click("[data-test=group-save]").await;
    window
        .text_with("[data-test=group-leader]", "“Freezer too warm”, Chest freezer")
        .await;
    pictures(&window, "settings").await;
    axe::load(&window).await;
    assert_eq!(axe::violations(&window).await, Vec::<String>::new());
    window.click("[data-test=rule-edit]").await;
    window.find("[data-test=rule-dialog]").await;
    assert_eq!(axe::violations(&window).await, Vec::<String>::new());
    window.click("[data-test=dialog-close]").await;

    // The leader is the first; the other is suppressed by it, and calls anew when it ends.
    device.publish("chest/t", "-5", true).await;
    window.go("#/alarms").await;
    window.find(&row("Freezer too warm", "unacknowledged")).await;
    window
        .text_with("[data-test=alarm-first]", "first of Cold chain")
        .await;
    device.publish("tall/t", "-5", true).await;
    window.click("[data-test=tab][data-tab=aside]").await;
    window
        .text_with(
            "[data-test=aside-row][data-kind=suppressed]",
            "leads the group Cold chain",
        )
        .await;
    window.click("[data-test=tab][data-tab=active]").await;
    pictures(&window, "first").await;
    device.publish("chest/t", "-20", true).await;
    window
        .until("the other calls", async || {
            let unacknowledged = window.count(&row("Freezer too warm", "unacknowledged")).await;
            let returned = window.count(&row("Freezer too warm", "returned")).await;
            (unacknowledged == 1 && returned == 1).then_some(())
        })
        .await;
    assert_eq!(window.count("[data-test=aside-row]").await, 0);

    // Reached with the keyboard alone: a switch by its key, a dialog that closes by Escape.
    window.go(SETTINGS).await;
    window.find("[data-test=rule-on]").await;
    window
        .script("document.querySelector('[data-test=rule-on]').focus(); return null")
        .await;
    window.press("[data-test=rule-on]").await;
    window.text_with("[data-test=rule-holds]", "off").await;
    window.text_with(freezer, "at 2").await;
    window.close().await;
}

/// The device of a point, as the window knows it.
async fn device_of(window: &Window, point: u32) -> u64 {
    window
        .until("the option of the group's alarm", async || {
            let script = format!(
                "const found = [...document.querySelectorAll('[data-test=group-key] option')].map((it) => it.value).filter(Boolean) \
                 .map((it) => JSON.parse(it)).find((it) => it.point === {point}); return found ? found.device : null"
            );
            window.script(&script).await.as_u64()
        })
        .await
}

fn ago(seconds: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    now - seconds * 1000
}

/// What a node stored while it was away, told after its value of now: what was over is written down, calls nobody and waits to be
/// seen; what the live value says stays.
#[tokio::test(flavor = "multi_thread")]
async fn catch_up_data_is_journaled_late_and_leaves_the_live_value_alone() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut node = Publisher::connect("node", broker.port).await;
    let mut seq = 0;
    let mut tell = async |metrics: Vec<Metric>| {
        seq += 1;
        let data = Payload::new(seq, metrics);
        node.publish("spBv1.0/Plant/NDATA/Filler", data.bytes(), false)
            .await;
    };
    let at = |value, seconds, historical| Metric {
        timestamp: Some(ago(seconds)),
        historical: Some(historical),
        ..Metric::real("Torque", value)
    };
    let mut born = Publisher::connect("born", broker.port).await;
    let birth = Payload::birth([at(1.0, 7200, false)]);
    born.publish("spBv1.0/Plant/NBIRTH/Filler", birth.bytes(), false)
        .await;
    let torque = running.point("Filler", "Torque").await;
    running.shows(torque.id, Value::Float(1.0)).await;
    let high = Condition::new(ConditionKind::Hi { limit: 5.0 }, Priority::High, "Torque high");
    let save = running.engine.save_conditions(torque.id, Some(vec![high]));
    save.await.unwrap();

    // Back after two hours: its value of now, then what it stored.
    tell(vec![at(1.5, 0, false)]).await;
    running.shows(torque.id, Value::Float(1.5)).await;
    tell(vec![at(9.0, 5400, true), at(1.0, 3600, true)]).await;
    let seen = running
        .alarm("over", |alarm| alarm.point == Some(torque.id))
        .await;
    assert_eq!(
        (seen.state, seen.late, seen.count),
        (AlarmState::Returned, true, 1)
    );
    let began = seen.raised_at / 1000;
    assert!(
        began.abs_diff(ago(5400) as i64) < 60_000,
        "at the time that the node says: {began}"
    );

    // Raised live, and more of the past comes: the journal tells it, the alarm stays as it is.
    tell(vec![at(6.0, 0, false)]).await;
    let live = running
        .alarm("live", |alarm| alarm.state == AlarmState::Unacknowledged)
        .await;
    assert!(!live.late && !live.settling);
    tell(vec![at(9.5, 1800, true), at(1.0, 900, true)]).await;
    let lines = until("all of the journal", async || {
        let lines = running.journal().await;
        let own = lines.into_iter().filter(|line| line.point == Some(torque.id));
        let own: Vec<_> = own
            .map(|line| (line.transition, line.state, line.late, line.over))
            .collect();
        (own.len() >= 5).then_some(own)
    })
    .await;
    let (seen, calls) = (AlarmState::Returned, AlarmState::Unacknowledged);
    assert_eq!(
        lines,
        [
            (Transition::Raised, calls, true, true),
            (Transition::Cleared, seen, true, true),
            (Transition::Raised, calls, false, false),
            (Transition::Raised, calls, true, true),
            (Transition::Cleared, calls, true, true),
        ]
    );
    let still = running.alarm("live still", |alarm| alarm.id == live.id).await;
    assert_eq!((still.state, still.raised_at), (calls, live.raised_at));
    running.stop().await;
}

/// Conditions tried on a week of stored values: the times at which they would have called are drawn on the trend.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_have_called_is_drawn_on_the_trend() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut node = Publisher::connect("node", broker.port).await;
    let birth = Payload::birth([Metric::real("Torque", 1.0)]);
    node.publish("spBv1.0/Plant/NBIRTH/Filler", birth.bytes(), false)
        .await;
    let torque = running.point("Filler", "Torque").await;
    // Beyond 8 for six hours of each of six days.
    let stored = (1..6 * 24).rev().map(|hour| {
        let beyond = hour % 24 < 6;
        Metric {
            timestamp: Some(ago(hour * 3600)),
            historical: Some(true),
            ..Metric::real(
                "Torque",
                if beyond {
                    9.0
                } else {
                    4.0 + (hour % 5) as f64 / 5.0
                },
            )
        }
    });
    let data = Payload::new(1, stored.collect());
    node.publish("spBv1.0/Plant/NDATA/Filler", data.bytes(), false)
        .await;
    until("the stored values", async || {
        (running.stored(torque.id).await.len() >= 6 * 24).then_some(())
    })
    .await;
    let folder = running.stop().await;
    welcome(folder.path(), "light");
    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    window.go(SETTINGS).await;
    window.find("[data-test=alarm-defaults]").await;
    window.go(&format!("#/point/{}", torque.id.0)).await;
    window.click("[data-test=edit-limits]").await;
    window.click("[data-test=limit-on][data-kind=hi]").await;
    window.fill("[data-test=limit][data-kind=hi]", "8").await;
    window.click("[data-test=limits-try]").await;
    window.text_with("[data-test=trials]", "6 times since").await;
    window.find("[data-test=trial-trend][data-spans='6']").await;
    window
        .find("[data-test=trial-trend] [data-test=trend][data-state=ready]")
        .await;
    pictures(&window, "week").await;
    window.close().await;
}
