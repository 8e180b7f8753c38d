//! From the command line to the running window, and its end.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hearthline_engine::{Engine, Options};
use tauri::{AppHandle, Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::arguments::Arguments;
use crate::embedded::Embedded;
use crate::live_signal::LiveSignal;
use crate::preferences::Kept;
use crate::state::App;
use crate::{commands, secrets, summary, watcher, window};

/// The window needs a moment to draw what it was given.
const DRAWN: Duration = Duration::from_secs(3);

/// Runs the program to its end.
pub fn start(arguments: &Arguments) -> ExitCode {
    let mut builder = tauri::Builder::default();
    // With a folder of its own a program stands beside the person's usual one: for tests and for trying things.
    if arguments.folder.is_none() {
        builder = builder
            .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
            .plugin(tauri_plugin_window_state::Builder::default().build());
    }
    let opened = arguments.clone();
    let built = commands::register(builder)
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_autostart::Builder::new().build())
        .setup(move |app| {
            if let Err(reason) = setup(app.handle(), &opened) {
                refuse(app.handle(), &opened, &reason);
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("Hearthline cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::ExitRequested { api, code, .. } = event
            && let Some(state) = app.try_state::<App>()
            && !state.ended.load(Ordering::Relaxed)
        {
            // The main thread goes on while everything is closed: others may still ask something of it, and would wait
            // for ever for a thread that waits for them.
            api.prevent_exit();
            tauri::async_runtime::spawn(end(app.clone(), code.unwrap_or_default()));
        }
    });
    ExitCode::SUCCESS
}

/// Says why there is no window, and ends: a person who clicked an icon sees no terminal.
fn refuse(app: &AppHandle, arguments: &Arguments, reason: &str) {
    eprintln!("Hearthline cannot start: {reason}");
    let handle = app.clone();
    if arguments.lasting.is_some() {
        // Nobody is there to close a dialog.
        handle.exit(1);
        return;
    }
    app.dialog()
        .message(reason)
        .title("Hearthline cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}

fn setup(app: &AppHandle, arguments: &Arguments) -> Result<(), String> {
    let folder = match &arguments.folder {
        Some(folder) => std::path::absolute(folder).map_err(|error| error.to_string())?,
        None => app.path().app_data_dir().map_err(|error| error.to_string())?,
    };
    let engine = tauri::async_runtime::block_on(async {
        Engine::start(&Options {
            folder: folder.clone(),
        })
    })
    .map_err(|error| error.to_string())?;
    let kept = Kept::open(app, &folder).map_err(|error| {
        format!(
            "the preferences file in {} cannot be read: {error}",
            folder.display()
        )
    })?;
    let mut inside = kept.inside();
    if arguments.demo {
        inside.demo = true;
        let mut preferences = kept.preferences();
        if !preferences.welcomed {
            preferences.welcomed = true;
            kept.save_preferences(&preferences)
                .map_err(|error| format!("the preferences cannot be kept: {error}"))?;
        }
    }
    app.manage(App {
        engine: engine.clone(),
        kept,
        embedded: tokio::sync::Mutex::new(Embedded::new(folder, inside.clone())),
        live: LiveSignal::default(),
        person: std::env::var("USER").unwrap_or_else(|_| "person".into()),
        told: Mutex::new(watcher::Told::since(hearthline_engine::now())),
        ending: AtomicBool::new(false),
        ended: AtomicBool::new(false),
    });
    window::open(app).map_err(|error| error.to_string())?;
    if let Err(error) = window::tray(app) {
        tracing::warn!(message = "this desktop shows no tray icon", %error);
    }
    tauri::async_runtime::spawn(connect(app.clone(), engine, inside));
    tauri::async_runtime::spawn(watcher::watch(app.clone()));
    tauri::async_runtime::spawn(report(app.clone(), arguments.lasting));
    Ok(())
}

/// Passwords from the keychain, then every connection.
async fn connect(app: AppHandle, engine: Engine, inside: crate::preferences::InsideSettings) {
    let (ids, channels) = (engine.broker_ids(), engine.channel_ids());
    let wanted = inside.running && !inside.username.is_empty();
    let loaded = tokio::task::spawn_blocking(move || {
        let of_brokers: Vec<_> = ids
            .into_iter()
            .filter_map(|id| Some((id, secrets::load(&secrets::broker(id))?)))
            .collect();
        let of_channels: Vec<_> = channels
            .into_iter()
            .filter_map(|id| Some((id, secrets::load(&secrets::channel(id))?)))
            .collect();
        let of_inside = wanted.then(|| secrets::load(secrets::INSIDE)).flatten();
        (of_brokers, of_channels, of_inside)
    })
    .await;
    let (of_brokers, of_channels, of_inside) = loaded.unwrap_or_default();
    for (id, secret) in of_channels {
        engine.set_channel_secret(id, Some(secret), true);
    }
    for (id, password) in of_brokers {
        engine.set_password(id, Some(password), true);
    }
    let own = engine
        .brokers()
        .into_iter()
        .filter(|broker| !broker.settings.demo);
    for broker in own {
        if let Err(error) = engine.connect(broker.id).await {
            tracing::error!(message = "a broker cannot be connected", %error);
        }
    }
    let state = app.state::<App>();
    state
        .embedded
        .lock()
        .await
        .apply(&engine, inside, of_inside)
        .await;
}

/// Says when live values are on screen, and ends the program where it was started for a time only.
async fn report(app: AppHandle, lasting: Option<Duration>) {
    let live = async {
        app.state::<App>().live.wait().await;
        tokio::time::sleep(DRAWN).await;
        summary::say("hearthline: on screen");
    };
    let Some(lasting) = lasting else {
        return live.await;
    };
    let end = tokio::time::sleep(lasting);
    tokio::join!(live_until(live, lasting), end);
    summary::print(&app.state::<App>().engine);
    app.exit(0);
}

async fn live_until(live: impl Future<Output = ()>, lasting: Duration) {
    let _ = tokio::time::timeout(lasting, live).await;
}

/// Commits what had arrived, closes everything, and then ends the program.
async fn end(app: AppHandle, code: i32) {
    if close(&app).await {
        app.exit(code);
    }
}

/// As the end, and then the program begins anew. Unattended it only ends: who started it starts it again.
pub async fn restart(app: AppHandle) {
    if !close(&app).await {
        return;
    }
    if commands::files::unattended() {
        app.exit(0);
    } else {
        app.request_restart();
    }
}

/// Commits what had arrived and closes everything; false where that is under way already.
async fn close(app: &AppHandle) -> bool {
    let state = app.state::<App>();
    if state.ending.swap(true, Ordering::Relaxed) {
        return false;
    }
    state.engine.stop().await;
    state.embedded.lock().await.stop().await;
    state.ended.store(true, Ordering::Relaxed);
    true
}
