//! What the trends page asks beside the buckets, and the trends that a person keeps.
//!
//! They are kept in the history's own file: the ids of their points are that file's, and a copy of it brings them along.

use std::sync::PoisonError;

use hearthline_history::{Ask, Cancel, Edges, Reader};
use hearthline_model::{Micros, PointId, Quality, Sample};

use super::Engine;
use super::questions::{MOST_BUCKETS, check_range, encode};
use crate::clock;
use crate::error::Error;
use crate::view::{CountsView, Doubt, EdgesView, PenMarks, SavedTrend};

/// Under which name they are kept.
const SETTING: &str = "trends";
/// Trends kept at the most.
const MOST_SAVED: usize = 200;
/// Letters of a name and of an address at the most.
const MOST_NAME: usize = 80;
const MOST_QUERY: usize = 4000;
/// Points of one question at the most.
const MOST_POINTS: usize = 500;
/// Where a range holds more samples of a point than this, they are not looked at one by one.
const MOST_LOOKED: u64 = 200_000;
/// Doubtful stretches of one point that an answer holds at the most.
const MOST_DOUBTS: usize = 2000;

/// Lanes kept at the most: a window has a few, and one that ends leaves its last one behind.
const MOST_LANES: usize = 64;

impl Engine {
    /// Buckets of several points, as the bytes that the window reads in place. What is asked in a lane calls off what was
    /// asked in it before.
    ///
    /// # Errors
    /// Where the range is empty, too many points are asked for, the question was called off, or the file refuses.
    pub async fn history(
        &self,
        points: Vec<PointId>,
        from: Micros,
        to: Micros,
        width: u32,
        edges: EdgesView,
        lane: Option<u32>,
    ) -> Result<Vec<u8>, Error> {
        check_range(from, to)?;
        check_points(&points)?;
        let width = width.clamp(1, MOST_BUCKETS) as usize;
        let edges = match edges {
            EdgesView::Exact => Edges::Exact,
            EdgesView::Near => Edges::Near,
            EdgesView::Rough => Edges::Rough,
        };
        let cancel = self.enter(lane);
        let series = self
            .ask(move |_, reader| {
                let _watch = reader.watch(&cancel);
                reader.buckets(&Ask {
                    edges,
                    until: clock::now(),
                    ..Ask::new(&points, from, to, width)
                })
            })
            .await?;
        Ok(encode(&series))
    }

