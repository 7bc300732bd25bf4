//! Fields that an operator wants in the head of requests to a service of theirs, such as a key. Their values are secrets.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Fields of a request's head. Their values are shown nowhere.
#[derive(Clone, Default)]
pub struct Fields(pub(crate) HeaderMap);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fields").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

/// Why a text holds no fields; it names no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldsError {
    /// A line without a name, or with a value that is none.
    #[error("line {0} is not like Authorization: Bearer KEY")]
    Line(usize),
    /// What the client itself says.
    #[error("line {0}: this field is the client's own")]
    Own(usize),
    /// There is none.
    #[error("there is no field in it; write one a line, like Authorization: Bearer KEY")]
    Empty,
}

/// Fields that say how a message is carried.
const OWN: [HeaderName; 7] = [header::HOST, header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::TRANSFER_ENCODING, header::CONNECTION, header::EXPECT];

impl Fields {
    /// Reads one field a line, `Name: value`.
    ///
    /// # Errors
    /// [`FieldsError`] says which line is none.
    pub fn parse(text: &str) -> Result<Self, FieldsError> {
        let mut fields = HeaderMap::new();
        for (place, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())).filter(|(_, line)| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or(FieldsError::Line(place))?;
            let name: HeaderName = name.trim().parse().map_err(|_| FieldsError::Line(place))?;
            let mut value = HeaderValue::from_str(value.trim()).map_err(|_| FieldsError::Line(place))?;
            if value.is_empty() {
                return Err(FieldsError::Line(place));
            }
            if OWN.contains(&name) {
                return Err(FieldsError::Own(place));
            }
            value.set_sensitive(true);
            fields.append(name, value);
        }
        if fields.is_empty() { Err(FieldsError::Empty) } else { Ok(Self(fields)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// KS-05: what is shown of fields, or said of a line that is none, holds no value.
    #[test]
    fn fields_are_read_and_show_no_value() {
        let fields = Fields::parse("Authorization: Bearer canary:1\r\n\n  X-Tenant: canary \n").unwrap();
        assert_eq!(fields.0.get("authorization").unwrap(), "Bearer canary:1");
        assert_eq!(fields.0.get("x-tenant").unwrap(), "canary");
        assert!(!format!("{fields:?} {:?}", fields.0).contains("canary"));
        for (text, why) in [
            ("", FieldsError::Empty),
            ("\n \n", FieldsError::Empty),
            ("canary", FieldsError::Line(1)),
            ("X-A: 1\nX B: canary", FieldsError::Line(2)),
            ("X-A:", FieldsError::Line(1)),
            ("X-A: can\u{0}ary", FieldsError::Line(1)),
            ("Host: canary", FieldsError::Own(1)),
            ("X-A: 1\n\nContent-Length: 7", FieldsError::Own(3)),
        ] {
            let refused = Fields::parse(text).unwrap_err();
            assert!(refused == why && !refused.to_string().contains("canary"), "{text:?}: {refused}");
        }
    }
}
