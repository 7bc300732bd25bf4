//! What is registered now, found by the names that operators use. Ten users or a million cost the same look-up.

use std::collections::HashMap;

use homeward_discovery::{DomainClaim, User};
use homeward_model::{AccountId, ClientId, UserId, Username};
use homeward_store::register::{AccountEntry, ApplicationEntry, ConnectionEntry, Register};

/// The register with its indexes.
pub(crate) struct Present<'a> {
    /// The register itself.
    pub register: &'a Register,
    numbers: HashMap<&'a str, &'a AccountEntry>,
    users: HashMap<(AccountId, &'a str), &'a User>,
    connections: HashMap<(AccountId, &'a str), &'a ConnectionEntry>,
    domains: HashMap<(AccountId, &'a str), &'a DomainClaim>,
    applications: HashMap<&'a ClientId, &'a ApplicationEntry>,
    users_by_id: HashMap<UserId, &'a User>,
    accounts_by_id: HashMap<AccountId, &'a AccountEntry>,
}

impl<'a> Present<'a> {
    /// Builds the indexes.
    pub fn of(register: &'a Register) -> Self {
        Self {
            register,
            numbers: register.accounts.iter().map(|e| (e.account.number.as_str(), e)).collect(),
            users: register.users.iter().map(|u| ((u.account, u.username.key()), u)).collect(),
            connections: register.connections.iter().map(|c| ((c.connection.account, c.connection.name.as_str()), c)).collect(),
            domains: register.domains.iter().map(|d| ((d.account, d.domain.as_str()), d)).collect(),
            applications: register.applications.iter().map(|e| (&e.client.client_id, e)).collect(),
            users_by_id: register.users.iter().map(|u| (u.id, u)).collect(),
            accounts_by_id: register.accounts.iter().map(|e| (e.account.id, e)).collect(),
        }
    }
    /// An account by its number.
    pub fn account(&self, number: &str) -> Option<&'a AccountEntry> {
        self.numbers.get(number).copied()
    }
    /// An account by its id.
    pub fn account_of(&self, id: AccountId) -> Option<&'a AccountEntry> {
        self.accounts_by_id.get(&id).copied()
    }
    /// A user of an account, by username.
    pub fn user(&self, account: AccountId, username: &Username) -> Option<&'a User> {
        self.users.get(&(account, username.key())).copied()
    }
    /// A user by id.
    pub fn user_of(&self, id: UserId) -> Option<&'a User> {
        self.users_by_id.get(&id).copied()
    }
    /// A connection of an account, by its name.
    pub fn connection(&self, account: AccountId, name: &str) -> Option<&'a ConnectionEntry> {
        self.connections.get(&(account, name)).copied()
    }
    /// A claim of an account on a domain.
    pub fn domain(&self, account: AccountId, domain: &str) -> Option<&'a DomainClaim> {
        self.domains.get(&(account, domain)).copied()
    }
    /// An application.
    pub fn application(&self, id: &ClientId) -> Option<&'a ApplicationEntry> {
        self.applications.get(id).copied()
    }
}
