//! The wall clock jumps: somebody sets it, or the network does after a start with an empty battery. Times of samples are the wall
//! clock's (or the device's own), whatever it says; how long something lasts is not its business. So a jump is told from time that
//! passed, and everything that waits for a moment is moved along with the clock: silence, delays of alarms, the patience with a
//! command, the grace of a lost connection. A computer that sleeps looks the same and is treated so: it has not listened meanwhile.

use hearthline_model::{DAY, HOUR, MINUTE, Micros, SECOND};

use super::Pipeline;
use crate::clock;
use crate::source::Incoming;

/// Less is no jump: clocks are drawn towards the right time by so little.
const JUMP: Micros = 2 * SECOND;
/// A shorter jump is not worth a line on the screen.
const WORTH_TELLING: Micros = MINUTE;
/// How long it is told of.
const TOLD_FOR: Micros = 10 * MINUTE;

/// The wall clock beside one that runs evenly.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    wall: Micros,
    steady: Micros,
}

impl Steady {
    pub fn new(wall: Micros, steady: Micros) -> Self {
        Self { wall, steady }
    }

    /// By how much the wall clock jumped since the last look; 0 where it did not.
    pub fn look(&mut self, wall: Micros, steady: Micros) -> Micros {
        let passed = steady.saturating_sub(self.steady);
        let jump = wall.saturating_sub(self.wall).saturating_sub(passed);
        *self = Self { wall, steady };
        if jump.unsigned_abs() > JUMP.unsigned_abs() {
            jump
        } else {
            0
        }
    }
}

impl Pipeline {
    /// Now. A jump of the clock since the last look is dealt with first; messages that were stamped before it get the new time.
    pub(super) fn look_at_clock(&mut self, messages: &mut [Incoming]) -> Micros {
        let (now, steady) = (clock::now(), clock::steady());
        let by = self.steady.look(now, steady);
        if by == 0 {
            return now;
        }
        for message in messages {
            // Nearer to the time before the jump than to now.
            if now.abs_diff(message.at) > by.unsigned_abs() / 2 {
                message.at = message.at.saturating_add(by);
            }
        }
        self.clock_moved(by, now);
        now
    }

    fn clock_moved(&mut self, by: Micros, now: Micros) {
        tracing::warn!(message = "the clock was set", by_seconds = by / SECOND);
        self.shared.live().clock_moved(by, now);
        self.alarms.clock_moved(by);
        for pending in &mut self.pending {
            pending.moved(by);
        }
        for since in self.away.values_mut() {
            *since = since.saturating_add(by);
        }
        for intake in self.intakes.values_mut() {
            intake.clock_moved(by);
        }
        if by.unsigned_abs() >= WORTH_TELLING.unsigned_abs() {
            let way = if by > 0 { "forward" } else { "back" };
            let text = format!(
                "The clock of this computer was set {way} by {}. Values of the time before keep the time that it showed then.",
                lasting(by.saturating_abs())
            );
            self.shared
                .note("clock", text, Some(clock::steady().saturating_add(TOLD_FOR)));
        }
    }
}

/// A duration in words, its two largest parts.
fn lasting(time: Micros) -> String {
    // Read to the nearest minute: a moment passes until it is noticed.
    let time = time.saturating_add(MINUTE / 2);
    let (days, hours, minutes) = (time / DAY, time % DAY / HOUR, time % HOUR / MINUTE);
    let part = |number: Micros, noun: &str| match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        many => Some(format!("{many} {noun}s")),
    };
    let parts: Vec<String> = [part(days, "day"), part(hours, "hour"), part(minutes, "minute")]
        .into_iter()
        .flatten()
        .take(2)
        .collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_from_time_that_passed() {
        let mut steady = Steady::new(100 * DAY, 5);
        assert_eq!(steady.look(100 * DAY + HOUR, HOUR + 5), 0);
        assert_eq!(steady.look(101 * DAY + HOUR, HOUR + 5 + SECOND), DAY - SECOND);
        assert_eq!(steady.look(100 * DAY, HOUR + 5 + SECOND), -(DAY + HOUR));
        assert_eq!(steady.look(100 * DAY + SECOND, HOUR + 5 + 2 * SECOND), 0);
        // Drawn slowly, however far in the end.
        for step in 1..=1000 {
            let wall = 100 * DAY + SECOND + step * 3 * SECOND;
            assert_eq!(steady.look(wall, HOUR + 5 + 2 * SECOND + step * 2 * SECOND), 0);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let mut steady = Steady::new(Micros::MIN, Micros::MAX);
        steady.look(Micros::MAX, Micros::MIN);
        steady.look(Micros::MIN, 0);
    }

    #[test]
    fn a_duration_is_read_by_people() {
        assert_eq!(lasting(DAY), "1 day");
        assert_eq!(lasting(DAY - SECOND), "1 day");
        assert_eq!(lasting(2 * DAY + 3 * HOUR + 4 * MINUTE), "2 days and 3 hours");
        assert_eq!(lasting(HOUR + 5 * MINUTE), "1 hour and 5 minutes");
    }
}
