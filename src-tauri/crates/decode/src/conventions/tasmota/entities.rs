//! Relays, lights, shutters, fans, switches and buttons as the configuration has them.

use hearthline_model::{Category, CommandDesc, Kind, PointDesc, Role};
use rustc_hash::FxHashMap;

use super::config::{Config, MOST, Relay};
use super::device::Device;
use super::encode::Command;
use super::input::{self, Input};
use super::read::{Feed, Read, SCHEMES};
use super::scene::Scene;
use crate::scale::Scale;
use crate::{DeviceIx, PointIx};

/// A shutter's points and where it is.
#[derive(Debug, Default)]
pub(super) struct Shutter {
    pub(super) state: Option<PointIx>,
    pub(super) position: Option<PointIx>,
    pub(super) tilt: Option<PointIx>,
    pub(super) inverted: bool,
    /// Lowest and highest tilt.
    pub(super) tilts: (f64, f64),
    /// Percent open, and the direction of its way.
    pub(super) at: Option<f64>,
    pub(super) way: i64,
}

/// Describes all of them; what is no longer there is forgotten.
pub(super) fn describe(device: &mut Device, scene: &mut Scene<'_, '_>) {
    let Some(ix) = device.ix() else {
        return;
    };
    device.entities_known = true;
    let former = std::mem::take(&mut device.entity_points);
    let mut build = Build {
        device: ix,
        config: &device.config,
        commands: device.bases.command.is_some(),
        state_topic: format!("{}STATE", device.bases.tele.as_deref().unwrap_or_default()),
        sensor_topic: format!("{}SENSOR", device.bases.tele.as_deref().unwrap_or_default()),
        result_topic: format!("{}RESULT", device.bases.stat.as_deref().unwrap_or_default()),
        feeds: FxHashMap::default(),
        points: Vec::new(),
        scene,
    };
    build.relays();
    build.fan();
    let shutters = build.shutters();
    let inputs = build.inputs();
    let Build { feeds, points, .. } = build;
    device.feeds = feeds;
    // Where they are is still so.
    let places: Vec<(Option<f64>, i64)> = device.shutters.iter().map(|s| (s.at, s.way)).collect();
    device.shutters = shutters;
    for (shutter, (at, way)) in device.shutters.iter_mut().zip(places) {
        (shutter.at, shutter.way) = (at, way);
    }
    // Inputs that showed themselves without being announced stay.
    for (key, input) in std::mem::take(&mut device.inputs) {
        if input.found && !inputs.contains_key(&key) {
            device.inputs.insert(key, input);
        }
    }
    device.inputs.extend(inputs);
    device.entity_points = points;
    for point in former {
        if !device.entity_points.contains(&point) {
            scene.context.forget_point(point);
            scene.commands.remove(&point);
        }
    }
    if device.config.camera {
        let text = "its camera is not shown: its pictures are not sent over MQTT";
        device.ignored("cam", text, scene);
    }
    if device.config.deep_sleep > 0 {
        device.set_sleeps(scene);
    }
}

struct Build<'d, 's, 'a, 'b> {
    device: DeviceIx,
    config: &'d Config,
    commands: bool,
    state_topic: String,
    sensor_topic: String,
    result_topic: String,
    feeds: FxHashMap<Box<str>, Vec<Feed>>,
    points: Vec<PointIx>,
    scene: &'s mut Scene<'a, 'b>,
}

impl Build<'_, '_, '_, '_> {
    /// Makes a point that the paths feed.
    fn point(
        &mut self,
        mut desc: PointDesc,
        command: Option<Command>,
        paths: Vec<(String, Read)>,
    ) -> Option<PointIx> {
        let command = command.filter(|_| self.commands);
        if command.is_some() && desc.command.is_none() {
            desc.command = Some(CommandDesc::default());
        }
        if command.is_none() {
            desc.command = None;
        }
        if desc.topic.is_none() {
            desc.topic = Some(self.state_topic.clone());
        }
        if desc.path.is_none() {
            desc.path = paths.first().map(|(path, _)| path.clone());
        }
        let point = self.scene.context.point(self.device, desc)?;
        match command {
            Some(command) => {
                self.scene.commands.insert(point, (self.scene.index, command));
            }
            None => {
                self.scene.commands.remove(&point);
            }
        }
        for (path, read) in paths {
            self.feeds
                .entry(path.into())
                .or_default()
                .push(Feed { point, read });
        }
        self.points.push(point);
        Some(point)
    }

