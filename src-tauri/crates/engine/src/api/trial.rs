//! Conditions tried on history before they are saved.

use hearthline_history::Reader;
use hearthline_model::{Condition, DAY, Micros, PointId, Sample};

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::view::TrialView;

/// How far back is looked.
pub(super) const BACK: Micros = 7 * DAY;
/// Samples that are looked at, of all points together; of more, the newest.
pub(super) const MOST: usize = 500_000;
/// Samples read at a time.
const PAGE: usize = 50_000;

impl Engine {
    /// How often conditions of a point would have been raised in the last week, judged by what was recorded. Conditions that
    /// are switched off are left out.
    ///
    /// # Errors
    /// Where the point is not there, a condition can never be judged, or the file refuses.
    pub async fn try_conditions(
        &self,
        point: PointId,
        conditions: Vec<Condition>,
    ) -> Result<Vec<TrialView>, Error> {
        let conditions = self
            .with(move |pipeline| pipeline.resolved(point, conditions))
            .await??;
        let now = clock::now();
        self.ask(move |_, reader| {
            let (samples, since) = samples_for(reader, point, &conditions, now, MOST)?;
            let found = hearthline_alarm::try_on(&conditions, point, samples, now, clock::wall_offset(now));
            let wanted = conditions.iter().filter(|condition| !condition.disabled);
            Ok(wanted
                .map(|condition| {
                    let name = condition.kind.name();
                    let trial = found.get(name).cloned().unwrap_or_default();
                    TrialView {
                        condition: name.into(),
                        count: trial.count,
                        spans: trial.times,
                        since,
                    }
                })
                .collect())
        })
        .await
    }
}

/// What the last week has of a point and of those that its conditions read, in the order of time, and since when it is complete.
pub(super) fn samples_for(
    reader: &Reader,
    point: PointId,
    conditions: &[Condition],
    now: Micros,
    most: usize,
) -> Result<(Vec<Sample>, Micros), hearthline_history::Error> {
    let mut points = vec![point];
    points.extend(hearthline_alarm::read_by(conditions));
    points.sort_unstable();
    points.dedup();
    let mut samples = Vec::new();
    let mut since = now - BACK;
    for one in &points {
        let (own, cut) = recorded(reader, *one, now - BACK, now, most / points.len())?;
        since = since.max(cut);
        samples.extend(own);
    }
    samples.retain(|sample| sample.at >= since);
    samples.sort_by_key(|sample| sample.at);
    Ok((samples, since))
}

/// The newest samples of a point, at most so many, and from when on they are complete.
pub(super) fn recorded(
    reader: &Reader,
    point: PointId,
    from: Micros,
    to: Micros,
    most: usize,
) -> Result<(Vec<Sample>, Micros), hearthline_history::Error> {
    let mut all = Vec::new();
    let mut since = from;
    let mut begin = from;
    loop {
        let page = reader.raw(point, begin, to, PAGE)?;
        let full = page.len() == PAGE;
        let last = page.last().map(|sample| sample.at);
        all.extend(page);
        if all.len() > most {
            all.drain(..all.len() - most);
            since = all.first().map_or(since, |sample| sample.at);
        }
        match last {
            Some(last) if full => begin = last.saturating_add(1),
            _ => return Ok((all, since)),
        }
    }
}
