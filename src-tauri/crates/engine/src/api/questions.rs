//! What the window asks: snapshots from memory at once, history on a thread of its own.

use std::sync::atomic::Ordering;

use hearthline_history::{Reader, Series};
use hearthline_model::{BrokerId, DeviceId, Micros, PointId};

use super::Engine;
use crate::clock;
use crate::error::Error;
use crate::pipeline::command_view;
use crate::shared::Shared;
use crate::view::{
    AlarmsView, CommandView, DataInfo, DeviceView, DiagnosisView, EnergyView, ExplorerView, LineView,
    ModelView, PlaceView, PointStats, RawMessage, StateSpan, StatusView,
};
use crate::{energy, plant};

/// Runs of one state that an answer holds at the most.
const MOST_SPANS: usize = 20_000;
/// Buckets of one point that an answer holds at the most.
pub(super) const MOST_BUCKETS: u32 = 10_000;
/// "HFH2" as a little-endian number: see `ui/src/parts/trend/history.ts`.
const HISTORY_MAGIC: u32 = 0x3248_4648;

impl Engine {
    /// A live frame: see [`crate::live`].
    pub fn frame(&self, cursor: u32) -> Vec<u8> {
        let shared = &self.inner.shared;
        let revisions = shared.revisions();
        shared.live().frame(cursor, revisions, clock::now())
    }

    /// The points on screen; unknown ids are no harm.
    pub fn watch(&self, points: Vec<PointId>) {
        self.inner.shared.live().watch(points);
    }

    /// The model, or what changed of it.
    pub fn model(&self, since: u32) -> ModelView {
        let shared = &self.inner.shared;
        let world = shared.world();
        let live = shared.live();
        world.view(since, &|device| live.last_seen(device))
    }

    /// Brokers and counts.
    pub fn status(&self) -> StatusView {
        let shared = &self.inner.shared;
        let brokers = self.brokers();
        let (devices, points, online, demo) = shared.world().counts();
        StatusView {
            rev: shared.status_rev.load(Ordering::Relaxed),
            devices,
            points,
            online,
            diagnoses: shared.diagnoses().total(),
            demo,
            brokers,
            stored: shared.stored.load(Ordering::Relaxed),
            trouble: shared.trouble().clone(),
            repair: shared.keeping.repair().clone(),
            notes: shared.notes(),
            quiet: shared.reach.is_quiet(),
        }
    }

    /// Alarms that are not normal.
    pub fn alarms(&self) -> AlarmsView {
        self.inner.shared.alarms().clone()
    }

    /// Commands, newest first: the journal, with those under way as they stand.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn commands(&self, point: Option<PointId>, limit: u32) -> Result<Vec<CommandView>, Error> {
        let limit = limit.clamp(1, 1000) as usize;
        let records = self.ask(move |_, reader| reader.commands(point, limit)).await?;
        Ok(records.iter().map(command_view).collect())
    }

    /// The states of one point as run lengths, the one in force at `from` included.
    ///
    /// # Errors
    /// Where the range is empty or the file refuses.
    pub async fn states(&self, point: PointId, from: Micros, to: Micros) -> Result<Vec<StateSpan>, Error> {
        check_range(from, to)?;
        let runs = self
            .ask(move |_, reader| reader.states(point, from, to, MOST_SPANS))
            .await?;
        Ok(runs
            .into_iter()
            .map(|run| StateSpan {
                from: run.from,
                to: run.to,
                value: run.value,
                quality: run.quality,
            })
            .collect())
    }

    /// Statistics of a point.
    ///
    /// # Errors
    /// Where the range is empty or the file refuses.
    pub async fn stats(&self, point: PointId, from: Micros, to: Micros) -> Result<PointStats, Error> {
        check_range(from, to)?;
        let stats = self.ask(move |_, reader| reader.stats(point, from, to)).await?;
        Ok(PointStats {
            count: stats.count,
            min: stats.min,
            max: stats.max,
            mean: stats.mean,
            first_at: stats.first_at,
            last_at: stats.last_at,
        })
    }

    /// Where data lies and how large it is.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn data_info(&self) -> Result<DataInfo, Error> {
        let (info, level) = self
            .ask(|_, reader| Ok((reader.info()?, reader.setting(super::SYNCHRONOUS)?)))
            .await?;
        let shared = &self.inner.shared;
        let folder = shared.path.parent().unwrap_or(&shared.path);
        Ok(DataInfo {
            folder: folder.display().to_string(),
            file: shared.path.display().to_string(),
            file_bytes: info.bytes,
            samples: info.samples,
            points: shared.world().counts().1,
            oldest: info.oldest,
            synchronous: if level.as_deref() == Some(b"normal") {
                "normal".into()
            } else {
                "full".into()
            },
            refused: shared.refused.load(Ordering::Relaxed),
        })
    }

    /// All lines of the plant, with the present shift.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn lines(&self) -> Result<Vec<LineView>, Error> {
        self.ask(|shared, reader| with_inputs(shared, reader, plant::lines))
            .await
    }

    /// Energy of the home.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn energy(&self, price_per_kwh: Option<f64>) -> Result<EnergyView, Error> {
        self.ask(move |shared, reader| {
            with_inputs(shared, reader, |inputs| energy::energy(inputs, price_per_kwh))
        })
        .await
    }

    /// One level of the topic tree, or the topics that match a search.
    ///
    /// # Errors
    /// Where the broker is not there.
    pub async fn explorer(
        &self,
        broker: BrokerId,
        parent: String,
        search: String,
        limit: u32,
    ) -> Result<ExplorerView, Error> {
        let mut view = self
            .with(move |pipeline| pipeline.topics(broker, &parent, &search, limit))
            .await?;
        let connections = self.inner.shared.connections();
        let connection = connections.get(&broker).ok_or(Error::NotFound("broker"))?;
        view.dropped = connection
            .source
            .as_ref()
            .map_or(0, |source| source.gate().dropped());
        Ok(view)
    }

    /// The last message of a topic.
    pub fn raw_message(&self, broker: BrokerId, topic: &str) -> Option<RawMessage> {
        self.inner.shared.explorer().raw(broker, topic)
    }

    /// Troubles with input, of one device or all.
    pub fn diagnoses(&self, device: Option<DeviceId>) -> Vec<DiagnosisView> {
        let shared = &self.inner.shared;
        let world = shared.world();
        shared
            .diagnoses()
            .view(device, &|id| world.device_name(id).to_owned())
    }
}

