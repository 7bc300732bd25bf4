//! The person's own page: who they are, where they are signed in, and the way to end each of it or all.

use std::collections::BTreeSet;

use homeward_federation::delegated::{GrantKey, GrantsError};
use homeward_local_credential::StoreFault;
use homeward_model::{ClientId, ConnectionId, SessionId, UserId};

use crate::{
    context::Context,
    ports::{FoundSession, GrantFound},
    stage::Errand,
    step::{Asking, OwnApplication, OwnDelegated, OwnPage, OwnSaid, OwnSession, Step},
    there::{Open, SignOutSent, Stop},
    usecase::{
        authorize, chooser,
        federated::leave,
        realm,
        refuse::{About, audit},
        session,
        signout::SignOut,
    },
    visitor::Visitor,
};

/// What the person wants to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One session, with the applications that live under it.
    Session(SessionId),
    /// One application on one device.
    Application(SessionId, ClientId),
    /// What applications may do for the person at one provider.
    Delegated(ConnectionId),
    /// Everything, this browser too.
    Everything,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a request and moved once")]
pub enum Own {
    /// The page, or the way to sign in.
    Step(Step),
    /// This browser's session is over, too.
    SignedOut {
        /// The page that says so, or the way to the provider.
        out: SignOut,
        /// Whether somebody else is still signed in in this browser.
        others: bool,
    },
}

/// The page, for whoever was chosen; where several people are signed in and nobody was, the question whose (CHO-2).
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, person: Option<UserId>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    let chosen = live.iter().find(|found| person == Some(found.user.id));
    match (chosen, live.as_slice()) {
        (Some(found), _) | (None, [found]) => page(ctx, found, None, visitor).await,
        (None, []) => {
            let stage = authorize::own(ctx, Errand::Home);
            Ok(Step::Username { stage, asking: Asking::default(), typed: String::new(), problem: None, notice: None })
        }
        (None, _) => chooser::among(ctx, authorize::own(ctx, Errand::Own), &live, visitor).await,
    }
}

/// "Not you?": the others who are signed in in this browser, where there are any.
///
/// # Errors
/// `StoreFault`.
pub async fn not_you(ctx: &Context, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    chooser::whose(ctx, authorize::own(ctx, Errand::Own), visitor).await
}

/// The session of whoever's page it was, as long as it counts.
pub(super) async fn own(ctx: &Context, user: UserId, visitor: &Visitor) -> Result<Option<FoundSession>, StoreFault> {
    Ok(session::live(ctx, visitor).await?.into_iter().find(|found| found.user.id == user))
}

/// Ends something of this person; nothing of anybody else can be named. `user` is whose page it was.
///
/// # Errors
/// `StoreFault`.
pub async fn end(ctx: &Context, user: UserId, what: Ending, visitor: &Visitor) -> Result<Own, StoreFault> {
    let Some(found) = own(ctx, user, visitor).await? else { return open(ctx, None, visitor).await.map(Own::Step) };
    let now = ctx.now();
    let about = |detail| About { user: Some(user), account: Some(found.account.id), client: None, detail };
    match &what {
        Ending::Everything => {
            let (rest, open) = leave::stops(ctx, std::slice::from_ref(&found)).await?;
            ctx.sessions.end_all(user, "by the person", now).await?;
            audit(ctx, "session.ended", "ok", about("everything, by the person"), visitor, None).await?;
            return onward(ctx, (rest, open), visitor).await;
        }
        Ending::Session(id) => {
            let own = ctx.sessions.of_user(user).await?.iter().any(|s| s.id == *id) || grants(ctx, user).await?.iter().any(|g| g.session == *id);
            if own {
                let (rest, open) = leave::stops(ctx, std::slice::from_ref(&found)).await?;
                ctx.sessions.end(*id, "by the person", now).await?;
                audit(ctx, "session.ended", "ok", about("by the person"), visitor, None).await?;
                if *id == found.session.id {
                    return onward(ctx, (rest, open), visitor).await;
                }
            }
        }
        Ending::Delegated(connection) => {
            let key = GrantKey { connection: *connection, user };
            if ctx.federation.delegation.grants().forget(key).await.map_err(fault)? {
                let detail = connection.to_string();
                audit(ctx, "delegated.ended", "ok", About { detail: &detail, ..about("") }, visitor, None).await?;
            }
        }
        Ending::Application(id, client) => {
            if grants(ctx, user).await?.iter().any(|g| g.session == *id && g.code.client == *client) {
                ctx.sessions.end_application(*id, client, "by the person", now).await?;
                audit(ctx, "grant.ended", "ok", About { client: Some(client), ..about("by the person") }, visitor, None).await?;
            }
        }
    }
    page(ctx, &found, Some(OwnSaid::Ended), visitor).await.map(Own::Step)
}

