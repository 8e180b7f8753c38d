//! Groups of alarms: their settings, who belongs to them, who leads.

use std::fmt::Write;

use hearthline_alarm::expression;
use hearthline_model::{AlarmGroup, AlarmKey, DeviceId, GroupLeader, HOUR, PointDesc, PointId};

use super::Pipeline;
use super::alarm_rules::{GROUPS, MOST};
use super::edits::with_ids;
use crate::clock;
use crate::error::Error;
use crate::view::{AlarmGroupView, GroupMember};
use crate::world::World;

/// Characters of a group's name.
const LONGEST_NAME: usize = 100;
/// Members of a group that are named.
const MEMBERS: usize = 200;

impl Pipeline {
    /// All groups that have settings or that a condition names.
    pub(super) fn groups_view(&self, world: &World) -> Vec<AlarmGroupView> {
        let mut all: Vec<AlarmGroupView> = Vec::new();
        let view = |group: &AlarmGroup, set| AlarmGroupView {
            group: group.clone(),
            set,
            leads: self.alarms.group_leads(&group.name),
            members: Vec::new(),
            count: 0,
        };
        for group in &self.alarm_setup.groups {
            let mut shown = view(group, true);
            if let GroupLeader::Expression { formula } = &mut shown.group.leader {
                *formula = with_point_names(world, formula);
            }
            all.push(shown);
        }
        for alarm in self.alarms.grouped() {
            let known = all.iter().position(|it| it.group.name == alarm.group);
            let at = known.unwrap_or_else(|| {
                let usual = AlarmGroup {
                    name: alarm.group.clone(),
                    window: hearthline_alarm::WINDOW,
                    leader: GroupLeader::Nobody,
                };
                all.push(view(&usual, false));
                all.len() - 1
            });
            let group = &mut all[at];
            group.count += 1;
            if group.members.len() < MEMBERS {
                group.members.push(GroupMember {
                    key: alarm.key.clone(),
                    text: alarm.text.clone(),
                    device_name: world.alarm_context(alarm.key.device).0,
                    state: alarm.state,
                });
            }
        }
        for group in &mut all {
            let by_name = |it: &GroupMember| (it.device_name.clone(), it.text.clone());
            group.members.sort_by_key(by_name);
        }
        all.sort_by_key(|group| group.group.name.to_lowercase());
        all
    }

    /// Keeps settings of groups and puts them in force.
    ///
    /// # Errors
    /// Where one makes no sense, two have one name, there are too many, or the file refuses.
    pub fn set_alarm_groups(&mut self, mut groups: Vec<AlarmGroup>) -> Result<(), Error> {
        if groups.len() > MOST {
            return Err(Error::Invalid(format!("at most {MOST} groups have settings")));
        }
        for group in &mut groups {
            group.name = group.name.trim().to_owned();
            if let GroupLeader::Expression { formula } = &mut group.leader {
                let world = self.shared.world();
                *formula = with_ids(formula, &|name| point_called(&world, name));
            }
        }
        for (at, group) in groups.iter().enumerate() {
            self.check_group(group)?;
            if groups[..at].iter().any(|before| before.name == group.name) {
                return Err(Error::Invalid(format!("two groups are called “{}”", group.name)));
            }
        }
        self.keep(GROUPS, &groups)?;
        self.alarm_setup.groups = groups;
        self.lead_groups();
        Ok(())
    }

    fn check_group(&self, group: &AlarmGroup) -> Result<(), Error> {
        let invalid = |text: String| Err(Error::Invalid(text));
        if group.name.is_empty() || group.name.chars().count() > LONGEST_NAME {
            return invalid(format!(
                "give the group a name of at most {LONGEST_NAME} characters"
            ));
        }
        if !(0..=HOUR).contains(&group.window) {
            return invalid("what follows the first alarm of a group follows within an hour".into());
        }
        match &group.leader {
            GroupLeader::Alarm { key } if !self.alarms.knows(key) => {
                invalid("the alarm that is to lead the group is not there any more; choose another".into())
            }
            GroupLeader::Expression { formula } => {
                let program = expression::Program::read(formula);
                let program = program.map_err(|fault| Error::Invalid(fault.0))?;
                if program.points().is_empty() {
                    return invalid(
                        "the expression names no point; write its device and name, as in {Line/State}".into(),
                    );
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Alarms that lead groups have other keys from now on.
    pub(super) fn leaders_moved(&mut self, keys: &[(AlarmKey, AlarmKey)]) {
        let mut groups = self.alarm_setup.groups.clone();
        let mut changed = false;
        for group in &mut groups {
            if let GroupLeader::Alarm { key } = &mut group.leader
                && let Some((_, new)) = keys.iter().find(|(old, _)| old == key)
            {
                key.clone_from(new);
                changed = true;
            }
        }
        if !changed {
            return;
        }
        if let Err(error) = self.keep(GROUPS, &groups) {
            tracing::error!(message = "the leader of a group could not be kept", %error);
        }
        self.alarm_setup.groups = groups;
        self.lead_groups();
    }

    /// Puts the groups' settings in force.
    pub(super) fn lead_groups(&mut self) {
        let now = clock::now();
        self.alarms
            .set_groups(&self.alarm_setup.groups, now, &mut self.entries);
        self.tell_what_is_read(now);
    }
}

/// The point that `Device/Point` names; a device alone names its main point.
fn point_called(world: &World, name: &str) -> Option<PointId> {
    let name = name.trim();
    if name.starts_with('#') {
        return None;
    }
    world
        .points()
        .find(|(_, device, desc)| full_name(world, *device, desc).eq_ignore_ascii_case(name))
        .map(|(id, ..)| id)
}

fn full_name(world: &World, device: DeviceId, desc: &PointDesc) -> String {
    let (device, ..) = world.alarm_context(device);
    let own = if desc.name.is_empty() {
        &desc.key
    } else {
        &desc.name
    };
    format!("{device}/{own}")
}

/// `{#12}` as `{Filler/State}`, where that names the point alone.
fn with_point_names(world: &World, formula: &str) -> String {
    let mut out = String::with_capacity(formula.len());
    let mut rest = formula;
    while let Some((before, after)) = rest.split_once("{#") {
        out.push_str(before);
        let Some((number, behind)) = after.split_once('}') else {
            out.push_str("{#");
            rest = after;
            continue;
        };
        let point = number.trim().parse().ok().map(PointId);
        let named = point.and_then(|point| {
            let (desc, device) = world.point_desc(point)?;
            let name = full_name(world, device, desc);
            let sound = !name.contains(['{', '}']) && point_called(world, &name) == Some(point);
            sound.then_some(name)
        });
        let name = named.unwrap_or_else(|| format!("#{number}"));
        let _ = write!(out, "{{{name}}}"); // writing to a string does not fail
        rest = behind;
    }
    out.push_str(rest);
    out
}
