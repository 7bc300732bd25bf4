//! Whom a step concerns, in numbers, before it is taken: one connection's, or what a file changes of where an account's people sign in. Who went
//! to a provider, comes back to a password and has none is named, and gets a mail (B-164…B-172).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use homeward_discovery::{Account, AccountState, Connection, ConnectionState, DomainClaim, User, UserState};
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    lifecycle::{self, Effect, Whose},
    standing::{Beside, Standing},
};
use homeward_store::register::{AccountEntry, ConnectionEntry, Register};
use serde::Serialize;

use crate::present::Present;

/// Names that a preview lists.
const SHOWN: usize = 10;

/// What a file does to where the people of one account sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Concerned {
    /// The account's number.
    pub account: String,
    /// Who sign in at a provider now.
    pub at_provider_now: usize,
    /// Who sign in elsewhere afterwards than now: at a provider instead of here, here instead of at a provider, or at another connection.
    pub elsewhere: usize,
    /// As it is afterwards.
    pub effect: Effect,
    /// Who gets a mail in which a password is set.
    pub invited: Vec<String>,
    /// Who would, and has no address.
    pub without_address: usize,
    /// Connections that take a step, which can be taken back for a day.
    pub moved: Vec<String>,
    /// What else the file changes of where the account's people sign in: with it, no step is taken back.
    pub beside: Beside,
    #[serde(skip)]
    pub(crate) id: AccountId,
    #[serde(skip)]
    pub(crate) people: Vec<UserId>,
}

impl Concerned {
    /// For people.
    pub(crate) fn to_text(&self) -> String {
        let names: Vec<&str> = self.invited.iter().map(String::as_str).collect();
        // No file begins an outage, so that whoever has no password is invited.
        let whom = whom(&self.effect, ConnectionState::Retired, &names);
        let lost = (self.without_address > 0).then(|| format!("  {} of those who come back to a password have none, and no address for an invitation", self.without_address));
        let elsewhere = if self.elsewhere > 0 { format!("; {} sign in elsewhere afterwards", self.elsewhere) } else { String::new() };
        let head = format!("  account {}, once it is done ({} sign in at a provider now{elsewhere}):", self.account, self.at_provider_now);
        [head].into_iter().chain(whom.into_iter().chain(lost).map(|line| format!("    {line}"))).collect::<Vec<_>>().join("\n")
    }
    /// How its steps are taken back.
    pub(crate) fn ways_back(&self) -> impl Iterator<Item = String> {
        let (by_step, by_file) = match self.beside.is_nothing() {
            true => (self.moved.as_slice(), None),
            false => (&[] as &[String], (!self.moved.is_empty()).then_some(self.beside)),
        };
        let by_file = by_file.map(|beside| format!("To take back what moved people of account {} (connections, {beside}): change it back in the file and apply that", self.account));
        by_step.iter().map(|name| format!("To take it back within 24 hours: homeward connection undo {} \"{name}\" --yes", self.account)).chain(by_file)
    }
    /// Nobody gets a mail.
    pub(crate) fn invite_nobody(&mut self) {
        self.invited.clear();
        self.people.clear();
    }
}

