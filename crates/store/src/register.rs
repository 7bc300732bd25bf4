//! What the operator registers: accounts, users, domains, connections, applications, with everything that is stored of them.

use std::collections::HashMap;

use homeward_discovery::{Account, Application, Connection, DomainClaim, User, UserState};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::PasswordPolicy;
use homeward_portal::standing::Beside;
use homeward_provider::Client;
use serde::{Deserialize, Serialize};

/// An account with its password policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// The account.
    pub account: Account,
    /// Its password policy.
    pub policy: PasswordPolicy,
    /// The application that a tile at the identity provider opens (B-095).
    pub default_application: Option<String>,
}

/// An account's identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionEntry {
    /// As discovery sees it.
    pub connection: Connection,
    /// As the protocols see it; `None` as long as nothing was entered. Secrets in it are sealed.
    pub settings: Option<ConnectionSettings>,
}

/// An application as discovery and the protocol see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationEntry {
    /// Whether it may be used.
    pub enabled: bool,
    /// As discovery sees it.
    pub application: Application,
    /// As the protocol sees it.
    pub client: Client,
}

/// Everything that is registered, in a fixed order; no credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// By account number.
    pub accounts: Vec<AccountEntry>,
    /// By account and username.
    pub users: Vec<User>,
    /// By domain and account.
    pub domains: Vec<DomainClaim>,
    /// By id.
    pub connections: Vec<ConnectionEntry>,
    /// By `client_id`.
    pub applications: Vec<ApplicationEntry>,
}

impl Register {
    /// What of these entries says where the people of an account sign in, beside its connections: `seen` is what they replace, `account` what it is
    /// afterwards. Whoever is new was led nowhere before.
    pub fn beside(&self, seen: &Self, account: &Account) -> Beside {
        let id = account.id;
        let old = seen.accounts.iter().map(|entry| &entry.account).find(|old| old.id == id).unwrap_or(account);
        let is_named = |group: &String| [old, account].iter().any(|of| of.pilot_groups.contains(group) || of.group_rules.iter().any(|rule| rule.group == *group));
        let claims: HashMap<&str, &DomainClaim> = seen.domains.iter().filter(|claim| claim.account == id).map(|claim| (claim.domain.as_str(), claim)).collect();
        let domains = self.domains.iter().filter(|claim| claim.account == id && leads_elsewhere(claims.get(claim.domain.as_str()).copied(), claim));
        let users: HashMap<_, &User> = seen.users.iter().filter(|user| user.account == id).map(|user| (user.id, user)).collect();
        let people = self.users.iter().filter_map(|user| users.get(&user.id).map(|old| (*old, user)));
        let is_moved = |(old, new): &(&User, &User)| own(old) != own(new) || old.groups.symmetric_difference(&new.groups).any(is_named);
        Beside { account: of_all(old) != of_all(account), domains: domains.count(), people: people.filter(is_moved).count() }
    }
}

/// What of an account says where all of its people sign in.
fn of_all(account: &Account) -> impl PartialEq + '_ {
    (account.state, account.sso_entitled, account.sso_mode, account.allow_local, account.connection, &account.group_rules, &account.pilot_groups)
}

/// What is said of one person.
fn own(user: &User) -> impl PartialEq {
    (user.state == UserState::Active, user.rule, user.break_glass)
}

/// Whether the people of a domain are led elsewhere, or by nothing any more.
fn leads_elsewhere(old: Option<&DomainClaim>, new: &DomainClaim) -> bool {
    let leads = |claim: &DomainClaim| claim.verified_at.and(claim.connection);
    old.and_then(leads) != leads(new) || (new.verified_at.is_none() && old.is_some_and(|old| old.verified_at.is_some()))
}
