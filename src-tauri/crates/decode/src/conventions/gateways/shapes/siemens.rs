//! Siemens Industrial Edge databus: `ie/m/j/simatic/v1/<connector>/dp` describes, `ie/d/…/dp/r/<connection>/<collection>` carries values by
//! number, `ie/s/…/status` tells which connections work, `ie/d/…/dp/w/<connection>` writes.

use hearthline_model::{Kind, PointDesc, Quality, Realm};
use rustc_hash::FxHashMap;

use super::super::desk::{Desk, Put, time, with_json, word};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, DeviceIx, DiagnosisKind, Message};

/// Most data points that are kept.
const MOST: usize = 50_000;

struct DataPoint {
    connection: String,
    name: String,
    kind: Option<Kind>,
    writable: bool,
    whole: bool,
}

/// See the module.
#[derive(Default)]
pub(super) struct Siemens {
    /// By connector and number.
    points: FxHashMap<(String, String), DataPoint>,
}

fn split(topic: &str) -> Option<(&str, &str, &str)> {
    let rest = topic.strip_prefix("ie/")?;
    let (sort, rest) = rest.split_once('/')?;
    let rest = rest.strip_prefix("j/simatic/v1/")?;
    let (connector, rest) = rest.split_once('/')?;
    matches!(sort, "m" | "d" | "s").then_some((sort, connector, rest))
}

impl Siemens {
    fn device(
        connector: &str,
        connection: &str,
        desk: &mut Desk,
        context: &mut Context<'_>,
    ) -> Option<DeviceIx> {
        let id = format!("{connector}/{connection}");
        let more = |desc: &mut hearthline_model::DeviceDesc| desc.manufacturer = Some("Siemens".into());
        desk.device("siemens", &id, connection, (Realm::Plant, &[]), more, context)
    }

    fn describe(&mut self, connector: &str, json: &Json<'_>, context: &mut Context<'_>) {
        for connection in json.get("connections").map(Json::items).unwrap_or_default() {
            let Some(name) = word(connection, &["name"]) else {
                continue;
            };
            for collection in connection.get("dataPoints").map(Json::items).unwrap_or_default() {
                for point in collection
                    .get("dataPointDefinitions")
                    .map(Json::items)
                    .unwrap_or_default()
                {
                    let (Some(id), Some(own)) = (word(point, &["id"]), word(point, &["name"])) else {
                        continue;
                    };
                    if self.points.len() >= MOST {
                        return;
                    }
                    let sort = word(point, &["dataType"]).unwrap_or_default().to_lowercase();
                    let kind = match sort.as_str() {
                        "bool" => Some(Kind::Bool),
                        "string" | "wstring" | "char" | "wchar" => Some(Kind::Text),
                        "real" | "lreal" | "int" | "dint" | "sint" | "lint" | "uint" | "udint" | "usint"
                        | "ulint" | "byte" | "word" | "dword" | "lword" => Some(Kind::Number),
                        _ => None,
                    };
                    let known = DataPoint {
                        connection: name.clone(),
                        name: own,
                        writable: kind.is_some()
                            && word(point, &["accessMode"]).is_some_and(|mode| mode.contains('w')),
                        whole: !sort.ends_with("real"),
                        kind,
                    };
                    self.points.insert((connector.to_owned(), id), known);
                }
            }
        }
        // Values that came before are named now.
        context.reroute(format!("ie/d/j/simatic/v1/{connector}/#"));
    }

    fn value(
        &self,
        connector: &str,
        json: &Json<'_>,
        message: &Message<'_>,
        desk: &mut Desk,
        context: &mut Context<'_>,
    ) {
        let Some(id) = word(json, &["id"]) else { return };
        let Some(point) = self.points.get(&(connector.to_owned(), id.clone())) else {
            let text = "values came whose description (ie/m/…) has not come yet; they are shown once it has";
            return desk.once(message.topic, DiagnosisKind::Sequence, text, context);
        };
        let Some(device) = Self::device(connector, &point.connection, desk, context) else {
            return;
        };
        let missing = Json::Null;
        let Some(mut said) = Said::json(json.get("val").unwrap_or(&missing)) else {
            return;
        };
        said.at = time(json, &["ts"], message.at);
        said.quality = match json.get("qc").and_then(Json::as_int) {
            None | Some(3) => Quality::Good,
            Some(1 | 2) => Quality::Uncertain,
            _ => Quality::Bad,
        };
        let mut put = Put::new(device, &point.name, said);
        put.kind = point.kind;
        if point.writable {
            let takes = match point.kind {
                Some(Kind::Bool) => Takes::Bool("true", "false"),
                Some(Kind::Number) => Takes::Number(None, Scale::Same, point.whole),
                _ => Takes::Text,
            };
            let topic = format!("ie/d/j/simatic/v1/{connector}/dp/w/{}", point.connection);
            put = put.order(topic, takes, Form::Siemens(id));
        }
        let describe = |desc: &mut PointDesc| infer::count(desc);
        desk.put(put, message, &describe, context);
    }
}

impl Shape for Siemens {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn describes(&self, topic: &str) -> bool {
        split(topic).is_some_and(|(sort, ..)| sort == "m")
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((sort, connector, rest)) = split(message.topic) else {
            return;
        };
        // What others write is no value.
        if sort == "d" && rest.starts_with("dp/w/") {
            return;
        }
        with_json(message, context, |json, context| match sort {
            "m" => self.describe(connector, json, context),
            "s" => {
                for connection in json.get("connections").map(Json::items).unwrap_or_default() {
                    if let Some(name) = word(connection, &["name"])
                        && let Some(device) = Self::device(connector, &name, desk, context)
                    {
                        let good =
                            word(connection, &["status"]).is_some_and(|it| it.eq_ignore_ascii_case("good"));
                        context.online(device, good, message.at);
                    }
                }
            }
            _ => {
                let values = json.get("vals").or_else(|| json.get("records"));
                for value in values.map(Json::items).unwrap_or_default() {
                    // A batch by time holds its values one level down.
                    match value.get("vals") {
                        Some(inner) => {
                            inner
                                .items()
                                .iter()
                                .for_each(|it| self.value(connector, it, message, desk, context));
                        }
                        None => self.value(connector, value, message, desk, context),
                    }
                }
            }
        });
    }
}
