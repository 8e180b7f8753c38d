//! The store alone: samples a second appended, bytes a sample, how long a year and a day take to read, each beside a floor
//! and a plain SQLite table with a row a sample.

mod append;
mod billion;
mod gorilla;
mod made;
mod month;
mod plain;
mod questions;
mod size;

use std::error::Error;

use hearthline_model::SECOND;
use hearthline_tests::measure::system;

/// A table and what makes it.
type Part = (&'static str, fn() -> Result<(), Box<dyn Error>>);

const PARTS: [Part; 9] = [
    ("append", append::append),
    ("ingest", append::ingest),
    ("series", size::series),
    ("month", month::month),
    ("year-10s", || questions::year(10 * SECOND)),
    ("year-1s", || questions::year(SECOND)),
    ("pens-10s", || questions::pens(10 * SECOND)),
    ("pens-1s", || questions::pens(SECOND)),
    ("billion", billion::billion),
];

/// All tables, or those that are named: `cargo bench --bench history -- series month`.
fn main() -> Result<(), Box<dyn Error>> {
    println!("history: {}", system::machine());
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    for (name, part) in PARTS {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            part()?;
        }
    }
    Ok(())
}
