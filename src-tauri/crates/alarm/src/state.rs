//! The state machine of one alarm, after ISA-18.2 (IEC 62682), states A to E.
//!
//! | state | raise | clear | clear, latching | acknowledge | reset | remove |
//! |---|---|---|---|---|---|---|
//! | A normal | B unacknowledged, raised | – | – | – | – | – |
//! | B unacknowledged | – | D returned, cleared | E latched unacknowledged, cleared | C acknowledged, acknowledged | – | A normal, removed |
//! | C acknowledged | – | A normal, cleared | E latched, cleared | – | – | A normal, removed |
//! | D returned | B unacknowledged, raised | – | – | A normal, acknowledged | – | A normal, removed |
//! | E latched unacknowledged | B unacknowledged, raised | – | – | E latched, acknowledged | – | A normal, removed |
//! | E latched | B unacknowledged, raised | – | – | – | A normal, reset | A normal, removed |
//!
//! Each cell is the state after the input and what the journal says; `–` changes nothing and writes nothing. Every
//! change of state goes through [`step`], and everything that `step` answers is journaled: there is no other way.
//! An alarm that nobody has to acknowledge goes to C where the table says B, and so never sees B and D.
//! States F to H (shelved, suppressed by design, out of service) lie over these: `cover`.

use hearthline_model::{AlarmState, Condition, Transition};

/// What can happen to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The condition became true, its on-delay passed.
    Raise,
    /// The condition became false, its off-delay passed.
    Clear,
    /// A person acknowledged it.
    Acknowledge,
    /// A person reset it.
    Reset,
    /// The condition was removed or switched off.
    Remove,
}

/// How an alarm goes through its states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Stays until a person resets it.
    pub latching: bool,
    /// Nobody has to acknowledge it.
    pub no_acknowledgement: bool,
}

impl Policy {
    /// That of a condition.
    pub fn of(condition: &Condition) -> Self {
        Self {
            latching: condition.latching,
            no_acknowledgement: condition.no_acknowledgement,
        }
    }

    /// The state of an alarm that is newly raised.
    pub fn raised(self) -> AlarmState {
        if self.no_acknowledgement {
            AlarmState::Acknowledged
        } else {
            AlarmState::Unacknowledged
        }
    }
}

/// The state after an input and the line for the journal; none where nothing changes.
pub fn step(state: AlarmState, input: Input, policy: Policy) -> Option<(AlarmState, Transition)> {
    use AlarmState::{Acknowledged, Latched, LatchedUnacknowledged, Normal, Returned, Unacknowledged};
    match (state, input) {
        (Normal | Returned | LatchedUnacknowledged | Latched, Input::Raise) => {
            Some((policy.raised(), Transition::Raised))
        }
        (Unacknowledged, Input::Clear) if policy.latching => {
            Some((LatchedUnacknowledged, Transition::Cleared))
        }
        (Acknowledged, Input::Clear) if policy.latching => Some((Latched, Transition::Cleared)),
        (Unacknowledged, Input::Clear) => Some((Returned, Transition::Cleared)),
        (Acknowledged, Input::Clear) => Some((Normal, Transition::Cleared)),
        (Unacknowledged, Input::Acknowledge) => Some((Acknowledged, Transition::Acknowledged)),
        (Returned, Input::Acknowledge) => Some((Normal, Transition::Acknowledged)),
        (LatchedUnacknowledged, Input::Acknowledge) => Some((Latched, Transition::Acknowledged)),
        (Latched, Input::Reset) => Some((Normal, Transition::Reset)),
        (Unacknowledged | Acknowledged | Returned | LatchedUnacknowledged | Latched, Input::Remove) => {
            Some((Normal, Transition::Removed))
        }
        (Normal, Input::Remove)
        | (Unacknowledged | Acknowledged, Input::Raise)
        | (Normal | Returned | LatchedUnacknowledged | Latched, Input::Clear)
        | (Normal | Acknowledged | Latched, Input::Acknowledge)
        | (Normal | Unacknowledged | Acknowledged | Returned | LatchedUnacknowledged, Input::Reset) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [(&str, AlarmState); 6] = [
        ("A normal", AlarmState::Normal),
        ("B unacknowledged", AlarmState::Unacknowledged),
        ("C acknowledged", AlarmState::Acknowledged),
        ("D returned", AlarmState::Returned),
        ("E latched unacknowledged", AlarmState::LatchedUnacknowledged),
        ("E latched", AlarmState::Latched),
    ];

    fn state(word: &str) -> AlarmState {
        let found = STATES.iter().find(|(name, _)| *name == word);
        found
            .unwrap_or_else(|| panic!("the table names a state {word:?}"))
            .1
    }

    fn transition(word: &str) -> Transition {
        match word {
            "raised" => Transition::Raised,
            "cleared" => Transition::Cleared,
            "acknowledged" => Transition::Acknowledged,
            "reset" => Transition::Reset,
            "removed" => Transition::Removed,
            other => panic!("the table names a transition {other:?}"),
        }
    }

    #[test]
    fn the_table_of_the_documentation_is_what_happens() {
        let latching = Policy {
            latching: true,
            ..Policy::default()
        };
        let plain = Policy::default();
        let columns = [
            (Input::Raise, plain),
            (Input::Clear, plain),
            (Input::Clear, latching),
            (Input::Acknowledge, plain),
            (Input::Reset, latching),
            (Input::Remove, latching),
        ];
        let mut checked = 0;
        let rows = include_str!("state.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | "))
            .filter(|row| !row.starts_with("state"));
        for row in rows {
            let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), columns.len() + 1, "{row}");
            for ((input, policy), cell) in columns.into_iter().zip(&cells[1..]) {
                let expected = (*cell != "–").then(|| {
                    let (to, says) = cell.split_once(", ").unwrap();
                    (state(to), transition(says))
                });
                assert_eq!(
                    step(state(cells[0]), input, policy),
                    expected,
                    "{} on {input:?}",
                    cells[0]
                );
                checked += 1;
            }
        }
        assert_eq!(checked, 36, "the table has six states and six columns");
    }

    #[test]
    fn what_nobody_has_to_acknowledge_is_never_unacknowledged() {
        for latching in [false, true] {
            let policy = Policy {
                latching,
                no_acknowledgement: true,
            };
            let mut reached = vec![AlarmState::Normal];
            let mut at = 0;
            while let Some(&from) = reached.get(at) {
                for input in [Input::Raise, Input::Clear, Input::Acknowledge, Input::Reset] {
                    if let Some((to, _)) = step(from, input, policy)
                        && !reached.contains(&to)
                    {
                        reached.push(to);
                    }
                }
                at += 1;
            }
            assert!(reached.iter().all(|state| !state.waits()), "{reached:?}");
            assert_eq!(reached.contains(&AlarmState::Latched), latching);
        }
    }
}