    fn relays(&mut self) {
        let config = self.config;
        let single = config.relay_count() == 1;
        let mut lights = 0;
        for (ix, relay) in config.relays.iter().enumerate().take(MOST) {
            match relay {
                Relay::Switch if !config.relays_are_lights => self.relay(ix, single),
                Relay::Switch | Relay::Light => {
                    let dimmed = *relay == Relay::Light && config.light > 0;
                    self.light(ix, single, dimmed.then_some(lights));
                    if dimmed {
                        lights += 1;
                    }
                }
                Relay::None | Relay::Shutter => {}
            }
        }
        if lights > 0 {
            self.light_settings();
        }
    }

    fn power(ix: usize, single: bool) -> (String, Vec<(String, Read)>) {
        // A lone relay is POWER in most firmwares, POWER1 with SetOption26.
        let numbered = format!("POWER{}", ix + 1);
        if single {
            let paths = vec![("POWER".to_owned(), Read::OnOff), (numbered.clone(), Read::OnOff)];
            (if ix == 0 { "POWER".to_owned() } else { numbered }, paths)
        } else if ix == 0 {
            let paths = vec![(numbered.clone(), Read::OnOff), ("POWER".to_owned(), Read::OnOff)];
            (numbered, paths)
        } else {
            (numbered.clone(), vec![(numbered, Read::OnOff)])
        }
    }

    fn relay(&mut self, ix: usize, single: bool) {
        let (leaf, paths) = Self::power(ix, single);
        let desc = PointDesc {
            key: format!("relay{}", ix + 1),
            name: self.relay_name("Relay", ix, single),
            entity: format!("relay{}", ix + 1),
            platform: "switch".to_owned(),
            kind: Kind::Bool,
            role: Role::Switch,
            ..PointDesc::default()
        };
        self.point(desc, Some(Command::Power(leaf)), paths);
    }

    /// `ordinal` is that of a light that can be dimmed.
    fn light(&mut self, ix: usize, single: bool, ordinal: Option<usize>) {
        let config = self.config;
        let entity = format!("light{}", ix + 1);
        let (leaf, paths) = Self::power(ix, single);
        let main = self.relay_name("Light", ix, single);
        let part = |role: Role, key: &str, name: &str, kind: Kind| PointDesc {
            key: if key.is_empty() {
                entity.clone()
            } else {
                format!("{entity}/{key}")
            },
            name: crate::naming::join(&main, name),
            entity: entity.clone(),
            platform: "light".to_owned(),
            kind,
            role,
            ..PointDesc::default()
        };
        let desc = part(Role::Switch, "", "", Kind::Bool);
        self.point(desc, Some(Command::Power(leaf.clone())), paths);
        let Some(ordinal) = ordinal else {
            return;
        };
        // What this light is: its brightness, and which of the others it has.
        let (dimmer, state, kind, suffix) = if config.channels_apart {
            let channel = format!("Channel{}", ix + 1);
            (channel.clone(), channel, 1, "")
        } else if !config.linked && config.light >= 4 {
            let dimmer = format!("Dimmer{}", ordinal + 1);
            let kind = match (ordinal, config.light) {
                (0, _) => 3,
                (_, 5) => 2,
                _ => 1,
            };
            (dimmer.clone(), dimmer, kind, "=")
        } else if config.tuya {
            ("Dimmer3".to_owned(), "Dimmer".to_owned(), config.light, "")
        } else {
            ("Dimmer".to_owned(), "Dimmer".to_owned(), config.light, "")
        };
        let mut desc = part(Role::Brightness, "brightness", "Brightness", Kind::Number);
        desc.unit = Some("%".to_owned());
        desc.range = Some((0.0, 100.0));
        desc.step = Some(1.0);
        let mut paths = vec![(state.clone(), Read::Number(Scale::Same))];
        if dimmer != state {
            paths.push((dimmer.clone(), Read::Number(Scale::Same)));
        }
        let command = Command::Dimmer {
            command: dimmer,
            power: leaf,
            apart: config.power_apart,
        };
        self.point(desc, Some(command), paths);

        if matches!(kind, 2 | 5) {
            let (coldest, warmest) = if config.narrow_ct {
                (200.0, 380.0)
            } else {
                (153.0, 500.0)
            };
            let mut desc = part(
                Role::ColorTemperature,
                "color_temp",
                "Colour temperature",
                Kind::Number,
            );
            desc.unit = Some("K".to_owned());
            desc.range = Some(((1e6_f64 / warmest).round(), (1e6_f64 / coldest).round()));
            let command = Command::Temperature {
                min: coldest,
                max: warmest,
            };
            let paths = vec![("CT".to_owned(), Read::Number(Scale::Mired))];
            self.point(desc, Some(command), paths);
        }
        if kind >= 3 {
            let desc = part(Role::Color, "color", "Colour", Kind::Text);
            let paths = vec![
                ("HSBColor".to_owned(), Read::Hsb),
                ("Color".to_owned(), Read::Color),
            ];
            self.point(desc, Some(Command::Color { suffix }), paths);
            let mut desc = part(Role::Effect, "effect", "Effect", Kind::Enum);
            desc.options = SCHEMES.map(str::to_owned).to_vec();
            let paths = vec![("Scheme".to_owned(), Read::Scheme)];
            self.point(desc, Some(Command::Scheme), paths);
        }
        if kind >= 4 {
            let mut desc = part(Role::Attribute, "white", "White", Kind::Number);
            desc.unit = Some("%".to_owned());
            desc.range = Some((0.0, 100.0));
            let command = Command::Number {
                command: "White",
                min: 0.0,
                max: 100.0,
            };
            self.point(
                desc,
                Some(command),
                vec![("White".to_owned(), Read::Number(Scale::Same))],
            );
        }
    }

