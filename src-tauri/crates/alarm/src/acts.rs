//! What a person does to an alarm.

use hearthline_model::{AlarmAct, AlarmEntry, AlarmId, Cover, CoverKind, Micros, Quality, Value};

use crate::alarms::Alarms;
use crate::book::{Active, Cause};
use crate::state::Input;

impl Alarms {
    /// A person acknowledges an alarm; false where there is nothing to acknowledge.
    pub fn acknowledge(&mut self, id: AlarmId, who: &str, now: Micros, out: &mut Vec<AlarmEntry>) -> bool {
        self.act(id, &AlarmAct::Acknowledge, who, now, out)
    }

    /// A person acts on an alarm, which may also be normal; false where that changes nothing: it is not there, is not in a
    /// state for it, or would be shelved without an end or with one that is over.
    pub fn act(
        &mut self,
        id: AlarmId,
        act: &AlarmAct,
        who: &str,
        now: Micros,
        out: &mut Vec<AlarmEntry>,
    ) -> bool {
        let Some((row, active)) = self
            .book
            .by_id(id)
            .and_then(|row| Some((row, self.book.get(row)?)))
        else {
            return false;
        };
        let (value, quality) = self.latest(active);
        let cause = |input, reason| Cause {
            input,
            at: now,
            received: now,
            value: &value,
            quality,
            who,
            reason,
            late: false,
        };
        let cover = |kind, until, once, reason: &str| Cover {
            kind,
            since: now,
            until,
            once,
            reason: reason.to_owned(),
            who: who.to_owned(),
        };
        // The input counts only for what goes to the state machine.
        let lift = cause(Input::Acknowledge, "");
        match act {
            AlarmAct::Acknowledge => self.book.put(row, &lift, out),
            AlarmAct::Reset => self.book.put(row, &cause(Input::Reset, ""), out),
            AlarmAct::Shelve { until, once, reason } => {
                let ends = until.map_or(*once, |until| until > now);
                let cover = cover(CoverKind::Shelved, *until, *once, reason);
                ends && self
                    .book
                    .cover(row, cover, &cause(Input::Acknowledge, reason), out)
            }
            AlarmAct::Suppress { reason } => {
                let cover = cover(CoverKind::Suppressed, None, false, reason);
                self.book
                    .cover(row, cover, &cause(Input::Acknowledge, reason), out)
            }
            AlarmAct::OutOfService { reason } => {
                let cover = cover(CoverKind::OutOfService, None, false, reason);
                self.book
                    .cover(row, cover, &cause(Input::Acknowledge, reason), out)
            }
            AlarmAct::Unshelve => self.book.uncover(row, CoverKind::Shelved, &lift, out),
            AlarmAct::Unsuppress => self.book.uncover(row, CoverKind::Suppressed, &lift, out),
            AlarmAct::InService => self.book.uncover(row, CoverKind::OutOfService, &lift, out),
        }
    }

    /// The latest value of what an alarm watches, or the one that raised it.
    fn latest(&self, active: &Active) -> (Value, Quality) {
        let owner = match active.key.point {
            Some(point) => self.points.get(&point),
            None => self.devices.get(&active.key.device),
        };
        owner
            .filter(|owner| owner.last_at.is_some() && !owner.value.is_null())
            .map_or_else(
                || (active.value.clone(), active.quality),
                |owner| (owner.value.clone(), owner.quality),
            )
    }
}
