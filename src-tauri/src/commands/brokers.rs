//! Brokers, the one inside, and the demo.

use hearthline_engine::view::{BrokerEdit, EmbeddedEdit, EmbeddedView, TestOutcome};
use hearthline_model::BrokerId;
use tauri::State;

use super::{Answer, trouble};
use crate::preferences::InsideSettings;
use crate::secrets;
use crate::state::App;

#[tauri::command]
pub async fn save_broker(app: State<'_, App>, edit: BrokerEdit) -> Answer<BrokerId> {
    let (password, new) = (edit.password.clone(), edit.id.is_none());
    let id = app.engine.save_broker(edit).await?;
    if let Some(password) = password {
        let kept = secrets::keep(secrets::broker(id), password.clone()).await;
        app.engine
            .set_password(id, (!password.is_empty()).then_some(password), kept);
    }
    // Who has a broker of their own has seen the demo.
    if new && app.kept.inside().demo {
        let settings = InsideSettings {
            demo: false,
            ..app.kept.inside()
        };
        keep_inside(&app, &settings)?;
        let mut embedded = app.embedded.lock().await;
        embedded.apply(&app.engine, settings, None).await;
    }
    Ok(id)
}

#[tauri::command]
pub async fn remove_broker(app: State<'_, App>, broker: BrokerId) -> Answer<()> {
    app.engine.remove_broker(broker).await?;
    let name = secrets::broker(broker);
    let _ = tokio::task::spawn_blocking(move || secrets::forget(&name)).await;
    Ok(())
}

#[tauri::command]
pub async fn enable_broker(app: State<'_, App>, broker: BrokerId, enabled: bool) -> Answer<()> {
    Ok(app.engine.enable_broker(broker, enabled).await?)
}

#[tauri::command]
pub async fn test_broker(app: State<'_, App>, edit: BrokerEdit) -> Answer<TestOutcome> {
    Ok(app.engine.test_broker(edit).await)
}

#[tauri::command]
pub async fn embedded(app: State<'_, App>) -> Answer<EmbeddedView> {
    Ok(app.embedded.lock().await.view())
}

#[tauri::command]
pub async fn save_embedded(app: State<'_, App>, edit: EmbeddedEdit) -> Answer<EmbeddedView> {
    let settings = InsideSettings {
        running: edit.running,
        network: edit.network,
        port: edit.port,
        username: edit.username.trim().to_owned(),
        demo: edit.demo,
    };
    let password = match edit.password.clone() {
        Some(password) => {
            secrets::keep(secrets::INSIDE.into(), password.clone()).await;
            (!password.is_empty()).then_some(password)
        }
        None => tokio::task::spawn_blocking(|| secrets::load(secrets::INSIDE))
            .await
            .unwrap_or_default(),
    };
    if settings.running && settings.network && (settings.username.is_empty() || password.is_none()) {
        return Err(trouble(
            "invalid",
            "a broker that is open to the network needs a user name and a password",
        ));
    }
    keep_inside(&app, &settings)?;
    let mut embedded = app.embedded.lock().await;
    embedded.apply(&app.engine, settings, password).await;
    Ok(embedded.view())
}

fn keep_inside(app: &App, settings: &InsideSettings) -> Answer<()> {
    app.kept
        .save_inside(settings)
        .map_err(|error| trouble("preferences", format!("the settings cannot be kept: {error}")))
}
