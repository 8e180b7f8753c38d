//! A household and a plant in the real window: the software of others, devices that two conventions tell of, and what a person
//! taught. Each is where it belongs, and what is clicked is done by the device and shown once the device has said so.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;

use hearthline_tests::engine;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::peer::Peer;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::window::{Window, welcome};
use serde_json::{Value as Json, json};

const LAMP: &str = "zigbee2mqtt/Kitchen/Lamp";
const PLUG: &str = "tasmota_49A3BC";
const PUMP: &str = "shellyplus1pm-a8032abe54dc";
const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];

async fn prepare(folder: &Path, port: u16) {
    engine::prepare(folder, "Cellar", port).await;
    welcome(folder, "light");
}

/// A lamp as Zigbee2MQTT tells of it, in its own words and in Home Assistant's.
async fn announce_lamp(device: &mut Publisher) {
    let on = json!({ "state": "online" });
    let numeric = |name: &str, more: Json| {
        let mut feature =
            json!({ "type": "numeric", "name": name, "label": name, "property": name, "access": 1 });
        feature
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        feature
    };
    let devices = json!([{
        "ieee_address": "0x00158d0001abcdef", "type": "Router", "network_address": 1, "supported": true, "disabled": false,
        "friendly_name": "Kitchen/Lamp", "interview_completed": true, "interviewing": false,
        "power_source": "Mains (single phase)", "software_build_id": "2.3.087",
        "definition": { "model": "LED1545G12", "vendor": "IKEA", "description": "TRADFRI bulb", "exposes": [
            { "type": "light", "features": [
                { "type": "binary", "name": "state", "label": "State", "property": "state", "access": 7,
                  "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE" },
                numeric("brightness", json!({ "access": 7, "value_min": 0, "value_max": 254 })),
            ] },
            numeric("power", json!({ "unit": "W" })),
            numeric("linkquality", json!({ "unit": "lqi", "value_min": 0, "value_max": 255, "category": "diagnostic" })),
        ] },
    }]);
    let described = json!({
        "identifiers": ["zigbee2mqtt_0x00158d0001abcdef"], "manufacturer": "IKEA", "model": "TRADFRI bulb", "name": "Kitchen/Lamp",
    });
    let light = json!({
        "availability": [
            { "topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}" },
            { "topic": format!("{LAMP}/availability"), "value_template": "{{ value_json.state }}" },
        ],
        "availability_mode": "all", "brightness": true, "brightness_scale": 254, "command_topic": format!("{LAMP}/set"),
        "device": described, "name": null, "schema": "json", "state_topic": LAMP, "supported_color_modes": ["brightness"],
        "unique_id": "0x00158d0001abcdef_light_zigbee2mqtt",
    });
    let power = json!({
        "device": described, "device_class": "power", "state_class": "measurement", "unit_of_measurement": "W",
        "state_topic": LAMP, "unique_id": "0x00158d0001abcdef_power_zigbee2mqtt", "value_template": "{{ value_json.power }}",
    });
    for (topic, payload) in [
        ("zigbee2mqtt/bridge/state", on.clone()),
        ("zigbee2mqtt/bridge/devices", devices),
        ("homeassistant/light/0x00158d0001abcdef/light/config", light),
        ("homeassistant/sensor/0x00158d0001abcdef/power/config", power),
        (
            LAMP,
            json!({ "state": "OFF", "brightness": 127, "power": 0.5, "linkquality": 88 }),
        ),
        (&format!("{LAMP}/availability"), on),
    ] {
        device.publish(topic, payload.to_string(), true).await;
    }
}

