//! Alarms as an operator works them, in the real window: acknowledge, shelve and unshelve, suppress, out of service, latch
//! and reset, and that a killed program goes on where it was.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_model::{AlarmAct, AlarmState, CoverKind, SECOND, Transition, Value};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use hearthline_tests::window::{Window, welcome};
use serde_json::json;

/// A boiler with a temperature, and a smoke detector, as Home Assistant's discovery has them.
async fn announce(device: &mut Publisher) {
    let boiler = json!({
        "name": "Pressure", "uniq_id": "boiler-p", "stat_t": "boiler/p", "unit_of_meas": "bar", "dev_cla": "pressure",
        "stat_cla": "measurement", "dev": { "ids": "boiler", "name": "Boiler", "sa": "Cellar" },
    });
    let smoke = json!({
        "name": null, "uniq_id": "smoke", "stat_t": "hall/smoke", "dev_cla": "smoke",
        "dev": { "ids": "smoke", "name": "Smoke detector", "sa": "Hall" },
    });
    device
        .publish("homeassistant/sensor/boiler-p/config", boiler.to_string(), true)
        .await;
    device
        .publish(
            "homeassistant/binary_sensor/smoke/config",
            smoke.to_string(),
            true,
        )
        .await;
    device.publish("boiler/p", "2.2", true).await;
    device.publish("boiler/p", "1.5", true).await;
    device.publish("hall/smoke", "OFF", true).await;
}

fn row(text: &str, state: &str) -> String {
    format!("[data-test=alarm-row][data-state={state}] [title='{text}']")
}

async fn choose(window: &Window, text: &str, state: &str) {
    window.find(&row(text, state)).await;
    // The row, not the link in it, which would lead to the point.
    let script = format!(
        "const rows = [...document.querySelectorAll('[data-test=alarm-row]')]; \
         rows.find((row) => row.innerText.includes({})).click(); return null",
        json!(text)
    );
    window.script(&script).await;
    window.text_with("[data-test=alarm-side] h2", text).await;
}

async fn aside(window: &Window, button: &str, reason: &str) {
    window.click(button).await;
    window.fill("[data-test=act-reason]", reason).await;
    window.click("[data-test=act-yes]").await;
}

