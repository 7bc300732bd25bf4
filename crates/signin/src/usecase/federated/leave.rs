//! Signing out at the provider, too. Everything here has ended before anybody is sent there, and stays ended whatever the provider says
//! or does not say (SL-05, SL-07); the last page tells which of its sessions may be open (SES-4).

use std::time::Duration;

use homeward_federation::{Check, Departure, Failure, PendingSignOut, Protocol, SignOutThere, UnverifiedReturn, saml::logout::LogoutOutcome};
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, random_token};
use homeward_sealing::sha256;

use super::{
    depart,
    hear::{self, NotHeard},
    own,
};
use crate::{
    context::Context,
    federated::Connected,
    ports::FoundSession,
    there::{Open, Place, SignOutSent, Stop, Went},
    usecase::{
        refuse::{About, audit},
        signout::{SignOut, asking},
    },
    visitor::Visitor,
};

/// How long a person may take at the provider, or look at the last page.
const LIFETIME: Duration = Duration::from_secs(600);

/// What came back leads on, by a GET of ours that has the browser's cookies, or nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// To `/signout/end` with this handle.
    Fetch(String),
    /// It belongs to no sign-out that is under way.
    Refused(NotHeard),
}

/// How the browser comes to the end of a sign-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coming {
    /// From the provider.
    Back,
    /// It does not go there: the person stays signed in at the provider.
    Staying,
}

/// The providers of these sessions: those to go to, and those whose sessions stay open. Asked before the sessions end.
pub(in crate::usecase) async fn stops(ctx: &Context, live: &[FoundSession]) -> Result<(Vec<Stop>, Vec<(Stop, Open)>), StoreFault> {
    let (mut go, mut open): (Vec<Stop>, Vec<(Stop, Open)>) = (Vec::new(), Vec::new());
    for found in live {
        let Some(there) = ctx.federation.sign_outs.there(found.session.id).await? else { continue };
        // A connection that is gone has no name to show, and nothing keeps the person signed in here.
        let Some(connected) = ctx.federation.connections.connection(there.connection).await? else { continue };
        if go.iter().chain(open.iter().map(|(stop, _)| stop)).any(|stop| stop.there.connection == there.connection && stop.there.called == there.called) {
            continue;
        }
        let place = Place { account: connected.account.name.clone(), provider: connected.route.name.clone() };
        let stop = Stop { place, there };
        match connected.connection.as_ref().filter(|_| depart::is_on(ctx.now())(&connected)).map(|known| known.settings.sign_out_there) {
            Some(SignOutThere::Always) => go.push(stop),
            Some(SignOutThere::Offer) => open.push((stop, Open::Offered)),
            Some(SignOutThere::Off) | None => open.push((stop, Open::Elsewhere)),
        }
    }
    Ok((go, open))
}

/// On to the next provider, or to the last page.
pub(in crate::usecase) async fn onward(ctx: &Context, mut sent: SignOutSent, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let asking = asking(ctx, sent.client.as_ref()).await?;
    let mut rest = std::mem::take(&mut sent.rest).into_iter();
    while let Some(stop) = rest.next() {
        let handle = random_token(ctx.random.as_ref());
        match begin(ctx, &stop, &handle).await? {
            Some((departure, pending)) => {
                let place = stop.place.clone();
                sent.rest = rest.collect();
                sent.here = Some((stop, pending));
                keep(ctx, &handle, &sent).await?;
                return Ok(SignOut::Leaving { asking, place, departure, handle });
            }
            None => {
                note(ctx, &stop, "no_way", visitor).await?;
                sent.open.push((stop, Open::NotConfirmed));
            }
        }
    }
    let more = sent.open.iter().any(|(_, why)| *why != Open::Elsewhere);
    let again = match more {
        true => {
            let handle = random_token(ctx.random.as_ref());
            keep(ctx, &handle, &sent).await?;
            Some(handle)
        }
        false => None,
    };
    let open = sent.open.into_iter().map(|(stop, why)| (stop.place, why)).collect();
    Ok(SignOut::Done { asking, redirect: sent.redirect, not_back: sent.not_back, open, closed: sent.closed, again })
}

async fn keep(ctx: &Context, handle: &str, sent: &SignOutSent) -> Result<(), StoreFault> {
    ctx.federation.sign_outs.keep_sign_out(&sha256(handle.as_bytes()), sent, ctx.now().plus(LIFETIME)).await
}

/// The way to one provider, as its connection says now; `None` when there is none.
async fn begin(ctx: &Context, stop: &Stop, handle: &str) -> Result<Option<(Departure, PendingSignOut)>, StoreFault> {
    let connected = ctx.federation.connections.connection(stop.there.connection).await?.filter(depart::is_on(ctx.now()));
    let Some(Connected { connection: Some(known), .. }) = connected else { return Ok(None) };
    let Some(farewell) = stop.there.farewell(&ctx.federation.sealer) else { return Ok(None) };
    let side = own::side(ctx, &known).await?;
    match ctx.federation.door.begin_sign_out(&known, &side, (&farewell, handle), (ctx.now(), ctx.random.as_ref())).await {
        Ok(begun) => Ok(Some(begun)),
        Err(why) => {
            tracing::warn!(connection = %known.id, error = %why, "nobody can be sent to sign out at the identity provider");
            Ok(None)
        }
    }
}

async fn note(ctx: &Context, stop: &Stop, outcome: &str, visitor: &Visitor) -> Result<(), StoreFault> {
    let connected = ctx.federation.connections.connection(stop.there.connection).await?;
    let about = About { account: connected.map(|c| c.account.id), detail: &stop.place.provider, ..About::default() };
    audit(ctx, "signout.provider", outcome, about, visitor, None).await
}

