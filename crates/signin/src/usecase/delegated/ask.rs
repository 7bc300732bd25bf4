//! "Consent needed": the page behind the address that an application gets, and the way to Microsoft.

use std::time::Duration;

use homeward_discovery::ConnectionState;
use homeward_federation::delegated::{DelegatedSettings, GrantKey};
use homeward_local_credential::StoreFault;
use homeward_sealing::sha256;

use super::{AskPage, Shown, permissions};
use crate::{
    context::Context,
    delegated::ConsentRequest,
    federated::Connected,
    ports::FoundSession,
    reason::Reason,
    stage::{ConsentErrand, Errand},
    step::{Asking, Step},
    usecase::{
        authorize,
        federated::depart::is_on,
        limit::{STRAYS, limited},
        realm,
        refuse::{About, refuse},
        session,
    },
    visitor::Visitor,
};

/// How long a person may take at Microsoft.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);

/// The address of the page for an errand. It names nobody: a user's id is what applications know as `sub`.
pub fn path_of(errand: &ConsentErrand) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", errand.client.as_str()).append_pair("user", &errand.user.to_string());
    if let Some(to) = &errand.return_to {
        query.append_pair("return_to", to);
    }
    format!("/delegated/{}?{}", errand.connection, query.finish())
}

/// What may be allowed: everything that must hold before anybody is asked, and once more before they are sent.
pub(super) struct Allowed {
    pub connected: Connected,
    pub settings: DelegatedSettings,
    pub asking: Asking,
}

/// The connection, its settings and the application as they are now; `Err` is the reason why there is nothing to allow.
pub(super) async fn allowed(ctx: &Context, errand: &ConsentErrand) -> Result<Result<Allowed, Reason>, StoreFault> {
    let client = ctx.provider.clients.client(&errand.client).await.map_err(authorize::fault)?;
    let Some(client) = client.filter(|client| !client.delegated.is_empty()) else { return Ok(Err(Reason::DelegatedOff)) };
    if errand.return_to.as_ref().is_some_and(|to| !client.return_to.contains(to) && client.start_url.as_ref() != Some(to)) {
        return Ok(Err(Reason::ReturnTo));
    }
    let connected = ctx.federation.connections.connection(errand.connection).await?.filter(is_on(ctx.now()));
    let settings = connected.as_ref().and_then(settings_of).filter(|settings| ctx.federation.delegation.check(settings).is_ok()).cloned();
    Ok(match (connected, settings) {
        (Some(connected), Some(settings)) => {
            let private = ctx.directory.application(&errand.client).await?.is_none_or(|application| application.private);
            Ok(Allowed { connected, settings, asking: Asking { name: Some(client.name.clone()), private } })
        }
        _ => Err(Reason::DelegatedOff),
    })
}

/// The delegated access of a connection.
pub(super) fn settings_of(connected: &Connected) -> Option<&DelegatedSettings> {
    connected.connection.as_ref()?.settings.delegated.as_deref()
}

/// Whether an administrator may consent for it: also before it is on, because that is part of setting it up.
pub(super) fn is_kept(connected: &Connected) -> bool {
    connected.route.state != ConnectionState::Retired
}

/// The session of the person who is meant, in this browser. A password that opens the administrators' pages alone allows nobody anything.
pub(super) async fn session_of(ctx: &Context, errand: &ConsentErrand, connected: &Connected, visitor: &Visitor) -> Result<Option<FoundSession>, StoreFault> {
    for found in session::live(ctx, visitor).await? {
        if found.user.id == errand.user && found.account.id == connected.account.id && realm::counts_here(ctx, &found, visitor).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The page. Whoever is not signed in does that first and comes back here.
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, errand: ConsentErrand, visitor: &Visitor) -> Result<Shown, StoreFault> {
    let allowed = match allowed(ctx, &errand).await? {
        Ok(allowed) => allowed,
        Err(reason) => return refused(ctx, reason, (&errand, None), visitor).await,
    };
    match session_of(ctx, &errand, &allowed.connected, visitor).await? {
        Some(found) => Ok(Shown::Ask(Box::new(AskPage {
            permissions: permissions(&allowed.settings.permissions),
            username: found.user.username.typed().to_owned(),
            account: realm::shown(&found.account),
            asking: allowed.asking,
            errand,
        }))),
        None => {
            let stage = authorize::own(ctx, Errand::Consent(errand));
            Ok(Shown::Step(Step::Username { stage, asking: allowed.asking, typed: String::new(), problem: None, notice: None }))
        }
    }
}

/// The person allows it: away to Microsoft. The request belongs to this browser.
///
/// # Errors
/// `StoreFault`.
pub async fn submit(ctx: &Context, errand: ConsentErrand, visitor: &Visitor) -> Result<Shown, StoreFault> {
    let allowed = match allowed(ctx, &errand).await? {
        Ok(allowed) => allowed,
        Err(reason) => return refused(ctx, reason, (&errand, None), visitor).await,
    };
    let Some(found) = session_of(ctx, &errand, &allowed.connected, visitor).await? else { return open(ctx, errand, visitor).await };
    let key = GrantKey { connection: errand.connection, user: found.user.id };
    let asked = ctx.federation.delegation.ask(&allowed.settings, (key, found.account.id), ctx.now(), ctx.random.as_ref());
    let Ok((url, pending)) = asked else { return refused(ctx, Reason::DelegatedOff, (&errand, Some(&found)), visitor).await };
    let state = sha256(pending.state.as_bytes());
    let request = ConsentRequest::Grant { pending: Box::new(pending), errand };
    ctx.federation.consents.keep_request(&state, &visitor.browser, &request, ctx.now().plus(LIFETIME)).await?;
    Ok(Shown::Away(url))
}

/// A page that says no leaves a record, so there are not many from one network. `found` is the person's own session: without one, what
/// the address says of a person and an application is a stranger's word, and no record repeats it.
pub(super) async fn refused(ctx: &Context, reason: Reason, (errand, found): (&ConsentErrand, Option<&FoundSession>), visitor: &Visitor) -> Result<Shown, StoreFault> {
    if let Some(step) = limited(ctx, &STRAYS, &authorize::own(ctx, Errand::Home), visitor).await? {
        return Ok(Shown::Step(step));
    }
    let about = match found {
        Some(found) => About { user: Some(found.user.id), account: Some(found.account.id), client: Some(&errand.client), detail: "delegated access" },
        None => About { detail: "delegated access", ..About::default() },
    };
    refuse(ctx, reason, Asking::default(), None, about, visitor).await.map(Shown::Step)
}
