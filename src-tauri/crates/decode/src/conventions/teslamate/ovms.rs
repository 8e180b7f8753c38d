//! The Open Vehicle Monitoring System: metrics with slashes in their names, units of its own, `yes` and `no`.

use hearthline_model::{Kind, PointDesc, Value};

use super::car::{Car, Spot, said};
use super::ovms_metrics::{METRICS, WHEELS};
use crate::decoder::shortened;
use crate::shape::scalar::{self, Scalar};
use crate::{Context, Message};

/// Reads a message.
pub(super) fn read(car: &mut Car, field: &str, message: &Message<'_>, context: &mut Context<'_>) {
    let (sub, rest) = field.split_once('/').unwrap_or((field, ""));
    // What an app asks and is answered is no value.
    if sub == "client" || message.payload.trim_ascii().is_empty() || car.describe(context).is_none() {
        return;
    }
    let Some((text, scalar)) = said(car, message, context) else {
        return;
    };
    let spot = Spot::whole(message);
    match sub {
        "metric" => metric(car, rest, text, &scalar, spot, context),
        "event" => happened(car, "event", "Event", text, spot, context),
        "notify" if rest.starts_with("data") || rest.starts_with("stream") => {
            let why = "records for the project's own server are not values of the car";
            car.tell("records", message.topic, why, context);
        }
        "notify" => happened(car, "notification", "Notification", text, spot, context),
        _ => {}
    }
}

fn metric(
    car: &mut Car,
    name: &str,
    text: &str,
    scalar: &Scalar<'_>,
    spot: Spot<'_>,
    context: &mut Context<'_>,
) {
    match name {
        "s/v3/connected" | "s/v2/connected" => {
            if let Scalar::Bool(on, _) = scalar {
                car.online(*on, spot.message.at, context);
            }
            return;
        }
        "m/version" => {
            let version = shortened(text.split(' ').next().unwrap_or(text), 64);
            car.change(context, |desc, _| desc.firmware = Some(version));
            return;
        }
        "m/hardware" => {
            let hardware = shortened(text, 64);
            car.change(context, |desc, _| desc.hardware = Some(hardware));
            return;
        }
        "v/vin" => {
            let vin = shortened(text, 32);
            car.change(context, |desc, _| {
                desc.identities = vec![vin.to_ascii_lowercase()];
                desc.serial = Some(vin);
            });
            return;
        }
        "v/type" => {
            let kind = shortened(text, 64);
            car.change(context, |desc, _| desc.model = Some(kind));
            return;
        }
        _ => {}
    }
    if let Some((_, specs)) = WHEELS.iter().find(|(known, _)| *known == name) {
        for (spec, part) in specs.iter().zip(text.split(',')) {
            car.put(spec, &scalar::of_text(part), part, spot.derived(), context);
        }
        return;
    }
    match METRICS.iter().find(|(known, _)| *known == name) {
        Some((_, spec)) => car.put(spec, scalar, text, spot, context),
        // Lists of cells and the like stay as they are.
        None if text.contains(',') => car.infer(name, &Scalar::Text(text), text, spot, context),
        None => car.infer(name, scalar, text, spot, context),
    }
}

/// Something that happened; not where the broker only repeats it.
fn happened(car: &mut Car, key: &str, name: &str, text: &str, spot: Spot<'_>, context: &mut Context<'_>) {
    if spot.message.retain || text.is_empty() {
        return;
    }
    let Some(device) = car.device else { return };
    let desc = PointDesc {
        key: key.to_owned(),
        name: name.to_owned(),
        platform: "event".to_owned(),
        kind: Kind::Event,
        topic: Some(spot.message.topic.to_owned()),
        ..PointDesc::default()
    };
    // The topic differs from one to the next; the first one stays.
    let point = car.event_point(key).or_else(|| context.point(device, desc));
    if let Some(point) = point {
        car.keep_event(key, point);
        context.value(point, spot.message.at, Value::text(shortened(text, 256)));
    }
}
