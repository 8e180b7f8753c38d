//! Templates and what they are given.

use super::Outcome;
use super::script::SEPARATOR;
use crate::template::{Rendered, Templates, Vars};

const NOW: i64 = 1_795_000_000_000_000;
/// What a template may print at most ([`crate::template`]), and what a payload may be that is printed as it stands.
const MOST: usize = 64 << 10;

/// A template, a separator, a payload.
pub(super) fn run(data: &[u8]) -> Outcome {
    let data = &data[..data.len().min(MOST)];
    let at = data.windows(2).position(|two| two == SEPARATOR);
    let (source, payload) = at.map_or((data, &data[..0]), |at| (&data[..at], &data[at + 2..]));
    let (source, payload) = (String::from_utf8_lossy(source), String::from_utf8_lossy(payload));
    let mut templates = Templates::default();
    let id = templates.add(&source);
    assert_eq!(templates.add(&source), id, "the same source is kept once");
    let mut outcome = Outcome {
        messages: 1,
        ..Outcome::default()
    };
    let _ = (templates.path(id), templates.first_key(id));
    let vars = Vars::new(&payload, NOW);
    let first = templates.render(id, &vars);
    // A path that is read by hand and one that the engine renders print the same.
    let shadow = Vars::new(&payload, NOW).with("value", payload.as_ref().into());
    let again = templates.render(id, &shadow);
    for rendered in [&first, &again] {
        match rendered {
            Ok(rendered) => {
                outcome.readings += 1;
                let text = rendered.text();
                let json = matches!(rendered, Rendered::Json(_));
                assert!(json || text.len() <= MOST * 4, "{} bytes printed", text.len());
                let _ = rendered.json();
            }
            Err(error) => {
                outcome.diagnoses += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    if let (Ok(first), Ok(again)) = (&first, &again) {
        assert_eq!(
            first.text(),
            again.text(),
            "a short cut that leads elsewhere: {source:?} of {payload:?}"
        );
    }
    outcome
}
