//! The alarm journal: append-only, chained, filtered, kept for as long as a person says.
//!
//! *Chain.* Each line stores a SHA-256 over the fingerprint of the line before it and everything of its own ([`chain`]). Who changes,
//! removes or slips in a line makes all from there on not fit: [`crate::Reader::verify_alarms`] walks the lines and names the first that
//! does not. The fingerprint of the newest line is kept beside the journal, in the transaction of the line itself.
//!
//! *What the chain proves.* That nothing between two lines was changed, taken out or put in since they were written, as long as
//! one of the later fingerprints is known from somewhere else: a note on paper, an exported file, a report, a backup. Lines taken
//! from the end show by the fingerprint kept beside the journal and by the numbers that SQLite gave out.
//! *What it cannot prove.* There is no secret in it. Who may write to the file and knows this program can reckon the whole
//! chain anew, the fingerprint and the numbers beside it as well, and nothing within the file tells; only a fingerprint noted
//! elsewhere does ([`crate::Reader::verify_alarms`] takes one and says whether it is still met). Nor does it say that what was written down was
//! true when it was written.
//!
//! *Whose a line is.* A line's entry says whose the alarm was when it was written, and is part of the chain. The columns `device` and
//! `point` say whose it is now, since an alarm goes along where its device turns out to be another one
//! ([`crate::Store::move_alarms`]); they are not, and only lists and filters go by them.
//!
//! *Lines of before.* A file from before the chain is chained as it stands when it is first opened, and a note in the journal
//! says how many lines that were: what was done to them earlier cannot be known.
//!
//! *Cut.* Lines are cut from the front once they are older than a person wants to keep them ([`keep`]). A note in the journal,
//! itself a line of the chain, holds the fingerprint of the last line that went, how many went and of which time, so that the rest stays
//! verifiable. Triggers refuse to change a line, and to remove one that no note covers; they guard against mistakes, not against
//! who removes the triggers.
//!
//! *Salvage, restore.* What is saved of a damaged file is checked against its chain; where it does not hold throughout, the chain
//! begins anew over what was saved, and the journal's note says so. A copy that was put in place holds its own chain; a note says since when.

mod chain;
mod keep;
mod mend;
mod read;
#[cfg(test)]
mod tests;
mod verify;

pub use chain::Fingerprint;
pub(crate) use chain::{HEAD, append};
pub use keep::CutAlarms;
pub use mend::ALARM_GUARD;
pub(crate) use mend::{adopt, salvaged};
pub use read::{AlarmFilter, JournalRow, RawLine};
pub use verify::{FaultKind, JournalFault, JournalNote, Spot, Verified};
