//! Jinja templates that came over the wire, as Home Assistant renders them.
//!
//! [`Templates`] compiles and keeps them, [`Vars`] holds what one message offers to them, [`Rendered`] is what comes out.
//! A template that is only a path into the payload, with the usual conversions behind it, never enters the template
//! engine ([`path`]); the others run in `minijinja` with fuel, because a template from the broker is untrusted.
//!
//! *Invariants.* A payload is parsed at most once however many templates look at it. Rendering is bounded in work (fuel)
//! and in output ([`engine::MAX_OUTPUT`]). Time comes in with [`Vars`]. Functions that ask Home Assistant for other entities
//! (`states`, `is_state`, …) answer "unknown": there is no such registry here.
//!
//! *To add a filter or function*: one function in the fitting file under `functions/` and its line in `register` there.

mod engine;
mod error;
mod functions;
mod json;
mod path;
mod python;
mod rendered;
mod vars;

#[cfg(test)]
mod corpus;

#[cfg(test)]
use engine::MAX_OUTPUT;
pub(crate) use engine::{TemplateId, Templates};
pub(crate) use error::TemplateError;
pub(crate) use json::{Json, Map as JsonMap};
pub(crate) use python::bytes_literal;
pub(crate) use rendered::Rendered;
pub(crate) use vars::Vars;
