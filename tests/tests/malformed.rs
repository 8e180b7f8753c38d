//! Input of every wrong kind, through a real broker: each is a counted trouble that names its topic and, where it is known,
//! its device; a good device beside it goes on, and the engine answers.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use hearthline_engine::view::DiagnosisView;
use hearthline_model::{MINUTE, PointId, Quality, Value};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::sparkplug::{Metric, Payload};
use hearthline_tests::wait::until;
use serde_json::json;

/// A broker, an engine, a sender of nonsense, and a good device beside it.
struct Stage {
    running: Running,
    publisher: Publisher,
    good: PointId,
    value: i64,
    _broker: Mosquitto,
}

impl Stage {
    async fn new() -> Self {
        let broker = Mosquitto::start();
        let running = Running::connected(broker.port).await;
        let mut publisher = Publisher::connect("sender", broker.port).await;
        let config = json!({
            "name": "Temperature", "uniq_id": "good-1", "stat_t": "good/state", "unit_of_meas": "°C", "dev_cla": "temperature",
            "dev": { "ids": "good", "name": "Good thermometer", "sa": "Kitchen" },
        });
        publisher
            .publish("homeassistant/sensor/good/config", config.to_string(), true)
            .await;
        let good = running.point("Good thermometer", "Temperature").await.id;
        let mut stage = Self {
            running,
            publisher,
            good,
            value: 0,
            _broker: broker,
        };
        stage.goes_on().await;
        stage
    }

    async fn say(&mut self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publisher.publish(topic, payload, false).await;
    }

    /// The good device still does, and the engine answers; what was said before has been taken in by then.
    async fn goes_on(&mut self) {
        self.value += 1;
        let text = self.value.to_string();
        self.say("good/state", text).await;
        self.running.shows(self.good, Value::Int(self.value)).await;
        assert!(self.running.device("Good thermometer").unwrap().online);
        assert!(self.running.engine.status().trouble.is_empty());
        self.running.engine.data_info().await.unwrap();
    }

    /// What was counted, once it was, and that the good device goes on.
    async fn counted(&mut self, kind: &str, topic: &str, device: &str) -> DiagnosisView {
        self.goes_on().await;
        self.running.diagnosed(kind, topic, device).await
    }

