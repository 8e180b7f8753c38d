//! What the single topics of a device have said so far.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::conventions::homie::datatype::{self, Datatype};
use crate::conventions::homie::description::{MOST_NODES, MOST_PROPERTIES, Node, Property, is_id};
use crate::conventions::homie::roles::MOST_GROUPED;
use hearthline_model::Micros;

/// Most elements of an array.
const MOST_ELEMENTS: u32 = 256;

/// What is known of a device.
#[derive(Default)]
pub(in crate::conventions::homie) struct Attributes {
    /// `$homie`.
    pub(super) version: Option<String>,
    pub(super) name: Option<String>,
    pub(super) nodes: Option<Vec<Listed>>,
    pub(super) mac: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) firmware_name: Option<String>,
    pub(super) firmware_version: Option<String>,
    pub(super) implementation: Option<String>,
    pub(super) implementation_version: Option<String>,
    /// Seconds between two rounds of statistics.
    pub(super) interval: Option<u32>,
    /// Statistics by name, with their arrival.
    pub(super) stats: BTreeMap<Box<str>, (String, Micros)>,
    /// It was removed, and what is left of its attributes is on the way out.
    pub(super) gone: bool,
    parts: BTreeMap<Box<str>, Part>,
}

/// An entry of `$nodes`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    id: String,
    /// `id:type` of the first versions.
    kind: Option<String>,
    /// `id[]`.
    array: bool,
}

/// What is known of a node, or of an element of an array.
#[derive(Default)]
pub(super) struct Part {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) properties: Option<Vec<Declared>>,
    pub(super) array: Option<(u32, u32)>,
    own: BTreeMap<Box<str>, Own>,
}

/// An entry of `$properties`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declared {
    id: String,
    /// Id of which the attributes are, for `led_3` out of `led[1-5]`.
    base: Option<String>,
    /// `:settable` of version 2.
    settable: bool,
}

/// What is known of a property.
#[derive(Default)]
pub(super) struct Own {
    pub(super) name: Option<String>,
    pub(super) datatype: Option<String>,
    pub(super) format: Option<String>,
    pub(super) settable: Option<bool>,
    pub(super) retained: Option<bool>,
    pub(super) unit: Option<String>,
}

/// `wheels,engine,lights[]`, or `temperature:sensor`.
pub(super) fn nodes(text: &str) -> Vec<Listed> {
    let mut seen = FxHashSet::default();
    items(text)
        .filter_map(|item| {
            let (id, kind) = item
                .split_once(':')
                .map_or((item, None), |(id, kind)| (id, Some(kind)));
            let (id, array) = id.strip_suffix("[]").map_or((id, false), |id| (id, true));
            (is_id(id) && seen.insert(id)).then(|| Listed {
                id: id.to_owned(),
                kind: kind.filter(|kind| !kind.is_empty()).map(str::to_owned),
                array,
            })
        })
        .take(MOST_NODES)
        .collect()
}

/// `speed,direction`, or `on:settable,led[1-3]:settable`.
pub(super) fn properties(text: &str) -> Vec<Declared> {
    let mut seen = FxHashSet::default();
    let mut list = Vec::new();
    for item in items(text) {
        let (id, settable) = item
            .strip_suffix(":settable")
            .map_or((item, false), |id| (id, true));
        let ranged = id
            .strip_suffix(']')
            .and_then(|id| id.split_once('['))
            .and_then(|(id, span)| Some((id, range(span)?)));
        let mut add = |id: String, base: Option<&str>| {
            if list.len() < MOST_PROPERTIES && is_id(&id) && seen.insert(id.clone()) {
                list.push(Declared {
                    id,
                    base: base.map(str::to_owned),
                    settable,
                });
            }
        };
        match ranged {
            Some((base, (from, to))) => {
                (from..=to).for_each(|number| add(format!("{base}_{number}"), Some(base)));
            }
            None => add(id.to_owned(), None),
        }
    }
    list
}

/// `0-3`; at most so many elements as are shown.
pub(super) fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.trim().split_once('-')?;
    let (first, last) = (
        first.trim().parse::<u32>().ok()?,
        last.trim().parse::<u32>().ok()?,
    );
    (first <= last).then(|| (first, last.min(first.saturating_add(MOST_ELEMENTS - 1))))
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

impl Attributes {
    /// Whether enough is known to show it.
    pub(super) fn is_device(&self) -> bool {
        !self.gone && (self.version.is_some() || self.nodes.is_some())
    }

    /// Versions before 3 have neither `$nodes` (always) nor datatypes.
    fn is_early(&self) -> bool {
        self.version
            .as_deref()
            .is_some_and(|version| version.starts_with(['1', '2']))
    }

