//! History and what is reckoned from it.

use std::path::PathBuf;

use hearthline_engine::view::{DataInfo, EnergyView, ExportOutcome, LineView, PointStats, StateSpan};
use hearthline_model::{Micros, PointId};
use tauri::ipc::Response;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, trouble};
use crate::state::App;

/// Exports go into this folder without a question: for machines where nobody answers a dialog.
const EXPORT_FOLDER: &str = "HEARTHLINE_EXPORT_FOLDER";

#[tauri::command]
pub async fn history(
    app: State<'_, App>,
    points: Vec<PointId>,
    from: f64,
    to: f64,
    width: u32,
) -> Answer<Response> {
    let bytes = app
        .engine
        .history(points, from as Micros, to as Micros, width)
        .await?;
    Ok(Response::new(bytes))
}

#[tauri::command]
pub async fn states(app: State<'_, App>, point: PointId, from: f64, to: f64) -> Answer<Vec<StateSpan>> {
    Ok(app.engine.states(point, from as Micros, to as Micros).await?)
}

#[tauri::command]
pub async fn stats(app: State<'_, App>, point: PointId, from: f64, to: f64) -> Answer<PointStats> {
    Ok(app.engine.stats(point, from as Micros, to as Micros).await?)
}

#[tauri::command]
pub async fn export_csv(
    handle: AppHandle,
    app: State<'_, App>,
    points: Vec<PointId>,
    from: f64,
    to: f64,
) -> Answer<Option<ExportOutcome>> {
    let Some(path) = ask_for_file(handle).await else {
        return Ok(None);
    };
    let file = std::fs::File::create(&path).map_err(|error| {
        trouble(
            "export",
            format!(
                "{} cannot be written: {error}; choose another file",
                path.display()
            ),
        )
    })?;
    let rows = app
        .engine
        .export_csv(points, from as Micros, to as Micros, file)
        .await?;
    Ok(Some(ExportOutcome {
        path: path.display().to_string(),
        rows,
    }))
}

async fn ask_for_file(handle: AppHandle) -> Option<PathBuf> {
    const NAME: &str = "hearthline.csv";
    if let Some(folder) = std::env::var_os(EXPORT_FOLDER) {
        return Some(PathBuf::from(folder).join(NAME));
    }
    let chosen = tokio::task::spawn_blocking(move || {
        handle
            .dialog()
            .file()
            .set_title("Export history")
            .set_file_name(NAME)
            .add_filter("Comma-separated values", &["csv"])
            .blocking_save_file()
    })
    .await;
    chosen.ok().flatten()?.into_path().ok()
}

#[tauri::command]
pub async fn data_info(app: State<'_, App>) -> Answer<DataInfo> {
    Ok(app.engine.data_info().await?)
}

#[tauri::command]
pub async fn save_synchronous(app: State<'_, App>, synchronous: String) -> Answer<()> {
    Ok(app.engine.save_synchronous(&synchronous).await?)
}

#[tauri::command]
pub async fn lines(app: State<'_, App>) -> Answer<Vec<LineView>> {
    Ok(app.engine.lines().await?)
}

#[tauri::command]
pub async fn energy(app: State<'_, App>) -> Answer<EnergyView> {
    let price = app.kept.preferences().price_per_kwh;
    Ok(app.engine.energy(price).await?)
}
