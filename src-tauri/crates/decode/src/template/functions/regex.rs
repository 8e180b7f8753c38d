//! Regular expressions. `regex-lite` works in linear time; it has no look-around or back-references, which Python has.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, Value};
use regex_lite::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::args::{Args, wrong};
use crate::template::python;

/// Expressions that stay compiled; over it all are forgotten.
const MAX_KEPT: usize = 256;
/// Memory that one compiled expression may take, bytes.
const MAX_SIZE: usize = 256 << 10;

#[derive(Clone, Default)]
struct Cache(Arc<Mutex<FxHashMap<(String, bool), Regex>>>);

impl Cache {
    fn get(&self, pattern: &str, ignore_case: bool) -> Result<Regex, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (pattern.to_owned(), ignore_case);
        if let Some(regex) = kept.get(&key) {
            return Ok(regex.clone());
        }
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(ignore_case)
            .size_limit(MAX_SIZE)
            .build()
            .map_err(|error| wrong(format!("the regular expression does not compile: {error}")))?;
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, regex.clone());
        Ok(regex)
    }
}

pub(super) fn register(environment: &mut Environment<'static>) {
    let cache = Cache::default();
    for (name, start) in [("match", true), ("search", false)] {
        let cache = cache.clone();
        let found = move |value: Value, rest: Rest<ValueOrKwargs>| found(&cache, &value, rest, start);
        environment.add_test(name, found.clone());
        environment.add_filter(format!("regex_{name}"), found);
    }
    let kept = cache.clone();
    environment.add_filter("regex_replace", move |value: Value, rest: Rest<ValueOrKwargs>| {
        let args = Args::new(rest);
        let regex = kept.get(&args.text(0, "find", ""), args.bool(2, "ignorecase", false))?;
        let by = replacement(&args.text(1, "replace", ""));
        Ok::<_, Error>(
            regex
                .replace_all(&python::to_str(&value), by.as_str())
                .into_owned(),
        )
    });
    let kept = cache.clone();
    environment.add_filter("regex_findall", move |value: Value, rest: Rest<ValueOrKwargs>| {
        let args = Args::new(rest);
        let regex = kept.get(&args.text(0, "find", ""), args.bool(1, "ignorecase", false))?;
        Ok::<_, Error>(findall(&regex, &python::to_str(&value)))
    });
    environment.add_filter(
        "regex_findall_index",
        move |value: Value, rest: Rest<ValueOrKwargs>| {
            let args = Args::new(rest);
            let regex = cache.get(&args.text(0, "find", ""), args.bool(2, "ignorecase", false))?;
            let found = findall(&regex, &python::to_str(&value));
            let ix = args.int(1, "index", 0)?;
            let ix = if ix < 0 { ix + found.len() as i64 } else { ix };
            usize::try_from(ix)
                .ok()
                .and_then(|ix| found.get(ix).cloned())
                .ok_or_else(|| wrong("regex_findall_index: there are not so many matches"))
        },
    );
}

fn found(cache: &Cache, value: &Value, rest: Rest<ValueOrKwargs>, start: bool) -> Result<bool, Error> {
    let args = Args::new(rest);
    if value.kind() == ValueKind::Undefined {
        return Ok(false);
    }
    let pattern = args.text(0, "find", "");
    let pattern = if start { format!("^(?:{pattern})") } else { pattern };
    let regex = cache.get(&pattern, args.bool(1, "ignorecase", false))?;
    Ok(regex.is_match(&python::to_str(value)))
}

/// As Python's `re.findall`: the groups where there are any, the whole match otherwise.
fn findall(regex: &Regex, text: &str) -> Vec<Value> {
    let group = |captures: &regex_lite::Captures<'_>, ix: usize| {
        Value::from(captures.get(ix).map_or("", |found| found.as_str()))
    };
    regex
        .captures_iter(text)
        .map(|captures| match captures.len() {
            1 => group(&captures, 0),
            2 => group(&captures, 1),
            len => Value::from(minijinja::value::Tuple::new(
                (1..len).map(|ix| group(&captures, ix)).collect(),
            )),
        })
        .collect()
}

/// Python's `\1` and `\g<name>` in the words of `regex-lite`; `$` stands for itself.
fn replacement(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    out.push_str("${");
                    out.push(digit);
                    out.push('}');
                }
                Some('g') if chars.peek() == Some(&'<') => {
                    chars.next();
                    let name: String = chars.by_ref().take_while(|c| *c != '>').collect();
                    out.push_str("${");
                    out.push_str(&name);
                    out.push('}');
                }
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}
