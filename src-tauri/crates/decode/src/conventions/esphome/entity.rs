//! What a topic of a component holds: its points and how each is read.

use hearthline_model::{Category, CommandDesc, Kind, PointDesc, Realm, Role};

use super::encode::Command;
use crate::naming::{humanise, join};
use crate::scale::Scale;
use crate::shape::infer;
use crate::shape::kind;
use crate::shape::scalar::{self, Scalar};
use crate::units;

/// How a payload or a member of it is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    /// `ON` and `OFF`.
    OnOff,
    /// Two words of its own for on and off.
    Words(&'static str, &'static str),
    /// A word in lower case, out of the options where there are any.
    Word,
    /// A number.
    Number(Scale),
    /// Free text.
    Text,
    /// Whatever fits the kind of the point.
    Plain { kind: Kind, misfits: u8 },
    /// A colour as `{"r", "g", "b"}`.
    Color,
    /// A happening; never told again.
    Event,
    /// A position, of which a state is told as well.
    Opened,
    /// `{"year", "month", "day"}` and `{"hour", "minute", "second"}`.
    Date,
}

/// A point to be.
pub(super) struct Draft {
    pub(super) desc: PointDesc,
    /// The member of the JSON; empty where it is the whole payload.
    pub(super) member: &'static str,
    pub(super) read: Read,
    pub(super) command: Option<Command>,
}

/// A topic of a component.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) topic: &'a str,
    pub(super) component: &'static str,
    pub(super) object: &'a str,
    pub(super) part: &'a str,
}

