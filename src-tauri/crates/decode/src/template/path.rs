//! Templates that are only a path: `{{ value_json.a.b | float / 10 | round(1) }}` and the like, without the engine.
//!
//! What is evaluated here gives exactly what the engine would; at anything else (a missing key in the middle, text where a
//! number was expected, a default that is needed) evaluation gives up and the engine takes over, errors included.

use super::functions::number;
use super::{Json, Rendered, Vars};

#[derive(Debug, PartialEq)]
pub(super) struct Path {
    steps: Option<Vec<Step>>,
    operations: Vec<Operation>,
}

#[derive(Debug, PartialEq)]
enum Step {
    Key(Box<str>),
    Index(i64),
}

#[derive(Debug, PartialEq)]
enum Operation {
    Float,
    Int,
    Round(u8),
    IsDefined,
    Lower,
    Upper,
    Calculate(char, Json),
}

impl Path {
    /// The path that a template is; none where it is more than one.
    pub(super) fn parse(source: &str) -> Option<Self> {
        let body = source.trim().strip_prefix("{{")?.strip_suffix("}}")?;
        let body = body.strip_prefix('-').unwrap_or(body);
        let body = body.strip_suffix('-').unwrap_or(body);
        let mut parser = Parser(body.trim());
        let path = parser.expression(0)?;
        parser.0.trim().is_empty().then_some(path)
    }

    /// The place in the payload that the value is read from as it stands, as dotted keys; none where it is computed with.
    pub(super) fn dotted(&self) -> Option<String> {
        if self
            .operations
            .iter()
            .any(|operation| matches!(operation, Operation::Calculate(..)))
        {
            return None;
        }
        let steps = self.steps.as_deref().unwrap_or_default();
        let words: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Key(key) => key.to_string(),
                Step::Index(ix) => ix.to_string(),
            })
            .collect();
        Some(words.join("."))
    }

    pub(super) fn first_key(&self) -> Option<&str> {
        match self.steps.as_deref()?.first()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    /// The result, or none where the engine must decide.
    pub(super) fn eval(&self, vars: &Vars<'_>) -> Option<Rendered> {
        let mut value = match &self.steps {
            None if self.operations.is_empty() => return Some(Rendered::Text(vars.shared())),
            None => {
                // The usual `value | float` without a copy of the text.
                if let Some(Operation::Float) = self.operations.first() {
                    let mut value = Json::Float(super::python::parse_float(vars.value())?);
                    for operation in &self.operations[1..] {
                        value = operation.apply(value)?;
                    }
                    return Some(Rendered::Json(value));
                }
                Json::Text(vars.shared())
            }
            Some(steps) => {
                let mut at = vars.json()?;
                for (ix, step) in steps.iter().enumerate() {
                    let next = match step {
                        Step::Key(key) => at.get(key),
                        Step::Index(ix) => at.at(*ix),
                    };
                    match next {
                        Some(next) => at = next,
                        None if ix + 1 == steps.len()
                            && self.operations.is_empty()
                            && matches!(at, Json::Map(_)) =>
                        {
                            return Some(Rendered::Undefined);
                        }
                        None => return None,
                    }
                }
                at.clone()
            }
        };
        for operation in &self.operations {
            value = operation.apply(value)?;
        }
        Some(Rendered::Json(value))
    }
}

impl Operation {
    fn apply(&self, value: Json) -> Option<Json> {
        match self {
            Self::IsDefined => Some(value),
            Self::Float => value.as_f64().map(Json::Float),
            Self::Int => match value {
                Json::Int(_) => Some(value),
                Json::Float(_) | Json::Text(_) => {
                    let float = value.as_f64()?.trunc();
                    // Text of an integer above 2^53 would lose digits on the way over a float.
                    (float.abs() < 9e15).then_some(Json::Int(float as i64))
                }
                _ => None,
            },
            Self::Round(digits) => match value {
                Json::Int(_) | Json::Float(_) | Json::Text(_) => {
                    let rounded = number::round_common(value.as_f64()?, i32::from(*digits));
                    if *digits == 0 {
                        (rounded.abs() < 9e15).then_some(Json::Int(rounded as i64))
                    } else {
                        Some(Json::Float(rounded))
                    }
                }
                _ => None,
            },
            Self::Lower => Some(Json::Text(value.as_str()?.to_lowercase().into())),
            Self::Upper => Some(Json::Text(value.as_str()?.to_uppercase().into())),
            Self::Calculate(sign, by) => calculate(&value, *sign, by),
        }
    }
}

