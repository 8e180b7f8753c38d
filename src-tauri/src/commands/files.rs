//! Files that the person chooses.

use std::path::PathBuf;

use tauri::{AppHandle, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};

/// Files go to and come from this folder without a dialog: for tests and for unattended runs.
const EXPORT_FOLDER: &str = "HEARTHLINE_EXPORT_FOLDER";

/// What a dialog offers: the words for a sort of file, and its ending.
pub(super) type Filter = (&'static str, &'static str);

/// Where to write to; none where the person cancels.
pub(super) async fn ask_to_save(
    handle: AppHandle,
    title: &'static str,
    name: &'static str,
    filter: Filter,
) -> Option<PathBuf> {
    ask(name, move || {
        let dialog = dialog(&handle, title, filter);
        dialog.set_file_name(name).blocking_save_file()
    })
    .await
}

/// What to read; none where the person cancels.
pub(super) async fn ask_to_open(
    handle: AppHandle,
    title: &'static str,
    name: &'static str,
    filter: Filter,
) -> Option<PathBuf> {
    ask(name, move || dialog(&handle, title, filter).blocking_pick_file()).await
}

/// A folder; none where the person cancels.
pub(super) async fn ask_for_folder(handle: AppHandle, title: &'static str) -> Option<PathBuf> {
    // Joined with nothing, a folder is itself.
    ask("", move || {
        handle.dialog().file().set_title(title).blocking_pick_folder()
    })
    .await
}

/// What to read, where its name is not known beforehand: without a dialog it is the newest whose name begins with `beginning`.
pub(super) async fn ask_to_open_newest(
    handle: AppHandle,
    title: &'static str,
    beginning: &str,
    filter: Filter,
) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(EXPORT_FOLDER) {
        let files = std::fs::read_dir(folder).ok()?.flatten();
        let ours = files.filter(|file| file.file_name().to_string_lossy().starts_with(beginning));
        return ours
            .max_by_key(|file| file.metadata().and_then(|data| data.modified()).ok())
            .map(|file| file.path());
    }
    ask("", move || dialog(&handle, title, filter).blocking_pick_file()).await
}

/// Whether nobody is there to answer a dialog, or to see a window come back.
pub fn unattended() -> bool {
    std::env::var_os(EXPORT_FOLDER).is_some()
}

fn dialog(handle: &AppHandle, title: &str, (words, ending): Filter) -> FileDialogBuilder<Wry> {
    handle
        .dialog()
        .file()
        .set_title(title)
        .add_filter(words, &[ending])
}

async fn ask(name: &str, choose: impl FnOnce() -> Option<FilePath> + Send + 'static) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(EXPORT_FOLDER) {
        return Some(PathBuf::from(folder).join(name));
    }
    tokio::task::spawn_blocking(choose)
        .await
        .ok()
        .flatten()?
        .into_path()
        .ok()
}
