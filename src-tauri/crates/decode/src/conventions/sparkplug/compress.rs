//! Compressed payloads: a payload of its own whose body is the real one.

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::proto::{MetricValue, Payload};

const COMPRESSED: &str = "SPBV1.0_COMPRESSED";

/// Why a body could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The bytes are not what the algorithm makes.
    Broken,
    /// More than `limit` bytes come out.
    TooLarge,
}

/// The bytes of the real payload where this one is compressed; at most `limit` of them.
pub(super) fn open(payload: &Payload, limit: usize) -> Option<Result<Vec<u8>, Trouble>> {
    if payload.uuid.as_deref() != Some(COMPRESSED) {
        return None;
    }
    let body = payload.body.as_deref().unwrap_or_default();
    let algorithm = payload
        .metrics
        .iter()
        .find(|metric| metric.name.as_deref() == Some("algorithm"))
        .and_then(|metric| match &metric.value {
            Some(MetricValue::String(text)) => Some(text.as_str()),
            _ => None,
        });
    let gzip = match algorithm {
        Some(name) => name.eq_ignore_ascii_case("GZIP"),
        None => body.starts_with(&[0x1F, 0x8B]),
    };
    Some(if gzip {
        bounded(GzDecoder::new(body), limit)
    } else {
        // "DEFLATE" of the Java world has zlib's header; others send it bare.
        bounded(ZlibDecoder::new(body), limit).or_else(|trouble| match trouble {
            Trouble::Broken => bounded(DeflateDecoder::new(body), limit),
            Trouble::TooLarge => Err(trouble),
        })
    })
}

fn bounded(reader: impl Read, limit: usize) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| Trouble::Broken)?;
    if out.len() > limit {
        Err(Trouble::TooLarge)
    } else {
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::super::proto::Metric;
    use super::*;

    fn payload(algorithm: &str, body: Vec<u8>) -> Payload {
        Payload {
            uuid: Some(COMPRESSED.into()),
            body: Some(body),
            metrics: vec![Metric {
                name: Some("algorithm".into()),
                value: Some(MetricValue::String(algorithm.into())),
                ..Metric::default()
            }],
            ..Payload::default()
        }
    }

    #[test]
    fn all_three_forms_open_and_bombs_do_not() {
        let real = vec![7u8; 5000];
        let level = Compression::default();
        let mut gzip = GzEncoder::new(Vec::new(), level);
        gzip.write_all(&real).unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), level);
        zlib.write_all(&real).unwrap();
        let mut deflate = DeflateEncoder::new(Vec::new(), level);
        deflate.write_all(&real).unwrap();
        let forms = [
            payload("GZIP", gzip.finish().unwrap()),
            payload("DEFLATE", zlib.finish().unwrap()),
            payload("DEFLATE", deflate.finish().unwrap()),
        ];
        for form in &forms {
            assert_eq!(open(form, 5000), Some(Ok(real.clone())));
            assert_eq!(open(form, 4999), Some(Err(Trouble::TooLarge)));
        }
        assert_eq!(
            open(&payload("GZIP", vec![1, 2, 3]), 5000),
            Some(Err(Trouble::Broken))
        );
        assert_eq!(open(&Payload::default(), 5000), None);
    }
}
