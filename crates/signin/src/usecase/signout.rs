//! Signing out: asked for by an application (OpenID Connect RP-Initiated Logout 1.0) or by the person.

use homeward_federation::Departure;
use homeward_local_credential::StoreFault;
use homeward_model::{ClientId, UserId};
use homeward_provider::logout;
use homeward_sealing::sha256;

use crate::{
    context::Context,
    ports::FoundSession,
    stage::{AwaitSignOut, NotBack},
    step::Asking,
    there::{Open, Place, SignOutSent},
    usecase::{
        authorize,
        federated::leave,
        realm::asking_of,
        refuse::{self, About, event},
        session,
    },
    visitor::Visitor,
};

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOut {
    /// The person is asked first: the request does not prove that it comes from the application (OL-02, OL-03).
    Confirm {
        /// What the form sends back, sealed.
        stage: AwaitSignOut,
        /// The application that asked.
        asking: Asking,
        /// Who is signed in in this browser, where that is to be said: several, of whom one is chosen, or everybody; or the only one, where the
        /// application means another.
        whom: Vec<Here>,
        /// Whether the application means somebody who is not signed in here (RP-Initiated Logout 1.0, 2). Who that is is told to nobody.
        other: bool,
    },
    /// What was to end is over here; the person goes on to sign out at a provider.
    Leaving {
        /// The application that asked.
        asking: Asking,
        /// The provider.
        place: Place,
        /// The way there.
        departure: Departure,
        /// Leads to the end without the provider.
        handle: String,
    },
    /// What was to end is over.
    Done {
        /// The application that asked.
        asking: Asking,
        /// A registered address to go to, with `state`.
        redirect: Option<String>,
        /// The application wants the person back where nobody goes.
        not_back: Option<NotBack>,
        /// Providers whose sessions may be open, and why.
        open: Vec<(Place, Open)>,
        /// Providers that have confirmed it.
        closed: Vec<Place>,
        /// What "Sign out there, too" sends, when that can be done.
        again: Option<String>,
    },
    /// This sign-out is over, or another browser's.
    Over,
}

/// Somebody who is signed in in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// Who.
    pub user: UserId,
    /// Their name; empty when we know none.
    pub person: String,
    /// Their username as typed.
    pub username: String,
    /// The name of their account.
    pub account: String,
}

/// Who signs out, of those who are signed in in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Nobody said so: the only one; several are asked.
    Unsaid,
    /// This one; the others stay.
    One(UserId),
    /// Every one of them.
    Everybody,
}

/// Who is signed in in this browser now, each once, the newest first.
///
/// # Errors
/// `StoreFault`.
pub async fn here(ctx: &Context, visitor: &Visitor) -> Result<Vec<Here>, StoreFault> {
    Ok(people(&session::live(ctx, visitor).await?))
}

/// Which secrets of a browser's cookie still name a session that nobody has ended. A session changes its secret at every sign-in: those of before name
/// nothing any more, and must not push somebody else's out of the cookie.
///
/// # Errors
/// `StoreFault`.
pub async fn named(ctx: &Context, visitor: &Visitor) -> Result<Vec<String>, StoreFault> {
    let mut named = Vec::new();
    for secret in &visitor.sessions {
        let found = ctx.sessions.find(&sha256(secret.as_bytes())).await?;
        named.extend(found.filter(|found| found.session.ended.is_none()).map(|_| secret.clone()));
    }
    Ok(named)
}

fn people(live: &[FoundSession]) -> Vec<Here> {
    let mut all: Vec<Here> = Vec::new();
    for FoundSession { user, account, .. } in live {
        if all.iter().all(|other| other.user != user.id) {
            let person = format!("{} {}", user.given_name, user.family_name).trim().to_owned();
            all.push(Here { user: user.id, person, username: user.username.typed().to_owned(), account: account.name.clone() });
        }
    }
    all
}

/// What a sign-out in this browser may end.
struct Ending {
    /// Every session that nobody has ended, those that only rested too long included.
    open: Vec<FoundSession>,
    /// Who is signed in. Nobody else is named: whoever sits here now need not know who sat here before.
    whom: Vec<Here>,
}

async fn ending(ctx: &Context, visitor: &Visitor) -> Result<Ending, StoreFault> {
    let open = session::open(ctx, visitor).await?;
    let times = session::Times::of(ctx);
    let live: Vec<FoundSession> = open.iter().filter(|found| session::alive(times, found)).cloned().collect();
    Ok(Ending { open, whom: people(&live) })
}

