//! The state machine of one alarm, after ISA-18.2 (IEC 62682), states A to D.
//!
//! | state            | raise                   | clear            | acknowledge           | remove          |
//! |------------------|-------------------------|------------------|-----------------------|-----------------|
//! | A normal         | B unacknowledged, raised | –               | –                     | –               |
//! | B unacknowledged | –                       | D returned, cleared | C acknowledged, acknowledged | A normal, removed |
//! | C acknowledged   | –                       | A normal, cleared | –                    | A normal, removed |
//! | D returned       | B unacknowledged, raised | –               | A normal, acknowledged | A normal, removed |
//!
//! Each cell is the state after the input and what the journal says; `–` changes nothing and writes nothing. Every
//! change of state goes through [`step`], and everything that `step` answers is journaled: there is no other way.
//!
//! *Where the rest of the standard goes.* Latching adds states and an input `reset` to this table. Shelving, suppression
//! and out-of-service are not states beside these four but a cover over them: the table runs on underneath, and leaving
//! the cover shows what the table then says. So they belong around [`crate::Alarms::active`], not in here.

use hearthline_model::{AlarmState, Transition};

/// What can happen to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The condition became true, its on-delay passed.
    Raise,
    /// The condition became false, its off-delay passed.
    Clear,
    /// A person acknowledged it.
    Acknowledge,
    /// The condition was removed or switched off.
    Remove,
}

/// The state after an input and the line for the journal; none where nothing changes.
pub fn step(state: AlarmState, input: Input) -> Option<(AlarmState, Transition)> {
    use AlarmState::{Acknowledged, Normal, Returned, Unacknowledged};
    match (state, input) {
        (Normal | Returned, Input::Raise) => Some((Unacknowledged, Transition::Raised)),
        (Unacknowledged, Input::Clear) => Some((Returned, Transition::Cleared)),
        (Acknowledged, Input::Clear) => Some((Normal, Transition::Cleared)),
        (Unacknowledged, Input::Acknowledge) => Some((Acknowledged, Transition::Acknowledged)),
        (Returned, Input::Acknowledge) => Some((Normal, Transition::Acknowledged)),
        (Unacknowledged | Acknowledged | Returned, Input::Remove) => Some((Normal, Transition::Removed)),
        (Unacknowledged | Acknowledged, Input::Raise)
        | (Normal | Returned, Input::Clear)
        | (Normal | Acknowledged, Input::Acknowledge)
        | (Normal, Input::Remove) => None,
    }
}

/// Whether the condition is true in a state.
pub fn is_raised(state: AlarmState) -> bool {
    matches!(state, AlarmState::Unacknowledged | AlarmState::Acknowledged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(word: &str) -> AlarmState {
        match word {
            "A normal" => AlarmState::Normal,
            "B unacknowledged" => AlarmState::Unacknowledged,
            "C acknowledged" => AlarmState::Acknowledged,
            "D returned" => AlarmState::Returned,
            other => panic!("the table names a state {other:?}"),
        }
    }

    fn transition(word: &str) -> Transition {
        match word {
            "raised" => Transition::Raised,
            "cleared" => Transition::Cleared,
            "acknowledged" => Transition::Acknowledged,
            "removed" => Transition::Removed,
            other => panic!("the table names a transition {other:?}"),
        }
    }

    #[test]
    fn the_table_of_the_documentation_is_what_happens() {
        let inputs = [Input::Raise, Input::Clear, Input::Acknowledge, Input::Remove];
        let mut checked = 0;
        let rows = include_str!("state.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | "))
            .filter(|row| !row.starts_with("state"));
        for row in rows {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            for (input, cell) in inputs.into_iter().zip(&cells[1..]) {
                let expected = (*cell != "–").then(|| {
                    let (to, says) = cell.split_once(", ").unwrap();
                    (state(to), transition(says))
                });
                assert_eq!(
                    step(state(cells[0]), input),
                    expected,
                    "{} on {input:?}",
                    cells[0]
                );
                checked += 1;
            }
        }
        assert_eq!(checked, 16, "the table has four states and four inputs");
    }
}
