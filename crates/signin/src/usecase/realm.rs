//! Asks discovery: every POST comes through here again, with the application and the candidates as they are now.

use std::collections::BTreeSet;

use homeward_discovery::{
    Account, AccountSelection, Application, ApplicationKind, Candidate, Candidates, ConnectionState, Decision, Disclosure, Hints, Home, Known, Person, Question, SsoRule, User, WayIn, decide, way_in,
};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, AccountId, ClientId, ConnectionId, Timestamp, UserId, Username};
use homeward_provider::Stopgap;
use homeward_trace::step;

use crate::{
    context::Context,
    ports::FoundSession,
    stage::{Errand, Method, Started},
    step::{AccountShown, Asking},
    visitor::Visitor,
};

/// What discovery saw and said.
pub(super) struct Realm {
    pub application: Application,
    pub candidates: Candidates,
    pub decision: Decision,
}

impl Realm {
    pub fn candidate(&self, account: AccountId) -> Option<&Candidate> {
        self.candidates.accounts.iter().find(|c| c.account.id == account)
    }
    pub fn user(&self, user: UserId) -> Option<(&User, &Candidate)> {
        self.candidates.accounts.iter().find_map(|c| c.user.as_ref().filter(|u| u.id == user).map(|u| (u, c)))
    }
    pub fn shown(&self, account: Option<AccountId>) -> Option<AccountShown> {
        account.and_then(|id| self.candidate(id)).map(|c| shown(&c.account))
    }
    /// The users whose password may be tried; nobody when the answer is not "password".
    pub fn password_users(&self) -> &[UserId] {
        match &self.decision.home {
            Home::Password { users, .. } => users,
            Home::SingleSignOn { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => &[],
        }
    }
}

pub(super) fn shown(account: &homeward_discovery::Account) -> AccountShown {
    AccountShown { name: account.name.clone(), number: account.number.as_str().to_owned(), colour: account.colour, logo: account.logo.clone(), contact: account.contact.clone() }
}

/// The application of an errand as it is registered now; `None` when it is gone or switched off.
pub(super) async fn application(ctx: &Context, started: &Started) -> Result<Option<Application>, StoreFault> {
    match &started.errand {
        Errand::Application(request) => ctx.directory.application(&request.client_id).await,
        Errand::ChangePassword { client: Some(client), .. } => {
            Ok(ctx.directory.application(client).await?.map(|found| Application { sso: SsoRule::Allowed, ..found }))
        }
        // Whoever comes for a private application leaves no trace on the device, although the errand itself is one of ours (CHO-4).
        Errand::Consent(consent) => {
            let private = ctx.directory.application(&consent.client).await?.is_none_or(|client| client.private);
            Ok(own_pages().map(|own| Application { private, ..own }))
        }
        Errand::Tile => {
            let private = tile_is_private(ctx, started).await?;
            Ok(own_pages().map(|own| Application { private, ..own }))
        }
        Errand::ChangePassword { client: None, .. } | Errand::Email | Errand::Home | Errand::Own => Ok(own_pages()),
    }
}

/// Whether a tile opens a private application: the default one of the account whose connection began it.
async fn tile_is_private(ctx: &Context, started: &Started) -> Result<bool, StoreFault> {
    let Some(connection) = started.hints.connection else { return Ok(false) };
    let Some(connected) = ctx.federation.connections.connection(connection).await? else { return Ok(false) };
    opens_private(ctx, connected.account.id).await
}

/// Whether the default application of an account is private.
pub(super) async fn opens_private(ctx: &Context, account: AccountId) -> Result<bool, StoreFault> {
    Ok(ctx.directory.default_application(account).await?.is_some_and(|application| application.private))
}

/// Our own pages as an application: for everybody, everywhere.
fn own_pages() -> Option<Application> {
    Some(Application {
        client_id: ClientId::parse("homeward")?,
        name: String::new(),
        kind: ApplicationKind::Web,
        regions: BTreeSet::new(),
        sso: SsoRule::Allowed,
        sso_mode: None,
        account_selection: AccountSelection::Identifier,
        private: false,
    })
}

/// The administrators' pages as an application: their own password opens them until the account lets them in by its provider (B-164).
fn administrators_pages() -> Option<Application> {
    own_pages().map(|own| Application { sso: SsoRule::ForAdministrators, ..own })
}

pub(super) async fn asking(ctx: &Context, started: &Started) -> Result<Asking, StoreFault> {
    Ok(application(ctx, started).await?.map(|a| asking_of(&a)).unwrap_or_default())
}

pub(super) fn asking_of(application: &Application) -> Asking {
    Asking { name: (!application.name.is_empty()).then(|| application.name.clone()), private: application.private }
}

/// What is asked besides the name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// Whatever discovery says.
    Any,
    /// "Enter your password".
    Password,
}

