//! Numbers: conversion, rounding, arithmetic, statistics.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use super::args::{Args, or_default, wrong};
use crate::template::python;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("float", float);
    environment.add_function("float", float);
    environment.add_filter("int", int);
    environment.add_function("int", int);
    environment.add_filter("round", round);
    environment.add_filter("is_number", |value: Value| is_number(&value));
    environment.add_function("is_number", |value: Value| is_number(&value));
    environment.add_test("is_number", |value: Value| is_number(&value));
    environment.add_filter("bool", bool);
    environment.add_function("bool", bool);
    environment.add_filter("multiply", |value: Value, rest: Rest<ValueOrKwargs>| {
        arithmetic("multiply", &value, rest, |a, b| a * b)
    });
    environment.add_filter("add", |value: Value, rest: Rest<ValueOrKwargs>| {
        arithmetic("add", &value, rest, |a, b| a + b)
    });
    type Unary = (&'static str, fn(f64) -> f64);
    const UNARY: [Unary; 7] = [
        ("sqrt", f64::sqrt),
        ("sin", f64::sin),
        ("cos", f64::cos),
        ("tan", f64::tan),
        ("asin", f64::asin),
        ("acos", f64::acos),
        ("atan", f64::atan),
    ];
    for (name, f) in UNARY {
        let unary = move |value: Value, rest: Rest<ValueOrKwargs>| {
            let args = Args::new(rest);
            match as_float(&value).map(f).filter(|r| !r.is_nan()) {
                Some(result) => Ok(Value::from(result)),
                None => or_default(args.get(0, "default"), name, &value),
            }
        };
        environment.add_filter(name, unary);
        environment.add_function(name, unary);
    }
    environment.add_filter("log", log);
    environment.add_function("log", log);
    for (name, pick) in [("min", true), ("max", false)] {
        environment.add_function(name, move |state: &State, rest: Rest<ValueOrKwargs>| {
            extreme(state, name, pick, rest)
        });
    }
    for (name, f) in [
        ("average", average as fn(&[f64]) -> Option<f64>),
        ("median", median),
        ("statistical_mode", mode),
    ] {
        let statistic = move |state: &State, rest: Rest<ValueOrKwargs>| statistic(state, name, f, rest);
        environment.add_filter(name, statistic);
        environment.add_function(name, statistic);
    }
    for (name, f) in [
        ("bitwise_and", (|a, b| a & b) as fn(i64, i64) -> i64),
        ("bitwise_or", |a, b| a | b),
        ("bitwise_xor", |a, b| a ^ b),
    ] {
        let bitwise = move |a: Value, b: Value| -> Result<Value, Error> {
            match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => Ok(Value::from(f(a, b))),
                _ => Err(wrong(format!("{name} needs whole numbers"))),
            }
        };
        environment.add_filter(name, bitwise);
        environment.add_function(name, bitwise);
    }
    environment.add_filter("clamp", clamp);
    environment.add_function("clamp", clamp);
    environment.add_filter("wrap", wrap);
    environment.add_function("wrap", wrap);
    environment.add_filter("remap", remap);
    environment.add_function("remap", remap);
    environment.add_filter("ordinal", |value: Value| -> Result<String, Error> {
        let int = value
            .as_i64()
            .ok_or_else(|| wrong("ordinal needs a whole number"))?;
        let suffix = match (int.abs() % 100, int.abs() % 10) {
            (11..=13, _) => "th",
            (_, 1) => "st",
            (_, 2) => "nd",
            (_, 3) => "rd",
            _ => "th",
        };
        Ok(format!("{int}{suffix}"))
    });
    environment.add_global("pi", std::f64::consts::PI);
    environment.add_global("e", std::f64::consts::E);
    environment.add_global("tau", std::f64::consts::TAU);
    environment.add_global("inf", f64::INFINITY);
}

/// `float(value)`; none where Python raises.
pub(super) fn as_float(value: &Value) -> Option<f64> {
    match value.kind() {
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
        ValueKind::String => python::parse_float(value.as_str()?),
        _ => None,
    }
}

fn float(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    match as_float(&value) {
        Some(float) => Ok(Value::from(float)),
        None => or_default(Args::new(rest).get(0, "default"), "float", &value),
    }
}

