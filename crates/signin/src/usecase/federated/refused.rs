//! Pages for answers, and ways to a provider, that lead nowhere: each with its check, its code and a number under which the administrator finds both
//! values (idea 7).

use homeward_federation::{Check, Failure, Kind, Pending, PendingProtocol, report};
use homeward_local_credential::StoreFault;
use homeward_model::{CaseNumber, ConnectionId};

use super::{answer::At, depart};
use crate::{
    context::Context,
    federated::{Connected, Purpose, SsoSent, Trace},
    reason::Reason,
    stage::{Errand, Leaving, Started},
    step::{AnswerFailed, Asking, Step},
    usecase::{
        authorize, finish,
        limit::{NOT_SENT, STRAYS, is_over_for, limited},
        realm::{self, asking_of},
        refuse::{About, audit, client, event, refuse},
        strangers,
    },
    visitor::Visitor,
};

/// The page of a check that failed.
pub(super) async fn page(ctx: &Context, failure: Failure, sent: &SsoSent, visitor: &Visitor) -> Result<Step, StoreFault> {
    let connected = ctx.federation.connections.connection(sent.pending.connection).await?;
    let retry = Leaving { started: finish::anew(ctx, &sent.started), username: sent.username.clone() };
    tell(ctx, failure, (connected.as_ref(), Some(&sent.started)), (Some(retry), None), visitor).await
}

/// The page of a check that fails before anybody is sent away: of what the provider publishes, or of what was entered here. No answer has failed, and whoever tries
/// again and again leaves few traces: beyond those the page has the number of a case that is counted.
pub(super) async fn on_the_way(ctx: &Context, failure: Failure, connected: &Connected, leaving: Leaving, visitor: &Visitor) -> Result<Step, StoreFault> {
    let retry = Leaving { started: finish::anew(ctx, &leaving.started), username: leaving.username };
    let about = About { account: Some(connected.account.id), client: client(&leaving.started), detail: failure.check.word(), ..About::default() };
    let case = match is_over_for(ctx, &NOT_SENT, &format!("{} {}", connected.route.id, failure.code)).await? {
        // Another event: whoever looks it up finds no trace.
        true => strangers::counted(ctx, event(ctx, "signin.refused", &failure.code, About { detail: NOT_SENT.what, ..about }, visitor, None)).await,
        false => {
            let case = CaseNumber::generate(ctx.random.as_ref());
            tracing::info!(check = failure.check.word(), code = failure.code, case = case.as_str(), "nobody can be sent to the identity provider");
            audit(ctx, "signin.not_sent", &failure.code, about, visitor, Some(case.clone())).await?;
            let application = client(&leaving.started).map(ToString::to_string);
            let trace = Trace::of(case.clone(), connected.route.id, ctx.now(), &failure).asked_for(application).on_the_way();
            ctx.federation.traces.keep_trace(&trace, ctx.now().plus(Trace::LIFETIME)).await?;
            case
        }
    };
    shown(ctx, (failure, case), (Some(connected), Some(&leaving.started)), (Some(retry), None)).await
}

/// The page of an answer that another browser carries. It tells nothing of the sign-in that it belongs to.
pub(super) async fn elsewhere(ctx: &Context, sent: &SsoSent, visitor: &Visitor) -> Result<Step, StoreFault> {
    let connected = ctx.federation.connections.connection(sent.pending.connection).await?;
    let retry = Leaving { started: authorize::own(ctx, Errand::Home), username: None };
    tell(ctx, Failure::of(Check::MeantForUs, "request.other_browser"), (connected.as_ref(), None), (Some(retry), None), visitor).await
}

/// The code of an answer that nobody here asked for.
const UNASKED: &str = "request.unsolicited";

/// The page of an answer that nobody here asked for. It names what the tile opens, and "Try again" begins there as the tile does: at the same
/// provider, by a request of ours, when the person presses it (SSO-7). The answer came without the browser's cookies, so that nothing else of it is
/// carried on. Under closed disclosure an issuer that somebody wrote leads to no connection, only the connection's own address does.
pub(super) async fn unasked(ctx: &Context, connected: Option<&Connected>, at: &At, visitor: &Visitor) -> Result<Step, StoreFault> {
    let retry = Leaving { started: authorize::own(ctx, Errand::Home), username: None };
    let begins = connected.filter(|_| matches!(at, At::Connection(_)) || !realm::uniform(ctx)).map(|found| found.route.id);
    tell(ctx, Failure::of(Check::MeantForUs, UNASKED), (connected, None), (Some(retry), begins), visitor).await
}

