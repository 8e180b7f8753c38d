//! People get exactly the alarms they should: by a real mail server, a webhook, MQTT and ntfy, also after these were down for a
//! while and after the program was killed; and the page where that is set up, in the real window.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hearthline_engine::view::{ChannelEdit, ChannelView, ReachOutcome};
use hearthline_model::{
    Channel, ChannelId, Condition, ConditionKind, Escalation, EscalationStep, Hours, MailSecurity, Micros,
    PointId, Priority, QuietHours, ReachRules, SECOND, Target, Value, WebhookAuth,
};
use hearthline_tests::axe;
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::peer::Peer;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::receiver::{Posted, Receiver, SILENT};
use hearthline_tests::wait::{PATIENCE, until, within};
use hearthline_tests::window::{Window, welcome};
use serde_json::json;

/// A boiler and a smoke detector at home, and a press in the plant.
async fn announce(device: &mut Publisher) {
    let boiler = json!({
        "name": "Pressure", "uniq_id": "boiler-p", "stat_t": "boiler/p", "unit_of_meas": "bar", "dev_cla": "pressure",
        "stat_cla": "measurement", "dev": { "ids": "boiler", "name": "Boiler", "sa": "Cellar" },
    });
    let smoke = json!({
        "name": null, "uniq_id": "smoke", "stat_t": "hall/smoke", "dev_cla": "smoke",
        "dev": { "ids": "smoke", "name": "Smoke detector", "sa": "Hall" },
    });
    for (name, config) in [("sensor/boiler-p", boiler), ("binary_sensor/smoke", smoke)] {
        let topic = format!("homeassistant/{name}/config");
        device.publish(&topic, config.to_string(), true).await;
    }
    device.publish("boiler/p", "1.5", true).await;
    device.publish("hall/smoke", "OFF", true).await;
}

/// The boiler calls above 2 bar, with a priority.
async fn watched(running: &Running, priority: Priority) -> PointId {
    let pressure = running.point("Boiler", "Pressure").await;
    running.shows(pressure.id, Value::Float(1.5)).await;
    let high = Condition {
        response: "Open the valve.".into(),
        ..Condition::new(ConditionKind::Hi { limit: 2.0 }, priority, "Pressure too high")
    };
    let saved = running.engine.save_conditions(pressure.id, Some(vec![high]));
    saved.await.expect("the limit is kept");
    pressure.id
}

fn channel(name: &str, to: Target) -> Channel {
    Channel {
        name: name.into(),
        enabled: true,
        to,
        from: Priority::Low,
        realm: None,
        places: Vec::new(),
        classes: Vec::new(),
        cleared: false,
        quiet: false,
        only_escalated: false,
    }
}

fn webhook(port: u16, auth: WebhookAuth) -> Target {
    Target::Webhook {
        url: format!("http://127.0.0.1:{port}/alarms?of=house"),
        auth,
        ca_file: None,
    }
}

fn mail(port: u16, ca_file: Option<&Path>) -> Target {
    Target::Mail {
        host: "127.0.0.1".into(),
        port,
        security: match ca_file {
            Some(_) => MailSecurity::StartTls,
            None => MailSecurity::None,
        },
        username: ca_file.map(|_| "ada".into()),
        from: "house@example.org".into(),
        to: vec!["ada@example.org".into(), "grace@example.org".into()],
        ca_file: ca_file.map(|path| path.display().to_string()),
    }
}

async fn add(running: &Running, settings: Channel, secret: Option<&str>) -> ChannelId {
    let edit = ChannelEdit {
        id: None,
        settings,
        secret: secret.map(str::to_owned),
    };
    running
        .engine
        .save_channel(edit)
        .await
        .expect("the channel is kept")
}

async fn tried(running: &Running, settings: Channel, secret: Option<&str>) -> ReachOutcome {
    let edit = ChannelEdit {
        id: None,
        settings,
        secret: secret.map(str::to_owned),
    };
    running
        .engine
        .test_channel(edit)
        .await
        .expect("settings that fit")
}

fn state(running: &Running, id: ChannelId) -> ChannelView {
    let all = running.engine.reach().channels;
    all.into_iter()
        .find(|channel| channel.id == id)
        .expect("the channel")
}

