//! Network messages, data set messages and their fields.

use std::fmt::Write as _;

use hearthline_model::{Kind, Micros, Quality, Realm};

use super::OpcUa;
use super::body::{self, Body, exact, id, text};
use super::field::{self, Content, Field};
use super::metadata::{self, FieldMeta};
use super::publisher::{self, Named};
use super::topic::Topic;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::{Points, Said, Spot};
use crate::shape::scalar::Scalar;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DeviceIx, DiagnosisKind, Message};

/// Most fields of one message.
const MOST_FIELDS: usize = 2_048;

/// Who sends.
#[derive(Clone)]
struct From {
    publisher: String,
    named: Named,
}

/// One data set message with what stands around it.
struct Around<'m> {
    at: Option<Micros>,
    quality: Quality,
    event: bool,
    message: &'m Message<'m>,
    realm: Realm,
}

impl OpcUa {
    pub(super) fn data(
        &mut self,
        topic: &Topic,
        body: Body,
        json: &Json<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let from = From {
            publisher: topic
                .publisher
                .clone()
                .unwrap_or_else(|| message.topic.to_owned()),
            named: Named {
                group: topic.group.clone(),
                id: None,
                name: topic.writer.clone(),
            },
        };
        self.any(from, body, json, message, context, 0);
    }

    fn any(
        &mut self,
        mut from: From,
        body: Body,
        json: &Json<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
        depth: u8,
    ) {
        if depth > 3 {
            return;
        }
        if let Some(publisher) = id(json, "PublisherId") {
            from.publisher = publisher;
        }
        if let Some(group) = id(json, "WriterGroupName") {
            from.named.group = Some(group);
        }
        match body {
            Body::Batch => {
                for item in json.items() {
                    if let Some(body) = body::of(item) {
                        self.any(from.clone(), body, item, message, context, depth + 1);
                    }
                }
            }
            Body::Network => match exact(json, "Messages") {
                Some(Json::Array(items)) => {
                    for item in items {
                        self.inner(&from, item, message, context);
                    }
                }
                Some(one) => self.inner(&from, one, message, context),
                None if exact(json, "Payload").is_some() || exact(json, "DataSetWriterId").is_some() => {
                    self.data_set(&from, json, message, context);
                }
                // A topic of data whose messages have no header at all: the fields themselves.
                None if exact(json, "MessageType").is_none() => {
                    self.fields_alone(&from, json, message, context);
                }
                None => {}
            },
            Body::Sample => self.sample(&from, json, message, context),
            _ => self.data_set(&from, json, message, context),
        }
    }

    /// An element of `Messages`: a data set message, or with a header mask that leaves it out, the fields alone.
    fn inner(&mut self, from: &From, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        const HEADER: [&str; 8] = [
            "Payload",
            "DataSetWriterId",
            "DataSetWriterName",
            "SequenceNumber",
            "MetaDataVersion",
            "MinorVersion",
            "Timestamp",
            "MessageType",
        ];
        if HEADER.iter().any(|key| exact(json, key).is_some()) {
            self.data_set(from, json, message, context);
        } else {
            self.fields_alone(from, json, message, context);
        }
    }

    fn data_set(&mut self, from: &From, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let mut named = from.named.clone();
        named.id = id(json, "DataSetWriterId");
        if let Some(name) = id(json, "DataSetWriterName") {
            named.name = Some(name);
        }
        // A group's topic names no writer; its messages do.
        if let Some(group) = id(json, "WriterGroupName") {
            named.group = Some(group);
        }
        let mut clock = false;
        let mut around = Around {
            at: time(json, message.at, &mut clock),
            quality: exact(json, "Status").map_or(Quality::Good, field::quality),
            event: text(json, "MessageType") == Some("ua-event"),
            message,
            realm: self.realm,
        };
        let alive = text(json, "MessageType") == Some("ua-keepalive");
        let fields = exact(json, "Payload").map(Json::entries).unwrap_or_default();
        let number = exact(json, "SequenceNumber").and_then(Json::as_int);
        self.emit(
            &from.publisher,
            &named,
            fields,
            number,
            alive,
            &mut around,
            context,
            clock,
        );
    }

    fn fields_alone(
        &mut self,
        from: &From,
        json: &Json<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let mut around = Around {
            at: None,
            quality: Quality::Good,
            event: false,
            message,
            realm: self.realm,
        };
        let named = from.named.clone();
        self.emit(
            &from.publisher,
            &named,
            json.entries(),
            None,
            false,
            &mut around,
            context,
            false,
        );
    }

