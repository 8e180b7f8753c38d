//! Frames of the real window while 300 live gauges are in view: room tiles, dials and analog bars, each changing several times a
//! second. The page is made small until all of them are in view at once. Then the list of 5,000 active alarms, scrolled.

use std::error::Error;
use std::time::{Duration, Instant};

use hearthline_tests::engine;
use hearthline_tests::measure::table::{Table, exact, whole};
use hearthline_tests::measure::{app, at, system};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::window::{Window, welcome};
use serde_json::{Value as Json, json};

/// Gauges of each page.
const GAUGES: usize = 300;
/// Rows of the alarm list.
const ALARMS: usize = 5_000;
/// Changes of each gauge, times a second.
const RATE: u32 = 10;
/// How long frames are counted.
const LASTING: Duration = Duration::from_secs(10);
/// What the display shows: one frame in so many milliseconds.
const DISPLAY: f64 = 1000.0 / 60.0;

/// A page full of gauges.
struct Page {
    /// In the table.
    name: &'static str,
    /// A word that its room bears.
    room: &'static str,
    /// What one gauge is in the page.
    css: &'static str,
}

const PAGES: [Page; 2] = [
    Page {
        name: "room: 300 readings, each a number with its sparkline",
        room: "Readings",
        css: "[data-test=room] > *",
    },
    Page {
        name: "room: 300 thermostats, each a dial with two pointers",
        room: "Dials",
        css: "[data-test=room] > *",
    },
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Some(app) = app::release() else { return Ok(()) };
    println!("gauges: {}", system::machine());
    let broker = Mosquitto::plain();
    let folder = tempfile::tempdir()?;
    engine::prepare(folder.path(), "Gauges", broker.port).await;
    welcome(folder.path(), "light");
    let mut device = Publisher::connect("gauges", broker.port).await;
    announce(&mut device).await;
    let window = Window::of(&app, folder.path(), &[], &[]).await;
    window.resize(1920, 1080).await;
    let publishing = tokio::spawn(change(broker.port));
    let mut table = Table::new(
        "frames of the window, 1920 × 1080, 300 gauges in view, each changing 10 times a second",
        &[
            "page",
            "frames/s",
            "interval p50, ms",
            "p99",
            "most",
            "late",
            "changes shown/s",
        ],
    );
    let empty = measure(&window, "#nothing").await?;
    row(&mut table, "about: nothing changes", &empty);
    for page in &PAGES {
        window.go("#/home").await;
        let link = format!("[data-test=room][data-room={:?}] h2 a", page.room);
        window.click(&link).await;
        window
            .until("all gauges are drawn", async || {
                (window.count(page.css).await >= GAUGES).then_some(())
            })
            .await;
        in_view(&window, page.css).await;
        window
            .screenshot(&format!("gauges-{}", page.room.to_lowercase()))
            .await;
        let seen = measure(&window, page.css).await?;
        row(&mut table, page.name, &seen);
        window
            .script("document.documentElement.style.zoom = 1; return null")
            .await;
    }
    publishing.abort();
    let scrolled = alarms(&mut device, &window).await?;
    row(
        &mut table,
        "alarms: 5,000 rows, scrolled half a row a frame",
        &scrolled,
    );
    table.print();
    println!("  late: frames that took longer than one and a half of the display's 16.7 ms");
    window.close().await;
    Ok(())
}

async fn announce(device: &mut Publisher) {
    for index in 0..GAUGES {
        let reading = json!({
            "device": { "identifiers": [format!("reading{index}")], "name": format!("Sensor {index}"), "suggested_area": PAGES[0].room },
            "name": null, "unique_id": format!("reading{index}"), "state_topic": format!("gauges/reading/{index}"),
            "device_class": "temperature", "unit_of_measurement": "°C",
        });
        let dial = json!({
            "device": { "identifiers": [format!("dial{index}")], "name": format!("Thermostat {index}"), "suggested_area": PAGES[1].room },
            "name": null, "unique_id": format!("dial{index}"), "temperature_unit": "C", "min_temp": 5, "max_temp": 30,
            "current_temperature_topic": format!("gauges/dial/{index}"),
            "temperature_state_topic": format!("gauges/target/{index}"), "temperature_command_topic": format!("gauges/target/{index}/set"),
        });
        send(
            device,
            &format!("homeassistant/sensor/reading{index}/config"),
            &reading,
        )
        .await;
        send(
            device,
            &format!("homeassistant/climate/dial{index}/config"),
            &dial,
        )
        .await;
        device.send(&format!("gauges/target/{index}"), "21", true).await;
        device.settled(3).await;
    }
}

