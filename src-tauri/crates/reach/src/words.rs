//! What people read.

use hearthline_model::{AlarmId, DAY, HOUR, MINUTE, Micros, Priority, Realm, SECOND, Value};

use crate::{Note, What};

/// Alarms that are named in a message; the others are counted.
const NAMED: usize = 5;

/// One message: of one alarm, or of many summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The same however often it is delivered, and nobody else's.
    pub id: String,
    /// One line: `■ Smoke: Smoke detector, Hall`.
    pub title: String,
    /// Some lines.
    pub text: String,
    /// The most urgent one's.
    pub priority: Priority,
    /// What it is of, each with the number of its row.
    pub notes: Vec<(u64, Note)>,
    /// It is only to see whether it arrives.
    pub test: bool,
    prefix: String,
}

impl Message {
    /// Of rows. `prefix` tells this Hearthline from others; `offset` is how far the clock on the wall is ahead of UTC at a moment.
    pub fn of(
        prefix: &str,
        notes: Vec<(u64, Note)>,
        was_quiet: bool,
        offset: &dyn Fn(Micros) -> Micros,
    ) -> Self {
        let first = notes.first().map_or(0, |(id, _)| *id);
        let priority = notes
            .iter()
            .map(|(_, note)| note.priority)
            .min()
            .unwrap_or_default();
        let (title, text) = match notes.as_slice() {
            [(_, note)] if !was_quiet => (one_title(note), one_text(note, offset)),
            all => (title(all, was_quiet), list(all, offset)),
        };
        Self {
            id: format!("{prefix}-{first}"),
            title,
            text,
            priority,
            notes,
            test: false,
            prefix: prefix.to_owned(),
        }
    }

    /// The id of one of its events.
    pub fn id_of(&self, row: u64) -> String {
        format!("{}-{row}", self.prefix)
    }
}

/// A message that only shows whether it arrives. `mark` tells it from others.
pub fn test_message(prefix: &str, mark: u64, now: Micros) -> Message {
    let note = Note {
        alarm: AlarmId(0),
        what: What::Raised,
        at: now,
        raised_at: now,
        priority: Priority::Low,
        text: "Test".into(),
        device: "Hearthline".into(),
        place: String::new(),
        realm: Realm::Home,
        value: Value::Null,
        limit: None,
        unit: None,
        response: String::new(),
        class: String::new(),
        urgent: false,
        late: false,
    };
    Message {
        id: format!("{prefix}-test-{mark}"),
        title: "Test of Hearthline".into(),
        text: "This is a test: alarms will reach you this way. There is nothing to do.".into(),
        priority: Priority::Low,
        notes: vec![(mark, note)],
        test: true,
        prefix: format!("{prefix}-test"),
    }
}

fn shape(priority: Priority) -> char {
    match priority {
        Priority::Critical => '■',
        Priority::High => '▲',
        Priority::Medium => '◆',
        Priority::Low => '●',
        Priority::Diagnostic => '○',
    }
}

fn word(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "critical",
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Low => "low",
        Priority::Diagnostic => "diagnostic",
    }
}

fn name(note: &Note) -> String {
    let (text, device) = (note.text.as_str(), note.device.as_str());
    if device.is_empty() || text.to_lowercase().contains(&device.to_lowercase()) {
        text.to_owned()
    } else {
        format!("{text}: {device}")
    }
}

fn one_title(note: &Note) -> String {
    let name = name(note);
    match note.what {
        What::Raised => format!("{} {name}", shape(note.priority)),
        What::Cleared => format!("Over: {name}"),
        What::Escalated => format!("{} Not acknowledged: {name}", shape(note.priority)),
    }
}