    pub(super) fn part(&mut self, id: &str) -> Option<&mut Part> {
        if !self.parts.contains_key(id)
            && (self.parts.len() >= MOST_NODES + MOST_ELEMENTS as usize || !is_id(id))
        {
            return None;
        }
        Some(self.parts.entry(id.into()).or_default())
    }

    /// The nodes that the device lists. `settled` lets what has no datatype in.
    pub(in crate::conventions::homie) fn listed(&self, settled: bool) -> Vec<Node> {
        match &self.nodes {
            Some(listed) => {
                let mut nodes: Vec<Node> = listed
                    .iter()
                    .flat_map(|entry| self.expand(entry, None, settled))
                    .collect();
                nodes.truncate(MOST_NODES);
                nodes
            }
            None if self.is_early() => self
                .early()
                .flat_map(|entry| self.expand(&entry, None, settled))
                .collect(),
            None => Vec::new(),
        }
    }

    /// Whether the device has one node, so that points need not name it. Nodes that are yet to tell of themselves count.
    pub(super) fn is_lone(&self, known: &[Node]) -> bool {
        known.len() <= 1 && self.nodes.as_ref().is_none_or(|listed| listed.len() <= 1)
    }

    /// Without `$nodes`, those are nodes that list properties.
    fn early(&self) -> impl Iterator<Item = Listed> {
        let listed = self.parts.iter().filter(|(_, part)| part.properties.is_some());
        listed.map(|(id, part)| Listed {
            id: id.to_string(),
            kind: None,
            array: part.array.is_some(),
        })
    }

    /// The entry of `$nodes` that a node, or an element of an array, belongs to.
    fn entry(&self, id: &str) -> Option<Listed> {
        let base = || {
            id.rsplit_once('_')
                .filter(|(_, number)| number.parse::<u32>().is_ok())
                .map(|(base, _)| base)
        };
        let of = |entry: &Listed| entry.id == id || entry.array && base() == Some(&entry.id);
        match &self.nodes {
            Some(listed) => listed.iter().find(|entry| of(entry)).cloned(),
            None if self.is_early() => self.early().find(of),
            None => None,
        }
    }

    /// The nodes that a changed part touches.
    pub(super) fn of_part(&self, id: &str, settled: bool) -> Vec<Node> {
        let Some(entry) = self.entry(id) else {
            return Vec::new();
        };
        let mut nodes = self.expand(&entry, None, settled);
        // One element of an array changed.
        if entry.id != id {
            nodes.retain(|node| node.id == id);
        }
        nodes
    }

    /// The same with one property only.
    pub(super) fn only(&self, id: &str, property: &str, settled: bool) -> Vec<Node> {
        let Some(entry) = self.entry(id) else {
            return Vec::new();
        };
        let mut nodes = self.expand(&entry, Some(property), settled);
        nodes.retain(|node| !node.properties.is_empty() && (entry.id == id || node.id == id));
        nodes
    }

    /// Whether a node has so many properties that they are taken one by one.
    pub(super) fn is_wide(&self, id: &str) -> bool {
        let entry = self.entry(id);
        let list = entry.and_then(|entry| self.parts.get(&*entry.id)?.properties.as_ref().map(Vec::len));
        list.unwrap_or_default() > MOST_GROUPED
    }

    fn expand(&self, entry: &Listed, only: Option<&str>, settled: bool) -> Vec<Node> {
        let Some(part) = self.parts.get(&*entry.id) else {
            return Vec::new();
        };
        let name_of = |part: &Part| part.name.clone().filter(|name| !name.trim().is_empty());
        let node = |id: String, name: Option<String>, element: Option<&Part>| Node {
            id,
            name,
            kind: part.kind.clone().or_else(|| entry.kind.clone()),
            properties: self.properties_of(part, element, only, settled),
        };
        if !entry.array {
            return vec![node(entry.id.clone(), name_of(part), None)];
        }
        let Some((first, last)) = part.array else {
            return Vec::new();
        };
        (first..=last)
            .map(|number| {
                let id = format!("{}_{number}", entry.id);
                let element = self.parts.get(&*id);
                let name = element
                    .and_then(name_of)
                    .or_else(|| name_of(part).map(|name| format!("{name} {number}")));
                node(id, name, element)
            })
            .collect()
    }