/// Whose address somebody comes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came<'a> {
    /// That of one connection.
    At(ConnectionId),
    /// The one that all connections of the installation's registration share.
    OfOwnRegistration,
    /// A path that connections brought along from another product (B-181).
    AtPath(&'a str),
}

impl Came<'_> {
    fn connection(self) -> Option<ConnectionId> {
        match self {
            Self::At(id) => Some(id),
            Self::OfOwnRegistration | Self::AtPath(_) => None,
        }
    }
    /// Whether that is where people come back from this connection's provider.
    fn is_of(self, connected: &Connected, asked: ConnectionId) -> bool {
        match self {
            Self::At(id) => id == asked,
            Self::OfOwnRegistration => is_of_own_registration(connected),
            Self::AtPath(path) => connected.connection.as_ref().and_then(|known| known.settings.own_slo_path()) == Some(path),
        }
    }
}

/// A provider sends somebody back. Only what answers our own request, signed by this connection's provider where the protocol signs,
/// counts as its answer; everything else leaves its session open in our eyes. Nothing of it changes that we have signed the person out.
/// `came`: whose address it came to.
///
/// # Errors
/// `StoreFault`.
pub async fn back(ctx: &Context, came: Came<'_>, (handle, unverified): (&str, UnverifiedReturn), visitor: &Visitor) -> Result<Back, StoreFault> {
    let hash = sha256(handle.as_bytes());
    let found = match handle.is_empty() {
        true => None,
        false => ctx.federation.sign_outs.try_sign_out(&hash, ctx.now()).await?,
    };
    let here = found.and_then(|sent| sent.here);
    let connected = match came.connection().or_else(|| here.as_ref().map(|(_, pending)| pending.connection)) {
        Some(id) => ctx.federation.connections.connection(id).await?,
        None => None,
    };
    let Some((stop, pending)) = here else {
        let failure = Failure::of(Check::MeantForUs, "request.unsolicited");
        return hear::not_heard(ctx, failure, connected.as_ref(), visitor).await.map(Back::Refused);
    };
    let meant = connected.as_ref().filter(|connected| came.is_of(connected, pending.connection));
    match answered(ctx, meant, &pending, unverified).await? {
        Ok(LogoutOutcome::Success | LogoutOutcome::Partial) => {
            ctx.federation.sign_outs.note_sign_out(&hash, Went::Out).await?;
            note(ctx, &stop, "ok", visitor).await?;
        }
        Ok(LogoutOutcome::Failed) => {
            ctx.federation.sign_outs.note_sign_out(&hash, Went::Refused).await?;
            note(ctx, &stop, "refused", visitor).await?;
        }
        // It uses nothing up: the provider's own answer may still come.
        Err(failure) => {
            hear::not_heard(ctx, failure, connected.as_ref(), visitor).await?;
        }
    }
    Ok(Back::Fetch(handle.to_owned()))
}

/// Whether people come back from this connection's provider to the shared address.
fn is_of_own_registration(connected: &Connected) -> bool {
    let protocol = connected.connection.as_ref().map(|known| &known.settings.protocol);
    matches!(protocol, Some(Protocol::Oidc(oidc)) if oidc.own_registration)
}

async fn answered(ctx: &Context, connected: Option<&Connected>, pending: &PendingSignOut, unverified: UnverifiedReturn) -> Result<Result<LogoutOutcome, Failure>, StoreFault> {
    let Some(connected) = connected else { return Ok(Err(Failure::of(Check::MeantForUs, "request.other_connection"))) };
    let Some(known) = connected.connection.as_ref().filter(|_| depart::is_heard(ctx.now())(connected)) else {
        return Ok(Err(Failure::of(Check::Allowed, "connection.off")));
    };
    let side = own::side(ctx, known).await?;
    Ok(ctx.federation.door.finish_sign_out(known, &side, unverified, pending, ctx.now()).await)
}

/// The browser that signed out goes on: to the next provider, or to the last page. Without an answer of the provider its session
/// counts as open; whoever chose not to go there is not asked again. Another browser's handle, an old or a used one leads nowhere.
///
/// # Errors
/// `StoreFault`.
pub async fn end(ctx: &Context, handle: &str, coming: Coming, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let Some((mut sent, went)) = take(ctx, handle, visitor).await? else { return Ok(SignOut::Over) };
    if let Some((stop, _)) = sent.here.take() {
        match (went, coming) {
            (Some(Went::Out), _) => sent.closed.push(stop.place),
            (None, Coming::Staying) => sent.open.push((stop, Open::Elsewhere)),
            (Some(Went::Refused), _) | (None, Coming::Back) => sent.open.push((stop, Open::NotConfirmed)),
        }
    }
    onward(ctx, sent, visitor).await
}

/// "Sign out there, too": to every provider that offers it or did not confirm.
///
/// # Errors
/// `StoreFault`.
pub async fn there_too(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let Some((mut sent, _)) = take(ctx, handle, visitor).await? else { return Ok(SignOut::Over) };
    let (open, go): (Vec<_>, Vec<_>) = std::mem::take(&mut sent.open).into_iter().partition(|(_, why)| *why == Open::Elsewhere);
    sent.open = open;
    sent.rest = go.into_iter().map(|(stop, _)| stop).collect();
    onward(ctx, sent, visitor).await
}

async fn take(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<(SignOutSent, Option<Went>)>, StoreFault> {
    ctx.federation.sign_outs.take_sign_out(&sha256(handle.as_bytes()), &visitor.browser, ctx.now()).await
}
