//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Look into a Hearthline history, export it, import into it, check it.
#[derive(Debug, Parser)]
#[command(
    name = "hearthline-history",
    version,
    about,
    after_help = "\
FILE is a history: hearthline.db in Hearthline's data folder (~/.local/share/org.hearthline.desktop by default).
All but import and upgrade only read it, and may be used while Hearthline runs.

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 Hearthline has the file open, 4 the file is damaged, 5 the alarm
journal was tampered with.

Examples:
  hearthline-history points hearthline.db
  hearthline-history export hearthline.db --points 'Kitchen*/Temperature' --from 30d -o kitchen.csv
  hearthline-history export hearthline.db --format parquet -o all.parquet
  hearthline-history export hearthline.db --every 1h --from 365d -o hours.csv
  hearthline-history import hearthline.db --from-homeassistant home-assistant_v2.db --dry-run
  hearthline-history import hearthline.db --from-csv meter.csv --zone Europe/Berlin
  hearthline-history alarms hearthline.db --verify"
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say how much there is
    Info {
        /// The history
        file: PathBuf,
    },
    /// List the points: number, samples, first, last, unit, device/point
    Points {
        /// The history
        file: PathBuf,
        /// As JSON, a line a point
        #[arg(long)]
        json: bool,
    },
    /// Write samples to a file
    Export(Export),
    /// Take samples of a file in; Hearthline must not have the history open (its window can import as well)
    Import(Import),
    /// Read all of a file and say whether it is sound
    Check {
        /// The history
        file: PathBuf,
    },
    /// Check the alarm journal, or write it to a file
    Alarms(Alarms),
    /// Bring a file that an older Hearthline wrote up to date
    Upgrade {
        /// The history
        file: PathBuf,
    },
}

/// What to do with the alarm journal: one of them.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["verify", "output"])))]
pub struct Alarms {
    /// The history
    pub file: PathBuf,
    /// Walk the chain of the journal and name the first line that was changed, removed or slipped in
    #[arg(long)]
    pub verify: bool,
    /// Write the journal as comma-separated values, newest first; - is the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A fingerprint noted earlier (from the window, an exported file, a run of this), which must be met on the way
    #[arg(long, value_name = "DIGITS", conflicts_with = "output")]
    pub known: Option<String>,
}

/// What to export.
#[derive(Debug, Args)]
pub struct Export {
    /// The history
    pub file: PathBuf,
    /// Only these: a number, or device/point by name or key, * for any text and ? for any letter; a name without / is a
    /// device's. May be given several times. Without: all
    #[arg(long, short, value_name = "NAME", conflicts_with = "place")]
    pub points: Vec<String>,
    /// Only what is in this place
    #[arg(long, value_name = "NAME")]
    pub place: Option<String>,
    /// Not before: 2026-11-24, 2026-11-24T14:05:00Z, or so long ago: 30d, 12h
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Before: as --from
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// The sort of file
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Not every sample, but the lowest, highest, mean and last of each so long: 15m, 1h, 1d
    #[arg(long, value_name = "TIME")]
    pub every: Option<String>,
    /// Where to; - is the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
}

/// The sort of file.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// Comma-separated values, which can be imported again
    Csv,
    /// Apache Parquet
    Parquet,
}

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// The history that the samples go to; made where there is none
    pub file: PathBuf,
    /// From where.
    #[command(flatten)]
    pub source: Source,
    /// The zone of times in a CSV file that name none, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// Also the lowest and highest of each hour of Home Assistant's statistics, as points of their own
    #[arg(long)]
    pub extremes: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// From where: one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Source {
    /// Comma-separated values
    #[arg(long = "from-csv", value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Home Assistant's recorder: home-assistant_v2.db
    #[arg(long = "from-homeassistant", value_name = "FILE")]
    pub home_assistant: Option<PathBuf>,
    /// Another Hearthline's hearthline.db
    #[arg(long = "from-hearthline", value_name = "FILE")]
    pub hearthline: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn one_source_is_wanted() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' '));
        assert!(parse("x import f --from-csv a").is_ok());
        assert!(parse("x import f").is_err());
        assert!(parse("x import f --from-csv a --from-hearthline b").is_err());
        assert!(parse("x export f --points a --place b -o c").is_err());
    }
}
