//! Whether an edge node is there: births and deaths with their bdSeq.
//!
//! A death (the node's will) is valid for the birth whose bdSeq it carries. An older one is the will of a connection that has been replaced
//! and is ignored. One that fits no birth (a known client counts wrongly when it leaves in order) is believed when
//! nothing more is heard of the node for a while.

use hearthline_model::{Micros, SECOND};

use super::sequence::Sequence;

/// How long a node with a doubtful death may show that it lives.
pub(super) const DOUBT: Micros = 5 * SECOND;

/// What a death means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// The node is gone.
    Now,
    /// The will of an earlier connection.
    Stale,
    /// It does not fit the birth: wait and see.
    Doubtful,
}

/// The life of an edge node.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    /// A birth was seen, and no death since.
    pub(super) born: bool,
    bd: Option<u64>,
    dying: Option<Micros>,
    /// Its sequence numbers.
    pub(super) sequence: Sequence,
}

impl Life {
    /// A node birth.
    pub(super) fn birth(&mut self, bd: Option<u64>, seq: Option<u64>) {
        self.born = true;
        self.bd = bd;
        self.dying = None;
        self.sequence.birth(seq);
    }

    /// Anything else than a death was heard of the node.
    pub(super) fn heard(&mut self) {
        self.dying = None;
    }

    /// A death.
    pub(super) fn death(&mut self, bd: Option<u64>, now: Micros) -> Death {
        let death = match (self.bd, bd) {
            _ if !self.born => Death::Now,
            (Some(birth), Some(death)) if birth == death => Death::Now,
            // Counted modulo 256: what lies behind is older.
            (Some(birth), Some(death)) if (1..128).contains(&(birth as u8).wrapping_sub(death as u8)) => {
                Death::Stale
            }
            _ => Death::Doubtful,
        };
        match death {
            Death::Now => self.die(),
            Death::Stale => {}
            Death::Doubtful => {
                self.dying.get_or_insert(now.saturating_add(DOUBT));
            }
        }
        death
    }

    pub(super) fn clock_moved(&mut self, by: Micros) {
        self.dying = self.dying.map(|at| at.saturating_add(by));
        self.sequence.clock_moved(by);
    }

    /// Whether a doubtful death has become certain; told once.
    pub(super) fn died(&mut self, now: Micros) -> bool {
        let died = self.dying.is_some_and(|at| now >= at);
        if died {
            self.die();
        }
        died
    }

    fn die(&mut self) {
        self.born = false;
        self.bd = None;
        self.dying = None;
        self.sequence.reset();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_right_will_kills() {
        let mut life = Life::default();
        life.birth(Some(7), Some(0));
        assert_eq!(life.death(Some(6), 0), Death::Stale);
        assert!(life.born);
        assert_eq!(life.death(Some(7), 0), Death::Now);
        assert!(!life.born);
        // Wrapped round.
        life.birth(Some(0), Some(0));
        assert_eq!(life.death(Some(255), 0), Death::Stale);
        // pysparkplug: born with 0, gone with 1.
        assert_eq!(life.death(Some(1), 0), Death::Doubtful);
        assert!(!life.died(DOUBT - 1));
        assert!(life.died(DOUBT) && !life.born);
        // Not when it goes on speaking.
        life.birth(Some(0), Some(0));
        assert_eq!(life.death(Some(1), 0), Death::Doubtful);
        life.heard();
        assert!(!life.died(DOUBT) && life.born);
        assert_eq!(life.death(None, 0), Death::Doubtful);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Birth,
        Data,
        /// The will of the connection that many births ago.
        Will(u64),
        Tick,
    }

    proptest! {
        /// Against a reference that names each connection by its true number: a node is offline exactly after the will of its own
        /// connection, or where it was never born.
        #[test]
        fn wills_of_other_connections_never_kill(
            start in 0u64..256,
            steps in prop::collection::vec(prop_oneof![
                3 => Just(Step::Birth), 3 => Just(Step::Data), 3 => (0u64..100).prop_map(Step::Will), 1 => Just(Step::Tick)
            ], 1..300),
        ) {
            let mut life = Life::default();
            let (mut connection, mut alive, mut now) = (start, false, 0);
            for step in steps {
                now += DOUBT;
                match step {
                    Step::Birth => {
                        connection += 1;
                        alive = true;
                        life.birth(Some(connection % 256), Some(0));
                    }
                    Step::Data => life.heard(),
                    Step::Will(ago) => {
                        let death = life.death(Some(connection.wrapping_sub(ago) % 256), now);
                        prop_assert_eq!(death == Death::Now, !alive || ago == 0);
                        alive &= ago != 0;
                    }
                    Step::Tick => prop_assert!(!life.died(now)),
                }
                prop_assert_eq!(life.born, alive);
            }
        }
    }
}
