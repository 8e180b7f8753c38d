//! What `--for` prints at its end.

use std::io::Write;

use hearthline_engine::Engine;

/// Devices, points, samples, alarms, on one line; troubles, where there were any, on another.
pub fn print(engine: &Engine) {
    let status = engine.status();
    let alarms = engine.alarms();
    say(&format!(
        "hearthline: {}, {}, {} stored, {} active ({} not acknowledged)",
        counted(status.devices, "device"),
        counted(status.points, "point"),
        counted(status.stored, "sample"),
        counted(alarms.active.iter().sum::<u32>(), "alarm"),
        alarms.unacknowledged.iter().sum::<u32>(),
    ));
    if status.diagnoses > 0 {
        say(&format!(
            "hearthline: {} with input counted",
            counted(status.diagnoses, "trouble")
        ));
    }
}

/// Prints a line; where nobody listens any more (`hearthline --help | head -1`) that is no trouble.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A number with its noun, which takes an s unless the number is one.
fn counted(number: impl Into<u64>, noun: &str) -> String {
    match number.into() {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0u32, "alarm"), "0 alarms");
        assert_eq!(counted(1u32, "alarm"), "1 alarm");
        assert_eq!(counted(2u64, "alarm"), "2 alarms");
    }
}
