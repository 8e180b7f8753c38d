//! Columns of numbers in pages that open one by one, so that a question about an hour need not open a day.

use pco::data_types::Number;
use pco::wrapped::{ChunkDecompressor, FileCompressor, FileDecompressor};
use pco::{ChunkConfig, DeltaSpec, PagingSpec};

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint};

/// Samples of a page.
pub const PAGE: usize = if cfg!(test) { 32 } else { 2048 };
/// Up to so many numbers the plain form is tried as well: the tables of the other weigh more than they save.
const FEW: usize = 256;
const PLAIN: u8 = 0;
const PCO: u8 = 1;

/// What a column can be of.
pub trait Figure: Number + Copy + Default {
    /// Appends `this` as it is, `before` being its forerunner.
    fn put(this: Self, before: Self, out: &mut Vec<u8>);
    /// Reads what `put` wrote.
    fn take(before: Self, cursor: &mut Cursor<'_>) -> Result<Self, Error>;
}

impl Figure for i64 {
    fn put(this: Self, before: Self, out: &mut Vec<u8>) {
        put_int(out, this.wrapping_sub(before));
    }

    fn take(before: Self, cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        Ok(before.wrapping_add(cursor.int()?))
    }
}

impl Figure for f64 {
    fn put(this: Self, before: Self, out: &mut Vec<u8>) {
        // Repetitions are a byte, everything else nine.
        let same = this.to_bits() == before.to_bits();
        out.push(u8::from(!same));
        if !same {
            out.extend_from_slice(&this.to_le_bytes());
        }
    }

    fn take(before: Self, cursor: &mut Cursor<'_>) -> Result<Self, Error> {
        if cursor.byte()? == 0 {
            return Ok(before);
        }
        let mut eight = [0; 8];
        eight.copy_from_slice(cursor.take(8)?);
        Ok(Self::from_le_bytes(eight))
    }
}

/// Compresses a column; `delta` is what pco is told of its course.
pub fn encode<T: Figure>(column: &[T], delta: DeltaSpec) -> Result<Vec<u8>, Error> {
    let plain = (column.len() <= FEW).then(|| {
        let mut out = vec![PLAIN];
        let mut before = T::default();
        for &figure in column {
            T::put(figure, before, &mut out);
            before = figure;
        }
        out
    });
    if column.len() < 8 {
        return Ok(plain.unwrap_or_default());
    }
    let packed = pack(column, delta)?;
    Ok(match plain {
        Some(plain) if plain.len() <= packed.len() => plain,
        _ => packed,
    })
}

fn pack<T: Figure>(column: &[T], delta: DeltaSpec) -> Result<Vec<u8>, Error> {
    let counts: Vec<usize> = column.chunks(PAGE).map(<[T]>::len).collect();
    let config = ChunkConfig::default()
        .with_delta_spec(delta)
        .with_paging_spec(PagingSpec::Exact(counts.clone()));
    let file = FileCompressor::default();
    let mut chunk = file.chunk_compressor(column, &config).map_err(damaged)?;
    let mut body = file.write_header(Vec::new()).map_err(damaged)?;
    body = chunk.write_meta(body).map_err(damaged)?;
    let mut out = vec![PCO];
    for page in 0..counts.len() {
        let before = body.len();
        body = chunk.write_page(page, body).map_err(damaged)?;
        put_uint(&mut out, (body.len() - before) as u64);
    }
    out.append(&mut body);
    Ok(out)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Record(error.to_string())
}

/// A column whose pages are read as they are needed.
pub struct Column<'a, T: Figure> {
    count: usize,
    kind: Kind<'a, T>,
}

enum Kind<'a, T: Figure> {
    Plain(Vec<T>),
    Pco {
        chunk: Box<ChunkDecompressor<T>>,
        pages: Vec<&'a [u8]>,
    },
}

