//! Whom a verified answer means. After the first sign-in the binding (connection, issuer, subject) decides alone; before it,
//! the connection's matching rule, inside the domains that the account has proved (ST-01…ST-21, OP-01…OP-12).

use homeward_discovery::{Candidate, Candidates, DomainClaim, User, UserState};
use homeward_federation::{Check, Connection, ConnectionSettings, Failure, Jit, LocalField, Protocol, RemoteField};
use homeward_local_credential::StoreFault;
use homeward_model::{DomainName, EmailAddress, UserId, Username};

use crate::{
    context::Context,
    federated::{Answer, Connected, LookUp, Told},
    usecase::authorize,
};

/// Somebody of this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Person {
    /// A user who may sign in.
    Known(User),
    /// A user who was invited, and whom the connection's rule activates.
    Invited(User),
    /// Nobody yet, and the connection's rule makes them.
    New(User),
}

impl Person {
    pub fn user(&self) -> &User {
        match self {
            Self::Known(user) | Self::Invited(user) | Self::New(user) => user,
        }
    }
}

/// Nobody may come in: why, and about whom of the account that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Why.
    pub failure: Box<Failure>,
    /// Whom the answer means all the same.
    pub about: Vec<UserId>,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { failure: Box::new(failure), about: Vec::new() }
    }
}

type Meant = Result<Person, Refused>;

/// Which account is asked whether the connection may use a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Routed {
    /// As it is.
    Now,
    /// As it would be with the connection on for everybody: a test, which signs nobody in.
    WereItOn,
}

fn names(code: &'static str) -> Meant {
    Err(Failure::of(Check::Names, code).into())
}

/// The same about these users.
fn about(check: Check, code: &'static str, users: &[User]) -> Meant {
    Err(Refused { failure: Box::new(Failure::of(check, code)), about: users.iter().map(|user| user.id).collect() })
}

/// Whom the answer means; nothing is written yet. Whether the connection is that user's way in is asked afterwards (`arrive`), of bound ones, too.
pub(super) async fn meant(ctx: &Context, connected: &Connected, answer: &Answer, routed: Routed) -> Result<Meant, StoreFault> {
    let Some(known) = connected.connection.as_ref() else { return Ok(names("connection.no_settings")) };
    if let Some(user) = ctx.federation.bindings.bound(known.id, &answer.subject).await? {
        let found = ctx.directory.user(user).await?.map(|(user, _)| user).filter(|user| user.account == known.account);
        let Some(user) = found else { return Ok(names("names.unknown_user")) };
        return Ok(match lost(ctx, known, &user).await? {
            None => state(user, known.settings.jit),
            Some(domain) => Err(Refused { failure: Box::new(foreign(&domain)), about: vec![user.id] }),
        });
    }
    if !answer.binds {
        // A name that changes every time can be nobody's (ST-07).
        return Ok(names("names.transient"));
    }
    let value = match value(&known.settings, answer) {
        Ok(value) => value,
        Err(failure) => return Ok(Err(failure.into())),
    };
    let claim = match may_speak_for(ctx, connected, &known.settings, &value, answer).await? {
        Ok(claim) => claim.filter(|_| routed == Routed::Now),
        Err(failure) => return Ok(Err(failure.into())),
    };
    let found = match look_up(known.settings.matching.local, &value) {
        Ok(by) => ctx.federation.bindings.by_field(known.account, by.as_port()).await?,
        Err(failure) => return Ok(Err(failure.into())),
    };
    // A name of a domain that is another connection's: the same answer whether somebody has it or not.
    if claim.is_some_and(|claim| !claim.leaves_to(known.id, &connected.account, found.first())) {
        return Ok(Err(Failure::of(Check::Allowed, "allowed.rules").into()));
    }
    match found.as_slice() {
        [one] => {
            let other = ctx.federation.bindings.linked_as(known.id, one.id).await?;
            if other.is_some_and(|other| other != answer.subject && !known.settings.naming().is_past(&other, &answer.subject)) {
                // The same name under another unchanging name: somebody new at the provider (ST-09, OE-07).
                return Ok(about(Check::Names, "names.bound_elsewhere", &found));
            }
            Ok(state(one.clone(), known.settings.jit))
        }
        [] if known.settings.jit == Jit::Create => new_user(ctx, connected, &known.settings, answer, &value).await,
        [] => Ok(Err(Failure { seen: Some(value), ..Failure::of(Check::Names, "names.unknown_user") }.into())),
        _ => Ok(about(Check::Names, "names.ambiguous", &found)),
    }
}