/// The accounts, among those that are there, in which `entries` changes where people sign in, whatever of it does: a connection, the account's settings,
/// a domain, or what is said of somebody alone (exclusion, pilot, groups). `with_password`: who has one then.
pub(crate) fn concerned(entries: &Register, present: &Present<'_>, with_password: &HashSet<UserId>, now: Timestamp) -> Vec<Concerned> {
    let mut moved: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for entry in &entries.connections {
        let new = &entry.connection;
        let old = present.connection(new.account, &new.name).map_or(Standing { state: ConnectionState::Draft, outage: None }, |old| Standing::of(&old.connection, now));
        if Standing::of(new, now) != old {
            moved.entry(new.account).or_default().push(new.name.clone());
        }
    }
    for entry in &entries.accounts {
        if present.account_of(entry.account.id).is_some_and(|old| routes(&old.account) != routes(&entry.account)) {
            moved.entry(entry.account.id).or_default();
        }
    }
    // These are told in any case; what else is written is, where it leads somebody elsewhere.
    let told: BTreeSet<AccountId> = moved.keys().copied().collect();
    let of_accounts = entries.accounts.iter().map(|entry| entry.account.id);
    let of_domains = entries.domains.iter().map(|claim| claim.account);
    for account in of_accounts.chain(of_domains).chain(entries.users.iter().map(|user| user.account)) {
        moved.entry(account).or_default();
    }
    let (before, after) = (Routes::of(present.register, None), Routes::of(present.register, Some(entries)));
    let mut people: HashMap<AccountId, Vec<&User>> = HashMap::new();
    for user in after.users.values().filter(|user| user.state == UserState::Active && moved.contains_key(&user.account)) {
        people.entry(user.account).or_default().push(user);
    }
    let one = |(id, mut moved): (AccountId, Vec<String>)| {
        let (old, new) = (*before.accounts.get(&id)?, *after.accounts.get(&id)?);
        if new.state != AccountState::Active {
            return None;
        }
        // Of one that is new no step is kept.
        moved.retain(|name| present.connection(id, name).is_some());
        let mut all = people.remove(&id).unwrap_or_default();
        all.sort_by_key(|user| user.username.key());
        let was = |user: &User| before.users.get(&user.id).copied().filter(|was| was.state == UserState::Active);
        let goes = |user: &User| was(user).is_some_and(|was| before.goes_there(old, was, now));
        // Apart from an outage, in which nobody is at the provider and who has no password comes in by a code: who comes back for good.
        let comes_back = |user: &User| was(user).is_some_and(|was| before.is_set_there(old, was)) && !after.is_set_there(new, user);
        let back: Vec<&User> = all.iter().copied().filter(|user| comes_back(user) && !with_password.contains(&user.id)).collect();
        let elsewhere = all.iter().filter(|user| was(user).is_some_and(|was| before.place(old, was, now) != after.place(new, user, now))).count();
        if elsewhere == 0 && back.is_empty() && !told.contains(&id) {
            return None;
        }
        let invited: Vec<&User> = back.iter().copied().filter(|user| user.email.is_some()).collect();
        Some(Concerned {
            account: new.number.to_string(),
            elsewhere,
            at_provider_now: all.iter().filter(|user| goes(user)).count(),
            effect: lifecycle::effect_by(new, all.iter().copied(), with_password, |user| (after.state(new, user, now), after.claim(new, user).is_some())),
            without_address: back.len() - invited.len(),
            invited: invited.iter().map(|user| user.username.typed().to_owned()).collect(),
            moved,
            beside: Beside::default(),
            id,
            people: invited.iter().map(|user| user.id).collect(),
        })
    };
    moved.into_iter().filter_map(one).collect()
}

/// The same for one step of one connection, which is there. `account`: as the step leaves it, where it changes that.
pub(crate) fn of_step(all: &Register, with_password: &HashSet<UserId>, (entry, to, account): (&ConnectionEntry, Standing, Option<AccountEntry>), now: Timestamp) -> Option<Concerned> {
    let moved = ConnectionEntry { connection: to.put_into(&entry.connection), ..entry.clone() };
    let entries = Register { accounts: account.into_iter().collect(), connections: vec![moved], ..Register::default() };
    concerned(&entries, &Present::of(all), with_password, now).pop()
}

/// What of an account says where its people sign in.
fn routes(account: &Account) -> impl PartialEq + '_ {
    (account.sso_entitled, account.sso_mode, account.allow_local, account.connection, &account.group_rules)
}

/// What is registered, with or without what a file changes, by the names that routing asks for.
struct Routes<'a> {
    accounts: HashMap<AccountId, &'a Account>,
    users: HashMap<UserId, &'a User>,
    connections: HashMap<ConnectionId, &'a Connection>,
    claims: HashMap<(AccountId, &'a str), &'a DomainClaim>,
}

