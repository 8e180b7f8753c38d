//! What can go wrong, in words that may be shown.

use std::net::SocketAddr;

/// Everything that starting the broker or the simulation can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A broker that others can reach would let anybody in.
    #[error("{0} can be reached from the network, so the broker needs a user name and a password")]
    OpenWithoutPassword(SocketAddr),
    /// User name or password is empty.
    #[error("user name and password of the broker must not be empty")]
    EmptyCredentials,
    /// The address is taken or not ours.
    #[error("the broker cannot listen on {address}: {text}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        text: String,
    },
    /// The file with the retained messages cannot be read or written.
    #[error("the broker's retained messages cannot be kept: {0}")]
    Retained(#[source] std::io::Error),
    /// The broker's threads could not be started.
    #[error("the broker could not be started: {0}")]
    Start(#[source] std::io::Error),
}
