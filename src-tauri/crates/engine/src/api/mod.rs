//! The engine as the shell and the tests use it.

mod alarm_rules;
mod brokers;
mod edits;
mod exchange;
mod import;
mod journal;
mod keep;
mod performance;
mod questions;
mod reach;
mod record;
mod report;
mod rules;
mod trends;
mod trial;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use hearthline_history::{Cancel, Store, Synchronous};
use hearthline_model::BrokerId;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::clock;
use crate::compaction;
use crate::error::Error;
use crate::keeping;
use crate::opening;
use crate::pipeline::{Pipeline, Work};
use crate::reach::Wake;
use crate::shared::{Connection, Shared};
pub(crate) use keep::repair;

/// The database's name in the data folder.
pub const DATABASE: &str = "hearthline.db";
/// Under which name the safety of commits is kept.
const SYNCHRONOUS: &str = "synchronous";

/// Where and how the engine works.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder; made where it is missing.
    pub folder: PathBuf,
}

/// A handle; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    work: Sender<Work>,
    runtime: Handle,
    threads: Mutex<Vec<std::thread::JoinHandle<()>>>,
    /// Questions that a newer one calls off, by the lane that they are asked in.
    lanes: Mutex<BTreeMap<u32, Cancel>>,
}

impl Engine {
    /// Opens the data folder and starts the pipeline; brokers are connected by [`Engine::connect_all`], once their
    /// passwords were given. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// Where the folder cannot be made or the database cannot be opened.
    pub fn start(options: &Options) -> Result<Self, Error> {
        std::fs::create_dir_all(&options.folder).map_err(|source| Error::Folder {
            path: options.folder.clone(),
            source,
        })?;
        let path = options.folder.join(DATABASE);
        let store = opening::open(&path)?;
        match Self::with_store(store, &path) {
            // What the glance did not see, reading the registry did.
            Err(Error::History(hearthline_history::Error::Damaged(what))) => {
                Self::with_store(opening::mend(&path, &what)?, &path)
            }
            other => other,
        }
    }

    /// Starts with an open store.
    fn with_store(mut store: Store, path: &Path) -> Result<Self, Error> {
        let path = path.to_owned();
        if store.setting(SYNCHRONOUS)?.as_deref() == Some(b"normal") {
            store.set_synchronous(Synchronous::Normal)?;
        }
        let shared = Arc::new(Shared::new(path));
        let registry = store.load_registry()?;
        {
            let mut connections = shared.connections();
            for (id, settings) in &registry.brokers {
                connections.insert(
                    *id,
                    Connection {
                        settings: settings.clone(),
                        ..Connection::default()
                    },
                );
            }
        }
        let points: Vec<_> = registry
            .points
            .iter()
            .map(|point| (point.id, point.device))
            .collect();
        shared.world_mut().load(registry);
        let mut compactor = store.compactor()?;
        match Self::restore_values(&shared, &store, &points) {
            Err(Error::History(hearthline_history::Error::Record(why)))
                if compaction::set_aside(&shared, &mut compactor, usize::MAX, &why) =>
            {
                Self::restore_values(&shared, &store, &points)?;
            }
            restored => restored?,
        }
        keeping::tell_repair(&shared)?;
        let keeper = store.keeper()?;
        let mut outbox = store.outbox()?;
        let reach = reach::load(&mut store)?;
        if let Err(error) = outbox.keep_only(&reach.enabled()) {
            tracing::warn!(message = "the outbox cannot be cleared of channels that are gone", %error);
        }
        shared.reach.set_kept(reach);
        let (wake, woken) = channel();
        shared.reach.set_wake(wake.clone());
        let pipeline = Pipeline::new(Arc::clone(&shared), store)?;
        let (work, taken) = channel();
        let pipeline = std::thread::Builder::new().name("pipeline".into()).spawn({
            let shared = Arc::clone(&shared);
            move || run(&shared, pipeline, &taken)
        });
        let background = Arc::clone(&shared);
        let compaction = std::thread::Builder::new()
            .name("compaction".into())
            .spawn(move || compaction::run(&background, compactor));
        let background = Arc::clone(&shared);
        let keeping = std::thread::Builder::new()
            .name("keeping".into())
            .spawn(move || keeping::run(&background, keeper));
        let (background, runtime) = (Arc::clone(&shared), Handle::current());
        let reaching = std::thread::Builder::new()
            .name("reaching".into())
            .spawn(move || crate::reach::run(&background, outbox, &runtime, &wake, &woken));
        let threads = pipeline
            .into_iter()
            .chain(compaction)
            .chain(keeping)
            .chain(reaching)
            .collect::<Vec<std::thread::JoinHandle<()>>>();
        if threads.len() < 4 {
            return Err(Error::Invalid(
                "the system gives no more threads; close other programs and start again".into(),
            ));
        }
        Ok(Self {
            inner: Arc::new(Inner {
                shared,
                work,
                runtime: Handle::current(),
                threads: Mutex::new(threads),
                lanes: Mutex::default(),
            }),
        })
    }

