//! Files that the person chooses.

use std::path::PathBuf;

use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

/// Files go to and come from this folder without a dialog: for tests and for unattended runs.
const EXPORT_FOLDER: &str = "HEARTHLINE_EXPORT_FOLDER";

/// What a dialog offers: the words for a sort of file, and its ending.
pub(super) type Filter = (&'static str, &'static str);

/// Where to write to; none where the person cancels.
pub(super) async fn ask_to_save(
    handle: AppHandle,
    title: &'static str,
    name: &'static str,
    (words, ending): Filter,
) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(EXPORT_FOLDER) {
        return Some(PathBuf::from(folder).join(name));
    }
    let chosen = tokio::task::spawn_blocking(move || {
        handle
            .dialog()
            .file()
            .set_title(title)
            .set_file_name(name)
            .add_filter(words, &[ending])
            .blocking_save_file()
    })
    .await;
    chosen.ok().flatten()?.into_path().ok()
}

/// What to read; none where the person cancels.
pub(super) async fn ask_to_open(
    handle: AppHandle,
    title: &'static str,
    name: &'static str,
    (words, ending): Filter,
) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(EXPORT_FOLDER) {
        return Some(PathBuf::from(folder).join(name));
    }
    let chosen = tokio::task::spawn_blocking(move || {
        handle
            .dialog()
            .file()
            .set_title(title)
            .add_filter(words, &[ending])
            .blocking_pick_file()
    })
    .await;
    chosen.ok().flatten()?.into_path().ok()
}
