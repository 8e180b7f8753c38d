//! The database of Home Assistant's recorder in: states as they were recorded, and for the time before them the statistics,
//! which Home Assistant keeps for ever.
//!
//! A series is an entity. *States* are taken one for one; `unknown` and `unavailable` are values known to be unknown, of bad
//! quality. *Statistics* fill the time before the first state: of five minutes where there are any, of an hour before that.
//! A mean stands at the begin of its stretch and holds until the next sample; a meter's reading stands at its end, where it
//! was read. An hour of which the history has samples of its own needs no mean. The lowest and highest of each hour become points of
//! their own where a person wants them, since nobody knows at which moment they were.

mod describe;
mod registry;
mod rows;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::hash_map::Entry;
use std::path::Path;

use hearthline_history::ListedPoint;
use hearthline_model::{Kind, Micros, Quality, StateClass, Value};
use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::intake::Intake;
use super::matching::Index;
use super::tally::{self, Reading, Tally};
use super::{MOST_SERIES, Options, Series, Skipped, Source, Survey, names};
use crate::{Error, Progress, sqlite};
use describe::Attributes;
use rows::{StateRow, StatisticRow, text};
use schema::{Period, Schema};

const UNTIMED: &str = "a state without a time";
const UNNAMED: &str = "a state of an entity that the file does not name";
const MANY: &str = "more than 50,000 different entities";
const NO_NUMBER: &str = "no number in an entity of numbers";
const OTHER_UNIT: &str = "statistics in another unit than the states";
const FINER: &str = "statistics of a time that finer samples tell of";
/// Buckets that one question of the history answers.
const BUCKETS: i64 = 8192;

/// How the file is read a second time.
#[derive(Debug)]
pub struct Plan {
    by_entity: FxHashMap<String, usize>,
    readings: Vec<Reading>,
    /// Of each series: the time from which its states, and its statistics of five minutes, tell.
    states_from: Vec<Micros>,
    short_from: Vec<Micros>,
    /// What statistics are about: series, and whether they are a meter's.
    statistics: FxHashMap<i64, Counted>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    series: usize,
    meter: bool,
    /// The series of the lowest and highest, where they are wanted.
    extremes: Option<(usize, usize)>,
}

/// What is gathered of an entity.
#[derive(Default)]
struct Found {
    tally: Tally,
    states: u64,
    statistics: u64,
    from: Option<Micros>,
    to: Option<Micros>,
    /// Where the newest attributes are: their number, the number of the state that has them, its time.
    attributes: Option<i64>,
    state: Option<i64>,
    unit: Option<String>,
    named: Option<String>,
    meter: bool,
}

impl Found {
    fn reach(&mut self, at: Micros) {
        self.from = Some(self.from.map_or(at, |from| from.min(at)));
        self.to = Some(self.to.map_or(at, |to| to.max(at)));
    }
}

/// The entities that states name by a number.
fn entities(connection: &Connection, schema: &Schema, path: &Path) -> Result<FxHashMap<i64, String>, Error> {
    let mut all = FxHashMap::default();
    if !schema.meta {
        return Ok(all);
    }
    let mut read = || {
        let mut statement = connection
            .prepare("SELECT metadata_id, entity_id FROM states_meta ORDER BY metadata_id LIMIT ?")?;
        let mut rows = statement.query([MOST_SERIES as i64 + 1])?;
        while let Some(row) = rows.next()? {
            if let (Some(id), Some(entity)) = (rows::int(row.get_ref(0)?), text(row.get_ref(1)?))
                && entity.len() <= 255
            {
                all.insert(id, entity.to_owned());
            }
        }
        Ok(())
    };
    read().map_err(|source| Error::Database {
        path: path.into(),
        source,
    })?;
    Ok(all)
}

fn entity_of<'a>(row: &'a StateRow, entities: &'a FxHashMap<i64, String>) -> Option<&'a str> {
    match row.meta {
        Some(meta) => entities.get(&meta).map(String::as_str),
        None => row.entity.as_deref().filter(|entity| !entity.is_empty()),
    }
}

