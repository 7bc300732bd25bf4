//! What a response and an assertion say (SAML Core 2 and 3.3.3), read from bytes. Nothing is judged here; absent stays absent.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::{
    algorithm::{SAML, SAMLP},
    read::{attribute, child_text, only_child, text},
};

/// The attributes and children of a `samlp:Response`, without its assertion.
#[derive(Debug, Default)]
pub struct ResponseHead {
    pub id: Option<String>,
    pub version: Option<String>,
    pub issue_instant: Option<String>,
    pub destination: Option<String>,
    pub in_response_to: Option<String>,
    pub issuer: Option<Name>,
    /// Status codes from the outside in.
    pub status: Vec<String>,
}

/// A `saml:Issuer` or `saml:NameID`.
#[derive(Clone, Debug, Default)]
pub struct Name {
    pub value: String,
    pub format: Option<String>,
    pub name_qualifier: Option<String>,
    pub sp_name_qualifier: Option<String>,
}

/// A `saml:Assertion`.
#[derive(Debug, Default)]
pub struct Assertion {
    pub id: Option<String>,
    pub version: Option<String>,
    pub issue_instant: Option<String>,
    pub issuer: Option<Name>,
    pub name_id: Option<Name>,
    pub confirmations: Vec<Confirmation>,
    pub conditions: Option<Conditions>,
    pub authn: Vec<Authn>,
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// A `saml:SubjectConfirmation` with its data.
#[derive(Debug, Default)]
pub struct Confirmation {
    pub method: Option<String>,
    pub has_data: bool,
    pub not_before: Option<String>,
    pub not_on_or_after: Option<String>,
    pub recipient: Option<String>,
    pub in_response_to: Option<String>,
}

/// `saml:Conditions`.
#[derive(Debug, Default)]
pub struct Conditions {
    pub not_before: Option<String>,
    pub not_on_or_after: Option<String>,
    /// Each restriction with its audiences.
    pub audiences: Vec<Vec<String>>,
    /// `Count` of `ProxyRestriction`.
    pub proxy_counts: Vec<String>,
    /// A condition that we do not know.
    pub unknown: bool,
}

/// `saml:AuthnStatement`.
#[derive(Debug, Default)]
pub struct Authn {
    pub instant: Option<String>,
    pub session_index: Option<String>,
    pub session_not_on_or_after: Option<String>,
    pub class: Option<String>,
}

/// Reads a response's own attributes and children.
pub fn response_head(response: Node<'_, '_>) -> Result<ResponseHead, &'static str> {
    let mut status = Vec::new();
    let mut outer = only_child(response, SAMLP, "Status")?.map(|n| only_child(n, SAMLP, "StatusCode")).transpose()?.flatten();
    while let Some(code) = outer.filter(|_| status.len() < 4) {
        status.push(attribute(code, "Value").unwrap_or_default());
        outer = only_child(code, SAMLP, "StatusCode")?;
    }
    Ok(ResponseHead {
        id: attribute(response, "ID"),
        version: attribute(response, "Version"),
        issue_instant: attribute(response, "IssueInstant"),
        destination: attribute(response, "Destination"),
        in_response_to: attribute(response, "InResponseTo"),
        issuer: only_child(response, SAML, "Issuer")?.map(name).transpose()?,
        status,
    })
}

/// Reads an assertion.
pub fn assertion(node: Node<'_, '_>) -> Result<Assertion, &'static str> {
    let mut read = Assertion {
        id: attribute(node, "ID"),
        version: attribute(node, "Version"),
        issue_instant: attribute(node, "IssueInstant"),
        issuer: only_child(node, SAML, "Issuer")?.map(name).transpose()?,
        conditions: only_child(node, SAML, "Conditions")?.map(conditions).transpose()?,
        ..Assertion::default()
    };
    if let Some(subject) = only_child(node, SAML, "Subject")? {
        subject_of(subject, &mut read)?;
    }
    for statement in node.children().filter(|n| n.has_tag_name((SAML, "AuthnStatement"))) {
        read.authn.push(authn(statement)?);
    }
    for statement in node.children().filter(|n| n.has_tag_name((SAML, "AttributeStatement"))) {
        attributes(statement, &mut read.attributes)?;
    }
    Ok(read)
}

