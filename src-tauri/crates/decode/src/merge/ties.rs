//! What a person said of devices: these are one, those are not.

use rustc_hash::{FxHashMap, FxHashSet};

/// Pairs of device keys that a person joined or split. They win over everything that conventions say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// These two are one device.
    pub together: Vec<(String, String)>,
    /// These two are different devices.
    pub apart: Vec<(String, String)>,
}

/// The same, to be looked up.
#[derive(Default)]
pub(super) struct Tied {
    apart: FxHashSet<(String, String)>,
    together: FxHashMap<String, Vec<String>>,
    /// Every key that a pair names.
    keys: FxHashSet<String>,
}

impl Tied {
    pub(super) fn new(said: &Ties) -> Self {
        let mut tied = Self::default();
        for (a, b) in &said.apart {
            tied.apart.insert(ordered(a, b));
            tied.keys.extend([a.clone(), b.clone()]);
        }
        for (a, b) in said.together.iter().filter(|(a, b)| a != b) {
            for (from, to) in [(a, b), (b, a)] {
                let list = tied.together.entry(from.clone()).or_default();
                if !list.contains(to) {
                    list.push(to.clone());
                }
            }
            tied.keys.extend([a.clone(), b.clone()]);
        }
        tied
    }

    /// Whether a person said anything of a device.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.keys.iter()
    }

    pub(super) fn apart(&self, a: &str, b: &str) -> bool {
        !self.apart.is_empty() && self.apart.contains(&ordered(a, b))
    }

    /// What a device was joined with.
    pub(super) fn joined(&self, key: &str) -> &[String] {
        self.together.get(key).map_or(&[], Vec::as_slice)
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    (a.to_owned(), b.to_owned())
}
