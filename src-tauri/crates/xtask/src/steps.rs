//! The steps that build, test, check, measure and pack.

use std::path::PathBuf;

use crate::error::Error;
use crate::needs::{self, For};
use crate::process::{command, on_path, output, root, run, target};

/// Builds the window's files into `ui/dist`.
pub fn build_ui() -> Result<(), Error> {
    run(npm().args(["run", "--silent", "build"]))
}

/// Features of a build that tests can use: the window's files inside, and the types that the window is written in.
const FEATURES: &str = "hearthline/custom-protocol,hearthline-engine/ts,hearthline-model/ts";

/// Builds the app with the window's files inside; gives the binary.
pub fn build_app(release: bool) -> Result<PathBuf, Error> {
    let mut build = command("cargo");
    if release {
        build.args(["build", "--locked", "--release", "--package", "hearthline"]);
        run(build.args(["--features", "custom-protocol"]))?;
        return Ok(target().join("release/hearthline"));
    }
    // The one test that needs the program, rather than the program: so it is built as `cargo xtask test` has it, and what
    // is built for the one is there for the other. Built alone it would differ in a few features of a few packages below
    // Tauri, and 160 packages would be compiled twice.
    build.args(["test", "--locked", "--workspace", "--features", FEATURES]);
    run(build.args(["--test", "command_line", "--no-run"]))?;
    Ok(target().join("debug/hearthline"))
}

/// Every test: the window's logic, the crates, the whole system.
pub fn test(yes: bool) -> Result<(), Error> {
    needs::ensure(For::Test, yes)?;
    run(npm().args(["run", "--silent", "test"]))?;
    build_ui()?;
    // Builds the app as well, for its own test and for those of the whole system.
    run(command("cargo").args(["test", "--locked", "--workspace", "--features", FEATURES]))?;
    unchanged("ui/src/ipc/gen")
}

/// Hostile messages for every convention, made anew from a fixed number; `args` go to the fuzzer, `--input FILE` runs one again.
///
/// On a stable compiler and without coverage: `src-tauri/crates/decode/fuzz` has the targets that are led by it.
pub fn fuzz(args: &[String]) -> Result<(), Error> {
    let mut fuzz = command("cargo");
    fuzz.args([
        "run",
        "--locked",
        "--quiet",
        "--profile",
        "fuzz",
        "--package",
        "hearthline-decode",
    ]);
    run(fuzz
        .args(["--features", "fuzzing", "--example", "fuzz", "--"])
        .args(args))
}

/// The tests above write the window's types anew; where they differ from what is kept, the two have drifted apart.
fn unchanged(folder: &str) -> Result<(), Error> {
    if !root().join(".git").exists() || !on_path("git") {
        println!("skipped: without git nothing tells whether the tests wrote {folder} anew");
        return Ok(());
    }
    run(command("git").args(["diff", "--exit-code", "--stat", "--", folder]))
}

/// Formatting, lints, licences, types.
pub fn check(yes: bool) -> Result<(), Error> {
    needs::ensure(For::Check, yes)?;
    run(command("cargo").args(["fmt", "--all", "--check"]))?;
    run(npm().args(["run", "--silent", "check"]))?;
    run(npm().args(["run", "--silent", "lint"]))?;
    build_ui()?;
    run(command("cargo").args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--features",
        "hearthline-decode/fuzzing",
        "--",
        "-D",
        "warnings",
    ]))?;
    // It looks at what other systems would need as well, which no build here has brought.
    run(command("cargo").args(["fetch", "--locked", "--quiet"]))?;
    run(command(needs::tools_bin().join("cargo-deny")).args([
        "--offline",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// The bench tables; `args` go to cargo, such as `--bench latency`.
pub fn bench(yes: bool, args: &[String]) -> Result<(), Error> {
    needs::ensure(For::Test, yes)?;
    build_ui()?;
    build_app(true)?;
    let mut bench = command("cargo");
    // The shell has no benches, and building it as one would take as long as all others together.
    bench.args([
        "bench",
        "--locked",
        "--quiet",
        "--workspace",
        "--exclude",
        "hearthline",
        // The table of the corpora counts with what the fuzzers feed.
        "--features",
        "hearthline-decode/fuzzing",
    ]);
    if !args.iter().any(|arg| arg == "--bench") {
        bench.args(["--bench", "*"]);
    }
    run(bench.args(args))
}

/// The installable packages.
pub fn bundle(yes: bool) -> Result<(), Error> {
    needs::ensure(For::Run, yes)?;
    build_ui()?;
    // The program for the command line goes along; where it lies depends on the target folder.
    let mut history = command("cargo");
    history.args([
        "build",
        "--locked",
        "--release",
        "--package",
        "hearthline-exchange",
    ]);
    run(history.args(["--bin", "hearthline-history"]))?;
    let path = target().join("release/hearthline-history");
    let files = format!(
        "{{\"files\":{{\"/usr/bin/hearthline-history\":{:?}}}}}",
        path.display().to_string()
    );
    let config = format!("{{\"bundle\":{{\"linux\":{{\"deb\":{files},\"rpm\":{files}}}}}}}");
    let tauri = root().join("ui/node_modules/.bin/tauri");
    run(command(tauri)
        .args([
            "build",
            "--bundles",
            "deb,rpm",
            "--features",
            "custom-protocol",
            "--config",
        ])
        .arg(config)
        .current_dir(root().join("src-tauri")))?;
    let folder = target().join("release/bundle");
    if let Some(list) = output(
        command("find")
            .arg(&folder)
            .args(["-name", "*.deb", "-o", "-name", "*.rpm"]),
    ) {
        println!("{list}");
    }
    Ok(())
}

fn npm() -> std::process::Command {
    let mut npm = command("npm");
    npm.current_dir(root().join("ui"));
    npm
}
