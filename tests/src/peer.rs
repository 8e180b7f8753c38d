//! Software of others, run as a process of its own: it speaks a convention that nobody of this project wrote down.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::wait::PATIENCE;

/// A running peer, of `tests/peers`. Dropped, it is killed, as with the power cut: the broker says its will.
pub struct Peer {
    child: Child,
    orders: ChildStdin,
    said: mpsc::UnboundedReceiver<Value>,
    script: String,
}

impl Peer {
    /// Starts a script with Node.js, given the broker's port.
    ///
    /// # Panics
    /// Where its packages are not installed.
    pub fn node(script: &str, port: u16) -> Self {
        assert!(
            folder().join("node_modules").is_dir(),
            "the peers' packages are missing; `cargo xtask test` installs them"
        );
        Self::start("node".into(), script, port, &[])
    }

    /// Starts a script with Python, given the broker's port.
    ///
    /// # Panics
    /// Where its packages are not installed.
    pub fn python(script: &str, port: u16) -> Self {
        Self::python_with(script, port, &[])
    }

    /// As [`Peer::python`], with files that it is to use.
    ///
    /// # Panics
    /// As [`Peer::python`].
    pub fn python_with(script: &str, port: u16, files: &[&Path]) -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
            PathBuf::from,
        );
        let python = target.join("peers/bin/python");
        assert!(
            python.is_file(),
            "{} is missing; `cargo xtask test` installs it",
            python.display()
        );
        Self::start(python, script, port, files)
    }

    fn start(program: PathBuf, script: &str, port: u16, files: &[&Path]) -> Self {
        let mut child = Command::new(program)
            .arg(folder().join(script))
            .arg(port.to_string())
            .args(files)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{script} does not start: {error}"));
        let orders = child.stdin.take().expect("its input is piped");
        let stdout = child.stdout.take().expect("its output is piped");
        let (say, said) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or_else(|_| json!({ "what": line }));
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            orders,
            said,
            script: script.into(),
        }
    }

    /// The next line in which it tells of `what`; lines before it are passed over.
    ///
    /// # Panics
    /// Where it never does.
    pub async fn tells(&mut self, what: &str) -> Value {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let line = tokio::time::timeout_at(end, self.said.recv()).await;
            match line {
                Ok(Some(line)) if line["what"] == what => return line,
                Ok(Some(_)) => {}
                _ => panic!("{} never tells of {what:?}", self.script),
            }
        }
    }

    /// Tells it to do something: `{"do": …}`.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn order(&mut self, order: &Value) {
        writeln!(self.orders, "{order}").unwrap_or_else(|error| panic!("{} has ended: {error}", self.script));
    }

    /// Ends it without a good-bye.
    pub fn cut(self) {
        drop(self);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}
