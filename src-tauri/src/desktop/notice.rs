//! One desktop notification. On Linux it can be answered: seen, or show me.

use hearthline_model::AlarmId;
use tauri::AppHandle;

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One line.
    pub title: String,
    /// Some more.
    pub body: String,
    /// What "acknowledge" acknowledges; nothing: it cannot be acknowledged from here.
    pub alarms: Vec<AlarmId>,
    /// Stays until somebody closes it.
    pub stays: bool,
    /// Takes the place of the last one of which this is so.
    pub sum: bool,
}

/// Shows it; blocking, for the desktop may take its time.
pub fn show(app: &AppHandle, notice: &Notice) {
    if let Err(error) = platform::show(app, notice) {
        tracing::warn!(message = "a notification was not shown", error);
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

    use notify_rust::{Notification, Urgency};
    use tauri::{AppHandle, Manager};

    use super::Notice;
    use crate::state::App;
    use crate::window;

    const OPEN: &str = "open";
    const SEEN: &str = "acknowledge";
    /// What a click beside the buttons means, by the desktop's own convention.
    const CLICK: &str = "default";
    /// Notifications that wait for an answer at the same time; each has a thread.
    const MOST: usize = 12;

    static WAITING: AtomicUsize = AtomicUsize::new(0);
    /// The desktop's number of the last sum.
    static SUM: AtomicU32 = AtomicU32::new(0);

    pub fn show(app: &AppHandle, notice: &Notice) -> Result<(), String> {
        let mut made = Notification::new();
        made.appname("Hearthline")
            .icon("hearthline")
            .summary(&notice.title)
            .body(&plain(&notice.body))
            .urgency(if notice.stays {
                Urgency::Critical
            } else {
                Urgency::Normal
            })
            .action(CLICK, "Open")
            .action(OPEN, "Open");
        if !notice.alarms.is_empty() {
            made.action(SEEN, "Acknowledge");
        }
        let last = SUM.load(Ordering::Relaxed);
        if notice.sum && last != 0 {
            made.id(last);
        }
        let shown = made.show().map_err(|error| error.to_string())?;
        if notice.sum {
            SUM.store(shown.id(), Ordering::Relaxed);
        }
        if WAITING.fetch_add(1, Ordering::Relaxed) >= MOST {
            WAITING.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        let (app, alarms) = (app.clone(), notice.alarms.clone());
        std::thread::spawn(move || {
            shown.wait_for_action(|action| match action {
                OPEN | CLICK => window::show_alarms(&app),
                SEEN => {
                    let app = app.clone();
                    let alarms = alarms.clone();
                    tauri::async_runtime::spawn(async move {
                        let state = app.state::<App>();
                        if let Err(error) = state.engine.acknowledge(alarms, state.who()).await {
                            tracing::warn!(message = "not acknowledged from a notification", %error);
                        }
                    });
                }
                _ => {}
            });
            WAITING.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(())
    }

    /// Desktops read marks in a body.
    fn plain(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use tauri::AppHandle;
    use tauri_plugin_notification::NotificationExt;

    use super::Notice;

    pub fn show(app: &AppHandle, notice: &Notice) -> Result<(), String> {
        let made = app
            .notification()
            .builder()
            .title(&notice.title)
            .body(&notice.body);
        made.show().map_err(|error| error.to_string())
    }
}
