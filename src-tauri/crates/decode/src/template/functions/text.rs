//! Text, JSON and truth.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};
use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::args::{Args, or_default, wrong};
use crate::template::{Json, python};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Nesting that `to_json` writes out.
const MAX_DEPTH: usize = 60;

pub(super) fn register(environment: &mut Environment<'static>) {
    minijinja_contrib::add_to_environment(environment);
    environment.set_unknown_method_callback(method);
    environment.add_filter("string", |value: Value| python::to_str(&value));
    environment.add_filter("is_defined", |value: Value| -> Result<Value, Error> {
        if value.is_undefined() {
            return Err(Error::new(
                ErrorKind::UndefinedError,
                "a value that must be there is not",
            ));
        }
        Ok(value)
    });
    environment.add_filter("iif", iif);
    environment.add_function("iif", iif);
    environment.add_filter("typeof", type_of);
    environment.add_function("typeof", type_of);
    environment.add_filter("from_json", from_json);
    environment.add_filter("to_json", to_json);
    environment.add_filter("base64_encode", |value: Value| {
        value.as_bytes().map_or_else(
            || BASE64.encode(python::to_str(&value)),
            |bytes| BASE64.encode(bytes),
        )
    });
    environment.add_filter("base64_decode", base64_decode);
    environment.add_filter("slugify", slugify);
    environment.add_function("slugify", slugify);
    environment.add_filter("ord", |value: &str| -> Result<u32, Error> {
        value
            .chars()
            .next()
            .map(u32::from)
            .ok_or_else(|| wrong("ord needs a character"))
    });
    environment.add_filter("truncate", truncate);
    environment.add_filter("version", |value: &str| {
        Value::from_object(super::collection::Version::new(value))
    });
    environment.add_function("version", |value: &str| {
        Value::from_object(super::collection::Version::new(value))
    });
    environment.add_test("string_like", |value: Value| value.kind() == ValueKind::String);
}

fn iif(value: Value, rest: Rest<ValueOrKwargs>) -> Value {
    let args = Args::new(rest);
    if value.is_none() {
        return args
            .get(2, "if_none")
            .or_else(|| args.get(1, "if_false"))
            .unwrap_or_else(|| Value::from(false));
    }
    if value.is_true() {
        args.get(0, "if_true").unwrap_or_else(|| Value::from(true))
    } else {
        args.get(1, "if_false").unwrap_or_else(|| Value::from(false))
    }
}

fn type_of(value: Value) -> &'static str {
    match value.kind() {
        ValueKind::Undefined => "Undefined",
        ValueKind::None => "NoneType",
        ValueKind::Bool => "bool",
        ValueKind::Number if value.is_integer() => "int",
        ValueKind::Number => "float",
        ValueKind::String => "str",
        ValueKind::Bytes => "bytes",
        ValueKind::Map => "dict",
        ValueKind::Seq if value.is_tuple() => "tuple",
        ValueKind::Seq => "list",
        _ => "object",
    }
}

fn from_json(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    match Json::parse(&python::to_str(&value)) {
        Some(json) => Ok(json.to_value()),
        None => or_default(Args::new(rest).get(0, "default"), "from_json", &value),
    }
}

fn to_json(state: &State, value: Value, rest: Rest<ValueOrKwargs>) -> Result<String, Error> {
    let args = Args::new(rest);
    let mut out = String::new();
    write_json(&mut out, &value, args.bool(2, "sort_keys", false), 0)?;
    state.consume_fuel(out.len() as u64 / 8)?;
    Ok(out)
}

fn write_json(out: &mut String, value: &Value, sorted: bool, depth: usize) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(wrong("to_json: nested too deeply"));
    }
    match value.kind() {
        ValueKind::None => out.push_str("null"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number if value.is_integer() => out.push_str(&value.to_string()),
        ValueKind::Number => {
            let float = f64::try_from(value.clone())?;
            out.push_str(&Json::Float(float).to_json());
        }
        ValueKind::String => {
            out.push_str(&Json::from(value.as_str().unwrap_or_default()).to_json());
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            for (ix, item) in value.try_iter()?.enumerate() {
                if ix > 0 {
                    out.push(',');
                }
                write_json(out, &item, sorted, depth + 1)?;
            }
            out.push(']');
        }
        ValueKind::Map => {
            let mut keys: Vec<Value> = value.try_iter()?.collect();
            if sorted {
                keys.sort();
            }
            out.push('{');
            for (ix, key) in keys.iter().enumerate() {
                if ix > 0 {
                    out.push(',');
                }
                out.push_str(&Json::Text(python::to_str(key).into()).to_json());
                out.push(':');
                write_json(out, &value.get_item(key)?, sorted, depth + 1)?;
            }
            out.push('}');
        }
        _ => return Err(wrong(format!("to_json cannot write {}", value.kind()))),
    }
    Ok(())
}

fn base64_decode(value: &str, encoding: Option<Value>) -> Result<Value, Error> {
    let bytes = BASE64
        .decode(value.trim())
        .map_err(|error| wrong(format!("base64_decode: {error}")))?;
    if encoding.is_some_and(|encoding| encoding.is_none()) {
        return Ok(Value::from_bytes(bytes));
    }
    String::from_utf8(bytes)
        .map(Value::from)
        .map_err(|_| wrong("base64_decode: no UTF-8 text"))
}

