//! What a device's word says of a command on its way: nothing, that it is going there, that it is there, or that it cannot.

use hearthline_model::{Kind, PointDesc, Role, Value};

/// What a reported value says of what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Nothing: it is what was before, or something else happened.
    Nothing,
    /// It is on its way.
    OnItsWay,
    /// It is as asked.
    There,
    /// It cannot, for this reason.
    Cannot(&'static str),
}

/// What is asked for, what a device says on its way there, and what it says once it is there. Words are those of Home Assistant,
/// which every convention here translates to.
const WAYS: [(&str, &[&str], &[&str]); 18] = [
    ("open", &["opening"], &["open", "opened", "unlocked"]),
    ("close", &["closing"], &["closed"]),
    (
        "stop",
        &[],
        &["open", "closed", "stopped", "idle", "paused", "docked"],
    ),
    ("lock", &["locking"], &["locked"]),
    ("unlock", &["unlocking"], &["unlocked", "open"]),
    ("disarm", &["disarming"], &["disarmed"]),
    ("arm_home", &["arming", "pending"], &["armed_home"]),
    ("arm_away", &["arming", "pending"], &["armed_away"]),
    ("arm_night", &["arming", "pending"], &["armed_night"]),
    ("arm_vacation", &["arming", "pending"], &["armed_vacation"]),
    (
        "arm_custom_bypass",
        &["arming", "pending"],
        &["armed_custom_bypass"],
    ),
    ("trigger", &["pending"], &["triggered"]),
    ("start", &[], &["cleaning", "mowing"]),
    ("start_mowing", &[], &["mowing"]),
    ("clean_spot", &[], &["cleaning"]),
    ("pause", &[], &["paused", "idle"]),
    ("return_to_base", &["returning"], &["docked"]),
    ("dock", &["returning"], &["docked"]),
];

/// Whether it is known what a device says after it was told this.
pub(super) fn is_way(asked: &Value) -> bool {
    way(asked).is_some()
}

fn way(asked: &Value) -> Option<&'static (&'static str, &'static [&'static str], &'static [&'static str])> {
    let text = asked.as_text()?;
    WAYS.iter().find(|(word, ..)| text.eq_ignore_ascii_case(word))
}

/// What the point's own word says. `old` is what it was when the command was sent.
pub(super) fn judge(desc: &PointDesc, asked: &Value, old: &Value, reported: &Value) -> Word {
    if same(desc, asked, reported) {
        return Word::There;
    }
    if reported.is_null() {
        return Word::Nothing;
    }
    let sent_as_read = asked
        .as_text()
        .is_none_or(|text| desc.options.iter().any(|option| option == text));
    if let (Some((_, way, there)), Some(said)) = (way(asked), reported.as_text()) {
        let said = said.to_ascii_lowercase();
        return match said.as_str() {
            word if there.contains(&word) => Word::There,
            word if way.contains(&word) => Word::OnItsWay,
            "jammed" => Word::Cannot("it is jammed"),
            "error" => Word::Cannot("it reports an error"),
            _ => Word::Nothing,
        };
    }
    // A lock of Home Assistant's class says on and off: true is unlocked.
    if let (Some((word, ..)), Some(on), Role::Lock) = (way(asked), reported.as_bool(), desc.role) {
        let there = (*word == "lock") != on;
        return if there { Word::There } else { Word::Nothing };
    }
    if let Some(((asked, old), reported)) = asked.as_f64().zip(old.as_f64()).zip(reported.as_f64())
        && desc.kind == Kind::Number
    {
        let (low, high) = if asked < old { (asked, old) } else { (old, asked) };
        let moved = reported.total_cmp(&old).is_ne() && (low..=high).contains(&reported);
        return if moved { Word::OnItsWay } else { Word::Nothing };
    }
    // What is sent differs from what is read, and nothing is known of how: any word of it is its answer.
    let answered = desc
        .command
        .as_ref()
        .is_some_and(|how| !how.options.is_empty() && !sent_as_read);
    if answered { Word::There } else { Word::Nothing }
}

