//! The rules that a person taught: kept in the file, given to every decoder.

use hearthline_history::Store;
use hearthline_model::TopicRule;

use super::Pipeline;
use crate::clock;
use crate::error::Error;
use crate::topic_rules;

/// Under which name the rules are kept.
const SETTING: &str = "topic_rules";

impl Pipeline {
    /// The rules kept in a file; none where what is kept cannot be read, which is logged.
    pub(super) fn load_rules(store: &mut Store) -> Result<Vec<TopicRule>, hearthline_history::Error> {
        let Some(kept) = store.setting(SETTING)? else {
            return Ok(Vec::new());
        };
        Ok(serde_json::from_slice(&kept).unwrap_or_else(|error| {
            tracing::error!(message = "the kept rules cannot be read", %error);
            Vec::new()
        }))
    }

    /// The rules in force, in their order.
    pub fn topic_rules(&self) -> Vec<TopicRule> {
        self.rules.clone()
    }

    /// Keeps rules and puts them in force: topics change hands at once.
    pub fn set_topic_rules(&mut self, rules: Vec<TopicRule>) -> Result<(), Error> {
        topic_rules::check_all(&rules, &self.rules)?;
        let kept = serde_json::to_vec(&rules)
            .map_err(|error| Error::Invalid(format!("the rules cannot be kept: {error}")))?;
        self.store.set_setting(SETTING, &kept)?;
        self.rules = rules;
        for (broker, intake) in &mut self.intakes {
            let mut out = Vec::new();
            intake.decoder.set_rules(&self.rules, &mut out);
            self.events.extend(out.into_iter().map(|event| (*broker, event)));
        }
        self.apply(clock::now());
        self.commit();
        Ok(())
    }
}
