//! Every setting of a connection stands on its page, with its default: a key that is added, taken away or changed shows here.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use crate::ConnectionSettings;

/// What is entered as one value, whichever form it has, or by nobody.
const WHOLE: [&str; 4] = ["matching.remote", "protocol.oidc.authentication", "protocol.oidc.subject", "delegated.secret"];

/// Settings in which every key is there.
fn full(protocol: &Value) -> Value {
    let written = serde_json::to_value(serde_json::from_value::<ConnectionSettings>(json!({
        "preset": "generic", "protocol": protocol,
        "delegated": { "tenant": "t", "application": "a", "redirect_uri": "https://x/", "permissions": [] },
    })).unwrap());
    written.unwrap()
}

fn saml() -> Value {
    json!({ "saml": {
        "idp_entity_id": "x", "own_identity": { "entity_id": "x", "acs_path": "/x", "slo_path": "/y", "acs_origin": "https://x" },
        "relaxations": { "allow_sha1_until": 1, "allow_cbc_in_unsigned_response_until": 1 },
    } })
}

fn oidc() -> Value {
    json!({ "oidc": { "issuer": "https://x", "own_registration": true, "second_factor": { "authentication_context": "c1" } } })
}

fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value.as_object().filter(|_| !WHOLE.contains(&path)) {
        Some(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(value, &path, found);
            }
        }
        None => found.push(path.to_owned()),
    }
}

fn at(value: &Value, path: &str) -> Value {
    path.split('.').try_fold(value, |value, name| value.get(name)).cloned().unwrap_or(Value::Null)
}

fn without(value: &Value, path: &str) -> Value {
    let mut value = value.clone();
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    value.pointer_mut(&pointer).and_then(Value::as_object_mut).unwrap().remove(name);
    value
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::String(text) if text.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// Each key with its default; `needed` where there is none.
fn defaults() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (full, least) in [(full(&saml()), json!({ "saml": { "idp_entity_id": "x" } })), (full(&oidc()), json!({ "oidc": { "issuer": "https://x" } }))] {
        let minimal = serde_json::from_value::<ConnectionSettings>(json!({ "preset": "generic", "protocol": least })).unwrap();
        let minimal = serde_json::to_value(minimal).unwrap();
        let mut keys = Vec::new();
        leaves(&full, "", &mut keys);
        for key in keys {
            let left = serde_json::from_value::<ConnectionSettings>(without(&full, &key)).map(|settings| serde_json::to_value(settings).unwrap());
            let default = match left {
                // A table that is there may need what a silent file does not: what holds without the table is the default.
                Err(_) if at(&minimal, &key).is_null() || ["preset", "protocol.saml.idp_entity_id", "protocol.oidc.issuer"].contains(&key.as_str()) => "needed".to_owned(),
                Err(_) => text(&at(&minimal, &key)),
                // A switch that is off is not written.
                Ok(left) if at(&left, &key).is_null() && at(&full, &key).is_boolean() => "`false`".to_owned(),
                Ok(left) => text(&at(&left, &key)),
            };
            all.insert(key, default);
        }
    }
    all
}

#[test]
fn every_setting_stands_on_its_page_with_its_default() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/providers/settings.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix('|')?.split('|').map(str::trim).collect();
        Some(match cells.as_slice() {
            [key, meaning, default, _, _] if !meaning.is_empty() => (key.trim_end_matches('`').to_owned(), (*default).to_owned()),
            _ => panic!("five cells: {line}"),
        })
    });
    let (told, known) = (rows.collect::<Vec<_>>(), defaults());
    let mut names: Vec<&String> = told.iter().map(|(key, _)| key).collect();
    names.sort();
    assert_eq!(names, known.keys().collect::<Vec<_>>(), "each key once");
    for (key, default) in &told {
        assert_eq!(default, &known[key], "{key}");
    }
}