/// What statistics are about, as the file tells it.
struct StatisticMeta {
    id: i64,
    statistic: String,
    unit: Option<String>,
    name: Option<String>,
}

fn statistic_metas(
    connection: &Connection,
    schema: &Schema,
    path: &Path,
) -> Result<Vec<StatisticMeta>, Error> {
    let mut all = Vec::new();
    if schema.statistics.is_empty() {
        return Ok(all);
    }
    let mut read = || {
        let name = if schema.named { "name" } else { "NULL" };
        let mut statement = connection.prepare(&format!(
            "SELECT id, statistic_id, unit_of_measurement, {name} FROM statistics_meta ORDER BY id LIMIT ?"
        ))?;
        let mut rows = statement.query([MOST_SERIES as i64])?;
        while let Some(row) = rows.next()? {
            let word =
                |ix| -> rusqlite::Result<Option<String>> { Ok(text(row.get_ref(ix)?).map(names::name)) };
            if let (Some(id), Some(statistic)) = (rows::int(row.get_ref(0)?), text(row.get_ref(1)?))
                && statistic.len() <= 255
            {
                all.push(StatisticMeta {
                    id,
                    statistic: statistic.to_owned(),
                    unit: word(2)?.filter(|unit| !unit.is_empty()),
                    name: word(3)?.filter(|name| !name.is_empty()),
                });
            }
        }
        Ok(())
    };
    read().map_err(|source| Error::Database {
        path: path.into(),
        source,
    })?;
    Ok(all)
}

