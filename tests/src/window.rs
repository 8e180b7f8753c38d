//! The real window, driven through WebDriver: WebKit's own driver starts the app on a display without a screen.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::wait;

/// An open window of the app. Ends with [`Window::close`]; dropped otherwise, it is killed.
pub struct Window {
    /// The WebDriver session, for what has no method here.
    pub client: Client,
    driver: Child,
    display: Child,
}

/// The app as `cargo xtask test` builds it.
fn app() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    let path = target.join("debug/hearthline");
    assert!(
        path.is_file(),
        "{} is missing; `cargo xtask test` builds it",
        path.display()
    );
    path.canonicalize().expect("the app's path")
}

/// Where screenshots are kept for a person to look at.
pub fn screenshots() -> PathBuf {
    let folder = app()
        .ancestors()
        .nth(2)
        .map(|target| target.join("screenshots"))
        .expect("the app lies in the target folder");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

impl Window {
    /// Opens the app with its data in `folder`.
    ///
    /// # Panics
    /// Where Xvfb, dbus or WebKitWebDriver are missing or the app does not come up.
    pub async fn open(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let (display, name) = display();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .expect("a free port");
        let driver = Command::new("dbus-run-session")
            .args(["--", "WebKitWebDriver", "--host=127.0.0.1"])
            .arg(format!("--port={port}"))
            .env("DISPLAY", name)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .expect("dbus-run-session and WebKitWebDriver are installed (cargo xtask test installs them)");
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < end, "WebKitWebDriver does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut all = vec!["--data-dir".to_owned(), folder.display().to_string()];
        all.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": app(), "args": all }),
        );
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the app opens a window");
        Self {
            client,
            driver,
            display,
        }
    }

    /// The first element that matches, once there is one.
    pub async fn find(&self, css: &str) -> Element {
        let client = &self.client;
        wait::until(css, async || client.find(Locator::Css(css)).await.ok()).await
    }

    /// How many elements match now.
    pub async fn count(&self, css: &str) -> usize {
        self.client
            .find_all(Locator::Css(css))
            .await
            .map_or(0, |all| all.len())
    }

    /// Waits until the text of an element holds `text`; gives all of it.
    pub async fn text_with(&self, css: &str, text: &str) -> String {
        let client = &self.client;
        wait::until(&format!("{css} saying {text:?}"), async || {
            for element in client.find_all(Locator::Css(css)).await.ok()? {
                if let Ok(found) = element.text().await
                    && found.contains(text)
                {
                    return Some(found);
                }
            }
            None
        })
        .await
    }

    /// Clicks the first element that matches, once it can be clicked.
    pub async fn click(&self, css: &str) {
        let client = &self.client;
        wait::until(&format!("a click on {css}"), async || {
            client.find(Locator::Css(css)).await.ok()?.click().await.ok()
        })
        .await;
    }

    /// Types into an input after emptying it.
    ///
    /// # Panics
    /// Where the input does not take it.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        element.clear().await.expect("an input that can be emptied");
        element.send_keys(text).await.expect("an input that takes keys");
    }

    /// Shows a page of the app, such as `#/alarms`.
    ///
    /// # Panics
    /// Where the window is gone.
    pub async fn go(&self, hash: &str) {
        self.script(&format!("location.hash = {}", json!(hash))).await;
    }

    /// Runs a script in the page.
    ///
    /// # Panics
    /// Where it fails.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.client
            .execute(script, Vec::new())
            .await
            .expect("the script runs")
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        // Without a window manager the driver may refuse; the page's own size is what the test then shows.
        let _ = self.client.set_window_size(width, height).await;
    }

    /// Keeps a picture of the window.
    ///
    /// # Panics
    /// Where it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) {
        let png = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(screenshots().join(format!("{name}.png")), png).expect("a file for the screenshot");
    }

    /// Closes the window, which ends the app, and what it was shown on.
    pub async fn close(mut self) {
        let client = self.client.clone();
        let _ = tokio::time::timeout(Duration::from_secs(20), client.close()).await;
        self.end();
    }

    fn end(&mut self) {
        for child in [&mut self.driver, &mut self.display] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.end();
    }
}

fn display() -> (Child, String) {
    let mut server = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            "1920x1200x24",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb is installed (cargo xtask test installs it)");
    let mut number = String::new();
    let stdout = server.stdout.take().expect("its output is piped");
    BufReader::new(stdout)
        .read_line(&mut number)
        .expect("Xvfb names its display");
    (server, format!(":{}", number.trim()))
}
