//! A display to run on: the desktop's, or an Xvfb of our own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::error::Error;
use crate::process::command;

/// Whether the desktop gives us a display.
pub fn present() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// An X server without a screen; ends with this value.
pub struct Virtual {
    server: Child,
    /// `:7`
    pub name: String,
}

impl Virtual {
    /// Starts one on a free display number.
    pub fn start(width: u32, height: u32) -> Result<Self, Error> {
        let start = |source| Error::Start {
            program: "Xvfb".into(),
            source,
        };
        let mut server = command("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(start)?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number).map_err(start)?;
        }
        if number.trim().is_empty() {
            return Err(Error::App("Xvfb gave no display".into()));
        }
        Ok(Self {
            server,
            name: format!(":{}", number.trim()),
        })
    }
}

impl Drop for Virtual {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
