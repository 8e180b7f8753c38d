//! Groups of alarms: which was first, and what a leader makes of the others.
//!
//! *First-out.* Of a group, the first to be raised is marked; who is raised within the group's window after it is a
//! consequence of it and is not. One that is raised later begins a new round. Time is that of the samples: catch-up data
//! that tells of an earlier one within the window takes the mark over.
//!
//! *A leader* suppresses the others by design (cover G) while it is active, so that forty alarms of a line that stopped are
//! one. It is an alarm (condition true, and not out of service: one that nobody trusts leads nobody) or an expression. Covered
//! are those that are raised when it begins, and who is raised while it leads, just before that line of the journal: one that
//! stays normal gets no line for every stop. When it ends, who is still raised calls as a new one; who was raised and ended
//! meanwhile is normal, for nobody was called by it; who was raised before and has ended waits for its acknowledgement.
//! What a person suppressed stays so. An expression that is unknown changes nothing.

use hearthline_model::{
    AlarmEntry, AlarmGroup, AlarmKey, Cover, CoverKind, GroupLeader, Micros, PointId, SECOND, Value,
};
use rustc_hash::FxHashMap;

use crate::book::{Active, Book, Cause};
use crate::complex::Values;
use crate::cover::is_logic;
use crate::expression::Program;
use crate::state::Input;

/// The window of a group without settings.
pub const WINDOW: Micros = 10 * SECOND;

/// All groups that conditions name or that have settings.
#[derive(Debug, Default)]
pub struct Groups {
    by_name: FxHashMap<String, Group>,
    /// Groups that an alarm leads.
    led_by: FxHashMap<AlarmKey, Vec<String>>,
}

#[derive(Debug)]
struct Group {
    window: Micros,
    leader: GroupLeader,
    program: Option<Program>,
    /// None: not known yet.
    leads: Option<bool>,
    /// The first of the present round, and when it was raised.
    first: Option<(u32, Micros)>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            window: WINDOW,
            leader: GroupLeader::Nobody,
            program: None,
            leads: Some(false),
            first: None,
        }
    }
}

impl Groups {
    /// Names of groups whose leader is an expression that reads a point.
    pub fn reading(&self, point: PointId) -> Vec<String> {
        let reads = |group: &&Group| {
            group
                .program
                .as_ref()
                .is_some_and(|it| it.points().contains(&point))
        };
        let reading = self.by_name.iter().filter(|(_, group)| reads(group));
        reading.map(|(name, _)| name.clone()).collect()
    }

    /// The points that expressions of leaders read.
    pub fn reads(&self) -> Vec<PointId> {
        let programs = self.by_name.values().filter_map(|group| group.program.as_ref());
        programs
            .flat_map(|program| program.points().iter().copied())
            .collect()
    }

    /// Whether a group's leader is active.
    pub fn leads(&self, name: &str) -> bool {
        self.by_name
            .get(name)
            .is_some_and(|group| group.leads == Some(true))
    }
}

impl Book {
    /// Replaces the settings of groups. Leaders that lead no more let go, those that lead already take hold.
    pub fn set_groups(
        &mut self,
        settings: &[AlarmGroup],
        values: &Values,
        now: Micros,
        out: &mut Vec<AlarmEntry>,
    ) {
        let cause = by_logic(now, &Value::Null);
        let known: Vec<(String, GroupLeader)> = self
            .groups
            .by_name
            .iter()
            .map(|(name, group)| (name.clone(), group.leader.clone()))
            .collect();
        for (name, leader) in known {
            let stays = settings
                .iter()
                .any(|group| group.name == name && group.leader == leader);
            if !stays {
                self.lead(&name, false, &cause, out);
            }
        }
        self.groups.led_by.clear();
        let mut before = std::mem::take(&mut self.groups.by_name);
        for settings in settings {
            let known = before.remove(&settings.name);
            let stays = known
                .as_ref()
                .is_some_and(|known| known.leader == settings.leader);
            let program = match &settings.leader {
                GroupLeader::Expression { formula } => Program::read(formula).ok(),
                _ => None,
            };
            let unknown = program.is_some() && !stays;
            let group = Group {
                window: settings.window.max(0),
                leader: settings.leader.clone(),
                leads: if unknown {
                    None
                } else {
                    known.as_ref().and_then(|known| known.leads).or(Some(false))
                },
                program,
                first: known.and_then(|known| known.first),
            };
            if let GroupLeader::Alarm { key } = &settings.leader {
                let led = self.groups.led_by.entry(key.clone()).or_default();
                led.push(settings.name.clone());
            }
            self.groups.by_name.insert(settings.name.clone(), group);
        }
        for settings in settings {
            match &settings.leader {
                GroupLeader::Alarm { key } => {
                    let leads = self.is_leading(key);
                    self.lead(&settings.name, leads, &cause, out);
                }
                GroupLeader::Expression { .. } => self.judge_group(&settings.name, values, now, out),
                GroupLeader::Nobody => {}
            }
        }
    }

    /// Looks again at the expression that leads a group.
    pub fn judge_group(&mut self, name: &str, values: &Values, at: Micros, out: &mut Vec<AlarmEntry>) {
        let Some(program) = self
            .groups
            .by_name
            .get(name)
            .and_then(|group| group.program.as_ref())
        else {
            return;
        };
        if let Some(leads) = program.holds(&Value::Null, &|point| values.get(&point)) {
            self.lead(name, leads, &by_logic(at, &Value::Null), out);
        }
    }

