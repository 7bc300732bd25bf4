//! The checks of an ID token after its signature (OpenID Connect Core 3.1.3.7), each on claims of exactly the specified type.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::Timestamp;
use homeward_sealing::sha256;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{OidcSettings, claims, finish::Signed, json::Object};
use crate::{Check, Failure, Pending, proof};

/// How long before our request a token may claim to have been made, beside the skew: Entra dates tokens five minutes back.
const DATED_BACK: i64 = 600;

/// What the token must fit.
pub(super) struct Expected<'a> {
    pub settings: &'a OidcSettings,
    pub pending: &'a Pending,
    pub skew: i64,
    pub now: Timestamp,
    pub nonce: &'a str,
}

/// Issuer, audience, request and times.
pub(super) fn check(signed: &Signed, expected: &Expected<'_>) -> Result<(), Failure> {
    issuer(&signed.claims, &signed.issuer)?;
    audience(&signed.claims, expected.settings)?;
    nonce(&signed.claims, expected.nonce)?;
    times(&signed.claims, expected)?;
    proof_is_recent(&signed.claims, expected)
}

/// Exactly the issuer; no case, slash or port is made equal (OR-12).
pub(super) fn issuer(token: &Object, expected: &str) -> Result<(), Failure> {
    let named = claims::required_text(token, "iss", Check::MeantForUs, "id_token.issuer_missing")?;
    if named == expected { Ok(()) } else { Err(Failure::differs(Check::MeantForUs, "id_token.issuer", named, expected)) }
}

/// For us, and for nobody that we do not know (OR-13).
pub(super) fn audience(token: &Object, settings: &OidcSettings) -> Result<(), Failure> {
    let audiences = claims::texts(token, "aud").ok_or_else(|| Failure::of(Check::MeantForUs, "id_token.audience_missing"))?;
    let ours = settings.client_id.as_str();
    let known = |audience: &&str| *audience == ours || settings.trusted_audiences.iter().any(|trusted| trusted == audience);
    if !audiences.contains(&ours) || !audiences.iter().all(known) {
        return Err(Failure::differs(Check::MeantForUs, "id_token.audience", &audiences.join(" "), ours));
    }
    match claims::text(token, "azp", Check::MeantForUs)? {
        Some(party) if party == ours => Ok(()),
        Some(party) => Err(Failure::differs(Check::MeantForUs, "id_token.authorized_party", party, ours)),
        None if audiences.len() > 1 => Err(Failure::of(Check::MeantForUs, "id_token.authorized_party_missing")),
        None => Ok(()),
    }
}

/// The answer to our request and to no other (OR-05).
fn nonce(token: &Object, expected: &str) -> Result<(), Failure> {
    match token.get("nonce") {
        Some(Value::String(nonce)) if bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) => Ok(()),
        Some(_) => Err(Failure::of(Check::MeantForUs, "id_token.nonce")),
        None => Err(Failure::of(Check::MeantForUs, "id_token.nonce_missing")),
    }
}

/// Not expired, not from the future, not older than the request (OR-11).
fn times(token: &Object, expected: &Expected<'_>) -> Result<(), Failure> {
    let (now, skew) = (expected.now.seconds(), expected.skew);
    let expiry = claims::seconds(token, "exp")?.ok_or_else(|| Failure::of(Check::Fresh, "id_token.expiry_missing"))?;
    let issued = claims::seconds(token, "iat")?.ok_or_else(|| Failure::of(Check::Fresh, "id_token.issued_missing"))?;
    let seen = |code, time: i64| Err(Failure::differs(Check::Fresh, code, &time.to_string(), &now.to_string()));
    if now >= expiry.saturating_add(skew) {
        return seen("id_token.expired", expiry);
    }
    if issued > now.saturating_add(skew) {
        return seen("id_token.issued_later", issued);
    }
    if issued < expected.pending.sent_at.seconds().saturating_sub(skew).saturating_sub(DATED_BACK) {
        return seen("id_token.issued_before", issued);
    }
    match claims::seconds(token, "nbf")? {
        Some(start) if start > now.saturating_add(skew) => seen("id_token.not_yet", start),
        _ => Ok(()),
    }
}

/// When the person proved themselves, if we asked for it (Core 3.1.2.1, `max_age`): by our clock within the tolerance and by the provider's without.
fn proof_is_recent(token: &Object, expected: &Expected<'_>) -> Result<(), Failure> {
    let (pending, now) = (expected.pending, expected.now.seconds());
    let (proved, issued) = (claims::seconds(token, "auth_time")?, claims::seconds(token, "iat")?);
    let limit = match (pending.fresh, pending.max_age) {
        (true, _) => Some(pending.sent_at.seconds()),
        (false, Some(seconds)) => Some(now.saturating_sub(i64::try_from(seconds).unwrap_or(i64::MAX))),
        (false, None) => None,
    };
    let Some(earliest) = limit else { return Ok(()) };
    let time = proved.ok_or_else(|| Failure::of(Check::Fresh, "id_token.auth_time_missing"))?;
    let issued = issued.ok_or_else(|| Failure::of(Check::Fresh, "id_token.issued_missing"))?;
    let old = |than: i64| Err(Failure::differs(Check::Fresh, "id_token.auth_time", &time.to_string(), &than.to_string()));
    if time < earliest.saturating_sub(expected.skew) {
        return old(earliest);
    }
    if time > now.saturating_add(expected.skew) {
        return Err(Failure::differs(Check::Fresh, "id_token.auth_time_later", &time.to_string(), ""));
    }
    if proof::is_older((pending.fresh, pending.max_age), issued.saturating_sub(time), now.saturating_sub(pending.sent_at.seconds())) {
        return old(issued);
    }
    Ok(())
}

/// `at_hash` and `c_hash`, when they are there, are those of the access token and the code that came along (OR-15).
/// Every algorithm that is accepted hashes with SHA-256 (EdDSA with Ed25519 by custom of providers; a SHA-512 half is taken, too).
pub(super) fn check_hashes(signed: &Signed, access_token: &str, code: &str) -> Result<(), Failure> {
    for (name, value, reason) in [("at_hash", access_token, "id_token.access_token_hash"), ("c_hash", code, "id_token.code_hash")] {
        match claims::text(&signed.claims, name, Check::MeantForUs)? {
            Some(hash) if !half_hashes(value).iter().any(|half| bool::from(half.as_bytes().ct_eq(hash.as_bytes()))) => return Err(Failure::of(Check::MeantForUs, reason)),
            _ => {}
        }
    }
    Ok(())
}

fn half_hashes(value: &str) -> [String; 2] {
    let long = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, value.as_bytes());
    let short = sha256(value.as_bytes());
    [short.as_slice(), long.as_ref()].map(|hash| URL_SAFE_NO_PAD.encode(hash.get(..hash.len() / 2).unwrap_or_default()))
}
