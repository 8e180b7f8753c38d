//! A real engine on a folder of its own, connected to a real broker, asked as the window asks it.

use std::collections::HashMap;
use std::path::Path;

use hearthline_engine::view::{
    AlarmView, BrokerEdit, CommandView, DeviceView, DiagnosisView, JournalFilter, JournalLine, Phase,
    PlaceView, PointView,
};
use hearthline_engine::{DATABASE, Engine, Options};
use hearthline_history::Reader;
use hearthline_model::{BrokerId, BrokerSettings, CommandOutcome, Micros, PointId, Quality, Sample, Value};
use tempfile::TempDir;

use crate::publisher::Publisher;
use crate::wait::{PATIENCE, until, within};

/// A topic that every convention leaves alone, to see whether what was published has arrived.
const PROBE: &str = "hearthline-test/probe/cmd";

/// What a person fills in to add a broker on loopback.
pub fn loopback(name: &str, port: u16) -> BrokerEdit {
    BrokerEdit {
        id: None,
        settings: BrokerSettings {
            name: name.into(),
            host: "127.0.0.1".into(),
            port,
            ..BrokerSettings::default()
        },
        password: None,
    }
}

/// Makes `folder` a data folder that knows a broker on loopback, as if a person had added it.
///
/// # Panics
/// Where the engine does not start, or does not keep the broker.
pub async fn prepare(folder: &Path, name: &str, port: u16) {
    let options = Options {
        folder: folder.into(),
    };
    let engine = Engine::start(&options).expect("the engine starts");
    let kept = engine.save_broker(loopback(name, port)).await;
    kept.expect("the broker is kept");
    engine.stop().await;
}

/// A running engine. [`Running::stop`] ends it in order and gives its folder back.
pub struct Running {
    /// The engine, for what has no method here.
    pub engine: Engine,
    folder: TempDir,
}

/// A value as the window shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The value.
    pub value: Value,
    /// Its quality, stale included.
    pub quality: Quality,
    /// Its time.
    pub at: Micros,
}

