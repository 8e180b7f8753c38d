//! Devices behind a device: Zigbee through a Tasmota bridge, Bluetooth sensors that one overhears.

use hearthline_model::{CommandDesc, DeviceDesc, Kind, PlaceHint, PointDesc, Realm, Role};

use super::config::{get, text};
use super::device::Device;
use super::encode::Command;
use super::read::{Feed, Read};
use super::scene::Scene;
use super::sheet::{Sheet, Spot};
use crate::naming::{humanise, identities};
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::{DiagnosisKind, PointIx};

/// Most devices behind one.
const MOST: usize = 256;

/// A device behind a device.
pub(super) struct Child {
    pub(super) sheet: Sheet,
    desc: DeviceDesc,
}

/// `{"0x5ADF": {"Device": "0x5ADF", "Name": …, "Temperature": …}}`.
pub(super) fn zigbee(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let Json::Object(entries) = json else {
        return;
    };
    if device.ensure(scene).is_none() {
        return;
    }
    for (key, value) in entries {
        if matches!(value, Json::Object(_)) {
            zigbee_one(device, key, value, scene);
        }
    }
}

fn zigbee_one(device: &mut Device, key: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    // With SetOption83 they are keyed by their names.
    let short = get(json, "Device")
        .and_then(text)
        .unwrap_or_else(|| key.to_owned());
    if !short.starts_with("0x") || short.len() > 8 {
        return;
    }
    let id = short.to_ascii_lowercase();
    if !ensure_zigbee(device, &id, &short, json, scene) {
        return;
    }
    let Json::Object(entries) = json else {
        return;
    };
    let commands = device.bases.command.is_some();
    let mut raw = None;
    let Some(child) = device.children.get_mut(&id) else {
        return;
    };
    // What can be dimmed is a light, what can only be switched may be anything.
    let dims = child.sheet.knows("Dimmer") || get(json, "Dimmer").is_some();
    if dims
        && !child.sheet.knows("Dimmer")
        && let Some(power) = child.sheet.point("Power")
        && let Some(desc) = scene.context.point_desc(power)
    {
        let mut desc = (**desc).clone();
        "light".clone_into(&mut desc.platform);
        scene.context.point(child.sheet.device, desc);
    }
    for (name, value) in entries {
        match name.as_ref() {
            "Device" | "Name" | "IEEEAddr" | "Endpoint" | "Group" | "ModelId" | "Manufacturer"
            | "Reachable" => {}
            "Power" => {
                let point = child.sheet.point("Power").or_else(|| {
                    let mut desc = main(key, "Power", Kind::Bool, Role::Switch, "", scene.topic, commands);
                    if !dims {
                        "switch".clone_into(&mut desc.platform);
                    }
                    child.add(desc, "Power", Read::OnOff, &short, commands, scene)
                });
                child.said(point, "Power", value, &device.config.words, scene);
            }
            "Dimmer" => {
                let point = child.sheet.point("Dimmer").or_else(|| {
                    let mut desc = main(
                        key,
                        "Dimmer",
                        Kind::Number,
                        Role::Brightness,
                        "Brightness",
                        scene.topic,
                        commands,
                    );
                    desc.unit = Some("%".to_owned());
                    desc.range = Some((0.0, 100.0));
                    let read = Read::Number(Scale::Brightness { full: 254.0 });
                    child.add(desc, "Dimmer", read, &short, commands, scene)
                });
                child.said(point, "Dimmer", value, &device.config.words, scene);
            }
            "Click" | "Action" => {
                let point = child.sheet.point(name).or_else(|| {
                    let mut desc = super::input::event_desc(&name.to_ascii_lowercase(), "Button");
                    desc.topic = Some(scene.topic.to_owned());
                    let point = scene.context.point(child.sheet.device, desc)?;
                    let read = Read::plain(Kind::Text);
                    child.sheet.adopt(name, Feed { point, read });
                    Some(point)
                });
                if let (Some(point), Some(what)) = (point, text(value)) {
                    scene.happen(point, &what);
                }
            }
            // Attributes that the firmware has no name for: `0500<00`, `EF00/0102`.
            name if name.contains(['/', '<', '&']) => raw = raw.or(Some(name.to_owned())),
            name => {
                let path = format!("ZbReceived.{key}.{name}");
                let spot = Spot {
                    key: name,
                    path: &path,
                    group: "",
                    quantity: name,
                    parent: None,
                    around: None,
                    index: None,
                    vital: false,
                    topic: scene.topic,
                };
                if name.len() <= 64 {
                    child.sheet.value(&spot, value, &device.config.words, scene);
                }
            }
        }
    }
    if let Some(raw) = raw {
        let text = format!("\"{raw}\" and the like are raw attributes without a known meaning");
        device.ignored("raw attributes", &text, scene);
    }
}

/// Its IEEE address, model and maker.
pub(super) fn zigbee_info(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    zigbee(device, json, scene);
}

