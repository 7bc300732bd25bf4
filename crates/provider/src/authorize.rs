//! The authorization endpoint's rules (OpenID Connect Core 3.1.2, RFC 6749 4.1, RFC 9700 2.1).
//!
//! First the client and its redirect URI: until both are right nothing is redirected anywhere. Everything after that is
//! answered at the application's own address.

use std::collections::BTreeSet;

use homeward_model::{CaseNumber, ClientId, UserId};

use crate::{
    claims_request,
    client::{Client, ResponseMode},
    hint,
    issuer::Issuer,
    params::Params,
    ports::Ports,
    request::{AuthorizationRequest, PageReason, Prompt, Refusal, Reply, answer, form_post, with_case},
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

/// Checks a request against its client, and its `id_token_hint` against our keys.
///
/// # Errors
/// `Wrong` says whether a page or the application answers, and what.
pub fn check(ports: &Ports, params: &[(String, String)], client: &Client) -> Result<AuthorizationRequest, Wrong> {
    parsed(params, client).and_then(|request| hinted(ports, params, client, request))
}

/// Checks a request against its client.
///
/// # Errors
/// `Refusal` says whether a page or the application answers.
pub fn parse(params: &[(String, String)], client: &Client, issuer: &Issuer) -> Result<AuthorizationRequest, Refusal> {
    parsed(params, client).map_err(|wrong| wrong.refusal(issuer))
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no address that may be trusted.
    Page(PageReason),
    /// The application is told.
    Told(Box<Told>),
}

/// An error for the application, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The code (RFC 6749 4.1.2.1).
    pub error: &'static str,
    /// A sentence for who builds the application.
    pub description: &'static str,
    redirect_uri: String,
    state: Option<String>,
    mode: ResponseMode,
}

impl Told {
    /// The answer at the application's address, with the case number of the refusal.
    pub fn reply(&self, issuer: &Issuer, case: &CaseNumber) -> Reply {
        self.with(issuer, &with_case(self.description, case))
    }
    fn with(&self, issuer: &Issuer, description: &str) -> Reply {
        let parts = [("error", self.error), ("error_description", description)];
        let state = self.state.as_deref();
        match self.mode {
            ResponseMode::Query => Reply::Redirect(answer(&self.redirect_uri, state, issuer, &parts)),
            ResponseMode::FormPost => Reply::Post(form_post(&self.redirect_uri, state, issuer, &parts)),
        }
    }
}

impl Wrong {
    pub(crate) fn refusal(self, issuer: &Issuer) -> Refusal {
        match self {
            Self::Page(why) => Refusal::Page(why),
            Self::Told(told) => match told.with(issuer, told.description) {
                Reply::Redirect(url) => Refusal::Redirect(url),
                Reply::Post(form) => Refusal::Post(form),
            },
        }
    }
}

/// The checks that need nothing but request and client.
pub(crate) fn parsed(params: &[(String, String)], client: &Client) -> Result<AuthorizationRequest, Wrong> {
    // The redirect URI is read first and by itself: only when it stands once and is registered may anything go there.
    let redirect_uri = single(params, "redirect_uri").ok_or(Wrong::Page(PageReason::RedirectUri))?;
    if !client.may_return_to(redirect_uri) {
        return Err(Wrong::Page(PageReason::RedirectUri));
    }
    let state = single(params, "state").filter(|state| !state.is_empty() && state.len() <= crate::params::LONGEST);
    let mode = response_mode(single(params, "response_mode"), client, redirect_uri);
    let refuse = |(error, description)| {
        let told = Told { error, description, redirect_uri: redirect_uri.to_owned(), state: state.map(str::to_owned), mode: mode.unwrap_or_default() };
        Wrong::Told(Box::new(told))
    };
    let read = Params::of(params).map_err(|_| refuse(("invalid_request", "A parameter stands twice or is too long.")))?;
    let mode = mode.map_err(&refuse)?;
    let request = checked(&read, client, redirect_uri, mode).map_err(&refuse)?;
    // It travels sealed in pages, which hold no more.
    let mut length = Length(0);
    match serde_json::to_writer(&mut length, &request) {
        Ok(()) if length.0 <= LONGEST_REQUEST => Ok(request),
        _ => Err(refuse(("invalid_request", "The request is too long."))),
    }
}

