//! What Hearthline knows of the world: devices, points, samples, places, commands, alarm records.
//!
//! Types and rules only: no I/O, no clock, no dependency on any other crate of ours. Every other crate speaks
//! these words (see `ARCHITECTURE.md`); a new word starts here or not at all.
//!
//! *Invariants.* Time is UTC in microseconds since the Unix epoch ([`Micros`]). Ids are lasting: they are given
//! out by the registry in SQLite and never used twice. Units are kept as sent and converted for display only.

mod alarm;
mod alarm_rule;
mod broker;
mod command;
mod device;
mod id;
mod place;
mod point;
mod quality;
mod reach;
mod retention;
mod sample;
mod time;
mod topic_rule;
mod value;

pub use alarm::{
    AlarmAct, AlarmEntry, AlarmKey, AlarmState, Condition, ConditionKind, Cover, CoverKind, Hours, Priority,
    Transition,
};
pub use alarm_rule::{AlarmDefaults, AlarmGroup, AlarmRule, GroupLeader, PointPattern};
pub use broker::{BrokerSettings, MqttVersion, Qos, TlsSettings, Transport};
pub use command::{Code, Command, CommandOutcome, CommandRecord};
pub use device::{DeviceDesc, DeviceSource, PlaceHint};
pub use id::{AlarmId, BrokerId, ChannelId, CommandId, DeviceId, PlaceId, PointId};
pub use place::{Place, PlaceKind, Realm};
pub use point::{Category, CodeDesc, CommandDesc, Kind, Limits, PointDesc, PointSource, Role, StateClass};
pub use quality::Quality;
pub use reach::{
    Channel, Escalation, EscalationStep, MailSecurity, QuietHours, ReachRules, Target, WebhookAuth,
};
pub use retention::{Coarse, Keep, KeepRule, KeepScope, KeepSort, Retention, kept_until};
pub use sample::Sample;
pub use time::{DAY, HOUR, MILLISECOND, MINUTE, Micros, SECOND};
pub use topic_rule::{RuleCommand, RulePoint, TopicRule};
pub use value::Value;
