//! Devices that a person splits or joins.

use hearthline_decode::Ties;
use hearthline_model::{BrokerId, DeviceId};

use super::Pipeline;
use crate::clock;
use crate::error::Error;

/// Devices with more points are not joined: no single thing has so many, and every new one would have all of them compared.
const MOST_POINTS: usize = 2000;

impl Pipeline {
    /// What a person said of the devices of a broker.
    pub(super) fn ties(&mut self, broker: BrokerId) -> Ties {
        let kept = self
            .shared
            .insist(&mut self.store, |store| store.load_ties(broker))
            .unwrap_or_default();
        Ties {
            together: kept.together,
            apart: kept.apart,
        }
    }

    /// Makes a device of each description that one is known through.
    ///
    /// # Errors
    /// Where it is not there, is known through one description only, or the file refuses.
    pub fn split_device(&mut self, device: DeviceId) -> Result<(), Error> {
        let (broker, keys) = self.known_through(device)?;
        if keys.len() < 2 {
            return Err(Error::Invalid(
                "this device is known in one way only; there is nothing to split".into(),
            ));
        }
        self.store.split(broker, &keys)?;
        // Its ids are given out anew.
        self.devices.remove(&device);
        let points = self.shared.world().points_of(device).to_vec();
        for point in points {
            self.points.remove(&point);
        }
        self.tie(broker);
        Ok(())
    }

    /// Makes one device of two.
    ///
    /// # Errors
    /// Where one is not there, they have different brokers or too many points, or the file refuses.
    pub fn join_devices(&mut self, device: DeviceId, other: DeviceId) -> Result<(), Error> {
        let (broker, keys) = self.known_through(device)?;
        let (other_broker, other_keys) = self.known_through(other)?;
        if device == other {
            return Err(Error::Invalid(
                "choose another device to join this one with".into(),
            ));
        }
        if broker != other_broker {
            return Err(Error::Invalid(
                "devices of different brokers cannot be joined".into(),
            ));
        }
        let points = |device| self.shared.world().points_of(device).len();
        if points(device) + points(other) > MOST_POINTS {
            return Err(Error::Invalid(format!(
                "the two have more than {MOST_POINTS} points together, too many for one device"
            )));
        }
        self.store.join(broker, &keys, &other_keys)?;
        self.tie(broker);
        Ok(())
    }

    /// The broker of a device and the keys of its descriptions, the best first.
    fn known_through(&self, device: DeviceId) -> Result<(BrokerId, Vec<String>), Error> {
        self.known(device)?;
        let &(broker, _) = self.devices.get(&device).ok_or_else(|| {
            Error::Invalid(
                "the device has not been heard of since Hearthline started; wait for its next message".into(),
            )
        })?;
        let world = self.shared.world();
        let desc = world.device_desc(device).ok_or(Error::NotFound("device"))?;
        let keys = desc.all_sources().into_iter().map(|source| source.key).collect();
        Ok((broker, keys))
    }

    /// Hands what was said to the decoder, and takes over what follows.
    fn tie(&mut self, broker: BrokerId) {
        let ties = self.ties(broker);
        if let Some(intake) = self.intakes.get_mut(&broker) {
            let mut out = Vec::new();
            intake.decoder.set_ties(&ties, &mut out);
            self.events.extend(out.into_iter().map(|event| (broker, event)));
        }
        self.apply(clock::now());
        self.commit();
    }
}
