//! Who is told of an alarm, when, and in which words. Pure: entries of the journal and the time come in, decisions and texts go
//! out; who sends is in the engine.
//!
//! The way of an alarm: [`note`] makes of a journal entry what people are told, [`takes`] says which channels take it (a row of the
//! outbox each), [`plan`] says which waiting rows of a channel go out now as one message, [`Pace`] and [`backoff`] when the next
//! may, and [`Message`] has the words. [`Escalations`] says whom an alarm reaches that nobody acknowledges.
//!
//! *Invariants.* An alarm that is never to wait ([`Note::urgent`]) is never held back by quiet hours. What was once put together
//! into a message stays together, under one id, until it is delivered. A step of an escalation happens once for an occurrence,
//! whatever restarts lie between.

mod check;
mod document;
mod escalate;
mod note;
mod pace;
mod plan;
mod quiet;
mod words;

pub use check::{MOST_CHANNELS, check_channel, check_rules};
pub use document::{MARK, document, is_ours};
pub use escalate::{Due, Escalations, Looked, Open, Progress};
pub use note::{Context, Note, Told, What, is_urgent, note, note_of, takes};
pub use pace::{Pace, backoff};
pub use plan::{Plan, Row, plan};
pub use quiet::is_quiet;
pub use words::{Message, test_message};
