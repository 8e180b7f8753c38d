//! Writes to points.

use hearthline_engine::view::CommandView;
use hearthline_model::{Command, PointId, Value};
use tauri::State;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub async fn command(app: State<'_, App>, point: PointId, value: Value) -> Answer<CommandView> {
    tracing::info!(message = "command", point = point.0, value = %value, who = app.who());
    Ok(app.engine.command(Command { point, value }).await?)
}

#[tauri::command]
pub async fn commands(app: State<'_, App>, point: Option<PointId>, limit: u32) -> Answer<Vec<CommandView>> {
    Ok(app.engine.commands(point, limit).await?)
}
