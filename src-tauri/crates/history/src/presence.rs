//! Whether the file is still in its place. A program goes on writing to a file that was deleted or moved without being told,
//! and all of it is gone once it ends.

use std::path::Path;

use crate::Error;

/// Which file was opened.
#[derive(Debug)]
pub struct Presence(Option<Identity>);

/// Tells one file from another that took its place.
type Identity = (u64, u64);

impl Presence {
    /// Of the file that is there now.
    pub fn of(path: &Path) -> Self {
        Self(identity(path))
    }

    /// An error where another file or none is there.
    pub fn check(&self, path: &Path) -> Result<(), Error> {
        match (self.0, identity(path)) {
            (Some(opened), found) if found != Some(opened) => Err(Error::Gone(path.into())),
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere a file that is open can be neither deleted nor moved.
#[cfg(not(unix))]
fn identity(_path: &Path) -> Option<Identity> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use hearthline_model::{PointId, Quality, Sample, Value};

    use super::*;
    use crate::{Batch, Store, Synchronous};

    #[test]
    fn nothing_is_written_to_a_file_that_was_moved_away_until_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("h.db"), folder.path().join("away.db"));
        let mut store = Store::open(&path, Synchronous::Full).unwrap();
        let samples = [Sample {
            point: PointId(1),
            at: 1,
            value: Value::Int(1),
            quality: Quality::Good,
        }];
        let batch = Batch {
            samples: &samples,
            ..Batch::default()
        };
        store.append(&batch).unwrap();
        std::fs::rename(&path, &elsewhere).unwrap();
        assert!(matches!(store.append(&batch), Err(Error::Gone(_))));
        std::fs::write(&path, "another one").unwrap();
        assert!(matches!(store.append(&batch), Err(Error::Gone(_))));
        std::fs::rename(&elsewhere, &path).unwrap();
        store.append(&batch).unwrap();
        assert_eq!(store.waiting().unwrap().0, 2);
    }
}
