//! What the home says and obeys.

mod commands;
mod descriptions;
mod physics;

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

/// 2026-05-12 (a Tuesday), half past ten.
const MORNING: f64 = 1_778_581_800.0;
const LINKS: [Link; 9] = [
    Link::Home,
    Link::Zigbee,
    Link::TvPlug,
    Link::DeskPlug,
    Link::Garage,
    Link::Air,
    Link::Fan,
    Link::Phone,
    Link::Camera,
];

struct Test {
    home: Home,
    out: Outbox,
    at: i64,
}

impl Test {
    fn new() -> Self {
        Self {
            home: Home::new(42, MORNING),
            out: Outbox::default(),
            at: 0,
        }
    }

    fn announced(&mut self) -> Vec<Message> {
        for link in LINKS {
            self.home.announce(link, &mut self.out);
        }
        self.take()
    }

    /// Lets seconds pass and gives the last payload of each topic.
    fn after(&mut self, seconds: u32) -> BTreeMap<String, String> {
        let mut last = BTreeMap::new();
        for _ in 0..seconds * 2 {
            self.at += 500;
            self.home.advance(0.5);
            self.out.set_time(self.at);
            self.home.report(&mut self.out);
            for message in self.take() {
                last.insert(message.topic, String::from_utf8(message.payload).expect("text"));
            }
        }
        last
    }

    fn take(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        self.out.drain(&mut messages);
        messages
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}
