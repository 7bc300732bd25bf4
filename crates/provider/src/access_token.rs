//! Access tokens: opaque ones for us, or JWTs for the API that the application is registered for (RFC 9068).
//!
//! Either names its grant, so that whether it still counts can be looked up: at userinfo, and by introspection.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{GrantId, Timestamp};
use serde::Deserialize;

use crate::{
    client::Client,
    ports::{GrantRow, Ports, StoreFault},
    token_text::Access,
};

/// The `typ` of a JWT access token (RFC 9068 2.1).
pub(crate) const TYPE: &str = "at+jwt";
/// Longest life of a JWT: an API that checks it by itself learns of a revocation no sooner.
const LONGEST_JWT: Duration = Duration::from_secs(300);

/// An access token that is ours, by its signature or MAC; whether it still counts is another question.
pub(crate) struct Presented {
    pub grant: GrantId,
    pub expires: Timestamp,
    scopes: Scopes,
}

enum Scopes {
    /// Which of the grant's scopes, in their order.
    Bits(u32),
    Named(BTreeSet<String>),
}

/// When an access token that is made now ends.
pub(crate) fn end(client: &Client, grant: &GrantRow, now: Timestamp) -> Timestamp {
    let lifetime = if client.resource.is_some() { client.access_lifetime.min(LONGEST_JWT) } else { client.access_lifetime };
    now.plus(lifetime).min(grant.expires_at)
}

/// A new access token; `None` when the library refuses to sign.
pub(crate) fn write(ports: &Ports, client: &Client, grant: &GrantRow, scopes: &BTreeSet<String>, expires: Timestamp) -> Option<String> {
    let Some(resource) = &client.resource else {
        let access = Access { grant: grant.id, expires, scopes: mask(&grant.scopes, scopes) };
        return Some(access.write(&ports.token_mac, ports.random.as_ref()));
    };
    let mut serial = [0; 12];
    ports.random.fill(&mut serial);
    let claims = serde_json::json!({
        "iss": ports.issuer.as_str(),
        "aud": resource,
        "sub": grant.who.user.to_string(),
        "client_id": client.client_id.as_str(),
        "iat": ports.clock.now().seconds(),
        "exp": expires.seconds(),
        // The grant first: by it the token is found again.
        "jti": format!("{}.{}", grant.id, URL_SAFE_NO_PAD.encode(serial)),
        "scope": scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        "auth_time": grant.who.auth_time.seconds(),
        "amr": grant.who.amr,
        "sid": grant.who.session.to_string(),
    });
    ports.keys.signer(client.id_token_alg)?.jwt(Some(TYPE), &claims)
}

/// An opaque token of ours.
pub(crate) fn opaque(ports: &Ports, text: &str) -> Option<Presented> {
    let access = Access::read(&ports.token_mac, text)?;
    Some(Presented { grant: access.grant, expires: access.expires, scopes: Scopes::Bits(access.scopes) })
}

/// A token of ours of either form.
pub(crate) fn any(ports: &Ports, text: &str) -> Option<Presented> {
    opaque(ports, text).or_else(|| jwt(ports, text))
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: i64,
    jti: String,
    scope: String,
}

fn jwt(ports: &Ports, text: &str) -> Option<Presented> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let signer = ports.keys.by_kid(&header.kid).filter(|signer| signer.algorithm.name() == header.alg && header.typ == TYPE)?;
    if !signer.verifies(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
    (claims.iss == ports.issuer.as_str()).then_some(())?;
    Some(Presented {
        grant: GrantId::parse(claims.jti.split('.').next()?)?,
        expires: Timestamp::from_seconds(claims.exp),
        scopes: Scopes::Named(claims.scope.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()),
    })
}

/// The grant of a token that still counts, and the token's scopes.
pub(crate) async fn alive(ports: &Ports, presented: Presented) -> Result<Option<(GrantRow, BTreeSet<String>)>, StoreFault> {
    let now = ports.clock.now();
    if now >= presented.expires {
        return Ok(None);
    }
    let Some(grant) = ports.grants.find(presented.grant).await?.filter(|grant| !grant.revoked && now < grant.expires_at) else { return Ok(None) };
    let scopes = match presented.scopes {
        Scopes::Bits(bits) => unmask(&grant.scopes, bits),
        Scopes::Named(scopes) => scopes,
    };
    Ok(Some((grant, scopes)))
}

/// Which of the grant's scopes, in their order, as bits.
fn mask(all: &BTreeSet<String>, some: &BTreeSet<String>) -> u32 {
    all.iter().take(32).enumerate().filter(|(_, scope)| some.contains(*scope)).fold(0, |bits, (place, _)| bits | 1 << place)
}

/// The scopes that a mask stands for.
fn unmask(all: &BTreeSet<String>, bits: u32) -> BTreeSet<String> {
    all.iter().take(32).enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, scope)| scope.clone()).collect()
}

#[cfg(test)]
#[path = "access_token_tests.rs"]
mod tests;
