//! The token endpoint (RFC 6749 3.2, OpenID Connect Core 3.1.3): who the client is, which grant, what it gets.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use homeward_model::{ClientId, GrantId};
use homeward_sealing::sha256;
use openidconnect::{AccessToken, ExtraTokenFields, RefreshToken, Scope, StandardTokenResponse, core::CoreTokenType};
use serde::{Deserialize, Serialize};

use crate::{
    client::{Client, ClientAuthentication, SecretHash},
    id_token::{Minting, mint},
    params::Params,
    ports::{GrantRow, NewCode, NewGrant, Ports, Redeemed, StoreFault, Subject},
    refresh,
    token_text::{Access, Refresh},
};

/// An error answer (RFC 6749 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// HTTP status.
    pub status: u16,
    /// The code of the error.
    pub error: &'static str,
    /// A sentence for the application's developer.
    pub description: &'static str,
}

impl TokenError {
    pub(crate) const fn new(status: u16, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description }
    }
    pub(crate) const fn grant(description: &'static str) -> Self {
        Self::new(400, "invalid_grant", description)
    }
    const fn client() -> Self {
        Self::new(401, "invalid_client", "The client is unknown, or did not authenticate the way it is registered.")
    }
    /// The JSON body.
    pub fn to_json(&self) -> String {
        serde_json::json!({ "error": self.error, "error_description": self.description }).to_string()
    }
}

impl From<StoreFault> for TokenError {
    fn from(_: StoreFault) -> Self {
        Self::new(503, "server_error", "The store did not answer. Try again in a moment.")
    }
}

/// Answers a token request; the JSON body (RFC 6749 5.1).
///
/// # Errors
/// `TokenError` with status, code and sentence.
pub async fn token(ports: &Ports, authorization: Option<&str>, form: &[(String, String)]) -> Result<String, TokenError> {
    let params = Params::of(form).map_err(|_| TokenError::new(400, "invalid_request", "A parameter stands twice or is too long."))?;
    let client = authenticated(ports, authorization, &params).await?;
    match params.get("grant_type") {
        Some("authorization_code") => by_code(ports, &client, &params).await,
        Some("refresh_token") if !client.refresh => Err(TokenError::new(400, "unauthorized_client", "This client is not registered for refresh tokens.")),
        Some("refresh_token") => refresh::by_refresh_token(ports, &client, &params).await,
        None => Err(TokenError::new(400, "invalid_request", "grant_type is missing.")),
        Some(_) => Err(TokenError::new(400, "unsupported_grant_type", "Use authorization_code or refresh_token.")),
    }
}

/// What a request says about its client.
struct Claimed {
    id: ClientId,
    secret: Option<String>,
    by: ClientAuthentication,
}

fn claimed(authorization: Option<&str>, params: &Params<'_>) -> Option<Claimed> {
    let in_body = params.get("client_id");
    match authorization {
        Some(header) => {
            let (scheme, encoded) = header.split_once(' ')?;
            if !scheme.eq_ignore_ascii_case("basic") || params.get("client_secret").is_some() {
                return None; // two ways at once (RFC 6749 2.3)
            }
            let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            let (id, secret) = (form_decoded(id)?, form_decoded(secret)?);
            if in_body.is_some_and(|other| other != id) {
                return None;
            }
            Some(Claimed { id: ClientId::parse(&id)?, secret: Some(secret), by: ClientAuthentication::ClientSecretBasic })
        }
        None => {
            let secret = params.get("client_secret").map(str::to_owned);
            let by = if secret.is_some() { ClientAuthentication::ClientSecretPost } else { ClientAuthentication::None };
            Some(Claimed { id: ClientId::parse(in_body?)?, secret, by })
        }
    }
}

/// `application/x-www-form-urlencoded`, as RFC 6749 2.3.1 asks for before Basic; `None` for a broken escape.
fn form_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
                (digit(bytes.next())? << 4) | digit(bytes.next())?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

async fn authenticated(ports: &Ports, authorization: Option<&str>, params: &Params<'_>) -> Result<Arc<Client>, TokenError> {
    let claimed = claimed(authorization, params).ok_or_else(TokenError::client)?;
    let client = ports.clients.client(&claimed.id).await?;
    // An unknown client costs the same comparison.
    let none = [SecretHash::of("no client has this secret")];
    let secrets = client.as_ref().map_or(&none[..], |c| &c.secrets);
    let fits = claimed.secret.as_deref().is_some_and(|typed| secrets.iter().fold(false, |fits, hash| hash.fits(typed) | fits));
    let client = client.ok_or_else(TokenError::client)?;
    let right = client.authentication == claimed.by && (fits || claimed.by == ClientAuthentication::None);
    if right { Ok(client) } else { Err(TokenError::client()) }
}

