//! How large the history is, how long it is kept, copies of it, and whether it is sound.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearthline_exchange::damaged_points;
use hearthline_history::{
    Checked, Checking, Error as HistoryError, PointSize, Reader, Salvaged, due, inspect, stage,
};
use hearthline_model::{PointDesc, PointId, Retention};
use rustc_hash::FxHashMap;

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::keeping::measure::{self, Disk};
use crate::keeping::{RETENTION, Telling, backup, keeps};
use crate::opening;
use crate::shared::Shared;
use crate::view::{
    BackupPlan, BackupView, KeepingView, RepairView, RetentionPreview, SizeOrder, SizeRow, SizesView,
    StorageView, TaskKind, TaskState,
};

/// Sizes that are no older are not measured again.
const FRESH: Duration = Duration::from_secs(20);
/// Sizes that a list is scrolled through by: it must not jump while a person reads it.
const LISTED: Duration = Duration::from_mins(2);
/// Rows of a part of the list.
const MOST_ROWS: u32 = 500;
/// Copies that are kept at the most.
const MOST_COPIES: u32 = 1000;

impl Engine {
    /// Sizes, growth and forecast. Measured anew where the last measure is some seconds old.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn storage(&self) -> Result<StorageView, Error> {
        self.ask(|shared, reader| {
            let sizes = shared.keeping.sizes(reader, FRESH)?;
            let space = reader.space()?;
            let retention = retention(reader)?;
            let folder = shared.path.parent().unwrap_or(&shared.path);
            let view = measure::storage(&sizes, &space, Disk::of(folder), retention.cap, clock::now());
            Ok(StorageView {
                cap_missed: shared.keeping.cap_missed.load(Ordering::Relaxed),
                shrinks_next: reader
                    .setting(opening::REWRITE)?
                    .is_some_and(|asked| asked.as_slice() == [1]),
                aside: measure::aside(&shared.path),
                ..view
            })
        })
        .await
    }

    /// A part of the list of sizes by point, of those whose names hold `search`.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn point_sizes(
        &self,
        order: SizeOrder,
        descending: bool,
        search: String,
        offset: u32,
        limit: u32,
    ) -> Result<SizesView, Error> {
        self.ask(move |shared, reader| {
            let sizes = shared.keeping.sizes(reader, LISTED)?;
            let window = sizes.window(clock::now());
            let names = Names::of(shared, reader)?;
            let search = search.trim().to_lowercase();
            let mut points: Vec<PointSize> = sizes
                .points
                .iter()
                .filter(|size| search.is_empty() || names.full(size.point).to_lowercase().contains(&search))
                .copied()
                .collect();
            measure::sort(&mut points, order, descending, &|size| names.full(size.point));
            let rows = points
                .iter()
                .skip(offset as usize)
                .take(limit.min(MOST_ROWS) as usize)
                .map(|size| {
                    let name = names.get(size.point);
                    SizeRow {
                        point: size.point,
                        device: name.device,
                        device_name: name.whose,
                        name: name.what,
                        samples: size.samples,
                        bytes: size.bytes,
                        bytes_a_day: size.a_day(window).1,
                        oldest: size.oldest,
                    }
                })
                .collect();
            Ok(SizesView {
                total: points.len() as u32,
                rows,
            })
        })
        .await
    }

    /// Rules, copies, the long work, the last repair.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn keeping(&self) -> Result<KeepingView, Error> {
        self.ask(|shared, reader| {
            let mut classes: Vec<String> = shared
                .world()
                .points()
                .filter(|(_, _, desc)| desc.kind == hearthline_model::Kind::Number)
                .filter_map(|(_, _, desc)| desc.class.clone())
                .collect();
            classes.sort();
            classes.dedup();
            Ok(KeepingView {
                retention: retention(reader)?,
                suggested: Retention::suggested(),
                classes,
                backup: plan(reader)?,
                task: shared.keeping.tasks().view(),
                repair: repair(shared, reader)?,
            })
        })
        .await
    }

    /// Keeps the rules; they hold from then on.
    ///
    /// # Errors
    /// Where they cannot be meant or the file refuses.
    pub async fn save_retention(&self, retention: Retention) -> Result<(), Error> {
        if let Some(fault) = retention.fault() {
            return Err(Error::Invalid(fault));
        }
        let bytes = serde_json::to_vec(&retention).unwrap_or_default();
        self.set(RETENTION, bytes).await?;
        self.inner.shared.keeping.wake.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// What rules would take away at once; nothing is changed.
    ///
    /// # Errors
    /// Where they cannot be meant or the file refuses.
    pub async fn preview_retention(&self, retention: Retention) -> Result<RetentionPreview, Error> {
        if let Some(fault) = retention.fault() {
            return Err(Error::Invalid(fault));
        }
        self.ask(move |shared, reader| {
            let sizes = shared.keeping.sizes(reader, LISTED)?;
            let keeps = keeps(reader.point_descs()?.iter(), &retention);
            let keep = |point| keeps.get(&point).copied().unwrap_or_default();
            reader
                .preview(&due(&sizes.points, keep, clock::now()))
                .map(|going| RetentionPreview {
                    points: going.dropped,
                    summed: going.summed,
                    samples: going.samples,
                })
        })
        .await
    }

    /// Keeps how copies are made by themselves.
    ///
    /// # Errors
    /// Where the folder is not there or the file refuses.
    pub async fn save_backup_plan(&self, folder: String, daily: bool, keep: u32) -> Result<(), Error> {
        if daily && !Path::new(&folder).is_dir() {
            return Err(Error::Invalid(format!(
                "the folder \"{folder}\" is not there; choose one for the backups"
            )));
        }
        let keep = keep.clamp(1, MOST_COPIES);
        let before = self.ask(|_, reader| plan(reader)).await?;
        // Another folder has no copy yet.
        let fresh = before.folder != folder;
        let plan = BackupPlan {
            folder,
            daily,
            keep,
            last_at: before.last_at.filter(|_| !fresh),
            last_text: if fresh { String::new() } else { before.last_text },
            failed: before.failed && !fresh,
        };
        self.set(backup::PLAN, serde_json::to_vec(&plan).unwrap_or_default())
            .await?;
        self.inner.shared.keeping.wake.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Begins a copy into a folder; [`Engine::keeping`] tells how it stands.
    ///
    /// # Errors
    /// Where the folder is not there or other work is under way.
    pub fn back_up(&self, folder: PathBuf) -> Result<(), Error> {
        if !folder.is_dir() {
            return Err(Error::Invalid(format!(
                "the folder {} is not there; choose another one",
                folder.display()
            )));
        }
        self.idle()?;
        let shared = Arc::clone(&self.inner.shared);
        self.inner
            .runtime
            .spawn_blocking(move || backup::make(&shared, &folder, false));
        Ok(())
    }

    /// Looks whether a file can be restored, and what it holds.
    ///
    /// # Errors
    /// Where it is no sound copy of a history.
    pub async fn inspect_backup(&self, path: PathBuf) -> Result<BackupView, Error> {
        tokio::task::spawn_blocking(move || {
            let info = inspect(&path)?;
            Ok(BackupView {
                path: path.display().to_string(),
                bytes: info.bytes,
                brokers: info.brokers,
                devices: info.devices,
                points: info.points,
                newest: info.newest,
            })
        })
        .await
        .map_err(|_| Error::Stopped)?
    }

    /// Begins to bring a copy beside the file; the next start puts it in place and keeps the present file under another name.
    ///
    /// # Errors
    /// Where other work is under way.
    pub fn restore(&self, path: PathBuf) -> Result<(), Error> {
        let telling = Telling::begin(
            &self.inner.shared,
            TaskKind::Restore,
            "Checking and copying the backup",
        )?;
        let target = self.inner.shared.path.clone();
        self.inner.runtime.spawn_blocking(move || {
            let staged = stage(&path, &target, &telling.cancel, &mut |done, total| telling.bytes(done, total));
            match staged {
                Ok(true) => telling.end(
                    TaskState::Done,
                    "The backup is ready. It takes the place of the present data when Hearthline starts again.".into(),
                    true,
                ),
                Ok(false) => telling.end(TaskState::Stopped, "Stopped; nothing has changed.".into(), false),
                Err(error) => telling.end(TaskState::Failed, format!("Nothing has changed: {error}."), false),
            }
        });
        Ok(())
    }

    /// Begins to check the whole file; [`Engine::keeping`] tells how it stands.
    ///
    /// # Errors
    /// Where other work is under way.
    pub fn check_history(&self) -> Result<(), Error> {
        let shared = Arc::clone(&self.inner.shared);
        let telling = Telling::begin(&shared, TaskKind::Check, "Checking the structure of the file")?;
        self.inner.runtime.spawn_blocking(move || {
            let mut points = Vec::new();
            let checked = Reader::open(&shared.path).and_then(|reader| {
                let checked = reader.check(&telling.cancel, &mut |at| match at {
                    Checking::Structure => telling.tell(None, None),
                    Checking::Records { done, total } => telling.tell(
                        (total > 0).then(|| done as f64 / total as f64),
                        Some(&format!(
                            "Reading {total} compressed records, comparing each with its summary"
                        )),
                    ),
                })?;
                if let Some(checked) = checked.as_ref().filter(|checked| !checked.of.is_empty()) {
                    // A file that is that damaged may not tell its names either.
                    points = damaged_points(checked, &reader.catalogue().unwrap_or_default());
                }
                Ok(checked)
            });
            if let Ok(Some(checked)) = &checked
                && !checked.sound()
            {
                opening::suspect(&shared.path);
            }
            let (state, text, restart) = told(checked, &points);
            telling.end(state, text, restart);
        });
        Ok(())
    }

    /// Stops the long work, if there is any.
    pub fn stop_task(&self) {
        self.inner.shared.keeping.tasks().stop();
    }

    /// Has the file rewritten at the next start, so that space that becomes free goes back to the disk.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn shrink_at_next_start(&self, wanted: bool) -> Result<(), Error> {
        self.set(opening::REWRITE, vec![u8::from(wanted)]).await
    }

    /// The person has been told of the last repair.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn repair_seen(&self) -> Result<(), Error> {
        self.with(|pipeline| pipeline.store.salvage_seen()).await??;
        self.inner.shared.keeping.repair().clear();
        self.inner.shared.status_rev.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn inner_keeping(&self) -> &crate::keeping::Keeping {
        &self.inner.shared.keeping
    }

    async fn set(&self, key: &'static str, value: Vec<u8>) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.store.set_setting(key, &value))
            .await??;
        Ok(())
    }

    fn idle(&self) -> Result<(), Error> {
        let running = self
            .inner
            .shared
            .keeping
            .tasks()
            .view()
            .is_some_and(|task| task.state == TaskState::Running);
        if running {
            return Err(Error::Invalid(
                "a check, a backup or a restore is under way; wait for its end or stop it".into(),
            ));
        }
        Ok(())
    }
}

