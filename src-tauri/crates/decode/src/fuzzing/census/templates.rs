//! Each template as that of a sensor: it must print what Jinja2 prints, or be one of those that differ for a reason.

use serde_json::{Value as Json, json};

use super::{Row, START, Stage};
use crate::Event;
use crate::template::{TemplateError, Templates, Vars};

/// Where Home Assistant or we differ from bare Jinja2: the template, what is printed, and why.
pub(crate) const ACCEPTED: [(&str, &str, &str); 4] = [
    (
        "{{ value | regex_replace('a','b') }}",
        "bXb",
        "a filter that Home Assistant adds",
    ),
    (
        "{{ value_json.update }}",
        "{'state': 'idle'}",
        "a key named like a method of dict: the data is what was meant",
    ),
    ("{{ value_json.items }}", "5", "as above"),
    (
        "{{ value_json.a | float(0) | round }}",
        "2",
        "Home Assistant's round gives an integer for precision 0",
    ),
];

pub(super) fn row(cases: &Json) -> Row {
    let mut row = Row {
        name: "ha-templates",
        ..Row::default()
    };
    for (ix, case) in cases.as_array().into_iter().flatten().enumerate() {
        let part = |key: &str| case[key].as_str().unwrap_or_default();
        let (template, value) = (part("template"), part("value"));
        if let Err(why) = agrees(template, value, part("jinja2_3")) {
            row.unexplained.push(why);
        }
        row.ignored += usize::from(ACCEPTED.iter().any(|(known, ..)| *known == template));
        let config = json!({"name": "T", "unique_id": format!("t{ix}"), "state_topic": "t/s", "value_template": template});
        let mut stage = Stage::new(&mut row);
        stage.say(
            "homeassistant/sensor/t/config",
            config.to_string().as_bytes(),
            true,
        );
        let events = stage.say("t/s", value.as_bytes(), false);
        let spoke = events.iter().any(|event| {
            matches!(
                event,
                Event::Reading(_) | Event::Alive { .. } | Event::Diagnosis(_)
            )
        });
        drop(stage);
        if !spoke {
            row.unexplained
                .push(format!("{template} of {value}: no value, and no reason"));
        }
    }
    row
}

/// Whether a template prints what it should.
fn agrees(template: &str, value: &str, want: &str) -> Result<(), String> {
    let mut templates = Templates::default();
    let id = templates.add(template);
    let printed = templates.render(id, &Vars::new(value, START));
    let printed = printed.map(|rendered| rendered.text().into_owned());
    let accepted = ACCEPTED.iter().find(|(known, ..)| *known == template);
    let right = match (&printed, accepted) {
        (Ok(printed), Some((_, want, _))) => printed == want,
        (Ok(printed), None) => printed == want.trim(),
        (Err(TemplateError::Jinja(_)), None) => want.starts_with("ERR UndefinedError"),
        (Err(_), _) => false,
    };
    if right {
        Ok(())
    } else {
        Err(format!("{template} of {value}: {printed:?} instead of {want:?}"))
    }
}
