//! "Why can't they sign in?": discovery asked for one person of one account, and what else stands in the way.

use homeward_discovery::{Application, Candidates, Decision, DeviceKind, Home, Known, UserState, home_of};
use homeward_model::{ClientId, UserId};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Fault, Kind, Line, LineQuery, Listed},
    session::Portal,
};

/// The last attempts that are shown.
const ATTEMPTS: u32 = 3;

/// What stands in the way, the first thing that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing that we can see.
    None,
    /// The invitation was not accepted.
    Invited,
    /// The user is suspended.
    Suspended,
    /// The user is gone.
    Gone,
    /// The account is suspended.
    AccountSuspended,
    /// The rules refuse: no connection is on, or the application is not in the region.
    Refused,
    /// A password is asked for, and there is none.
    NoPassword,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// About whom.
    pub listed: Listed,
    /// For which application.
    pub application: Application,
    /// All that may be asked about.
    pub applications: Vec<Application>,
    /// What the sign-in page would do.
    pub decision: Decision,
    /// The provider's name, when the way leads to one.
    pub provider: Option<String>,
    /// What stands in the way.
    pub obstacle: Obstacle,
    /// The last attempts, newest first.
    pub attempts: Vec<Line>,
}

/// Asks for one person; `None` when nobody of this account has that id, or nothing can be signed in to.
///
/// # Errors
/// `Fault`.
pub async fn ask(portal: &Portal, granted: &Granted, user: UserId, application: Option<&ClientId>) -> Result<Option<Answer>, Fault> {
    granted.is_for(Action::Explain)?;
    let account = granted.account();
    let Some(listed) = portal.people.one(account.id, user).await? else { return Ok(None) };
    let applications = portal.accounts.applications(&account.region).await?;
    let chosen = applications.iter().find(|a| Some(&a.client_id) == application).or(applications.first());
    let Some(application) = chosen.cloned() else { return Ok(None) };
    let known = Known { username: &listed.user.username, account: &account.number, connection: None, application: &application, place: (None, DeviceKind::Computer) };
    let mut candidates = portal.accounts.candidates(known.username, &known.hints()).await?;
    // Where else the name lives is no matter of this account (MT-02).
    candidates.accounts.retain(|candidate| candidate.account.id == account.id);
    let decision = home_of(&known, &candidates, portal.now());
    let has_password = portal.people.has_password(user).await?;
    let query = LineQuery { user: Some(user), kind: Some(Kind::Attempts), limit: ATTEMPTS, ..LineQuery::default() };
    Ok(Some(Answer {
        provider: provider(&decision, &candidates),
        obstacle: obstacle(&listed, account.state, &decision, has_password),
        attempts: portal.activity.lines(account.id, &query).await?,
        listed,
        application,
        applications,
        decision,
    }))
}

fn provider(decision: &Decision, candidates: &Candidates) -> Option<String> {
    let id = match &decision.home {
        Home::SingleSignOn { connection, .. } => Some(*connection),
        Home::Password { sso, .. } => *sso,
        Home::ChooseAccount { .. } | Home::Refused { .. } => None,
    }?;
    candidates.accounts.iter().flat_map(|c| &c.connections).find(|c| c.id == id).map(|c| c.name.clone())
}

fn obstacle(listed: &Listed, account: homeward_discovery::AccountState, decision: &Decision, has_password: bool) -> Obstacle {
    match (listed.user.state, account, &decision.home) {
        (_, homeward_discovery::AccountState::Suspended, _) => Obstacle::AccountSuspended,
        (UserState::Invited, ..) => Obstacle::Invited,
        (UserState::Suspended, ..) => Obstacle::Suspended,
        (UserState::Deprovisioned, ..) => Obstacle::Gone,
        (.., Home::Refused { .. }) => Obstacle::Refused,
        // The page is everybody's; the password of this user does not count there.
        (.., Home::Password { users, .. }) if !users.contains(&listed.user.id) => Obstacle::Refused,
        (.., Home::Password { sso: None, outage: None, .. }) if !has_password => Obstacle::NoPassword,
        _ => Obstacle::None,
    }
}