fn int(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let args = Args::new(rest);
    let base = args.int(1, "base", 10)?;
    let parsed = match value.as_str().map(str::trim) {
        Some(text) => parse_int(text, base).or_else(|| python::parse_float(text).and_then(truncated)),
        None if value.is_integer() => Some(value.clone()),
        None => as_float(&value).and_then(truncated),
    };
    match parsed {
        Some(int) => Ok(int),
        None => or_default(args.get(0, "default"), "int", &value),
    }
}

fn truncated(float: f64) -> Option<Value> {
    let float = float.trunc();
    if !float.is_finite() {
        None
    } else if float.abs() < 9.2e18 {
        Some(Value::from(float as i64))
    } else {
        (float.abs() < 1e38).then(|| Value::from(float as i128))
    }
}

fn parse_int(text: &str, base: i64) -> Option<Value> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefix = match base {
        16 => "0x",
        8 => "0o",
        2 => "0b",
        _ => "",
    };
    let lower = digits.to_ascii_lowercase();
    let digits = lower.strip_prefix(prefix).unwrap_or(&lower);
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let base = u32::try_from(base).ok().filter(|base| (2..=36).contains(base))?;
    let int = i128::from_str_radix(digits, base).ok()?.checked_mul(sign)?;
    Some(i64::try_from(int).map_or_else(|_| Value::from(int), Value::from))
}

/// Python's `round(number, digits)`: to even at the half, exact in decimal.
pub(in crate::template) fn round_common(number: f64, digits: i32) -> f64 {
    if digits <= 0 {
        let unit = 10_f64.powi(-digits.max(-300));
        return (number / unit).round_ties_even() * unit;
    }
    // Formatting rounds the exact decimal expansion, half to even, which is what Python does.
    format!("{number:.*}", digits.min(30) as usize)
        .parse()
        .unwrap_or(number)
}

fn round(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let args = Args::new(rest);
    let digits = args.int(0, "precision", 0)?.clamp(-300, 300) as i32;
    let method = args.text(1, "method", "common");
    let Some(number) = as_float(&value).filter(|f| f.is_finite()) else {
        return or_default(args.get(2, "default"), "round", &value);
    };
    let unit = 10_f64.powi(digits);
    let rounded = match method.as_str() {
        "ceil" => (number * unit).ceil() / unit,
        "floor" => (number * unit).floor() / unit,
        "half" => (number * 2.0).round_ties_even() / 2.0,
        _ => round_common(number, digits),
    };
    if digits == 0 && method != "half" {
        return truncated(rounded).ok_or_else(|| wrong("round: the number is too large"));
    }
    Ok(Value::from(rounded))
}

fn is_number(value: &Value) -> bool {
    as_float(value).is_some_and(f64::is_finite)
}

fn bool(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let truth = match value.kind() {
        ValueKind::Bool => Some(value.is_true()),
        ValueKind::Number => as_float(&value).map(|f| f != 0.0),
        ValueKind::String => match value.as_str().unwrap_or_default().trim().to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" | "enable" => Some(true),
            "0" | "false" | "no" | "off" | "disable" => Some(false),
            _ => None,
        },
        _ => None,
    };
    match truth {
        Some(truth) => Ok(Value::from(truth)),
        None => or_default(Args::new(rest).get(0, "default"), "bool", &value),
    }
}

/// Integers stay integers, as in Python.
fn arithmetic(
    name: &str,
    value: &Value,
    rest: Rest<ValueOrKwargs>,
    f: fn(f64, f64) -> f64,
) -> Result<Value, Error> {
    let args = Args::new(rest);
    let by = args.get(0, "amount").unwrap_or_default();
    match (as_float(value), as_float(&by)) {
        (Some(left), Some(right)) if by.kind() != ValueKind::String => Ok(Value::from(f(left, right))),
        _ => or_default(args.get(1, "default"), name, value),
    }
}

fn log(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let args = Args::new(rest);
    let base = args
        .get(0, "base")
        .map_or(Some(std::f64::consts::E), |b| as_float(&b));
    match (as_float(&value), base) {
        (Some(number), Some(base)) if number > 0.0 && base > 0.0 && base != 1.0 => {
            Ok(Value::from(number.ln() / base.ln()))
        }
        _ => or_default(args.get(1, "default"), "log", &value),
    }
}

