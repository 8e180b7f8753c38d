//! What a person taught: rules ([`TopicRule`]) that make points of topics which no convention explains.
//!
//! [`pattern`] matches filters and fills names in, [`extract`] reads values, [`encode`] writes, [`check`] tells what is wrong with a rule and
//! [`preview`] what it would make of a message, for the editor. A topic belongs to the first rule that matches it; conventions whose
//! devices describe themselves are asked before, those that go by shape after.

mod check;
mod encode;
mod extract;
mod pattern;
mod preview;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hearthline_model::{CommandDesc, DeviceDesc, Micros, PlaceHint, PointDesc, RulePoint, TopicRule, Value};
use rustc_hash::FxHashMap;

use crate::template::{Templates, Vars};
use crate::{
    Claim, CommandError, Context, Convention, DeviceIx, DiagnosisKind, Message, Options, PointIx, Publish,
};
pub use check::{RuleError, check};
use extract::{Got, Source};
use pattern::Captures;
pub use preview::{Preview, PreviewPoint, preview};

/// The convention; see the module.
#[derive(Default)]
pub struct Taught {
    rules: Vec<Arc<Compiled>>,
    templates: Templates,
    topics: Vec<Option<Topic>>,
    by_topic: FxHashMap<Box<str>, u32>,
    /// Topics that feed each device.
    devices: FxHashMap<DeviceIx, u32>,
    commands: FxHashMap<PointIx, encode::Send>,
}

struct Compiled {
    rule: TopicRule,
    sources: Vec<Source>,
}

/// A topic that a rule took.
struct Topic {
    name: Box<str>,
    rule: Arc<Compiled>,
    captures: Captures,
    /// None until the first message describes it.
    device: Option<DeviceIx>,
    /// In the order of the rule's points; none until a message held the point.
    points: Vec<Option<PointIx>>,
}

impl Taught {
    /// Knows no rule yet.
    pub fn new(_options: &Options) -> Self {
        Self::default()
    }

    fn describe(&mut self, token: u32, context: &mut Context<'_>) -> Option<DeviceIx> {
        let topic = self.topics.get_mut(token as usize)?.as_mut()?;
        if topic.device.is_none() {
            let device = context.device(device_of(&topic.rule.rule, &topic.captures))?;
            topic.device = Some(device);
            *self.devices.entry(device).or_default() += 1;
        }
        topic.device
    }

    fn read(
        &mut self,
        token: u32,
        device: DeviceIx,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(Some(topic)) = self.topics.get_mut(token as usize) else {
            return;
        };
        let rule = Arc::clone(&topic.rule);
        let vars = Vars::new(text, message.at);
        for (ix, (point, source)) in rule.rule.points.iter().zip(&rule.sources).enumerate() {
            match source.read(point, &self.templates, &vars) {
                Got::Nothing => {}
                Got::Fault(reason) => {
                    let name = topic.captures.fill(&point.name);
                    let kind = match source {
                        Source::Template(_) => DiagnosisKind::Template,
                        _ => DiagnosisKind::WrongType,
                    };
                    context.diagnose(Some(device), message.topic, kind, format!("{name}: {reason}"));
                }
                Got::Value(value) => {
                    if topic.points[ix].is_none() {
                        let described = point_of(point, &topic.captures, &topic.name);
                        topic.points[ix] = context.point(device, described);
                        if let (Some(made), Some(command)) = (topic.points[ix], &point.command) {
                            let send = encode::Send::of(command, point, &topic.captures, &mut self.templates);
                            self.commands.insert(made, send);
                        }
                    }
                    if let Some(made) = topic.points[ix] {
                        context.value(made, message.at, value);
                    }
                }
            }
        }
    }

    /// Lets go of a topic's points, and of the device with its last topic.
    fn let_go(&mut self, token: u32, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get_mut(token as usize).and_then(Option::take) else {
            return;
        };
        self.by_topic.remove(&topic.name);
        for point in topic.points.into_iter().flatten() {
            self.commands.remove(&point);
            context.forget_point(point);
        }
        if let Some(device) = topic.device
            && let Some(topics) = self.devices.get_mut(&device)
        {
            *topics -= 1;
            if *topics == 0 {
                self.devices.remove(&device);
                context.forget_device(device);
            }
        }
    }
}

