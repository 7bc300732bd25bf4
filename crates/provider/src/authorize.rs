//! The authorization endpoint's rules (OpenID Connect Core 3.1.2, RFC 6749 4.1, RFC 9700 2.1).
//!
//! First the client and its redirect URI: until both are right nothing is redirected anywhere. Everything after that is
//! answered at the application's own address.

use std::collections::BTreeSet;

use homeward_model::ClientId;

use crate::{
    client::Client,
    issuer::Issuer,
    params::Params,
    request::{AuthorizationRequest, PageReason, Prompt, Refusal, answer},
};

/// The `client_id` of a request.
///
/// # Errors
/// `PageReason` when it is missing, malformed or stands twice.
pub fn client_id(params: &[(String, String)]) -> Result<ClientId, PageReason> {
    let mut found = params.iter().filter(|(name, _)| name == "client_id");
    match (found.next(), found.next()) {
        (Some((_, value)), None) => ClientId::parse(value).ok_or(PageReason::UnknownClient),
        (None, _) => Err(PageReason::UnknownClient),
        (Some(_), Some(_)) => Err(PageReason::Malformed),
    }
}

/// Checks a request against its client.
///
/// # Errors
/// `Refusal` says whether a page or the application answers.
pub fn parse(params: &[(String, String)], client: &Client, issuer: &Issuer) -> Result<AuthorizationRequest, Refusal> {
    // The redirect URI is read first and by itself: only when it stands once and is registered may anything go there.
    let mut uris = params.iter().filter(|(name, _)| name == "redirect_uri").map(|(_, value)| value);
    let (Some(redirect_uri), None) = (uris.next(), uris.next()) else { return Err(Refusal::Page(PageReason::RedirectUri)) };
    if !client.redirect_uris.iter().any(|registered| registered.matches(redirect_uri)) {
        return Err(Refusal::Page(PageReason::RedirectUri));
    }
    let mut states = params.iter().filter(|(name, _)| name == "state").map(|(_, value)| value.as_str());
    let state = match (states.next(), states.next()) {
        (Some(state), None) if !state.is_empty() && state.len() <= crate::params::LONGEST => Some(state),
        _ => None,
    };
    let refuse = |error: &str, description: &str| {
        Refusal::Redirect(answer(redirect_uri, state, issuer, &[("error", error), ("error_description", description)]))
    };
    let Ok(params) = Params::of(params) else {
        return Err(refuse("invalid_request", "A parameter stands twice or is too long."));
    };
    let request = checked(&params, client, redirect_uri).map_err(|(error, description)| refuse(error, description))?;
    // It travels sealed in pages, which hold no more.
    match serde_json::to_vec(&request) {
        Ok(written) if written.len() <= LONGEST_REQUEST => Ok(request),
        _ => Err(refuse("invalid_request", "The request is too long.")),
    }
}

/// The longest nonce in bytes; it comes back in the ID token, and that as a hint.
const LONGEST_NONCE: usize = 1_024;
/// The longest request in bytes of JSON: sealed with its stage it stays under the 12 KiB that a page's value may have.
const LONGEST_REQUEST: usize = 7 * 1_024;

type Wrong = (&'static str, &'static str);

fn checked(params: &Params<'_>, client: &Client, redirect_uri: &str) -> Result<AuthorizationRequest, Wrong> {
    if params.get("request").is_some() {
        return Err(("request_not_supported", "Request objects are not supported."));
    }
    if params.get("request_uri").is_some() {
        return Err(("request_uri_not_supported", "Request URIs are not supported."));
    }
    match params.get("response_type") {
        Some("code") => {}
        None => return Err(("invalid_request", "response_type is missing; use code.")),
        Some(_) => return Err(("unsupported_response_type", "Only response_type=code is supported.")),
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "Only response_mode=query is supported."));
    }
    let scopes = scopes(params.get("scope"), client)?;
    let code_challenge = pkce(params, client)?;
    let nonce = params.get("nonce").map(str::to_owned);
    if client.require_nonce && nonce.is_none() {
        return Err(("invalid_request", "nonce is missing; this client must send one."));
    }
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
        return Err(("invalid_request", "nonce is longer than 1024 bytes."));
    }
    // A hint is a wish: one that is too long to be any name of ours is as good as none (OA-25, OA-28).
    let hint = |name: &str, longest: usize| params.get(name).filter(|value| value.len() <= longest).map(str::to_owned);
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scopes,
        state: params.get("state").map(str::to_owned),
        nonce,
        code_challenge,
        prompt: prompt(params.get("prompt"))?,
        max_age: max_age(params.get("max_age"))?,
        login_hint: hint("login_hint", 1_024),
        ui_locales: hint("ui_locales", 256),
        acr_values: hint("acr_values", 256),
        account_hint: hint("account", 256),
        domain_hint: hint("domain_hint", 256),
        connection_hint: hint("connection", 64),
        app_version: hint("app_version", 64),
    })
}

/// Scopes that the client may not have are left out (RFC 6749 3.3); without `openid` there is nothing to answer.
fn scopes(text: Option<&str>, client: &Client) -> Result<BTreeSet<String>, Wrong> {
    let asked: BTreeSet<&str> = text.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).collect();
    if !asked.contains("openid") {
        return Err(("invalid_scope", "The scope must contain openid."));
    }
    Ok(asked.into_iter().filter(|scope| *scope == "openid" || client.scopes.contains(*scope)).map(str::to_owned).collect())
}

fn pkce(params: &Params<'_>, client: &Client) -> Result<Option<String>, Wrong> {
    match (params.get("code_challenge"), params.get("code_challenge_method")) {
        (None, None) if !client.require_pkce => Ok(None),
        (None, _) => Err(("invalid_request", "code_challenge is missing; this client must use PKCE with S256.")),
        (Some(challenge), Some("S256")) => {
            let fits = challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            if fits { Ok(Some(challenge.to_owned())) } else { Err(("invalid_request", "code_challenge is no SHA-256 in base64url.")) }
        }
        (Some(_), _) => Err(("invalid_request", "Only code_challenge_method=S256 is supported.")),
    }
}

fn max_age(text: Option<&str>) -> Result<Option<u64>, Wrong> {
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let Some(text) = text else { return Ok(None) };
    let seconds = Some(text).filter(digits).and_then(|text| text.parse().ok());
    seconds.map(Some).ok_or(("invalid_request", "max_age is no number of seconds."))
}

fn prompt(text: Option<&str>) -> Result<BTreeSet<Prompt>, Wrong> {
    let mut prompts = BTreeSet::new();
    for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
        prompts.insert(match word {
            "none" => Prompt::None,
            "login" => Prompt::Login,
            "consent" => Prompt::Consent,
            "select_account" => Prompt::SelectAccount,
            _ => return Err(("invalid_request", "prompt has a value that is not known.")),
        });
    }
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(("invalid_request", "prompt=none stands alone."));
    }
    Ok(prompts)
}

#[cfg(test)]
#[path = "authorize_tests.rs"]
mod tests;
