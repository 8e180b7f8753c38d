//! The explorer: topics, raw messages, publishing, troubles.

use hearthline_engine::view::{DeviceReport, DiagnosisView, ExplorerView, RawMessage};
use hearthline_model::{BrokerId, DeviceId};
use tauri::State;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub async fn explorer(
    app: State<'_, App>,
    broker: BrokerId,
    parent: String,
    search: String,
    limit: u32,
) -> Answer<ExplorerView> {
    Ok(app.engine.explorer(broker, parent, search, limit).await?)
}

#[tauri::command]
pub fn raw_message(app: State<'_, App>, broker: BrokerId, topic: String) -> Option<RawMessage> {
    app.engine.raw_message(broker, &topic)
}

#[tauri::command]
pub fn publish(
    app: State<'_, App>,
    broker: BrokerId,
    topic: String,
    payload: String,
    qos: u8,
    retain: bool,
) -> Answer<()> {
    tracing::info!(
        message = "publish",
        topic,
        bytes = payload.len(),
        retain,
        who = app.who()
    );
    Ok(app
        .engine
        .publish(broker, &topic, payload.as_bytes(), qos, retain)?)
}

#[tauri::command]
pub fn diagnoses(app: State<'_, App>, device: Option<DeviceId>) -> Vec<DiagnosisView> {
    app.engine.diagnoses(device)
}

#[tauri::command]
pub async fn device_report(app: State<'_, App>, device: DeviceId) -> Answer<DeviceReport> {
    Ok(app.engine.device_report(device).await?)
}
