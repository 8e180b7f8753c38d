//! What the pipeline writes and the window's questions read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hearthline_exchange::Survey;
use hearthline_history::{Reader, Store};
use hearthline_model::{BrokerId, BrokerSettings, Micros};

use crate::clock;
use crate::diagnoses::Diagnoses;
use crate::error::Error;
use crate::explorer::Explorer;
use crate::jobs::Jobs;
use crate::keeping::Keeping;
use crate::live::{Live, Revisions};
use crate::reach::Reach;
use crate::source::Source;
use crate::view::{AlarmsView, CommandView};
use crate::world::World;

/// Everything that more than one thread touches.
#[derive(Default)]
pub struct Shared {
    world: RwLock<World>,
    live: Mutex<Live>,
    explorer: Mutex<Explorer>,
    diagnoses: Mutex<Diagnoses>,
    alarms: Mutex<AlarmsView>,
    commands: Mutex<Vec<CommandView>>,
    connections: Mutex<BTreeMap<BrokerId, Connection>>,
    readers: Mutex<Vec<Reader>>,
    jobs: Mutex<Jobs>,
    survey: Mutex<Option<(u32, Arc<Survey>)>>,
    trouble: Mutex<String>,
    notes: Mutex<BTreeMap<&'static str, Note>>,
    /// Revision of the command list.
    pub commands_rev: AtomicU32,
    /// Revision of brokers and counts.
    pub status_rev: AtomicU32,
    /// Samples stored in this run.
    pub stored: AtomicU64,
    /// Samples that history refused in this run.
    pub refused: AtomicU64,
    /// Somebody waits for the journal to be emptied.
    pub compact: AtomicBool,
    /// The file was opened for reading alone.
    pub read_only: AtomicBool,
    /// The engine is ending.
    pub stopping: AtomicBool,
    /// Keeping the history in bounds.
    pub keeping: Keeping,
    /// Reaching people.
    pub reach: Reach,
    /// The database file.
    pub path: PathBuf,
}

/// A broker and its connection.
#[derive(Default)]
pub struct Connection {
    /// Settings as kept.
    pub settings: BrokerSettings,
    /// The running connection; none while switched off.
    pub source: Option<Arc<Source>>,
    /// The password, where one is known.
    pub password: Option<String>,
    /// Whether the password outlives this run.
    pub password_kept: bool,
    /// It is the broker inside.
    pub embedded: bool,
    /// Messages a second, smoothed.
    pub rate: f64,
    /// Messages counted at the last second.
    pub counted: u64,
}

/// Something that the person is told of on every view.
struct Note {
    text: String,
    /// When it is of no more interest, as [`clock::steady`]; none: not before the end.
    until: Option<Micros>,
}

/// Readers kept open between questions.
const READERS: usize = 4;

