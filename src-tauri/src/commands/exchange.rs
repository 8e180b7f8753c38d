//! History out to files and in from them: long work, which the window asks about.

use hearthline_engine::view::{ImportChoice, ImportPreview, JobsView};
use hearthline_model::{Micros, PointId};
use tauri::{AppHandle, State};

use super::{Answer, files};
use crate::state::App;

const CSV: files::Filter = ("Comma-separated values", "csv");
const PARQUET: files::Filter = ("Apache Parquet", "parquet");
const DATABASE: files::Filter = ("SQLite databases", "db");

/// Asks for a file and begins to write history to it, every sample or what they come to in each stretch of `every` µs; the number of the work, none where the person cancels.
#[tauri::command]
pub async fn export_history(
    handle: AppHandle,
    app: State<'_, App>,
    points: Option<Vec<PointId>>,
    from: f64,
    to: f64,
    format: String,
    every: Option<f64>,
) -> Answer<Option<u32>> {
    let (name, filter) = match format.as_str() {
        "parquet" => ("hearthline.parquet", PARQUET),
        _ => ("hearthline.csv", CSV),
    };
    let Some(path) = files::ask_to_save(handle, "Export history", name, filter).await else {
        return Ok(None);
    };
    let begun = app.engine.export_history(
        points,
        from as Micros,
        to as Micros,
        &format,
        every.map(|every| every as Micros),
        &path,
    )?;
    Ok(Some(begun))
}

#[tauri::command]
pub fn jobs(app: State<'_, App>) -> JobsView {
    app.engine.jobs()
}

#[tauri::command]
pub fn cancel_job(app: State<'_, App>, id: u32) -> Answer<()> {
    Ok(app.engine.cancel_job(id)?)
}

/// Asks for a file and begins to look at what is in it; the number of the work, none where the person cancels.
#[tauri::command]
pub async fn survey_import(
    handle: AppHandle,
    app: State<'_, App>,
    source: String,
    zone: Option<String>,
    extremes: bool,
) -> Answer<Option<u32>> {
    let (name, filter) = match source.as_str() {
        "home_assistant" => ("home-assistant_v2.db", DATABASE),
        "hearthline" => ("other-hearthline.db", DATABASE),
        _ => ("import.csv", CSV),
    };
    let Some(path) = files::ask_to_open(handle, "Import history", name, filter).await else {
        return Ok(None);
    };
    Ok(Some(app.engine.survey_import(&source, path, zone, extremes)?))
}

#[tauri::command]
pub fn import_preview(app: State<'_, App>, survey: u32) -> Answer<ImportPreview> {
    Ok(app.engine.import_preview(survey)?)
}

#[tauri::command]
pub fn run_import(app: State<'_, App>, survey: u32, choices: Vec<ImportChoice>) -> Answer<u32> {
    Ok(app.engine.run_import(survey, &choices)?)
}
