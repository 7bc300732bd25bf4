//! A provider says that somebody has signed out there: SAML LogoutRequest, OpenID Connect logout token. What it proves ends exactly
//! the sessions that came from this connection and this person, with everything that was granted under them. Messages are counted before they are verified.

use std::time::Duration;

use homeward_federation::{Check, Connection, Departure, Failure, OurSide, UnverifiedNotice};
use homeward_local_credential::StoreFault;
use homeward_model::{CaseNumber, ConnectionId, Timestamp};

use super::{depart, own, several};
use crate::{
    context::Context,
    federated::{Connected, Trace},
    there::{EndedThere, Told},
    usecase::{
        limit::{SIGN_OUTS, STRAYS, give_back, is_over, is_over_for, told},
        refuse::{About, audit, event},
        strangers::TooMany,
    },
    visitor::Visitor,
};

/// What came of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was carried out. SAML wants an answer, which the browser carries.
    Done(Option<Departure>),
    /// It ends nothing.
    Refused(NotHeard),
    /// Too many that did not hold came through this network to this address, and others have their turn: it was not looked at.
    TooMany(TooMany),
    /// There is no such connection.
    Nowhere,
}

/// Why a message of signing out counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotHeard {
    /// Which check failed.
    pub check: Check,
    /// The machine's word.
    pub code: String,
    /// The number of the case.
    pub case: CaseNumber,
    /// When.
    pub at: Timestamp,
}

/// Hears a notice that was sent to the address of one connection.
///
/// # Errors
/// `StoreFault`.
pub async fn hear(ctx: &Context, connection: ConnectionId, unverified: UnverifiedNotice, visitor: &Visitor) -> Result<Heard, StoreFault> {
    let Some(connected) = ctx.federation.connections.connection(connection).await? else { return Ok(Heard::Nowhere) };
    let about = About { account: Some(connected.account.id), ..About::default() };
    counted(ctx, (&connection.to_string(), about), verified(ctx, &connected, unverified, visitor), visitor).await
}

/// Hears a notice at an address that connections brought along from another product (B-181). Several may share it: the issuer that it names chooses those
/// that are asked, and their keys the one that is meant. When it is good for two it does not say whose sessions it ends, and ends none.
///
/// # Errors
/// `StoreFault`.
pub async fn hear_at(ctx: &Context, path: &str, unverified: UnverifiedNotice, visitor: &Visitor) -> Result<Heard, StoreFault> {
    let hearing = async {
        match meant_at(ctx, path, &unverified).await? {
            Some(connected) => verified(ctx, &connected, unverified, visitor).await,
            None => not_heard(ctx, Failure::of(Check::MeantForUs, "request.other_connection"), None, visitor).await.map(Heard::Refused),
        }
    };
    counted(ctx, (path, About::default()), hearing, visitor).await
}

