//! The first look at a document, before any XML parser: only what a SAML message needs, so that no two parsers can differ about it.
//!
//! UTF-8 without a byte order mark, XML 1.0, no DOCTYPE, no comment, CDATA section or processing instruction, no entity but the five predefined ones, names of
//! ASCII letters, limits of size, depth, elements and attributes. One pass, no recursion, no allocation.

/// Most bytes of a message.
pub const MOST_BYTES: usize = 256 * 1024;
const MOST_DEPTH: usize = 40;
const MOST_ATTRIBUTES: usize = 40;

/// How much a document may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Elements.
    pub elements: usize,
    /// Whether comments may be there. In messages they may not (SC-01).
    pub comments: bool,
}

/// A message.
pub const MESSAGE: Limits = Limits { bytes: MOST_BYTES, elements: 8_000, comments: false };
/// Metadata of one provider, or of a small federation.
pub const METADATA: Limits = Limits { bytes: 1024 * 1024, elements: 30_000, comments: true };

/// Checks the bytes and returns them as text; otherwise the code of what is wrong.
pub fn scan(bytes: &[u8], limits: Limits) -> Result<&str, &'static str> {
    if bytes.len() > limits.bytes {
        return Err("xml.too_large");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "xml.not_utf8")?;
    let body = after_declaration(text)?;
    if !is_plain(bytes) && !text.chars().all(is_usable) {
        return Err("xml.characters");
    }
    let mut scanner = Scanner { rest: body, depth: 0, elements: 0, limits };
    scanner.run()?;
    Ok(text)
}

/// The five characters of `Char` (XML 1.0, 2.2) below space that exist, and no noncharacters.
fn is_usable(c: char) -> bool {
    let code = u32::from(c);
    matches!(c, '\t' | '\n' | '\r') || (code >= 0x20 && code & 0xfffe != 0xfffe && !(0xfdd0..=0xfdef).contains(&code))
}

/// Whether there are only signs of ASCII that are usable. All bytes are looked at: without a way out in between the compiler takes many at a time.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, byte| plain & (matches!(byte, b'\t' | b'\n' | b'\r') | (0x20..0x80).contains(byte)))
}

/// Reads over `<?xml version="1.0" encoding="UTF-8" standalone="…"?>`. Another encoding would be another document for a parser that honours it.
fn after_declaration(text: &str) -> Result<&str, &'static str> {
    let Some(declaration) = text.strip_prefix("<?xml") else {
        return if text.starts_with('<') { Ok(text) } else { Err("xml.leading_bytes") };
    };
    let (inside, body) = declaration.split_once("?>").ok_or("xml.not_wellformed")?;
    let mut version = false;
    for part in inside.split_ascii_whitespace() {
        let (name, value) = part.split_once('=').ok_or("xml.encoding")?;
        let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).or_else(|| value.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')));
        match (name, value.ok_or("xml.encoding")?) {
            ("version", "1.0") => version = true,
            ("encoding", encoding) if encoding.eq_ignore_ascii_case("utf-8") => {}
            ("standalone", "yes" | "no") => {}
            _ => return Err("xml.encoding"),
        }
    }
    if version { Ok(body) } else { Err("xml.encoding") }
}

