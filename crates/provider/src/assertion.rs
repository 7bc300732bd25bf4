//! `private_key_jwt`: a client authenticates by an assertion that it signed (RFC 7523 3, OpenID Connect Core 9).
//!
//! The audience is our issuer and nothing else: an assertion for another server, or one for several, would let that server
//! authenticate to us as the client (OT-08, draft-ietf-oauth-rfc7523bis).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{ClientId, Timestamp};
use homeward_sealing::sha256;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::{
    client::Client,
    ports::{Ports, StoreFault},
};

/// The `client_assertion_type` (RFC 7523 2.2).
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead its end may lie.
const LONGEST: Duration = Duration::from_secs(120);
/// How far the client's clock may run ahead of ours.
const SKEW: Duration = Duration::from_secs(30);
/// Longest `jti` in bytes.
const LONGEST_JTI: usize = 256;

/// Why an assertion proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AssertionError {
    /// No JWT, or with a header that we do not know.
    Form,
    /// No key of the client fits, or another algorithm than that key's.
    Key,
    /// The signature is not right.
    Signature,
    /// `iss` and `sub` are not both the client.
    Client,
    /// `aud` is not our issuer as its only value.
    Audience,
    /// It has ended, begins later, or lasts too long.
    Time,
    /// `jti` is missing, or was used before.
    Used,
    /// The store did not answer.
    Store(StoreFault),
}

impl AssertionError {
    /// A sentence for the application's developer.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::Form => "client_assertion is no JWT that we read.",
            Self::Key => "client_assertion is not signed with a registered key and that key's algorithm.",
            Self::Signature => "The signature of client_assertion is not right.",
            Self::Client => "iss and sub of client_assertion must be the client_id.",
            Self::Audience => "aud of client_assertion must be our issuer, as its only value.",
            Self::Time => "client_assertion has ended, begins later, or lasts longer than two minutes.",
            Self::Used => "jti of client_assertion is missing or was used before.",
            Self::Store(_) => "The store did not answer. Try again in a moment.",
        }
    }
}

impl From<StoreFault> for AssertionError {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    /// Extensions that must be understood (RFC 7515 4.1.11); we understand none.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: serde_json::Value,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: Option<String>,
}

/// Whom an assertion claims to be from. Nothing is believed yet.
pub(crate) fn unverified_client(text: &str) -> Option<ClientId> {
    let body = text.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    ClientId::parse(&claims.sub)
}

/// Whether the assertion is this client's, for us, now, and new.
pub(crate) async fn verify(ports: &Ports, client: &Client, text: &str) -> Result<(), AssertionError> {
    let claims = signed(client, text)?;
    if claims.iss != client.client_id.as_str() || claims.sub != client.client_id.as_str() {
        return Err(AssertionError::Client);
    }
    if claims.aud.as_str() != Some(ports.issuer.as_str()) {
        return Err(AssertionError::Audience);
    }
    let now = ports.clock.now();
    let ends = Timestamp::from_seconds(claims.exp);
    let latest = now.plus(SKEW).seconds();
    if ends <= now || ends > now.plus(LONGEST) || claims.nbf.is_some_and(|at| at > latest) || claims.iat.is_some_and(|at| at > latest) {
        return Err(AssertionError::Time);
    }
    let jti = claims.jti.filter(|jti| (1..=LONGEST_JTI).contains(&jti.len())).ok_or(AssertionError::Used)?;
    match ports.assertions.first_use(&client.client_id, &sha256(jti.as_bytes()), ends).await? {
        true => Ok(()),
        false => Err(AssertionError::Used),
    }
}

/// The claims behind a signature by a key of the client, by that key's algorithm.
fn signed(client: &Client, text: &str) -> Result<Claims, AssertionError> {
    let header = text.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).ok_or(AssertionError::Form)?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| AssertionError::Form)?;
    let known = header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("jwt") || typ.eq_ignore_ascii_case("client-authentication+jwt"));
    if header.crit.is_some() || !known {
        return Err(AssertionError::Form);
    }
    let (key, algorithm) = client.keys.find(header.kid.as_deref()).ok_or(AssertionError::Key)?;
    if header.alg != format!("{algorithm:?}") {
        return Err(AssertionError::Key);
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| AssertionError::Key)?;
    // The library would ask the system for the time, and let a minute pass: times and audience are checked above, by our clock.
    let mut rules = Validation::new(algorithm);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    decode(text, &key, &rules).map(|token| token.claims).map_err(|_| AssertionError::Signature)
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
