//! The trends page in the real window over a year of history: zoomed from the year to a second with its frames timed, and all
//! that it draws looked at: a spike of one sample, cursors, states, an alarm, an absence, a comparison, kept trends, a picture.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_model::{Micros, PointId};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::window::{Window, welcome};
use hearthline_tests::year::{self, DAY, HOUR, Year};
use serde_json::{Value as Json, json};

/// How far to zoom, each with the name of its picture.
const STEPS: [(&str, i64); 7] = [
    ("1-year", 365 * DAY),
    ("2-quarter", 90 * DAY),
    ("3-week", 7 * DAY),
    ("4-day", DAY),
    ("5-hour", HOUR),
    ("6-minute", 60_000_000),
    ("7-second", 1_000_000),
];

/// Turns the wheel once a frame over a moment until the window is as short as `span`; keeps how long each frame took.
const ZOOM: &str = "const [at, span] = [AT, SPAN];
    window.frames ??= [];
    window.zoomed = false;
    let before;
    const step = (time) => {
        if (before !== undefined) window.frames.push(time - before);
        before = time;
        const chart = document.querySelector('[data-test=trend-chart]');
        const [from, to] = [Number(chart.dataset.from), Number(chart.dataset.to)];
        if (to - from <= span * 1.02) { window.zoomed = true; return; }
        const box = chart.getBoundingClientRect();
        const [left, right] = [Number(chart.dataset.left), Number(chart.dataset.right)];
        const clientX = box.left + left + ((at - from) / (to - from)) * (right - left);
        const most = Math.log((to - from) / span) / 0.0018;
        chart.dispatchEvent(new WheelEvent('wheel', { deltaY: -Math.min(40, Math.max(1, most)), clientX,
            clientY: box.top + 60, bubbles: true, cancelable: true }));
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    return null";

/// Drags the window to and fro for two seconds; keeps how long each frame took.
const DRAG: &str = "window.frames = [];
    window.zoomed = false;
    const chart = document.querySelector('[data-test=trend-chart]');
    const box = chart.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + 80];
    const send = (type, dx) => chart.dispatchEvent(new PointerEvent(type, { clientX: x + dx, clientY: y, button: 0, pointerId: 7,
        bubbles: true }));
    let before;
    let n = 0;
    send('pointerdown', 0);
    const step = (time) => {
        if (before !== undefined) window.frames.push(time - before);
        before = time;
        n++;
        send('pointermove', 200 * Math.sin(n / 12));
        if (n < 120) requestAnimationFrame(step);
        else { send('pointerup', 0); window.zoomed = true; }
    };
    requestAnimationFrame(step);
    return null";

fn pens(points: &[PointId]) -> String {
    let ids: Vec<String> = points.iter().map(|point| point.0.to_string()).collect();
    ids.join(",")
}

/// Shows a window of some pens and waits until it is drawn in full detail.
async fn show(window: &Window, query: &str) {
    // Over another page: a window that was moved a moment ago may not have been written into the address yet.
    window.go("#/alarms").await;
    window.find("[data-test=app][data-route=alarms]").await;
    window.go(&format!("#/trends?{query}")).await;
    let asked = |key: &str| -> Option<i64> {
        query
            .split('&')
            .find_map(|part| part.strip_prefix(key)?.parse().ok())
    };
    let script = format!(
        "const chart = document.querySelector('[data-test=trend][data-state=ready] [data-test=trend-chart]');
         const [from, to] = [{}, {}];
         return location.hash.includes({}) && chart !== null
            && (from === null || (Number(chart.dataset.from) === from && Number(chart.dataset.to) === to))",
        json!(asked("from=")),
        json!(asked("to=")),
        json!(query.split('&').next().unwrap_or_default())
    );
    window
        .until(&format!("a trend of {query}"), async || {
            (window.script(&script).await == true).then_some(())
        })
        .await;
    rest(window).await;
}

