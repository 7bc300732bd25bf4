//! Pushed authorization requests (RFC 9126): the application sends its request to us first, authenticated, and the browser
//! carries a reference only. Used once, within a minute, by the client that pushed it (OA-18).

use std::time::Duration;

use homeward_model::random_token;
use homeward_sealing::sha256;

use crate::{
    authorize::{self, Wrong},
    client::{Client, ClientAuthentication},
    client_authentication::{Caller, authenticated},
    params::Params,
    ports::{Ports, StoreFault},
    request::PageReason,
    token_error::TokenError,
};

/// What a reference begins with (RFC 9126 2.2).
pub(crate) const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// How long a reference lasts.
pub(crate) const LIFETIME: Duration = Duration::from_secs(60);
/// What proves the client is no part of the request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// Keeps a request; the JSON body of the answer (RFC 9126 2.2).
///
/// # Errors
/// `TokenError`: what the authorization endpoint would refuse is refused here, with its code.
pub async fn push(ports: &Ports, caller: &Caller<'_>, form: &[(String, String)]) -> Result<String, TokenError> {
    let params = Params::of(form).map_err(|_| TokenError::request("A parameter stands twice or is too long."))?;
    let client = authenticated(ports, caller, &params).await?;
    if params.get("request_uri").is_some() {
        return Err(TokenError::request("request_uri cannot be pushed."));
    }
    let request: Vec<(String, String)> = form.iter().filter(|(name, _)| !CREDENTIALS.contains(&name.as_str())).cloned().collect();
    let checked = authorize::parsed(&request, &client).and_then(|checked| authorize::hinted(ports, &request, &client, checked));
    checked.map_err(|wrong| match wrong {
        Wrong::Told(told) => TokenError::new(400, told.error, told.description),
        Wrong::Page(PageReason::RedirectUri) => TokenError::request("redirect_uri is missing or not registered, to the letter."),
        Wrong::Page(PageReason::UnknownClient | PageReason::Malformed | PageReason::RequestUri) => TokenError::request("The request cannot be read."),
    })?;
    // Whoever knows the name of a public client may push: what is kept of it is short, and not without end (DS-11). What we do not read is kept, too.
    if serde_json::to_vec(&request).map_or(true, |written| written.len() > authorize::LONGEST_REQUEST) {
        return Err(TokenError::request("The request is too long."));
    }
    if client.authentication == ClientAuthentication::None
        && let Some(wait) = ports.guesses.pushes(&client.client_id, caller.network).await?
    {
        return Err(TokenError::too_many(wait));
    }
    let reference = random_token(ports.random.as_ref());
    ports.pushed.keep(&sha256(reference.as_bytes()), &client.client_id, &request, ports.clock.now().plus(LIFETIME)).await?;
    Ok(serde_json::json!({ "request_uri": format!("{PREFIX}{reference}"), "expires_in": LIFETIME.as_secs() }).to_string())
}

/// What a request to the authorization endpoint refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// To nothing: its parameters are the request.
    Plain,
    /// To this request; everything else that came beside it counts for nothing (RFC 9126 4, RFC 9101 5).
    Request(Vec<(String, String)>),
    /// To a request that is unknown, over, used, or another client's.
    Unknown,
    /// The client must push its requests, and did not.
    Missing,
}

/// Finds the pushed request that the parameters refer to, and uses it up. An address of somebody else's is never fetched: it is
/// left to `authorize::check`, which refuses it (OA-17).
///
/// # Errors
/// `StoreFault` when the store fails.
pub async fn resolve(ports: &Ports, client: &Client, params: &[(String, String)]) -> Result<Pushed, StoreFault> {
    let mut found = params.iter().filter(|(name, _)| name == "request_uri").map(|(_, value)| value.as_str());
    let reference = match (found.next(), found.next()) {
        (Some(only), None) => only.strip_prefix(PREFIX),
        _ => None,
    };
    match reference {
        Some(reference) => {
            let request = ports.pushed.take(&sha256(reference.as_bytes()), &client.client_id, ports.clock.now()).await?;
            Ok(request.map_or(Pushed::Unknown, Pushed::Request))
        }
        None if client.require_par => Ok(Pushed::Missing),
        None => Ok(Pushed::Plain),
    }
}

#[cfg(test)]
#[path = "pushed_tests.rs"]
mod tests;
