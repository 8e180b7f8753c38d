//! `cover` and `valve`.

use hearthline_model::{CommandDesc, Kind, Role, Value};

use super::super::draft::{Build, Form, Read, Words};
use super::words;
use crate::scale::Scale;
use crate::template::Json;

pub(super) fn cover(build: &mut Build<'_>) {
    let config = build.config;
    let number = |name: &str, default: f64| config.number(name).unwrap_or(default);
    let position = Scale::Percent {
        low: number("position_closed", 0.0),
        high: number("position_open", 100.0),
    };
    let mut main = build.point("", "", Kind::Enum, Role::OpenClose);
    main.desc.options = words(&["open", "opening", "closed", "closing", "stopped"]);
    let states = Words::texts([
        (config.text_or("state_open", "open"), "open"),
        (config.text_or("state_opening", "opening"), "opening"),
        (config.text_or("state_closed", "closed"), "closed"),
        (config.text_or("state_closing", "closing"), "closing"),
        (config.text_or("state_stopped", "stopped"), "stopped"),
    ]);
    main.sources
        .extend(build.source("state_topic", "value_template", Read::Cover(states)));
    let member = |name, plain, read| Read::Member {
        name,
        plain,
        read: Box::new(read),
    };
    if main.sources.is_empty() {
        let read = member("position", true, Read::FromPosition(position));
        main.sources
            .extend(build.source("position_topic", "position_template", read));
    }
    let commands = commands(build, &[("open", "OPEN"), ("close", "CLOSE"), ("stop", "STOP")]);
    let mut options: Vec<String> = commands.iter().map(|(word, _)| word.clone()).collect();
    main.sends
        .extend(build.send("command_topic", "", Form::Words(commands)));
    if main.sends.is_empty() {
        let ends = ends(number("position_open", 100.0), number("position_closed", 0.0));
        options = ends.iter().map(|(word, _)| word.clone()).collect();
        main.sends
            .extend(build.send("set_position_topic", "", Form::Words(ends)));
    }
    main.desc.command = Some(CommandDesc {
        options,
        optimistic: false,
    });
    build.push(main);

    let (tilt_low, tilt_high) = (number("tilt_min", 0.0), number("tilt_max", 100.0));
    let limits = [
        ("position_open", number("position_open", 100.0)),
        ("position_closed", number("position_closed", 0.0)),
        ("tilt_min", tilt_low),
        ("tilt_max", tilt_high),
    ]
    .map(|(name, value)| (name, Json::Int(value as i64)));

    let mut point = percent(build, "position", "Position", Role::Position);
    point.sources.extend(build.source(
        "position_topic",
        "position_template",
        member("position", true, Read::Number(position)),
    ));
    let mut send = build.send("set_position_topic", "set_position_template", set(position));
    if let Some(send) = &mut send {
        send.vars.extend(limits.clone());
        send.asked_as = Some("position");
    }
    point.sends.extend(send);
    build.push(point);

    let tilt = Scale::Percent {
        low: tilt_low,
        high: tilt_high,
    };
    let mut point = percent(build, "tilt", "Tilt", Role::Tilt);
    point
        .sources
        .extend(build.source("tilt_status_topic", "tilt_status_template", Read::Number(tilt)));
    let mut send = build.send("tilt_command_topic", "tilt_command_template", set(tilt));
    if send.is_some() || !point.sources.is_empty() {
        let read = member("tilt_position", false, Read::Number(tilt));
        point
            .sources
            .extend(build.source("position_topic", "position_template", read));
    }
    if let Some(send) = &mut send {
        send.vars.extend(limits);
        send.asked_as = Some("tilt_position");
    }
    point.sends.extend(send);
    build.push(point);
}

pub(super) fn valve(build: &mut Build<'_>) {
    let config = build.config;
    let number = |name: &str, default: f64| config.number(name).unwrap_or(default);
    let (open, closed) = (number("position_open", 100.0), number("position_closed", 0.0));
    let scale = Scale::Percent {
        low: closed,
        high: open,
    };
    let positioned = config.flag("reports_position") == Some(true);
    let mut main = build.point("", "", Kind::Enum, Role::OpenClose);
    main.desc.options = words(&["open", "opening", "closed", "closing"]);
    let states = Words::texts([
        (config.text_or("state_opening", "opening"), "opening"),
        (config.text_or("state_closing", "closing"), "closing"),
        (config.text_or("state_open", "open"), "open"),
        (config.text_or("state_closed", "closed"), "closed"),
    ]);
    let member = |name, plain, read| Read::Member {
        name,
        plain,
        read: Box::new(read),
    };
    let mut reads = vec![member("state", true, Read::Words(states))];
    if positioned {
        // A bare number, or a position beside no state: open unless it is at its end.
        reads.push(member("position", true, Read::FromPosition(scale)));
    }
    main.sources
        .extend(build.source("state_topic", "value_template", Read::First(reads)));
    let mut commands = if positioned {
        ends(open, closed)
    } else {
        commands(build, &[("open", "OPEN"), ("close", "CLOSE")])
    };
    commands.extend(
        config
            .text("payload_stop")
            .map(|payload| ("stop".to_owned(), payload)),
    );
    main.desc.command = Some(CommandDesc {
        options: commands.iter().map(|(word, _)| word.clone()).collect(),
        optimistic: false,
    });
    let send = build.send("command_topic", "command_template", Form::Words(commands));
    build.simple(main, None, send);

    if positioned {
        let point = percent(build, "position", "Position", Role::Position);
        let source = build.source(
            "state_topic",
            "value_template",
            member("position", true, Read::Quiet(scale)),
        );
        let send = build.send("command_topic", "command_template", set(scale));
        build.simple(point, source, send);
    }
}

fn percent(build: &Build<'_>, suffix: &str, name: &str, role: Role) -> super::super::draft::Draft {
    let mut point = build.point(suffix, name, Kind::Number, role);
    point.desc.unit = Some("%".to_owned());
    point.desc.range = Some((0.0, 100.0));
    point.desc.step = Some(1.0);
    point
}

fn set(scale: Scale) -> Form {
    Form::Number {
        range: Some((0.0, 100.0)),
        scale,
    }
}

/// The payloads of the commands; one that is null is not offered.
fn commands(build: &Build<'_>, words: &[(&str, &str)]) -> Vec<(String, String)> {
    words
        .iter()
        .filter_map(|(word, default)| {
            let option = format!("payload_{word}");
            (!build.config.is_null(&option))
                .then(|| ((*word).to_owned(), build.config.text_or(&option, default)))
        })
        .collect()
}

/// Opening and closing by position.
fn ends(open: f64, closed: f64) -> Vec<(String, String)> {
    vec![
        ("open".to_owned(), Value::Int(open as i64).to_string()),
        ("close".to_owned(), Value::Int(closed as i64).to_string()),
    ]
}