impl<'a> Routes<'a> {
    fn of(register: &'a Register, change: Option<&'a Register>) -> Self {
        let both = || [Some(register), change].into_iter().flatten();
        Self {
            accounts: both().flat_map(|all| &all.accounts).map(|entry| (entry.account.id, &entry.account)).collect(),
            users: both().flat_map(|all| &all.users).map(|user| (user.id, user)).collect(),
            connections: both().flat_map(|all| &all.connections).map(|entry| (entry.connection.id, &entry.connection)).collect(),
            claims: both().flat_map(|all| &all.domains).map(|claim| ((claim.account, claim.domain.as_str()), claim)).collect(),
        }
    }

    /// The account's claim on the domain of somebody's username, if that is proved.
    fn claim(&self, account: &Account, user: &User) -> Option<&DomainClaim> {
        user.username.domain().and_then(|domain| self.claims.get(&(account.id, domain.as_str()))).copied().filter(|claim| claim.verified_at.is_some())
    }

    fn whose<'u>(&self, account: &Account, user: &'u User) -> Whose<'u> {
        Whose::of(user, self.claim(account, user).is_some())
    }

    /// The connection that is set for somebody: by the group, the proved domain, the account.
    fn connection(&self, account: &Account, user: &User) -> Option<&Connection> {
        let claim = self.claim(account, user);
        let set = [account.rule_of(&user.groups).and_then(|rule| rule.connection), claim.and_then(|claim| claim.connection), account.connection];
        let own = |id: ConnectionId| self.connections.get(&id).filter(|connection| connection.account == account.id);
        set.into_iter().flatten().find_map(own).copied()
    }

    /// Its state. Where none is set, it is as good as off.
    fn state(&self, account: &Account, user: &User, now: Timestamp) -> ConnectionState {
        self.connection(account, user).map_or(ConnectionState::Retired, |connection| connection.state_at(now))
    }

    /// Whether somebody signs in at the provider, apart from an outage.
    fn is_set_there(&self, account: &Account, user: &User) -> bool {
        self.connection(account, user).is_some_and(|connection| lifecycle::goes_there(account, self.whose(account, user), connection.state_without_outage()))
    }

    /// Where somebody signs in: at the provider of this connection, or here.
    fn place(&self, account: &Account, user: &User, now: Timestamp) -> Option<ConnectionId> {
        let connection = self.connection(account, user)?;
        lifecycle::goes_there(account, self.whose(account, user), connection.state_at(now)).then_some(connection.id)
    }

    fn goes_there(&self, account: &Account, user: &User, now: Timestamp) -> bool {
        lifecycle::goes_there(account, self.whose(account, user), self.state(account, user, now))
    }
}

/// Whom a step concerns, in sentences.
pub(crate) fn whom(effect: &Effect, to: ConnectionState, invited: &[&str]) -> Vec<String> {
    let mut lines = vec![format!("  {} active users: {} sign in at the provider, {} have a password that works, {} have none", effect.users, effect.at_provider, effect.keep_password, effect.without_password)];
    if to == ConnectionState::Outage {
        lines.push(format!("  who has no password signs in by a code that is mailed ({})", effect.without_password));
    }
    if !invited.is_empty() {
        let more = if invited.len() > SHOWN { format!(" and {} more", invited.len() - SHOWN) } else { String::new() };
        lines.push(format!("  an invitation to set a password goes to {}{more}", invited.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ")));
    }
    match effect.break_glass {
        0 if effect.at_provider > 0 => lines.push("  nobody has emergency access: give one user break_glass = true and a password, so that the account can be repaired while its provider is away".to_owned()),
        0 => {}
        count => lines.push(format!("  {count} break-glass user(s) sign in whatever the provider does")),
    }
    lines
}
