//! A SAML message, line by line. What is read here has passed the lexer, which leaves no comment, no entity of its own and no second way to
//! read a tag; whatever is not as it says ends the writing.

use super::{Document, DocumentKind, Ink, Piece, Writer, beginning, in_part, name, sign, whole};

/// Elements whose text says nothing of a person.
const SHOWN: &[&str] = &["Audience", "AuthenticatingAuthority", "AuthnContextClassRef", "AuthnContextDeclRef", "Issuer", "StatusMessage"];

/// Elements that hold signatures, keys and ciphertext.
const LONG: &[&str] = &["CipherValue", "DigestValue", "Exponent", "Modulus", "SignatureValue", "X509Certificate", "X509SKI"];

/// Attributes whose values say nothing of a person.
const SHOWN_ATTRIBUTES: &[&str] = &[
    "Algorithm", "AuthnInstant", "Consent", "Destination", "Format", "FriendlyName", "ID", "Id", "InResponseTo", "IssueInstant", "Method", "Name", "NameFormat", "NameQualifier", "NotBefore",
    "NotOnOrAfter", "PrefixList", "Recipient", "SPNameQualifier", "SessionNotOnOrAfter", "Type", "URI", "Value", "Version", "nil", "type",
];

/// The document; `signed`: ids of the elements for which a trusted key vouches.
pub(crate) fn document(kind: DocumentKind, text: &str, signed: &[&str]) -> Option<Document> {
    let mut printer = Printer { writer: Writer::default(), around: Vec::new(), signed };
    let mut rest = text.strip_prefix("<?xml").and_then(|declared| declared.split_once("?>")).map_or(text, |(_, body)| body);
    loop {
        let (between, tag) = match rest.split_once('<') {
            Some((between, tag)) => (between, Some(tag)),
            None => (rest, None),
        };
        printer.text(between);
        let Some(tag) = tag else { break };
        rest = printer.tag(tag)?;
    }
    printer.around.is_empty().then(|| printer.writer.document(kind))
}

/// An element that is open.
struct Open<'a> {
    name: &'a str,
    /// Whether what is in it is signed.
    inside: bool,
    /// Whether it is signed by an element around it: its own signature does not cover itself.
    outside: bool,
    /// Its beginning, until something else than one text is in it.
    begun: Option<Vec<Piece>>,
}

struct Printer<'a> {
    writer: Writer,
    around: Vec<Open<'a>>,
    signed: &'a [&'a str],
}

impl<'a> Printer<'a> {
    /// Writes the beginning of the innermost element, when that was held back.
    fn begin(&mut self) {
        let depth = self.around.len().saturating_sub(1);
        if let Some(open) = self.around.last_mut()
            && let Some(begun) = open.begun.take()
        {
            self.writer.line((depth, open.inside), begun);
        }
    }

    fn text(&mut self, text: &str) {
        let depth = self.around.len();
        let Some(open) = self.around.last_mut().filter(|_| !text.trim().is_empty()) else { return };
        let piece = piece(local(open.name), &decoded(text));
        match &mut open.begun {
            Some(begun) => begun.push(piece),
            None => self.writer.line((depth, open.inside), vec![piece]),
        }
    }

    /// Reads a tag, and gives back what follows it.
    fn tag(&mut self, tag: &'a str) -> Option<&'a str> {
        if let Some(closing) = tag.strip_prefix('/') {
            let (closed, rest) = closing.split_once('>')?;
            let open = self.around.pop().filter(|open| open.name == closed.trim_ascii_end())?;
            let end = vec![sign("</"), name(Ink::Name, open.name), sign(">")];
            self.writer.line((self.around.len(), open.inside), open.begun.unwrap_or_default().into_iter().chain(end).collect());
            return Some(rest);
        }
        self.begin();
        let end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')?;
        let (element, mut rest) = tag.split_at_checked(end)?;
        let mut pieces = vec![sign("<"), name(Ink::Name, element)];
        let mut id = None;
        loop {
            rest = rest.trim_ascii_start();
            if rest.starts_with(['/', '>']) {
                break;
            }
            let (attribute, after) = rest.split_once('=')?;
            let (attribute, after) = (attribute.trim_ascii_end(), after.trim_ascii_start());
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, after) = after.get(1..)?.split_once(quote)?;
            if attribute == "ID" {
                id = Some(value);
            }
            let is_shown = attribute.starts_with("xmlns") || SHOWN_ATTRIBUTES.contains(&local(attribute));
            let value = decoded(value);
            pieces.extend([sign(" "), name(Ink::Attribute, attribute), sign("=\""), if is_shown { whole(&value) } else { in_part(&value) }, sign("\"")]);
            rest = after;
        }
        let parent = self.around.last();
        let outside = match parent {
            Some(parent) if local(element) == "Signature" => parent.outside,
            parent => parent.is_some_and(|parent| parent.inside),
        };
        let is_covered = id.is_some_and(|id| self.signed.contains(&id));
        let inside = outside || is_covered;
        if let Some(after) = rest.strip_prefix("/>") {
            pieces.push(sign("/>"));
            self.writer.line((self.around.len(), inside), pieces);
            return Some(after);
        }
        pieces.push(sign(">"));
        self.around.push(Open { name: element, inside, outside, begun: Some(pieces) });
        rest.strip_prefix('>')
    }
}

