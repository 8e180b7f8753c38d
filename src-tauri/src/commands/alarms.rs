//! Alarms: list, acknowledge, shelve and the like, journal, limits.

use hearthline_engine::view::{AlarmsView, ConditionsView, JournalFilter, JournalLine, TrialView};
use hearthline_model::{AlarmAct, AlarmId, Condition, PointId};
use tauri::State;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub fn alarms(app: State<'_, App>) -> AlarmsView {
    app.engine.alarms()
}

#[tauri::command]
pub async fn acknowledge(app: State<'_, App>, alarms: Vec<AlarmId>) -> Answer<usize> {
    Ok(app.engine.acknowledge(alarms, app.who()).await?)
}

#[tauri::command]
pub async fn alarm_act(app: State<'_, App>, alarms: Vec<AlarmId>, act: AlarmAct) -> Answer<usize> {
    Ok(app.engine.act_on_alarms(alarms, act, app.who()).await?)
}

#[tauri::command]
pub async fn journal(app: State<'_, App>, filter: JournalFilter) -> Answer<Vec<JournalLine>> {
    Ok(app.engine.journal(filter).await?)
}

#[tauri::command]
pub async fn conditions(app: State<'_, App>, point: PointId) -> Answer<ConditionsView> {
    Ok(app.engine.conditions(point).await?)
}

#[tauri::command]
pub async fn try_conditions(
    app: State<'_, App>,
    point: PointId,
    conditions: Vec<Condition>,
) -> Answer<Vec<TrialView>> {
    Ok(app.engine.try_conditions(point, conditions).await?)
}

#[tauri::command]
pub async fn save_conditions(
    app: State<'_, App>,
    point: PointId,
    conditions: Option<Vec<Condition>>,
) -> Answer<()> {
    Ok(app.engine.save_conditions(point, conditions).await?)
}
