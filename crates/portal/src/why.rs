//! "Why can't they sign in?": discovery asked for one person of one account, and what else stands in the way. Of whoever is led to a provider, all
//! that is known here of checks 5 and 6 is looked at: what any answer about them would come to.

use homeward_discovery::{Application, Candidates, Connection, Decision, DeviceKind, Home, Known, SsoRule, User, UserState, home_of};
use homeward_federation::{ConnectionSettings, Jit, LocalField, Protocol};
use homeward_model::{ClientId, Timestamp, UserId, Username};

use crate::{
    authority::Action,
    entry::Granted,
    home::{CertificateState, shown},
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
    /// The application asks for a second factor, and a password brings none.
    SecondFactor,
    /// Refused, or no password that counts, and all that keeps the user from the provider is that they are not in its pilot.
    NotInPilot,
    /// Every certificate of the provider has ended or is not valid yet, and such ones are refused.
    CertificatesOver,
    /// The provider's word counts for nothing about a name of this domain: the account has not proved it.
    DomainNotOwned,
    /// The provider names people by their e-mail address, and this user has none.
    NoEmail,
    /// The provider names people by an external id, and this user has none.
    NoExternalId,
    /// Somebody else of the account has the same e-mail address or external id: neither is named by it.
    Several,
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
    // Where a second factor is asked for no password opens the application.
    let wants_factor = application.sso == SsoRule::RequiresSecondFactor;
    let has_password = portal.people.has_password(user).await? && !wants_factor;
    let connections = portal.accounts.connections(account.id).await?;
    let obstacle = match sent_to(&decision, has_password).and_then(|id| connections.iter().find(|(connection, _)| connection.id == id)) {
        Some((connection, Some(settings))) => match stands(&listed, account.state, &decision, has_password, settings.jit) {
            Obstacle::None => at_provider(portal, &listed.user, (connection, settings)).await?,
            other => other,
        },
        _ => match stands(&listed, account.state, &decision, has_password, Jit::Off) {
            Obstacle::NoPassword | Obstacle::Refused if pilot_leads_there(&known, &candidates, portal.now()) => Obstacle::NotInPilot,
            Obstacle::NoPassword | Obstacle::None if wants_factor && matches!(decision.home, Home::Password { .. }) => Obstacle::SecondFactor,
            other => other,
        },
    };
    let query = LineQuery { user: Some(user), kind: Some(Kind::Attempts), limit: ATTEMPTS, ..LineQuery::default() };
    Ok(Some(Answer {
        provider: provider(&decision, &candidates),
        obstacle,
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

/// Whether nothing but the pilot keeps this user from the provider: the rules of the sign-in lead there as soon as the user has a group that is in it.
/// Another rule that stands before it (the exclusion list, emergency access, the application, a group's own rule) answers as it does now.
fn pilot_leads_there(known: &Known<'_>, candidates: &Candidates, now: Timestamp) -> bool {
    // No group that anybody could give has this name.
    const PILOT: &str = "\0pilot";
    let mut inside = candidates.clone();
    for candidate in &mut inside.accounts {
        candidate.account.pilot_groups.insert(PILOT.to_owned());
        if let Some(user) = &mut candidate.user {
            user.groups.insert(PILOT.to_owned());
        }
    }
    matches!(home_of(known, &inside, now).home, Home::SingleSignOn { .. })
}

/// The connection that this user has to come by: the way leads there, and no password does beside it.
fn sent_to(decision: &Decision, has_password: bool) -> Option<homeward_model::ConnectionId> {
    match &decision.home {
        Home::SingleSignOn { connection, password_beside, .. } if !(*password_beside && has_password) => Some(*connection),
        Home::Password { sso, .. } if !has_password => *sso,
        _ => None,
    }
}

/// What any answer of the provider about this user would come to, as far as it is known here.
async fn at_provider(portal: &Portal, user: &User, (connection, settings): (&Connection, &ConnectionSettings)) -> Result<Obstacle, Fault> {
    let certificates = shown(connection, Some(settings), portal.now()).certificates;
    let is_over = |state: &CertificateState| matches!(state, CertificateState::Over | CertificateState::NotYet);
    if let Protocol::Saml(saml) = &settings.protocol
        && saml.require_valid_certificate
        && !certificates.is_empty()
        && certificates.iter().all(|one| is_over(&one.state))
    {
        return Ok(Obstacle::CertificatesOver);
    }
    let field = settings.matching.local;
    let value = match field {
        LocalField::Username => Some(user.username.typed()),
        LocalField::Email => user.email.as_ref().map(homeward_model::EmailAddress::as_str),
        LocalField::ExternalId => user.external_id.as_deref(),
    };
    // Of a domain that the account has lost nobody is let in, known there or not (ST-12).
    if let Some(value) = value.filter(|value| value.contains('@'))
        && !speaks_for(portal, user, settings, value).await?
    {
        return Ok(Obstacle::DomainNotOwned);
    }
    // Whoever is known there already is known by an unchanging name, whatever else their names here are.
    if portal.people.links(user.account, user.id).await?.iter().any(|(name, _)| *name == connection.name) {
        return Ok(Obstacle::None);
    }
    let Some(value) = value else { return Ok(if field == LocalField::Email { Obstacle::NoEmail } else { Obstacle::NoExternalId }) };
    Ok(match portal.people.sharing(user.account, (field, value)).await? {
        0 | 1 => Obstacle::None,
        _ => Obstacle::Several,
    })
}

/// Whether the provider's word about this name counts: its domain is one that the account has proved, or that the operator has let it speak for.
async fn speaks_for(portal: &Portal, user: &User, settings: &ConnectionSettings, value: &str) -> Result<bool, Fault> {
    let Some(domain) = Username::parse(value).ok().and_then(|name| name.domain().cloned()) else { return Ok(false) };
    if settings.foreign_domains.contains(&domain) {
        return Ok(true);
    }
    let claims = portal.domains.of(user.account).await?;
    Ok(claims.iter().any(|(claim, _)| claim.verified_at.is_some() && claim.domain == domain))
}

/// What stands here. `jit`: whether the provider's word lets in whoever was invited.
fn stands(listed: &Listed, account: homeward_discovery::AccountState, decision: &Decision, has_password: bool, jit: Jit) -> Obstacle {
    match (listed.user.state, account, &decision.home) {
        (_, homeward_discovery::AccountState::Suspended, _) => Obstacle::AccountSuspended,
        (UserState::Invited, ..) if jit == Jit::Off => Obstacle::Invited,
        (UserState::Suspended, ..) => Obstacle::Suspended,
        (UserState::Deprovisioned, ..) => Obstacle::Gone,
        (.., Home::Refused { .. }) => Obstacle::Refused,
        // The page is everybody's; the password of this user does not count there.
        (.., Home::Password { users, .. }) if !users.contains(&listed.user.id) => Obstacle::Refused,
        (.., Home::Password { sso: None, outage: None, .. }) if !has_password => Obstacle::NoPassword,
        _ => Obstacle::None,
    }
}
