//! What people are told of one journal entry, and which channels take it.

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmState, Channel, Micros, PlaceId, Priority, Realm, Transition, Value,
};
use serde::{Deserialize, Serialize};

/// Letters of a text that are kept: what devices call themselves is theirs to say.
const LONGEST: usize = 300;
/// Device classes whose alarms wait for no morning.
const NEVER_QUIET: [&str; 11] = [
    "smoke",
    "gas",
    "carbon_monoxide",
    "moisture",
    "heat",
    "safety",
    "tamper",
    "intrusion",
    "glass_break",
    "alarm_panel",
    "leak",
];
/// Alarm classes of the same sort.
const NEVER_QUIET_CLASSES: [&str; 7] = ["safety", "security", "intrusion", "fire", "leak", "gas", "smoke"];

/// What happened, as far as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The alarm called.
    Raised,
    /// Its condition is over.
    Cleared,
    /// Nobody acknowledged it in time.
    Escalated,
}

/// One alarm as people are told of it. Kept in the outbox until it is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The alarm.
    pub alarm: AlarmId,
    /// What happened.
    pub what: What,
    /// When.
    pub at: Micros,
    /// When the present occurrence was raised.
    pub raised_at: Micros,
    /// How urgent.
    pub priority: Priority,
    /// What people read.
    pub text: String,
    /// Name of the device.
    pub device: String,
    /// Path of the place; may be empty.
    pub place: String,
    /// Which face.
    pub realm: Realm,
    /// The value that caused it.
    pub value: Value,
    /// The limit.
    pub limit: Option<f64>,
    /// Unit of both.
    pub unit: Option<String>,
    /// What to do; may be empty.
    pub response: String,
    /// Alarm class, or else the device class; may be empty.
    pub class: String,
    /// Never held back by quiet hours.
    pub urgent: bool,
    /// Learnt of well after it happened.
    pub late: bool,
}

/// What is known of an alarm beside its entry.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// Name of the device.
    pub device: &'a str,
    /// Path of the place.
    pub place: &'a str,
    /// The device's place and all above it.
    pub places: &'a [PlaceId],
    /// Which face.
    pub realm: Realm,
    /// Alarm class.
    pub class: &'a str,
    /// Device class of the point.
    pub device_class: &'a str,
    /// What to do.
    pub response: &'a str,
    /// Unit of the value.
    pub unit: Option<&'a str>,
}

/// What is known of an alarm when people are told of it.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The alarm.
    pub alarm: AlarmId,
    /// When the present occurrence was raised.
    pub raised_at: Micros,
    /// How urgent.
    pub priority: Priority,
    /// What people read.
    pub text: &'a str,
    /// The value that caused it.
    pub value: &'a Value,
    /// The limit.
    pub limit: Option<f64>,
    /// Learnt of well after it happened.
    pub late: bool,
    /// The rest.
    pub context: &'a Context<'a>,
}

/// What people are told of an entry; none where it is nobody's business.
pub fn note(entry: &AlarmEntry, context: &Context<'_>) -> Option<Note> {
    let what = if entry.is_annunciation() {
        What::Raised
    } else if is_end(entry) {
        What::Cleared
    } else {
        return None;
    };
    let told = Told {
        alarm: entry.alarm,
        raised_at: entry.raised_at.unwrap_or(entry.at),
        priority: entry.priority,
        text: &entry.text,
        value: &entry.value,
        limit: entry.limit,
        late: entry.late,
        context,
    };
    Some(note_of(&told, what, entry.at))
}

/// What people are told of an alarm to which something happened at a moment.
pub fn note_of(told: &Told<'_>, what: What, at: Micros) -> Note {
    let context = told.context;
    Note {
        alarm: told.alarm,
        what,
        at,
        raised_at: told.raised_at,
        priority: told.priority,
        text: bounded(told.text),
        device: bounded(context.device),
        place: bounded(context.place),
        realm: context.realm,
        value: match told.value {
            Value::Text(text) => Value::text(bounded(text)),
            other => other.clone(),
        },
        limit: told.limit,
        unit: context.unit.map(bounded),
        response: bounded(context.response),
        class: bounded(if context.class.is_empty() {
            context.device_class
        } else {
            context.class
        }),
        urgent: is_urgent(context.class, context.device_class),
        late: told.late,
    }
}

/// Whether quiet hours never hold an alarm back, by its class and the device class of its point.
pub fn is_urgent(class: &str, device_class: &str) -> bool {
    let known = |all: &[&str], class: &str| all.iter().any(|known| known.eq_ignore_ascii_case(class));
    known(&NEVER_QUIET, device_class) || known(&NEVER_QUIET_CLASSES, class)
}

/// Whether a channel takes what happened. `places`: the device's place and all above it.
pub fn takes(channel: &Channel, note: &Note, context: &Context<'_>) -> bool {
    let class = |wanted: &String| {
        wanted.eq_ignore_ascii_case(context.class) || wanted.eq_ignore_ascii_case(context.device_class)
    };
    channel.enabled
        && !channel.only_escalated
        && note.priority <= channel.from
        && (channel.cleared || note.what != What::Cleared)
        && channel.realm.is_none_or(|realm| realm == note.realm)
        && (channel.places.is_empty() || channel.places.iter().any(|place| context.places.contains(place)))
        && (channel.classes.is_empty() || channel.classes.iter().any(class))
}

