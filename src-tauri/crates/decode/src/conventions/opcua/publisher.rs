//! Publishers and their data set writers: who they are, where they are, whether they run.

use hearthline_model::{DeviceDesc, Micros, PlaceHint, Realm};
use rustc_hash::FxHashMap;

use super::metadata::Fields;
use crate::naming::{humanise, identities};
use crate::{Context, DeviceIx};

/// Most data set writers of one publisher.
const MOST_WRITERS: usize = 2_048;
/// Most publishers of one broker.
const MOST_PUBLISHERS: usize = 2_048;
/// Longest place.
const MOST_PLACES: usize = 6;

/// A publisher.
#[derive(Default)]
pub(super) struct Publisher {
    pub(super) device: Option<DeviceIx>,
    /// What its application message told.
    pub(super) name: Option<String>,
    pub(super) manufacturer: Option<String>,
    pub(super) url: Option<String>,
    /// What its status said last.
    pub(super) online: Option<bool>,
    /// When the next status is due, where they are cyclic.
    pub(super) due: Option<Micros>,
    pub(super) writers: Vec<Writer>,
    by_id: FxHashMap<String, usize>,
    by_name: FxHashMap<String, usize>,
}

/// A data set writer: the device.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) group: Option<String>,
    pub(super) device: Option<DeviceIx>,
    /// Fixed when the device is first described, so that a name learnt later renames it.
    key: Option<String>,
    pub(super) fields: Fields,
    /// Counts the metadata that came.
    pub(super) edition: u32,
    pub(super) sequence: Option<i64>,
    /// The topic that its data came on last.
    pub(super) topic: Option<String>,
}

/// How a message names its writer.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) group: Option<String>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// The publisher of an id; none where there are too many.
pub(super) fn of<'p>(
    publishers: &'p mut FxHashMap<String, Publisher>,
    id: &str,
) -> Option<&'p mut Publisher> {
    if publishers.len() >= MOST_PUBLISHERS && !publishers.contains_key(id) {
        return None;
    }
    Some(publishers.entry(id.to_owned()).or_default())
}

impl Publisher {
    /// The writer of a message; made where it is new. None where there are too many.
    pub(super) fn writer(&mut self, named: &Named) -> Option<usize> {
        let by_id = named.id.as_ref().and_then(|id| self.by_id.get(id)).copied();
        let by_name = named
            .name
            .as_ref()
            .and_then(|name| self.by_name.get(name))
            .copied();
        let ix = match by_id.or(by_name) {
            Some(ix) => ix,
            None if self.writers.len() >= MOST_WRITERS => return None,
            None => {
                self.writers.push(Writer::default());
                self.writers.len() - 1
            }
        };
        let writer = &mut self.writers[ix];
        if writer.id.is_none()
            && let Some(id) = &named.id
        {
            writer.id = Some(id.clone());
            self.by_id.insert(id.clone(), ix);
        }
        if named.name.is_some() && writer.name != named.name {
            writer.name.clone_from(&named.name);
            if let Some(name) = &named.name {
                self.by_name.insert(name.clone(), ix);
            }
        }
        if writer.group.is_none() {
            writer.group.clone_from(&named.group);
        }
        Some(ix)
    }

    /// The publisher as a device of its own.
    pub(super) fn describe(&mut self, id: &str, realm: Realm, context: &mut Context<'_>) -> Option<DeviceIx> {
        let mut levels = levels(id);
        let own = levels.pop().unwrap_or_else(|| humanise(id));
        let desc = DeviceDesc {
            key: format!("opcua:{id}"),
            identities: identities(id),
            convention: "opcua".into(),
            name: self.name.clone().unwrap_or(own),
            manufacturer: self.manufacturer.clone(),
            model: Some("OPC UA publisher".into()),
            url: self.url.clone(),
            place: PlaceHint { realm, path: levels },
            ..DeviceDesc::default()
        };
        self.device = context.device(desc);
        self.device
    }

