//! One line of the broker's book of retained messages.
//!
//! A record is `u32 length | u32 checksum | body`, little endian; the body is a version byte, the quality of service, the expiry
//! (milliseconds since the epoch, 0 = never), the topic with its length and the properties with their length, and the payload as the
//! rest. A record without payload says that the topic's message was cleared.

/// The layout this program writes.
const VERSION: u8 = 1;
/// Bytes before the body.
pub(super) const HEAD: usize = 8;
/// Longest body that is believed; anything longer is a damaged length.
const MAX_BODY: usize = 64 << 20;

/// A retained message, or with an empty payload the end of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record {
    /// Where it was published.
    pub topic: String,
    /// 0, 1 or 2.
    pub qos: u8,
    /// When it ends by itself, in milliseconds since the epoch; 0 = never.
    pub expires: i64,
    /// The publisher's MQTT 5 properties as JSON; empty for none.
    pub properties: Vec<u8>,
    /// What was said.
    pub payload: Vec<u8>,
}

impl Record {
    /// Bytes it takes in the file.
    pub fn size(&self) -> usize {
        HEAD + 18 + self.topic.len() + self.properties.len() + self.payload.len()
    }

    /// Appends the record to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0; HEAD]);
        out.push(VERSION);
        out.push(self.qos);
        out.extend_from_slice(&self.expires.to_le_bytes());
        out.extend_from_slice(&(self.topic.len() as u32).to_le_bytes());
        out.extend_from_slice(self.topic.as_bytes());
        out.extend_from_slice(&(self.properties.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.properties);
        out.extend_from_slice(&self.payload);
        let body = &out[start + HEAD..];
        let (length, sum) = ((body.len() as u32).to_le_bytes(), checksum(body).to_le_bytes());
        out[start..start + 4].copy_from_slice(&length);
        out[start + 4..start + HEAD].copy_from_slice(&sum);
    }

    /// Reads the first record of `bytes` and says how many bytes it took; `None` where no whole, undamaged record begins.
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let length = u32_at(bytes, 0)? as usize;
        let sum = u32_at(bytes, 4)?;
        if length > MAX_BODY {
            return None;
        }
        let body = bytes.get(HEAD..HEAD + length)?;
        if checksum(body) != sum || *body.first()? != VERSION {
            return None;
        }
        let qos = *body.get(1)?;
        let expires = i64::from_le_bytes(body.get(2..10)?.try_into().ok()?);
        let (topic, at) = field(body, 10)?;
        let (properties, at) = field(body, at)?;
        let record = Self {
            topic: std::str::from_utf8(topic).ok()?.to_owned(),
            qos: qos.min(2),
            expires,
            properties: properties.to_vec(),
            payload: body.get(at..)?.to_vec(),
        };
        Some((record, HEAD + length))
    }
}

/// A field with its length before it, and where the next one begins.
fn field(body: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let length = u32_at(body, at)? as usize;
    let end = at.checked_add(4)?.checked_add(length)?;
    Some((body.get(at + 4..end)?, end))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

/// FNV-1a: it only has to tell a torn write from a whole one.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| {
        (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(topic in "[a-z/ü]{0,40}", qos in 0u8..3, expires: i64, properties: Vec<u8>, payload: Vec<u8>) {
            let record = Record { topic, qos, expires, properties, payload };
            let mut bytes = vec![7; 3];
            record.write(&mut bytes);
            prop_assert_eq!(bytes.len() - 3, record.size());
            prop_assert_eq!(Record::read(&bytes[3..]), Some((record.clone(), record.size())));
        }

        #[test]
        fn a_cut_or_damaged_record_is_refused(payload: Vec<u8>, cut in 0usize..30, flip in 0usize..30) {
            let record = Record { topic: "a/b".into(), payload, ..Record::default() };
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            prop_assert_eq!(Record::read(&bytes[..cut.min(bytes.len() - 1)]), None);
            let at = flip.min(bytes.len() - 1);
            bytes[at] ^= 0x40;
            prop_assert_eq!(Record::read(&bytes), None);
        }

        #[test]
        fn anything_may_be_read(bytes: Vec<u8>) {
            let _ = Record::read(&bytes);
        }
    }
}
