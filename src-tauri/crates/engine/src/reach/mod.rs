//! Reaching people: what alarms say outside the window, by MQTT, webhook, mail and ntfy.
//!
//! ```text
//! pipeline: journal entry ─┬▶ alarm journal   (one transaction)
//!                          └▶ outbox, a row for each channel that takes it
//! sender (a thread): outbox ─▶ plan ─▶ deliver ─▶ row gone
//! ```
//!
//! *Invariants.* The pipeline never waits for a channel. A channel has one message under way at a time, and the rows of it go once
//! the other side has said that it has it: killed in between, the same message with the same id goes out once more.

mod deliver;
mod rows;
mod sender;
mod settings;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender as Channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use hearthline_model::{ChannelId, Micros};

pub use deliver::{Undelivered, deliver};
pub use sender::run;
pub use settings::{Kept, SETTING, read};

/// What wakes the sender.
#[derive(Debug)]
pub enum Wake {
    /// Rows were written.
    Rows,
    /// Channels or rules were changed.
    Settings,
    /// A message was delivered or not.
    Done(ChannelId, Result<(), Undelivered>),
    /// End.
    Stop,
}

/// A secret: in memory here, in the keychain beside it.
#[derive(Clone)]
pub struct Secret {
    /// Itself.
    pub text: String,
    /// Whether it outlives this run.
    pub kept: bool,
}

/// What a channel does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// A message is under way.
    pub sending: bool,
    /// The quiet hours hold for it.
    pub quiet: bool,
    /// Why the last attempt failed; empty where it did not.
    pub error: String,
    /// When the next attempt is due.
    pub retry_at: Option<Micros>,
    /// Rows that wait.
    pub waiting: u64,
    /// Those of them that wait for the end of the quiet hours.
    pub held: u64,
    /// Messages delivered in this run.
    pub sent: u64,
    /// Alarms in them.
    pub alarms: u64,
    /// Attempts that failed in this run.
    pub failed: u64,
    /// Rows that were too old or too many, in this run.
    pub dropped: u64,
    /// When a message was last delivered, in this run.
    pub sent_at: Option<Micros>,
}

/// What sender, pipeline and window share.
#[derive(Default)]
pub struct Reach {
    kept: RwLock<Arc<Kept>>,
    secrets: Mutex<BTreeMap<ChannelId, Secret>>,
    states: Mutex<BTreeMap<ChannelId, State>>,
    wake: Mutex<Option<Channel<Wake>>>,
    quiet: AtomicBool,
}

impl Reach {
    /// Channels and rules as they are now.
    pub fn kept(&self) -> Arc<Kept> {
        Arc::clone(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// They were changed.
    pub fn set_kept(&self, kept: Kept) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(kept);
        self.wake(Wake::Settings);
    }

    /// Secrets by channel.
    pub fn secrets(&self) -> MutexGuard<'_, BTreeMap<ChannelId, Secret>> {
        lock(&self.secrets)
    }

    /// What the channels do.
    pub fn states(&self) -> MutexGuard<'_, BTreeMap<ChannelId, State>> {
        lock(&self.states)
    }

    /// Whether the quiet hours of the home hold now.
    pub fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed)
    }

    /// They began or ended.
    pub fn set_quiet(&self, quiet: bool) {
        self.quiet.store(quiet, Ordering::Relaxed);
    }

    /// Wakes the sender, where there is one.
    pub fn wake(&self, wake: Wake) {
        if let Some(sender) = &*lock(&self.wake) {
            // Fails only once it has ended.
            let _ = sender.send(wake);
        }
    }

    /// Who is woken.
    pub fn set_wake(&self, sender: Channel<Wake>) {
        *lock(&self.wake) = Some(sender);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
