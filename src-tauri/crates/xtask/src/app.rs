//! `cargo xtask run`: build the window's files and the app, open it on the embedded demo.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::display::{self, Virtual};
use crate::error::Error;
use crate::needs::{self, For};
use crate::process::{command, run as run_command, target};
use crate::{steps, take_flag};

/// Printed by the app once live values are on screen.
const READY: &str = "hearthline: on screen";

/// Builds and runs; `args` are ours, `passed` go to the app.
pub fn run(mut args: Vec<String>, passed: Vec<String>, yes: bool) -> Result<(), Error> {
    let release = take_flag(&mut args, "--release");
    let lasting = match args.iter().position(|arg| arg == "--for") {
        Some(at) if at + 1 < args.len() => Some(args.drain(at..=at + 1).next_back().unwrap_or_default()),
        Some(_) => return Err(Error::Usage("--for takes a time, such as 30s or 5m")),
        None => None,
    };
    if !args.is_empty() {
        return Err(Error::Usage(
            "run takes --for TIME, --release and, after --, the app's own options",
        ));
    }
    needs::ensure(For::Run, yes)?;
    steps::build_ui()?;
    let app = steps::build_app(release)?;
    let data = target().join("demo-data");
    let mut options = vec!["--demo".to_owned()];
    if !passed.iter().any(|arg| arg == "--data-dir") {
        options.extend(["--data-dir".into(), data.to_string_lossy().into_owned()]);
    }
    options.extend(passed);
    if display::present() {
        if let Some(lasting) = lasting {
            options.extend(["--for".into(), lasting]);
        }
        return run_command(command(app).args(&options));
    }
    // Nobody could end a window that nobody sees, so it ends by itself.
    options.extend(["--for".into(), lasting.unwrap_or_else(|| "30s".into())]);
    headless(&app, &options)
}

fn headless(app: &Path, options: &[String]) -> Result<(), Error> {
    let display = Virtual::start(1280, 800)?;
    eprintln!("→ no display: running under Xvfb on {}", display.name);
    let mut child = command("dbus-run-session")
        .arg("--")
        .arg(app)
        .args(options)
        .env("DISPLAY", &display.name)
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| Error::Start {
            program: "dbus-run-session".into(),
            source,
        })?;
    let mut shot = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("{line}");
            if line.starts_with(READY) {
                shot = Some(screenshot(&display.name)?);
            }
        }
    }
    let status = child.wait().map_err(|source| Error::Start {
        program: "hearthline".into(),
        source,
    })?;
    if !status.success() {
        return Err(Error::App(format!("it ended with {status}")));
    }
    let Some(shot) = shot else {
        return Err(Error::App("it ended before anything was on screen".into()));
    };
    println!("screenshot: {}", shot.display());
    Ok(())
}

fn screenshot(display: &str) -> Result<std::path::PathBuf, Error> {
    let folder = target().join("screenshots");
    std::fs::create_dir_all(&folder).map_err(|source| Error::File {
        path: folder.clone(),
        source,
    })?;
    let path = folder.join("run.png");
    run_command(
        command("import")
            .args(["-display", display, "-window", "root"])
            .arg(&path),
    )?;
    Ok(path)
}
