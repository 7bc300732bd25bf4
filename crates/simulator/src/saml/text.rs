//! Escapes and elements as canonical XML writes them (Canonical XML 1.0 section 2.3).

use homeward_model::{Random, SystemRandom, Timestamp};

/// Text between tags.
pub fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

/// Text in an attribute.
pub fn escape_attribute(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    text.replace('\t', "&#x9;").replace('\n', "&#xA;").replace('\r', "&#xD;")
}

/// ` name="value"`, or nothing.
pub fn attribute(name: &str, value: Option<&str>) -> String {
    value.map(|value| format!(" {name}=\"{}\"", escape_attribute(value))).unwrap_or_default()
}

/// As xs:dateTime in UTC.
pub fn instant(at: Timestamp) -> String {
    let moment = time::OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    moment.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// An XML id that nobody can guess.
pub fn fresh_id() -> String {
    let mut bytes = [0u8; 16];
    SystemRandom.fill(&mut bytes);
    bytes.iter().fold(String::from("_"), |id, byte| format!("{id}{byte:02x}"))
}
