//! Keeps the history in bounds, beside everything else: what has been kept long enough goes, a cap is held, free space goes back to
//! the disk, daily copies are made, and a salvage is brought to its end.
//!
//! One thread, apart from compaction's. Everything is done in pieces of a few milliseconds, each a transaction of its own,
//! with a pause between them, so that ingest never waits for more than one piece; killed at any moment, it goes on at
//! the next start.

pub mod backup;
pub mod measure;
mod steady;
mod task;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hearthline_history::{Due, Error, Keeper, PointSize, Reader, Salvage, Sizes, due, next_cut};
use hearthline_model::{Coarse, Keep, KeepSort, Micros, PointId, Retention};
use jiff::tz::TimeZone;

use crate::clock;
use crate::shared::Shared;
use crate::view::{BackupPlan, JournalKeep};
use steady::Steady;
use task::Tasks;
pub use task::Telling;

/// The setting that holds a [`Retention`].
pub const RETENTION: &str = "retention";
/// The setting that holds a [`JournalKeep`].
pub const JOURNAL_KEEP: &str = "alarm_keep";
/// Between two looks whether something is to be done.
const LOOK: Duration = Duration::from_millis(500);
/// Between two pieces of work: ingest goes first.
const PAUSE: Duration = Duration::from_millis(3);
/// How often a person is told how far a salvage is.
const TELL: Duration = Duration::from_secs(2);
/// Looks between two looks at rules: about an hour.
const RULES: u32 = 7200;
/// Looks between two looks at the cap and at free space: about half a minute.
const SPACE: u32 = 60;
/// Pages that go back to the disk in one piece: a megabyte.
const PAGES: u32 = 256;
/// Free pages that stay, since the journal takes them again at once.
const SPARE: u64 = 1024;
/// Numbers older than so many days are summed up before a cap drops anything,
const SUMMED_AFTER: u32 = 30;
/// to steps of so many seconds.
const SUMMED_TO: u32 = 60;
/// A cap is held by going this far below it, so that not every look drops something.
const BELOW: u64 = 50;

/// What the worker and the window's questions share.
#[derive(Default)]
pub struct Keeping {
    tasks: Mutex<Tasks>,
    measured: Mutex<Option<(Instant, Arc<Sizes>)>>,
    repair: Mutex<String>,
    /// Rules or cap changed: the worker looks at once.
    pub wake: AtomicBool,
    /// The cap is reached, and nothing is left that it may drop.
    pub cap_missed: AtomicBool,
}

