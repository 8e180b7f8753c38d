//! A write that is asked for as the window asks for it, and what the device that is played hears and says of it.

use hearthline_engine::view::PointView;
use hearthline_model::{Code, Command, CommandOutcome, Role, Value};
use serde_json::{Value as Json, json};

use crate::engine::Running;
use crate::mosquitto::Mosquitto;
use crate::publisher::Publisher;
use crate::wait::until;

/// One write to a point of the device.
pub struct Ask {
    role: Role,
    /// Which, by its name, where several have the role.
    name: Option<&'static str>,
    value: Value,
    code: Option<&'static str>,
    /// Where the command arrives, and what it says; JSON is compared as such.
    topic: &'static str,
    payload: &'static str,
    /// What the device says on its way.
    way: Option<(&'static str, &'static str)>,
    /// What it says when it is done; none: nothing ever comes back.
    done: Option<(&'static str, &'static str)>,
}

/// What is asked for, as it is written in these tests.
pub trait Asked {
    /// As a value.
    fn asked(self) -> Value;
}

impl Asked for Value {
    fn asked(self) -> Value {
        self
    }
}

impl Asked for bool {
    fn asked(self) -> Value {
        Value::Bool(self)
    }
}

impl Asked for i64 {
    fn asked(self) -> Value {
        Value::Int(self)
    }
}

impl Asked for f64 {
    fn asked(self) -> Value {
        Value::Float(self)
    }
}

/// A write of a role.
pub fn ask(role: Role, value: impl Asked, topic: &'static str, payload: &'static str) -> Ask {
    Ask {
        role,
        name: None,
        value: value.asked(),
        code: None,
        topic,
        payload,
        way: None,
        done: None,
    }
}

impl Ask {
    /// Which point, where several have the role.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The code that a person types.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// What the device says on its way.
    #[must_use]
    pub fn way(mut self, topic: &'static str, payload: &'static str) -> Self {
        self.way = Some((topic, payload));
        self
    }

    /// What it says once it is done.
    #[must_use]
    pub fn done(mut self, topic: &'static str, payload: &'static str) -> Self {
        self.done = Some((topic, payload));
        self
    }
}

/// An engine, a broker and what plays the devices.
pub struct Home {
    /// The engine.
    pub running: Running,
    /// The devices.
    pub device: Publisher,
    _broker: Mosquitto,
}

impl Home {
    /// Everything runs and knows nothing.
    pub async fn start() -> Self {
        let broker = Mosquitto::start();
        let running = Running::connected(broker.port).await;
        let device = Publisher::connect("devices", broker.port).await;
        Self {
            running,
            device,
            _broker: broker,
        }
    }

    /// An entity of Home Assistant's discovery on a device of its own, with what it says first.
    pub async fn entity(&mut self, component: &str, name: &str, mut config: Json, said: &[(&str, &str)]) {
        let object = config.as_object_mut().unwrap();
        object.insert("name".into(), Json::Null);
        object.insert("uniq_id".into(), name.into());
        object.insert("dev".into(), json!({ "ids": [name], "name": name }));
        let topic = format!("homeassistant/{component}/{name}/config");
        self.device.publish(&topic, config.to_string(), true).await;
        for (topic, payload) in said {
            self.device.publish(topic, *payload, true).await;
        }
        self.device.subscribe(&format!("{name}/set/#")).await;
    }

    /// The point that a write is for, once it is there.
    pub async fn point(&self, device: &str, role: Role, name: Option<&str>) -> PointView {
        until(&format!("{role:?} {name:?} of {device}"), async || {
            let points = self.running.device(device)?.points;
            points.into_iter().find(|point| {
                point.role == role && point.writable && name.is_none_or(|name| name == point.name)
            })
        })
        .await
    }

    /// Asks, and tells at once what became of it.
    pub async fn command(&self, point: &PointView, ask: &Ask) -> CommandOutcome {
        let command = Command {
            point: point.id,
            value: ask.value.clone(),
            code: ask.code.and_then(Code::new),
        };
        self.running.engine.command(command).await.unwrap().outcome
    }

    /// Asks for each in turn and plays the device.
    pub async fn obeys(&mut self, device: &str, asks: &[Ask]) {
        // What is on its way is told by where it comes from: that must be known before it is asked.
        self.running.caught_up(&mut self.device).await;
        for ask in asks {
            let what = format!("{device}: {:?} to {:?}", ask.role, ask.value);
            let point = self.point(device, ask.role, ask.name).await;
            let outcome = self.command(&point, ask).await;
            self.hears(ask.topic, ask.payload, &what).await;
            let Some((topic, payload)) = ask.done else {
                assert_eq!(outcome, CommandOutcome::Confirmed, "{what}");
                continue;
            };
            assert_eq!(outcome, CommandOutcome::Sent, "{what}");
            if let Some((topic, payload)) = ask.way {
                self.device.publish(topic, payload, true).await;
                self.running.outcome(point.id, &CommandOutcome::Accepted).await;
            }
            self.device.publish(topic, payload, true).await;
            self.running.outcome(point.id, &CommandOutcome::Confirmed).await;
        }
    }

    /// The next message that is no question of the decoder's is this one. JSON is compared as such, and of a call over JSON-RPC what
    /// is called and with what: who asks, and the number of it, is any. Gives the message.
    pub async fn hears(&mut self, topic: &str, payload: &str, what: &str) -> Json {
        let (heard, said) = loop {
            let (topic, payload) = self.device.next().await;
            let payload = String::from_utf8(payload).unwrap();
            if !is_question(&topic, &payload) {
                break (topic, payload);
            }
        };
        assert_eq!(heard, topic, "{what}");
        let json = serde_json::from_str::<Json>(&said).unwrap_or_default();
        let Some(want) = serde_json::from_str::<Json>(payload).ok().filter(Json::is_object) else {
            assert_eq!(said, payload, "{what}");
            return json;
        };
        if want["method"].is_string() {
            assert_eq!(json["method"], want["method"], "{what}: {said}");
            assert_eq!(json["params"], want["params"], "{what}: {said}");
        } else {
            assert_eq!(json, want, "{what}");
        }
        json
    }

    /// What is refused, and with which words.
    pub async fn refuses(&self, device: &str, ask: Ask, why: &str) {
        let point = self.point(device, ask.role, ask.name).await;
        match self.command(&point, &ask).await {
            CommandOutcome::Refused(reason) => {
                assert!(reason.contains(why), "{device} {:?}: {reason}", ask.value);
            }
            other => panic!("{device} {:?}: {other:?}", ask.value),
        }
    }

    /// Ends; nothing may have been wrong.
    pub async fn end(self) {
        let troubles = self.running.engine.diagnoses(None);
        assert!(troubles.is_empty(), "{troubles:#?}");
        self.running.stop().await;
    }
}

/// A text.
pub fn text(text: &str) -> Value {
    Value::text(text)
}

/// Whether it is what decoders ask devices by themselves.
fn is_question(topic: &str, payload: &str) -> bool {
    topic == "hearthline/rpc"
        || payload.contains("\"Shelly.Get")
        || topic.starts_with("cmnd/") && (topic.ends_with("/STATE") || topic.contains("/STATUS"))
}