    fn light_settings(&mut self) {
        let setting = |key: &str, name: &str, kind: Kind, platform: &str| PointDesc {
            key: key.to_owned(),
            name: name.to_owned(),
            platform: platform.to_owned(),
            kind,
            category: Category::Config,
            ..PointDesc::default()
        };
        let desc = setting("fade", "Fade", Kind::Bool, "switch");
        self.point(
            desc,
            Some(Command::Switch("Fade")),
            vec![("Fade".to_owned(), Read::OnOff)],
        );
        let mut desc = setting("speed", "Fade time", Kind::Number, "number");
        // In half seconds.
        desc.range = Some((1.0, 40.0));
        desc.step = Some(1.0);
        let command = Command::Number {
            command: "Speed",
            min: 1.0,
            max: 40.0,
        };
        self.point(
            desc,
            Some(command),
            vec![("Speed".to_owned(), Read::Number(Scale::Same))],
        );
    }

    fn fan(&mut self) {
        if !self.config.fan {
            return;
        }
        let desc = |key: &str, name: &str, kind, role| PointDesc {
            key: key.to_owned(),
            name: name.to_owned(),
            entity: "fan".to_owned(),
            platform: "fan".to_owned(),
            kind,
            role,
            ..PointDesc::default()
        };
        let path = || "FanSpeed".to_owned();
        let main = desc("fan", "Fan", Kind::Bool, Role::Switch);
        self.point(main, Some(Command::Fan), vec![(path(), Read::Running)]);
        let mut speed = desc("fan/speed", "Fan speed", Kind::Number, Role::Speed);
        speed.unit = Some("%".to_owned());
        speed.range = Some((0.0, 100.0));
        speed.step = Some(33.0);
        let scale = Scale::Speed { low: 1.0, high: 3.0 };
        self.point(
            speed,
            Some(Command::FanSpeed),
            vec![(path(), Read::Number(scale))],
        );
    }

    fn shutters(&mut self) -> Vec<Shutter> {
        let count = self.config.shutter_count();
        (0..count).map(|ix| self.shutter(ix, count == 1)).collect()
    }