/// This browser's own session has ended: the provider it came from is asked, too.
async fn onward(ctx: &Context, (rest, open): (Vec<Stop>, Vec<(Stop, Open)>), visitor: &Visitor) -> Result<Own, StoreFault> {
    let sent = SignOutSent { client: None, redirect: None, browser: visitor.browser.clone(), here: None, rest, open, closed: Vec::new() };
    let others = !session::live(ctx, visitor).await?.is_empty();
    leave::onward(ctx, sent, visitor).await.map(|out| Own::SignedOut { out, others })
}

async fn grants(ctx: &Context, user: UserId) -> Result<Vec<GrantFound>, StoreFault> {
    ctx.sessions.grants_of(user, ctx.now()).await
}

pub(super) async fn page(ctx: &Context, found: &FoundSession, said: Option<OwnSaid>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let user = &found.user;
    let sessions = ctx.sessions.of_user(user.id).await?;
    let counts = |s: &crate::ports::Session| {
        let as_found = FoundSession { session: s.clone(), ..found.clone() };
        session::alive(ctx, &as_found)
    };
    let sessions: Vec<_> = sessions.into_iter().filter(counts).collect();
    let live: BTreeSet<SessionId> = sessions.iter().map(|s| s.id).collect();
    let shown = |s: crate::ports::Session| OwnSession { here: s.id == found.session.id, id: s.id, device: s.device, since: s.authenticated_at, last_used: s.last_seen };
    let page = OwnPage {
        user: user.id,
        person: format!("{} {}", user.given_name, user.family_name).trim().to_owned(),
        username: user.username.typed().to_owned(),
        account: realm::shown(&found.account),
        applications: applications(ctx, user.id, &live).await?,
        sessions: sessions.into_iter().map(shown).collect(),
        delegated: delegated(ctx, user.id).await?,
        email: user.email.as_ref().map(|email| email.as_str().to_owned()),
        said,
        several: visitor.sessions.len() > 1,
    };
    Ok(Step::Own(Box::new(page)))
}

fn fault(error: GrantsError) -> StoreFault {
    StoreFault(error.to_string())
}

/// Where the person lets applications act for them.
async fn delegated(ctx: &Context, user: UserId) -> Result<Vec<OwnDelegated>, StoreFault> {
    let mut all = Vec::new();
    for (connection, since) in ctx.federation.delegation.grants().of_person(user).await.map_err(fault)? {
        let found = ctx.federation.connections.connection(connection).await?;
        all.extend(found.map(|found| OwnDelegated { connection, name: found.route.name, since }));
    }
    Ok(all)
}

/// One line for each application and device: those that a refresh token or a session that counts keeps alive.
async fn applications(ctx: &Context, user: UserId, live: &BTreeSet<SessionId>) -> Result<Vec<OwnApplication>, StoreFault> {
    let mut shown: Vec<OwnApplication> = Vec::new();
    for grant in grants(ctx, user).await? {
        let client = &grant.code.client;
        if shown.iter().any(|s| s.client == *client && s.session == grant.session) {
            continue; // newest first: this one was used earlier
        }
        let Some(known) = ctx.provider.clients.client(client).await.map_err(authorize::fault)? else { continue };
        let (idle, absolute) = known.grant_life(&grant.code.who);
        let rested = ctx.now().since(grant.last_used) >= idle || ctx.now().since(grant.code.who.auth_time) >= absolute;
        let remembered = known.refresh && grant.code.scopes.contains("offline_access") && !rested;
        if remembered || live.contains(&grant.session) {
            shown.push(OwnApplication { client: client.clone(), session: grant.session, name: known.name.clone(), device: grant.device, last_used: grant.last_used });
        }
    }
    Ok(shown)
}
