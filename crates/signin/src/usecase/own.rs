//! The person's own page: who they are, where they are signed in, and the way to end each of it or all.

use std::{collections::BTreeSet, sync::Arc};

use homeward_discovery::{Account, User};
use homeward_federation::delegated::{GrantKey, GrantsError};
use homeward_local_credential::StoreFault;
use homeward_model::{ClientId, ConnectionId, SessionId, UserId};
use homeward_provider::{Client, Clients};

use crate::{
    context::Context,
    ports::{AuditEvent, FoundSession, GrantFound, Session, Sessions},
    stage::Errand,
    step::{Asking, OwnApplication, OwnDelegated, OwnPage, OwnSaid, OwnSession, Step},
    there::{Open, SignOutSent, Stop},
    usecase::{
        authorize, chooser,
        federated::leave,
        identify, realm,
        refuse::{About, event},
        session,
        signout::SignOut,
    },
    visitor::Visitor,
};

pub use super::session::Times;

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
    /// This browser's session is over, too: the page that says so, or the way to the provider.
    SignedOut(SignOut),
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

/// "Not you?": the others who are signed in in this browser, where there are any, or else the username, and then that person's page.
///
/// # Errors
/// `StoreFault`.
pub async fn not_you(ctx: &Context, typed: String, visitor: &Visitor) -> Result<Step, StoreFault> {
    let started = authorize::own(ctx, Errand::Own);
    match chooser::whose(ctx, started.clone(), visitor).await? {
        Some(chooser) => Ok(chooser),
        None => identify::again(ctx, started, typed, None).await,
    }
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
    let about = |detail| About { user: Some(user), account: Some(found.account.id), client: None, detail };
    let count = |ended: bool, line: &AuditEvent| if ended { (ctx.count)(line) };
    match &what {
        Ending::Everything => {
            let (rest, open) = leave::stops(ctx, std::slice::from_ref(&found)).await?;
            let line = event(ctx, "session.ended", "ok", about("everything, by the person"), visitor, None);
            count(ctx.sessions.end_all(user, "by the person", &line).await? > 0, &line);
            return onward(ctx, (rest, open), visitor).await;
        }
        Ending::Session(id) => {
            let own = ctx.sessions.is_of(*id, user).await? || holds(ctx, user, *id, None).await?;
            if own {
                let (rest, open) = leave::stops(ctx, std::slice::from_ref(&found)).await?;
                let line = event(ctx, "session.ended", "ok", about("by the person"), visitor, None);
                count(ctx.sessions.end(*id, "by the person", &line).await?, &line);
                if *id == found.session.id {
                    return onward(ctx, (rest, open), visitor).await;
                }
            }
        }
        Ending::Delegated(connection) => {
            let key = GrantKey { connection: *connection, user };
            let detail = connection.to_string();
            let line = event(ctx, "delegated.ended", "ok", About { detail: &detail, ..about("") }, visitor, None);
            count(ctx.federation.consents.forget_granted(key, &line).await?, &line);
        }
        Ending::Application(id, client) => {
            if holds(ctx, user, *id, Some(client)).await? {
                let line = event(ctx, "grant.ended", "ok", About { client: Some(client), ..about("by the person") }, visitor, None);
                count(ctx.sessions.end_application(*id, client, "by the person", &line).await?, &line);
                (ctx.wake_mailroom)();
            }
        }
    }
    page(ctx, &found, Some(OwnSaid::Ended), visitor).await.map(Own::Step)
}

/// This browser's own session has ended: the provider it came from is asked, too.
async fn onward(ctx: &Context, (rest, open): (Vec<Stop>, Vec<(Stop, Open)>), visitor: &Visitor) -> Result<Own, StoreFault> {
    let sent = SignOutSent { client: None, redirect: None, not_back: None, browser: visitor.browser.clone(), here: None, rest, open, closed: Vec::new() };
    leave::onward(ctx, sent, visitor).await.map(Own::SignedOut)
}

/// Whether something of this person's goes on under a session: of this application, or of any.
async fn holds(ctx: &Context, user: UserId, session: SessionId, client: Option<&ClientId>) -> Result<bool, StoreFault> {
    Ok(ctx.sessions.grant_under(session, user, client, ctx.now()).await?.is_some())
}

pub(super) async fn page(ctx: &Context, found: &FoundSession, said: Option<OwnSaid>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let user = &found.user;
    let whose = Whose { user, account: &found.account, credential_version: found.credential_version };
    let living = living((ctx.sessions.as_ref(), ctx.provider.clients.as_ref()), whose, Times::of(ctx)).await?;
    let shown = |s: Session| OwnSession { here: s.id == found.session.id, id: s.id, device: s.device, since: s.authenticated_at, last_used: s.last_seen };
    let remembers = |(grant, client): (GrantFound, Arc<Client>)| OwnApplication {
        client: client.client_id.clone(),
        session: grant.session,
        name: client.name.clone(),
        device: grant.device,
        last_used: grant.last_used,
    };
    let page = OwnPage {
        user: user.id,
        person: format!("{} {}", user.given_name, user.family_name).trim().to_owned(),
        username: user.username.typed().to_owned(),
        account: realm::shown(&found.account),
        applications: living.applications.into_iter().map(remembers).collect(),
        sessions: living.sessions.into_iter().map(shown).collect(),
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

/// Whose sessions: the person and the account as they are now, and the credential's present version.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The person.
    pub user: &'a User,
    /// Their account.
    pub account: &'a Account,
    /// The version of their credential; 0 when there is none.
    pub credential_version: i64,
}

/// What of a person's counts at a moment.
#[derive(Debug)]
pub struct Living {
    /// Sessions of browsers, the last used first.
    pub sessions: Vec<Session>,
    /// One grant for each application and session: those that a refresh token or a session that counts keeps alive.
    pub applications: Vec<(GrantFound, Arc<Client>)>,
}

/// Which sessions and applications of a person count: what they see themselves, and what an operator is told of them.
///
/// # Errors
/// `StoreFault`.
pub async fn living((sessions, clients): (&dyn Sessions, &dyn Clients), whose: Whose<'_>, times: Times) -> Result<Living, StoreFault> {
    let Whose { user, account, credential_version } = whose;
    let as_found = |session| FoundSession { session, user: user.clone(), account: account.clone(), credential_version };
    let all = sessions.of_user(user.id).await?.into_iter().map(as_found);
    let counting: Vec<Session> = all.filter(|found| session::alive(times, found)).map(|found| found.session).collect();
    let live: BTreeSet<SessionId> = counting.iter().map(|s| s.id).collect();
    let mut applications: Vec<(GrantFound, Arc<Client>)> = Vec::new();
    for grant in sessions.grants_of(user.id, times.now).await? {
        let client = &grant.code.client;
        if applications.iter().any(|(other, _)| other.code.client == *client && other.session == grant.session) {
            continue; // newest first: this one was used earlier
        }
        let Some(known) = clients.client(client).await.map_err(authorize::fault)? else { continue };
        let (idle, absolute) = known.grant_life(&grant.code.who);
        let rested = times.now.since(grant.last_used) >= idle || times.now.since(grant.code.who.auth_time) >= absolute;
        let remembered = known.refresh && grant.code.scopes.contains("offline_access") && !rested;
        if remembered || live.contains(&grant.session) {
            applications.push((grant, known));
        }
    }
    Ok(Living { sessions: counting, applications })
}