    fn properties_of(
        &self,
        part: &Part,
        element: Option<&Part>,
        only: Option<&str>,
        settled: bool,
    ) -> Vec<Property> {
        let declared = element
            .and_then(|element| element.properties.as_ref())
            .or(part.properties.as_ref());
        let wanted = |declared: &&Declared| {
            only.is_none_or(|only| declared.id == only || declared.base.as_deref() == Some(only))
        };
        declared
            .into_iter()
            .flatten()
            .filter(wanted)
            .filter_map(|declared| {
                let sources = [
                    element.and_then(|element| element.own.get(&*declared.id)),
                    part.own.get(&*declared.id),
                    declared
                        .base
                        .as_ref()
                        .and_then(|base| part.own.get(base.as_str())),
                ];
                self.property(declared, &sources, settled)
            })
            .collect()
    }

    /// A property out of what its own topics, those of the array, and those of the range say.
    fn property(&self, declared: &Declared, sources: &[Option<&Own>], settled: bool) -> Option<Property> {
        let first =
            |of: fn(&Own) -> Option<&String>| sources.iter().flatten().find_map(|own| of(own)).cloned();
        let flag = |of: fn(&Own) -> Option<bool>| sources.iter().flatten().find_map(|own| of(own));
        let datatype = match first(|own| own.datatype.as_ref()) {
            Some(name) => {
                let doubled = self
                    .version
                    .as_deref()
                    .is_some_and(|version| version.starts_with(['2', '3']));
                let format = first(|own| own.format.as_ref());
                datatype::parse(&name, format.as_deref(), doubled)
                    .map_or(Datatype::Guess, |parsed| parsed.datatype)
            }
            None if settled || self.is_early() => Datatype::Guess,
            None => return None,
        };
        Some(Property {
            id: declared.id.clone(),
            name: first(|own| own.name.as_ref()),
            datatype,
            settable: flag(|own| own.settable).unwrap_or(declared.settable),
            retained: flag(|own| own.retained).unwrap_or(true),
            unit: first(|own| own.unit.as_ref()),
        })
    }

    /// What does not hold or never came, once it had time to come.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let early = self.is_early();
        match &self.nodes {
            None if early => {}
            None => problems.push("it has no $nodes".to_owned()),
            Some(listed) => {
                for entry in listed {
                    let part = self.parts.get(&*entry.id);
                    if part.is_none_or(|part| part.properties.is_none()) {
                        problems.push(format!(
                            "node \"{}\" has no $properties",
                            datatype::short(&entry.id)
                        ));
                    } else if entry.array && part.is_some_and(|part| part.array.is_none()) {
                        problems.push(format!("array \"{}\" has no $array", datatype::short(&entry.id)));
                    }
                }
            }
        }
        for (id, part) in &self.parts {
            for declared in part
                .properties
                .iter()
                .flatten()
                .filter(|_| self.entry(id).is_some())
            {
                let own = part.own.get(&*declared.id);
                let name = format!(
                    "property \"{}/{}\"",
                    datatype::short(id),
                    datatype::short(&declared.id)
                );
                match own.and_then(|own| Some((own, own.datatype.as_deref()?))) {
                    None if !early => {
                        problems.push(format!(
                            "{name} has no $datatype; it is read by what it looks like"
                        ));
                    }
                    None => {}
                    Some((own, datatype)) => match datatype::parse(datatype, own.format.as_deref(), true) {
                        None => problems.push(format!(
                            "{name} has the unknown datatype \"{}\"; it is read by what it looks like",
                            datatype::short(datatype)
                        )),
                        Some(parsed) => {
                            problems.extend(parsed.problem.map(|problem| format!("{name}: {problem}")));
                        }
                    },
                }
            }
        }
        problems
    }
}

impl Part {
    pub(super) fn own(&mut self, id: &str) -> Option<&mut Own> {
        if !self.own.contains_key(id) && (self.own.len() >= MOST_PROPERTIES || !is_id(id)) {
            return None;
        }
        Some(self.own.entry(id.into()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_version() {
        let ids = |text| {
            nodes(text)
                .into_iter()
                .map(|entry| (entry.id, entry.array))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            ids("wheels, lights[],,wheels,a/b"),
            [("wheels".to_owned(), false), ("lights".to_owned(), true)]
        );
        assert_eq!(nodes("t:sensor")[0].kind.as_deref(), Some("sensor"));
        let names = |text| {
            properties(text)
                .into_iter()
                .map(|declared| (declared.id, declared.settable))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("on:settable,led[1-3]:settable,unit"),
            [
                ("on", true),
                ("led_1", true),
                ("led_2", true),
                ("led_3", true),
                ("unit", false)
            ]
            .map(|(id, settable)| (id.to_owned(), settable))
        );
        assert_eq!(range("0-3"), Some((0, 3)));
        assert_eq!(range("0-4000000000"), Some((0, 255)));
        assert_eq!(range("3-1"), None);
        assert_eq!(range("x"), None);
    }
}
