//! Where a shutter is and which way it goes.

use hearthline_model::Value;

use super::config::get;
use super::device::Device;
use super::entities;
use super::read::number;
use super::scene::Scene;
use super::topic::split_number;
use crate::shape::json::Json;

/// Most shutters of a device.
const MOST: usize = 16;

/// `Shutter2` → 2.
pub(super) fn number_of(key: &str) -> Option<usize> {
    match split_number(key) {
        ("Shutter", Some(number)) if (1..=MOST).contains(&usize::from(number)) => Some(usize::from(number)),
        _ => None,
    }
}

/// `{"Position": 50, "Direction": 0, "Target": 50, "Tilt": 0}` of a shutter.
pub(super) fn told(device: &mut Device, shutter: usize, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if device.shutters.len() < shutter {
        device.config.shutters = device.config.shutters.max(shutter);
        entities::describe(device, scene);
    }
    let Some(shutter) = device.shutters.get_mut(shutter - 1) else {
        return;
    };
    let read = |key: &str| {
        get(json, key)
            .and_then(number)
            .filter(|n| (-1000.0..=1000.0).contains(n))
    };
    if let Some(direction) = read("Direction") {
        let way = direction as i64;
        shutter.way = if shutter.inverted { -way } else { way };
    }
    if let Some(position) = read("Position") {
        let position = position.clamp(0.0, 100.0);
        let open = if shutter.inverted {
            100.0 - position
        } else {
            position
        };
        shutter.at = Some(open);
        if let Some(point) = shutter.position {
            scene.say(point, percent(open));
        }
    }
    let state = match (shutter.way, shutter.at) {
        (1.., _) => Some("opening"),
        (..=-1, _) => Some("closing"),
        (0, Some(open)) if open <= 0.0 => Some("closed"),
        (0, Some(_)) => Some("open"),
        (0, None) => None,
    };
    if let (Some(state), Some(point)) = (state, shutter.state) {
        scene.say(point, Value::text(state));
    }
    if let (Some(tilt), Some(point)) = (read("Tilt"), shutter.tilt) {
        let (min, max) = shutter.tilts;
        scene.say(
            point,
            percent(((tilt - min) / (max - min) * 100.0).clamp(0.0, 100.0)),
        );
    }
}

fn percent(number: f64) -> Value {
    Value::Int(number.round() as i64)
}
