//! Bytes: `pack`, `unpack`, `from_hex`.

use minijinja::{Environment, Error, Value};

use super::args::wrong;
use super::number::as_float;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("pack", pack);
    environment.add_function("pack", pack);
    environment.add_filter("unpack", unpack);
    environment.add_function("unpack", unpack);
    environment.add_filter("from_hex", |text: &str| -> Result<Value, Error> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_digit(16).map(|d| d as u8))
            .collect();
        let digits = digits.ok_or_else(|| wrong("from_hex: not a hexadecimal digit"))?;
        if digits.len() % 2 == 1 {
            return Err(wrong("from_hex: an odd number of digits"));
        }
        Ok(Value::from_bytes(
            digits.chunks(2).map(|d| d[0] << 4 | d[1]).collect(),
        ))
    });
}

/// The one item of a `struct` format (`>h`): byte order, size, whether signed, whether float.
struct Format {
    big: bool,
    size: usize,
    signed: bool,
    float: bool,
}

impl Format {
    fn parse(text: &str) -> Result<Self, Error> {
        let (big, item) = match text.chars().next() {
            Some('>' | '!') => (true, &text[1..]),
            Some('<' | '=' | '@') => (false, &text[1..]),
            _ => (false, text),
        };
        let (size, signed, float) = match item {
            "b" => (1, true, false),
            "B" | "c" | "?" => (1, false, false),
            "h" => (2, true, false),
            "H" => (2, false, false),
            "i" | "l" => (4, true, false),
            "I" | "L" => (4, false, false),
            "q" | "n" => (8, true, false),
            "Q" | "N" => (8, false, false),
            "f" => (4, true, true),
            "d" => (8, true, true),
            _ => return Err(wrong("pack/unpack: this format is not known")),
        };
        Ok(Self {
            big,
            size,
            signed,
            float,
        })
    }
}

fn pack(value: Value, format: &str) -> Result<Value, Error> {
    let format = Format::parse(format)?;
    let mut bytes = if format.float {
        let float = as_float(&value).ok_or_else(|| wrong("pack needs a number"))?;
        match format.size {
            4 => (float as f32).to_le_bytes().to_vec(),
            _ => float.to_le_bytes().to_vec(),
        }
    } else {
        let int = i128::try_from(value).map_err(|_| wrong("pack needs a whole number"))?;
        let bits = format.size as u32 * 8;
        let (low, high) = if format.signed {
            (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
        } else {
            (0, (1_i128 << bits) - 1)
        };
        if !(low..=high).contains(&int) {
            return Err(wrong("pack: the number does not fit the format"));
        }
        int.to_le_bytes()[..format.size].to_vec()
    };
    if format.big {
        bytes.reverse();
    }
    Ok(Value::from_bytes(bytes))
}

fn unpack(value: Value, format: &str, offset: Option<usize>) -> Result<Value, Error> {
    let format = Format::parse(format)?;
    let bytes = value.as_bytes().ok_or_else(|| wrong("unpack needs bytes"))?;
    let Some(bytes) = bytes
        .get(offset.unwrap_or(0)..)
        .and_then(|bytes| bytes.get(..format.size))
    else {
        return Ok(Value::from(())); // Home Assistant answers None and logs
    };
    let mut raw = [0_u8; 16];
    raw[..format.size].copy_from_slice(bytes);
    if format.big {
        raw[..format.size].reverse();
    }
    if format.float {
        let (four, eight) = (raw.first_chunk().copied(), raw.first_chunk().copied());
        return Ok(Value::from(match format.size {
            4 => four.map(|bytes| f64::from(f32::from_le_bytes(bytes))),
            _ => eight.map(f64::from_le_bytes),
        }));
    }
    let int = i128::from_le_bytes(raw);
    let bits = format.size as u32 * 8;
    let int = if format.signed && int >> (bits - 1) & 1 == 1 {
        int - (1_i128 << bits)
    } else {
        int
    };
    Ok(i64::try_from(int).map_or_else(|_| Value::from(int), Value::from))
}