/// Waits until all detail is there and what is drawn does not change any more.
async fn rest(window: &Window) {
    let script = "const trend = document.querySelector('[data-test=trend]');
         const now = `${trend?.dataset.points} ${trend?.dataset.state}`;
         const same = window.lastSeen === now && trend?.dataset.busy === 'false';
         window.lastSeen = now;
         window.sameSeen = same ? (window.sameSeen ?? 0) + 1 : 0;
         return window.sameSeen > 8";
    window
        .until("a trend that rests", async || {
            (window.script(script).await == true).then_some(())
        })
        .await;
}

async fn zoom(window: &Window, at: Micros, span: i64) {
    let script = ZOOM
        .replace("AT", &at.to_string())
        .replace("SPAN", &span.to_string());
    window.script(&script).await;
    zoomed(window).await;
}

async fn zoomed(window: &Window) {
    window
        .until("the end of a gesture", async || {
            (window.script("return window.zoomed").await == true).then_some(())
        })
        .await;
}

/// Frame times in ms that were kept, in order of length.
async fn frames(window: &Window) -> Vec<f64> {
    let kept = window.script("return window.frames").await;
    let mut all: Vec<f64> = kept
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_f64)
        .collect();
    all.sort_by(f64::total_cmp);
    all
}

fn report(what: &str, all: &[f64]) {
    let share = |of: f64| all[((all.len() - 1) as f64 * of) as usize];
    println!(
        "{what}: {} frames, p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        all.len(),
        share(0.5),
        share(0.9),
        share(0.99),
        share(1.0)
    );
}

/// The film: twenty pens from the year to a second.
async fn film(window: &Window, year: &Year) {
    let (from, to) = (year.end - 365 * DAY, year.end);
    show(
        window,
        &format!("pens={}&from={from}&to={to}", pens(&year.numbers())),
    )
    .await;
    let mut all = Vec::new();
    for (name, span) in STEPS {
        window.script("window.frames = []; return null").await;
        zoom(window, year.fine + 500_000, span).await;
        all.extend(frames(window).await);
        rest(window).await;
        window.screenshot(&format!("trend-zoom-{name}")).await;
        let drawn = window
            .script(
                "const { from, to } = document.querySelector('[data-test=trend-chart]').dataset;
                 return [from, to, document.querySelector('[data-test=trend]').dataset.points]",
            )
            .await;
        println!("{name}: {} buckets", drawn[2].as_str().unwrap_or("0"));
        let (from, to) = (text(&drawn[0]), text(&drawn[1]));
        assert!(
            (from..=to).contains(&(year.fine + 500_000)),
            "{name} lost the moment under the pointer"
        );
    }
    all.sort_by(f64::total_cmp);
    report("zoom of 20 pens from a year to a second", &all);
    show(
        window,
        &format!("pens={}&from={}&to={to}", pens(&year.numbers()), to - 30 * DAY),
    )
    .await;
    window.script(DRAG).await;
    zoomed(window).await;
    report("drag of 20 pens over a month", &frames(window).await);
    show(
        window,
        &format!("pens={}&from={from}&to={to}", pens(&[year.temperature])),
    )
    .await;
    window.script("window.frames = []; return null").await;
    zoom(window, year.fine + 500_000, 1_000_000).await;
    report("zoom of 1 pen from a year to a second", &frames(window).await);
}

fn text(value: &Json) -> i64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// The topmost place of the pen within a few pixels about a moment, as a share of the canvas' height.
async fn top(window: &Window, at: Micros) -> f64 {
    let script = "const at = AT;
        const chart = document.querySelector('[data-test=trend-chart]');
        const canvas = document.querySelector('[data-test=trend-canvas]');
        const [from, to] = [Number(chart.dataset.from), Number(chart.dataset.to)];
        const [left, right] = [Number(chart.dataset.left), Number(chart.dataset.right)];
        const scale = canvas.width / chart.getBoundingClientRect().width;
        const x = Math.round((left + ((at - from) / (to - from)) * (right - left)) * scale);
        const { data } = canvas.getContext('2d').getImageData(x - 3, 0, 7, canvas.height);
        // The pen is blue: strongly, where the grid and the limits are not.
        for (let y = 24 * scale; y < canvas.height; y++)
            for (let i = 0; i < 7; i++) {
                const p = (y * 7 + i) * 4;
                if (data[p + 3] > 100 && data[p + 2] > data[p] + 50) return y / canvas.height;
            }
        return 1"
        .replace("AT", &at.to_string());
    window.script(&script).await.as_f64().unwrap_or(1.0)
}