fn one_text(note: &Note, offset: &dyn Fn(Micros) -> Micros) -> String {
    let mut lines = vec![match note.what {
        What::Raised => format!("Since {}", clock(note.at, offset)),
        What::Cleared => format!("Over since {}", clock(note.at, offset)),
        What::Escalated => format!(
            "Raised {}, and nobody has acknowledged it for {}",
            clock(note.raised_at, offset),
            lasting(note.at.saturating_sub(note.raised_at))
        ),
    }];
    if note.late {
        lines[0].push_str(" (learnt of late)");
    }
    if !note.place.is_empty() {
        lines.push(format!("Where: {}", note.place));
    }
    if let Some(value) = value(note) {
        lines.push(value);
    }
    lines.push(format!("Priority: {}", word(note.priority)));
    if note.what != What::Cleared && !note.response.is_empty() {
        lines.push(format!("What to do: {}", note.response));
    }
    lines.join("\n")
}

fn value(note: &Note) -> Option<String> {
    let unit = note
        .unit
        .as_deref()
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    let number = match note.value {
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_finite() => short(number),
        _ => return None,
    };
    let limit = note
        .limit
        .filter(|limit| limit.is_finite())
        .map(|limit| format!(", limit {}{unit}", short(limit)))
        .unwrap_or_default();
    Some(format!("Value: {number}{unit}{limit}"))
}

/// At most four digits behind the point.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn title(notes: &[(u64, Note)], was_quiet: bool) -> String {
    let over = notes
        .iter()
        .filter(|(_, note)| note.what == What::Cleared)
        .count();
    let calls = notes.len() - over;
    if was_quiet {
        return match calls {
            1 => "While it was quiet: 1 alarm still waits".into(),
            many => format!("While it was quiet: {many} alarms still wait"),
        };
    }
    if calls == 0 {
        return match over {
            1 => "1 alarm is over".into(),
            many => format!("{many} alarms are over"),
        };
    }
    let times = notes.iter().map(|(_, note)| note.at);
    let span = times
        .clone()
        .max()
        .unwrap_or(0)
        .saturating_sub(times.min().unwrap_or(0));
    let alarms = if calls == 1 {
        "1 alarm".to_owned()
    } else {
        format!("{calls} alarms")
    };
    let ended = match over {
        0 => String::new(),
        1 => ", 1 is over".into(),
        many => format!(", {many} are over"),
    };
    format!("{alarms} {}{ended}", within(span))
}

/// The most urgent first, each on a line; then how many there are of each priority.
fn list(notes: &[(u64, Note)], offset: &dyn Fn(Micros) -> Micros) -> String {
    let mut sorted: Vec<&Note> = notes.iter().map(|(_, note)| note).collect();
    sorted.sort_by_key(|note| (note.what == What::Cleared, note.priority, note.at));
    let mut lines = Vec::new();
    if sorted.len() > NAMED {
        lines.push("The first five:".to_owned());
    }
    lines.extend(sorted.iter().take(NAMED).map(|note| {
        let place = if note.place.is_empty() {
            String::new()
        } else {
            format!(", {}", note.place)
        };
        format!("{}{place}, {}", one_title(note), clock(note.at, offset))
    }));
    if sorted.len() > NAMED {
        let counts: Vec<String> = [
            Priority::Critical,
            Priority::High,
            Priority::Medium,
            Priority::Low,
            Priority::Diagnostic,
        ]
        .into_iter()
        .filter_map(|priority| {
            let fits = |note: &&&Note| note.priority == priority && note.what != What::Cleared;
            let count = sorted.iter().filter(fits).count();
            (count > 0).then(|| format!("{count} {}", word(priority)))
        })
        .collect();
        if !counts.is_empty() {
            lines.push(format!("All together: {}.", counts.join(", ")));
        }
        lines.push("Open Hearthline to see them all.".to_owned());
    }
    lines.join("\n")
}

fn within(span: Micros) -> String {
    match span {
        ..SECOND => "at once".into(),
        _ if span <= 70 * SECOND && span > 50 * SECOND => "in a minute".into(),
        _ => format!("in {}", lasting(span)),
    }
}

fn lasting(span: Micros) -> String {
    let said = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match span.max(0) {
        span if span < MINUTE => said((span / SECOND).max(1), "second"),
        span if span < HOUR => said(span / MINUTE, "minute"),
        span if span < 2 * DAY => said(span / HOUR, "hour"),
        span => said(span / DAY, "day"),
    }
}