/// Whether the condition of an alarm that had called is over by this entry.
fn is_end(entry: &AlarmEntry) -> bool {
    match entry.transition {
        // Nobody was called by it.
        _ if entry.over => false,
        Transition::Cleared => entry.covers.is_empty(),
        Transition::Removed => entry.covers.is_empty() && entry.state == AlarmState::Normal,
        _ => false,
    }
}

/// A text of others: short, and of one line.
fn bounded(text: &str) -> String {
    let line = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(LONGEST).map(line).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use hearthline_model::{AlarmKey, BrokerId, Cover, CoverKind, DeviceId, Quality, Target};

    use super::*;

    pub fn entry(transition: Transition, state: AlarmState) -> AlarmEntry {
        AlarmEntry {
            alarm: AlarmId(7),
            key: AlarmKey {
                device: DeviceId(1),
                point: None,
                condition: "state".into(),
            },
            at: 1_000_000,
            received_at: 1_000_000,
            transition,
            state,
            priority: Priority::High,
            value: Value::Bool(true),
            limit: None,
            quality: Quality::Good,
            text: "Smoke".into(),
            who: String::new(),
            reason: String::new(),
            covers: Vec::new(),
            raised_at: Some(1_000_000),
            count: 1,
            late: false,
            over: false,
            first: false,
        }
    }

    pub fn a_note() -> Note {
        note(
            &entry(Transition::Raised, AlarmState::Unacknowledged),
            &Context {
                device: "Detector",
                place: "Hall",
                ..Context::default()
            },
        )
        .unwrap()
    }

    pub fn channel() -> Channel {
        Channel {
            name: "Phone".into(),
            enabled: true,
            to: Target::Mqtt {
                broker: BrokerId(1),
                topic: "a".into(),
                retain: false,
            },
            from: Priority::Medium,
            realm: None,
            places: Vec::new(),
            classes: Vec::new(),
            cleared: false,
            quiet: true,
            only_escalated: false,
        }
    }

    #[test]
    fn people_are_told_when_an_alarm_calls_and_when_it_is_over() {
        let what =
            |transition, state| note(&entry(transition, state), &Context::default()).map(|note| note.what);
        assert_eq!(
            what(Transition::Raised, AlarmState::Unacknowledged),
            Some(What::Raised)
        );
        assert_eq!(
            what(Transition::Unshelved, AlarmState::Unacknowledged),
            Some(What::Raised)
        );
        assert_eq!(
            what(Transition::Cleared, AlarmState::Returned),
            Some(What::Cleared)
        );
        assert_eq!(what(Transition::Acknowledged, AlarmState::Acknowledged), None);
        assert_eq!(what(Transition::Unshelved, AlarmState::Normal), None);
        let mut over = entry(Transition::Cleared, AlarmState::Returned);
        over.over = true;
        assert_eq!(note(&over, &Context::default()), None);
        let mut shelved = entry(Transition::Raised, AlarmState::Unacknowledged);
        shelved.covers.push(Cover {
            kind: CoverKind::Shelved,
            since: 0,
            until: None,
            once: false,
            reason: String::new(),
            who: String::new(),
        });
        assert_eq!(note(&shelved, &Context::default()), None);
    }

    #[test]
    fn a_channel_takes_what_it_was_set_up_for() {
        let smoke = a_note();
        let context = Context {
            places: &[PlaceId(5), PlaceId(1)],
            class: "",
            device_class: "smoke",
            ..Context::default()
        };
        let takes = |change: &dyn Fn(&mut Channel)| {
            let mut channel = channel();
            change(&mut channel);
            takes(&channel, &smoke, &context)
        };
        assert!(takes(&|_| {}));
        assert!(!takes(&|channel| channel.enabled = false));
        assert!(!takes(&|channel| channel.only_escalated = true));
        assert!(takes(&|channel| channel.from = Priority::High));
        assert!(!takes(&|channel| channel.from = Priority::Critical));
        assert!(!takes(&|channel| channel.realm = Some(Realm::Plant)));
        assert!(takes(&|channel| channel.places = vec![PlaceId(1)]));
        assert!(!takes(&|channel| channel.places = vec![PlaceId(2)]));
        assert!(takes(&|channel| channel.classes = vec!["Smoke".into()]));
        assert!(!takes(&|channel| channel.classes = vec!["gas".into()]));
        let over = Note {
            what: What::Cleared,
            ..a_note()
        };
        assert!(!super::takes(&channel(), &over, &context));
        let told = Channel {
            cleared: true,
            ..channel()
        };
        assert!(super::takes(&told, &over, &context));
    }

    #[test]
    fn what_wakes_people_is_told_by_class() {
        let urgent = |class, device_class| {
            let context = Context {
                class,
                device_class,
                ..Context::default()
            };
            let entry = entry(Transition::Raised, AlarmState::Unacknowledged);
            note(&entry, &context).unwrap().urgent
        };
        for class in [
            "smoke",
            "gas",
            "carbon_monoxide",
            "moisture",
            "tamper",
            "alarm_panel",
        ] {
            assert!(urgent("", class), "{class}");
        }
        assert!(urgent("Security", "door"));
        assert!(!urgent("", "battery") && !urgent("quality", "") && !urgent("", ""));
    }

    #[test]
    fn texts_of_others_are_short_and_of_one_line() {
        let mut long = entry(Transition::Raised, AlarmState::Unacknowledged);
        long.text = "ä\r\nBcc: x".repeat(1000);
        let told = note(&long, &Context::default()).unwrap();
        assert_eq!(told.text.chars().count(), LONGEST);
        assert!(!told.text.contains(['\r', '\n']));
    }
}
