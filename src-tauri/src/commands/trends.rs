//! The trends that a person keeps, and their pictures.

use hearthline_engine::view::SavedTrend;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State};

use super::{Answer, files, trouble};
use crate::state::App;

const FILTER: files::Filter = ("Pictures", "png");
/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// A picture is at most so large.
const MOST_BYTES: usize = 64 << 20;

#[tauri::command]
pub async fn saved_trends(app: State<'_, App>) -> Answer<Vec<SavedTrend>> {
    Ok(app.engine.saved_trends().await?)
}

#[tauri::command]
pub async fn save_trend(app: State<'_, App>, trend: SavedTrend) -> Answer<u32> {
    Ok(app.engine.save_trend(trend).await?)
}

#[tauri::command]
pub async fn remove_trend(app: State<'_, App>, id: u32) -> Answer<()> {
    Ok(app.engine.remove_trend(id).await?)
}

/// The picture comes as the bytes of the request, because it is too large for JSON.
#[tauri::command]
pub async fn export_picture(handle: AppHandle, request: Request<'_>) -> Answer<Option<String>> {
    let bytes = match request.body() {
        InvokeBody::Raw(bytes) if bytes.starts_with(PNG) && bytes.len() <= MOST_BYTES => bytes.clone(),
        _ => return Err(trouble("export", "the picture did not arrive whole; try again")),
    };
    let Some(path) = files::ask_to_save(
        handle,
        "Keep a picture of the trend",
        "hearthline-trend.png",
        FILTER,
    )
    .await
    else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    let written = tokio::task::spawn_blocking(move || std::fs::write(&path, bytes)).await;
    match written {
        Ok(Ok(())) => Ok(Some(shown)),
        Ok(Err(error)) => Err(trouble(
            "export",
            format!("{shown} cannot be written: {error}; choose another file"),
        )),
        Err(_) => Err(trouble("export", "the picture was not written; try again")),
    }
}