/// What a check came to, in words.
fn told(
    checked: Result<Option<Checked>, HistoryError>,
    points: &[(String, u64)],
) -> (TaskState, String, bool) {
    match checked {
        Ok(None) => (TaskState::Stopped, "The check was stopped.".into(), false),
        Ok(Some(checked)) if checked.sound() => (
            TaskState::Done,
            format!(
                "The file is sound: {} compressed records with {} samples were read and are what they say.",
                checked.records, checked.samples
            ),
            false,
        ),
        Ok(Some(checked)) => {
            let structure = checked.structure.first().map_or_else(String::new, |first| {
                format!(" Its structure has faults, the first: {first}.")
            });
            let broken = match checked.broken {
                0 => String::new(),
                1 => " One record does not read.".into(),
                many => format!(" {many} records do not read."),
            };
            let names: Vec<&str> = points.iter().map(|(name, _)| name.as_str()).collect();
            let of = if names.is_empty() {
                String::new()
            } else {
                format!(" It is of {}.", names.join(", "))
            };
            (
                TaskState::Failed,
                format!(
                    "The file is damaged.{structure}{broken}{of} Start Hearthline again: the file is set aside, and everything \
                     readable is saved into a new one."
                ),
                true,
            )
        }
        Err(error) => (
            TaskState::Failed,
            format!("The file could not be checked: {error}."),
            false,
        ),
    }
}

