//! Every field of a Response and its assertions, and their text (SAML Core 2.3, 2.4, 2.5, 3.3.3).

use std::time::Duration;

use homeward_model::Timestamp;

use super::{
    BEARER, SAML, SAMLP, SUCCESS,
    encryption::Encryption,
    signature::SignatureForm,
    text::{attribute, escape_text, fresh_id, instant},
};

/// What a service provider asked for; enough to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its entity ID.
    pub entity_id: String,
    /// Its assertion consumer service.
    pub acs: String,
    /// The id of its AuthnRequest; `None`: the answer is unsolicited.
    pub request_id: Option<String>,
}

/// What the signatures cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Nothing.
    Nothing,
    /// Each assertion.
    Assertion,
    /// The response.
    Response,
    /// Each assertion, then the response.
    Both,
}

impl Signed {
    pub(super) fn assertion(self) -> bool {
        matches!(self, Self::Assertion | Self::Both)
    }
    pub(super) fn response(self) -> bool {
        matches!(self, Self::Response | Self::Both)
    }
}

/// A Response. `None` leaves the attribute or element out.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `ID`
    pub id: Option<String>,
    /// `Version`
    pub version: Option<String>,
    /// `IssueInstant`
    pub issue_instant: Option<String>,
    /// `Destination`
    pub destination: Option<String>,
    /// `InResponseTo`
    pub in_response_to: Option<String>,
    /// `Issuer`
    pub issuer: Option<String>,
    /// `StatusCode` values, each nested in the one before; empty: no status at all.
    pub status: Vec<String>,
    /// `StatusMessage`
    pub status_message: Option<String>,
    /// Text for `StatusDetail`, as XML.
    pub status_detail: Option<String>,
    /// Text for `Extensions`, as XML.
    pub extensions: Option<String>,
    /// The assertion; `None` as in a failed answer.
    pub assertion: Option<Assertion>,
    /// Further assertions, after the first.
    pub more_assertions: Vec<Assertion>,
    /// What is signed.
    pub signed: Signed,
    /// How the assertion is signed.
    pub assertion_signature: SignatureForm,
    /// How the response is signed.
    pub response_signature: SignatureForm,
    /// To whom the assertions are encrypted, after their signature.
    pub encrypted: Option<Encryption>,
}

/// An assertion. `None` leaves the attribute or element out.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// `ID`
    pub id: Option<String>,
    /// `Version`
    pub version: Option<String>,
    /// `IssueInstant`
    pub issue_instant: Option<String>,
    /// `Issuer`
    pub issuer: Option<String>,
    /// `NameID`; `None`: a Subject without one.
    pub name_id: Option<NameId>,
    /// `SubjectConfirmation` elements.
    pub confirmations: Vec<Confirmation>,
    /// `Conditions`; `None`: no such element.
    pub conditions: Option<Conditions>,
    /// `AuthnStatement` elements.
    pub authn: Vec<Authn>,
    /// The attribute statement; empty: none.
    pub attributes: Vec<Attribute>,
    /// Text for `Advice`, as XML.
    pub advice: Option<String>,
    /// Whether values carry `xsi:type="xs:string"`, as several products write them. Needs the inclusive prefix `xs`.
    pub typed_values: bool,
}

/// Who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameId {
    /// The text.
    pub value: String,
    /// `Format`
    pub format: Option<String>,
    /// `NameQualifier`
    pub name_qualifier: Option<String>,
    /// `SPNameQualifier`
    pub sp_name_qualifier: Option<String>,
}

/// A SubjectConfirmation with its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// `Method`
    pub method: Option<String>,
    /// `SubjectConfirmationData` at all?
    pub with_data: bool,
    /// `Address`
    pub address: Option<String>,
    /// `InResponseTo`
    pub in_response_to: Option<String>,
    /// `NotBefore`, which the profile forbids.
    pub not_before: Option<String>,
    /// `NotOnOrAfter`
    pub not_on_or_after: Option<String>,
    /// `Recipient`
    pub recipient: Option<String>,
}

/// Conditions of an assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `NotBefore`
    pub not_before: Option<String>,
    /// `NotOnOrAfter`
    pub not_on_or_after: Option<String>,
    /// `AudienceRestriction` elements (all must match), each with its audiences (one must match).
    pub audiences: Vec<Vec<String>>,
    /// Further conditions, as XML: `OneTimeUse`, `ProxyRestriction`, unknown ones.
    pub further: String,
}

/// An AuthnStatement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authn {
    /// `AuthnInstant`
    pub instant: Option<String>,
    /// `SessionIndex`
    pub session_index: Option<String>,
    /// `SessionNotOnOrAfter`
    pub session_not_on_or_after: Option<String>,
    /// `AuthnContextClassRef`
    pub context: Option<String>,
}

