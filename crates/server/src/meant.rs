//! What a file for `homeward apply` means, against what is registered: ids are kept, new ones drawn, every name resolved.

use std::collections::{HashMap, HashSet};

use homeward_discovery::{Account, AccountState, AllowLocal, Connection, ConnectionState, DomainClaim, GroupRule, SsoMode, User, UserState};
use homeward_federation::{ConnectionSettings, Protocol, oidc::ClientAuthentication};
use homeward_language::Language;
use homeward_local_credential::{PasswordPolicy, Scheme, import_foreign};
use homeward_model::{
    AccountId, AccountNumber, ConnectionId, EmailAddress, Random, Timestamp, UserId,
    line::{self, LineError},
};
use homeward_portal::{
    preset::Policy,
    sign_on::LONGEST_NAME,
    standing::Standing,
};
use homeward_store::register::{AccountEntry, ConnectionEntry, Register};

use crate::{
    meant_application,
    present::Present,
    register_file::{AccountPart, PasswordPart, RegisterFile, StatedRule, UserPart},
};

/// Characters of an account's name at most.
const LONGEST_ACCOUNT_NAME: usize = 200;

/// The file as entries.
#[derive(Default)]
pub(crate) struct Meant {
    pub register: Register,
    pub credentials: Vec<(UserId, Scheme, Timestamp, bool)>,
    /// Users who want an invitation, as long as they are invited.
    pub invite: Vec<UserId>,
    /// What the operator should know and nothing is done about.
    pub notes: Vec<String>,
}

/// What a file is read against.
#[derive(Clone, Copy)]
pub(crate) struct Against<'a> {
    pub present: &'a Present<'a>,
    pub now: Timestamp,
    pub random: &'a dyn Random,
}

/// Turns the file into entries.
///
/// # Errors
/// A sentence that names the entry and the fix.
pub(crate) fn meant(file: &RegisterFile, against: Against<'_>) -> Result<Meant, String> {
    let mut meant = Meant::default();
    let mut ids: HashMap<&AccountNumber, AccountId> = HashMap::new();
    for part in &file.account {
        let id = against.present.account(part.number.as_str()).map_or_else(|| AccountId::generate(against.random), |e| e.account.id);
        if ids.insert(&part.number, id).is_some() {
            return Err(format!("account {} stands twice in the file", part.number));
        }
    }
    let id_of = |number: &AccountNumber| ids.get(number).copied().or_else(|| against.present.account(number.as_str()).map(|e| e.account.id));
    for part in &file.account {
        let id = id_of(&part.number).ok_or_else(|| format!("account {}", part.number))?;
        if against.present.account(part.number.as_str()).is_none_or(|known| known.account.name != part.name) {
            fit(&part.name, LONGEST_ACCOUNT_NAME).map_err(|why| format!("account {}: {why}", part.number))?;
        }
        let parent = part.parent.as_ref().map(|p| id_of(p).ok_or_else(|| format!("its parent {p} is neither in the file nor registered"))).transpose();
        parent.and_then(|parent| account(part, (id, parent), file, against, &mut meant)).map_err(|why| format!("account {}: {why}", part.number))?;
    }
    proved_once(&meant.register.domains, file, against.present)?;
    let mut seen = HashSet::new();
    for part in &file.application {
        if !seen.insert(&part.client_id) {
            return Err(format!("application {} stands twice in the file", part.client_id));
        }
        let entry = meant_application::entry(part, against.present).map_err(|why| format!("application {}: {why}", part.client_id))?;
        meant.notes.extend(meant_application::note(&entry));
        meant.register.applications.push(entry);
    }
    Ok(meant)
}