/// A plug as Tasmota 14 tells of it.
async fn announce_plug(device: &mut Publisher) {
    let config = json!({
        "ip": "192.0.2.40", "dn": "Kitchen plug", "fn": ["Kitchen plug", null], "hn": "tasmota-49A3BC-0956", "mac": "5CCF7F49A3BC",
        "md": "Sonoff S31", "ty": 0, "if": 0, "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"],
        "sw": "14.2.0", "t": PLUG, "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": [1, 0, 0, 0, 0, 0, 0, 0],
        "swc": [-1, -1], "swn": [null, null], "btn": [0, 0], "so": { "4": 0, "30": 0, "114": 0 }, "lk": 1, "lt_st": 0, "ver": 1,
    });
    let sensors = json!({ "sn": { "Time": "2026-05-01T10:00:00", "ENERGY": { "Total": 1.5, "Power": 0, "Voltage": 230 } }, "ver": 1 });
    for (topic, payload) in [
        ("tasmota/discovery/5CCF7F49A3BC/config", config.to_string()),
        ("tasmota/discovery/5CCF7F49A3BC/sensors", sensors.to_string()),
        (&format!("tele/{PLUG}/LWT"), "Online".into()),
        (&format!("stat/{PLUG}/POWER"), "OFF".into()),
    ] {
        device.publish(topic, payload, true).await;
    }
    let telling =
        json!({ "Time": "2026-05-01T10:00:10", "ENERGY": { "Total": 1.5, "Power": 0, "Voltage": 231 } });
    device
        .publish(&format!("tele/{PLUG}/SENSOR"), telling.to_string(), false)
        .await;
}

/// A relay as a Shelly of the second generation tells of it.
async fn announce_pump(device: &mut Publisher) {
    device.publish(&format!("{PUMP}/online"), "true", true).await;
    let switch = json!({ "id": 0, "source": "init", "output": false, "apower": 0.0, "voltage": 230.1, "aenergy": { "total": 12.5 } });
    device
        .publish(&format!("{PUMP}/status/switch:0"), switch.to_string(), true)
        .await;
    let told = json!({ "src": PUMP, "dst": format!("{PUMP}/events"), "method": "NotifyStatus",
        "params": { "ts": 1.0, "switch:0": { "id": 0, "apower": 0.0 } } });
    device
        .publish(&format!("{PUMP}/events/rpc"), told.to_string(), false)
        .await;
}

/// The three devices' other side: does what they would do. Ends with the test.
fn obey(mut device: Publisher) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let Some((topic, payload)) = device.heard().await else {
                return;
            };
            let json: Json = serde_json::from_slice(&payload).unwrap_or_default();
            if topic == format!("{LAMP}/set") {
                let mut state = json!({ "state": "ON", "brightness": 127, "power": 45, "linkquality": 90 });
                state
                    .as_object_mut()
                    .unwrap()
                    .extend(json.as_object().unwrap().clone());
                device.publish(LAMP, state.to_string(), true).await;
            } else if topic == format!("cmnd/{PLUG}/POWER") {
                let word = String::from_utf8_lossy(&payload).to_uppercase();
                let result = json!({ "POWER": word }).to_string();
                device
                    .publish(&format!("stat/{PLUG}/RESULT"), result, false)
                    .await;
                device.publish(&format!("stat/{PLUG}/POWER"), word, true).await;
            } else if topic == format!("{PUMP}/rpc") {
                let answer = |result: Json| {
                    json!({ "id": json["id"], "src": PUMP, "dst": json["src"], "result": result }).to_string()
                };
                let to = format!("{}/rpc", json["src"].as_str().unwrap_or_default());
                match json["method"].as_str().unwrap_or_default() {
                    "Switch.Set" => {
                        device
                            .publish(&to, answer(json!({ "was_on": false })), false)
                            .await;
                        let on = &json["params"]["on"];
                        let told = json!({ "src": PUMP, "dst": format!("{PUMP}/events"), "method": "NotifyStatus",
                            "params": { "ts": 2.0, "switch:0": { "id": 0, "output": on, "source": "MQTT" } } });
                        device
                            .publish(&format!("{PUMP}/events/rpc"), told.to_string(), false)
                            .await;
                    }
                    "Shelly.GetDeviceInfo" => {
                        let info = json!({ "id": PUMP, "mac": "A8032ABE54DC", "model": "SNSW-001P16EU", "gen": 2, "ver": "1.4.4",
                            "app": "Plus1PM", "name": "Cellar pump" });
                        device.publish(&to, answer(info), false).await;
                    }
                    _ => device.publish(&to, answer(json!({})), false).await,
                }
            }
        }
    })
}

