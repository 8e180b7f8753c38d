//! The first hundred bytes of a file, written anew where they are lost.
//!
//! Everything that they hold is known or can be done without: the layout is this program's own, the list of free pages is not
//! needed to read. What stood there is kept in a small file beside it.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::backup::with_ending;
use crate::schema;

/// Bytes of the header.
const LENGTH: usize = 100;
/// The pages that this program's files have.
pub const PAGE: usize = 4096;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whether these bytes begin a SQLite file that can be read.
pub fn reads(header: &[u8]) -> bool {
    page_size(header).is_some()
        && header.len() >= LENGTH
        && (1..=2).contains(&header[18])
        && (1..=2).contains(&header[19])
        && header[21..24] == [64, 32, 32]
        && (1..=4).contains(&u32::from_be_bytes([
            header[44], header[45], header[46], header[47],
        ]))
}

/// The size of pages that a header tells of.
pub fn page_size(header: &[u8]) -> Option<usize> {
    if header.len() < 18 || &header[..16] != MAGIC {
        return None;
    }
    let size = match usize::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    (size.is_power_of_two() && size >= 512).then_some(size)
}

/// Writes a header where there is none that reads; true where it did.
pub fn mend(path: &Path) -> std::io::Result<bool> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut start = Vec::new();
    Read::by_ref(&mut file)
        .take(PAGE as u64 * 2)
        .read_to_end(&mut start)?;
    if start.len() < PAGE {
        return Ok(false);
    }
    if reads(&start) {
        return shorten(&mut file, &start, length);
    }
    fs::write(with_ending(path, ".header"), &start[..LENGTH])?;
    // The second page of a file that can give space back is a map, and its first entry is a table's root.
    let mapped = start.get(PAGE..PAGE + 5) == Some(&[1, 0, 0, 0, 0]);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&made(length / PAGE as u64, mapped))?;
    file.sync_all()?;
    Ok(true)
}

/// A file that was cut off says that it is longer than it is, and SQLite would not open it.
fn shorten(file: &mut File, start: &[u8], length: u64) -> std::io::Result<bool> {
    let pages = length / page_size(start).unwrap_or(PAGE) as u64;
    let told = u32::from_be_bytes([start[28], start[29], start[30], start[31]]);
    if u64::from(told) <= pages {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(28))?;
    file.write_all(&u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes())?;
    file.sync_all()?;
    Ok(true)
}

fn made(pages: u64, mapped: bool) -> [u8; LENGTH] {
    let mut header = [0; LENGTH];
    let mut put = |at: usize, value: u32| header[at..at + 4].copy_from_slice(&value.to_be_bytes());
    let change = 1;
    put(24, change);
    put(28, u32::try_from(pages).unwrap_or(u32::MAX));
    put(40, 1); // schema cookie
    put(44, 4); // schema format
    put(52, if mapped { 3 } else { 0 });
    put(56, 1); // UTF-8
    put(60, schema::LAYOUT as u32);
    put(64, u32::from(mapped));
    put(92, change);
    put(96, 3_045_000);
    header[..16].copy_from_slice(MAGIC);
    header[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    header[18..20].copy_from_slice(&[2, 2]); // write-ahead log
    header[21..24].copy_from_slice(&[64, 32, 32]);
    header
}