/// A domain counts for one account (LH-08): what another one has proved, or has by the operator's word, is given up there first.
fn proved_once(meant: &[DomainClaim], file: &RegisterFile, present: &Present<'_>) -> Result<(), String> {
    let listed: HashSet<(AccountId, &str)> = meant.iter().map(|claim| (claim.account, claim.domain.as_str())).collect();
    let left = present.register.domains.iter().filter(|claim| !listed.contains(&(claim.account, claim.domain.as_str())));
    let mut holders: HashMap<&str, AccountId> = HashMap::new();
    let wanted: HashSet<&str> = meant.iter().filter(|claim| claim.verified_at.is_some()).map(|claim| claim.domain.as_str()).collect();
    for claim in left.chain(meant).filter(|claim| claim.verified_at.is_some() && wanted.contains(claim.domain.as_str())) {
        let Some(other) = holders.insert(claim.domain.as_str(), claim.account).filter(|other| *other != claim.account) else { continue };
        let number = file.account.iter().map(|part| &part.number).find(|number| present.account(number.as_str()).is_some_and(|e| e.account.id == other));
        let number = number.map(ToString::to_string).or_else(|| present.account_of(other).map(|e| e.account.number.to_string()));
        let holder = number.map_or_else(|| "another account of the file".to_owned(), |number| format!("account {number}"));
        return Err(format!("domain {} is {holder}'s; give it up there first, with verified = false", claim.domain));
    }
    Ok(())
}

fn account(part: &AccountPart, (id, parent): (AccountId, Option<AccountId>), file: &RegisterFile, against: Against<'_>, meant: &mut Meant) -> Result<(), String> {
    let names = connections(part, id, against, meant)?;
    let by_name = |name: &Option<String>| match name {
        None => Ok(None),
        Some(name) => names.get(name.as_str()).copied().map(Some).ok_or_else(|| format!("there is no connection \"{name}\" in this account")),
    };
    if let Some(application) = &part.default_application
        && against.present.application(application).is_none()
        && !file.application.iter().any(|a| a.client_id == *application)
    {
        return Err(format!("default_application: {application} is neither in the file nor registered"));
    }
    let present = against.present.account(part.number.as_str());
    let state = kept(part.state, present.map(|e| e.account.state), AccountState::Active);
    if part.state.is_none() && state != AccountState::Active {
        meant.notes.push(format!("account {} stays suspended; to change that: homeward account resume {0}", part.number));
    }
    let group_rules = part.group_rule.iter().map(|rule| Ok(GroupRule { group: rule.group.clone(), sso_mode: rule.sso_mode, connection: by_name(&rule.connection)? }));
    let preset = part.preset.map(Policy::of);
    let first = part.connection.first().and_then(|c| names.get(c.name.as_str()).copied());
    let account = Account {
        id,
        number: part.number.clone(),
        label: part.label.clone(),
        preset: part.preset,
        name: part.name.clone(),
        region: part.region.clone(),
        parent,
        state,
        sso_entitled: part.sso_entitled,
        sso_mode: part.sso_mode.or(preset.map(|p| p.sso_mode)).unwrap_or(SsoMode::Off),
        allow_local: part.allow_local.or(preset.map(|p| p.allow_local)).unwrap_or(AllowLocal::ExceptionsOnly),
        connection: by_name(&part.connection_default)?.or(first),
        group_rules: group_rules.collect::<Result<_, String>>()?,
        // Chosen in the portal.
        pilot_groups: present.map(|e| e.account.pilot_groups.clone()).unwrap_or_default(),
        conditions: part.conditions.clone(),
        admin_sso: part.admin_sso.or(present.map(|e| e.account.admin_sso)).unwrap_or(false),
        // Chosen in the portal, as well.
        colour: present.and_then(|e| e.account.colour),
        logo: present.and_then(|e| e.account.logo.clone()),
        contact: present.and_then(|e| e.account.contact.clone()),
        // By the operator, where the file is silent.
        language: part.language.as_deref().map(language).transpose()?.or_else(|| present.and_then(|e| e.account.language.clone())),
    };
    // Where the file is silent, what was chosen in the portal stays.
    let default_application = part.default_application.as_ref().map(|a| a.as_str().to_owned()).or_else(|| present.and_then(|e| e.default_application.clone()));
    meant.register.accounts.push(AccountEntry { account, policy: policy(&part.password, preset, present.map(|e| &e.policy))?, default_application });
    let mut domains = HashSet::new();
    for claim in &part.domain {
        if !domains.insert(&claim.domain) {
            return Err(format!("domain {} stands twice", claim.domain));
        }
        let known = against.present.domain(id, claim.domain.as_str()).and_then(|d| d.verified_at);
        let verified_at = match claim.verified {
            Some(true) => Some(known.unwrap_or(against.now)),
            Some(false) => None,
            None => known,
        };
        meant.register.domains.push(DomainClaim { domain: claim.domain.clone(), account: id, verified_at, connection: by_name(&claim.connection)? });
    }
    let mut usernames = HashSet::new();
    for part in &part.user {
        let fresh = usernames.insert(part.username.key());
        let done = if fresh { user(part, id, against, meant) } else { Err("stands twice".into()) };
        done.map_err(|why| format!("user {}: {why}", part.username.typed()))?;
    }
    Ok(())
}