fn retention(reader: &Reader) -> Result<Retention, HistoryError> {
    let kept = reader.setting(RETENTION)?;
    Ok(kept
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default())
}

fn plan(reader: &Reader) -> Result<BackupPlan, HistoryError> {
    let kept = reader.setting(backup::PLAN)?;
    Ok(kept
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default())
}

/// The last repair, where the person was not told of it yet.
pub fn repair(shared: &Shared, reader: &Reader) -> Result<Option<RepairView>, HistoryError> {
    let Some(saved) = reader.salvaged()?.filter(|saved| !saved.seen) else {
        return Ok(None);
    };
    let name = saved
        .aside
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let lost = |point: PointId| {
        let world = shared.world();
        world
            .point_desc(point)
            .map(|(desc, device)| full_name(world.device_name(device), &desc.name))
    };
    Ok(Some(RepairView {
        text: sentence(&saved, &name, &lost),
        aside: saved.aside.display().to_string(),
        share: saved.share(),
        done: saved.done,
    }))
}

/// What happened to the file, for the person.
fn sentence(saved: &Salvaged, file: &str, name: &dyn Fn(PointId) -> Option<String>) -> String {
    let counted = |count: u64, noun: &str| {
        if count == 1 {
            format!("1 {noun}")
        } else {
            format!("{count} {noun}s")
        }
    };
    let mut text = format!(
        "The history file was damaged and was set aside as {file}. Saved: {}, {}",
        counted(saved.devices, "device"),
        counted(saved.samples, "sample"),
    );
    if !saved.done {
        let share = (saved.share() * 100.0).floor();
        return text + &format!(" so far, {share} % of it gone through.");
    }
    text.push('.');
    let (Some(from), Some(to)) = (
        saved.lost.iter().map(|lost| lost.from).min(),
        saved.lost.iter().map(|lost| lost.to).max(),
    ) else {
        text.push_str(if saved.lost_more {
            " Some samples could not be read."
        } else {
            " Nothing that was compressed is lost."
        });
        return text;
    };
    let mut points: Vec<PointId> = saved.lost.iter().map(|lost| lost.point).collect();
    points.sort_unstable();
    points.dedup();
    let who = match points.as_slice() {
        [one] => name(*one).unwrap_or_else(|| "one point".into()),
        many => format!("{} points", many.len()),
    };
    let more = if saved.lost_more { "at least " } else { "" };
    let (from, to) = (date(from), date(to));
    text + &format!(" Lost: samples of {more}{who} between {from} and {to}.")
}

