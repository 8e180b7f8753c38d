//! What is known of how a device was understood: for its page, and as text for a bug report.

use std::fmt::Write as _;

use hearthline_model::{BrokerId, DeviceDesc, DeviceId, Quality};

use super::Engine;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::{Announcement, DeviceReport, DiagnosisView};

/// Characters of a payload in a report.
const PAYLOAD: usize = 4000;
/// Points that a report lists.
const MOST_POINTS: usize = 500;
/// Announcements that a report shows.
const MOST_ANNOUNCEMENTS: usize = 64;

impl Engine {
    /// What a device announced, and all of it as text to copy.
    ///
    /// # Errors
    /// Where the device is not there.
    pub async fn device_report(&self, device: DeviceId) -> Result<DeviceReport, Error> {
        let shared = &self.inner.shared;
        let (desc, broker) = {
            let world = shared.world();
            let desc = world.device_desc(device).cloned();
            (
                desc.ok_or(Error::NotFound("device"))?,
                world.broker_of(device).ok_or(Error::NotFound("device"))?,
            )
        };
        let kept = self.with(move |pipeline| pipeline.announcements(device)).await?;
        let announced: Vec<Announcement> = kept
            .into_iter()
            .take(MOST_ANNOUNCEMENTS)
            .map(|(topic, payload)| announcement(shared, broker, &desc, topic, payload))
            .collect();
        let diagnoses = self.diagnoses(Some(device));
        let text = text(shared, device, &desc, &announced, &diagnoses);
        Ok(DeviceReport { announced, text })
    }
}

fn announcement(
    shared: &Shared,
    broker: BrokerId,
    desc: &DeviceDesc,
    topic: String,
    kept: Option<Vec<u8>>,
) -> Announcement {
    let bytes = kept
        .or_else(|| shared.explorer().payload(broker, &topic))
        .unwrap_or_default();
    let own = own_part(&bytes, desc);
    let whole = own.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
    let payload: String = whole.chars().take(PAYLOAD).collect();
    let truncated = payload.len() < whole.len();
    Announcement {
        topic,
        payload,
        truncated,
    }
}

/// A list that describes many devices (`bridge/devices`) is cut down to the entries that name this one.
fn own_part(payload: &[u8], desc: &DeviceDesc) -> Option<String> {
    let list: Vec<serde_json::Value> = serde_json::from_slice(payload).ok()?;
    let own: Vec<&serde_json::Value> = list
        .iter()
        .filter(|entry| {
            let text = entry.to_string().to_ascii_lowercase();
            desc.identities
                .iter()
                .any(|identity| text.contains(identity.as_str()))
        })
        .collect();
    if own.is_empty() {
        return None;
    }
    serde_json::to_string(&own).ok()
}

fn text(
    shared: &Shared,
    device: DeviceId,
    desc: &DeviceDesc,
    announced: &[Announcement],
    diagnoses: &[DiagnosisView],
) -> String {
    let mut out = format!("Hearthline {}, report of a device\n\n", env!("CARGO_PKG_VERSION"));
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    let sources: Vec<String> = desc
        .all_sources()
        .into_iter()
        .map(|source| format!("{} ({})", source.convention, source.key))
        .collect();
    line("Name", Some(&desc.name));
    line("Known through", Some(&sources.join(", ")));
    line("Manufacturer", desc.manufacturer.as_deref());
    line("Model", desc.model.as_deref());
    line("Firmware", desc.firmware.as_deref());
    line("Hardware", desc.hardware.as_deref());
    line("Through", desc.via.as_deref());
    line("Addresses", Some(&desc.identities.join(", ")));
    points(&mut out, shared, device);
    let (ignored, troubles): (Vec<_>, Vec<_>) = diagnoses.iter().partition(|line| line.kind == "ignored");
    for (title, lines) in [("Troubles", troubles), ("Ignored, and why", ignored)] {
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for line in lines {
            let _ = writeln!(
                out,
                "- {} × {}: {} [{}]",
                line.count, line.kind, line.text, line.topic
            );
            if !line.payload.is_empty() {
                let _ = writeln!(out, "  {}", line.payload.replace('\n', " "));
            }
        }
    }
    if !announced.is_empty() {
        out.push_str("\nAnnounced\n");
        for it in announced {
            let cut = if it.truncated { " … (cut)" } else { "" };
            let _ = writeln!(out, "- {}\n  {}{cut}", it.topic, it.payload.replace('\n', " "));
        }
    }
    out
}

fn points(out: &mut String, shared: &Shared, device: DeviceId) {
    let world = shared.world();
    let live = shared.live();
    let all = world.points_of(device);
    let _ = writeln!(out, "\nPoints ({})", all.len());
    for &id in all.iter().take(MOST_POINTS) {
        let Some((desc, _)) = world.point_desc(id) else {
            continue;
        };
        let _ = write!(
            out,
            "- {} \"{}\" {:?}/{:?}",
            desc.key, desc.name, desc.kind, desc.role
        );
        for (name, value) in [
            ("unit", &desc.unit),
            ("class", &desc.class),
            ("topic", &desc.topic),
            ("path", &desc.path),
        ] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                let _ = write!(out, " {name}={value}");
            }
        }
        if desc.command.is_some() {
            out.push_str(" writable");
        }
        if let Some(latest) = live.latest(id) {
            let value: String = latest.value.to_string().chars().take(80).collect();
            let _ = write!(out, " = {value}");
            if latest.quality != Quality::Good {
                let _ = write!(out, " ({:?})", latest.quality);
            }
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_list_of_devices_only_the_own_entry_is_shown() {
        let desc = DeviceDesc {
            identities: vec!["00158d0001abcdef".into()],
            ..DeviceDesc::default()
        };
        let list = br#"[{"ieee_address":"0x00158D0001ABCDEF","x":1},{"ieee_address":"0x1"}]"#;
        assert_eq!(
            own_part(list, &desc).as_deref(),
            Some(r#"[{"ieee_address":"0x00158D0001ABCDEF","x":1}]"#)
        );
        assert_eq!(own_part(b"[1,2]", &desc), None);
        assert_eq!(own_part(b"{}", &desc), None);
    }
}
