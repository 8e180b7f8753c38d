//! Alarms for many points at once: rules, defaults, groups.

use hearthline_engine::view::{AlarmRulesView, MatchView, RuleTrialView};
use hearthline_model::{AlarmDefaults, AlarmGroup, AlarmRule, PointPattern};
use tauri::State;

use super::Answer;
use crate::state::App;

#[tauri::command]
pub async fn alarm_rules(app: State<'_, App>) -> Answer<AlarmRulesView> {
    Ok(app.engine.alarm_rules().await?)
}

#[tauri::command]
pub async fn save_alarm_rules(app: State<'_, App>, rules: Vec<AlarmRule>) -> Answer<()> {
    Ok(app.engine.save_alarm_rules(rules).await?)
}

#[tauri::command]
pub async fn save_alarm_defaults(app: State<'_, App>, defaults: AlarmDefaults) -> Answer<()> {
    Ok(app.engine.save_alarm_defaults(defaults).await?)
}

#[tauri::command]
pub async fn save_alarm_groups(app: State<'_, App>, groups: Vec<AlarmGroup>) -> Answer<()> {
    Ok(app.engine.save_alarm_groups(groups).await?)
}

#[tauri::command]
pub async fn matching_points(app: State<'_, App>, pattern: PointPattern) -> Answer<MatchView> {
    Ok(app.engine.matching_points(pattern).await?)
}

#[tauri::command]
pub async fn try_alarm_rule(app: State<'_, App>, rule: AlarmRule) -> Answer<RuleTrialView> {
    Ok(app.engine.try_alarm_rule(rule).await?)
}