fn calculate(left: &Json, sign: char, right: &Json) -> Option<Json> {
    if let (Json::Int(left), Json::Int(right)) = (left, right)
        && sign != '/'
    {
        return match sign {
            '*' => left.checked_mul(*right),
            '+' => left.checked_add(*right),
            _ => left.checked_sub(*right),
        }
        .map(Json::Int);
    }
    let (Json::Int(_) | Json::Float(_)) = left else {
        return None;
    };
    let (left, right) = (left.as_f64()?, right.as_f64()?);
    let result = match sign {
        '*' => left * right,
        '+' => left + right,
        '-' => left - right,
        _ if right == 0.0 => return None,
        _ => left / right,
    };
    Some(Json::Float(result))
}

struct Parser<'a>(&'a str);

impl<'a> Parser<'a> {
    /// `unary (sign number)*`, where the order written is the order of evaluation.
    fn expression(&mut self, depth: u8) -> Option<Path> {
        let mut path = self.unary(depth)?;
        let mut sum = false;
        loop {
            self.blank();
            let Some(sign) = self.0.chars().next().filter(|c| "*/+-".contains(*c)) else {
                return Some(path);
            };
            if sum && "*/".contains(sign) {
                return None;
            }
            sum = "+-".contains(sign);
            self.0 = &self.0[1..];
            let number = self.number()?;
            path.operations.push(Operation::Calculate(sign, number));
        }
    }

    /// `primary (| filter)*`
    fn unary(&mut self, depth: u8) -> Option<Path> {
        self.blank();
        let mut path = if self.eat('(') {
            if depth > 8 {
                return None;
            }
            let path = self.expression(depth + 1)?;
            self.blank();
            self.eat(')').then_some(path)?
        } else {
            self.primary()?
        };
        loop {
            self.blank();
            if !self.eat('|') {
                return Some(path);
            }
            let operation = self.filter()?;
            path.operations.push(operation);
        }
    }

    fn primary(&mut self) -> Option<Path> {
        let steps = match self.word()? {
            "value" if !self.0.starts_with(['.', '[', '(']) => None,
            "value_json" => Some(self.steps()?),
            _ => return None,
        };
        Some(Path {
            steps,
            operations: Vec::new(),
        })
    }

