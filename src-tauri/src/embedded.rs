//! The broker inside and the demo: two brokers of their own, so that a person's devices are never marked as demo data.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use hearthline_demo::{BrokerOptions, EmbeddedBroker, SimHandle, SimOptions};
use hearthline_engine::Engine;
use hearthline_engine::view::{BrokerEdit, BrokerView, EmbeddedView};
use hearthline_model::BrokerSettings;

use crate::preferences::InsideSettings;

/// The simulation is the same for everyone who looks at it.
const SEED: u64 = 20_24;
/// The plant's past that the demo begins with: the present shift and the one before it.
const PAST: Duration = Duration::from_hours(16);
/// What people read as the name of the connection.
const INSIDE_NAME: &str = "Broker inside";
const DEMO_NAME: &str = "Demo";

/// What runs of it.
pub struct Embedded {
    folder: PathBuf,
    inside: Option<EmbeddedBroker>,
    demo: Option<(EmbeddedBroker, SimHandle)>,
    settings: InsideSettings,
    error: String,
}

impl Embedded {
    /// Nothing runs yet; brokers keep their retained messages in `folder`.
    pub fn new(folder: PathBuf, settings: InsideSettings) -> Self {
        Self {
            folder,
            inside: None,
            demo: None,
            settings,
            error: String::new(),
        }
    }

    /// What the window is shown.
    pub fn view(&self) -> EmbeddedView {
        EmbeddedView {
            running: self.inside.is_some(),
            port: self
                .inside
                .as_ref()
                .map_or(self.settings.port, EmbeddedBroker::port),
            network: self.settings.network,
            username: self.settings.username.clone(),
            demo: self.demo.is_some(),
            error: self.error.clone(),
        }
    }

    /// Starts and stops what the settings say, and connects the engine to it.
    pub async fn apply(&mut self, engine: &Engine, settings: InsideSettings, password: Option<String>) {
        self.error.clear();
        let anew = settings.network != self.settings.network
            || settings.port != self.settings.port
            || settings.username != self.settings.username
            || password.is_some();
        if let Some(broker) = self.inside.take_if(|_| anew || !settings.running) {
            broker.stop().await;
        }
        self.settings = settings;
        if let Err(problem) = self.apply_inside(engine, password).await {
            self.error = problem;
        }
        if let Err(problem) = self.apply_demo(engine).await {
            self.error = problem;
        }
    }

    async fn apply_inside(&mut self, engine: &Engine, password: Option<String>) -> Result<(), String> {
        let known = engine.brokers().into_iter().find(EmbeddedName::embedded_name);
        if !self.settings.running {
            if let Some(known) = known.filter(|known| known.settings.enabled) {
                let off = engine.enable_broker(known.id, false).await;
                off.map_err(|error| error.to_string())?;
            }
            return Ok(());
        }
        if self.inside.is_some() {
            return Ok(());
        }
        let address = if self.settings.network {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        } else {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        };
        let credentials = password
            .filter(|_| !self.settings.username.is_empty())
            .map(|password| (self.settings.username.clone(), password));
        let broker = EmbeddedBroker::start(BrokerOptions {
            listen: SocketAddr::new(address, self.settings.port),
            credentials: credentials.clone(),
            data: self.folder.join("broker"),
        })
        .await
        .map_err(|error| error.to_string())?;
        let edit = edit(known.as_ref(), INSIDE_NAME, broker.port(), false, credentials);
        self.inside = Some(broker);
        let id = engine
            .save_broker(edit)
            .await
            .map_err(|error| error.to_string())?;
        engine.set_embedded(id);
        Ok(())
    }

    async fn apply_demo(&mut self, engine: &Engine) -> Result<(), String> {
        let known = engine.brokers().into_iter().find(|broker| broker.settings.demo);
        if !self.settings.demo {
            if let Some((broker, simulation)) = self.demo.take() {
                // Its history goes with the connection below, so what it remembers of having told it must go as well.
                simulation.stop_and_forget().await;
                broker.stop().await;
            }
            if let Some(known) = known {
                let removed = engine.remove_broker(known.id).await;
                removed.map_err(|error| error.to_string())?;
            }
            return Ok(());
        }
        if self.demo.is_some() {
            return Ok(());
        }
        let data = self.folder.join("demo-broker");
        let broker = EmbeddedBroker::start(BrokerOptions {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            credentials: None,
            data: data.clone(),
        })
        .await
        .map_err(|error| error.to_string())?;
        let port = broker.port();
        let simulation = hearthline_demo::run(SimOptions {
            broker_port: port,
            credentials: None,
            seed: SEED,
            speed: 1.0,
            backfill: PAST,
            state: Some(data.join("plant.json")),
        })
        .await;
        self.demo = Some((broker, simulation));
        let id = engine
            .save_broker(edit(known.as_ref(), DEMO_NAME, port, true, None))
            .await
            .map_err(|error| error.to_string())?;
        engine.set_embedded(id);
        Ok(())
    }

    /// Ends everything.
    pub async fn stop(&mut self) {
        if let Some((broker, simulation)) = self.demo.take() {
            simulation.stop().await;
            broker.stop().await;
        }
        if let Some(broker) = self.inside.take() {
            broker.stop().await;
        }
    }
}

/// Finds the entry of the broker inside among a person's own.
trait EmbeddedName {
    fn embedded_name(&self) -> bool;
}

impl EmbeddedName for BrokerView {
    fn embedded_name(&self) -> bool {
        !self.settings.demo && self.settings.client_id == client_id(false)
    }
}

/// The client id tells the entry from one that a person happens to call the same, and finds it again where a person renamed
/// it: two connections of one client id would push each other out for ever.
fn client_id(demo: bool) -> String {
    if demo {
        "hearthline-window-demo".into()
    } else {
        "hearthline-window-inside".into()
    }
}

fn edit(
    known: Option<&BrokerView>,
    name: &str,
    port: u16,
    demo: bool,
    credentials: Option<(String, String)>,
) -> BrokerEdit {
    let (username, password) = credentials.unzip();
    let settings = BrokerSettings {
        name: name.into(),
        host: "127.0.0.1".into(),
        port,
        username,
        client_id: client_id(demo),
        enabled: true,
        demo,
        ..known.map(|known| known.settings.clone()).unwrap_or_default()
    };
    BrokerEdit {
        id: known.map(|known| known.id),
        settings,
        password: Some(password.unwrap_or_default()),
    }
}