async fn by_code(ports: &Ports, client: &Client, params: &Params<'_>) -> Result<String, TokenError> {
    let code = params.get("code").ok_or(TokenError::new(400, "invalid_request", "code is missing."))?;
    let now = ports.clock.now();
    let grant = NewGrant { id: GrantId::generate(ports.random.as_ref()), expires_at: now.plus(client.longest_grant()) };
    let stored = match ports.codes.redeem(&sha256(code.as_bytes()), &grant, now).await? {
        Redeemed::First(stored) => *stored,
        Redeemed::Again(_) => return Err(TokenError::grant("The code was used before. Everything it gave has been revoked.")),
        Redeemed::Unknown => return Err(TokenError::grant("The code is unknown or has expired.")),
    };
    // From here on the code is used up, whatever else is wrong (OT-04); so is what it gave.
    match checked(ports, client, params, &stored).await {
        Ok(subject) => {
            let nonce = stored.nonce.clone();
            answer(ports, client, &row(stored, &grant, now), &subject, Wanted { nonce: nonce.as_deref(), scopes: None })
        }
        Err(error) => {
            ports.grants.revoke(grant.id, error.description, now).await?;
            Err(error)
        }
    }
}

async fn checked(ports: &Ports, client: &Client, params: &Params<'_>, stored: &NewCode) -> Result<Subject, TokenError> {
    if stored.client != client.client_id {
        return Err(TokenError::grant("The code is another client's."));
    }
    if params.get("redirect_uri") != Some(stored.redirect_uri.as_str()) {
        return Err(TokenError::grant("redirect_uri is not the one of the authorization request."));
    }
    let verifier = params.get("code_verifier");
    let fits = match (&stored.code_challenge, verifier) {
        (Some(challenge), Some(verifier)) => {
            (43..=128).contains(&verifier.len()) && URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())) == *challenge
        }
        (None, None) => true,
        // One side without the other is a downgrade (RFC 9700 4.8.2).
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !fits {
        return Err(TokenError::grant("code_verifier does not fit the code_challenge."));
    }
    current(ports, stored.who.user, stored.who.credential_version).await
}

/// The person behind a grant as they are now; a changed password or state ends it (B-026).
pub(crate) async fn current(ports: &Ports, user: homeward_model::UserId, version: i64) -> Result<Subject, TokenError> {
    let subject = ports.subjects.subject(user).await?.filter(|subject| subject.credential_version == version);
    subject.ok_or(TokenError::grant("The person's sign-in is over."))
}

fn row(code: NewCode, grant: &NewGrant, now: homeward_model::Timestamp) -> GrantRow {
    GrantRow {
        id: grant.id,
        client: code.client,
        who: code.who,
        scopes: code.scopes,
        generation: 0,
        rotated_at: now,
        expires_at: grant.expires_at,
        revoked: false,
        app_version: code.app_version,
    }
}

/// What the answer has besides the fields of OAuth (OpenID Connect Core 3.1.3.3).
#[derive(Debug, Serialize, Deserialize)]
struct IdTokenField {
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

type Response = StandardTokenResponse<IdTokenField, CoreTokenType>;

/// What this answer has of its own, beside the grant.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// For the ID token; at a refresh none (OpenID Connect Core 12.2).
    pub nonce: Option<&'a str>,
    /// The scopes a refresh asked for, when fewer than the grant's.
    pub scopes: Option<&'a BTreeSet<String>>,
}

/// The tokens of a grant.
pub(crate) fn answer(ports: &Ports, client: &Client, grant: &GrantRow, subject: &Subject, wanted: Wanted<'_>) -> Result<String, TokenError> {
    let failed = || TokenError::new(500, "server_error", "The tokens could not be made.");
    let scopes = wanted.scopes.unwrap_or(&grant.scopes);
    let now = ports.clock.now();
    let expires = now.plus(client.access_lifetime).min(grant.expires_at);
    let access = Access { grant: grant.id, expires, scopes: mask(&grant.scopes, scopes) }.write(&ports.token_mac, ports.random.as_ref());
    // Narrowed to scopes without openid it is plain OAuth, which has no ID token.
    let id_token = match scopes.contains("openid") {
        true => Some(mint(ports, &Minting { client, who: &grant.who, subject, nonce: wanted.nonce, access_token: &access }).ok_or_else(failed)?),
        false => None,
    };
    let mut response = Response::new(AccessToken::new(access), CoreTokenType::Bearer, IdTokenField { id_token });
    response.set_expires_in(Some(&expires.since(now)));
    response.set_scopes(Some(scopes.iter().cloned().map(Scope::new).collect()));
    if client.refresh && grant.scopes.contains("offline_access") {
        let refresh = Refresh { grant: grant.id, generation: grant.generation }.write(&ports.token_mac);
        response.set_refresh_token(Some(RefreshToken::new(refresh)));
    }
    serde_json::to_string(&response).map_err(|_| failed())
}

/// Which of the grant's scopes, in their order, as bits.
fn mask(all: &BTreeSet<String>, some: &BTreeSet<String>) -> u32 {
    all.iter().take(32).enumerate().filter(|(_, scope)| some.contains(*scope)).fold(0, |bits, (place, _)| bits | 1 << place)
}

/// The scopes that a mask stands for.
pub(crate) fn unmask(all: &BTreeSet<String>, bits: u32) -> BTreeSet<String> {
    all.iter().take(32).enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, scope)| scope.clone()).collect()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
