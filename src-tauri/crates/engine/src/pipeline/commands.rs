//! The way back: a write to a point, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hearthline_history::Store;
use hearthline_model::{
    Command, CommandId, CommandOutcome, CommandRecord, DeviceId, Kind, Micros, PointDesc, PointId, Role,
    SECOND, Sample, Value,
};

use super::Pipeline;
use super::held::{COMMANDS, Unwritten};
use super::outcome::{self, Word};
use crate::clock;
use crate::error::Error;
use crate::view::CommandView;

/// A device has so long to say anything.
const PATIENCE: Micros = 10 * SECOND;
/// One that is on its way has so long for its next word.
const PATIENCE_UNDER_WAY: Micros = 120 * SECOND;
/// Commands of this run that are held for the window.
const SHOWN: usize = 500;
/// What the journal says was asked of a point that holds a secret.
const SECRET: &str = "••••";

/// From here on ids are given out while history cannot be written.
const FIRST_PROVISIONAL: u32 = 1 << 31;
/// Commands of the last run that may still have been under way: those of its last moments.
const LAST_RUN: usize = 1_000;

/// Whether a command has no lasting id yet.
pub(super) fn is_provisional(id: CommandId) -> bool {
    id.0 >= FIRST_PROVISIONAL
}

/// A command on its way.
pub(super) struct Pending {
    record: CommandRecord,
    deadline: Micros,
    /// The point that was written.
    desc: Arc<PointDesc>,
    /// What was asked, which the journal is not told where it is a secret.
    asked: Value,
    /// The point whose word counts: itself, or where it has none the one beside it that tells what the device does.
    feedback: PointId,
    /// A point beside it whose changes show that the device is on its way, and its value before.
    moves: Option<(PointId, Value)>,
}

impl Pending {
    /// Has its lasting id now.
    pub(super) fn renumber(&mut self, from: CommandId, to: CommandId) {
        if self.record.id == from {
            self.record.id = to;
        }
    }

    /// The clock moved.
    pub(super) fn moved(&mut self, by: Micros) {
        self.deadline = self.deadline.saturating_add(by);
    }
}

