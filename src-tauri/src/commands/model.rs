//! Live values and the model: places, devices, points.

use hearthline_engine::view::{ModelView, PlaceEdit, StatusView};
use hearthline_model::{DeviceId, PlaceId, PointId, Realm};
use tauri::State;
use tauri::ipc::Response;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub fn frame(app: State<'_, App>, cursor: u32) -> Response {
    let bytes = app.engine.frame(cursor);
    app.live.frame(&bytes);
    Response::new(bytes)
}

#[tauri::command]
pub fn watch(app: State<'_, App>, points: Vec<PointId>) {
    app.engine.watch(points);
}

#[tauri::command]
pub fn model(app: State<'_, App>, since: u32) -> ModelView {
    app.engine.model(since)
}

#[tauri::command]
pub fn status(app: State<'_, App>) -> StatusView {
    app.engine.status()
}

#[tauri::command]
pub async fn rename_device(app: State<'_, App>, device: DeviceId, name: Option<String>) -> Answer<()> {
    Ok(app.engine.rename_device(device, name).await?)
}

#[tauri::command]
pub async fn move_device(
    app: State<'_, App>,
    device: DeviceId,
    place: Option<PlaceId>,
    realm: Realm,
) -> Answer<()> {
    Ok(app.engine.move_device(device, place, realm).await?)
}

#[tauri::command]
pub async fn remove_device(app: State<'_, App>, device: DeviceId) -> Answer<()> {
    Ok(app.engine.remove_device(device).await?)
}

#[tauri::command]
pub async fn split_device(app: State<'_, App>, device: DeviceId) -> Answer<()> {
    Ok(app.engine.split_device(device).await?)
}

#[tauri::command]
pub async fn join_devices(app: State<'_, App>, device: DeviceId, other: DeviceId) -> Answer<()> {
    Ok(app.engine.join_devices(device, other).await?)
}

#[tauri::command]
pub async fn save_place(app: State<'_, App>, edit: PlaceEdit) -> Answer<PlaceId> {
    Ok(app.engine.save_place(edit).await?)
}

#[tauri::command]
pub async fn remove_place(app: State<'_, App>, place: PlaceId) -> Answer<()> {
    Ok(app.engine.remove_place(place).await?)
}
