//! An identity provider: a name, a key, and what it says with them.

use homeward_model::Timestamp;

use super::{
    answer::{Answer, Asked, Assertion, NameId},
    signature::{IN_ASSERTION, IN_PROTOCOL, SignatureForm, Signing},
};
use crate::{
    error::SimulatorError,
    key::{KeyKind, SigningKey, Validity, pem},
};

/// A SAML identity provider.
pub struct Idp {
    /// Its entity ID.
    pub entity_id: String,
    /// What it signs with.
    pub key: SigningKey,
}

impl Idp {
    /// With a new key.
    pub fn new(entity_id: &str, kind: KeyKind) -> Result<Self, SimulatorError> {
        Ok(Self::with_key(entity_id, SigningKey::new("Simulated identity provider", kind, Validity::default())?))
    }

    /// With this key.
    pub fn with_key(entity_id: &str, key: SigningKey) -> Self {
        Self { entity_id: entity_id.to_owned(), key }
    }

    /// A good answer about the person with this e-mail address; change its fields to taste.
    pub fn answer(&self, asked: &Asked, email: &str, now: Timestamp) -> Answer {
        Answer::new(&self.entity_id, asked, NameId::email(email), now)
    }

    /// The Response as XML, signed and encrypted as the answer says.
    pub fn response(&self, answer: &Answer) -> String {
        let assertions: String = answer.assertion.iter().chain(&answer.more_assertions).map(|a| self.placed(answer, a)).collect();
        let (opening, rest) = (answer.opening(), answer.body(&assertions) + "</samlp:Response>");
        if !answer.signed.response() {
            return opening + &rest;
        }
        let id = answer.id.as_deref().unwrap_or_default();
        self.envelop(&answer.response_signature, id, &opening, &rest)
    }

    /// An assertion as XML, signed if the answer's are.
    pub fn assertion(&self, answer: &Answer, assertion: &Assertion) -> String {
        let (opening, rest) = (assertion.opening(), assertion.body() + "</saml:Assertion>");
        if !answer.signed.assertion() {
            return opening + &rest;
        }
        // In an encrypted assertion nothing is around it.
        let around = if answer.encrypted.is_some() { &[] } else { IN_PROTOCOL };
        let form = &answer.assertion_signature;
        let form = SignatureForm { prefixes: form.prefixes.clone().or_else(|| assertion.typed_values.then(|| "xs".to_owned())), ..form.clone() };
        let id = assertion.id.as_deref().unwrap_or_default();
        let signing = Signing { key: &self.key, form: &form, id, own: IN_ASSERTION, around };
        let signature = signing.element(&format!("{opening}{rest}"));
        format!("{opening}{signature}{rest}")
    }

    /// Puts a Signature between the two parts of a protocol message.
    pub fn envelop(&self, form: &SignatureForm, id: &str, opening: &str, rest: &str) -> String {
        // The declaration that typed values need would be lost in an exclusive form without this.
        let typed = rest.contains(" xmlns:xs=").then(|| "xs".to_owned());
        let form = SignatureForm { prefixes: form.prefixes.clone().or(typed), ..form.clone() };
        let signing = Signing { key: &self.key, form: &form, id, own: IN_PROTOCOL, around: &[] };
        let signature = signing.element(&format!("{opening}{rest}"));
        format!("{opening}{signature}{rest}")
    }

    /// The certificate as PEM.
    pub fn certificate_pem(&self) -> String {
        pem("CERTIFICATE", self.key.certificate())
    }

    fn placed(&self, answer: &Answer, assertion: &Assertion) -> String {
        let text = self.assertion(answer, assertion);
        match &answer.encrypted {
            Some(encryption) => encryption.assertion(&text),
            None => text,
        }
    }
}
