//! A camera over the driveway, watched by Frigate: what it sees, what it counts, and what can be switched.

use serde_json::{Value, json};

use super::device::Device;
use super::house::House;
use super::pending::Pending;
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// The last-will topic.
pub(super) const AVAILABLE: &str = "frigate/available";
const CAMERA: &str = "driveway";
/// What can be switched, and whether it is at first.
const SWITCHES: [(&str, bool); 5] = [
    ("detect", true),
    ("recordings", true),
    ("snapshots", true),
    ("motion", true),
    ("improve_contrast", false),
];
/// How long a command takes, in seconds.
const DELAY: f64 = 0.3;

/// Something that the camera follows.
#[derive(Debug, Clone)]
struct Seen {
    label: &'static str,
    number: u64,
    /// When its coming was told, in seconds since the epoch; 0 before.
    start: f64,
    score: f64,
}

/// Frigate with its camera.
pub(super) struct Camera {
    on: [bool; SWITCHES.len()],
    /// Persons and cars in view.
    seen: [Option<Seen>; 2],
    /// Events to be told: what has changed with which of them.
    events: Vec<(&'static str, Seen)>,
    /// Seconds until a passer-by comes into view.
    passer: f64,
    /// Seconds that the passer-by stays.
    stays: f64,
    count: u64,
    pending: Pending<(usize, bool)>,
    uptime: f64,
    random: Random,
}

/// Labels and who is followed at which place.
const LABELS: [&str; 2] = ["person", "car"];

impl Camera {
    pub fn new(random: Random) -> Self {
        Self {
            on: SWITCHES.map(|(_, on)| on),
            seen: [None, None],
            events: Vec::new(),
            passer: 50.0,
            stays: 0.0,
            count: 0,
            pending: Pending::default(),
            uptime: 86_400.0,
            random,
        }
    }

    /// Follows one label: it is in view, or not.
    fn follow(&mut self, which: usize, there: bool) {
        // Without detection nothing is found, and what was followed is let go.
        let there = there && self.on[0];
        match (&mut self.seen[which], there) {
            (None, true) => {
                self.count += 1;
                let seen = Seen {
                    label: LABELS[which],
                    number: self.count,
                    start: 0.0,
                    score: round(self.random.between(0.72, 0.94), 2),
                };
                self.events.push(("new", seen.clone()));
                self.seen[which] = Some(seen);
            }
            (Some(_), false) => {
                if let Some(seen) = self.seen[which].take() {
                    self.events.push(("end", seen));
                }
            }
            (Some(_), true) | (None, false) => {}
        }
        self.events.truncate(32);
    }

    /// What is told of it at `now`, in seconds since the epoch.
    fn event(&self, kind: &str, seen: &Seen, now: f64) -> Value {
        let id = format!("{:.6}-{:06x}", seen.start, seen.number);
        let state = |score: f64, end: Option<f64>| {
            json!({
                "id": id, "camera": CAMERA, "frame_time": round(now, 3), "snapshot_time": round(seen.start, 3),
                "label": seen.label, "sub_label": null, "top_score": score, "false_positive": false, "start_time": round(seen.start, 3),
                "end_time": end, "score": score, "box": [424, 500, 536, 712], "area": 23_744, "ratio": 0.53, "region": [264, 450, 667, 853],
                "stationary": false, "motionless_count": 0, "position_changes": 2, "current_zones": [], "entered_zones": [],
                "attributes": {}, "current_attributes": [], "has_clip": end.is_some() && self.on[1], "has_snapshot": self.on[2],
                "pending_loitering": false,
            })
        };
        let end = (kind == "end").then(|| round(now, 3));
        json!({ "type": kind, "before": state(seen.score, None), "after": state(seen.score, end) })
    }
}

fn topic(what: &str) -> String {
    format!("frigate/{CAMERA}/{what}")
}

impl Device for Camera {
    fn link(&self) -> Link {
        Link::Camera
    }

    fn announce(&self, out: &mut Outbox) {
        out.announce(Link::Camera, AVAILABLE, "online");
    }

    fn filters(&self) -> Vec<String> {
        SWITCHES.map(|(name, _)| topic(&format!("{name}/set"))).into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let name = topic.rsplit('/').nth(1).unwrap_or_default();
        if let Some(at) = SWITCHES.iter().position(|(known, _)| *known == name)
            && matches!(text, "ON" | "OFF")
        {
            self.pending.push(DELAY, (at, text == "ON"));
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for (at, on) in self.pending.due(dt) {
            self.on[at] = on;
            // As in Frigate: nothing is detected where no motion is looked for.
            if SWITCHES[at].0 == "detect" && on {
                self.on[3] = true;
            }
        }
        self.uptime += dt;
        self.stays = (self.stays - dt).max(0.0);
        self.passer -= dt;
        if self.passer <= 0.0 {
            self.passer = self.random.wait(420.0) + 60.0;
            self.stays = if house.asleep {
                0.0
            } else {
                self.random.between(6.0, 20.0)
            };
        }
        self.follow(0, house.visitor > 0.0 || self.stays > 0.0);
        self.follow(1, house.car_passes > 0.0);
        house.used += 9.0;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        for ((name, _), on) in SWITCHES.iter().zip(self.on) {
            out.state(
                Link::Camera,
                &topic(&format!("{name}/state")),
                if on { "ON" } else { "OFF" },
                0,
            );
        }
        let mut all = 0;
        for (label, seen) in LABELS.iter().zip(&self.seen) {
            let count = u8::from(seen.is_some());
            all += count;
            out.state(Link::Camera, &topic(label), count.to_string(), 0);
            out.state(
                Link::Camera,
                &topic(&format!("{label}/active")),
                count.to_string(),
                0,
            );
        }
        out.state(Link::Camera, &topic("all"), all.to_string(), 0);
        out.state(
            Link::Camera,
            &topic("motion"),
            if all > 0 && self.on[3] { "ON" } else { "OFF" },
            0,
        );
        let now = out.time() as f64 / 1_000.0;
        for (kind, mut seen) in std::mem::take(&mut self.events) {
            if seen.start == 0.0 {
                seen.start = now;
                for known in self
                    .seen
                    .iter_mut()
                    .flatten()
                    .filter(|known| known.number == seen.number)
                {
                    known.start = now;
                }
            }
            out.event(
                Link::Camera,
                "frigate/events",
                self.event(kind, &seen, now).to_string(),
            );
        }
        if out.due("frigate/stats", (out.time() / 60_000).to_string(), 0) {
            let fps = round(self.random.between(4.9, 5.1), 1);
            let stats = json!({
                "cameras": {
                    CAMERA: {
                        "camera_fps": fps, "process_fps": fps, "skipped_fps": 0.0, "detection_fps": if all > 0 { 5.1 } else { 0.3 },
                        "detection_enabled": self.on[0], "pid": 412, "capture_pid": 415, "ffmpeg_pid": 421,
                    },
                },
                "detectors": { "cpu": { "inference_speed": round(self.random.between(9.4, 11.2), 2), "detection_start": 0.0, "pid": 402 } },
                "detection_fps": if all > 0 { 5.1 } else { 0.3 },
                "service": { "uptime": self.uptime as u64, "version": "0.16.1-e664cb2", "latest_version": "0.16.1" },
            });
            out.event(Link::Camera, "frigate/stats", stats.to_string());
        }
    }
}