/// The domain of a known user's own name, where the account has it no longer: its provider speaks for whoever it has linked as long as it could link them, and what it
/// calls them by now counts for nothing (ST-12). Which of our fields that name is, the matching rule says; one without a domain has none to lose. Where it makes people, it
/// could make nobody with that username either.
async fn lost(ctx: &Context, known: &Connection, user: &User) -> Result<Option<DomainName>, StoreFault> {
    let name = match known.settings.matching.local {
        LocalField::Username => Some(user.username.typed()),
        LocalField::Email => user.email.as_ref().map(EmailAddress::as_str),
        LocalField::ExternalId => user.external_id.as_deref(),
    };
    let username = (known.settings.jit == Jit::Create || name.is_none()).then(|| user.username.typed());
    for name in name.into_iter().chain(username) {
        let Some(domain) = Username::parse(name).ok().and_then(|name| name.domain().cloned()) else { continue };
        let is_proved = ctx.federation.connections.proved(known.account, domain.as_str()).await?.is_some();
        if !is_proved && !known.settings.foreign_domains.contains(&domain) {
            return Ok(Some(domain));
        }
    }
    Ok(None)
}

/// The name is of a domain that the account has not proved.
fn foreign(domain: &DomainName) -> Failure {
    Failure { seen: Some(domain.as_str().to_owned()), ..Failure::of(Check::Names, "idp.domain_not_owned") }
}

/// Binds the user to who answered, in place of a link that is past.
async fn linked(ctx: &Context, connected: &Connected, answer: &Answer, user: UserId) -> Result<bool, StoreFault> {
    let (id, bindings) = (connected.route.id, &ctx.federation.bindings);
    if bindings.bind(id, &answer.subject, user, ctx.now()).await? {
        return Ok(true);
    }
    let Some(known) = &connected.connection else { return Ok(false) };
    match bindings.linked_as(id, user).await?.filter(|link| known.settings.naming().is_past(link, &answer.subject)) {
        Some(past) => bindings.relink(id, (&past, &answer.subject), user, ctx.now()).await,
        None => Ok(false),
    }
}

/// Whether the user's state lets them in.
fn state(user: User, jit: Jit) -> Meant {
    match (user.state, jit) {
        (UserState::Active, _) => Ok(Person::Known(user)),
        (UserState::Invited, Jit::LinkOnly | Jit::Create) => Ok(Person::Invited(user)),
        (UserState::Invited, Jit::Off) => about(Check::Allowed, "allowed.invited", &[user]),
        (UserState::Suspended | UserState::Deprovisioned, _) => about(Check::Allowed, "allowed.not_active", &[user]),
    }
}

/// The provider's side of the match: one value, as it came. Blanks are not cut off to make it fit (SC-23, ST-08).
fn value(settings: &ConnectionSettings, answer: &Answer) -> Result<String, Failure> {
    let value = match &settings.matching.remote {
        RemoteField::Subject => Some(answer.name.as_str()),
        RemoteField::Named(name) => match answer.values(name) {
            [] => return Err(Failure { expected: Some(name.clone()), ..Failure::of(Check::Names, "names.attribute_missing") }),
            [_] => answer.value(name),
            _ => return Err(Failure { expected: Some(name.clone()), ..Failure::of(Check::Names, "names.attribute_several") }),
        },
    };
    match value {
        // A wide @ is one to the reader of usernames and none to a search for @: nobody is named by it.
        Some(value) if !value.is_empty() && value.trim() == value && !value.chars().any(char::is_control) && !value.contains(['\u{ff20}', '\u{fe6b}']) => {
            Ok(value.to_owned())
        }
        _ => Err(Failure::of(Check::Names, "names.unusable")),
    }
}

