//! How far a long work is, on a terminal.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hearthline_exchange::Progress;

/// Does `work` and meanwhile tells how far it is, where somebody looks.
pub fn watched<T>(name: &str, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let share = progress
                    .share()
                    .map_or_else(String::new, |share| format!("{:3.0} %, ", share * 100.0));
                let _ = write!(std::io::stderr(), "\r{name}: {share}{} samples ", progress.rows());
                std::thread::sleep(Duration::from_millis(200));
            }
            // The line is made free for what comes.
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        });
        // Also where the work panics, or the other thread would go on for ever.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
