//! Signing out: the address at the provider, and logout tokens that a provider posts to us (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use homeward_model::Timestamp;
use serde_json::Value;
use url::Url;

use super::{OidcSettings, RelyingParty, cache::Asker, claims, finish::KeyLookup, id_token, json::Object, jws::Unverified};
use crate::{Check, Connection, Departure, Failure, Farewell, Preset, SignOutThere, Subject};

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

/// What goes along to the provider's end_session_endpoint (RP-Initiated Logout 1.0, 2).
#[derive(Clone, Copy, Debug)]
pub struct EndSession<'a> {
    /// `post_logout_redirect_uri`
    pub return_to: &'a str,
    /// `state`
    pub state: &'a str,
    /// `id_token_hint`. It goes by a form: an address with it would stand in logs and histories.
    pub id_token: Option<&'a str>,
    /// `logout_hint`, opaque. Entra takes the session's owner from it instead of asking.
    pub hint: Option<&'a str>,
}

/// RP-Initiated Logout 1.0, 2: by GET, or by POST when a token goes along; providers must take both.
pub(super) fn end_session(endpoint: &str, settings: &OidcSettings, to: &EndSession<'_>) -> Option<Departure> {
    let mut fields = vec![("client_id", settings.client_id.as_str()), ("post_logout_redirect_uri", to.return_to)];
    fields.extend(Some(to.state).filter(|state| !state.is_empty()).map(|state| ("state", state)));
    if let Some(token) = to.id_token {
        fields.push(("id_token_hint", token));
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        return Some(Departure::Post { action: endpoint.to_owned(), fields });
    }
    fields.extend(to.hint.map(|hint| ("logout_hint", hint)));
    let mut url = Url::parse(endpoint).ok()?;
    url.query_pairs_mut().extend_pairs(fields);
    Some(Departure::Redirect { url: url.into() })
}

/// Whether the ID token is kept for signing out: only where signing out there is on, and not for products that take a hint in
/// its place and know no form.
pub(super) fn takes_token(connection: &Connection) -> bool {
    connection.settings.sign_out_there != SignOutThere::Off && !matches!(connection.settings.preset, Preset::Entra | Preset::Adfs)
}

/// What signing out there takes. `login_hint` is Entra's own opaque name for the session's owner.
pub(super) fn farewell(connection: &Connection, claims: &Object, (subject, session): (&Subject, Option<&str>)) -> Farewell {
    let entra = connection.settings.preset == Preset::Entra;
    let own = claims.get("login_hint").and_then(Value::as_str).filter(|hint| entra && (1..=500).contains(&hint.len()));
    let hint = own.or(session.filter(|_| !entra)).map(str::to_owned);
    Farewell { subject: subject.clone(), session: session.map(str::to_owned), hint, id_token: None }
}
