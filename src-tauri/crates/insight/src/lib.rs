//! What samples come to: OEE, downtime, counts, stock, energy. Pure functions; time and time zone come in as arguments.
//!
//! *Invariants.* What is not known is `None`, never 0. Nothing here knows where samples are kept or who asks.
//! Definitions are those of ISO 22400-2 where it has one, with its abbreviations in the comments.

mod counter;
mod downtime;
mod energy;
mod machine;
mod oee;
mod parts;
mod shift;
mod stock;

pub use counter::{Delta, delta};
pub use downtime::{Loss, Stop, Stretch, Times, losses, stops, stretches, times};
pub use energy::{Step, by_bounds, from_counter, from_power, hours_of_day, standby};
pub use machine::MachineState;
pub use oee::{Oee, Production, oee};
pub use parts::{Part, last_part, part_of};
pub use shift::{Shift, shift_at};
pub use stock::{Demand, cover, reorder_point, used};
