//! The one door for an answer of a SAML provider. Every step on its own line; the first that fails ends it.

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::Timestamp;
use zeroize::Zeroizing;

use super::{
    algorithm::{RSA_SHA256, SAML, SHA256},
    decrypt,
    expected::Expected,
    guard::{self, Guarded, Root},
    lexer::MOST_BYTES,
    message::{self, Assertion, ResponseHead},
    provider::ServiceProvider,
    read::{child_text, only_child},
    settings::{SamlSettings, Signed},
    signature::{TrustedKeys, verified_bytes},
    take,
};
use crate::{Check, Connection, Failure, Pending, PendingProtocol, Protocol, VerifiedAssertion};

/// Verifies `SAMLResponse` as it was posted. `pending`: the transaction that the answer belongs to; `None` for an answer that nobody
/// asked for, which must then name no request. CPU-bound; takes about a millisecond.
///
/// # Errors
/// The first check that failed.
pub fn verify(form_value: &str, connection: &Connection, sp: &ServiceProvider, pending: Option<&Pending>, now: Timestamp) -> Result<VerifiedAssertion, Failure> {
    let Protocol::Saml(settings) = &connection.settings.protocol else { return Err(Failure::of(Check::MeantForUs, "transaction.other_protocol")) };
    let expected = expected(connection, settings, sp, pending, now)?;
    let keys = TrustedKeys::of(settings, now)?;
    let bytes = decode(form_value).map_err(|failure| beginning(failure, form_value.as_bytes()))?;
    let response = guard::check(&bytes, Root::Response, keys.sha1()).map_err(|code| beginning(refused(code), &bytes))?;
    let unverified_head = message::response_head(response.document.root_element()).map_err(refused)?;
    expected.status(&unverified_head)?;
    let verified = signed_content(&response, unverified_head, settings, sp, &keys, now)?;
    expected.status(&verified.head)?; // once more, from what was signed
    expected.response(&verified.head, verified.response_signed)?;
    expected.assertion(&verified.assertion)?;
    take::verified_assertion(connection, sp, verified.assertion, &expected)
}

/// The issuer that an answer names, unverified. It chooses among connections that share an address; the keys of the chosen one then
/// verify the answer, its issuer included.
pub fn unverified_issuer(form_value: &str) -> Option<String> {
    let bytes = decode(form_value).ok()?;
    let response = guard::check(&bytes, Root::Response, true).ok()?;
    let root = response.document.root_element();
    let in_assertion = || only_child(root, SAML, "Assertion").ok()?.and_then(|assertion| child_text(assertion, SAML, "Issuer").ok()?);
    message::response_head(root).ok()?.issuer.map(|issuer| issuer.value).or_else(in_assertion)
}

/// What the answer must be.
fn expected<'a>(connection: &Connection, settings: &'a SamlSettings, sp: &'a ServiceProvider, pending: Option<&'a Pending>, now: Timestamp) -> Result<Expected<'a>, Failure> {
    let request_id = match pending {
        None => None,
        Some(pending) if pending.connection != connection.id => return Err(Failure::of(Check::MeantForUs, "transaction.other_connection")),
        Some(pending) => match &pending.protocol {
            PendingProtocol::Saml { request_id } => Some(request_id.as_str()),
            PendingProtocol::Oidc { .. } => return Err(Failure::of(Check::MeantForUs, "transaction.other_protocol")),
        },
    };
    Ok(Expected {
        settings,
        sp,
        request_id,
        sent_at: pending.map(|pending| pending.sent_at),
        fresh: pending.is_some_and(|pending| pending.fresh),
        max_age: pending.and_then(|pending| pending.max_age),
        second_factor: pending.is_some_and(|pending| pending.second_factor),
        skew: connection.settings.skew.seconds(),
        now,
    })
}

