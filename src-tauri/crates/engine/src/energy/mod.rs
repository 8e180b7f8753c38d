//! Energy of the home at a glance: use, roof, standby, and today by the hour.
//!
//! The house is read at its meter where there is one, otherwise as the sum of everything that measures its own power.
//! Which point is which goes by names, because discovery has no word for it. A meter at the grid's door sees use less
//! what the roof gives; a meter of the house sees the use itself.

mod sources;
#[cfg(test)]
mod tests;

use hearthline_history::Error;
use hearthline_insight::{Step, by_bounds, from_counter, from_power, hours_of_day, standby};
use hearthline_model::{DAY, HOUR, MINUTE, Micros, PointId, Quality};
use jiff::tz::TimeZone;

use crate::plant::Inputs;
use crate::view::{EnergyHour, EnergyView};
use sources::{Gauge, House, Sources, sources};

/// Length of the stretches whose lowest mean is the standby.
const STANDBY: Micros = 5 * MINUTE;

/// Energy of the home, today by local time.
///
/// # Errors
/// Where the history refuses.
pub fn energy(inputs: &Inputs<'_>, price_per_kwh: Option<f64>) -> Result<EnergyView, Error> {
    energy_in(inputs, price_per_kwh, &TimeZone::system())
}

/// [`energy`] in a given time zone.
///
/// # Errors
/// Where the history refuses.
pub fn energy_in(
    inputs: &Inputs<'_>,
    price_per_kwh: Option<f64>,
    zone: &TimeZone,
) -> Result<EnergyView, Error> {
    let sources = sources(inputs.devices);
    let solar = now(inputs, &sources.solar_power);
    let mut view = EnergyView {
        power: used_now(inputs, &sources, solar),
        solar,
        standby: None,
        today: None,
        solar_share: None,
        cost: None,
        hours: Vec::new(),
        points: sources.points(),
    };
    let Some((hours, _)) = hours_of_day(inputs.now, zone).filter(|_| !view.points.is_empty()) else {
        return Ok(view);
    };
    view.standby = lowest(inputs, &sources)?;
    let mut bounds: Vec<Micros> = hours
        .iter()
        .map(|(at, _)| *at)
        .filter(|at| *at < inputs.now)
        .collect();
    let hours = &hours[..bounds.len()];
    bounds.push(inputs.now);
    let Some(used) = by_hour(inputs, &sources, &bounds)? else {
        return Ok(view);
    };
    for ((_, hour), (used, solar)) in hours.iter().zip(used) {
        match view.hours.last_mut() {
            // The hour that a day of change has twice.
            Some(last) if last.hour == *hour => {
                last.used += used;
                last.solar += solar;
            }
            _ => view.hours.push(EnergyHour {
                hour: *hour,
                used,
                solar,
            }),
        }
    }
    let today: f64 = view.hours.iter().map(|hour| hour.used).sum();
    let covered: f64 = view
        .hours
        .iter()
        .map(|hour| hour.solar.clamp(0.0, hour.used))
        .sum();
    view.today = Some(today);
    view.solar_share = (today > 0.0 && sources.has_solar()).then(|| covered / today);
    view.cost = price_per_kwh
        .filter(|price| price.is_finite())
        .map(|price| price * (today - covered));
    Ok(view)
}

/// Watts of some points now; none where none of them is known.
fn now(inputs: &Inputs<'_>, gauges: &[Gauge]) -> Option<f64> {
    gauges
        .iter()
        .filter_map(|gauge| {
            let latest = (inputs.latest)(gauge.point)?;
            let known = matches!(latest.quality, Quality::Good | Quality::Uncertain);
            latest
                .value
                .as_f64()
                .filter(|it| known && it.is_finite())
                .map(|it| it * gauge.scale)
        })
        .reduce(|sum, watts| sum + watts)
}

fn used_now(inputs: &Inputs<'_>, sources: &Sources, solar: Option<f64>) -> Option<f64> {
    let metered = now(inputs, &sources.power)?;
    Some(match sources.house {
        House::Grid => (metered + solar.unwrap_or(0.0)).max(0.0),
        House::Meter | House::Sum => metered,
    })
}

