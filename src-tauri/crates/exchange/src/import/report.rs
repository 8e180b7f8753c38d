//! What became of what was read.

use hearthline_model::Micros;

/// Examples that a reason keeps.
const EXAMPLES: usize = 3;
/// Characters of an example.
const EXAMPLE: usize = 120;

/// Why so many were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In words.
    pub text: &'static str,
    /// How many.
    pub count: u64,
    /// The first of them, cut short.
    pub examples: Vec<String>,
}

/// What was left out, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped(Vec<Reason>);

impl Skipped {
    /// Counts one; `example` is asked for only while examples are wanted.
    pub fn note(&mut self, text: &'static str, example: impl FnOnce() -> String) {
        self.note_many(text, 1, example);
    }

    /// Counts several at once.
    pub fn note_many(&mut self, text: &'static str, count: u64, example: impl FnOnce() -> String) {
        let at = self.0.iter().position(|reason| reason.text == text);
        let reason = if let Some(at) = at {
            &mut self.0[at]
        } else {
            self.0.push(Reason {
                text,
                count: 0,
                examples: Vec::new(),
            });
            let last = self.0.len() - 1;
            &mut self.0[last]
        };
        reason.count += count;
        if reason.examples.len() < EXAMPLES {
            let example: String = example().chars().take(EXAMPLE).collect();
            if !example.is_empty() && !reason.examples.contains(&example) {
                reason.examples.push(example);
            }
        }
    }

    /// By reason, in the order in which they came up.
    pub fn reasons(&self) -> &[Reason] {
        &self.0
    }

    /// All of them.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|reason| reason.count).sum()
    }
}

/// What an import came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Samples that the file held.
    pub read: u64,
    /// Samples that are in the history now and were not before.
    pub taken: u64,
    /// Samples that the history had already.
    pub known: u64,
    /// What was left out, and why.
    pub skipped: Skipped,
    /// Points that were made for it.
    pub made: u64,
    /// Points that were there before and got samples of it.
    pub joined: u64,
    /// Time of the earliest sample taken.
    pub from: Option<Micros>,
    /// Time of the latest sample taken.
    pub to: Option<Micros>,
}

impl Report {
    /// Counts a sample that was taken.
    pub(crate) fn took(&mut self, at: Micros) {
        self.taken += 1;
        self.from = Some(self.from.map_or(at, |from| from.min(at)));
        self.to = Some(self.to.map_or(at, |to| to.max(at)));
    }
}
