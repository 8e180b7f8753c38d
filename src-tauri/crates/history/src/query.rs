//! The questions, each of them a walk over the samples of its points.

use hearthline_model::{Micros, PointId, Sample};
use rusqlite::Connection;

use crate::chunk::{Item, tidy};
use crate::counts::Counter;
use crate::grid::{Grid, Whole, edges};
use crate::look::Look;
use crate::pending::Pending;
use crate::series::{Ask, Column, Counts, Page, Place, Run, Series, Stats};
use crate::values::{Last, Page as Samples, Runs, Steps};
use crate::walk::{Sink, lead, walk};
use crate::{Error, journal};

/// What waits in the journal of some points, with what was in force before.
struct Waiting {
    point: PointId,
    /// Where a walk has to begin in order to meet what is in force at the begin of the question.
    lead: Micros,
    /// In order of time, repetitions once.
    items: Vec<Item>,
}

/// Reads the journal once for all points; from the moment on at which the value in force at `from` came in.
fn waiting(
    connection: &Connection,
    look: &Look,
    points: &[PointId],
    (from, to): (Micros, Micros),
    leads: Option<bool>,
) -> Result<Vec<Waiting>, Error> {
    let mut all = Vec::with_capacity(points.len());
    for &point in points {
        let lead = match leads {
            Some(values) => lead(connection, point, from, values)?,
            None => from,
        };
        all.push(Waiting {
            point,
            lead: lead.min(from),
            items: Vec::new(),
        });
    }
    let begin = all.iter().map(|one| one.lead).min().unwrap_or(from);
    scan_journal(connection, look, begin, to, |sample| {
        for one in &mut all {
            if one.point == sample.point && sample.at >= one.lead && sample.at < to {
                one.items.push(Item {
                    at: sample.at,
                    value: sample.value.clone(),
                    quality: sample.quality,
                    received: None,
                });
            }
        }
    })?;
    for one in &mut all {
        tidy(&mut one.items);
    }
    Ok(all)
}

impl Waiting {
    /// What waits before a moment and from it on.
    fn split(&self, at: Micros) -> (&[Item], &[Item]) {
        self.items
            .split_at(self.items.partition_point(|item| item.at < at))
    }

    /// The number in force just before `at`.
    fn in_force(&self, connection: &Connection, look: &Look, at: Micros) -> Result<Option<f64>, Error> {
        let mut whole = Whole::default();
        self.lead(connection, look, at, &mut whole)?;
        Ok(whole.0.tail)
    }

    /// The last sample before `at`.
    fn last(&self, connection: &Connection, look: &Look, at: Micros) -> Result<Option<Item>, Error> {
        let mut last = Last::default();
        self.lead(connection, look, at, &mut last)?;
        Ok(last.item)
    }

    /// What leads up to `at`.
    fn lead(
        &self,
        connection: &Connection,
        look: &Look,
        at: Micros,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let waiting = self.split(at).0;
        walk(connection, look, self.point, (self.lead, at), waiting, sink)
    }

    fn walk(
        &self,
        connection: &Connection,
        look: &Look,
        (from, to): (Micros, Micros),
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        walk(connection, look, self.point, (from, to), self.split(from).1, sink)
    }
}

/// Buckets of several points; the journal is read once for all of them.
pub fn buckets(connection: &Connection, look: &Look, ask: &Ask<'_>) -> Result<Vec<Series>, Error> {
    let range = (ask.from, ask.to);
    if ask.from >= ask.to || ask.width == 0 {
        return Ok(ask
            .points
            .iter()
            .map(|&point| Series {
                point,
                buckets: Vec::new(),
            })
            .collect());
    }
    let edges = edges(ask.from, ask.to, ask.width);
    let mut all = Vec::with_capacity(ask.points.len());
    for one in waiting(connection, look, ask.points, range, Some(false))? {
        let in_force = one.in_force(connection, look, ask.from)?;
        let mut grid = Grid::new(edges.clone(), ask.edges, in_force, ask.until);
        one.walk(connection, look, range, &mut grid)?;
        all.push(Series {
            point: one.point,
            buckets: grid.finish(ask.holding),
        });
    }
    Ok(all)
}

/// What counters counted.
pub fn counted(
    connection: &Connection,
    look: &Look,
    ask: &Ask<'_>,
    values: Option<f64>,
) -> Result<Vec<Counts>, Error> {
    let range = (ask.from, ask.to);
    let edges = if ask.from < ask.to && ask.width > 0 {
        edges(ask.from, ask.to, ask.width)
    } else {
        Vec::new()
    };
    let mut all = Vec::with_capacity(ask.points.len());
    for one in waiting(connection, look, ask.points, range, Some(false))? {
        let mut counter = Counter::new(edges.clone(), values, None);
        if !edges.is_empty() {
            let base = one.in_force(connection, look, ask.from)?;
            counter = Counter::new(edges.clone(), values, base);
            one.walk(connection, look, range, &mut counter)?;
        }
        all.push(Counts {
            point: one.point,
            buckets: counter.finish(),
        });
    }
    Ok(all)
}

