//! Whether a history is sound, in words.

use std::path::Path;

use hearthline_history::{Cancel, Checked, Checking, ListedPoint, Reader};
use hearthline_model::PointId;

use crate::{Error, Progress, sqlite};

/// Reads all of a history; gives what is wrong with it, in words.
///
/// # Errors
/// Where the file cannot be opened, is no history, or it was asked to stop.
pub fn check(path: &Path, progress: &Progress) -> Result<Vec<String>, Error> {
    drop(sqlite::open(path)?);
    let reader = Reader::open(path)?;
    let cancel = Cancel::new();
    let checked = reader.check(&cancel, &mut |at| {
        if let Checking::Records { done, total } = at {
            progress.begin(total);
            progress.reach(done);
        }
        if progress.go_on().is_err() {
            cancel.cancel();
        }
    })?;
    progress.go_on()?;
    let checked = checked.unwrap_or_default();
    progress.count(checked.samples);
    // A file whose catalogue does not read is told by its structure.
    Ok(faults(&checked, &reader.catalogue().unwrap_or_default()))
}

/// Points of which records are damaged, by name, with how many.
pub fn damaged_points(checked: &Checked, catalogue: &[ListedPoint]) -> Vec<(String, u64)> {
    let name = |point: PointId| {
        catalogue.iter().find(|listed| listed.id == point).map_or_else(
            || format!("point {}", point.0),
            |listed| format!("{}/{}", listed.device_name(), listed.name()),
        )
    };
    let named = checked.of.iter().map(|(point, count)| (name(*point), *count));
    named.collect()
}

/// What a check found, a sentence a fault; empty where the file is sound.
fn faults(checked: &Checked, catalogue: &[ListedPoint]) -> Vec<String> {
    let mut faults = checked.structure.clone();
    let records = |count: u64| if count == 1 { "record" } else { "records" };
    for (name, count) in damaged_points(checked, catalogue) {
        faults.push(format!("{name}: {count} damaged {}", records(count)));
    }
    let named: u64 = checked.of.iter().map(|(_, count)| count).sum();
    let others = checked.broken.saturating_sub(named);
    if others > 0 {
        faults.push(format!("{others} other damaged {}", records(others)));
    }
    faults
}
