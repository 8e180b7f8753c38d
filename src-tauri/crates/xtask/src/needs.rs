//! What the machine must have, and how to get it.

use std::io::{IsTerminal, Write};

use crate::error::Error;
use crate::process::{command, on_path, output, root, run, succeeds, target};

/// Debian packages to build the app.
const BUILD: &[&str] = &[
    "build-essential",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];
/// To show it without a display.
const HEADLESS: &[&str] = &["dbus-x11", "fonts-dejavu-core", "imagemagick", "xvfb"];
/// To test it as a whole.
const TEST: &[&str] = &[
    "mosquitto",
    "mosquitto-clients",
    "python3-venv",
    "webkit2gtk-driver",
];
/// The licence checker; built once into `target/tools`.
const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};

struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What a command is about to need.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Building and opening the window.
    Run,
    /// Also every test.
    Test,
    /// Also the licence check.
    Check,
}

/// Installs what is missing: without asking with `yes`, after asking on a terminal, not at all otherwise.
pub fn ensure(what: For, yes: bool) -> Result<(), Error> {
    let missing = missing_packages(what);
    if !missing.is_empty() {
        install_packages(&missing, yes)?;
    }
    node_modules("ui")?;
    if what == For::Test {
        node_modules("tests/peers")?;
        python_packages()?;
    }
    if what == For::Check {
        tool(&DENY)?;
    }
    Ok(())
}

/// The path of an installed tool's folder, to be put in front of PATH.
pub fn tools_bin() -> std::path::PathBuf {
    target().join("tools/bin")
}

/// Says what is missing and how to get it.
pub fn doctor() {
    let mut ready = true;
    let mut line = |name: &str, have: Option<String>, how: &str| {
        ready &= have.is_some();
        println!(
            "{} {name:<12} {}",
            if have.is_some() { "ok     " } else { "missing" },
            have.unwrap_or_else(|| how.into())
        );
    };
    line(
        "rust",
        output(command("rustc").arg("--version")),
        "install Rust with rustup",
    );
    line(
        "linker",
        output(command("cc").arg("--version")).map(|text| text.lines().next().unwrap_or_default().to_owned()),
        "Rust links with the C compiler: apt-get install build-essential",
    );
    line(
        "node",
        output(command("node").arg("--version")),
        "install Node.js 20 or newer",
    );
    line(
        "npm",
        output(command("npm").arg("--version")),
        "comes with Node.js",
    );
    for (name, packages) in [("to build", BUILD), ("headless", HEADLESS), ("to test", TEST)] {
        let missing: Vec<&str> = packages
            .iter()
            .copied()
            .filter(|package| !installed(package))
            .collect();
        let have = missing.is_empty().then(|| packages.join(" "));
        line(name, have, &format!("apt-get install {}", missing.join(" ")));
    }
    line(
        DENY.name,
        tool_path(&DENY).is_some().then(|| DENY.version.to_owned()),
        "`cargo xtask check` builds it into target/tools",
    );
    if ready {
        println!("Everything is here.");
        return;
    }
    println!(
        "`cargo xtask run` and `cargo xtask test` install what is missing (asking first; --yes: without asking)."
    );
}

fn missing_packages(what: For) -> Vec<&'static str> {
    let mut wanted = BUILD.to_vec();
    if what == For::Test || !crate::display::present() {
        wanted.extend(HEADLESS);
    }
    if what == For::Test {
        wanted.extend(TEST);
    }
    wanted.retain(|package| !installed(package));
    wanted
}

fn installed(package: &str) -> bool {
    let status = output(command("dpkg-query").args(["-W", "-f=${Status}", package]));
    status.is_some_and(|status| status.ends_with("ok installed"))
}

fn install_packages(missing: &[&str], yes: bool) -> Result<(), Error> {
    let root_user = output(command("id").arg("-u")).as_deref() == Some("0");
    let sudo: &[&str] = if root_user { &[] } else { &["sudo"] };
    let how = format!(
        "{}apt-get install -y {}",
        if root_user { "" } else { "sudo " },
        missing.join(" ")
    );
    let denied = || Error::Missing {
        what: missing.join(", "),
        how: how.clone(),
    };
    if !on_path("apt-get") || (!root_user && !on_path("sudo")) || !(yes || agreed(&how)) {
        return Err(denied());
    }
    let apt = |args: &[&str]| {
        let line: Vec<&str> = sudo
            .iter()
            .copied()
            .chain(["apt-get"])
            .chain(args.iter().copied())
            .collect();
        run(command(line[0])
            .args(&line[1..])
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-q"])?;
    apt(&[&["install", "-y", "-q", "--no-install-recommends"], missing].concat())
}

/// Asks on a terminal; anywhere else the answer is no.
fn agreed(how: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    print!("Some packages are missing. Install them with\n  {how}\nnow? [Y/n] ");
    let mut answer = String::new();
    let asked = std::io::stdout()
        .flush()
        .and_then(|()| std::io::stdin().read_line(&mut answer));
    asked.is_ok() && !matches!(answer.trim(), "n" | "N" | "no")
}

/// Installs a folder's packages as locked, whenever the lock file is newer than what is there.
fn node_modules(folder: &str) -> Result<(), Error> {
    if !on_path("npm") {
        return Err(Error::Missing {
            what: "Node.js with npm".into(),
            how: "install Node.js 20 or newer".into(),
        });
    }
    let folder = root().join(folder);
    let time = |file: &str| {
        std::fs::metadata(folder.join(file))
            .and_then(|meta| meta.modified())
            .ok()
    };
    match (time("package-lock.json"), time("node_modules/.package-lock.json")) {
        (Some(locked), Some(present)) if present >= locked => Ok(()),
        _ => run(command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(folder)),
    }
}

/// Installs what the tests' Python peers are made of into `target/peers`, whenever their list is not that of the last time.
fn python_packages() -> Result<(), Error> {
    let list = root().join("tests/peers/requirements.txt");
    let folder = target().join("peers");
    let installed = folder.join("installed.txt");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
    if read(&installed).is_some_and(|have| read(&list) == Some(have)) {
        return Ok(());
    }
    run(command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    // The list names all of them, so nothing that it does not name comes along.
    run(command(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(&list))?;
    std::fs::copy(&list, &installed).map_err(|source| Error::File {
        path: installed,
        source,
    })?;
    Ok(())
}

fn tool_path(tool: &Tool) -> Option<std::path::PathBuf> {
    let path = tools_bin().join(tool.name);
    let marker = tools_bin().join(format!("{}-{}", tool.name, tool.version));
    (path.is_file() && marker.is_file()).then_some(path)
}

fn tool(tool: &Tool) -> Result<(), Error> {
    if tool_path(tool).is_some() {
        return Ok(());
    }
    let root_dir = target().join("tools");
    let mut install = command("cargo");
    install
        .args([
            "install",
            "--locked",
            "--quiet",
            "--force",
            tool.name,
            "--version",
            tool.version,
            "--root",
        ])
        .arg(&root_dir);
    // A debug-speed build is enough for a tool that runs for seconds, and takes a fraction of the time to make.
    install
        .args(["--debug"])
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_TARGET_DIR", target().join("tools/build"));
    run(&mut install)?;
    let marker = tools_bin().join(format!("{}-{}", tool.name, tool.version));
    std::fs::write(&marker, "").map_err(|source| Error::File { path: marker, source })?;
    let _ = succeeds(command("rm").arg("-rf").arg(target().join("tools/build")));
    Ok(())
}
