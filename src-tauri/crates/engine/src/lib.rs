//! Connections, the pipeline, live values: the API that the shell and the tests call.
//!
//! ```text
//! source ─▶ pipeline: decode ─▶ registry ─▶ alarms ─▶ live ─▶ history ─▶ acknowledge
//!                                                        └─▶ frames that the window pulls
//! ```
//!
//! *Invariants.* A message is acknowledged only once its samples are on disk. Every sample reaches the alarms before
//! anything is conflated. Memory does not grow with a burst: what waits is bounded by the gate of each source.

mod alarm_report;
mod api;
mod clock;
mod compaction;
mod diagnoses;
pub mod energy;
mod error;
pub mod explorer;
mod jobs;
mod keeping;
mod live;
mod opening;
mod pipeline;
pub mod plant;
mod reach;
mod shared;
pub mod source;
mod topic_rules;
pub mod view;
mod world;

pub use api::{DATABASE, Engine, Options};
#[doc(hidden)]
pub use clock::move_clock;
pub use clock::now;
pub use error::Error;
