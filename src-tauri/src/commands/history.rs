//! History and what is reckoned from it.

use hearthline_engine::view::{
    CountsView, DataInfo, EdgesView, EnergyView, LineView, PenMarks, PointStats, StateSpan,
};
use hearthline_model::{Micros, PointId};
use tauri::State;
use tauri::ipc::Response;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub async fn history(
    app: State<'_, App>,
    points: Vec<PointId>,
    from: f64,
    to: f64,
    width: u32,
    edges: Option<EdgesView>,
    lane: Option<u32>,
) -> Answer<Response> {
    let edges = edges.unwrap_or_default();
    let bytes = app
        .engine
        .history(points, from as Micros, to as Micros, width, edges, lane)
        .await?;
    Ok(Response::new(bytes))
}

#[tauri::command]
pub fn cancel_history(app: State<'_, App>, lane: u32) {
    app.engine.cancel_history(lane);
}

#[tauri::command]
pub async fn counts(
    app: State<'_, App>,
    points: Vec<PointId>,
    from: f64,
    to: f64,
    width: u32,
) -> Answer<Vec<CountsView>> {
    Ok(app
        .engine
        .counts(points, from as Micros, to as Micros, width)
        .await?)
}

#[tauri::command]
pub async fn states(app: State<'_, App>, point: PointId, from: f64, to: f64) -> Answer<Vec<StateSpan>> {
    Ok(app.engine.states(point, from as Micros, to as Micros).await?)
}

#[tauri::command]
pub async fn marks(app: State<'_, App>, points: Vec<PointId>, from: f64, to: f64) -> Answer<Vec<PenMarks>> {
    Ok(app.engine.marks(points, from as Micros, to as Micros).await?)
}

#[tauri::command]
pub async fn stats(app: State<'_, App>, point: PointId, from: f64, to: f64) -> Answer<PointStats> {
    Ok(app.engine.stats(point, from as Micros, to as Micros).await?)
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
