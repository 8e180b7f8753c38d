//! Messages on the topics that configs name.

use hearthline_model::{Kind, Micros, PointDesc, SECOND, Value};

use super::HomeAssistant;
use super::attributes::Attributes;
use super::draft::Read;
use super::feeds::{FeedId, PointFeed, Target};
use super::read::Got;
use crate::decoder::shortened;
use crate::template::{Rendered, TemplateError, TemplateId, Templates, Vars};
use crate::{Context, DeviceIx, DiagnosisKind, Message};

/// Most diagnoses that one message leads to; hundreds of entities on one topic would all say the same.
const MOST_DIAGNOSES: usize = 8;

impl HomeAssistant {
    /// Hands a message to everyone who listens to its topic.
    pub(super) fn state(&mut self, slot: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let (feeds, replay) = self.feeds.take(slot, message.at);
        let text = std::str::from_utf8(message.payload);
        let vars = Vars::new(text.unwrap_or_default(), message.at);
        let mut troubles = Vec::new();
        for &id in &feeds {
            let Some(feed) = self.feeds.get_mut(id) else {
                continue;
            };
            if std::mem::replace(&mut feed.primed, true) && replay {
                continue;
            }
            let (entity, template) = (feed.entity, feed.template);
            match &mut feed.target {
                Target::Point(target) => {
                    if text.is_err() {
                        if matches!(target.read, Read::Size { base64: false }) {
                            context.value(target.point, message.at, Value::Int(message.payload.len() as i64));
                        } else {
                            let text = "a value that is no UTF-8 text".to_owned();
                            troubles.push((target.device, DiagnosisKind::InvalidUtf8, text));
                        }
                        continue;
                    }
                    let happened = matches!(target.read, Read::Event(_) | Read::Trigger { .. });
                    if happened && (message.retain || replay || message.at < target.since) {
                        continue;
                    }
                    let got = read(target, template, &self.templates, &vars);
                    let position = self.book.get(entity).and_then(|entity| entity.position);
                    match take(target, got, position, message.at, context) {
                        Taken::Nothing => {}
                        Taken::Position(position) => {
                            if let Some(entity) = self.book.get_mut(entity) {
                                entity.position = position;
                            }
                        }
                        Taken::Off(due) => {
                            let point = target.point;
                            match due {
                                Some(due) => self.offs.insert(point, due),
                                None => self.offs.remove(&point),
                            };
                        }
                        Taken::Trouble(kind, text) => troubles.push((target.device, kind, text)),
                    }
                }
                Target::Availability { group, term } => {
                    let (group, term) = (*group, *term);
                    self.availability(group, term, template, &vars, message.at, context);
                }
                Target::Attributes(_) => self.take_attributes(id, &vars, message, context),
            }
        }
        self.feeds.put(slot, feeds);
        troubles.dedup();
        for (device, kind, text) in troubles.into_iter().take(MOST_DIAGNOSES) {
            context.diagnose(Some(device), message.topic, kind, text);
        }
    }

    fn availability(
        &mut self,
        group: usize,
        term: usize,
        template: Option<TemplateId>,
        vars: &Vars<'_>,
        at: Micros,
        context: &mut Context<'_>,
    ) {
        let rendered = match self.templates.render_or_value(template, vars) {
            Ok(rendered) => rendered,
            Err(TemplateError::Jinja(_)) => Rendered::Text(vars.shared()),
            Err(_) => return,
        };
        let Some(state) = self.book.groups.get_mut(group).and_then(Option::as_mut) else {
            return;
        };
        if !state.put(term, &rendered.text()) {
            return;
        }
        let members = state.members.clone();
        let mut devices: Vec<DeviceIx> = members
            .iter()
            .filter_map(|ix| self.book.get(*ix))
            .map(|entity| entity.device)
            .collect();
        devices.sort_unstable();
        devices.dedup();
        for device in devices {
            self.settle(device, at, context);
        }
    }

    /// Tells what changed of a device's availability: of the device, where all of its entities share one, of each point
    /// otherwise.
    pub(super) fn settle(&mut self, device: DeviceIx, at: Micros, context: &mut Context<'_>) {
        let Some(state) = self.book.devices.get(&device) else {
            return;
        };
        let members = state.entities.clone();
        let mut groups = members
            .iter()
            .filter_map(|ix| self.book.get(*ix))
            .map(|entity| entity.group);
        let first = groups.next().flatten();
        let uniform = first.is_some() && groups.all(|group| group == first);
        let present: Vec<bool> = members
            .iter()
            .map(|ix| {
                self.book
                    .get(*ix)
                    .is_none_or(|entity| self.book.is_available(entity))
            })
            .collect();
        let online = present.is_empty() || present.contains(&true);
        if let Some(state) = self.book.devices.get_mut(&device)
            && state.offline == online
        {
            state.offline = !online;
            context.online(device, online, at);
        }
        for (ix, present) in members.into_iter().zip(present) {
            let Some(entity) = self.book.get_mut(ix) else {
                continue;
            };
            let available = uniform || present;
            if entity.available != available {
                entity.available = available;
                for point in &entity.points {
                    context.available(*point, available, at);
                }
            }
        }
    }

