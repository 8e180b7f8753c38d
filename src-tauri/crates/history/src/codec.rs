//! Numbers and values as bytes: LEB128 for whole numbers, eight bytes for real ones.

use hearthline_model::{Quality, Value};

use crate::Error;

/// Appends an unsigned number.
pub fn put_uint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a signed number, small ones short.
pub fn put_int(out: &mut Vec<u8>, number: i64) {
    put_uint(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Appends a value with its quality.
pub fn put_value(out: &mut Vec<u8>, value: &Value, quality: Quality) {
    let tag = |kind: u8| kind | (quality as u8) << 4;
    match value {
        Value::Null => out.push(tag(0)),
        Value::Bool(false) => out.push(tag(1)),
        Value::Bool(true) => out.push(tag(2)),
        Value::Int(int) => {
            out.push(tag(3));
            put_int(out, *int);
        }
        Value::Float(float) => {
            out.push(tag(4));
            out.extend_from_slice(&float.to_le_bytes());
        }
        Value::Text(text) => {
            out.push(tag(5));
            put_uint(out, text.len() as u64);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Reads what the functions above wrote.
pub struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the beginning.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether all is read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All that is left.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or_else(|| Error::Record("it ends too early".into()))?;
        self.bytes = rest;
        Ok(taken)
    }

    /// An unsigned number.
    pub fn uint(&mut self) -> Result<u64, Error> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Error::Record("a number is too long".into()))
    }

    /// A signed number.
    pub fn int(&mut self) -> Result<i64, Error> {
        let raw = self.uint()?;
        Ok((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    /// A value with its quality.
    pub fn value(&mut self) -> Result<(Value, Quality), Error> {
        let tag = self.byte()?;
        let quality = Quality::from_code(tag >> 4);
        let value = match tag & 0x0f {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::Int(self.int()?),
            4 => {
                let mut eight = [0; 8];
                eight.copy_from_slice(self.take(8)?);
                Value::Float(f64::from_le_bytes(eight))
            }
            5 => {
                let len =
                    usize::try_from(self.uint()?).map_err(|_| Error::Record("a text is too long".into()))?;
                let text =
                    std::str::from_utf8(self.take(len)?).map_err(|error| Error::Record(error.to_string()))?;
                Value::text(text)
            }
            other => return Err(Error::Record(format!("unknown kind of value {other}"))),
        };
        Ok((value, quality))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(unsigned: u64, signed: i64) {
            let mut out = Vec::new();
            put_uint(&mut out, unsigned);
            put_int(&mut out, signed);
            let mut cursor = Cursor::new(&out);
            prop_assert_eq!(cursor.uint().unwrap(), unsigned);
            prop_assert_eq!(cursor.int().unwrap(), signed);
            prop_assert!(cursor.is_empty());
        }

        #[test]
        fn any_bytes_read_without_panic(bytes: Vec<u8>) {
            let mut cursor = Cursor::new(&bytes);
            while !cursor.is_empty() && cursor.value().is_ok() {}
        }
    }
}