fn slugify(value: Value, separator: Option<&str>) -> String {
    let separator = separator.unwrap_or("_");
    let mut out = String::new();
    for c in python::to_str(&value).to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'å' => out.push('a'),
            'ö' | 'ò' | 'ó' | 'ô' | 'õ' | 'ø' => out.push('o'),
            'ü' | 'ù' | 'ú' | 'û' => out.push('u'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' => out.push('i'),
            'ç' => out.push('c'),
            'ñ' => out.push('n'),
            'ß' => out.push_str("ss"),
            '\'' => {}
            _ if out.ends_with(separator) || out.is_empty() => {}
            _ => out.push_str(separator),
        }
    }
    out.trim_end_matches(separator).to_owned()
}

fn truncate(value: Value, rest: Rest<ValueOrKwargs>) -> Result<String, Error> {
    let args = Args::new(rest);
    let text = python::to_str(&value);
    let length = usize::try_from(args.int(0, "length", 255)?).unwrap_or(0);
    let end = args.text(2, "end", "...");
    let leeway = usize::try_from(args.int(3, "leeway", 5)?).unwrap_or(0);
    if text.chars().count() <= length + leeway {
        return Ok(text);
    }
    let kept: String = text
        .chars()
        .take(length.saturating_sub(end.chars().count()))
        .collect();
    if args.bool(1, "killwords", false) {
        return Ok(kept + &end);
    }
    Ok(kept
        .rsplit_once(' ')
        .map_or(kept.as_str(), |(words, _)| words)
        .to_owned()
        + &end)
}

/// Methods that Python's values have.
fn method(state: &mut State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let text = |ix: usize| args.get(ix).and_then(Value::as_str);
    if let Some(own) = value.as_str() {
        match name {
            "zfill" | "rjust" | "ljust" => {
                let width = args.first().and_then(Value::as_usize).unwrap_or(0).min(4096);
                let count = width.saturating_sub(own.chars().count());
                let fill = if name == "zfill" {
                    "0"
                } else {
                    text(1).unwrap_or(" ")
                }
                .repeat(count);
                return Ok(Value::from(match (name, own.strip_prefix('-')) {
                    ("ljust", _) => format!("{own}{fill}"),
                    ("zfill", Some(digits)) => format!("-{fill}{digits}"),
                    _ => format!("{fill}{own}"),
                }));
            }
            "removeprefix" => {
                return Ok(Value::from(
                    own.strip_prefix(text(0).unwrap_or_default()).unwrap_or(own),
                ));
            }
            "removesuffix" => {
                return Ok(Value::from(
                    own.strip_suffix(text(0).unwrap_or_default()).unwrap_or(own),
                ));
            }
            "isdecimal" => {
                return Ok(Value::from(
                    !own.is_empty() && own.chars().all(|c| c.is_ascii_digit()),
                ));
            }
            "casefold" => return Ok(Value::from(own.to_lowercase())),
            "swapcase" => {
                let swapped: String = own
                    .chars()
                    .map(|c| {
                        if c.is_lowercase() {
                            c.to_uppercase().to_string()
                        } else {
                            c.to_lowercase().to_string()
                        }
                    })
                    .collect();
                return Ok(Value::from(swapped));
            }
            "index" => {
                let found = text(0).and_then(|needle| own.find(needle));
                return found
                    .map(|at| Value::from(own[..at].chars().count()))
                    .ok_or_else(|| wrong("the text is not found"));
            }
            "rsplit" => {
                let limit = args.get(1).and_then(Value::as_usize).unwrap_or(usize::MAX - 1);
                let mut parts: Vec<Value> = match text(0) {
                    Some(by) if !by.is_empty() => own
                        .rsplitn(limit.saturating_add(1), by)
                        .map(Value::from)
                        .collect(),
                    _ => own.split_whitespace().rev().map(Value::from).collect(),
                };
                parts.reverse();
                return Ok(Value::from(parts));
            }
            "partition" => {
                let by = text(0).unwrap_or_default();
                let (head, tail) = own.split_once(by).unwrap_or((own, ""));
                let by = if own.contains(by) { by } else { "" };
                return Ok(Value::from(minijinja::value::Tuple::new(vec![
                    head.into(),
                    by.into(),
                    tail.into(),
                ])));
            }
            "encode" => return Ok(Value::from_bytes(own.as_bytes().to_vec())),
            "split" if args.is_empty() => {
                return Ok(own.split_whitespace().map(Value::from).collect::<Vec<_>>().into());
            }
            _ => {}
        }
    }
    if let Some(bytes) = value.as_bytes().filter(|_| value.kind() == ValueKind::Bytes) {
        match name {
            "decode" => return Ok(Value::from(String::from_utf8_lossy(bytes).into_owned())),
            "hex" => {
                let mut out = String::with_capacity(bytes.len() * 2);
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}"); // writing to a string cannot fail
                }
                return Ok(Value::from(out));
            }
            _ => {}
        }
    }
    if let Some(float) = f64::try_from(value.clone()).ok().filter(|_| name == "is_integer") {
        return Ok(Value::from(float.fract() == 0.0));
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, name, args)
}
