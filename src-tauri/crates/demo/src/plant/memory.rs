//! What a plant remembers between two runs, so that its counters never fall and none of its past is told twice.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The layout this program writes.
const VERSION: u32 = 1;
/// A file that is longer is not ours.
const LONGEST: u64 = 64 * 1024;
/// Totals beyond this are damage: numbers up to here are exact wherever they go.
const MOST: u64 = 1 << 53;
/// More batches than a line ever makes.
const MOST_BATCHES: u32 = 1_000_000;

/// What one line remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LineMemory {
    /// Up to when its history has been told, in milliseconds since the epoch.
    pub until: i64,
    /// Number of the batch.
    pub batch: u32,
    /// Electric energy, in kilowatt hours.
    pub energy: f64,
    /// Good and rejected bottles of each machine, in flow order.
    pub counts: Vec<(u64, u64)>,
    /// Level of each material.
    pub levels: Vec<f64>,
}

impl LineMemory {
    /// Whether it can be true.
    fn makes_sense(&self) -> bool {
        self.until >= 0
            && self.batch < MOST_BATCHES
            && self.energy.is_finite()
            && self.energy >= 0.0
            && self
                .counts
                .iter()
                .all(|(good, reject)| *good < MOST && *reject < MOST)
            && self.levels.iter().all(|level| level.is_finite() && *level >= 0.0)
    }
}

/// What the lines remember, by their names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    version: u32,
    lines: BTreeMap<String, LineMemory>,
}

impl Memory {
    /// What a line remembers; `None` if it never told anything.
    pub fn line(&self, name: &str) -> Option<&LineMemory> {
        self.lines.get(name)
    }

    /// Takes the place of what a line remembered.
    pub fn set(&mut self, name: &str, line: LineMemory) {
        self.lines.insert(name.to_owned(), line);
    }

    /// Reads the file. One that is absent, torn or not ours is as good as none: then the plant is new.
    pub fn load(path: &Path) -> Self {
        match Self::read(path) {
            Ok(memory) => memory,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => {
                tracing::warn!(%error, "what the demo's plant remembered cannot be read; it begins anew");
                Self::default()
            }
        }
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
        let memory: Self = serde_json::from_slice(&bytes)?;
        if memory.version == VERSION && memory.lines.values().all(LineMemory::makes_sense) {
            Ok(memory)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "it makes no sense"))
        }
    }

    /// Writes the file, whole or not at all.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let whole = Self {
            version: VERSION,
            lines: self.lines.clone(),
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(&whole)?)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        let mut memory = Memory::default();
        let line = LineMemory {
            until: 1_790_000_000_000,
            batch: 3,
            energy: 51_234.25,
            counts: vec![(1_000_000, 700), (999_000, 20)],
            levels: vec![17_000.5],
        };
        memory.set("Line1", line);
        memory
    }

    #[test]
    fn what_was_saved_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("plant.json");
        assert_eq!(Memory::load(&path), Memory::default());
        memory().save(&path).unwrap();
        assert_eq!(Memory::load(&path).line("Line1"), memory().line("Line1"));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_torn_or_foreign_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plant.json");
        memory().save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            fs::write(&path, &bytes[..length]).unwrap();
            assert_eq!(Memory::load(&path), Memory::default(), "{length}");
        }
        let text = String::from_utf8(bytes).unwrap();
        for (ours, theirs) in [
            ("\"version\":1", "\"version\":2"),
            ("51234.25", "-1.0"),
            ("1000000", "18000000000000000000"),
            ("1790000000000", "-5"),
        ] {
            assert!(text.contains(ours));
            fs::write(&path, text.replace(ours, theirs)).unwrap();
            assert_eq!(Memory::load(&path), Memory::default(), "{theirs}");
        }
    }
}
