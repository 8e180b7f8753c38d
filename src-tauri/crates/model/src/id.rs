//! Lasting ids: rows of the registry in SQLite. They survive a rename, a restart and a re-announcement.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
        #[serde(transparent)]
        pub struct $name(pub u32);
    )*};
}

ids! {
    /// A broker that the person configured (or the one inside).
    BrokerId
    /// A device of the registry.
    DeviceId
    /// A point of the registry.
    PointId
    /// A node of the place tree.
    PlaceId
    /// One condition of one point that can be in alarm.
    AlarmId
    /// One command sent to a point.
    CommandId
    /// A way by which people are told of alarms.
    ChannelId
}

impl BrokerId {
    /// What no broker brought: it came with an imported file. No broker ever has this id.
    pub const IMPORTED: Self = Self(0);
}