struct Scanner<'a> {
    rest: &'a str,
    depth: usize,
    elements: usize,
    limits: Limits,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), &'static str> {
        loop {
            let (text, tag) = match self.rest.split_once('<') {
                Some((text, tag)) => (text, Some(tag)),
                None => (self.rest, None),
            };
            references(text)?;
            if text.contains("]]>") {
                return Err("xml.not_wellformed");
            }
            let Some(tag) = tag else { break };
            self.rest = tag;
            self.tag()?;
        }
        if self.depth == 0 && self.elements > 0 { Ok(()) } else { Err("xml.not_wellformed") }
    }

    fn tag(&mut self) -> Result<(), &'static str> {
        if self.rest.starts_with('!') {
            let second = self.rest.get(1..).unwrap_or_default();
            if let Some(comment) = second.strip_prefix("--").filter(|_| self.limits.comments) {
                self.rest = comment.split_once("-->").ok_or("xml.not_wellformed")?.1;
                return Ok(());
            }
            return Err(if second.starts_with("--") {
                "xml.comment"
            } else if second.starts_with('[') {
                "xml.cdata"
            } else {
                "xml.doctype"
            });
        }
        if self.rest.starts_with('?') {
            return Err("xml.processing_instruction");
        }
        if let Some(closing) = self.rest.strip_prefix('/') {
            let (name, rest) = closing.split_once('>').ok_or("xml.not_wellformed")?;
            qualified_name(name.trim_ascii_end())?;
            self.depth = self.depth.checked_sub(1).ok_or("xml.not_wellformed")?;
            self.rest = rest;
            return Ok(());
        }
        self.opening()
    }

    /// An opening or empty-element tag.
    fn opening(&mut self) -> Result<(), &'static str> {
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err("xml.too_many_nodes");
        }
        let end = self.rest.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').ok_or("xml.not_wellformed")?;
        let (name, mut rest) = self.rest.split_at(end);
        qualified_name(name)?;
        let mut attributes = 0;
        loop {
            let apart = rest.starts_with(|c: char| c.is_ascii_whitespace());
            rest = rest.trim_ascii_start();
            if let Some(after) = rest.strip_prefix("/>") {
                self.rest = after;
                return Ok(());
            }
            if let Some(after) = rest.strip_prefix('>') {
                self.rest = after;
                self.depth += 1;
                return if self.depth > MOST_DEPTH { Err("xml.too_deep") } else { Ok(()) };
            }
            if !apart {
                return Err("xml.not_wellformed");
            }
            attributes += 1;
            if attributes > MOST_ATTRIBUTES {
                return Err("xml.too_many_attributes");
            }
            rest = attribute(rest)?;
        }
    }
}

/// Reads over one attribute.
fn attribute(text: &str) -> Result<&str, &'static str> {
    let (name, rest) = text.split_once('=').ok_or("xml.not_wellformed")?;
    let name = name.trim_ascii_end();
    qualified_name(name)?;
    if matches!(name, "xmlns:xml" | "xmlns:xmlns") {
        return Err("xml.name");
    }
    let rest = rest.trim_ascii_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or("xml.not_wellformed")?;
    let (value, rest) = rest.get(1..).and_then(|r| r.split_once(quote)).ok_or("xml.not_wellformed")?;
    if value.contains('<') {
        return Err("xml.not_wellformed");
    }
    references(value)?;
    Ok(rest)
}

/// `name` or `prefix:name`, of ASCII letters, digits, `_`, `-`, `.`; at most 100 characters.
fn qualified_name(name: &str) -> Result<(), &'static str> {
    let simple = |part: &str| {
        part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_') && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    let good = match name.split_once(':') {
        Some((prefix, local)) => simple(prefix) && simple(local),
        None => simple(name),
    };
    if good && name.len() <= 100 { Ok(()) } else { Err("xml.name") }
}

/// Entity and character references of a piece of text.
fn references(text: &str) -> Result<(), &'static str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('&') {
        let (name, next) = after.split_once(';').ok_or("xml.not_wellformed")?;
        match name.strip_prefix('#') {
            None if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") => {}
            None => return Err("xml.entity"),
            Some(number) => {
                let code = match number.strip_prefix('x') {
                    Some(hexadecimal) => plain(hexadecimal, 16),
                    None => plain(number, 10),
                };
                code.and_then(char::from_u32).filter(|c| is_usable(*c)).ok_or("xml.characters")?;
            }
        }
        rest = next;
    }
    Ok(())
}

/// Digits only: `from_str_radix` would take a sign.
fn plain(digits: &str, radix: u32) -> Option<u32> {
    (digits.len() <= 8 && digits.chars().all(|c| c.is_digit(radix))).then(|| u32::from_str_radix(digits, radix).ok())?
}