impl Keeping {
    /// The long work of the page on data.
    pub fn tasks(&self) -> MutexGuard<'_, Tasks> {
        lock(&self.tasks)
    }

    /// What a person is told of the last repair; empty where there is nothing to tell.
    pub fn repair(&self) -> MutexGuard<'_, String> {
        lock(&self.repair)
    }

    /// Sizes by point, measured anew where they are older than `age`; blocking.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn sizes(&self, reader: &Reader, age: Duration) -> Result<Arc<Sizes>, Error> {
        // Held while measuring: who asks meanwhile gets the same answer instead of measuring as well.
        let mut measured = lock(&self.measured);
        if let Some((at, sizes)) = &*measured
            && at.elapsed() < age
        {
            return Ok(Arc::clone(sizes));
        }
        let sizes = Arc::new(reader.sizes(clock::now())?);
        *measured = Some((Instant::now(), Arc::clone(&sizes)));
        Ok(sizes)
    }

    /// What was measured holds no more.
    pub fn changed(&self) {
        *lock(&self.measured) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every holder leaves a consistent state.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works until the engine ends.
pub fn run(shared: &Arc<Shared>, mut keeper: Keeper) {
    let mut steady = Steady::default();
    let began = Instant::now();
    let mut looks = 0u32;
    while !shared.stopping.load(Ordering::Relaxed) {
        if shared.read_only.load(Ordering::Relaxed) || keeper.reopen().is_err() {
            std::thread::sleep(LOOK);
            continue;
        }
        let work = round(shared, &mut keeper, &mut steady, began.elapsed(), looks);
        if let Err(error) = work {
            // The next round tries again.
            tracing::warn!(message = "keeping the history in bounds waits", %error);
            if matches!(error, Error::Damaged(_)) {
                crate::opening::suspect(&shared.path);
            }
        }
        looks = looks.wrapping_add(1);
        std::thread::sleep(LOOK);
    }
}

fn round(
    shared: &Arc<Shared>,
    keeper: &mut Keeper,
    steady: &mut Steady,
    passed: Duration,
    looks: u32,
) -> Result<(), Error> {
    let go_on = || {
        std::thread::sleep(PAUSE);
        !shared.stopping.load(Ordering::Relaxed)
    };
    if looks.is_multiple_of(SPACE)
        && let Some(mut salvage) = Salvage::resume(keeper)?
    {
        let mut told = Instant::now();
        while salvage.step(keeper)? && go_on() {
            if told.elapsed() > TELL {
                told = Instant::now();
                tell_repair(shared)?;
            }
        }
        shared.keeping.changed();
        return tell_repair(shared);
    }
    let woken = shared.keeping.wake.swap(false, Ordering::Relaxed);
    let now = clock::now();
    let trusted = steady.look(now, passed);
    let retention = read_retention(keeper)?;
    if trusted && (woken || looks.is_multiple_of(RULES)) && !retention.rules.is_empty() {
        let dropped = apply_rules(keeper, &retention, now, &go_on)?;
        if dropped > 0 {
            tracing::info!(
                message = "samples that were kept long enough went",
                samples = dropped
            );
            shared.keeping.changed();
        }
    }
    if trusted && (woken || looks.is_multiple_of(RULES)) {
        cut_journal(keeper, now, &go_on)?;
    }
    if woken || looks.is_multiple_of(SPACE) {
        let missed = match retention.cap {
            Some(cap) if trusted => hold_cap(keeper, cap, now, &go_on)?,
            _ => false,
        };
        shared.keeping.cap_missed.store(missed, Ordering::Relaxed);
        give_back(keeper, &go_on)?;
        daily_copy(shared, keeper, now)?;
    }
    Ok(())
}

/// Brings what a person is told of the last repair up to date.
pub fn tell_repair(shared: &Shared) -> Result<(), Error> {
    let reader = Reader::open(&shared.path)?;
    let view = crate::api::repair(shared, &reader)?;
    *shared.keeping.repair() = view.map(|view| view.text).unwrap_or_default();
    shared.status_rev.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// The rules as they are kept; none where there are none or they do not read.
pub fn read_retention(keeper: &Keeper) -> Result<Retention, Error> {
    let kept = keeper.setting(RETENTION)?;
    Ok(kept
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default())
}

/// Drops what the rules say; gives the samples that went. `go_on` is asked between two pieces.
pub fn apply_rules(
    keeper: &mut Keeper,
    retention: &Retention,
    now: Micros,
    go_on: &dyn Fn() -> bool,
) -> Result<u64, Error> {
    let sizes = keeper.sizes(now)?;
    let keeps = keeps(keeper.point_descs()?.iter(), retention);
    let keep = |point| keeps.get(&point).copied().unwrap_or_default();
    let mut samples = 0;
    for piece in due(&sizes.points, keep, now) {
        loop {
            let done = keeper.step(piece)?;
            samples += done.samples;
            if !go_on() {
                return Ok(samples);
            }
            if !done.more {
                break;
            }
        }
    }
    Ok(samples)
}

/// Cuts the alarm journal as a person decided; without a decision nothing goes. What a cut of an earlier run left goes as well.
pub fn cut_journal(keeper: &mut Keeper, now: Micros, go_on: &dyn Fn() -> bool) -> Result<(), Error> {
    let kept = keeper.setting(JOURNAL_KEEP)?;
    let keep: JournalKeep = kept
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    if let Some(years) = keep.years {
        let cut = keeper.cut_alarms(years, now)?;
        if cut.lines > 0 {
            tracing::info!(
                message = "old lines of the alarm journal were cut",
                lines = cut.lines
            );
        }
    }
    while keeper.drop_cut_alarms()? && go_on() {}
    Ok(())
}

/// How long samples of each point are kept.
pub fn keeps<'a>(
    descs: impl Iterator<Item = &'a (PointId, hearthline_model::PointDesc)>,
    retention: &Retention,
) -> HashMap<PointId, Keep> {
    descs
        .map(|(point, desc)| (*point, retention.keep_of(*point, desc)))
        .collect()
}

/// Brings the file below its cap, in this order: numbers of long ago become sums of a minute, the oldest first; then the oldest
/// days of all points go. True where nothing more may go and it is still above.
pub fn hold_cap(keeper: &mut Keeper, cap: u64, now: Micros, go_on: &dyn Fn() -> bool) -> Result<bool, Error> {
    if keeper.space()?.used() <= cap {
        return Ok(false);
    }
    let goal = cap - cap / BELOW;
    let mut points: Vec<PointSize> = keeper.sizes(now)?.points;
    let numbers: HashSet<PointId> = keeper
        .point_descs()?
        .into_iter()
        .filter(|(_, desc)| KeepSort::of(desc.kind) == KeepSort::Numbers)
        .map(|(point, _)| point)
        .collect();
    let sum = |_| Keep {
        raw_days: Some(SUMMED_AFTER),
        then: Some(Coarse {
            step: SUMMED_TO,
            days: None,
        }),
    };
    points.sort_by_key(|size| size.first_raw_end);
    let countable: Vec<PointSize> = points
        .iter()
        .filter(|size| numbers.contains(&size.point))
        .copied()
        .collect();
    for piece in due(&countable, sum, now) {
        while keeper.step(piece)?.more {
            if !go_on() {
                return Ok(false);
            }
        }
        if !go_on() || keeper.space()?.used() <= goal {
            return Ok(false);
        }
    }
    for size in &mut points {
        size.first_end = keeper.first_end(size.point)?.unwrap_or(Micros::MAX);
    }
    loop {
        let Some(cut) = next_cut(points.iter().map(|point| point.first_end), now) else {
            return Ok(true);
        };
        for size in points.iter_mut().filter(|size| size.first_end < cut) {
            while keeper
                .step(Due::Drop {
                    point: size.point,
                    before: cut,
                })?
                .more
            {
                if !go_on() {
                    return Ok(false);
                }
            }
            size.first_end = keeper.first_end(size.point)?.unwrap_or(Micros::MAX);
            if !go_on() {
                return Ok(false);
            }
        }
        points.retain(|size| size.first_end < Micros::MAX);
        if keeper.space()?.used() <= goal {
            return Ok(false);
        }
    }
}

/// Gives free pages back to the disk, all but some.
pub fn give_back(keeper: &mut Keeper, go_on: &dyn Fn() -> bool) -> Result<(), Error> {
    let mut any = false;
    while keeper.give_back(PAGES, SPARE)? {
        any = true;
        if !go_on() {
            break;
        }
    }
    if any {
        keeper.write_back()?;
    }
    Ok(())
}

fn daily_copy(shared: &Arc<Shared>, keeper: &Keeper, now: Micros) -> Result<(), Error> {
    let read = |keeper: &Keeper| -> Result<BackupPlan, Error> {
        let kept = keeper.setting(backup::PLAN)?;
        Ok(kept
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default())
    };
    let plan = read(keeper)?;
    if !backup::due(&plan, now, &TimeZone::system()) {
        return Ok(());
    }
    let done = backup::make_daily(shared, &plan);
    // A person may have changed the plan meanwhile.
    let plan = BackupPlan {
        last_at: done.last_at,
        last_text: done.last_text,
        failed: done.failed,
        ..read(keeper)?
    };
    keeper.set_setting(backup::PLAN, &serde_json::to_vec(&plan).unwrap_or_default())
}
