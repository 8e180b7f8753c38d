//! Payloads read by what they look like: for `plain`, for the teach-me rules, and for every convention whose payloads are not described in full.
//!
//! [`json`] reads bounded JSON (and repairs bare `nan`), [`scalar`] and [`stamp`] single values and times, [`envelope`] finds
//! `{value, timestamp, quality}` and batches, [`flatten`] makes leaves of the rest, [`kind`] and [`infer`] say what a leaf is, [`points`] describes points by that and
//! emits their values.

pub(crate) mod envelope;
pub(crate) mod flatten;
pub(crate) mod infer;
pub(crate) mod json;
pub(crate) mod kind;
pub(crate) mod lexicon;
pub(crate) mod points;
pub(crate) mod scalar;
pub(crate) mod stamp;
