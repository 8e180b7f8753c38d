//! How well the alarms serve who has to answer them, and what would make them better.

use std::path::Path;

use hearthline_alarm::performance::{Bound, Change, Meter, Metric, Performance, Unit, Verdict, advise};
use hearthline_history::{Error as HistoryError, Reader};
use hearthline_model::{AlarmEntry, AlarmId, AlarmKey, DAY, HOUR, MINUTE, Micros, PointId, Priority, Sample};
use rustc_hash::FxHashMap;

use super::Engine;
use super::questions::check_range;
use super::trial::{BACK, recorded};
use crate::alarm_report;
use crate::clock;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::{
    ActorView, AdviceKind, AdviceOption, AdviceView, BoundView, FloodSpanView, LongestView, MetricUnit,
    MetricView, PerformanceView, VerdictView,
};

/// The longest span that figures are reckoned of.
const LONGEST: Micros = 400 * DAY;
/// Samples that advice is tried on, of all points together; of more, the newest.
const MOST_SAMPLES: usize = 100_000;
/// No occurrence that is longer is missed by what is advised.
const KEEP: Micros = MINUTE;
/// Bars of a picture, about.
const BARS: i64 = 200;

impl Engine {
    /// What the alarms of a span came to, from the journal.
    ///
    /// # Errors
    /// Where the range is empty or longer than a year, or the file refuses.
    pub async fn performance(&self, from: Micros, to: Micros) -> Result<PerformanceView, Error> {
        check_range(from, to)?;
        if to - from > LONGEST {
            return Err(Error::Invalid(
                "figures are reckoned of a year at the most".into(),
            ));
        }
        self.ask(move |shared, reader| measure(shared, reader, from, to))
            .await
    }

    /// What would quieten the alarm of a condition, tried on the last week.
    ///
    /// # Errors
    /// Where the point or the condition is not there, or the file refuses.
    pub async fn advise(&self, point: PointId, condition: String) -> Result<AdviceView, Error> {
        let found = self
            .with(move |pipeline| {
                let all = pipeline.conditions_of(point).ok_or(Error::NotFound("point"))?;
                let unit = {
                    let world = pipeline.shared.world();
                    world.point_desc(point).and_then(|(desc, _)| desc.unit.clone())
                };
                let found = all.into_iter().find(|it| it.kind.name() == condition);
                found.map(|it| (it, unit)).ok_or(Error::NotFound("alarm"))
            })
            .await??;
        let (condition, unit) = found;
        let now = clock::now();
        self.ask(move |_, reader| {
            let mut points = vec![point];
            points.extend(hearthline_alarm::read_by(std::slice::from_ref(&condition)));
            points.sort_unstable();
            points.dedup();
            let mut samples: Vec<Sample> = Vec::new();
            let mut since = now - BACK;
            for one in &points {
                let (own, cut) = recorded(reader, *one, now - BACK, now, MOST_SAMPLES / points.len())?;
                since = since.max(cut);
                samples.extend(own);
            }
            samples.retain(|sample| sample.at >= since);
            samples.sort_by_key(|sample| sample.at);
            let enabled = hearthline_model::Condition {
                disabled: false,
                ..condition
            };
            let advised = advise(&enabled, point, &samples, now, clock::wall_offset(now), KEEP);
            Ok(AdviceView {
                point,
                condition: enabled.kind.name().into(),
                unit,
                since,
                calls: advised.calls,
                real: advised.real,
                keep: KEEP,
                options: advised
                    .options
                    .iter()
                    .map(|option| {
                        let (kind, value) = match option.change {
                            Change::Deadband(deadband) => (AdviceKind::Deadband, deadband),
                            Change::OffDelay(delay) => (AdviceKind::OffDelay, delay as f64),
                            Change::OnDelay(delay) => (AdviceKind::OnDelay, delay as f64),
                        };
                        AdviceOption {
                            kind,
                            value,
                            calls: option.calls,
                            prevented: option.prevented,
                        }
                    })
                    .collect(),
            })
        })
        .await
    }

    /// Writes the figures of a span to a file: `html`, one page that needs nothing else, or `csv`.
    ///
    /// # Errors
    /// As [`Engine::performance`]; where the format is another or the file cannot be written.
    pub async fn alarm_report(
        &self,
        from: Micros,
        to: Micros,
        format: &str,
        path: &Path,
    ) -> Result<(), Error> {
        let view = self.performance(from, to).await?;
        let text = match format {
            "html" => alarm_report::html(&view, clock::now()).into_bytes(),
            "csv" => alarm_report::csv(&view),
            other => {
                return Err(Error::Invalid(format!(
                    "the report is written as html or csv, not as \"{other}\""
                )));
            }
        };
        let part = super::exchange::unfinished(path);
        let target = path.to_owned();
        tokio::task::spawn_blocking(move || {
            let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &target));
            written.map_err(|error| {
                let _ = std::fs::remove_file(&part);
                Error::Invalid(format!(
                    "{} cannot be written: {error}; choose another file",
                    target.display()
                ))
            })
        })
        .await
        .map_err(|_| Error::Stopped)?
    }
}

