//! From the start to the first values: of the engine on 10,000 points, and of the real app on the demo.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use hearthline_engine::{Engine, Options};
use hearthline_tests::measure::app::{self, App};
use hearthline_tests::measure::load;
use hearthline_tests::measure::table::{Table, exact, whole};
use hearthline_tests::measure::{engine, median, system};
use hearthline_tests::mosquitto::Mosquitto;

const POINTS: u32 = 10_000;
/// Values of each point in the file.
const VALUES: u64 = 30;
/// Starts of the engine.
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("start: {}", system::machine());
    let folder = tempfile::tempdir()?;
    fill(folder.path()).await?;
    let mut table = Table::new(
        "start to first values, times in s, files in the system's cache",
        &["what", "time", "first target", "values in the first frame"],
    );
    let path = folder.path().join(hearthline_engine::DATABASE);
    let mut floors = Vec::new();
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        rows = plain_rows(&path)?;
        floors.push(begin.elapsed().as_secs_f64());
    }
    table.row([
        "floor: plain SQLite reads the rows of devices, points and latest values".into(),
        exact(median(&floors), 3),
        String::new(),
        whole(rows as f64),
    ]);
    let (mut whole_time, mut opened) = (Vec::new(), Vec::new());
    let mut values = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let engine = Engine::start(&Options {
            folder: folder.path().into(),
        })?;
        opened.push(begin.elapsed().as_secs_f64());
        let points = engine::points(&engine);
        engine.watch(points.into_iter().map(|(point, _)| point).collect());
        let bytes = engine.frame(0);
        values = engine::frame(&bytes).1.count();
        whole_time.push(begin.elapsed().as_secs_f64());
        engine.stop().await;
    }
    table.row([
        "engine, 10,000 points: open".into(),
        exact(median(&opened), 3),
        String::new(),
        String::new(),
    ]);
    table.row([
        "engine, 10,000 points: open, whole model, frame of every point".into(),
        exact(median(&whole_time), 3),
        "1.500".into(),
        whole(values as f64),
    ]);
    if let Some(app) = app::release() {
        let folder = tempfile::tempdir()?;
        for name in [
            "app on the demo, new data folder",
            "app on the demo, started again",
        ] {
            let running = App::start(&app, folder.path(), Duration::from_secs(15))?;
            let time = running.first_values.as_secs_f64();
            running.end()?;
            table.row([name.into(), exact(time, 3), "1.500".into(), "5 or more".into()]);
        }
    }
    table.print();
    println!(
        "  The app's time runs from its process to the first frame of values that its window took; window and web"
    );
    println!(
        "  engine start within it. A first start has no values of an earlier run: the demo's own must come first."
    );
    Ok(())
}

/// A data folder with every point and some history.
async fn fill(folder: &Path) -> Result<(), Box<dyn Error>> {
    let broker = Mosquitto::plain();
    let (engine, id) = engine::connected(folder, broker.port, 1, "normal").await?;
    let count = u64::from(POINTS) * VALUES;
    let load = load::flood(broker.port, 1, count, POINTS)?;
    let (stored, _) = engine::stored(&engine, count).await;
    tokio::task::spawn_blocking(move || load.join())
        .await?
        .map_err(|_| "the load broke off")??;
    if stored < count {
        return Err(format!("{stored} of {count} samples came").into());
    }
    engine.enable_broker(id, false).await?;
    engine.stop().await;
    Ok(())
}

/// What no start can do without.
fn plain_rows(path: &Path) -> Result<u64, rusqlite::Error> {
    let connection = rusqlite::Connection::open(path)?;
    let mut count = 0;
    for table in ["devices", "points", "latest"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                std::hint::black_box(row.get_ref(column)?);
            }
            count += 1;
        }
    }
    Ok(count)
}
