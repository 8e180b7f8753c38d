//! Whether the alarm journal is whole, and how long it is kept.

use std::sync::atomic::Ordering;

use hearthline_history::{AlarmFilter, Cancel, FaultKind, Fingerprint, JournalFault, Verified};

use super::Engine;
use crate::error::Error;
use crate::keeping::JOURNAL_KEEP;
use crate::view::{JournalKeep, JournalKeepView, JournalNoteView, VerifiedView};

/// Years at the most.
const LONGEST: u32 = 100;

impl Engine {
    /// Walks the chain of the alarm journal. `known`: a fingerprint from elsewhere (a note, an exported file), to be met on the way; empty
    /// where there is none.
    ///
    /// # Errors
    /// Where `known` is no fingerprint, or the file refuses. A line that does not fit is no error.
    pub async fn verify_journal(&self, known: &str) -> Result<VerifiedView, Error> {
        let known: Option<Fingerprint> = match known.trim() {
            "" => None,
            text => Some(text.parse().map_err(Error::Invalid)?),
        };
        let found = self
            .ask(move |_, reader| reader.verify_alarms(known, &Cancel::new(), &mut |_, _| {}))
            .await?
            .unwrap_or_default();
        Ok(told(found, known))
    }

    /// How long the alarm journal is kept, and how much there is.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn journal_keep(&self) -> Result<JournalKeepView, Error> {
        self.ask(|_, reader| {
            let kept = reader.setting(JOURNAL_KEEP)?;
            let keep: JournalKeep = kept
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                .unwrap_or_default();
            Ok(JournalKeepView {
                years: keep.years,
                lines: reader.journal_count(&AlarmFilter::default())?,
                begins: reader.journal_begins()?,
            })
        })
        .await
    }

    /// Decides how long the alarm journal is kept: years, none for ever.
    ///
    /// # Errors
    /// Where there are none or too many of them, or the file refuses.
    pub async fn save_journal_keep(&self, years: Option<u32>) -> Result<(), Error> {
        if years.is_some_and(|years| years == 0 || years > LONGEST) {
            return Err(Error::Invalid(format!(
                "the alarm journal is kept for 1 to {LONGEST} years, or for ever"
            )));
        }
        let keep = serde_json::to_vec(&JournalKeep { years }).map_err(hearthline_history::Error::from)?;
        self.with(move |pipeline| pipeline.store.set_setting(JOURNAL_KEEP, &keep))
            .await??;
        self.inner.shared.keeping.wake.store(true, Ordering::Relaxed);
        Ok(())
    }
}

fn told(found: Verified, known: Option<Fingerprint>) -> VerifiedView {
    let missed = known.is_some() && found.met.is_none();
    let text = match (&found.fault, found.met) {
        (Some(fault), _) => faulty(fault),
        (None, _) if found.lines == 0 => "The journal is empty; there is nothing to check.".into(),
        (None, None) if missed => format!(
            "All {} fit together, but none of them has the fingerprint that you gave: the journal was written anew since it was \
             noted, or it is another journal.",
            lines(found.lines)
        ),
        (None, Some(met)) => format!(
            "All {} are as they were written. The fingerprint that you gave is that of line {}: nothing up to it was changed since.",
            lines(found.lines),
            met.seq
        ),
        (None, None) => format!(
            "All {} are as they were written; nothing was changed, removed or slipped in.",
            lines(found.lines)
        ),
    };
    VerifiedView {
        whole: found.fault.is_none() && !missed,
        text,
        lines: found.lines,
        from: found.first.map(|spot| spot.at),
        to: found.last.map(|spot| spot.at),
        fingerprint: found
            .last
            .map(|_| found.fingerprint.to_string())
            .unwrap_or_default(),
        fault: found.fault.as_ref().map(|fault| fault.seq),
        notes: found
            .notes
            .into_iter()
            .map(|note| JournalNoteView {
                seq: note.line.seq,
                at: note.line.at,
                text: note.text,
            })
            .collect(),
    }
}

fn lines(count: u64) -> String {
    if count == 1 {
        "1 line".into()
    } else {
        format!("{count} lines")
    }
}

fn faulty(fault: &JournalFault) -> String {
    let seq = fault.seq;
    let before = match fault.after {
        Some(spot) => format!("Lines up to {} are as they were written. ", spot.seq),
        None => String::new(),
    };
    let what = match fault.kind {
        FaultKind::Changed => format!("Line {seq} was changed, or another was put in its place."),
        FaultKind::Missing => format!("Lines before line {seq} were removed."),
        FaultKind::Ended => format!("The newest lines were removed: there was a line {seq} once."),
        FaultKind::Foreign => format!("Line {seq} was not written by Hearthline."),
    };
    let says = fault
        .entry
        .as_ref()
        .filter(|entry| !entry.text.is_empty())
        .map(|entry| format!(" It says now: \u{201c}{}\u{201d}.", entry.text))
        .unwrap_or_default();
    format!("{what}{says} {before}What comes after cannot be relied upon.")
}

#[cfg(test)]
mod tests {
    use hearthline_history::Spot;

    use super::*;

    #[test]
    fn the_answer_is_in_words() {
        let spot = Spot { seq: 8, at: 5 };
        let whole = Verified {
            lines: 8,
            first: Some(spot),
            last: Some(spot),
            ..Verified::default()
        };
        let view = told(whole.clone(), None);
        assert!(view.whole && view.text.starts_with("All 8 lines are as they were written"));
        let view = told(whole.clone(), Some(Fingerprint([1; 32])));
        assert!(!view.whole && view.text.contains("none of them has the fingerprint"));
        let met = Verified {
            met: Some(spot),
            ..whole.clone()
        };
        assert!(
            told(met, Some(Fingerprint([1; 32])))
                .text
                .contains("that of line 8")
        );
        for (kind, words) in [
            (FaultKind::Changed, "Line 9 was changed"),
            (FaultKind::Missing, "Lines before line 9 were removed"),
            (FaultKind::Ended, "there was a line 9 once"),
            (FaultKind::Foreign, "not written by Hearthline"),
        ] {
            let fault = JournalFault {
                seq: 9,
                after: Some(spot),
                entry: None,
                kind,
            };
            let view = told(
                Verified {
                    fault: Some(fault),
                    ..whole.clone()
                },
                None,
            );
            assert!(!view.whole && view.fault == Some(9));
            assert!(
                view.text.contains(words) && view.text.contains("Lines up to 8"),
                "{}",
                view.text
            );
        }
        assert!(told(Verified::default(), None).text.contains("empty"));
    }
}