/// `24 Nov, 18:05`, by the clock on the wall.
fn clock(at: Micros, offset: &dyn Fn(Micros) -> Micros) -> String {
    let local = at.saturating_add(offset(at));
    jiff::Timestamp::from_microsecond(local)
        .map(|local| local.strftime("%-d %b, %H:%M").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::tests::a_note;

    fn many(count: u64, step: Micros) -> Vec<(u64, Note)> {
        (0..count)
            .map(|id| {
                let note = Note {
                    at: 1_000_000 + id as Micros * step,
                    text: format!("Alarm {id}"),
                    priority: if id == 200 {
                        Priority::Critical
                    } else {
                        Priority::High
                    },
                    ..a_note()
                };
                (id + 1, note)
            })
            .collect()
    }

    #[test]
    fn one_alarm_says_what_where_and_what_to_do() {
        let note = Note {
            text: "Pressure too high".into(),
            device: "Boiler".into(),
            value: Value::Float(2.5),
            limit: Some(2.0),
            unit: Some("bar".into()),
            response: "Open the valve.".into(),
            ..a_note()
        };
        let message = Message::of("hl", vec![(9, note.clone())], false, &|_| HOUR);
        assert_eq!(message.id, "hl-9");
        assert_eq!(message.title, "▲ Pressure too high: Boiler");
        assert_eq!(
            message.text,
            "Since 1 Jan, 01:00\nWhere: Hall\nValue: 2.5 bar, limit 2 bar\nPriority: high\nWhat to do: Open the valve."
        );
        let over = Note {
            what: What::Cleared,
            ..note.clone()
        };
        let message = Message::of("hl", vec![(9, over)], false, &|_| 0);
        assert_eq!(message.title, "Over: Pressure too high: Boiler");
        let waits = Note {
            what: What::Escalated,
            at: note.at + 15 * MINUTE,
            ..note
        };
        let message = Message::of("hl", vec![(9, waits)], false, &|_| 0);
        assert!(message.text.contains("nobody has acknowledged it for 15 minutes"));
    }

    #[test]
    fn a_burst_is_summed_up() {
        let message = Message::of("hl", many(312, MINUTE / 312), false, &|_| 0);
        assert_eq!(message.title, "312 alarms in a minute");
        assert!(
            message.text.starts_with("The first five:\n■ Alarm 200"),
            "{}",
            message.text
        );
        assert!(message.text.contains("All together: 1 critical, 311 high."));
        assert_eq!(message.text.lines().count(), 8);
        assert_eq!(message.priority, Priority::Critical);
        assert_eq!(
            Message::of("hl", many(3, 0), false, &|_| 0).title,
            "3 alarms at once"
        );
        let morning = Message::of("hl", many(1, 0), true, &|_| 0);
        assert_eq!(morning.title, "While it was quiet: 1 alarm still waits");
    }

    #[test]
    fn a_mixture_says_what_is_over() {
        let mut notes = many(4, MINUTE);
        notes[3].1.what = What::Cleared;
        let message = Message::of("hl", notes.clone(), false, &|_| 0);
        assert_eq!(message.title, "3 alarms in 3 minutes, 1 is over");
        assert!(message.text.lines().last().unwrap().starts_with("Over: "));
        for (_, note) in &mut notes {
            note.what = What::Cleared;
        }
        assert_eq!(Message::of("hl", notes, false, &|_| 0).title, "4 alarms are over");
    }

    #[test]
    fn no_time_is_too_odd() {
        for at in [i64::MIN, i64::MAX] {
            let odd = Note {
                at,
                raised_at: -at.saturating_add(1),
                ..a_note()
            };
            for what in [What::Raised, What::Cleared, What::Escalated] {
                Message::of("x", vec![(1, Note { what, ..odd.clone() })], false, &|_| HOUR);
            }
            Message::of("x", vec![(1, odd.clone()), (2, a_note())], false, &|_| HOUR);
        }
    }
}