impl Convention for Taught {
    fn name(&self) -> &'static str {
        "taught"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let found = self
            .rules
            .iter()
            .find_map(|rule| Some((rule, Captures::of(&rule.rule.filter, message.topic)?)));
        let Some((rule, captures)) = found else {
            return Claim::No;
        };
        if let Some(&token) = self.by_topic.get(message.topic)
            && let Some(Some(known)) = self.topics.get(token as usize)
            && Arc::ptr_eq(&known.rule, rule)
        {
            return Claim::Mine(token);
        }
        let token = self.topics.len() as u32;
        self.topics.push(Some(Topic {
            name: message.topic.into(),
            rule: Arc::clone(rule),
            captures,
            device: None,
            points: vec![None; rule.rule.points.len()],
        }));
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.is_empty() {
            return;
        }
        let Some(device) = self.describe(token, context) else {
            return;
        };
        if let Some(text) = crate::payload::text(message, Some(device), context) {
            self.read(token, device, text, message, context);
        }
    }

    fn released(&mut self, token: u32, _topic: &str, context: &mut Context<'_>) {
        self.let_go(token, context);
    }

    fn rules(&mut self, rules: &[TopicRule], context: &mut Context<'_>) {
        let before: Vec<Arc<Compiled>> = std::mem::take(&mut self.rules);
        for rule in rules {
            if let Some(kept) = before.iter().find(|known| known.rule == *rule) {
                self.rules.push(Arc::clone(kept));
            } else if check(rule).is_ok() {
                let sources = rule
                    .points
                    .iter()
                    .map(|point| Source::of(point, &mut self.templates))
                    .collect();
                let rule = rule.clone();
                self.rules.push(Arc::new(Compiled { rule, sources }));
            }
        }
        // A topic whose rule changed starts anew; points that stay what they are keep their ids, because their keys do.
        let stale: Vec<u32> = (0..self.topics.len() as u32)
            .filter(|&token| {
                self.topics[token as usize]
                    .as_ref()
                    .is_some_and(|topic| !self.rules.iter().any(|rule| Arc::ptr_eq(rule, &topic.rule)))
            })
            .collect();
        for token in stale {
            self.let_go(token, context);
        }
        let filters = before.iter().chain(&self.rules).map(|rule| &rule.rule.filter);
        for filter in filters {
            context.reroute(filter.clone());
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, now: Micros) -> Result<Vec<Publish>, CommandError> {
        let send = self.commands.get(&point).ok_or(CommandError::ReadOnly)?;
        send.encode(value, &self.templates, now)
            .map(|publish| vec![publish])
    }
}

fn device_of(rule: &TopicRule, captures: &Captures) -> DeviceDesc {
    let mut named = rule.device.clone();
    for level in &rule.place.path {
        named.push_str(level);
    }
    DeviceDesc {
        key: format!("taught:{}{}", rule.id, captures.key(&named)),
        convention: "taught".to_owned(),
        name: captures.fill(rule.device.trim()),
        place: PlaceHint {
            realm: rule.place.realm,
            path: rule.place.path.iter().map(|level| captures.fill(level)).collect(),
        },
        ..DeviceDesc::default()
    }
}

fn point_of(point: &RulePoint, captures: &Captures, topic: &str) -> PointDesc {
    let mut name = captures.fill(point.name.trim());
    // One device can hold many topics of a `#`: their points are told apart though the person named them once.
    let rest = captures.rest();
    if !rest.is_empty() && !point.name.contains("{rest}") {
        name = crate::naming::join(&crate::naming::humanise(rest), &name);
    }
    let key = if point.key.is_empty() {
        point.name.trim()
    } else {
        &point.key
    };
    PointDesc {
        // No topic holds a #.
        key: format!("{topic}#{key}"),
        name,
        platform: "value".to_owned(),
        kind: point.kind,
        unit: point.unit.clone(),
        class: point.class.clone(),
        state_class: point.state_class,
        range: point.range,
        options: point.options.clone(),
        category: point.category,
        command: point.command.as_ref().map(|_| CommandDesc::default()),
        topic: Some(topic.to_owned()),
        path: point.template.is_none().then(|| point.path.clone()),
        ..PointDesc::default()
    }
}
