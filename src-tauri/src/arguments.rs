//! The command line.

use std::path::PathBuf;
use std::time::Duration;

const USAGE: &str = "\
usage: hearthline [--demo] [--data-dir FOLDER] [--for TIME]
       hearthline --help | --version

  --demo             show the simulated home and plant
  --data-dir FOLDER  keep history and settings in this folder instead of the usual one
  --for TIME         end by itself after this time (30s, 5m) with a summary";

/// What the command line comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Run the program.
    Run(Arguments),
    /// Print this and end: help or the version.
    Say(String),
}

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

impl Asked {
    /// Reads it; the error is what is wrong, in words.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Arguments::default();
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
                "--help" | "-h" => return Ok(Self::Say(USAGE.into())),
                "--version" | "-V" => {
                    return Ok(Self::Say(
                        concat!("hearthline ", env!("CARGO_PKG_VERSION")).into(),
                    ));
                }
                // Desktops start programs with arguments of their own.
                _ => {}
            }
        }
        Ok(Self::Run(parsed))
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

    fn parse(line: &str) -> Result<Asked, String> {
        Asked::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_what_is_known_and_passes_over_the_rest() {
        let all = Arguments {
            demo: true,
            folder: Some("/tmp/x".into()),
            lasting: Some(Duration::from_mins(5)),
        };
        assert_eq!(
            parse("--demo --data-dir /tmp/x --for 5m --gtk-something"),
            Ok(Asked::Run(all))
        );
        assert_eq!(parse(""), Ok(Asked::Run(Arguments::default())));
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(parse("--for soon").unwrap_err().contains("30s"));
        assert!(parse("--data-dir").is_err());
    }

    #[test]
    fn help_and_the_version_are_answers_and_no_errors() {
        assert!(matches!(parse("--demo --help"), Ok(Asked::Say(text)) if text.starts_with("usage")));
        assert!(matches!(parse("-V"), Ok(Asked::Say(text)) if text.starts_with("hearthline 0.")));
    }
}
