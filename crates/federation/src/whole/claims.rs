//! Claims, line by line.

use serde_json::{Map, Value};

use super::{Document, DocumentKind, Ink, Piece, Writer, beginning, in_part, name, sign, whole};

/// Objects within objects that are shown.
const DEEPEST: usize = 8;

/// Members that say nothing of a person.
const SHOWN: &[&str] = &[
    "acr", "alg", "amr", "aud", "auth_time", "azp", "email_verified", "exp", "hd", "iat", "iss", "kid", "nbf", "tid", "typ", "ver", "xms_edov",
];

/// Members that prove something, or lead to it.
const SECRET: &[&str] = &["at_hash", "c_hash", "jti", "nonce", "s_hash", "sid", "x5t"];

/// One object.
pub(crate) fn document(kind: DocumentKind, claims: &Map<String, Value>, is_signed: bool) -> Document {
    let mut printer = Printer { writer: Writer::default(), is_signed };
    printer.object(0, Vec::new(), claims, "");
    printer.writer.document(kind)
}

struct Printer {
    writer: Writer,
    is_signed: bool,
}

impl Printer {
    fn line(&mut self, depth: usize, pieces: Vec<Piece>) {
        self.writer.line((depth, self.is_signed), pieces);
    }

    fn object(&mut self, depth: usize, lead: Vec<Piece>, members: &Map<String, Value>, after: &str) {
        if members.is_empty() {
            return self.line(depth, [lead, vec![sign(&format!("{{}}{after}"))]].concat());
        }
        self.line(depth, [lead, vec![sign("{")]].concat());
        for (place, (key, value)) in members.iter().enumerate() {
            let after = if place + 1 < members.len() { "," } else { "" };
            let lead = vec![sign("\""), name(Ink::Name, key), sign("\": ")];
            self.value(depth + 1, lead, (key, value), after);
        }
        self.line(depth, vec![sign(&format!("}}{after}"))]);
    }

    fn value(&mut self, depth: usize, lead: Vec<Piece>, (key, value): (&str, &Value), after: &str) {
        match value {
            Value::Object(_) | Value::Array(_) if depth > DEEPEST => self.line(depth, [lead, vec![Piece(Ink::Part, "…".to_owned()), sign(after)]].concat()),
            Value::Object(members) => self.object(depth, lead, members, after),
            Value::Array(items) => {
                self.line(depth, [lead, vec![sign("[")]].concat());
                for (place, item) in items.iter().enumerate() {
                    self.value(depth + 1, Vec::new(), (key, item), if place + 1 < items.len() { "," } else { "" });
                }
                self.line(depth, vec![sign(&format!("]{after}"))]);
            }
            Value::String(text) => self.line(depth, [lead, vec![sign("\""), piece(key, text), sign(&format!("\"{after}"))]].concat()),
            Value::Number(number) => self.line(depth, [lead, vec![piece(key, &number.to_string()), sign(after)]].concat()),
            Value::Bool(_) | Value::Null => self.line(depth, [lead, vec![whole(&value.to_string()), sign(after)]].concat()),
        }
    }
}

fn piece(key: &str, text: &str) -> Piece {
    match key {
        key if SHOWN.contains(&key) => whole(text),
        key if SECRET.contains(&key) => beginning(text),
        _ => in_part(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whole::tests::read;

    #[test]
    fn claims_stand_line_by_line_and_a_person_in_part() {
        let claims = serde_json::json!({
            "iss": "https://idp.example", "sub": "248289761001", "aud": ["homeward"], "exp": 1_800_000_000, "email": "mia@right.example", "email_verified": true,
            "nonce": "n-0S6_WzA2MjABCDEFG", "address": { "locality": "Bergen", "codes": [5003, null] }, "empty": {},
        });
        let shown = document(DocumentKind::Claims, claims.as_object().unwrap(), true);
        let text = read(&shown);
        for line in [
            "+   \"iss\": \"https://idp.example\",", "+   \"sub\": \"2•••••\"", "+     \"homeward\"", "\"exp\": 1800000000", "\"email\": \"m•••••@right.example\"", "\"email_verified\": true",
            "\"nonce\": \"n-0S6_WzA… (19)\"", "+     \"locality\": \"B•••••\"", "+       5•••••,", "+       null", "\"empty\": {}",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        for hidden in ["248289761001", "mia@", "Bergen", "5003", "ABCDEFG"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        assert!(text.starts_with("+ {\n") && text.ends_with("+ }\n") && !shown.is_cut);
    }

    /// Whatever a provider sends has an end.
    #[test]
    fn what_is_deep_or_long_is_cut() {
        let mut deep = serde_json::json!("x");
        for _ in 0..100 {
            deep = serde_json::json!({ "a": [deep] });
        }
        let shown = document(DocumentKind::UserInfo, deep.as_object().unwrap(), false);
        assert!(read(&shown).contains('…') && read(&shown).lines().count() < 40);
        let wide: Map<String, Value> = (0..5_000).map(|place| (format!("<b>{place}</b>"), Value::from("v".repeat(1_000)))).collect();
        let shown = document(DocumentKind::Claims, &wide, false);
        assert!(shown.is_cut && read(&shown).chars().count() < 20_000);
    }
}
