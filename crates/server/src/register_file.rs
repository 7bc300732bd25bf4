//! The form of a file for `homeward apply`: what an operator writes down of accounts and applications.
//!
//! Everything that is left out has a default, except what commands, the account portal and people themselves change too: `state` of accounts, users
//! and connections, `admin_sso`, `default_application`, the whole of `[account.password]`, `verified` of domains, and `rule`, `email` and names of users.
//! Where the file is silent about it, it stays what it is.

use std::{collections::BTreeSet, path::PathBuf};

use homeward_discovery::{AccountSelection, AccountState, AllowLocal, ApplicationKind, Condition, ConnectionState, SsoMode, SsoRule, UserRule, UserState};
use homeward_model::{AccountNumber, ClientId, DomainName, EmailAddress, PartnerLabel, Username};
use homeward_portal::preset::AccountPreset;
use homeward_provider::{Algorithm, ClientAuthentication, RedirectUri, ResponseMode};
use serde::Deserialize;

use crate::stated::StatedSettings;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RegisterFile {
    pub account: Vec<AccountPart>,
    pub application: Vec<ApplicationPart>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountPart {
    pub number: AccountNumber,
    pub name: String,
    pub label: Option<PartnerLabel>,
    #[serde(default)]
    pub region: String,
    pub parent: Option<AccountNumber>,
    pub state: Option<AccountState>,
    #[serde(default = "yes")]
    pub sso_entitled: bool,
    /// Whose sign-in this account's is like; what the file states besides goes before it.
    pub preset: Option<AccountPreset>,
    /// The preset's; `off` without one.
    pub sso_mode: Option<SsoMode>,
    /// The preset's; `exceptions_only` without one.
    pub allow_local: Option<AllowLocal>,
    /// Name of one of the connections below; the first of them when it is left out.
    pub connection_default: Option<String>,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Whether administrators may come in by Single Sign-On, too.
    pub admin_sso: Option<bool>,
    /// The language of mails to people who have not signed in yet.
    pub language: Option<String>,
    /// The application that a tile at the identity provider opens.
    pub default_application: Option<ClientId>,
    #[serde(default)]
    pub password: PasswordPart,
    #[serde(default)]
    pub group_rule: Vec<GroupRulePart>,
    #[serde(default)]
    pub domain: Vec<DomainPart>,
    #[serde(default)]
    pub connection: Vec<ConnectionPart>,
    #[serde(default)]
    pub user: Vec<UserPart>,
}

/// The password policy: a profile, and what differs from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PasswordPart {
    /// `classic` or `modern`; the preset's, and `classic` without one.
    pub profile: Option<String>,
    pub min: Option<u32>,
    /// 0: the technical maximum.
    pub max: Option<u32>,
    pub need_letter: Option<bool>,
    pub need_number: Option<bool>,
    /// Empty: none is needed.
    pub need_special: Option<String>,
    pub allow_spaces: Option<bool>,
    /// Refuse characters that are neither English letters nor digits nor in `need_special`.
    pub only_listed: Option<bool>,
    /// 0: never.
    pub expires_after_days: Option<u32>,
    pub warn_days: Option<u32>,
    pub history: Option<u32>,
    pub refuse_leaked: Option<bool>,
    pub refuse_context: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRulePart {
    pub group: String,
    pub sso_mode: SsoMode,
    pub connection: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DomainPart {
    pub domain: DomainName,
    /// The operator's own word; where the file is silent, what was proved stays.
    pub verified: Option<bool>,
    pub connection: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionPart {
    pub name: String,
    /// A new one starts as a draft.
    pub state: Option<ConnectionState>,
    /// What the protocols need; where the file is silent, what is there stays.
    pub settings: Option<StatedSettings>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPart {
    pub username: Username,
    /// Where mail goes; of somebody new the username when it is an address.
    pub email: Option<EmailAddress>,
    /// The number or name that the account's own directory gives the user.
    pub external_id: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// A new user starts active, or invited with `invite`.
    pub state: Option<UserState>,
    /// Starts invited, and gets the mail in which the first password is set.
    #[serde(default)]
    pub invite: bool,
    #[serde(default)]
    pub roles: BTreeSet<String>,
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// Set by commands and in the portal, too: whoever is on the exclusion list is taken off it by the word `none` only.
    pub rule: Option<StatedRule>,
    pub break_glass: Option<bool>,
    /// A hash from another system; set only for a user without a password.
    pub password_hash: Option<String>,
    /// Together with `password_hash`: the password must be replaced at the first sign-in.
    #[serde(default)]
    pub must_change: bool,
}

/// A rule of one user's own, or the word that there is none.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatedRule {
    None,
    Excluded,
    Pilot,
}

impl StatedRule {
    /// What it says.
    pub const fn rule(self) -> Option<UserRule> {
        match self {
            Self::None => None,
            Self::Excluded => Some(UserRule::Excluded),
            Self::Pilot => Some(UserRule::Pilot),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicationPart {
    pub client_id: ClientId,
    pub name: String,
    #[serde(default = "web")]
    pub kind: ApplicationKind,
    #[serde(default = "yes")]
    pub enabled: bool,
    pub redirect_uris: Vec<RedirectUri>,
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where `/changepassword` may bring a person back to.
    #[serde(default)]
    pub return_to: Vec<String>,
    /// Where the application starts.
    pub start_url: Option<String>,
    /// `client_secret_basic` for web applications, `none` for the others.
    pub authentication: Option<ClientAuthentication>,
    /// File with the secret, at least 32 characters.
    pub secret_file: Option<PathBuf>,
    /// Public keys for `private_key_jwt`: `{ keys = [ … ] }` as in RFC 7517.
    pub jwks: Option<serde_json::Value>,
    /// The same from a file.
    pub jwks_file: Option<PathBuf>,
    #[serde(default = "yes")]
    pub require_pkce: bool,
    #[serde(default = "yes")]
    pub require_nonce: bool,
    #[serde(default = "es256")]
    pub id_token_alg: Algorithm,
    pub scopes: Option<BTreeSet<String>>,
    /// Whether it may have refresh tokens.
    #[serde(default = "yes")]
    pub refresh: bool,
    pub refresh_idle_days: Option<u64>,
    pub refresh_absolute_days: Option<u64>,
    /// How long somebody stays signed in.
    #[serde(default)]
    pub session: SessionPart,
    /// 1 to 10.
    pub access_minutes: Option<u64>,
    /// `query` unless it says more.
    pub response_modes: Option<BTreeSet<ResponseMode>>,
    /// Authorization requests must be pushed first.
    #[serde(default)]
    pub require_par: bool,
    /// The API that access tokens are for: they are JWTs then.
    pub resource: Option<String>,
    /// Applications whose access tokens it may ask about.
    #[serde(default)]
    pub introspects: BTreeSet<ClientId>,
    /// Where it is told that a session has ended.
    pub backchannel_logout_uri: Option<String>,
    #[serde(default = "yes")]
    pub backchannel_logout_session_required: bool,
    /// Origins from which its pages call us.
    #[serde(default)]
    pub origins: BTreeSet<String>,
    /// Permissions at Microsoft 365 for which it may exchange a person's token.
    #[serde(default)]
    pub delegated: BTreeSet<String>,
    /// Regions where it is available; empty: everywhere.
    #[serde(default)]
    pub regions: BTreeSet<String>,
    #[serde(default = "allowed")]
    pub sso: SsoRule,
    pub sso_mode: Option<SsoMode>,
    #[serde(default = "identifier")]
    pub account_selection: AccountSelection,
    /// No device remembers who signed in to it.
    #[serde(default)]
    pub private: bool,
}

/// What differs from the table of sessions for the kind of application; `local` and `federated` for one kind of proof.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SessionPart {
    pub remember: Option<bool>,
    /// A number and `m`, `h` or `d`: `30m`, `12h`, `15d`.
    pub idle: Option<String>,
    pub absolute: Option<String>,
    pub bind_version: Option<bool>,
    /// Below this version nothing is remembered.
    pub minimum_version: Option<String>,
    pub local: RulePart,
    pub federated: RulePart,
}

/// The same for one kind of proof.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RulePart {
    pub remember: Option<bool>,
    pub idle: Option<String>,
    pub absolute: Option<String>,
    pub bind_version: Option<bool>,
}

const fn yes() -> bool {
    true
}
const fn web() -> ApplicationKind {
    ApplicationKind::Web
}
const fn es256() -> Algorithm {
    Algorithm::Es256
}
const fn allowed() -> SsoRule {
    SsoRule::Allowed
}
const fn identifier() -> AccountSelection {
    AccountSelection::Identifier
}
