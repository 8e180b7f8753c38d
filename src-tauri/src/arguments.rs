//! The command line.

use std::path::PathBuf;
use std::time::Duration;

const USAGE: &str = "\
usage: hearthline [--demo] [--data-dir FOLDER] [--for TIME]

  --demo             show the simulated home and plant
  --data-dir FOLDER  keep history and settings in this folder instead of the usual one
  --for TIME         end by itself after this time (30s, 5m) with a summary";

/// What was asked for on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Show the demo, whatever the settings say.
    pub demo: bool,
    /// The data folder.
    pub folder: Option<PathBuf>,
    /// End after so long.
    pub lasting: Option<Duration>,
}

impl Arguments {
    /// Reads them; the error is what to print.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut rest = arguments;
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--demo" => parsed.demo = true,
                "--data-dir" => {
                    parsed.folder = Some(rest.next().ok_or("--data-dir needs a folder")?.into());
                }
                "--for" => {
                    let text = rest.next().ok_or("--for needs a time, such as 30s or 5m")?;
                    parsed.lasting = Some(
                        duration(&text).ok_or_else(|| format!("\"{text}\" is no time; write 30s or 5m"))?,
                    );
                }
                // Desktops start programs with arguments of their own; only help is worth stopping for.
                "--help" | "-h" => return Err(USAGE.into()),
                _ => {}
            }
        }
        Ok(parsed)
    }
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "s" => number,
        "m" => number.checked_mul(60)?,
        "h" => number.checked_mul(3600)?,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_what_is_known_and_passes_over_the_rest() {
        let all = parse("--demo --data-dir /tmp/x --for 5m --gtk-something").unwrap();
        assert!(all.demo);
        assert_eq!(all.folder, Some("/tmp/x".into()));
        assert_eq!(all.lasting, Some(Duration::from_mins(5)));
        assert_eq!(parse("").unwrap(), Arguments::default());
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(parse("--for soon").unwrap_err().contains("30s"));
        assert!(parse("--data-dir").is_err());
        assert!(parse("--help").unwrap_err().contains("usage"));
    }
}
