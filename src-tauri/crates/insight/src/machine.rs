//! The state of a machine in words of the floor, from the words and numbers that machines use.

use hearthline_model::Value;

/// State of a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MachineState {
    /// Producing.
    Running,
    /// Waiting for input.
    Starved,
    /// Output is full.
    Blocked,
    /// Being set up.
    Changeover,
    /// Its own fault.
    Fault,
    /// Stopped by a person, idle, or held.
    Stopped,
    /// Off or not scheduled: a planned stop.
    Off,
    /// No word.
    #[default]
    Unknown,
}

/// Words by state; compared without case, spaces and signs.
const WORDS: [(MachineState, &[&str]); 7] = [
    (
        MachineState::Running,
        &[
            "running",
            "run",
            "execute",
            "executing",
            "producing",
            "production",
            "productive",
            "operating",
            "working",
            "active",
            "automatic",
            "auto",
            "incycle",
            "completing",
            "on",
        ],
    ),
    (
        MachineState::Starved,
        &[
            "starved",
            "starving",
            "starvation",
            "waitingforinput",
            "waitingformaterial",
            "nomaterial",
            "noinput",
            "waiting",
            "suspended",
            "suspending",
            "unsuspending",
            "upstream",
        ],
    ),
    (
        MachineState::Blocked,
        &[
            "blocked",
            "blocking",
            "outputfull",
            "full",
            "backup",
            "backedup",
            "waitingforoutput",
            "downstream",
        ],
    ),
    (
        MachineState::Changeover,
        &[
            "changeover",
            "setup",
            "settingup",
            "tooling",
            "toolchange",
            "cleaning",
            "cip",
            "preparing",
        ],
    ),
    (
        MachineState::Fault,
        &[
            "fault",
            "faulted",
            "error",
            "failure",
            "failed",
            "down",
            "breakdown",
            "broken",
            "alarm",
            "aborted",
            "aborting",
            "clearing",
            "tripped",
            "emergencystop",
            "estop",
            "unplannedstop",
        ],
    ),
    (
        MachineState::Stopped,
        &[
            "stopped",
            "stop",
            "stopping",
            "idle",
            "ready",
            "standby",
            "held",
            "holding",
            "hold",
            "unholding",
            "paused",
            "starting",
            "resetting",
            "complete",
            "completed",
            "manual",
        ],
    ),
    (
        MachineState::Off,
        &[
            "off",
            "offline",
            "poweredoff",
            "notscheduled",
            "unscheduled",
            "plannedstop",
            "break",
            "maintenance",
            "disabled",
        ],
    ),
];

impl MachineState {
    /// The state that a value tells: a word, a `PackML` number, or running and not.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::of_word(text),
            Value::Int(number) => Self::of_packml(*number),
            Value::Float(number) if number.fract() == 0.0 => Self::of_packml(*number as i64),
            Value::Bool(true) => Self::Running,
            Value::Bool(false) => Self::Stopped,
            Value::Float(_) | Value::Null => Self::Unknown,
        }
    }

    /// The state that a word tells.
    pub fn of_word(word: &str) -> Self {
        // The longest word that is known has 19 letters; what is far longer is no state.
        if word.len() > 64 {
            return Self::Unknown;
        }
        let plain: String = word
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if let Ok(number) = plain.parse() {
            return Self::of_packml(number);
        }
        WORDS
            .iter()
            .find(|(_, words)| words.contains(&plain.as_str()))
            .map_or(Self::Unknown, |(state, _)| *state)
    }

    /// The state of a `StateCurrent` of `PackML` (ISA-TR88.00.02).
    pub fn of_packml(number: i64) -> Self {
        match number {
            // Execute; Completing still makes the last pieces.
            6 | 16 => Self::Running,
            // Suspended, Suspending, Unsuspending: an external stop. Which side it comes from the reason tells.
            5 | 13 | 14 => Self::Starved,
            // Aborting, Aborted, and Clearing what was aborted.
            1 | 8 | 9 => Self::Fault,
            // Stopped, Starting, Idle, Stopping, Holding, Held, Unholding, Resetting, Complete.
            2 | 3 | 4 | 7 | 10 | 11 | 12 | 15 | 17 => Self::Stopped,
            _ => Self::Unknown,
        }
    }

    /// An external stop is starved unless its reason says that the way out is closed.
    #[must_use]
    pub fn with_reason(self, reason: &str) -> Self {
        const OUTPUT: [&str; 6] = ["block", "downstream", "output", "full", "back-up", "backed up"];
        const SET_UP: [&str; 4] = ["changeover", "change-over", "set-up", "setup"];
        let reason: String = reason.chars().take(200).flat_map(char::to_lowercase).collect();
        match self {
            Self::Starved if OUTPUT.iter().any(|word| reason.contains(word)) => Self::Blocked,
            Self::Stopped if SET_UP.iter().any(|word| reason.contains(word)) => Self::Changeover,
            _ => self,
        }
    }

    /// Counts as a stop: planned to run, known, and not running.
    pub fn is_stop(self) -> bool {
        !matches!(self, Self::Running | Self::Off | Self::Unknown)
    }

    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Starved => "Waiting for input",
            Self::Blocked => "Output full",
            Self::Changeover => "Changeover",
            Self::Fault => "Fault",
            Self::Stopped => "Stopped",
            Self::Off => "Off",
            Self::Unknown => "Unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_machines() {
        for (word, state) in [
            ("running", MachineState::Running),
            ("EXECUTE", MachineState::Running),
            ("Waiting for input", MachineState::Starved),
            ("change-over", MachineState::Changeover),
            ("Emergency_Stop", MachineState::Fault),
            ("Idle", MachineState::Stopped),
            ("not scheduled", MachineState::Off),
            ("6", MachineState::Running),
            ("purple", MachineState::Unknown),
            ("", MachineState::Unknown),
        ] {
            assert_eq!(MachineState::of(&Value::text(word)), state, "{word:?}");
        }
    }

    #[test]
    fn all_packml_numbers_have_a_state() {
        for number in 1..=17 {
            assert_ne!(MachineState::of_packml(number), MachineState::Unknown, "{number}");
        }
        assert_eq!(MachineState::of(&Value::Int(0)), MachineState::Unknown);
        assert_eq!(MachineState::of(&Value::Float(9.0)), MachineState::Fault);
        assert_eq!(MachineState::of(&Value::Float(9.5)), MachineState::Unknown);
        assert_eq!(MachineState::of(&Value::Float(f64::NAN)), MachineState::Unknown);
    }

    #[test]
    fn the_reason_tells_the_side_of_an_external_stop() {
        let suspended = MachineState::of_packml(5);
        assert_eq!(suspended.with_reason("Downstream full"), MachineState::Blocked);
        assert_eq!(suspended.with_reason(""), MachineState::Starved);
        assert_eq!(
            MachineState::Fault.with_reason("Output shaft broken"),
            MachineState::Fault
        );
        assert_eq!(
            MachineState::of_packml(2).with_reason("Changeover to 0.5 l"),
            MachineState::Changeover
        );
    }
}
