//! The sender: a thread that takes what waits and has it delivered.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender as Back, TryRecvError};
use std::time::{Duration, Instant};

use hearthline_history::{OutRow, Outbox, Step};
use hearthline_model::{AlarmId, AlarmState, Channel, ChannelId, DAY, MINUTE, Micros, SECOND, Target};
use hearthline_reach::{
    Context, Due, Escalations, Looked, Message, Note, Open, Pace, Progress, Row, Told, What, backoff,
    is_quiet, note_of, plan,
};
use tokio::runtime::Handle;

use super::{Kept, Undelivered, Wake, deliver};
use crate::clock;
use crate::pipeline::device_class;
use crate::shared::Shared;
use crate::view::AlarmView;

/// How often quiet hours, escalations and waits are looked at.
const TICK: Duration = Duration::from_millis(500);
/// How long the end waits for what is under way.
const GOODBYE: Duration = Duration::from_secs(3);
/// Rows that wait for a channel at the most; the oldest go.
const MOST_ROWS: usize = 10_000;
/// Rows looked at at once.
const LOOK: usize = 5_000;
/// After so long nobody needs to be told any more.
const OLDEST: Micros = DAY;
/// How often what is too old goes.
const PRUNE: Micros = MINUTE;

/// A channel's side of the sender. Times are of the clock that runs evenly.
struct Lane {
    channel: Channel,
    pace: Pace,
    /// Rows of the message under way.
    under_way: Option<Vec<u64>>,
    /// Delivered, and not noted yet.
    unnoted: Vec<u64>,
    failures: u32,
    /// Not before; none: when something happens.
    next: Option<Micros>,
    /// After a failure nothing else may wake it.
    waits: bool,
}

impl Lane {
    fn new(channel: Channel) -> Self {
        Self {
            channel,
            pace: Pace::new(clock::steady()),
            under_way: None,
            unnoted: Vec::new(),
            failures: 0,
            next: Some(0),
            waits: false,
        }
    }

    /// Rows came: they go with what waits for its moment already.
    fn more(&mut self) {
        if self.next.is_none() {
            self.next = Some(0);
        }
    }

    /// What was held back may go now.
    fn wake(&mut self) {
        if !self.waits {
            self.next = Some(0);
        }
    }
}

/// Works until [`Wake::Stop`] or until nobody can wake it any more.
pub fn run(
    shared: &Arc<Shared>,
    outbox: Outbox,
    runtime: &Handle,
    back: &Back<Wake>,
    woken: &Receiver<Wake>,
) {
    let restored = outbox.escalations().unwrap_or_default().into_iter();
    let mut sender = Sender {
        escalations: Escalations::restore(restored.map(|step| {
            let Step {
                alarm,
                raised_at,
                since,
                steps,
            } = step;
            (
                alarm,
                Progress {
                    raised_at,
                    since,
                    steps,
                },
            )
        })),
        shared: Arc::clone(shared),
        outbox,
        runtime: runtime.clone(),
        back: back.clone(),
        lanes: BTreeMap::new(),
        kept: Arc::default(),
        quiet: false,
        pruned: 0,
        alarms_rev: None,
        escalated: 0,
    };
    sender.take_settings();
    loop {
        let mut next = woken.recv_timeout(TICK).map_err(|_| TryRecvError::Empty);
        while let Ok(wake) = next {
            match wake {
                Wake::Rows => sender.lanes.values_mut().for_each(Lane::more),
                Wake::Settings => sender.take_settings(),
                Wake::Done(channel, result) => sender.done(channel, &result),
                Wake::Stop => return sender.end(woken),
            }
            next = woken.try_recv();
        }
        if shared.stopping.load(Ordering::Relaxed) {
            return sender.end(woken);
        }
        // What cannot be noted as sent would be sent again and again.
        if shared.read_only.load(Ordering::Relaxed) || sender.outbox.reopen().is_err() {
            continue;
        }
        sender.look();
    }
}

