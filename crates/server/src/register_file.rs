//! The form of a file for `homeward apply`: what an operator writes down of accounts and applications.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use homeward_discovery::{
    Account, AccountSelection, AccountState, AllowLocal, Application, ApplicationKind, Condition, Connection, ConnectionState, DomainClaim, GroupRule,
    SsoMode, SsoRule, User, UserRule, UserState,
};
use homeward_local_credential::{PasswordPolicy, Scheme, import_foreign};
use homeward_model::{AccountId, AccountNumber, ClientId, ConnectionId, DomainName, EmailAddress, PartnerLabel, Random, Timestamp, UserId, Username};
use homeward_provider::{Algorithm, Client, ClientAuthentication, ClientKind, RedirectUri, SecretHash};
use homeward_store::register::{AccountEntry, ApplicationEntry, Register};
use serde::Deserialize;

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
    #[serde(default = "active_account")]
    pub state: AccountState,
    #[serde(default = "yes")]
    pub sso_entitled: bool,
    #[serde(default = "off")]
    pub sso_mode: SsoMode,
    #[serde(default = "exceptions_only")]
    pub allow_local: AllowLocal,
    /// Name of one of the connections below.
    pub connection_default: Option<String>,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    #[serde(default = "classic")]
    pub password_profile: String,
    /// Single settings that differ from the profile; the profiles can be mixed.
    #[serde(default)]
    pub password: PasswordPart,
    pub default_application: Option<String>,
    #[serde(default)]
    pub group_rule: Vec<GroupRulePart>,
    #[serde(default)]
    pub domain: Vec<DomainPart>,
    #[serde(default)]
    pub connection: Vec<ConnectionPart>,
    #[serde(default)]
    pub user: Vec<UserPart>,
}

/// `[account.password]`: what is not set is the profile's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PasswordPart {
    pub min: Option<u32>,
    /// 0: no maximum but the technical one.
    pub max: Option<u32>,
    pub need_letter: Option<bool>,
    pub need_number: Option<bool>,
    /// Empty: none is needed.
    pub need_special: Option<String>,
    pub allow_spaces: Option<bool>,
    /// 0: never.
    pub expires_after_days: Option<u32>,
    pub warn_days: Option<u32>,
    pub history: Option<u32>,
    pub refuse_leaked: Option<bool>,
    pub refuse_context: Option<bool>,
}

