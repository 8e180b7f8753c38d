//! What may wait between the network and the pipeline: so many messages, so many bytes, and not one more.
//!
//! QoS 1 waits for room; as nothing is read from the socket meanwhile, the wait reaches the broker through TCP.
//! QoS 0 has no claim to arrive: it waits a moment, then it is dropped and counted. Once the moment has passed, later
//! QoS 0 messages are dropped at once until there is room again, so that a stall does not slow what must be kept.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

/// How long a QoS 0 message waits for room.
const PATIENCE: Duration = Duration::from_millis(250);
/// Messages that may wait.
const MESSAGES: u32 = 20_000;
/// Bytes that may wait.
const BYTES: u64 = 64 << 20;

/// Bounds what waits between a source and the pipeline, and counts.
#[derive(Debug)]
pub struct Gate {
    inside: Mutex<Inside>,
    room: Notify,
    messages: u32,
    bytes: u64,
    received: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Inside {
    count: u32,
    bytes: u64,
    /// When a QoS 0 message first found no room; none once one did.
    full_since: Option<Instant>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new(MESSAGES, BYTES)
    }
}

impl Gate {
    /// A gate for at most so many messages and bytes.
    pub fn new(messages: u32, bytes: u64) -> Self {
        Self {
            inside: Mutex::default(),
            room: Notify::new(),
            messages: messages.max(1),
            bytes,
            received: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    /// Takes room for a message of so many bytes. False: a QoS 0 message that found none and is to be dropped; it is
    /// counted already.
    pub async fn enter(&self, bytes: usize, qos: u8) -> bool {
        self.received.fetch_add(1, Ordering::Relaxed);
        if self.try_enter(bytes) {
            return true;
        }
        let deadline = {
            let mut inside = self.inside();
            *inside.full_since.get_or_insert_with(Instant::now) + PATIENCE
        };
        loop {
            // Registered before looking again, so that room made in between is not missed.
            let room = self.room.notified();
            if self.try_enter(bytes) {
                return true;
            }
            if qos > 0 {
                room.await;
            } else if timeout_at(deadline, room).await.is_err() {
                self.dropped.fetch_add(1, Ordering::Relaxed);
                return false;
            }
        }
    }

    /// Gives back the room of messages that the pipeline has taken out; `bytes` is the sum of their
    /// [`weight`](super::Incoming::weight).
    pub fn leave(&self, count: u32, bytes: u64) {
        {
            let mut inside = self.inside();
            inside.count = inside.count.saturating_sub(count);
            inside.bytes = if inside.count == 0 {
                0
            } else {
                inside.bytes.saturating_sub(bytes)
            };
        }
        self.room.notify_one();
    }

    /// Messages waiting.
    pub fn queue(&self) -> u32 {
        self.inside().count
    }

    /// Messages that may wait.
    pub fn limit(&self) -> u32 {
        self.messages
    }

    /// QoS 0 messages dropped for want of room.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Messages received, dropped ones included.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    fn try_enter(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        let mut inside = self.inside();
        // A single message larger than the bound passes alone, otherwise it would wait for ever.
        let room = inside.count == 0
            || (inside.count < self.messages && inside.bytes.saturating_add(bytes) <= self.bytes);
        if room {
            inside.count += 1;
            inside.bytes += bytes;
            inside.full_since = None;
        }
        room
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn qos_1_waits_until_there_is_room() {
        let gate = Arc::new(Gate::new(2, 1000));
        assert!(gate.enter(10, 1).await);
        assert!(gate.enter(10, 1).await);
        let third = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter(10, 1).await }
        });
        tokio::task::yield_now().await;
        assert!(!third.is_finished());
        assert_eq!((gate.queue(), gate.limit()), (2, 2));
        gate.leave(1, 10);
        assert!(third.await.unwrap());
        assert_eq!((gate.queue(), gate.received(), gate.dropped()), (2, 3, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn qos_0_waits_a_moment_once_and_is_then_dropped_and_counted() {
        let gate = Gate::new(1, 1000);
        assert!(gate.enter(10, 0).await);
        let begin = Instant::now();
        assert!(!gate.enter(10, 0).await);
        assert!(begin.elapsed() >= PATIENCE);
        let begin = Instant::now();
        for _ in 0..100 {
            assert!(!gate.enter(10, 0).await);
        }
        assert!(begin.elapsed() < PATIENCE, "later ones are dropped at once");
        assert_eq!((gate.dropped(), gate.received(), gate.queue()), (101, 102, 1));
        gate.leave(1, 10);
        assert!(gate.enter(10, 0).await);
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_bound_as_well_but_a_large_message_passes_alone() {
        let gate = Gate::new(10, 100);
        assert!(gate.enter(500, 0).await);
        assert!(!gate.enter(1, 0).await);
        gate.leave(1, 500);
        assert!(gate.enter(60, 0).await);
        assert!(!gate.enter(60, 0).await);
        assert!(gate.enter(40, 0).await);
    }

    #[test]
    fn giving_back_too_much_does_no_harm() {
        let gate = Gate::default();
        gate.leave(5, 5_000);
        assert_eq!(gate.queue(), 0);
    }
}
