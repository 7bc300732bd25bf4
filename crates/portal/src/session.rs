//! Sessions of the portal: shorter than those of the sign-in, with a cookie of their own, and only for people with a role (AD-19).

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use homeward_discovery::{Account, AccountState, User, UserState};
use homeward_federation::delegated::Delegation;
use homeward_model::{AccountId, Clock, GrantId, Random, SessionId, Timestamp, UserId, random_token};

use crate::{
    adding::Newcomers,
    applications::Applications,
    authority::{Action, Role, vouched_for},
    checked::RefusedAnswers,
    emergency::Emergency,
    ports::{Accounts, Activity, Deed, Domains, Fault, FoundPortalSession, Invitations, People, PeopleTold, PortalSession, PortalSessions, Roles, TxtRecords},
    logo::ports::Logos,
    services::ports::Services,
    setup_link::ports::{SetupLinks, SetupMail},
    steps_mail::StepsMail,
    sign_on::{
        ports::{Connections, Providers},
        told::Tellings,
    },
    tokens::{
        ApiToken, Scope,
        ports::{Answers, ApiTokens},
    },
};

/// How long a session of the portal may rest.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// How long one may last.
pub const ABSOLUTE: Duration = Duration::from_secs(8 * 3600);
/// How old a proof may be for a dangerous step (AD-06).
pub const FRESH: Duration = Duration::from_secs(5 * 60);
/// Its use is noted at most this often.
pub(crate) const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// What the operator has set up for every account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// A registration of its own at Microsoft, for "Start Azure integration".
    pub azure: bool,
    /// Applications may exchange their tokens for delegated ones.
    pub token_exchange: bool,
}

/// What the portal's use cases may reach.
pub struct Portal {
    /// Accounts.
    pub accounts: Arc<dyn Accounts>,
    /// People.
    pub people: Arc<dyn People>,
    /// Emergency access.
    pub emergency: Arc<dyn Emergency>,
    /// Applications.
    pub applications: Arc<dyn Applications>,
    /// People who are added.
    pub newcomers: Arc<dyn Newcomers>,
    /// Roles.
    pub roles: Arc<dyn Roles>,
    /// Sessions.
    pub sessions: Arc<dyn PortalSessions>,
    /// The audit.
    pub activity: Arc<dyn Activity>,
    /// Answers of providers that were refused.
    pub refused_answers: Arc<dyn RefusedAnswers>,
    /// Invitations.
    pub invitations: Arc<dyn Invitations>,
    /// Mails to people.
    pub people_told: Arc<dyn PeopleTold>,
    /// Who was told lately of a step.
    pub tellings: Arc<dyn Tellings>,
    /// Connections, as administrators change them.
    pub sign_on: Arc<dyn Connections>,
    /// Identity providers, as far as their documents are looked at.
    pub providers: Arc<dyn Providers>,
    /// Links for people outside.
    pub setup_links: Arc<dyn SetupLinks>,
    /// Mails with such a link.
    pub setup_mail: Arc<dyn SetupMail>,
    /// Mails with the steps at a provider or in the DNS.
    pub steps_mail: Arc<dyn StepsMail>,
    /// Delegated access.
    pub services: Arc<dyn Services>,
    /// Live tokens for it, from Microsoft.
    pub delegation: Delegation,
    /// Logos of sign-in pages.
    pub logos: Arc<dyn Logos>,
    /// What this installation has.
    pub offers: Offers,
    /// Tokens for the API.
    pub tokens: Arc<dyn ApiTokens>,
    /// Answers of the API that are given again.
    pub answers: Arc<dyn Answers>,
    /// Domains.
    pub domains: Arc<dyn Domains>,
    /// The domain name system.
    pub records: Arc<dyn TxtRecords>,
    /// Our address, without a trailing slash.
    pub base: String,
    /// How long a browser's session may rest, and how long it may last.
    pub sign_in_times: (Duration, Duration),
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
}

impl Portal {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
    /// Whether this installation has no TLS: a development of one's own machine, where providers may have none either.
    pub(crate) fn is_development(&self) -> bool {
        self.base.starts_with("http://")
    }
}

/// Who signed in, as the sign-in told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Who.
    pub user: UserId,
    /// In which account.
    pub account: AccountId,
    /// The browser's session.
    pub session: SessionId,
    /// What the code became.
    pub grant: GrantId,
    /// When the person proved themselves.
    pub proved_at: Timestamp,
    /// Whether the account's identity provider proved it.
    pub federated: bool,
    /// The language of the pages, by its code: mails to administrators are written in it.
    pub language: String,
    /// From which network (prefix).
    pub network: String,
}

/// By what somebody is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// A session of the portal.
    Session {
        /// SHA-256 of its secret.
        hash: [u8; 32],
        /// The session.
        session: PortalSession,
        /// Whether the account's identity provider proved who it is.
        federated: bool,
    },
    /// A token for the API, which they made.
    Token(ApiToken),
}

impl Means {
    /// Whether it goes as far as that action. A session goes as far as the person.
    pub fn includes(&self, action: Action) -> bool {
        match self {
            Self::Session { .. } => true,
            Self::Token(token) => Scope::of(action).is_some_and(|scope| token.scopes.contains(&scope)),
        }
    }
}