/// The connections of an account by name.
fn connections<'a>(part: &'a AccountPart, account: AccountId, against: Against<'_>, meant: &mut Meant) -> Result<HashMap<&'a str, ConnectionId>, String> {
    let mut names = HashMap::new();
    for connection in &part.connection {
        let known = against.present.connection(account, &connection.name);
        // One that is there keeps its name: by another one it would be another connection.
        if known.is_none() {
            fit(&connection.name, LONGEST_NAME).map_err(|why| format!("connection {:?}: {why}", connection.name))?;
        }
        let id = known.map_or_else(|| ConnectionId::generate(against.random), |c| c.connection.id);
        let present = known.map(|c| Standing::of(&c.connection, against.now));
        let standing = standing(connection.state, present).map_err(|why| format!("connection \"{}\": {why}", connection.name))?;
        if standing.state == ConnectionState::Outage && connection.state != Some(ConnectionState::Outage) {
            meant.notes.push(format!("connection \"{}\" stays out until the outage ends; to end it now: homeward connection state", connection.name));
        }
        if names.insert(connection.name.as_str(), id).is_some() {
            return Err(format!("connection \"{}\" stands twice", connection.name));
        }
        let stated = connection.settings.as_ref().map(|stated| stated.with(part.preset));
        let settings = settings_of(stated, known.and_then(|c| c.settings.as_ref())).map_err(|why| format!("connection \"{}\": {why}", connection.name))?;
        if settings.as_ref().is_some_and(ConnectionSettings::lacks_logout_address) {
            meant.notes.push(format!(
                "connection \"{}\": sign_out_there is on, and the provider has no single logout address here; take its metadata over again, or set slo_redirect",
                connection.name
            ));
        }
        if settings.is_none() && standing.state.is_on() {
            meant.notes.push(format!("connection \"{}\" is on, and nothing was entered for it yet: who is led there cannot sign in", connection.name));
        }
        let route = Connection { id, account, name: connection.name.clone(), state: standing.state, outage: standing.outage };
        meant.register.connections.push(ConnectionEntry { connection: route, settings });
    }
    Ok(names)
}

/// A new name stands in mails and on sign-in pages: one line that is seen as it is, and no link (LR-14).
fn fit(name: &str, longest: usize) -> Result<(), String> {
    match line::leading_nowhere(name, longest) {
        Ok(seen) if seen == name => Ok(()),
        Ok(_) => Err("the name begins or ends with a space".to_owned()),
        Err(LineError::Address) => Err("the name looks like a web address, and would be a link in mails".to_owned()),
        Err(LineError::Characters) => Err("the name has characters that nobody sees, or more than one line".to_owned()),
        Err(LineError::Empty) => Err("there is no name".to_owned()),
        Err(LineError::TooLong) => Err(format!("the name has more than {longest} characters")),
    }
}

/// Where the file wants a connection. An outage is no business of a file: it has an end, and goes on when the file says what was before it.
fn standing(stated: Option<ConnectionState>, present: Option<Standing>) -> Result<Standing, &'static str> {
    match (stated, present) {
        (None, present) => Ok(present.unwrap_or(Standing { state: ConnectionState::Draft, outage: None })),
        (Some(stated), Some(out)) if out.state == ConnectionState::Outage && (stated == ConnectionState::Outage || out.outage.is_some_and(|o| o.back == stated)) => Ok(out),
        (Some(ConnectionState::Outage), _) => Err("an outage has an end, which a file cannot know; use: homeward connection outage"),
        (Some(state), _) => Ok(Standing { state, outage: None }),
    }
}

