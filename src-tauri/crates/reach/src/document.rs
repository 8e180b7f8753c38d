//! A message for programs: JSON for webhooks and MQTT.

use hearthline_model::{Micros, Priority, Value};
use serde::Serialize;

use crate::words::Message;
use crate::{Note, What};

/// What a message of ours begins with, byte for byte: by it Hearthline knows what it said itself, so that it never makes a device
/// of it, not even of what another Hearthline said.
pub const MARK: &str = "{\"hearthline_alarms\":1,";

/// Whether a payload is such a message.
pub fn is_ours(payload: &[u8]) -> bool {
    payload.starts_with(MARK.as_bytes())
}

#[derive(Serialize)]
struct Document<'a> {
    hearthline_alarms: u8,
    /// The same however often it is delivered.
    id: &'a str,
    title: &'a str,
    text: &'a str,
    priority: Priority,
    test: bool,
    count: usize,
    alarms: Vec<Alarm<'a>>,
}

#[derive(Serialize)]
struct Alarm<'a> {
    /// Of this event; the same however often it is delivered.
    id: String,
    event: What,
    #[serde(rename = "alarm")]
    lasting: u32,
    text: &'a str,
    device: &'a str,
    place: &'a str,
    priority: Priority,
    class: &'a str,
    value: &'a Value,
    limit: Option<f64>,
    unit: Option<&'a str>,
    /// RFC 3339, UTC.
    at: String,
    raised_at: String,
    response: &'a str,
    late: bool,
}

/// The bytes of a message.
pub fn document(message: &Message) -> Vec<u8> {
    let alarm = |(id, note): &'_ (u64, Note)| -> String {
        serde_json::to_string(&Alarm {
            id: message.id_of(*id),
            event: note.what,
            lasting: note.alarm.0,
            text: &note.text,
            device: &note.device,
            place: &note.place,
            priority: note.priority,
            class: &note.class,
            value: &note.value,
            limit: note.limit.filter(|limit| limit.is_finite()),
            unit: note.unit.as_deref(),
            at: moment(note.at),
            raised_at: moment(note.raised_at),
            response: &note.response,
            late: note.late,
        })
        .unwrap_or_default()
    };
    let mut body = serde_json::to_string(&Document {
        hearthline_alarms: 1,
        id: &message.id,
        title: &message.title,
        text: &message.text,
        priority: message.priority,
        test: message.test,
        count: message.notes.len(),
        alarms: Vec::new(),
    })
    .unwrap_or_default();
    // One by one, so that one that cannot be said leaves the others whole.
    let told: Vec<String> = message
        .notes
        .iter()
        .map(alarm)
        .filter(|text| !text.is_empty())
        .collect();
    if body.ends_with("[]}") {
        body.truncate(body.len() - 2);
        body.push_str(&told.join(","));
        body.push_str("]}");
    }
    body.into_bytes()
}

fn moment(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at)
        .map(|at| at.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::tests::a_note;

    #[test]
    fn begins_with_the_mark_and_is_json() {
        let message = Message::of("hl-1", vec![(4, a_note()), (5, a_note())], false, &|_| 0);
        let bytes = document(&message);
        assert!(is_ours(&bytes));
        assert!(!is_ours(b"{\"alarms\":1}"));
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["id"], "hl-1-4");
        assert_eq!(read["count"], 2);
        assert_eq!(read["alarms"][1]["id"], "hl-1-5");
        assert_eq!(read["alarms"][0]["text"], "Smoke");
        assert_eq!(read["alarms"][0]["at"], "1970-01-01T00:00:01Z");
    }

    #[test]
    fn a_value_that_is_no_number_leaves_the_rest_whole() {
        let odd = Note {
            value: Value::Float(f64::NAN),
            limit: Some(f64::INFINITY),
            ..a_note()
        };
        let message = Message::of("x", vec![(1, odd), (2, a_note())], false, &|_| 0);
        let read: serde_json::Value = serde_json::from_slice(&document(&message)).unwrap();
        assert_eq!(read["alarms"].as_array().unwrap().len(), 2);
        assert!(read["alarms"][0]["value"].is_null());
    }
}
