//! Stock at a line: levels with their reorder points, and how long they last.

use hearthline_history::Error;
use hearthline_insight::{Part, cover, last_part, part_of, used};
use hearthline_model::{HOUR, Kind, MINUTE, Micros, PointId};

use super::Inputs;
use crate::view::{DeviceView, PointView, StockView};

/// The use of the last hour is asked for; less than this of it says nothing.
const LEAST: Micros = 5 * MINUTE;

/// All stock of some devices, by name.
pub fn views(inputs: &Inputs<'_>, devices: &[&DeviceView]) -> Result<Vec<StockView>, Error> {
    let levels: Vec<(&DeviceView, &PointView, &str)> = devices
        .iter()
        .flat_map(|device| device.points.iter().map(move |point| (*device, point)))
        .filter(|(_, point)| point.kind == Kind::Number && is(point, Part::Level))
        // A level of its own is a tank of the machine; in a folder it is a material's.
        .filter_map(|(device, point)| {
            let (folder, _) = last_part(&point.key);
            (!folder.is_empty()).then_some((device, point, folder))
        })
        .collect();
    if levels.is_empty() {
        return Ok(Vec::new());
    }
    let points: Vec<PointId> = levels.iter().map(|(_, point, _)| point.id).collect();
    let history = inputs.reader.query(&points, inputs.now - HOUR, inputs.now, 60)?;
    let mut views: Vec<StockView> = levels
        .iter()
        .zip(&history)
        .map(|((device, point, folder), series)| {
            let sibling =
                |other: &&PointView| is(other, Part::ReorderPoint) && last_part(&other.key).0 == *folder;
            let reorder = device
                .points
                .iter()
                .find(sibling)
                .and_then(|other| inputs.number(other.id));
            let capacity = point.range.map(|(_, high)| high).filter(|high| *high > 0.0);
            let level = inputs.number(point.id);
            // Jitter of a sensor is a few thousandths; a delivery is far more than a hundredth.
            let refill = capacity.or(level).unwrap_or(0.0) * 0.01;
            let known = series.buckets.first().map_or(0, |first| inputs.now - first.from);
            let per_hour = used(
                series.buckets.iter().map(|bucket| bucket.last).chain(level),
                refill,
            )
            .filter(|_| known >= LEAST)
            .map(|used| used / (known as f64 / HOUR as f64));
            StockView {
                point: point.id,
                name: name(folder),
                level,
                capacity,
                unit: point.unit.clone(),
                reorder,
                cover: level
                    .zip(per_hour)
                    .and_then(|(level, per_hour)| cover(level, per_hour)),
            }
        })
        .collect();
    views.sort_by_cached_key(|stock| stock.name.to_lowercase());
    Ok(views)
}

fn is(point: &PointView, part: Part) -> bool {
    part_of(&point.key, &point.name).is_some_and(|(found, _)| found == part)
}

/// The last folder in people's words: `Stock/LabelRolls` is `Label rolls`.
fn name(folder: &str) -> String {
    let mut name = String::new();
    for letter in last_part(folder).1.chars().take(64) {
        let after_small = name.chars().last().is_some_and(char::is_lowercase);
        match letter {
            '_' | '-' => name.push(' '),
            _ if letter.is_uppercase() && after_small => {
                name.push(' ');
                name.extend(letter.to_lowercase());
            }
            _ => name.push(letter),
        }
    }
    name
}