/// A request to sign out. With a valid `id_token_hint` of the very session that is here it is carried out at once, for that person: others in the
/// browser sign out by an act of their own (OL-04).
pub async fn begin(ctx: &Context, params: &[(String, String)], visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let request = logout::parse(&ctx.provider, params).await.map_err(authorize::fault)?;
    let not_back = match request.not_back {
        Some(why) => Some(refuse::not_back(ctx, why, request.client.as_ref(), visitor).await),
        None => None,
    };
    let stage = AwaitSignOut { client: request.client.clone(), redirect: request.redirect.clone(), shown: Vec::new(), meant: request.user, not_back };
    let Ending { mut open, whom } = ending(ctx, visitor).await?;
    if open.iter().any(|f| Some(f.session.id) == request.session && Some(f.user.id) == request.user) {
        open.retain(|found| Some(found.user.id) == request.user);
        return end(ctx, stage, &open, visitor).await;
    }
    // The hint proves what the application held, whoever sits here now: that ends at once, also where somebody is still to be asked.
    forgotten(ctx, &request, visitor).await?;
    if whom.is_empty() && request.user.is_some() {
        // What only rests here of the hint's person is theirs, whichever of their sessions it names.
        open.retain(|found| Some(found.user.id) == request.user);
        return end(ctx, stage, &open, visitor).await;
    }
    ask(ctx, stage, whom).await
}

/// The question once more, of the same application and with the same way back.
///
/// # Errors
/// `StoreFault`.
pub async fn again(ctx: &Context, stage: AwaitSignOut, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let whom = here(ctx, visitor).await?;
    ask(ctx, stage, whom).await
}

/// The question, for those who are signed in now.
async fn ask(ctx: &Context, stage: AwaitSignOut, whom: Vec<Here>) -> Result<SignOut, StoreFault> {
    let asking = asking(ctx, stage.client.as_ref()).await?;
    let stage = AwaitSignOut { shown: whom.iter().map(|here| here.user).collect(), ..stage };
    let other = !whom.is_empty() && stage.meant.is_some_and(|meant| whom.iter().all(|here| here.user != meant));
    // Nobody has to choose where only one is, and whom the application means.
    let whom = if whom.len() > 1 || other { whom } else { Vec::new() };
    Ok(SignOut::Confirm { stage, asking, whom, other })
}

/// The browser knows the session no more that the hint names: what the application itself was granted under it ends, and nothing of anybody else: it
/// could give that back by itself.
async fn forgotten(ctx: &Context, request: &logout::LogoutRequest, visitor: &Visitor) -> Result<(), StoreFault> {
    let (Some(client), Some(user), Some(id)) = (&request.client, request.user, request.session) else { return Ok(()) };
    let Some(grant) = ctx.sessions.grant_under(id, user, Some(client), ctx.now()).await? else { return Ok(()) };
    let about = About { user: Some(user), account: Some(grant.code.who.account), client: Some(client), detail: "by the application" };
    let line = event(ctx, "grant.ended", "ok", about, visitor, None);
    if ctx.sessions.end_application(id, client, "signed out", &line).await? {
        (ctx.count)(&line);
    }
    Ok(())
}

/// "Yes, sign out". A page that was opened for one person ends nobody else who has come to the browser since: it asks again.
pub async fn confirm(ctx: &Context, stage: AwaitSignOut, whose: Whose, visitor: &Visitor) -> Result<SignOut, StoreFault> {
    let Ending { mut open, whom } = ending(ctx, visitor).await?;
    let has_others = whom.iter().any(|here| !stage.shown.contains(&here.user));
    match whose {
        Whose::Unsaid | Whose::Everybody if has_others => return ask(ctx, stage, whom).await,
        Whose::Unsaid if whom.len() > 1 => return ask(ctx, stage, whom).await,
        Whose::Unsaid => {
            // Where nobody is signed in any more, what rested ends whosever it is.
            open.retain(|found| whom.is_empty() || whom.iter().any(|here| here.user == found.user.id));
        }
        Whose::One(user) => open.retain(|found| found.user.id == user),
        Whose::Everybody => {}
    }
    end(ctx, stage, &open, visitor).await
}

async fn end(
    ctx: &Context,
    stage: AwaitSignOut,
    ending: &[FoundSession],
    visitor: &Visitor,
) -> Result<SignOut, StoreFault> {
    let (rest, open) = leave::stops(ctx, ending).await?;
    for found in ending {
        let about = About { user: Some(found.user.id), account: Some(found.account.id), client: stage.client.as_ref(), detail: "" };
        let line = event(ctx, "session.ended", "ok", about, visitor, None);
        if ctx.sessions.end(found.session.id, "signed out", &line).await? {
            (ctx.count)(&line);
        }
    }
    // Applications are told by a worker; the person waits for none of them.
    (ctx.wake_mailroom)();
    let sent = SignOutSent { client: stage.client, redirect: stage.redirect, not_back: stage.not_back, browser: visitor.browser.clone(), here: None, rest, open, closed: Vec::new() };
    leave::onward(ctx, sent, visitor).await
}

pub(super) async fn asking(ctx: &Context, client: Option<&ClientId>) -> Result<Asking, StoreFault> {
    match client {
        Some(client) => Ok(ctx.directory.application(client).await?.map(|a| asking_of(&a)).unwrap_or_default()),
        None => Ok(Asking::default()),
    }
}
