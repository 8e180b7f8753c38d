//! How large the history is, how long it is kept, copies of it, and whether it is sound.

use std::path::PathBuf;

use hearthline_engine::view::{BackupView, KeepingView, RetentionPreview, SizeOrder, SizesView, StorageView};
use hearthline_model::Retention;
use tauri::{AppHandle, State};

use super::{Answer, files};
use crate::start;
use crate::state::App;

const FILTER: files::Filter = ("Histories of Hearthline", "db");
/// How names of copies begin.
const COPIES: &str = "hearthline-";

#[tauri::command]
pub async fn storage(app: State<'_, App>) -> Answer<StorageView> {
    Ok(app.engine.storage().await?)
}

#[tauri::command]
pub async fn point_sizes(
    app: State<'_, App>,
    order: SizeOrder,
    descending: bool,
    search: String,
    offset: u32,
    limit: u32,
) -> Answer<SizesView> {
    Ok(app
        .engine
        .point_sizes(order, descending, search, offset, limit)
        .await?)
}

#[tauri::command]
pub async fn keeping(app: State<'_, App>) -> Answer<KeepingView> {
    Ok(app.engine.keeping().await?)
}

#[tauri::command]
pub async fn save_retention(app: State<'_, App>, retention: Retention) -> Answer<()> {
    Ok(app.engine.save_retention(retention).await?)
}

#[tauri::command]
pub async fn preview_retention(app: State<'_, App>, retention: Retention) -> Answer<RetentionPreview> {
    Ok(app.engine.preview_retention(retention).await?)
}

#[tauri::command]
pub async fn save_backup_plan(app: State<'_, App>, folder: String, daily: bool, keep: u32) -> Answer<()> {
    Ok(app.engine.save_backup_plan(folder, daily, keep).await?)
}

/// Asks for a folder; none where the person cancels.
#[tauri::command]
pub async fn choose_backup_folder(handle: AppHandle) -> Answer<Option<String>> {
    let folder = files::ask_for_folder(handle, "Folder for backups").await;
    Ok(folder.map(|folder| folder.display().to_string()))
}

#[tauri::command]
pub async fn back_up(app: State<'_, App>, folder: String) -> Answer<()> {
    Ok(app.engine.back_up(PathBuf::from(folder))?)
}

/// Asks for a copy and looks at it; none where the person cancels.
#[tauri::command]
pub async fn choose_backup(handle: AppHandle, app: State<'_, App>) -> Answer<Option<BackupView>> {
    let Some(path) = files::ask_to_open_newest(handle, "Restore a backup", COPIES, FILTER).await else {
        return Ok(None);
    };
    Ok(Some(app.engine.inspect_backup(path).await?))
}

#[tauri::command]
pub async fn restore_backup(app: State<'_, App>, path: String) -> Answer<()> {
    Ok(app.engine.restore(PathBuf::from(path))?)
}

#[tauri::command]
pub async fn check_history(app: State<'_, App>) -> Answer<()> {
    Ok(app.engine.check_history()?)
}

#[tauri::command]
pub fn stop_task(app: State<'_, App>) {
    app.engine.stop_task();
}

#[tauri::command]
pub async fn shrink_at_next_start(app: State<'_, App>, wanted: bool) -> Answer<()> {
    Ok(app.engine.shrink_at_next_start(wanted).await?)
}

#[tauri::command]
pub async fn repair_seen(app: State<'_, App>) -> Answer<()> {
    Ok(app.engine.repair_seen().await?)
}

/// Ends the program and starts it again.
#[tauri::command]
pub fn restart(handle: AppHandle) {
    tauri::async_runtime::spawn(start::restart(handle));
}