    /// Nothing else was counted than what the test expected, which is so many lines.
    async fn end(mut self, lines: usize) {
        self.goes_on().await;
        let all = self.running.engine.diagnoses(None);
        assert_eq!(all.len(), lines, "{all:#?}");
        self.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn truncated_protobuf() {
    let mut stage = Stage::new().await;
    let birth = Payload::birth([Metric::real("Speed", 1.5)]).bytes();
    // Cut anywhere: before anything is known of the node, …
    for end in [1, 3, birth.len() / 2, birth.len() - 1] {
        stage.say("spBv1.0/Plant/NBIRTH/Edge", &birth[..end]).await;
    }
    stage
        .say("spBv1.0/Plant/NDATA/Edge", b"\xff\xff\xff\xff".as_slice())
        .await;
    stage
        .counted("malformed_protobuf", "spBv1.0/Plant/NDATA/Edge", "")
        .await;
    // … and after.
    stage.say("spBv1.0/Plant/NBIRTH/Edge", birth).await;
    let speed = stage.running.point("Edge", "Speed").await.id;
    stage.running.shows(speed, Value::Float(1.5)).await;
    let data = Payload::new(1, vec![Metric::real("Speed", 2.5)]).bytes();
    stage
        .say("spBv1.0/Plant/NDATA/Edge", &data[..data.len() - 3])
        .await;
    let found = stage
        .counted("malformed_protobuf", "spBv1.0/Plant/NDATA/Edge", "Edge")
        .await;
    assert_eq!(found.count, 1);
    assert_eq!(stage.running.device("Edge").unwrap().diagnoses, 1);
    // The whole one is read as if nothing had been.
    stage.say("spBv1.0/Plant/NDATA/Edge", data).await;
    stage.running.shows(speed, Value::Float(2.5)).await;
    stage.end(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_types_and_text_that_is_none_in_discovery() {
    let mut stage = Stage::new().await;
    let config = "homeassistant/sensor/bad/config";
    for (payload, kind) in [
        (b"[1, 2, 3]".as_slice(), "wrong_type"),
        (b"\"sensor\"", "wrong_type"),
        (b"17", "wrong_type"),
        (b"{\"name\": \"cut", "malformed_json"),
        (b"{\"name\": \"\xff\xfe\", \"stat_t\": \"x\"}", "invalid_utf8"),
    ] {
        stage.say(config, payload).await;
        stage.counted(kind, config, "").await;
    }
    // Fields of other types than the convention's: what can be used is used.
    let payload = json!({
        "name": ["a", "list"], "uniq_id": 17, "stat_t": { "an": "object" }, "unit_of_meas": 5, "dev_cla": false,
        "dev": { "ids": { "no": "list" }, "name": 12 }, "exp_aft": "soon", "val_tpl": 3,
    });
    stage
        .say("homeassistant/sensor/types/config", payload.to_string())
        .await;
    let payload = json!({ "dev": [], "o": 1, "cmps": ["no", "object"] });
    stage
        .say("homeassistant/device/types/config", payload.to_string())
        .await;
    stage
        .counted("invalid_description", "homeassistant/device/types/config", "")
        .await;
    // A number that is none, and bytes that are no text, as values of a device that is known.
    stage.say("good/state", "very warm").await;
    stage
        .counted("not_a_number", "good/state", "Good thermometer")
        .await;
    stage.say("good/state", b"21\xff".as_slice()).await;
    stage
        .counted("invalid_utf8", "good/state", "Good thermometer")
        .await;
    stage.end(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_that_never_end() {
    let mut stage = Stage::new().await;
    let nested = "{% for a in range(1000) %}".repeat(6) + "x" + &"{% endfor %}".repeat(6);
    for (id, template) in [
        ("range", "{% for i in range(1000000000) %}{{ i }}{% endfor %}".to_owned()),
        ("nested", nested),
        ("text", "{{ value * 1000000000 }}".to_owned()),
        ("grows", "{% set n = namespace(s='x') %}{% for i in range(999) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s|length }}".to_owned()),
    ] {
        let config = json!({
            "name": "Loop", "uniq_id": format!("loop-{id}"), "stat_t": format!("loop/{id}"), "val_tpl": template,
            "dev": { "ids": format!("loop-{id}"), "name": format!("Looping {id}") },
        });
        stage.say(&format!("homeassistant/sensor/loop-{id}/config"), config.to_string()).await;
        stage.running.known(&format!("Looping {id}")).await;
        let topic = format!("loop/{id}");
        let begin = Instant::now();
        for _ in 0..3 {
            stage.say(&topic, "7").await;
        }
        let found = stage.counted("template", &topic, &format!("Looping {id}")).await;
        println!("{id}: {} in {:?}", found.text, begin.elapsed());
        assert_eq!(found.count, 3);
        assert!(begin.elapsed() < Duration::from_secs(10), "{id} held up the others");
    }
    stage.end(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_topics_with_anything_in_them() {
    let mut stage = Stage::new().await;
    stage
        .say("home/cellar/meter", r#"{"power": 5, "voltage": 230.5}"#)
        .await;
    let power = stage.running.point("Meter", "Power").await.id;
    stage.running.shows(power, Value::Int(5)).await;

    // JSON that is cut.
    stage.say("home/cellar/meter", r#"{"power": 6, "volt"#).await;
    stage
        .counted("malformed_json", "home/cellar/meter", "Meter")
        .await;
    // Numbers that are none: the others beside them count.
    stage
        .say("home/cellar/meter", r#"{"power": 7, "voltage": NaN}"#)
        .await;
    stage.counted("not_a_number", "home/cellar/meter", "Meter").await;
    stage.running.shows(power, Value::Int(7)).await;
    let voltage = stage.running.point("Meter", "Voltage").await.id;
    stage.running.shows(voltage, Value::Null).await;
    stage
        .say("home/cellar/meter", r#"{"power": "-inf", "voltage": 231}"#)
        .await;
    stage.running.shows(voltage, Value::Int(231)).await;
    // Another type than before.
    stage
        .say(
            "home/cellar/meter",
            r#"{"power": {"a": [true, null, "x"]}, "voltage": [1, 2]}"#,
        )
        .await;
    stage.goes_on().await;
    // Deeper than anything real.
    let deep = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    stage.say("home/cellar/meter", deep).await;
    stage.counted("too_large", "home/cellar/meter", "Meter").await;
    stage.say("home/cellar/bottomless", "[".repeat(1_000_000)).await;
    stage
        .counted("malformed_json", "home/cellar/bottomless", "")
        .await;
    // Bytes where text was.
    stage
        .say("home/cellar/meter", b"\xff\xfe\x00\x01".as_slice())
        .await;
    stage.counted("invalid_utf8", "home/cellar/meter", "Meter").await;
    // Nothing at all is no value and no trouble.
    stage.say("home/cellar/meter", "").await;
    stage.say("home/cellar/empty", "").await;
    stage.say("home/cellar/empty", "  \n").await;
    stage.goes_on().await;
    assert!(stage.running.device("Empty").is_none());
    stage.end(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_are_wrong() {
    let mut stage = Stage::new().await;
    let begin = hearthline_engine::now();
    for (name, time) in [
        ("ahead", "2099-01-01T00:00:00Z"),
        ("unset", "1970-01-01T00:00:07Z"),
    ] {
        let topic = format!("home/cellar/{name}");
        stage
            .say(&topic, format!(r#"{{"time": "{time}", "level": 5}}"#))
            .await;
        let device = if name == "ahead" { "Ahead" } else { "Unset" };
        let level = stage.running.point(device, "Level").await.id;
        stage.counted("clock", &topic, device).await;
        let shown = stage.running.shows(level, Value::Int(5)).await;
        assert!(
            (shown.at - begin).abs() < MINUTE,
            "{name}: the arrival's time is shown"
        );
        let stored = stage.running.stored(level).await;
        assert!(
            stored.iter().all(|sample| (sample.at - begin).abs() < MINUTE),
            "{stored:?}"
        );
    }
    let metric = |ms: u64| Metric {
        timestamp: Some(ms),
        ..Metric::real("Speed", 1.0)
    };
    for (edge, ms) in [("Ahead2", 4_070_908_800_000), ("Unset2", 7000)] {
        let topic = format!("spBv1.0/Plant/NBIRTH/{edge}");
        stage.say(&topic, Payload::birth([metric(ms)]).bytes()).await;
        let name = edge.replace('2', " 2");
        let speed = stage.running.point(&name, "Speed").await.id;
        stage.counted("clock", &topic, &name).await;
        let shown = stage.running.shows(speed, Value::Float(1.0)).await;
        assert!((shown.at - begin).abs() < MINUTE);
    }
    stage.end(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text_and_topics_may_be_odd() {
    let mut stage = Stage::new().await;
    let name = "<img src=x onerror=alert(1)><b>Lamp</b>";
    let config = json!({
        "name": "<script>1</script>", "uniq_id": "html", "stat_t": "html/state",
        "dev": { "ids": "html", "name": name, "mf": "<i>", "sa": "<u>Attic</u>" },
    });
    stage
        .say("homeassistant/sensor/html/config", config.to_string())
        .await;
    let point = stage.running.point(name, "<script>1</script>").await;
    let device = stage.running.known(name).await;
    assert_eq!(device.own_name, name);
    assert_eq!(device.manufacturer.as_deref(), Some("<i>"));
    assert!(stage.running.place(&device).ends_with("<u>Attic</u>"));
    stage.say("html/state", "<b>on</b>").await;
    stage.running.shows(point.id, Value::text("<b>on</b>")).await;

    let long = "level/".repeat(180) + "x";
    let wide = "w".repeat(60_000);
    for topic in [
        "/",
        "//",
        "/a",
        "a/",
        "a//b",
        " ",
        "   /  ",
        "home/küche/wärme",
        "家/温度",
        "🔥/🔥",
        "a b/c d",
        "..",
        "../../etc/passwd",
        "%s/%n",
        "'; DROP TABLE points; --/x",
        "\u{202e}abc/x",
        "{{ value }}/x",
        "spBv1.0",
        "spBv1.0/",
        "spBv1.0/a/b/c/d/e/f",
        "homeassistant",
        "homeassistant/config",
        "a/$b/c",
        &long,
        &wide,
    ] {
        stage.say(topic, "5").await;
    }
    stage.goes_on().await;
    let all = stage.running.engine.diagnoses(None);
    assert!(
        all.iter().all(|line| line.topic.starts_with("spBv1.0")),
        "only a namespace of its own says what may be in it: {all:#?}"
    );
    let devices = stage.running.devices();
    assert!(
        devices.iter().all(|device| !device.name.trim().is_empty()),
        "every device can be named"
    );
    assert!(devices.iter().any(|device| device.name.contains('🔥')));
    // The explorer shows what there was, as it was.
    let broker = devices[0].broker;
    for topic in ["🔥/🔥", "'; DROP TABLE points; --/x", "//"] {
        assert_eq!(
            stage.running.engine.raw_message(broker, topic).unwrap().payload,
            "5"
        );
    }
    let folder = stage.running.stop().await;
    drop(Running::open(folder).stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes() {
    let mut stage = Stage::new().await;
    stage.say("home/cellar/meter", r#"{"power": 5}"#).await;
    stage.running.known("Meter").await;
    stage.say("home/cellar/camera", vec![b'x'; 10 << 20]).await;
    let found = stage.counted("too_large", "home/cellar/camera", "").await;
    assert_eq!(found.count, 1);
    // More than is taken in at all is refused and told as well.
    stage.say("home/attic/camera", vec![0u8; 20 << 20]).await;
    until("the refusal is told", async || {
        let all = stage.running.engine.diagnoses(None);
        all.iter()
            .any(|line| line.topic == "home/attic/camera")
            .then_some(())
    })
    .await;
    stage.goes_on().await;
    let broker = stage.running.engine.broker_ids()[0];
    let raw = stage
        .running
        .engine
        .raw_message(broker, "home/cellar/camera")
        .unwrap();
    assert!(raw.truncated && raw.bytes == 10 << 20 && raw.payload.len() <= 64 << 10);
    stage.end(2).await;
}

/// Resident memory of this process, bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1024)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_topics() {
    const TOPICS: usize = 110_000;
    let mut stage = Stage::new().await;
    let before = resident();
    let begin = Instant::now();
    // Half of them of one device, the others of many.
    let topic = |number: usize| match number % 2 {
        0 => format!("storm/{number}"),
        _ => format!("storm/{}/{number}", number % 977),
    };
    for number in 0..TOPICS {
        stage
            .publisher
            .send(&topic(number), number.to_string(), false)
            .await;
    }
    stage.publisher.settled(TOPICS).await;
    println!("published after {:?}", begin.elapsed());
    stage.goes_on().await;
    println!("taken in after {:?}", begin.elapsed());
    let found = stage.running.diagnosed("too_many", &topic(TOPICS - 1), "").await;
    let status = stage.running.engine.status();
    let grown = resident().saturating_sub(before) >> 20;
    println!("memory grew by {grown} MB");
    assert!(grown < 600, "{grown} MB");
    assert!(status.points <= 100_001);
    assert!(found.count as usize >= TOPICS - 100_000);
    // A device that announces itself after the storm is found and shown.
    let config = json!({
        "name": "Level", "uniq_id": "late", "stat_t": "late/state", "dev": { "ids": "late", "name": "Late tank" },
    });
    stage
        .say("homeassistant/sensor/late/config", config.to_string())
        .await;
    let level = stage.running.point("Late tank", "Level").await.id;
    stage.say("late/state", "42").await;
    assert_eq!(
        stage.running.shows(level, Value::Int(42)).await.quality,
        Quality::Good
    );
    stage.end(1).await;
}
