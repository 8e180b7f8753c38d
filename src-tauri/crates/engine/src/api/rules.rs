//! What a person teaches about topics.

use hearthline_decode::preview_rule;
use hearthline_model::{BrokerId, TopicRule};

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::topic_rules;
use crate::view::{ExplorerView, RulePreview, RulePreviewPoint, RulesImported, RulesView};

impl Engine {
    /// The rules in force.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn topic_rules(&self) -> Result<RulesView, Error> {
        let rules = self.with(|pipeline| pipeline.topic_rules()).await?;
        Ok(RulesView { rules })
    }

    /// Keeps a rule; one with its id is replaced.
    ///
    /// # Errors
    /// Where the rule is wrong (with the reason for the person) or the file refuses.
    pub async fn save_topic_rule(&self, rule: TopicRule) -> Result<(), Error> {
        self.with(move |pipeline| {
            let (rules, ..) = topic_rules::merged(&pipeline.topic_rules(), vec![rule]);
            pipeline.set_topic_rules(rules)
        })
        .await?
    }

    /// Removes a rule: its topics are plain again. History stays.
    ///
    /// # Errors
    /// Where there is no such rule or the file refuses.
    pub async fn remove_topic_rule(&self, id: String) -> Result<(), Error> {
        self.with(move |pipeline| {
            let mut rules = pipeline.topic_rules();
            let before = rules.len();
            rules.retain(|rule| rule.id != id);
            if rules.len() == before {
                return Err(Error::NotFound("rule"));
            }
            pipeline.set_topic_rules(rules)
        })
        .await?
    }

    /// What a rule would make of the last message of a topic; nothing is kept. A rule that is not finished yet is no error:
    /// what is wrong with it is part of the answer.
    pub fn preview_topic_rule(&self, broker: BrokerId, topic: &str, rule: &TopicRule) -> RulePreview {
        let payload = self.inner.shared.explorer().payload(broker, topic);
        let fault = hearthline_decode::check_rule(rule)
            .err()
            .map(|error| error.to_string());
        let made = preview_rule(rule, topic, payload.as_deref().unwrap_or_default(), clock::now());
        RulePreview {
            matches: made.matches,
            device: made.device,
            place: made.place,
            points: made
                .points
                .into_iter()
                .map(|point| RulePreviewPoint {
                    name: point.name,
                    value: point.value,
                    fault: point.fault,
                })
                .collect(),
            fault,
        }
    }

    /// All rules as one TOML file.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn export_topic_rules(&self) -> Result<String, Error> {
        topic_rules::to_toml(&self.topic_rules().await?.rules)
    }

    /// Takes the rules of a TOML file in; one with the id of a known rule replaces it.
    ///
    /// # Errors
    /// Where it is no such file or one of its rules is wrong; then none is taken.
    pub async fn import_topic_rules(&self, text: String) -> Result<RulesImported, Error> {
        let more = topic_rules::from_toml(&text)?;
        self.with(move |pipeline| {
            let (rules, added, replaced) = topic_rules::merged(&pipeline.topic_rules(), more);
            pipeline.set_topic_rules(rules)?;
            Ok(RulesImported { added, replaced })
        })
        .await?
    }

    /// Topics that a filter matches, in the order of names; at most `limit`, the others counted. For the editor of rules: an
    /// example, and how many topics a rule is for.
    pub fn matching_topics(&self, broker: BrokerId, filter: &str, limit: u32) -> ExplorerView {
        let chosen = |topic: &str| hearthline_decode::matches(filter, topic);
        let explorer = self.inner.shared.explorer();
        explorer.flat(broker, limit, &chosen, &|_| Vec::new(), clock::now())
    }

    /// Topics that no convention explains (they are read by their looks, or not at all), in the order of names; at most `limit`,
    /// the others counted.
    ///
    /// # Errors
    /// Where the engine is ending.
    pub async fn unknown_topics(&self, broker: BrokerId, limit: u32) -> Result<ExplorerView, Error> {
        self.with(move |pipeline| pipeline.unknown_topics(broker, limit))
            .await
    }
}
