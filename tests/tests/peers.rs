//! Software that nobody of this project wrote announces itself, reports and obeys: what each library says is what stands there,
//! and what is asked of its device arrives there and is confirmed by it.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_engine::view::{DeviceView, PointView};
use hearthline_model::{Command, CommandOutcome, Kind, Quality, Realm, Value};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::peer::Peer;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use serde_json::json;

fn unit(point: &PointView) -> &str {
    point.unit.as_deref().unwrap_or_default()
}

fn commands(device: &DeviceView) -> Vec<&str> {
    let mut names: Vec<_> = device
        .points
        .iter()
        .filter(|point| point.writable)
        .map(|point| point.name.as_str())
        .collect();
    names.sort_unstable();
    names
}

/// Asks for something and waits until the device itself said that it is so.
async fn set(running: &Running, point: &PointView, value: Value) {
    let command = Command {
        point: point.id,
        value: value.clone(),
        ..Command::default()
    };
    let asked = running.engine.command(command).await.unwrap();
    assert!(
        !matches!(asked.outcome, CommandOutcome::Refused(_)),
        "{}: {:?}",
        point.name,
        asked.outcome
    );
    running.outcome(point.id, &CommandOutcome::Confirmed).await;
    running.shows(point.id, value).await;
}

async fn offline(running: &Running, device: &str) {
    until(&format!("{device} is offline"), async || {
        running.device(device).filter(|device| !device.online)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_node_of_the_sparkplug_client_library() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut peer = Peer::node("sparkplug.js", broker.port);
    peer.tells("born").await;

    let force = running.point("Press 1", "Force").await;
    let press = running.known("Press 1").await;
    assert_eq!(
        (press.convention.as_str(), press.realm),
        ("sparkplug", Realm::Plant)
    );
    assert_eq!(running.place(&press), "Foundry › Press Hall");
    let node = running.known("Press Hall").await;
    assert_eq!(press.via, Some(node.id));
    assert_eq!(node.manufacturer.as_deref(), Some("Hearthline peers"));
    assert_eq!((unit(&force), force.range), ("kN", Some((0.0, 400.0))));
    // What the library says may be written: nothing else offers it.
    assert_eq!(commands(&press), ["Speed Setpoint"]);
    for (name, value) in [
        ("Force", Value::Float(212.5)),
        ("Speed Setpoint", Value::Int(1200)),
        ("Running", Value::Bool(true)),
        ("Cycles", Value::Int(4711)),
        ("Recipe", Value::text("B-Pillar 7")),
        // Members of a template, and a table as text.
        ("Coolant/Flow", Value::Float(12.5)),
        ("Coolant/Pump On", Value::Bool(true)),
        (
            "Shots",
            Value::text(r#"{"columns":["Die","Count"],"rows":[["upper",17],["lower",18]]}"#),
        ),
    ] {
        let point = running.point("Press 1", name).await;
        running.shows(point.id, value).await;
    }

    // Changes follow, compressed ones too.
    peer.order(&json!({ "do": "force", "to": 220.25 }));
    running.shows(force.id, Value::Float(220.25)).await;
    for (algorithm, value) in [("DEFLATE", 221.5), ("GZIP", 222.75)] {
        peer.order(&json!({ "do": "force", "to": value, "compress": algorithm }));
        running.shows(force.id, Value::Float(value)).await;
    }

    // A write arrives as the number that was asked, and a rebirth as what the library takes for one.
    let speed = running.point("Press 1", "Speed Setpoint").await;
    set(&running, &speed, Value::Int(1450)).await;
    let got = peer.tells("dcmd").await;
    assert_eq!(
        (&got["device"], &got["name"], &got["value"]),
        (&json!("Press 1"), &json!("Speed Setpoint"), &json!(1450))
    );
    let rebirth = running.point("Press Hall", "Node Control/Rebirth").await;
    let command = Command {
        point: rebirth.id,
        value: Value::Null,
        ..Command::default()
    };
    running.engine.command(command).await.unwrap();
    let got = peer.tells("ncmd").await;
    assert_eq!(
        got["metrics"],
        json!([{ "name": "Node Control/Rebirth", "value": true }])
    );
    // What follows a second birth is in order again.
    peer.order(&json!({ "do": "force", "to": 223.5 }));
    running.shows(force.id, Value::Float(223.5)).await;
    assert_eq!(running.known("Press 1").await.id, press.id);

    // The press leaves, comes back with a birth, and all leave with the node.
    peer.order(&json!({ "do": "death" }));
    offline(&running, "Press 1").await;
    running.quality(force.id, Quality::Stale).await;
    assert!(running.known("Press Hall").await.online);
    peer.order(&json!({ "do": "birth" }));
    running.quality(force.id, Quality::Good).await;
    peer.cut();
    offline(&running, "Press Hall").await;
    offline(&running, "Press 1").await;
    running.quality(force.id, Quality::Stale).await;
    let troubles = running.engine.diagnoses(None);
    assert!(troubles.is_empty(), "{troubles:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_of_the_homie_library() {
    let broker = Mosquitto::start();
    // It spoke before we came: all that is known of it is what the broker kept.
    let mut peer = Peer::node("homie.js", broker.port);
    peer.tells("connected").await;
    let running = Running::connected(broker.port).await;

    let temperature = running.point("Attic fan", "climate/temperature").await;
    let power = running.point("Attic fan", "fan/power").await;
    let speed = running.point("Attic fan", "fan/speed").await;
    let mode = running.point("Attic fan", "fan/mode").await;
    running.shows(temperature.id, Value::Float(23.5)).await;
    running.shows(power.id, Value::Bool(false)).await;
    running.shows(speed.id, Value::Int(40)).await;
    running.shows(mode.id, Value::text("auto")).await;
    let fan = until("the fan is ready", async || {
        running.device("Attic fan").filter(|device| device.online)
    })
    .await;
    assert_eq!((fan.convention.as_str(), fan.realm), ("homie", Realm::Home));
    assert_eq!(fan.firmware.as_deref(), Some("attic-fan 1.4.2"));
    assert_eq!(running.place(&fan), "Home › Attic");
    assert_eq!((unit(&temperature), unit(&speed)), ("°C", "%"));
    assert_eq!(temperature.class.as_deref(), Some("temperature"));
    assert_eq!(
        (power.kind, speed.kind, mode.kind),
        (Kind::Bool, Kind::Number, Kind::Enum)
    );
    assert_eq!(speed.range, Some((0.0, 100.0)));
    assert_eq!(mode.options, ["auto", "night", "boost"]);
    assert_eq!(commands(&fan), ["Fan mode", "Fan power", "Fan speed"]);

    peer.order(&json!({ "do": "temperature", "to": 24.25 }));
    running.shows(temperature.id, Value::Float(24.25)).await;
    for (point, value, property, text) in [
        (&power, Value::Bool(true), "power", "true"),
        (&speed, Value::Int(65), "speed", "65"),
        (&mode, Value::text("boost"), "mode", "boost"),
    ] {
        set(&running, point, value).await;
        let got = peer.tells("set").await;
        assert_eq!(
            (&got["property"], &got["value"]),
            (&json!(property), &json!(text))
        );
    }
    // Its settings are not retained beyond what it says itself.
    peer.cut();
    offline(&running, "Attic fan").await;
    running.quality(temperature.id, Quality::Stale).await;
    let troubles = running.engine.diagnoses(None);
    assert!(troubles.is_empty(), "{troubles:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_of_the_discovery_library() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut peer = Peer::python("discoverable.py", broker.port);
    peer.tells("ready").await;

    let humidity = running.point("Workshop", "Humidity").await;
    running.shows(humidity.id, Value::Float(48.5)).await;
    let door = running.point("Workshop", "Door").await;
    running.shows(door.id, Value::Bool(false)).await;
    let bell = running.point("Workshop", "Bell").await;
    let lamp = running.point("Workshop", "Bench lamp").await;
    let level = running.point("Workshop", "Bench lamp brightness").await;
    let effect = running.point("Workshop", "Bench lamp effect").await;
    let extraction = running.point("Workshop", "Extraction").await;
    let saw = running.point("Workshop", "Saw").await;
    let mode = running.point("Workshop", "Mode").await;
    let note = running.point("Workshop", "Note").await;
    running.shows(note.id, Value::text("oil")).await;
    let workshop = running.known("Workshop").await;
    assert_eq!(workshop.convention, "homeassistant");
    assert_eq!(running.place(&workshop), "Home › Garage");
    assert_eq!(
        (workshop.model.as_deref(), workshop.firmware.as_deref()),
        (Some("Bench 3"), Some("2.0.1"))
    );
    // Eight entities that each had a connection of their own are one device.
    assert_eq!(running.devices().len(), 1);
    assert_eq!(
        (unit(&humidity), humidity.class.as_deref()),
        ("%", Some("humidity"))
    );
    assert_eq!(
        (extraction.range, extraction.step),
        (Some((0.0, 50.0)), Some(0.5))
    );
    assert_eq!(mode.options, ["work", "clean", "rest"]);

    peer.order(&json!({ "do": "humidity", "to": 51.25 }));
    running.shows(humidity.id, Value::Float(51.25)).await;
    peer.order(&json!({ "do": "door", "open": true }));
    running.shows(door.id, Value::Bool(true)).await;
    for (point, value, topic, payload) in [
        (&saw, Value::Bool(true), "switch/Workshop/Saw", "ON"),
        (
            &extraction,
            Value::Float(33.5),
            "number/Workshop/Extraction",
            "33.5",
        ),
        (&mode, Value::text("clean"), "select/Workshop/Mode", "clean"),
        (&note, Value::text("new blade"), "text/Workshop/Note", "new blade"),
    ] {
        set(&running, point, value).await;
        let got = peer.tells("command").await;
        assert_eq!(got["topic"], format!("hmd/{topic}/command"));
        assert_eq!(got["payload"], payload);
    }
    set(&running, &lamp, Value::Bool(true)).await;
    set(&running, &level, Value::Int(60)).await;
    set(&running, &effect, Value::text("calm")).await;
    for want in [
        json!({ "state": "ON" }),
        json!({ "state": "ON", "brightness": 153 }),
        json!({ "state": "ON", "effect": "calm" }),
    ] {
        let got = peer.tells("command").await;
        let payload: serde_json::Value = serde_json::from_str(got["payload"].as_str().unwrap()).unwrap();
        assert_eq!(payload, want);
    }
    running
        .engine
        .command(Command {
            point: bell.id,
            value: Value::Null,
            ..Command::default()
        })
        .await
        .unwrap();
    assert_eq!(peer.tells("rang").await["payload"], "PRESS");

    // An entity that is taken back is gone with its point; the others stay.
    peer.order(&json!({ "do": "delete" }));
    until("the mode is gone", async || {
        let points = running.device("Workshop")?.points;
        points.iter().all(|point| point.id != mode.id).then_some(())
    })
    .await;
    running.quality(humidity.id, Quality::Good).await;
    // Its last word is that of eight wills.
    peer.cut();
    running.quality(humidity.id, Quality::Stale).await;
    offline(&running, "Workshop").await;
    let troubles = running.engine.diagnoses(None);
    assert!(troubles.is_empty(), "{troubles:#?}");
}

/// Protobuf by another hand, without aliases, without a rebirth of its own, and with births counted otherwise than the
/// specification has it.
#[tokio::test(flavor = "multi_thread")]
async fn an_edge_node_of_the_python_sparkplug_library() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut peer = Peer::python("oven.py", broker.port);
    let temperature = running.point("Oven 1", "Temperature").await;
    let oven = running.known("Oven 1").await;
    assert_eq!(
        (oven.convention.as_str(), running.place(&oven).as_str()),
        ("sparkplug", "Bakery › Bake House")
    );
    for (name, value) in [
        ("Temperature", Value::Float(231.5)),
        ("Setpoint", Value::Float(230.0)),
        ("Fans Setpoint", Value::Int(-2)),
        ("Loaves Setpoint", Value::Int(4_000_000_000)),
        ("Door Command", Value::Bool(false)),
        ("Program/Command", Value::text("rye")),
        ("Zones", Value::text("[228,-1,233]")),
    ] {
        let point = running.point("Oven 1", name).await;
        running.shows(point.id, value).await;
    }
    peer.order(&json!({ "do": "temperature", "to": 200.25 }));
    running.shows(temperature.id, Value::Float(200.25)).await;

    // A measurement cannot be written, whatever the library would take.
    assert_eq!(
        commands(&oven),
        [
            "Door Command",
            "Fans Setpoint",
            "Loaves Setpoint",
            "Program command",
            "Setpoint"
        ]
    );
    // It reads what we write: each in the type of its birth.
    for (name, value, told) in [
        ("Setpoint", Value::Float(235.5), json!(235.5)),
        ("Fans Setpoint", Value::Int(-3), json!(-3)),
        (
            "Loaves Setpoint",
            Value::Int(4_000_000_001),
            json!(4_000_000_001_u32),
        ),
        ("Door Command", Value::Bool(true), json!(true)),
        ("Program/Command", Value::text("wheat"), json!("wheat")),
    ] {
        let point = running.point("Oven 1", name).await;
        assert!(point.writable, "{name}");
        set(&running, &point, value).await;
        let got = peer.tells("dcmd").await;
        assert_eq!(got["metrics"], json!([{ "name": name, "value": told }]));
    }
    let lights = running.point("Bake House", "Lights Command").await;
    set(&running, &lights, Value::Bool(true)).await;
    let got = peer.tells("ncmd").await;
    assert_eq!(
        got["metrics"],
        json!([{ "name": "Lights Command", "value": true }])
    );

    // Its good-bye names a birth that never was; it is gone all the same.
    peer.order(&json!({ "do": "leave" }));
    offline(&running, "Bake House").await;
    offline(&running, "Oven 1").await;
    running.quality(temperature.id, Quality::Stale).await;
}

/// Homie 5 by a library of the makers of electrical panels: described in JSON, a device reached through another, colours, alerts.
#[tokio::test(flavor = "multi_thread")]
async fn devices_of_the_homie_five_library() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut peer = Peer::python("well.py", broker.port);
    let level = running.point("Well level", "water/level").await;
    running.shows(level.id, Value::Int(62)).await;
    let well = until("the well is ready", async || {
        running.device("Well").filter(|device| device.online)
    })
    .await;
    assert_eq!(well.convention, "homie");
    assert_eq!(running.known("Well level").await.via, Some(well.id));
    assert_eq!((unit(&level), level.range), ("%", Some((0.0, 100.0))));
    let running_point = running.point("Well", "pump/running").await;
    let pressure = running.point("Well", "pump/pressure").await;
    let mode = running.point("Well", "pump/mode").await;
    let glow = running.point("Well", "pump/glow").await;
    assert_eq!(
        (unit(&pressure), pressure.range, pressure.step),
        ("bar", Some((0.0, 6.0)), Some(0.5))
    );
    assert_eq!(mode.options, ["eco", "full", "night"]);
    running.shows(glow.id, Value::text("#ff8000")).await;
    for (point, value, property) in [
        (&running_point, Value::Bool(true), "running"),
        (&pressure, Value::Float(3.5), "pressure"),
        (&mode, Value::text("night"), "mode"),
    ] {
        set(&running, point, value).await;
        assert_eq!(peer.tells("set").await["property"], property);
    }
    peer.order(&json!({ "do": "level", "to": 18 }));
    running.shows(level.id, Value::Int(18)).await;
    // The well's will is that of its whole tree.
    peer.cut();
    offline(&running, "Well").await;
    running.quality(level.id, Quality::Stale).await;
    let troubles = running.engine.diagnoses(None);
    assert!(troubles.is_empty(), "{troubles:#?}");
}

/// Two that read each other's words wrong would not be seen with one alone: all speak at once, and a second window looks on.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_on_one_broker() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut peers = [
        Peer::node("sparkplug.js", broker.port),
        Peer::node("homie.js", broker.port),
        Peer::python("discoverable.py", broker.port),
    ];
    for (peer, word) in peers.iter_mut().zip(["born", "connected", "ready"]) {
        peer.tells(word).await;
    }
    let mut plain = Publisher::connect("plain", broker.port).await;
    plain.publish("garden/pump/power", "12", true).await;
    for name in ["Press Hall", "Press 1", "Attic fan", "Workshop", "Pump"] {
        running.known(name).await;
    }
    assert_eq!(running.devices().len(), 5);
    // A birth is said once: one that comes later hears data of an edge node unknown to it, asks for its birth, and gets it.
    let later = Running::connected(broker.port).await;
    peers[0].order(&json!({ "do": "force", "to": 212.5 }));
    peers[0].tells("ncmd").await;
    let force = later.point("Press 1", "Force").await;
    later.shows(force.id, Value::Float(212.5)).await;
}
