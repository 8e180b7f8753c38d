//! What a platform makes of a config: points, where their values come from and how they are written. Plain data; [`super::read`]
//! and [`super::encode`] carry it out.

use hearthline_model::{CommandDesc, Kind, PointDesc, Role, Value};

use super::config::Config;
use super::guard::Guard;
use crate::DiagnosisKind;
use crate::color::Space;
use crate::naming;
use crate::scale::Scale;
use crate::template::{Json, TemplateError, TemplateId, Templates};

/// A point to be.
pub(super) struct Draft {
    pub(super) desc: PointDesc,
    pub(super) sources: Vec<Source>,
    pub(super) sends: Vec<Send>,
    /// Seconds after which an "on" goes off by itself.
    pub(super) off_delay: Option<u32>,
}

/// Where values come from.
pub(super) struct Source {
    /// Topic filter.
    pub(super) topic: String,
    pub(super) template: Option<TemplateId>,
    pub(super) read: Read,
    /// The raw payload counts where the template fails on something undefined.
    pub(super) raw_on_error: bool,
}

/// How the result of a source becomes a value.
#[derive(Debug)]
pub(super) enum Read {
    Number(Scale),
    /// As [`Read::Number`], but what is no number is another point's.
    Quiet(Scale),
    /// This payload means unknown; anything else is read as told.
    Resettable(String, Box<Read>),
    /// The first that says anything.
    First(Vec<Read>),
    /// Nothing tells the kind: a number if the first value is one.
    Adaptive,
    Text,
    Words(Words),
    /// Cover states, where `stopped` becomes open or closed after the position.
    Cover(Words),
    /// Open or closed after a position.
    FromPosition(Scale),
    /// ISO 8601, to RFC 3339.
    Time,
    /// JSON with `event_type`; replays do not count.
    Event(Vec<String>),
    /// Something that happened: the payload given (or any), told as the word.
    Trigger {
        payload: Option<String>,
        word: String,
    },
    /// A member of a JSON object. A result that is no object is read as it is, or ignored.
    Member {
        name: &'static str,
        plain: bool,
        read: Box<Read>,
    },
    /// Numbers between commas.
    Color(Space),
    /// Red comes from the source's template, green and blue from these.
    Channels([TemplateId; 2]),
    /// The `color` of a JSON light, if its `color_mode` is among these (or without them).
    JsonColor(Option<Vec<String>>),
    /// Only how large it is.
    Size {
        base64: bool,
    },
}

impl Read {
    /// The member of the result that it reads, empty for the whole of it; none where what it reads is a mixture or only a hint.
    fn member(&self) -> Option<&'static str> {
        match self {
            Self::Member { name, .. } => Some(name),
            Self::JsonColor(_) => Some("color"),
            Self::Event(_) => Some("event_type"),
            Self::Resettable(_, read) => read.member(),
            Self::First(reads) => match reads.as_slice() {
                [read] => read.member(),
                _ => None,
            },
            Self::FromPosition(_) | Self::Trigger { .. } | Self::Channels(_) => None,
            _ => Some(""),
        }
    }
}

/// Payloads with a meaning.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) pairs: Vec<(String, Value)>,
    /// Anything else is kept as text instead of being ignored.
    pub(super) others: bool,
}

impl Words {
    /// Payloads that stand for texts.
    pub(super) fn texts<const N: usize>(pairs: [(String, &str); N]) -> Self {
        Self {
            pairs: pairs
                .into_iter()
                .map(|(payload, text)| (payload, Value::text(text)))
                .collect(),
            others: false,
        }
    }

    /// Payloads that stand for on and off.
    pub(super) fn on_off(on: String, off: String) -> Self {
        Self {
            pairs: vec![(on, Value::Bool(true)), (off, Value::Bool(false))],
            others: false,
        }
    }
}

/// One message of a command.
pub(super) struct Send {
    pub(super) topic: String,
    pub(super) template: Option<TemplateId>,
    pub(super) form: Form,
    pub(super) retain: bool,
    pub(super) qos: u8,
    /// Variables of the template besides.
    pub(super) vars: Vec<(&'static str, Json)>,
    /// The variable that holds the value as it was asked for, before scaling.
    pub(super) asked_as: Option<&'static str>,
    /// The variable that a template's `value` is, where it is not the payload.
    pub(super) value_from: Option<&'static str>,
    /// The code that it takes.
    pub(super) guard: Option<Guard>,
}

/// How the value asked for becomes a payload.
#[derive(Debug)]
pub(super) enum Form {
    OnOff {
        on: String,
        off: String,
    },
    /// Value → payload. A value that is not among them is not for this message.
    Words(Vec<(String, String)>),
    OneOf(Vec<String>),
    Text {
        min: usize,
        max: usize,
    },
    Number {
        range: Option<(f64, f64)>,
        scale: Scale,
    },
    Color(Space),
    /// The same whatever the value.
    Constant(String),
    /// Only for 0: a light that is dimmed to nothing is turned off.
    AtZero(Box<Form>),
    /// For anything but 0.
    AboveZero(Box<Form>),
    /// A JSON object: fixed members and the value as another one.
    Object {
        fixed: Vec<(&'static str, Json)>,
        member: &'static str,
        form: Box<Form>,
    },
    /// Variables for the template: fixed ones and the value as another one (red, green and blue for a colour).
    Vars {
        fixed: Vec<(&'static str, Json)>,
        member: &'static str,
        form: Box<Form>,
    },
}

/// Collects the drafts of one config.
pub(super) struct Build<'a> {
    pub(super) config: &'a Config,
    pub(super) drafts: Vec<Draft>,
    /// What could not be used, with the reason.
    pub(super) faults: Vec<(DiagnosisKind, String)>,
    /// The main point's description as far as every platform shares it.
    base: PointDesc,
    templates: &'a mut Templates,
    raw_on_error: bool,
}

impl<'a> Build<'a> {
    pub(super) fn new(config: &'a Config, templates: &'a mut Templates, base: PointDesc) -> Self {
        let raw_on_error = !matches!(
            base.platform.as_str(),
            "sensor" | "event" | "update" | "tag" | "device_automation"
        );
        Self {
            config,
            drafts: Vec::new(),
            faults: Vec::new(),
            base,
            templates,
            raw_on_error,
        }
    }

