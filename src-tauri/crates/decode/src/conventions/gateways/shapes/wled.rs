//! WLED: `wled/<device>/g` brightness 0–255, `…/c` colour, `…/v` all of it as XML, `…/status` online or offline. Written on `wled/<device>`
//! (`ON`, `OFF`, 0–255), `…/col` and `…/api`.

use hearthline_model::{Kind, PointDesc, Realm, Role};
use rustc_hash::FxHashMap;

use super::super::desk::{Desk, Put, text};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::points::Said;
use crate::shape::scalar::{Scalar, Word};
use crate::{Context, DeviceIx, Message, color};

/// See the module.
#[derive(Default)]
pub(super) struct Wled {
    /// Devices that have spoken, with the name that their XML tells.
    devices: FxHashMap<String, Option<String>>,
}

/// Device and what is said of it.
fn split(topic: &str) -> Option<(&str, &str)> {
    let rest = topic.strip_prefix("wled/")?;
    let (device, what) = rest.split_once('/').unwrap_or((rest, ""));
    (!device.is_empty() && matches!(what, "" | "g" | "c" | "v" | "status" | "col" | "api"))
        .then_some((device, what))
}

impl Wled {
    fn device(id: &str, name: &str, desk: &mut Desk, context: &mut Context<'_>) -> Option<DeviceIx> {
        let more = |desc: &mut hearthline_model::DeviceDesc| {
            desc.manufacturer = Some("WLED".into());
            if name == id {
                desc.name = format!("WLED {id}");
            }
        };
        desk.device("wled", id, name, (Realm::Home, &[]), more, context)
    }
}

fn light(desc: &mut PointDesc, role: Role, name: &str) {
    "light".clone_into(&mut desc.entity);
    "light".clone_into(&mut desc.platform);
    desc.role = role;
    name.clone_into(&mut desc.name);
    desc.unit = (role == Role::Brightness).then(|| "%".to_owned());
    desc.class = None;
    desc.state_class = None;
}

impl Shape for Wled {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        match split(message.topic) {
            // The device's own topic is a command; it is certain once the device has spoken, or by what is sent.
            Some((device, "")) => device == "all" || self.devices.contains_key(device),
            Some(_) => true,
            None => false,
        }
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((id, what)) = split(message.topic) else {
            return;
        };
        if matches!(what, "" | "col" | "api") || id == "all" {
            return;
        }
        if self.devices.len() < 4_096 && !self.devices.contains_key(id) {
            self.devices.insert(id.to_owned(), None);
            context.reroute(format!("wled/{id}"));
        }
        let Some(said) = text(message) else { return };
        let base = format!("wled/{id}");
        if let (Some(known), "v", Some(name)) = (self.devices.get_mut(id), what, tag(said, "ds")) {
            *known = Some(name.to_owned());
        }
        let name = self.devices.get(id).cloned().flatten();
        let Some(device) = Self::device(id, name.as_deref().unwrap_or(id), desk, context) else {
            return;
        };
        match what {
            "status" => context.online(device, said == "online", message.at),
            "g" => {
                let Ok(level) = said.parse::<f64>() else { return };
                let on = Said::scalar(Scalar::Bool(level > 0.0, Word::Plain));
                let put = Put::new(device, "light", on).kind(Kind::Bool).order(
                    &*base,
                    Takes::Bool("ON", "OFF"),
                    Form::Bare,
                );
                desk.put(put, message, &|desc| light(desc, Role::Switch, ""), context);
                let scale = Scale::Brightness { full: 255.0 };
                if let Some(percent) = scale.read(level).and_then(|value| value.as_f64()) {
                    let said = Said::scalar(Scalar::Int(percent as i64));
                    let takes = Takes::Number(Some((0.0, 100.0)), scale, true);
                    let put = Put::new(device, "brightness", said).kind(Kind::Number).order(
                        &*base,
                        takes,
                        Form::Bare,
                    );
                    desk.put(
                        put,
                        message,
                        &|desc| light(desc, Role::Brightness, "Brightness"),
                        context,
                    );
                }
            }
            "c" => {
                // With a white channel there are eight digits, the white ones first.
                let digits = said.trim_start_matches('#');
                let rgb = if digits.is_ascii() && digits.len() == 8 {
                    &digits[2..]
                } else {
                    digits
                };
                if let Some(rgb) = color::from_hex(&format!("#{rgb}")) {
                    let put = Put::new(device, "color", Said::word(color::to_hex(rgb)))
                        .kind(Kind::Text)
                        .order(format!("{base}/col"), Takes::Color, Form::Bare);
                    desk.put(put, message, &|desc| light(desc, Role::Color, "Colour"), context);
                }
            }
            _ => {
                if let Some(effect) = tag(said, "fx").and_then(|fx| fx.parse::<i64>().ok()) {
                    let put =
                        Put::new(device, "effect", Said::scalar(Scalar::Int(effect))).kind(Kind::Number);
                    desk.put(
                        put,
                        message,
                        &|desc| light(desc, Role::Attribute, "Effect number"),
                        context,
                    );
                }
            }
        }
    }
}

/// The text of an element of WLED's flat XML.
fn tag<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let open = format!("<{name}>");
    let start = xml.find(&open)? + open.len();
    let length = xml[start..].find('<')?;
    Some(xml[start..start + length].trim()).filter(|text| !text.is_empty() && text.len() <= 128)
}