async fn becomes(
    running: &Running,
    id: ChannelId,
    what: &str,
    fits: impl Fn(&ChannelView) -> bool,
) -> ChannelView {
    until(what, async || {
        Some(state(running, id)).filter(|channel| fits(channel))
    })
    .await
}

/// Every alarm told in messages, by its text; an event delivered twice under one id counts once.
fn told(posts: &[Posted]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for post in posts {
        for alarm in post.json()["alarms"].as_array().expect("alarms") {
            if seen.insert(alarm["id"].as_str().expect("an id").to_owned()) {
                all.push(format!(
                    "{} {}",
                    alarm["event"].as_str().unwrap(),
                    alarm["text"].as_str().unwrap()
                ));
            }
        }
    }
    all
}

fn hexadecimal(bytes: &[u8]) -> String {
    let two = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap());
    bytes.iter().flat_map(two).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_channel_gets_what_it_was_set_up_for() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let (hook, phone) = (Receiver::start().await, Receiver::start().await);
    let mut inbox = Peer::python("mailbox.py", 0);
    let smtp = inbox.tells("listening").await["port"].as_u64().unwrap() as u16;
    let mut reader = Publisher::connect("reader", broker.port).await;
    reader.subscribe("house/alarms").await;

    let signed = Channel {
        cleared: true,
        ..channel("Hook", webhook(hook.port, WebhookAuth::Signature))
    };
    add(&running, signed, Some("a secret")).await;
    let only_smoke = Channel {
        classes: vec!["smoke".into()],
        ..channel(
            "Phone",
            Target::Ntfy {
                server: format!("http://127.0.0.1:{}", phone.port),
                topic: "my-house".into(),
                ca_file: None,
            },
        )
    };
    add(&running, only_smoke, Some("tk_token")).await;
    let mailed = add(&running, channel("Mail", mail(smtp, None)), None).await;
    let topic = Target::Mqtt {
        broker: running.engine.brokers()[0].id,
        topic: "house/alarms".into(),
        retain: true,
    };
    let urgent = Channel {
        from: Priority::Critical,
        ..channel("Topic", topic)
    };
    let topic = add(&running, urgent, None).await;
    let off = Channel {
        enabled: false,
        ..channel("Off", webhook(hook.port, WebhookAuth::None))
    };
    add(&running, off, None).await;

    device.publish("boiler/p", "2.5", true).await;
    // With its signature, by which the receiver knows who it is from.
    let posts = hook.count(1).await;
    assert_eq!(posts[0].path, "/alarms?of=house");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a secret");
    let signature = hexadecimal(ring::hmac::sign(&key, &posts[0].body).as_ref());
    assert_eq!(
        posts[0].header("x-hearthline-signature"),
        format!("sha256={signature}")
    );
    let said = posts[0].json();
    assert_eq!(said["title"], "▲ Pressure too high: Boiler");
    assert_eq!(said["id"], posts[0].header("x-hearthline-id"));
    let alarm = &said["alarms"][0];
    assert_eq!(
        (
            &alarm["event"],
            &alarm["value"],
            &alarm["limit"],
            &alarm["unit"],
            &alarm["place"]
        ),
        (
            &json!("raised"),
            &json!(2.5),
            &json!(2.0),
            &json!("bar"),
            &json!("Cellar")
        )
    );
    let sent = within(PATIENCE / 2, async || {
        (state(&running, mailed).sent == 1).then_some(())
    });
    assert!(sent.await.is_some(), "{:?}", state(&running, mailed));
    let first = inbox.tells("mail").await;
    assert_eq!(first["subject"], "[Hearthline] ▲ Pressure too high: Boiler");
    assert_eq!(
        first["receivers"],
        json!(["ada@example.org", "grace@example.org"])
    );
    assert_eq!(first["sender"], "house@example.org");
    assert!(
        first["text"]
            .as_str()
            .unwrap()
            .contains("What to do: Open the valve."),
        "{first}"
    );

    device.publish("hall/smoke", "ON", true).await;
    let (heard, payload) = reader.next().await;
    assert_eq!(heard, "house/alarms");
    let said: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
    assert_eq!(
        (&said["title"], &said["count"]),
        (&json!("■ Smoke: Smoke detector"), &json!(1))
    );
    let rang = phone.count(1).await;
    assert_eq!(rang[0].path, "/");
    assert_eq!(rang[0].header("authorization"), "Bearer tk_token");
    let rang = rang[0].json();
    assert_eq!(
        (&rang["topic"], &rang["title"], &rang["priority"], &rang["tags"]),
        (
            &json!("my-house"),
            &json!("■ Smoke: Smoke detector"),
            &json!(5),
            &json!(["rotating_light"])
        )
    );
    assert_eq!(
        inbox.tells("mail").await["subject"],
        "[Hearthline] ■ Smoke: Smoke detector"
    );

    // Only the webhook is told that it is over.
    device.publish("boiler/p", "1.0", true).await;
    let posts = hook.count(3).await;
    assert_eq!(
        told(&posts),
        [
            "raised Pressure too high",
            "raised Smoke",
            "cleared Pressure too high"
        ]
    );
    assert_eq!(phone.all().len(), 1);

    // What comes back from the broker is no device, and what it keeps goes with the channel.
    assert!(
        running
            .devices()
            .iter()
            .all(|it| !it.name.to_lowercase().contains("alarms"))
    );
    let seen = until("it is heard again", async || {
        let broker = running.engine.brokers()[0].id;
        running.engine.raw_message(broker, "house/alarms")
    })
    .await;
    assert!(seen.payload.starts_with("{\"hearthline_alarms\":1,"));
    running.engine.remove_channel(topic).await.unwrap();
    let (_, payload) = reader.next().await;
    assert!(payload.is_empty());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_what_is_wrong_in_plain_words() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut hook = Receiver::start().await;
    let good = channel("Hook", webhook(hook.port, WebhookAuth::Bearer));
    let outcome = tried(&running, good.clone(), Some("let-me-in")).await;
    assert!(
        outcome.delivered && outcome.text.starts_with("Delivered"),
        "{outcome:?}"
    );
    let post = &hook.all()[0];
    assert_eq!(post.header("authorization"), "Bearer let-me-in");
    assert_eq!(post.json()["test"], true);
    hook.answer(401);
    let outcome = tried(&running, good.clone(), Some("wrong")).await;
    assert!(!outcome.delivered);
    assert!(
        outcome.text.contains("401") && outcome.text.contains("does not accept the secret"),
        "{outcome:?}"
    );
    hook.down().await;
    let outcome = tried(&running, good.clone(), Some("x")).await;
    assert!(outcome.text.contains("nothing listens on port"), "{outcome:?}");
    let outcome = tried(&running, channel("Mail", mail(hook.port, None)), None).await;
    assert!(outcome.text.contains("nothing listens on port"), "{outcome:?}");
    let nowhere = Target::Ntfy {
        server: "http://no-such-host.invalid".into(),
        topic: "x".into(),
        ca_file: None,
    };
    let outcome = tried(&running, channel("Phone", nowhere), None).await;
    assert!(
        outcome.text.contains("is not known on this network"),
        "{outcome:?}"
    );

    // Encrypted, with the authority of one's own, and signed in.
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut inbox = Peer::python_with("mailbox.py", 0, &[&certificate, &key]);
    let smtp = inbox.tells("listening").await["port"].as_u64().unwrap() as u16;
    let safe = channel("Mail", mail(smtp, Some(&certificate)));
    let outcome = tried(&running, safe.clone(), Some("secret")).await;
    assert!(outcome.delivered, "{outcome:?}");
    let came = inbox.tells("mail").await;
    assert_eq!((&came["encrypted"], &came["user"]), (&json!(true), &json!("ada")));
    let outcome = tried(&running, safe, Some("wrong")).await;
    assert!(
        outcome.text.contains("User name or password is not accepted"),
        "{outcome:?}"
    );
    let stranger = match mail(smtp, Some(&certificate)) {
        Target::Mail {
            host,
            port,
            security,
            username,
            from,
            to,
            ..
        } => Target::Mail {
            host,
            port,
            security,
            username,
            from,
            to,
            ca_file: None,
        },
        other => other,
    };
    let outcome = tried(&running, channel("Mail", stranger), Some("secret")).await;
    assert!(
        !outcome.delivered && outcome.text.contains("ertificate"),
        "{outcome:?}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_down_gets_everything_once_it_is_back() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let mut hook = Receiver::start().await;
    let mut inbox = Peer::python("mailbox.py", 0);
    let smtp = inbox.tells("listening").await["port"].as_u64().unwrap() as u16;
    let hooked = add(
        &running,
        channel("Hook", webhook(hook.port, WebhookAuth::None)),
        None,
    )
    .await;
    let mailed = add(&running, channel("Mail", mail(smtp, None)), None).await;
    hook.down().await;
    inbox.cut();

    device.publish("boiler/p", "2.5", true).await;
    for id in [hooked, mailed] {
        let failed = becomes(&running, id, "a failure", |channel| channel.failed > 0).await;
        assert!(failed.error.contains("nothing listens on port"), "{failed:?}");
        assert_eq!((failed.waiting, failed.sent), (1, 0));
        assert!(failed.retry_at.is_some());
    }
    // More meanwhile, which is summed up behind the one that was tried.
    for value in ["1.0", "2.6", "1.0", "2.7"] {
        device.publish("boiler/p", value, true).await;
    }
    device.publish("hall/smoke", "ON", true).await;
    becomes(&running, hooked, "four wait", |channel| channel.waiting == 4).await;
    hook.up().await;
    let mut inbox = Peer::python("mailbox.py", smtp);
    inbox.tells("listening").await;
    let posts = hook.count(2).await;
    assert_eq!(
        told(&posts),
        [
            "raised Pressure too high",
            "raised Pressure too high",
            "raised Pressure too high",
            "raised Smoke"
        ]
    );
    assert_eq!(
        (
            posts[0].json()["count"].as_u64(),
            posts[1].json()["count"].as_u64()
        ),
        (Some(1), Some(3))
    );
    let one = inbox.tells("mail").await;
    assert_eq!(one["subject"], "[Hearthline] ▲ Pressure too high: Boiler");
    let rest = inbox.tells("mail").await;
    assert!(
        rest["subject"]
            .as_str()
            .unwrap()
            .starts_with("[Hearthline] 3 alarms"),
        "{rest}"
    );
    assert!(
        rest["text"]
            .as_str()
            .unwrap()
            .starts_with("■ Smoke: Smoke detector, Hall"),
        "{rest}"
    );
    let idle = becomes(&running, mailed, "nothing waits", |channel| channel.waiting == 0).await;
    assert_eq!((idle.sent, idle.alarms, idle.error.as_str()), (2, 4, ""));

    // What waits for a channel that is switched off is not sent, ever.
    hook.down().await;
    device.publish("boiler/p", "1.0", true).await;
    device.publish("boiler/p", "2.8", true).await;
    becomes(&running, hooked, "one waits", |channel| channel.waiting == 1).await;
    running.engine.enable_channel(hooked, false).await.unwrap();
    running.engine.enable_channel(hooked, true).await.unwrap();
    hook.up().await;
    device.publish("boiler/p", "1.0", true).await;
    device.publish("boiler/p", "2.9", true).await;
    let posts = hook.count(3).await;
    assert_eq!(posts[2].json()["alarms"][0]["value"], 2.9);
    running.stop().await;
}