/// Counts a message at one address before anything of it is read; one that holds is given back. Beyond the count nobody is shut out, since what does not hold
/// may come by the same network as what does: there they are looked at one after the other, and only who waits too long for a turn is told to come again.
async fn counted(ctx: &Context, (at, about): (&str, About<'_>), hearing: impl Future<Output = Result<Heard, StoreFault>>, visitor: &Visitor) -> Result<Heard, StoreFault> {
    let who = format!("{} {at}", visitor.network);
    let crowded = is_over_for(ctx, &SIGN_OUTS, &who).await?;
    let _turn = match crowded {
        false => None,
        true => match tokio::time::timeout(TURN, ctx.federation.turn.acquire()).await {
            Ok(Ok(turn)) => Some(turn),
            Ok(Err(_)) | Err(_) => return Ok(Heard::TooMany(told(ctx, &SIGN_OUTS, TURN, ("logout.refused", about), visitor).await)),
        },
    };
    let heard = hearing.await?;
    if !crowded && matches!(heard, Heard::Done(_)) {
        give_back(ctx, (&SIGN_OUTS, &who)).await;
    }
    Ok(heard)
}

/// How long a message waits for its turn.
const TURN: Duration = Duration::from_secs(2);

async fn verified(ctx: &Context, connected: &Connected, unverified: UnverifiedNotice, visitor: &Visitor) -> Result<Heard, StoreFault> {
    match carry_out(ctx, connected, unverified, visitor).await? {
        Ok(answer) => Ok(Heard::Done(answer)),
        Err(failure) => not_heard(ctx, failure, Some(connected), visitor).await.map(Heard::Refused),
    }
}

async fn meant_at(ctx: &Context, path: &str, unverified: &UnverifiedNotice) -> Result<Option<Connected>, StoreFault> {
    let Some(issuer) = unverified.unverified_issuer() else { return Ok(None) };
    let mut found = Vec::new();
    for id in ctx.federation.connections.sign_outs_at(path, &issuer).await? {
        let connected = ctx.federation.connections.connection(id).await?.filter(depart::is_heard(ctx.now()));
        found.extend(connected.filter(|connected| connected.connection.as_ref().is_some_and(|known| known.settings.own_slo_path() == Some(path))));
    }
    let is_good = async |known: &Connection, side: &OurSide| ctx.federation.door.hear(known, side, unverified.clone(), ctx.now()).await.is_ok();
    Ok(several::meant(ctx, found, is_good).await)
}

async fn carry_out(ctx: &Context, connected: &Connected, unverified: UnverifiedNotice, visitor: &Visitor) -> Result<Result<Option<Departure>, Failure>, StoreFault> {
    let Some(known) = connected.connection.as_ref().filter(|_| depart::is_heard(ctx.now())(connected)) else {
        return Ok(Err(Failure::of(Check::Allowed, "connection.off")));
    };
    let side = own::side(ctx, known).await?;
    let notice = match ctx.federation.door.hear(known, &side, unverified, ctx.now()).await {
        Ok(notice) => notice,
        Err(failure) => return Ok(Err(failure)),
    };
    let about = |detail| About { account: Some(connected.account.id), detail, ..About::default() };
    let received = event(ctx, "logout.received", "ok", about(&known.name), visitor, None);
    let ended = event(ctx, "session.ended", "ok", about("by the identity provider"), visitor, None);
    let told = Told { connection: known.id, called: &notice.called, mark: &notice.replay, received: &received, ended: &ended };
    let EndedThere::Sessions(lines) = ctx.federation.sign_outs.end_there(&told).await? else {
        return Ok(Err(Failure::of(Check::Fresh, "replay.used")));
    };
    for line in &lines {
        (ctx.count)(line);
    }
    // Applications are told by a worker.
    (ctx.wake_mailroom)();
    match ctx.federation.door.answer_notice(known, &side, &notice, (ctx.now(), ctx.random.as_ref())) {
        Ok(answer) => Ok(Ok(answer)),
        Err(why) => {
            tracing::warn!(connection = %known.id, error = %why, "a provider's sign-out was carried out and cannot be answered");
            Ok(Ok(None))
        }
    }
}

/// Writes down why a message counts for nothing, as long as one network does not send too many.
pub(super) async fn not_heard(ctx: &Context, failure: Failure, connected: Option<&Connected>, visitor: &Visitor) -> Result<NotHeard, StoreFault> {
    let (case, at) = (CaseNumber::generate(ctx.random.as_ref()), ctx.now());
    if !is_over(ctx, &STRAYS, visitor).await? {
        tracing::info!(check = failure.check.word(), code = failure.code, case = case.as_str(), "a message of signing out was refused");
        let about = About { account: connected.map(|c| c.account.id), detail: failure.check.word(), ..About::default() };
        audit(ctx, "logout.refused", &failure.code, about, visitor, Some(case.clone())).await?;
        if let Some(connected) = connected {
            let trace = Trace::of(case.clone(), connected.route.id, at, &failure);
            ctx.federation.traces.keep_trace(&trace, at.plus(Trace::LIFETIME)).await?;
        }
    }
    Ok(NotHeard { check: failure.check, code: failure.code, case, at })
}
