//! What the window is shown of alarms and rates, made anew only where it changed.

use std::sync::atomic::Ordering;

use hearthline_alarm::Active;
use hearthline_decode::DeviceIx;
use hearthline_model::{BrokerId, DeviceId, PointDesc, PointId, Role};

use super::Pipeline;
use crate::clock;
use crate::view::{AlarmView, AlarmsView, ExplorerView};
use crate::world::World;

impl Pipeline {
    /// Makes the list of alarms anew where it changed.
    pub(super) fn show_alarms(&mut self) {
        let rev = self.alarms.rev();
        let turned = self.flood.look(clock::now());
        if rev == self.alarms_rev {
            if turned {
                let mut shown = self.shared.alarms();
                shown.flood = self.flood.shown();
                shown.rev = shown.rev.wrapping_add(1);
            }
            return;
        }
        self.alarms_rev = rev;
        let view = {
            let world = self.shared.world();
            let mut view = AlarmsView::default();
            for alarm in self.alarms.active() {
                let level = alarm.priority as usize;
                view.unacknowledged[level] += u32::from(alarm.state.waits());
                view.active[level] += u32::from(alarm.state.is_active());
                view.alarms.push(alarm_view(alarm, &world));
            }
            let covered = self.alarms.covered().into_iter();
            // One whose device is gone comes back with it.
            view.covered = covered
                .filter(|alarm| world.device_desc(alarm.key.device).is_some())
                .map(|alarm| alarm_view(alarm, &world))
                .collect();
            view
        };
        let mut shown = self.shared.alarms();
        let next = shown.rev.wrapping_add(1);
        let flood = self.flood.shown();
        *shown = AlarmsView {
            rev: next,
            flood,
            ..view
        };
    }

    /// The alarms of a point, normal or not.
    pub fn alarms_of(&self, point: PointId) -> Vec<AlarmView> {
        let world = self.shared.world();
        let Some((_, device)) = world.point_desc(point) else {
            return Vec::new();
        };
        let alarms = self.alarms.of(device, Some(point)).into_iter();
        alarms.map(|alarm| alarm_view(alarm, &world)).collect()
    }

    /// The topic tree as the explorer shows it.
    pub fn topics(&self, broker: BrokerId, parent: &str, search: &str, limit: u32) -> ExplorerView {
        let claims = |topic: &str| {
            self.intakes
                .get(&broker)
                .map(|intake| intake.decoder.claimed_by(topic))
                .unwrap_or_default()
        };
        self.shared
            .explorer()
            .view(broker, parent, search, limit, &claims, clock::now())
    }

    /// Topics that no convention explains, as a flat list.
    pub fn unknown_topics(&self, broker: BrokerId, limit: u32) -> ExplorerView {
        let decoder = self.intakes.get(&broker).map(|intake| &intake.decoder);
        let unknown = |topic: &str| decoder.is_some_and(|decoder| decoder.is_unexplained(topic));
        let claims = |topic: &str| {
            decoder
                .map(|decoder| decoder.claimed_by(topic))
                .unwrap_or_default()
        };
        self.shared
            .explorer()
            .flat(broker, limit, &unknown, &claims, clock::now())
    }

    /// The messages that described a device: topics, and payloads where they are kept over a restart.
    pub fn announcements(&self, device: DeviceId) -> Vec<(String, Option<Vec<u8>>)> {
        let found = self.intakes.iter().find_map(|(broker, intake)| {
            let ix = intake
                .devices
                .iter()
                .position(|at| at.as_ref().is_some_and(|at| at.id == device))?;
            Some((*broker, intake, DeviceIx(ix as u32)))
        });
        let Some((broker, intake, ix)) = found else {
            return Vec::new();
        };
        let kept = |topic: &str| {
            let config = self
                .configs
                .iter()
                .find(|config| config.broker == broker && config.topic == topic);
            config.map(|config| config.payload.clone())
        };
        let topics = intake.decoder.announced_by(ix);
        topics
            .into_iter()
            .map(|topic| (topic.to_owned(), kept(topic)))
            .collect()
    }

    /// Messages a second of each broker, smoothed over a few seconds.
    pub(super) fn rates(&mut self) {
        let mut connections = self.shared.connections();
        for connection in connections.values_mut() {
            let total = connection
                .source
                .as_ref()
                .map_or(0, |source| source.gate().received());
            let fresh = total.saturating_sub(connection.counted) as f64;
            connection.counted = total;
            connection.rate += 0.4 * (fresh - connection.rate);
            if connection.rate < 0.05 {
                connection.rate = 0.0;
            }
        }
        self.shared.status_rev.fetch_add(1, Ordering::Relaxed);
    }
}

/// The device class of a point, as far as it says how urgent its alarms are.
pub(crate) fn device_class(desc: &PointDesc) -> &str {
    match desc.role {
        Role::AlarmPanel => "alarm_panel",
        _ => desc.class.as_deref().unwrap_or_default(),
    }
}

fn alarm_view(alarm: &Active, world: &World) -> AlarmView {
    let (device_name, place_name, realm, demo) = world.alarm_context(alarm.key.device);
    let unit = |point: PointId| world.point_desc(point).and_then(|(desc, _)| desc.unit.clone());
    AlarmView {
        id: alarm.id,
        device: alarm.key.device,
        point: alarm.key.point,
        condition: alarm.key.condition.clone(),
        state: alarm.state,
        priority: alarm.priority,
        text: alarm.text.clone(),
        device_name,
        place_name,
        realm,
        covers: alarm.covers.clone(),
        response: alarm.response.clone(),
        consequence: alarm.consequence.clone(),
        respond_within: alarm.respond_within,
        class: alarm.class.clone(),
        group: alarm.group.clone(),
        value: alarm.value.clone(),
        limit: alarm.limit,
        unit: alarm.key.point.and_then(unit),
        raised_at: alarm.raised_at,
        called_at: alarm.called_at,
        changed_at: alarm.changed_at,
        count: alarm.count,
        late: alarm.late,
        first: alarm.first,
        settling: alarm.settling.is_some(),
        demo,
        urgent: hearthline_reach::is_urgent(
            &alarm.class,
            alarm
                .key
                .point
                .and_then(|point| world.point_desc(point))
                .map_or("", |(desc, _)| device_class(desc)),
        ),
    }
}
