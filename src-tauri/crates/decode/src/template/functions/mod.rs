//! Filters, functions and tests that Home Assistant adds to Jinja, as far as MQTT templates in the wild use them.

// `minijinja` hands arguments over by value; types and tables stand beside the lines that use them.
#![allow(clippy::needless_pass_by_value, clippy::items_after_statements)]

mod args;
mod binary;
mod collection;
pub(super) mod number;
mod regex;
mod registry;
mod rewrite;
mod text;
mod time;

use minijinja::Environment;

pub(super) use rewrite::rewrite;

/// Adds all of them.
pub(super) fn register(environment: &mut Environment<'static>) {
    number::register(environment);
    text::register(environment);
    regex::register(environment);
    time::register(environment);
    collection::register(environment);
    binary::register(environment);
    registry::register(environment);
}
