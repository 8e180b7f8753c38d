//! Rules, defaults and groups of alarms: kept in the file, put in force for all points that are known.

use hearthline_alarm::SORTS;
use hearthline_alarm::rules::{Subject, check_rule, fits, names_something};
use hearthline_history::Store;
use hearthline_model::{
    AlarmDefaults, AlarmGroup, AlarmRule, Condition, ConditionKind, DeviceDesc, DeviceId, PointDesc, PointId,
    PointPattern, Realm,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Pipeline;
use super::edits::with_ids;
use super::register::Owner;
use crate::error::Error;
use crate::view::{AlarmRulesView, ConditionOrigin, DefaultSortView, MatchView, RuleCount};
use crate::world::World;

/// Under which names they are kept.
const RULES: &str = "alarm_rules";
const DEFAULTS: &str = "alarm_defaults";
pub(super) const GROUPS: &str = "alarm_groups";
/// Rules, and groups with settings.
pub(super) const MOST: usize = 200;
/// Points that are named of those that match.
const EXAMPLES: usize = 5;

/// A point, what it is called, and a rule's condition for it.
pub type ForPoint = (PointId, String, Condition);

/// What a person set for more than one point.
#[derive(Debug, Default)]
pub struct AlarmSetup {
    pub rules: Vec<AlarmRule>,
    pub defaults: AlarmDefaults,
    pub groups: Vec<AlarmGroup>,
}

impl AlarmSetup {
    /// What an earlier run kept; what cannot be read is left out, which is logged.
    pub fn load(store: &mut Store) -> Result<Self, hearthline_history::Error> {
        Ok(Self {
            rules: read(store, RULES)?,
            defaults: read(store, DEFAULTS)?,
            groups: read(store, GROUPS)?,
        })
    }

    /// Whether a rule names points beside the one that it is for.
    pub fn names_points(&self) -> bool {
        self.rules.iter().any(|rule| {
            let formula = match &rule.condition.kind {
                ConditionKind::Expression { formula } => formula.as_str(),
                _ => "",
            };
            rule.condition.enabled_while.contains('{') || formula.contains('{')
        })
    }
}

fn read<T: DeserializeOwned + Default>(
    store: &mut Store,
    name: &str,
) -> Result<T, hearthline_history::Error> {
    let Some(kept) = store.setting(name)? else {
        return Ok(T::default());
    };
    Ok(serde_json::from_slice(&kept).unwrap_or_else(|error| {
        tracing::error!(message = "kept settings of alarms cannot be read", name, %error);
        T::default()
    }))
}

/// What rules hold patterns against.
pub(super) struct Names {
    device: String,
    place: String,
    realm: Realm,
}

impl Names {
    pub(super) fn of(world: &World, id: DeviceId, desc: &DeviceDesc) -> Self {
        let (device, place, realm, _) = world.alarm_context(id);
        if device.is_empty() {
            // It is being registered just now.
            return Self {
                device: desc.name.clone(),
                place: desc.place.path.join("/"),
                realm: desc.place.realm,
            };
        }
        Self {
            device,
            place: place.replace(" › ", "/"),
            realm,
        }
    }

    pub(super) fn subject<'a>(&'a self, point: &'a PointDesc, device: &'a DeviceDesc) -> Subject<'a> {
        Subject {
            point,
            device,
            device_name: &self.device,
            place: &self.place,
            realm: self.realm,
        }
    }
}

/// A condition with the names of points beside its own replaced by their ids.
pub(super) fn with_names(world: &World, device: DeviceId, mut condition: Condition) -> Condition {
    let beside = || {
        world
            .points_of(device)
            .iter()
            .filter_map(|id| Some((*id, world.point_desc(*id)?.0)))
    };
    let id_of = |name: &str| {
        let same = |other: &str| other.eq_ignore_ascii_case(name.trim());
        beside()
            .find(|(_, desc)| same(&desc.name))
            .or_else(|| beside().find(|(_, desc)| same(&desc.key)))
            .map(|(id, _)| id)
    };
    condition.enabled_while = with_ids(&condition.enabled_while, &id_of);
    if let ConditionKind::Expression { formula } = &mut condition.kind {
        *formula = with_ids(formula, &id_of);
    }
    condition
}

