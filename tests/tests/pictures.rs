//! Pictures of every view on the demo, for a person to look at: both faces, light and dark, two sizes. Kept in
//! `target/screenshots`. What must be on each is asserted, so that a picture of nothing is a failure; and so is that axe finds
//! nothing grave on any.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_tests::axe;
use hearthline_tests::window::{Window, welcome};

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];

/// Looked at by axe alone: name, page, what is clicked there, what then shows.
const OTHERS: [(&str, &str, &str, &str); 6] = [
    ("journal", "#/alarms?tab=journal", "", "[data-test=journal-row]"),
    (
        "diagnoses",
        "#/explore?tab=diagnoses",
        "",
        "[data-test=tab-diagnoses]",
    ),
    (
        "topic",
        "#/explore",
        "[data-test=topic-row]",
        "[data-test=publish-topic]",
    ),
    (
        "broker",
        "#/settings",
        "[data-test=broker-add]",
        "[data-test=broker-form]",
    ),
    ("device", "#/home", "[data-test=tile] a", "[data-test=device]"),
    // It stays open over that page, so it is the last.
    ("find", "", "[data-test=find]", "[data-test=find-input]"),
];

fn on(theme: &str, page: &str, lines: Vec<String>) -> impl Iterator<Item = String> {
    lines
        .into_iter()
        .map(move |line| format!("{page}, {theme}: {line}"))
}

/// Gives what axe finds.
async fn tour(theme: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    welcome(folder.path(), theme);
    let window = Window::open(folder.path(), &["--demo"], &[]).await;
    window.resize(1280, 800).await;
    window.find("[data-test=room][data-room='Kitchen']").await;
    window.find("[data-test=tile]").await;
    window.find("[data-test=demo]").await;
    // Both lines are known, and one with values, before pictures are worth taking.
    window.go("#/plant").await;
    window.find("[data-test=line-link]").await;
    window.click("[data-test=line-link]").await;
    window.find("[data-test=machine][data-device]").await;
    let line = window.script("return location.hash").await;
    let line = line.as_str().unwrap_or_default().to_owned();
    let point = window
        .script(
            "return document.querySelector('[data-test=machine-value] [data-point], [data-test=machine] [data-point]')?.dataset.point ?? null",
        )
        .await;
    let point = point.as_str().map(str::to_owned);
    let pages = [
        ("home", "#/home".to_owned(), "[data-test=room]"),
        ("plant", "#/plant".to_owned(), "[data-test=line]"),
        ("line", line, "[data-test=machine]"),
        ("alarms", "#/alarms".to_owned(), "[data-test=tab]"),
        (
            "trends",
            point
                .as_ref()
                .map_or("#/trends".into(), |point| format!("#/trends?pens={point}")),
            "[data-test=trends]",
        ),
        (
            "point",
            point
                .as_ref()
                .map_or("#/home".into(), |point| format!("#/point/{point}")),
            "[data-test=trend]",
        ),
        ("explore", "#/explore".to_owned(), "[data-test=topic-list]"),
        ("settings", "#/settings".to_owned(), "[data-test=settings]"),
    ];
    axe::load(&window).await;
    let mut wrong = Vec::new();
    for (width, height) in SIZES {
        window.resize(width, height).await;
        for (name, page, sign) in &pages {
            window.go(page).await;
            window.find(sign).await;
            // Two drawn frames: what was asked for with the page is on it.
            window
                .client
                .execute_async(
                    "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 400)",
                    Vec::new(),
                )
                .await
                .unwrap();
            window.screenshot(&format!("{name}-{theme}-{width}")).await;
            let clipped = window
                .script("return document.documentElement.scrollWidth > innerWidth + 1")
                .await;
            assert_eq!(clipped, false, "{name} is wider than the window at {width}");
            if (width, height) == SIZES[0] {
                wrong.extend(on(theme, name, axe::violations(&window).await));
            }
        }
    }
    for (name, page, click, sign) in OTHERS {
        if !page.is_empty() {
            window.go(page).await;
        }
        if !click.is_empty() {
            window.click(click).await;
        }
        window.find(sign).await;
        wrong.extend(on(theme, name, axe::violations(&window).await));
    }
    window.close().await;
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_is_drawn() {
    let mut wrong = tour("light").await;
    wrong.extend(tour("dark").await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A home that speaks eight conventions or more and a plant on Sparkplug and a unified namespace, side by side on one broker; a device
/// of two conventions; what nobody explains.
#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_home_and_a_mixed_plant_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    welcome(folder.path(), "light");
    let window = Window::open(folder.path(), &["--demo"], &[]).await;
    let spoken = async |realm: &str| {
        let script = format!(
            "return [...document.querySelectorAll('[data-realm={realm}] [data-test=spoken-convention]')].map((c) => c.dataset.convention)"
        );
        let found = window.script(&script).await;
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .into_iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let wait = async || {
        let frames = "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 400)";
        window.client.execute_async(frames, Vec::new()).await.unwrap();
    };
    window.resize(1920, 1080).await;
    window.go("#/explore?tab=devices").await;
    for convention in [
        "homeassistant",
        "zigbee2mqtt",
        "tasmota",
        "shelly",
        "esphome",
        "homie",
        "owntracks",
        "teslamate",
        "frigate",
        "wearable",
    ] {
        let it = format!("[data-realm=home] [data-test=spoken-convention][data-convention={convention}]");
        window.find(&it).await;
    }
    for convention in ["sparkplug", "uns"] {
        let it = format!("[data-realm=plant] [data-test=spoken-convention][data-convention={convention}]");
        window.find(&it).await;
    }
    assert!(spoken("home").await.len() >= 8 && spoken("plant").await.len() >= 2);
    axe::load(&window).await;
    let wrong = axe::violations(&window).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, realm) in [("mixed-home", "home"), ("mixed-plant", "plant")] {
        let there =
            format!("document.querySelector('[data-test=spoken-face][data-realm={realm}]').scrollIntoView()");
        for (width, height) in SIZES {
            window.resize(width, height).await;
            window.script(&there).await;
            wait().await;
            window.screenshot(&format!("{name}-{width}")).await;
        }
    }
    window
        .press("[data-convention=tasmota] li a, [data-convention=zigbee2mqtt] li a")
        .await;
    window.find("[data-test=device]").await;
    wait().await;
    window.screenshot("mixed-device").await;
    window.go("#/explore?tab=unknown").await;
    wait().await;
    window.screenshot("mixed-unknown").await;
    // Every word of a topic's convention is in the list.
    window.go("#/explore").await;
    window.find("[data-test=topic-search]").await;
    window.fill("[data-test=topic-search]", "sta").await;
    wait().await;
    window.screenshot("mixed-topics").await;
    window.close().await;
}