/// Looks at all of a file.
pub fn survey(
    path: &Path,
    options: &Options,
    known: &[ListedPoint],
    progress: &Progress,
) -> Result<Survey, Error> {
    let opened = sqlite::open(path)?;
    let connection = &opened.connection;
    let schema = Schema::find(connection, path)?;
    let entities = entities(connection, &schema, path)?;
    let mut skipped = Skipped::default();
    let mut found: Vec<Found> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    let mut by_entity: FxHashMap<String, usize> = FxHashMap::default();

    rows::states(
        connection,
        &schema,
        path,
        &mut skipped,
        progress,
        |row, skipped| {
            let Some(entity) = entity_of(&row, &entities) else {
                skipped.note(UNNAMED, String::new);
                return Ok(());
            };
            let Some(at) = row.at else {
                skipped.note(UNTIMED, || entity.to_owned());
                return Ok(());
            };
            let Some(series) = series_of(entity, &mut found, &mut order, &mut by_entity) else {
                skipped.note(MANY, || entity.to_owned());
                return Ok(());
            };
            let series = &mut found[series];
            if let Some(state) = &row.state {
                series.tally.add(state, false);
            }
            series.states += 1;
            // The newest attributes describe it best; those of a state that says nothing mostly are few.
            let telling = row.state.as_deref().is_some_and(|state| !unknown(state));
            if telling || series.state.is_none() {
                series.attributes = row.attributes;
                series.state = Some(row.id);
            }
            series.reach(at);
            Ok(())
        },
    )?;
    let states_from: Vec<Micros> = found
        .iter()
        .map(|found| found.from.unwrap_or(Micros::MAX))
        .collect();

    let mut plan = Plan {
        by_entity: FxHashMap::default(),
        readings: Vec::new(),
        states_from,
        short_from: Vec::new(),
        statistics: FxHashMap::default(),
    };
    let attributes: Vec<Attributes> = found
        .iter()
        .map(|found| Attributes::read(connection, &schema, found.attributes, found.state))
        .collect();
    for meta in statistic_metas(connection, &schema, path)? {
        let known_unit = by_entity
            .get(&meta.statistic)
            .and_then(|ix| attributes.get(*ix)?.unit.clone());
        if known_unit.is_some() && meta.unit.is_some() && known_unit != meta.unit {
            skipped.note(OTHER_UNIT, || meta.statistic.clone());
            continue;
        }
        let Some(series) = series_of(&meta.statistic, &mut found, &mut order, &mut by_entity) else {
            skipped.note(MANY, || meta.statistic.clone());
            continue;
        };
        found[series].unit = meta.unit;
        found[series].named = meta.name;
        plan.statistics.insert(
            meta.id,
            Counted {
                series,
                meter: false,
                extremes: None,
            },
        );
    }
    plan.states_from.resize(found.len(), Micros::MAX);
    plan.short_from = vec![Micros::MAX; found.len()];
    for table in &schema.statistics {
        let short = table.0 == Period::Short;
        let mut earliest = vec![Micros::MAX; found.len()];
        rows::statistics(connection, table, path, &mut skipped, progress, |row, _| {
            let Some(counted) = plan.statistics.get_mut(&row.meta) else {
                return Ok(());
            };
            counted.meter |= row.mean.is_none() && (row.sum.is_some() || row.state.is_some());
            let (ix, meter) = (counted.series, counted.meter);
            let series = &mut found[ix];
            series.meter |= meter;
            if plan_takes(&plan, ix, meter, table.0, row.at)
                && let Some((at, _)) = worth(&row, meter, table.0)
            {
                series.statistics += 1;
                series.reach(at);
                earliest[ix] = earliest[ix].min(row.at);
            }
            Ok(())
        })?;
        if short {
            plan.short_from = earliest;
        }
    }

    let registry = registry::beside(path);
    let index = Index::new(known);
    let nothing = Attributes::default();
    let (mut series, mut wanted) = (Vec::new(), Vec::new());
    for (ix, (id, found)) in order.iter().zip(&found).enumerate() {
        let mut attributes = attributes.get(ix).unwrap_or(&nothing).clone();
        attributes.unit = attributes.unit.or_else(|| found.unit.clone());
        attributes.name = attributes.name.or_else(|| found.named.clone());
        let registered = registry.get(id);
        let reading = if found.states == 0 {
            Reading::Number
        } else {
            describe::reading(id, &found.tally, &attributes)
        };
        let mut made = describe::made(id, reading, &found.tally, &attributes, registered);
        if found.meter && made.point.state_class.is_none() {
            made.point.state_class = Some(StateClass::Total);
        }
        wanted.push(describe::joins(id, &made, &attributes, registered, &index));
        plan.readings.push(reading);
        series.push(Series {
            key: id.clone(),
            made,
            samples: found.states + found.statistics,
            from: found.from,
            to: found.to,
            joins: None,
        });
    }
    for (series, joins) in series.iter_mut().zip(describe::settle(&wanted)) {
        series.joins = joins;
    }
    if options.extremes {
        add_extremes(&mut series, &found, &mut plan, &index);
    }
    plan.by_entity = by_entity;
    let states: u64 = found.iter().map(|found| found.states).sum();
    let statistics: u64 = found.iter().map(|found| found.statistics).sum();
    let mut notes = vec![format!(
        "{states} states, and {statistics} means and meter readings for the time before them."
    )];
    if registry.is_empty() {
        notes.push(
            "The registries of Home Assistant (.storage) do not lie beside the file, so that entities are recognised by name alone."
                .into(),
        );
    }
    Ok(Survey {
        source: Source::HomeAssistant,
        path: path.into(),
        title: match schema.version {
            Some(version) => format!("Home Assistant's recorder, schema {version}"),
            None => "Home Assistant's recorder".into(),
        },
        notes,
        series,
        skipped,
        plan: super::Plan::HomeAssistant(plan),
    })
}

/// The number of an entity's series, which is made where it is new; none where there are too many.
fn series_of(
    entity: &str,
    found: &mut Vec<Found>,
    order: &mut Vec<String>,
    by_entity: &mut FxHashMap<String, usize>,
) -> Option<usize> {
    if let Some(ix) = by_entity.get(entity) {
        return Some(*ix);
    }
    if found.len() >= MOST_SERIES {
        return None;
    }
    by_entity.insert(entity.to_owned(), found.len());
    order.push(entity.to_owned());
    found.push(Found::default());
    Some(found.len() - 1)
}

