//! What the shell keeps in its preferences file: never a secret.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearthline_engine::view::Preferences;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

const FILE: &str = "preferences.json";
const PREFERENCES: &str = "preferences";
const INSIDE: &str = "broker_inside";

/// How the broker inside and the demo shall run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InsideSettings {
    /// Run the broker.
    pub running: bool,
    /// Open to the network.
    pub network: bool,
    /// Port; 0: a free one.
    pub port: u16,
    /// User name.
    pub username: String,
    /// Run the demo.
    pub demo: bool,
}

/// The file.
pub struct Kept {
    store: Arc<Store<Wry>>,
}

impl Kept {
    /// Opens it in the data folder.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn open(app: &AppHandle, folder: &Path) -> Result<Self, tauri_plugin_store::Error> {
        let path: PathBuf = folder.join(FILE);
        Ok(Self {
            store: app.store(path)?,
        })
    }

    /// The person's preferences; defaults where there are none or they do not read.
    pub fn preferences(&self) -> Preferences {
        self.get(PREFERENCES)
    }

    /// Keeps them.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save_preferences(&self, preferences: &Preferences) -> Result<(), tauri_plugin_store::Error> {
        self.set(PREFERENCES, preferences)
    }

    /// Settings of the broker inside.
    pub fn inside(&self) -> InsideSettings {
        self.get(INSIDE)
    }

    /// Keeps them.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save_inside(&self, settings: &InsideSettings) -> Result<(), tauri_plugin_store::Error> {
        self.set(INSIDE, settings)
    }

    fn get<T: Default + for<'a> Deserialize<'a>>(&self, key: &str) -> T {
        self.store
            .get(key)
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    fn set(&self, key: &str, value: &impl Serialize) -> Result<(), tauri_plugin_store::Error> {
        let value = serde_json::to_value(value)?;
        self.store.set(key, value);
        self.store.save()
    }
}
