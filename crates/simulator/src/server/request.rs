//! Reads what service providers send, as text and without belief: nothing in it is fetched, and what is not there is empty.

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::DeflateDecoder;

/// The longest message that is read.
const MOST: u64 = 256 * 1024;

/// What a message says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The local name of the root: `AuthnRequest`, `LogoutRequest`, `LogoutResponse`.
    pub kind: String,
    /// `ID`
    pub id: String,
    /// `Issuer`
    pub issuer: String,
    /// `AssertionConsumerServiceURL`
    pub acs: String,
    /// `ForceAuthn`
    pub force: bool,
    /// `IsPassive`
    pub passive: bool,
    /// The NameID, of whatever it is.
    pub name_id: String,
    /// The format that NameIDPolicy asks for.
    pub format: String,
}

/// From the `SAMLRequest` or `SAMLResponse` parameter; `deflated` by the redirect binding.
pub fn decode(parameter: &str, deflated: bool) -> Option<String> {
    let bytes = STANDARD.decode(parameter.split_whitespace().collect::<String>()).ok()?;
    let mut text = String::new();
    if deflated {
        DeflateDecoder::new(bytes.as_slice()).take(MOST).read_to_string(&mut text).ok()?;
    } else {
        bytes.as_slice().take(MOST).read_to_string(&mut text).ok()?;
    }
    Some(text)
}

/// Picks the values out of a message; `None` when no SAML message is in sight.
pub fn read(xml: &str) -> Option<Message> {
    let tags: Vec<(String, &str, &str)> = xml.split('<').skip(1).filter_map(tag).collect();
    let kinds = ["AuthnRequest", "LogoutRequest", "LogoutResponse"];
    let (kind, root, _) = tags.iter().find(|(name, ..)| kinds.contains(&name.as_str()))?;
    let text = |wanted: &str| tags.iter().find(|(name, ..)| name == wanted).map(|(_, _, text)| unescape(text.trim())).unwrap_or_default();
    let policy = tags.iter().find(|(name, ..)| name == "NameIDPolicy").map(|(_, attributes, _)| attribute(attributes, "Format"));
    let flag = |name: &str| matches!(attribute(root, name).as_str(), "true" | "1");
    Some(Message {
        kind: kind.clone(),
        id: attribute(root, "ID"),
        issuer: text("Issuer"),
        acs: attribute(root, "AssertionConsumerServiceURL"),
        force: flag("ForceAuthn"),
        passive: flag("IsPassive"),
        name_id: text("NameID"),
        format: policy.unwrap_or_default(),
    })
}

/// Local name, attributes and the text behind a start tag; the part before `>` and what follows.
pub(super) fn tag(piece: &str) -> Option<(String, &str, &str)> {
    let (head, text) = piece.split_once('>')?;
    let name = head.split(|c: char| c.is_whitespace() || c == '/').next()?;
    if name.is_empty() || name.starts_with(['?', '!']) {
        return None;
    }
    Some((name.rsplit(':').next()?.to_owned(), head.get(name.len()..)?, text))
}

/// The value of an attribute in a tag; empty when it is not there.
pub(super) fn attribute(tag: &str, name: &str) -> String {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once(name) {
        let alone = before.ends_with(|c: char| c.is_whitespace());
        if let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start).filter(|_| alone) {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some((inner, _)) = quote.and_then(|q| value.get(1..)?.split_once(q)) {
                return unescape(inner);
            }
        }
        rest = after;
    }
    String::new()
}

pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authn_request_is_read_whatever_its_prefixes_and_quotes() {
        let xml = "<?xml version='1.0'?><p:AuthnRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" XID=\"no\" ID='_1' ForceAuthn=\"true\" AssertionConsumerServiceURL = \"https://sp/acs?a=1&amp;b=2\">\
                   <Issuer xmlns=\"urn:x\">\n https://sp \n</Issuer><s:Subject><s:NameID>ann@example.org</s:NameID></s:Subject><p:NameIDPolicy Format=\"f\"/></p:AuthnRequest>";
        let message = read(xml).unwrap();
        let wanted = Message {
            kind: "AuthnRequest".into(),
            id: "_1".into(),
            issuer: "https://sp".into(),
            acs: "https://sp/acs?a=1&b=2".into(),
            force: true,
            passive: false,
            name_id: "ann@example.org".into(),
            format: "f".into(),
        };
        assert_eq!(message, wanted);
    }

    #[test]
    fn nonsense_is_no_message_and_a_bomb_ends() {
        for text in ["", "<", "<>", "< >", "<a", "AuthnRequest", "<AuthnRequest", "<!AuthnRequest>", "\u{0}<\u{fffd}>"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read("<AuthnRequest>").unwrap().id, "");
        assert_eq!(decode("!", true), None);
        let bomb = crate::saml::redirect::deflate(&"a".repeat(5_000_000));
        assert_eq!(decode(&bomb, true).unwrap().len() as u64, MOST);
    }
}