/// kWh used and from the roof, in each hour; none where nothing is known of the use.
fn by_hour(
    inputs: &Inputs<'_>,
    sources: &Sources,
    bounds: &[Micros],
) -> Result<Option<Vec<(f64, f64)>>, Error> {
    let solar = match steps(inputs, &sources.solar_energy, &sources.solar_power, bounds)? {
        Some(steps) => by_bounds(&steps, bounds),
        None => vec![0.0; bounds.len() - 1],
    };
    // A counter at the grid's door leaves out what the house took from the roof; its power may go below 0 and tells it.
    let counters = match sources.house {
        House::Grid if !sources.power.is_empty() => &[][..],
        _ => &sources.energy[..],
    };
    let Some(metered) = steps(inputs, counters, &sources.power, bounds)? else {
        return Ok(None);
    };
    let metered = by_bounds(&metered, bounds);
    Ok(Some(
        metered
            .into_iter()
            .zip(solar)
            .map(|(metered, solar)| match sources.house {
                House::Grid => ((metered + solar).max(0.0), solar),
                House::Meter | House::Sum => (metered.max(0.0), solar),
            })
            .collect(),
    ))
}

/// Steps of power today: of each device from its counter where it has one, otherwise from its power. None where history
/// knows nothing.
fn steps(
    inputs: &Inputs<'_>,
    counters: &[Gauge],
    power: &[Gauge],
    bounds: &[Micros],
) -> Result<Option<Vec<Step>>, Error> {
    let (Some(&from), Some(&to)) = (bounds.first(), bounds.last()) else {
        return Ok(None);
    };
    let uncounted = power
        .iter()
        .filter(|gauge| counters.iter().all(|counter| counter.device != gauge.device));
    let gauges: Vec<(&Gauge, bool)> = counters
        .iter()
        .map(|gauge| (gauge, true))
        .chain(uncounted.map(|gauge| (gauge, false)))
        .collect();
    let points: Vec<PointId> = gauges.iter().map(|(gauge, _)| gauge.point).collect();
    let minutes = usize::try_from((to - from) / MINUTE).unwrap_or(0).max(1);
    let series = inputs.reader.query(&points, from, to, minutes)?;
    let mut all = Vec::new();
    for ((gauge, counts), series) in gauges.into_iter().zip(&series) {
        let before = before(inputs, gauge, from)?.map(|value| (from, value));
        let readings = series.buckets.iter().map(|bucket| {
            if counts {
                (bucket.last_at, bucket.last * gauge.scale)
            } else {
                (bucket.from, bucket.mean * gauge.scale)
            }
        });
        let readings: Vec<_> = before.into_iter().chain(readings).collect();
        all.extend(if counts {
            from_counter(&readings)
        } else {
            from_power(&readings, to)
        });
    }
    Ok((!all.is_empty()).then_some(all))
}

/// What a gauge held at a moment.
fn before(inputs: &Inputs<'_>, gauge: &Gauge, at: Micros) -> Result<Option<f64>, Error> {
    let runs = inputs.reader.states(gauge.point, at, at.saturating_add(1), 1)?;
    Ok(runs
        .first()
        .filter(|run| matches!(run.quality, Quality::Good | Quality::Uncertain))
        .and_then(|run| run.value.as_f64())
        .filter(|value| value.is_finite())
        .map(|value| value * gauge.scale))
}

/// Watts that were never undershot in the last day.
fn lowest(inputs: &Inputs<'_>, sources: &Sources) -> Result<Option<f64>, Error> {
    let mut gauges = sources.power.clone();
    if sources.house == House::Grid {
        gauges.extend(sources.solar_power.iter().copied());
    }
    if sources.power.is_empty() {
        return Ok(None);
    }
    let from = inputs.now - DAY;
    let slots = (DAY / STANDBY) as usize;
    let points: Vec<PointId> = gauges.iter().map(|gauge| gauge.point).collect();
    let series = inputs.reader.query(&points, from, inputs.now, slots)?;
    let bounds: Vec<Micros> = (0..=slots as i64).map(|slot| from + slot * STANDBY).collect();
    let mut means: Vec<Option<f64>> = vec![None; slots];
    for (gauge, series) in gauges.iter().zip(&series) {
        let readings: Vec<_> = series
            .buckets
            .iter()
            .map(|bucket| (bucket.from, bucket.mean * gauge.scale))
            .collect();
        let steps = from_power(&readings, inputs.now);
        let kwh = by_bounds(&steps, &bounds);
        // The same of 1 kW is how many hours of each stretch are known.
        let known: Vec<Step> = steps
            .iter()
            .map(|step| Step {
                watts: 1_000.0,
                ..*step
            })
            .collect();
        let hours = by_bounds(&known, &bounds);
        let whole = STANDBY as f64 / HOUR as f64;
        for ((mean, kwh), hours) in means.iter_mut().zip(kwh).zip(hours) {
            if hours > 0.8 * whole {
                *mean.get_or_insert(0.0) += kwh * 1_000.0 / hours;
            }
        }
    }
    Ok(standby(&means).map(|watts| watts.max(0.0)))
}
