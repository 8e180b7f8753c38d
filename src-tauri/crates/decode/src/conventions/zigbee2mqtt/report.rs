//! What a bridge tells of: who joins and leaves, who was renamed, and which requests failed.

use serde_json::Value as Json;

use super::Zigbee2Mqtt;
use super::entity::Id;
use super::identity;
use crate::decoder::shortened;
use crate::{Context, DeviceIx, DiagnosisKind, Message, payload};

/// Longest message that is searched for names, bytes.
const LONGEST: usize = 2_048;
/// Most quotation marks in a message that are looked at.
const MOST_QUOTES: usize = 16;

impl Zigbee2Mqtt {
    fn report(&self, base: usize, message: &Message<'_>, context: &mut Context<'_>) -> Option<Json> {
        if message.payload.trim_ascii().is_empty() {
            return None;
        }
        payload::json(message, self.bases[base].bridge.device, context)
    }

    /// `bridge/event`.
    pub(super) fn event(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(event) = self.report(base, message, context) else {
            return;
        };
        let data = event.get("data").unwrap_or(&Json::Null);
        let who = || text(data, "ieee_address").or_else(|| text(data, "friendly_name"));
        match event.get("type").and_then(Json::as_str) {
            Some("device_leave") => {
                let ix = who().and_then(|who| self.find(base, who));
                if let Some(ix) = ix {
                    self.drop_entity(base, ix, context);
                }
            }
            Some("device_interview") if text(data, "status") == Some("failed") => {
                let name = text(data, "friendly_name").or_else(who).unwrap_or("a device");
                let text = format!(
                    "the interview of \"{}\" failed: bring it close to the coordinator and pair it again",
                    shortened(name, 128)
                );
                let device = who().and_then(|who| self.device_of(base, who));
                let device = device.or(self.bases[base].bridge.device);
                context.diagnose(device, message.topic, DiagnosisKind::Reported, text);
            }
            Some("device_renamed" | "group_renamed") => self.renamed(base, data, message, context),
            // Who joins is in the next list of devices, who announces itself is known.
            _ => {}
        }
    }

    /// `bridge/log`, which versions before 2.0 had.
    pub(super) fn log(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(log) = self.report(base, message, context) else {
            return;
        };
        let said = log.get("message").unwrap_or(&Json::Null);
        match log.get("type").and_then(Json::as_str) {
            Some("device_renamed" | "group_renamed") => self.renamed(base, said, message, context),
            Some("device_removed" | "device_force_removed" | "group_removed") => {
                let name = said.as_str().or_else(|| text(said, "friendly_name"));
                if let Some(ix) = name.and_then(|name| self.find(base, name)) {
                    self.drop_entity(base, ix, context);
                }
            }
            Some(kind) if kind.ends_with("error") => {
                if let Some(said) = said.as_str() {
                    let named = log.get("meta").and_then(|meta| text(meta, "friendly_name"));
                    let device = named.and_then(|name| self.device_of(base, name));
                    self.told(base, device, said, message, context);
                }
            }
            _ => {}
        }
    }

    /// `bridge/logging`: errors are of whom they name.
    pub(super) fn logging(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(log) = self.report(base, message, context) else {
            return;
        };
        if let (Some("error"), Some(said)) = (text(&log, "level"), text(&log, "message")) {
            self.told(base, None, said, message, context);
        }
    }

    /// `bridge/response/…`.
    pub(super) fn response(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(response) = self.report(base, message, context) else {
            return;
        };
        let request = message
            .topic
            .split("/bridge/response/")
            .nth(1)
            .unwrap_or_default();
        let data = response.get("data").unwrap_or(&Json::Null);
        match text(&response, "status") {
            Some("error") => {
                let said = text(&response, "error").unwrap_or("the request failed without a reason");
                let device = id_of(data).and_then(|name| self.device_of(base, name));
                self.told(base, device, said, message, context);
            }
            Some("ok") => match request {
                "device/rename" | "group/rename" => self.renamed(base, data, message, context),
                "device/remove" | "group/remove" => {
                    if let Some(ix) = id_of(data).and_then(|name| self.find(base, name)) {
                        self.drop_entity(base, ix, context);
                    }
                }
                "health_check" => self.healthy(base, data, message, context),
                _ => {}
            },
            _ => {}
        }
    }

