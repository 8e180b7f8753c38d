//! Points in the making, and where their values go.

use hearthline_model::{
    Category, CommandDesc, HOUR, Kind, Micros, PointDesc, Quality, Role, StateClass, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::write::Write;
use crate::naming::join;
use crate::shape::json::Json;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DeviceIx, DiagnosisKind, PointIx, Reading};

/// Most points of one device; real ones have under a hundred.
const MOST_POINTS: usize = 400;
/// Most fields whose being left out is remembered, a device.
const MOST_IGNORED: usize = 200;

/// Older times are of a clock that is wrong.
const OLDEST: Micros = 30 * 24 * HOUR;

/// What a message may lead to.
pub(super) struct Sink<'a, 'c> {
    /// The decoder's.
    pub(super) context: &'a mut Context<'c>,
    /// How points are written.
    pub(super) writes: &'a mut FxHashMap<PointIx, Write>,
    /// The time of the values.
    pub(super) at: Micros,
    /// Arrival.
    pub(super) received: Micros,
}

/// A point in the making.
pub(super) struct Draft {
    desc: PointDesc,
    write: Option<Write>,
}

impl Draft {
    /// A point of a kind.
    pub(super) fn new(name: impl Into<String>, kind: Kind) -> Self {
        let platform = match kind {
            Kind::Bool => "binary_sensor",
            Kind::Event => "event",
            Kind::Action => "button",
            _ => "sensor",
        };
        Self {
            desc: PointDesc {
                name: name.into(),
                kind,
                platform: platform.to_owned(),
                ..PointDesc::default()
            },
            write: None,
        }
    }

    /// A number with its unit and class.
    pub(super) fn number(name: impl Into<String>, unit: &str, class: &str) -> Self {
        let mut draft = Self::new(name, Kind::Number);
        draft.desc.unit = some(unit);
        draft.desc.class = some(class);
        draft.desc.state_class = match class {
            "energy" => Some(StateClass::TotalIncreasing),
            "duration" => None,
            _ => Some(StateClass::Measurement),
        };
        draft
    }

    /// A boolean with its class.
    pub(super) fn flag(name: impl Into<String>, class: &str) -> Self {
        let mut draft = Self::new(name, Kind::Bool);
        draft.desc.class = some(class);
        draft
    }

    /// Text out of options.
    pub(super) fn choice(name: impl Into<String>, options: &[&str]) -> Self {
        let mut draft = Self::new(name, Kind::Enum);
        draft.desc.options = options.iter().map(|&option| option.to_owned()).collect();
        draft
    }

    /// Changes anything else.
    pub(super) fn with(mut self, change: impl FnOnce(&mut PointDesc)) -> Self {
        change(&mut self.desc);
        self
    }

    /// Part of an entity.
    pub(super) fn part(mut self, platform: &str, entity: &str, role: Role) -> Self {
        platform.clone_into(&mut self.desc.platform);
        entity.clone_into(&mut self.desc.entity);
        self.desc.role = role;
        self
    }

    pub(super) fn range(mut self, low: f64, high: f64) -> Self {
        self.desc.range = Some((low, high));
        self
    }

    pub(super) fn diagnostic(mut self) -> Self {
        self.desc.category = Category::Diagnostic;
        self
    }

    pub(super) fn config(mut self) -> Self {
        self.desc.category = Category::Config;
        self
    }

    /// It can be written; `options` where they differ from what is read.
    pub(super) fn writable(mut self, write: Write, options: &[&str]) -> Self {
        self.desc.command = Some(CommandDesc {
            options: options.iter().map(|&option| option.to_owned()).collect(),
            optimistic: self.desc.kind == Kind::Action,
        });
        self.write = Some(write);
        self
    }

