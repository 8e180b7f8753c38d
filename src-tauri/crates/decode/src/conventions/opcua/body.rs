//! What sort of message a body is, by the names that OPC 10000-14 gives (they are case-sensitive).

use crate::shape::json::Json;

/// The sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A `NetworkMessage` with its data set messages.
    Network,
    /// A data set message of its own.
    Data,
    /// An array of the two above.
    Batch,
    /// A value of its own, as the older publisher of Azure's Industrial `IoT` sends it: `NodeId`, `DisplayName`, `Value`.
    Sample,
    /// Fields of a data set.
    Metadata,
    /// Whether the publisher runs.
    Status,
    /// Who the publisher is.
    Application,
    /// Connections and endpoints of the publisher, which are of no use here.
    Other,
    /// Requests and answers of actions.
    Action,
}

/// The value of a key, spelled exactly so.
pub(super) fn exact<'j, 'a>(json: &'j Json<'a>, key: &str) -> Option<&'j Json<'a>> {
    json.entries()
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

/// The text of a key.
pub(super) fn text<'j>(json: &'j Json<'_>, key: &str) -> Option<&'j str> {
    exact(json, key)?.as_text().filter(|text| !text.is_empty())
}

/// A name or number of a key, as text of sensible length.
pub(super) fn id(json: &Json<'_>, key: &str) -> Option<String> {
    match exact(json, key)? {
        Json::Int(int) => Some(int.to_string()),
        Json::Text(text) if !text.trim().is_empty() => Some(crate::decoder::shortened(text.trim(), 128)),
        _ => None,
    }
}

/// The sort of a body; none where it is nothing of OPC UA.
pub(super) fn of(json: &Json<'_>) -> Option<Body> {
    match json {
        Json::Array(items) => match of(items.first()?)? {
            Body::Network | Body::Data | Body::Batch | Body::Sample => Some(Body::Batch),
            _ => None,
        },
        Json::Object(_) => of_object(json),
        _ => None,
    }
}

fn of_object(json: &Json<'_>) -> Option<Body> {
    let has = |key: &str| exact(json, key).is_some();
    if let Some(named) = text(json, "MessageType").and_then(of_type) {
        return Some(named);
    }
    let writer = has("DataSetWriterId") || has("DataSetWriterName");
    let inner = || {
        let messages = exact(json, "Messages")?;
        let first = if let Json::Array(items) = messages {
            items.first()?
        } else {
            messages
        };
        Some(exact(first, "Payload").is_some() || exact(first, "DataSetWriterId").is_some())
    };
    if has("Messages") && (has("MessageId") || has("PublisherId") || inner() == Some(true)) {
        Some(Body::Network)
    } else if exact(json, "MetaData").is_some_and(|meta| exact(meta, "Fields").is_some()) {
        Some(Body::Metadata)
    } else if exact(json, "Payload").is_some_and(Json::is_object) && (writer || has("MetaDataVersion")) {
        Some(Body::Data)
    } else if text(json, "NodeId").is_some() && exact(json, "Value").is_some() {
        Some(Body::Sample)
    } else {
        None
    }
}

fn of_type(name: &str) -> Option<Body> {
    Some(match name {
        "ua-data" => Body::Network,
        "ua-keyframe" | "ua-deltaframe" | "ua-event" | "ua-keepalive" => Body::Data,
        "ua-metadata" => Body::Metadata,
        "ua-status" => Body::Status,
        "ua-application" => Body::Application,
        "ua-connection" | "ua-endpoints" | "ua-discovery" => Body::Other,
        name if name.starts_with("ua-action") => Body::Action,
        _ => return None,
    })
}
