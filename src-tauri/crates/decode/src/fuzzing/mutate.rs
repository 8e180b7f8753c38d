//! Bad scripts of good ones, always the same for the same number.

use serde_json::{Map, Value as Json};

use super::script::{join, payload_at, records};
use super::seeds::WORDS;

/// Longest script that is made, bytes.
const MOST: usize = 96 << 10;

/// Makes scripts.
#[derive(Clone, Debug)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// The sequence of this number.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number (`SplitMix64`).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`; 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            0
        } else {
            (self.next() % end as u64) as usize
        }
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &'a [&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// A script made of one or two of `seeds`.
    pub fn script(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut data = seeds.get(self.below(seeds.len())).cloned().unwrap_or_default();
        for _ in 0..=self.below(5) {
            data = match self.below(10) {
                0 => {
                    let other = self.below(seeds.len());
                    self.splice(&data, seeds.get(other).map_or(&[], Vec::as_slice))
                }
                1 => self.reorder(&data),
                2 | 3 => self.bytes(data),
                _ => self.payload(&data),
            };
            data.truncate(MOST);
        }
        data
    }

    /// Records of two scripts, mixed.
    fn splice(&mut self, a: &[u8], b: &[u8]) -> Vec<u8> {
        let (a, b) = (records(a), records(b));
        let mut out = a[..self.below(a.len() + 1)].to_vec();
        out.extend(&b[self.below(b.len())..]);
        join(&out)
    }

    /// A record moved, doubled, left out, or one put in that lets time pass, connects anew, writes or joins.
    fn reorder(&mut self, data: &[u8]) -> Vec<u8> {
        let mut list: Vec<Vec<u8>> = records(data).into_iter().map(<[u8]>::to_vec).collect();
        let (from, to) = (self.below(list.len()), self.below(list.len()));
        match self.below(5) {
            0 => list.swap(from, to),
            1 => list.insert(to, list[from].clone()),
            2 if list.len() > 1 => {
                list.remove(from);
            }
            3 => {
                // Removed with an empty payload, as brokers tell it.
                let record = &list[from];
                let end = payload_at(record).unwrap_or(record.len());
                list.insert(to, record[..end].to_vec());
            }
            _ => {
                let head = 0xc0 + self.below(0x40) as u8;
                list.insert(to, vec![head]);
            }
        }
        join(&list)
    }

    /// Bits turned, bytes taken out, put in and doubled.
    fn bytes(&mut self, mut data: Vec<u8>) -> Vec<u8> {
        let at = self.below(data.len());
        let end = at + self.below((data.len() - at).min(64) + 1);
        match self.below(5) {
            0 => {
                if let Some(byte) = data.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                data.drain(at..end);
            }
            2 => {
                let part = data[at..end].to_vec();
                data.splice(at..at, part);
            }
            3 => {
                let word = self.pick(WORDS);
                data.splice(at..end.min(at + word.len()), word.iter().copied());
            }
            _ => {
                let byte = self.next() as u8;
                data.insert(at, byte);
            }
        }
        data
    }

    /// One payload: as JSON where it is, by its bytes otherwise.
    fn payload(&mut self, data: &[u8]) -> Vec<u8> {
        let mut list: Vec<Vec<u8>> = records(data).into_iter().map(<[u8]>::to_vec).collect();
        let ix = self.below(list.len());
        let record = &mut list[ix];
        let at = payload_at(record).unwrap_or(0);
        let (head, body) = record.split_at(at.min(record.len()));
        let body = match serde_json::from_slice::<Json>(body) {
            Ok(mut json) => {
                self.json(&mut json);
                self.written(&json)
            }
            Err(_) => self.bytes(body.to_vec()),
        };
        *record = [head, &body].concat();
        join(&list)
    }

    /// JSON as text; now and then with a number that no float can hold.
    fn written(&mut self, json: &Json) -> Vec<u8> {
        let text = json.to_string();
        let text = match self.below(20) {
            0 => text.replacen("null", "1e999", 1),
            1 => text.replacen("true", "123456789012345678901234567890", 1),
            2 => text.replacen("null", "NaN", 1),
            _ => text,
        };
        text.into_bytes()
    }

    /// One node anywhere within.
    fn json(&mut self, json: &mut Json) {
        let deeper = self.below(4) > 0;
        match json {
            Json::Array(items) if deeper && !items.is_empty() => {
                let ix = self.below(items.len());
                self.json(&mut items[ix]);
            }
            Json::Object(entries) if deeper && !entries.is_empty() => {
                let ix = self.below(entries.len());
                if let Some(value) = entries.values_mut().nth(ix) {
                    self.json(value);
                }
            }
            _ => self.node(json),
        }
    }

    fn node(&mut self, json: &mut Json) {
        let former = json.take();
        *json = match (self.below(12), former) {
            (0, former) => Json::String(former.to_string()),
            (1, Json::String(text)) => serde_json::from_str(&text).unwrap_or(Json::Null),
            (2, former) => (0..self.below(120)).fold(former, |inner, _| Json::Array(vec![inner])),
            (3, former) => (0..self.below(120)).fold(former, |inner, _| {
                Json::Object(Map::from_iter([("a".to_owned(), inner)]))
            }),
            (4, former) => {
                let room = MOST / (1 + former.to_string().len());
                Json::Array(vec![former; self.below(room.min(300))])
            }
            (5, Json::Object(mut entries)) => {
                let ix = self.below(entries.len());
                if let Some(key) = entries.keys().nth(ix).cloned() {
                    entries.remove(&key);
                }
                Json::Object(entries)
            }
            (6, Json::Object(entries)) => self.keys(entries),
            (7, Json::Array(mut items)) => {
                let ix = self.below(items.len());
                items.extend(items.get(ix).cloned());
                items.rotate_left(ix);
                Json::Array(items)
            }
            (8, former) => {
                let mut text = former.as_str().unwrap_or("x").to_owned();
                text.push_str(self.pick(&[
                    "\u{0}",
                    "🏡",
                    "/+/#",
                    "\u{202e}",
                    "~",
                    "{{ value }}",
                    "\"",
                    "ß",
                    " ",
                ]));
                let room = (MOST / (1 + text.len())).min(200);
                Json::String(text.repeat(1 + self.below(3) * self.below(room)))
            }
            (9 | 10, _) => self.number(),
            _ => match self.below(5) {
                0 => Json::Null,
                1 => Json::Bool(self.below(2) == 0),
                2 => Json::String(String::new()),
                3 => Json::Array(Vec::new()),
                _ => Json::Object(Map::new()),
            },
        };
    }

    fn number(&mut self) -> Json {
        match self.below(8) {
            0 => Json::from(i64::MIN),
            1 => Json::from(u64::MAX),
            2 => Json::from(f64::MAX),
            3 => Json::from(-0.0),
            4 => Json::from(f64::MIN_POSITIVE / 4.0),
            5 => Json::from(0),
            6 => Json::from(-1),
            _ => Json::from(self.next() as i64 >> self.below(64)),
        }
    }

    /// A key doubled under another name, or all values handed on by one.
    fn keys(&mut self, mut entries: Map<String, Json>) -> Json {
        let ix = self.below(entries.len());
        if self.below(2) == 0 {
            let mut values: Vec<Json> = entries.values().cloned().collect();
            values.rotate_left(ix);
            return Json::Object(entries.into_iter().map(|(key, _)| key).zip(values).collect());
        }
        if let Some((key, value)) = entries
            .iter()
            .nth(ix)
            .map(|(key, value)| (key.clone(), value.clone()))
        {
            let more = self.pick(&["", "2", "_topic", "/", ".", "🏡"]);
            entries.insert(format!("{key}{more}"), value);
        }
        Json::Object(entries)
    }
}
