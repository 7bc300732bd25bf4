//! Reads mails of our own kind: a subject, a text part and an HTML part, plain, quoted-printable or base64 (RFC 2045, 2047).

use base64::{Engine, engine::general_purpose::STANDARD};

/// What a mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Readable {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Reads a mail; what it does not understand stays empty.
pub(super) fn read(raw: &str) -> Readable {
    let (head, body) = parts(raw);
    let mut found = Readable { subject: words(&header(&head, "subject")), ..Readable::default() };
    let kind = header(&head, "content-type");
    let boundary = kind.split("boundary=").nth(1).map(|b| b.trim_start_matches('"').split(['"', ';']).next().unwrap_or_default());
    match boundary {
        Some(boundary) => {
            let mark = format!("\r\n--{boundary}");
            let inside = format!("\r\n{body}");
            // Behind the last mark stand two hyphens, and nothing that counts.
            for part in inside.split(&mark).skip(1).filter(|part| !part.starts_with("--")) {
                take(&mut found, part.trim_start_matches("\r\n"));
            }
        }
        None => take(&mut found, raw),
    }
    found
}

fn take(found: &mut Readable, raw: &str) {
    let (head, body) = parts(raw);
    let decoded = match header(&head, "content-transfer-encoding").to_ascii_lowercase().as_str() {
        "quoted-printable" => quoted_printable(body, false),
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap_or_default(),
        _ => body.as_bytes().to_vec(),
    };
    let text = String::from_utf8_lossy(&decoded).into_owned();
    match header(&head, "content-type").to_ascii_lowercase() {
        kind if kind.starts_with("text/html") => found.html = text,
        kind if kind.is_empty() || kind.starts_with("text/plain") => found.text = text,
        _ => {}
    }
}

/// Head with its folded lines joined, and body.
fn parts(raw: &str) -> (String, &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    (head.replace("\r\n ", " ").replace("\r\n\t", " "), body)
}

fn header(head: &str, name: &str) -> String {
    let line = head.lines().filter_map(|line| line.split_once(':')).find(|(n, _)| n.eq_ignore_ascii_case(name));
    line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// Encoded words; the blanks between two of them do not count (RFC 2047 6.2).
fn words(text: &str) -> String {
    let (mut out, mut was_encoded) = (Vec::new(), false);
    for (place, word) in text.split(' ').enumerate() {
        let decoded = encoded_word(word);
        if place > 0 && !(was_encoded && decoded.is_some()) {
            out.push(b' ');
        }
        was_encoded = decoded.is_some();
        out.extend(decoded.unwrap_or_else(|| word.as_bytes().to_vec()));
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encoded_word(word: &str) -> Option<Vec<u8>> {
    let mut parts = word.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (_, encoding, text) = (parts.next()?, parts.next()?, parts.next()?);
    match encoding {
        "b" | "B" => STANDARD.decode(text).ok(),
        "q" | "Q" => Some(quoted_printable(text, true)),
        _ => None,
    }
}

fn quoted_printable(text: &str, underscore_is_blank: bool) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'=' => {
                let pair: String = [bytes.next(), bytes.next()].into_iter().flatten().map(char::from).collect();
                out.extend(u8::from_str_radix(&pair, 16));
            }
            b'_' if underscore_is_blank => out.push(b' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_text_and_html_are_found_and_decoded() {
        let raw = "Subject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_an=C3=A4?= all\r\nContent-Type: multipart/alternative;\r\n boundary=\"x\"\r\n\r\n\
                   --x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9 <b>=\r\n!\r\n\
                   --x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n";
        let found = read(raw);
        assert_eq!(found.subject, "Grüße anä all");
        assert_eq!(found.text, "Café <b>!");
        assert_eq!(found.html, "<b>hi</b>");
    }

    #[test]
    fn a_mail_without_parts_is_its_text() {
        assert_eq!(read("Subject: Hello\r\n\r\nPlain\r\n"), Readable { subject: "Hello".into(), text: "Plain\r\n".into(), html: String::new() });
        assert_eq!(read("nonsense"), Readable::default());
    }
}
