//! The bytes of a live frame: see `ui/src/live/frame.ts`, its reader.

use hearthline_model::{Micros, PointId, Quality, Value};

use super::{Live, Slot};

/// "HFL1" as a little-endian number.
const MAGIC: u32 = 0x314C_4648;
const HEADER: usize = 40;
const RECORD: usize = 32;
/// Longer texts are cut for the live view; the page of the raw message shows them whole.
const LONGEST_TEXT: usize = 4096;

/// Revisions of what the window holds; it asks anew for what moved on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    /// Places, devices, points.
    pub model: u32,
    /// Alarms.
    pub alarms: u32,
    /// Brokers and counts.
    pub status: u32,
    /// Commands under way.
    pub commands: u32,
}

impl Live {
    /// A frame: the watched points that changed since `cursor` (0: all of them), and those watched anew.
    pub fn frame(&mut self, cursor: u32, revisions: Revisions, now: Micros) -> Vec<u8> {
        let mut shown: Vec<PointId> = std::mem::take(&mut self.fresh);
        let fresh = shown.len();
        for &point in &self.watched {
            let moved = self
                .points
                .get(point.0 as usize)
                .and_then(Option::as_ref)
                // Wrapping distance: the version may go around once in years.
                .is_some_and(|slot| cursor == 0 || (slot.version.wrapping_sub(cursor) as i32) > 0);
            if moved && !shown[..fresh].contains(&point) {
                shown.push(point);
            }
        }
        let mut bytes = Vec::with_capacity(HEADER + shown.len() * RECORD);
        bytes.resize(HEADER, 0);
        let mut texts = Vec::new();
        let mut count = 0u32;
        for point in shown {
            if let Some(slot) = self.points.get(point.0 as usize).and_then(Option::as_ref)
                && slot.known
            {
                put_record(&mut bytes, &mut texts, point, slot);
                count += 1;
            }
        }
        let cursor = self.version;
        // What is written from now on, even by a batch that is under way, is newer than this frame.
        self.advance();
        let header = [
            MAGIC,
            count,
            cursor,
            revisions.model,
            revisions.alarms,
            revisions.status,
            revisions.commands,
            texts.len() as u32,
        ];
        for (index, word) in header.into_iter().enumerate() {
            bytes[index * 4..index * 4 + 4].copy_from_slice(&word.to_le_bytes());
        }
        bytes[32..40].copy_from_slice(&(now as f64).to_le_bytes());
        bytes.extend_from_slice(&texts);
        bytes
    }
}

fn put_record(bytes: &mut Vec<u8>, texts: &mut Vec<u8>, point: PointId, slot: &Slot) {
    let offset = texts.len() as u32;
    let (tag, number) = match &slot.value {
        Value::Null => (0u8, 0.0),
        Value::Bool(on) => (1, f64::from(u8::from(*on))),
        Value::Int(int) => (2, *int as f64),
        Value::Float(float) => (3, *float),
        Value::Text(text) => {
            let mut end = text.len().min(LONGEST_TEXT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            texts.extend_from_slice(&text.as_bytes()[..end]);
            (4, 0.0)
        }
    };
    bytes.extend_from_slice(&point.0.to_le_bytes());
    bytes.extend_from_slice(&[tag, quality_code(slot.shown_quality()), 0, 0]);
    bytes.extend_from_slice(&(slot.at as f64).to_le_bytes());
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&offset.to_le_bytes());
    bytes.extend_from_slice(&(texts.len() as u32 - offset).to_le_bytes());
}

fn quality_code(quality: Quality) -> u8 {
    quality as u8
}

#[cfg(test)]
mod tests {
    use hearthline_decode::{PointIx, Reading};
    use hearthline_model::{BrokerId, DeviceId, PointDesc};

    use super::*;

    fn live() -> Live {
        let mut live = Live::default();
        live.device(DeviceId(1), BrokerId(1));
        for point in [1, 2] {
            live.describe(PointId(point), DeviceId(1), &PointDesc::default());
        }
        live
    }

    fn set(live: &mut Live, point: u32, value: Value) {
        live.advance();
        let reading = Reading {
            point: PointIx(0),
            at: 7,
            received: 7,
            value,
            quality: Quality::Good,
            historical: false,
        };
        live.reading(PointId(point), &reading);
    }

    fn word(bytes: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
    }

    #[test]
    fn only_watched_points_that_changed_are_in_a_frame() {
        let mut live = live();
        set(&mut live, 1, Value::Float(2.5));
        set(&mut live, 2, Value::text("grün"));
        assert_eq!(word(&live.frame(0, Revisions::default(), 9), 4), 0);
        live.watch(vec![PointId(2)]);
        let first = live.frame(0, Revisions::default(), 9);
        assert_eq!((word(&first, 0), word(&first, 4)), (MAGIC, 1));
        assert_eq!(word(&first, 40), 2);
        assert_eq!(first[44], 4);
        assert_eq!(&first[72..], "grün".as_bytes());
        let cursor = word(&first, 8);
        assert_eq!(word(&live.frame(cursor, Revisions::default(), 9), 4), 0);
        set(&mut live, 1, Value::Int(1));
        assert_eq!(word(&live.frame(cursor, Revisions::default(), 9), 4), 0);
        set(&mut live, 2, Value::Bool(true));
        let next = live.frame(cursor, Revisions::default(), 9);
        assert_eq!((word(&next, 4), next[44]), (1, 1));
    }

    #[test]
    fn what_comes_between_two_frames_is_in_the_second_though_nobody_advanced() {
        let mut live = live();
        live.watch(vec![PointId(1)]);
        live.advance();
        let cursor = word(&live.frame(0, Revisions::default(), 9), 8);
        let reading = Reading {
            point: PointIx(0),
            at: 7,
            received: 7,
            value: Value::Int(1),
            quality: Quality::Good,
            historical: false,
        };
        live.reading(PointId(1), &reading);
        assert_eq!(word(&live.frame(cursor, Revisions::default(), 9), 4), 1);
    }

    #[test]
    fn a_window_that_begins_anew_is_shown_what_an_earlier_run_left() {
        let mut live = live();
        live.restore(
            &hearthline_model::Sample {
                point: PointId(1),
                at: 5,
                value: Value::Int(1),
                quality: Quality::Good,
            },
            9,
        );
        live.watch(vec![PointId(1)]);
        assert_eq!(word(&live.frame(0, Revisions::default(), 9), 4), 1);
        live.watch(vec![PointId(1)]);
        assert_eq!(word(&live.frame(0, Revisions::default(), 9), 4), 1);
    }

    #[test]
    fn a_point_watched_anew_comes_though_it_did_not_change() {
        let mut live = live();
        set(&mut live, 1, Value::Int(1));
        live.watch(vec![PointId(1)]);
        let cursor = word(&live.frame(0, Revisions::default(), 9), 8);
        live.watch(vec![]);
        live.watch(vec![PointId(1)]);
        assert_eq!(word(&live.frame(cursor, Revisions::default(), 9), 4), 1);
    }
}