/// The items of the one list argument, or the arguments themselves.
fn items(state: &State, rest: &[Value]) -> Result<Vec<Value>, Error> {
    let items: Vec<Value> = match rest {
        [one] if !matches!(one.kind(), ValueKind::Number | ValueKind::String) => one.try_iter()?.collect(),
        many => many.to_vec(),
    };
    state.consume_fuel(items.len() as u64)?;
    Ok(items)
}

fn extreme(state: &State, name: &str, smallest: bool, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let items = items(state, Args::new(rest).positional())?;
    let best = if smallest {
        items.into_iter().min()
    } else {
        items.into_iter().max()
    };
    best.ok_or_else(|| wrong(format!("{name} of nothing")))
}

fn statistic(
    state: &State,
    name: &str,
    f: fn(&[f64]) -> Option<f64>,
    rest: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    let args = Args::new(rest);
    let (list, default) = match args.positional() {
        [list, default] if !matches!(list.kind(), ValueKind::Number | ValueKind::String) => {
            (std::slice::from_ref(list), Some(default.clone()))
        }
        many => (many, args.get(usize::MAX, "default")),
    };
    let numbers: Option<Vec<f64>> = items(state, list)?.iter().map(as_float).collect();
    match numbers.as_deref().and_then(f) {
        Some(result) => Ok(Value::from(result)),
        None => or_default(default, name, &Value::from(list)),
    }
}

fn average(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        len if len % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

fn mode(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let most = sorted
        .chunk_by(|a, b| a.total_cmp(b).is_eq())
        .map(<[f64]>::len)
        .max()?;
    // Of equally frequent ones the first in the order given.
    numbers.iter().copied().find(|n| {
        sorted
            .iter()
            .filter(|m| m.total_cmp(n).is_eq())
            .take(most)
            .count()
            == most
    })
}

fn three(name: &str, value: &Value, low: &Value, high: &Value) -> Result<(f64, f64, f64), Error> {
    match (as_float(value), as_float(low), as_float(high)) {
        (Some(value), Some(low), Some(high)) if low <= high => Ok((value, low, high)),
        _ => Err(wrong(format!("{name} needs numbers"))),
    }
}

/// An integer where all of the inputs were.
fn like(inputs: &[&Value], result: f64) -> Value {
    if inputs.iter().all(|input| input.is_integer()) {
        truncated(result).unwrap_or_default()
    } else {
        Value::from(result)
    }
}

fn clamp(value: Value, low: Value, high: Value) -> Result<Value, Error> {
    let (v, lo, hi) = three("clamp", &value, &low, &high)?;
    Ok(like(&[&value, &low, &high], v.max(lo).min(hi)))
}

fn wrap(value: Value, low: Value, high: Value) -> Result<Value, Error> {
    let (v, lo, hi) = three("wrap", &value, &low, &high)?;
    let span = hi - lo;
    let result = if span == 0.0 {
        lo
    } else {
        (v - lo).rem_euclid(span) + lo
    };
    Ok(like(&[&value, &low, &high], result))
}

/// `remap(value, in_min, in_max, out_min, out_max, steps, edges)`
fn remap(rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let args = Args::new(rest);
    let numbers: Option<Vec<f64>> = ["value", "in_min", "in_max", "out_min", "out_max"]
        .into_iter()
        .enumerate()
        .map(|(ix, name)| args.get(ix, name).as_ref().and_then(as_float))
        .collect();
    let Some(&[mut v, in_min, in_max, out_min, out_max]) = numbers.as_deref() else {
        return Err(wrong("remap needs numbers"));
    };
    let span = in_max - in_min;
    if span == 0.0 {
        return Ok(Value::from(out_min));
    }
    match args.text(6, "edges", "none").as_str() {
        "clamp" => v = v.max(in_min.min(in_max)).min(in_min.max(in_max)),
        "wrap" => v = (v - in_min).rem_euclid(span) + in_min,
        _ => {}
    }
    let mut at = (v - in_min) / span;
    let steps = args.int(5, "steps", 0)?;
    if steps > 0 {
        at = (at * steps as f64).round_ties_even() / steps as f64;
    }
    Ok(Value::from(out_min + at * (out_max - out_min)))
}