impl Place<'_> {
    fn desc(&self, key: &str, name: &str, kind: Kind, role: Role) -> PointDesc {
        let entity = format!("{}/{}", self.component, self.object);
        let platform = match self.component {
            "text_sensor" => "sensor",
            component => component,
        };
        PointDesc {
            key: if key.is_empty() {
                entity.clone()
            } else {
                format!("{entity}/{key}")
            },
            name: join(&humanise(self.object), name),
            entity,
            platform: platform.to_owned(),
            kind,
            role,
            topic: Some(self.topic.to_owned()),
            path: Some(String::new()),
            ..PointDesc::default()
        }
    }

    /// The command topic beside this state topic.
    fn command_topic(&self) -> String {
        match self.topic.rsplit_once('/') {
            Some((base, _)) => format!("{base}/command"),
            None => String::new(),
        }
    }

    fn draft(desc: PointDesc, read: Read, command: Option<Command>) -> Draft {
        let mut desc = desc;
        if command.is_some() && desc.command.is_none() {
            desc.command = Some(CommandDesc::default());
        }
        Draft {
            desc,
            member: "",
            read,
            command,
        }
    }

    /// The points of a payload that is no JSON; none where the first value tells nothing yet.
    pub(super) fn simple(&self, payload: &str) -> Option<Draft> {
        let to = self.command_topic();
        let (object, part) = (self.object, self.part);
        Some(match (self.component, part) {
            ("sensor" | "text_sensor", "") => return self.sensor(payload),
            ("binary_sensor", "") => {
                let mut desc = self.desc("", "", Kind::Bool, Role::Value);
                desc.class = units::bool_class(&units::lower_words(object)).map(str::to_owned);
                desc.entity.clear();
                Self::draft(desc, Read::OnOff, None)
            }
            ("switch" | "fan" | "light", "") => {
                let desc = self.desc("", "", Kind::Bool, Role::Switch);
                Self::draft(desc, Read::OnOff, Some(Command::OnOff(to)))
            }
            ("number", "") => {
                let desc = self.desc("", "", Kind::Number, Role::Value);
                Self::draft(desc, Read::Number(Scale::Same), Some(Command::Number(to)))
            }
            ("select" | "text", "") => {
                let desc = self.desc("", "", Kind::Text, Role::Value);
                Self::draft(desc, Read::Text, Some(Command::Text(to)))
            }
            ("lock", "") => {
                let mut desc = self.desc("", "", Kind::Enum, Role::Lock);
                desc.options = owned(&["locked", "locking", "unlocked", "unlocking", "jammed"]);
                desc.command = Some(commands(&["lock", "unlock", "open"]));
                Self::draft(desc, Read::Word, Some(Command::Verb(to)))
            }
            ("alarm_control_panel", "") => {
                let mut desc = self.desc("", "", Kind::Enum, Role::AlarmPanel);
                desc.options = owned(&[
                    "disarmed",
                    "armed_home",
                    "armed_away",
                    "armed_night",
                    "armed_vacation",
                    "armed_custom_bypass",
                    "pending",
                    "arming",
                    "disarming",
                    "triggered",
                ]);
                desc.command = Some(commands(&[
                    "disarm",
                    "arm_home",
                    "arm_away",
                    "arm_night",
                    "arm_vacation",
                ]));
                Self::draft(desc, Read::Word, Some(Command::Verb(to)))
            }
            ("cover" | "valve", "") => self.opening(to, Read::Word),
            ("cover" | "valve", "position") => {
                let desc = percent(self.desc("position", "Position", Kind::Number, Role::Position));
                Self::draft(desc, Read::Number(Scale::Same), Some(Command::Percent(to)))
            }
            ("cover", "tilt") => {
                let desc = percent(self.desc("tilt", "Tilt", Kind::Number, Role::Tilt));
                Self::draft(desc, Read::Number(Scale::Same), Some(Command::Percent(to)))
            }
            ("fan", "speed_level") => {
                // How many steps there are is not told: the step itself.
                let desc = self.desc("speed_level", "Speed level", Kind::Number, Role::Attribute);
                Self::draft(desc, Read::Number(Scale::Same), Some(Command::Step(to)))
            }
            ("fan", "speed") => {
                let mut desc = self.desc("speed", "Speed", Kind::Enum, Role::Speed);
                desc.options = owned(&["low", "medium", "high"]);
                Self::draft(desc, Read::Word, Some(Command::Text(to)))
            }
            ("fan", "direction") => {
                let mut desc = self.desc("direction", "Direction", Kind::Enum, Role::Direction);
                desc.options = owned(&["forward", "reverse"]);
                Self::draft(desc, Read::Word, Some(Command::Text(to)))
            }
            ("fan", "oscillation") => {
                let desc = self.desc("oscillation", "Oscillation", Kind::Bool, Role::Oscillation);
                let read = Read::Words("oscillate_on", "oscillate_off");
                Self::draft(
                    desc,
                    read,
                    Some(Command::Words(to, "oscillate_on", "oscillate_off")),
                )
            }
            ("climate", part) => return self.climate(part, to),
            ("event", "") => Self::draft(self.desc("", "", Kind::Event, Role::Value), Read::Event, None),
            ("date" | "time" | "datetime", "") => {
                Self::draft(self.desc("", "", Kind::Text, Role::Value), Read::Text, None)
            }
            _ => return None,
        })
    }

    /// Whether a cover is open, from its own word or from where it is.
    pub(super) fn opening(&self, to: String, read: Read) -> Draft {
        let mut desc = self.desc("", "", Kind::Enum, Role::OpenClose);
        desc.options = owned(&["open", "opening", "closed", "closing", "stopped"]);
        desc.command = Some(commands(&["open", "close", "stop"]));
        Self::draft(desc, read, Some(Command::Verb(to)))
    }

    fn sensor(&self, payload: &str) -> Option<Draft> {
        let scalar = scalar::of_text(payload);
        let words = units::lower_words(self.object);
        let mut desc = self.desc("", "", Kind::Text, Role::Value);
        desc.entity.clear();
        desc.kind = if self.component == "text_sensor" {
            Kind::Text
        } else {
            match &scalar {
                // "on" of a text sensor is a text.
                Scalar::Bool(..) => Kind::Text,
                // What is no number yet will be one.
                Scalar::Unknown(true) => Kind::Number,
                scalar => kind::first(scalar, false)?,
            }
        };
        infer::infer(&mut desc, &scalar, None, &words, Realm::Home);
        if desc.kind == Kind::Number {
            if let Some((unit, class)) = usual(&desc, &words) {
                desc.unit = Some(unit.to_owned());
                desc.class = class.map(str::to_owned).or(desc.class);
                desc.state_class = units::state_class(desc.class.as_deref(), Some(unit), &words);
            }
            if desc.class.as_deref() == Some("battery") {
                desc.role = Role::Battery;
                desc.category = Category::Diagnostic;
            }
        }
        let kind = desc.kind;
        Some(Self::draft(desc, Read::Plain { kind, misfits: 0 }, None))
    }

    fn climate(&self, part: &str, to: String) -> Option<Draft> {
        let temperature = |key: &str, name: &str, role| {
            let mut desc = self.desc(key, name, Kind::Number, role);
            desc.unit = Some("°C".to_owned());
            desc.class = Some("temperature".to_owned());
            desc
        };
        let number = Read::Number(Scale::Same);
        let choice = |key: &str, name: &str, role, options: &[&str]| {
            let mut desc = self.desc(key, name, Kind::Enum, role);
            desc.options = owned(options);
            desc
        };
        Some(match part {
            "current_temperature" => Self::draft(
                temperature(part, "Temperature", Role::CurrentTemperature),
                number,
                None,
            ),
            "target_temperature" => Self::draft(
                temperature(part, "Target", Role::TargetTemperature),
                number,
                Some(Command::Number(to)),
            ),
            "target_temperature_low" => Self::draft(
                temperature(part, "Lowest", Role::TargetTemperatureLow),
                number,
                Some(Command::Number(to)),
            ),
            "target_temperature_high" => Self::draft(
                temperature(part, "Highest", Role::TargetTemperatureHigh),
                number,
                Some(Command::Number(to)),
            ),
            "current_humidity" => {
                let desc = percent(self.desc(part, "Humidity", Kind::Number, Role::CurrentHumidity));
                Self::draft(desc, number, None)
            }
            "target_humidity" => {
                let desc = percent(self.desc(part, "Target humidity", Kind::Number, Role::TargetHumidity));
                Self::draft(desc, number, Some(Command::Percent(to)))
            }
            "mode" => {
                let modes = &["off", "auto", "cool", "heat", "heat_cool", "fan_only", "dry"];
                Self::draft(
                    choice(part, "Mode", Role::Mode, modes),
                    Read::Word,
                    Some(Command::Text(to)),
                )
            }
            "action" => {
                let actions = &["off", "idle", "cooling", "heating", "drying", "fan"];
                Self::draft(
                    choice(part, "Activity", Role::Activity, actions),
                    Read::Word,
                    None,
                )
            }
            "swing_mode" => {
                let modes = &["off", "both", "vertical", "horizontal"];
                Self::draft(
                    choice(part, "Swing", Role::SwingMode, modes),
                    Read::Word,
                    Some(Command::Text(to)),
                )
            }
            // Their words are the node's own.
            "fan_mode" => Self::draft(
                self.desc(part, "Fan", Kind::Text, Role::FanMode),
                Read::Text,
                Some(Command::Text(to)),
            ),
            "preset" => Self::draft(
                self.desc(part, "Preset", Kind::Text, Role::PresetMode),
                Read::Text,
                Some(Command::Text(to)),
            ),
            "away" => Self::draft(
                self.desc(part, "Away", Kind::Bool, Role::Attribute),
                Read::OnOff,
                Some(Command::OnOff(to)),
            ),
            _ => return None,
        })
    }

    /// The point of a member of a JSON payload; none where the member tells nothing of its own.
    pub(super) fn member(&self, member: &str) -> Option<Draft> {
        let to = self.command_topic();
        let light = |member: &'static str, desc: PointDesc, read, command| {
            let mut draft = Self::draft(desc, read, command);
            draft.member = member;
            draft.desc.path = Some(member.to_owned());
            draft
        };
        Some(match (self.component, member) {
            ("light", "state") => light(
                "state",
                self.desc("", "", Kind::Bool, Role::Switch),
                Read::OnOff,
                Some(Command::Light(to, "state")),
            ),
            ("light", "brightness") => light(
                "brightness",
                percent(self.desc("brightness", "Brightness", Kind::Number, Role::Brightness)),
                Read::Number(Scale::Brightness { full: 255.0 }),
                Some(Command::Light(to, "brightness")),
            ),
            ("light", "color_temp") => {
                let mut desc = self.desc(
                    "color_temp",
                    "Colour temperature",
                    Kind::Number,
                    Role::ColorTemperature,
                );
                desc.unit = Some("K".to_owned());
                desc.range = Some((2000.0, 6536.0));
                light(
                    "color_temp",
                    desc,
                    Read::Number(Scale::Mired),
                    Some(Command::Light(to, "color_temp")),
                )
            }
            ("light", "color") => light(
                "color",
                self.desc("color", "Colour", Kind::Text, Role::Color),
                Read::Color,
                Some(Command::Light(to, "color")),
            ),
            ("light", "effect") => light(
                "effect",
                self.desc("effect", "Effect", Kind::Text, Role::Effect),
                Read::Text,
                Some(Command::Light(to, "effect")),
            ),
            ("light", "white_value") => light(
                "white_value",
                percent(self.desc("white", "White", Kind::Number, Role::Attribute)),
                Read::Number(Scale::Percent {
                    low: 0.0,
                    high: 255.0,
                }),
                Some(Command::Light(to, "white_value")),
            ),
            ("light", "color_mode") => light(
                "color_mode",
                self.desc("color_mode", "Colour mode", Kind::Text, Role::ColorMode),
                Read::Text,
                None,
            ),
            ("event", "event_type") => light(
                "event_type",
                self.desc("", "", Kind::Event, Role::Value),
                Read::Event,
                None,
            ),
            ("update", "installed_version") => light(
                "installed_version",
                self.desc(
                    "installed",
                    "Installed version",
                    Kind::Text,
                    Role::InstalledVersion,
                ),
                Read::Text,
                None,
            ),
            ("update", "latest_version") => {
                let mut desc = self.desc("latest", "Latest version", Kind::Text, Role::LatestVersion);
                desc.command = Some(commands(&["install"]));
                light("latest_version", desc, Read::Text, Some(Command::Verb(to)))
            }
            ("date" | "datetime", "year") | ("time", "hour") => {
                let mut draft = Self::draft(self.desc("", "", Kind::Text, Role::Value), Read::Date, None);
                draft.member = "*";
                draft
            }
            _ => return None,
        })
    }

    /// A button shows itself only when it is pressed.
    pub(super) fn button(&self) -> Draft {
        let desc = self.desc("", "", Kind::Action, Role::Press);
        let mut draft = Self::draft(desc, Read::Event, Some(Command::Press(self.command_topic())));
        draft.desc.command = Some(CommandDesc {
            options: Vec::new(),
            optimistic: true,
        });
        draft
    }
}

/// The unit in which nodes tell such a value unless they are told otherwise.
fn usual(desc: &PointDesc, words: &[String]) -> Option<(&'static str, Option<&'static str>)> {
    let has = |word: &str| words.iter().any(|known| known == word);
    if desc.unit.is_some() {
        return None;
    }
    Some(match desc.class.as_deref() {
        Some("temperature") => ("°C", None),
        Some("pressure") => ("hPa", None),
        Some("energy") => ("kWh", None),
        Some("frequency") => ("Hz", None),
        Some("battery") => ("%", None),
        _ if has("uptime") => ("s", Some("duration")),
        _ if has("wifi") && has("signal") || has("rssi") => ("dBm", Some("signal_strength")),
        _ => return None,
    })
}

fn percent(mut desc: PointDesc) -> PointDesc {
    desc.unit = Some("%".to_owned());
    desc.range = Some((0.0, 100.0));
    desc
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn commands(words: &[&str]) -> CommandDesc {
    CommandDesc {
        options: owned(words),
        optimistic: false,
    }
}
