//! Token exchange (RFC 8693): which client asks, for which person, and for what. What is given for it is another service's token and
//! comes from elsewhere; here stands whether the question may be asked at all.

use std::{collections::BTreeSet, sync::Arc};

use homeward_model::{ClientId, GrantId, UserId};

use crate::{
    access_token,
    client::{Client, ClientAuthentication},
    client_authentication::{Caller, authenticated},
    params::Params,
    ports::{Ports, SignedIn, StoreFault},
    token::current,
    token_error::TokenError,
};

/// `grant_type` (RFC 8693 2.1).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The one kind of token that is taken and given (RFC 8693 3).
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A question that may be asked.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Who asks: a client that authenticated and has the permission.
    pub client: Arc<Client>,
    /// For whom: the person of the subject token, whose sign-in still counts.
    pub who: SignedIn,
    /// The interface that the token is for, by its address (RFC 8707 2).
    pub resource: Option<String>,
    /// Whose service, by a name that both sides know.
    pub audience: Option<String>,
    /// What it must allow; empty: whatever the client may have.
    pub scopes: BTreeSet<String>,
    grant: GrantId,
}

impl Exchange {
    /// Whether the sign-in behind the subject token still counts: asked again once the other service has answered, which takes its time. What
    /// somebody has ended meanwhile is given nothing.
    ///
    /// # Errors
    /// `StoreFault` when the store does not answer.
    pub async fn still_counts(&self, ports: &Ports) -> Result<bool, StoreFault> {
        if ports.grants.find(self.grant).await?.is_none_or(|grant| grant.revoked) {
            return Ok(false);
        }
        Ok(ports.subjects.subject(self.who.user).await?.is_some_and(|subject| subject.credential_version == self.who.credential_version))
    }
}

/// Why it may not, with those whom the record of it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRefused {
    /// The answer.
    pub error: TokenError,
    /// The client, once it has authenticated.
    pub client: Option<ClientId>,
    /// The person, once the subject token was read.
    pub user: Option<UserId>,
}

/// Reads a request for an exchange.
///
/// # Errors
/// `ExchangeRefused`.
pub async fn read(ports: &Ports, caller: &Caller<'_>, form: &[(String, String)]) -> Result<Exchange, ExchangeRefused> {
    let nobody = |error| ExchangeRefused { error, client: None, user: None };
    let params = Params::of(form).map_err(|_| nobody(TokenError::request("A parameter stands twice or is too long.")))?;
    let client = authenticated(ports, caller, &params).await.map_err(nobody)?;
    let refused = |error| ExchangeRefused { error, client: Some(client.client_id.clone()), user: None };
    if client.authentication == ClientAuthentication::None || client.delegated.is_empty() {
        return Err(refused(TokenError::new(400, "unauthorized_client", "This client is not registered for token exchange.")));
    }
    asked_right(&params).map_err(refused)?;
    let (who, grant) = subject(ports, &client, &params).await?;
    let text = |name: &str| params.get(name).map(str::to_owned);
    let scopes = params.get("scope").unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    Ok(Exchange { who, resource: text("resource"), audience: text("audience"), scopes, client, grant })
}

/// The kinds of token, and nobody who acts besides the client (RFC 8693 2.1).
fn asked_right(params: &Params<'_>) -> Result<(), TokenError> {
    if params.get("subject_token_type") != Some(ACCESS_TOKEN) {
        return Err(TokenError::request("subject_token_type must be urn:ietf:params:oauth:token-type:access_token."));
    }
    if params.get("requested_token_type").is_some_and(|kind| kind != ACCESS_TOKEN) {
        return Err(TokenError::request("requested_token_type: only urn:ietf:params:oauth:token-type:access_token is given."));
    }
    if params.get("actor_token").is_some() || params.get("actor_token_type").is_some() {
        return Err(TokenError::request("actor_token is not taken: the client itself acts."));
    }
    Ok(())
}

/// The person of the subject token. It must be this client's own, and everything that it rests on must still hold: the grant, the
/// session it came from, the person and the account (RFC 8693 2.2.2: whatever is wrong with it is `invalid_request`).
async fn subject(ports: &Ports, client: &Client, params: &Params<'_>) -> Result<(SignedIn, GrantId), ExchangeRefused> {
    let refused = |error, user| ExchangeRefused { error, client: Some(client.client_id.clone()), user };
    let invalid = || TokenError::request("subject_token is unknown, has expired, was revoked, or is another client's.");
    let text = params.get("subject_token").ok_or_else(|| refused(TokenError::request("subject_token is missing."), None))?;
    let presented = access_token::any(ports, text).ok_or_else(|| refused(invalid(), None))?;
    let alive = access_token::alive(ports, presented).await.map_err(|fault| refused(fault.into(), None))?;
    let Some((grant, _)) = alive.filter(|(grant, _)| grant.client == client.client_id) else { return Err(refused(invalid(), None)) };
    let user = grant.who.user;
    match current(ports, user, grant.who.credential_version).await {
        Ok(_) => Ok((grant.who, grant.id)),
        Err(error) if error.status == 503 => Err(refused(error, Some(user))),
        Err(_) => Err(refused(invalid(), Some(user))),
    }
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
