//! The desktop shell: one window, its commands, tray, notifications, preferences, keychain. Thin: what Hearthline does is in
//! the engine, and this crate alone knows Tauri.

mod arguments;
mod commands;
mod desktop;
mod embedded;
mod live_signal;
mod preferences;
mod secrets;
mod start;
mod state;
mod summary;
mod watcher;
mod window;

use std::process::ExitCode;

use arguments::Asked;

/// Runs the program to its end.
pub fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,rmqtt=off,rmqtt_net=off".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match Asked::parse(std::env::args().skip(1)) {
        Ok(Asked::Say(text)) => {
            summary::say(&text);
            ExitCode::SUCCESS
        }
        Ok(Asked::Run(_)) if !has_display() => {
            eprintln!(
                "Hearthline needs a display, and neither DISPLAY nor WAYLAND_DISPLAY names one; start it from a desktop, \
                 or under Xvfb"
            );
            ExitCode::FAILURE
        }
        Ok(Asked::Run(arguments)) => start::start(&arguments),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// Without one the toolkit does not answer but panics.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
