//! What decoding a message can yield: read this enum and you know everything that can happen.

use std::sync::Arc;

use hearthline_model::{DeviceDesc, Micros, PointDesc, Quality, Value};

use crate::{Diagnosis, Publish};

/// A device of one decoder; dense from 0, given out in order, never reused. The engine maps it to a lasting id. Outside of the
/// decoder some numbers are never seen: a device that several conventions describe is told under the number of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIx(pub u32);

/// A point of one decoder; dense from 0, given out in order, never reused; see [`DeviceIx`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointIx(pub u32);

/// A value that arrived for a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The point.
    pub point: PointIx,
    /// The device's own time where it sent one, the arrival otherwise.
    pub at: Micros,
    /// Arrival.
    pub received: Micros,
    /// The value.
    pub value: Value,
    /// How far it can be trusted.
    pub quality: Quality,
    /// Old data delivered late (Sparkplug `is_historical`): for history, not for the live value.
    pub historical: bool,
}

/// One thing that a message led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A device is new or its description changed.
    Device {
        /// Its index.
        device: DeviceIx,
        /// All of its description.
        desc: Arc<DeviceDesc>,
    },
    /// A point is new or its description changed.
    Point {
        /// Its index.
        point: PointIx,
        /// Its device.
        device: DeviceIx,
        /// All of its description.
        desc: Arc<PointDesc>,
    },
    /// The device was removed by its convention (an empty discovery message). History stays.
    DeviceGone(DeviceIx),
    /// The point was removed by its convention, or another convention describes it better. History stays.
    PointGone(PointIx),
    /// A value.
    Reading(Reading),
    /// The device went on- or offline. Devices are online until they say otherwise.
    Online {
        /// The device.
        device: DeviceIx,
        /// Whether it is there.
        online: bool,
        /// Since when.
        at: Micros,
    },
    /// A point of its own became (un)available (Home Assistant availability). Points are available until told otherwise.
    Available {
        /// The point.
        point: PointIx,
        /// Whether its value counts.
        available: bool,
        /// Since when.
        at: Micros,
    },
    /// The point's message arrived with a result that is no new value: it lives (expiry starts anew).
    Alive {
        /// The point.
        point: PointIx,
        /// Arrival.
        at: Micros,
    },
    /// The device took what was asked of a point and is on its way there, long before its value says so.
    Accepted {
        /// The point that was written.
        point: PointIx,
        /// What it is going to be.
        value: Value,
    },
    /// The device did not do what it was asked last, and said why.
    Refused {
        /// The device.
        device: DeviceIx,
        /// What it said, as a sentence for a person.
        reason: String,
    },
    /// Something was wrong with the input.
    Diagnosis(Diagnosis),
    /// The convention asks to publish (rebirth request, birth message, STATE).
    Publish(Publish),
}
