//! The record of alarms: whether the journal is whole, the journal as a file, how well the alarms serve.

use hearthline_engine::view::{AdviceView, JournalFilter, JournalKeepView, PerformanceView, VerifiedView};
use hearthline_model::{Micros, PointId};
use tauri::{AppHandle, State};

use super::{Answer, files};
use crate::state::App;

const CSV: files::Filter = ("Comma-separated values", "csv");
const HTML: files::Filter = ("Web page", "html");

#[tauri::command]
pub async fn verify_journal(app: State<'_, App>, known: String) -> Answer<VerifiedView> {
    Ok(app.engine.verify_journal(&known).await?)
}

#[tauri::command]
pub async fn journal_keep(app: State<'_, App>) -> Answer<JournalKeepView> {
    Ok(app.engine.journal_keep().await?)
}

#[tauri::command]
pub async fn save_journal_keep(app: State<'_, App>, years: Option<u32>) -> Answer<()> {
    Ok(app.engine.save_journal_keep(years).await?)
}

/// Asks for a file and begins to write the journal to it; the number of the work, none where the person cancels.
#[tauri::command]
pub async fn export_journal(
    handle: AppHandle,
    app: State<'_, App>,
    filter: JournalFilter,
) -> Answer<Option<u32>> {
    let name = "hearthline-alarms.csv";
    let Some(path) = files::ask_to_save(handle, "Export the alarm journal", name, CSV).await else {
        return Ok(None);
    };
    Ok(Some(app.engine.export_journal(filter, &path)?))
}

#[tauri::command]
pub async fn performance(app: State<'_, App>, from: f64, to: f64) -> Answer<PerformanceView> {
    Ok(app.engine.performance(from as Micros, to as Micros).await?)
}

#[tauri::command]
pub async fn advise(app: State<'_, App>, point: PointId, condition: String) -> Answer<AdviceView> {
    Ok(app.engine.advise(point, condition).await?)
}

/// Asks for a file and writes the figures of a span to it; its path, none where the person cancels.
#[tauri::command]
pub async fn alarm_report(
    handle: AppHandle,
    app: State<'_, App>,
    from: f64,
    to: f64,
    format: String,
) -> Answer<Option<String>> {
    let (name, filter) = match format.as_str() {
        "csv" => ("hearthline-alarm-report.csv", CSV),
        _ => ("hearthline-alarm-report.html", HTML),
    };
    let Some(path) = files::ask_to_save(handle, "Save the report", name, filter).await else {
        return Ok(None);
    };
    app.engine
        .alarm_report(from as Micros, to as Micros, &format, &path)
        .await?;
    Ok(Some(path.display().to_string()))
}
