//! The real app, as `cargo xtask bench` builds it, on the demo and a display without a screen.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::system;
use crate::window;

/// The app waits so long between the first frame of values and its line, so that a screenshot shows them drawn.
const DRAWN: Duration = Duration::from_secs(3);

/// Within so long after its start it has ended, whatever time it was given here.
const ENDS: Duration = Duration::from_secs(40);

/// A running app.
pub struct App {
    child: Child,
    display: Child,
    /// From its start to the first frame of values that the window took.
    pub first_values: Duration,
}

/// The app's release build; none, and a line that says so, where it is absent.
pub fn release() -> Option<PathBuf> {
    // A bench lies in `release/deps` of the folder that the app is built to.
    let own = std::env::current_exe().ok()?;
    let path = own.ancestors().nth(2)?.join("hearthline");
    if path.is_file() {
        return Some(path);
    }
    println!(
        "skipped: {} is absent; `cargo xtask bench` builds it",
        path.display()
    );
    None
}

impl App {
    /// Starts it with its data in `folder` and waits until values are on screen. It ends by itself after `lasting`.
    ///
    /// # Errors
    /// Where it does not start or ends before values are on screen.
    pub fn start(app: &Path, folder: &Path, lasting: Duration) -> std::io::Result<Self> {
        let (display, name) = window::display();
        let begin = Instant::now();
        let mut child = window::session(&name)
            .arg(app)
            .arg("--demo")
            .arg("--data-dir")
            .arg(folder)
            .arg("--for")
            .arg(format!("{}s", lasting.as_secs()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take();
        let mut app = Self {
            child,
            display,
            first_values: Duration::ZERO,
        };
        let mut lines = stdout
            .into_iter()
            .flat_map(|stdout| BufReader::new(stdout).lines());
        let on_screen = lines.any(|line| line.is_ok_and(|line| line.starts_with("hearthline: on screen")));
        app.first_values = begin.elapsed().saturating_sub(DRAWN);
        if !on_screen {
            return Err(std::io::Error::other(
                "the app ended before values were on screen",
            ));
        }
        // What it says at its end must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(app)
    }

    /// Its processes and their names, the session bus it was given left out.
    pub fn processes(&self) -> Vec<(u32, String)> {
        let mut all = system::family(self.child.id());
        all.retain(|(_, name)| !name.starts_with("dbus"));
        all.sort();
        all
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// Where it failed, or does not end by itself.
    pub fn end(mut self) -> std::io::Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < ENDS {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(std::io::Error::other(format!("the app ended with {status}")))
                };
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(std::io::Error::other("the app does not end by itself"))
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            for (process, _) in system::family(self.child.id()) {
                let _ = Command::new("kill").arg(process.to_string()).status();
            }
            let _ = self.child.wait();
        }
        let _ = self.display.kill();
        let _ = self.display.wait();
    }
}