/// What is shown of an alarm: as its newest entry has it.
type Known = FxHashMap<AlarmId, (AlarmKey, String, Priority)>;

fn measure(
    shared: &Shared,
    reader: &Reader,
    asked: Micros,
    to: Micros,
) -> Result<PerformanceView, HistoryError> {
    let begins = reader.journal_begins()?;
    // What was before the journal began is not known to have been quiet.
    let from = begins.map_or(asked, |begins| asked.max(begins)).min(to - 1);
    let lead = from.saturating_sub(Meter::LEAD);
    let mut meter = Meter::new(from, to);
    let mut known = Known::default();
    let mut note = |entry: &AlarmEntry| {
        known.insert(
            entry.alarm,
            (entry.key.clone(), entry.text.clone(), entry.priority),
        );
    };
    for entry in reader.alarms_at(lead)? {
        note(&entry);
        meter.stood(&entry);
    }
    reader.alarms_received(lead, to, &mut |entry| {
        note(&entry);
        meter.take(&entry);
    })?;
    Ok(view(shared, &meter.finish(), &known, from > asked))
}

fn view(shared: &Shared, done: &Performance, known: &Known, short: bool) -> PerformanceView {
    let world = shared.world();
    let actor = |alarm: AlarmId, calls: u32, peak: Option<u32>, since: Option<Micros>| -> Option<ActorView> {
        let (key, text, priority) = known.get(&alarm)?;
        let (device_name, place_name, ..) = world.alarm_context(key.device);
        Some(ActorView {
            alarm,
            device: key.device,
            point: key.point,
            condition: key.condition.clone(),
            text: text.clone(),
            device_name,
            place_name,
            priority: *priority,
            calls,
            share: f64::from(calls) / f64::from(done.calls.max(1)),
            peak,
            since,
        })
    };
    let (bars, step) = bars(done);
    PerformanceView {
        from: done.from,
        to: done.to,
        short,
        calls: done.calls,
        alarms: done.alarms,
        metrics: done.metrics().into_iter().map(metric).collect(),
        bars,
        step,
        floods: done
            .floods
            .iter()
            .map(|flood| FloodSpanView {
                from: flood.from,
                to: flood.to,
                calls: flood.calls,
                peak: flood.peak,
            })
            .collect(),
        priorities: done.priorities,
        frequent: done
            .frequent
            .iter()
            .take(10)
            .filter_map(|it| actor(it.alarm, it.calls, None, None))
            .collect(),
        chattering: done
            .chattering
            .iter()
            .filter_map(|it| actor(it.alarm, it.calls, Some(it.peak), None))
            .collect(),
        fleeting: done
            .fleeting
            .iter()
            .filter_map(|it| actor(it.alarm, it.calls, None, None))
            .collect(),
        stale: done
            .stale
            .iter()
            .filter_map(|it| actor(it.alarm, 0, None, Some(it.since)))
            .collect(),
        stale_now: done.stale_now,
        longest: done.acknowledging.longest.and_then(|it| {
            Some(LongestView {
                alarm: actor(it.alarm, 0, None, Some(it.called))?,
                took: it.took,
                waits: it.waits,
            })
        }),
    }
}

/// Calls over time, in stretches that are whole periods, hours or days, so that a picture holds them.
fn bars(done: &Performance) -> (Vec<u32>, Micros) {
    let period = hearthline_alarm::performance::PERIOD;
    let step = [period, HOUR, 6 * HOUR, DAY, 7 * DAY]
        .into_iter()
        .find(|step| done.length() / step <= BARS)
        .unwrap_or(7 * DAY);
    let together = (step / period) as usize;
    let bars = done.periods.chunks(together).map(|part| part.iter().sum());
    (bars.collect(), step)
}

fn metric(metric: Metric) -> MetricView {
    let bound = |bound: Bound| BoundView {
        limit: bound.limit,
        below: bound.below,
    };
    MetricView {
        id: metric.id.into(),
        title: metric.title.into(),
        plain: metric.plain.into(),
        unit: match metric.unit {
            Unit::Count => MetricUnit::Count,
            Unit::Share => MetricUnit::Share,
            Unit::Time => MetricUnit::Time,
        },
        value: metric.value,
        acceptable: metric.acceptable.map(bound),
        manageable: metric.manageable.map(bound),
        verdict: match metric.verdict {
            Verdict::Good => VerdictView::Good,
            Verdict::Manageable => VerdictView::Manageable,
            Verdict::Over => VerdictView::Over,
            Verdict::Unjudged => VerdictView::Unjudged,
        },
    }
}
