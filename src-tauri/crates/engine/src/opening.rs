//! Opens the history at a start: puts a copy in place that a person chose, finds damage, and saves what is readable of a damaged
//! file, so that the start goes on.

use std::path::{Path, PathBuf};

use hearthline_history::{Error, Salvage, Store, Synchronous, set_aside, take_staged};

use crate::clock;

/// A file of up to this many bytes that cannot give space back is rewritten at a start without asking: it takes about a second.
const REWRITTEN_UNASKED: u64 = 64 << 20;
/// The setting that has a larger one rewritten at the next start.
pub const REWRITE: &str = "rewrite";

/// Opens the file at `path`, whatever state it is in.
///
/// # Errors
/// Where another program holds it, a newer one wrote it, or the disk refuses.
pub fn open(path: &Path) -> Result<Store, Error> {
    let restored = take_staged(path, &label())?;
    if let Some(aside) = &restored {
        tracing::info!(message = "a copy was put in place", kept = %aside.display());
        forget_suspicion(path);
    }
    let mut store = sound(path)?;
    let aside = restored.map(|aside| {
        let name = aside.file_name().unwrap_or(aside.as_os_str());
        name.to_string_lossy().into_owned()
    });
    note(&mut store, aside.as_deref())?;
    Ok(store)
}

/// What the journal of alarms is to say of itself. A disk that is full keeps no start from going on.
fn note(store: &mut Store, restored: Option<&str>) -> Result<(), Error> {
    let now = clock::now();
    let mut notes = vec![store.note_beginning(now)];
    notes.extend(restored.map(|aside| store.note_restored(aside, now)));
    for written in notes {
        match written {
            Err(error) if error.passes() => {
                tracing::warn!(message = "a note of the alarm journal could not be written", %error);
            }
            other => other?,
        }
    }
    Ok(())
}

fn sound(path: &Path) -> Result<Store, Error> {
    let opened = if suspicious(path) {
        mend(path, "a part of it could not be read in an earlier run")
    } else {
        match look(path) {
            Err(Error::Damaged(what)) => mend(path, &what),
            other => other,
        }
    };
    match opened {
        Err(error) if !matches!(error, Error::InUse(_) | Error::Newer { .. }) && !writable(path) => {
            tracing::error!(message = "the history can only be read", %error);
            Store::open_read_only(path).map_err(|_| error)
        }
        other => other,
    }
}

/// Whether the file and its folder may be written. Not while anything in this program has the file open: closing it once more
/// lets go of the locks of all.
fn writable(path: &Path) -> bool {
    let file = std::fs::OpenOptions::new().append(true).open(path);
    let folder = path.parent().unwrap_or(path);
    !file.is_err_and(|error| refused(&error)) && !read_only(folder)
}

/// Whether nothing can be made in a folder.
pub fn read_only(folder: &Path) -> bool {
    let probe = folder.join(format!(".hearthline-{}", std::process::id()));
    match std::fs::File::create(&probe) {
        Ok(_) => {
            let _ = std::fs::remove_file(&probe);
            false
        }
        Err(error) => refused(&error),
    }
}

fn refused(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}

/// Opens a file and glances at it.
fn look(path: &Path) -> Result<Store, Error> {
    let mut store = Store::open(path, Synchronous::Full)?;
    store.glance()?;
    // A start goes on where the disk is full: what cannot be written waits, and the window says so.
    for written in [rewrite(&mut store), store.mark_open()] {
        match written {
            // SQLite opened for reading what it may not write, and would stay at that.
            Err(Error::ReadOnly) => {
                drop(store);
                return Store::open_read_only(path);
            }
            Err(error) if error.passes() => {
                tracing::warn!(message = "the history cannot be written at the start", %error);
            }
            other => other?,
        }
    }
    Ok(store)
}

/// Sets a damaged file aside and goes on with what can be read of it.
///
/// # Errors
/// Where files cannot be renamed or the new one not be made.
pub fn mend(path: &Path, what: &str) -> Result<Store, Error> {
    tracing::error!(
        message = "the history file is damaged; what is readable is saved",
        what
    );
    let aside = set_aside(path, "damaged", &label())?;
    Salvage::begin(&aside, path, what, clock::now())?;
    forget_suspicion(path);
    let mut store = Store::open(path, Synchronous::Full)?;
    store.mark_open()?;
    Ok(store)
}

/// Rewrites a file that cannot give space back, where that is quick or was asked for.
fn rewrite(store: &mut Store) -> Result<(), Error> {
    if store.shrinks()? {
        return Ok(());
    }
    let bytes = std::fs::metadata(store.path()).map_or(0, |file| file.len());
    let asked = store
        .setting(REWRITE)?
        .is_some_and(|asked| asked.as_slice() == [1]);
    if bytes > REWRITTEN_UNASKED && !asked {
        return Ok(());
    }
    store.set_setting(REWRITE, &[0])?;
    match store.make_shrinkable() {
        // It works as it is; only its space stays its own.
        Err(error) if error.passes() || matches!(error, Error::Sqlite(_)) => {
            tracing::warn!(message = "the history file could not be rewritten", %error);
            Ok(())
        }
        other => other,
    }
}

/// Has the next start mend the file, because something in it did not read.
pub fn suspect(path: &Path) {
    if let Err(error) = std::fs::write(marker(path), "") {
        tracing::warn!(message = "the damage cannot be noted for the next start", %error);
    }
}

/// Whether the next start mends the file.
pub fn suspicious(path: &Path) -> bool {
    path.exists() && marker(path).exists()
}

fn forget_suspicion(path: &Path) {
    let _ = std::fs::remove_file(marker(path));
}

fn marker(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    name.into()
}

/// Tells files that are set aside from each other: the local date and time.
pub fn label() -> String {
    let now = jiff::Timestamp::from_microsecond(clock::now()).unwrap_or_default();
    now.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d-%H%M%S")
        .to_string()
}
