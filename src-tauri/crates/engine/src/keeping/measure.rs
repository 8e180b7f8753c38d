//! What the page on data shows: sizes, growth, and when the disk is full at this rate.

use std::path::Path;

use hearthline_history::{PointSize, Sizes, Space};
use hearthline_model::{DAY, Micros};

use crate::view::{AsideFile, SizeOrder, StorageView};

/// Growth below this, bytes a day, is none: a forecast of a thousand years helps nobody.
const STILL: f64 = 1.0;

/// What is known of the disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk {
    /// Bytes free for this program.
    pub free: Option<u64>,
    /// Bytes of it all.
    pub total: Option<u64>,
}

impl Disk {
    /// The disk that a folder lies on.
    pub fn of(folder: &Path) -> Self {
        Self {
            free: fs4::available_space(folder).ok(),
            total: fs4::total_space(folder).ok(),
        }
    }
}

/// Puts sizes, space and disk together. Pure.
pub fn storage(sizes: &Sizes, space: &Space, disk: Disk, cap: Option<u64>, now: Micros) -> StorageView {
    let window = sizes.window(now);
    let (samples, bytes) = sizes.points.iter().fold((0.0, 0.0), |sum, point| {
        let (samples, bytes) = point.a_day(window);
        (sum.0 + samples, sum.1 + bytes)
    });
    let used = space.used();
    // Pages, indexes and the heads of rows come on top of what is counted by point.
    let body = sizes.bytes().max(1) as f64;
    let around = (used as f64 / body).clamp(1.0, 4.0);
    let growth = bytes * around;
    let room = match cap {
        Some(cap) => Some(cap.saturating_sub(used)),
        None => disk.free.map(|free| free + space.free * space.page),
    };
    StorageView {
        bytes: space.file + space.log,
        reusable: space.free * space.page,
        disk_free: disk.free,
        disk_total: disk.total,
        samples: sizes.samples(),
        points: sizes.points.len() as u32,
        oldest: sizes.oldest(),
        samples_a_day: samples,
        bytes_a_day: growth,
        over_days: window as f64 / DAY as f64,
        full_in_days: room.filter(|_| growth > STILL).map(|room| room as f64 / growth),
        cap,
        shrinks: space.shrinks,
        measured_at: now,
        ..StorageView::default()
    }
}

/// Sorts sizes for the list; `name` gives what each is called.
pub fn sort(
    points: &mut [PointSize],
    order: SizeOrder,
    descending: bool,
    name: &dyn Fn(&PointSize) -> String,
) {
    match order {
        SizeOrder::Name => points.sort_by_cached_key(|size| name(size).to_lowercase()),
        SizeOrder::Samples => points.sort_by_key(|size| size.samples),
        SizeOrder::Bytes => points.sort_by_key(|size| size.bytes),
        SizeOrder::Growth => points.sort_by_key(|size| size.recent_bytes),
        SizeOrder::PerSample => {
            let per = |size: &PointSize| size.bytes as f64 / size.samples.max(1) as f64;
            points.sort_by(|a, b| per(a).total_cmp(&per(b)));
        }
    }
    if descending {
        points.reverse();
    }
}

/// Files beside the history that were set aside.
pub fn aside(path: &Path) -> Vec<AsideFile> {
    let Some(folder) = path.parent() else {
        return Vec::new();
    };
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut found: Vec<AsideFile> = std::fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .filter_map(|entry| {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let rest = name.strip_prefix(&stem)?;
                    let ours = rest.starts_with(".damaged-") || rest.starts_with(".before-restore-");
                    let bytes = entry.metadata().ok()?.len();
                    (ours && Path::new(&name).extension().is_some_and(|ending| ending == "db"))
                        .then_some(AsideFile { name, bytes })
                })
                .collect()
        })
        .unwrap_or_default();
    found.sort_by(|a, b| b.name.cmp(&a.name));
    found
}

#[cfg(test)]
mod tests {
    use hearthline_model::PointId;

    use super::*;

    const NOW: Micros = 1000 * DAY;

    fn size(point: u32, samples: u64, bytes: u64, recent: u64) -> PointSize {
        PointSize {
            point: PointId(point),
            samples,
            summed: 0,
            bytes,
            chunks: 1,
            oldest: NOW - 100 * DAY,
            newest: NOW,
            first_end: NOW,
            first_raw_end: Some(NOW),
            recent_samples: recent,
            recent_bytes: recent * 2,
        }
    }

    fn space(pages: u64, free: u64) -> Space {
        Space {
            file: pages * 4096,
            log: 0,
            page: 4096,
            pages,
            free,
            shrinks: true,
        }
    }

    #[test]
    fn a_forecast_is_room_by_growth() {
        let sizes = Sizes {
            points: vec![size(1, 1000, 4_096_000, 700_000)],
            ..Sizes::default()
        };
        let disk = Disk {
            free: Some(200_000_000),
            total: Some(1_000_000_000),
        };
        let view = storage(&sizes, &space(1000, 0), disk, None, NOW);
        // 1,400,000 bytes in seven days, and no page more than its content.
        assert!((view.bytes_a_day - 200_000.0).abs() < 1.0, "{}", view.bytes_a_day);
        assert!((view.full_in_days.unwrap() - 1000.0).abs() < 0.1);
        let capped = storage(&sizes, &space(1000, 0), disk, Some(4_096_000 + 400_000), NOW);
        assert!((capped.full_in_days.unwrap() - 2.0).abs() < 0.01);
        let over = storage(&sizes, &space(1000, 0), disk, Some(1), NOW);
        assert_eq!(over.full_in_days, Some(0.0));
    }

    #[test]
    fn what_does_not_grow_is_never_full() {
        let sizes = Sizes {
            points: vec![size(1, 1000, 1000, 0)],
            ..Sizes::default()
        };
        let view = storage(&sizes, &space(100, 50), Disk::default(), None, NOW);
        assert_eq!(view.full_in_days, None);
        assert_eq!(view.reusable, 50 * 4096);
        let nothing = storage(&Sizes::default(), &space(20, 0), Disk::default(), None, NOW);
        assert_eq!((nothing.samples, nothing.oldest), (0, None));
    }

    #[test]
    fn sizes_are_sorted_by_any_column() {
        let all = [size(1, 10, 400, 1), size(2, 100, 300, 9), size(3, 50, 500, 5)];
        let by = |order, descending| {
            let mut points = all;
            sort(&mut points, order, descending, &|size| {
                format!("Z{}", 9 - size.point.0)
            });
            points.map(|size| size.point.0)
        };
        assert_eq!(by(SizeOrder::Bytes, true), [3, 1, 2]);
        assert_eq!(by(SizeOrder::Samples, false), [1, 3, 2]);
        assert_eq!(by(SizeOrder::PerSample, true), [1, 3, 2]);
        assert_eq!(by(SizeOrder::Growth, true), [2, 3, 1]);
        assert_eq!(by(SizeOrder::Name, false), [3, 2, 1]);
    }
}
