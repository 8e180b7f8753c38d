//! When the plant's memory is written, and that it holds until it is written again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::plant::Memory;
use crate::world::{Link, World};

/// How often the plant's memory is written.
const SAVE_EVERY: Duration = Duration::from_secs(30);
/// How long what was written holds: writing may be late.
const HOLDS: Duration = Duration::from_mins(1);

/// After the last word of a run, the next run's past begins so much later: a host notes when it hears of the death, and what it is
/// told of before that would be taken for older than it.
const PARTING: Duration = Duration::from_secs(1);

/// Keeps the plant's memory on disk.
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    memory: Memory,
    /// When it is to be written next.
    due: Instant,
    /// Seconds of the world in a second.
    speed: f64,
    /// Links that have begun to tell their past.
    telling: Vec<Link>,
}

impl Keeper {
    /// With the memory that the file held; `None`: there is no file. `speed`: seconds of the world in a second.
    pub fn new(path: Option<PathBuf>, memory: Memory, speed: f64) -> Self {
        Self {
            path,
            memory,
            due: Instant::now() + SAVE_EVERY,
            speed,
            telling: Vec::new(),
        }
    }

    /// Whether it is time to write.
    pub fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    /// A link has told some of its past or not. At the first it is time to write, before it goes out.
    pub fn told(&mut self, link: Link, some: bool) {
        if some && !self.telling.contains(&link) {
            self.telling.push(link);
            self.due = Instant::now();
        }
    }

    /// Takes in how the plant stands at `at`, in milliseconds since the epoch. `goes_on`: it lives on, so the memory must stay true until
    /// it is written again.
    pub fn remember(&mut self, world: &World, at: i64, goes_on: bool) {
        self.due = Instant::now() + SAVE_EVERY;
        let (lasts, makes) = if goes_on {
            (HOLDS, HOLDS.as_secs_f64() * self.speed)
        } else {
            (PARTING, 0.0)
        };
        let until = at.saturating_add(lasts.as_millis() as i64);
        world.remember(until, makes, &mut self.memory);
    }

    /// Writes the file, if there is to be one.
    pub async fn write(&self) {
        let Some(path) = self.path.clone() else { return };
        let memory = self.memory.clone();
        match spawn_blocking(move || memory.save(&path)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "what the demo's plant is to remember cannot be written");
            }
            Err(error) => tracing::error!(%error, "writing what the demo's plant is to remember failed"),
        }
    }

    /// Removes the file.
    pub fn forget(&self) {
        let remove = |path: &Path| match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "what the demo's plant remembers cannot be removed");
            }
            _ => {}
        };
        self.path.as_deref().into_iter().for_each(remove);
    }
}
