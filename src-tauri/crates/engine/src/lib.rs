//! Connections, the pipeline, live values: the API that the shell and the tests call.

pub mod view;