/// The engine in a process of its own.
fn headless(folder: &Path, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_headless"))
        .arg(folder)
        .arg(port.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_loses_and_doubles_nothing() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let mut hook = Receiver::start().await;
    add(
        &running,
        channel("Hook", webhook(hook.port, WebhookAuth::None)),
        None,
    )
    .await;
    let folder = running.stop().await;

    // Killed while the message is under way: the receiver has it, and the program was never told so.
    hook.answer(SILENT);
    let mut program = headless(folder.path(), broker.port);
    device.publish("boiler/p", "2.5", true).await;
    let first = hook.count(1).await;
    program.kill().unwrap();
    program.wait().unwrap();
    // Killed with alarms that wait while nobody listens.
    hook.down().await;
    let mut program = headless(folder.path(), broker.port);
    device.publish("boiler/p", "1.0", true).await;
    device.publish("boiler/p", "2.6", true).await;
    device.publish("hall/smoke", "ON", true).await;
    let file = folder.path().join(hearthline_engine::DATABASE);
    until("they are in the outbox", async || {
        (outbox(&file)? == 3).then_some(())
    })
    .await;
    program.kill().unwrap();
    program.wait().unwrap();
    hook.answer(200);
    hook.up().await;
    let mut program = headless(folder.path(), broker.port);
    let posts = hook.count(3).await;
    assert_eq!(
        posts[1].json()["id"],
        first[0].json()["id"],
        "the same message under the same id"
    );
    assert_eq!(posts[1].body, first[0].body);
    assert_eq!(
        told(&posts),
        [
            "raised Pressure too high",
            "raised Pressure too high",
            "raised Smoke"
        ]
    );
    until("the outbox is empty", async || {
        (outbox(&file)? == 0).then_some(())
    })
    .await;
    program.kill().unwrap();
    program.wait().unwrap();
    // In the journal each stands once, as the outbox had it.
    let journal: Vec<String> = Running::open(folder)
        .journal()
        .await
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert_eq!(journal.iter().filter(|text| *text == "Smoke").count(), 1);
}

/// So many leak detectors.
async fn leaks(device: &mut Publisher, count: usize) {
    for number in 0..count {
        let config = json!({
            "name": null, "uniq_id": format!("leak{number}"), "stat_t": format!("leak/{number}"), "dev_cla": "moisture",
            "dev": { "ids": format!("leak{number}"), "name": format!("Leak {number}") },
        });
        let topic = format!("homeassistant/binary_sensor/leak{number}/config");
        device.send(&topic, config.to_string(), true).await;
    }
    device.settled(count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_one_message() {
    const COUNT: usize = 312;
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    leaks(&mut device, COUNT).await;
    until("all are known", async || {
        (running.devices().len() >= COUNT).then_some(())
    })
    .await;
    let mut inbox = Peer::python("mailbox.py", 0);
    let smtp = inbox.tells("listening").await["port"].as_u64().unwrap() as u16;
    let id = add(&running, channel("Mail", mail(smtp, None)), None).await;
    for number in 0..COUNT {
        device.send(&format!("leak/{number}"), "ON", false).await;
    }
    device.settled(COUNT).await;
    let all = becomes(&running, id, "all are told", |channel| {
        channel.alarms == COUNT as u64
    })
    .await;
    assert!(all.sent <= 3, "summed up: {all:?}");
    let first = inbox.tells("mail").await;
    let subject = first["subject"].as_str().unwrap();
    assert!(subject.contains(" alarms "), "{subject}");
    let text = first["text"].as_str().unwrap().replace("\r\n", "\n");
    assert!(text.starts_with("The first five:\n▲ Water leak: Leak "), "{text}");
    assert!(text.contains("All together: "), "{text}");
    running.stop().await;
}

/// The minutes of the local day, `by` from now.
fn minute(by: Micros) -> u16 {
    const DAY: Micros = 24 * 3600 * SECOND;
    let offset = Command::new("date").arg("+%H:%M").output().expect("date");
    let text = String::from_utf8(offset.stdout).expect("a time");
    let (hour, minute) = text.trim().split_once(':').expect("a time");
    let now: Micros = hour.parse::<Micros>().unwrap() * 60 + minute.parse::<Micros>().unwrap();
    ((now + by).rem_euclid(DAY / 60 / SECOND)) as u16
}

#[tokio::test(flavor = "multi_thread")]
async fn at_night_only_smoke_calls_and_the_rest_in_the_morning() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let hook = Receiver::start().await;
    let quiet = Channel {
        quiet: true,
        ..channel("Hook", webhook(hook.port, WebhookAuth::None))
    };
    let id = add(&running, quiet, None).await;
    let night = |enabled| ReachRules {
        quiet: QuietHours {
            enabled,
            hours: Hours {
                days: 127,
                from: minute(-60),
                to: minute(120),
            },
        },
        escalation: Escalation::default(),
    };
    running.engine.save_reach_rules(night(true)).await.unwrap();
    becomes(&running, id, "quiet", |channel| channel.quiet).await;
    device.publish("boiler/p", "2.5", true).await;
    becomes(&running, id, "one is held", |channel| channel.held == 1).await;
    device.publish("hall/smoke", "ON", true).await;
    let posts = hook.count(1).await;
    assert_eq!(told(&posts), ["raised Smoke"]);
    becomes(&running, id, "the other waits", |channel| {
        (channel.waiting, channel.held) == (1, 1)
    })
    .await;
    let running = Running::again(running.stop().await).await;
    running.engine.save_reach_rules(night(false)).await.unwrap();
    let posts = hook.count(2).await;
    assert_eq!(
        posts[1].json()["title"],
        "While it was quiet: 1 alarm still waits"
    );
    assert_eq!(told(&posts), ["raised Smoke", "raised Pressure too high"]);

    running.engine.save_reach_rules(night(true)).await.unwrap();
    becomes(&running, id, "quiet", |channel| channel.quiet).await;
    device.publish("boiler/p", "1.0", true).await;
    device.publish("boiler/p", "2.6", true).await;
    becomes(&running, id, "one is held", |channel| channel.held == 1).await;
    let alarm = running
        .alarm("pressure", |alarm| {
            alarm.text == "Pressure too high" && alarm.state.waits()
        })
        .await;
    running
        .engine
        .acknowledge(vec![alarm.id], "Ada".into())
        .await
        .unwrap();
    running.engine.save_reach_rules(night(false)).await.unwrap();
    becomes(&running, id, "nothing waits", |channel| channel.waiting == 0).await;
    assert_eq!(hook.all().len(), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_acknowledges_reaches_the_next_also_after_a_restart() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    add(
        &running,
        channel("First", webhook(first.port, WebhookAuth::None)),
        None,
    )
    .await;
    let later = Channel {
        only_escalated: true,
        ..channel("Second", webhook(second.port, WebhookAuth::None))
    };
    let next = add(&running, later, None).await;
    let rules = ReachRules {
        quiet: QuietHours::default(),
        escalation: Escalation {
            enabled: true,
            from: Priority::High,
            steps: vec![EscalationStep {
                after: 10,
                channels: vec![next],
            }],
            repeat: Some(20),
            most: 1,
        },
    };
    running.engine.save_reach_rules(rules).await.unwrap();
    device.publish("boiler/p", "2.5", true).await;
    device.publish("hall/smoke", "ON", true).await;
    first.count(1).await;
    let smoke = running.alarm("smoke", |alarm| alarm.text == "Smoke").await;
    running
        .alarm("pressure", |alarm| alarm.text == "Pressure too high")
        .await;
    running
        .engine
        .acknowledge(vec![smoke.id], "Ada".into())
        .await
        .unwrap();
    let file = running.folder().join(hearthline_engine::DATABASE);
    until("one waits", async || {
        let open = rusqlite::Connection::open(&file).ok()?;
        let of = "SELECT count(*), min(alarm) FROM escalations";
        let (count, alarm): (i64, Option<u32>) = open
            .query_row(of, (), |row| Ok((row.get(0)?, row.get(1)?)))
            .ok()?;
        (count == 1 && alarm != Some(smoke.id.0)).then_some(())
    })
    .await;
    let folder = running.stop().await;
    assert!(second.all().is_empty());
    // Eleven minutes pass while the program does not run.
    let open = rusqlite::Connection::open(&file).unwrap();
    open.execute("UPDATE escalations SET since = since - ?", [11 * 60 * SECOND])
        .unwrap();
    drop(open);
    let running = Running::again(folder).await;
    let posts = second.count(1).await;
    let said = posts[0].json();
    assert_eq!(said["title"], "▲ Not acknowledged: Pressure too high: Boiler");
    assert!(
        said["text"]
            .as_str()
            .unwrap()
            .contains("nobody has acknowledged it for"),
        "{said}"
    );
    assert_eq!(told(&posts), ["escalated Pressure too high"]);
    becomes(&running, next, "delivered", |channel| {
        channel.sent == 1 && channel.waiting == 0
    })
    .await;
    let running = Running::again(running.stop().await).await;
    until("escalations were looked at", async || {
        (!running.engine.alarms().alarms.is_empty()).then_some(())
    })
    .await;
    running.stop().await;
    assert_eq!(second.all().len(), 1, "once");
}

/// Rows that wait in the outbox of a history file.
fn outbox(file: &Path) -> Option<i64> {
    let open = rusqlite::Connection::open(file).ok()?;
    open.query_row("SELECT count(*) FROM outbox", (), |row| row.get(0))
        .ok()
}

/// Both lights, both sizes.
async fn pictures(window: &Window, name: &str) {
    window.pictures(&format!("reach-{name}")).await;
}

/// Chooses in a list, or switches a switch.
async fn changed(window: &Window, css: &str, value: &str) {
    window.find(css).await;
    window
        .script(&format!(
            "const it = document.querySelector({}); it.value = {}; \
             it.dispatchEvent(new Event('change', {{ bubbles: true }})); return null",
            json!(css),
            json!(value)
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sets_it_up_in_the_window() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    watched(&running, Priority::High).await;
    let folder = running.stop().await;
    welcome(folder.path(), "light");
    let mut hook = Receiver::start().await;
    hook.down().await;

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    window.go("#/settings?section=notifications").await;
    window.find("[data-test=no-channels]").await;

    // A test that is refused says so, and one that is taken.
    window.press("[data-test=channel-add][data-kind=webhook]").await;
    window.fill("[data-test=channel-name]", "Night shift").await;
    let url = format!("http://127.0.0.1:{}/night", hook.port);
    window.fill("[data-test=channel-url]", &url).await;
    changed(&window, "[data-test=channel-auth]", "bearer").await;
    window.fill("[data-test=channel-secret]", "let-me-in").await;
    window.press("[data-test=channel-test]").await;
    window
        .text_with(
            "[data-test=channel-outcome][data-delivered=false]",
            "nothing listens on port",
        )
        .await;
    pictures(&window, "refused").await;
    axe::load(&window).await;
    let wrong = axe::violations(&window).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    hook.up().await;
    window.press("[data-test=channel-test]").await;
    window
        .text_with("[data-test=channel-outcome][data-delivered=true]", "Delivered")
        .await;
    let post = &hook.count(1).await[0];
    assert_eq!(post.header("authorization"), "Bearer let-me-in");
    // A program does not sleep, unless it is told to.
    window.find("[data-test=channel-quiet]:not(:checked)").await;
    window.press("[data-test=channel-quiet]").await;
    window.press("[data-test=channel-save]").await;
    window.text_with("[data-test=channel-state]", "ready").await;

    // Quiet hours that hold now.
    changed(&window, "[data-test=quiet-from]", &clock(minute(-60))).await;
    changed(&window, "[data-test=quiet-to]", &clock(minute(120))).await;
    window.press("[data-test=quiet-hours]").await;
    window
        .text_with("[data-test=quiet-state]", "It is quiet now")
        .await;
    let shown = "return document.querySelector('[data-test=quiet-from]').value";
    let from = window.script(shown).await;
    assert!(from == clock(minute(-60)) || from == clock(minute(-61)), "{from}");
    device.publish("boiler/p", "2.5", true).await;
    window
        .text_with("[data-test=channel-state]", "quiet, 1 for the morning")
        .await;
    // It is seen, but not heard; smoke is both.
    window.find("[data-test=sounding][data-priority='']").await;
    device.publish("hall/smoke", "ON", true).await;
    assert_eq!(told(&hook.count(2).await[1..]), ["raised Smoke"]);
    window.find("[data-test=sounding][data-priority=critical]").await;
    window.press("[data-test=silence]").await;
    window.find("[data-test=sounding][data-priority='']").await;
    window.text_with("[data-test=sound-again]", "Silent").await;
    window.press("[data-test=sound-again]").await;
    window.find("[data-test=sounding][data-priority=critical]").await;

    // A step for what nobody acknowledges.
    window.press("[data-test=step-add]").await;
    window
        .text_with("[data-test=escalation-words]", "after 10 min Night shift")
        .await;
    window.press("[data-test=escalation-save]").await;
    window.find("[data-test=escalation]:checked").await;
    pictures(&window, "page").await;
    window
        .script("document.querySelector('[data-test=channel-row]').scrollIntoView({ block: 'center' }); return null")
        .await;
    pictures(&window, "channels").await;
    let wrong = axe::violations(&window).await;
    assert!(wrong.is_empty(), "{wrong:#?}");

    // The night is over: what still waits comes as one message.
    window.press("[data-test=quiet-hours]").await;
    window.text_with("[data-test=quiet-state]", "Switched off").await;
    let posts = hook.count(3).await;
    assert_eq!(
        posts[2].json()["title"],
        "While it was quiet: 1 alarm still waits"
    );
    window.text_with("[data-test=channel-sent]", "2").await;

    // Acknowledged, it is heard no more.
    window.press("[data-test=acknowledge]").await;
    window.find("[data-test=sounding][data-priority=high]").await;
    window.press("[data-test=acknowledge]").await;
    window.find("[data-test=sounding][data-priority='']").await;

    // Removed after asking.
    window.press("[data-test=channel-remove]").await;
    window.press("[data-test=confirm-yes]").await;
    window.find("[data-test=no-channels]").await;
    window.close().await;
}

/// `22:05`.
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_the_desktop_can_be_answered_and_a_burst_is_one() {
    const COUNT: usize = 40;
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    leaks(&mut device, COUNT).await;
    until("all are known", async || {
        (running.devices().len() >= COUNT + 2).then_some(())
    })
    .await;
    let folder = running.stop().await;
    let preferences = json!({ "preferences": { "welcomed": true, "theme": "light" } });
    std::fs::write(folder.path().join("preferences.json"), preferences.to_string()).unwrap();
    let window = Window::open(folder.path(), &[], &[]).await;
    let address = folder.path().join("bus");
    std::fs::write(&address, window.bus()).unwrap();
    let mut desktop = Peer::python_with("desktop.py", 0, &[&address]);
    desktop.tells("ready").await;
    window.find("[data-test=alarm-strip]:not([data-alarm])").await;

    device.publish("hall/smoke", "ON", true).await;
    let smoke = desktop.tells("notified").await;
    assert_eq!(smoke["summary"], "■ Smoke");
    assert_eq!(smoke["actions"], json!(["default", "open", "acknowledge"]));
    assert!(
        smoke["body"]
            .as_str()
            .unwrap()
            .starts_with("Smoke detector · Hall"),
        "{smoke}"
    );
    window.find("[data-test=alarm-strip][data-alarm]").await;
    desktop.order(&json!({ "id": smoke["id"], "action": "acknowledge" }));
    window.find("[data-test=alarm-strip]:not([data-alarm])").await;

    for number in 0..COUNT {
        device.send(&format!("leak/{number}"), "ON", false).await;
    }
    device.settled(COUNT).await;
    let mut sums = Vec::new();
    let all = format!("{} new alarms", COUNT + 1);
    while sums
        .last()
        .is_none_or(|sum: &serde_json::Value| sum["summary"] != all)
    {
        let told = desktop.tells("notified").await;
        // The first of them may come before the others.
        if told["summary"]
            .as_str()
            .is_some_and(|text| text.ends_with(" new alarms"))
        {
            sums.push(told);
        }
    }
    let (first, sum) = (&sums[0], &sums[sums.len() - 1]);
    assert!(
        sums.iter().all(|sum| sum["id"] == first["id"]),
        "one that counts up: {sums:?}"
    );
    assert_eq!(
        sum["actions"],
        json!(["default", "open"]),
        "nobody has seen them by their number"
    );
    let number = sum["id"].clone();
    let on_alarms = async || window.script("return location.hash").await == "#/alarms";
    // It may be pressed before the app listens, which nobody could.
    let pressed = until("the page of the alarms", async || {
        desktop.order(&json!({ "id": number, "action": "open" }));
        on_alarms().await.then_some(())
    });
    pressed.await;
    window.close().await;
}
