//! What becomes of everything in the corpora: `cargo bench -p hearthline-decode --features fuzzing --bench corpora`.
//!
//! Reads `../shared/corpora` (`HEARTHLINE_CORPORA` overrides it) and says so where it is not there.

use hearthline_decode::fuzzing::{census, corpora};

fn main() {
    let Some(root) = corpora() else {
        println!("skipped: no corpora");
        return;
    };
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>11}",
        "corpus", "configs", "messages", "devices", "points", "commands", "values", "ignored", "unexplained"
    );
    for row in census(&root) {
        println!(
            "{:<34} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>11}",
            row.name,
            row.configs,
            row.messages,
            row.devices,
            row.points,
            row.commands,
            row.readings,
            row.ignored,
            row.unexplained.len()
        );
        for what in row.unexplained.iter().take(10) {
            println!("    {what}");
        }
    }
}
