//! Writes a value as a rule says.

use hearthline_model::{Kind, Micros, RuleCommand, RulePoint, Value};

use super::pattern::Captures;
use crate::template::{Json, TemplateId, Templates, Vars};
use crate::{CommandError, Publish};

/// How one point is written.
#[derive(Debug)]
pub(super) struct Send {
    topic: String,
    template: Option<TemplateId>,
    retain: bool,
    point: RulePoint,
}

impl Send {
    /// Of a rule's point on one topic.
    pub(super) fn of(
        command: &RuleCommand,
        point: &RulePoint,
        captures: &Captures,
        templates: &mut Templates,
    ) -> Self {
        Self {
            topic: captures.fill(&command.topic),
            template: command.template.as_deref().map(|source| templates.add(source)),
            retain: command.retain,
            point: point.clone(),
        }
    }

    /// The message that writes `value`, in the device's own scale.
    pub(super) fn encode(
        &self,
        value: &Value,
        templates: &Templates,
        now: Micros,
    ) -> Result<Publish, CommandError> {
        let (text, json) = self.payload(value)?;
        let payload = match self.template {
            None => text,
            Some(id) => templates
                .render(id, &Vars::new(&text, now).with("value", json))
                .map_err(|error| CommandError::Template(error.to_string()))?
                .text()
                .into_owned(),
        };
        Ok(Publish {
            topic: self.topic.clone(),
            payload: payload.into_bytes(),
            qos: 1,
            retain: self.retain,
        })
    }

    fn payload(&self, value: &Value) -> Result<(String, Json), CommandError> {
        let invalid = |text: String| Err(CommandError::Invalid(text));
        match (self.point.kind, value) {
            (Kind::Number, value) => {
                let Some(number) = value.as_f64().filter(|_| !matches!(value, Value::Bool(_))) else {
                    return invalid("this point takes a number".to_owned());
                };
                if let Some((low, high)) = self.point.range
                    && !(low..=high).contains(&number)
                {
                    return invalid(format!("{number} is not between {low} and {high}"));
                }
                let own = (number - self.point.offset.unwrap_or(0.0)) / self.point.scale.unwrap_or(1.0);
                let own: f64 = format!("{own:.12e}").parse().unwrap_or(own);
                #[allow(clippy::cast_possible_truncation)] // within the range that is checked
                if own.fract() == 0.0 && own.abs() < 9e15 {
                    return Ok(((own as i64).to_string(), Json::from(own as i64)));
                }
                Ok((own.to_string(), Json::from(own)))
            }
            (Kind::Bool, Value::Bool(on)) => {
                let word = if *on { &self.point.on } else { &self.point.off };
                match word {
                    Some(word) => Ok((word.clone(), Json::from(word.as_str()))),
                    None => Ok((on.to_string(), Json::from(*on))),
                }
            }
            (Kind::Bool, _) => invalid("this point takes on or off".to_owned()),
            (Kind::Action, _) => Ok((String::new(), Json::Null)),
            (Kind::Enum, Value::Text(text)) if !self.point.options.is_empty() => {
                if self.point.options.iter().any(|option| **option == **text) {
                    Ok((text.to_string(), Json::from(&**text)))
                } else {
                    invalid(format!("\"{text}\" is none of {}", self.point.options.join(", ")))
                }
            }
            (_, value) => {
                let text = value.to_string();
                let json = Json::from(text.as_str());
                Ok((text, json))
            }
        }
    }
}
