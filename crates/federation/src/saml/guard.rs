//! The structure of a message, before any signature is looked at: only what the profile needs may be there, and only once.
//!
//! It refuses and never yields a value of the message, except what the next step needs to check a signature against its own
//! parent (`SignatureShape`). Pure Rust; bytes of strangers go no further when anything is unusual.

use std::collections::HashSet;

use roxmltree::{Document, Node, ParsingOptions};

use super::{
    algorithm::{DS, MD, SAML, SAMLP, XENC},
    guard_signature::{self, SignatureShape},
    lexer,
};

/// What a message may be, by its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// `samlp:Response` (SAML Core 3.3.3).
    Response,
    /// `saml:Assertion`, alone: what came out of an `EncryptedAssertion`.
    Assertion,
    /// `samlp:LogoutRequest` (3.7.1).
    LogoutRequest,
    /// `samlp:LogoutResponse` (3.7.2).
    LogoutResponse,
    /// `md:EntityDescriptor` (SAML Metadata 2.3.2), where its signature is asked about.
    Metadata,
}

impl Root {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Response => (SAMLP, "Response"),
            Self::Assertion => (SAML, "Assertion"),
            Self::LogoutRequest => (SAMLP, "LogoutRequest"),
            Self::LogoutResponse => (SAMLP, "LogoutResponse"),
            Self::Metadata => (MD, "EntityDescriptor"),
        }
    }
    /// Elements that may be children of the root.
    fn children(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Response => &[(SAML, "Issuer"), (DS, "Signature"), (SAMLP, "Status"), (SAML, "Assertion"), (SAML, "EncryptedAssertion")],
            Self::Assertion => &[
                (SAML, "Issuer"),
                (DS, "Signature"),
                (SAML, "Subject"),
                (SAML, "Conditions"),
                (SAML, "AuthnStatement"),
                (SAML, "AttributeStatement"),
            ],
            Self::LogoutRequest => &[(SAML, "Issuer"), (DS, "Signature"), (SAML, "NameID"), (SAML, "EncryptedID"), (SAMLP, "SessionIndex")],
            Self::LogoutResponse => &[(SAML, "Issuer"), (DS, "Signature"), (SAMLP, "Status")],
            Self::Metadata => &[
                (DS, "Signature"),
                (MD, "Extensions"),
                (MD, "RoleDescriptor"),
                (MD, "IDPSSODescriptor"),
                (MD, "SPSSODescriptor"),
                (MD, "AttributeAuthorityDescriptor"),
                (MD, "Organization"),
                (MD, "ContactPerson"),
            ],
        }
    }
}

/// A message whose structure is as it should be. Its values are not verified.
pub struct Guarded<'a> {
    /// The text.
    pub text: &'a str,
    /// The parsed document; read only to refuse, and to find an encrypted assertion.
    pub document: Document<'a>,
    /// The signature over the root.
    pub over_root: Option<SignatureShape>,
    /// The signature over the assertion in a response.
    pub over_assertion: Option<SignatureShape>,
}

/// Checks a message. `sha1`: whether SHA-1 is let through by an exception.
///
/// # Errors
/// The code of what is wrong.
pub fn check(bytes: &[u8], root: Root, sha1: bool) -> Result<Guarded<'_>, &'static str> {
    let text = lexer::scan(bytes, lexer::MESSAGE)?;
    let document = parse(text)?;
    let top = document.root_element();
    let (namespace, name) = root.name();
    if !top.has_tag_name((namespace, name)) {
        return Err("saml.unexpected_root");
    }
    identifiers(&document)?;
    namespaces(&document)?;
    let (over_root, over_assertion) = signatures(top, root, sha1)?;
    places(top, root)?;
    Ok(Guarded { text, document, over_root, over_assertion })
}

/// Parses without a DTD.
pub fn parse(text: &str) -> Result<Document<'_>, &'static str> {
    Document::parse_with_options(text, ParsingOptions { allow_dtd: false, nodes_limit: 100_000, ..Default::default() }).map_err(|_| "xml.not_wellformed")
}

/// Every id once in the document; none under another name (SC-09, SC-15, SC-25).
fn identifiers(document: &Document<'_>) -> Result<(), &'static str> {
    let mut seen = HashSet::new();
    for node in document.descendants().filter(Node::is_element) {
        let mut own = 0;
        for attribute in node.attributes() {
            let name = attribute.name();
            if name.eq_ignore_ascii_case("assertionid") {
                return Err("xml.id_attribute");
            }
            if !name.eq_ignore_ascii_case("id") {
                continue;
            }
            let of_security = matches!(node.tag_name().namespace(), Some(DS | XENC));
            let named_well = name == "ID" || (name == "Id" && of_security);
            if attribute.namespace().is_some() || !named_well || !guard_signature::is_id(attribute.value()) {
                return Err("xml.id_attribute");
            }
            own += 1;
            if own > 1 {
                return Err("xml.id_attribute");
            }
            if !seen.insert(attribute.value()) {
                return Err("xml.duplicate_id");
            }
        }
    }
    Ok(())
}

/// Namespace names that are relative, or no URIs at all (RFC 3986 2), make canonicalisation fail, and a failed one is empty (SC-08). Prefixes of ours stay what they are (SC-10).
fn namespaces(document: &Document<'_>) -> Result<(), &'static str> {
    for node in document.descendants().filter(Node::is_element) {
        let declared = (!inherits(node)).then(|| node.namespaces());
        for namespace in declared.into_iter().flatten() {
            let uri = namespace.uri();
            let absolute = uri.split_once(':').is_some_and(|(scheme, rest)| {
                !rest.is_empty() && scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
            });
            if !absolute || !is_written_as_uri(uri) {
                return Err("c14n.failed");
            }
        }
        let (namespace, name) = (node.tag_name().namespace(), node.tag_name().name());
        match name {
            "Signature" | "SignedInfo" | "SignatureValue" | "Reference" | "DigestValue" if namespace != Some(DS) => return Err("sig.namespace"),
            "Assertion" | "EncryptedAssertion" if namespace != Some(SAML) => return Err("assertion.namespace"),
            "Response" if namespace != Some(SAMLP) => return Err("saml.namespace"),
            _ => {}
        }
    }
    Ok(())
}

/// Whether every sign may stand in a URI. Brackets may, around an address of IPv6; no namespace is called so.
fn is_written_as_uri(name: &str) -> bool {
    let escapes = name.split('%').skip(1).all(|rest| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)));
    escapes && name.matches('#').count() < 2 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b))
}