/// Resolves a username to its home realm. `None` when the application is gone.
pub(super) async fn resolve(
    ctx: &Context,
    started: &Started,
    username: &Username,
    wish: Wish,
    visitor: &Visitor,
) -> Result<Option<Realm>, StoreFault> {
    step("discovery.decide", decided(ctx, started, username, wish, visitor)).await
}

async fn decided(ctx: &Context, started: &Started, username: &Username, wish: Wish, visitor: &Visitor) -> Result<Option<Realm>, StoreFault> {
    let Some(application) = application(ctx, started).await? else { return Ok(None) };
    let candidates = ctx.directory.candidates(username, &started.hints).await?;
    let decision = decide(&question(ctx, &application, (started, username, wish), visitor), &candidates, ctx.now());
    Ok(Some(Realm { application, candidates, decision }))
}

fn question<'a>(ctx: &Context, application: &'a Application, (started, username, wish): (&'a Started, &'a Username, Wish), visitor: &'a Visitor) -> Question<'a> {
    Question {
        username,
        application,
        hints: &started.hints,
        zone: visitor.zone.as_deref(),
        device: visitor.device,
        disclosure: ctx.settings.disclosure,
        wants_password: wish == Wish::Password,
    }
}

/// Those of the name who keep a password with us, so that it is set, changed and reset here: the users whose password counts where the realm was
/// asked for, and those with a role whose password opens the administrators' pages, also where it opens nothing else (B-164).
pub(super) fn keepers(ctx: &Context, realm: &Realm, (started, username): (&Started, &Username), visitor: &Visitor) -> Vec<UserId> {
    let mut keepers = realm.password_users().to_vec();
    let Some(pages) = administrators_pages() else { return keepers };
    let home = decide(&question(ctx, &pages, (started, username, Wish::Password), visitor), &realm.candidates, ctx.now()).home;
    if let Home::Password { users, .. } = home {
        let holds = |user: &UserId| administers(&realm.candidates, *user) && !realm.password_users().contains(user);
        keepers.extend(users.into_iter().filter(holds));
    }
    keepers
}

/// Whether this user has a role.
fn administers(candidates: &Candidates, user: UserId) -> bool {
    candidates.accounts.iter().any(|candidate| candidate.administers && candidate.user.as_ref().is_some_and(|found| found.id == user))
}

/// Whether a session stands for a sign-in to this application, asked of the rules now: one by an identity provider does where
/// that is a way in of this very user; one by password does only where the rules, asked now, let this
/// very user in by password. A session from an application that never asks for Single Sign-On opens none that does (B-022).
/// In an outage the provider's sessions go on, and those by a code go no further than it. Gives the session as it stands for this
/// application: what it opens only because of an outage ends with that outage.
pub(super) async fn opens(ctx: &Context, mut found: FoundSession, application: &Application, visitor: &Visitor) -> Result<Option<FoundSession>, StoreFault> {
    let known = Known { username: &found.user.username, account: &found.account.number, connection: None, application, place: (visitor.zone.as_deref(), visitor.device) };
    let hints = known.hints();
    let candidates = ctx.directory.candidates(known.username, &hints).await?;
    let question = known.question(&hints);
    let home = decide(&question, &candidates, ctx.now()).home;
    let stands = match &found.session.upstream {
        None => match &home {
            Home::Password { users, outage, .. } => users.contains(&found.user.id) && (found.session.method != Method::Mail || outage.is_some()),
            Home::SingleSignOn { password_beside, .. } => *password_beside && found.session.method != Method::Mail,
            Home::ChooseAccount { .. } | Home::Refused { .. } => false,
        },
        // By the connection that proved it, as long as that is the way in: switched off means off now (ST-13).
        Some(upstream) => way_in(&known, upstream.connection, Person::Stored, &candidates, ctx.now()) != WayIn::No,
    };
    if let (None, Home::Password { outage: Some(out), .. }) = (&found.session.upstream, &home) {
        let needed = stopgap(&question, &candidates, (found.user.id, *out), ctx.now());
        found.session.stopgap = [found.session.stopgap, needed].into_iter().flatten().min_by_key(|stopgap| stopgap.until);
    }
    Ok(stands.then_some(found))
}

/// Whether a session counts for what is done in the person's name on pages of ours, as a sign-in there would: one by a password that the account
/// lets open the administrators' pages alone does not (B-164).
pub(super) async fn counts_here(ctx: &Context, found: &FoundSession, visitor: &Visitor) -> Result<bool, StoreFault> {
    if found.session.upstream.is_some() {
        return Ok(true);
    }
    let Some(own) = own_pages() else { return Ok(false) };
    let let_in = lets_in(ctx, &own, (&found.user, &found.account), (&Hints::default(), found.session.method), visitor).await?;
    Ok(let_in != LetIn::No)
}

