//! Token introspection (RFC 7662): whether a token still counts, told to those whom it concerns.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    access_token,
    client::{Client, ClientAuthentication},
    client_authentication::{Caller, authenticated},
    params::Params,
    ports::{GrantRow, Ports},
    token::current,
    token_error::TokenError,
    token_text::Refresh,
};

/// Answers an introspection request; the JSON body. A token that does not count, and one that the client may not ask about, are
/// told apart by nothing (RFC 7662 4).
///
/// # Errors
/// `TokenError` when the client did not authenticate, or named no token.
pub async fn introspect(ports: &Ports, caller: &Caller<'_>, form: &[(String, String)]) -> Result<String, TokenError> {
    let params = Params::of(form).map_err(|_| TokenError::request("A parameter stands twice or is too long."))?;
    let client = authenticated(ports, caller, &params).await?;
    if client.authentication == ClientAuthentication::None {
        return Err(TokenError::new(401, "invalid_client", "Introspection needs a client that authenticates."));
    }
    let token = params.get("token").ok_or(TokenError::request("token is missing."))?;
    let told = match access(ports, &client, token).await? {
        Some(told) => Some(told),
        None => refresh(ports, &client, token).await?,
    };
    Ok(told.unwrap_or_else(|| json!({ "active": false })).to_string())
}

async fn access(ports: &Ports, client: &Client, text: &str) -> Result<Option<Value>, TokenError> {
    let Some(presented) = access_token::any(ports, text) else { return Ok(None) };
    let expires = presented.expires;
    let Some((grant, scopes)) = access_token::alive(ports, presented).await? else { return Ok(None) };
    let may = grant.client == client.client_id || client.introspects.contains(&grant.client);
    if !may || !counts(ports, &grant).await? {
        return Ok(None);
    }
    let mut told = facts(ports, &grant, &scopes, expires);
    if let Some(told) = told.as_object_mut() {
        told.insert("token_type".into(), "Bearer".into());
    }
    Ok(Some(told))
}

/// A refresh token concerns its own client only.
async fn refresh(ports: &Ports, client: &Client, text: &str) -> Result<Option<Value>, TokenError> {
    let Some(token) = Refresh::read(&ports.token_mac, text) else { return Ok(None) };
    let Some(grant) = ports.grants.find(token.grant).await? else { return Ok(None) };
    let now = ports.clock.now();
    let holds = client.holds(&grant, grant.app_version.as_deref(), now).is_ok();
    let fresh = holds && !grant.revoked && token.generation == grant.generation && grant.scopes.contains("offline_access");
    if grant.client != client.client_id || !fresh || !counts(ports, &grant).await? {
        return Ok(None);
    }
    // A refresh asks whether the proof of the sign-in still lets its person in; what it would refuse is not active.
    let Some(subject) = ports.subjects.subject(grant.who.user).await? else { return Ok(None) };
    if !ports.ways_in.still_opens(&client.client_id, &grant.who, &subject).await? {
        return Ok(None);
    }
    let (idle, _) = client.grant_life(&grant.who);
    Ok(Some(facts(ports, &grant, &grant.scopes, grant.expires_at.min(grant.rotated_at.plus(idle)))))
}

/// Whether application and person are still what they were.
async fn counts(ports: &Ports, grant: &GrantRow) -> Result<bool, TokenError> {
    if ports.clients.client(&grant.client).await?.is_none() {
        return Ok(false);
    }
    match current(ports, grant.who.user, grant.who.credential_version).await {
        Ok(_) => Ok(true),
        Err(error) if error.status == 503 => Err(error),
        Err(_) => Ok(false),
    }
}

fn facts(ports: &Ports, grant: &GrantRow, scopes: &BTreeSet<String>, expires: homeward_model::Timestamp) -> Value {
    json!({
        "active": true,
        "iss": ports.issuer.as_str(),
        "sub": grant.who.user.to_string(),
        "client_id": grant.client.as_str(),
        "scope": scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        "exp": expires.seconds(),
        "auth_time": grant.who.auth_time.seconds(),
        "sid": grant.who.session.to_string(),
    })
}

#[cfg(test)]
#[path = "introspection_tests.rs"]
mod tests;