/// The list of active alarms while it is scrolled.
async fn alarms(device: &mut Publisher, window: &Window) -> Result<Seen, Box<dyn Error>> {
    for index in 0..ALARMS {
        let smoke = json!({
            "device": { "identifiers": [format!("smoke{index}")], "name": format!("Detector {index}"), "suggested_area": format!("Hall {}", index % 40) },
            "name": null, "unique_id": format!("smoke{index}"), "state_topic": format!("gauges/smoke/{index}"), "device_class": "smoke",
        });
        send(
            device,
            &format!("homeassistant/binary_sensor/smoke{index}/config"),
            &smoke,
        )
        .await;
        device.send(&format!("gauges/smoke/{index}"), "ON", true).await;
        device.settled(2).await;
    }
    window.go("#/alarms").await;
    window
        .text_with("[data-test=tab][data-tab=active]", &whole(ALARMS as f64))
        .await;
    window.find("[data-test=alarm-row]").await;
    window
        .script(
            "const rows = document.querySelector('[data-test=rows]');\
             const scroll = () => { rows.scrollTop += 26; if (rows.isConnected) requestAnimationFrame(scroll); };\
             requestAnimationFrame(scroll); return null",
        )
        .await;
    let seen = measure(window, "[data-test=alarm-row]").await?;
    window.screenshot("gauges-alarms").await;
    Ok(seen)
}

async fn send(device: &mut Publisher, topic: &str, config: &Json) {
    device.send(topic, config.to_string(), true).await;
}

/// Publishes until it is ended: every gauge of every page, `RATE` times a second.
async fn change(port: u16) {
    let mut device = Publisher::connect("changing", port).await;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / RATE);
    for step in 0u32.. {
        tick.tick().await;
        for index in 0..GAUGES {
            let phase = f64::from(step) / 20.0 + index as f64;
            let value = format!("{:.2}", 20.0 + 6.0 * phase.sin());
            device
                .send_as(&format!("gauges/reading/{index}"), value.clone(), 0, false)
                .await;
            device
                .send_as(&format!("gauges/dial/{index}"), value, 0, false)
                .await;
        }
    }
}

/// Makes the page so small that its last gauge is in view.
async fn in_view(window: &Window, css: &str) {
    // The tiles wrap, so that their height falls with the square of the size.
    let script = format!(
        "const all = document.querySelectorAll({css:?}); const last = all[all.length - 1];\
         const root = document.documentElement; const size = Number(root.style.zoom || 1);\
         root.style.zoom = size * Math.min(1, Math.sqrt(innerHeight / last.getBoundingClientRect().bottom) * 0.98);\
         return root.style.zoom"
    );
    window.script(&script).await;
    let zoom = window.script(&script).await;
    println!("  in view at a size of {zoom}");
}

/// What was seen of a page.
struct Seen {
    /// Milliseconds between frames, in order of size.
    intervals: Vec<f64>,
    /// Frames a second.
    rate: f64,
    /// Gauges whose drawing changed, a second.
    changes: f64,
}

async fn measure(window: &Window, css: &str) -> Result<Seen, Box<dyn Error>> {
    let script = format!(
        "const seen = window.seen = {{ times: [], changes: 0 }};\
         const frame = (at) => {{ if (window.seen !== seen) return; seen.times.push(at); requestAnimationFrame(frame); }};\
         requestAnimationFrame(frame);\
         const gauges = new Map([...document.querySelectorAll({css:?})].map((g) => [g, 0]));\
         new MutationObserver((all) => {{ const changed = new Set();\
         for (const one of all) {{ let node = one.target; while (node && !gauges.has(node)) node = node.parentNode; if (node) changed.add(node); }}\
         seen.changes += changed.size; }}).observe(document.body, {{ subtree: true, childList: true, characterData: true, attributes: true }});\
         return null"
    );
    window.script(&script).await;
    let begin = Instant::now();
    tokio::time::sleep(LASTING).await;
    let seen = window
        .script("const { times, changes } = window.seen; window.seen = undefined; return JSON.stringify({ times, changes })")
        .await;
    let lasted = begin.elapsed().as_secs_f64();
    let seen: Json = serde_json::from_str(seen.as_str().unwrap_or_default())?;
    let times: Vec<f64> = serde_json::from_value(seen["times"].clone())?;
    let mut intervals: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let span = times
        .last()
        .zip(times.first())
        .map_or(f64::NAN, |(last, first)| last - first);
    intervals.sort_by(f64::total_cmp);
    Ok(Seen {
        rate: intervals.len() as f64 * 1000.0 / span,
        changes: seen["changes"].as_f64().unwrap_or_default() / lasted,
        intervals,
    })
}

fn row(table: &mut Table, name: &str, seen: &Seen) {
    let late = seen
        .intervals
        .iter()
        .filter(|interval| **interval > DISPLAY * 1.5)
        .count();
    table.row([
        name.to_owned(),
        exact(seen.rate, 1),
        exact(at(&seen.intervals, 0.5), 1),
        exact(at(&seen.intervals, 0.99), 1),
        exact(at(&seen.intervals, 1.0), 1),
        format!("{late} of {}", seen.intervals.len()),
        whole(seen.changes),
    ]);
}
