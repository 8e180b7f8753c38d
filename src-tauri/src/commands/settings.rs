//! Preferences and what the window must know of the program.

use hearthline_engine::view::{AboutView, Preferences};
use tauri::{AppHandle, State};
use tauri_plugin_autostart::ManagerExt;

use super::{Answer, trouble};
use crate::secrets;
use crate::state::App;

#[tauri::command]
pub async fn about() -> Answer<AboutView> {
    let problem = tokio::task::spawn_blocking(secrets::problem)
        .await
        .unwrap_or_default();
    Ok(AboutView {
        version: env!("CARGO_PKG_VERSION").into(),
        keychain: problem.is_none(),
        keychain_note: problem.unwrap_or_default(),
    })
}

#[tauri::command]
pub fn preferences(app: State<'_, App>) -> Preferences {
    app.kept.preferences()
}

#[tauri::command]
pub fn save_preferences(handle: AppHandle, app: State<'_, App>, preferences: Preferences) -> Answer<()> {
    let before = app.kept.preferences();
    app.kept
        .save_preferences(&preferences)
        .map_err(|error| trouble("preferences", format!("the settings cannot be kept: {error}")))?;
    if before.autostart != preferences.autostart {
        let autostart = handle.autolaunch();
        let changed = if preferences.autostart {
            autostart.enable()
        } else {
            autostart.disable()
        };
        changed.map_err(|error| {
            trouble(
                "autostart",
                format!("starting with the system could not be changed: {error}"),
            )
        })?;
    }
    Ok(())
}
