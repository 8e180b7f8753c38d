//! Troubles with input, counted by device and sort, with the latest of each in words.

use hearthline_decode::DiagnosisKind;
use hearthline_model::{BrokerId, DeviceId, Micros, SECOND};
use rustc_hash::FxHashMap;

use crate::view::DiagnosisView;

/// Different troubles that are told apart; more are counted in one line.
const MOST: usize = 2000;
/// Longest sentence kept, bytes.
const LONGEST: usize = 2048;

/// One occurrence.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The broker that the message came from.
    pub broker: BrokerId,
    /// Whose message it was, where that is known.
    pub device: Option<DeviceId>,
    /// The sort.
    pub kind: DiagnosisKind,
    /// The topic.
    pub topic: &'a str,
    /// One sentence.
    pub text: &'a str,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Diagnoses {
    lines: FxHashMap<Key, Line>,
    total: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    broker: BrokerId,
    device: Option<DeviceId>,
    kind: &'static str,
    /// Troubles that no device owns are told apart by the first level of their topic, so that one sender's noise does
    /// not hide another's; what was ignored of a device by what is said of it.
    scope: String,
}

#[derive(Debug)]
struct Line {
    topic: String,
    text: String,
    payload: String,
    /// When the payload was taken.
    payload_at: Micros,
    count: u64,
    first_at: Micros,
    last_at: Micros,
}

impl Diagnoses {
    /// Counts one. `payload` is asked for the start of the message, at most once a second a line.
    pub fn count(&mut self, found: &Found<'_>, payload: &dyn Fn() -> Option<String>, at: Micros) {
        let Found {
            broker,
            device,
            kind,
            topic,
            text,
        } = *found;
        let ignored = kind == DiagnosisKind::Ignored;
        // What was left out on purpose is told, and no trouble.
        self.total += u64::from(!ignored);
        let scope = if ignored && device.is_some() {
            text.chars().take(200).collect()
        } else if device.is_some() {
            String::new()
        } else {
            topic
                .split('/')
                .next()
                .unwrap_or_default()
                .chars()
                .take(64)
                .collect()
        };
        let mut key = Key {
            broker,
            device,
            kind: kind.code(),
            scope,
        };
        if self.lines.len() >= MOST && !self.lines.contains_key(&key) {
            key = Key {
                broker,
                device: None,
                kind: kind.code(),
                scope: String::new(),
            };
        }
        let line = self.lines.entry(key).or_insert_with(|| Line {
            topic: String::new(),
            text: String::new(),
            payload: String::new(),
            payload_at: 0,
            count: 0,
            first_at: at,
            last_at: at,
        });
        line.count += 1;
        line.last_at = at;
        if line.payload_at == 0 || at - line.payload_at >= SECOND {
            line.payload_at = at;
            line.payload = payload().unwrap_or_default();
        }
        if line.text != text {
            line.text = text.chars().take(LONGEST).collect();
        }
        if line.topic != topic {
            topic.clone_into(&mut line.topic);
        }
    }

    /// All troubles counted in this run.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The lines of one device or all, newest first.
    pub fn view(&self, device: Option<DeviceId>, name: &dyn Fn(DeviceId) -> String) -> Vec<DiagnosisView> {
        let mut lines: Vec<DiagnosisView> = self
            .lines
            .iter()
            .filter(|(key, _)| device.is_none() || key.device == device)
            .map(|(key, line)| DiagnosisView {
                broker: key.broker,
                device: key.device,
                device_name: key.device.map(name).unwrap_or_default(),
                topic: line.topic.clone(),
                kind: key.kind.to_owned(),
                text: line.text.clone(),
                payload: line.payload.clone(),
                count: line.count,
                first_at: line.first_at,
                last_at: line.last_at,
            })
            .collect();
        lines.sort_by(|a, b| b.last_at.cmp(&a.last_at).then_with(|| a.topic.cmp(&b.topic)));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(device: Option<DeviceId>, kind: DiagnosisKind, topic: &'a str, text: &'a str) -> Found<'a> {
        Found {
            broker: BrokerId(1),
            device,
            kind,
            topic,
            text,
        }
    }

    #[test]
    fn equal_troubles_are_one_line_with_a_count() {
        let mut diagnoses = Diagnoses::default();
        for at in 1..=3 {
            let trouble = found(None, DiagnosisKind::MalformedJson, "a/b", "it is cut short");
            diagnoses.count(&trouble, &|| Some(format!("{{{at}")), at * SECOND);
        }
        let lines = diagnoses.view(None, &|_| String::new());
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].count, lines[0].first_at, lines[0].last_at),
            (3, SECOND, 3 * SECOND)
        );
        assert_eq!(lines[0].payload, "{3");
    }

    #[test]
    fn what_was_ignored_of_a_device_is_listed_and_is_no_trouble() {
        let mut diagnoses = Diagnoses::default();
        let device = Some(DeviceId(7));
        for text in ["a is unknown", "b is unknown", "a is unknown"] {
            diagnoses.count(&found(device, DiagnosisKind::Ignored, "t", text), &|| None, 1);
        }
        assert_eq!(diagnoses.total(), 0);
        assert_eq!(diagnoses.view(device, &|_| String::new()).len(), 2);
    }

    #[test]
    fn a_storm_of_different_senders_stays_bounded() {
        let mut diagnoses = Diagnoses::default();
        for sender in 0..10_000 {
            let topic = format!("t{sender}/x");
            diagnoses.count(
                &found(None, DiagnosisKind::MalformedJson, &topic, "no"),
                &|| None,
                1,
            );
        }
        assert!(diagnoses.lines.len() <= MOST + 1);
        assert_eq!(diagnoses.total(), 10_000);
    }
}
