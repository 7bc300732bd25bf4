//! Users of an account: the list, one of them, and what an administrator does for them.

use std::collections::{BTreeSet, HashSet};

use homeward_discovery::{Account, ConnectionState, User, UserRule, UserState};
use homeward_model::{DomainName, Timestamp, UserId, Username};

use crate::{
    authority::{Action, Role, is_wider},
    emergency::Sheet,
    entry::Granted,
    lifecycle::{Whose, goes_there, is_of, proved},
    ports::{Excluded, Fault, Listed, Moved, Place, Since, UserQuery},
    session::{Actor, Portal},
};

/// How somebody signs in, in one word for a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// At the identity provider.
    SingleSignOn,
    /// By the account's password.
    Password,
    /// By password, because of the exclusion list.
    Excluded,
    /// By password whatever happens.
    Emergency,
}

/// How somebody signs in to an ordinary application, by the account's own settings and those of the person's groups. Networks and applications may say
/// otherwise for one sign-in; "why?" knows. `on_domain`: the username is of a domain that the account has proved.
pub fn way(account: &Account, connections: &[ConnectionState], (user, on_domain): (&User, bool)) -> Way {
    match user.rule {
        _ if user.break_glass => Way::Emergency,
        Some(UserRule::Excluded) => Way::Excluded,
        _ if connections.iter().any(|state| goes_there(account, Whose::of(user, on_domain), *state)) => Way::SingleSignOn,
        Some(UserRule::Pilot) | None => Way::Password,
    }
}

/// A list with how its people sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserList {
    /// In the order of usernames.
    pub users: Vec<(Listed, Way)>,
    /// The key after which there are more.
    pub next: Option<String>,
}

/// A page of users. One more than asked for is looked up, to know whether there are more.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted, query: &UserQuery) -> Result<UserList, Fault> {
    granted.is_for(Action::ReadUsers)?;
    let account = granted.account();
    let standings = Standings::of(portal, account).await?;
    let more = UserQuery { limit: query.limit.saturating_add(1), ..query.clone() };
    let mut users = portal.people.list(account.id, &more).await?;
    let size = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let has_more = users.len() > size;
    users.truncate(size);
    let next = users.last().filter(|_| has_more).map(|last| last.user.username.key().to_owned());
    let users = users.into_iter().map(|listed| (listed.clone(), standings.way(account, &listed.user))).collect();
    Ok(UserList { users, next })
}

/// Where an account's connections stand, and which domains it has proved.
pub(crate) struct Standings {
    connections: Vec<ConnectionState>,
    pub(crate) domains: HashSet<DomainName>,
}

impl Standings {
    pub(crate) async fn of(portal: &Portal, account: &Account) -> Result<Self, Fault> {
        let connections: Vec<_> = portal.accounts.connections(account.id).await?.iter().map(|(connection, _)| connection.state_at(portal.now())).collect();
        // Domains say where people sign in while it is on for them alone.
        let domains = if connections.contains(&ConnectionState::Domains) { proved(portal.domains.of(account.id).await?.iter().map(|(claim, _)| claim)) } else { HashSet::new() };
        Ok(Self { connections, domains })
    }
    fn way(&self, account: &Account, user: &User) -> Way {
        way(account, &self.connections, (user, is_of(&self.domains, &user.username)))
    }
    /// Whether one of them leads somebody to its provider.
    pub(crate) fn lead_there(&self, account: &Account, whose: Whose<'_>) -> bool {
        self.connections.iter().any(|state| goes_there(account, whose, *state))
    }
}

/// One user with everything that the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneUser {
    /// The user.
    pub listed: Listed,
    /// How they sign in.
    pub way: Way,
    /// Whether they have a password here.
    pub has_password: bool,
    /// Where they are signed in.
    pub places: Vec<Place>,
    /// Since when they are on the exclusion list, when the portal knows.
    pub excluded: Option<Since>,
    /// Their printed codes, when they have emergency access.
    pub sheet: Option<Sheet>,
    /// At which providers they are known, and since when.
    pub links: Vec<(String, Timestamp)>,
    /// Why the one who asks does not change what this user may do: their own access, or that of somebody with a wider role.
    pub hands_off: Option<Done>,
}

