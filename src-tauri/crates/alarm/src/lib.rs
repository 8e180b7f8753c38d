//! ISA-18.2 alarms: which conditions hold, in which state each alarm is, and what the journal says of it.
//!
//! The way of a sample: [`Alarms::sample`] tests it against every condition of its point (`watch`), what holds goes through
//! the condition's delays (`signal`), what comes through is an input to the alarm's state machine (`state`), and every
//! change of state is an entry for the journal (`book`). Pure: time comes in as an argument, entries go out through a
//! list; who calls commits them together with the sample that caused them. Catch-up data takes a way of its own where it is
//! older than the live value (`late`); which alarm was first in its group and whom a leader suppresses is told in `groups`;
//! which conditions a point has, of its own, by rules and by default, in `rules`.
//!
//! *Invariants.* Every change of state has exactly one entry. Two conditions of one point are two alarms that do not know
//! of each other. What says nothing (bad or stale quality, no value, older than what was taken) changes nothing.
//! What keeps an alarm from the operator (`cover`) changes nothing of how it is judged. The last entry of an alarm holds all
//! that a restart needs: its state, its covers with their ends, when it was raised and how often.
//!
//! *Adding a default condition*: one line in a table of `defaults`, with the reason for its limit beside it.

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
