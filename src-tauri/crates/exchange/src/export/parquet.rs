//! History as Apache Parquet.
//!
//! One row a sample ("long"), because points are sampled at times of their own and a table with a column a point would be
//! nearly empty. `value` holds every number as a double, booleans as 0 and 1, so that what most people want needs no thought
//! (`df[df.point == "Power"].value.mean()`); `text` holds words. What a double cannot tell stands beside them: `int` for whole
//! numbers to the last of 64 bits, `bool` for what was on or off. All four empty is a value known to be unknown.
//! `device_key` and `point_key` outlive names; the words repeat, so that dictionaries make them nearly free.

use std::io::Write;
use std::sync::Arc;

use hearthline_history::ListedPoint;
use hearthline_model::{Sample, Value};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use super::{Rows, quality_word};
use crate::Error;

/// The columns, in the order that [`Parquet::write`] writes them.
const SCHEMA: &str = "
message history {
    required int64 time (TIMESTAMP(MICROS,true));
    required binary device (STRING);
    required binary point (STRING);
    optional double value;
    optional binary text (STRING);
    optional int64 int;
    optional boolean bool;
    optional binary unit (STRING);
    required binary quality (STRING);
    required binary device_key (STRING);
    required binary point_key (STRING);
}";

/// Rows of a row group: what is held in memory, and what readers take as a unit of their own.
pub(super) const GROUP: usize = 122_880;
/// Bytes of text that close a row group early.
const GROUP_TEXT: usize = 32 << 20;

/// A Parquet file under way.
pub struct Parquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    /// The names of the points of this row group, each with its first row.
    points: Vec<(usize, Names)>,
    samples: Vec<Sample>,
    text: usize,
}

/// The names of a point.
#[derive(Clone)]
pub(super) struct Names {
    pub device: ByteArray,
    pub point: ByteArray,
    pub unit: Option<ByteArray>,
    pub device_key: ByteArray,
    pub point_key: ByteArray,
}

impl Names {
    pub fn of(point: &ListedPoint) -> Self {
        Self {
            device: point.device_name().into(),
            point: point.name().into(),
            unit: point.desc.unit.as_deref().map(ByteArray::from),
            device_key: point.device_desc.key.as_str().into(),
            point_key: point.desc.key.as_str().into(),
        }
    }
}

/// How every file is written.
pub(super) fn properties() -> Result<WriterProperties, ParquetError> {
    let time = ColumnPath::from("time");
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        // Neighbours in time differ by little: differences pack far better than a dictionary of times.
        .set_column_dictionary_enabled(time.clone(), false)
        .set_column_encoding(time, Encoding::DELTA_BINARY_PACKED)
        .set_created_by(concat!("hearthline version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "hearthline.layout".to_owned(),
            "1".to_owned(),
        )]))
        .build())
}

impl<W: Write + Send> Parquet<W> {
    /// Begins the file.
    pub fn new(out: W) -> Result<Self, Error> {
        let schema = parse_message_type(SCHEMA).map_err(failed)?;
        let properties = properties().map_err(failed)?;
        Ok(Self {
            writer: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failed)?,
            points: Vec::new(),
            samples: Vec::new(),
            text: 0,
        })
    }

    /// Writes what is held as a row group.
    fn write(&mut self) -> Result<(), ParquetError> {
        if self.samples.is_empty() {
            return Ok(());
        }
        let samples = &self.samples;
        let mut group = self.writer.next_row_group()?;
        let times: Vec<i64> = samples.iter().map(|sample| sample.at).collect();
        required::<Int64Type, W>(&mut group, &times)?;
        let named =
            |of: fn(&Names) -> &ByteArray| spread(&self.points, samples.len(), |names| of(names).clone());
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.device))?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.point))?;
        optional::<DoubleType, W>(&mut group, samples.iter().map(|sample| sample.value.as_f64()))?;
        optional::<ByteArrayType, W>(
            &mut group,
            samples
                .iter()
                .map(|sample| sample.value.as_text().map(ByteArray::from)),
        )?;
        optional::<Int64Type, W>(
            &mut group,
            samples.iter().map(|sample| match sample.value {
                Value::Int(int) => Some(int),
                _ => None,
            }),
        )?;
        optional::<BoolType, W>(&mut group, samples.iter().map(|sample| sample.value.as_bool()))?;
        let units = spread(&self.points, samples.len(), |names| names.unit.clone());
        optional::<ByteArrayType, W>(&mut group, units.into_iter())?;
        let qualities: Vec<ByteArray> = samples
            .iter()
            .map(|sample| ByteArray::from(quality_word(sample.quality)))
            .collect();
        required::<ByteArrayType, W>(&mut group, &qualities)?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.device_key))?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.point_key))?;
        group.close()?;
        self.samples.clear();
        self.text = 0;
        // The point under way goes on in the next group.
        if let Some((_, names)) = self.points.pop() {
            self.points.clear();
            self.points.push((0, names));
        }
        Ok(())
    }
}

impl<W: Write + Send> Rows for Parquet<W> {
    fn point(&mut self, point: &ListedPoint) -> Result<(), Error> {
        let names = Names::of(point);
        let row = self.samples.len();
        // A point without samples leaves nothing behind.
        self.points.retain(|(first, _)| *first < row);
        self.points.push((row, names));
        Ok(())
    }

    fn page(&mut self, samples: &[Sample]) -> Result<(), Error> {
        for sample in samples {
            self.text += sample.value.as_text().map_or(0, str::len);
            self.samples.push(sample.clone());
            if self.samples.len() >= GROUP || self.text >= GROUP_TEXT {
                self.write().map_err(failed)?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.write().map_err(failed)?;
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}

/// One value a row, of the point that the row belongs to.
pub(super) fn spread<T: Clone>(points: &[(usize, Names)], rows: usize, of: impl Fn(&Names) -> T) -> Vec<T> {
    let mut all = Vec::with_capacity(rows);
    for (ix, (_, names)) in points.iter().enumerate() {
        let end = points.get(ix + 1).map_or(rows, |(first, _)| *first);
        all.resize(end, of(names));
    }
    all
}

pub(super) fn required<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    column::<T, W>(group, values, None)
}

pub(super) fn optional<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let mut levels = Vec::with_capacity(values.size_hint().0);
    let mut there = Vec::new();
    for value in values {
        levels.push(i16::from(value.is_some()));
        there.extend(value);
    }
    column::<T, W>(group, &there, Some(&levels))
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General(
            "the table has fewer columns than values".into(),
        ));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

pub(super) fn failed(error: ParquetError) -> Error {
    Error::Write(match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    })
}
