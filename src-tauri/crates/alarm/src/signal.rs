//! On- and off-delay of one condition.
//!
//! A delay runs in the time of the samples, so that a burst of late ones (a device that was offline and tells it all at
//! once) comes to the same alarms as if it had been watched live. Between samples it runs on by our own clock, from the
//! arrival of the last one: a device whose clock is wrong delays as long as any other.

use hearthline_model::Micros;

/// How long a condition must hold, and be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// Before it is raised.
    pub on: Micros,
    /// Before it ends.
    pub off: Micros,
}

/// A condition's truth passed its delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// It is raised, or it ended.
    pub raised: bool,
    /// When the delay had passed, in the time of the samples.
    pub at: Micros,
}

/// The truth of a condition and what has come through its delays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signal {
    truth: bool,
    raised: bool,
    /// Since when the truth is what it is, in the time of the samples.
    since: Micros,
    /// Time and arrival of the last sample that said so.
    seen_at: Micros,
    seen_received: Micros,
}

impl Signal {
    /// A signal whose alarm is already raised, or not.
    pub fn new(raised: bool) -> Self {
        Self {
            truth: raised,
            raised,
            ..Self::default()
        }
    }

    /// What the last sample said, before any delay.
    pub fn truth(&self) -> bool {
        self.truth
    }

    /// What has come through the delays.
    pub fn raised(&self) -> bool {
        self.raised
    }

    /// Whether a delay runs.
    pub fn pending(&self) -> bool {
        self.truth != self.raised
    }

    /// What the delay comes to strictly before `at`: the value in force until then held.
    /// At `at` itself the new sample is heard first, so that a condition that breaks on time is not raised.
    pub fn advance(&mut self, at: Micros, delays: Delays) -> Option<Edge> {
        (self.pending() && self.due(delays) < at).then(|| self.pass(delays))
    }

    /// Takes in what a sample says.
    pub fn observe(&mut self, truth: bool, at: Micros, received: Micros, delays: Delays) -> Option<Edge> {
        // Earlier than what came before it only where our clock was set back: the delay begins anew then.
        if truth != self.truth || at < self.since {
            self.truth = truth;
            self.since = at;
        }
        self.seen_at = at;
        self.seen_received = received;
        (self.pending() && self.due(delays) <= at).then(|| self.pass(delays))
    }

    /// What the delay comes to by our own clock.
    pub fn tick(&mut self, now: Micros, delays: Delays) -> Option<Edge> {
        let told = self.seen_at.saturating_sub(self.since).max(0);
        let since_told = now.saturating_sub(self.seen_received).max(0);
        let passed = told.saturating_add(since_told) >= self.delay(delays);
        (self.pending() && passed).then(|| self.pass(delays))
    }

    /// Our clock was set forward by so much.
    pub fn clock_moved(&mut self, by: Micros) {
        self.seen_received = self.seen_received.saturating_add(by);
    }

    fn delay(&self, delays: Delays) -> Micros {
        if self.truth { delays.on } else { delays.off }
    }

    fn due(&self, delays: Delays) -> Micros {
        self.since.saturating_add(self.delay(delays))
    }

    fn pass(&mut self, delays: Delays) -> Edge {
        let at = self.due(delays);
        self.raised = self.truth;
        Edge {
            raised: self.raised,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAYS: Delays = Delays { on: 10, off: 5 };

    #[allow(clippy::unnecessary_wraps)] // it stands beside what the signal answers
    fn edge(raised: bool, at: Micros) -> Option<Edge> {
        Some(Edge { raised, at })
    }

    #[test]
    fn a_condition_that_breaks_starts_the_delay_anew() {
        let mut signal = Signal::default();
        assert_eq!(signal.observe(true, 0, 0, DELAYS), None);
        assert_eq!(signal.observe(false, 9, 9, DELAYS), None);
        assert_eq!(signal.observe(true, 11, 11, DELAYS), None);
        assert_eq!(signal.tick(20, DELAYS), None);
        assert_eq!(signal.tick(21, DELAYS), edge(true, 21));
        assert_eq!(signal.tick(22, DELAYS), None);
    }

    #[test]
    fn late_news_comes_to_what_would_have_been_seen_live() {
        // High at 0, low at 30, told together at 100.
        let mut signal = Signal::default();
        assert_eq!(signal.observe(true, 0, 100, DELAYS), None);
        assert_eq!(signal.advance(30, DELAYS), edge(true, 10));
        assert_eq!(signal.observe(false, 30, 100, DELAYS), None);
        assert_eq!(signal.tick(104, DELAYS), None);
        assert_eq!(signal.tick(105, DELAYS), edge(false, 35));
    }

    #[test]
    fn breaking_on_time_does_not_raise() {
        let mut signal = Signal::default();
        signal.observe(true, 0, 0, DELAYS);
        assert_eq!(signal.advance(10, DELAYS), None);
        assert_eq!(signal.observe(false, 10, 10, DELAYS), None);
        assert!(!signal.pending());
    }

    #[test]
    fn a_wrong_clock_delays_as_long_as_a_right_one() {
        let mut signal = Signal::default();
        signal.observe(true, 1_000_000, 50, DELAYS);
        assert_eq!(signal.tick(59, DELAYS), None);
        assert_eq!(signal.tick(60, DELAYS), edge(true, 1_000_010));
    }

    #[test]
    fn a_jump_of_our_clock_neither_shortens_nor_lengthens_a_delay() {
        for by in [100_000, -100_000] {
            let mut signal = Signal::default();
            signal.observe(true, 1_000_000, 1_000_000, DELAYS);
            signal.clock_moved(by);
            assert_eq!(signal.tick(1_000_009 + by, DELAYS), None);
            assert_eq!(signal.tick(1_000_010 + by, DELAYS), edge(true, 1_000_010));
        }
    }

    #[test]
    fn a_sample_of_a_clock_set_back_begins_the_delay_anew() {
        let mut signal = Signal::default();
        signal.observe(true, 1_000_000, 1_000_000, DELAYS);
        assert_eq!(signal.observe(true, 500, 500, DELAYS), None);
        assert_eq!(signal.observe(true, 505, 505, DELAYS), None);
        assert_eq!(signal.observe(true, 510, 510, DELAYS), edge(true, 510));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let delays = Delays {
            on: Micros::MAX,
            off: Micros::MAX,
        };
        let mut signal = Signal::default();
        signal.observe(true, Micros::MAX, Micros::MIN, delays);
        signal.advance(Micros::MIN, delays);
        signal.observe(true, Micros::MIN, Micros::MAX, delays);
        signal.tick(Micros::MAX, delays);
    }
}