/// The lowest and highest of each hour as series of their own.
fn add_extremes(series: &mut Vec<Series>, found: &[Found], plan: &mut Plan, index: &Index<'_>) {
    for counted in plan.statistics.values_mut() {
        let of = &found[counted.series];
        if counted.meter || of.statistics == 0 || series.len() + 2 > MOST_SERIES {
            continue;
        }
        let base = series[counted.series].clone();
        let mut add = |suffix: &str, words: &str| {
            let mut made = base.made.clone();
            made.point.key = format!("{}#{suffix}", base.key);
            made.point.name = format!("{}, {words}", made.point.name);
            made.point.kind = Kind::Number;
            let joins = index.by_keys(&made, "from an earlier import");
            series.push(Series {
                key: made.point.key.clone(),
                made,
                samples: of.statistics,
                from: of.from,
                to: of.to,
                joins,
            });
            plan.readings.push(Reading::Number);
            series.len() - 1
        };
        counted.extremes = Some((
            add("min", "lowest of the hour"),
            add("max", "highest of the hour"),
        ));
    }
}

/// Whether statistics of a stretch are wanted: only before what is finer begins. A mean holds until then, so that half of its
/// stretch is enough; a meter's reading stands at the end of its own.
fn plan_takes(plan: &Plan, series: usize, meter: bool, period: Period, at: Micros) -> bool {
    let finer = match period {
        Period::Short => plan.states_from[series],
        Period::Long => plan.states_from[series].min(plan.short_from[series]),
    };
    let told = if meter {
        period.length()
    } else {
        period.length() / 2
    };
    at.saturating_add(told) <= finer
}

/// The sample that statistics make.
fn worth(row: &StatisticRow, meter: bool, period: Period) -> Option<(Micros, f64)> {
    if meter {
        let read = row.state.or(row.sum)?;
        Some((row.at.saturating_add(period.length()), read))
    } else {
        Some((row.at, row.mean?))
    }
}

fn unknown(state: &str) -> bool {
    matches!(state, "" | "unknown" | "unavailable")
}

/// Takes a surveyed file in.
pub fn take(survey: &Survey, plan: &Plan, intake: &mut Intake<'_>, progress: &Progress) -> Result<(), Error> {
    let path = &survey.path;
    let opened = sqlite::open(path)?;
    let connection = &opened.connection;
    let schema = Schema::find(connection, path)?;
    let entities = entities(connection, &schema, path)?;
    // The survey counted what both passes meet; it is counted anew.
    let mut skipped = Skipped::default();
    intake.report().skipped = Skipped::default();
    for reason in survey
        .skipped
        .reasons()
        .iter()
        .filter(|reason| reason.text == OTHER_UNIT)
    {
        skipped.note_many(OTHER_UNIT, reason.count, || reason.examples.join(", "));
    }
    rows::states(
        connection,
        &schema,
        path,
        &mut skipped,
        progress,
        |row, skipped| {
            let Some(entity) = entity_of(&row, &entities) else {
                skipped.note(UNNAMED, String::new);
                return Ok(());
            };
            let Some(series) = plan.by_entity.get(entity) else {
                skipped.note("of an entity that came after the file was looked at", || {
                    entity.to_owned()
                });
                return Ok(());
            };
            let Some(at) = row.at else {
                skipped.note(UNTIMED, || entity.to_owned());
                return Ok(());
            };
            let state = row.state.as_deref().unwrap_or_default();
            let read = if unknown(state) {
                Some((Value::Null, Quality::Bad))
            } else {
                told(state, plan.readings[*series])
            };
            if let Some((value, quality)) = read {
                return intake.sample(*series, at, value, quality);
            }
            skipped.note(NO_NUMBER, || format!("{entity}: {state}"));
            Ok(())
        },
    )?;
    for table in &schema.statistics {
        let mut finer: FxHashMap<usize, Finer> = FxHashMap::default();
        rows::statistics(connection, table, path, &mut skipped, progress, |row, skipped| {
            let Some(counted) = plan.statistics.get(&row.meta) else {
                return Ok(());
            };
            let series = counted.series;
            if !plan_takes(plan, series, counted.meter, table.0, row.at) {
                return Ok(());
            }
            let Some((at, number)) = worth(&row, counted.meter, table.0) else {
                return Ok(());
            };
            if intake.has(series) {
                let told = match finer.entry(series) {
                    Entry::Occupied(known) => known.get().tells(row.at),
                    Entry::Vacant(empty) => empty
                        .insert(Finer::find(&survey.series[series], series, table.0, intake)?)
                        .tells(row.at),
                };
                if told {
                    skipped.note(FINER, || survey.series[series].key.clone());
                    return Ok(());
                }
            }
            intake.sample(series, at, Value::number(number), Quality::Good)?;
            if let Some((lowest, highest)) = counted.extremes {
                for (series, extreme) in [(lowest, row.min), (highest, row.max)] {
                    if let Some(extreme) = extreme {
                        intake.sample(series, row.at, Value::number(extreme), Quality::Good)?;
                    }
                }
            }
            Ok(())
        })?;
    }
    for reason in skipped.reasons() {
        intake
            .report()
            .skipped
            .note_many(reason.text, reason.count, || reason.examples.join(", "));
    }
    Ok(())
}

