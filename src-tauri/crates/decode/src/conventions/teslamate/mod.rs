//! Cars: `TeslaMate`, and the other programs that put a car's data on topics.
//!
//! | family | how it is recognised |
//! |---|---|
//! | `TeslaMate` | `teslamate[/<namespace>]/cars/<id>/<key>`, plain text |
//! | OVMS | `ovms/<user>/<vehicle>/metric/v/b/soc` and the like, plain text |
//! | `WiCAN` | `wican/<id>/…`, JSON |
//! | bridges to a maker's cloud | a level of the topic is a vehicle identification number |
//! | route planners' telemetry | JSON with a state of charge and an odometer, a range or whether it charges |
//!
//! [`topic`] says whose a topic is, [`car`] is what is known of a car, [`spec`] what a value is; each family has its table or words.
//! All of them only tell: none takes commands over these topics that could be relied on.

mod car;
mod guess;
mod ovms;
mod ovms_metrics;
mod spec;
mod telemetry;
mod tesla;
mod tesla_keys;
#[cfg(test)]
mod tests;
mod topic;
mod vin;
mod words;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish, payload};
use car::Car;
use topic::{Family, Found};

/// The convention; see the module.
pub struct TeslaMate {
    realm: Realm,
    cars: Vec<Car>,
    by_base: FxHashMap<Box<str>, u32>,
    topics: Vec<Topic>,
    by_topic: FxHashMap<Box<str>, u32>,
}

/// A topic of a car.
struct Topic {
    car: u32,
    family: Family,
    /// What stands behind the car's part of the topic.
    field: Box<str>,
    /// Recognised by the shape of its payload, and not yet compared with what others describe.
    unsure: bool,
    /// Another convention describes what comes here.
    yielded: bool,
}

impl TeslaMate {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or_default(),
            cars: Vec::new(),
            by_base: FxHashMap::default(),
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
        }
    }

    fn add(&mut self, found: &Found<'_>, topic: &str) -> u32 {
        let car = self.by_base.get(found.base).copied().unwrap_or_else(|| {
            let car = self.cars.len() as u32;
            self.cars.push(Car::new(found, self.realm));
            self.by_base.insert(found.base.into(), car);
            car
        });
        let token = self.topics.len() as u32;
        self.topics.push(Topic {
            car,
            family: found.family,
            field: found.field.into(),
            unsure: found.family == Family::Telemetry,
            yielded: false,
        });
        self.by_topic.insert(topic.into(), token);
        token
    }
}

impl Convention for TeslaMate {
    fn name(&self) -> &'static str {
        "teslamate"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.by_topic.get(message.topic) {
            if let Some(topic) = self.topics.get_mut(token as usize) {
                topic.unsure = topic.family == Family::Telemetry;
            }
            return Claim::Mine(token);
        }
        match topic::find(message) {
            Some(found) => Claim::Mine(self.add(&found, message.topic)),
            None => Claim::No,
        }
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get_mut(token as usize) else {
            return;
        };
        let car = &mut self.cars[topic.car as usize];
        if std::mem::take(&mut topic.unsure) {
            let yields = payload::described_elsewhere(message.topic, |point| car.is_mine(point), context);
            if yields && !topic.yielded {
                car.yielded(context);
            }
            topic.yielded = yields;
        }
        if topic.yielded {
            return;
        }
        match topic.family {
            Family::Tesla => tesla::read(car, &topic.field, message, context),
            Family::Ovms => ovms::read(car, &topic.field, message, context),
            Family::Wican => telemetry::wican(car, &topic.field, message, context),
            Family::Vin => vin::read(car, &topic.field, message, context),
            Family::Telemetry => telemetry::read(car, message, context),
        }
    }

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}