/// Somebody with a role who counts now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// By what.
    pub means: Means,
    /// Who.
    pub user: User,
    /// The account they belong to.
    pub home: Account,
    /// What they are. Never empty.
    pub roles: BTreeSet<Role>,
}

impl Actor {
    /// SHA-256 of the secret of the session; whoever calls by a token has none.
    pub fn session(&self) -> Option<&[u8; 32]> {
        match &self.means {
            Means::Session { hash, .. } => Some(hash),
            Means::Token(_) => None,
        }
    }
    /// The token by which they call.
    pub fn token(&self) -> Option<&ApiToken> {
        match &self.means {
            Means::Session { .. } => None,
            Means::Token(token) => Some(token),
        }
    }
    /// Whether an account's own identity provider vouches for them, and not a proof of ours.
    pub fn is_federated(&self) -> bool {
        match &self.means {
            Means::Session { federated, .. } => *federated,
            Means::Token(token) => token.federated,
        }
    }
    /// The name to show.
    pub fn name(&self) -> String {
        called(&self.user)
    }
}

/// What somebody is called: the full name, or the username where there is none.
pub fn called(user: &User) -> String {
    let name = format!("{} {}", user.given_name, user.family_name);
    let name = name.trim();
    if name.is_empty() { user.username.typed().to_owned() } else { name.to_owned() }
}

/// Begins a session for somebody who has a role; gives its secret. `None` for everybody else: they get no session at all. The
/// session before ends, and with it the stay in an account that was entered: each proof enters anew, and each entering is on record.
///
/// # Errors
/// `Fault`.
pub async fn begin(portal: &Portal, who: &Arrived, before: Option<&Actor>) -> Result<Option<String>, Fault> {
    if roles_in(portal, who.user, who.federated).await?.is_empty() {
        return Ok(None);
    }
    let secret = random_token(portal.random.as_ref());
    let now = portal.now();
    let session = PortalSession {
        user: who.user,
        home: who.account,
        session: who.session,
        grant: who.grant,
        proved_at: who.proved_at,
        since: now,
        last_used: now,
        entered: None,
    };
    let mut deeds = vec![of_session("portal.signed_in", (who.user, who.account), &who.network, now)];
    if let Some(other) = before.filter(|before| before.user.id != who.user) {
        deeds.insert(0, of_session("portal.signed_out", (other.user.id, other.home.id), &who.network, now));
    }
    let replaces = before.and_then(|before| match &before.means {
        Means::Session { hash, session, .. } => Some((*hash, session.grant)),
        Means::Token(_) => None,
    });
    portal.sessions.start(&homeward_sealing::sha256(secret.as_bytes()), (&session, &who.language), replaces, &deeds).await?;
    Ok(Some(secret))
}

/// What somebody did about their own session.
fn of_session(event: &'static str, (user, account): (UserId, AccountId), network: &str, at: Timestamp) -> Deed {
    Deed { event, by: user, link: None, account, user: Some(user), detail: String::new(), network: network.to_owned(), at, alarm: None }
}

/// Who a secret stands for now, if for anybody: session, person, account and roles are looked up at every request.
///
/// # Errors
/// `Fault`.
pub async fn open(portal: &Portal, secret: &str) -> Result<Option<Actor>, Fault> {
    let hash = homeward_sealing::sha256(secret.as_bytes());
    let now = portal.now();
    let Some(found) = portal.sessions.find(&hash, now).await?.filter(|found| counts(portal, found, now)) else { return Ok(None) };
    let roles = roles_in(portal, found.user.id, found.federated).await?;
    if roles.is_empty() {
        return Ok(None);
    }
    if now.since(found.session.last_used) >= TOUCH_EVERY {
        portal.sessions.touch(&hash, now).await?;
    }
    let means = Means::Session { hash, session: found.session, federated: found.federated };
    Ok(Some(Actor { means, user: found.user, home: found.account, roles }))
}

/// Roles of somebody who came in by our own proof, or by a provider's.
pub(crate) async fn roles_in(portal: &Portal, user: UserId, federated: bool) -> Result<BTreeSet<Role>, Fault> {
    let roles = portal.roles.of(user).await?;
    Ok(if federated { vouched_for(roles) } else { roles })
}

fn counts(portal: &Portal, found: &FoundPortalSession, now: Timestamp) -> bool {
    found.stands
        // Only as long as the account lets its administrators in that way (B-164).
        && (!found.federated || found.account.admin_sso)
        // No longer than the browser's session that it came from.
        && now.since(found.signed_in_at) < portal.sign_in_times.1
        && now.since(found.session.last_used) < IDLE
        && now.since(found.session.since) < ABSOLUTE
        && found.user.state == UserState::Active
        && found.account.state == AccountState::Active
        && found.user.account == found.session.home
}

/// Ends it; `network`: from where.
///
/// # Errors
/// `Fault`.
pub async fn end(portal: &Portal, actor: &Actor, network: &str) -> Result<(), Fault> {
    let deed = of_session("portal.signed_out", (actor.user.id, actor.home.id), network, portal.now());
    match &actor.means {
        Means::Session { hash, session, .. } => portal.sessions.end(hash, session.grant, &deed).await,
        Means::Token(_) => Ok(()),
    }
}