/// One user; `None` when nobody of this account has that id.
///
/// # Errors
/// `Fault`.
pub async fn one(portal: &Portal, granted: &Granted, user: UserId) -> Result<Option<OneUser>, Fault> {
    granted.is_for(Action::ReadUsers)?;
    look_up(portal, granted, user).await
}

/// The same for whoever has just tried to change the username.
///
/// # Errors
/// `Fault`.
pub async fn after_step(portal: &Portal, granted: &Granted, user: UserId) -> Result<Option<OneUser>, Fault> {
    granted.is_for(Action::ChangeUsername)?;
    look_up(portal, granted, user).await
}

async fn look_up(portal: &Portal, granted: &Granted, user: UserId) -> Result<Option<OneUser>, Fault> {
    let account = granted.account();
    let Some(listed) = portal.people.one(account.id, user).await? else { return Ok(None) };
    let way = Standings::of(portal, account).await?.way(account, &listed.user);
    let excluded = match listed.user.rule {
        Some(UserRule::Excluded) => portal.people.excluded_since(account.id, user).await?,
        Some(UserRule::Pilot) | None => None,
    };
    Ok(Some(OneUser {
        way,
        has_password: portal.people.has_password(user).await?,
        places: places(portal, account, user).await?,
        sheet: if listed.user.break_glass { portal.emergency.sheet(account.id, user).await? } else { None },
        links: portal.people.links(account.id, user).await?,
        hands_off: hands_off(granted.actor()?, user, &portal.roles.of(user).await?),
        excluded,
        listed,
    }))
}

/// Sessions that still count, and those under which an application remembers the sign-in.
async fn places(portal: &Portal, account: &Account, user: UserId) -> Result<Vec<Place>, Fault> {
    let now = portal.now();
    let (idle, absolute) = portal.sign_in_times;
    let mut places = portal.people.places(account.id, user, now).await?;
    for place in &mut places {
        let counts = now.since(place.last_used) < idle && now.since(place.since) < absolute;
        place.applications.retain(|(_, remembers)| counts || *remembers);
    }
    places.retain(|place| !place.applications.is_empty() || (now.since(place.last_used) < idle && now.since(place.since) < absolute));
    Ok(places)
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    Done,
    /// It was so already, or somebody else has changed it meanwhile.
    Changed,
    /// Nobody of this account has that id.
    Nobody,
    /// One's own access cannot be taken in the portal.
    Oneself,
    /// The person has a wider role in the portal than the one who asks.
    Wider,
    /// Nobody would be left who can let others in.
    LastWayIn,
    /// The account allows no passwords, so the exclusion list would let nobody in.
    NoPasswords,
    /// No invitation could be sent: no mailbox, or three within the hour.
    NotSent,
    /// Only a provider vouches for the one who asks, and this takes a proof of ours.
    Federated,
    /// No mail for a password could be sent: no mailbox, no password that would count, or three within the hour.
    NotMailed,
}

impl From<Moved> for Done {
    fn from(moved: Moved) -> Self {
        match moved {
            Moved::Done => Self::Done,
            Moved::Otherwise => Self::Changed,
            Moved::LastWayIn => Self::LastWayIn,
        }
    }
}

/// Sends an invitation again.
///
/// # Errors
/// `Fault`.
pub async fn invite(portal: &Portal, granted: &Granted, user: UserId) -> Result<Done, Fault> {
    granted.is_for(Action::Invite)?;
    let Some(listed) = portal.people.one(granted.account().id, user).await? else { return Ok(Done::Nobody) };
    if listed.user.state != UserState::Invited {
        return Ok(Done::Changed);
    }
    let deed = granted.deed(portal, "portal.invited", Some(user), String::new());
    Ok(if portal.invitations.invite(user, &deed).await? { Done::Done } else { Done::NotSent })
}