/// A provider speaks for the domains of its own account and for nobody else's (ST-01, ST-11, OE-04). Gives the account's claim on the domain
/// of the value, where it has one: it may name another of the account's providers.
async fn may_speak_for(
    ctx: &Context,
    connected: &Connected,
    settings: &ConnectionSettings,
    value: &str,
    answer: &Answer,
) -> Result<Result<Option<DomainClaim>, Failure>, StoreFault> {
    if !value.contains('@') {
        // A number or short name has no domain to be proved. NameID, `sub`, and attributes of a SAML assertion are the provider's own
        // word; a claim of an ID token may be one that people write themselves.
        return Ok(match (&settings.protocol, &settings.matching.remote) {
            (Protocol::Oidc(_), RemoteField::Named(claim)) if !settings.trusted_claims.contains(claim) => Err(Failure::of(Check::Names, "idp.claim_not_trusted")),
            _ => Ok(None),
        });
    }
    let Some(domain) = Username::parse(value).ok().and_then(|name| name.domain().cloned()) else {
        return Ok(Err(Failure::of(Check::Names, "names.unusable")));
    };
    let claim = ctx.federation.connections.proved(connected.account.id, domain.as_str()).await?;
    if claim.is_none() && !settings.foreign_domains.contains(&domain) {
        return Ok(Err(foreign(&domain)));
    }
    // A claim that people may edit at the provider counts only with the provider's word for it.
    if matches!(settings.protocol, Protocol::Oidc(_)) && !answer.email_proved {
        return Ok(Err(Failure::of(Check::Names, "idp.email_not_verified")));
    }
    Ok(Ok(claim))
}

/// Our side of the match, owned.
enum By {
    Username(Username),
    Email(String),
    ExternalId(String),
}

impl By {
    fn as_port(&self) -> LookUp<'_> {
        match self {
            Self::Username(name) => LookUp::Username(name),
            Self::Email(address) => LookUp::Email(address),
            Self::ExternalId(id) => LookUp::ExternalId(id),
        }
    }
}

fn look_up(field: LocalField, value: &str) -> Result<By, Failure> {
    let unusable = || Failure::of(Check::Names, "names.unusable");
    match field {
        LocalField::Username => Username::parse(value).map(By::Username).map_err(|_| unusable()),
        LocalField::Email => EmailAddress::parse(value).map(|_| By::Email(value.to_owned())).map_err(|_| unusable()),
        LocalField::ExternalId => Ok(By::ExternalId(value.to_owned())),
    }
}

/// A user for somebody nobody knows. Only inside a domain that the account has proved (and left to this connection: `arrive`), and never with more than a plain
/// user's rights: roles of the installation do not come from outside (ST-15, OP-08).
async fn new_user(ctx: &Context, connected: &Connected, settings: &ConnectionSettings, answer: &Answer, value: &str) -> Result<Meant, StoreFault> {
    let mapped = |name: &Option<String>| name.as_deref().and_then(|name| answer.value(name)).unwrap_or_default().to_owned();
    let username = match settings.matching.local {
        LocalField::Username | LocalField::Email => value.to_owned(),
        LocalField::ExternalId => mapped(&settings.mapping.email),
    };
    let Ok(username) = Username::parse(&username) else { return Ok(names("names.unusable")) };
    let Some(domain) = username.domain() else { return Ok(names("names.no_domain")) };
    if ctx.federation.connections.proved(connected.account.id, domain.as_str()).await?.is_none() {
        return Ok(names("idp.domain_not_owned"));
    }
    if matches!(settings.protocol, Protocol::Oidc(_)) && !answer.email_proved {
        return Ok(names("idp.email_not_verified"));
    }
    Ok(Ok(Person::New(User {
        id: UserId::generate(ctx.random.as_ref()),
        account: connected.account.id,
        email: EmailAddress::parse(username.typed()).ok(),
        external_id: (settings.matching.local == LocalField::ExternalId).then(|| value.to_owned()),
        given_name: mapped(&settings.mapping.given_name),
        family_name: mapped(&settings.mapping.family_name),
        state: UserState::Active,
        roles: roles(settings, answer),
        groups: groups(settings, answer),
        rule: None,
        break_glass: false,
        username,
    })))
}

fn groups(settings: &ConnectionSettings, answer: &Answer) -> std::collections::BTreeSet<String> {
    settings.mapping.groups.as_deref().map(|name| answer.values(name).iter().cloned().collect()).unwrap_or_default()
}

