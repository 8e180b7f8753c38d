//! `cargo xtask run | test | check | bench | fuzz | bundle | doctor`: everything a newcomer or CI does, in one place.
//!
//! No dependency worth compiling, so that the first command answers within seconds.

mod app;
mod display;
mod error;
mod needs;
mod process;
mod steps;

use std::process::ExitCode;

use error::Error;

const USAGE: &str = "\
usage: cargo xtask <command> [--yes]

  run [--for 30s] [--release] [-- ARGS]  build and open the app on the embedded demo; without a display it runs
                                         under Xvfb, saves a screenshot and says where
  test                                   install what is missing and run every test
  check                                  formatting, clippy, licences, UI type check and lint
  bench                                  print the bench tables
  fuzz [--seconds N] [--runs N] [--target NAME] [--seed N] [--jobs N] [--input FILE]
                                         feed every convention and the template engine with hostile messages, N seconds each
  bundle                                 make the .deb and .rpm packages
  doctor                                 say what is missing and how to get it

  --yes  install what is missing without asking (apt-get as root or through sudo, npm, cargo install)";

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let passed = args
        .iter()
        .position(|arg| arg == "--")
        .map(|at| args.split_off(at))
        .unwrap_or_default();
    let yes = take_flag(&mut args, "--yes");
    let command = if args.is_empty() {
        String::new()
    } else {
        args.remove(0)
    };
    let result = match command.as_str() {
        "run" => app::run(args, passed.into_iter().skip(1).collect(), yes),
        "test" => steps::test(yes),
        "check" => steps::check(yes),
        "bench" => steps::bench(yes, &args),
        "fuzz" => steps::fuzz(&args),
        "bundle" => steps::bundle(yes),
        "doctor" => {
            needs::doctor();
            Ok(())
        }
        _ => Err(Error::Usage(USAGE)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Removes `flag` and says whether it was there.
fn take_flag(args: &mut Vec<String>, flag: &str) -> bool {
    let before = args.len();
    args.retain(|arg| arg != flag);
    args.len() != before
}
