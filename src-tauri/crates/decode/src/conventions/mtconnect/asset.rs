//! Assets: above all cutting tools, with what is left of their life.

use hearthline_model::{Kind, PointDesc};

use super::walk::{each, text};
use super::{MtConnect, machine};
use crate::shape::json::Json;
use crate::shape::points::{Said, Spot};
use crate::{Context, Message, naming};

impl MtConnect {
    pub(super) fn asset(
        &mut self,
        kind: &str,
        json: &Json<'_>,
        uuid: Option<&str>,
        place: &[String],
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(id) = text(json, &["assetId"]) else {
            return;
        };
        let Some(uuid) = text(json, &["deviceUuid"]).or_else(|| uuid.map(str::to_owned)) else {
            return;
        };
        let realm = self.realm;
        let Some(machine) = machine::of(&mut self.machines, &uuid) else {
            return;
        };
        let Some(device) = machine.describe(&uuid, None, place, realm, context) else {
            return;
        };
        let kind = if kind.is_empty() { "Asset" } else { kind };
        let title = format!(
            "{} {}",
            naming::humanise(kind),
            text(json, &["toolId"]).unwrap_or_else(|| id.clone())
        );
        let cycle = json.get("CuttingToolLifeCycle").unwrap_or(json);
        let mut states = Vec::new();
        if let Some(list) = cycle.get("CutterStatus") {
            statuses(list, &mut states);
        }
        let removed = json
            .get("removed")
            .is_some_and(|it| matches!(it, Json::Bool(true)) || it.as_text() == Some("true"));
        let state = match (removed, states.is_empty()) {
            (true, _) => "REMOVED".to_owned(),
            (false, true) => "PRESENT".to_owned(),
            (false, false) => states.join(", "),
        };
        let key = format!("asset/{id}");
        let describe = |desc: &mut PointDesc| {
            desc.name.clone_from(&title);
            desc.entity.clone_from(&key);
        };
        let spot = Spot {
            kind: Some(Kind::Text),
            ..Spot::new(device, &key, message.topic, realm)
        };
        self.points
            .put(&spot, &Said::word(state), message.at, &describe, context);
        let Some(life) = cycle.get("ToolLife") else { return };
        let points = &mut self.points;
        let mut one = |life: &Json<'_>| {
            let Some(said) = life
                .get("value")
                .or_else(|| life.get("#text"))
                .and_then(Said::json)
            else {
                return;
            };
            // MINUTES, PART_COUNT or WEAR.
            let sort = text(life, &["type"]).unwrap_or_default();
            let own = format!("{key}/life/{}", sort.to_lowercase());
            let limit = life
                .get("limit")
                .or_else(|| life.get("initial"))
                .and_then(Json::as_f64);
            let describe = |desc: &mut PointDesc| {
                desc.name = format!("{title} life");
                desc.entity.clone_from(&key);
                desc.unit = (sort == "MINUTES").then(|| "min".to_owned());
                desc.range = limit.filter(|limit| *limit > 0.0).map(|limit| (0.0, limit));
            };
            let spot = Spot {
                kind: Some(Kind::Number),
                ..Spot::new(device, &own, message.topic, realm)
            };
            points.put(&spot, &said, message.at, &describe, context);
        };
        match life {
            Json::Array(items) if items.iter().all(|item| item.get("type").is_some()) => {
                items.iter().for_each(one);
            }
            _ if life.get("type").is_some() => one(life),
            _ => each(life, &mut |_, life| one(life)),
        }
    }
}

/// `[{"Status": {"value": "NEW"}}]` and `{"Status": [{"value": "NEW"}]}`, or bare words.
fn statuses(list: &Json<'_>, out: &mut Vec<String>) {
    each(list, &mut |_, status| {
        let said = status
            .as_text()
            .map(str::to_owned)
            .or_else(|| text(status, &["value", "#text", "Status"]));
        out.extend(
            said.filter(|_| out.len() < 8)
                .map(|said| crate::decoder::shortened(&said, 64)),
        );
    });
    if out.is_empty() {
        out.extend(text(list, &["Status"]));
    }
}