/// What the file says of a connection's protocol. The file holds no secret: one that was given by command stays with the client of the provider that it
/// was given for, and goes to no other.
fn settings_of(stated: Option<ConnectionSettings>, known: Option<&ConnectionSettings>) -> Result<Option<ConnectionSettings>, String> {
    let Some(mut settings) = stated else { return Ok(known.cloned()) };
    if let Protocol::Saml(saml) = &settings.protocol
        && let Some(own) = &saml.own_identity
    {
        own.check().map_err(|e| e.to_string())?;
    }
    // Delegated access is set up by command, too; where the file is silent about it, it stays.
    match (&mut settings.delegated, known.and_then(|known| known.delegated.as_ref())) {
        (Some(new), Some(old)) if new.secret.is_none() && (&new.host, &new.tenant, &new.application) == (&old.host, &old.tenant, &old.application) => new.secret.clone_from(&old.secret),
        (new @ None, Some(old)) => *new = Some(old.clone()),
        (Some(_), _) | (None, None) => {}
    }
    if let (Protocol::Oidc(new), Some(Protocol::Oidc(old))) = (&mut settings.protocol, known.map(|k| &k.protocol))
        && new.authentication == ClientAuthentication::None
        && (&new.issuer, &new.client_id) == (&old.issuer, &old.client_id)
    {
        new.authentication = old.authentication.clone();
    }
    // Endpoints are read and accepted, never entered; they hold for one issuer, so that another one begins anew.
    if let Protocol::Oidc(new) = &mut settings.protocol {
        new.endpoints = match known.map(|known| &known.protocol) {
            Some(Protocol::Oidc(old)) if old.issuer == new.issuer => old.endpoints.clone(),
            Some(Protocol::Oidc(_) | Protocol::Saml(_)) | None => None,
        };
    }
    if let Some(delegated) = &settings.delegated {
        // Loopback hosts are for developers; the broker itself decides by its own configuration at each use.
        let rules = homeward_egress::Rules { development: true, ..homeward_egress::Rules::default() };
        delegated.check(&rules).map_err(|why| format!("settings.delegated: {why}"))?;
    }
    Ok(Some(settings))
}

fn user(part: &UserPart, account: AccountId, against: Against<'_>, meant: &mut Meant) -> Result<(), String> {
    let known = against.present.user(account, &part.username);
    let id = known.map_or_else(|| UserId::generate(against.random), |u| u.id);
    let state = match (part.invite, part.state, known.map(|u| u.state)) {
        (true, Some(UserState::Active | UserState::Suspended | UserState::Deprovisioned), _) => {
            return Err("invite = true goes with state = \"invited\", or without a state".into());
        }
        // An invitation is a beginning: whoever has accepted it, or was suspended since, is not sent back by the file.
        (_, Some(UserState::Invited), Some(known)) => known,
        (true, _, None) => UserState::Invited,
        (_, stated, known) => kept(stated, known, UserState::Active),
    };
    if part.state != Some(state) && matches!(state, UserState::Suspended | UserState::Deprovisioned) {
        meant.notes.push(format!("user {} stays {}; to change that: homeward user resume", part.username.typed(), state.word()));
    }
    let start = || EmailAddress::parse(part.username.typed()).ok();
    let email = part.email.clone().or_else(|| known.map_or_else(start, |known| known.email.clone()));
    if part.invite && email.is_none() {
        return Err("invite = true needs an email, because the username is none".into());
    }
    if part.must_change && part.password_hash.is_none() {
        return Err("must_change goes with password_hash".into());
    }
    if part.invite && state == UserState::Invited {
        meant.invite.push(id);
    }
    if let Some(hash) = &part.password_hash {
        meant.credentials.push((id, import_foreign(hash).map_err(|e| format!("password_hash: {e}"))?, against.now, part.must_change));
    }
    meant.register.users.push(User {
        id,
        account,
        username: part.username.clone(),
        email,
        external_id: part.external_id.clone(),
        given_name: kept(part.given_name.clone(), known.map(|known| known.given_name.clone()), String::new()),
        family_name: kept(part.family_name.clone(), known.map(|known| known.family_name.clone()), String::new()),
        state,
        roles: part.roles.clone(),
        groups: part.groups.clone(),
        rule: kept(part.rule.map(StatedRule::rule), known.map(|known| known.rule), None),
        // Given in the portal, it stays where the file is silent.
        break_glass: part.break_glass.or(known.map(|known| known.break_glass)).unwrap_or(false),
    });
    Ok(())
}

