//! Values in requests, as long and as large as they may be: what the schema says and what is read are one type.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};

/// A text of 1 to `MOST` characters.
#[derive(Clone, Debug)]
pub(crate) struct Text<const MOST: usize>(pub String);

impl<'de, const MOST: usize> Deserialize<'de> for Text<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if (1..=MOST).contains(&text.chars().count()) { Ok(Self(text)) } else { Err(D::Error::custom("a text of another length")) }
    }
}

impl<const MOST: usize> JsonSchema for Text<MOST> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{MOST}").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MOST })
    }
}

/// What a number is that JSON writes with a point and is whole nevertheless: `4.0` is an integer, too (JSON Schema 2020-12, 4.2.3).
fn whole(number: f64) -> Option<u64> {
    let text = format!("{:.0}", number.abs());
    let is_whole = number.fract() == 0.0 && number >= 0.0;
    is_whole.then(|| text.parse().ok()).flatten()
}

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<const LEAST: u32, const MOST: u32>(pub u32);

impl<'de, const LEAST: u32, const MOST: u32> Deserialize<'de> for Number<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let whole = number.as_u64().or_else(|| number.as_f64().and_then(whole)).and_then(|number| u32::try_from(number).ok());
        whole.filter(|number| (LEAST..=MOST).contains(number)).map(Self).ok_or_else(|| D::Error::custom("a number out of range"))
    }
}

impl<const LEAST: u32, const MOST: u32> JsonSchema for Number<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Number{LEAST}To{MOST}").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

/// From 1 to `MOST` usernames.
#[derive(Clone, Debug)]
pub(crate) struct Names<const MOST: usize>(pub Vec<Text<254>>);

impl<const MOST: usize> Names<MOST> {
    /// One a line, as the portal takes them. What would be several names there names nobody.
    pub fn lines(&self) -> String {
        self.0.iter().map(|name| name.0.replace(['\n', '\r', ',', ';'], "\u{FFFD}")).collect::<Vec<_>>().join("\n")
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for Names<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let names = Vec::<Text<254>>::deserialize(from)?;
        if (1..=MOST).contains(&names.len()) { Ok(Self(names)) } else { Err(D::Error::custom("another number of names")) }
    }
}

impl<const MOST: usize> JsonSchema for Names<MOST> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Names{MOST}").into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "minItems": 1, "maxItems": MOST, "items": generator.subschema_for::<Text<254>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_long_and_as_large_as_their_schemas_say() {
        fn reads<T: serde::de::DeserializeOwned>(text: &str) -> bool {
            serde_json::from_str::<T>(text).is_ok()
        }
        assert!(reads::<Text<3>>("\"äöü\"") && !reads::<Text<3>>("\"abcd\"") && !reads::<Text<3>>("\"\""));
        assert!(reads::<Number<1, 72>>("72") && !reads::<Number<1, 72>>("0") && !reads::<Number<1, 72>>("73") && !reads::<Number<1, 72>>("1.5"));
        assert!(reads::<Number<0, 72>>("4.0") && reads::<Number<0, 72>>("-0.0") && !reads::<Number<0, 72>>("1e300") && !reads::<Number<0, 72>>("-1.0") && !reads::<Number<0, 72>>("\"4\""));
        assert_eq!(serde_json::from_str::<Number<0, { u32::MAX }>>("4294967295.0").unwrap().0, u32::MAX);
        assert!(reads::<Names<2>>("[\"a\",\"b\"]") && !reads::<Names<2>>("[]") && !reads::<Names<2>>("[\"a\",\"b\",\"c\"]") && !reads::<Names<2>>("[\"\"]"));
        let names: Names<2> = serde_json::from_str("[\"a\\nb\",\"c\"]").unwrap();
        assert_eq!(names.lines(), "a\u{FFFD}b\nc");
    }
}
