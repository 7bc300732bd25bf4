//! Signing out: the address at the provider, and logout tokens that a provider posts to us (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use homeward_model::Timestamp;
use serde_json::Value;
use url::Url;

use super::{OidcSettings, RelyingParty, cache::Asker, claims, finish::KeyLookup, id_token, jws::Unverified};
use crate::{Check, Connection, Failure};

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a logout token may be, beside the skew, in seconds.
const OLDEST: i64 = 300;

/// What a verified logout token says: who is signed out, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// The issuer, as in the subject of a binding.
    pub issuer: String,
    /// `sub`: all sessions of this person through this connection. As in [`crate::VerifiedAssertion::name`].
    pub subject: Option<String>,
    /// `sid`: the one session ([`crate::VerifiedAssertion::session_index`]).
    pub session: Option<String>,
    /// To be remembered within the connection until `until`; a second time it is refused.
    pub token_id: String,
    /// Until when the token could be sent again.
    pub until: Timestamp,
}

/// Why a logout token is none. The provider learns 400 and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoutTokenError {
    /// The connection cannot receive any.
    #[error("the connection cannot receive logout tokens")]
    Connection,
    /// A check failed.
    #[error("{0}")]
    Refused(#[from] Failure),
}

/// Back-Channel Logout 2.6, in its order.
pub(super) async fn verify(party: &RelyingParty, connection: &Connection, settings: &OidcSettings, token: &str, now: Timestamp) -> Result<LogoutToken, LogoutTokenError> {
    let unverified = Unverified::read(token)?;
    unverified.has_type(&["logout+jwt", "jwt"])?;
    // Before anything is fetched: a stranger's token must not cost a request.
    unverified.algorithm(&settings.algorithms)?;
    let provider = party.provider(connection, settings, now).await?;
    let lookup = KeyLookup { party, provider: &provider, now, asker: Asker::Logout };
    let signed = lookup.verify(connection, settings, &unverified).await?;
    id_token::issuer(&signed.claims, &signed.issuer)?;
    id_token::audience(&signed.claims, settings)?;
    let skew = connection.settings.skew.seconds();
    let issued = claims::seconds(&signed.claims, "iat")?.ok_or_else(|| Failure::of(Check::Fresh, "logout.issued_missing"))?;
    if issued > now.seconds().saturating_add(skew) || issued < now.seconds().saturating_sub(OLDEST).saturating_sub(skew) {
        return Err(Failure::differs(Check::Fresh, "logout.issued", &issued.to_string(), &now.seconds().to_string()).into());
    }
    if claims::seconds(&signed.claims, "exp")?.is_some_and(|expiry| now.seconds() >= expiry.saturating_add(skew)) {
        return Err(Failure::of(Check::Fresh, "logout.expired").into());
    }
    let event = signed.claims.get("events").and_then(Value::as_object).and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(Failure::of(Check::MeantForUs, "logout.event").into());
    }
    if signed.claims.contains_key("nonce") {
        return Err(Failure::of(Check::MeantForUs, "logout.nonce").into());
    }
    let token_id = claims::required_text(&signed.claims, "jti", Check::Fresh, "logout.token_id_missing")?;
    let bounded = |name| Ok::<_, Failure>(claims::text(&signed.claims, name, Check::Names)?.filter(|value| (1..=255).contains(&value.len())).map(str::to_owned));
    let (subject, session) = (bounded("sub")?, bounded("sid")?);
    if (subject.is_none() && session.is_none()) || token_id.len() > 500 {
        return Err(Failure::of(Check::Names, "logout.names_nobody").into());
    }
    let until = Timestamp::from_seconds(issued).plus(Duration::from_secs(u64::try_from(OLDEST.saturating_add(skew.saturating_mul(2))).unwrap_or(0)));
    Ok(LogoutToken { issuer: signed.issuer.clone(), subject, session, token_id: token_id.to_owned(), until })
}

/// RP-Initiated Logout 1.0, 2.
pub(super) fn end_session_url(endpoint: &str, settings: &OidcSettings, return_to: &str, state: &str, hint: Option<&str>) -> Option<String> {
    let mut url = Url::parse(endpoint).ok()?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &settings.client_id).append_pair("post_logout_redirect_uri", return_to);
        if !state.is_empty() {
            query.append_pair("state", state);
        }
        // Entra and Keycloak take the session's owner from here instead of asking (2, `logout_hint`).
        if let Some(hint) = hint {
            query.append_pair("logout_hint", hint);
        }
    }
    Some(url.into())
}