/// A name with its format and qualifiers.
pub fn name(node: Node<'_, '_>) -> Result<Name, &'static str> {
    Ok(Name {
        value: text(node)?,
        format: attribute(node, "Format"),
        name_qualifier: attribute(node, "NameQualifier"),
        sp_name_qualifier: attribute(node, "SPNameQualifier"),
    })
}

fn subject_of(subject: Node<'_, '_>, read: &mut Assertion) -> Result<(), &'static str> {
    for child in subject.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "NameID" | "SubjectConfirmation" => {}
            "EncryptedID" => return Err("name.encrypted"),
            _ => return Err("saml.unexpected_element"),
        }
    }
    read.name_id = only_child(subject, SAML, "NameID")?.map(name).transpose()?;
    for node in subject.children().filter(|n| n.has_tag_name((SAML, "SubjectConfirmation"))) {
        let mut confirmation = Confirmation { method: attribute(node, "Method"), ..Confirmation::default() };
        if let Some(data) = only_child(node, SAML, "SubjectConfirmationData")? {
            confirmation.has_data = true;
            confirmation.not_before = attribute(data, "NotBefore");
            confirmation.not_on_or_after = attribute(data, "NotOnOrAfter");
            confirmation.recipient = attribute(data, "Recipient");
            confirmation.in_response_to = attribute(data, "InResponseTo");
        }
        read.confirmations.push(confirmation);
    }
    Ok(())
}

fn conditions(node: Node<'_, '_>) -> Result<Conditions, &'static str> {
    let mut read = Conditions { not_before: attribute(node, "NotBefore"), not_on_or_after: attribute(node, "NotOnOrAfter"), ..Conditions::default() };
    for child in node.children().filter(Node::is_element) {
        match (child.tag_name().namespace(), child.tag_name().name()) {
            (Some(SAML), "AudienceRestriction") => {
                let audiences = child.children().filter(|n| n.has_tag_name((SAML, "Audience")));
                read.audiences.push(audiences.map(text).collect::<Result<_, _>>()?);
            }
            // Every assertion is used once here.
            (Some(SAML), "OneTimeUse") => {}
            (Some(SAML), "ProxyRestriction") => read.proxy_counts.extend(attribute(child, "Count")),
            _ => read.unknown = true,
        }
    }
    Ok(read)
}

fn authn(node: Node<'_, '_>) -> Result<Authn, &'static str> {
    let context = only_child(node, SAML, "AuthnContext")?;
    Ok(Authn {
        instant: attribute(node, "AuthnInstant"),
        session_index: attribute(node, "SessionIndex"),
        session_not_on_or_after: attribute(node, "SessionNotOnOrAfter"),
        class: context.map(|n| child_text(n, SAML, "AuthnContextClassRef")).transpose()?.flatten(),
    })
}

/// All values by exact name. A name that comes twice is refused: which of the two would count (SC-17)?
fn attributes(statement: Node<'_, '_>, found: &mut BTreeMap<String, Vec<String>>) -> Result<(), &'static str> {
    for node in statement.children().filter(Node::is_element) {
        if !node.has_tag_name((SAML, "Attribute")) {
            return Err("attribute.encrypted");
        }
        let name = attribute(node, "Name").filter(|name| !name.is_empty()).ok_or("attribute.nameless")?;
        let mut values = Vec::new();
        for value in node.children().filter(|n| n.has_tag_name((SAML, "AttributeValue"))) {
            // Structured values (an eduPersonTargetedID, say) are not text and are not taken.
            if value.children().all(|child| child.is_text()) {
                values.push(text(value)?);
            }
        }
        if found.insert(name, values).is_some() {
            return Err("attribute.duplicate");
        }
    }
    Ok(())
}