/// A device's number by its name, once the window knows it.
async fn device(window: &Window, name: &str) -> u64 {
    // Asked without waiting for the answer: the driver at times loses one.
    let script = "window.__TAURI_INTERNALS__.invoke('model', { since: 0 }).then((model) => (window.known = model.devices));
        return (window.known ?? []).map(({ id, name }) => [id, name])";
    window
        .until(&format!("a device {name:?}"), async || {
            let known = window.script(script).await;
            let mut ids = known
                .as_array()?
                .iter()
                .filter(|device| device[1] == name)
                .filter_map(|device| device[0].as_u64());
            let id = ids.next()?;
            assert!(ids.next().is_none(), "{name:?} is shown more than once: {known}");
            Some(id)
        })
        .await
}

/// Shows a device's page.
async fn page(window: &Window, name: &str) -> u64 {
    let id = device(window, name).await;
    window.go(&format!("#/device/{id}")).await;
    window
        .find(&format!("[data-test=device][data-device='{id}']"))
        .await;
    id
}

fn row(key: &str) -> String {
    format!("[data-test=point][data-key='{key}']")
}

async fn click(window: &Window, css: &str) {
    window.press(css).await;
}

/// Clicks a switch and waits until it shows what the device then says.
async fn switch_on(window: &Window, key: &str) {
    let row = row(key);
    window
        .find(&format!("{row} [data-test=toggle][aria-checked=false]"))
        .await;
    click(window, &format!("{row} [data-test=toggle]")).await;
    window
        .find(&format!("{row} [data-test=command][data-outcome=confirmed]"))
        .await;
    window
        .find(&format!("{row} [data-test=toggle][aria-checked=true]"))
        .await;
}

/// Chooses or types, as a person does.
async fn change(window: &Window, css: &str, value: &str) {
    window.find(css).await;
    let script = format!(
        "const input = document.querySelector({}); input.value = {};\
         input.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         input.dispatchEvent(new Event('change', {{ bubbles: true }})); return null",
        json!(css),
        json!(value)
    );
    window.script(&script).await;
}

/// The software of others: each where it belongs, and doing what is asked.
async fn the_peers_are_shown_and_obey(window: &Window, peers: &mut [Peer; 3]) {
    let [press, fan, workshop] = peers;
    window.go("#/home").await;
    window
        .text_with("[data-test=room][data-room=Garage]", "Workshop saw")
        .await;
    window
        .text_with("[data-test=room][data-room=Attic]", "23.5")
        .await;

    page(window, "Workshop").await;
    switch_on(window, "switch.peer-saw").await;
    let got = workshop.tells("command").await;
    assert_eq!(got["payload"], "ON");
    // A set point: pressed once, half a step of a per cent more.
    let extraction = row("number.peer-dust");
    window.text_with(&extraction, "12.5").await;
    click(window, &format!("{extraction} [data-test=more]")).await;
    assert_eq!(workshop.tells("command").await["payload"], "13");
    window
        .find(&format!(
            "{extraction} [data-test=command][data-outcome=confirmed]"
        ))
        .await;
    change(
        window,
        &format!("{} [data-test=choice]", row("select.peer-mode")),
        "clean",
    )
    .await;
    assert_eq!(workshop.tells("command").await["payload"], "clean");

    page(window, "Attic fan").await;
    switch_on(window, "fan/power").await;
    assert_eq!(fan.tells("set").await["value"], "true");
    fan.order(&json!({ "do": "temperature", "to": 26.75 }));
    window.text_with(&row("climate/temperature"), "26.").await;

    // In the plant a person is asked first.
    window.go("#/plant").await;
    window.text_with("[data-test=plant]", "Press Hall").await;
    page(window, "Press 1").await;
    press.order(&json!({ "do": "force", "to": 301.0 }));
    window.text_with(&row("Force"), "301").await;
    let speed = row("Speed Setpoint");
    click(window, &format!("{speed} [data-test=more]")).await;
    window.find("[data-test=confirm-yes]").await;
    window.screenshot("household-plant-asks").await;
    click(window, "[data-test=confirm-yes]").await;
    let got = press.tells("dcmd").await;
    assert_eq!(
        (&got["name"], &got["value"]),
        (&json!("Speed Setpoint"), &json!(1220))
    );
    window.text_with(&speed, "1,220").await;
}