/// What the file says; where it is silent, what is registered; for something new, the start.
fn kept<T>(stated: Option<T>, known: Option<T>, start: T) -> T {
    stated.or(known).unwrap_or(start)
}

fn policy(part: &PasswordPart, preset: Option<Policy>, known: Option<&PasswordPolicy>) -> Result<PasswordPolicy, String> {
    let named = part.profile.as_deref().or(preset.and_then(|p| p.password_profile));
    if let (None, true, Some(known)) = (named, *part == PasswordPart::default(), known) {
        return Ok(known.clone());
    }
    let profile = named.unwrap_or("classic");
    let base = PasswordPolicy::named(profile).ok_or_else(|| format!("[account.password] profile = \"{profile}\": use \"classic\" or \"modern\""))?;
    let unless_zero = |stated: Option<u32>, base: Option<u32>| stated.map_or(base, |n| Some(n).filter(|n| *n > 0));
    let policy = PasswordPolicy {
        min: part.min.unwrap_or(base.min),
        max: unless_zero(part.max, base.max),
        need_letter: part.need_letter.unwrap_or(base.need_letter),
        need_number: part.need_number.unwrap_or(base.need_number),
        need_special: part.need_special.clone().map_or_else(|| base.need_special.clone(), |set| Some(set).filter(|set| !set.is_empty())),
        allow_spaces: part.allow_spaces.unwrap_or(base.allow_spaces),
        only_listed: part.only_listed.unwrap_or(base.only_listed),
        expires_after_days: unless_zero(part.expires_after_days, base.expires_after_days),
        warn_days: part.warn_days.unwrap_or(base.warn_days),
        history: part.history.unwrap_or(base.history),
        refuse_leaked: part.refuse_leaked.unwrap_or(base.refuse_leaked),
        refuse_context: part.refuse_context.unwrap_or(base.refuse_context),
        name: base.name,
    };
    policy.fault().map_or(Ok(policy), |fault| Err(format!("[account.password] {fault}")))
}

/// A language that mails are written in.
pub(crate) fn language(tag: &str) -> Result<String, String> {
    let known = Language::OFFERED.iter().find(|offered| offered.code() == tag);
    known.map(|language| language.code().to_owned()).ok_or_else(|| format!("language: \"{tag}\" is none of {}", Language::OFFERED.map(Language::code).join(", ")))
}

#[cfg(test)]
mod tests {
    use homeward_federation::{Preset, oidc::OidcSettings};
    use serde_json::json;

    use super::*;

    fn connection(issuer: &str, client: &str, secret: Option<&str>) -> ConnectionSettings {
        let mut oidc = OidcSettings::new(issuer, client);
        if let Some(secret) = secret {
            oidc.authentication = ClientAuthentication::SecretBasic { secret: serde_json::from_value(json!(secret)).unwrap() };
        }
        ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(oidc)))
    }

    /// A secret that was given by command stays while the file means the same client of the same provider, and is handed to no other.
    #[test]
    fn a_secret_goes_to_the_provider_that_it_was_given_for() {
        let known = connection("https://a.example", "one", Some("c2VhbGVk"));
        let keeps = |issuer: &str, client: &str| {
            let settings = settings_of(Some(connection(issuer, client, None)), Some(&known)).unwrap().unwrap();
            let Protocol::Oidc(oidc) = settings.protocol else { panic!("OpenID Connect") };
            oidc.authentication != ClientAuthentication::None
        };
        assert!(keeps("https://a.example", "one"));
        assert!(!keeps("https://b.example", "one") && !keeps("https://a.example", "two") && !keeps("https://a.example/", "one"));
    }
}
