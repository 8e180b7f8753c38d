//! Waiting for something outside of the test that tells nobody when it is done.

use std::time::{Duration, Instant};

/// Long enough for a loaded machine; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Looks again and again until `look` finds something.
///
/// # Panics
/// With `what` where it never does.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    match within(PATIENCE, look).await {
        Some(found) => found,
        None => panic!("never happened: {what}"),
    }
}

/// Looks again and again until `look` finds something; none where it does not in time.
pub async fn within<T>(patience: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