    /// The steps behind `value_json`; none where a call follows, or anything else that is no plain step.
    fn steps(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            if self.eat('.') {
                let word = self.word()?;
                steps.push(match word.parse::<i64>() {
                    Ok(ix) => Step::Index(ix),
                    Err(_) if word.starts_with(|c: char| c.is_ascii_digit()) => return None,
                    Err(_) => Step::Key(word.into()),
                });
            } else if self.eat('[') {
                steps.push(self.subscript()?);
            } else {
                return (!self.0.starts_with('(')).then_some(steps);
            }
        }
    }

    /// `'key'] "key"] 0] -1]`
    fn subscript(&mut self) -> Option<Step> {
        self.blank();
        let first = self.0.chars().next()?;
        let step = if matches!(first, '\'' | '"') {
            let text = &self.0[1..];
            let end = text.find(first)?;
            if text[..end].contains('\\') {
                return None;
            }
            self.0 = &text[end + 1..];
            Step::Key(text[..end].into())
        } else {
            let end = self.0.find(|c: char| c != '-' && !c.is_ascii_digit())?;
            let ix = self.0[..end].parse().ok()?;
            self.0 = &self.0[end..];
            Step::Index(ix)
        };
        self.blank();
        self.eat(']').then_some(step)
    }

    fn filter(&mut self) -> Option<Operation> {
        self.blank();
        let name = self.word()?;
        self.blank();
        let argument = if self.eat('(') {
            let end = self.0.find(')')?;
            let argument = self.0[..end].trim();
            self.0 = &self.0[end + 1..];
            argument
        } else {
            ""
        };
        match name {
            // A default does not change what a good value gives; where it is needed the engine runs.
            "float" if argument.is_empty() || is_literal(argument) => Some(Operation::Float),
            "int" if argument.is_empty() || is_literal(argument) => Some(Operation::Int),
            "round" if argument.is_empty() => Some(Operation::Round(0)),
            "round" => argument
                .parse()
                .ok()
                .filter(|digits| *digits <= 15)
                .map(Operation::Round),
            "is_defined" if argument.is_empty() => Some(Operation::IsDefined),
            "lower" if argument.is_empty() => Some(Operation::Lower),
            "upper" if argument.is_empty() => Some(Operation::Upper),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Json> {
        self.blank();
        let end = self
            .0
            .find(|c: char| c != '.' && !c.is_ascii_digit())
            .unwrap_or(self.0.len());
        let text = &self.0[..end];
        if text.starts_with('.') || text.ends_with('.') {
            return None;
        }
        // `1e3`, `1.method` and the like are left to the engine.
        if self.0[end..].starts_with(|c: char| c.is_ascii_alphabetic() || "_[(".contains(c)) {
            return None;
        }
        let number = if text.contains('.') {
            text.parse().ok().map(Json::Float)
        } else {
            text.parse().ok().map(Json::Int)
        }?;
        self.0 = &self.0[end..];
        // A filter or power behind the number would bind to it, not to the whole.
        self.blank();
        (!self.0.starts_with('|') && !self.0.starts_with("**")).then_some(number)
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .find(|c: char| c != '_' && !c.is_ascii_alphanumeric())
            .unwrap_or(self.0.len());
        let word = &self.0[..end];
        self.0 = &self.0[end..];
        (!word.is_empty()).then_some(word)
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn blank(&mut self) {
        self.0 = self.0.trim_start();
    }
}

/// A literal that a `float` or `int` default may be. `default=` and a second argument are left to the engine.
fn is_literal(text: &str) -> bool {
    text.parse::<f64>().is_ok() || matches!(text, "None" | "none" | "''" | "\"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_paths() {
        for source in [
            "{{ value }}",
            "{{value_json.a}}",
            "{{- value_json['a-b'][0].c | float(0) | round(1) -}}",
            "{{ value_json.thermostats.0.target_t.value }}",
            "{{ (value_json.a | float / 10) | round(1) }}",
            "{{ value|float/60 }}",
            "{{ value_json.on | lower }}",
        ] {
            assert!(Path::parse(source).is_some(), "{source}");
        }
        for source in [
            "{{ value_json.a }} W",
            "{{ value_json.items() }}",
            "{{ value_json[value] }}",
            "{{ value.split(' ')[0] }}",
            "{{ value_json.a + value_json.b }}",
            "{{ value_json.a / 10 | round(1) }}",
            "{{ value_json.a + 2 * 3 }}",
            "{{ value_json.a if x }}",
            "{{ value_json.a | round(1, 'floor') }}",
            "{{ value[2:5] }}",
            "{{ value_json.a == 1 }}",
            "{{ value }}{{ value }}",
            "{{ value * 1e3 }}",
        ] {
            assert!(Path::parse(source).is_none(), "{source}");
        }
    }

    #[test]
    fn gives_up_where_the_engine_must_decide() {
        let eval = |source: &str, payload: &str| Path::parse(source).unwrap().eval(&Vars::new(payload, 0));
        assert_eq!(eval("{{ value_json.a.b }}", r#"{"x":1}"#), None);
        assert_eq!(eval("{{ value_json.a | float(0) }}", r#"{"a":null}"#), None);
        assert_eq!(eval("{{ value_json.a * 2 }}", r#"{"a":"x"}"#), None);
        assert_eq!(
            eval("{{ value_json.a }}", r#"{"x":1}"#),
            Some(Rendered::Undefined)
        );
        assert_eq!(
            eval("{{ (value_json.a | float * 1.8 + 32) | round(1) }}", "{}"),
            None
        );
        assert_eq!(
            eval(
                "{{ (value_json.a | float * 1.8 + 32) | round(1) }}",
                r#"{"a":"21.55"}"#
            ),
            Some(Rendered::Json(Json::Float(70.8)))
        );
    }
}
