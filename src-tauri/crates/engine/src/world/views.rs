//! The model as the window sees it.

use hearthline_model::{DeviceId, Micros, PlaceId, PointId};

use super::{Device, World};
use crate::view::{DeviceView, ModelView, PlaceView, PointView};

impl World {
    /// All of it (`since` 0), or what changed after that revision. `seen` tells when a device was last heard of.
    pub fn view(&self, since: u32, seen: &dyn Fn(DeviceId) -> Micros) -> ModelView {
        let full = since == 0 || since > self.rev || since < self.removed_lost;
        let since = if full { 0 } else { since };
        let places_changed = full || self.places_rev > since;
        ModelView {
            rev: self.rev,
            full,
            places: if places_changed {
                self.place_views()
            } else {
                Vec::new()
            },
            places_changed,
            devices: self
                .devices
                .values()
                .filter(|device| device.rev > since || full)
                .map(|device| self.device_view(device, seen(device.id)))
                .collect(),
            removed: if full {
                Vec::new()
            } else {
                // A device that was described again after its removal is among `devices`.
                self.removed
                    .iter()
                    .filter(|(rev, id)| *rev > since && !self.devices.contains_key(id))
                    .map(|(_, id)| *id)
                    .collect()
            },
        }
    }

    /// All places.
    pub fn place_views(&self) -> Vec<PlaceView> {
        self.places
            .values()
            .map(|place| PlaceView {
                id: place.id,
                parent: place.parent,
                kind: place.kind,
                realm: place.realm,
                name: place.name.clone(),
                position: place.position,
            })
            .collect()
    }

    /// The name people read for a device.
    pub fn device_name(&self, id: DeviceId) -> &str {
        self.devices
            .get(&id)
            .map_or("", |device| device.name.as_deref().unwrap_or(&device.desc.name))
    }

    /// What the alarm views say of a device: name, path of its place, face, demo.
    pub fn alarm_context(&self, id: DeviceId) -> (String, String, hearthline_model::Realm, bool) {
        let Some(device) = self.devices.get(&id) else {
            return Default::default();
        };
        (
            self.device_name(id).to_owned(),
            device.place.map(|place| self.path(place)).unwrap_or_default(),
            device.realm,
            self.is_demo(device),
        )
    }

    /// Whether a device lies in a place or in one below it.
    pub fn is_within(&self, device: DeviceId, place: PlaceId) -> bool {
        let mut next = self.devices.get(&device).and_then(|device| device.place);
        for _ in 0..16 {
            match next {
                Some(here) if here == place => return true,
                Some(here) => next = self.places.get(&here).and_then(|here| here.parent),
                None => return false,
            }
        }
        false
    }

    /// The place of a device and all above it, the innermost first.
    pub fn places_above(&self, device: DeviceId) -> Vec<PlaceId> {
        let mut all = Vec::new();
        let mut next = self.devices.get(&device).and_then(|device| device.place);
        // As in `path`.
        while let Some(here) = next.filter(|_| all.len() < 16) {
            all.push(here);
            next = self.places.get(&here).and_then(|here| here.parent);
        }
        all
    }

    /// The devices that lie in a place or in one below it.
    pub fn devices_within(&self, place: PlaceId) -> Vec<DeviceId> {
        let all = self.devices.keys().copied();
        all.filter(|device| self.is_within(*device, place)).collect()
    }

    /// `Berlin › Filling › Line 2`; a room stands alone.
    pub fn path(&self, place: PlaceId) -> String {
        let mut names = Vec::new();
        let mut next = Some(place);
        // The tree is shallow; the bound keeps a cycle in a damaged file from hanging us.
        for _ in 0..16 {
            let Some(place) = next.and_then(|id| self.places.get(&id)) else {
                break;
            };
            if place.kind != hearthline_model::PlaceKind::Home || names.is_empty() {
                names.push(place.name.as_str());
            }
            next = place.parent;
        }
        names.reverse();
        names.join(" › ")
    }

    fn is_demo(&self, device: &Device) -> bool {
        self.brokers.get(&device.broker).is_some_and(|broker| broker.demo)
    }

    /// A device with its points.
    pub fn device_view(&self, device: &Device, last_seen: Micros) -> DeviceView {
        let desc = &device.desc;
        let mut points: Vec<PointView> = device
            .points
            .iter()
            .filter_map(|id| self.point_view(*id))
            .collect();
        points.sort_by_key(|point| (point.hidden, point.category as u8, point.id));
        let via = desc.via.as_ref().and_then(|via| {
            self.by_key
                .get(&(device.broker, via.clone()))
                .copied()
                .or_else(|| self.by_identity(device, via))
        });
        DeviceView {
            id: device.id,
            broker: device.broker,
            place: device.place,
            realm: device.realm,
            name: device.name.clone().unwrap_or_else(|| desc.name.clone()),
            own_name: desc.name.clone(),
            manufacturer: desc.manufacturer.clone(),
            model: desc.model.clone(),
            firmware: desc.firmware.clone(),
            serial: desc.serial.clone(),
            url: desc.url.clone(),
            convention: desc.convention.clone(),
            sources: desc.all_sources(),
            via,
            online: self.is_online(device),
            last_seen,
            demo: self.is_demo(device),
            diagnoses: device.diagnoses,
            position: desc.position,
            points,
        }
    }

    /// Every device as the window sees it.
    pub fn device_views(&self, seen: &dyn Fn(DeviceId) -> Micros) -> Vec<DeviceView> {
        self.devices
            .values()
            .map(|device| self.device_view(device, seen(device.id)))
            .collect()
    }

    fn by_identity(&self, of: &Device, identity: &str) -> Option<DeviceId> {
        self.devices
            .values()
            .find(|device| {
                device.broker == of.broker && device.desc.identities.iter().any(|known| known == identity)
            })
            .map(|device| device.id)
    }

    fn point_view(&self, id: PointId) -> Option<PointView> {
        let point = self.points.get(&id)?;
        let desc = &point.desc;
        Some(PointView {
            id,
            key: desc.key.clone(),
            name: desc.name.clone(),
            entity: desc.entity.clone(),
            platform: desc.platform.clone(),
            kind: desc.kind,
            role: desc.role,
            unit: desc.unit.clone(),
            class: desc.class.clone(),
            state_class: desc.state_class,
            range: desc.range,
            step: desc.step,
            precision: desc.precision,
            options: desc.options.clone(),
            writable: desc.command.is_some(),
            command_options: desc
                .command
                .as_ref()
                .map(|command| command.options.clone())
                .unwrap_or_default(),
            code: desc.code.clone(),
            optimistic: desc.command.as_ref().is_some_and(|command| command.optimistic),
            category: desc.category,
            hidden: desc.hidden,
            icon: desc.icon.clone(),
            limits: point.limits,
            topic: desc.topic.clone(),
        })
    }
}
