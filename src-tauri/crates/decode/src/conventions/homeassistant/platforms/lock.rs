//! `lock` and `alarm_control_panel`.

use hearthline_model::{CodeDesc, CommandDesc, Kind, Role, Value};

use super::super::draft::{Build, Draft, Form, Read, Send, Words};
use super::super::guard::Guard;
use super::words;
use crate::template::Json;

pub(super) fn lock(build: &mut Build<'_>) {
    let config = build.config;
    let states = [
        "locked",
        "locking",
        "unlocked",
        "unlocking",
        "jammed",
        "open",
        "opening",
    ];
    let mut draft = build.point("", "", Kind::Enum, Role::Lock);
    draft.desc.options = words(&states);
    let mut known = Words::default();
    for state in states {
        let payload = config.text_or(&format!("state_{state}"), &state.to_uppercase());
        known.pairs.push((payload, Value::text(state)));
    }
    known
        .pairs
        .push((config.text_or("payload_reset", "None"), Value::Null));
    let source = build.source("state_topic", "value_template", Read::Words(known));
    let mut commands = vec![
        ("lock".to_owned(), config.text_or("payload_lock", "LOCK")),
        ("unlock".to_owned(), config.text_or("payload_unlock", "UNLOCK")),
    ];
    commands.extend(
        config
            .text("payload_open")
            .map(|payload| ("open".to_owned(), payload)),
    );
    draft.desc.command = Some(CommandDesc {
        options: commands.iter().map(|(word, _)| word.clone()).collect(),
        optimistic: false,
    });
    let mut send = build.send("command_topic", "command_template", Form::Words(commands));
    let guard = Guard::of_lock(config).unwrap_or_else(|fault| {
        build.ignore(fault);
        None
    });
    guarded(guard, &mut draft, &mut send);
    build.simple(draft, source, send);
}

/// The code goes into the template's variable `code`, which is none where no code is taken.
fn guarded(guard: Option<(Guard, CodeDesc)>, draft: &mut Draft, send: &mut Option<Send>) {
    let Some(send) = send else { return };
    match guard {
        Some((guard, desc)) => {
            draft.desc.code = Some(desc);
            send.guard = Some(guard);
        }
        None => send.vars.push(("code", Json::Null)),
    }
}

pub(super) fn alarm_panel(build: &mut Build<'_>) {
    let config = build.config;
    let mut draft = build.point("", "", Kind::Enum, Role::AlarmPanel);
    draft.desc.options = words(&[
        "disarmed",
        "armed_home",
        "armed_away",
        "armed_night",
        "armed_vacation",
        "armed_custom_bypass",
        "pending",
        "arming",
        "disarming",
        "triggered",
    ]);
    let known = Words {
        pairs: draft
            .desc
            .options
            .iter()
            .map(|state| (state.clone(), Value::text(state.as_str())))
            .collect(),
        others: false,
    };
    let source = build.source("state_topic", "value_template", Read::Words(known));
    let features = config.texts("supported_features");
    let mut commands = vec![("disarm".to_owned(), config.text_or("payload_disarm", "DISARM"))];
    for word in [
        "arm_home",
        "arm_away",
        "arm_night",
        "arm_vacation",
        "arm_custom_bypass",
        "trigger",
    ] {
        if features
            .as_ref()
            .is_none_or(|list| list.iter().any(|feature| feature == word))
        {
            let payload = config.text_or(&format!("payload_{word}"), &word.to_uppercase());
            commands.push((word.to_owned(), payload));
        }
    }
    draft.desc.command = Some(CommandDesc {
        options: commands.iter().map(|(word, _)| word.clone()).collect(),
        optimistic: false,
    });
    // The template's variable is `action`.
    let spoken: Vec<&str> = commands.iter().map(|(word, _)| word.as_str()).collect();
    let guard = Guard::of_panel(config, &spoken);
    let form = Form::Vars {
        fixed: Vec::new(),
        member: "action",
        form: Box::new(Form::Words(commands)),
    };
    let mut send = build.send("command_topic", "command_template", form);
    guarded(guard, &mut draft, &mut send);
    build.simple(draft, source, send);
}
