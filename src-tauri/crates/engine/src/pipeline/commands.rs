//! The way back: a write to a point, and what becomes of it.

use std::sync::atomic::Ordering;

use hearthline_model::{
    Command, CommandId, CommandOutcome, CommandRecord, Kind, Micros, PointDesc, PointId, SECOND, Sample,
    Value,
};

use super::Pipeline;
use crate::clock;
use crate::error::Error;
use crate::view::CommandView;

/// A device has so long to confirm.
const PATIENCE: Micros = 10 * SECOND;
/// Commands of this run that are held for the window.
const SHOWN: usize = 500;

/// A command on its way.
pub(super) struct Pending {
    record: CommandRecord,
    deadline: Micros,
    /// Any word of the point confirms: what is sent differs from what is read (`open` → `opening`).
    any: bool,
}

impl Pipeline {
    /// Sends a command; the answer tells how far it has come by now.
    ///
    /// # Errors
    /// Where the point is unknown or the journal cannot be written.
    pub fn command(&mut self, command: &Command) -> Result<CommandView, Error> {
        let now = clock::now();
        let (desc, old) = {
            let world = self.shared.world();
            let (desc, _) = world.point_desc(command.point).ok_or(Error::NotFound("point"))?;
            let old = self.shared.live().latest(command.point);
            (std::sync::Arc::clone(desc), old)
        };
        let mut record = CommandRecord {
            id: CommandId(0),
            point: command.point,
            asked_at: now,
            changed_at: now,
            old: old.map(|latest| latest.value).unwrap_or_default(),
            asked: command.value.clone(),
            confirmed: Value::Null,
            outcome: CommandOutcome::Asked,
        };
        record.id = self.store.new_command(&record)?;
        record.outcome = match self.send(command, now) {
            Ok(()) if confirms_itself(&desc) => CommandOutcome::Confirmed,
            Ok(()) => CommandOutcome::Sent,
            Err(reason) => CommandOutcome::Refused(reason),
        };
        record.changed_at = clock::now();
        // It is on its way: whoever asked must not be told that it failed because the journal cannot be written.
        self.shared
            .persist(&mut self.store, |store| store.save_command(&record));
        let view = view(&record);
        self.shared.commands().push(view.clone());
        if record.outcome == CommandOutcome::Sent {
            while let Some(index) = self
                .pending
                .iter()
                .position(|pending| pending.record.point == command.point)
            {
                let mut former = self.pending.swap_remove(index);
                former.record.outcome = CommandOutcome::Refused("a newer command took its place".into());
                self.end(former.record, now);
            }
            self.pending.push(Pending {
                deadline: now + PATIENCE,
                any: desc
                    .command
                    .as_ref()
                    .is_some_and(|how| !how.options.is_empty() && !read_as_sent(&desc, &command.value)),
                record,
            });
        }
        self.shown();
        Ok(view)
    }

    fn send(&mut self, command: &Command, now: Micros) -> Result<(), String> {
        let &(broker, ix) = self.points.get(&command.point).ok_or_else(|| {
            "the device has not been heard of since Hearthline started; wait for its next message".to_owned()
        })?;
        let intake = self
            .intakes
            .get_mut(&broker)
            .ok_or_else(|| "its broker was removed".to_owned())?;
        let publishes = intake
            .decoder
            .command(ix, &command.value, now)
            .map_err(|error| error.to_string())?;
        let source = intake
            .source
            .as_ref()
            .ok_or_else(|| "its broker is switched off; switch it on in the settings".to_owned())?;
        for publish in publishes {
            source.publish(publish)?;
        }
        Ok(())
    }

    /// Whether a command to this point waits for its word.
    pub(super) fn awaits(&self, point: PointId) -> bool {
        self.pending.iter().any(|pending| pending.record.point == point)
    }

    /// A value arrived: it may confirm what was asked.
    pub(super) fn confirm(&mut self, sample: &Sample, now: Micros) {
        let Some(index) = self.pending.iter().position(|pending| {
            pending.record.point == sample.point
                && (pending.any || same(&pending.record.asked, &sample.value))
        }) else {
            return;
        };
        let mut pending = self.pending.swap_remove(index);
        pending.record.confirmed = sample.value.clone();
        pending.record.outcome = CommandOutcome::Confirmed;
        self.end(pending.record, now);
    }

    /// Ends commands that nobody confirmed in time.
    pub(super) fn time_out(&mut self, now: Micros) {
        while let Some(index) = self.pending.iter().position(|pending| pending.deadline <= now) {
            let mut pending = self.pending.swap_remove(index);
            pending.record.outcome = CommandOutcome::TimedOut;
            self.end(pending.record, now);
        }
    }

    fn end(&mut self, mut record: CommandRecord, now: Micros) {
        record.changed_at = now;
        self.shared
            .persist(&mut self.store, |store| store.save_command(&record));
        if let Some(shown) = self
            .shared
            .commands()
            .iter_mut()
            .rev()
            .find(|shown| shown.id == record.id)
        {
            *shown = view(&record);
        }
        self.shown();
    }

    fn shown(&self) {
        let mut commands = self.shared.commands();
        let surplus = commands.len().saturating_sub(SHOWN);
        commands.drain(..surplus);
        self.shared.commands_rev.fetch_add(1, Ordering::Relaxed);
    }
}

/// A record as the window sees it.
pub fn view(record: &CommandRecord) -> CommandView {
    CommandView {
        id: record.id,
        point: record.point,
        asked_at: record.asked_at,
        changed_at: record.changed_at,
        old: record.old.clone(),
        asked: record.asked.clone(),
        confirmed: record.confirmed.clone(),
        outcome: record.outcome.clone(),
    }
}

/// No state ever comes back.
fn confirms_itself(desc: &PointDesc) -> bool {
    desc.kind == Kind::Action || desc.command.as_ref().is_some_and(|how| how.optimistic)
}

/// Whether what is sent is also what is read afterwards.
fn read_as_sent(desc: &PointDesc, asked: &Value) -> bool {
    asked
        .as_text()
        .is_none_or(|text| desc.options.iter().any(|option| option == text))
}

/// Whether a reported value is the one asked for; numbers may come back rounded.
fn same(asked: &Value, reported: &Value) -> bool {
    match (asked, reported) {
        (Value::Text(asked), Value::Text(reported)) => asked.eq_ignore_ascii_case(reported),
        _ => match (asked.as_f64(), reported.as_f64()) {
            (Some(asked), Some(reported)) => (asked - reported).abs() <= 0.005 * asked.abs().max(1.0),
            _ => asked == reported,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_number_and_another_case_confirm_and_another_value_does_not() {
        assert!(same(&Value::Float(21.5), &Value::Float(21.499)));
        assert!(same(&Value::Int(1), &Value::Bool(true)));
        assert!(same(&Value::text("Heat"), &Value::text("heat")));
        assert!(!same(&Value::Float(21.5), &Value::Float(21.0)));
        assert!(!same(&Value::text("heat"), &Value::Null));
    }
}