    /// Shows the last values of the earlier run, stale until something confirms them.
    fn restore_values(
        shared: &Shared,
        store: &Store,
        points: &[(hearthline_model::PointId, hearthline_model::DeviceId)],
    ) -> Result<(), Error> {
        let reader = store.reader()?;
        let now = clock::now();
        let latest = reader.latest(now)?;
        let world = shared.world();
        let mut live = shared.live();
        for (point, device) in points {
            if let (Some((desc, _)), Some(broker)) = (world.point_desc(*point), world.broker_of(*device)) {
                live.device(*device, broker);
                live.describe(*point, *device, desc);
            }
        }
        for sample in &latest {
            live.restore(sample, now);
        }
        Ok(())
    }

    /// Ends: closes the connections, commits what had arrived, closes the database.
    pub async fn stop(&self) {
        // First of all: a pipeline that waits for what it cannot read answers nothing, and we would wait for it.
        self.inner.shared.stopping.store(true, Ordering::Relaxed);
        self.inner.shared.jobs().cancel_all();
        self.inner.shared.reach.wake(Wake::Stop);
        for id in self.broker_ids() {
            // Fails only where the pipeline has ended already.
            let _ = self.disconnect(id).await;
        }
        let _ = self.inner.work.send(Work::Stop);
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        self.stop_task();
        let path = self.inner.shared.path.clone();
        let _ = tokio::task::spawn_blocking(move || {
            let ended = threads.into_iter().all(|thread| thread.join().is_ok());
            if ended && path.exists() {
                // Nobody holds the file any more; a start after this one need not look closely.
                let closed = Store::open(&path, Synchronous::Full).and_then(|mut store| store.mark_closed());
                if let Err(error) = closed {
                    tracing::warn!(message = "the end could not be noted", %error);
                }
            }
        })
        .await;
    }

    /// Lets the pipeline do something between two batches.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Pipeline) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let control = Box::new(move |pipeline: &mut Pipeline| {
            let _ = answer.send(work(pipeline));
        });
        self.inner
            .work
            .send(Work::Control(control))
            .map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)
    }

    /// Asks the history on a thread of its own, because a long question must not hold up the others.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Shared, &hearthline_history::Reader) -> Result<T, hearthline_history::Error>
        + Send
        + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.inner.shared);
        tokio::task::spawn_blocking(move || {
            let inside = Arc::clone(&shared);
            shared.read(|reader| question(&inside, reader))
        })
        .await
        .map_err(|_| Error::Stopped)?
    }

    /// The ids of all brokers.
    pub fn broker_ids(&self) -> Vec<BrokerId> {
        self.inner.shared.connections().keys().copied().collect()
    }
}

/// The pipeline's thread. Should it panic, nothing is stored nor told stale any more, and the window must not go on as if
/// all were well.
fn run(shared: &Shared, pipeline: Pipeline, work: &Receiver<Work>) {
    let ended = catch_unwind(AssertUnwindSafe(|| pipeline.run(work)));
    if ended.is_err() {
        tracing::error!("the pipeline ended by a fault of its own");
        "Hearthline has stopped by a fault of its own and shows old values; start it again, nothing that was not stored \
         is acknowledged"
            .clone_into(&mut shared.trouble());
        shared.status_rev.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_within_the_pipeline_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            folder: folder.path().to_owned(),
        };
        let engine = Engine::start(&options).unwrap();
        assert!(engine.status().trouble.is_empty());
        let answer = engine.with(|_| panic!("a fault on purpose")).await;
        assert!(matches!(answer, Err::<(), _>(Error::Stopped)));
        engine.stop().await;
        assert!(engine.status().trouble.contains("start it again"));
    }
}
