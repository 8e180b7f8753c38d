//! A discovery message as a list of what it announces, with everything that Home Assistant does before it looks at a single
//! entity done.

use super::abbreviations::Part;
use super::config::Config;
use super::topic::{ConfigTopic, DEVICE};
use crate::DiagnosisKind;
use crate::template::Json;

/// Most components that one device config may have.
const MOST_COMPONENTS: usize = 2_000;

/// What a message on a discovery topic says.
#[derive(Debug, PartialEq)]
pub(super) enum Discovery {
    /// Empty payload: everything that the topic announced is gone.
    Remove,
    /// The topic stops managing its entities, which stay and will be announced elsewhere.
    Migrate,
    /// Entities.
    Announce {
        entries: Vec<Entry>,
        /// `device`, names made long.
        device: Option<Config>,
        /// The software that announces, with its version; empty where it does not say.
        origin: String,
    },
}

/// One entity.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) component: String,
    /// Home Assistant's discovery identity within the component.
    pub(super) id: String,
    /// None: the component is to be removed.
    pub(super) config: Option<Config>,
}

/// What of a device config's root every component takes over, unless it has its own.
const SHARED: &[&str] = &[
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "payload_available",
    "payload_not_available",
    "state_topic",
    // Accepted at the root by Home Assistant and then forgotten; it can only have been meant for all.
    "encoding",
    "qos",
];

/// Reads a discovery message.
pub(super) fn read(topic: &ConfigTopic<'_>, payload: &[u8]) -> Result<Discovery, (DiagnosisKind, String)> {
    if payload.iter().all(u8::is_ascii_whitespace) {
        return Ok(Discovery::Remove);
    }
    let text = std::str::from_utf8(payload).map_err(|_| {
        (
            DiagnosisKind::InvalidUtf8,
            "the discovery message is no UTF-8 text".to_owned(),
        )
    })?;
    let json = Json::parse(text).ok_or_else(|| {
        (
            DiagnosisKind::MalformedJson,
            "the discovery message is no JSON".to_owned(),
        )
    })?;
    let Some(mut root) = Config::read(&json, Part::General) else {
        return Err((
            DiagnosisKind::WrongType,
            "the discovery message is JSON, but no object".to_owned(),
        ));
    };
    if root.flag("migrate_discovery") == Some(true) {
        return Ok(Discovery::Migrate);
    }
    let device = root
        .get("device")
        .and_then(|json| Config::read(json, Part::Device));
    let origin = origin(&root);
    root.expand_availability();
    if topic.component != DEVICE {
        root.resolve_base(None);
        let entry = Entry {
            component: topic.component.to_owned(),
            id: topic.discovery_id(),
            config: Some(root),
        };
        return Ok(Discovery::Announce {
            entries: vec![entry],
            device,
            origin,
        });
    }
    let Some(Json::Map(components)) = root.get("components").cloned() else {
        return Err((
            DiagnosisKind::InvalidDescription,
            "a device's discovery message without components".to_owned(),
        ));
    };
    let base = root.get("~").cloned();
    root.resolve_base(None);
    let mut entries = Vec::new();
    for (key, json) in components.0.iter().take(MOST_COMPONENTS) {
        let Some(mut config) = Config::read(json, Part::General) else {
            continue;
        };
        let Some(component) = config.word("platform") else {
            continue;
        };
        let id = topic.component_id(key);
        if config.len() == 1 {
            entries.push(Entry {
                component,
                id,
                config: None,
            });
            continue;
        }
        config.expand_availability();
        config.resolve_base(base.as_ref());
        // The two ways of saying availability exclude each other: its own one keeps the shared other one out.
        let own = config.has("availability") || config.has("availability_topic");
        for name in SHARED {
            if let Some(value) = root
                .get(name)
                .filter(|_| !own || !name.starts_with("availability"))
            {
                config.fill(name, value);
            }
        }
        entries.push(Entry {
            component,
            id,
            config: Some(config),
        });
    }
    Ok(Discovery::Announce {
        entries,
        device,
        origin,
    })
}