/// Sends an active user who keeps a password here the mail in which it is set, or set anew.
///
/// # Errors
/// `Fault`.
pub async fn mail_password(portal: &Portal, granted: &Granted, user: UserId) -> Result<Done, Fault> {
    granted.is_for(Action::Invite)?;
    let Some(listed) = portal.people.one(granted.account().id, user).await? else { return Ok(Done::Nobody) };
    if let Some(why) = hands_off(granted.actor()?, user, &portal.roles.of(user).await?) {
        return Ok(why);
    }
    if listed.user.state != UserState::Active {
        return Ok(Done::Changed);
    }
    let deed = granted.deed(portal, "portal.password_mail", Some(user), String::new());
    Ok(if portal.invitations.password(user, &deed).await? { Done::Done } else { Done::NotMailed })
}

/// Why this person does not change what somebody may do; `None` when they do. Nobody changes it for themselves, and nobody takes from
/// above (AD-02).
pub(crate) fn hands_off(actor: &Actor, user: UserId, theirs: &BTreeSet<Role>) -> Option<Done> {
    if user == actor.user.id {
        return Some(Done::Oneself);
    }
    is_wider(theirs, &actor.roles).then_some(Done::Wider)
}

/// Suspends a user, or lets a suspended one sign in again.
///
/// # Errors
/// `Fault`.
pub async fn set_suspended(portal: &Portal, granted: &Granted, user: UserId, suspended: bool) -> Result<Done, Fault> {
    granted.is_for(Action::ChangeState)?;
    let Some(listed) = portal.people.one(granted.account().id, user).await? else { return Ok(Done::Nobody) };
    let roles = portal.roles.of(user).await?;
    if let Some(why) = hands_off(granted.actor()?, user, &roles) {
        return Ok(why);
    }
    let (from, to) = if suspended { (UserState::Active, UserState::Suspended) } else { (UserState::Suspended, UserState::Active) };
    if listed.user.state != from {
        return Ok(Done::Changed);
    }
    let deed = granted.deed(portal, "portal.user", Some(user), format!("{} → {}", from.word(), to.word())).about(&roles);
    Ok(portal.people.set_state(granted.account().id, (user, from, to), &deed).await?.into())
}

/// Signs a user out everywhere.
///
/// # Errors
/// `Fault`.
pub async fn sign_out(portal: &Portal, granted: &Granted, user: UserId) -> Result<Done, Fault> {
    granted.is_for(Action::EndSessions)?;
    if portal.people.one(granted.account().id, user).await?.is_none() {
        return Ok(Done::Nobody);
    }
    if let Some(why) = hands_off(granted.actor()?, user, &portal.roles.of(user).await?) {
        return Ok(why);
    }
    let deed = granted.deed(portal, "portal.sessions_ended", Some(user), String::new());
    portal.people.end_all(granted.account().id, user, &deed).await?;
    Ok(Done::Done)
}

/// Puts a user on the exclusion list, or takes one off.
///
/// # Errors
/// `Fault`.
pub async fn set_excluded(portal: &Portal, granted: &Granted, user: UserId, excluded: bool) -> Result<Done, Fault> {
    granted.is_for(Action::ChangeExclusions)?;
    let account = granted.account();
    if excluded && account.allow_local == homeward_discovery::AllowLocal::No {
        return Ok(Done::NoPasswords);
    }
    let Some(listed) = portal.people.one(account.id, user).await? else { return Ok(Done::Nobody) };
    // The list decides who has a password of ours, and so a way into the portal itself (AD-02).
    let roles = portal.roles.of(user).await?;
    if let Some(why) = hands_off(granted.actor()?, user, &roles) {
        return Ok(why);
    }
    let from = listed.user.rule;
    let to = excluded.then_some(UserRule::Excluded);
    if from == to || (!excluded && from != Some(UserRule::Excluded)) {
        return Ok(Done::Changed);
    }
    let word = |rule: Option<UserRule>| rule.map_or("none", UserRule::word);
    let deed = granted.deed(portal, "portal.exclusion", Some(user), format!("{} → {}", word(from), word(to))).about(&roles);
    Ok(portal.people.set_rule(account.id, (user, from, to), &deed).await?.into())
}

