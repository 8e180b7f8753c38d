//! What a person's changes do to the pipeline's own state.

use hearthline_model::{AlarmId, DeviceId, Micros};

use super::Pipeline;
use crate::clock;
use crate::error::Error;

impl Pipeline {
    /// Acknowledges alarms; gives how many of them were waiting.
    pub fn acknowledge_alarms(&mut self, alarms: &[AlarmId], who: &str) -> usize {
        let now = clock::now();
        alarms
            .iter()
            .filter(|id| self.alarms.acknowledge(**id, who, now, &mut self.entries))
            .count()
    }

    /// An error where a device is not there.
    pub fn known(&self, device: DeviceId) -> Result<(), Error> {
        match self.shared.world().device_desc(device) {
            Some(_) => Ok(()),
            None => Err(Error::NotFound("device")),
        }
    }

    /// Takes a device off the screen; ids and history stay.
    pub fn forget_device(&mut self, device: DeviceId, now: Micros) -> Result<(), Error> {
        let points = self.shared.world().points_of(device).to_vec();
        self.store.set_gone(&[device], &points)?;
        self.drop_conditions(device, now);
        self.shared.world_mut().remove_device(device);
        Ok(())
    }
}
