//! When the window has drawn live values for the first time.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Fewer values in a frame are not yet a screen worth showing.
const ENOUGH: u32 = 5;

/// Set once, by the first frame that holds enough values.
#[derive(Default)]
pub struct LiveSignal {
    seen: AtomicBool,
    notify: Notify,
}

impl LiveSignal {
    /// Looks at a frame that goes to the window.
    pub fn frame(&self, bytes: &[u8]) {
        if self.seen.load(Ordering::Relaxed) {
            return;
        }
        let count = bytes
            .get(4..8)
            .and_then(|word| word.try_into().ok())
            .map_or(0, u32::from_le_bytes);
        if count >= ENOUGH {
            self.seen.store(true, Ordering::Relaxed);
            self.notify.notify_waiters();
        }
    }

    /// Waits for it.
    pub async fn wait(&self) {
        let waiting = self.notify.notified();
        if self.seen.load(Ordering::Relaxed) {
            return;
        }
        waiting.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_frame_is_not_enough() {
        let signal = LiveSignal::default();
        let mut frame = vec![0; 40];
        signal.frame(&frame);
        assert!(!signal.seen.load(Ordering::Relaxed));
        frame[4] = 5;
        signal.frame(&frame);
        assert!(signal.seen.load(Ordering::Relaxed));
    }
}
