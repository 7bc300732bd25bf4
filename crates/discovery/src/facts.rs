//! What discovery knows: the account-centred model (architecture, idea 1). Values only; a store fills them in.

use std::collections::BTreeSet;

use homeward_model::{
    AccountHint, AccountId, AccountNumber, AccountPreset, ClientId, Colour, ConnectionId, Contact, DomainName, EmailAddress, Logo, PartnerLabel, Timestamp, UserId,
    Username,
};
use serde::{Deserialize, Serialize};

pub use crate::words::{AccountSelection, AccountState, AllowLocal, ApplicationKind, ConnectionState, DeviceKind, Disclosure, SsoMode, SsoRule, UserRule, UserState};

/// A customer organisation and its policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its number.
    pub number: AccountNumber,
    /// Its partner label.
    pub label: Option<PartnerLabel>,
    /// Whose sign-in its own is like: what a connection that is added later begins with. Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<AccountPreset>,
    /// Its name, for people.
    pub name: String,
    /// Where it lives, for example `us`; compared with the regions of an application.
    pub region: String,
    /// The partner it belongs to.
    pub parent: Option<AccountId>,
    /// Whether anybody may sign in.
    pub state: AccountState,
    /// Whether its contract includes Single Sign-On (B-177).
    pub sso_entitled: bool,
    /// How Single Sign-On is offered.
    pub sso_mode: SsoMode,
    /// Whether passwords work beside it.
    pub allow_local: AllowLocal,
    /// The connection that is used when nothing else names one.
    pub connection: Option<ConnectionId>,
    /// Rules for groups, in order; the first that fits decides.
    pub group_rules: Vec<GroupRule>,
    /// Groups whose people are in a pilot (B5), beside those who are in it by their own rule.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub pilot_groups: BTreeSet<String>,
    /// Where and from what Single Sign-On applies; outside it the account's password is asked for. Empty: everywhere.
    pub conditions: Vec<Condition>,
    /// Whether its administrators may come in by Single Sign-On, too; their own password otherwise (B-164).
    #[serde(default)]
    pub admin_sso: bool,
    /// Its colour on the sign-in pages, once the account is known (BRA-3). Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// Its logo there, beside its name (BRA-2, BRA-3). Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Whom its people ask about signing in. Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The language of mails to its people who have not signed in yet, as a tag. Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Account {
    /// The rule for a user: the first in its order whose group the user is in.
    pub fn group_rule(&self, user: &User) -> Option<&GroupRule> {
        self.rule_of(&user.groups)
    }
    /// The rule for somebody in these groups.
    pub fn rule_of(&self, groups: &BTreeSet<String>) -> Option<&GroupRule> {
        self.group_rules.iter().find(|rule| groups.contains(&rule.group))
    }
    /// Whether a pilot is for somebody with this rule and in these groups: by either, or because a rule leads the group to a connection.
    pub fn is_piloted(&self, rule: Option<UserRule>, groups: &BTreeSet<String>) -> bool {
        rule == Some(UserRule::Pilot) || groups.iter().any(|group| self.pilot_groups.contains(group)) || self.rule_of(groups).is_some()
    }
}

/// What members of a group do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRule {
    /// The group's name, exact.
    pub group: String,
    /// What applies instead of the account's own mode.
    pub sso_mode: SsoMode,
    /// The connection for this group, when it is not the account's.
    pub connection: Option<ConnectionId>,
}

/// A condition on the place or device. Several of one kind are alternatives; both kinds must be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The request comes from this network zone, as configured by the operator.
    Zone(String),
    /// The request comes from this kind of device.
    Device(DeviceKind),
}

/// An account's identity provider, as far as routing needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub account: AccountId,
    /// What people call the provider, for example "Microsoft Entra ID".
    pub name: String,
    /// Its state as it was written; `state_at` says what it is now.
    pub state: ConnectionState,
    /// Until when an outage lasts; goes with that state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<Outage>,
}

/// A time in which people sign in here instead of at their provider. It ends by itself: whoever reads the state reads the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Its end.
    pub until: Timestamp,
    /// The state before and after it.
    pub back: ConnectionState,
}

impl Connection {
    /// Its state at this moment.
    pub fn state_at(&self, now: Timestamp) -> ConnectionState {
        match (self.state, self.outage) {
            (ConnectionState::Outage, Some(outage)) if outage.until <= now => outage.back,
            (state, _) => state,
        }
    }
    /// Where it stands apart from an outage: what people come back to.
    pub fn state_without_outage(&self) -> ConnectionState {
        match (self.state, self.outage) {
            (ConnectionState::Outage, outage) => outage.map_or(ConnectionState::Enforced, |outage| outage.back),
            (state, _) => state,
        }
    }
}

