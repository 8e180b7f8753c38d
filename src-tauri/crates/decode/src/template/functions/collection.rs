//! Lists, maps and versions.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Object, ObjectRepr, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use super::args::wrong;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("contains", contains);
    environment.add_test("contains", contains);
    environment.add_filter("combine", combine);
    environment.add_function("combine", combine);
    environment.add_filter("flatten", flatten);
    environment.add_function("flatten", flatten);
    environment.add_function("set", |state: &State, list: Option<Value>| {
        set(state, &list.unwrap_or_else(|| Vec::<Value>::new().into()))
    });
    environment.add_filter("set", |state: &State, list: Value| set(state, &list));
    for name in ["list", "tuple"] {
        environment.add_function(name, |state: &State, list: Option<Value>| {
            items(state, &list.unwrap_or_else(|| Vec::<Value>::new().into()))
        });
    }
    type Keep = fn(&[Value], &[Value]) -> Vec<Value>;
    for (name, keep) in [
        ("union", union as Keep),
        ("intersect", |a, b| {
            a.iter().filter(|v| b.contains(v)).cloned().collect()
        }),
        ("difference", |a, b| {
            a.iter().filter(|v| !b.contains(v)).cloned().collect()
        }),
        ("symmetric_difference", |a, b| {
            let left = a.iter().filter(|v| !b.contains(v));
            left.chain(b.iter().filter(|v| !a.contains(v))).cloned().collect()
        }),
    ] {
        let operation = move |state: &State, a: Value, b: Value| -> Result<Vec<Value>, Error> {
            let (a, b) = (set(state, &a)?, set(state, &b)?);
            state.consume_fuel((a.len() * b.len()) as u64)?;
            Ok(keep(&a, &b))
        };
        environment.add_filter(name, operation);
        environment.add_function(name, operation);
    }
    environment.add_function(
        "zip",
        |state: &State, lists: Rest<Value>| -> Result<Vec<Value>, Error> {
            let lists = lists
                .iter()
                .map(|list| items(state, list))
                .collect::<Result<Vec<_>, _>>()?;
            let len = lists.iter().map(Vec::len).min().unwrap_or(0);
            let row = |ix: usize| lists.iter().map(|list| list[ix].clone()).collect();
            Ok((0..len)
                .map(|ix| Value::from(minijinja::value::Tuple::new(row(ix))))
                .collect())
        },
    );
    // Deterministic: the first one, because decoding must give the same result twice.
    environment.add_filter("random", |state: &State, list: Value| -> Result<Value, Error> {
        Ok(items(state, &list)?.into_iter().next().unwrap_or_default())
    });
    environment.add_test("list", |value: Value| {
        value.kind() == ValueKind::Seq && !value.is_tuple()
    });
    environment.add_test("tuple", |value: Value| value.is_tuple());
    environment.add_test("set", |_: Value| false);
    environment.add_test("datetime", |value: Value| {
        value.downcast_object_ref::<super::time::Moment>().is_some()
    });
    environment.add_test("bytes", |value: Value| value.kind() == ValueKind::Bytes);
}

/// The items of a list, paid for.
fn items(state: &State, list: &Value) -> Result<Vec<Value>, Error> {
    let items: Vec<Value> = list.try_iter()?.collect();
    state.consume_fuel(items.len() as u64)?;
    Ok(items)
}

/// The items, each once, in order.
fn set(state: &State, list: &Value) -> Result<Vec<Value>, Error> {
    let all = items(state, list)?;
    state.consume_fuel((all.len() * all.len() / 8) as u64)?;
    Ok(union(&all, &[]))
}

fn union(a: &[Value], b: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::with_capacity(a.len());
    for value in a.iter().chain(b) {
        if !out.contains(value) {
            out.push(value.clone());
        }
    }
    out
}

fn contains(state: &State, list: Value, value: Value) -> Result<bool, Error> {
    if let (Some(text), Some(part)) = (list.as_str(), value.as_str()) {
        return Ok(text.contains(part));
    }
    Ok(items(state, &list)?.contains(&value))
}

fn combine(state: &State, maps: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let mut out: Vec<(Value, Value)> = Vec::new();
    for map in maps.0.into_iter().map(Value::from).filter(|map| !map.is_kwargs()) {
        if map.kind() != ValueKind::Map {
            return Err(wrong("combine needs maps"));
        }
        for key in items(state, &map)? {
            let value = map.get_item(&key)?;
            match out.iter_mut().find(|(known, _)| *known == key) {
                Some(entry) => entry.1 = value,
                None => out.push((key, value)),
            }
        }
        state.consume_fuel(out.len() as u64)?;
    }
    Ok(Value::from_pairs(out))
}

fn flatten(state: &State, list: Value, levels: Option<u32>) -> Result<Vec<Value>, Error> {
    fn walk(state: &State, list: &Value, levels: u32, out: &mut Vec<Value>) -> Result<(), Error> {
        for item in items(state, list)? {
            if levels > 0 && matches!(item.kind(), ValueKind::Seq | ValueKind::Iterable) {
                walk(state, &item, levels - 1, out)?;
            } else {
                out.push(item);
            }
        }
        Ok(())
    }
    let mut out = Vec::new();
    walk(state, &list, levels.unwrap_or(20).min(20), &mut out)?;
    Ok(out)
}

/// A version that compares by its numbers.
#[derive(Debug)]
pub(super) struct Version {
    text: String,
    parts: Vec<(u64, String)>,
}

impl Version {
    pub(super) fn new(text: &str) -> Self {
        let parts = text
            .trim_start_matches(['v', 'V'])
            .split(['.', '-', '+', '_'])
            .map(|part| {
                let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
                (part[..digits].parse().unwrap_or(0), part[digits..].to_owned())
            })
            .collect();
        Self {
            text: text.to_owned(),
            parts,
        }
    }
}

impl Object for Version {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.parts.cmp(&other.downcast_ref::<Self>()?.parts))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
