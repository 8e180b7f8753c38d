//! Sparkplug B on the wire, as an edge node would write it: apart from the decoder's own types, so that a wrong field number
//! there is found.

use prost::Message;

/// A message body.
#[derive(Clone, PartialEq, Message)]
pub struct Payload {
    /// Milliseconds since the Unix epoch.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    /// Values.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// Number of the message.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
}

/// A value of one of the types that tests use.
#[derive(Clone, PartialEq, Message)]
pub struct Metric {
    /// Name.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Short name.
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// Milliseconds since the Unix epoch.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    /// The specification's number of its type.
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    /// Old data that is told later.
    #[prost(bool, optional, tag = "5")]
    pub historical: Option<bool>,
    /// Whole numbers of up to 32 bits.
    #[prost(uint32, optional, tag = "10")]
    pub int: Option<u32>,
    /// Whole numbers of up to 64 bits.
    #[prost(uint64, optional, tag = "11")]
    pub long: Option<u64>,
    /// Real numbers of 32 bits.
    #[prost(float, optional, tag = "12")]
    pub float: Option<f32>,
    /// Real numbers of 64 bits.
    #[prost(double, optional, tag = "13")]
    pub double: Option<f64>,
    /// Yes or no.
    #[prost(bool, optional, tag = "14")]
    pub boolean: Option<bool>,
    /// Text.
    #[prost(string, optional, tag = "15")]
    pub text: Option<String>,
    /// Bytes, and arrays.
    #[prost(bytes = "vec", optional, tag = "16")]
    pub bytes: Option<Vec<u8>>,
}

/// `Double` in the specification.
pub const DOUBLE: u32 = 10;
/// `Boolean` in the specification.
pub const BOOLEAN: u32 = 11;
/// `UInt64` in the specification.
pub const UINT64: u32 = 8;

impl Payload {
    /// A message with a number, and a time of now.
    pub fn new(seq: u64, metrics: Vec<Metric>) -> Self {
        Self {
            timestamp: Some(now()),
            metrics,
            seq: Some(seq),
        }
    }

    /// A birth of an edge node: its bdSeq and what else it has.
    pub fn birth(metrics: impl IntoIterator<Item = Metric>) -> Self {
        let own = Metric {
            long: Some(0),
            ..Metric::of("bdSeq", UINT64)
        };
        Self::new(0, std::iter::once(own).chain(metrics).collect())
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}

impl Metric {
    /// A metric without a value yet.
    pub fn of(name: &str, datatype: u32) -> Self {
        Self {
            name: Some(name.into()),
            timestamp: Some(now()),
            datatype: Some(datatype),
            ..Self::default()
        }
    }

    /// A real number.
    pub fn real(name: &str, value: f64) -> Self {
        Self {
            double: Some(value),
            ..Self::of(name, DOUBLE)
        }
    }

    /// Yes or no.
    pub fn flag(name: &str, value: bool) -> Self {
        Self {
            boolean: Some(value),
            ..Self::of(name, BOOLEAN)
        }
    }
}

fn now() -> u64 {
    (hearthline_engine::now() / 1000) as u64
}
