//! The authentication request (OpenID Connect Core 3.1.2.1): pure, given the provider's document, the time and chance.

use homeward_model::{Random, Timestamp, random_token};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};

use super::{BeginError, OidcSettings, discovery::Document, token_request::{CodeClient, NothingMore}};
use crate::{Check, Connection, Departure, Failure, Hint, Pending, PendingProtocol, Wish};

/// When, and with which chance.
pub(super) struct Moment<'a> {
    pub now: Timestamp,
    pub random: &'a dyn Random,
}

/// Builds the request. PKCE with S256, state and nonce are always there; the answer is asked for as a code and as nothing else.
pub(super) fn request(
    connection: &Connection,
    settings: &OidcSettings,
    document: &Document,
    redirect_uri: &str,
    wish: &Wish,
    moment: &Moment<'_>,
) -> Result<(Departure, Pending), BeginError> {
    let (nonce, verifier) = (random_token(moment.random), random_token(moment.random));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
    let address = AuthUrl::new(document.authorization.clone()).map_err(|_| BeginError::Provider(Failure::of(Check::Answered, "provider.endpoint_refused")))?;
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| BeginError::RedirectUri)?;
    let client = CodeClient::<NothingMore>::new(ClientId::new(settings.client_id.clone())).set_auth_uri(address).set_redirect_uri(redirect);
    let state = wish.handle.clone();
    let mut request = client
        .authorize_url(move || CsrfToken::new(state))
        .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("nonce", nonce.clone());
    if let Some(prompt) = prompt(wish) {
        request = request.add_extra_param("prompt", prompt);
    }
    // With `max_age` the provider must say when the person proved themselves (Core 2, `auth_time`).
    if let Some(seconds) = if wish.fresh { Some(0) } else { wish.max_age } {
        request = request.add_extra_param("max_age", seconds.to_string());
    }
    if wish.second_factor && !settings.second_factor.acr_values.is_empty() {
        request = request.add_extra_param("acr_values", settings.second_factor.acr_values.join(" "));
    }
    if let Some(context) = settings.second_factor.authentication_context.as_deref().filter(|_| wish.second_factor) {
        // Core 5.5; Entra asks its Conditional Access what this context takes.
        let claims = serde_json::json!({ "id_token": { "acrs": { "essential": true, "value": context } } });
        request = request.add_extra_param("claims", claims.to_string());
    }
    if let Some((name, value)) = hint(connection.settings.hint, wish.username.as_deref()) {
        request = request.add_extra_param(name, value);
    }
    let (url, _) = request.url();
    let pending = Pending {
        connection: connection.id,
        sent_at: moment.now,
        fresh: wish.fresh,
        max_age: wish.max_age,
        second_factor: wish.second_factor,
        protocol: PendingProtocol::Oidc { nonce, verifier },
    };
    Ok((Departure::Redirect { url: url.into() }, pending))
}

fn prompt(wish: &Wish) -> Option<&'static str> {
    match (wish.silent, wish.fresh) {
        (true, _) => Some("none"),
        (false, true) => Some("login"),
        (false, false) => None,
    }
}

/// The typed username in the connection's dialect.
fn hint(hint: Hint, username: Option<&str>) -> Option<(&'static str, String)> {
    let username = username.filter(|name| !name.is_empty())?;
    let domain = || username.rsplit_once('@').map(|(_, domain)| domain.to_owned());
    match hint {
        Hint::None | Hint::Subject => None,
        Hint::LoginHint => Some(("login_hint", username.to_owned())),
        Hint::UsernameParameter => Some(("username", username.to_owned())),
        Hint::DomainHint => Some(("domain_hint", domain()?)),
        Hint::HostedDomain => Some(("hd", domain()?)),
    }
}
