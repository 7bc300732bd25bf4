//! A validated authorization request, and what is answered to one that is not valid.

use std::collections::BTreeSet;

use homeward_model::{CaseNumber, ClientId, UserId};
use serde::{Deserialize, Serialize};

use crate::{claims_request::ClaimsRequest, client::ResponseMode, issuer::Issuer, ports::ACR_PASSWORD};

/// `prompt` (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page may be shown.
    None,
    /// The person must prove themselves again.
    Login,
    /// The person must be asked for consent. Applications are registered by the operator, and consent is implied.
    Consent,
    /// The person must be asked which account.
    SelectAccount,
}

/// A request that fits its client. Every field was checked by `authorize::parse`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The application.
    pub client_id: ClientId,
    /// Where the answer goes: to the letter as requested, and registered.
    pub redirect_uri: String,
    /// The scopes that are asked for and allowed, `openid` among them.
    pub scopes: BTreeSet<String>,
    /// Returned as it came.
    pub state: Option<String>,
    /// Goes into the ID token as it came.
    pub nonce: Option<String>,
    /// PKCE S256 (RFC 7636).
    pub code_challenge: Option<String>,
    /// What pages are wished for.
    pub prompt: BTreeSet<Prompt>,
    /// The oldest sign-in that serves, in seconds.
    pub max_age: Option<u64>,
    /// Who might be signing in.
    pub login_hint: Option<String>,
    /// Languages for the pages.
    pub ui_locales: Option<String>,
    /// Authentication contexts that are wished for.
    pub acr_values: Option<String>,
    /// Our parameter `account`: a number or partner label.
    pub account_hint: Option<String>,
    /// `domain_hint`.
    pub domain_hint: Option<String>,
    /// Our parameter `connection`: a connection's id.
    pub connection_hint: Option<String>,
    /// Our parameter `app_version`.
    pub app_version: Option<String>,
    /// How the answer reaches the application.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// Claims asked for one by one.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
    /// The only person that serves: from `id_token_hint`, or from `sub` in `claims`.
    #[serde(default)]
    pub subject: Option<UserId>,
    /// Authentication contexts of which one must be met; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acr_required: Vec<String>,
}

/// Why a page is shown instead of a redirect: the address to redirect to is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageReason {
    /// No such client.
    UnknownClient,
    /// The redirect URI is missing or not registered.
    RedirectUri,
    /// A parameter stands twice, or the request is too long.
    Malformed,
    /// A pushed request that is unknown, over or used; or the client must push its requests and did not.
    RequestUri,
}

/// The answer to a request that is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A page of ours.
    Page(PageReason),
    /// The application's own address with the error.
    Redirect(String),
    /// The same as a form.
    Post(FormPost),
}

/// An answer as a form that the browser posts to the application (OAuth 2.0 Form Post Response Mode 1.0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPost {
    /// The redirect URI.
    pub to: String,
    /// The fields.
    pub fields: Vec<(String, String)>,
}

/// The answer to a valid request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// By redirect.
    Redirect(String),
    /// By a form.
    Post(FormPost),
}

impl AuthorizationRequest {
    /// Whether a proof that met this context is what the request insists on.
    pub fn takes(&self, acr: Option<&str>) -> bool {
        self.acr_required.is_empty() || acr.is_some_and(|met| self.acr_required.iter().any(|wanted| wanted == met))
    }
    /// The same, and true as well where no proof of ours could do better: then nobody is asked for another one in vain (OA-27).
    pub fn is_content_with(&self, acr: Option<&str>) -> bool {
        self.takes(acr) || !self.takes(Some(ACR_PASSWORD))
    }
    /// The answer with a code.
    pub fn success(&self, issuer: &Issuer, code: &str) -> Reply {
        match self.response_mode {
            ResponseMode::Query => Reply::Redirect(self.success_url(issuer, code)),
            ResponseMode::FormPost => Reply::Post(form_post(&self.redirect_uri, self.state.as_deref(), issuer, &[("code", code)])),
        }
    }
    /// The answer with an error.
    pub fn error(&self, issuer: &Issuer, error: &str, description: &str) -> Reply {
        let parts = [("error", error), ("error_description", description)];
        match self.response_mode {
            ResponseMode::Query => Reply::Redirect(self.error_url(issuer, error, description)),
            ResponseMode::FormPost => Reply::Post(form_post(&self.redirect_uri, self.state.as_deref(), issuer, &parts)),
        }
    }
    /// The answer with an error that is a refusal on record.
    pub fn refused(&self, issuer: &Issuer, (error, description): (&str, &str), case: &CaseNumber) -> Reply {
        self.error(issuer, error, &with_case(description, case))
    }
    /// The application's address with a code (RFC 6749 4.1.2, RFC 9207).
    pub fn success_url(&self, issuer: &Issuer, code: &str) -> String {
        answer(&self.redirect_uri, self.state.as_deref(), issuer, &[("code", code)])
    }
    /// The application's address with an error (RFC 6749 4.1.2.1, RFC 9207).
    pub fn error_url(&self, issuer: &Issuer, error: &str, description: &str) -> String {
        answer(&self.redirect_uri, self.state.as_deref(), issuer, &[("error", error), ("error_description", description)])
    }
}

/// A sentence with the case number, in the characters that `error_description` may have (RFC 6749 4.1.2.1).
pub(crate) fn with_case(description: &str, case: &CaseNumber) -> String {
    format!("{description} Reference {case}.")
}

pub(crate) fn form_post(redirect_uri: &str, state: Option<&str>, issuer: &Issuer, parts: &[(&str, &str)]) -> FormPost {
    let all = parts.iter().copied().chain(state.map(|state| ("state", state))).chain([("iss", issuer.as_str())]);
    FormPost { to: redirect_uri.to_owned(), fields: all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect() }
}

pub(crate) fn answer(redirect_uri: &str, state: Option<&str>, issuer: &Issuer, parts: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parts);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", issuer.as_str());
    // A registered query stays as it is (RFC 6749 3.1.2); the URI itself is never rewritten.
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{joint}{}", query.finish())
}