    /// A writer's device, described where it is new or has another name now. `named` is how the data names it: its key goes by the name
    /// where data messages carry one and by the number where they do not, which a writer never changes.
    pub(super) fn device(
        &mut self,
        ix: usize,
        id: &str,
        named: &Named,
        realm: Realm,
        context: &mut Context<'_>,
    ) -> Option<DeviceIx> {
        let known = self.device;
        let writer = &mut self.writers[ix];
        let key = writer
            .key
            .get_or_insert_with(|| {
                let own = named.name.as_deref().or(named.id.as_deref()).unwrap_or_default();
                let group = named.group.as_deref().unwrap_or_default();
                format!("opcua:{id}/{group}/{own}")
            })
            .clone();
        let mut path = levels(id);
        if let Some(group) = writer.group.as_deref().filter(|group| tells(group)) {
            path.extend(levels(group));
        }
        let name = match (&writer.name, &writer.id) {
            (Some(name), _) => {
                let mut own = levels(name);
                let last = own.pop().unwrap_or_else(|| humanise(name));
                // "Line1.Filler" tells its line.
                if !own.is_empty() {
                    path.retain(|level| !own.contains(level));
                    path.extend(own);
                }
                last
            }
            (None, Some(number)) => format!("Writer {number}"),
            (None, None) => path.last().cloned().unwrap_or_else(|| humanise(id)),
        };
        path.truncate(MOST_PLACES);
        let desc = DeviceDesc {
            key,
            identities: identities(writer.name.as_deref().unwrap_or_default()),
            convention: "opcua".into(),
            name,
            via: known.is_some().then(|| format!("opcua:{id}")),
            place: PlaceHint { realm, path },
            ..DeviceDesc::default()
        };
        let new = writer.device.is_none();
        writer.device = context.device(desc);
        if let (true, Some(device), Some(false)) = (new, writer.device, self.online) {
            context.online(device, false, 0);
        }
        writer.device
    }

    /// The publisher runs or does not, and with it all of its writers.
    pub(super) fn runs(&mut self, online: bool, at: Micros, context: &mut Context<'_>) {
        self.online = Some(online);
        for device in self
            .device
            .into_iter()
            .chain(self.writers.iter().filter_map(|it| it.device))
        {
            context.online(device, online, at);
        }
    }
}

/// The levels that a name is made of: `Berlin/Filling/Line1`, `Line1.Filler`, `urn:acme:Line1`.
fn levels(name: &str) -> Vec<String> {
    let name = name.strip_prefix("urn:").unwrap_or(name);
    let name = name.rsplit_once("://").map_or(name, |(_, rest)| rest);
    name.split(['/', '.', ':', '|'])
        .filter(|part| !part.trim().is_empty())
        .take(MOST_PLACES)
        .map(humanise)
        .collect()
}

/// Whether the name of a writer group is one of a place; most are of a rate or a number.
fn tells(group: &str) -> bool {
    let dull = [
        "group",
        "writer",
        "wg",
        "default",
        "fast",
        "slow",
        "ms",
        "cyclic",
        "publishing",
        "dataset",
        "grp",
    ];
    let words = crate::units::lower_words(group);
    group.chars().any(char::is_alphabetic)
        && !words.iter().any(|word| {
            dull.iter()
                .any(|dull| word.trim_matches(|c: char| c.is_ascii_digit()) == *dull)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_named_after_places_tell() {
        for (group, want) in [
            ("Filling", true),
            ("Line2", true),
            ("WriterGroup1", false),
            ("WG_1000ms", false),
            ("100ms", false),
            ("7", false),
        ] {
            assert_eq!(tells(group), want, "{group}");
        }
        assert_eq!(levels("urn:acme:Line1"), ["Acme", "Line 1"]);
        assert_eq!(levels("opc.tcp://plc1"), ["PLC 1"]);
    }
}