    fn healthy(&mut self, base: usize, data: &Json, message: &Message<'_>, context: &mut Context<'_>) {
        let payload = data.to_string();
        let topic = format!("{}/bridge/health", self.bases[base].topic);
        self.bridge_health(
            base,
            &Message {
                topic: &topic,
                payload: payload.as_bytes(),
                ..*message
            },
            context,
        );
    }

    /// An error, at whom it names, and otherwise at the bridge.
    fn told(
        &self,
        base: usize,
        device: Option<DeviceIx>,
        said: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let said = shortened(said, LONGEST);
        let device = device
            .or_else(|| self.named_in(base, &said))
            .or(self.bases[base].bridge.device);
        let text = format!("Zigbee2MQTT reports: {}", shortened(&said, 512));
        if let Some(device) = device.filter(|_| is_of_a_write(&text)) {
            context.refused(device, text.clone());
        }
        context.diagnose(device, message.topic, DiagnosisKind::Reported, text);
    }

    /// The device that a message names, in quotation marks or by its address.
    fn named_in(&self, base: usize, said: &str) -> Option<DeviceIx> {
        let quotes: Vec<usize> = said
            .match_indices(['\'', '"', '`'])
            .map(|(at, _)| at)
            .take(MOST_QUOTES)
            .collect();
        // A name may hold an apostrophe itself, so that any two marks may be around it; the longest is the one.
        let mut best: Option<(usize, usize)> = None;
        for (nth, &open) in quotes.iter().enumerate() {
            for &close in &quotes[nth + 1..] {
                let name = &said[open + 1..close];
                if let Some(&ix) = self.bases[base].names.get(name)
                    && best.is_none_or(|(longest, _)| name.len() > longest)
                {
                    best = Some((name.len(), ix));
                }
            }
        }
        if let Some((_, ix)) = best {
            return Some(self.entities[ix].device);
        }
        said.match_indices("0x")
            .take(MOST_QUOTES)
            .filter_map(|(at, _)| said.get(at..at + 18))
            .filter(|address| identity::address(address).is_some())
            .find_map(|address| self.device_of(base, address))
    }

    /// A device or group by friendly name, address or number.
    fn find(&self, base: usize, who: &str) -> Option<usize> {
        let known = &self.bases[base];
        known
            .names
            .get(who)
            .or_else(|| known.by_id.get(&Id::Device(who.to_owned())))
            .or_else(|| known.by_id.get(&Id::Group(who.parse().ok()?)))
            .copied()
            .filter(|ix| !self.entities[*ix].gone)
    }

    fn device_of(&self, base: usize, who: &str) -> Option<DeviceIx> {
        self.find(base, who).map(|ix| self.entities[ix].device)
    }

    fn drop_entity(&mut self, base: usize, ix: usize, context: &mut Context<'_>) {
        let topic = self.entities[ix].topic.clone();
        self.remove(ix, context);
        self.rename_all(base);
        self.ask_anew(base, &[topic], context);
    }

    /// `{from, to}`: the new name holds at once, the next list says the same.
    fn renamed(&mut self, base: usize, data: &Json, message: &Message<'_>, context: &mut Context<'_>) {
        let (Some(from), Some(to)) = (text(data, "from"), text(data, "to")) else {
            return;
        };
        let to = shortened(to, 256);
        let Some(ix) = self.find(base, from).filter(|_| !to.is_empty()) else {
            return;
        };
        let entity = &self.entities[ix];
        if entity.name == to {
            return;
        }
        let Some(desc) = context.device_desc(entity.device) else {
            return;
        };
        let mut desc = (**desc).clone();
        (desc.name, desc.place) = identity::placed(&to, self.realm);
        let (id, device) = (entity.id.clone(), entity.device);
        context.device(desc);
        let ix = self.place(base, id, &to, device);
        let entity = &mut self.entities[ix];
        entity.since = message.at;
        entity.move_points(context);
        let topic = entity.topic.clone();
        self.rename_all(base);
        self.ask_anew(base, &[topic], context);
    }
}

/// Whether an error is that of something that was asked of a device, rather than of the network.
fn is_of_a_write(said: &str) -> bool {
    said.contains("Publish 'set'")
        || said.contains("Publish \"set\"")
        || said.contains("No converter available for")
}

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

/// The device or group that a response is about.
fn id_of(data: &Json) -> Option<&str> {
    text(data, "id")
        .or_else(|| text(data, "device"))
        .or_else(|| text(data, "group"))
        .or_else(|| data.get("id").and_then(|id| text(id, "ieeeAddr")))
}
