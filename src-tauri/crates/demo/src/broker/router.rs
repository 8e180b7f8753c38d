//! Topics with a `$` that is not their first character.
//!
//! Only a topic that begins with `$` is special (MQTT 5, 4.7.2), and Homie relies on that: `homie/5/fan/$state`. The library's own router
//! refuses every topic and filter in which a later level begins with `$`. So it is given another spelling of such a level, with a mark in
//! front, and what it answers is spelled back. To it the level is then a name like any other, and wildcards match it.

use std::borrow::Cow;

use async_trait::async_trait;
use rmqtt::Result;
use rmqtt::context::ServerContext;
use rmqtt::router::{DefaultRouter, Router};
use rmqtt::types::{
    AllRelationsMap, HashMap, Id, NodeId, Route, SubRelationsMap, SubsSearchParams, SubsSearchResult,
    SubscriptionOptions, TopicFilter, TopicName,
};
use rmqtt::utils::Counter;

/// Stands before a level that would not be taken as it is. From the range that Unicode leaves to private use; a level that really begins
/// with it gets one more, so that no two topics are spelled alike.
const MARK: char = '\u{e000}';

/// The library's router, with every topic and filter respelled on its way in and out.
pub(super) struct DollarRouter {
    inner: DefaultRouter,
}

impl DollarRouter {
    pub fn new(context: &ServerContext) -> Self {
        Self {
            inner: DefaultRouter::new(Some(context.clone())),
        }
    }
}

/// The spelling of a topic or filter for the library.
fn marked(topic: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // What of `topic` is in `out` already.
    let mut done = 0;
    for (slash, _) in topic.match_indices('/') {
        let level = slash + 1;
        if topic[level..].starts_with(['$', MARK]) {
            out.push_str(&topic[done..level]);
            out.push(MARK);
            done = level;
        }
    }
    if done == 0 {
        return Cow::Borrowed(topic);
    }
    out.push_str(&topic[done..]);
    Cow::Owned(out)
}

/// What was [`marked`], as the clients know it.
fn unmarked(topic: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (slash, _) in topic.match_indices('/') {
        let level = slash + 1;
        if topic[level..].starts_with(MARK) {
            out.push_str(&topic[done..level]);
            done = level + MARK.len_utf8();
        }
    }
    if done == 0 {
        return Cow::Borrowed(topic);
    }
    out.push_str(&topic[done..]);
    Cow::Owned(out)
}

/// [`unmarked`] in place.
fn unmark(topic: &mut TopicFilter) {
    if let Cow::Owned(plain) = unmarked(topic) {
        *topic = plain.into();
    }
}

#[async_trait]
impl Router for DollarRouter {
    async fn add(&self, filter: &str, id: Id, options: SubscriptionOptions) -> Result<()> {
        self.inner.add(&marked(filter), id, options).await
    }

    async fn remove(&self, filter: &str, id: Id) -> Result<bool> {
        self.inner.remove(&marked(filter), id).await
    }

    async fn matches(&self, id: Id, topic: &TopicName) -> Result<SubRelationsMap> {
        let mut found = match marked(topic) {
            Cow::Borrowed(_) => self.inner.matches(id, topic).await?,
            Cow::Owned(topic) => self.inner.matches(id, &topic.into()).await?,
        };
        for (filter, ..) in found.values_mut().flatten() {
            unmark(filter);
        }
        Ok(found)
    }

    async fn is_online(&self, node: NodeId, client: &str) -> bool {
        self.inner.is_online(node, client).await
    }

    async fn gets(&self, limit: usize) -> Vec<Route> {
        let mut routes = self.inner.gets(limit).await;
        for route in &mut routes {
            unmark(&mut route.topic);
        }
        routes
    }

    async fn get(&self, topic: &str) -> Result<Vec<Route>> {
        let mut routes = self.inner.get(&marked(topic)).await?;
        for route in &mut routes {
            unmark(&mut route.topic);
        }
        Ok(routes)
    }

    async fn query_subscriptions(&self, wanted: &SubsSearchParams) -> Vec<SubsSearchResult> {
        let mut wanted = wanted.clone();
        for topic in [&mut wanted.topic, &mut wanted._match_topic]
            .into_iter()
            .flatten()
        {
            *topic = marked(topic).into_owned();
        }
        let mut found = self.inner.query_subscriptions(&wanted).await;
        for one in &mut found {
            unmark(&mut one.topic);
        }
        found
    }

    async fn topics_tree(&self) -> usize {
        self.inner.topics_tree().await
    }

    fn topics(&self) -> Counter {
        Router::topics(&self.inner)
    }

    fn routes(&self) -> Counter {
        self.inner.routes()
    }

    fn merge_topics(&self, topics: &HashMap<NodeId, Counter>) -> Counter {
        self.inner.merge_topics(topics)
    }

    fn merge_routes(&self, routes: &HashMap<NodeId, Counter>) -> Counter {
        self.inner.merge_routes(routes)
    }

    /// The library's tree drawn for people, level by level, with its spelling.
    async fn list_topics(&self, top: usize) -> Vec<String> {
        self.inner.list_topics(top).await
    }

    async fn list_relations(&self, top: usize) -> Vec<serde_json::Value> {
        let mut relations = self.inner.list_relations(top).await;
        for relation in &mut relations {
            if let Some(serde_json::Value::String(filter)) = relation.get_mut("topic_filter") {
                *filter = unmarked(filter).into_owned();
            }
        }
        relations
    }

    /// The library's own map, so with its spelling. It is looked into only for limits on subscriptions, which are not built in.
    fn relations(&self) -> &AllRelationsMap {
        Router::relations(&self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rmqtt::topic::Topic;

    #[test]
    fn only_later_levels_are_respelled() {
        for (topic, spelled) in [
            ("homie/5/dev/$state", "homie/5/dev/\u{e000}$state"),
            ("a/$b/$c/d", "a/\u{e000}$b/\u{e000}$c/d"),
            ("/$a", "/\u{e000}$a"),
            ("a/\u{e000}$b", "a/\u{e000}\u{e000}$b"),
            ("$SYS/x", "$SYS/x"),
            ("$SYS/$x", "$SYS/\u{e000}$x"),
            ("a/b$/+/#", "a/b$/+/#"),
            ("\u{e000}$a/b", "\u{e000}$a/b"),
            ("", ""),
            ("a/", "a/"),
        ] {
            assert_eq!(marked(topic), spelled);
            assert_eq!(unmarked(spelled), topic);
        }
    }

    proptest! {
        #[test]
        fn every_spelling_leads_back(topic in "([$/+#ab\u{e000}]|\\PC){0,24}") {
            let spelled = marked(&topic);
            prop_assert_eq!(unmarked(&spelled), topic.as_str());
        }

        #[test]
        fn the_library_takes_every_topic(levels in prop::collection::vec("[$ab\u{e000}]{0,4}", 1..6)) {
            let topic = levels.join("/");
            prop_assert!(marked(&topic).parse::<Topic>().is_ok(), "{}", topic);
        }
    }
}
