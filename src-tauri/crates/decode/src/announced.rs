//! On which topics each device was described, for the page that shows what it announced.

use rustc_hash::FxHashMap;

use crate::{DeviceIx, Event};

/// Most topics remembered of a device; discovery of one entity each rarely takes more.
const MOST: usize = 64;

/// Topics by device, in the numbers of the conventions.
#[derive(Default)]
pub(crate) struct Announced {
    topics: FxHashMap<DeviceIx, Vec<Box<str>>>,
}

impl Announced {
    /// Notes whom a describing message described, by what it led to.
    pub(crate) fn note(&mut self, events: &[Event], topic: &str) {
        for event in events {
            let (Event::Device { device, .. } | Event::Point { device, .. }) = event else {
                continue;
            };
            let topics = self.topics.entry(*device).or_default();
            if topics.len() < MOST && !topics.iter().any(|known| **known == *topic) {
                topics.push(topic.into());
            }
        }
    }

    /// The topics of a device in the order in which they came.
    pub(crate) fn of(&self, device: DeviceIx) -> impl Iterator<Item = &str> {
        self.topics
            .get(&device)
            .into_iter()
            .flatten()
            .map(|topic| &**topic)
    }
}