impl Running {
    /// An engine that knows nothing yet.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn empty() -> Self {
        Self::open(tempfile::tempdir().expect("a folder"))
    }

    /// An engine that knows nothing yet, connected to a broker and subscribed.
    ///
    /// # Panics
    /// Where it does not start or connect.
    pub async fn connected(port: u16) -> Self {
        let running = Self::empty();
        running.add_broker("test", port).await;
        running
    }

    /// An engine with what an earlier one left in `folder`, its brokers connected and subscribed.
    ///
    /// # Panics
    /// Where it does not start or connect.
    pub async fn again(folder: TempDir) -> Self {
        let running = Self::open(folder);
        running.engine.connect_all().await.expect("it runs");
        for broker in running.engine.brokers() {
            running.subscribed(broker.id, broker.settings.port).await;
        }
        running
    }

    /// An engine with what an earlier one left in `folder`, connected to nothing.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn open(folder: TempDir) -> Self {
        let options = Options {
            folder: folder.path().into(),
        };
        let engine = Engine::start(&options).expect("the engine starts");
        Self { engine, folder }
    }

    /// Where its data lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends in order; the folder stays.
    pub async fn stop(self) -> TempDir {
        self.engine.stop().await;
        self.folder
    }

    /// Adds a broker and waits until it is connected and subscribed.
    ///
    /// # Panics
    /// Where it does not connect.
    pub async fn add_broker(&self, name: &str, port: u16) -> BrokerId {
        self.add(loopback(name, port).settings).await
    }

    /// Adds a broker with settings of its own and waits until it is connected and subscribed.
    ///
    /// # Panics
    /// Where it does not connect.
    pub async fn add(&self, settings: BrokerSettings) -> BrokerId {
        let port = settings.port;
        let id = self
            .engine
            .save_broker(BrokerEdit {
                id: None,
                settings,
                password: None,
            })
            .await
            .expect("the broker is kept");
        self.subscribed(id, port).await;
        id
    }

    /// Waits until what is published to the broker arrives.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn subscribed(&self, broker: BrokerId, port: u16) {
        let mut publisher = Publisher::connect("probe", port).await;
        let mark = format!("{}", hearthline_engine::now());
        until("the engine is subscribed", async || {
            publisher.publish(PROBE, mark.clone(), false).await;
            let seen = self.engine.raw_message(broker, PROBE)?;
            (seen.payload == mark).then_some(())
        })
        .await;
    }

    /// Waits until all that a device published before was taken in.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn caught_up(&self, device: &mut Publisher) {
        let mark = format!("{}", hearthline_engine::now());
        device.publish(PROBE, mark.clone(), false).await;
        until("what was published before", async || {
            let mut brokers = self.engine.broker_ids().into_iter();
            let heard = |broker| self.engine.raw_message(broker, PROBE);
            brokers
                .any(|broker| heard(broker).is_some_and(|seen| seen.payload == mark))
                .then_some(())
        })
        .await;
    }

    /// Waits until the only broker's connection is up or not.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn phase(&self, connected: bool) {
        until("the connection's phase", async || {
            let brokers = self.engine.brokers();
            ((brokers.first()?.phase == Phase::Connected) == connected).then_some(())
        })
        .await;
    }

    /// All devices.
    pub fn devices(&self) -> Vec<DeviceView> {
        self.engine.model(0).devices
    }

    /// A device by its name, where it is known.
    pub fn device(&self, name: &str) -> Option<DeviceView> {
        self.devices().into_iter().find(|device| device.name == name)
    }

    /// A device by its name, once it is known.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn known(&self, name: &str) -> DeviceView {
        until(&format!("a device \"{name}\""), async || self.device(name)).await
    }

    /// A point by its device's name and its own name, key or, for the device's main feature, `""`; once it is known.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn point(&self, device: &str, point: &str) -> PointView {
        until(&format!("a point \"{point}\" of \"{device}\""), async || {
            let points = self.device(device)?.points;
            let found = points
                .iter()
                .find(|known| known.name == point || known.key == point);
            found.cloned()
        })
        .await
    }

    /// The path of a device's place: `Home › Kitchen`.
    pub fn place(&self, device: &DeviceView) -> String {
        let places: HashMap<_, PlaceView> = self
            .engine
            .model(0)
            .places
            .into_iter()
            .map(|place| (place.id, place))
            .collect();
        let mut names = Vec::new();
        let mut next = device.place;
        while let Some(place) = next.and_then(|id| places.get(&id)) {
            names.push(place.name.as_str());
            next = place.parent;
        }
        names.reverse();
        names.join(" › ")
    }

    /// What the window shows of a point: read from the bytes of a live frame.
    pub fn shown(&self, point: PointId) -> Option<Shown> {
        // Watched anew, so that it is in the frame whether it changed or not.
        self.engine.watch(Vec::new());
        self.engine.watch(vec![point]);
        read_frame(&self.engine.frame(0), point)
    }

    /// Waits until the window shows a value of good quality.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn shows(&self, point: PointId, want: Value) -> Shown {
        until(&format!("{want:?} of {point:?}"), async || {
            self.shown(point)
                .filter(|shown| same(&shown.value, &want) && shown.quality == Quality::Good)
        })
        .await
    }

    /// Waits until the window shows a point with a quality.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn quality(&self, point: PointId, want: Quality) -> Shown {
        until(&format!("{want:?} of {point:?}"), async || {
            self.shown(point).filter(|shown| shown.quality == want)
        })
        .await
    }

    /// Everything that is stored of a point, in order of time; what the window shows by now is among it.
    ///
    /// # Panics
    /// Where the file cannot be read.
    pub async fn stored(&self, point: PointId) -> Vec<Sample> {
        // Values are shown a moment before they are on disk; any question to the pipeline is answered after that.
        let _ = self.engine.conditions(point).await;
        stored(&self.folder, point)
    }

    /// A trouble of a kind, with its latest topic and its device (`""` where it has none), once it is counted.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn diagnosed(&self, kind: &str, topic: &str, device: &str) -> DiagnosisView {
        let mut all = Vec::new();
        let found = within(PATIENCE / 6, async || {
            all = self.engine.diagnoses(None);
            let fits = |line: &&DiagnosisView| {
                line.kind == kind && line.topic == topic && line.device_name == device
            };
            all.iter().find(fits).cloned()
        })
        .await
        .unwrap_or_else(|| panic!("no {kind} on {topic} of \"{device}\" among {all:#?}"));
        assert!(found.count > 0 && !found.text.is_empty());
        found
    }

    /// The first alarm that is not normal and fits, once there is one.
    ///
    /// # Panics
    /// Where there never is.
    pub async fn alarm(&self, what: &str, fits: impl Fn(&AlarmView) -> bool) -> AlarmView {
        until(what, async || {
            self.engine.alarms().alarms.into_iter().find(|alarm| fits(alarm))
        })
        .await
    }

    /// The alarm journal, oldest first.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub async fn journal(&self) -> Vec<JournalLine> {
        let mut lines = self
            .engine
            .journal(JournalFilter {
                limit: 1000,
                ..JournalFilter::default()
            })
            .await
            .expect("the journal");
        lines.reverse();
        lines
    }

    /// The newest command of a point, once it has come to an outcome.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn outcome(&self, point: PointId, want: &CommandOutcome) -> CommandView {
        until(&format!("a command of {point:?} that is {want:?}"), async || {
            let commands = self.engine.commands(Some(point), 1).await.ok()?;
            commands
                .into_iter()
                .next()
                .filter(|command| command.outcome == *want)
        })
        .await
    }
}

/// Whether two values are equal to a person: whole numbers are numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => {
            *int as f64 == *float
        }
        _ => one == other,
    }
}

/// Everything that is stored of a point in a folder, in order of time.
///
/// # Panics
/// Where the file cannot be read.
pub fn stored(folder: &TempDir, point: PointId) -> Vec<Sample> {
    Reader::open(&folder.path().join(DATABASE))
        .and_then(|reader| reader.raw(point, i64::MIN / 2, i64::MAX / 2, usize::MAX))
        .expect("the history")
}

/// A record of a frame, read as the window reads it and apart from the code that wrote it.
fn read_frame(bytes: &[u8], point: PointId) -> Option<Shown> {
    const HEADER: usize = 40;
    const RECORD: usize = 32;
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let real = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!(&bytes[..4], b"HFL1");
    let count = word(4) as usize;
    let texts = HEADER + count * RECORD;
    let begin = (0..count)
        .map(|index| HEADER + index * RECORD)
        .find(|at| word(*at) == point.0)?;
    let number = real(begin + 16);
    let value = match bytes[begin + 4] {
        0 => Value::Null,
        1 => Value::Bool(number != 0.0),
        2 => Value::Int(number as i64),
        3 => Value::Float(number),
        4 => {
            let from = texts + word(begin + 24) as usize;
            let text = &bytes[from..from + word(begin + 28) as usize];
            Value::text(std::str::from_utf8(text).expect("UTF-8"))
        }
        tag => panic!("a value of the unknown sort {tag}"),
    };
    let quality = match bytes[begin + 5] {
        0 => Quality::Good,
        1 => Quality::Uncertain,
        2 => Quality::Bad,
        3 => Quality::Stale,
        code => panic!("the unknown quality {code}"),
    };
    Some(Shown {
        value,
        quality,
        at: real(begin + 8) as Micros,
    })
}
