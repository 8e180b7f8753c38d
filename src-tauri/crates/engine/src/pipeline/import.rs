//! The past that comes as a file: it is stored and shown, but raises no alarm and moves no live value.

use std::sync::Arc;

use hearthline_exchange::Made;
use hearthline_history::{Batch, Error};
use hearthline_model::{BrokerId, PointId, Sample};
use rustc_hash::FxHashSet;

use super::Pipeline;
use crate::clock;

impl Pipeline {
    /// Gives out lasting ids for points of a file, and shows them.
    pub fn register_imported(&mut self, made: &[Made]) -> Result<Vec<PointId>, Error> {
        let ids = hearthline_exchange::register(&mut self.store, made)?;
        // What the file now says of them, with the person's names and places for those that were there before.
        let made: FxHashSet<PointId> = ids.iter().copied().collect();
        let registry = self.store.load_registry()?;
        let mut world = self.shared.world_mut();
        let mut live = self.shared.live();
        for stored in registry.devices {
            if stored.broker == BrokerId::IMPORTED {
                let chosen = (stored.name, stored.moved);
                let place = world.place_of_hint(&stored.desc.place);
                world.device(stored.id, stored.broker, Arc::new(stored.desc), place, chosen);
                live.device(stored.id, BrokerId::IMPORTED);
            }
        }
        for stored in registry.points {
            if made.contains(&stored.id) {
                live.describe(stored.id, stored.device, &stored.desc);
                world.point(stored.id, stored.device, Arc::new(stored.desc));
            }
        }
        Ok(ids)
    }

    /// Stores samples of a file; gives how many samples wait in the journal then.
    pub fn import(&mut self, samples: &[Sample]) -> Result<u64, Error> {
        self.store.append(&Batch {
            samples,
            at: clock::now(),
            ..Batch::default()
        })?;
        Ok(self.store.waiting()?.0)
    }

    /// How many samples wait in the journal.
    pub fn waiting(&self) -> Result<u64, Error> {
        Ok(self.store.waiting()?.0)
    }

    /// Shows the last values of points that a file brought, as those of an earlier run are.
    pub fn show_imported(&self, points: &[PointId]) -> Result<(), Error> {
        let points: FxHashSet<PointId> = points.iter().copied().collect();
        let now = clock::now();
        let latest = self.store.reader()?.latest(now)?;
        let mut live = self.shared.live();
        live.advance();
        for sample in latest.iter().filter(|sample| points.contains(&sample.point)) {
            live.restore(sample, now);
        }
        Ok(())
    }
}