impl Shared {
    /// For the database at `path`.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    /// The model, for reading.
    pub fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The model, for the pipeline.
    pub fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Latest values.
    pub fn live(&self) -> MutexGuard<'_, Live> {
        lock(&self.live)
    }

    /// Topics.
    pub fn explorer(&self) -> MutexGuard<'_, Explorer> {
        lock(&self.explorer)
    }

    /// Troubles.
    pub fn diagnoses(&self) -> MutexGuard<'_, Diagnoses> {
        lock(&self.diagnoses)
    }

    /// Alarms that are not normal.
    pub fn alarms(&self) -> MutexGuard<'_, AlarmsView> {
        lock(&self.alarms)
    }

    /// Commands of this run, oldest first.
    pub fn commands(&self) -> MutexGuard<'_, Vec<CommandView>> {
        lock(&self.commands)
    }

    /// Brokers.
    pub fn connections(&self) -> MutexGuard<'_, BTreeMap<BrokerId, Connection>> {
        lock(&self.connections)
    }

    /// Long work of this run.
    pub fn jobs(&self) -> MutexGuard<'_, Jobs> {
        lock(&self.jobs)
    }

    /// The file that was looked at last, by the number of that work. One alone is kept: it may name many thousand series.
    pub fn survey(&self) -> MutexGuard<'_, Option<(u32, Arc<Survey>)>> {
        lock(&self.survey)
    }

    /// What keeps history from storing; empty where nothing does.
    pub fn trouble(&self) -> MutexGuard<'_, String> {
        lock(&self.trouble)
    }

    /// Revisions for a frame.
    pub fn revisions(&self) -> Revisions {
        Revisions {
            model: self.world().rev(),
            alarms: self.alarms().rev,
            status: self.status_rev.load(Ordering::Relaxed),
            commands: self.commands_rev.load(Ordering::Relaxed),
        }
    }

    /// Runs a question on a read connection of its own; blocking.
    pub fn read<T>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, hearthline_history::Error>,
    ) -> Result<T, Error> {
        let kept = lock(&self.readers).pop();
        let reader = match kept {
            Some(reader) => reader,
            None => Reader::open(&self.path)?,
        };
        let answer = question(&reader).inspect_err(|error| {
            if matches!(error, hearthline_history::Error::Damaged(_)) {
                crate::opening::suspect(&self.path);
            }
        })?;
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        Ok(answer)
    }

    /// The file was opened anew: readers of before do not see what changes.
    pub fn forget_readers(&self) {
        lock(&self.readers).clear();
    }

    /// Tells the person of something that is over: until a moment of the steady clock, or to the end. A newer one under the same
    /// name takes its place.
    pub fn note(&self, name: &'static str, text: String, until: Option<Micros>) {
        tracing::warn!(note = name, text);
        lock(&self.notes).insert(name, Note { text, until });
        self.status_rev.fetch_add(1, Ordering::Relaxed);
    }

    /// What the person is told of.
    pub fn notes(&self) -> Vec<String> {
        let now = clock::steady();
        let mut notes = lock(&self.notes);
        notes.retain(|_, note| note.until.is_none_or(|until| now < until));
        notes.values().map(|note| note.text.clone()).collect()
    }

    /// Reads what nothing can go on without, until it succeeds. None once the engine is ending, or where waiting does not help.
    pub fn insist<T>(
        &self,
        store: &mut Store,
        mut read: impl FnMut(&mut Store) -> Result<T, hearthline_history::Error>,
    ) -> Option<T> {
        loop {
            match read(store) {
                Ok(answer) => return Some(answer),
                Err(error) => {
                    tracing::error!(message = "history cannot be read", %error);
                    if !error.passes() || self.stopping.load(Ordering::Relaxed) {
                        return None;
                    }
                    *self.trouble() = error.to_string();
                    self.status_rev.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(std::time::Duration::from_millis(500));
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere must not take the window down with it; every holder leaves a consistent state.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use hearthline_history::{Error, Synchronous};

    use super::*;

    #[test]
    fn a_read_is_tried_again_where_that_may_help() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        let shared = Shared::new(path);
        let mut tries = 0;
        let answer = shared.insist(&mut store, |_| {
            tries += 1;
            if tries < 2 { Err(Error::Locked) } else { Ok(tries) }
        });
        assert_eq!(answer, Some(2));
        let damaged = shared.insist(&mut store, |_| Err::<(), _>(Error::Damaged("x".into())));
        assert_eq!(damaged, None);
        shared.stopping.store(true, Ordering::Relaxed);
        assert_eq!(shared.insist(&mut store, |_| Err::<(), _>(Error::Locked)), None);
    }

    #[test]
    fn a_note_goes_when_its_time_is_over_and_a_newer_one_takes_its_place() {
        let shared = Shared::default();
        shared.note("a", "old".into(), None);
        shared.note("a", "new".into(), None);
        shared.note("b", "over".into(), Some(clock::steady()));
        assert_eq!(shared.notes(), ["new"]);
    }
}