    /// Puts the name of a channel in front.
    pub(super) fn of_channel(mut self, channel: &str) -> Self {
        self.desc.name = join(channel, &self.desc.name);
        self
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The points of one device.
#[derive(Default)]
pub(super) struct Points {
    known: FxHashMap<Box<str>, PointIx>,
    /// Keys whose points must be described anew with their next value.
    stale: FxHashSet<Box<str>>,
    ignored: FxHashSet<Box<str>>,
    /// Seconds after which each is stale, where the device sleeps.
    pub(super) expire_after: Option<u32>,
}

impl Points {
    /// The point of a key.
    pub(super) fn get(&self, key: &str) -> Option<PointIx> {
        self.known.get(key).copied()
    }

    /// Whether a key has a point.
    pub(super) fn has(&self, key: &str) -> bool {
        self.known.contains_key(key)
    }

    /// Whether a key's point must be described anew.
    pub(super) fn is_stale(&self, key: &str) -> bool {
        self.stale.contains(key)
    }

    /// Every point is described anew with its next value.
    pub(super) fn renew(&mut self) {
        self.stale.extend(self.known.keys().cloned());
    }

    /// Gives the points whose key begins so, and whose name does not begin with `label`, another name at once; `rename` is given the
    /// rest of the key and the name.
    pub(super) fn relabel(
        &self,
        sink: &mut Sink<'_, '_>,
        device: DeviceIx,
        prefix: &str,
        label: &str,
        rename: &dyn Fn(&str, &str) -> String,
    ) {
        let mut named: Vec<(PointIx, &str)> = self
            .known
            .iter()
            .filter_map(|(key, point)| Some((*point, key.strip_prefix(prefix)?)))
            .collect();
        named.sort_unstable();
        for (point, path) in named {
            let Some(desc) = sink.context.point_desc(point) else {
                continue;
            };
            if label.is_empty() || desc.name.starts_with(label) {
                continue;
            }
            let mut desc = (**desc).clone();
            desc.name = rename(path, &desc.name);
            sink.context.point(device, desc);
        }
    }

    /// Describes a point where it is new, and gives it a value.
    pub(super) fn set(
        &mut self,
        sink: &mut Sink<'_, '_>,
        device: DeviceIx,
        key: &str,
        value: Value,
        make: impl FnOnce() -> Draft,
    ) {
        if let Some(point) = self.describe(sink, device, key, make) {
            sink.context.reading(Reading {
                point,
                at: sink.at,
                received: sink.received,
                value,
                quality: Quality::Good,
                historical: false,
            });
        }
    }

    /// Describes a point where it is new.
    pub(super) fn describe(
        &mut self,
        sink: &mut Sink<'_, '_>,
        device: DeviceIx,
        key: &str,
        make: impl FnOnce() -> Draft,
    ) -> Option<PointIx> {
        if let Some(&point) = self.known.get(key)
            && (self.stale.is_empty() || !self.stale.remove(key))
        {
            return Some(point);
        }
        if self.known.len() >= MOST_POINTS && !self.known.contains_key(key) {
            let text = format!("more than {MOST_POINTS} values; further ones are not shown");
            self.ignore(sink, device, "", "values", &text);
            return None;
        }
        let Draft { mut desc, write } = make();
        key.clone_into(&mut desc.key);
        if desc.kind != Kind::Action && desc.kind != Kind::Event {
            desc.expire_after = self.expire_after;
        }
        let point = sink.context.point(device, desc)?;
        self.known.insert(key.into(), point);
        match write {
            Some(write) => sink.writes.insert(point, write),
            None => sink.writes.remove(&point),
        };
        Some(point)
    }

    /// Tells once why a field has no point.
    pub(super) fn ignore(
        &mut self,
        sink: &mut Sink<'_, '_>,
        device: DeviceIx,
        topic: &str,
        field: &str,
        reason: &str,
    ) {
        if self.ignored.len() < MOST_IGNORED && !self.ignored.contains(field) {
            self.ignored.insert(field.into());
            let text = format!(
                "\"{}\" is left out: {reason}",
                crate::decoder::shortened(field, 80)
            );
            sink.context
                .diagnose(Some(device), topic, DiagnosisKind::Ignored, text);
        }
    }

    /// Forgets the points whose key begins so.
    pub(super) fn forget(&mut self, sink: &mut Sink<'_, '_>, prefix: &str) {
        self.known.retain(|key, point| {
            let gone = key.starts_with(prefix);
            if gone {
                sink.context.forget_point(*point);
                sink.writes.remove(point);
            }
            !gone
        });
    }
}

/// The device's own time, in seconds since 1970; the arrival where it is none to rely on.
pub(super) fn device_time(seconds: &serde_json::Value, received: Micros) -> Micros {
    let bounded = match (seconds.as_i64(), seconds.as_f64()) {
        (Some(int), _) => Json::Int(int),
        (None, Some(float)) => Json::Float(float),
        (None, None) => return received,
    };
    match stamp::read(&bounded, received) {
        // A message just sent does not tell of a state of months ago: that clock is wrong.
        Stamp::At(at) if received - at < OLDEST => at,
        _ => received,
    }
}