struct Sender {
    shared: Arc<Shared>,
    outbox: Outbox,
    runtime: Handle,
    back: Back<Wake>,
    lanes: BTreeMap<ChannelId, Lane>,
    kept: Arc<Kept>,
    escalations: Escalations,
    quiet: bool,
    pruned: Micros,
    alarms_rev: Option<u32>,
    /// When escalations were last looked at.
    escalated: Micros,
}

impl Sender {
    fn take_settings(&mut self) {
        self.kept = self.shared.reach.kept();
        let enabled = self.kept.channels.iter().filter(|(_, channel)| channel.enabled);
        let known: Vec<ChannelId> = enabled.clone().map(|(id, _)| *id).collect();
        self.lanes.retain(|id, _| known.contains(id));
        for (id, channel) in enabled {
            let lane = self
                .lanes
                .entry(*id)
                .or_insert_with(|| Lane::new(channel.clone()));
            // What was changed may work now.
            lane.channel = channel.clone();
            lane.waits = false;
            lane.next = Some(0);
            if let Some(state) = self.shared.reach.states().get_mut(id) {
                state.error.clear();
                state.retry_at = None;
            }
        }
        self.shared.reach.states().retain(|id, _| known.contains(id));
        self.alarms_rev = None;
        self.count();
    }

    /// Everything that time or events have brought.
    fn look(&mut self) {
        let (now, steady) = (clock::now(), clock::steady());
        let quiet = is_quiet(&self.kept.rules.quiet, now + clock::wall_offset(now));
        if quiet != self.quiet {
            self.quiet = quiet;
            self.shared.reach.set_quiet(quiet);
            self.count();
            self.lanes.values_mut().for_each(Lane::wake);
        }
        if self.escalate(now) {
            self.lanes.values_mut().for_each(Lane::more);
        }
        let due: Vec<ChannelId> = self
            .lanes
            .iter()
            .filter(|(_, lane)| lane.under_way.is_none() && lane.next.is_some_and(|next| next <= steady))
            .map(|(id, _)| *id)
            .collect();
        let pruning = steady - self.pruned >= PRUNE;
        if due.is_empty() && !pruning {
            return;
        }
        if pruning {
            self.pruned = steady;
            self.prune(now);
        }
        for id in due {
            if let Err(error) = self.serve(id, now, steady) {
                tracing::warn!(message = "the outbox cannot be read or written", %error);
                if let Some(lane) = self.lanes.get_mut(&id) {
                    lane.next = Some(steady + 5 * SECOND);
                }
            }
        }
        self.count();
    }

    /// Looks at what waits for a channel, and has something delivered where that is due.
    fn serve(&mut self, id: ChannelId, now: Micros, steady: Micros) -> Result<(), hearthline_history::Error> {
        let quiet = self.quiet;
        let Some(lane) = self.lanes.get_mut(&id) else {
            return Ok(());
        };
        lane.waits = false;
        if !lane.unnoted.is_empty() {
            self.outbox.delivered(&lane.unnoted)?;
            lane.unnoted.clear();
        }
        let mut broken = Vec::new();
        let rows: Vec<Row> = self
            .outbox
            .rows(id, LOOK)?
            .into_iter()
            .filter_map(|row| {
                let Ok(note) = serde_json::from_str::<Note>(&row.note) else {
                    broken.push(row.id);
                    return None;
                };
                Some(Row {
                    id: row.id,
                    at: row.at,
                    held: row.held,
                    message: row.message,
                    note,
                })
            })
            .collect();
        let waiting = OnceCell::new();
        let shared = &self.shared;
        let waits = |note: &Note| {
            let waiting: &HashSet<(AlarmId, Micros)> = waiting.get_or_init(|| {
                let alarms = shared.alarms();
                let open = alarms.alarms.iter().filter(|alarm| alarm.state.waits());
                open.map(|alarm| (alarm.id, alarm.raised_at)).collect()
            });
            waiting.contains(&(note.alarm, note.raised_at))
        };
        let planned = plan(&lane.channel, &rows, quiet, &waits, now);
        let ready = lane.pace.next(steady);
        let claim = ready <= steady && !planned.send.is_empty();
        let dropped: Vec<u64> = planned.drop.iter().chain(&broken).copied().collect();
        let send: &[u64] = if claim { &planned.send } else { &[] };
        if !(planned.hold.is_empty() && dropped.is_empty() && send.is_empty()) {
            self.outbox.decide(&planned.hold, &dropped, send)?;
        }
        lane.next = planned.next.map(|next| steady + (next - now).max(0));
        if !claim {
            if !planned.send.is_empty() {
                lane.next = Some(ready);
            }
            return Ok(());
        }
        let mut notes: BTreeMap<u64, Note> = rows.into_iter().map(|row| (row.id, row.note)).collect();
        let told: Vec<(u64, Note)> = planned
            .send
            .iter()
            .filter_map(|id| notes.remove_entry(id))
            .collect();
        let message = Message::of(&self.kept.prefix(), told, planned.was_quiet, &clock::wall_offset);
        lane.pace.take(steady);
        lane.under_way = Some(planned.send);
        self.shared.reach.states().entry(id).or_default().sending = true;
        let secret = self
            .shared
            .reach
            .secrets()
            .get(&id)
            .map(|secret| secret.text.clone());
        let (to, shared, back): (Target, _, _) = (
            lane.channel.to.clone(),
            Arc::clone(&self.shared),
            self.back.clone(),
        );
        self.runtime.spawn(async move {
            let result = deliver(&shared, &to, secret.as_deref(), &message).await;
            // Fails only once the sender has ended.
            let _ = back.send(Wake::Done(id, result));
        });
        Ok(())
    }