fn roles(settings: &ConnectionSettings, answer: &Answer) -> std::collections::BTreeSet<String> {
    let named = settings.mapping.roles.as_deref().map(|name| answer.values(name)).unwrap_or_default();
    named.iter().filter(|role| !homeward_discovery::is_reserved_role(role)).cloned().collect()
}

/// The candidates as they will be when the user is there.
pub(super) fn with_new(mut candidates: Candidates, user: &User) -> Candidates {
    let own = candidates.accounts.iter_mut().find(|c: &&mut Candidate| c.account.id == user.account && c.user.is_none());
    if let Some(candidate) = own {
        candidate.user = Some(user.clone());
    }
    candidates
}

/// Writes what follows from a first sign-in: the binding, the activation, the new user. A binding that somebody else has won
/// since is a failure, not a second user (OP-11).
pub(super) async fn settle(ctx: &Context, connected: &Connected, answer: &Answer, person: Person) -> Result<Result<User, Failure>, StoreFault> {
    let id = connected.route.id;
    let taken = || Failure::of(Check::Names, "names.bound_elsewhere");
    match person {
        Person::New(user) => match ctx.federation.bindings.create(&user, (id, &answer.subject), ctx.now()).await? {
            true => Ok(Ok(user)),
            false => Ok(Err(taken())),
        },
        Person::Known(user) => match linked(ctx, connected, answer, user.id).await? {
            true => refreshed(ctx, connected, answer, user).await.map(Ok),
            false => Ok(Err(taken())),
        },
        Person::Invited(user) => {
            if !linked(ctx, connected, answer, user.id).await? {
                return Ok(Err(taken()));
            }
            ctx.directory.activate(user.id, ctx.now()).await?;
            let user = User { state: UserState::Active, ..user };
            refreshed(ctx, connected, answer, user).await.map(Ok)
        }
    }
}

/// Names, groups and roles follow the provider where the mapping says so. The username and the e-mail address never do: a
/// changed address at the provider moves nobody (OE-07).
async fn refreshed(ctx: &Context, connected: &Connected, answer: &Answer, user: User) -> Result<User, StoreFault> {
    let Some(settings) = connected.connection.as_ref().map(|known| &known.settings) else { return Ok(user) };
    let text = |name: &Option<String>| name.as_deref().and_then(|name| answer.value(name)).map(str::to_owned);
    let told = Told {
        given_name: text(&settings.mapping.given_name),
        family_name: text(&settings.mapping.family_name),
        groups: settings.mapping.groups.as_ref().map(|_| groups(settings, answer)),
        roles: settings.mapping.roles.as_ref().map(|_| roles(settings, answer)),
    };
    if told.of(&user) == user {
        return Ok(user);
    }
    // Into the user as they are by then: what was taken from them meanwhile does not come back.
    Ok(ctx.federation.bindings.refresh(user.id, &told).await?.unwrap_or(user))
}

/// Notes that the user's mailbox is proved, when the provider vouches for that very address inside a domain that the account has proved
/// and not left to another of its providers.
pub(super) async fn note_mailbox(ctx: &Context, connected: &Connected, answer: &Answer, user: &User) -> Result<(), StoreFault> {
    let (Some(settings), Some(address)) = (connected.connection.as_ref().map(|known| &known.settings), &user.email) else { return Ok(()) };
    let named = settings.mapping.email.as_deref().and_then(|name| answer.value(name).map(str::to_owned)).or_else(|| value(settings, answer).ok());
    let is_theirs = answer.email_proved && named.is_some_and(|named| named.eq_ignore_ascii_case(address.as_str()));
    let domain = address.as_str().rsplit_once('@').filter(|_| is_theirs).and_then(|(_, domain)| DomainName::parse(domain).ok());
    let Some(domain) = domain else { return Ok(()) };
    let claim = ctx.federation.connections.proved(connected.account.id, domain.as_str()).await?;
    if !claim.is_some_and(|claim| claim.leaves_to(connected.route.id, &connected.account, Some(user))) {
        return Ok(());
    }
    let subject = ctx.provider.subjects.subject(user.id).await.map_err(authorize::fault)?;
    match subject.and_then(|subject| subject.email) {
        Some((_, false)) => ctx.profiles.vouched_mailbox(user.id, (address, &domain), ctx.now()).await,
        Some((_, true)) | None => Ok(()),
    }
}
