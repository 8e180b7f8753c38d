//! The window and the tray icon.

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// Name of the tray icon.
pub const TRAY: &str = "tray";
/// Name of the window; the capabilities are given to it.
pub const MAIN: &str = "main";

/// Opens the window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Hearthline")
        .inner_size(1280.0, 800.0)
        .min_inner_size(800.0, 560.0)
        .build()?;
    Ok(())
}

/// Brings it to the front.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Brings it to the front on the page of the alarms.
pub fn show_alarms(app: &AppHandle) {
    show(app);
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.eval("location.hash = '#/alarms'");
    }
}

/// Puts the icon into the tray, where the desktop has one.
pub fn tray(app: &AppHandle) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", "Open Hearthline", true, None::<&str>)?;
    let alarms = MenuItem::with_id(app, "alarms", "Show alarms", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&open, &alarms, &quit])?;
    let mut tray = TrayIconBuilder::with_id(TRAY)
        .menu(&menu)
        .tooltip("Hearthline")
        .on_menu_event(|app, event| match event.id().as_ref() {
            "open" => show(app),
            "alarms" => show_alarms(app),
            "quit" => app.exit(0),
            _ => {}
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}
