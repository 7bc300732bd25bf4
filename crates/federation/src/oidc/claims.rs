//! Claims of a verified payload, each of the one type that its specification gives it (OR-10).

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::Object;
use crate::{Check, Failure};

/// Most claims that are kept, and most values of one.
const MOST: usize = 500;

/// A text that must be there and not empty.
pub(crate) fn required_text<'a>(claims: &'a Object, name: &str, check: Check, code: &'static str) -> Result<&'a str, Failure> {
    match claims.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(Failure::of(check, code)),
    }
}

/// A text that may be there.
pub(crate) fn text<'a>(claims: &'a Object, name: &str, check: Check) -> Result<Option<&'a str>, Failure> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::differs(check, "claims.type", name, "text")),
    }
}

/// A time in whole seconds since the epoch (RFC 7519 2, NumericDate), not negative.
pub(crate) fn seconds(claims: &Object, name: &str) -> Result<Option<i64>, Failure> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64().filter(|seconds| *seconds >= 0) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(Failure::differs(Check::Fresh, "claims.type", name, "a number of seconds")),
        },
    }
}

/// `true` or `false`, and not a text that looks like one.
pub(crate) fn flag(claims: &Object, name: &str) -> Result<Option<bool>, Failure> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Failure::differs(Check::Names, "claims.type", name, "true or false")),
    }
}

/// A text or a list of texts (`aud`); not empty.
pub(crate) fn texts<'a>(claims: &'a Object, name: &str) -> Option<Vec<&'a str>> {
    match claims.get(name)? {
        Value::String(text) => Some(vec![text]),
        Value::Array(items) if !items.is_empty() => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// What the claims say about the person, as names and values. Objects in them (addresses, references to claims that lie
/// elsewhere) are left out: nothing is fetched because a token says so (OR-21).
pub(crate) fn attributes(claims: &Object) -> BTreeMap<String, Vec<String>> {
    // These are about the exchange and not about the person.
    let about_person = |name: &str| !matches!(name, "nonce" | "at_hash" | "c_hash" | "jti");
    claims.iter().filter(|(name, _)| about_person(name)).take(MOST).filter_map(|(name, value)| Some((name.clone(), values(value)?))).collect()
}

fn values(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => Some(items.iter().take(MOST).filter_map(single).collect()),
        other => single(other).map(|only| vec![only]),
    }
}

fn single(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.len() <= 4_096 && !text.contains('\0') => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