/// What the plant and energy views are made from.
fn with_inputs<T>(
    shared: &Shared,
    reader: &Reader,
    make: impl FnOnce(&plant::Inputs<'_>) -> Result<T, hearthline_history::Error>,
) -> Result<T, hearthline_history::Error> {
    let (places, devices): (Vec<PlaceView>, Vec<DeviceView>) = {
        let world = shared.world();
        let live = shared.live();
        (
            world.place_views(),
            world.device_views(&|device| live.last_seen(device)),
        )
    };
    let alarms = shared.alarms().alarms.clone();
    let devices: Vec<&DeviceView> = devices.iter().collect();
    make(&plant::Inputs {
        places: &places,
        devices: &devices,
        latest: &|point| shared.live().latest(point),
        alarms: &alarms,
        reader,
        now: clock::now(),
    })
}

pub(super) fn check_range(from: Micros, to: Micros) -> Result<(), Error> {
    if to > from {
        return Ok(());
    }
    Err(Error::Invalid("the end of a range lies after its begin".into()))
}

/// Eight columns a point, each aligned to eight bytes, so that the window reads them without a copy.
pub(super) fn encode(series: &[Series]) -> Vec<u8> {
    let size = series.iter().map(|one| 8 + one.buckets.len() * 64).sum::<usize>();
    let mut bytes = Vec::with_capacity(8 + size);
    bytes.extend_from_slice(&HISTORY_MAGIC.to_le_bytes());
    bytes.extend_from_slice(&(series.len() as u32).to_le_bytes());
    for one in series {
        bytes.extend_from_slice(&one.point.0.to_le_bytes());
        bytes.extend_from_slice(&(one.buckets.len() as u32).to_le_bytes());
        let mut column = |of: fn(&hearthline_history::Bucket) -> f64| {
            for bucket in &one.buckets {
                bytes.extend_from_slice(&of(bucket).to_le_bytes());
            }
        };
        column(|bucket| bucket.from as f64);
        column(|bucket| bucket.min);
        column(|bucket| bucket.max);
        // The mean by time where a trusted value held: ten quick samples of a spike do not outweigh a quiet hour.
        column(|bucket| {
            if bucket.average.is_finite() {
                bucket.average
            } else {
                bucket.mean
            }
        });
        column(|bucket| bucket.last);
        column(|bucket| f64::from(bucket.count));
        column(|bucket| bucket.last_at as f64);
        column(|bucket| f64::from(bucket.absent));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use hearthline_history::Bucket;

    use super::*;

    #[test]
    fn history_bytes_are_columns() {
        let bucket = Bucket {
            from: 10,
            min: 1.0,
            max: 3.0,
            mean: 2.0,
            first: 1.0,
            last: 3.0,
            last_at: 12,
            count: 4,
            average: 1.5,
            ..Bucket::default()
        };
        let bytes = encode(&[Series {
            point: PointId(7),
            buckets: vec![bucket, Bucket { from: 20, ..bucket }],
        }]);
        let number =
            |index: usize| f64::from_le_bytes(bytes[16 + index * 8..24 + index * 8].try_into().unwrap());
        assert_eq!(bytes.len(), 8 + 8 + 8 * 2 * 8);
        assert_eq!(&bytes[..4], b"HFH2");
        assert_eq!(
            (
                number(0),
                number(1),
                number(2),
                number(6),
                number(11),
                number(13),
                number(15)
            ),
            (10.0, 20.0, 1.0, 1.5, 4.0, 12.0, 0.0)
        );
    }
}
