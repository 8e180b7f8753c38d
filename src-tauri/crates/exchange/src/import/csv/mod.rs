//! Comma-separated values in: Hearthline's own come back exactly, others are understood as far as their columns tell.

mod layout;
mod read;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::Path;

use hearthline_history::ListedPoint;
use hearthline_model::{Kind, Micros, Quality, Value};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::intake::Intake;
use super::matching::Index;
use super::tally::{self, Reading, Tally};
use super::{MOST_SERIES, Made, Options, Series, Skipped, Source, Survey, described, imported, names};
use crate::export::unguarded;
use crate::{Error, Progress};
use layout::{Columns, Layout};
use read::{Next, Records};

/// Between the parts of a series' key: no name of a file has it, since control characters are blanks in names.
const BETWEEN: char = '\u{1f}';

/// How the file is read a second time.
#[derive(Debug)]
pub struct Plan {
    layout: Layout,
    zone: TimeZone,
    by_key: FxHashMap<String, usize>,
    readings: Vec<Reading>,
}

/// What a line says.
struct Line<'a> {
    at: Option<Micros>,
    time: Cow<'a, str>,
    /// Key of the series.
    key: Cow<'a, str>,
    value: Cow<'a, str>,
}

/// What is gathered of a series.
struct Found {
    key: String,
    device: String,
    name: String,
    unit: String,
    /// Of Hearthline's own: the keys, and the sort of its values.
    keys: Option<(String, String)>,
    kind: Option<Kind>,
    tally: Tally,
    samples: u64,
    from: Option<Micros>,
    to: Option<Micros>,
}

/// Calls `each` for every sample of every line; lines that are none go to `skipped`.
fn lines(
    path: &Path,
    layout: &Layout,
    zone: &TimeZone,
    skipped: &mut Skipped,
    progress: &Progress,
    mut each: impl FnMut(&Records, Line<'_>, &mut Skipped) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut records = Records::open(path, layout.separator)?;
    progress.begin(std::fs::metadata(path).map_or(0, |file| file.len()));
    let mut head = layout.head;
    let mut count = 0u32;
    loop {
        match records.next()? {
            Next::End => return Ok(()),
            Next::TooLong => {
                let line = records.line();
                skipped.note("a line of more than 5 MiB or 4096 fields", || {
                    format!("before line {line}; a quotation mark may not be closed")
                });
                continue;
            }
            Next::Record => {}
        }
        count = count.wrapping_add(1);
        if count.is_multiple_of(1024) {
            progress.reach(records.read());
            progress.go_on()?;
        }
        if std::mem::take(&mut head) {
            continue;
        }
        let read = |column: usize| {
            let time = records.field(column);
            (layout.form.read(time.trim(), zone), time)
        };
        match &layout.columns {
            Columns::Own => {
                let (at, time) = read(0);
                let field = |ix: usize| match records.field(ix) {
                    Cow::Borrowed(text) => unguarded(text).to_owned(),
                    Cow::Owned(text) => unguarded(&text).to_owned(),
                };
                let key = format!("{}{BETWEEN}{}", field(7), field(8));
                let line = Line {
                    at,
                    time,
                    key: key.into(),
                    value: records.field(3),
                };
                each(&records, line, skipped)?;
            }
            Columns::Long {
                time,
                point,
                device,
                value,
                ..
            } => {
                let (at, time) = read(*time);
                let name =
                    |column: &Option<usize>| column.map_or(Cow::Borrowed(""), |column| records.field(column));
                let key = match device {
                    Some(_) => format!("{}{BETWEEN}{}", name(device).trim(), name(point).trim()).into(),
                    None => name(point),
                };
                let line = Line {
                    at,
                    time,
                    key,
                    value: records.field(*value),
                };
                each(&records, line, skipped)?;
            }
            Columns::Wide { time, points } => {
                let (at, time) = read(*time);
                for (column, name) in points {
                    let value = records.field(*column);
                    // An empty field of a wide table says nothing: another column has a sample at that moment.
                    if value.trim().is_empty() {
                        continue;
                    }
                    let line = Line {
                        at,
                        time: time.clone(),
                        key: name.as_str().into(),
                        value,
                    };
                    each(&records, line, skipped)?;
                }
            }
        }
    }
}

/// Looks at all of a file.
pub fn survey(
    path: &Path,
    options: &Options,
    known: &[ListedPoint],
    progress: &Progress,
) -> Result<Survey, Error> {
    let layout = Layout::find(path)?;
    let zone = match &options.zone {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|_| {
            Error::Invalid(format!(
                "\"{name}\" is no time zone; write one such as Europe/Berlin"
            ))
        })?,
    };
    let own = layout.columns == Columns::Own;
    let mut skipped = Skipped::default();
    let mut found: Vec<Found> = Vec::new();
    let mut by_key: FxHashMap<String, usize> = FxHashMap::default();
    lines(
        path,
        &layout,
        &zone,
        &mut skipped,
        progress,
        |records, line, skipped| {
            let Some(at) = line.at else {
                skipped.note("a time that cannot be read", || line.time.into_owned());
                return Ok(());
            };
            let ix = if let Some(ix) = by_key.get(&*line.key) {
                *ix
            } else {
                if found.len() >= MOST_SERIES {
                    skipped.note("more than 50,000 different points", || line.key.into_owned());
                    return Ok(());
                }
                found.push(begun(&layout, records, &line.key, path));
                by_key.insert(line.key.into_owned(), found.len() - 1);
                found.len() - 1
            };
            let series = &mut found[ix];
            if own {
                let Some(value) = exact(&line.value, &records.field(6)) else {
                    skipped.note("a value that is not of its type", || line.value.into_owned());
                    return Ok(());
                };
                series.kind = widened(series.kind, &value);
            } else {
                series.tally.add(line.value.trim(), layout.comma);
            }
            series.samples += 1;
            series.from = Some(series.from.map_or(at, |from| from.min(at)));
            series.to = Some(series.to.map_or(at, |to| to.max(at)));
            Ok(())
        },
    )?;
    let index = Index::new(known);
    let readings: Vec<Reading> = found.iter().map(|found| found.tally.reading()).collect();
    let series = found
        .iter()
        .zip(&readings)
        .map(|(found, reading)| described_series(found, *reading, &index))
        .collect();
    let mut notes = Vec::new();
    if layout.form.needs_zone() {
        notes.push(format!(
            "Its times name no zone and are taken as {}.",
            options.zone.as_deref().unwrap_or("UTC")
        ));
    }
    Ok(Survey {
        source: Source::Csv,
        path: path.into(),
        title: if own {
            "Samples exported by Hearthline".into()
        } else {
            format!("Comma-separated values, times as {}", layout.form.words())
        },
        notes,
        series,
        // They are counted again when the file is taken in.
        skipped,
        plan: super::Plan::Csv(Plan {
            layout,
            zone,
            by_key,
            readings,
        }),
    })
}

