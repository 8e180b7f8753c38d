//! The background thread that turns the journal into chunks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearthline_history::Compactor;

use crate::clock;
use crate::shared::Shared;

/// Rows of the journal that one step takes: bounds memory and the moment of writing.
const STEP: usize = 1024;
/// Rows that may wait before a look is due early.
const MANY: u64 = 4096;
/// Looks between two compactions when little waits: longer makes larger chunks, shorter a smaller journal to scan.
const PATIENCE: u32 = 60;

/// Works until the engine ends.
pub fn run(shared: &Arc<Shared>, mut compactor: Compactor) {
    let mut waited = 0;
    loop {
        std::thread::sleep(Duration::from_millis(500));
        if shared.stopping.load(Ordering::Relaxed) {
            return;
        }
        waited += 1;
        let many = compactor.waiting().is_ok_and(|(_, rows)| rows > MANY);
        let asked = shared.compact.swap(false, Ordering::Relaxed);
        if !many && !asked && waited < PATIENCE {
            continue;
        }
        waited = 0;
        loop {
            match compactor.compact(STEP, clock::now()) {
                Ok(done) if done.remaining == 0 => break,
                Ok(_) => {}
                Err(error) => {
                    // The journal keeps everything; the next look tries again.
                    tracing::warn!(message = "compaction waits", %error);
                    break;
                }
            }
            if shared.stopping.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}
