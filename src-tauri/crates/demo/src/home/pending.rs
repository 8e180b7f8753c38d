//! Commands that have been heard and take effect a moment later, as real devices do.

/// Commands on their way.
#[derive(Debug, Clone)]
pub(super) struct Pending<T> {
    /// Seconds left, and what then.
    queue: Vec<(f64, T)>,
}

/// More than this and the sender is not a person.
const LIMIT: usize = 100;

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self { queue: Vec::new() }
    }
}

impl<T> Pending<T> {
    /// Takes effect in `delay` seconds.
    pub fn push(&mut self, delay: f64, what: T) {
        if self.queue.len() < LIMIT {
            self.queue.push((delay, what));
        }
    }

    /// Lets `dt` seconds pass and gives what is due, in the order it came.
    pub fn due(&mut self, dt: f64) -> Vec<T> {
        if self.queue.is_empty() {
            return Vec::new();
        }
        for (left, _) in &mut self.queue {
            *left -= dt;
        }
        let (due, later) = std::mem::take(&mut self.queue)
            .into_iter()
            .partition(|(left, _)| *left <= 0.0);
        self.queue = later;
        due.into_iter().map(|(_, what)| what).collect()
    }
}