    fn take_attributes(
        &mut self,
        id: FeedId,
        vars: &Vars<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(feed) = self.feeds.get_mut(id) else {
            return;
        };
        let entity = feed.entity;
        let Ok(rendered) = self.templates.render_or_value(feed.template, vars) else {
            return;
        };
        let json = match &rendered {
            Rendered::Text(_) if feed.template.is_none() => vars.json().cloned(),
            rendered => rendered.json().map(std::borrow::Cow::into_owned),
        };
        let Some(json) = json else { return };
        // Out of the feed while the other feeds are looked at.
        let Target::Attributes(target) = &mut feed.target else {
            return;
        };
        let mut target = std::mem::replace(
            target,
            Box::new(Attributes::new(DeviceIx(0), PointDesc::default(), false)),
        );
        let (feeds, templates) = (&self.feeds, &self.templates);
        let new = target.read(&json, message.at, context, |key| {
            feeds.reads_key(message.topic, key, templates)
        });
        if let Some(feed) = self.feeds.get_mut(id) {
            feed.target = Target::Attributes(target);
        }
        if let Some(entity) = self.book.get_mut(entity) {
            if !entity.available {
                for point in &new {
                    context.available(*point, false, message.at);
                }
            }
            entity.points.extend(new);
        }
    }
}

fn read(target: &PointFeed, template: Option<TemplateId>, templates: &Templates, vars: &Vars<'_>) -> Got {
    if matches!(target.read, Read::Size { .. }) && template.is_none() {
        return target.read.read(&Rendered::Undefined, templates, vars);
    }
    match templates.render_or_value(template, vars) {
        Ok(rendered) => target.read.read(&rendered, templates, vars),
        Err(TemplateError::Jinja(text)) => {
            if !target.raw_on_error {
                return Got::Fault(DiagnosisKind::Template, text);
            }
            match target.read.read(&Rendered::Text(vars.shared()), templates, vars) {
                Got::Value(value) => Got::Value(value),
                _ => Got::Fault(DiagnosisKind::Template, text),
            }
        }
        Err(error) => Got::Fault(DiagnosisKind::Template, error.to_string()),
    }
}

/// What is left to do after a point took a message.
enum Taken {
    Nothing,
    Position(Option<f64>),
    Off(Option<Micros>),
    Trouble(DiagnosisKind, String),
}

fn take(
    target: &mut PointFeed,
    got: Got,
    position: Option<f64>,
    at: Micros,
    context: &mut Context<'_>,
) -> Taken {
    let value = match got {
        Got::Value(value) => value,
        Got::Stopped => Value::text(if position == Some(0.0) { "closed" } else { "open" }),
        Got::Ignored => {
            if target.main {
                context.alive(target.point, at);
            }
            return Taken::Nothing;
        }
        Got::Fault(kind, text) => {
            match kind {
                // The message said something that is no value: unknown, not the former value.
                DiagnosisKind::NotANumber | DiagnosisKind::WrongType if target.main => {
                    context.value(target.point, at, Value::Null);
                }
                _ if target.main => context.alive(target.point, at),
                _ => {}
            }
            return Taken::Trouble(kind, shortened(&text, 400));
        }
    };
    let value = decide(target, value, context);
    let off = value.as_bool();
    let at_position = target.is_position.then(|| value.as_f64());
    context.value(target.point, at, value);
    if let Some(position) = at_position {
        return Taken::Position(position);
    }
    match (target.off_delay, off) {
        (Some(delay), Some(true)) => Taken::Off(Some(at.saturating_add(Micros::from(delay) * SECOND))),
        (Some(_), Some(false)) => Taken::Off(None),
        _ => Taken::Nothing,
    }
}

/// Gives a point without any announced kind the kind of its first value; what does not fit later makes it text for good.
fn decide(target: &mut PointFeed, value: Value, context: &mut Context<'_>) -> Value {
    let Some(undecided) = &mut target.undecided else {
        return value;
    };
    let kind = match &value {
        Value::Null => return value,
        Value::Bool(_) => Kind::Bool,
        Value::Int(_) | Value::Float(_) => Kind::Number,
        Value::Text(_) => Kind::Text,
    };
    let kind = if undecided.decided && undecided.desc.kind != kind {
        Kind::Text
    } else {
        kind
    };
    undecided.decided = true;
    if undecided.desc.kind != kind {
        undecided.desc.kind = kind;
        context.point(target.device, undecided.desc.clone());
    }
    match value {
        value @ Value::Text(_) => value,
        value if kind == Kind::Text => Value::text(value.to_string()),
        value => value,
    }
}