    fn shutter(&mut self, ix: usize, single: bool) -> Shutter {
        let config = self.config;
        let number = ix + 1;
        let entity = format!("shutter{number}");
        let main = if single {
            String::new()
        } else {
            format!("Shutter {number}")
        };
        let topic = self.sensor_topic.clone();
        let part = |key: &str, name: &str, kind, role, path: &str| PointDesc {
            key: if key.is_empty() {
                entity.clone()
            } else {
                format!("{entity}/{key}")
            },
            name: crate::naming::join(&main, name),
            entity: entity.clone(),
            platform: "cover".to_owned(),
            kind,
            role,
            topic: Some(topic.clone()),
            path: Some(format!("Shutter{number}.{path}")),
            ..PointDesc::default()
        };
        let inverted = config
            .shutter_options
            .get(ix)
            .is_some_and(|options| options & 1 == 1);
        let mut desc = part("", "", Kind::Enum, Role::OpenClose, "Direction");
        desc.options = ["open", "opening", "closed", "closing", "stopped"]
            .map(str::to_owned)
            .to_vec();
        desc.command = Some(CommandDesc {
            options: ["open", "close", "stop"].map(str::to_owned).to_vec(),
            optimistic: false,
        });
        let state = self.point(desc, Some(Command::Shutter(number)), Vec::new());
        let percent = |mut desc: PointDesc| {
            desc.unit = Some("%".to_owned());
            desc.range = Some((0.0, 100.0));
            desc.step = Some(1.0);
            desc
        };
        let desc = percent(part(
            "position",
            "Position",
            Kind::Number,
            Role::Position,
            "Position",
        ));
        let command = Command::Position {
            shutter: number,
            inverted,
        };
        let position = self.point(desc, Some(command), Vec::new());
        let [lowest, highest, time] = config.shutter_tilt.get(ix).copied().unwrap_or_default();
        let tilts = (lowest as f64, highest as f64);
        let mut tilt = None;
        if time != 0 && lowest != highest {
            let desc = percent(part("tilt", "Tilt", Kind::Number, Role::Tilt, "Tilt"));
            let command = Command::Tilt {
                shutter: number,
                min: tilts.0,
                max: tilts.1,
            };
            tilt = self.point(desc, Some(command), Vec::new());
        }
        Shutter {
            state,
            position,
            tilt,
            inverted,
            tilts,
            at: None,
            way: 0,
        }
    }

    fn inputs(&mut self) -> FxHashMap<String, Input> {
        let config = self.config;
        let mut inputs = FxHashMap::default();
        for (ix, &mode) in config.switches.iter().enumerate() {
            if mode < 0 {
                continue;
            }
            let key = config.switch_key(ix);
            let name = match config.switch_names.get(ix) {
                Some(Some(name)) => name.clone(),
                _ => format!("Switch {}", ix + 1),
            };
            let mode = input::mode(mode);
            let mut input = Input::default();
            if mode.state {
                let mut desc = input::state_desc(&format!("switch{}", ix + 1), &name, &key);
                desc.topic = Some(self.sensor_topic.clone());
                input.state = self.point(desc, None, Vec::new());
                input.off_after = mode.off_after;
            }
            if !mode.events.is_empty() {
                let mut desc = input::event_desc(&format!("switch{}/event", ix + 1), &name);
                desc.options = mode.events.iter().map(|event| (*event).to_owned()).collect();
                desc.topic = Some(self.result_topic.clone());
                desc.path = Some(format!("{key}.Action"));
                input.event = self.point(desc, None, Vec::new());
            }
            inputs.insert(key, input);
        }
        for (ix, _) in config.buttons.iter().enumerate().filter(|(_, there)| **there) {
            if !config.buttons_tell {
                break;
            }
            let key = format!("Button{}", ix + 1);
            let mut desc = input::event_desc(&format!("button{}", ix + 1), &format!("Button {}", ix + 1));
            let presses: &[&str] = if config.single_presses {
                &["single"]
            } else {
                &input::PRESSES
            };
            desc.options = presses.iter().map(|press| (*press).to_owned()).collect();
            desc.topic = Some(self.result_topic.clone());
            desc.path = Some(format!("{key}.Action"));
            let event = self.point(desc, None, Vec::new());
            let input = Input {
                event,
                ..Input::default()
            };
            inputs.insert(key, input);
        }
        inputs
    }

    /// The friendly name, without the device's before it; empty for the only one of a device that is named so.
    fn relay_name(&self, sort: &str, ix: usize, single: bool) -> String {
        let device = self.config.name.as_deref().unwrap_or_default().trim();
        // A lone relay or light carries the device's first friendly name, wherever it is numbered.
        let friendly = self
            .config
            .friendly
            .get(ix)
            .and_then(Option::as_deref)
            .map(str::trim);
        match friendly {
            Some(name) if name == device && !name.is_empty() => String::new(),
            Some("Tasmota" | "Sonoff") | None if single => String::new(),
            Some(name) => match name.strip_prefix(device) {
                Some(rest) if !device.is_empty() && rest.starts_with([' ', '_', '-']) => {
                    rest.trim_start_matches([' ', '_', '-']).to_owned()
                }
                _ => name.to_owned(),
            },
            None => format!("{sort} {}", ix + 1),
        }
    }
}