async fn the_spike_is_seen(window: &Window, year: &Year) {
    let query = format!(
        "pens={}&from={}&to={}",
        pens(&[year.temperature]),
        year.end - 365 * DAY,
        year.end
    );
    show(window, &query).await;
    window.screenshot("trend-spike").await;
    let (spike, beside) = (
        top(window, year.spike).await,
        top(window, year.spike + 20 * DAY).await,
    );
    assert!(
        spike + 0.3 < beside,
        "a spike of one sample in a year is hidden: {spike} beside {beside}"
    );
    window.text_with("[data-test=trend-limit]", "high 8.00 °C").await;
    let away = window.text_with("[data-test=trend-gap]", "no data").await;
    assert!(away.contains("Temperature"), "{away}");
}

async fn cursors_tell_the_difference(window: &Window, year: &Year) {
    let (a, b) = (year.end - 5 * HOUR, year.end - 2 * HOUR);
    let query = format!(
        "pens={}&from={}&to={}&a={a}&b={b}",
        pens(&[year.temperature, year.ramp]),
        year.end - 6 * HOUR,
        year.end
    );
    show(window, &query).await;
    let row = |point: PointId| format!("[data-test=cursor-row][data-point='{}']", point.0);
    let span = window.text_with("[data-test=cursor-span]", "3 h").await;
    assert!(span.ends_with("3 h"), "{span}");
    let delta = year.ramp_at(b) - year.ramp_at(a);
    let found = window
        .text_with(&format!("{} [data-test=cursor-delta]", row(year.ramp)), "+")
        .await;
    assert_eq!(found, format!("+{delta:.2}"));
    let found = window
        .text_with(
            &format!("{} [data-test=cursor-delta]", row(year.temperature)),
            ".",
        )
        .await;
    let delta = year.temperature_at(b) - year.temperature_at(a);
    let want = format!("{}{:.2}", if delta > 0.0 { "+" } else { "\u{2212}" }, delta.abs());
    assert_eq!(found, want);
    // A key moves a cursor by a pixel.
    let moved = "const cursor = document.querySelector('[data-test=cursor-a]'); const before = cursor.dataset.at; cursor.focus();
        cursor.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }));
        return before";
    let before = text(&window.script(moved).await);
    window
        .until("a cursor that a key moved", async || {
            let at = window
                .script("return document.querySelector('[data-test=cursor-a]').dataset.at")
                .await;
            (text(&at) > before).then_some(())
        })
        .await;
    window.screenshot("trend-cursors").await;
}

async fn states_and_alarms_are_told(window: &Window, year: &Year) {
    let query = format!(
        "pens={}&from={}&to={}",
        pens(&[year.temperature, year.door, year.mode]),
        year.end - DAY,
        year.end
    );
    show(window, &query).await;
    let of = |point: PointId| format!("[data-test=trend-states][data-point='{}'] li", point.0);
    window.text_with(&of(year.door), "on from").await;
    window.text_with(&of(year.door), "off from").await;
    window.text_with(&of(year.mode), "defrost").await;
    window.text_with(&of(year.mode), "cooling").await;
    let alarm = window
        .text_with("[data-test=trend-alarm]", "Cold store is warming")
        .await;
    assert!(alarm.contains("high"), "{alarm}");
    window.screenshot("trend-states").await;
    window.click("[data-test=as-table]").await;
    window.text_with("[data-test=trend-table]", "defrost").await;
    window.click("[data-test=as-table]").await;
}

