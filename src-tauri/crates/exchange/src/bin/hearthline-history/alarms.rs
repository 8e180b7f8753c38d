//! The alarm journal: checked, or written to a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hearthline_exchange::{AlarmCsv, AlarmLine, Error, Progress};
use hearthline_history::{AlarmFilter, Cancel, FaultKind, Fingerprint, ListedPoint, Reader, Verified};
use hearthline_model::{DeviceId, PointId};
use rustc_hash::FxHashMap;

use crate::arguments::Alarms;
use crate::commands::{open, say};
use crate::meter::watched;
use crate::when;

/// The journal was tampered with.
const TAMPERED: u8 = 5;
/// Lines read at a time.
const PAGE: usize = 1000;

/// Does what was asked.
pub fn run(asked: &Alarms) -> Result<ExitCode, Error> {
    let reader = open(&asked.file)?;
    match &asked.output {
        Some(output) => write(&reader, output),
        None => verify(&reader, asked.known.as_deref()),
    }
}

fn verify(reader: &Reader, known: Option<&str>) -> Result<ExitCode, Error> {
    let known: Option<Fingerprint> = known
        .map(|text| text.parse().map_err(Error::Invalid))
        .transpose()?;
    let progress = Progress::default();
    let found = watched("check", &progress, || {
        reader.verify_alarms(known, &Cancel::new(), &mut |done, total| {
            progress.begin(total);
            progress.reach(done);
            progress.count(done);
        })
    })?
    .unwrap_or_default();
    Ok(tell(&found, known))
}

fn tell(found: &Verified, known: Option<Fingerprint>) -> ExitCode {
    for note in &found.notes {
        say(&format!(
            "line {}, {}: {}",
            note.line.seq,
            when::text(note.line.at),
            note.text
        ));
    }
    if let Some(last) = found.last {
        say(&format!(
            "{} lines fit, the last is {} of {}\nfingerprint {}",
            found.lines,
            last.seq,
            when::text(last.at),
            found.fingerprint
        ));
    }
    if let Some(fault) = &found.fault {
        let seq = fault.seq;
        say(&match fault.kind {
            FaultKind::Changed => format!("line {seq} was changed, or another was put in its place"),
            FaultKind::Missing => format!("lines before line {seq} were removed"),
            FaultKind::Ended => format!("the newest lines were removed: there was a line {seq} once"),
            FaultKind::Foreign => format!("line {seq} was not written by Hearthline"),
        });
        return ExitCode::from(TAMPERED);
    }
    if known.is_some() && found.met.is_none() {
        say(
            "the fingerprint that was given is not met: the journal was written anew since it was noted, or is another one",
        );
        return ExitCode::from(TAMPERED);
    }
    say("the journal is as it was written")
}

fn write(reader: &Reader, output: &Path) -> Result<ExitCode, Error> {
    if output == Path::new("-") {
        lines(reader, io::stdout(), &Progress::default())?;
        return Ok(ExitCode::SUCCESS);
    }
    // Under another name until it is complete: a file that was cut off must not pass for a whole one.
    let mut part = output.to_owned().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let out = File::create(&part).map_err(Error::Write)?;
    let progress = Progress::default();
    let written = watched("export", &progress, || lines(reader, out, &progress))
        .and_then(|written| {
            std::fs::rename(&part, output).map_err(Error::Write)?;
            Ok(written)
        })
        .inspect_err(|_| {
            let _ = std::fs::remove_file(&part);
        })?;
    Ok(say(&format!(
        "{written} entries, written to {}",
        output.display()
    )))
}

fn lines(reader: &Reader, out: impl Write, progress: &Progress) -> Result<u64, Error> {
    let catalogue = reader.catalogue()?;
    let points: FxHashMap<PointId, &ListedPoint> = catalogue.iter().map(|point| (point.id, point)).collect();
    let devices: FxHashMap<DeviceId, &ListedPoint> =
        catalogue.iter().map(|point| (point.device, point)).collect();
    let mut csv = AlarmCsv::new(out)?;
    let mut filter = AlarmFilter {
        limit: PAGE,
        ..AlarmFilter::default()
    };
    progress.begin(reader.journal_count(&filter)?);
    let mut done = 0;
    loop {
        let page = reader.journal_lines(&filter)?;
        let Some(last) = page.last() else { break };
        filter.before = Some(last.seq);
        for line in &page {
            let entry = line.entry()?;
            let device = devices.get(&entry.key.device);
            let point = entry.key.point.and_then(|point| points.get(&point));
            csv.line(&AlarmLine {
                seq: line.seq,
                entry: &entry,
                device: device.map(|it| it.device_name()).unwrap_or_default(),
                place: &device.map(|it| it.place.join(" › ")).unwrap_or_default(),
                unit: point.and_then(|it| it.desc.unit.as_deref()).unwrap_or_default(),
                fingerprint: line.fingerprint,
            })?;
            done += 1;
        }
        progress.reach(done);
        progress.count(done);
    }
    csv.finish()?;
    Ok(done)
}
