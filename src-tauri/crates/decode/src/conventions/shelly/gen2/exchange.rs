//! Answers of devices, and commands to them.

use hearthline_model::{Micros, Value};
use serde_json::{Map, Value as Json};

use super::learn::{self, Ask};
use super::route::peek;
use super::{Gen2, SOURCE, ways};
use crate::conventions::shelly::draft::{Sink, device_time};
use crate::conventions::shelly::write::{self, Call, Form, Wire};
use crate::{CommandError, Message, Publish};

/// Most parts that were added to a device; the firmware takes fewer.
const MOST_ADDED: u64 = 512;
impl Gen2 {
    /// An answer of a device, whoever asked.
    pub(super) fn answer(&mut self, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        let Some(json) = peek(message.payload) else { return };
        let (Some(src), true) = (
            json["src"].as_str(),
            json["result"].is_object() || json["error"].is_object(),
        ) else {
            return; // a request
        };
        let ours = json["dst"].as_str() == Some(SOURCE);
        let pending = if ours {
            self.learn.answered(&json["id"])
        } else {
            None
        };
        let known = pending
            .as_ref()
            .map(|p| p.unit)
            .or_else(|| self.by_id.get(src).copied());
        let Some(mut ix) = known else { return };
        self.identified(ix, src, sink);
        ix = self.by_id.get(src).copied().unwrap_or(ix);
        if self.units[ix].id.as_deref() != Some(src) {
            return;
        }
        self.units[ix].answers = true;
        if json["error"].is_object() {
            if let Some(pending) = &pending {
                learn::refused(&self.units[ix], pending, &json["error"], message, sink);
            }
            return;
        }
        let result = &json["result"];
        if let Some(list) = result["components"].as_array() {
            self.units[ix].components(list, sink);
            let next = result["offset"]
                .as_u64()
                .unwrap_or(0)
                .saturating_add(list.len() as u64);
            let more = result["total"]
                .as_u64()
                .is_some_and(|total| next < total.min(MOST_ADDED));
            if ours && !list.is_empty() && more {
                self.learn.push(ix, Ask::Components(next));
            }
        } else if result["mac"].is_string() && (result["model"].is_string() || result["gen"].is_number()) {
            self.informed(ix, result, sink);
        } else if result["sys"]["device"].is_object() {
            self.units[ix].configured(result, sink);
        } else if result["sys"].is_object()
            && let Some(params) = result.as_object()
        {
            sink.at = device_time(&result["sys"]["unixtime"], sink.received);
            self.status(ix, true, false, params.clone(), sink);
        }
    }

    /// Encodes a write.
    pub(in crate::conventions::shelly) fn call(
        &mut self,
        call: &Call,
        form: &Form,
        value: &Value,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        let unit = self.units.get(call.unit).ok_or(CommandError::Unknown)?;
        let toggles = matches!(form, Form::Flag("on")) && value.as_text() == Some("toggle");
        let mut method = call.method.to_owned();
        let mut members = Map::new();
        let space = call.method.split('.').next().unwrap_or_default();
        if toggles {
            method = format!("{space}.Toggle");
        } else {
            match write::wire(form, value)? {
                Wire::Members(found) => members = found,
                Wire::Method(name) => method = format!("{space}.{name}"),
                Wire::Text(_) => {}
            }
        }
        if let Some(word) = ways::control_word(call, form, value)
            && unit.is_deaf(now)
        {
            // It never answered a call: it may listen to control topics, which are on by default as well.
            return Ok(vec![Publish {
                topic: format!("{}/command/{}", unit.prefix, call.component),
                payload: word.into_bytes(),
                qos: 1,
                retain: false,
            }]);
        }
        let mut params: Map<String, Json> = call
            .fixed
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.clone()))
            .collect();
        if let Some((within, id)) = call.within {
            members.insert("id".to_owned(), id.into());
            params.insert(within.to_owned(), Json::Object(members));
        } else {
            params.extend(members);
        }
        let ask = Ask::Command(method, call.component.clone());
        Ok(vec![self.learn.request(
            call.unit,
            &unit.prefix,
            ask,
            params,
            now,
        )])
    }
}
