//! One line, put together.

use hearthline_history::Error;
use hearthline_insight::{MachineState, Part, Production, Shift, Stop, Stretch, losses, oee, stops, times};
use hearthline_model::{PlaceId, PointId};
use rustc_hash::FxHashMap;

use super::counts::Minutes;
use super::machine::{Machine, constraint, find, machines, shown};
use super::states::{Reasons, cut_silence, line};
use super::{Inputs, path, stock};
use crate::view::{
    AlarmView, DeviceView, LineView, LossView, MachineView, OeeView, PlaceView, StateStretch, StopView,
};

/// Stops that a line shows; the longest ones.
const MOST_STOPS: usize = 200;

/// None for a line without machines.
pub fn view(
    inputs: &Inputs<'_>,
    place: &PlaceView,
    shift: Shift,
    previous: Option<Shift>,
) -> Result<Option<LineView>, Error> {
    let devices: Vec<&DeviceView> = inputs
        .devices
        .iter()
        .copied()
        .filter(|device| device.place.is_some_and(|at| is_in(inputs.places, at, place.id)))
        .collect();
    let machines = machines(&devices, inputs);
    let Some(leader) = constraint(&machines) else {
        return Ok(None);
    };
    let (from, now) = (shift.from, inputs.now);
    // What the constraint says beside its counters tells whether it was heard at all.
    let mut points: Vec<PointId> = machines
        .iter()
        .flat_map(Machine::counters)
        .chain(leader.signs_of_life())
        .collect();
    points.sort_unstable();
    points.dedup();
    let minutes = Minutes::read(inputs.reader, &points, from, now)?;
    let mut counted = FxHashMap::default();
    for machine in &machines {
        for point in machine.counters() {
            if let Some(pieces) = minutes.counted(inputs.reader, point, machine.device.online)? {
                counted.insert(point, pieces);
            }
        }
    }
    let counted = |point: PointId| counted.get(&point).copied();

    let mut views = Vec::with_capacity(machines.len());
    let mut all_stops = Vec::new();
    let (mut leader_states, mut leader_stops) = (Vec::new(), Vec::new());
    for machine in &machines {
        let leads = machine.device.id == leader.device.id;
        let mut reasons = Reasons::default();
        if leads {
            reasons = Reasons::read(inputs, machine, from, now)?;
        }
        let mut states = line(inputs, machine, from, now, &reasons)?;
        if leads {
            states = cut_silence(states, machine, &minutes, from, now);
        } else if states.iter().any(|stretch| stretch.state == MachineState::Fault) {
            reasons = Reasons::read(inputs, machine, from, now)?;
        }
        views.push(machine_view(inputs, machine, &states, machine.pieces(&counted)));
        // Stops of the constraint cost the line; of the others only faults are told, as where those may come from.
        let rate = machine.ideal_rate.filter(|_| leads);
        let mut own = stops(&states, rate, |stretch| reasons.during(stretch.from, stretch.to));
        own.retain(|stop| leads || stop.state == MachineState::Fault);
        all_stops.extend(own.iter().map(|stop| stop_view(machine, stop)));
        if leads {
            (leader_states, leader_stops) = (states, own);
        }
    }
    all_stops.sort_by_key(|stop| (std::cmp::Reverse(stop.duration), stop.from, stop.device));
    all_stops.truncate(MOST_STOPS);

    let (good, rejected) = leader.pieces(&counted);
    let now_oee = oee_view(&leader_states, leader.ideal_rate, good, rejected);
    let previous_oee = match previous {
        Some(previous) => of_shift(inputs, leader, previous)?,
        None => None,
    };
    let end = machines
        .iter()
        .rev()
        .find(|machine| machine.counters().next().is_some());
    Ok(Some(LineView {
        place: place.id,
        name: place.name.clone(),
        path: path(inputs.places, place),
        shift_name: shift.name.into(),
        shift_from: from,
        shift_to: shift.to,
        state: shown(leader.now(inputs).0),
        machines: views,
        losses: loss_views(&leader_stops, &now_oee, leader.ideal_rate),
        oee: now_oee,
        previous_oee,
        constraint: Some(leader.device.id),
        target: devices
            .iter()
            .find_map(|device| inputs.number(find(device, Part::Target)?.id)),
        made: end.and_then(|machine| machine.pieces(&counted).0),
        timeline: leader_states.iter().map(stretch_view).collect(),
        stops: all_stops,
        stock: stock::views(inputs, &devices)?,
        alarms: counts_of(&devices, inputs.alarms),
    }))
}