async fn tell(
    ctx: &Context,
    failure: Failure,
    (connected, started): (Option<&Connected>, Option<&Started>),
    (retry, begins): (Option<Leaving>, Option<ConnectionId>),
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let case = CaseNumber::generate(ctx.random.as_ref());
    tracing::info!(check = failure.check.word(), code = failure.code, case = case.as_str(), "an answer was refused");
    let about = About { account: connected.map(|c| c.account.id), client: started.and_then(client), detail: failure.check.word(), ..About::default() };
    audit(ctx, "signin.answer_refused", &failure.code, about, visitor, Some(case.clone())).await?;
    if let Some(connected) = connected {
        let trace = Trace::of(case.clone(), connected.route.id, ctx.now(), &failure);
        let trace = match started {
            Some(started) => trace.asked_for(client(started).map(ToString::to_string)),
            None => trace,
        };
        ctx.federation.traces.keep_trace(&trace, ctx.now().plus(Trace::LIFETIME)).await?;
    }
    shown(ctx, (failure, case), (connected, started), (retry, begins)).await
}

/// The page.
async fn shown(
    ctx: &Context,
    (failure, case): (Failure, CaseNumber),
    (connected, started): (Option<&Connected>, Option<&Started>),
    (retry, begins): (Option<Leaving>, Option<ConnectionId>),
) -> Result<Step, StoreFault> {
    // Under closed disclosure neither an address of a connection tells a stranger anything nor an answer that nobody is known to have signed.
    let is_signed = failure.check > Check::Signature;
    let known = connected.filter(|_| (started.is_some() && is_signed) || !realm::uniform(ctx));
    let asking = match (started, known) {
        (Some(started), _) => realm::application(ctx, started).await?.as_ref().map(asking_of).unwrap_or_default(),
        // Where to begin instead: at the application that the tile opens (SSO-7).
        (None, Some(known)) if failure.code == UNASKED => ctx.directory.default_application(known.account.id).await?.as_ref().map(asking_of).unwrap_or_default(),
        (None, _) => Asking::default(),
    };
    // A provider that says no says why, in the words of its protocol (SSO-8).
    let quotes = failure.kind() == Kind::SaidNo;
    let names = failure.code == "names.unknown_user";
    let report = report::for_person(&failure, known.and_then(|c| c.connection.as_ref()).map(|known| &known.settings));
    let failed = AnswerFailed {
        report,
        is_asked: started.is_some(),
        begins,
        check: failure.check,
        case,
        at: ctx.now(),
        account: known.map(|c| realm::shown(&c.account)),
        issuer: known.and_then(|c| c.connection.as_ref()).map(|known| known.settings.issuer().to_owned()).unwrap_or_default(),
        said: failure.seen.clone().filter(|_| quotes),
        name: failure.seen.filter(|_| names),
        code: failure.code,
    };
    Ok(Step::AnswerRefused { failed, asking, retry })
}

/// The address that a provider's tile opens, or that an answer which nobody asked for leads to: a request of ours at that provider,
/// for the account's default application (B-086, B-095). It changes nothing before the provider has answered (SB-14).
///
/// # Errors
/// `StoreFault`.
pub async fn begin_at(ctx: &Context, connection: ConnectionId, visitor: &Visitor) -> Result<Step, StoreFault> {
    match ctx.federation.connections.connection(connection).await?.filter(depart::is_on(ctx.now())) {
        // Counted where it leaves, like every way to a provider.
        Some(connected) => Ok(begin_here(ctx, &connected)),
        None => {
            let retry = authorize::own(ctx, Errand::Home);
            if let Some(step) = limited(ctx, &STRAYS, &retry, visitor).await? {
                return Ok(step);
            }
            refuse(ctx, Reason::NoConnection, Asking::default(), Some(retry), About::default(), visitor).await
        }
    }
}

pub(super) fn begin_here(ctx: &Context, connected: &Connected) -> Step {
    let id = connected.route.id;
    let mut started = authorize::own(ctx, Errand::Tile);
    started.hints.connection = Some(id);
    depart::depart(ctx, started, None, id)
}

/// What an accepted answer to no request belongs to: our own address, which leads to the default application.
pub(super) fn nobody_asked(ctx: &Context, connected: &Connected, visitor: &Visitor) -> SsoSent {
    let pending = Pending {
        connection: connected.route.id,
        sent_at: ctx.now(),
        fresh: false,
        max_age: None,
        second_factor: false,
        protocol: PendingProtocol::Saml { request_id: String::new() },
    };
    SsoSent {
        started: authorize::own(ctx, Errand::Tile),
        username: None,
        account: connected.account.id,
        pending,
        browser: visitor.browser.clone(),
        language: visitor.language,
        purpose: Purpose::Unsolicited,
        begun_by: None,
        begun_link: None,
        waiting: None,
    }
}
