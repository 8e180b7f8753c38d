//! How well the alarms serve who has to answer them: load, floods, bad actors, against the figures of ISA-18.2 (IEC 62682) and
//! EEMUA 191.
//!
//! [`Meter`] is fed the journal's entries in the order of their receipt and gives a [`Performance`]; [`Performance::metrics`] holds it
//! against the targets. [`Flood`] is the same state machine live and over the journal. [`advise`] says what would quieten an
//! alarm that calls too often. Everything is per operator position, which is one Hearthline. Times are those of receipt: a call is a
//! call when it reaches somebody, whenever its cause was.
//!
//! The worked example is a day of 144 aligned ten-minute periods: 100 of them hold one alarm each, the one from 12:00 on holds 60,
//! one every ten seconds, and the half hours beside it none.
//!
//! | metric | acceptable | manageable | worked example | held by |
//! |---|---|---|---|---|
//! | `per_day` | ≤ 150 | ≤ 300 | 160 | `the_worked_example_comes_out` |
//! | `per_hour` | ≤ 6 | ≤ 12 | 6.67 | `the_worked_example_comes_out` |
//! | `per_ten_minutes` | ≤ 1 | ≤ 2 | 1.11 | `the_worked_example_comes_out` |
//! | `busy_periods` | < 1 % | – | 0.69 % | `the_worked_example_comes_out` |
//! | `busy_hours` | < 1 % | – | 4.17 % | `the_worked_example_comes_out` |
//! | `peak` | ≤ 10 | – | 60 | `the_worked_example_comes_out` |
//! | `in_flood` | < 1 % | – | 1.23 % | `a_flood_lasts_from_the_tenth_call_until_fewer_than_five_are_within_ten_minutes` |
//! | `top_ten` | ≤ 1 % | ≤ 5 % | 6.25 % | `the_worked_example_comes_out` |
//! | `nuisance` | ≤ 0 | – | 0 | `chattering_and_fleeting_alarms_are_found` |
//! | `stale` | < 5 | – | 0 | `stale_alarms_are_counted_by_day` |
//! | `critical` | < 1 % | – | 0.62 % | `the_worked_example_comes_out` |
//! | `high` | ≤ 5 % | – | 4.38 % | `the_worked_example_comes_out` |
//! | `medium` | ≤ 15 % | – | 15.00 % | `the_worked_example_comes_out` |
//! | `unexplained` | ≤ 0 | – | 0 | `what_was_set_aside_without_a_reason_is_counted` |
//! | `ack_median` | – | – | 30 s | `times_to_acknowledge_are_from_the_call_on` |
//! | `ack_most` | – | – | 30 s | `times_to_acknowledge_are_from_the_call_on` |
//! | `ack_longest` | – | – | 30 s | `times_to_acknowledge_are_from_the_call_on` |
//!
//! *Chattering*: called three times or more within a minute. *Fleeting*: gone within ten seconds of its call, before anybody
//! acknowledged it. *Stale*: active for more than 24 hours. The standards leave the second open; ten seconds is about what it takes to read
//! a line and move a hand.

mod advice;
mod flood;
mod meter;
mod metrics;
#[cfg(test)]
mod tests;

pub use advice::{Advice, Advised, Change, advise};
pub use flood::{BEGINS, ENDS, Flood, FloodSpan, Ongoing, WINDOW};
pub use meter::{
    Acknowledging, CHATTER, Chatter, FLEETING, Fleeting, Frequent, Longest, Meter, PERIOD, Performance,
    STALE, Stale,
};
pub use metrics::{Bound, Metric, Unit, Verdict};