    /// `{NodeId, ApplicationUri, EndpointUrl, DisplayName, Timestamp, Value}`: one value, the server is the device.
    fn sample(&mut self, from: &From, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let server = id(json, "ApplicationUri").or_else(|| id(json, "EndpointUrl"));
        let named = Named {
            name: id(json, "DataSetWriterName").or_else(|| id(json, "DataSetWriterId")),
            ..from.named.clone()
        };
        let Some(node) = text(json, "NodeId") else { return };
        let name =
            text(json, "DisplayName").unwrap_or_else(|| node.rsplit(['=', ';']).next().unwrap_or(node));
        let mut clock = false;
        let mut around = Around {
            at: time(json, message.at, &mut clock),
            quality: exact(json, "Status").map_or(Quality::Good, field::quality),
            event: false,
            message,
            realm: self.realm,
        };
        if let Some(value) = exact(json, "Value") {
            let entry = [(std::borrow::Cow::Borrowed(name), value.clone())];
            let server = server.unwrap_or_else(|| from.publisher.clone());
            self.emit(&server, &named, &entry, None, false, &mut around, context, clock);
        }
    }

    #[allow(clippy::too_many_arguments)] // what a data set message consists of
    fn emit(
        &mut self,
        publisher_id: &str,
        named: &Named,
        fields: &[(std::borrow::Cow<'_, str>, Json<'_>)],
        number: Option<i64>,
        alive: bool,
        around: &mut Around<'_>,
        context: &mut Context<'_>,
        mut clock: bool,
    ) {
        let message = around.message;
        let realm = self.realm;
        let publisher_id = crate::decoder::shortened(publisher_id, 256);
        let points = &mut self.points;
        let Some(publisher) = publisher::of(&mut self.publishers, &publisher_id) else {
            let text = "more publishers than are kept; this one is not shown";
            return context.diagnose(None, message.topic, DiagnosisKind::TooMany, text);
        };
        let Some(ix) = publisher.writer(named) else {
            let text = "more data set writers of one publisher than are kept; this one is not shown";
            return context.diagnose(None, message.topic, DiagnosisKind::TooMany, text);
        };
        // A keep-alive of a writer that has sent nothing yet tells of no device.
        if fields.is_empty() && publisher.writers[ix].device.is_none() {
            return;
        }
        let Some(device) = publisher.device(ix, &publisher_id, named, realm, context) else {
            return;
        };
        if alive && publisher.online != Some(false) {
            context.online(device, true, message.at);
        }
        let writer = &mut publisher.writers[ix];
        if !alive && writer.topic.as_deref() != Some(message.topic) {
            writer.topic = Some(message.topic.to_owned());
        }
        if let Some(number) = number {
            // Numbers start anew with the publisher and wrap at their width.
            if let Some(former) = writer.sequence
                && number > former.saturating_add(1)
                && number.saturating_sub(former) < 1_000
            {
                let text = format!("{} messages of the data set are missing", number - former - 1);
                context.diagnose(Some(device), message.topic, DiagnosisKind::Sequence, text);
            }
            writer.sequence = Some(number);
        }
        if around.event && message.retain {
            return;
        }
        let unknown = FieldMeta {
            scalar: true,
            ..FieldMeta::default()
        };
        let edition = writer.edition;
        let metas = &writer.fields;
        if around.event {
            event(points, device, fields, around, context);
        }
        for (name, json) in fields.iter().take(MOST_FIELDS) {
            let meta = metas.get(name.as_ref()).unwrap_or(&unknown);
            clock |= one(points, device, name, json, meta, edition, around, context);
        }
        if fields.len() > MOST_FIELDS {
            let text = format!("more than {MOST_FIELDS} fields in one message; further ones are not kept");
            context.diagnose(Some(device), message.topic, DiagnosisKind::TooMany, text);
        }
        if clock {
            let text = "the message's time is more than an hour ahead or from before this century; the time of arrival is used";
            context.diagnose(Some(device), message.topic, DiagnosisKind::Clock, text);
        }
    }

