//! The engine on a broker, ready to be measured.

use std::path::Path;
use std::time::{Duration, Instant};

use hearthline_engine::view::{BrokerEdit, Phase};
use hearthline_engine::{Engine, Options};
use hearthline_model::{BrokerId, BrokerSettings, PointId, Qos};

use crate::wait;

/// After so long without a sample no more is coming.
const SILENCE: Duration = Duration::from_secs(3);

/// Starts an engine in `folder`, connected to a broker on loopback; `safety` is `full` or `normal`.
///
/// # Errors
/// Where the engine does not start.
pub async fn connected(
    folder: &Path,
    port: u16,
    qos: u8,
    safety: &str,
) -> Result<(Engine, BrokerId), hearthline_engine::Error> {
    let engine = Engine::start(&Options {
        folder: folder.into(),
    })?;
    engine.save_synchronous(safety).await?;
    let settings = BrokerSettings {
        name: "bench".into(),
        host: "127.0.0.1".into(),
        port,
        qos: if qos == 0 {
            Qos::AtMostOnce
        } else {
            Qos::AtLeastOnce
        },
        // Its own message would be counted among those of the load.
        birth: false,
        ..BrokerSettings::default()
    };
    let broker = engine
        .save_broker(BrokerEdit {
            id: None,
            settings,
            password: None,
        })
        .await?;
    up(&engine).await;
    Ok((engine, broker))
}

/// Waits until every connection is up.
pub async fn up(engine: &Engine) {
    wait::until("the engine connects", async || {
        let brokers = engine.brokers();
        brokers
            .iter()
            .all(|broker| broker.phase == Phase::Connected)
            .then_some(())
    })
    .await;
}

/// Waits until `count` samples are committed, or no more come; how many are and when the last one was seen to be.
pub async fn stored(engine: &Engine, count: u64) -> (u64, Instant) {
    let mut last = (engine.status().stored, Instant::now());
    while last.0 < count && last.1.elapsed() < SILENCE {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let now = engine.status().stored;
        if now != last.0 {
            last = (now, Instant::now());
        }
    }
    last
}

/// Every point of the model, with the topic it came by.
pub fn points(engine: &Engine) -> Vec<(PointId, String)> {
    let model = engine.model(0);
    let points = model.devices.into_iter().flat_map(|device| device.points);
    points
        .map(|point| (point.id, point.topic.unwrap_or_default()))
        .collect()
}

/// A live frame, taken apart: the next cursor, and point and number of each record.
pub fn frame(bytes: &[u8]) -> (u32, impl Iterator<Item = (PointId, f64)>) {
    let word = |at: usize| {
        let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        u32::from_le_bytes(bytes.unwrap_or_default())
    };
    let (count, cursor) = (word(4) as usize, word(8));
    let records = bytes.get(40..).unwrap_or_default().chunks_exact(32).take(count);
    let records = records.filter_map(|record| {
        let point = u32::from_le_bytes(record.get(..4)?.try_into().ok()?);
        let number = f64::from_le_bytes(record.get(16..24)?.try_into().ok()?);
        Some((PointId(point), number))
    });
    (cursor, records)
}