/// A series that comes up for the first time.
fn begun(layout: &Layout, records: &Records, key: &str, path: &Path) -> Found {
    let field =
        |column: Option<usize>| column.map_or_else(String::new, |column| records.field(column).into_owned());
    let (device, name, unit, keys) = match &layout.columns {
        Columns::Own => {
            let (device, point) = key.split_once(BETWEEN).unwrap_or_default();
            (
                unguarded(&records.field(1)).to_owned(),
                unguarded(&records.field(2)).to_owned(),
                unguarded(&records.field(4)).to_owned(),
                Some((device.to_owned(), point.to_owned())),
            )
        }
        Columns::Long {
            point, device, unit, ..
        } => {
            let name = match point {
                Some(_) => field(*point),
                None => path
                    .file_stem()
                    .map_or_else(String::new, |stem| names::humanise(&stem.to_string_lossy())),
            };
            (field(*device), name, field(*unit), None)
        }
        Columns::Wide { .. } => (String::new(), key.to_owned(), String::new(), None),
    };
    Found {
        key: key.to_owned(),
        device,
        name,
        unit,
        keys,
        kind: None,
        tally: Tally::default(),
        samples: 0,
        from: None,
        to: None,
    }
}

fn described_series(found: &Found, reading: Reading, index: &Index<'_>) -> Series {
    let device_name = names::name(&found.device);
    let name = names::name(&found.name);
    let (made, joins) = if let Some((device_key, point_key)) = &found.keys {
        let mut device = imported(device_key, &device_name);
        if device.name.is_empty() {
            device.name.clone_from(device_key);
        }
        let mut point = described(point_key, if name == *point_key { "" } else { &name });
        point.kind = found.kind.unwrap_or_default();
        point.unit = Some(names::name(&found.unit));
        let made = Made { device, point };
        let joins = index.by_keys(&made, "by its keys");
        (made, joins)
    } else {
        let device = if device_name.is_empty() {
            imported("import:csv", "Imported")
        } else {
            imported(&format!("import:csv/{device_name}"), &device_name)
        };
        let object = name.split_once('.').filter(|_| !name.contains(' '));
        let shown = object.map_or_else(|| name.clone(), |(_, object)| names::humanise(object));
        let mut point = described(&name, &shown);
        (point.kind, point.options) = found.tally.kind(reading);
        // `Power [W]` and `Power (W)` say their unit.
        let said = name
            .rsplit_once(['[', '('])
            .and_then(|(_, rest)| rest.strip_suffix([']', ')']))
            .filter(|unit| unit.len() <= 12);
        point.unit = Some(names::name(if found.unit.is_empty() {
            said.unwrap_or_default()
        } else {
            &found.unit
        }));
        let made = Made { device, point };
        let bare = said.map_or(name.as_str(), |unit| {
            name[..name.len() - unit.len() - 2].trim_end()
        });
        let joins = index
            .by_name(&format!("{device_name} {bare}"), None, &made, "by its name")
            .or_else(|| {
                let (platform, object) = object?;
                index.by_name(object, Some(platform), &made, "by its entity id")
            })
            .or_else(|| index.by_keys(&made, "from an earlier import"));
        (made, joins)
    };
    let mut made = made;
    made.point.unit = made.point.unit.filter(|unit| !unit.is_empty());
    Series {
        key: found.key.replace(BETWEEN, " / "),
        made,
        samples: found.samples,
        from: found.from,
        to: found.to,
        joins,
    }
}

