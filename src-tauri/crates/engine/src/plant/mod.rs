//! Lines of the plant as the window shows them: machines in flow order, OEE, stops, losses, stock.
//!
//! Nothing is kept here: every answer is made anew from what devices and points there are, their latest values, and the
//! history. The arithmetic is that of the `insight` crate; which point of a machine is which goes by its name there.
//!
//! *Invariants.* What is not known is none or "unknown", never 0 and never a stop.

mod counts;
mod line;
mod machine;
mod states;
mod stock;
#[cfg(test)]
mod tests;

use hearthline_history::{Error, Reader};
use hearthline_insight::shift_at;
use hearthline_model::{Micros, PlaceKind, PointId, Quality, Realm, Value};
use jiff::tz::TimeZone;

pub use crate::live::Latest;
use crate::view::{AlarmView, DeviceView, LineView, PlaceView};

/// What there is to look at.
pub struct Inputs<'a> {
    /// All places.
    pub places: &'a [PlaceView],
    /// All devices, with their points.
    pub devices: &'a [&'a DeviceView],
    /// The latest value of a point.
    pub latest: &'a dyn Fn(PointId) -> Option<Latest>,
    /// All alarms that are not normal.
    pub alarms: &'a [AlarmView],
    /// The history.
    pub reader: &'a Reader,
    /// Now.
    pub now: Micros,
}

/// All lines with at least one machine, in the order of their places, in the present shift by local time.
///
/// # Errors
/// Where the history refuses.
pub fn lines(inputs: &Inputs<'_>) -> Result<Vec<LineView>, Error> {
    lines_in(inputs, &TimeZone::system())
}

/// [`lines`] in a given time zone.
///
/// # Errors
/// Where the history refuses.
pub fn lines_in(inputs: &Inputs<'_>, zone: &TimeZone) -> Result<Vec<LineView>, Error> {
    let Some(shift) = shift_at(inputs.now, zone) else {
        return Ok(Vec::new()); // a clock beyond every calendar
    };
    let previous = shift.previous(zone);
    let mut places: Vec<&PlaceView> = inputs
        .places
        .iter()
        .filter(|place| place.realm == Realm::Plant && place.kind == PlaceKind::Line)
        .collect();
    places.sort_by_cached_key(|place| {
        (
            path(inputs.places, place),
            place.position,
            place.name.to_lowercase(),
        )
    });
    let mut lines = Vec::new();
    for place in places {
        lines.extend(line::view(inputs, place, shift, previous)?);
    }
    Ok(lines)
}

impl Inputs<'_> {
    /// The latest value of a point where it can be believed.
    fn value(&self, point: PointId) -> Option<Value> {
        (self.latest)(point)
            .filter(|latest| latest.quality != Quality::Bad && !latest.value.is_null())
            .map(|latest| latest.value)
    }

    fn number(&self, point: PointId) -> Option<f64> {
        self.value(point)?.as_f64().filter(|number| number.is_finite())
    }

    fn text(&self, point: PointId) -> String {
        match self.value(point) {
            Some(Value::Text(text)) => text.trim().chars().take(120).collect(),
            _ => String::new(),
        }
    }
}

/// Names of the places around one, from the outside in.
fn path(places: &[PlaceView], place: &PlaceView) -> String {
    let mut names = Vec::new();
    let mut above = place.parent;
    // A tree is not so deep; a wrong one may go round.
    while let Some(id) = above.filter(|_| names.len() < 16) {
        let Some(parent) = places.iter().find(|place| place.id == id) else {
            break;
        };
        names.push(parent.name.as_str());
        above = parent.parent;
    }
    names.reverse();
    names.join(" › ")
}