/// How the rules let a user in by a proof of ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LetIn {
    /// By themselves.
    Yes,
    /// Because of an outage only.
    For(Stopgap),
    /// Not any more.
    No,
}

/// Whether the rules, asked once more after the proof, let this very user in by a proof of ours.
pub(super) async fn lets_in(
    ctx: &Context,
    application: &Application,
    (user, account): (&User, &Account),
    (hints, method): (&Hints, Method),
    visitor: &Visitor,
) -> Result<LetIn, StoreFault> {
    let hints = Hints { account: Some(AccountHint::Number(account.number.clone())), ..hints.clone() };
    let candidates = ctx.directory.candidates(&user.username, &hints).await?;
    let question = Question {
        username: &user.username,
        application,
        hints: &hints,
        zone: visitor.zone.as_deref(),
        device: visitor.device,
        disclosure: Disclosure::Open,
        // What a password may do wherever it is let in; a code is let in by the outage alone.
        wants_password: method != Method::Mail,
    };
    let Home::Password { users, outage, .. } = decide(&question, &candidates, ctx.now()).home else { return Ok(LetIn::No) };
    if !users.contains(&user.id) {
        return Ok(LetIn::No);
    }
    Ok(match (method, outage) {
        (Method::Mail, None) => LetIn::No,
        (Method::Mail, Some(out)) => LetIn::For(end_of(&candidates, out)),
        (_, None) => LetIn::Yes,
        (_, Some(out)) => stopgap(&question, &candidates, (user.id, out), ctx.now()).map_or(LetIn::Yes, LetIn::For),
    })
}

/// The same where a password is changed: whoever has a role changes the one that opens the administrators' pages, too.
pub(super) async fn lets_change(
    ctx: &Context,
    application: &Application,
    (user, account): (&User, &Account),
    (hints, method): (&Hints, Method),
    visitor: &Visitor,
) -> Result<LetIn, StoreFault> {
    let let_in = lets_in(ctx, application, (user, account), (hints, method), visitor).await?;
    match let_in {
        LetIn::No => lets_administer(ctx, (user, account), (hints, method), visitor).await,
        LetIn::Yes | LetIn::For(_) => Ok(let_in),
    }
}

/// Whether this user of that account has a role, as it stands now.
pub(super) async fn has_role(ctx: &Context, (user, account): (&User, &Account), hints: &Hints) -> Result<bool, StoreFault> {
    let own = Hints { account: Some(AccountHint::Number(account.number.clone())), ..hints.clone() };
    Ok(administers(&ctx.directory.candidates(&user.username, &own).await?, user.id))
}

/// Whether the rules let somebody who has a role in to the administrators' pages by a proof of ours.
pub(super) async fn lets_administer(ctx: &Context, (user, account): (&User, &Account), (hints, method): (&Hints, Method), visitor: &Visitor) -> Result<LetIn, StoreFault> {
    let Some(pages) = administrators_pages() else { return Ok(LetIn::No) };
    if !has_role(ctx, (user, account), hints).await? {
        return Ok(LetIn::No);
    }
    lets_in(ctx, &pages, (user, account), (hints, method), visitor).await
}

/// The outage, when the user's password would not count without it.
fn stopgap(question: &Question<'_>, candidates: &Candidates, (user, out): (UserId, ConnectionId), now: Timestamp) -> Option<Stopgap> {
    let mut without = candidates.clone();
    for connection in without.accounts.iter_mut().flat_map(|candidate| &mut candidate.connections).filter(|connection| connection.id == out) {
        let back = connection.outage.map_or(ConnectionState::Enforced, |outage| outage.back);
        (connection.state, connection.outage) = (back, None);
    }
    let home = decide(&Question { wants_password: true, ..*question }, &without, now).home;
    let counts = matches!(home, Home::Password { users, .. } if users.contains(&user));
    (!counts).then(|| end_of(candidates, out))
}

/// The outage of a connection. One that was written without an end has none of its own.
fn end_of(candidates: &Candidates, out: ConnectionId) -> Stopgap {
    let found = candidates.accounts.iter().flat_map(|candidate| &candidate.connections).find(|connection| connection.id == out);
    let until = found.and_then(|connection| connection.outage).map_or(Timestamp::from_seconds(i64::MAX), |outage| outage.until);
    Stopgap { connection: out, until }
}

/// Whether the password page is the uniform one.
pub(super) fn uniform(ctx: &Context) -> bool {
    ctx.settings.disclosure == Disclosure::Closed
}
