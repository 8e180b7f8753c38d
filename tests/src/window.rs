//! The real window, driven through WebDriver: WebKit's own driver starts the app on a display without a screen.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
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
    display_name: String,
}

/// An answer of the driver; none where it is an error, or does not come: WebKit's driver loses one now and then while the
/// page is busy, and what only looks can be asked again.
async fn answered<T, E>(answer: impl Future<Output = Result<T, E>>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(5), answer)
        .await
        .ok()?
        .ok()
}

/// The app as `cargo xtask test` builds it.
///
/// # Panics
/// Where it is not built.
pub fn app() -> PathBuf {
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

/// Answers the greeting beforehand, with a theme: `light` or `dark`.
///
/// # Panics
/// Where the folder cannot be written.
pub fn welcome(folder: &Path, theme: &str) {
    let preferences = json!({ "preferences": { "welcomed": true, "theme": theme, "notifications": false } });
    std::fs::create_dir_all(folder).expect("a data folder");
    std::fs::write(folder.join("preferences.json"), preferences.to_string()).expect("the preferences");
}

impl Window {
    /// Opens the app with its data in `folder`.
    ///
    /// # Panics
    /// Where Xvfb, dbus or `WebKitWebDriver` are missing or the app does not come up.
    pub async fn open(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::of(&app(), folder, arguments, environment).await
    }

    /// As [`Window::open`], of another build of the app.
    ///
    /// # Panics
    /// As [`Window::open`].
    pub async fn of(app: &Path, folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let (display, name) = display();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .expect("a free port");
        let driver = session(&name)
            .args(["WebKitWebDriver", "--host=127.0.0.1"])
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            // What they say of the desktop that is not there would drown the tests' own words.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The bus, the driver and the app end together.
            .process_group(0)
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
            json!({ "binary": app, "args": all }),
        );
        // Going to another page of ours is a change of the hash alone; the driver would at times wait for a load that
        // never comes.
        capabilities.insert("pageLoadStrategy".into(), json!("none"));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the app opens a window");
        let window = Self {
            client,
            driver,
            display,
            display_name: name,
        };
        window.find("[data-test=app]").await;
        window
    }

    /// The first element that matches, once there is one.
    pub async fn find(&self, css: &str) -> Element {
        let client = &self.client;
        self.until(css, async || answered(client.find(Locator::Css(css))).await)
            .await
    }

    /// Looks until `look` finds something; where it never does, a picture of the window tells why.
    ///
    /// # Panics
    /// With `what` where it never does.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        if let Some(found) = wait::within(wait::PATIENCE, look).await {
            return found;
        }
        self.screenshot("failed").await;
        let text = self
            .script("return location.hash + ' ' + document.body.innerText")
            .await;
        panic!("never happened: {what}; the window (target/screenshots/failed.png) says: {text}");
    }

    /// How many elements match now.
    ///
    /// # Panics
    /// Where the window is gone.
    pub async fn count(&self, css: &str) -> usize {
        let count = self
            .script(&format!(
                "return String(document.querySelectorAll({}).length)",
                json!(css)
            ))
            .await;
        count
            .as_str()
            .and_then(|count| count.parse().ok())
            .unwrap_or_default()
    }

    /// Waits until the text of an element holds `text`; gives all of it.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn text_with(&self, css: &str, text: &str) -> String {
        let script = format!(
            "return [...document.querySelectorAll({})].map((e) => e.innerText).find((t) => t.includes({})) ?? null",
            json!(css),
            json!(text)
        );
        self.until(&format!("{css} saying {text:?}"), async || {
            self.script(&script).await.as_str().map(str::to_owned)
        })
        .await
    }

    /// Clicks what a person could click: it is there, enabled, and nothing lies over it. The driver's own click now and then gives
    /// no answer while the page is busy, and a switch must not be clicked twice.
    ///
    /// # Panics
    /// Where it can never be clicked.
    pub async fn press(&self, css: &str) {
        let script = format!(
            "const [css, mark] = [{}, {}];
             if (window.clicked === mark) return true;
             const found = document.querySelector(css);
             if (!found || found.disabled) return false;
             found.scrollIntoView({{ block: 'nearest' }});
             const box = found.getBoundingClientRect();
             const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
             if (!top || !found.contains(top)) return false;
             window.clicked = mark;
             found.click();
             return true",
            json!(css),
            json!(format!("{:?} {css}", Instant::now()))
        );
        self.until(&format!("a click on {css}"), async || {
            (self.script(&script).await == true).then_some(())
        })
        .await;
    }

    /// Clicks the first element that matches, once it can be clicked.
    ///
    /// # Panics
    /// Where it never can.
    pub async fn click(&self, css: &str) {
        let client = &self.client;
        self.until(&format!("a click on {css}"), async || {
            let element = answered(client.find(Locator::Css(css))).await?;
            answered(element.click()).await
        })
        .await;
    }

    /// Puts text into an input as typing does.
    ///
    /// # Panics
    /// Where there is no such input.
    pub async fn fill(&self, css: &str, text: &str) {
        self.find(css).await;
        let script = format!(
            "const input = document.querySelector({}); input.focus(); input.value = {};\
             input.dispatchEvent(new Event('input', {{ bubbles: true }})); return null",
            json!(css),
            json!(text)
        );
        self.script(&script).await;
    }

    /// Shows a page of the app, such as `#/alarms`.
    ///
    /// # Panics
    /// Where the window is gone.
    pub async fn go(&self, hash: &str) {
        self.script(&format!("location.hash = {}", json!(hash))).await;
    }

    /// Runs a script in the page; one that must not be run twice is not for this.
    ///
    /// # Panics
    /// Where it fails, or the driver does not answer.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        // The driver at times loses an answer while the page is busy; what only looks can be asked again.
        for _ in 0..5 {
            let answer = self.client.execute(script, Vec::new());
            if let Ok(answer) = tokio::time::timeout(Duration::from_secs(5), answer).await {
                return answer.unwrap_or_else(|error| panic!("the script {script:?} fails: {error}"));
            }
            eprintln!("the driver did not answer within 5 s: {script}");
        }
        panic!("the driver does not answer: {script}");
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        // Without a window manager the driver may refuse; the page's own size is what the test then shows.
        let _ = self.client.set_window_size(width, height).await;
    }

    /// Puts the page into a theme: `light` or `dark`.
    ///
    /// # Panics
    /// As [`Window::script`].
    pub async fn shine(&self, theme: &str) {
        let script = format!(
            "document.querySelectorAll('[data-light]').forEach((it) => (it.dataset.light = '{theme}')); return null"
        );
        self.script(&script).await;
    }

    /// Pictures of what is shown, `NAME-THEME-WIDTH`, in both themes and both usual sizes; light and small afterwards. `drawn`
    /// tells that the page is as it is to be seen.
    ///
    /// # Panics
    /// As [`Window::script`].
    pub async fn pictures_once(&self, name: &str, drawn: impl AsyncFn()) {
        for theme in ["light", "dark"] {
            self.shine(theme).await;
            for (width, height) in [(1280, 800), (1920, 1080)] {
                self.resize(width, height).await;
                self.until("the size", async || {
                    let inner = self.script("return innerWidth").await.as_u64()?;
                    (inner == u64::from(width)).then_some(())
                })
                .await;
                drawn().await;
                self.screenshot(&format!("{name}-{theme}-{width}")).await;
            }
        }
        self.shine("light").await;
        self.resize(1280, 800).await;
    }

    /// As [`Window::pictures_once`], of a page that is drawn at once.
    ///
    /// # Panics
    /// As [`Window::script`].
    pub async fn pictures(&self, name: &str) {
        self.pictures_once(name, async || {}).await;
    }

    /// Keeps a picture of the window, taken from the display: the driver's own at times never comes.
    ///
    /// # Panics
    /// Where it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) {
        let size = self.script("return `${innerWidth}x${innerHeight}+0+0`").await;
        let path = screenshots().join(format!("{name}.png"));
        let taken = Command::new("import")
            .args(["-display", &self.display_name, "-window", "root", "-crop"])
            .arg(size.as_str().unwrap_or("1280x800+0+0"))
            .arg("+repage")
            .arg(&path)
            .status()
            .expect("imagemagick is installed (cargo xtask test installs it)");
        assert!(
            taken.success(),
            "no picture of the display for {}",
            path.display()
        );
    }

    /// The address of the bus that the app and its desktop share.
    ///
    /// # Panics
    /// Where the app has ended.
    pub fn bus(&self) -> String {
        const NAME: &str = "DBUS_SESSION_BUS_ADDRESS=";
        let family = crate::measure::system::family(self.driver.id()).into_iter();
        let app = family
            .filter(|(_, name)| name == "hearthline")
            .find_map(|(process, _)| {
                let environment = std::fs::read_to_string(format!("/proc/{process}/environ")).ok()?;
                let mut all = environment.split('\0');
                all.find_map(|line| line.strip_prefix(NAME).map(str::to_owned))
            });
        app.expect("the app runs, with a bus")
    }

    /// Closes the window, which ends the app, and what it was shown on.
    pub async fn close(mut self) {
        let client = self.client.clone();
        let _ = tokio::time::timeout(Duration::from_secs(20), client.close()).await;
        self.end();
    }

    fn end(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
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

/// The beginning of a command whose arguments are a program that has a window: it gets a session of its own on a display.
pub fn session(display: &str) -> Command {
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--")
        .env("DISPLAY", display)
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    command
}

/// A display without a screen, and its name.
///
/// # Panics
/// Where Xvfb is not installed or does not start.
pub fn display() -> (Child, String) {
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
