//! JSON of strangers, read strictly: a name that stands twice in an object is refused, since two readers could see two values
//! (RFC 8259 4, OR-10).

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// An object of JSON.
pub(crate) type Object = Map<String, Value>;

/// The text is no JSON, or has a name twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// Reads one JSON value and nothing behind it.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, NotJson> {
    serde_json::from_slice::<Strict>(bytes).map(|strict| strict.0).map_err(|_| NotJson)
}

/// Reads one object.
pub(crate) fn read_object(bytes: &[u8]) -> Result<Object, NotJson> {
    match read(bytes)? {
        Value::Object(object) => Ok(object),
        _ => Err(NotJson),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Strict)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON without names that stand twice")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// OR-10: duplicate names at any depth, numbers out of range and rests are refused.
    #[test]
    fn or_10_duplicate_names_are_refused() {
        for bad in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"[{"b":{"c":1,"c":2}}]"#, "{\"exp\":1e400}", "{} {}", "", "{", "{\"a\":1,}", "\u{feff}{}"] {
            assert_eq!(read(bad.as_bytes()), Err(NotJson), "{bad}");
        }
        assert_eq!(read_object(b"[]"), Err(NotJson));
        assert_eq!(read(&[b'"', 0xff, b'"']), Err(NotJson));
        assert_eq!(read("[".repeat(1_000).as_bytes()), Err(NotJson));
        assert_eq!(read_object(br#"{"a":{"b":1},"c":{"b":1}}"#).unwrap().len(), 2);
    }

    proptest! {
        #[test]
        fn what_it_reads_is_what_serde_reads(text in "[\\[\\]{}\",:a-c0-9.eE+ \\-]{0,40}") {
            if let Ok(value) = read(text.as_bytes()) {
                prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
            }
        }
    }
}
