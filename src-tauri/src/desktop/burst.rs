//! A burst of alarms is one notification that counts up, not a heap of them. Time comes in.

use hearthline_model::{MINUTE, Micros};

/// More alarms than this within [`SPAN`] are summed up.
const ONE_BY_ONE: u32 = 3;
/// How long after the last notification a burst is over.
const SPAN: Micros = MINUTE;

/// What of it was told.
#[derive(Debug, Default)]
pub struct Burst {
    count: u32,
    at: Option<Micros>,
}

/// How new alarms are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Each in a notification of its own.
    Each,
    /// All of the burst, so many by now, in one that takes the place of the last sum.
    Sum(u32),
}

impl Burst {
    /// So many are new.
    pub fn more(&mut self, fresh: u32, now: Micros) -> Shown {
        let over = self.at.is_none_or(|at| now < at || now - at > SPAN);
        self.count = if over {
            fresh
        } else {
            self.count.saturating_add(fresh)
        };
        self.at = Some(now);
        if self.count > ONE_BY_ONE {
            Shown::Sum(self.count)
        } else {
            Shown::Each
        }
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::SECOND;

    use super::*;

    #[test]
    fn a_burst_counts_up_in_one_and_is_over_after_a_minute() {
        let mut burst = Burst::default();
        assert_eq!(burst.more(1, 0), Shown::Each);
        assert_eq!(burst.more(2, SECOND), Shown::Each);
        assert_eq!(burst.more(500, 2 * SECOND), Shown::Sum(503));
        assert_eq!(burst.more(4500, 3 * SECOND), Shown::Sum(5003));
        assert_eq!(burst.more(1, 64 * SECOND), Shown::Each);
        assert_eq!(burst.more(50, 0), Shown::Sum(50), "a clock that was set back");
    }
}