/// Sparkplug by another hand, and Homie 5: seen and written in the window as well.
async fn the_oven_and_the_well_obey(window: &Window, oven: &mut Peer, well: &mut Peer) {
    page(window, "Oven 1").await;
    oven.order(&json!({ "do": "temperature", "to": 244.5 }));
    window.text_with(&row("Temperature"), "244.5").await;
    let setpoint = row("Setpoint");
    click(window, &format!("{setpoint} [data-test=more]")).await;
    click(window, "[data-test=confirm-yes]").await;
    let got = oven.tells("dcmd").await;
    assert_eq!(got["metrics"][0]["name"], "Setpoint");
    window
        .find(&format!("{setpoint} [data-test=command][data-outcome=confirmed]"))
        .await;
    page(window, "Well").await;
    switch_on(window, "pump/running").await;
    assert_eq!(well.tells("set").await["value"], "true");
    page(window, "Well level").await;
    well.order(&json!({ "do": "level", "to": 17 }));
    window.text_with(&row("water/level"), "17").await;
}

/// What two conventions tell of is one device, and each firmware does what is asked in its own words.
async fn native_devices_are_one_each_and_obey(window: &Window) {
    window.go("#/home").await;
    window
        .text_with("[data-test=room][data-room=Kitchen]", "Lamp")
        .await;
    let lamp = page(window, "Lamp").await;
    switch_on(window, "state").await;
    window.text_with(&row("power"), "45").await;
    let both = window
        .text_with(
            "[data-test=device]",
            "Known through Zigbee2MQTT and Home Assistant discovery",
        )
        .await;
    assert!(both.contains("IKEA"), "{both}");
    page(window, "Kitchen plug").await;
    switch_on(window, "relay1").await;
    page(window, "Cellar pump").await;
    switch_on(window, "switch:0/output").await;
    window.go(&format!("#/device/{lamp}")).await;
}

/// A person teaches what a press says; another of its kind is then known by itself.
async fn a_press_is_taught(window: &Window, device_side: &mut Publisher) {
    device_side
        .publish("factory/north/press/a", press(21_400), true)
        .await;
    window.go("#/explore?tab=unknown").await;
    let line = "[data-test=unknown-row][data-topic='factory/north/press/a']";
    window.find(line).await;
    pictures(window, "household-unknown", "light").await;
    click(window, &format!("{line} [data-test=teach-me]")).await;
    click(window, "[data-test=teach-value][data-path='data.f']").await;
    let point = "[data-test=teach-point]";
    window
        .fill(&format!("{point} [data-test=teach-name]"), "Pressure")
        .await;
    window
        .fill(&format!("{point} [data-test=teach-unit]"), "bar")
        .await;
    window
        .fill(&format!("{point} [data-test=teach-scale]"), "0.01")
        .await;
    window
        .text_with(&format!("{point} [data-test=teach-preview]"), "214 bar")
        .await;
    click(window, "[data-test=teach-level]:nth-of-type(2)").await;
    change(window, "[data-test=teach-realm]", "plant").await;
    pictures(window, "household-teach", "light").await;
    click(window, "[data-test=teach-save]").await;
    window.find("[data-test=rules] [data-test=rule-row]").await;
    pictures(window, "household-rules", "light").await;
    device_side
        .publish("factory/north/press/a", press(21_500), true)
        .await;
    device_side
        .publish("factory/south/press/a", press(9_900), true)
        .await;
}

