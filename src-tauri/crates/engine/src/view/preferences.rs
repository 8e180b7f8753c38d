//! Preferences, the program itself, errors.

use hearthline_model::{Micros, Priority};
use serde::{Deserialize, Serialize};

/// What a person prefers; kept by the shell in its preferences file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct Preferences {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Units that values are converted to for display.
    pub units: UnitSystem,
    /// Start with the system.
    pub autostart: bool,
    /// Desktop notifications for new alarms.
    pub notifications: bool,
    /// Those of this priority and more urgent ones.
    pub notify_from: Priority,
    /// Sounds for alarms that nobody has acknowledged.
    pub sounds: bool,
    /// Those of this priority and more urgent ones.
    pub sounds_from: Priority,
    /// How loud, 0 to 100.
    pub volume: u8,
    /// No sounds until then.
    pub silent_until: Option<Micros>,
    /// The greeting was answered.
    pub welcomed: bool,
    /// Price of a kWh in the person's currency; none: no cost is shown.
    pub price_per_kwh: Option<f64>,
    /// ISO 4217 code.
    pub currency: String,
    /// The name that is written with acknowledgements and commands.
    pub person: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            units: UnitSystem::Metric,
            autostart: false,
            notifications: true,
            notify_from: Priority::Low,
            sounds: true,
            sounds_from: Priority::High,
            volume: 60,
            silent_until: None,
            welcomed: false,
            price_per_kwh: None,
            currency: "EUR".into(),
            person: String::new(),
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Units for display; what is stored stays as sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum UnitSystem {
    /// °C, km, kg, bar.
    #[default]
    Metric,
    /// °F, miles, pounds, psi.
    Imperial,
}

/// What the window must know of the program it runs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AboutView {
    /// Version of the program.
    pub version: String,
    /// Passwords can be kept in the desktop's keychain.
    pub keychain: bool,
    /// Why not, one sentence; empty where they can.
    pub keychain_note: String,
}

/// An error as it reaches the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Trouble {
    /// A stable code: `history`, `not_found`, `invalid`, `not_connected`, `busy`.
    pub code: String,
    /// One clear sentence: what happened and what to do.
    pub message: String,
}
