//! What the texts of a series are: numbers, yes and no, a few words, or anything.

use hearthline_model::{Kind, Quality, Value};

/// Different words that make an enum.
const WORDS: usize = 24;
/// Longer texts are no words.
const LONGEST_WORD: usize = 40;

/// Counts what a series' texts are.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    numbers: u64,
    booleans: u64,
    texts: u64,
    words: Vec<String>,
    many: bool,
}

/// How the texts of a series are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As numbers; what is none is left out.
    Number,
    /// As yes or no.
    Bool,
    /// As they stand.
    Text,
}

impl Tally {
    /// Counts a text.
    pub fn add(&mut self, text: &str, comma: bool) {
        if unknown(text) {
            return;
        }
        if number(text, comma).is_some() {
            self.numbers += 1;
        } else {
            if boolean(text).is_some() {
                self.booleans += 1;
            } else {
                self.texts += 1;
            }
            if !self.many && !self.words.iter().any(|word| word == text) {
                if self.words.len() < WORDS && text.len() <= LONGEST_WORD {
                    self.words.push(text.to_owned());
                } else {
                    self.many = true;
                    self.words.clear();
                }
            }
        }
    }

    /// As what it is read: as numbers where nine tenths are (a broken line does not make words of years of numbers), as yes and
    /// no where all are.
    pub fn reading(&self) -> Reading {
        let others = self.booleans + self.texts;
        if self.numbers > 0 && self.numbers >= others.saturating_mul(9) {
            Reading::Number
        } else if self.booleans > 0 && self.texts + self.numbers == 0 {
            Reading::Bool
        } else {
            Reading::Text
        }
    }

    /// The sort of point that it makes, and the options of an enum.
    pub fn kind(&self, reading: Reading) -> (Kind, Vec<String>) {
        match reading {
            Reading::Number => (Kind::Number, Vec::new()),
            Reading::Bool => (Kind::Bool, Vec::new()),
            Reading::Text if self.many || self.words.is_empty() || self.numbers > 0 => {
                (Kind::Text, Vec::new())
            }
            Reading::Text => (Kind::Enum, self.words.clone()),
        }
    }
}

/// A text as a value; none where it is no number and should be one.
pub fn value(text: &str, reading: Reading, comma: bool) -> Option<(Value, Quality)> {
    if unknown(text) {
        return Some((Value::Null, Quality::Bad));
    }
    let value = match reading {
        Reading::Number => number(text, comma)?,
        Reading::Bool => Value::Bool(boolean(text)?),
        Reading::Text => Value::text(text),
    };
    Some((value, Quality::Good))
}

/// Whether a text says that nothing is known.
pub fn unknown(text: &str) -> bool {
    ["", "unknown", "unavailable", "null", "none", "nan", "n/a", "-"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// A number: whole ones stay whole.
pub fn number(text: &str, comma: bool) -> Option<Value> {
    let text = text.trim();
    // `inf` and `nan` would parse as well.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() > 64 {
        return None;
    }
    if let Ok(int) = text.parse::<i64>() {
        return Some(Value::Int(int));
    }
    let parsed = if comma && !text.contains('.') {
        text.replacen(',', ".", 1).parse::<f64>()
    } else {
        text.parse::<f64>()
    };
    parsed.ok().filter(|number| number.is_finite()).map(Value::Float)
}

/// Yes or no, in the words of common programs.
pub fn boolean(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["on", "true", "yes"]) {
        Some(true)
    } else if is(&["off", "false", "no"]) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(texts: &[&str]) -> (Reading, Kind, Vec<String>) {
        let mut tally = Tally::default();
        for text in texts {
            tally.add(text, true);
        }
        let reading = tally.reading();
        let (kind, options) = tally.kind(reading);
        (reading, kind, options)
    }

    #[test]
    fn series_are_read_as_what_they_are() {
        assert_eq!(told(&["1", "2,5", "unknown", "-3e4"]).1, Kind::Number);
        assert_eq!(told(&["on", "OFF", "unavailable"]).1, Kind::Bool);
        let (reading, kind, options) = told(&["open", "closed", "open"]);
        assert_eq!((reading, kind), (Reading::Text, Kind::Enum));
        assert_eq!(options, ["open", "closed"]);
        assert_eq!(told(&["1", "open"]).1, Kind::Text);
        assert_eq!(told(&[]).1, Kind::Text);
        let mut years = vec!["1"; 100];
        years.push("broken");
        assert_eq!(told(&years).0, Reading::Number);
        let many: Vec<String> = (0..100).map(|ix| format!("word {ix}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(told(&many).1, Kind::Text);
    }

    #[test]
    fn texts_become_values() {
        assert_eq!(
            value("21", Reading::Number, false),
            Some((Value::Int(21), Quality::Good))
        );
        assert_eq!(
            value("2,5", Reading::Number, true),
            Some((Value::Float(2.5), Quality::Good))
        );
        assert_eq!(value("2,5", Reading::Number, false), None);
        assert_eq!(value("inf", Reading::Number, false), None);
        assert_eq!(value("1e999", Reading::Number, false), None);
        assert_eq!(
            value("unavailable", Reading::Number, false),
            Some((Value::Null, Quality::Bad))
        );
        assert_eq!(
            value("On", Reading::Bool, false),
            Some((Value::Bool(true), Quality::Good))
        );
    }
}
