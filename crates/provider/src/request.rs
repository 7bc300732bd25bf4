//! A validated authorization request, and what is answered to one that is not valid.

use std::collections::BTreeSet;

use homeward_model::ClientId;
use serde::{Deserialize, Serialize};

use crate::issuer::Issuer;

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
}

/// The answer to a request that is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A page of ours.
    Page(PageReason),
    /// The application's own address with the error.
    Redirect(String),
}

impl AuthorizationRequest {
    /// The application's address with a code (RFC 6749 4.1.2, RFC 9207).
    pub fn success_url(&self, issuer: &Issuer, code: &str) -> String {
        answer(&self.redirect_uri, self.state.as_deref(), issuer, &[("code", code)])
    }
    /// The application's address with an error (RFC 6749 4.1.2.1, RFC 9207).
    pub fn error_url(&self, issuer: &Issuer, error: &str, description: &str) -> String {
        answer(&self.redirect_uri, self.state.as_deref(), issuer, &[("error", error), ("error_description", description)])
    }
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
