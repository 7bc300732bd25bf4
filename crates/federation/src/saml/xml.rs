//! Writes our own messages, directly in exclusive canonical form (Exclusive XML Canonicalization 1.0), so that what is signed is what is
//! sent, byte for byte.
//!
//! Values are escaped and cannot leave their place; characters that XML 1.0 does not have are left out.

use super::algorithm::{DS, MD, SAML, SAMLP, XENC};

/// An element of a message of ours. Attributes have no prefix in anything that we write.
#[derive(Clone, Debug)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug)]
enum Child {
    Element(Element),
    Text(String),
}

/// Begins an element. `name` has one of the prefixes `saml`, `samlp`, `ds`, `md`, `xenc`.
pub fn element(name: &'static str) -> Element {
    Element { name, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }
    /// Adds an attribute when there is a value.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
    /// Adds a child.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(Child::Element(child));
        self
    }
    /// Adds children.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children.into_iter().map(Child::Element));
        self
    }
    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }
    /// Puts a child at the given place among the children.
    pub fn insert(&mut self, at: usize, child: Element) {
        self.children.insert(at.min(self.children.len()), Child::Element(child));
    }
    /// The canonical form of this element as the apex.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut Vec::new(), &mut out);
        out
    }

    fn write(&self, in_scope: &mut Vec<&'static str>, out: &mut String) {
        let prefix = self.name.split_once(':').map_or("", |(prefix, _)| prefix);
        let declared = !in_scope.contains(&prefix);
        out.push('<');
        out.push_str(self.name);
        if declared {
            in_scope.push(prefix);
            out.push_str(&format!(" xmlns:{prefix}=\"{}\"", namespace(prefix)));
        }
        let mut attributes: Vec<_> = self.attributes.iter().collect();
        attributes.sort_by_key(|(name, _)| *name);
        for (name, value) in attributes {
            out.push_str(&format!(" {name}=\""));
            escape(value, true, out);
            out.push('"');
        }
        out.push('>');
        for child in &self.children {
            match child {
                Child::Element(element) => element.write(in_scope, out),
                Child::Text(text) => escape(text, false, out),
            }
        }
        out.push_str(&format!("</{}>", self.name));
        if declared {
            in_scope.pop();
        }
    }
}

fn namespace(prefix: &str) -> &'static str {
    match prefix {
        "saml" => SAML,
        "samlp" => SAMLP,
        "ds" => DS,
        "md" => MD,
        _ => XENC,
    }
}

/// Canonical escapes (Canonical XML 1.1, 2.3).
fn escape(text: &str, attribute: bool, out: &mut String) {
    for sign in text.chars().filter(|c| is_xml(*c)) {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if !attribute => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\t' if attribute => out.push_str("&#x9;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

/// `Char` of XML 1.0 (2.2).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