impl Pipeline {
    /// Rules, defaults and groups, with what they are in force for.
    pub fn alarm_rules(&self) -> AlarmRulesView {
        let setup = &self.alarm_setup;
        let mut counts = vec![RuleCount { points: 0, holds: 0 }; setup.rules.len()];
        let mut holding: Vec<u32> = vec![0; SORTS.len()];
        let mut note = |condition: &Condition| {
            if let Some(at) = SORTS.iter().position(|sort| sort.id == condition.source)
                && condition.default
                && !condition.disabled
            {
                holding[at] += 1;
            }
        };
        let world = self.shared.world();
        for device in world.device_ids() {
            let Some(described) = world.device_desc(device) else {
                continue;
            };
            self.device_defaults(described).iter().for_each(&mut note);
            let names = Names::of(&world, device, described);
            for &point in world.points_of(device) {
                let Some((desc, _)) = world.point_desc(point) else {
                    continue;
                };
                let subject = names.subject(desc, described);
                let Some(conditions) = self.conditions_of(point) else {
                    continue;
                };
                conditions.iter().for_each(&mut note);
                for (rule, count) in setup.rules.iter().zip(&mut counts) {
                    count.points += u32::from(fits(&rule.pattern, &subject));
                    let holds = conditions.iter().any(|it| it.source == rule.id && !it.disabled);
                    count.holds += u32::from(holds);
                }
            }
        }
        let defaults = SORTS
            .iter()
            .zip(holding)
            .map(|(sort, holds)| DefaultSortView {
                id: sort.id.into(),
                name: sort.name.into(),
                about: sort.about.into(),
                realm: sort.realm,
                off: setup.defaults.off.iter().any(|off| off == sort.id),
                holds,
            })
            .collect();
        AlarmRulesView {
            rules: setup.rules.clone(),
            counts,
            defaults,
            all_off: setup.defaults.all_off,
            groups: self.groups_view(&world),
        }
    }

    /// Keeps rules and puts them in force.
    ///
    /// # Errors
    /// Where one can never be judged, two have one id, there are too many, or the file refuses.
    pub fn set_alarm_rules(&mut self, mut rules: Vec<AlarmRule>) -> Result<(), Error> {
        if rules.len() > MOST {
            return Err(Error::Invalid(format!("there are at most {MOST} rules")));
        }
        for (at, rule) in rules.iter().enumerate() {
            checked(rule)?;
            if rules[..at].iter().any(|before| before.id == rule.id) {
                return Err(Error::Invalid(format!("two rules have the id \"{}\"", rule.id)));
            }
        }
        for rule in &mut rules {
            rule.condition.default = false;
            rule.condition.disabled = false;
            rule.condition.source.clear();
        }
        self.keep(RULES, &rules)?;
        self.alarm_setup.rules = rules;
        self.bind_all();
        Ok(())
    }

