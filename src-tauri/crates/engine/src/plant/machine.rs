//! The machines of a line: which of a device's points is which.

use hearthline_insight::{MachineState, Part, part_of};
use hearthline_model::{Category, Kind, PointId};

use super::Inputs;
use crate::view::{self, DeviceView, PointView};

/// A device with a state or counters.
pub struct Machine<'a> {
    /// The device.
    pub device: &'a DeviceView,
    /// State.
    pub state: Option<PointId>,
    /// Reason of the state.
    pub reason: Option<PointId>,
    /// Pieces a minute now.
    pub rate: Option<PointId>,
    /// Counter of good pieces.
    pub good: Option<PointId>,
    /// Counter of all pieces, where there is none of the good ones.
    pub total: Option<PointId>,
    /// Counter of rejects.
    pub reject: Option<PointId>,
    /// The point to show big.
    pub value: Option<PointId>,
    /// Pieces a minute at best.
    pub ideal_rate: Option<f64>,
    /// Its place in the flow.
    position: Option<f64>,
    /// It says of itself that it sets the pace.
    constraint: bool,
}

impl<'a> Machine<'a> {
    /// None for a device that is no machine.
    pub fn of(device: &'a DeviceView, inputs: &Inputs<'_>) -> Option<Self> {
        let find = |part| find(device, part);
        let id = |point: Option<&PointView>| point.map(|point| point.id);
        let state = find(Part::State)
            .filter(|point| matches!(point.kind, Kind::Text | Kind::Enum | Kind::Number | Kind::Bool));
        let (good, total, reject) = (find(Part::Good), find(Part::Total), find(Part::Reject));
        if state.is_none() && good.is_none() && total.is_none() {
            return None;
        }
        let ideal_rate = find(Part::IdealRate).and_then(|point| {
            let rate = inputs.number(point.id)? * per_minute(point.unit.as_deref());
            (rate > 0.0).then_some(rate)
        });
        let rate = id(find(Part::Rate));
        let analog = device.points.iter().find(|point| {
            point.kind == Kind::Number
                && point.range.is_some()
                && !point.writable
                && !point.hidden
                && point.category == Category::Primary
                && part_of(&point.key, &point.name).is_none()
        });
        let position = find(Part::Position).and_then(|point| inputs.number(point.id));
        let constraint = find(Part::Constraint).and_then(|point| inputs.value(point.id)?.as_bool());
        Some(Self {
            device,
            state: id(state),
            reason: id(find(Part::Reason)),
            rate,
            good: id(good),
            total: id(total),
            reject: id(reject),
            value: id(analog).or(rate),
            ideal_rate,
            position: device.position.map(f64::from).or(position),
            constraint: constraint == Some(true),
        })
    }

    /// Its counters.
    pub fn counters(&self) -> impl Iterator<Item = PointId> {
        [self.good, self.total, self.reject].into_iter().flatten()
    }

    /// What it says all the time while it runs: counters, rate and its telling value.
    pub fn signs_of_life(&self) -> impl Iterator<Item = PointId> {
        self.counters()
            .chain(self.rate)
            .chain(self.value.filter(|value| self.rate != Some(*value)))
    }

    /// Good pieces and rejects, from what its counters counted. Without a counter of rejects all are taken as made, and
    /// how many of them are good stays open.
    pub fn pieces(&self, counted: &dyn Fn(PointId) -> Option<f64>) -> (Option<f64>, Option<f64>) {
        let of = |point: Option<PointId>| point.and_then(counted);
        let rejected = of(self.reject);
        let good = match self.good {
            Some(good) => counted(good),
            None if self.reject.is_some() => of(self.total)
                .zip(rejected)
                .map(|(all, bad)| (all - bad).max(0.0)),
            None => of(self.total),
        };
        (good, rejected)
    }

    /// Its state now, with the reason it gives.
    pub fn now(&self, inputs: &Inputs<'_>) -> (MachineState, String) {
        let reason = self.reason.map_or_else(String::new, |point| inputs.text(point));
        let state = match self.state {
            Some(point) if self.device.online => inputs
                .value(point)
                .map_or(MachineState::Unknown, |value| MachineState::of(&value)),
            _ => MachineState::Unknown,
        };
        let state = state.with_reason(&reason);
        let reason = if state.is_stop() || state == MachineState::Off {
            reason
        } else {
            String::new()
        };
        (state, reason)
    }
}

/// The machines among devices, in flow order: by position, those without one last, then by name.
pub fn machines<'a>(devices: &[&'a DeviceView], inputs: &Inputs<'_>) -> Vec<Machine<'a>> {
    let mut machines: Vec<Machine<'a>> = devices
        .iter()
        .filter_map(|device| Machine::of(device, inputs))
        .collect();
    machines.sort_by(|one, other| {
        let position = |machine: &Machine<'_>| machine.position.unwrap_or(f64::INFINITY);
        position(one)
            .total_cmp(&position(other))
            .then_with(|| {
                one.device
                    .name
                    .to_lowercase()
                    .cmp(&other.device.name.to_lowercase())
            })
            .then_with(|| one.device.id.cmp(&other.device.id))
    });
    machines
}

/// The machine that sets the pace: the one that says so, else the slowest at best, else the last.
pub fn constraint<'m, 'a>(machines: &'m [Machine<'a>]) -> Option<&'m Machine<'a>> {
    let slowest = machines
        .iter()
        .filter_map(|machine| Some((machine.ideal_rate?, machine)))
        .min_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, machine)| machine);
    machines
        .iter()
        .find(|machine| machine.constraint)
        .or(slowest)
        .or(machines.last())
}

/// The point of a device that plays a part; of several the one with the most telling name.
pub fn find(device: &DeviceView, wanted: Part) -> Option<&PointView> {
    device
        .points
        .iter()
        .filter(|point| !point.writable || !matches!(wanted, Part::Rate | Part::State))
        .filter_map(|point| {
            let (part, rank) = part_of(&point.key, &point.name)?;
            (part == wanted).then_some((rank, point))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, point)| point)
}

/// What turns a rate of this unit into pieces a minute; a unit without a time is one.
fn per_minute(unit: Option<&str>) -> f64 {
    let unit = unit.unwrap_or_default().to_lowercase();
    let time = unit
        .rsplit_once(['/'])
        .map_or(unit.as_str(), |(_, time)| time)
        .trim();
    match time {
        "h" | "hr" | "hour" | "h-1" | "bph" | "pph" => 1.0 / 60.0,
        "s" | "sec" | "second" | "s-1" | "hz" => 60.0,
        _ => 1.0,
    }
}

/// The state in the window's words.
pub fn shown(state: MachineState) -> view::MachineState {
    match state {
        MachineState::Running => view::MachineState::Running,
        MachineState::Starved => view::MachineState::Starved,
        MachineState::Blocked => view::MachineState::Blocked,
        MachineState::Changeover => view::MachineState::Changeover,
        MachineState::Fault => view::MachineState::Fault,
        MachineState::Stopped => view::MachineState::Stopped,
        MachineState::Off => view::MachineState::Off,
        MachineState::Unknown => view::MachineState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_by_the_hour_and_second() {
        assert_eq!(per_minute(Some("/min")), 1.0);
        assert_eq!(per_minute(Some("pcs/h")) * 60.0, 1.0);
        assert_eq!(per_minute(Some("1/s")), 60.0);
        assert_eq!(per_minute(None), 1.0);
    }
}
