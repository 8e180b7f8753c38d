//! Pictures of every view on the demo, for a person to look at: both faces, light and dark, two sizes. Kept in
//! `target/screenshots`. What must be on each is asserted, so that a picture of nothing is a failure.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_tests::window::{Window, welcome};

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];

async fn tour(theme: &str) {
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
        }
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_is_drawn() {
    tour("light").await;
    tour("dark").await;
}