/// What a press says, in hundredths of a bar.
fn press(force: u32) -> String {
    json!({ "data": { "f": force, "ok": true }, "ts": 1_777_777 }).to_string()
}

/// The press that was taught, and the other, which nobody taught.
async fn both_presses_are_there(window: &Window, south: &str) {
    for (name, pressure) in [("Press north", "215"), ("Press south", south)] {
        page(window, name).await;
        let shown = window.text_with("[data-test=point]", pressure).await;
        assert!(shown.contains("Pressure") && shown.contains("bar"), "{shown}");
    }
}

/// Pictures in both sizes; nothing may be wider than the window.
async fn pictures(window: &Window, name: &str, theme: &str) {
    for (width, height) in SIZES {
        window.resize(width, height).await;
        // What was asked for with the new size is drawn two frames later.
        window
            .script(
                "window.drawn = false; requestAnimationFrame(() => requestAnimationFrame(() => (window.drawn = true))); return null",
            )
            .await;
        window
            .until("two frames", async || {
                (window.script("return window.drawn").await == true).then_some(())
            })
            .await;
        window.screenshot(&format!("{name}-{theme}-{width}")).await;
        let wide = window
            .script("return document.documentElement.scrollWidth > innerWidth + 1")
            .await;
        assert_eq!(wide, false, "{name} is wider than the window at {width}");
    }
    window.resize(1280, 800).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_and_controls_what_others_announce() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path(), broker.port).await;
    let mut side = Publisher::connect("devices", broker.port).await;
    for filter in [
        format!("{LAMP}/set"),
        format!("cmnd/{PLUG}/POWER"),
        format!("{PUMP}/rpc"),
    ] {
        side.subscribe(&filter).await;
    }
    announce_lamp(&mut side).await;
    announce_plug(&mut side).await;
    announce_pump(&mut side).await;
    let obeying = obey(side);
    let mut side = Publisher::connect("presses", broker.port).await;

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    device(&window, "Lamp").await;
    let mut peers = [
        Peer::node("sparkplug.js", broker.port),
        Peer::node("homie.js", broker.port),
        Peer::python("discoverable.py", broker.port),
    ];
    for (peer, word) in peers.iter_mut().zip(["born", "connected", "ready"]) {
        peer.tells(word).await;
    }
    the_peers_are_shown_and_obey(&window, &mut peers).await;
    let mut oven = Peer::python("oven.py", broker.port);
    let mut well = Peer::python("well.py", broker.port);
    for peer in [&mut oven, &mut well] {
        peer.tells("started").await;
    }
    the_oven_and_the_well_obey(&window, &mut oven, &mut well).await;
    native_devices_are_one_each_and_obey(&window).await;
    pictures(&window, "household-merged", "light").await;
    a_press_is_taught(&window, &mut side).await;
    both_presses_are_there(&window, "99").await;
    window.close().await;

    // What was taught is still known after a restart, and what it made with it.
    welcome(folder.path(), "dark");
    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    side.publish("factory/south/press/a", press(10_200), true).await;
    both_presses_are_there(&window, "102").await;
    side.publish("hall/thing", r#"{"x":{"y":[1,{"z":"on"}]},"n":-0.5}"#, true)
        .await;
    for (name, page, sign) in [
        ("household-rules", "#/explore?tab=rules", "[data-test=rule-row]"),
        (
            "household-unknown",
            "#/explore?tab=unknown",
            "[data-test=unknown-row]",
        ),
    ] {
        window.go(page).await;
        window.find(sign).await;
        pictures(&window, name, "dark").await;
    }
    click(&window, "[data-test=unknown-row] [data-test=teach-me]").await;
    click(&window, "[data-test=teach-value]").await;
    window.find("[data-test=teach-point]").await;
    pictures(&window, "household-teach", "dark").await;
    page(&window, "Lamp").await;
    window.text_with("[data-test=device]", "IKEA").await;
    pictures(&window, "household-merged", "dark").await;
    window.close().await;
    obeying.abort();
}