/// A domain that an account says is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainClaim {
    /// The domain.
    pub domain: DomainName,
    /// Who says so.
    pub account: AccountId,
    /// When it was proved; without it the claim counts for nothing.
    pub verified_at: Option<Timestamp>,
    /// The connection for this domain, when it is not the account's.
    pub connection: Option<ConnectionId>,
}

impl DomainClaim {
    /// Whether this connection may use names of the domain: of `user`, the one whom such a name has found, or of somebody who is not there yet.
    /// Where the claim names another connection, only the rule of the user's group gives this one a say.
    pub fn leaves_to(&self, connection: ConnectionId, account: &Account, user: Option<&User>) -> bool {
        let grouped = || user.and_then(|user| account.group_rule(user)).and_then(|rule| rule.connection) == Some(connection);
        self.connection.is_none_or(|named| named == connection) || grouped()
    }
}

/// A person inside one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id, the `sub` of tokens.
    pub id: UserId,
    /// The account it is in.
    pub account: AccountId,
    /// The username as stored.
    pub username: Username,
    /// Where mail goes.
    pub email: Option<EmailAddress>,
    /// The number or name that the account's own directory gives the user; compared to the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Whether the user may sign in.
    pub state: UserState,
    /// Roles inside the account.
    pub roles: BTreeSet<String>,
    /// Groups inside the account.
    pub groups: BTreeSet<String>,
    /// The exclusion list.
    pub rule: Option<UserRule>,
    /// Keeps a password whatever else is set (LH-16).
    pub break_glass: bool,
}

/// A registered application, as far as routing needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its `client_id`.
    pub client_id: ClientId,
    /// Its registered name.
    pub name: String,
    /// What it is.
    pub kind: ApplicationKind,
    /// Regions where it is available; empty: everywhere (B-011).
    pub regions: BTreeSet<String>,
    /// What it allows.
    pub sso: SsoRule,
    /// Overrides the account's mode, never from off to on (B-052, B-161).
    pub sso_mode: Option<SsoMode>,
    /// When a person with several accounts chooses.
    pub account_selection: AccountSelection,
    /// Whether no device remembers who signed in to it (CHO-4).
    #[serde(default, skip_serializing_if = "is_not")]
    pub private: bool,
}

const fn is_not(switch: &bool) -> bool {
    !*switch
}

impl Application {
    /// Whether it takes Single Sign-On away from people of this account.
    pub fn is_local_only(&self, account: &Account) -> bool {
        self.sso == SsoRule::Never || (self.sso == SsoRule::ForAdministrators && !account.admin_sso)
    }
}

/// Everything that came with the request and may steer discovery. All of it is a wish, none of it a proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hints {
    /// An account number or partner label.
    pub account: Option<AccountHint>,
    /// `domain_hint`: the domain to route by, when the username has none.
    pub domain: Option<DomainName>,
    /// A connection's id.
    pub connection: Option<ConnectionId>,
}

/// Roles of the installation. They are given on the machine or by an operator, and never come from an identity provider, a file
/// of an account or an account's administrator (ST-15).
pub fn is_reserved_role(role: &str) -> bool {
    let role = role.trim().to_ascii_lowercase();
    role == "operator" || role.starts_with("installation")
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who, as typed. `login_hint` ends up here too.
    pub username: &'a Username,
    /// The application that asked.
    pub application: &'a Application,
    /// Hints of the request and of the form.
    pub hints: &'a Hints,
    /// Network zone of the request, by the operator's table.
    pub zone: Option<&'a str>,
    /// Kind of device.
    pub device: DeviceKind,
    /// What may be said before a proof.
    pub disclosure: Disclosure,
    /// The person asked for the password instead of Single Sign-On ("Enter your password").
    pub wants_password: bool,
}

/// One account in which the username may live, or whose verified domain it carries, or which a hint names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The account.
    pub account: Account,
    /// The user of that name in it, when there is one.
    pub user: Option<User>,
    /// Whether that user has a role of the portal: their own password is their way into the administrators' pages (B-164).
    pub administers: bool,
    /// Its connections.
    pub connections: Vec<Connection>,
    /// Its claims on the domain of the username or of the hint.
    pub domains: Vec<DomainClaim>,
}

/// All candidates. Loaded with a fixed number of queries that does not depend on whether the user exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// In the order of account numbers.
    pub accounts: Vec<Candidate>,
}
