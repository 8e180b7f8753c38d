//! Discovery topics: `<prefix>/<component>/[<node>/]<object>/config`.

/// The components of Home Assistant 2026.2 and the newer ones known to be on their way.
const COMPONENTS: &[&str] = &[
    "alarm_control_panel",
    "binary_sensor",
    "button",
    "camera",
    "climate",
    "cover",
    "date",
    "datetime",
    "device_automation",
    "device_tracker",
    "event",
    "fan",
    "humidifier",
    "image",
    "infrared",
    "lawn_mower",
    "light",
    "lock",
    "notify",
    "number",
    "remote",
    "scene",
    "select",
    "sensor",
    "siren",
    "switch",
    "tag",
    "text",
    "time",
    "update",
    "vacuum",
    "valve",
    "water_heater",
];

/// The component of a config that describes a whole device.
pub(super) const DEVICE: &str = "device";

/// The prefix that every installation starts with.
pub(super) const DEFAULT_PREFIX: &str = "homeassistant";

/// A discovery topic in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ConfigTopic<'a> {
    pub(super) prefix: &'a str,
    pub(super) component: &'a str,
    pub(super) node: Option<&'a str>,
    pub(super) object: &'a str,
}

impl<'a> ConfigTopic<'a> {
    /// The parts of a topic under a known prefix, where every component counts, or under any prefix, where only the
    /// components that Home Assistant has do.
    pub(super) fn parse(topic: &'a str, prefixes: &[String]) -> Option<Self> {
        let path = topic.strip_suffix("/config")?;
        let known = prefixes.iter().find_map(|prefix| {
            let rest = path.strip_prefix(prefix.as_str())?.strip_prefix('/')?;
            Some((&path[..prefix.len()], rest))
        });
        if let Some((prefix, rest)) = known {
            let mut levels = rest.split('/');
            let (component, first, second) = (levels.next()?, levels.next()?, levels.next());
            if levels.next().is_some() || component.is_empty() {
                return None;
            }
            return Some(Self {
                prefix,
                component,
                node: second.map(|_| first),
                object: second.unwrap_or(first),
            });
        }
        let (rest, object) = path.rsplit_once('/')?;
        let (before, last) = rest.rsplit_once('/')?;
        if let Some((prefix, component)) = before.rsplit_once('/').filter(|(_, level)| is_component(level)) {
            return Some(Self {
                prefix,
                component,
                node: Some(last),
                object,
            });
        }
        is_component(last).then_some(Self {
            prefix: before,
            component: last,
            node: None,
            object,
        })
    }

    /// The identity that Home Assistant gives to what the topic announces.
    pub(super) fn discovery_id(&self) -> String {
        match self.node {
            Some(node) => format!("{node} {}", self.object),
            None => self.object.to_owned(),
        }
    }

    /// The identity of a component of a device config.
    pub(super) fn component_id(&self, key: &str) -> String {
        match self.node {
            Some(node) => format!("{} {node} {key}", self.object),
            None => format!("{} {key}", self.object),
        }
    }

    /// Whether Home Assistant would take the topic's ids.
    pub(super) fn is_legal(&self) -> bool {
        let legal = |id: &str| {
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        legal(self.object) && self.node.is_none_or(legal)
    }
}

pub(super) fn is_component(level: &str) -> bool {
    level == DEVICE || COMPONENTS.binary_search(&level).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(topic: &str) -> Option<(&str, &str, Option<&str>, &str)> {
        let prefixes = [DEFAULT_PREFIX.to_owned()];
        ConfigTopic::parse(topic, &prefixes).map(|t| {
            // Ends the borrow of the prefixes.
            let prefix = &topic[..t.prefix.len()];
            let at = |part: &str| {
                let start = part.as_ptr() as usize - topic.as_ptr() as usize;
                &topic[start..start + part.len()]
            };
            (prefix, at(t.component), t.node.map(at), at(t.object))
        })
    }

    #[test]
    fn any_prefix() {
        assert!(COMPONENTS.is_sorted());
        for (topic, want) in [
            (
                "homeassistant/sensor/x/config",
                Some(("homeassistant", "sensor", None, "x")),
            ),
            (
                "homeassistant/sensor/n/x/config",
                Some(("homeassistant", "sensor", Some("n"), "x")),
            ),
            (
                "homeassistant/binary_sensor/sensor/x/config",
                Some(("homeassistant", "binary_sensor", Some("sensor"), "x")),
            ),
            (
                "homeassistant/newthing/x/config",
                Some(("homeassistant", "newthing", None, "x")),
            ),
            ("homeassistant/sensor/a/b/c/config", None),
            ("my/ha/light/x/config", Some(("my/ha", "light", None, "x"))),
            ("ha/device/n/x/config", Some(("ha", "device", Some("n"), "x"))),
            ("other/newthing/x/config", None),
            ("sensor/x/config", None),
            ("homeassistant/config", None),
        ] {
            assert_eq!(parts(topic), want, "{topic}");
        }
    }
}
