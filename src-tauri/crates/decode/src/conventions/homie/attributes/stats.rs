//! `$stats/…`: what a device measures of itself.

use hearthline_model::{Category, Kind, Micros, PointDesc, Role, StateClass, Value};

use super::Attributes;
use crate::conventions::homie::{Homie, describe};
use crate::decoder::shortened;
use crate::shape::kind::{self, Fit};
use crate::shape::{infer, scalar};
use crate::{Context, Message, naming, units};

/// Most statistics of one device.
const MOST: usize = 32;
/// A statistic that stays away for so many intervals is stale.
const INTERVALS: u32 = 3;

impl Homie {
    pub(super) fn stat(
        &mut self,
        device: u32,
        name: &str,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let it = &mut self.devices[device as usize].attributes;
        if name == "interval" {
            let interval = text.trim().parse().ok().filter(|seconds| *seconds > 0);
            if std::mem::replace(&mut it.interval, interval) != interval {
                self.renew_stats(device, context);
            }
            return;
        }
        if text.is_empty() || !it.stats.contains_key(name) && it.stats.len() >= MOST {
            return;
        }
        it.stats.insert(name.into(), (shortened(text, 256), message.at));
        self.tell_stat(device, name, text, message.at, context);
    }

    /// Another interval: what is known of is stale at another time.
    fn renew_stats(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let Some(ix) = it.ix.filter(|_| it.shown) else {
            return;
        };
        let expire_after = it.attributes.expire_after();
        for name in it.attributes.stats.keys() {
            let known = it.remarks.get(format!("$stats/{name}").as_str());
            if let Some(desc) = known.and_then(|&point| context.point_desc(point)).cloned() {
                let desc = PointDesc {
                    expire_after,
                    ..(*desc).clone()
                };
                context.point(ix, desc);
            }
        }
    }

    /// Shows what came before the device did.
    pub(super) fn tell_stats(&mut self, device: u32, context: &mut Context<'_>) {
        for (name, (text, at)) in self.devices[device as usize].attributes.stats.clone() {
            self.tell_stat(device, &name, &text, at, context);
        }
    }

    fn tell_stat(&mut self, device: u32, name: &str, text: &str, at: Micros, context: &mut Context<'_>) {
        let scalar = scalar::of_text(text);
        let Some(first) = kind::first(&scalar, false) else {
            return;
        };
        let it = &self.devices[device as usize];
        let topic = format!("{}/$stats/{name}", it.root);
        let kind = match it.remarks.get(format!("$stats/{name}").as_str()) {
            Some(&point) => context.point_desc(point).map_or(first, |desc| desc.kind),
            None => first,
        };
        let mut desc = describe(name, &topic, kind);
        desc.expire_after = it.attributes.expire_after();
        if kind == Kind::Number && desc.unit.is_none() {
            let words = units::lower_words(name);
            infer::infer(&mut desc, &scalar, None, &words, self.realm);
            desc.category = Category::Diagnostic;
        }
        if let Some(point) = self.remark(device, desc, context) {
            let value = match kind::fit(kind, &scalar, Some(text), &mut 0) {
                Fit::Value(value) => value,
                _ => Value::Null,
            };
            context.value(point, at, value);
        }
    }
}

impl Attributes {
    /// Seconds after which a statistic is stale.
    fn expire_after(&self) -> Option<u32> {
        self.interval.map(|seconds| seconds.saturating_mul(INTERVALS))
    }
}

/// The statistics that the convention names.
fn describe(name: &str, topic: &str, kind: Kind) -> PointDesc {
    let mut desc = describe::remark(&format!("$stats/{name}"), &naming::humanise(name), kind, topic);
    let (label, unit, class, role) = match name {
        "uptime" => ("Uptime", "s", Some("duration"), Role::Value),
        "signal" => ("Signal", "%", None, Role::LinkQuality),
        "cputemp" => ("Processor temperature", "°C", Some("temperature"), Role::Value),
        "cpuload" => ("Processor load", "%", None, Role::Value),
        "battery" => ("Battery", "%", Some("battery"), Role::Battery),
        "freeheap" => ("Free memory", "B", Some("data_size"), Role::Value),
        "supply" => ("Supply voltage", "V", Some("voltage"), Role::Value),
        _ => return desc,
    };
    if kind == Kind::Number {
        desc.name = label.into();
        desc.unit = Some(unit.into());
        desc.class = class.map(str::to_owned);
        desc.role = role;
        desc.state_class = (name != "uptime").then_some(StateClass::Measurement);
        desc.range = (unit == "%").then_some((0.0, 100.0));
    }
    desc
}
