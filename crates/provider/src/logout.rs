//! RP-Initiated Logout 1.0: which application asks, for whom, and where to go afterwards.

use homeward_model::{ClientId, SessionId, UserId};

use crate::{
    hint,
    params::Params,
    ports::{Ports, StoreFault},
};

/// A checked request. What could not be checked is absent; the person is asked then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// The application.
    pub client: Option<ClientId>,
    /// Whom the hint names; only from a hint that we signed for that client.
    pub user: Option<UserId>,
    /// Which session the hint names.
    pub session: Option<SessionId>,
    /// A registered address, with `state`.
    pub redirect: Option<String>,
    /// Why nobody goes to the address that the request names, where it names one that is not gone to (section 3).
    pub not_back: Option<&'static str>,
}

/// Reads a logout request. An expired hint is taken (section 2). A foreign, changed or unsigned one is not, and whoever sends
/// it is not believed anything else either: no redirect (OL-02). An address that is not gone to is not forgotten: the person is told.
///
/// # Errors
/// `StoreFault` when the client cannot be looked up.
pub async fn parse(ports: &Ports, params: &[(String, String)]) -> Result<LogoutRequest, StoreFault> {
    let wants_back = params.iter().any(|(name, value)| name == "post_logout_redirect_uri" && !value.is_empty());
    let believed_nothing = |why| Ok(LogoutRequest { not_back: wants_back.then_some(why), ..LogoutRequest::default() });
    let Ok(params) = Params::of(params) else { return believed_nothing("malformed") };
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(text) => match hint::read(ports, text) {
            None => return believed_nothing("id_token_hint"),
            right => right,
        },
    };
    let named = params.get("client_id").and_then(ClientId::parse);
    let hinted = hint.as_ref().map(|hint| hint.client.clone());
    // A client_id that is not the hint's voids both (section 2).
    let client = match (named, hinted) {
        (Some(named), Some(hinted)) if named != hinted => return believed_nothing("another client's id_token_hint"),
        (named, hinted) => hinted.or(named),
    };
    let Some(client) = client else { return believed_nothing("no client") };
    let Some(found) = ports.clients.client(&client).await? else { return believed_nothing("unknown client") };
    let redirect = params.get("post_logout_redirect_uri").filter(|to| found.post_logout_redirect_uris.iter().any(|uri| uri == to));
    let redirect = redirect.map(|to| match params.get("state") {
        Some(state) => {
            let state: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
            format!("{to}{}state={state}", if to.contains('?') { '&' } else { '?' })
        }
        None => to.to_owned(),
    });
    Ok(LogoutRequest {
        user: hint.as_ref().and_then(|h| UserId::parse(&h.sub)),
        session: hint.as_ref().and_then(|h| SessionId::parse(&h.sid)),
        client: Some(client),
        not_back: (wants_back && redirect.is_none()).then_some("not registered"),
        redirect,
    })
}

#[cfg(test)]
#[path = "logout_tests.rs"]
mod tests;
