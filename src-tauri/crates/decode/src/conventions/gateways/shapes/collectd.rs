//! collectd: `collectd/<host>/<plugin>/<type>` with `epoch:value[:value…]`, ended by a NUL.

use hearthline_model::Realm;

use super::super::desk::{Desk, Put, as_is, text};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::Scalar;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, Message};

/// See the module.
pub(super) struct Collectd;

/// What the values of a type are, where there are several.
fn sources(kind: &str) -> &'static [&'static str] {
    let kind = kind.split('-').next().unwrap_or(kind);
    match kind {
        "load" => &["1 min", "5 min", "15 min"],
        "if_octets" | "if_packets" | "if_errors" | "if_dropped" => &["received", "sent"],
        "disk_octets" | "disk_ops" | "disk_time" | "disk_merged" => &["read", "write"],
        _ => &[],
    }
}

fn unit(kind: &str) -> Option<&'static str> {
    let kind = kind.split('-').next().unwrap_or(kind);
    Some(match kind {
        "temperature" => "°C",
        "percent" | "humidity" => "%",
        "voltage" => "V",
        "power" => "W",
        "frequency" => "Hz",
        "uptime" => "s",
        _ => return None,
    })
}

fn parts(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text.splitn(18, ':').collect();
    let time: f64 = parts.first()?.parse().ok()?;
    let numbers = parts[1..]
        .iter()
        .all(|part| *part == "U" || part.parse::<f64>().is_ok());
    (parts.len() > 1 && time > 978_307_200.0 && numbers).then_some(parts)
}

impl Shape for Collectd {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        let levels = message.topic.matches('/').count();
        message.topic.starts_with("collectd/") && levels == 3 && text(message).and_then(parts).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let mut levels = message.topic.split('/').skip(1);
        let (Some(host), Some(plugin), Some(kind)) = (levels.next(), levels.next(), levels.next()) else {
            return;
        };
        let Some(parts) = text(message).and_then(parts) else {
            return;
        };
        let Some(device) = desk.device("collectd", host, host, (Realm::Home, &[]), |_| (), context) else {
            return;
        };
        let at = match stamp::read(&Json::Float(parts[0].parse().unwrap_or_default()), message.at) {
            Stamp::At(at) => Some(at),
            _ => None,
        };
        let names = sources(kind);
        for (ix, part) in parts[1..].iter().enumerate() {
            let mut said = match *part {
                "U" => Said::scalar(Scalar::Unknown(false)),
                number => Said::text(number),
            };
            said.unit = unit(kind);
            let mut key = format!("{plugin}/{kind}");
            if parts.len() > 2 {
                key.push('/');
                match names.get(ix) {
                    Some(name) => key.push_str(name),
                    None => key.push_str(&ix.to_string()),
                }
            }
            let name = key.replacen(&format!("{plugin}/{plugin}"), plugin, 1);
            desk.put(
                Put::new(device, &key, said.at(at)).name(&name),
                message,
                &as_is,
                context,
            );
        }
    }
}
