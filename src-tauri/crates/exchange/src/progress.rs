//! How far a long work has come, and the wish to stop it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::Error;

/// Shared between the work and who looks at it; the work writes, others read and may ask it to stop.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How much there is to do, in units of the work's own (bytes, rows, points).
    pub fn begin(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    /// So much is done, in the units of [`Self::begin`].
    pub fn reach(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// So many samples were read or written.
    pub fn count(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// The share that is done, 0 to 1; none before the amount of work is known.
    pub fn share(&self) -> Option<f64> {
        let total = self.total.load(Ordering::Relaxed);
        (total > 0).then(|| (self.done.load(Ordering::Relaxed) as f64 / total as f64).min(1.0))
    }

    /// Samples read or written so far.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// An error once it was asked to stop.
    pub(crate) fn go_on(&self) -> Result<(), Error> {
        if self.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_once_the_amount_is_known_and_a_wish_to_stop_is_heard() {
        let progress = Progress::default();
        assert_eq!(progress.share(), None);
        progress.begin(8);
        progress.reach(2);
        assert_eq!(progress.share(), Some(0.25));
        progress.reach(80);
        assert_eq!(progress.share(), Some(1.0));
        assert!(progress.go_on().is_ok());
        progress.cancel();
        assert!(matches!(progress.go_on(), Err(Error::Cancelled)));
    }
}