async fn a_counter_is_drawn_as_bars(window: &Window, year: &Year) {
    let query = format!(
        "pens={}~delta&from={}&to={}&vs=week",
        year.energy.0,
        year.end - 14 * DAY,
        year.end - DAY
    );
    show(window, &query).await;
    // One kWh an hour: 24 on a whole day.
    window.text_with("[data-test=trend-axis]", "kWh a day").await;
    window.text_with("[data-test=pen]", "24").await;
    let note = window
        .text_with("[data-test=compare-note]", "a week before")
        .await;
    assert!(note.contains("Faded"), "{note}");
    window.screenshot("trend-bars").await;
}

async fn a_day_is_compared_with_the_one_before(window: &Window, year: &Year) {
    let query = format!(
        "pens={}&from={}&to={}&vs=day",
        pens(&[year.temperature]),
        year.end - DAY,
        year.end
    );
    show(window, &query).await;
    window
        .text_with("[data-test=compare-note]", "the day before")
        .await;
    window.text_with("[data-test=pen-before]", ".").await;
    window.screenshot("trend-compare").await;
}

async fn a_picture_is_written(window: &Window, folder: &std::path::Path) {
    window.click("[data-test=export-png]").await;
    window
        .text_with("[data-test=export-outcome]", "hearthline-trend.png")
        .await;
    let bytes = std::fs::read(folder.join("hearthline-trend.png")).unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(
        bytes.len() > 10_000,
        "a picture of {} bytes shows nothing",
        bytes.len()
    );
    std::fs::copy(
        folder.join("hearthline-trend.png"),
        hearthline_tests::window::screenshots().join("trend-export.png"),
    )
    .unwrap();
}

async fn keep(window: &Window, year: &Year) {
    let query = format!(
        "pens={},{}~last~own&span=86400",
        year.temperature.0, year.others[0].0
    );
    show(window, &query).await;
    window.click("[data-test=saved]").await;
    window.fill("[data-test=saved-name]", "Cellar, both").await;
    window.click("[data-test=saved-keep]").await;
    window
        .find("[data-test=saved-row][data-name='Cellar, both']")
        .await;
    window.screenshot("trend-saved").await;
    window.click("[data-test=dialog-close]").await;
}

async fn kept_came_back(window: &Window, year: &Year) {
    window.go("#/trends?saved=1").await;
    let pens = format!("{},{}", year.temperature.0, year.others[0].0);
    window
        .find(&format!("[data-test=trends][data-pens='{pens}']"))
        .await;
    window.text_with("[data-test=app]", "Cellar, both").await;
    window
        .find("[data-test=preset][data-preset='24 h'][aria-pressed=true]")
        .await;
    window.click("[data-test=saved]").await;
    window.click("[data-test=saved-delete]").await;
    window.click("[data-test=saved-delete-yes]").await;
    window.text_with("[data-test=saved-dialog]", "None yet").await;
    window.click("[data-test=dialog-close]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_seen_down_to_a_second() {
    let broker = Mosquitto::start();
    let (folder, year) = year::prepare(&broker).await;
    welcome(folder.path(), "light");
    let exports = tempfile::tempdir().unwrap();
    let environment = [("HEARTHLINE_EXPORT_FOLDER", exports.path().to_str().unwrap())];
    let window = Window::open(folder.path(), &[], &environment).await;
    window.resize(1280, 800).await;
    film(&window, &year).await;
    the_spike_is_seen(&window, &year).await;
    cursors_tell_the_difference(&window, &year).await;
    states_and_alarms_are_told(&window, &year).await;
    a_counter_is_drawn_as_bars(&window, &year).await;
    a_day_is_compared_with_the_one_before(&window, &year).await;
    a_picture_is_written(&window, exports.path()).await;
    keep(&window, &year).await;
    window.close().await;

    let window = Window::open(folder.path(), &[], &environment).await;
    kept_came_back(&window, &year).await;
    window.close().await;
}