async fn pictures(window: &Window, name: &str) {
    window.pictures(&format!("alarms-{name}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_works_the_alarms() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    let pressure = running.point("Boiler", "Pressure").await;
    running.shows(pressure.id, Value::Float(1.5)).await;
    let folder = running.stop().await;
    welcome(folder.path(), "light");

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;

    // A limit that stays until reset, with what to do and why.
    window.go(&format!("#/point/{}", pressure.id.0)).await;
    window.click("[data-test=edit-limits]").await;
    window.click("[data-test=limit-on][data-kind=hi]").await;
    window.fill("[data-test=limit][data-kind=hi]", "2").await;
    window.click("[data-test=limit-more][data-kind=hi]").await;
    window.fill("[data-test=word-text]", "Pressure too high").await;
    window.fill("[data-test=word-response]", "Open the valve.").await;
    window
        .fill("[data-test=word-consequence]", "The safety valve blows off.")
        .await;
    window.fill("[data-test=word-minutes]", "10").await;
    window.click("[data-test=word-latching]").await;
    // Another alarm beyond the limits, and all of it tried on what was recorded.
    window
        .script(
            "const add = document.querySelector('[data-test=extra-add]'); add.value = 'rate'; \
             add.dispatchEvent(new Event('change', { bubbles: true })); return null",
        )
        .await;
    window
        .fill("[data-test=extra][data-kind=rate] [data-test=extra-number]", "50")
        .await;
    window.click("[data-test=limits-try]").await;
    window
        .text_with("[data-test=trials]", "Pressure too high: once")
        .await;
    window
        .text_with("[data-test=trials]", "changes too fast: not once")
        .await;
    pictures(&window, "limits").await;
    window.click("[data-test=limits-save]").await;
    window.find("[data-test=limit-shown][data-kind=hi]").await;

    // Raised; the panel beside it says what it means.
    device.publish("boiler/p", "2.5", true).await;
    device.publish("hall/smoke", "ON", true).await;
    window.go("#/alarms").await;
    choose(&window, "Pressure too high", "unacknowledged").await;
    window
        .text_with("[data-test=detail-consequence]", "blows off")
        .await;
    window
        .text_with("[data-test=detail-response]", "Open the valve")
        .await;
    pictures(&window, "active").await;

    // It ends and is held; only when acknowledged is it reset.
    device.publish("boiler/p", "1.2", true).await;
    choose(&window, "Pressure too high", "latched_unacknowledged").await;
    assert_eq!(window.count("[data-test=detail-reset]:disabled").await, 1);
    window.click("[data-test=detail-acknowledge]").await;
    window.find("[data-test=detail-reset]:not(:disabled)").await;
    window.click("[data-test=detail-reset]").await;
    window.text_with("[data-test=detail-state]", "ended").await;
    window.text_with("[data-test=detail-journal]", "reset").await;

    // Shelved: off the list and off the strip, in a list of its own, and back again.
    choose(&window, "Smoke", "unacknowledged").await;
    aside(&window, "[data-test=detail-shelve]", "painting the hall").await;
    window.find("[data-test=no-alarms]").await;
    window.find("[data-test=alarm-strip]:not([data-alarm])").await;
    window.click("[data-test=tab][data-tab=aside]").await;
    window
        .text_with("[data-test=aside-row][data-kind=shelved]", "painting the hall")
        .await;
    pictures(&window, "aside").await;
    window.click("[data-test=take-back]").await;
    window.find("[data-test=none-aside]").await;
    window.click("[data-test=tab][data-tab=active]").await;

    // Suppressed and out of service at once: it calls again when the last is taken back.
    choose(&window, "Smoke", "unacknowledged").await;
    aside(&window, "[data-test=detail-suppress]", "test of the sirens").await;
    window
        .find("[data-test=detail-cover][data-kind=suppressed]")
        .await;
    aside(&window, "[data-test=detail-out]", "battery on order").await;
    window
        .find("[data-test=detail-cover][data-kind=out_of_service]")
        .await;
    window
        .click("[data-kind=suppressed] [data-test=detail-back]")
        .await;
    window
        .until("one cover", async || {
            (window.count("[data-test=detail-cover]").await == 1).then_some(())
        })
        .await;
    window.find("[data-test=no-alarms]").await;
    window
        .click("[data-kind=out_of_service] [data-test=detail-back]")
        .await;
    window.find(&row("Smoke", "unacknowledged")).await;

    // Marked and acknowledged with the keyboard alone.
    window
        .script("document.querySelector('[role=grid]').focus(); return null")
        .await;
    for key in ["ArrowDown", " ", "a"] {
        window
            .script(&format!(
                "document.querySelector('[role=grid]').dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }})); return null"
            ))
            .await;
    }
    window.find(&row("Smoke", "acknowledged")).await;
    window.close().await;
}

/// What a person did to alarms is on disk before it is answered: a program that is killed goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn shelves_and_latches_survive_a_restart() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    let pressure = running.point("Boiler", "Pressure").await;
    let mut conditions = running.engine.conditions(pressure.id).await.unwrap().conditions;
    conditions.push(hearthline_model::Condition {
        latching: true,
        ..hearthline_model::Condition::new(
            hearthline_model::ConditionKind::Hi { limit: 2.0 },
            hearthline_model::Priority::High,
            "Pressure too high",
        )
    });
    running
        .engine
        .save_conditions(pressure.id, Some(conditions))
        .await
        .unwrap();
    device.publish("hall/smoke", "ON", true).await;
    device.publish("boiler/p", "2.5", true).await;
    let high = running
        .alarm("pressure", |alarm| alarm.point == Some(pressure.id))
        .await;
    let smoke = running
        .alarm("smoke", |alarm| alarm.device_name == "Smoke detector")
        .await;
    let act = async |id, act| {
        let who = "Ada".to_owned();
        running.engine.act_on_alarms(vec![id], act, who).await.unwrap()
    };
    let until_then = smoke.raised_at + 3600 * SECOND;
    let shelve = AlarmAct::Shelve {
        until: Some(until_then),
        once: false,
        reason: "painting".into(),
    };
    assert_eq!(act(smoke.id, shelve).await, 1);
    assert_eq!(act(high.id, AlarmAct::Acknowledge).await, 1);
    device.publish("boiler/p", "1.0", true).await;
    running
        .alarm("latched", |alarm| alarm.state == AlarmState::Latched)
        .await;

    let running = Running::again(running.stop().await).await;
    let latched = running.alarm("latched still", |alarm| alarm.id == high.id).await;
    assert_eq!(latched.state, AlarmState::Latched);
    let covered = running.engine.alarms().covered;
    assert_eq!(covered.len(), 1);
    let cover = &covered[0].covers[0];
    assert_eq!(
        (cover.kind, cover.until, cover.who.as_str(), cover.reason.as_str()),
        (CoverKind::Shelved, Some(until_then), "Ada", "painting")
    );
    let reset = running
        .engine
        .act_on_alarms(vec![high.id], AlarmAct::Reset, "Ada".into());
    assert_eq!(reset.await.unwrap(), 1);
    until("nothing is left", async || {
        running.engine.alarms().alarms.is_empty().then_some(())
    })
    .await;
    let told: Vec<_> = running
        .journal()
        .await
        .into_iter()
        .filter(|line| line.alarm == high.id)
        .map(|line| (line.transition, line.who))
        .collect();
    assert_eq!(
        told,
        [
            (Transition::Raised, String::new()),
            (Transition::Acknowledged, "Ada".into()),
            (Transition::Cleared, String::new()),
            (Transition::Reset, "Ada".into()),
        ]
    );
    running.stop().await;
}
