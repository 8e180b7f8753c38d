//! Channels by which people are told of alarms.

use hearthline_engine::view::{ChannelEdit, ReachOutcome, ReachView};
use hearthline_model::{ChannelId, ReachRules};
use tauri::State;

use super::Answer;
use crate::secrets;
use crate::state::App;

#[tauri::command]
pub fn reach(app: State<'_, App>) -> ReachView {
    app.engine.reach()
}

#[tauri::command]
pub async fn save_channel(app: State<'_, App>, edit: ChannelEdit) -> Answer<ChannelId> {
    let secret = edit.secret.clone();
    let id = app.engine.save_channel(edit).await?;
    if let Some(secret) = secret {
        let kept = secrets::keep(secrets::channel(id), secret.clone()).await;
        app.engine
            .set_channel_secret(id, (!secret.is_empty()).then_some(secret), kept);
    }
    Ok(id)
}

#[tauri::command]
pub async fn remove_channel(app: State<'_, App>, channel: ChannelId) -> Answer<()> {
    app.engine.remove_channel(channel).await?;
    let name = secrets::channel(channel);
    let _ = tokio::task::spawn_blocking(move || secrets::forget(&name)).await;
    Ok(())
}

#[tauri::command]
pub async fn enable_channel(app: State<'_, App>, channel: ChannelId, enabled: bool) -> Answer<()> {
    Ok(app.engine.enable_channel(channel, enabled).await?)
}

#[tauri::command]
pub async fn test_channel(app: State<'_, App>, edit: ChannelEdit) -> Answer<ReachOutcome> {
    Ok(app.engine.test_channel(edit).await?)
}

#[tauri::command]
pub async fn save_reach_rules(app: State<'_, App>, rules: ReachRules) -> Answer<()> {
    Ok(app.engine.save_reach_rules(rules).await?)
}
