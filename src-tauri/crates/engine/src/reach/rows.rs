//! From the alarm journal to the outbox.

use hearthline_history::OutRow;
use hearthline_model::{AlarmEntry, Micros, PlaceId};
use hearthline_reach::{Context, note, takes};

use crate::pipeline::{Pipeline, device_class};

impl Pipeline {
    /// What is to reach people because of entries that are about to be written. Alarms of the demo reach nobody.
    pub(crate) fn outbox_rows(&self, entries: &[AlarmEntry], now: Micros) -> Vec<OutRow> {
        let kept = self.shared.reach.kept();
        if entries.is_empty() || kept.is_deaf() {
            return Vec::new();
        }
        let world = self.shared.world();
        let mut rows = Vec::new();
        for entry in entries {
            let (device, place, realm, demo) = world.alarm_context(entry.key.device);
            if demo {
                continue;
            }
            let places: Vec<PlaceId> = world.places_above(entry.key.device);
            let point = entry.key.point.and_then(|point| world.point_desc(point));
            let alarm = self.alarms.get(entry.alarm);
            let context = Context {
                device: &device,
                place: &place,
                places: &places,
                realm,
                class: alarm.map_or("", |alarm| alarm.class.as_str()),
                device_class: point.map_or("", |(desc, _)| device_class(desc)),
                response: alarm.map_or("", |alarm| alarm.response.as_str()),
                unit: point.and_then(|(desc, _)| desc.unit.as_deref()),
            };
            let Some(told) = note(entry, &context) else {
                continue;
            };
            let mut text = None;
            for (channel, settings) in &kept.channels {
                if takes(settings, &told, &context) {
                    let note = text.get_or_insert_with(|| serde_json::to_string(&told).unwrap_or_default());
                    rows.push(OutRow {
                        channel: *channel,
                        at: now,
                        note: note.clone(),
                    });
                }
            }
        }
        rows
    }
}