/// Describes the device of a short address; false where there is no room.
fn ensure_zigbee(
    device: &mut Device,
    id: &str,
    short: &str,
    json: &Json<'_>,
    scene: &mut Scene<'_, '_>,
) -> bool {
    let mut desc = device.children.get(id).map_or_else(
        || DeviceDesc {
            key: format!("{}/zb:{id}", device.key()),
            convention: "tasmota".to_owned(),
            name: format!("Zigbee {short}"),
            via: Some(device.key()),
            place: PlaceHint {
                realm: device.realm.unwrap_or(Realm::Home),
                path: Vec::new(),
            },
            ..DeviceDesc::default()
        },
        |child| child.desc.clone(),
    );
    if let Some(name) = get(json, "Name")
        .and_then(text)
        .filter(|name| !name.trim().is_empty())
    {
        desc.name = name;
    }
    if let Some(address) = get(json, "IEEEAddr").and_then(text) {
        desc.identities = identities(&address);
    }
    if let Some(model) = get(json, "ModelId").and_then(text) {
        desc.model = Some(model);
    }
    if let Some(maker) = get(json, "Manufacturer").and_then(text) {
        desc.manufacturer = Some(maker);
    }
    ensure(device, id, desc, true, scene)
}

fn ensure(device: &mut Device, id: &str, desc: DeviceDesc, metric: bool, scene: &mut Scene<'_, '_>) -> bool {
    if let Some(child) = device.children.get_mut(id) {
        if child.desc != desc {
            child.desc = desc.clone();
            scene.context.device(desc);
        }
        return true;
    }
    if device.children.len() >= MOST {
        let text = format!("more than {MOST} devices behind it; further ones are not shown");
        device.ignored("children", &text, scene);
        return false;
    }
    let Some(ix) = scene.context.device(desc.clone()) else {
        return false;
    };
    let sheet = if metric {
        Sheet::new(ix).metric()
    } else {
        Sheet::new(ix)
    };
    device.children.insert(id.to_owned(), Child { sheet, desc });
    true
}

/// A sensor of `SENSOR` that has an address of its own: heard over Bluetooth; false where it has none.
pub(super) fn bluetooth(device: &mut Device, key: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
    let Some(mac) = ["mac", "MAC", "Mac"]
        .iter()
        .find_map(|name| get(json, name))
        .and_then(text)
        .map(|mac| mac.replace([':', '-'], "").to_ascii_lowercase())
        .filter(|mac| mac.len() == 12 && mac.bytes().all(|b| b.is_ascii_hexdigit()))
    else {
        return false;
    };
    // The name ends with the end of its address: `ATC-5cd8dd`.
    let name = key.split_once('-').map_or(key, |(sort, _)| sort);
    let alias = get(json, "Name").or_else(|| get(json, "alias")).and_then(text);
    let desc = DeviceDesc {
        key: format!("tasmota:ble:{mac}"),
        identities: vec![mac.clone()],
        convention: "tasmota".to_owned(),
        name: alias.unwrap_or_else(|| format!("{} {}", humanise(name), mac[6..].to_ascii_uppercase())),
        model: Some(name.to_owned()),
        via: Some(device.key()),
        place: PlaceHint {
            realm: device.realm.unwrap_or(Realm::Home),
            path: Vec::new(),
        },
        ..DeviceDesc::default()
    };
    if !ensure(device, &mac, desc, false, scene) {
        return true;
    }
    let (Some(child), Json::Object(entries)) = (device.children.get_mut(&mac), json) else {
        return true;
    };
    // The units are the gateway's.
    if let Some(sheet) = &device.sheet {
        child.sheet.share_units(sheet, scene);
    }
    for (name, value) in entries {
        if name.eq_ignore_ascii_case("mac") || name == "Name" || name == "alias" || name.len() > 64 {
            continue;
        }
        let path = format!("{key}.{name}");
        let spot = Spot {
            key: name,
            path: &path,
            group: "",
            quantity: name,
            parent: None,
            around: None,
            index: None,
            vital: false,
            topic: scene.topic,
        };
        child.sheet.value(&spot, value, &device.config.words, scene);
    }
    true
}

impl Child {
    fn add(
        &mut self,
        desc: PointDesc,
        attribute: &'static str,
        read: Read,
        short: &str,
        commands: bool,
        scene: &mut Scene<'_, '_>,
    ) -> Option<PointIx> {
        let point = scene.context.point(self.sheet.device, desc)?;
        if commands {
            let command = Command::Zigbee {
                device: short.to_owned(),
                attribute,
            };
            scene.commands.insert(point, (scene.index, command));
        }
        self.sheet.adopt(attribute, Feed { point, read });
        Some(point)
    }

    fn said(
        &mut self,
        point: Option<PointIx>,
        attribute: &str,
        value: &Json<'_>,
        words: &[String; 4],
        scene: &mut Scene<'_, '_>,
    ) {
        if point.is_some() {
            self.sheet.feed(attribute, value, words, scene);
        } else {
            let text = "there is no room for its points";
            scene
                .context
                .diagnose(Some(self.sheet.device), scene.topic, DiagnosisKind::TooMany, text);
        }
    }
}

fn main(
    key: &str,
    attribute: &str,
    kind: Kind,
    role: Role,
    name: &str,
    topic: &str,
    commands: bool,
) -> PointDesc {
    PointDesc {
        key: attribute.to_ascii_lowercase(),
        name: name.to_owned(),
        entity: "main".to_owned(),
        platform: "light".to_owned(),
        kind,
        role,
        command: commands.then(CommandDesc::default),
        topic: Some(topic.to_owned()),
        path: Some(format!("ZbReceived.{key}.{attribute}")),
        ..PointDesc::default()
    }
}
