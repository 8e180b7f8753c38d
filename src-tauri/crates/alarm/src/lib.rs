//! ISA-18.2 alarms: which conditions hold, in which state each alarm is, and what the journal says of it.
//!
//! The way of a sample: [`Alarms::sample`] tests it against every condition of its point (`watch`), what holds goes through
//! the condition's delays (`signal`), what comes through is an input to the alarm's state machine (`state`), and every
//! change of state is an entry for the journal (`book`). Pure: time comes in as an argument, entries go out through a
//! list; who calls commits them together with the sample that caused them. Which alarm was first in its group and whom a leader
//! suppresses is told in `groups`; which conditions a point has, of its own, by rules and by default, in `rules`.
//!
//! *Late data.* What a device tells after its time is judged with its own times and marked late. In order it raises and clears
//! as if it had come in time, and what is still raised calls the operator once no more comes that ends it. Older than the live
//! value it neither raises nor clears what that decided: an occurrence that lies wholly in it is written down and waits to be
//! acknowledged, and calls nobody. The table of it: `late`.
//!
//! *Invariants.* Every change of state has exactly one entry. Two conditions of one point are two alarms that do not know
//! of each other. What says nothing (bad or stale quality, no value, older than what was taken) changes nothing.
//! What keeps an alarm from the operator (`cover`) changes nothing of how it is judged. The last entry of an alarm holds all
//! that a restart needs: its state, its covers with their ends, when it was raised and how often.
//!
//! *Adding a default condition*: one line in a table of `defaults`, with the reason for its limit beside it; a new sort of
//! defaults gets a line in `defaults::sorts`, by which it is switched off.

mod acts;
mod alarms;
mod book;
mod check;
mod complex;
mod cover;
mod defaults;
pub mod expression;
mod gate;
mod groups;
mod late;
mod limits;
pub mod performance;
pub mod rules;
mod setting;
mod signal;
mod state;
mod trial;
mod watch;

pub use alarms::Alarms;
pub use book::Active;
pub use check::check;
pub use defaults::{
    DefaultSort, SORTS, default_conditions, default_device_conditions, is_machine_state, stock_condition,
    while_running,
};
pub use groups::WINDOW;
pub use limits::{limits_of, with_limits};
pub use state::{Input, Policy, step};
pub use trial::{Trial, try_on};
pub use watch::read_by;