    /// Calls off what is asked in a lane.
    pub fn cancel_history(&self, lane: u32) {
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cancel) = lanes.remove(&lane) {
            cancel.cancel();
        }
    }

    /// The switch of a new question in a lane; the one before it is called off.
    fn enter(&self, lane: Option<u32>) -> Cancel {
        let cancel = Cancel::new();
        let Some(lane) = lane else {
            return cancel;
        };
        let mut lanes = self.inner.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST_LANES && !lanes.contains_key(&lane) {
            // Forgotten, not called off: it is answered, only no longer to be stopped.
            lanes.pop_first();
        }
        if let Some(before) = lanes.insert(lane, cancel.clone()) {
            before.cancel();
        }
        cancel
    }

    /// What counters rose by in `width` stretches of equal length, resets understood.
    ///
    /// # Errors
    /// Where the range is empty, too many points are asked for, or the file refuses.
    pub async fn counts(
        &self,
        points: Vec<PointId>,
        from: Micros,
        to: Micros,
        width: u32,
    ) -> Result<Vec<CountsView>, Error> {
        check_range(from, to)?;
        check_points(&points)?;
        let width = width.clamp(1, MOST_BUCKETS) as usize;
        let all = self
            .ask(move |_, reader| reader.counted(&points, from, to, width, None))
            .await?;
        Ok(all
            .into_iter()
            .map(|counts| CountsView {
                point: counts.point,
                buckets: counts
                    .buckets
                    .iter()
                    .map(|bucket| (bucket.from, bucket.total))
                    .collect(),
            })
            .collect())
    }

    /// The value in force at `from` of each point, and where its values were not good.
    ///
    /// # Errors
    /// Where the range is empty, too many points are asked for, or the file refuses.
    pub async fn marks(
        &self,
        points: Vec<PointId>,
        from: Micros,
        to: Micros,
    ) -> Result<Vec<PenMarks>, Error> {
        check_range(from, to)?;
        check_points(&points)?;
        self.ask(move |_, reader| {
            points
                .iter()
                .map(|&point| marks(reader, point, from, to))
                .collect()
        })
        .await
    }

    /// The kept trends, by name.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn saved_trends(&self) -> Result<Vec<SavedTrend>, Error> {
        let kept = self.ask(|_, reader| reader.setting(SETTING)).await?;
        let mut all = read(kept.as_deref());
        all.sort_by_cached_key(|trend| (trend.name.to_lowercase(), trend.id));
        Ok(all)
    }

    /// Keeps a trend; one with its id is replaced. Gives its id.
    ///
    /// # Errors
    /// Where the name is empty, too long or taken, there is no such trend, there are too many, or the file refuses.
    pub async fn save_trend(&self, trend: SavedTrend) -> Result<u32, Error> {
        self.with(move |pipeline| {
            let mut all = read(pipeline.store.setting(SETTING)?.as_deref());
            let id = put(&mut all, trend)?;
            keep(&mut pipeline.store, &all)?;
            Ok(id)
        })
        .await?
    }

    /// Forgets a kept trend.
    ///
    /// # Errors
    /// Where there is no such trend or the file refuses.
    pub async fn remove_trend(&self, id: u32) -> Result<(), Error> {
        self.with(move |pipeline| {
            let mut all = read(pipeline.store.setting(SETTING)?.as_deref());
            let before = all.len();
            all.retain(|trend| trend.id != id);
            if all.len() == before {
                return Err(Error::NotFound("trend"));
            }
            keep(&mut pipeline.store, &all)
        })
        .await?
    }
}

fn check_points(points: &[PointId]) -> Result<(), Error> {
    if points.len() <= MOST_POINTS {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "at most {MOST_POINTS} points are asked for at once; remove some"
    )))
}

fn read(kept: Option<&[u8]>) -> Vec<SavedTrend> {
    let Some(kept) = kept else {
        return Vec::new();
    };
    serde_json::from_slice(kept).unwrap_or_else(|error| {
        tracing::error!(message = "the kept trends cannot be read", %error);
        Vec::new()
    })
}

fn keep(store: &mut hearthline_history::Store, all: &[SavedTrend]) -> Result<(), Error> {
    let bytes = serde_json::to_vec(all)
        .map_err(|error| Error::Invalid(format!("the trend cannot be kept: {error}")))?;
    Ok(store.set_setting(SETTING, &bytes)?)
}

fn put(all: &mut Vec<SavedTrend>, trend: SavedTrend) -> Result<u32, Error> {
    let name = trend.name.trim().to_owned();
    if name.is_empty() {
        return Err(Error::Invalid("give the trend a name".into()));
    }
    if name.chars().count() > MOST_NAME {
        return Err(Error::Invalid(format!(
            "the name of a trend has at most {MOST_NAME} letters"
        )));
    }
    if trend.query.len() > MOST_QUERY {
        return Err(Error::Invalid(
            "the trend is too large to be kept; remove pens".into(),
        ));
    }
    let taken = |known: &SavedTrend| known.id != trend.id && known.name.to_lowercase() == name.to_lowercase();
    if all.iter().any(taken) {
        return Err(Error::Invalid(format!(
            "a trend is called {name:?} already; choose another name"
        )));
    }
    if let Some(known) = all.iter_mut().find(|known| known.id == trend.id) {
        known.name = name;
        known.query = trend.query;
        return Ok(known.id);
    }
    if trend.id != 0 {
        return Err(Error::NotFound("trend"));
    }
    if all.len() >= MOST_SAVED {
        return Err(Error::Invalid(format!(
            "{MOST_SAVED} trends are the most; delete one first"
        )));
    }
    let id = all
        .iter()
        .map(|known| known.id)
        .max()
        .unwrap_or_default()
        .saturating_add(1);
    all.push(SavedTrend {
        id,
        name,
        query: trend.query,
    });
    Ok(id)
}

