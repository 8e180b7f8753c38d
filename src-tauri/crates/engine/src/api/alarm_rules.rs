//! Alarms for many points at once: rules, defaults, groups.

use hearthline_model::{AlarmDefaults, AlarmGroup, AlarmRule, PointPattern};

use super::Engine;
use super::trial::{BACK, MOST, samples_for};
use crate::clock;
use crate::error::Error;
use crate::view::{AlarmRulesView, MatchView, RuleTrialPoint, RuleTrialView};

/// Points at which a rule is tried.
const TRIED: usize = 200;
/// Points that are named with how often it would have been raised there.
const NAMED: usize = 10;

impl Engine {
    /// Rules, defaults and groups, with what they are in force for.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn alarm_rules(&self) -> Result<AlarmRulesView, Error> {
        self.with(|pipeline| pipeline.alarm_rules()).await
    }

    /// Replaces the rules.
    ///
    /// # Errors
    /// Where one of them is wrong (with the reason for the person) or the file refuses.
    pub async fn save_alarm_rules(&self, rules: Vec<AlarmRule>) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.set_alarm_rules(rules)).await?
    }

    /// Says which defaults hold.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn save_alarm_defaults(&self, defaults: AlarmDefaults) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.set_alarm_defaults(defaults))
            .await?
    }

    /// Replaces the settings of groups.
    ///
    /// # Errors
    /// Where one of them is wrong (with the reason for the person) or the file refuses.
    pub async fn save_alarm_groups(&self, groups: Vec<AlarmGroup>) -> Result<(), Error> {
        self.with(move |pipeline| pipeline.set_alarm_groups(groups))
            .await?
    }

    /// Which points a pattern is for.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn matching_points(&self, pattern: PointPattern) -> Result<MatchView, Error> {
        self.with(move |pipeline| pipeline.matching_points(&pattern))
            .await
    }

    /// How often a rule would have been raised in the last week at the points that it is for, by what was recorded.
    ///
    /// # Errors
    /// Where it can never be judged or the file refuses.
    pub async fn try_alarm_rule(&self, rule: AlarmRule) -> Result<RuleTrialView, Error> {
        let (points, mut tried) = self
            .with(move |pipeline| pipeline.rule_for_points(&rule))
            .await??;
        tried.truncate(TRIED);
        let now = clock::now();
        self.ask(move |_, reader| {
            let (mut all, mut since) = (Vec::new(), now - BACK);
            let share = MOST / tried.len().max(1);
            for (point, name, condition) in &tried {
                let conditions = std::slice::from_ref(condition);
                let (samples, cut) = samples_for(reader, *point, conditions, now, share)?;
                since = since.max(cut);
                let offset = clock::wall_offset(now);
                let found = hearthline_alarm::try_on(conditions, *point, samples, now, offset);
                all.push(RuleTrialPoint {
                    point: *point,
                    name: name.clone(),
                    count: found.values().map(|trial| trial.count).sum(),
                });
            }
            let count = all.iter().map(|it| it.count).sum();
            let tried = all.len() as u32;
            all.retain(|it| it.count > 0);
            all.sort_by_key(|it| std::cmp::Reverse(it.count));
            all.truncate(NAMED);
            Ok(RuleTrialView {
                points,
                tried,
                count,
                most: all,
                since,
            })
        })
        .await
    }
}
