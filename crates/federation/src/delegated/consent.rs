//! Asking a person for consent, and what comes back: code flow with PKCE, for all chosen permissions at once.

use homeward_model::{Random, Timestamp, random_token};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{DelegatedSettings, GrantKey, Resource};
use crate::oidc::{CallbackParams, token_request::{CodeClient, NothingMore}};

/// What is remembered of a request for consent, on the server and bound to the browser, until the answer is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingConsent {
    /// The handle: `state`.
    pub state: String,
    /// PKCE.
    pub verifier: String,
    /// For whom.
    pub key: GrantKey,
    /// When the person was sent.
    pub sent_at: Timestamp,
}

/// Why consent was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentFailure {
    /// The answer belongs to no request of this person.
    #[error("this answer belongs to no request; start again")]
    State,
    /// The request is older than ten minutes.
    #[error("this took too long; start again")]
    Expired,
    /// The person or the tenant said no.
    #[error("consent was not given: {0}")]
    Declined(String),
    /// An administrator must consent first (`AADSTS65001`, `AADSTS90094`).
    #[error("an administrator of your organisation must consent first")]
    AdministratorNeeded,
}

/// How long a request for consent can be answered, in seconds.
const LONGEST: i64 = 600;

/// Builds the request. `None` only when an address cannot be read, which `DelegatedSettings::check` refuses.
pub(super) fn begin(settings: &DelegatedSettings, key: GrantKey, now: Timestamp, random: &dyn Random) -> Option<(String, PendingConsent)> {
    let pending = PendingConsent { state: random_token(random), verifier: random_token(random), key, sent_at: now };
    let state = pending.state.clone();
    let client = CodeClient::<NothingMore>::new(ClientId::new(settings.application.clone()))
        .set_auth_uri(AuthUrl::new(settings.authorize_endpoint()).ok()?)
        .set_redirect_uri(RedirectUrl::new(settings.redirect_uri.clone()).ok()?);
    let scopes = [vec!["offline_access".to_owned()], settings.scopes(Resource::Graph), settings.scopes(Resource::Exchange)].concat();
    let (url, _) = client
        .authorize_url(move || CsrfToken::new(state))
        .add_scopes(scopes.into_iter().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(pending.verifier.clone())))
        .url();
    Some((url.into(), pending))
}

/// The code in the answer, when it is the one to this request.
pub(super) fn code<'a>(callback: &'a CallbackParams, pending: &PendingConsent, now: Timestamp) -> Result<&'a str, ConsentFailure> {
    if !bool::from(callback.state().as_bytes().ct_eq(pending.state.as_bytes())) || callback.front_channel_token {
        return Err(ConsentFailure::State);
    }
    if now.seconds() > pending.sent_at.seconds().saturating_add(LONGEST) {
        return Err(ConsentFailure::Expired);
    }
    match (callback.error(), &callback.code) {
        (None, Some(code)) => Ok(code),
        (Some(error), _) => {
            let description = callback.description.as_deref().unwrap_or_default();
            let administrator = ["AADSTS65001", "AADSTS90094", "AADSTS900941"].iter().any(|known| description.contains(known));
            let shown = || error.chars().filter(|c| !c.is_control()).take(100).collect();
            Err(if administrator { ConsentFailure::AdministratorNeeded } else { ConsentFailure::Declined(shown()) })
        }
        (None, None) => Err(ConsentFailure::State),
    }
}