/// Takes a surveyed file in.
pub fn take(survey: &Survey, plan: &Plan, intake: &mut Intake<'_>, progress: &Progress) -> Result<(), Error> {
    let own = plan.layout.columns == Columns::Own;
    let mut skipped = Skipped::default();
    lines(
        &survey.path,
        &plan.layout,
        &plan.zone,
        &mut skipped,
        progress,
        |records, line, skipped| {
            let (Some(at), Some(ix)) = (line.at, plan.by_key.get(&*line.key)) else {
                skipped.note(
                    if line.at.is_none() {
                        "a time that cannot be read"
                    } else {
                        "more than 50,000 different points"
                    },
                    || line.time.into_owned(),
                );
                return Ok(());
            };
            let read = if own {
                exact(&line.value, &records.field(6)).map(|value| (value, quality(&records.field(5))))
            } else {
                tally::value(line.value.trim(), plan.readings[*ix], plan.layout.comma)
            };
            if let Some((value, quality)) = read {
                return intake.sample(*ix, at, value, quality);
            }
            let reason = if own {
                "a value that is not of its type"
            } else {
                "no number in a series of numbers"
            };
            skipped.note(reason, || line.value.into_owned());
            Ok(())
        },
    )?;
    // The survey counted some of these already; this time all of them were.
    intake.report().skipped = merged(skipped, &intake.report().skipped.clone(), &survey.skipped);
    Ok(())
}

/// What was skipped now, with what the intake skipped beyond the survey's.
fn merged(mut now: Skipped, intake: &Skipped, survey: &Skipped) -> Skipped {
    for reason in intake.reasons() {
        let surveyed = survey
            .reasons()
            .iter()
            .find(|known| known.text == reason.text)
            .map_or(0, |known| known.count);
        if reason.count > surveyed {
            now.note_many(reason.text, reason.count - surveyed, || {
                reason.examples.last().cloned().unwrap_or_default()
            });
        }
    }
    now
}

/// A value as an export wrote it.
fn exact(text: &str, kind: &str) -> Option<Value> {
    match kind {
        "null" => Some(Value::Null),
        "bool" => text.parse().ok().map(Value::Bool),
        "int" => text.parse().ok().map(Value::Int),
        "float" => text.parse().ok().map(Value::number),
        "text" => Some(Value::text(unguarded(text))),
        _ => None,
    }
}

/// A quality as an export wrote it; another word is no good sign.
fn quality(word: &str) -> Quality {
    match word {
        "good" => Quality::Good,
        "uncertain" => Quality::Uncertain,
        "stale" => Quality::Stale,
        _ => Quality::Bad,
    }
}

/// The kind of a point that holds `value` as well.
fn widened(kind: Option<Kind>, value: &Value) -> Option<Kind> {
    let of_value = match value {
        Value::Null => return kind,
        Value::Bool(_) => Kind::Bool,
        Value::Int(_) | Value::Float(_) => Kind::Number,
        Value::Text(_) => Kind::Text,
    };
    Some(match kind {
        Some(known) if known != of_value => Kind::Text,
        _ => of_value,
    })
}
