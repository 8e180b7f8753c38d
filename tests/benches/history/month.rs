//! The demo home's own traffic over a simulated month, decoded as in the engine.

use std::collections::HashMap;
use std::error::Error;

use hearthline_decode::{Decoder, Event, Message, Options, PointIx};
use hearthline_demo::{Clock, Link, World};
use hearthline_model::{Micros, PointId, Sample, Value};
use hearthline_tests::measure::table::whole;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::size::{row, table};

/// 2026-05-12, in milliseconds.
const START: i64 = 1_778_574_600_000;
const DAYS: i64 = 30;

/// Bytes a sample, by what the values are.
pub fn month() -> Result<(), Box<dyn Error>> {
    let mut home = Home {
        world: World::new(
            42,
            Clock {
                wall: START,
                offset: 7_200,
            },
        ),
        decoder: Decoder::new(Options::default()),
        samples: Vec::new(),
        kinds: HashMap::new(),
    };
    home.live();
    let mut table = table(&format!(
        "bytes a sample, the demo home over {DAYS} days, {} points",
        whole(home.kinds.len() as f64)
    ));
    let all = std::mem::take(&mut home.samples);
    row(&mut table, "all", &[&all], "0.80")?;
    for (name, kind) in [
        ("numbers", Kind::Number),
        ("booleans", Kind::Boolean),
        ("text", Kind::Text),
    ] {
        let some: Vec<Sample> = all
            .iter()
            .filter(|sample| home.kinds.get(&sample.point.0) == Some(&kind))
            .cloned()
            .collect();
        row(&mut table, name, &[&some], "")?;
    }
    // The simulation speaks to the millisecond; a network delivers to the microsecond, which nothing can compress.
    let mut random = SmallRng::seed_from_u64(3);
    let mut late = all;
    for sample in &mut late {
        if sample.at % 1_000 == 0 {
            sample.at += random.random_range(0..5_000);
        }
    }
    late.sort_by_key(|sample| sample.at);
    row(&mut table, "all, arriving up to 5 ms late", &[&late], "")?;
    table.print();
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Boolean,
    Text,
}

struct Home {
    world: World,
    decoder: Decoder,
    samples: Vec<Sample>,
    kinds: HashMap<u32, Kind>,
}

impl Home {
    fn live(&mut self) {
        let mut now = START;
        let mut events = Vec::new();
        self.decoder.connected(now * 1_000, &mut events);
        let mut out = Vec::new();
        let links = Link::ALL.into_iter();
        for link in links.filter(|link| !matches!(link, Link::Line1 | Link::Line2 | Link::Utilities)) {
            self.world.connected(link, 1, now, &mut out);
        }
        while now < START + DAYS * 86_400_000 {
            for said in out.drain(..) {
                let message = Message {
                    topic: &said.topic,
                    payload: &said.payload,
                    retain: false,
                    at: now * 1_000,
                };
                self.decoder.message(&message, &mut events);
            }
            self.decoder.tick(now * 1_000, &mut events);
            for event in events.drain(..) {
                if let Event::Reading(reading) = event {
                    self.take(reading.point, reading.at, reading.value, reading.quality);
                }
            }
            now += 1_000;
            self.world.step(1.0, now, &mut out);
        }
    }

    fn take(&mut self, point: PointIx, at: Micros, value: Value, quality: hearthline_model::Quality) {
        let kind = match &value {
            Value::Bool(_) => Some(Kind::Boolean),
            Value::Text(_) => Some(Kind::Text),
            Value::Int(_) | Value::Float(_) => Some(Kind::Number),
            Value::Null => None,
        };
        if let Some(kind) = kind {
            self.kinds.entry(point.0 + 1).or_insert(kind);
        }
        self.samples.push(Sample {
            point: PointId(point.0 + 1),
            at,
            value,
            quality,
        });
    }
}
