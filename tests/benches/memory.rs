//! Resident memory: of the engine alone with 10,000 points, and of each process of the real app on the demo.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hearthline_history::Reader;
use hearthline_tests::measure::app::{self, App};
use hearthline_tests::measure::load;
use hearthline_tests::measure::system::{self, Memory};
use hearthline_tests::measure::table::{Table, exact};
use hearthline_tests::mosquitto::Mosquitto;

const POINTS: u32 = 10_000;
/// Messages of each point, as fast as they go: what a burst leaves behind is in the figure.
const MESSAGES: u64 = 40;

/// The engine without a window; ends with this value.
struct Headless(Child);

impl Drop for Headless {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("memory: {}", system::machine());
    let mut table = Table::new(
        "memory of each process, MB",
        &["process", "resident", "its own", "most resident", "first target"],
    );
    let mut row = |name: &str, memory: Memory, target: &str| {
        table.row([
            name.to_owned(),
            exact(memory.resident / 1e6, 1),
            exact(memory.own / 1e6, 1),
            exact(memory.peak / 1e6, 1),
            target.to_owned(),
        ]);
    };
    let broker = Mosquitto::plain();
    let folder = tempfile::tempdir()?;
    let headless = Headless(
        Command::new(env!("CARGO_BIN_EXE_headless"))
            .arg(folder.path())
            .arg(broker.port.to_string())
            .stdout(Stdio::null())
            .spawn()?,
    );
    std::thread::sleep(Duration::from_secs(2));
    let floor = system::memory(headless.0.id()).ok_or("the engine ended")?;
    row("floor: engine without any point", floor, "");
    feed(&broker, folder.path())?;
    // Until what the burst needed is given back and the journal is compacted.
    std::thread::sleep(Duration::from_secs(5));
    let fed = system::memory(headless.0.id()).ok_or("the engine ended")?;
    row(
        "engine, 10,000 points, after 400,000 messages at once",
        fed,
        "120.0",
    );
    drop(headless);
    if let Some(app) = app::release() {
        let folder = tempfile::tempdir()?;
        let running = App::start(&app, folder.path(), Duration::from_secs(20))?;
        std::thread::sleep(Duration::from_secs(8));
        for (process, name) in running.processes() {
            if let Some(memory) = system::memory(process) {
                let target = if name == "hearthline" { "120.0" } else { "" };
                row(&format!("app on the demo: {name}"), memory, target);
            }
        }
        running.end()?;
    }
    table.print();
    println!(
        "  Resident counts mapped files and shared pages in each process; its own is what no other process holds."
    );
    Ok(())
}

/// Feeds every point and waits until it is stored.
fn feed(broker: &Mosquitto, folder: &Path) -> Result<(), Box<dyn Error>> {
    let count = u64::from(POINTS) * MESSAGES;
    let load = load::flood(broker.port, 1, count, POINTS)?;
    load.join().map_err(|_| "the load broke off")??;
    let reader = Reader::open(&folder.join(hearthline_engine::DATABASE))?;
    let begin = Instant::now();
    while reader.info()?.samples < count {
        if begin.elapsed() > Duration::from_mins(1) {
            return Err("not every sample was stored".into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}