    fn done(&mut self, id: ChannelId, result: &Result<(), Undelivered>) {
        let Some(lane) = self.lanes.get_mut(&id) else {
            return;
        };
        let rows = lane.under_way.take().unwrap_or_default();
        let (now, steady) = (clock::now(), clock::steady());
        {
            let mut states = self.shared.reach.states();
            let state = states.entry(id).or_default();
            state.sending = false;
            match result {
                Ok(()) => {
                    state.sent += 1;
                    state.alarms += rows.len() as u64;
                    state.sent_at = Some(now);
                    state.error.clear();
                    state.retry_at = None;
                }
                Err(undelivered) => {
                    lane.failures = lane.failures.saturating_add(1);
                    let least = undelivered.wait.unwrap_or_default();
                    let wait = backoff(lane.failures, rand::random()).max(least);
                    lane.next = Some(steady + wait);
                    lane.waits = true;
                    state.failed += 1;
                    state.error.clone_from(&undelivered.text);
                    state.retry_at = Some(now + wait);
                    tracing::warn!(
                        message = "an alarm was not delivered",
                        channel = lane.channel.name,
                        error = undelivered.text
                    );
                }
            }
        }
        if result.is_ok() {
            lane.failures = 0;
            lane.waits = false;
            lane.next = Some(0);
            lane.unnoted.extend(rows);
            if self.outbox.delivered(&lane.unnoted).is_ok() {
                lane.unnoted.clear();
            }
        }
        self.count();
    }

    fn prune(&mut self, now: Micros) {
        for id in self.lanes.keys() {
            match self.outbox.prune(*id, now - OLDEST, MOST_ROWS) {
                Ok(0) => {}
                Ok(gone) => {
                    tracing::error!(
                        message = "alarms were not delivered in time, or were too many",
                        channel = id.0,
                        gone
                    );
                    self.shared.reach.states().entry(*id).or_default().dropped += gone as u64;
                }
                Err(error) => tracing::warn!(message = "what is too old stays", %error),
            }
        }
    }

    /// What waits, for the window.
    fn count(&self) {
        let Ok(all) = self.outbox.waits() else { return };
        let mut states = self.shared.reach.states();
        for (id, lane) in &self.lanes {
            let state = states.entry(*id).or_default();
            let waits = all.iter().find(|waits| waits.channel == *id);
            state.waiting = waits.map_or(0, |waits| waits.rows);
            state.held = waits.map_or(0, |waits| waits.held);
            state.quiet = self.quiet && lane.channel.quiet;
        }
        self.shared.status_rev.fetch_add(1, Ordering::Relaxed);
    }

