//! Homie 5: `<domain>/5/<device>/…`, described by one JSON text.

mod parse;

use super::{Homie, datatype::Dialect, description::About, state::State};
use crate::decoder::shortened;
use crate::{Context, DiagnosisKind, Message, payload};

impl Homie {
    /// A message on a topic of a device that begins with `$` below it.
    pub(super) fn five(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let below = message.topic.get(it.root.len() + 1..).unwrap_or_default();
        let mut levels = below.splitn(3, '/');
        match (levels.next().unwrap_or_default(), levels.next(), levels.next()) {
            ("$state", None, _) => self.five_state(device, message, context),
            ("$description", None, _) => self.five_description(device, message, context),
            ("$alert", Some(id), None) => self.alert(device, id, message, context),
            ("$log", Some(level), None) => self.log(device, level, message, context),
            ("$meta", None, _) => self.five_meta(device, message, context),
            ("$meta", Some("set"), _) => {}
            _ if message.payload.is_empty() => {}
            // Whether it is a value's target is not known before the description is.
            _ if below.ends_with("/$target") && !self.devices[device as usize].shown => {}
            _ => {
                let text = format!(
                    "\"{}\" is not part of Homie 5 as far as it is known here",
                    shortened(below, 128)
                );
                self.tell_once(device, message.topic, DiagnosisKind::Ignored, text, context);
            }
        }
    }

    fn five_state(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        if message.payload.is_empty() {
            it.state = None;
            return self.remove(device, context);
        }
        let ix = it.ix;
        let Some(text) = payload::text(message, ix, context) else {
            return;
        };
        // `alert` was left out of version 5; devices that are older at heart still say it.
        let Some(state) = State::of(text) else {
            let text = format!("\"{}\" is no state of Homie 5", shortened(text, 64));
            return context.diagnose(ix, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        self.state(device, state, message, context);
        // Its description came first, or it was removed and is back.
        let it = &self.devices[device as usize];
        if !it.shown && it.about.name.is_some() {
            self.five_install(device, message, context);
        }
    }

    fn five_description(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        if message.payload.is_empty() {
            it.nodes.clear();
            it.about = About::default();
            return self.remove(device, context);
        }
        let ix = it.ix.filter(|_| it.shown);
        let Some(json) = payload::json(message, ix, context) else {
            return;
        };
        let parsed = match parse::description(&json) {
            Ok(parsed) => parsed,
            Err(text) => {
                return context.diagnose(ix, message.topic, DiagnosisKind::InvalidDescription, text);
            }
        };
        let (label, room) = (it.about.label.take(), it.about.room.take());
        it.about = About {
            label,
            room,
            ..parsed.about
        };
        it.nodes = parsed.nodes;
        if it.about.name.is_none() {
            // An id is a name until there is a better one; it also says that a description is there.
            it.about.name = Some(it.id().to_owned());
        }
        let top = it.about.root.as_ref().map(|id| it.sibling(id));
        let top = top.and_then(|topic| self.root(&topic, Dialect::Five, message.at));
        self.join_tree(device, top);
        self.five_install(device, message, context);
        if !parsed.problems.is_empty() {
            let ix = self.devices[device as usize].ix;
            let text = super::summary(&parsed.problems);
            context.diagnose(ix, message.topic, DiagnosisKind::InvalidDescription, text);
        }
    }

    /// Shows what the description says, once the device exists: without a state it does not, whatever else is still kept of it.
    fn five_install(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        if self.devices[device as usize].state.is_none() {
            return;
        }
        let nodes = std::mem::take(&mut self.devices[device as usize].nodes);
        if self.describe_device(device, &nodes, message.at, context) {
            self.install(device, &nodes, nodes.len() <= 1, context);
        }
        self.devices[device as usize].nodes = nodes;
        // What is reached through it may take its place.
        for child in self.devices[device as usize].children.clone() {
            if self.devices[child as usize].shown {
                let nodes = std::mem::take(&mut self.devices[child as usize].nodes);
                let at = self.devices[child as usize].described;
                self.describe_device(child, &nodes, at, context);
                self.devices[child as usize].nodes = nodes;
            }
        }
    }

    /// The metadata extension: of the device itself, its name and room.
    fn five_meta(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let ix = it.ix.filter(|_| it.shown);
        let (label, room) = if message.payload.is_empty() {
            (None, None)
        } else {
            let Some(json) = payload::json(message, ix, context) else {
                return;
            };
            let text = |key: &str| {
                json.get(key)
                    .and_then(|value| value.as_str())
                    .map(|text| shortened(text, 256))
            };
            (text("$label"), text("$room"))
        };
        let it = &mut self.devices[device as usize];
        it.about.room = room;
        it.about.label = label;
        if it.shown {
            let nodes = std::mem::take(&mut it.nodes);
            let at = it.described;
            self.describe_device(device, &nodes, at, context);
            self.devices[device as usize].nodes = nodes;
        }
    }
}
