//! The line protocol of `InfluxDB`: `measurement[,tag=value…] field=value[,field=value…] [timestamp]`, a line each.

use hearthline_model::Micros;

use super::super::desk::{Desk, text};
use super::Shape;
use super::telegraf::metric;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::{Scalar, Word};
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DiagnosisKind, Message};

/// Most lines of one message.
const MOST_LINES: usize = 1_000;

/// See the module.
pub(super) struct Influx;

struct Line<'a> {
    name: String,
    tags: Vec<(String, String)>,
    fields: Vec<(String, Said<'a>)>,
    at: Option<Json<'a>>,
}

/// Splits at the first `at` that is neither escaped nor within quotes.
fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    let (mut escaped, mut quoted) = (false, false);
    for (ix, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            c if c == at && !quoted => return (&text[..ix], Some(&text[ix + c.len_utf8()..])),
            _ => {}
        }
    }
    (text, None)
}

fn plain(text: &str) -> String {
    crate::decoder::shortened(&text.replace('\\', ""), 128)
}

fn pairs(text: &str) -> Option<Vec<(String, &str)>> {
    let mut rest = Some(text);
    let mut found = Vec::new();
    while let Some(text) = rest {
        let (pair, more) = cut(text, ',');
        let (key, value) = cut(pair, '=');
        let value = value.filter(|value| !value.is_empty() && !key.is_empty())?;
        found.push((plain(key), value));
        rest = more;
        if found.len() > 256 {
            return None;
        }
    }
    Some(found)
}

fn field(value: &str) -> Option<Said<'_>> {
    if let Some(text) = value.strip_prefix('"') {
        let text = text.strip_suffix('"')?;
        return Some(Said::word(text.replace("\\\"", "\"").replace("\\\\", "\\")));
    }
    Some(Said::scalar(match value {
        "t" | "T" | "true" | "True" | "TRUE" => Scalar::Bool(true, Word::Plain),
        "f" | "F" | "false" | "False" | "FALSE" => Scalar::Bool(false, Word::Plain),
        number => match number.strip_suffix(['i', 'u']) {
            Some(int) => Scalar::Int(int.parse().ok()?),
            None => Scalar::Float(number.parse().ok().filter(|number: &f64| number.is_finite())?),
        },
    }))
}

fn line(text: &str) -> Option<Line<'_>> {
    let (head, rest) = cut(text.trim(), ' ');
    let (fields, time) = cut(rest?.trim_start(), ' ');
    let (name, tags) = cut(head, ',');
    if name.is_empty() || name.contains(['{', '[', '"', '<']) {
        return None;
    }
    let at = match time.map(str::trim).filter(|time| !time.is_empty()) {
        None => None,
        Some(time) => Some(Json::Int(time.parse().ok()?)),
    };
    Some(Line {
        name: plain(name),
        tags: match tags {
            Some(tags) => pairs(tags)?
                .into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect(),
            None => Vec::new(),
        },
        fields: pairs(fields)?
            .into_iter()
            .map(|(key, value)| Some((key, field(value)?)))
            .collect::<Option<_>>()?,
        at,
    })
}

impl Shape for Influx {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        let Some(text) = text(message) else { return false };
        // "mode fan=1" may be anything; tags or a time make it certain.
        text.lines()
            .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .and_then(line)
            .is_some_and(|line| !line.tags.is_empty() || line.at.is_some())
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some(text) = text(message) else { return };
        let mut wrong = 0;
        for one in text
            .lines()
            .take(MOST_LINES)
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let Some(line) = line(one) else {
                wrong += 1;
                continue;
            };
            let at: Option<Micros> = line.at.as_ref().and_then(|at| match stamp::read(at, message.at) {
                Stamp::At(at) => Some(at),
                _ => None,
            });
            let fields: Vec<(&str, Said<'_>)> = line
                .fields
                .iter()
                .map(|(key, said)| (key.as_str(), said.clone()))
                .collect();
            metric(&line.name, &line.tags, &fields, at, message, desk, context);
        }
        if wrong > 0 {
            let text = format!("{wrong} lines are not in the line protocol; they were left out");
            context.diagnose(None, message.topic, DiagnosisKind::WrongType, text);
        }
    }
}
