//! Memory of each process of the real app over a long time on the demo: whether it grows. Nothing for every day, so it runs
//! only where `HEARTHLINE_SOAK` says for how many minutes: `HEARTHLINE_SOAK=30 cargo xtask bench --bench soak`.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use hearthline_tests::measure::app::{self, App};
use hearthline_tests::measure::table::{Table, exact};
use hearthline_tests::measure::{slope, system};

const MINUTE: Duration = Duration::from_mins(1);
/// For its start, so that it is still there at the last look.
const SPARE: Duration = Duration::from_secs(30);
/// Between two looks.
const STEP: Duration = Duration::from_secs(10);
/// The first minutes fill caches; growth is judged by what comes after them.
const WARM: f64 = 5.0;
/// Minutes of a row: the web engine's memory falls each time it collects, so a single look says little.
const ROW: f64 = 5.0;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(minutes) = std::env::var("HEARTHLINE_SOAK").ok() else {
        println!("skipped: soak runs where HEARTHLINE_SOAK says for how many minutes");
        return Ok(());
    };
    let minutes: u32 = minutes.parse()?;
    let Some(app) = app::release() else { return Ok(()) };
    println!("soak: {}", system::machine());
    let folder = tempfile::tempdir()?;
    let lasting = MINUTE * minutes + SPARE;
    let running = App::start(&app, folder.path(), lasting)?;
    let begin = Instant::now();
    // By process: minutes since the start, and MB.
    let mut seen: BTreeMap<(u32, String), Vec<(f64, f64)>> = BTreeMap::new();
    while begin.elapsed() < MINUTE * minutes {
        std::thread::sleep(STEP);
        let at = begin.elapsed().as_secs_f64() / 60.0;
        for (process, name) in running.processes() {
            if let Some(memory) = system::memory(process) {
                let looks = seen.entry((process, name)).or_default();
                looks.push((at, memory.resident / 1e6));
            }
        }
    }
    // Nothing of it may have ended meanwhile, the web engine's processes least of all.
    let left = running.processes();
    let mut table = Table::new(
        "resident memory on the demo, MB",
        &[
            "process",
            "from minute",
            "lowest",
            "mean",
            "highest",
            "growth an hour",
        ],
    );
    for ((process, name), looks) in &seen {
        let ended = !left.iter().any(|(id, _)| id == process);
        let warm: Vec<_> = looks.iter().copied().filter(|look| look.0 >= WARM).collect();
        for (index, row) in looks
            .chunk_by(|a, b| (a.0 / ROW) as u32 == (b.0 / ROW) as u32)
            .enumerate()
        {
            let values = row.iter().map(|look| look.1);
            let mean = values.clone().sum::<f64>() / row.len() as f64;
            let first = index == 0;
            let note = if ended { " (ended)" } else { "" };
            table.row([
                if first {
                    format!("{name}{note}")
                } else {
                    String::new()
                },
                exact(index as f64 * ROW, 0),
                exact(values.clone().fold(f64::INFINITY, f64::min), 1),
                exact(mean, 1),
                exact(values.fold(0.0, f64::max), 1),
                if first {
                    exact(slope(&warm) * 60.0, 1)
                } else {
                    String::new()
                },
            ]);
        }
    }
    table.print();
    println!("  Growth is the slope of a line through all looks after the first 5 minutes.");
    println!(
        "  The web engine gives back at intervals of minutes what it no longer needs: less than half an hour tells nothing."
    );
    running.end()?;
    Ok(())
}