impl PasswordPart {
    fn over(&self, profile: PasswordPolicy) -> PasswordPolicy {
        let or_none = |set: Option<u32>, own: Option<u32>| set.map_or(own, |value| (value > 0).then_some(value));
        PasswordPolicy {
            min: self.min.unwrap_or(profile.min),
            max: or_none(self.max, profile.max),
            need_letter: self.need_letter.unwrap_or(profile.need_letter),
            need_number: self.need_number.unwrap_or(profile.need_number),
            need_special: self.need_special.clone().map_or(profile.need_special, |set| (!set.is_empty()).then_some(set)),
            allow_spaces: self.allow_spaces.unwrap_or(profile.allow_spaces),
            expires_after_days: or_none(self.expires_after_days, profile.expires_after_days),
            warn_days: self.warn_days.unwrap_or(profile.warn_days),
            history: self.history.unwrap_or(profile.history),
            refuse_leaked: self.refuse_leaked.unwrap_or(profile.refuse_leaked),
            refuse_context: self.refuse_context.unwrap_or(profile.refuse_context),
            name: profile.name,
        }
    }
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
    #[serde(default)]
    pub verified: bool,
    pub connection: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionPart {
    pub name: String,
    #[serde(default = "draft")]
    pub state: ConnectionState,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPart {
    pub username: Username,
    pub email: Option<EmailAddress>,
    #[serde(default)]
    pub given_name: String,
    #[serde(default)]
    pub family_name: String,
    #[serde(default = "active_user")]
    pub state: UserState,
    #[serde(default)]
    pub roles: BTreeSet<String>,
    #[serde(default)]
    pub groups: BTreeSet<String>,
    pub rule: Option<UserRule>,
    #[serde(default)]
    pub break_glass: bool,
    /// A hash from another system; set only for a user without a password.
    pub password_hash: Option<String>,
    #[serde(default)]
    pub must_change: bool,
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
    #[serde(default)]
    pub return_to: Vec<String>,
    pub start_url: Option<String>,
    pub authentication: Option<ClientAuthentication>,
    /// File with the secret, at least 32 characters.
    pub secret_file: Option<PathBuf>,
    #[serde(default = "yes")]
    pub require_pkce: bool,
    #[serde(default = "yes")]
    pub require_nonce: bool,
    #[serde(default = "es256")]
    pub id_token_alg: Algorithm,
    #[serde(default = "yes")]
    pub refresh: bool,
    pub refresh_idle_days: Option<u64>,
    #[serde(default)]
    pub regions: BTreeSet<String>,
    #[serde(default = "allowed")]
    pub sso: SsoRule,
    pub sso_mode: Option<SsoMode>,
    #[serde(default = "identifier")]
    pub account_selection: AccountSelection,
}

const fn yes() -> bool {
    true
}
const fn off() -> SsoMode {
    SsoMode::Off
}
const fn exceptions_only() -> AllowLocal {
    AllowLocal::ExceptionsOnly
}
const fn active_account() -> AccountState {
    AccountState::Active
}
const fn active_user() -> UserState {
    UserState::Active
}
const fn draft() -> ConnectionState {
    ConnectionState::Draft
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
fn classic() -> String {
    "classic".into()
}

/// What the file means, against what is registered: ids are kept, new ones drawn.
pub(crate) struct Meant {
    pub register: Register,
    pub credentials: Vec<(UserId, Scheme, Timestamp, bool)>,
}

/// Turns the file into entries.
pub(crate) fn meant(file: &RegisterFile, now: &Register, at: Timestamp, random: &dyn Random) -> Result<Meant, String> {
    let mut meant = Meant { register: Register::default(), credentials: Vec::new() };
    let id_of = |number: &AccountNumber| now.accounts.iter().find(|e| e.account.number == *number).map(|e| e.account.id);
    let ids: Vec<(AccountNumber, AccountId)> =
        file.account.iter().map(|a| (a.number.clone(), id_of(&a.number).unwrap_or_else(|| AccountId::generate(random)))).collect();
    for part in &file.account {
        if file.account.iter().filter(|other| other.number == part.number).count() > 1 {
            return Err(format!("account {} stands twice in the file", part.number));
        }
        let find = |number: &AccountNumber| ids.iter().find(|(n, _)| n == number).map(|(_, id)| *id).or_else(|| id_of(number));
        let id = find(&part.number).ok_or_else(|| format!("account {}", part.number))?;
        let parent = part.parent.as_ref().map(|p| find(p).ok_or_else(|| format!("account {}: its parent {p} is neither in the file nor registered", part.number))).transpose()?;
        account(part, (id, parent), now, (at, random), &mut meant)?;
    }
    for part in &file.application {
        meant.register.applications.push(application(part, now)?);
    }
    Ok(meant)
}

fn account(part: &AccountPart, (id, parent): (AccountId, Option<AccountId>), now: &Register, (at, random): (Timestamp, &dyn Random), meant: &mut Meant) -> Result<(), String> {
    let mut named: Vec<(String, ConnectionId)> = Vec::new();
    for connection in &part.connection {
        let known = now.connections.iter().find(|c| c.account == id && c.name == connection.name).map(|c| c.id);
        let connection_id = known.unwrap_or_else(|| ConnectionId::generate(random));
        named.push((connection.name.clone(), connection_id));
        meant.register.connections.push(Connection { id: connection_id, account: id, name: connection.name.clone(), state: connection.state });
    }
    let by_name = |name: &Option<String>| match name {
        None => Ok(None),
        Some(name) => named.iter().find(|(n, _)| n == name).map(|(_, id)| Some(*id)).ok_or_else(|| format!("account {}: there is no connection \"{name}\"", part.number)),
    };
    let profile = PasswordPolicy::named(&part.password_profile).ok_or_else(|| format!("account {}: password_profile is \"classic\" or \"modern\"", part.number))?;
    let policy = part.password.over(profile);
    if let Some(fault) = policy.fault() {
        return Err(format!("account {}: {fault}", part.number));
    }
    let group_rules = part.group_rule.iter().map(|rule| Ok(GroupRule { group: rule.group.clone(), sso_mode: rule.sso_mode, connection: by_name(&rule.connection)? })).collect::<Result<_, String>>()?;
    let connection = match &part.connection_default {
        None => named.first().map(|(_, id)| *id),
        some => by_name(some)?,
    };
    let account = Account {
        id,
        number: part.number.clone(),
        label: part.label.clone(),
        name: part.name.clone(),
        region: part.region.clone(),
        parent,
        state: part.state,
        sso_entitled: part.sso_entitled,
        sso_mode: part.sso_mode,
        allow_local: part.allow_local,
        connection,
        group_rules,
        conditions: part.conditions.clone(),
    };
    meant.register.accounts.push(AccountEntry { account, policy, default_application: part.default_application.clone() });
    for domain in &part.domain {
        let known = now.domains.iter().find(|d| d.account == id && d.domain == domain.domain).and_then(|d| d.verified_at);
        let verified_at = domain.verified.then(|| known.unwrap_or(at));
        meant.register.domains.push(DomainClaim { domain: domain.domain.clone(), account: id, verified_at, connection: by_name(&domain.connection)? });
    }
    for user in &part.user {
        one_user(user, id, now, (at, random), meant).map_err(|why| format!("account {}: user {}: {why}", part.number, user.username.masked()))?;
    }
    Ok(())
}

fn one_user(part: &UserPart, account: AccountId, now: &Register, (at, random): (Timestamp, &dyn Random), meant: &mut Meant) -> Result<(), String> {
    if meant.register.users.iter().any(|u| u.account == account && u.username.key() == part.username.key()) {
        return Err("stands twice in the file".into());
    }
    let known = now.users.iter().find(|u| u.account == account && u.username.key() == part.username.key());
    let id = known.map_or_else(|| UserId::generate(random), |u| u.id);
    // Somebody who has accepted the invitation stays active, whatever the file still says.
    let state = match (part.state, known.map(|u| u.state)) {
        (UserState::Invited, Some(UserState::Active)) => UserState::Active,
        (state, _) => state,
    };
    meant.register.users.push(User {
        id,
        account,
        username: part.username.clone(),
        email: part.email.clone().or_else(|| EmailAddress::parse(part.username.typed()).ok()),
        given_name: part.given_name.clone(),
        family_name: part.family_name.clone(),
        state,
        roles: part.roles.clone(),
        groups: part.groups.clone(),
        rule: part.rule,
        break_glass: part.break_glass,
    });
    if let Some(hash) = &part.password_hash {
        meant.credentials.push((id, import_foreign(hash).map_err(|e| e.to_string())?, at, part.must_change));
    }
    Ok(())
}

fn application(part: &ApplicationPart, now: &Register) -> Result<ApplicationEntry, String> {
    let known = now.applications.iter().find(|e| e.client.client_id == part.client_id);
    let wrong = |why: String| Err(format!("application {}: {why}", part.client_id));
    let native = matches!(part.kind, ApplicationKind::Desktop | ApplicationKind::Mobile | ApplicationKind::Extension);
    let authentication = part.authentication.unwrap_or(if native { ClientAuthentication::None } else { ClientAuthentication::ClientSecretBasic });
    let mut client = Client::new(part.client_id.clone(), &part.name);
    client.secrets = known.map(|e| e.client.secrets.clone()).unwrap_or_default();
    if let Some(file) = &part.secret_file {
        let secret = std::fs::read_to_string(file).map_err(|e| format!("application {}: {}: {e}", part.client_id, file.display()))?;
        if secret.trim().len() < 32 {
            return wrong(format!("the secret in {} has fewer than 32 characters; make one with: openssl rand -base64 32", file.display()));
        }
        client.secrets = vec![SecretHash::of(secret.trim())];
    }
    if part.redirect_uris.is_empty() {
        return wrong("it needs at least one redirect URI".into());
    }
    for uri in part.post_logout_redirect_uris.iter().chain(&part.return_to).chain(&part.start_url) {
        RedirectUri::parse(uri).map_err(|e| format!("application {}: {uri}: {e}", part.client_id))?;
    }
    client.kind = match part.kind {
        ApplicationKind::Web => ClientKind::Web,
        ApplicationKind::Desktop | ApplicationKind::Mobile => ClientKind::Native,
        ApplicationKind::Extension => ClientKind::Extension,
    };
    client.redirect_uris.clone_from(&part.redirect_uris);
    client.post_logout_redirect_uris.clone_from(&part.post_logout_redirect_uris);
    client.return_to.clone_from(&part.return_to);
    client.start_url.clone_from(&part.start_url);
    client.authentication = authentication;
    client.require_pkce = part.require_pkce;
    client.require_nonce = part.require_nonce;
    client.id_token_alg = part.id_token_alg;
    client.refresh = part.refresh;
    client.refresh_idle = part.refresh_idle_days.map_or(client.refresh_idle, |days| Duration::from_secs(days * 86_400));
    let application = Application {
        client_id: part.client_id.clone(),
        name: part.name.clone(),
        kind: part.kind,
        regions: part.regions.clone(),
        sso: part.sso,
        sso_mode: part.sso_mode,
        account_selection: part.account_selection,
    };
    Ok(ApplicationEntry { enabled: part.enabled, application, client })
}

#[cfg(test)]
mod tests {
    use homeward_model::SystemRandom;

    use super::*;

    fn read(text: &str, now: &Register) -> Result<Register, String> {
        let file: RegisterFile = toml::from_str(text).map_err(|e| e.to_string())?;
        meant(&file, now, Timestamp::from_seconds(1), &SystemRandom).map(|m| m.register)
    }

    const ONE: &str = "[[account]]\nnumber = \"1\"\nname = \"One\"\n[account.password]\nmax = 0\nneed_special = \"\"\nhistory = 3\n[[account.user]]\nusername = \"ann@b.example\"\n";

    #[test]
    fn profiles_can_be_mixed_and_a_second_reading_changes_nothing() {
        let first = read(ONE, &Register::default()).unwrap();
        let policy = &first.accounts[0].policy;
        assert_eq!((policy.min, policy.max, &policy.need_special, policy.history, policy.expires_after_days), (8, None, &None, 3, Some(90)));
        assert_eq!(read(ONE, &first).unwrap(), first, "ids are kept");
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("[[account]]\nnumber = \"1\"\nname = \"One\"\ncolour = 1", "unknown field `colour`"),
            ("[[account]]\nnumber = \"0\"\nname = \"One\"", "account number"),
            ("[[account]]\nnumber = \"1\"\nname = \"One\"\nparent = \"7\"", "parent 7"),
            ("[[account]]\nnumber = \"1\"\nname = \"One\"\nconnection_default = \"x\"", "no connection \"x\""),
            ("[[account]]\nnumber = \"1\"\nname = \"One\"\n[account.password]\nmin = 4", "below 8"),
            ("[[application]]\nclient_id = \"a\"\nname = \"A\"\nredirect_uris = [\"http://a.example/\"]", "use https"),
            ("[[application]]\nclient_id = \"a\"\nname = \"A\"\nredirect_uris = []", "at least one redirect URI"),
        ] {
            let error = read(text, &Register::default()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert!(read(&format!("{ONE}[[account.user]]\nusername = \"ANN@b.example\"\n"), &Register::default()).unwrap_err().contains("stands twice"));
    }
}