fn marks(
    reader: &Reader,
    point: PointId,
    from: Micros,
    to: Micros,
) -> Result<PenMarks, hearthline_history::Error> {
    let before = reader
        .states(point, from, from.saturating_add(1), 1)?
        .into_iter()
        .next();
    let mut out = PenMarks {
        point,
        held: before.as_ref().and_then(|run| run.value.as_f64()),
        doubts: Vec::new(),
        partial: reader.stats(point, from, to)?.count > MOST_LOOKED,
    };
    if !out.partial {
        let samples = reader.raw(
            point,
            from,
            to,
            usize::try_from(MOST_LOOKED).unwrap_or(usize::MAX),
        )?;
        out.doubts = doubts(before.map(|run| run.quality), &samples, from, to);
    }
    Ok(out)
}

/// The stretches of samples that are not good; each lasts until the next sample of another quality.
fn doubts(before: Option<Quality>, samples: &[Sample], from: Micros, to: Micros) -> Vec<Doubt> {
    let mut out: Vec<Doubt> = Vec::new();
    let mut now = before.map(|quality| (quality, from));
    let mut close = |was: Option<(Quality, Micros)>, at: Micros| {
        if let Some((quality, since)) = was
            && quality != Quality::Good
            && at > since
            && out.len() < MOST_DOUBTS
        {
            out.push(Doubt {
                from: since,
                to: at,
                quality,
            });
        }
    };
    for sample in samples {
        if now.is_none_or(|(quality, _)| quality != sample.quality) {
            close(now, sample.at);
            now = Some((sample.quality, sample.at));
        }
    }
    close(now, to);
    out
}

#[cfg(test)]
mod tests {
    use hearthline_model::Value;

    use super::*;

    fn sample(at: Micros, quality: Quality) -> Sample {
        Sample {
            point: PointId(1),
            at,
            value: Value::Int(at),
            quality,
        }
    }

    fn trend(id: u32, name: &str) -> SavedTrend {
        SavedTrend {
            id,
            name: name.into(),
            query: "pens=1".into(),
        }
    }

    #[test]
    fn what_is_not_good_lasts_until_another_quality() {
        let samples = [
            sample(10, Quality::Good),
            sample(20, Quality::Stale),
            sample(30, Quality::Good),
            sample(40, Quality::Bad),
            sample(45, Quality::Bad),
        ];
        let found = doubts(Some(Quality::Uncertain), &samples, 0, 50);
        let flat: Vec<_> = found
            .iter()
            .map(|doubt| (doubt.from, doubt.to, doubt.quality))
            .collect();
        assert_eq!(
            flat,
            [
                (0, 10, Quality::Uncertain),
                (20, 30, Quality::Stale),
                (40, 50, Quality::Bad)
            ]
        );
        assert_eq!(doubts(None, &[], 0, 50), []);
        assert_eq!(doubts(Some(Quality::Stale), &[], 0, 50).len(), 1);
    }

    #[test]
    fn a_trend_is_kept_renamed_and_refused_with_a_reason() {
        let mut all = Vec::new();
        assert_eq!(put(&mut all, trend(0, " Cold store ")).unwrap(), 1);
        assert_eq!(put(&mut all, trend(0, "Oven")).unwrap(), 2);
        assert_eq!(all[0].name, "Cold store");
        assert_eq!(put(&mut all, trend(1, "Freezers")).unwrap(), 1);
        assert_eq!(all[0].name, "Freezers");
        for (wrong, why) in [
            (trend(0, "  "), "name"),
            (trend(0, "oVEN"), "already"),
            (trend(9, "x"), "not there"),
            (trend(0, &"x".repeat(81)), "80"),
            (
                SavedTrend {
                    query: "x".repeat(5000),
                    ..trend(0, "y")
                },
                "too large",
            ),
        ] {
            let error = put(&mut all, wrong).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        all.extend((3..=200).map(|id| trend(id, &format!("t{id}"))));
        assert!(put(&mut all, trend(0, "one more")).is_err());
    }

    #[test]
    fn damaged_kept_trends_are_none() {
        assert_eq!(read(Some(b"{")), []);
        assert_eq!(read(None), []);
    }
}