/// Whether a reported value is the one asked for. Numbers may come back rounded, at most to the point's own step.
fn same(desc: &PointDesc, asked: &Value, reported: &Value) -> bool {
    match (asked, reported) {
        (Value::Text(asked), Value::Text(reported)) => asked.eq_ignore_ascii_case(reported),
        _ => match (asked.as_f64(), reported.as_f64()) {
            (Some(asked), Some(reported)) => {
                let rounded = desc.step.filter(|step| step.is_finite()).unwrap_or(0.0) / 2.0;
                (asked - reported).abs() <= (0.005 * asked.abs().max(1.0)).max(rounded)
            }
            _ => asked == reported,
        },
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::CommandDesc;

    use super::*;

    fn enumerated(options: &[&str], sent: &[&str]) -> PointDesc {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        PointDesc {
            kind: Kind::Enum,
            options: owned(options),
            command: Some(CommandDesc {
                options: owned(sent),
                optimistic: false,
            }),
            ..PointDesc::default()
        }
    }

    fn said(desc: &PointDesc, asked: &str, old: &str, reported: &str) -> Word {
        judge(
            desc,
            &Value::text(asked),
            &Value::text(old),
            &Value::text(reported),
        )
    }

    #[test]
    fn a_lock_a_door_and_a_panel_are_on_their_way_before_they_are_there() {
        let lock = enumerated(&["locked", "unlocked"], &["lock", "unlock"]);
        assert_eq!(said(&lock, "lock", "unlocked", "unlocked"), Word::Nothing);
        assert_eq!(said(&lock, "lock", "unlocked", "locking"), Word::OnItsWay);
        assert_eq!(said(&lock, "lock", "unlocked", "locked"), Word::There);
        assert_eq!(
            said(&lock, "lock", "unlocked", "jammed"),
            Word::Cannot("it is jammed")
        );
        // Its reset says nothing.
        assert_eq!(
            judge(&lock, &Value::text("lock"), &Value::Null, &Value::Null),
            Word::Nothing
        );
        let door = enumerated(
            &["open", "opening", "closed", "closing"],
            &["open", "close", "stop"],
        );
        assert_eq!(said(&door, "open", "closed", "opening"), Word::OnItsWay);
        assert_eq!(said(&door, "stop", "opening", "opening"), Word::Nothing);
        assert_eq!(said(&door, "stop", "opening", "open"), Word::There);
        assert_eq!(said(&door, "close", "open", "open"), Word::Nothing);
        let panel = enumerated(&["disarmed", "armed_away"], &["disarm", "arm_away"]);
        assert_eq!(said(&panel, "arm_away", "disarmed", "arming"), Word::OnItsWay);
        assert_eq!(said(&panel, "arm_away", "disarmed", "disarmed"), Word::Nothing);
        assert_eq!(said(&panel, "disarm", "armed_away", "disarmed"), Word::There);
    }

    #[test]
    fn words_that_nobody_knows_are_answered_by_any_word() {
        let odd = enumerated(&["busy", "free"], &["go"]);
        assert_eq!(said(&odd, "go", "free", "busy"), Word::There);
        let mode = enumerated(&["heat", "off"], &[]);
        assert_eq!(said(&mode, "heat", "off", "HEAT"), Word::There);
        assert_eq!(said(&mode, "heat", "off", "off"), Word::Nothing);
    }

    #[test]
    fn a_number_is_on_its_way_between_what_it_was_and_what_it_is_to_be() {
        let blind = PointDesc {
            kind: Kind::Number,
            ..PointDesc::default()
        };
        let at = |reported: f64| {
            let float = Value::Float;
            judge(&blind, &float(40.0), &float(100.0), &float(reported))
        };
        assert_eq!(at(80.0), Word::OnItsWay);
        assert_eq!(at(40.1), Word::There);
        assert_eq!(at(100.0), Word::Nothing);
        assert_eq!(at(30.0), Word::Nothing);
        let blind = PointDesc {
            step: Some(0.5),
            ..blind
        };
        let rounded = judge(
            &blind,
            &Value::Float(21.3),
            &Value::Float(19.0),
            &Value::Float(21.5),
        );
        assert_eq!(rounded, Word::There);
        let truth = judge(&blind, &Value::Int(1), &Value::Int(0), &Value::Bool(true));
        assert_eq!(truth, Word::There);
    }
}