/// Counts what is written, and keeps nothing of it.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(text.len());
        Ok(text.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A parameter that stands exactly once.
fn single<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = params.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// `id_token_hint` names who is meant. One that we did not make for this client names nobody: without a page to ask on, that
/// is the end; with one, the person is asked as ever (OA-24).
pub(crate) fn hinted(ports: &Ports, params: &[(String, String)], client: &Client, mut request: AuthorizationRequest) -> Result<AuthorizationRequest, Wrong> {
    let Some(text) = single(params, "id_token_hint").filter(|text| !text.is_empty()) else { return Ok(request) };
    let user = person_of(ports, text, &client.client_id);
    let (state, mode) = (request.state.clone(), request.response_mode);
    let told = |error, description| Wrong::Told(Box::new(Told { error, description, redirect_uri: request.redirect_uri.clone(), state, mode }));
    match (user, request.subject) {
        (None, _) if request.prompt.contains(&Prompt::None) => return Err(told("login_required", "id_token_hint is no ID token of ours for this client.")),
        (None, _) => {}
        (Some(hinted), Some(asked)) if hinted != asked => return Err(told("invalid_request", "id_token_hint and sub in claims name different people.")),
        (Some(hinted), _) => request.subject = Some(hinted),
    }
    Ok(request)
}

/// The person of an ID token that we made for this client, also when its time is over. It is a hint, and no proof of who sends it.
pub fn person_of(ports: &Ports, hint: &str, client: &ClientId) -> Option<UserId> {
    hint::read(ports, hint).filter(|hint| hint.client == *client).and_then(|hint| UserId::parse(&hint.sub))
}

/// How the answer goes back: a mode that the client is registered for (OA-08).
fn response_mode(text: Option<&str>, client: &Client, redirect_uri: &str) -> Result<ResponseMode, ErrorText> {
    let mode = match text {
        None | Some("" | "query") => ResponseMode::Query,
        Some("form_post") => ResponseMode::FormPost,
        Some(_) => return Err(("invalid_request", "Only response_mode=query and form_post are supported.")),
    };
    if text.is_some_and(|text| !text.is_empty()) && !client.response_modes.contains(&mode) {
        return Err(("invalid_request", "This client is not registered for that response_mode."));
    }
    // A browser posts forms to web addresses only.
    if mode == ResponseMode::FormPost && !redirect_uri.starts_with("https://") && !redirect_uri.starts_with("http://") {
        return Err(("invalid_request", "response_mode=form_post needs a redirect_uri with https."));
    }
    Ok(mode)
}

/// The longest nonce in bytes; it comes back in the ID token, and that as a hint.
const LONGEST_NONCE: usize = 1_024;
/// The longest request in bytes of JSON: sealed with its stage it stays under the 12 KiB that a page's value may have.
pub(crate) const LONGEST_REQUEST: usize = 7 * 1_024;

type ErrorText = (&'static str, &'static str);

fn checked(params: &Params<'_>, client: &Client, redirect_uri: &str, response_mode: ResponseMode) -> Result<AuthorizationRequest, ErrorText> {
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
    let scopes = scopes(params.get("scope"), client)?;
    let code_challenge = pkce(params, client)?;
    let nonce = params.get("nonce").map(str::to_owned);
    if client.require_nonce && nonce.is_none() {
        return Err(("invalid_request", "nonce is missing; this client must send one."));
    }
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > LONGEST_NONCE) {
        return Err(("invalid_request", "nonce is longer than 1024 bytes."));
    }
    let demands = match params.get("claims") {
        Some(text) => claims_request::parse(text, client).map_err(|_| ("invalid_request", "claims is no JSON object as OpenID Connect Core 5.5 describes."))?,
        None => claims_request::Demands::default(),
    };
    let subject = match demands.subject {
        Some(sub) => Some(UserId::parse(&sub).ok_or(("login_required", "sub in claims names nobody."))?),
        None => None,
    };
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
        response_mode,
        claims: demands.claims,
        subject,
        acr_required: demands.acr,
    })
}

/// Scopes that the client may not have are left out (RFC 6749 3.3); without `openid` there is nothing to answer.
fn scopes(text: Option<&str>, client: &Client) -> Result<BTreeSet<String>, ErrorText> {
    let asked: BTreeSet<&str> = text.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).collect();
    if !asked.contains("openid") {
        return Err(("invalid_scope", "The scope must contain openid."));
    }
    Ok(asked.into_iter().filter(|scope| *scope == "openid" || client.scopes.contains(*scope)).map(str::to_owned).collect())
}

fn pkce(params: &Params<'_>, client: &Client) -> Result<Option<String>, ErrorText> {
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

fn max_age(text: Option<&str>) -> Result<Option<u64>, ErrorText> {
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let Some(text) = text else { return Ok(None) };
    let seconds = Some(text).filter(digits).and_then(|text| text.parse().ok());
    seconds.map(Some).ok_or(("invalid_request", "max_age is no number of seconds."))
}

fn prompt(text: Option<&str>) -> Result<BTreeSet<Prompt>, ErrorText> {
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
