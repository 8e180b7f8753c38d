//! A real mosquitto on a free port, with persistence in a folder of its own.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running broker; ends with this value.
pub struct Mosquitto {
    child: Option<Child>,
    folder: TempDir,
    /// Lines of its configuration beside those that every test needs.
    settings: &'static str,
    /// Where it listens, on loopback.
    pub port: u16,
}

impl Mosquitto {
    /// Starts one that lets everyone in and keeps everything for absent clients.
    ///
    /// # Panics
    /// Where mosquitto is not installed or does not start.
    pub fn start() -> Self {
        // What waits for absent clients is on disk within a second.
        Self::with("persistence true\nautosave_interval 1\n")
    }

    /// Starts one as its default settings have it, but that it drops nothing, however much waits: for benches.
    ///
    /// # Panics
    /// As [`Mosquitto::start`].
    pub fn plain() -> Self {
        Self::with("")
    }

    /// Starts one as [`Mosquitto::start`] that sends all it has, however much is unacknowledged, and so gives out packet
    /// ids that are still in use.
    ///
    /// # Panics
    /// As [`Mosquitto::start`].
    pub fn boundless() -> Self {
        Self::with("persistence true\nautosave_interval 1\nmax_inflight_messages 0\n")
    }

    /// Starts one as [`Mosquitto::start`] that takes a few clients at once and no more.
    ///
    /// # Panics
    /// As [`Mosquitto::start`].
    pub fn for_few_clients() -> Self {
        Self::with("persistence true\nautosave_interval 1\nmax_connections 4\n")
    }

    fn with(settings: &'static str) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map(|address| address.port())
            .expect("a free port");
        let mut broker = Self {
            child: None,
            folder: tempfile::tempdir().expect("a folder"),
            settings,
            port,
        };
        broker.run();
        broker
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Ends it hard and starts it again: what it had persisted comes back.
    pub fn restart(&mut self) {
        self.end(false);
        self.run();
    }

    /// Ends it; it says good-bye and saves its state.
    pub fn stop(&mut self) {
        self.end(true);
    }

    /// Starts it again after [`Mosquitto::stop`].
    ///
    /// # Panics
    /// As [`Mosquitto::start`].
    pub fn run(&mut self) {
        let config = self.folder.path().join("mosquitto.conf");
        let text = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\npersistence_location {}/\n\
             max_queued_messages 0\nmessage_size_limit 0\nuser root\n{}",
            self.port,
            self.folder.path().display(),
            self.settings
        );
        std::fs::write(&config, text).expect("the configuration");
        let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"]
            .iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
            .unwrap_or_else(|| "mosquitto".into());
        let child = Command::new(program)
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is installed (cargo xtask test installs it)");
        self.child = Some(child);
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(Instant::now() < end, "mosquitto does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn end(&mut self, politely: bool) {
        if let Some(mut child) = self.child.take() {
            if politely {
                let _ = Command::new("kill").arg(child.id().to_string()).status();
            } else {
                let _ = child.kill();
            }
            let _ = child.wait();
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.end(false);
    }
}