/// Base64 of RFC 4648, with white space between (SB-04). Never inflated (SP-11).
pub(super) fn decode(form_value: &str) -> Result<Vec<u8>, Failure> {
    if form_value.len() > MOST_BYTES * 3 / 2 {
        return Err(refused("xml.too_large"));
    }
    // Most providers send it in one line.
    if let Ok(bytes) = STANDARD.decode(form_value) {
        return Ok(bytes);
    }
    let mut clean = Vec::with_capacity(form_value.len());
    clean.extend(form_value.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n' | b' ' | b'\t')));
    STANDARD.decode(clean).map_err(|_| refused("saml.base64"))
}

/// What cannot be read shows how it begins, and what is signed too weakly by what, so that somebody sees what it is instead. Anybody may
/// have written that.
fn beginning(failure: Failure, bytes: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(bytes);
    let named = |element: &str| text.split_once(element)?.1.split_once("Algorithm=\"")?.1.split_once('"').map(|(named, _)| named.to_owned());
    let (seen, expected) = match (failure.check, failure.code.as_str()) {
        (Check::Answered, _) => (Some(text.into_owned()), None),
        (_, "sig.algorithm") => (named("SignatureMethod"), Some(RSA_SHA256)),
        (_, "sig.digest_algorithm") => (named("DigestMethod"), Some(SHA256)),
        _ => (None, None),
    };
    let plain = |text: String| text.chars().filter(|sign| !sign.is_control()).take(200).collect();
    Failure { seen: seen.map(plain).filter(|text: &String| !text.is_empty()), expected: expected.map(str::to_owned), ..failure }
}

/// Which of the six checks a code belongs to.
pub(super) fn refused(code: &'static str) -> Failure {
    let check = match code.split('.').next() {
        Some("sig" | "enc" | "c14n") => Check::Signature,
        Some("name" | "attribute") => Check::Names,
        _ => Check::Answered,
    };
    Failure::of(check, code)
}

/// Values read from signed bytes only; the head of an unsigned response is the exception, and only refuses.
struct Verified {
    head: ResponseHead,
    response_signed: bool,
    assertion: Assertion,
}

fn signed_content(response: &Guarded<'_>, unverified_head: ResponseHead, settings: &SamlSettings, sp: &ServiceProvider, keys: &TrustedKeys, now: Timestamp) -> Result<Verified, Failure> {
    let response_signed = response.over_root.is_some();
    if response_signed || response.over_assertion.is_some() {
        let bytes = verified_bytes(response, keys)?;
        let document = guard::parse(&bytes).map_err(refused)?;
        let root = document.root_element();
        if !response_signed {
            demand(settings.signed, false, true)?;
            return Ok(Verified { head: unverified_head, response_signed, assertion: message::assertion(root).map_err(refused)? });
        }
        let head = message::response_head(root).map_err(refused)?;
        if let Some(assertion) = only_child(root, SAML, "Assertion").map_err(refused)? {
            demand(settings.signed, true, response.over_assertion.is_some())?;
            return Ok(Verified { head, response_signed, assertion: message::assertion(assertion).map_err(refused)? });
        }
        let inside = Inside { settings, sp, keys, response_signed, now };
        return Ok(Verified { assertion: inside.assertion(root)?, head, response_signed });
    }
    let inside = Inside { settings, sp, keys, response_signed, now };
    Ok(Verified { assertion: inside.assertion(response.document.root_element())?, head: unverified_head, response_signed })
}

/// What the connection demands to be signed.
fn demand(signed: Signed, response: bool, assertion: bool) -> Result<(), Failure> {
    let (good, code) = match signed {
        Signed::Assertion => (assertion, "sig.assertion_unsigned"),
        Signed::Response => (response, "sig.response_unsigned"),
        Signed::Both => (response && assertion, "sig.both_demanded"),
        Signed::Either => (response || assertion, "sig.missing"),
    };
    if good { Ok(()) } else { Err(refused(if response || assertion { code } else { "sig.missing" })) }
}

/// An encrypted assertion, and under which conditions it is opened.
struct Inside<'a> {
    settings: &'a SamlSettings,
    sp: &'a ServiceProvider,
    keys: &'a TrustedKeys,
    response_signed: bool,
    now: Timestamp,
}

impl Inside<'_> {
    /// Opens the encrypted assertion among the children of `response`; it goes through the same steps as one that was never encrypted.
    fn assertion(&self, response: roxmltree::Node<'_, '_>) -> Result<Assertion, Failure> {
        let encrypted = only_child(response, SAML, "EncryptedAssertion").map_err(refused)?;
        let Some(encrypted) = encrypted else {
            let plain = only_child(response, SAML, "Assertion").map_err(refused)?;
            return Err(refused(if plain.is_some() { "sig.missing" } else { "assertion.count" }));
        };
        if self.sp.decryption.is_empty() {
            return Err(refused("enc.no_key"));
        }
        let cbc = self.response_signed || self.settings.relaxations.cbc(self.now);
        let opened = decrypt::open(encrypted, &self.sp.decryption, cbc).map_err(refused)?;
        // Whoever can change the ciphertext must not learn which step failed.
        let silent = !opened.authenticated && !self.response_signed;
        self.opened(&opened.bytes).map_err(|failure| if silent { refused(decrypt::FAILED) } else { failure })
    }

    fn opened(&self, bytes: &Zeroizing<Vec<u8>>) -> Result<Assertion, Failure> {
        let guarded = guard::check(bytes, Root::Assertion, self.keys.sha1()).map_err(refused)?;
        demand(self.settings.signed, self.response_signed, guarded.over_root.is_some())?;
        if guarded.over_root.is_none() {
            // The response around it is signed, and that is what this connection demands.
            return message::assertion(guarded.document.root_element()).map_err(refused);
        }
        let signed = verified_bytes(&guarded, self.keys)?;
        let document = guard::parse(&signed).map_err(refused)?;
        message::assertion(document.root_element()).map_err(refused)
    }
}
