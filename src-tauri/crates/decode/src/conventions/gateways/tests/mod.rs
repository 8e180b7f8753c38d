//! Whole messages through a decoder.

mod home;
mod hostile;
mod mixed;
mod plant;

use hearthline_model::Value;

use crate::transcript::Transcript;
use crate::{Event, Options, PointIx};

/// What a decoder makes of some messages.
pub(super) fn transcript(messages: &[(&str, &str)]) -> String {
    said(messages).text
}

/// The decoder with what it made.
pub(super) fn said(messages: &[(&str, &str)]) -> Transcript {
    let mut transcript = Transcript::new(Options::default());
    for (topic, payload) in messages {
        transcript.message(topic, payload.as_bytes());
        let name = transcript.decoder.claimed_by(topic);
        assert_eq!(name, ["gateways"], "{topic}");
    }
    transcript
}

/// The point of a key in what a transcript has seen, by saying all again.
pub(super) fn point(messages: &[(&str, &str)], key: &str) -> (Transcript, PointIx) {
    let mut transcript = Transcript::new(Options::default());
    let mut found = None;
    for (topic, payload) in messages {
        transcript.message(topic, payload.as_bytes());
        for event in &transcript.events {
            if let Event::Point { point, desc, .. } = event
                && desc.key == key
            {
                found = Some(*point);
            }
        }
    }
    let found = found.unwrap_or_else(|| panic!("no point {key} in\n{}", transcript.text));
    (transcript, found)
}

/// What a command publishes, as `topic payload`, or why it is refused.
pub(super) fn command(messages: &[(&str, &str)], key: &str, value: &Value) -> String {
    let (mut transcript, point) = point(messages, key);
    match transcript.decoder.command(point, value, transcript.now) {
        Ok(sent) => sent
            .iter()
            .map(|it| format!("{} {}", it.topic, String::from_utf8_lossy(&it.payload)))
            .collect::<Vec<_>>()
            .join("; "),
        Err(error) => format!("refused: {error}"),
    }
}
