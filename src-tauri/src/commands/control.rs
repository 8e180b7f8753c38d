//! Writes to points.

use hearthline_engine::view::CommandView;
use hearthline_model::{Code, Command, PointId, Value};
use tauri::State;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub async fn command(
    app: State<'_, App>,
    point: PointId,
    value: Value,
    code: Option<String>,
) -> Answer<CommandView> {
    // Neither the value, which may be a password, nor the code goes to the log; the journal knows what was asked.
    tracing::info!(message = "command", point = point.0, who = app.who());
    let code = code.as_deref().and_then(Code::new);
    Ok(app.engine.command(Command { point, value, code }).await?)
}

#[tauri::command]
pub async fn commands(app: State<'_, App>, point: Option<PointId>, limit: u32) -> Answer<Vec<CommandView>> {
    Ok(app.engine.commands(point, limit).await?)
}
