//! What a convention must implement.

use hearthline_model::{Code, Micros, TopicRule, Value};

use crate::{Context, Message, PointIx, Publish};

/// A convention's answer to "is this topic yours?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Not mine.
    No,
    /// Mine; later conventions are not asked. The token comes back with every message of the topic.
    Mine(u32),
    /// Mine, and later conventions except `plain` may share it.
    Shared(u32),
}

/// Why a command cannot be sent: one sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The point has no command.
    #[error("this point cannot be written")]
    ReadOnly,
    /// The value does not fit the point.
    #[error("{0}")]
    Invalid(String),
    /// The device named a topic that no broker takes messages on.
    #[error("the device is to be written on \"{0}\", where nothing can be sent to")]
    Topic(String),
    /// The command takes a code, and none was given.
    #[error("this takes a code; none was given")]
    NoCode,
    /// The code is not the one.
    #[error("the code is not right")]
    WrongCode,
    /// The convention knows the point no more.
    #[error("the device has not announced this point since Hearthline started")]
    Unknown,
    /// The template of the command failed.
    #[error("the device's command template failed: {0}")]
    Template(String),
}

/// A way of naming topics and shaping payloads.
pub trait Convention: Send {
    /// Its name in [`hearthline_model::DeviceDesc::convention`].
    fn name(&self) -> &'static str;

    /// Whether messages on `topic` are its own. Asked once a topic and remembered until [`Context::reroute`].
    /// The payload is that of the first message.
    fn claim(&mut self, message: &Message<'_>) -> Claim;

    /// A message on a claimed topic.
    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>);

    /// Whether the last message of a topic of its own describes devices: it is then kept over a restart and decoded first, so that
    /// values which a broker queued meanwhile find their device. Asked once a topic, with its claim.
    fn describes(&self, _token: u32, _topic: &str) -> bool {
        false
    }

    /// Another convention has taken the topic: forget the points made from it.
    fn released(&mut self, _token: u32, _topic: &str, _context: &mut Context<'_>) {}

    /// Time passed; called about every 250 ms with the present time.
    fn tick(&mut self, _now: Micros, _context: &mut Context<'_>) {}

    /// The clock was set, by so much: what waits for a moment is moved along, so that it waits as long as it should.
    fn clock_moved(&mut self, _by: Micros) {}

    /// The broker accepted the connection (also after a reconnect).
    fn connected(&mut self, _now: Micros, _context: &mut Context<'_>) {}

    /// The person's rules for topics are these from now on; only `taught` cares.
    fn rules(&mut self, _rules: &[TopicRule], _context: &mut Context<'_>) {}

    /// Encodes a write to one of its points.
    fn command(&mut self, point: PointIx, value: &Value, now: Micros) -> Result<Vec<Publish>, CommandError>;

    /// As [`Convention::command`], with the code that the person entered. Those that know no codes pass over it.
    fn command_with(
        &mut self,
        point: PointIx,
        value: &Value,
        code: &Code,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        let _ = code;
        self.command(point, value, now)
    }
}