/// An attribute with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// `Name`
    pub name: String,
    /// `NameFormat`
    pub format: Option<String>,
    /// `AttributeValue` elements.
    pub values: Vec<String>,
}

impl Attribute {
    /// With one value, in the `unspecified` format.
    pub fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), format: None, values: vec![value.to_owned()] }
    }
}

impl NameId {
    /// In the e-mail format.
    pub fn email(value: &str) -> Self {
        Self::new(value, "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
    }
    /// In the persistent format.
    pub fn persistent(value: &str) -> Self {
        Self::new(value, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
    }
    /// In any format.
    pub fn new(value: &str, format: &str) -> Self {
        Self { value: value.to_owned(), format: Some(format.to_owned()), name_qualifier: None, sp_name_qualifier: None }
    }
    pub(super) fn text(&self, namespace: &str) -> String {
        let attributes = attribute("Format", self.format.as_deref()) + &attribute("NameQualifier", self.name_qualifier.as_deref());
        let attributes = attributes + &attribute("SPNameQualifier", self.sp_name_qualifier.as_deref());
        format!("<saml:NameID{namespace}{attributes}>{}</saml:NameID>", escape_text(&self.value))
    }
}

impl Answer {
    /// A good answer of `issuer` to `asked` for `subject`, signed in the assertion, made at `now`, good for five minutes.
    pub fn new(issuer: &str, asked: &Asked, subject: NameId, now: Timestamp) -> Self {
        Self {
            id: Some(fresh_id()),
            version: Some("2.0".into()),
            issue_instant: Some(instant(now)),
            destination: Some(asked.acs.clone()),
            in_response_to: asked.request_id.clone(),
            issuer: Some(issuer.to_owned()),
            status: vec![SUCCESS.to_owned()],
            status_message: None,
            status_detail: None,
            extensions: None,
            assertion: Some(Assertion::new(issuer, asked, subject, now)),
            more_assertions: Vec::new(),
            signed: Signed::Assertion,
            assertion_signature: SignatureForm::default(),
            response_signature: SignatureForm::default(),
            encrypted: None,
        }
    }

    /// Changes the first assertion; nothing happens when there is none.
    #[must_use]
    pub fn assertion(mut self, change: impl FnOnce(&mut Assertion)) -> Self {
        if let Some(assertion) = self.assertion.as_mut() {
            change(assertion);
        }
        self
    }

    /// The same answer with these signatures.
    #[must_use]
    pub fn signed(mut self, signed: Signed) -> Self {
        self.signed = signed;
        self
    }

    pub(super) fn opening(&self) -> String {
        let attributes = attribute("Destination", self.destination.as_deref())
            + &attribute("ID", self.id.as_deref())
            + &attribute("InResponseTo", self.in_response_to.as_deref())
            + &attribute("IssueInstant", self.issue_instant.as_deref())
            + &attribute("Version", self.version.as_deref());
        format!("<samlp:Response xmlns:samlp=\"{SAMLP}\"{attributes}>{}", issuer(self.issuer.as_deref(), true))
    }

    /// What follows the issuer (and the signature), without the end tag.
    pub(super) fn body(&self, assertions: &str) -> String {
        let extensions = self.extensions.as_ref().map(|text| format!("<samlp:Extensions>{text}</samlp:Extensions>")).unwrap_or_default();
        let nested = self.status.iter().rev().fold(String::new(), |inner, code| {
            format!("<samlp:StatusCode{}>{inner}</samlp:StatusCode>", attribute("Value", Some(code)))
        });
        let message = self.status_message.as_ref().map(|m| format!("<samlp:StatusMessage>{}</samlp:StatusMessage>", escape_text(m))).unwrap_or_default();
        let detail = self.status_detail.as_ref().map(|d| format!("<samlp:StatusDetail>{d}</samlp:StatusDetail>")).unwrap_or_default();
        let status = if nested.is_empty() { String::new() } else { format!("<samlp:Status>{nested}{message}{detail}</samlp:Status>") };
        format!("{extensions}{status}{assertions}")
    }
}

impl Assertion {
    /// A good assertion of `issuer` for `asked` about `subject`.
    pub fn new(issuer: &str, asked: &Asked, subject: NameId, now: Timestamp) -> Self {
        let (before, after) = (instant(now.minus(Duration::from_secs(60))), instant(now.plus(Duration::from_secs(300))));
        Self {
            id: Some(fresh_id()),
            version: Some("2.0".into()),
            issue_instant: Some(instant(now)),
            issuer: Some(issuer.to_owned()),
            name_id: Some(subject),
            confirmations: vec![Confirmation {
                method: Some(BEARER.to_owned()),
                with_data: true,
                address: None,
                in_response_to: asked.request_id.clone(),
                not_before: None,
                not_on_or_after: Some(after.clone()),
                recipient: Some(asked.acs.clone()),
            }],
            conditions: Some(Conditions {
                not_before: Some(before),
                not_on_or_after: Some(after),
                audiences: vec![vec![asked.entity_id.clone()]],
                further: String::new(),
            }),
            authn: vec![Authn {
                instant: Some(instant(now)),
                session_index: Some(fresh_id()),
                session_not_on_or_after: None,
                context: Some("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport".into()),
            }],
            attributes: Vec::new(),
            advice: None,
            typed_values: false,
        }
    }

    pub(super) fn opening(&self) -> String {
        let types = if self.typed_values { " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"" } else { "" };
        let attributes = attribute("ID", self.id.as_deref())
            + &attribute("IssueInstant", self.issue_instant.as_deref())
            + &attribute("Version", self.version.as_deref());
        format!("<saml:Assertion xmlns:saml=\"{SAML}\"{types}{attributes}>{}", issuer(self.issuer.as_deref(), false))
    }

    /// What follows the issuer (and the signature), without the end tag.
    pub(super) fn body(&self) -> String {
        let name_id = self.name_id.as_ref().map(|id| id.text("")).unwrap_or_default();
        let confirmations: String = self.confirmations.iter().map(Confirmation::text).collect();
        let conditions = self.conditions.as_ref().map(Conditions::text).unwrap_or_default();
        let advice = self.advice.as_ref().map(|text| format!("<saml:Advice>{text}</saml:Advice>")).unwrap_or_default();
        let authn: String = self.authn.iter().map(Authn::text).collect();
        let attributes: String = self.attributes.iter().map(|a| a.text(self.typed_values)).collect();
        let statement = if attributes.is_empty() { attributes } else { format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>") };
        format!("<saml:Subject>{name_id}{confirmations}</saml:Subject>{conditions}{advice}{authn}{statement}")
    }
}

impl Confirmation {
    fn text(&self) -> String {
        let attributes = attribute("Address", self.address.as_deref())
            + &attribute("InResponseTo", self.in_response_to.as_deref())
            + &attribute("NotBefore", self.not_before.as_deref())
            + &attribute("NotOnOrAfter", self.not_on_or_after.as_deref())
            + &attribute("Recipient", self.recipient.as_deref());
        let found = if self.with_data { format!("<saml:SubjectConfirmationData{attributes}></saml:SubjectConfirmationData>") } else { String::new() };
        format!("<saml:SubjectConfirmation{}>{found}</saml:SubjectConfirmation>", attribute("Method", self.method.as_deref()))
    }
}

impl Conditions {
    fn text(&self) -> String {
        let attributes = attribute("NotBefore", self.not_before.as_deref()) + &attribute("NotOnOrAfter", self.not_on_or_after.as_deref());
        let restriction = |audiences: &Vec<String>| {
            let inner: String = audiences.iter().map(|a| format!("<saml:Audience>{}</saml:Audience>", escape_text(a))).collect();
            format!("<saml:AudienceRestriction>{inner}</saml:AudienceRestriction>")
        };
        let restrictions: String = self.audiences.iter().map(restriction).collect();
        format!("<saml:Conditions{attributes}>{restrictions}{}</saml:Conditions>", self.further)
    }
}

impl Authn {
    fn text(&self) -> String {
        let attributes = attribute("AuthnInstant", self.instant.as_deref())
            + &attribute("SessionIndex", self.session_index.as_deref())
            + &attribute("SessionNotOnOrAfter", self.session_not_on_or_after.as_deref());
        let class = |c: &String| format!("<saml:AuthnContext><saml:AuthnContextClassRef>{}</saml:AuthnContextClassRef></saml:AuthnContext>", escape_text(c));
        format!("<saml:AuthnStatement{attributes}>{}</saml:AuthnStatement>", self.context.as_ref().map(class).unwrap_or_default())
    }
}

impl Attribute {
    fn text(&self, typed: bool) -> String {
        let opening = if typed { "<saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"xs:string\">" } else { "<saml:AttributeValue>" };
        let values: String = self.values.iter().map(|v| format!("{opening}{}</saml:AttributeValue>", escape_text(v))).collect();
        let attributes = attribute("Name", Some(&self.name)) + &attribute("NameFormat", self.format.as_deref());
        format!("<saml:Attribute{attributes}>{values}</saml:Attribute>")
    }
}

/// The Issuer element; `declared`: outside of an element that declares the prefix.
pub(super) fn issuer(issuer: Option<&str>, declared: bool) -> String {
    let namespace = if declared { format!(" xmlns:saml=\"{SAML}\"") } else { String::new() };
    issuer.map(|text| format!("<saml:Issuer{namespace}>{}</saml:Issuer>", escape_text(text))).unwrap_or_default()
}