/// The name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn piece(element: &str, text: &str) -> Piece {
    match element {
        element if SHOWN.contains(&element) => whole(text.trim()),
        element if LONG.contains(&element) => beginning(text),
        _ => in_part(text),
    }
}

/// With the five references of XML and those by number as the signs that they stand for.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((reference, next)) = after.split_once(';') else {
            rest = after;
            break;
        };
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let sign = match reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            other => other.strip_prefix("#x").map_or_else(|| other.strip_prefix('#').and_then(|digits| number(digits, 10)), |digits| number(digits, 16)),
        };
        out.extend(sign);
        rest = next;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whole::tests::read;
    use proptest::prelude::*;

    const MESSAGE: &str = r#"<?xml version="1.0"?><p:Response xmlns:p="urn:p" ID="_r" Destination="https://us.example/acs?a&amp;b" Address='192.0.2.7'>
        <Issuer>https://idp.example/</Issuer><ds:Signature><ds:SignatureValue>AAAABBBBCCCCDDDD EEEE</ds:SignatureValue></ds:Signature>
        <Assertion ID="_a"><ds:Signature><ds:SignatureValue>FFFFGGGG</ds:SignatureValue></ds:Signature><Subject><NameID Format="urn:email">mia@right.example</NameID></Subject>
        <Attribute Name="surname"><AttributeValue>Finch &lt;script&gt;</AttributeValue></Attribute><Empty/><None></None></Assertion></p:Response>"#;

    fn shown(signed: &[&str]) -> String {
        read(&document(DocumentKind::Response, MESSAGE, signed).unwrap())
    }

    #[test]
    fn a_message_stands_line_by_line_and_a_person_in_part() {
        let text = shown(&[]);
        for line in [
            "- <p:Response xmlns:p=\"urn:p\" ID=\"_r\" Destination=\"https://us.example/acs?a&b\" Address=\"1•••••\">\n", "-   <Issuer>https://idp.example/</Issuer>\n",
            "-     <ds:SignatureValue>AAAABBBBCC… (20)</ds:SignatureValue>\n", "-       <NameID Format=\"urn:email\">m•••••@right.example</NameID>\n",
            "-       <AttributeValue>F•••••</AttributeValue>\n", "-     <Empty/>\n", "-     <None></None>\n", "-   </Assertion>\n- </p:Response>\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        for hidden in ["mia@", "Finch", "192.0.2.7", "DDDD"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }

    /// SC-01 and its neighbours: a signature covers the element that it names with everything in it, and not itself.
    #[test]
    fn what_is_signed_stands_apart() {
        let signed = |text: &str, what: &str| text.lines().find(|line| line.contains(what)).unwrap().starts_with('+');
        let by_assertion = shown(&["_a"]);
        for (what, is) in [("<p:Response", false), ("idp.example", false), ("AAAA", false), ("<Assertion", true), ("FFFF", false), ("NameID", true), ("<Empty", true), ("</Assertion>", true), ("</p:Response>", false)] {
            assert_eq!(signed(&by_assertion, what), is, "{what} in {by_assertion}");
        }
        let by_response = shown(&["_r"]);
        for (what, is) in [("<p:Response", true), ("idp.example", true), ("AAAA", false), ("<Assertion", true), ("FFFF", true), ("NameID", true)] {
            assert_eq!(signed(&by_response, what), is, "{what} in {by_response}");
        }
        let by_both = shown(&["_r", "_a"]);
        for (what, is) in [("AAAA", false), ("FFFF", true), ("NameID", true)] {
            assert_eq!(signed(&by_both, what), is, "{what} in {by_both}");
        }
    }

    #[test]
    fn what_is_no_message_is_not_shown() {
        for bad in ["<a>", "<a></b>", "</a>", "<a b>", "<a b=c></a>", "<a b=\"c></a>", "<", "<a"] {
            assert_eq!(document(DocumentKind::Response, bad, &[]), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_or_refused(text in "[<>/=\"'&;#xab: \u{e9}\\n-]{0,80}") {
            let _ = document(DocumentKind::Response, &text, &["a"]);
        }
    }
}