    /// Keeps which defaults hold and puts that in force.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_alarm_defaults(&mut self, mut defaults: AlarmDefaults) -> Result<(), Error> {
        defaults.off.retain(|off| SORTS.iter().any(|sort| sort.id == off));
        defaults.off.sort_unstable();
        defaults.off.dedup();
        self.keep(DEFAULTS, &defaults)?;
        self.alarm_setup.defaults = defaults;
        self.bind_all();
        Ok(())
    }

    pub(super) fn keep<T: Serialize>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let kept = serde_json::to_vec(value)
            .map_err(|error| Error::Invalid(format!("the settings cannot be kept: {error}")))?;
        Ok(self.store.set_setting(name, &kept)?)
    }

    /// A name or a place changed: rules that go by names look again.
    pub fn rules_look_again(&mut self) {
        if self
            .alarm_setup
            .rules
            .iter()
            .any(|rule| names_something(&rule.pattern) || rule.pattern.realm.is_some())
        {
            self.bind_all();
        }
    }

    /// Rules and defaults of all points and devices that are known, anew.
    fn bind_all(&mut self) {
        let owners = {
            let world = self.shared.world();
            let mut owners: Vec<(Owner, Vec<Condition>)> = Vec::new();
            for device in world.device_ids() {
                if let Some(described) = world.device_desc(device) {
                    owners.push(((device, None), self.device_defaults(described)));
                }
            }
            let points: Vec<_> = world.points().map(|(id, device, _)| (device, id)).collect();
            owners.extend(self.below(&world, &points));
            owners
        };
        self.bind_by_person(owners);
    }

    /// What points have without their own conditions.
    pub(super) fn below_of(&self, points: &[(DeviceId, PointId)]) -> Vec<(Owner, Vec<Condition>)> {
        if points.is_empty() {
            return Vec::new();
        }
        self.below(&self.shared.world(), points)
    }

    fn below(&self, world: &World, points: &[(DeviceId, PointId)]) -> Vec<(Owner, Vec<Condition>)> {
        let known = points.iter().filter_map(|(device, point)| {
            let (desc, _) = world.point_desc(*point)?;
            let described = world.device_desc(*device)?;
            let below = self.default_of(world, (*device, *point), desc, described);
            Some(((*device, Some(*point)), below))
        });
        known.collect()
    }

    /// Which points a pattern is for.
    pub fn matching_points(&self, pattern: &PointPattern) -> MatchView {
        let found = self.points_that_fit(pattern);
        let world = self.shared.world();
        MatchView {
            points: found.len() as u32,
            examples: found
                .iter()
                .take(EXAMPLES)
                .map(|point| label(&world, *point))
                .collect(),
        }
    }

    fn points_that_fit(&self, pattern: &PointPattern) -> Vec<PointId> {
        let world = self.shared.world();
        let mut found = Vec::new();
        for device in world.device_ids() {
            let Some(described) = world.device_desc(device) else {
                continue;
            };
            let names = Names::of(&world, device, described);
            found.extend(world.points_of(device).iter().copied().filter(|point| {
                world
                    .point_desc(*point)
                    .is_some_and(|(desc, _)| fits(pattern, &names.subject(desc, described)))
            }));
        }
        found
    }

    /// A rule's condition for each point that it would be in force at, with the point's label; and how many match at all.
    ///
    /// # Errors
    /// Where it can never be judged.
    pub fn rule_for_points(&self, rule: &AlarmRule) -> Result<(u32, Vec<ForPoint>), Error> {
        checked(rule)?;
        let found = self.points_that_fit(&rule.pattern);
        let world = self.shared.world();
        let kind = rule.condition.kind.name();
        let free = found.iter().filter_map(|point| {
            let (_, device) = world.point_desc(*point)?;
            let own = self.conditions.get(&(device, Some(*point)));
            let overridden = own.is_some_and(|own| own.iter().any(|it| it.kind.name() == kind));
            let condition = with_names(&world, device, rule.condition.clone());
            let sound = hearthline_alarm::check(&condition).is_ok();
            (!overridden && sound).then(|| (*point, label(&world, *point), condition))
        });
        Ok((found.len() as u32, free.collect()))
    }

    /// Where each of a point's conditions comes from.
    pub fn origins(&self, conditions: &[Condition], below: &[Condition]) -> Vec<ConditionOrigin> {
        let origin = |condition: &Condition| {
            let under = below.iter().find(|it| it.kind.name() == condition.kind.name());
            let source = under.map_or("", |it| it.source.as_str());
            let rule = self.alarm_setup.rules.iter().find(|rule| rule.id == source);
            let sort = SORTS.iter().find(|sort| sort.id == source);
            let own = hearthline_alarm::rules::counts(condition);
            ConditionOrigin {
                condition: condition.kind.name().into(),
                own,
                name: rule
                    .map(|rule| rule.name.clone())
                    .or_else(|| sort.map(|sort| sort.name.to_owned()))
                    .unwrap_or_default(),
                by_rule: rule.is_some(),
                below: under.filter(|_| own).cloned(),
            }
        };
        conditions.iter().map(origin).collect()
    }
}

fn checked(rule: &AlarmRule) -> Result<(), Error> {
    // Names stand in braces until a point is known; what is checked is the rest.
    let mut plain = rule.clone();
    let any = |_: &str| Some(PointId(1));
    plain.condition.enabled_while = with_ids(&plain.condition.enabled_while, &any);
    if let ConditionKind::Expression { formula } = &mut plain.condition.kind {
        *formula = with_ids(formula, &any);
    }
    check_rule(&plain).map_err(|fault| Error::Invalid(format!("rule “{}”: {}", rule.name.trim(), fault.0)))
}

/// `Freezer · Temperature`.
fn label(world: &World, point: PointId) -> String {
    let Some((desc, device)) = world.point_desc(point) else {
        return String::new();
    };
    let (device, ..) = world.alarm_context(device);
    if desc.name.is_empty() {
        device
    } else {
        format!("{device} · {}", desc.name)
    }
}
