//! A point before it is announced: its description, where its value stands in the state, how it is read and written.

use hearthline_model::PointDesc;
use serde_json::Value as Json;

use super::expose::{Expose, plain};
use crate::color::Space;
use crate::scale::Scale;

/// A point to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) desc: PointDesc,
    /// Keys from the root of the state to the value.
    pub(super) path: Vec<String>,
    pub(super) read: Read,
    pub(super) write: Option<Write>,
}

/// How a value is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    /// One of two words, compared as JSON values.
    Binary { on: Json, off: Json },
    /// A number.
    Number(Scale),
    /// The device's words and ours; others are taken in lower case.
    Words(Vec<(String, &'static str)>),
    /// What a cover is doing, with what its motor says.
    Cover,
    /// A scalar as it is.
    Text,
    /// Any JSON, as text.
    Structured,
    /// An object of `x` and `y`, `hue` and `saturation`, or `r`, `g`, `b`.
    Color,
    /// A happening; empty is none.
    Event,
    /// A time, ISO 8601 or milliseconds.
    Time,
    /// Nothing said what it is; the first value did. Counts misfits in a row.
    Inferred(u8),
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Write {
    /// Keys from the root of the command to the value.
    pub(super) path: Vec<String>,
    pub(super) form: Form,
    /// Key and words of the switch that goes with it: sent "on" along with the value, and "off" alone at zero.
    pub(super) lamp: Option<Lamp>,
}

/// The switch that goes with a brightness, colour or speed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lamp {
    pub(super) property: String,
    pub(super) on: Json,
    pub(super) off: Json,
    /// Zero switches off.
    pub(super) at_zero: bool,
}

/// What a written value must be and becomes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Binary {
        on: Json,
        off: Json,
    },
    Number {
        /// In the point's own unit.
        range: Option<(f64, f64)>,
        scale: Scale,
        presets: Vec<(String, f64)>,
    },
    /// Our words and the device's.
    Choice(Vec<(String, Json)>),
    Text,
    Color(Space),
    /// JSON text that fits an expose with all of its parts.
    Whole(Box<Expose>),
    /// Always the same.
    Constant(Json),
}

/// What a definition leads to.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) drafts: Vec<Draft>,
    /// What leads to no point, with the reason.
    pub(super) ignored: Vec<(String, String)>,
    /// What another expose of the same property says already.
    pub(super) merged: Vec<String>,
}

impl Built {
    /// Adds a point unless one of the same key is there: the first to speak is the one that knows it best.
    pub(super) fn push(&mut self, mut draft: Draft) {
        draft.desc.key = draft.path.join(".");
        if let Some(known) = self
            .drafts
            .iter_mut()
            .find(|known| known.desc.key == draft.desc.key)
        {
            if let (Some(ours), Some(more)) = (&mut known.write, &draft.write)
                && let (Form::Choice(ours), Form::Choice(more)) = (&mut ours.form, &more.form)
            {
                // A cover that can be locked as well.
                for (_, theirs) in more {
                    if !ours.iter().any(|(_, known)| known == theirs) {
                        ours.push((plain(theirs).to_lowercase(), theirs.clone()));
                    }
                }
                if let Some(command) = &mut known.desc.command {
                    command.options = ours.iter().map(|(word, _)| word.clone()).collect();
                }
            }
            if known.write.is_none() && draft.write.is_some() {
                known.write = draft.write;
                known.desc.command = draft.desc.command;
            }
            self.merged.push(draft.desc.key);
            return;
        }
        self.drafts.push(draft);
    }

    pub(super) fn ignore(&mut self, what: impl Into<String>, reason: impl Into<String>) {
        self.ignored.push((what.into(), reason.into()));
    }
}
