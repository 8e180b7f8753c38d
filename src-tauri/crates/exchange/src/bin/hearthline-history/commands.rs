//! What each command does.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hearthline_exchange::{
    Choice, Error, Format, Options, Progress, Rehearsal, Report, Source, StoreTarget, Survey, check, choose,
    export, export_aggregates, survey, take,
};
use hearthline_history::{Error as HistoryError, LAYOUT, Reader, Store, Synchronous};
use serde_json::json;

use crate::alarms;
use crate::arguments::{self, Arguments, Command};
use crate::meter::watched;
use crate::when;

/// Later than any sample: 2200.
const END: i64 = 7_258_118_400_000_000;
/// Hearthline has the file open.
const IN_USE: u8 = 3;
/// The file is damaged.
const DAMAGED: u8 = 4;

/// Does what was asked.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    match &arguments.command {
        Command::Info { file } => info(file),
        Command::Points { file, json } => points(file, *json),
        Command::Export(asked) => write(asked),
        Command::Import(asked) => import(asked),
        Command::Check { file } => sound(file),
        Command::Alarms(asked) => alarms::run(asked),
        Command::Upgrade { file } => {
            existing(file)?;
            drop(Store::open(file, Synchronous::Full)?);
            Ok(say(&format!("{} has layout {LAYOUT}", file.display())))
        }
    }
}

/// The exit code of an error.
pub fn code(error: &Error) -> u8 {
    match error {
        Error::History(HistoryError::InUse(_)) => IN_USE,
        Error::History(HistoryError::Damaged(_) | HistoryError::Record(_)) => DAMAGED,
        _ => 1,
    }
}

/// Prints a line; nobody listening any more is no trouble.
pub(super) fn say(line: &str) -> ExitCode {
    let _ = writeln!(io::stdout(), "{line}");
    ExitCode::SUCCESS
}

fn existing(file: &Path) -> Result<(), Error> {
    File::open(file).map_err(|source| Error::Read {
        path: file.into(),
        source,
    })?;
    Ok(())
}

pub(super) fn open(file: &Path) -> Result<Reader, Error> {
    existing(file)?;
    let reader = Reader::open(file)?;
    let found = reader.layout()?;
    if found > LAYOUT {
        return Err(Error::History(HistoryError::Newer {
            path: file.into(),
            found,
            known: LAYOUT,
        }));
    }
    if found == 0 {
        return Err(Error::Invalid(format!(
            "{} is no history of Hearthline; name a file such as hearthline.db",
            file.display()
        )));
    }
    if found < LAYOUT {
        return Err(Error::Invalid(format!(
            "{} was written by an older Hearthline (layout {found}, today's is {LAYOUT}); `hearthline-history upgrade` brings it \
             up to date",
            file.display()
        )));
    }
    Ok(reader)
}

fn info(file: &Path) -> Result<ExitCode, Error> {
    let reader = open(file)?;
    let info = reader.info()?;
    let catalogue = reader.catalogue()?;
    let mut devices: Vec<u32> = catalogue.iter().map(|point| point.device.0).collect();
    devices.sort_unstable();
    devices.dedup();
    let latest = reader.extents()?.values().map(|extent| extent.to).max();
    let time = |at: Option<i64>| at.map_or_else(|| "none".to_owned(), when::text);
    Ok(say(&format!(
        "samples  {}\nbytes    {}{}\npoints   {}\ndevices  {}\noldest   {}\nlatest   {}\nlayout   {}",
        info.samples,
        info.bytes,
        if info.samples > 0 {
            format!(" ({:.2} a sample)", info.bytes as f64 / info.samples as f64)
        } else {
            String::new()
        },
        catalogue.len(),
        devices.len(),
        time(info.oldest),
        time(latest),
        reader.layout()?,
    )))
}

fn points(file: &Path, as_json: bool) -> Result<ExitCode, Error> {
    let reader = open(file)?;
    let extents = reader.extents()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for point in reader.catalogue()? {
        let extent = extents.get(&point.id);
        let samples = extent.map_or(0, |extent| extent.samples);
        let (from, to) = (extent.map(|extent| extent.from), extent.map(|extent| extent.to));
        let line = if as_json {
            json!({
                "id": point.id, "device": point.device_name(), "point": point.name(), "unit": point.desc.unit,
                "place": &*point.place, "device_key": point.device_desc.key, "point_key": point.desc.key,
                "samples": samples, "from": from.map(when::text), "to": to.map(when::text), "gone": point.gone,
            })
            .to_string()
        } else {
            let time = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), when::text);
            format!(
                "{:>6} {samples:>10} {:>20} {:>20} {:>6} {}/{}{}",
                point.id.0,
                time(from),
                time(to),
                point.desc.unit.as_deref().unwrap_or("-"),
                point.device_name(),
                point.name(),
                if point.gone { " (gone)" } else { "" }
            )
        };
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    let _ = out.flush();
    Ok(ExitCode::SUCCESS)
}

