//! The difference between two entries, field by field, for an operator to read before it is made so.

use serde::Serialize;
use serde_json::Value;

/// What happens to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is new.
    Added,
    /// Some of its fields change.
    Changed,
    /// It is taken out of use, because the file does not name it.
    Retired,
}

/// One entry that would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happens to it.
    pub kind: Kind,
    /// Which entry, in words: `user ann@example.org of account 40817`.
    pub entry: String,
    /// Its fields that differ; none for a new entry.
    pub fields: Vec<Field>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name, with dots for what lies inside: `account.sso_mode`.
    pub name: String,
    /// What is registered. `null` for what is not there, or is not shown.
    pub from: Value,
    /// What the file says.
    pub to: Value,
}

/// Their values never leave the store.
const SECRET: [&str; 2] = ["secrets", "client.secrets"];

impl Change {
    /// The difference between what is registered and what is wanted; `None` when there is none.
    pub(crate) fn between<T: PartialEq + Serialize>(old: Option<&T>, new: &T, kind: Kind, entry: &dyn Fn() -> String) -> Option<Self> {
        let Some(old) = old else { return Some(Self { kind: Kind::Added, entry: entry(), fields: Vec::new() }) };
        if old == new {
            return None;
        }
        let mut fields = Vec::new();
        if let (Ok(old), Ok(new)) = (serde_json::to_value(old), serde_json::to_value(new)) {
            differing(&old, &new, "", &mut fields);
        }
        Some(Self { kind, entry: entry(), fields })
    }
    /// One line, and one more for each field.
    pub(crate) fn to_text(&self) -> String {
        let mark = match self.kind {
            Kind::Added => '+',
            Kind::Changed => '~',
            Kind::Retired => '-',
        };
        let fields = self.fields.iter().map(|field| match SECRET.contains(&field.name.as_str()) {
            true => format!("\n      {} changes", field.name),
            false => format!("\n      {}: {} → {}", field.name, short(&field.from), short(&field.to)),
        });
        format!("  {mark} {}{}", self.entry, fields.collect::<String>())
    }
}

fn differing(old: &Value, new: &Value, at: &str, fields: &mut Vec<Field>) {
    match (old.as_object(), new.as_object()) {
        (Some(old), Some(new)) => {
            for (key, value) in new {
                let deeper = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                differing(old.get(key).unwrap_or(&Value::Null), value, &deeper, fields);
            }
        }
        _ if old == new => {}
        _ if SECRET.contains(&at) => fields.push(Field { name: at.to_owned(), from: Value::Null, to: Value::Null }),
        _ => fields.push(Field { name: at.to_owned(), from: old.clone(), to: new.clone() }),
    }
}

/// A value as a person reads it.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) if text.is_empty() => "\"\"".into(),
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(short).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_named_with_both_values_and_secrets_without() {
        let old = json!({ "name": "A", "client": { "secrets": [[1, 2]], "uris": ["a"] }, "same": 1 });
        let new = json!({ "name": "B", "client": { "secrets": [[3, 4]], "uris": ["a", "b"] }, "same": 1 });
        let change = Change::between(Some(&old), &new, Kind::Changed, &|| "application x".into()).unwrap();
        assert_eq!(
            change.to_text(),
            "  ~ application x\n      client.secrets changes\n      client.uris: [a] → [a, b]\n      name: A → B"
        );
        assert!(!serde_json::to_string(&change).unwrap().contains("[1,2]"));
        assert_eq!(Change::between(Some(&old), &old, Kind::Changed, &String::new), None);
        assert_eq!(Change::between(None, &new, Kind::Changed, &|| "x".into()).unwrap().to_text(), "  + x");
    }
}