/// The name and version in `origin`.
fn origin(root: &Config) -> String {
    let Some(origin) = root
        .get("origin")
        .and_then(|json| Config::read(json, Part::Origin))
    else {
        return String::new();
    };
    let words = [origin.word("name"), origin.word("sw_version")];
    let text: Vec<String> = words.into_iter().flatten().collect();
    crate::decoder::shortened(&text.join(" "), 80)
}

/// Whether a JSON object looks like a config: tells discovery under an unknown prefix from plain topics that happen to end
/// alike.
pub(super) fn looks_like_config(payload: &[u8]) -> bool {
    let config = std::str::from_utf8(payload)
        .ok()
        .and_then(Json::parse)
        .and_then(|json| Config::read(&json, Part::General));
    config.is_some_and(|config| {
        config.names().any(|name| {
            name.ends_with("topic") || matches!(name, "components" | "unique_id" | "migrate_discovery")
        }) || (config.has("device") && config.has("origin"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<'a>(
        topic: &'a str,
        payload: &str,
    ) -> (ConfigTopic<'a>, Result<Discovery, (DiagnosisKind, String)>) {
        let topic = ConfigTopic::parse(topic, &[]).unwrap();
        let discovery = read(&topic, payload.as_bytes());
        (topic, discovery)
    }

    #[test]
    fn device_form_shares_the_root() {
        let (_, discovery) = parse(
            "homeassistant/device/n/dev/config",
            r#"{"dev":{"ids":"x","mf":"ACME"},"o":{"name":"me","sw":2},"~":"base","stat_t":"~/s","avty_t":"~/lwt","cmps":{
                "t":{"p":"sensor","val_tpl":"{{ value_json.t }}","uniq_id":"t"},
                "h":{"p":"sensor","stat_t":"~/h","avty":[{"t":"own"}],"uniq_id":"h"},
                "gone":{"p":"switch"},"bad":1}}"#,
        );
        let Ok(Discovery::Announce {
            entries,
            device,
            origin,
        }) = discovery
        else {
            panic!("{discovery:?}")
        };
        assert_eq!(origin, "me 2");
        assert_eq!(device.unwrap().text("manufacturer").as_deref(), Some("ACME"));
        let ids: Vec<_> = entries
            .iter()
            .map(|e| (e.component.as_str(), e.id.as_str()))
            .collect();
        assert_eq!(
            ids,
            [
                ("sensor", "dev n t"),
                ("sensor", "dev n h"),
                ("switch", "dev n gone")
            ]
        );
        let first = entries[0].config.as_ref().unwrap();
        assert_eq!(first.text("state_topic").as_deref(), Some("base/s"));
        assert_eq!(first.text("availability_topic").as_deref(), Some("base/lwt"));
        let second = entries[1].config.as_ref().unwrap();
        assert_eq!(second.text("state_topic").as_deref(), Some("base/h"));
        assert!(!second.has("availability_topic"));
        assert!(entries[2].config.is_none());
    }

    #[test]
    fn removal_migration_and_faults() {
        let topic = "homeassistant/sensor/x/config";
        assert_eq!(parse(topic, "").1, Ok(Discovery::Remove));
        assert_eq!(
            parse(topic, r#"{"migr_discvry":true,"stat_t":"x"}"#).1,
            Ok(Discovery::Migrate)
        );
        assert_eq!(parse(topic, "{").1.unwrap_err().0, DiagnosisKind::MalformedJson);
        assert_eq!(parse(topic, "[1]").1.unwrap_err().0, DiagnosisKind::WrongType);
        assert!(looks_like_config(br#"{"stat_t":"x"}"#));
        assert!(!looks_like_config(br#"{"temperature":21}"#));
    }
}