fn write(asked: &arguments::Export) -> Result<ExitCode, Error> {
    let now = when::now();
    let time = |text: &Option<String>, other| text.as_deref().map_or(Ok(other), |text| when::read(text, now));
    let (from, to) = (time(&asked.from, 0)?, time(&asked.to, END)?);
    let reader = open(&asked.file)?;
    let catalogue = reader.catalogue()?;
    let choice = match (&asked.place, asked.points.is_empty()) {
        (Some(place), _) => Choice::Place(place.clone()),
        (None, true) => Choice::All,
        (None, false) => Choice::Named(asked.points.clone()),
    };
    let chosen = choose(&choice, &catalogue)?;
    let format = match asked.format {
        arguments::Format::Csv => Format::Csv,
        arguments::Format::Parquet => Format::Parquet,
    };
    let every = asked.every.as_deref().map(when::length).transpose()?;
    let progress = Progress::default();
    let out_to = |out: Box<dyn Write + Send>| match every {
        Some(every) => export_aggregates(&reader, &chosen, from, to, every, format, out, &progress),
        None => export(&reader, &chosen, from, to, format, out, &progress),
    };
    if asked.output == Path::new("-") {
        out_to(Box::new(io::stdout()))?;
        return Ok(ExitCode::SUCCESS);
    }
    // Under another name until it is complete: a file that was cut off must not pass for a whole one.
    let mut part = asked.output.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let out = File::create(&part).map_err(Error::Write)?;
    let written = watched("export", &progress, || out_to(Box::new(out)))
        .and_then(|written| {
            std::fs::rename(&part, &asked.output).map_err(Error::Write)?;
            Ok(written)
        })
        .inspect_err(|_| {
            let _ = std::fs::remove_file(&part);
        })?;
    Ok(say(&format!("{written}, written to {}", asked.output.display())))
}

fn import(asked: &arguments::Import) -> Result<ExitCode, Error> {
    let source = &asked.source;
    let (sort, path) = match (&source.csv, &source.home_assistant, &source.hearthline) {
        (Some(path), _, _) => (Source::Csv, path),
        (_, Some(path), _) => (Source::HomeAssistant, path),
        (_, _, Some(path)) => (Source::Hearthline, path),
        (None, None, None) => return Err(Error::Invalid("name a file to import".into())),
    };
    existing(path)?;
    let options = Options {
        zone: Some(asked.zone.clone()),
        extremes: asked.extremes,
    };
    let progress = Progress::default();
    let look = |known: &[_]| {
        watched("look", &progress, || {
            survey(sort, path, &options, known, &progress)
        })
    };
    if asked.dry_run {
        let reader = open(&asked.file)?;
        let survey = look(&reader.catalogue()?)?;
        tell_survey(&survey);
        let mut target = Rehearsal::new(reader);
        let report = watched("try", &progress, || take(&survey, &[], &mut target, &progress))?;
        return Ok(tell_report(&report, "would be "));
    }
    // First of all: it says at once where Hearthline has the file open.
    let store = Store::open(&asked.file, Synchronous::Full)?;
    let mut target = StoreTarget::new(store, when::now())?;
    let survey = look(&Reader::open(&asked.file)?.catalogue()?)?;
    tell_survey(&survey);
    let report = watched("import", &progress, || take(&survey, &[], &mut target, &progress));
    watched("pack", &Progress::default(), || target.pack())?;
    Ok(tell_report(&report?, ""))
}

fn tell_survey(survey: &Survey) {
    say(&format!(
        "{}: {} samples of {} things",
        survey.title,
        survey.samples(),
        survey.series.len()
    ));
    for note in &survey.notes {
        say(note);
    }
    for series in &survey.series {
        let goes = match &series.joins {
            Some(joins) => format!("to point {} ({})", joins.point.0, joins.by),
            None => format!("new: {}/{}", series.made.device.name, series.made.point.name),
        };
        say(&format!("{:>10} {}  {goes}", series.samples, series.key));
    }
}

fn tell_report(report: &Report, would: &str) -> ExitCode {
    say(&format!(
        "{} samples read, {} {would}new, {} known already; {} points {would}made, {} joined",
        report.read, report.taken, report.known, report.made, report.joined
    ));
    for reason in report.skipped.reasons() {
        let examples = if reason.examples.is_empty() {
            String::new()
        } else {
            format!(" ({})", reason.examples.join("; "))
        };
        say(&format!(
            "{:>10} left out: {}{examples}",
            reason.count, reason.text
        ));
    }
    ExitCode::SUCCESS
}

fn sound(file: &Path) -> Result<ExitCode, Error> {
    let progress = Progress::default();
    let faults = watched("check", &progress, || check(file, &progress))?;
    if faults.is_empty() {
        return Ok(say(&format!(
            "{}: sound, {} samples read",
            file.display(),
            progress.rows()
        )));
    }
    for fault in &faults {
        say(fault);
    }
    eprintln!(
        "hearthline-history: {} is damaged; restore a copy of it, or export what is readable",
        file.display()
    );
    Ok(ExitCode::from(DAMAGED))
}