    /// A point of the entity; an empty suffix is its main one.
    pub(super) fn point(&self, suffix: &str, name: &str, kind: Kind, role: Role) -> Draft {
        let mut desc = self.base.clone();
        if !suffix.is_empty() {
            desc.key = format!("{}/{suffix}", desc.key);
            desc.name = naming::join(&desc.name, name);
            desc.class = None;
        }
        desc.kind = kind;
        desc.role = role;
        Draft {
            desc,
            sources: Vec::new(),
            sends: Vec::new(),
            off_delay: None,
        }
    }

    /// The source that a topic option and a template option name; none without the topic.
    pub(super) fn source(&mut self, topic: &str, template: &str, read: Read) -> Option<Source> {
        Some(Source {
            topic: self.topic(topic, true)?,
            template: self.template(template),
            read,
            raw_on_error: self.raw_on_error,
        })
    }

    /// The message that a command topic option and a template option name; none without the topic.
    pub(super) fn send(&mut self, topic: &str, template: &str, form: Form) -> Option<Send> {
        Some(Send {
            topic: self.topic(topic, false)?,
            template: self.template(template),
            form,
            retain: self.config.flag("retain").unwrap_or(false),
            qos: self.config.count("qos").filter(|qos| *qos <= 2).unwrap_or(0) as u8,
            vars: Vec::new(),
            asked_as: None,
            value_from: None,
            guard: None,
        })
    }

    /// The template of an option, compiled.
    pub(super) fn template(&mut self, name: &str) -> Option<TemplateId> {
        let source = self.config.text(name)?;
        let id = self.templates.add(&source);
        if let Some(error) = self.templates.fault(id) {
            let kind = match error {
                TemplateError::Bounds(_) => DiagnosisKind::TooLarge,
                _ => DiagnosisKind::Template,
            };
            self.faults
                .push((kind, format!("{name} cannot be used: {error}")));
        }
        Some(id)
    }

    /// Where in the messages of its topic a source's value stands, so that another convention's point of the same spot is known
    /// for the same.
    fn path(&self, source: &Source) -> Option<String> {
        let start = match source.template {
            None => String::new(),
            Some(id) => self.templates.path(id)?,
        };
        match (source.read.member()?, start.is_empty()) {
            ("", _) => Some(start),
            (member, true) => Some(member.to_owned()),
            (member, false) => Some(format!("{start}.{member}")),
        }
    }

    fn topic(&mut self, name: &str, subscribe: bool) -> Option<String> {
        let topic = self.config.word(name)?;
        let fault = if topic.len() > 1024 || topic.contains('\0') {
            "is no topic"
        } else if !subscribe && topic.contains(['+', '#']) {
            "has a wildcard"
        } else {
            return Some(topic);
        };
        self.faults.push((
            DiagnosisKind::InvalidDescription,
            format!("{name} {fault}; it is not used"),
        ));
        None
    }

    /// Adds a draft, if it can be read or written at all.
    pub(super) fn push(&mut self, mut draft: Draft) {
        if draft.sources.is_empty() && draft.sends.is_empty() {
            return;
        }
        draft.desc.topic = draft
            .sources
            .first()
            .map(|source| &source.topic)
            .or(draft.sends.first().map(|send| &send.topic))
            .cloned();
        draft.desc.path = draft.sources.first().and_then(|source| self.path(source));
        if draft.sends.is_empty() {
            draft.desc.command = None;
        } else {
            let command = draft.desc.command.get_or_insert_with(CommandDesc::default);
            command.optimistic = draft.sources.is_empty() || self.config.flag("optimistic") == Some(true);
        }
        if draft.sources.is_empty() && draft.desc.kind != Kind::Action {
            draft.desc.expire_after = None;
        }
        self.drafts.push(draft);
    }

    /// A point with one source and one message, the common case.
    pub(super) fn simple(&mut self, mut draft: Draft, source: Option<Source>, send: Option<Send>) {
        draft.sources.extend(source);
        draft.sends.extend(send);
        self.push(draft);
    }

    /// Tells of an option that could not be used.
    pub(super) fn ignore(&mut self, text: impl Into<String>) {
        self.faults.push((DiagnosisKind::Ignored, text.into()));
    }
}
