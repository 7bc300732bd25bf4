//! Token revocation (RFC 7009): an application gives back what it no longer needs.
//!
//! Tokens have no rows of their own; what ends is the grant, and with it every token of it (RFC 7009 2.1 allows that).

use crate::{
    access_token,
    client_authentication::{Caller, authenticated},
    params::Params,
    ports::Ports,
    token_error::TokenError,
    token_text::Refresh,
};

/// Answers a revocation request. A token that is unknown, and one of another client, is no error and has no effect (2.2).
///
/// # Errors
/// `TokenError` when the client did not authenticate, or named no token.
pub async fn revoke(ports: &Ports, caller: &Caller<'_>, form: &[(String, String)]) -> Result<(), TokenError> {
    let params = Params::of(form).map_err(|_| TokenError::request("A parameter stands twice or is too long."))?;
    let client = authenticated(ports, caller, &params).await?;
    let token = params.get("token").ok_or(TokenError::request("token is missing."))?;
    // `token_type_hint` speeds nothing up here: a token says itself what it is.
    let named = access_token::any(ports, token).map(|access| access.grant).or_else(|| Refresh::read(&ports.token_mac, token).map(|refresh| refresh.grant));
    let Some(named) = named else { return Ok(()) };
    let Some(grant) = ports.grants.find(named).await? else { return Ok(()) };
    if grant.client == client.client_id && !grant.revoked {
        ports.end_by_application(&grant, "revoked by the application", caller.network).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "revocation_tests.rs"]
mod tests;
