//! Whose a topic is.

use super::{telemetry, vin};
use crate::Message;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `TeslaMate`.
    Tesla,
    /// The Open Vehicle Monitoring System.
    Ovms,
    /// A `WiCAN` adapter at the car's diagnostic port.
    Wican,
    /// A bridge that names the car by its identification number.
    Vin,
    /// JSON of a route planner.
    Telemetry,
}

/// A car's topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Who speaks.
    pub(super) family: Family,
    /// The part that is the same in all topics of the car.
    pub(super) base: &'a str,
    /// The car's own level.
    pub(super) id: &'a str,
    /// What stands behind the base; empty for none.
    pub(super) field: &'a str,
}

/// The car of a message's topic.
pub(super) fn find<'a>(message: &Message<'a>) -> Option<Found<'a>> {
    let topic = message.topic;
    // No car's topic is deeper, and work is bounded by what is looked at.
    let levels: Vec<&str> = topic.splitn(17, '/').collect();
    let at = |family, depth: usize| {
        let length = levels
            .get(..=depth)?
            .iter()
            .map(|level| level.len() + 1)
            .sum::<usize>()
            - 1;
        let id = *levels.get(depth)?;
        let field = topic.get(length..)?.trim_start_matches('/');
        (!id.is_empty()).then_some(Found {
            family,
            base: &topic[..length],
            id,
            field,
        })
    };
    let with_field = |found: &Found<'_>| !found.field.is_empty();
    match *levels.first()? {
        "teslamate" if levels.get(1) == Some(&"cars") => return at(Family::Tesla, 2).filter(with_field),
        "teslamate" if levels.get(2) == Some(&"cars") => return at(Family::Tesla, 3).filter(with_field),
        "ovms"
            if levels
                .get(3)
                .is_some_and(|sub| ["metric", "notify", "event", "client"].contains(sub)) =>
        {
            return at(Family::Ovms, 2);
        }
        "wican" => return at(Family::Wican, 1).filter(with_field),
        _ => {}
    }
    if let Some(depth) = levels.iter().take(8).position(|level| vin::is_vin(level)) {
        return at(Family::Vin, depth);
    }
    telemetry::speaks(message.payload).then_some(Found {
        family: Family::Telemetry,
        base: topic,
        id: telemetry::own_level(topic),
        field: "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cars_are_found_by_their_topics() {
        let of = |topic| {
            find(&Message {
                topic,
                payload: b"1",
                retain: false,
                at: 0,
            })
            .map(|found| (found.family, found.base, found.id, found.field))
        };
        let tesla = Family::Tesla;
        for (topic, want) in [
            (
                "teslamate/cars/1/speed",
                Some((tesla, "teslamate/cars/1", "1", "speed")),
            ),
            (
                "teslamate/home/cars/2/state",
                Some((tesla, "teslamate/home/cars/2", "2", "state")),
            ),
            ("teslamate/cars/1", None),
            ("teslamate/x", None),
            (
                "ovms/jane/EV88631/metric/v/b/soc",
                Some((Family::Ovms, "ovms/jane/EV88631", "EV88631", "metric/v/b/soc")),
            ),
            ("ovms/jane/EV88631", None),
            (
                "wican/a1b2/status",
                Some((Family::Wican, "wican/a1b2", "a1b2", "status")),
            ),
            (
                "weconnect/0/vehicles/WVWZZZE1ZMP000001/charging/soc",
                Some((
                    Family::Vin,
                    "weconnect/0/vehicles/WVWZZZE1ZMP000001",
                    "WVWZZZE1ZMP000001",
                    "charging/soc",
                )),
            ),
            ("garage/door", None),
        ] {
            assert_eq!(of(topic), want, "{topic}");
        }
    }
}