impl<'a, T: Figure> Column<'a, T> {
    /// Opens the bytes of a column of `count` numbers.
    pub fn open(bytes: &'a [u8], count: usize) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let kind = match cursor.byte()? {
            PLAIN => {
                let mut column = Vec::with_capacity(count.min(bytes.len()));
                let mut before = T::default();
                for _ in 0..count {
                    before = T::take(before, &mut cursor)?;
                    column.push(before);
                }
                Kind::Plain(column)
            }
            PCO => {
                let lengths = (0..count.div_ceil(PAGE))
                    .map(|_| cursor.uint())
                    .collect::<Result<Vec<u64>, Error>>()?;
                let (file, rest) = FileDecompressor::new(cursor.rest()).map_err(damaged)?;
                let (chunk, rest) = file.chunk_decompressor(rest).map_err(damaged)?;
                let mut cursor = Cursor::new(rest);
                let pages = lengths
                    .into_iter()
                    .map(|length| cursor.take(length as usize))
                    .collect::<Result<_, _>>()?;
                Kind::Pco {
                    chunk: Box::new(chunk),
                    pages,
                }
            }
            other => return Err(Error::Record(format!("unknown kind {other} of a column"))),
        };
        Ok(Self { count, kind })
    }

    /// Reads a page into `out`, which is cleared first.
    pub fn page(&mut self, page: usize, out: &mut Vec<T>) -> Result<(), Error> {
        let begin = page * PAGE;
        let count = self.count.saturating_sub(begin).min(PAGE);
        out.clear();
        match &mut self.kind {
            Kind::Plain(column) => {
                out.extend_from_slice(column.get(begin..begin + count).unwrap_or_default());
            }
            Kind::Pco { chunk, pages } => {
                let bytes = *pages
                    .get(page)
                    .ok_or_else(|| Error::Record("a column ends too early".into()))?;
                out.resize(count, T::default());
                let progress = chunk
                    .page_decompressor(bytes, count)
                    .and_then(|mut page| page.read(out))
                    .map_err(damaged)?;
                if progress.n_processed != count {
                    return Err(Error::Record("a column has too few numbers".into()));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back<T: Figure>(column: &[T]) -> Vec<T> {
        let bytes = encode(column, DeltaSpec::Auto).unwrap();
        let mut open = Column::<T>::open(&bytes, column.len()).unwrap();
        let (mut all, mut page) = (Vec::new(), Vec::new());
        for index in 0..column.len().div_ceil(PAGE) {
            open.page(index, &mut page).unwrap();
            all.extend_from_slice(&page);
        }
        all
    }

    proptest! {
        #[test]
        fn columns_come_back(ints in prop::collection::vec(any::<i64>(), 1..600), reals in prop::collection::vec(any::<f64>(), 1..600)) {
            prop_assert_eq!(&back(&ints), &ints);
            let bits = |reals: &[f64]| reals.iter().map(|real| real.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back(&reals)), bits(&reals));
        }

        #[test]
        fn any_bytes_open_without_panic(bytes: Vec<u8>, kind in 0u8..2, count in 1usize..5000) {
            let mut all = vec![kind];
            all.extend(bytes);
            let mut page = Vec::new();
            if let Ok(mut column) = Column::<i64>::open(&all, count) {
                let _ = column.page(0, &mut page);
            }
            let mut page = Vec::new();
            if let Ok(mut column) = Column::<f64>::open(&all, count) {
                let _ = column.page(1, &mut page);
            }
        }
    }

    #[test]
    fn pages_open_one_by_one() {
        let column: Vec<i64> = (0..10_000).map(|n| n * n % 977).collect();
        let bytes = encode(&column, DeltaSpec::Auto).unwrap();
        let mut open = Column::<i64>::open(&bytes, column.len()).unwrap();
        let mut page = Vec::new();
        for index in [4, 0, 2] {
            open.page(index, &mut page).unwrap();
            assert_eq!(page, column[index * PAGE..column.len().min((index + 1) * PAGE)]);
        }
    }
}
