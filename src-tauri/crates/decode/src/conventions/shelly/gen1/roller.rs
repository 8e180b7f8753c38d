//! Covers: which way they move, where they stand.

use hearthline_model::{Kind, Role, Value};

use super::device::Device;
use super::meters::meter;
use super::topics::{number, whole};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::Form;

/// What is remembered of a cover.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roller {
    moving: Option<Moving>,
    position: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moving {
    Opening,
    Closing,
    Stopped,
}

const STATES: &[&str] = &["open", "opening", "closed", "closing", "stopped"];

/// Reads a topic; false where this file does not know it.
pub(super) fn read(device: &mut Device, levels: &[&str], text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let [_, n, ref rest @ ..] = *levels else {
        return false;
    };
    let Some((n, channel)) = device.channel("roller", "Cover", n) else {
        return false;
    };
    let slot = usize::from(n);
    if slot >= device.rollers.len() {
        return false;
    }
    match rest {
        [] => {
            let moving = match text {
                "open" | "opening" => Moving::Opening,
                "close" | "closing" => Moving::Closing,
                "stop" | "stopped" => Moving::Stopped,
                _ => return false,
            };
            device.rollers[slot].moving = Some(moving);
            state(device, n, &channel, sink);
        }
        ["pos"] => {
            let sub = format!("roller/{n}/pos");
            // -1: not calibrated.
            let position = number(device, &sub, text, sink).filter(|p| (0.0..=100.0).contains(p));
            device.rollers[slot].position = position;
            let write = device.write(
                &format!("roller/{n}/command/pos"),
                Form::Number {
                    member: "",
                    range: (0.0, 100.0),
                    whole: true,
                },
            );
            let entity = format!("roller/{n}");
            whole(device, &sub, super::topics::exact(position), sink, || {
                Draft::number("Position", "%", "")
                    .part("cover", &entity, Role::Position)
                    .range(0.0, 100.0)
                    .of_channel(&channel)
                    .writable(write, &[])
            });
            if device.rollers[slot].moving == Some(Moving::Stopped) {
                state(device, n, &channel, sink);
            }
        }
        ["stop_reason"] => {
            let value = Value::text(crate::decoder::shortened(text, 40));
            whole(device, &format!("roller/{n}/stop_reason"), value, sink, || {
                Draft::choice(
                    "Stop reason",
                    &["normal", "safety_switch", "obstacle", "overpower"],
                )
                .diagnostic()
                .of_channel(&channel)
            });
        }
        [what @ ("power" | "energy")] => return meter(device, "roller", &channel, what, levels, text, sink),
        _ => return false,
    }
    true
}

fn state(device: &mut Device, n: u8, channel: &str, sink: &mut Sink<'_, '_>) {
    let roller = device.rollers[usize::from(n)];
    // "stop" alone does not tell whether it stands open.
    let state = match (roller.moving, roller.position) {
        (None, _) => return,
        (Some(Moving::Opening), _) => "opening",
        (Some(Moving::Closing), _) => "closing",
        (Some(Moving::Stopped), None) => "stopped",
        (Some(Moving::Stopped), Some(position)) if position <= 0.0 => "closed",
        (Some(Moving::Stopped), Some(_)) => "open",
    };
    let sub = format!("roller/{n}");
    let words = vec![
        ("open".to_owned(), "open".into()),
        ("close".to_owned(), "close".into()),
        ("stop".to_owned(), "stop".into()),
    ];
    let write = device.write(&format!("{sub}/command"), Form::Choice("", words));
    let name = channel.to_owned();
    whole(device, &sub, Value::text(state), sink, || {
        Draft::choice(name, STATES)
            .part("cover", &sub, Role::OpenClose)
            .writable(write, &["open", "close", "stop"])
    });
    let calibrate = format!("roller/{n}.calibrate");
    if !device.points.has(&calibrate) {
        let write = device.write(&format!("{sub}/command"), Form::Word("rc"));
        device.points.describe(sink, device.ix, &calibrate, || {
            Draft::new("Calibrate", Kind::Action)
                .part("button", &calibrate, Role::Press)
                .config()
                .of_channel(channel)
                .writable(write, &[])
        });
    }
}