/// The values of several points on one grid.
pub fn aligned(
    connection: &Connection,
    look: &Look,
    points: &[PointId],
    from: Micros,
    step: Micros,
    count: usize,
) -> Result<Vec<Column>, Error> {
    let step = step.max(1);
    let grid: Vec<Micros> = (0..count)
        .map_while(|index| from.checked_add(step.checked_mul(i64::try_from(index).ok()?)?))
        .collect();
    let to = grid.last().map_or(from, |last| last.saturating_add(1));
    let mut columns = Vec::with_capacity(points.len());
    for one in waiting(connection, look, points, (from, to), Some(true))? {
        let last = one.last(connection, look, from)?;
        let mut steps = Steps::new(grid.clone(), last.as_ref());
        one.walk(connection, look, (from, to), &mut steps)?;
        columns.push(Column {
            point: one.point,
            values: steps.finish(),
        });
    }
    Ok(columns)
}

/// Samples of a point, in order, at most `limit`.
pub fn page(
    connection: &Connection,
    look: &Look,
    point: PointId,
    from: Place,
    to: Micros,
    limit: usize,
) -> Result<Page, Error> {
    let mut page = Page::default();
    for one in waiting(connection, look, &[point], (from.at, to), None)? {
        // One more than asked for tells whether there is more.
        let mut samples = Samples::new(from.skip, limit.saturating_add(1));
        one.walk(connection, look, (from.at, to), &mut samples)?;
        page.coarse = samples.coarse;
        page.samples = samples.samples(point);
    }
    if page.samples.len() > limit {
        page.samples.truncate(limit);
        let at = page.samples.last().map_or(from.at, |last| last.at);
        let of_moment = page
            .samples
            .iter()
            .rev()
            .take_while(|sample| sample.at == at)
            .count();
        page.next = Some(Place {
            at,
            skip: of_moment + if at == from.at { from.skip } else { 0 },
        });
    }
    Ok(page)
}

/// Stretches of one value.
pub fn states(
    connection: &Connection,
    look: &Look,
    point: PointId,
    from: Micros,
    to: Micros,
    limit: usize,
) -> Result<Vec<Run>, Error> {
    let mut all = Vec::new();
    for one in waiting(connection, look, &[point], (from, to), Some(true))? {
        let last = one.last(connection, look, from)?;
        let mut runs = Runs::new(from, to, limit, last);
        one.walk(connection, look, (from, to), &mut runs)?;
        all = runs.finish();
    }
    Ok(all)
}

/// Statistics of a point.
pub fn stats(
    connection: &Connection,
    look: &Look,
    point: PointId,
    from: Micros,
    to: Micros,
) -> Result<Stats, Error> {
    let mut stats = Stats::default();
    for one in waiting(connection, look, &[point], (from, to), None)? {
        let mut whole = Whole::default();
        one.walk(connection, look, (from, to), &mut whole)?;
        let whole = whole.0;
        stats.count = u64::from(whole.count);
        if whole.count > 0 {
            (stats.first_at, stats.last_at) = (Some(whole.begins), Some(whole.ends));
        }
        if whole.numbers > 0 {
            stats.min = Some(whole.min);
            stats.max = Some(whole.max);
            stats.mean = Some(whole.sum / f64::from(whole.numbers));
        }
    }
    Ok(stats)
}

/// Reads the samples of the journal rows that reach into `from..to` (and some around it), in order of arrival, but for
/// those that are in chunks already.
pub fn scan_journal(
    connection: &Connection,
    look: &Look,
    from: Micros,
    to: Micros,
    mut each: impl FnMut(&Sample),
) -> Result<(), Error> {
    let pending = Pending::read(connection)?;
    let mut statement = connection
        .prepare_cached("SELECT seq, body FROM journal WHERE ends >= ? AND begins < ? ORDER BY seq")?;
    let mut rows = statement.query((from, to))?;
    while let Some(row) = rows.next()? {
        look.count(|cost| cost.rows += 1)?;
        let seq: i64 = row.get(0)?;
        let bytes = row
            .get_ref(1)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        journal::decode(bytes, |sample| {
            if !pending.is_done(seq, &sample) {
                each(&sample);
            }
        })?;
    }
    Ok(())
}