    pub(super) fn metadata(
        &mut self,
        topic: &Topic,
        json: &Json<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let realm = self.realm;
        let Some(fields) = metadata::fields(json) else {
            let text = "the metadata has no list of fields; it was not used";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        let of = id(json, "PublisherId")
            .or_else(|| topic.publisher.clone())
            .unwrap_or_else(|| message.topic.to_owned());
        let named = Named {
            group: id(json, "WriterGroupName").or_else(|| topic.group.clone()),
            id: id(json, "DataSetWriterId"),
            name: id(json, "DataSetWriterName")
                .or_else(|| topic.writer.clone())
                .or_else(|| exact(json, "MetaData").and_then(|meta| id(meta, "Name"))),
        };
        let points = &mut self.points;
        let Some(publisher) = publisher::of(&mut self.publishers, &of) else {
            return;
        };
        let Some(ix) = publisher.writer(&named) else {
            return;
        };
        let writer = &mut publisher.writers[ix];
        if writer.fields == fields {
            return;
        }
        writer.fields = fields;
        writer.edition = writer.edition.wrapping_add(1);
        // Points that came before their description learn now what they are.
        if let Some(device) = writer.device {
            for (name, meta) in &writer.fields {
                points.amend(
                    device,
                    name,
                    |desc| {
                        if let Some(kind) = meta.kind()
                            && desc.kind != Kind::Text
                        {
                            desc.kind = kind;
                        }
                        meta.describe(desc);
                    },
                    context,
                );
            }
            publisher.device(ix, &of, &named, realm, context);
        }
        // And the last message is read again by what is known now.
        if let Some(topic) = publisher.writers[ix].topic.clone() {
            context.reroute(topic);
        }
    }
}

/// One field; whether its time was not to be believed.
#[allow(clippy::too_many_arguments)] // what a field's value depends on
fn one(
    points: &mut Points,
    device: DeviceIx,
    name: &str,
    json: &Json<'_>,
    meta: &FieldMeta,
    edition: u32,
    around: &Around<'_>,
    context: &mut Context<'_>,
) -> bool {
    let message = around.message;
    let field = Field::open(json, message.at);
    let quality = field.quality.max(around.quality);
    let at = field.at.or(around.at);
    let builtin = field.builtin.or(meta.builtin);
    let spot = Spot {
        kind: meta.kind().or_else(|| field::kind(builtin?)),
        edition,
        ..Spot::new(device, name, message.topic, around.realm)
    };
    let describe = |desc: &mut hearthline_model::PointDesc| {
        "metric".clone_into(&mut desc.platform);
        infer::count(desc);
        meta.describe(desc);
    };
    let missing = Json::Null;
    match field::content(field.value.unwrap_or(&missing), builtin, message.at) {
        Content::One(said) => {
            let said = named_value(said, meta);
            let said = Said {
                quality,
                ..said.at(at)
            };
            points.put(&spot, &said, message.at, &describe, context);
        }
        Content::Bytes(bytes) => {
            let said = Said {
                quality,
                ..Said::scalar(Scalar::Int(bytes)).at(at)
            };
            let spot = Spot {
                kind: Some(Kind::Binary),
                ..spot
            };
            points.put(&spot, &said, message.at, &describe, context);
        }
        Content::Many(mut flat) => {
            for leaf in &mut flat.leaves {
                leaf.quality = leaf.quality.max(quality);
                leaf.at = leaf.at.or(at);
            }
            let spot = Spot { kind: None, ..spot };
            points.put_all(&spot, &flat, message.at, &describe, context);
            if flat.cut {
                let text = format!(
                    "\"{}\" has more values than are shown; the rest was left out",
                    crate::decoder::shortened(name, 64)
                );
                context.diagnose(Some(device), message.topic, DiagnosisKind::TooLarge, text);
            }
        }
    }
    field.clock
}

/// An enumeration's number or verbose text by its name.
fn named_value<'a>(said: Said<'a>, meta: &'a FieldMeta) -> Said<'a> {
    if meta.names.is_empty() {
        return said;
    }
    let name = match (&said.scalar, said.raw.as_deref()) {
        (Scalar::Int(number), _) => meta.names.get(number).map(String::as_str),
        (Scalar::Text(_), Some(text)) => {
            let bare = field::enum_name(text);
            meta.names.values().map(String::as_str).find(|name| *name == bare)
        }
        _ => None,
    };
    match name {
        Some(name) => Said::word(name),
        None => said,
    }
}

/// An event of its own besides its fields, so that it shows as something that happened.
fn event(
    points: &mut Points,
    device: DeviceIx,
    fields: &[(std::borrow::Cow<'_, str>, Json<'_>)],
    around: &Around<'_>,
    context: &mut Context<'_>,
) {
    let said = |wanted: &str| {
        let (_, json) = fields.iter().find(|(name, _)| {
            name.rsplit(['/', ':', '.'])
                .next()
                .is_some_and(|name| name == wanted)
        })?;
        let field = Field::open(json, around.message.at);
        match field::content(field.value?, Some(12), around.message.at) {
            Content::One(said) => said.raw.map(|text| crate::decoder::shortened(&text, 512)),
            _ => None,
        }
    };
    let Some(mut text) = said("Message").or_else(|| said("EventType")) else {
        return;
    };
    if let Some(source) = said("SourceName").filter(|source| !source.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(text, " ({source})");
    }
    let spot = Spot {
        kind: Some(Kind::Event),
        ..Spot::new(device, "event", around.message.topic, around.realm)
    };
    points.put(
        &spot,
        &Said::word(text).at(around.at),
        around.message.at,
        &|_| (),
        context,
    );
}

fn time(json: &Json<'_>, arrival: Micros, clock: &mut bool) -> Option<Micros> {
    match stamp::read(exact(json, "Timestamp")?, arrival) {
        Stamp::At(at) => Some(at),
        Stamp::Useless(wrong) => {
            *clock |= wrong;
            None
        }
        Stamp::No => None,
    }
}