/// Whether an element has the namespaces of the one around it, which were looked at there.
fn inherits(node: Node<'_, '_>) -> bool {
    let Some(around) = node.parent_element() else { return false };
    let (own, around) = (node.namespaces(), around.namespaces());
    own.len() == around.len() && own.zip(around).all(|(own, around)| std::ptr::eq(own, around))
}

type Shapes = (Option<SignatureShape>, Option<SignatureShape>);

/// Every signature must be where the profile puts it, and cover its own parent.
fn signatures(top: Node<'_, '_>, root: Root, sha1: bool) -> Result<Shapes, &'static str> {
    let (mut over_root, mut over_assertion) = (None, None);
    let all: Vec<Node<'_, '_>> = top.descendants().filter(|n| n.has_tag_name((DS, "Signature"))).collect();
    if all.len() > 2 {
        return Err("sig.count");
    }
    for signature in all {
        let parent = signature.parent().ok_or("sig.misplaced")?;
        let in_response = root == Root::Response && parent.has_tag_name((SAML, "Assertion")) && parent.parent() == Some(top);
        if parent != top && !in_response {
            return Err("sig.misplaced");
        }
        let shape = guard_signature::check(signature, parent, sha1)?;
        let place = if parent == top { &mut over_root } else { &mut over_assertion };
        if place.replace(shape).is_some() {
            return Err("sig.count");
        }
    }
    Ok((over_root, over_assertion))
}

/// One assertion, as a child of the response; nothing that could hide another.
fn places(top: Node<'_, '_>, root: Root) -> Result<(), &'static str> {
    let mut assertions = 0;
    for node in top.descendants().filter(Node::is_element) {
        match (node.tag_name().namespace(), node.tag_name().name()) {
            (Some(SAML), "Assertion" | "EncryptedAssertion") if node != top => {
                assertions += 1;
                if root != Root::Response || node.parent() != Some(top) {
                    return Err("assertion.misplaced");
                }
            }
            (Some(SAMLP), "Response") if node != top => return Err("saml.nested_response"),
            (Some(SAMLP), "Extensions") => return Err("saml.extensions"),
            (Some(SAML), "Advice" | "Evidence" | "AssertionIDRef" | "AssertionURIRef") => return Err("assertion.advice"),
            _ => {}
        }
    }
    if root == Root::Response && assertions > 1 {
        return Err("assertion.count");
    }
    only_known_children(top, root)?;
    match top.children().find(|n| n.has_tag_name((SAML, "Assertion"))) {
        Some(assertion) if root == Root::Response => only_known_children(assertion, Root::Assertion),
        _ => Ok(()),
    }
}

/// No element besides those of the profile, and no text between them.
fn only_known_children(parent: Node<'_, '_>, root: Root) -> Result<(), &'static str> {
    for child in parent.children() {
        if child.is_text() && !child.text().unwrap_or_default().chars().all(|c| c.is_ascii_whitespace()) {
            return Err("saml.unexpected_text");
        }
        if child.is_element() && !root.children().iter().any(|(namespace, name)| child.has_tag_name((*namespace, *name))) {
            return Err("saml.unexpected_element");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SC-08: a namespace name that is no URI is refused before anybody canonicalises it; the same one written as a URI is not.
    #[test]
    fn sc_08_a_namespace_name_is_a_uri() {
        let judged = |name: &str| namespaces(&Document::parse(&format!("<a xmlns:b=\"{name}\"><b:c/></a>")).unwrap());
        for good in ["urn:oass:tc:AML:0.0*assertion", "http://www.w3.org/2001/XMLSchema", "http://a.example/?b=%5B#c", "urn:x:~!$'()+,;=@_-."] {
            assert_eq!(judged(good), Ok(()), "{good}");
        }
        for bad in ["urn:oass:tc:[AML:0.0*assertion", "urn:x:]", "urn:x:\u{e9}", "urn:x:{y}", "urn:x:%5", "urn:x:%5g", "urn:x:a#b#c", "urn:x:a b", "b", "urn:"] {
            assert_eq!(judged(bad), Err("c14n.failed"), "{bad}");
        }
    }
}