/// A state as a value; none where it is no number and should be one.
fn told(state: &str, reading: Reading) -> Option<(Value, Quality)> {
    let value = match reading {
        Reading::Number => tally::number(state, false)?,
        // `on` and `off`; whatever else stands there is kept in its own words.
        Reading::Bool => tally::boolean(state).map_or_else(|| Value::text(state), Value::Bool),
        Reading::Text => Value::text(state),
    };
    Some((value, Quality::Good))
}

/// The stretches of which the history has samples of its own.
struct Finer {
    from: Micros,
    length: Micros,
    taken: Vec<u64>,
}

impl Finer {
    fn find(series: &Series, ix: usize, period: Period, intake: &Intake<'_>) -> Result<Self, Error> {
        let length = period.length();
        // Times beyond those that the history keeps are left out later; here they would make a table of all time.
        let within = |at: Option<Micros>| at.unwrap_or_default().clamp(0, crate::import::intake::TIMES.end);
        let (from, to) = (within(series.from), within(series.to));
        let from = from.div_euclid(length) * length - length;
        let count = (to.saturating_sub(from) / length + 2).max(0);
        let mut finer = Self {
            from,
            length,
            taken: vec![0; count as usize / 64 + 1],
        };
        let Some(point) = intake.point(ix) else {
            return Ok(finer);
        };
        let mut begin = 0;
        while begin < count {
            let end = (begin + BUCKETS).min(count);
            let (first, last) = (from + begin * length, from + end * length);
            let answer = intake
                .reader()
                .query(&[point], first, last, (end - begin) as usize)?;
            for bucket in answer.into_iter().flat_map(|series| series.buckets) {
                // One sample at the very begin may be what an earlier import made of the same statistics.
                if bucket.count > 1 || bucket.last_at != bucket.from {
                    let at = ((bucket.from - from) / length) as usize;
                    if let Some(word) = finer.taken.get_mut(at / 64) {
                        *word |= 1 << (at % 64);
                    }
                }
            }
            begin = end;
        }
        Ok(finer)
    }

    fn tells(&self, at: Micros) -> bool {
        let ix = (at - self.from).div_euclid(self.length);
        usize::try_from(ix).is_ok_and(|ix| {
            self.taken
                .get(ix / 64)
                .is_some_and(|word| word & (1 << (ix % 64)) != 0)
        })
    }
}