/// A page of the exclusion list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExclusionList {
    /// By username, and whether the one who asks may take them off.
    pub entries: Vec<(Excluded, bool)>,
    /// The key after which there are more.
    pub next: Option<String>,
    /// How many there are.
    pub count: u64,
}

/// The exclusion list: those whose username begins so, after a key. `count` is of the whole list.
///
/// # Errors
/// `Fault`.
pub async fn exclusions(portal: &Portal, granted: &Granted, prefix: &str, (after, limit): (&str, u32)) -> Result<ExclusionList, Fault> {
    // Whoever has just changed the list sees it.
    granted.is_for(Action::ReadExclusions).or_else(|_| granted.is_for(Action::ChangeExclusions))?;
    let (account, actor) = (granted.account().id, granted.actor()?);
    let above: BTreeSet<UserId> = portal.roles.holders(account).await?.iter().filter(|holder| hands_off(actor, holder.user.id, &holder.roles).is_some()).map(|holder| holder.user.id).collect();
    let mut entries = portal.people.exclusions(account, prefix, (after, limit.saturating_add(1))).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = entries.len() > size;
    entries.truncate(size);
    let next = entries.last().filter(|_| has_more).map(|last| last.user.username.key().to_owned());
    let may = |entry: &Excluded| entry.user.id != actor.user.id && !above.contains(&entry.user.id);
    let entries = entries.into_iter().map(|entry| (entry.clone(), may(&entry))).collect();
    Ok(ExclusionList { entries, next, count: portal.accounts.head_count(account).await?.excluded })
}

/// What came of names that were pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// How many were put on the list.
    pub added: u32,
    /// How many were on it already.
    pub there: u32,
    /// Lines that name nobody of this account, as they were typed.
    pub unknown: Vec<String>,
    /// Names beyond those that are taken at once: nobody has looked at them.
    pub rest: Vec<String>,
    /// Usernames that the one who asks may not put there: their own, and people with a wider role.
    pub refused: Vec<String>,
    /// The account allows no passwords; nothing was done.
    pub no_passwords: bool,
}

/// Names that are pasted at once, at most.
pub const MOST_PASTED: usize = 500;

/// The names in a text, one a line or separated by commas or semicolons: those that are taken at once, and the rest.
pub(crate) fn typed_names(text: &str, most: usize) -> (Vec<&str>, Vec<String>) {
    let mut names: Vec<&str> = text.split(['\n', '\r', ',', ';']).map(str::trim).filter(|name| !name.is_empty()).collect();
    let rest = names.split_off(most.min(names.len()));
    (names, rest.into_iter().map(str::to_owned).collect())
}

/// Puts everybody on the list whose username stands in the text (ADM-10).
///
/// # Errors
/// `Fault`.
pub async fn exclude_pasted(portal: &Portal, granted: &Granted, text: &str) -> Result<Pasted, Fault> {
    granted.is_for(Action::ChangeExclusions)?;
    let (names, rest) = typed_names(text, MOST_PASTED);
    let mut pasted = Pasted { rest, ..Pasted::default() };
    for name in names {
        let found = match Username::parse(name) {
            Ok(username) => portal.people.named(granted.account().id, &username).await?,
            Err(_) => None,
        };
        match found {
            None => pasted.unknown.push(name.chars().take(100).collect()),
            Some(user) => match set_excluded(portal, granted, user.id, true).await? {
                Done::Done => pasted.added += 1,
                Done::NoPasswords => return Ok(Pasted { no_passwords: true, ..pasted }),
                Done::Oneself | Done::Wider => pasted.refused.push(user.username.typed().to_owned()),
                _ => pasted.there += 1,
            },
        }
    }
    Ok(pasted)
}

