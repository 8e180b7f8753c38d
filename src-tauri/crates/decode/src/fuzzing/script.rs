//! Bytes as a script of messages, in a form that survives being cut and spliced: records between separators, each with a byte that
//! says what it is.

use std::fmt::Write as _;

/// Between two records.
pub(super) const SEPARATOR: &[u8] = b"\x1e\x1e";
/// Most records of a script.
const MOST: usize = 64;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// A message.
    Say {
        topic: &'a str,
        payload: &'a [u8],
        retain: bool,
    },
    /// So many quarters of a second pass.
    Wait(i64),
    /// The connection is accepted anew.
    Connect,
    /// A person's rules, as JSON.
    Rules(&'a [u8]),
    /// Every point is written.
    Write,
    /// A person joins (or splits) the first two devices.
    Tie { together: bool },
}

/// Reads a script; what is no record is left out.
pub(super) fn steps<'a>(data: &'a [u8], topics: &'a [String]) -> Vec<Step<'a>> {
    records(data)
        .into_iter()
        .take(MOST)
        .filter_map(|record| step(record, topics))
        .collect()
}

/// The records of a script.
pub(super) fn records(data: &[u8]) -> Vec<&[u8]> {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(2).position(|two| two == SEPARATOR) {
        out.push(&rest[..at]);
        rest = &rest[at + 2..];
    }
    out.push(rest);
    out
}

fn step<'a>(record: &'a [u8], topics: &'a [String]) -> Option<Step<'a>> {
    let (&head, rest) = record.split_first()?;
    match head {
        0..=0x7f => Some(Step::Say {
            topic: topics.get(usize::from(head & 0x3f) % topics.len().max(1))?,
            payload: rest,
            retain: head & 0x40 != 0,
        }),
        0x80..=0xbf => {
            let end = rest.iter().position(|&byte| byte == b'\n')?;
            let topic = std::str::from_utf8(&rest[..end]).ok()?;
            // What no broker delivers.
            let impossible = topic.is_empty() || topic.len() > 65_535 || topic.contains(['+', '#', '\0']);
            (!impossible).then_some(Step::Say {
                topic,
                payload: &rest[end + 1..],
                retain: head & 0x20 != 0,
            })
        }
        0xc0..=0xdf => Some(Step::Wait(1 << (head & 0x1f).min(21))),
        0xe0..=0xe3 => Some(Step::Connect),
        0xe4..=0xeb => Some(Step::Rules(rest)),
        0xec..=0xf3 => Some(Step::Write),
        _ => Some(Step::Tie {
            together: head & 1 == 0,
        }),
    }
}

/// Where the payload of a record begins; none where it has none.
pub(super) fn payload_at(record: &[u8]) -> Option<usize> {
    match record.first()? {
        0..=0x7f | 0xe4..=0xeb => Some(1),
        0x80..=0xbf => record.iter().position(|&byte| byte == b'\n').map(|at| at + 1),
        _ => None,
    }
}

/// A record that says `payload` on any topic.
pub(super) fn say(topic: &str, payload: &[u8], retain: bool) -> Vec<u8> {
    let mut out = vec![if retain { 0xa0 } else { 0x80 }];
    out.extend_from_slice(topic.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload);
    out
}

/// Records as one script.
pub(super) fn join<T: AsRef<[u8]>>(records: &[T]) -> Vec<u8> {
    let parts: Vec<&[u8]> = records.iter().map(AsRef::as_ref).collect();
    parts.join(SEPARATOR)
}

/// A script for people.
pub fn readable(target: &str, data: &[u8]) -> String {
    let mut out = String::new();
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    for step in steps(data, super::seeds::topics(target)) {
        let _ = match step {
            Step::Say {
                topic,
                payload,
                retain,
            } => writeln!(
                out,
                "{}{topic}  {}",
                if retain { "(kept) " } else { "" },
                text(payload)
            ),
            Step::Rules(json) => writeln!(out, "rules {}", text(json)),
            other => writeln!(out, "{other:?}"),
        };
    }
    out
}
