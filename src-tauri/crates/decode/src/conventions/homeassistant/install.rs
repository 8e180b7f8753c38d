//! Entities take their places: points, feeds, availability; and leave them.

use hearthline_model::{PointDesc, Role};

use super::HomeAssistant;
use super::attributes::Attributes;
use super::availability::Availability;
use super::config::Config;
use super::draft::{Draft, Read};
use super::entity::Entity;
use super::feeds::{PointFeed, Target, Undecided};
use crate::{Context, DeviceIx, Message, PointIx};

impl HomeAssistant {
    /// Makes a point of a draft.
    pub(super) fn install(
        &mut self,
        draft: Draft,
        ix: usize,
        entity: &mut Entity,
        message: &Message<'_>,
        filters: &mut Vec<String>,
        context: &mut Context<'_>,
    ) {
        let main = entity.points.is_empty();
        let is_position = draft.desc.role == Role::Position;
        let desc = draft.desc.clone();
        let Some(point) = context.point(entity.device, draft.desc) else {
            return;
        };
        entity.points.push(point);
        for source in draft.sources {
            let undecided = matches!(source.read, Read::Adaptive).then(|| {
                Box::new(Undecided {
                    desc: desc.clone(),
                    decided: false,
                })
            });
            let target = Target::Point(Box::new(PointFeed {
                point,
                device: entity.device,
                read: source.read,
                raw_on_error: source.raw_on_error,
                off_delay: draft.off_delay,
                main,
                is_position,
                undecided,
                since: message.at,
            }));
            entity
                .feeds
                .push(self.feeds.add(&source.topic, ix, source.template, target));
            filters.push(source.topic);
        }
        for send in &draft.sends {
            self.feeds.add_silent(&send.topic);
            entity.silent.push(send.topic.clone());
            filters.push(send.topic.clone());
        }
        self.commands.insert(point, draft.sends);
    }

    pub(super) fn attributes(
        &mut self,
        config: &Config,
        base: &PointDesc,
        group: String,
        ix: usize,
        entity: &mut Entity,
        filters: &mut Vec<String>,
    ) {
        let Some(topic) = config
            .word("json_attributes_topic")
            .filter(|topic| topic.len() <= 1024)
        else {
            return;
        };
        let template = config
            .text("json_attributes_template")
            .map(|source| self.templates.add(&source));
        // Entities of one device that name the same topic would all show the same attributes; the first one does.
        if self.feeds.has_attributes(&topic, entity.device, template) {
            return;
        }
        let mut base = base.clone();
        base.entity = group;
        base.topic = Some(topic.clone());
        base.path = match template {
            None => Some(String::new()),
            Some(id) => self.templates.path(id),
        };
        let shared = config.text("state_topic").as_deref() == Some(&topic);
        let target = Target::Attributes(Box::new(Attributes::new(entity.device, base, shared)));
        entity.feeds.push(self.feeds.add(&topic, ix, template, target));
        filters.push(topic);
    }

    pub(super) fn join(
        &mut self,
        config: &Config,
        ix: usize,
        entity: &mut Entity,
        filters: &mut Vec<String>,
    ) {
        // A lamp may offer its colour in four ways; what is said on those that no point uses is a command all the same.
        for name in config.names().filter(|name| name.ends_with("command_topic")) {
            if let Some(topic) = config.word(name).filter(|topic| topic.len() <= 1024)
                && !entity.silent.contains(&topic)
            {
                self.feeds.add_silent(&topic);
                filters.push(topic.clone());
                entity.silent.push(topic);
            }
        }
        let Some(availability) = Availability::read(config, &mut self.templates) else {
            return;
        };
        let (group, new) = self.book.join(&availability, ix);
        entity.group = Some(group);
        if new {
            for (term, of) in availability.terms.iter().enumerate() {
                let target = Target::Availability { group, term };
                let feed = self.feeds.add(&of.topic, usize::MAX, of.template, target);
                if let Some(group) = self.book.groups.get_mut(group).and_then(Option::as_mut) {
                    group.feeds.push(feed);
                }
                filters.push(of.topic.clone());
            }
        }
    }

    pub(super) fn remove_owned(&mut self, component: &str, id: &str, topic: &str, context: &mut Context<'_>) {
        if let Some(ix) = self.book.by_id(component, id)
            && self
                .book
                .get(ix)
                .is_some_and(|entity| entity.owner.as_deref() == Some(topic))
        {
            self.remove(ix, context);
        }
    }

    pub(super) fn remove(&mut self, ix: usize, context: &mut Context<'_>) {
        let Some(entity) = self.book.take(ix) else { return };
        let device = entity.device;
        let mut filters = Vec::new();
        self.dissolve(entity, ix, &[], &mut filters, context);
        self.book.release(ix);
        if let Some(state) = self.book.devices.get(&device)
            && state.entities.is_empty()
        {
            self.forget_device(device, context);
        }
        for filter in filters {
            context.reroute(filter);
        }
    }

    /// Lets go of everything that an entity had, but the points that it keeps.
    pub(super) fn dissolve(
        &mut self,
        entity: Entity,
        ix: usize,
        kept: &[PointIx],
        filters: &mut Vec<String>,
        context: &mut Context<'_>,
    ) {
        for feed in entity.feeds {
            filters.extend(self.feeds.remove(feed).map(String::from));
        }
        for topic in entity.silent {
            self.feeds.remove_silent(&topic);
            filters.push(topic);
        }
        if let Some(group) = entity.group {
            for feed in self.book.leave(group, ix) {
                filters.extend(self.feeds.remove(feed).map(String::from));
            }
        }
        for point in entity.points {
            if !kept.contains(&point) {
                self.commands.remove(&point);
                self.offs.remove(&point);
                context.forget_point(point);
            }
        }
        if let Some(state) = self.book.devices.get(&entity.device)
            && state.entities.is_empty()
            && kept.is_empty()
        {
            self.forget_device(entity.device, context);
        }
    }

    fn forget_device(&mut self, device: DeviceIx, context: &mut Context<'_>) {
        if let Some(state) = self.book.devices.remove(&device) {
            self.devices.forget(&state.key);
            context.forget_device(device);
        }
    }
}
