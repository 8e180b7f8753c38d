//! Every convention, one module each.

use crate::{Convention, Options};

pub mod homeassistant;
pub mod plain;
pub mod sparkplug;

/// All conventions in the order in which they are asked; `plain` is last and takes what nobody else claims.
pub(crate) fn all(options: &Options) -> Vec<Box<dyn Convention>> {
    vec![
        Box::new(sparkplug::Sparkplug::new(options)),
        Box::new(homeassistant::HomeAssistant::new(options)),
        Box::new(plain::Plain::new(options)),
    ]
}
