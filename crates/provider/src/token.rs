//! The token endpoint (RFC 6749 3.2, OpenID Connect Core 3.1.3): who the client is, which grant, what it gets.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_sealing::sha256;
use openidconnect::{AccessToken, ExtraTokenFields, RefreshToken, Scope, StandardTokenResponse, core::CoreTokenType};
use serde::{Deserialize, Serialize};

use crate::{
    access_token,
    client::Client,
    client_authentication::{Caller, authenticated},
    id_token::{Minting, mint},
    params::Params,
    ports::{GrantRow, NewCode, NewGrant, Ports, Redeemed, Subject},
    refresh,
    token_error::TokenError,
    token_text::Refresh,
};

/// Answers a token request; the JSON body (RFC 6749 5.1).
///
/// # Errors
/// `TokenError` with status, code and sentence.
pub async fn token(ports: &Ports, caller: &Caller<'_>, form: &[(String, String)]) -> Result<String, TokenError> {
    let params = Params::of(form).map_err(|_| TokenError::request("A parameter stands twice or is too long."))?;
    let client = authenticated(ports, caller, &params).await?;
    match params.get("grant_type") {
        Some("authorization_code") => by_code(ports, &client, &params, caller.network).await,
        Some("refresh_token") if !client.refresh => Err(TokenError::new(400, "unauthorized_client", "This client is not registered for refresh tokens.")),
        Some("refresh_token") => refresh::by_refresh_token(ports, &client, &params, caller.network).await,
        None => Err(TokenError::new(400, "invalid_request", "grant_type is missing.")),
        Some(_) => Err(TokenError::new(400, "unsupported_grant_type", "Use authorization_code or refresh_token.")),
    }
}

async fn by_code(ports: &Ports, client: &Client, params: &Params<'_>, network: &str) -> Result<String, TokenError> {
    let code = params.get("code").ok_or(TokenError::new(400, "invalid_request", "code is missing."))?;
    let now = ports.clock.now();
    let grant = NewGrant::drawn(ports, client, network, now);
    let stored = match ports.codes.redeem(&sha256(code.as_bytes()), &grant, now).await? {
        Redeemed::First(stored) => *stored,
        Redeemed::Again { grant: given, ended } => {
            if let Some(ended) = &ended {
                (ports.count_ended)(ended);
            }
            let why = "The code was used before. Everything it gave has been revoked.";
            let grant = ports.grants.find(given).await?;
            return Err(grant.map_or(TokenError::grant(why), |grant| TokenError::copied("code_used_again", why, &grant.who, &client.client_id)));
        }
        Redeemed::Unknown => return Err(TokenError::grant("The code is unknown or has expired.")),
    };
    stored.has_a_hop();
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

pub(crate) async fn checked(ports: &Ports, client: &Client, params: &Params<'_>, stored: &NewCode) -> Result<Subject, TokenError> {
    if stored.client != client.client_id {
        return Err(TokenError::copied("code_of_another_client", "The code is another client's.", &stored.who, &client.client_id));
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
    let expires_at = code.ends(grant);
    GrantRow {
        id: grant.id,
        client: code.client,
        who: code.who,
        scopes: code.scopes,
        generation: 0,
        rotated_at: now,
        expires_at,
        revoked: false,
        app_version: code.app_version,
        claims: code.claims,
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
    let expires = access_token::end(client, grant, now);
    let access = access_token::write(ports, client, grant, scopes, expires).ok_or_else(failed)?;
    // Narrowed to scopes without openid it is plain OAuth, which has no ID token.
    let id_token = match scopes.contains("openid") {
        true => Some(mint(ports, &Minting { client, who: &grant.who, subject, nonce: wanted.nonce, access_token: &access, claims: &grant.claims.id_token }).ok_or_else(failed)?),
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

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
