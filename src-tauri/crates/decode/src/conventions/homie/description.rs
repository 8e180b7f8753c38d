//! A device's description, in the same form for every version of the convention.

use super::datatype::Datatype;

/// Most nodes of a device.
pub(super) const MOST_NODES: usize = 512;
/// Most properties of a node.
pub(super) const MOST_PROPERTIES: usize = 1_024;
/// Longest id of a device, node or property, bytes.
pub(super) const LONGEST_ID: usize = 128;
/// Longest name or other short text, bytes.
pub(super) const LONGEST_NAME: usize = 256;
/// Longest format, bytes.
pub(super) const LONGEST_FORMAT: usize = 4_096;

/// What a device says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) model: Option<String>,
    pub(super) firmware: Option<String>,
    pub(super) hardware: Option<String>,
    pub(super) mac: Option<String>,
    /// The name that the metadata extension tells.
    pub(super) label: Option<String>,
    /// The room that the metadata extension tells.
    pub(super) room: Option<String>,
    /// Id of the device at the root of the tree, where it is another one.
    pub(super) root: Option<String>,
    /// Id of the device that this one is reached through.
    pub(super) parent: Option<String>,
}

/// A part of a device.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) properties: Vec<Property>,
}

/// One value of a device.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Property {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) datatype: Datatype,
    pub(super) settable: bool,
    pub(super) retained: bool,
    pub(super) unit: Option<String>,
}

/// Whether an id can be a level of a topic. Capitals and underscores break the convention and are common.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= LONGEST_ID && !id.starts_with('$') && !id.contains(['/', '+', '#', '\0'])
}