    /// An alarm is about to be raised: it is suppressed first where its group's leader is active. Gives whether it is the first
    /// of its group.
    pub(crate) fn joins_group(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) -> bool {
        let Some(active) = self.get(row).filter(|active| !active.group.is_empty()) else {
            return false;
        };
        let (name, key) = (active.group.clone(), active.key.clone());
        let group = self.groups.by_name.entry(name.clone()).or_default();
        let (first, former) = group.first_out(row, cause.at);
        let led = group.leads == Some(true) && !group.is_led_by(&key);
        if let Some(former) = former
            && let Some(active) = self.get_mut(former)
        {
            active.first = false;
            self.changed(former);
        }
        if led {
            self.suppress(row, &name, cause, out);
        }
        first
    }

    /// What an alarm's change makes of the groups that it leads.
    pub(crate) fn leads_on(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        if self.groups.led_by.is_empty() {
            return;
        }
        let Some(key) = self.get(row).map(|active| active.key.clone()) else {
            return;
        };
        let Some(names) = self.groups.led_by.get(&key).cloned() else {
            return;
        };
        let leads = self.is_leading(&key);
        for name in names {
            self.lead(&name, leads, cause, out);
        }
    }

    /// An alarm has just been told its group, or another one.
    pub(crate) fn regroup(&mut self, row: u32, now: Micros, out: &mut Vec<AlarmEntry>) {
        let Some(active) = self.get(row).filter(|active| is_shown(active)) else {
            return;
        };
        let name = active.group.clone();
        let group = self.groups.by_name.get(&name);
        let is_leader = group.is_some_and(|group| group.is_led_by(&active.key));
        let leads = match group {
            Some(group) if !is_leader => group.leads,
            _ => Some(false),
        };
        let value = active.value.clone();
        let cause = by_logic(now, &value);
        let covered = active.covers.iter().any(is_logic);
        if leads == Some(true) && active.state.is_raised() {
            self.suppress(row, &name, &cause, out);
        } else if leads == Some(false) && covered {
            self.release(row, &cause, out);
        }
    }

    fn is_leading(&self, key: &AlarmKey) -> bool {
        let leader = self.find(key).and_then(|row| self.get(row));
        leader.is_some_and(|active| {
            let trusted = active
                .covers
                .iter()
                .all(|cover| cover.kind != CoverKind::OutOfService);
            trusted && active.state.is_raised()
        })
    }

    fn lead(&mut self, name: &str, leads: bool, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        let Some(group) = self.groups.by_name.get_mut(name) else {
            return;
        };
        if group.leads.replace(leads) == Some(leads) {
            return;
        }
        let leader = key_of(&group.leader).cloned();
        let concerned = |active: &Active| {
            active.group == name
                && leader.as_ref() != Some(&active.key)
                && if leads {
                    active.state.is_raised()
                } else {
                    active.covers.iter().any(is_logic)
                }
        };
        let rows: Vec<u32> = self
            .shown_rows()
            .filter(|(_, active)| concerned(active))
            .map(|(row, _)| row)
            .collect();
        for row in rows {
            if leads {
                self.suppress(row, name, cause, out);
            } else {
                self.release(row, cause, out);
            }
        }
    }

    fn suppress(&mut self, row: u32, name: &str, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        let Some(active) = self.get(row) else { return };
        if active
            .covers
            .iter()
            .any(|cover| cover.kind == CoverKind::Suppressed)
        {
            return;
        }
        let reason = self.reason(name);
        let cover = Cover {
            kind: CoverKind::Suppressed,
            since: cause.at,
            until: None,
            once: false,
            reason: reason.clone(),
            who: String::new(),
        };
        let value = active.value.clone();
        let cause = Cause {
            reason: &reason,
            value: if cause.input == Input::Raise && !active.state.is_raised() {
                cause.value
            } else {
                &value
            },
            who: "",
            ..*cause
        };
        self.cover(row, cover, &cause, out);
    }

    fn release(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        let Some(active) = self.get(row) else { return };
        let value = active.value.clone();
        let cause = Cause {
            reason: "the leader of its group has ended",
            value: &value,
            quality: active.quality,
            who: "",
            ..*cause
        };
        self.uncover(row, CoverKind::Suppressed, &cause, out);
    }

    fn reason(&self, name: &str) -> String {
        let group = self.groups.by_name.get(name);
        let leader = group
            .and_then(|group| key_of(&group.leader))
            .and_then(|key| self.get(self.find(key)?));
        match leader {
            Some(leader) => format!("“{}” leads the group {name}", leader.text),
            None => format!("the expression of the group {name} is true"),
        }
    }
}

impl Group {
    fn is_led_by(&self, key: &AlarmKey) -> bool {
        key_of(&self.leader) == Some(key)
    }

    /// Whether one that is raised at `at` is the first, and who was so far.
    fn first_out(&mut self, row: u32, at: Micros) -> (bool, Option<u32>) {
        match self.first {
            Some((first, since)) if at >= since && at.saturating_sub(since) <= self.window => {
                (first == row, None)
            }
            Some((first, since)) if at < since => {
                if since.saturating_sub(at) > self.window {
                    // Of a round of its own, long before the present one.
                    return (true, None);
                }
                self.first = Some((row, at));
                (true, (first != row).then_some(first))
            }
            _ => {
                self.first = Some((row, at));
                (true, None)
            }
        }
    }
}

fn key_of(leader: &GroupLeader) -> Option<&AlarmKey> {
    match leader {
        GroupLeader::Alarm { key } => Some(key),
        _ => None,
    }
}

fn is_shown(active: &Active) -> bool {
    active.state != hearthline_model::AlarmState::Normal || !active.covers.is_empty()
}

fn by_logic(at: Micros, value: &Value) -> Cause<'_> {
    Cause {
        input: Input::Raise,
        at,
        received: at,
        value,
        quality: hearthline_model::Quality::Good,
        who: "",
        reason: "",
        late: false,
    }
}
