//! Hearthline's history without its window: look, export, import, check.

mod alarms;
mod arguments;
mod commands;
mod meter;
mod when;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    match commands::run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hearthline-history: {error}");
            ExitCode::from(commands::code(&error))
        }
    }
}
