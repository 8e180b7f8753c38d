//! Power and energy.

use hearthline_model::Value;

use super::device::Device;
use super::topics::{exact, flag_value, number, whole};
use crate::conventions::shelly::draft::{Draft, Sink};

/// Power and energy of a relay, roller or light. Energy comes in watt-minutes and starts anew at each restart.
pub(super) fn meter(
    device: &mut Device,
    part: &'static str,
    channel: &str,
    what: &str,
    levels: &[&str],
    text: &str,
    sink: &mut Sink<'_, '_>,
) -> bool {
    let sub = levels.join("/");
    match what {
        "power" => {
            let value = exact(number(device, &sub, text, sink));
            whole(device, &sub, value, sink, || {
                Draft::number("Power", "W", "power").of_channel(channel)
            });
        }
        "energy" => {
            let value = number(device, &sub, text, sink).map(|n| n / 60.0);
            whole(device, &sub, exact(value), sink, || {
                Draft::number("Energy", "Wh", "energy").of_channel(channel)
            });
        }
        "overpower_value" => {
            let value = exact(number(device, &sub, text, sink));
            whole(device, &sub, value, sink, || {
                Draft::number("Overpower value", "W", "power")
                    .diagnostic()
                    .of_channel(channel)
            });
            let key = format!("{part}/{}.overpower", levels.get(1).copied().unwrap_or("0"));
            if part == "relay" && !device.points.has(&key) {
                device.points.set(sink, device.ix, &key, Value::Bool(true), || {
                    Draft::flag("Overpower", "problem")
                        .diagnostic()
                        .of_channel(channel)
                });
            }
        }
        _ => return false,
    }
    true
}

/// Meters with clamps. Their totals come in watt-hours, what they count since the restart in watt-minutes.
pub(super) fn emeter(device: &mut Device, n: &str, what: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    // Three phases are called as on the box, clamps of a single-phase meter are channels.
    let three = device.is("Shelly 3EM");
    let Some((n, channel)) = device.channel("emeter", if three { "Phase" } else { "Channel" }, n) else {
        return false;
    };
    let channel = match (three, n) {
        (true, 0..=2) => format!("Phase {}", ["A", "B", "C"][usize::from(n)]),
        _ => channel,
    };
    let draft = match what {
        "power" => Draft::number("Power", "W", "power"),
        "reactive_power" => Draft::number("Reactive power", "var", "reactive_power"),
        "apparent_power" => Draft::number("Apparent power", "VA", "apparent_power"),
        "pf" => Draft::number("Power factor", "%", "power_factor"),
        "current" => Draft::number("Current", "A", "current"),
        "voltage" => Draft::number("Voltage", "V", "voltage"),
        "total" => Draft::number("Energy", "Wh", "energy"),
        "total_returned" => Draft::number("Returned energy", "Wh", "energy"),
        "energy" => Draft::number("Energy since restart", "Wh", "energy").diagnostic(),
        "returned_energy" => Draft::number("Returned energy since restart", "Wh", "energy").diagnostic(),
        _ => return false,
    };
    let sub = format!("emeter/{n}/{what}");
    let value = number(device, &sub, text, sink).map(|n| match what {
        "energy" | "returned_energy" => n / 60.0,
        "pf" => n * 100.0,
        _ => n,
    });
    whole(device, &sub, exact(value), sink, || draft.of_channel(&channel));
    true
}

/// The neutral conductor of a three-phase meter.
pub(super) fn neutral(device: &mut Device, what: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let sub = format!("emeter_n/{what}");
    let draft = match what {
        "current" => Draft::number("Neutral current", "A", "current"),
        "ixsum" => Draft::number("Sum of phase currents", "A", "current"),
        "mismatch" => {
            let value = flag_value(text);
            whole(device, &sub, value, sink, || {
                Draft::flag("Neutral mismatch", "problem").diagnostic()
            });
            return true;
        }
        _ => return false,
    };
    let value = exact(number(device, &sub, text, sink));
    whole(device, &sub, value, sink, || draft);
    true
}
