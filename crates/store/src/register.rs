//! What the operator registers: accounts, users, domains, connections, applications, with everything that is stored of them.

use homeward_discovery::{Account, Application, Connection, DomainClaim, User};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::PasswordPolicy;
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
