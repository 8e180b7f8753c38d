//! What a message's handling needs besides the device: the way out, the clock, the commands.

use hearthline_model::{Micros, Quality, SECOND, Value};
use rustc_hash::FxHashMap;

use super::encode::Command;
use crate::shape::json::Json;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DeviceIx, DiagnosisKind, PointIx, Reading};

/// How late a message must be for the device's own clock to count, where it tells its zone. A second of latency is no reason to trade the
/// arrival's microseconds for the device's whole seconds: two readings in one second would change places.
const LATE: Micros = 5 * SECOND;

/// The commands of all devices, each with its device.
pub(super) type Commands = FxHashMap<PointIx, (u32, Command)>;

/// See the module.
pub(super) struct Scene<'a, 'b> {
    pub(super) context: &'a mut Context<'b>,
    pub(super) commands: &'a mut Commands,
    /// What goes off by itself, and when.
    pub(super) offs: &'a mut Vec<(Micros, PointIx)>,
    /// The device's place in the convention's list.
    pub(super) index: u32,
    pub(super) topic: &'a str,
    /// The time of the values.
    pub(super) at: Micros,
    pub(super) received: Micros,
    /// A replay at subscription: what happened then does not happen now.
    pub(super) retain: bool,
    /// Only to learn which values there are: they are old.
    pub(super) mute: bool,
}

impl Scene<'_, '_> {
    /// Emits a good value.
    pub(super) fn say(&mut self, point: PointIx, value: Value) {
        if self.mute {
            return;
        }
        self.context.reading(Reading {
            point,
            at: self.at,
            received: self.received,
            value,
            quality: Quality::Good,
            historical: false,
        });
    }

    /// Emits something that happened, unless it is only told again.
    pub(super) fn happen(&mut self, point: PointIx, what: &str) {
        if !self.retain {
            let what = crate::decoder::shortened(what, 512);
            self.say(point, Value::text(what));
        }
    }

    /// Tells of an ignored field.
    pub(super) fn ignored(&mut self, device: DeviceIx, text: String) {
        self.context
            .diagnose(Some(device), self.topic, DiagnosisKind::Ignored, text);
    }

    /// Takes over the device's own time from a message's `Time`.
    ///
    /// `Time` is local and mostly without a zone: then the arrival holds. With one (`Timezone` and `Time 0` can be set to print
    /// it) it counts where the message comes late (kept by the broker or queued) and the clock is plausible. True where the clock is wrong.
    pub(super) fn clock(&mut self, json: &Json<'_>) -> bool {
        let Some(time @ Json::Text(text)) = super::config::get(json, "Time") else {
            return false;
        };
        let zoned = text.ends_with('Z') || text.get(19..).is_some_and(|zone| zone.contains(['+', '-']));
        match stamp::read(time, self.received) {
            Stamp::At(at) if zoned && self.received - at > LATE => {
                self.at = at;
                false
            }
            Stamp::Useless(wrong) => zoned && wrong,
            _ => false,
        }
    }
}
