//! Places: the tree that people think in.

use serde::{Deserialize, Serialize};

use crate::PlaceId;

/// Which of the two faces of Hearthline a place or a device belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Realm {
    /// Home → floor → room.
    #[default]
    Home,
    /// Enterprise → site → area → line → cell (ISA-95).
    Plant,
}

/// What a node of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A home.
    Home,
    /// A floor of a home.
    Floor,
    /// A room of a home or of a floor.
    Room,
    /// ISA-95 enterprise.
    Enterprise,
    /// ISA-95 site.
    Site,
    /// ISA-95 area.
    Area,
    /// ISA-95 production line.
    Line,
    /// ISA-95 work cell.
    Cell,
}

/// A node of the place tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Place {
    /// Lasting id.
    pub id: PlaceId,
    /// The place that this one is in; none for a home or an enterprise.
    pub parent: Option<PlaceId>,
    /// What it is.
    pub kind: PlaceKind,
    /// Which face it belongs to.
    pub realm: Realm,
    /// The name people use.
    pub name: String,
    /// Order among its siblings, smallest first.
    pub position: i32,
}
