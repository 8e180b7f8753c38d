//! What every command can reach.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use hearthline_engine::Engine;

use crate::embedded::Embedded;
use crate::live_signal::LiveSignal;
use crate::preferences::Kept;

/// The program's state, managed by Tauri.
pub struct App {
    /// The engine.
    pub engine: Engine,
    /// Preferences and what else the shell keeps.
    pub kept: Kept,
    /// The broker inside and the demo; one change at a time.
    pub embedded: tokio::sync::Mutex<Embedded>,
    /// Tells when live values are on screen.
    pub live: LiveSignal,
    /// Who acts, where the preferences name nobody.
    pub person: String,
    /// Alarms that were told of already.
    pub told: Mutex<crate::watcher::Told>,
    /// The end was asked for.
    pub ending: AtomicBool,
    /// Everything is closed.
    pub ended: AtomicBool,
}

impl App {
    /// The name written with acknowledgements.
    pub fn who(&self) -> String {
        let name = self.kept.preferences().person;
        if name.trim().is_empty() {
            self.person.clone()
        } else {
            name.trim().to_owned()
        }
    }
}
