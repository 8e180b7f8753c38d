//! A mosquitto of our own on a free port.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};
use tempfile::TempDir;

const BINARY: &str = "/usr/sbin/mosquitto";

pub struct Mosquitto {
    child: Child,
    pub port: u16,
    pub folder: TempDir,
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Mosquitto {
    /// None, and a line that says so, where it is not installed.
    pub fn start(config: &str) -> Option<Self> {
        Self::start_with(|_| config.into())
    }

    /// The configuration of the one listener, from a folder that may hold files for it.
    pub fn start_with(config: impl Fn(&Path) -> String) -> Option<Self> {
        if !Path::new(BINARY).exists() {
            println!("skipped: mosquitto is not installed");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let extra = config(folder.path());
        let anonymous = if extra.contains("password_file") {
            ""
        } else {
            "allow_anonymous true\n"
        };
        // Another process may take the port between the look and the start.
        for _ in 0..5 {
            let port = free_port();
            // Version 2.0.11 does not run with WebSocket listeners alone, so there is another beside.
            let beside = if extra.contains("websockets") {
                format!("listener {} localhost\nlistener {port} 127.0.0.1\n", free_port())
            } else {
                format!("listener {port} localhost\n")
            };
            // `user root`: as root it would give up the right to read the folder; otherwise it is passed over.
            let text =
                format!("user root\npersistence false\nmax_queued_messages 0\n{anonymous}{beside}{extra}\n");
            std::fs::write(folder.path().join("mosquitto.conf"), text).unwrap();
            if let Some(child) = run(folder.path()) {
                return Some(Self { child, port, folder });
            }
        }
        panic!("mosquitto does not start with {extra:?}");
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn restart(&mut self) {
        self.child = run(self.folder.path()).expect("mosquitto does not start again");
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts it and waits until it says that it runs.
fn run(folder: &Path) -> Option<Child> {
    let mut child = Command::new(BINARY)
        .arg("-c")
        .arg(folder.join("mosquitto.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let (running, wait) = mpsc::channel();
    // Goes on reading, so that the log never blocks the broker.
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            if line.ends_with(" running") {
                let _ = running.send(());
            }
        }
    });
    if wait.recv_timeout(Duration::from_secs(20)).is_ok() {
        return Some(child);
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}
