//! What a question costs, and how it is called off.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::Error;

/// Calls off questions from another thread; clones are the same switch.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Nothing called off yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls off whatever watches this.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the last question of a reader read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Heads of chunks.
    pub heads: u64,
    /// Bodies of chunks, of which pages were decompressed.
    pub bodies: u64,
    /// Pages decompressed, of at most 2,048 samples.
    pub pages: u64,
    /// Rows of the journal.
    pub rows: u64,
}

/// What goes along with a question.
#[derive(Debug, Default)]
pub struct Look {
    cost: Cell<Cost>,
    cancel: RefCell<Option<Cancel>>,
    within: Arc<Mutex<Option<Cancel>>>,
}

impl Look {
    /// A new question.
    pub fn begin(&self) {
        self.cost.set(Cost::default());
    }

    /// What it read so far.
    pub fn cost(&self) -> Cost {
        self.cost.get()
    }

    /// Counts something read; an error where the question was called off.
    pub fn count(&self, what: impl FnOnce(&mut Cost)) -> Result<(), Error> {
        let mut cost = self.cost.get();
        what(&mut cost);
        self.cost.set(cost);
        match &*self.cancel.borrow() {
            Some(cancel) if cancel.is_cancelled() => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }

    /// Adds what was read on behalf of this question.
    pub fn add(&self, other: Cost) {
        let cost = self.cost.get();
        self.cost.set(Cost {
            heads: cost.heads + other.heads,
            bodies: cost.bodies + other.bodies,
            pages: cost.pages + other.pages,
            rows: cost.rows + other.rows,
        });
    }

    /// The switch that calls off questions now.
    pub fn watched(&self) -> Option<Cancel> {
        self.cancel.borrow().clone()
    }

    /// Lets a switch call off questions.
    pub fn watch(&self, cancel: Option<Cancel>) {
        self.within
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&cancel);
        *self.cancel.borrow_mut() = cancel;
    }

    /// Lets SQLite look at the switch within its own work.
    pub fn install(&self, connection: &mut Connection) -> Result<(), Error> {
        /// Instructions of SQLite's machine between two looks at the switch: some tenths of a millisecond.
        const OFTEN: i32 = 10_000;
        let within = Arc::clone(&self.within);
        connection.progress_handler(
            OFTEN,
            Some(move || {
                let within = within.lock().unwrap_or_else(PoisonError::into_inner);
                within.as_ref().is_some_and(Cancel::is_cancelled)
            }),
        )?;
        Ok(())
    }
}