fn date(at: hearthline_model::Micros) -> String {
    jiff::Timestamp::from_microsecond(at).map_or_else(
        |_| at.to_string(),
        |at| {
            at.to_zoned(jiff::tz::TimeZone::system())
                .strftime("%-d %b %Y %H:%M")
                .to_string()
        },
    )
}

fn full_name(device: &str, point: &str) -> String {
    match (device.is_empty(), point.is_empty()) {
        (false, false) => format!("{device}, {point}"),
        (false, true) => device.to_owned(),
        _ => point.to_owned(),
    }
}

/// What points are called; those that are no longer shown by their last description.
struct Names<'a> {
    shared: &'a Shared,
    gone: FxHashMap<PointId, PointDesc>,
}

struct Name {
    device: Option<hearthline_model::DeviceId>,
    whose: String,
    what: String,
}

impl<'a> Names<'a> {
    fn of(shared: &'a Shared, reader: &Reader) -> Result<Self, HistoryError> {
        let descs = reader.point_descs()?;
        let world = shared.world();
        let gone = descs
            .into_iter()
            .filter(|(point, _)| world.point_desc(*point).is_none())
            .collect();
        drop(world);
        Ok(Self { shared, gone })
    }

    fn get(&self, point: PointId) -> Name {
        let world = self.shared.world();
        if let Some((desc, device)) = world.point_desc(point) {
            return Name {
                device: Some(device),
                whose: world.device_name(device).to_owned(),
                what: desc.name.clone(),
            };
        }
        let name = self.gone.get(&point).map(|desc| {
            if desc.name.is_empty() {
                desc.key.clone()
            } else {
                desc.name.clone()
            }
        });
        Name {
            device: None,
            whose: String::new(),
            what: name.unwrap_or_else(|| format!("Point {}", point.0)),
        }
    }

    fn full(&self, point: PointId) -> String {
        let name = self.get(point);
        full_name(&name.whose, &name.what)
    }
}

#[cfg(test)]
mod tests {
    use hearthline_history::Lost;

    use super::*;

    fn saved() -> Salvaged {
        let mut saved = Salvaged::default();
        saved.devices = 42;
        saved.samples = 1_234_567;
        saved.done = true;
        saved
    }

    #[test]
    fn a_person_is_told_what_happened_in_a_sentence() {
        let name = |_: PointId| Some("Boiler, Flow".to_owned());
        let text = sentence(&saved(), "h.damaged-x.db", &name);
        assert_eq!(
            text,
            "The history file was damaged and was set aside as h.damaged-x.db. Saved: 42 devices, 1234567 samples. \
             Nothing that was compressed is lost."
        );
        let mut some = saved();
        some.lost = vec![Lost {
            point: PointId(1),
            from: 0,
            to: 1,
        }];
        let text = sentence(&some, "x", &name);
        assert!(
            text.contains("Lost: samples of Boiler, Flow between 1 Jan 1970"),
            "{text}"
        );
        some.done = false;
        assert!(sentence(&some, "x", &name).ends_with("0 % of it gone through."));
    }

    #[test]
    fn what_a_check_found_is_told() {
        let wrong = Checked {
            structure: vec!["row 3 missing".into()],
            broken: 2,
            ..Checked::default()
        };
        let (state, text, restart) = told(Ok(Some(wrong)), &[("Kitchen/Temperature".into(), 2)]);
        assert_eq!((state, restart), (TaskState::Failed, true));
        assert!(
            text.contains("row 3 missing")
                && text.contains("2 records do not read. It is of Kitchen/Temperature."),
            "{text}"
        );
        assert_eq!(told(Ok(Some(Checked::default())), &[]).0, TaskState::Done);
        assert_eq!(told(Ok(None), &[]).0, TaskState::Stopped);
    }
}