fn machine_view(
    inputs: &Inputs<'_>,
    machine: &Machine<'_>,
    states: &[Stretch],
    (made, rejected): (Option<f64>, Option<f64>),
) -> MachineView {
    let device = machine.device;
    let (state, reason) = machine.now(inputs);
    let last = states
        .last()
        .filter(|last| last.state.with_reason(&reason) == state);
    let latest = machine.state.and_then(inputs.latest).map(|latest| latest.at);
    // A state older than the shift began when it was last told.
    let begun = states.first().map(|first| first.from);
    let state_since = match (last, latest) {
        (Some(last), Some(at)) if Some(last.from) == begun => at.min(last.from),
        (Some(last), _) => last.from,
        (None, Some(at)) if device.online => at,
        _ => device.last_seen,
    };
    MachineView {
        device: device.id,
        name: device.name.clone(),
        state: shown(state),
        state_since,
        reason,
        value: machine.value,
        rate: machine.rate,
        good: machine.good.or(machine.total),
        reject: machine.reject,
        state_point: machine.state,
        made,
        rejected,
        alarm: most_urgent(inputs.alarms.iter().filter(|alarm| alarm.device == device.id))
            .map(|alarm| alarm.id),
        online: device.online,
        stopped_for: times(states).stopped,
    }
}

fn oee_view(
    states: &[Stretch],
    ideal_rate: Option<f64>,
    good: Option<f64>,
    rejected: Option<f64>,
) -> OeeView {
    let times = times(states);
    let oee = oee(&Production {
        planned: times.planned(),
        running: times.running,
        ideal_rate,
        good,
        rejected,
    });
    OeeView {
        oee: oee.oee,
        availability: oee.availability,
        performance: oee.performance,
        quality: oee.quality,
        good,
        rejected,
        planned: times.planned(),
        running: times.running,
        unknown: times.unknown,
        performance_suspect: oee.performance_suspect,
    }
}

/// OEE of a shift that is over.
fn of_shift(inputs: &Inputs<'_>, leader: &Machine<'_>, shift: Shift) -> Result<Option<f64>, Error> {
    let points: Vec<PointId> = leader.signs_of_life().collect();
    let minutes = Minutes::read(inputs.reader, &points, shift.from, shift.to)?;
    let mut counted = FxHashMap::default();
    for point in leader.counters() {
        if let Some(pieces) = minutes.counted(inputs.reader, point, true)? {
            counted.insert(point, pieces);
        }
    }
    let (good, rejected) = leader.pieces(&|point| counted.get(&point).copied());
    let states = line(inputs, leader, shift.from, shift.to, &Reasons::default())?;
    let states = cut_silence(states, leader, &minutes, shift.from, shift.to);
    Ok(oee_view(&states, leader.ideal_rate, good, rejected).oee)
}

fn loss_views(stops: &[Stop], oee: &OeeView, ideal_rate: Option<f64>) -> Vec<LossView> {
    let made = oee.good.map(|good| good + oee.rejected.unwrap_or(0.0));
    losses(stops, oee.running, made, oee.rejected, ideal_rate)
        .into_iter()
        .map(|loss| LossView {
            name: loss.name,
            state: shown(loss.state),
            duration: loss.duration,
        })
        .collect()
}

fn stop_view(machine: &Machine<'_>, stop: &Stop) -> StopView {
    StopView {
        device: machine.device.id,
        machine: machine.device.name.clone(),
        state: shown(stop.state),
        from: stop.from,
        to: (!stop.lasts).then_some(stop.to),
        duration: stop.to - stop.from,
        lost: stop.lost,
        reason: stop.reason.clone(),
    }
}

fn stretch_view(stretch: &Stretch) -> StateStretch {
    StateStretch {
        from: stretch.from,
        to: stretch.to,
        state: shown(stretch.state),
    }
}

/// Alarms with a true condition or latched, by priority.
fn counts_of(devices: &[&DeviceView], alarms: &[AlarmView]) -> [u32; 5] {
    let mut counts = [0; 5];
    let true_ones = alarms
        .iter()
        .filter(|alarm| alarm.state.is_active())
        .filter(|alarm| devices.iter().any(|device| device.id == alarm.device));
    for alarm in true_ones {
        counts[alarm.priority as usize] += 1;
    }
    counts
}

fn most_urgent<'a>(alarms: impl Iterator<Item = &'a AlarmView>) -> Option<&'a AlarmView> {
    alarms.min_by_key(|alarm| {
        let newest = std::cmp::Reverse(alarm.raised_at);
        (!alarm.state.waits(), alarm.priority, newest)
    })
}

/// Whether a place is another one or lies in it.
fn is_in(places: &[PlaceView], mut at: PlaceId, line: PlaceId) -> bool {
    for _ in 0..16 {
        if at == line {
            return true;
        }
        let Some(parent) = places
            .iter()
            .find(|place| place.id == at)
            .and_then(|place| place.parent)
        else {
            return false;
        };
        at = parent;
    }
    false
}