    /// Looks whether somebody else is to be told of what nobody acknowledges; true where that is so.
    fn escalate(&mut self, now: Micros) -> bool {
        let rules = &self.kept.rules.escalation;
        let open: Vec<Open>;
        {
            let alarms = self.shared.alarms();
            let due = self.escalations.next(rules).is_some_and(|next| next <= now);
            // A clock that was set back is looked at as well.
            let fresh = self.alarms_rev == Some(alarms.rev) && now >= self.escalated;
            if fresh && !due {
                return false;
            }
            self.alarms_rev = Some(alarms.rev);
            self.escalated = now;
            let waits = |alarm: &&AlarmView| {
                !alarm.demo
                    && matches!(
                        alarm.state,
                        AlarmState::Unacknowledged | AlarmState::LatchedUnacknowledged
                    )
            };
            open = alarms
                .alarms
                .iter()
                .filter(waits)
                .map(|alarm| Open {
                    alarm: alarm.id,
                    raised_at: alarm.raised_at,
                    priority: alarm.priority,
                })
                .collect();
        }
        let before = self.escalations.clone();
        let looked = self.escalations.look(&open, rules, now);
        if looked == Looked::default() {
            return false;
        }
        let rows = self.escalated_rows(&looked.due, now);
        let changed: Vec<Step> = looked
            .changed
            .iter()
            .map(|(alarm, progress)| Step {
                alarm: *alarm,
                raised_at: progress.raised_at,
                since: progress.since,
                steps: progress.steps,
            })
            .collect();
        if let Err(error) = self.outbox.escalate(&rows, &changed, &looked.over) {
            tracing::warn!(message = "an escalation cannot be kept, and is tried again", %error);
            self.escalations = before;
            self.alarms_rev = None;
            return false;
        }
        !rows.is_empty()
    }

    fn escalated_rows(&self, due: &[Due], now: Micros) -> Vec<OutRow> {
        let mut rows = Vec::new();
        if due.is_empty() {
            return rows;
        }
        let world = self.shared.world();
        let alarms = self.shared.alarms();
        let by_id: BTreeMap<AlarmId, &AlarmView> =
            alarms.alarms.iter().map(|alarm| (alarm.id, alarm)).collect();
        for due in due {
            let Some(alarm) = by_id.get(&due.alarm) else {
                continue;
            };
            let point = alarm.point.and_then(|point| world.point_desc(point));
            let note = escalated_note(alarm, point.map_or("", |(desc, _)| device_class(desc)), now);
            let Ok(note) = serde_json::to_string(&note) else {
                continue;
            };
            for channel in due.channels.iter().filter(|id| self.lanes.contains_key(id)) {
                rows.push(OutRow {
                    channel: *channel,
                    at: now,
                    note: note.clone(),
                });
            }
        }
        rows
    }

    /// Waits a moment for what is under way, so that it is not delivered once more at the next start.
    fn end(mut self, woken: &Receiver<Wake>) {
        let end = Instant::now() + GOODBYE;
        while self.lanes.values().any(|lane| lane.under_way.is_some()) {
            let left = end.saturating_duration_since(Instant::now());
            match woken.recv_timeout(left) {
                Ok(Wake::Done(channel, result)) => self.done(channel, &result),
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

fn escalated_note(alarm: &AlarmView, device_class: &str, now: Micros) -> Note {
    let context = Context {
        device: &alarm.device_name,
        place: &alarm.place_name,
        places: &[],
        realm: alarm.realm,
        class: &alarm.class,
        device_class,
        response: &alarm.response,
        unit: alarm.unit.as_deref(),
    };
    let told = Told {
        alarm: alarm.id,
        raised_at: alarm.raised_at,
        priority: alarm.priority,
        text: &alarm.text,
        value: &alarm.value,
        limit: alarm.limit,
        late: alarm.late,
        context: &context,
    };
    note_of(&told, What::Escalated, now)
}