impl Pipeline {
    /// Sends a command; the answer tells how far it has come by now.
    ///
    /// # Errors
    /// Where the point is unknown or the journal cannot be written.
    pub fn command(&mut self, command: &Command) -> Result<CommandView, Error> {
        let now = clock::now();
        let (desc, old, feedback, moves) = {
            let world = self.shared.world();
            let (desc, device) = world.point_desc(command.point).ok_or(Error::NotFound("point"))?;
            let beside = |role: Role| {
                world.points_of(device).iter().copied().find(|id| {
                    *id != command.point
                        && world.point_desc(*id).is_some_and(|(other, _)| {
                            other.role == role && !desc.entity.is_empty() && other.entity == desc.entity
                        })
                })
            };
            let feedback = (desc.role == Role::Task && outcome::is_way(&command.value))
                .then(|| beside(Role::Activity))
                .flatten();
            let moves = (desc.role == Role::OpenClose)
                .then(|| beside(Role::Position))
                .flatten();
            let live = self.shared.live();
            let value = |id| live.latest(id).map(|latest| latest.value).unwrap_or_default();
            (
                Arc::clone(desc),
                value(feedback.unwrap_or(command.point)),
                feedback,
                moves.map(|id| (id, value(id))),
            )
        };
        let mut record = CommandRecord {
            id: CommandId(0),
            point: command.point,
            asked_at: now,
            changed_at: now,
            old: kept(&desc, old),
            asked: kept(&desc, command.value.clone()),
            confirmed: Value::Null,
            outcome: CommandOutcome::Asked,
        };
        record.id = self.command_id(&record)?;
        // What it does already it will not say anew.
        let already = feedback.is_some()
            && outcome::judge(&desc, &command.value, &Value::Null, &record.old) == Word::There;
        record.outcome = match self.send(command, now) {
            Ok(()) if already || (feedback.is_none() && confirms_itself(&desc)) => CommandOutcome::Confirmed,
            Ok(()) => CommandOutcome::Sent,
            Err(reason) => CommandOutcome::Refused(reason),
        };
        record.changed_at = clock::now();
        // It is on its way: whoever asked must not be told that it failed because the journal cannot be written.
        self.keep_command(&record);
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
                feedback: feedback.unwrap_or(command.point),
                moves,
                desc,
                asked: command.value.clone(),
                record,
            });
        }
        self.shown();
        Ok(view)
    }

    /// A lasting id, or one that serves until history can be written.
    fn command_id(&mut self, record: &CommandRecord) -> Result<CommandId, Error> {
        match self
            .held
            .write(&mut self.store, |store| store.new_command(record))
        {
            Ok(id) => Ok(id),
            Err(Unwritten::Waits) if self.held.commands.len() < COMMANDS => {
                self.provisional = self.provisional.wrapping_add(1) % FIRST_PROVISIONAL;
                Ok(CommandId(FIRST_PROVISIONAL + self.provisional))
            }
            Err(Unwritten::Waits) => Err(Error::Invalid(format!(
                "{COMMANDS} commands wait to be written into the journal, and more are not taken; mend what is told at the top of the \
                 window first"
            ))),
            Err(Unwritten::Refused) => Err(Error::Invalid(
                "the command was not sent, because the history file refuses to keep it; look into the log"
                    .into(),
            )),
        }
    }

    /// Brings the journal up to date, now or once that is possible.
    fn keep_command(&mut self, record: &CommandRecord) {
        let waits = is_provisional(record.id)
            || self
                .held
                .write(&mut self.store, |store| store.save_command(record))
                == Err(Unwritten::Waits);
        if !waits {
            return;
        }
        match self.held.commands.iter_mut().find(|known| known.id == record.id) {
            Some(known) => known.clone_from(record),
            None => self.held.commands.push(record.clone()),
        }
    }

    /// Commands that were under way when the last run ended: what became of them, nobody knows.
    ///
    /// # Errors
    /// Where the file is damaged. That it cannot be written is none: the next start tries again.
    pub(super) fn end_commands_of_last_run(store: &mut Store) -> Result<(), hearthline_history::Error> {
        for mut record in store.reader()?.commands(None, LAST_RUN)? {
            if matches!(
                record.outcome,
                CommandOutcome::Asked | CommandOutcome::Sent | CommandOutcome::Accepted
            ) {
                record.outcome =
                    CommandOutcome::Unknown("Hearthline was closed before the device answered".into());
                record.changed_at = clock::now();
                if let Err(error) = store.save_command(&record) {
                    tracing::warn!(message = "the journal of commands stays as it was", %error);
                    break;
                }
            }
        }
        Ok(())
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
            .coded_command(ix, &command.value, command.code.as_ref(), now)
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

    /// Whether a command waits for the word of this point.
    pub(super) fn awaits(&self, point: PointId) -> bool {
        self.pending.iter().any(|pending| {
            pending.feedback == point || pending.moves.as_ref().is_some_and(|(moves, _)| *moves == point)
        })
    }

    /// A value arrived: it may say what becomes of what was asked.
    pub(super) fn confirm(&mut self, sample: &Sample, now: Micros) {
        for index in (0..self.pending.len()).rev() {
            let pending = &mut self.pending[index];
            let word = if pending.feedback == sample.point {
                outcome::judge(&pending.desc, &pending.asked, &pending.record.old, &sample.value)
            } else {
                match &mut pending.moves {
                    Some((point, before)) if *point == sample.point && *before != sample.value => {
                        before.clone_from(&sample.value);
                        Word::OnItsWay
                    }
                    _ => continue,
                }
            };
            match word {
                Word::Nothing => {}
                Word::OnItsWay => self.on_its_way(index, sample.value.clone(), now),
                Word::There => self.finish(index, sample.value.clone(), CommandOutcome::Confirmed, now),
                Word::Cannot(reason) => {
                    self.finish(
                        index,
                        sample.value.clone(),
                        CommandOutcome::Refused(reason.into()),
                        now,
                    );
                }
            }
        }
    }

    /// The device took what was asked of a point.
    pub(super) fn accepted(&mut self, point: PointId, value: &Value, now: Micros) {
        let taken = |pending: &Pending| {
            pending.record.point == point
                && outcome::judge(&pending.desc, &pending.asked, &Value::Null, value) == Word::There
        };
        if let Some(index) = self.pending.iter().position(taken) {
            self.on_its_way(index, Value::Null, now);
        }
    }

    /// A device did not do what it was asked last.
    pub(super) fn refused(&mut self, device: DeviceId, reason: &str, now: Micros) {
        let newest = {
            let world = self.shared.world();
            let of_device = |pending: &Pending| {
                pending.record.outcome == CommandOutcome::Sent
                    && world
                        .point_desc(pending.record.point)
                        .is_some_and(|(_, of)| of == device)
            };
            let all = self.pending.iter().enumerate();
            all.filter(|(_, pending)| of_device(pending))
                .max_by_key(|(_, pending)| pending.record.id)
                .map(|(index, _)| index)
        };
        if let Some(index) = newest {
            self.finish(
                index,
                Value::Null,
                CommandOutcome::Refused(reason.to_owned()),
                now,
            );
        }
    }

    fn on_its_way(&mut self, index: usize, reported: Value, now: Micros) {
        let pending = &mut self.pending[index];
        pending.deadline = now + PATIENCE_UNDER_WAY;
        pending.record.confirmed = kept(&pending.desc, reported);
        // Each step of the way is no line of the journal.
        if pending.record.outcome != CommandOutcome::Accepted {
            pending.record.outcome = CommandOutcome::Accepted;
            let record = pending.record.clone();
            self.end(record, now);
        }
    }

    fn finish(&mut self, index: usize, reported: Value, outcome: CommandOutcome, now: Micros) {
        let Pending { mut record, desc, .. } = self.pending.swap_remove(index);
        record.confirmed = kept(&desc, reported);
        record.outcome = outcome;
        self.end(record, now);
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
        self.keep_command(&record);
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

/// What the journal keeps of a value: of a password, only that there was one.
fn kept(desc: &PointDesc, value: Value) -> Value {
    let secret = desc.kind == Kind::Text && desc.hidden && desc.transient;
    if secret && !value.is_null() {
        Value::text(SECRET)
    } else {
        value
    }
}
