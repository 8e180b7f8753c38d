//! History as comma-separated values: one line a sample, exactly as stored.

use std::io::Write;

use hearthline_history::Reader;
use hearthline_model::{Micros, PointId, Quality, Value};

use super::Engine;
use crate::error::Error;
use crate::shared::Shared;

/// Samples read at a time.
const PAGE: usize = 50_000;

impl Engine {
    /// Writes all samples of some points to `out`, head line first; gives the number of lines without it.
    /// Columns: `time` (RFC 3339, UTC, µs), `device`, `point`, `value`, `unit`, `quality`.
    ///
    /// # Errors
    /// Where the range is empty, the file refuses, or `out` does.
    pub async fn export_csv(
        &self,
        points: Vec<PointId>,
        from: Micros,
        to: Micros,
        out: impl Write + Send + 'static,
    ) -> Result<u64, Error> {
        if to <= from {
            return Err(Error::Invalid("the end of a range lies after its begin".into()));
        }
        let mut failed = None;
        let (rows, failed) = self
            .ask(move |shared, reader| {
                let mut out = std::io::BufWriter::new(out);
                let rows = match write(shared, reader, &points, from, to, &mut out) {
                    Ok(rows) => rows,
                    Err(Stop::History(error)) => return Err(error),
                    Err(Stop::Out(error)) => {
                        failed = Some(error);
                        0
                    }
                };
                Ok((rows, failed))
            })
            .await?;
        match failed {
            None => Ok(rows),
            Some(error) => Err(Error::Invalid(format!(
                "the export could not be written: {error}; choose another file or make room"
            ))),
        }
    }
}

enum Stop {
    History(hearthline_history::Error),
    Out(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Out(error)
    }
}

fn write(
    shared: &Shared,
    reader: &Reader,
    points: &[PointId],
    from: Micros,
    to: Micros,
    out: &mut impl Write,
) -> Result<u64, Stop> {
    writeln!(out, "time,device,point,value,unit,quality")?;
    let mut rows = 0;
    for &point in points {
        let (device, name, unit) = {
            let world = shared.world();
            let Some((desc, device)) = world.point_desc(point) else {
                continue;
            };
            let name = if desc.name.is_empty() {
                &desc.key
            } else {
                &desc.name
            };
            (
                field(world.device_name(device)),
                field(name),
                field(desc.unit.as_deref().unwrap_or_default()),
            )
        };
        let mut begin = from;
        loop {
            let page = reader.raw(point, begin, to, PAGE).map_err(Stop::History)?;
            // A page that is cut within samples of one time goes on after that time, so all of them are taken now.
            let cut = (page.len() == PAGE)
                .then(|| page.last().map(|last| last.at))
                .flatten();
            for sample in &page {
                let value = match &sample.value {
                    Value::Null => String::new(),
                    value => field(&value.to_string()),
                };
                writeln!(
                    out,
                    "{},{device},{name},{value},{unit},{}",
                    time(sample.at),
                    quality(sample.quality)
                )?;
                rows += 1;
            }
            match cut {
                Some(last) => begin = last.saturating_add(1),
                None => break,
            }
        }
    }
    out.flush()?;
    Ok(rows)
}

fn time(at: Micros) -> String {
    jiff::Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Uncertain => "uncertain",
        Quality::Bad => "bad",
        Quality::Stale => "stale",
    }
}

/// Quoted where it must be (RFC 4180). A text that a spreadsheet would run as a formula is made harmless.
fn field(text: &str) -> String {
    let formula =
        text.starts_with(['=', '@', '\t']) || (text.starts_with(['+', '-']) && text.parse::<f64>().is_err());
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_harmless() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("-12.5"), "-12.5");
        assert_eq!(field("-cmd"), "'-cmd");
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
    }
}
