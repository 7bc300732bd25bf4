//! What mends the check that failed in the last test, as far as it can be mended here. Whatever changes the connection waits to be looked at
//! first, like every value that is entered; only what the test showed is taken, and nothing that a form says.
//!
//! An answer that nobody has verified makes no key trusted: a certificate that it names is added for the thumbprint that somebody has read at
//! the provider.

use homeward_discovery::{User, UserRule, UserState};
use homeward_federation::{
    ConnectionSettings, IdpInitiated, Kind, LocalField, Matching, Protocol, RemoteField,
    product::Field,
    report::Finding,
    saml::{SamlSettings, certificate::Certificate},
};
use homeward_model::{ConnectionId, UserId, Username};

use super::{
    Given, Stored,
    enter::{self, Problem, Proposed},
    give,
    ports::Tested,
};
use crate::{
    authority::Action,
    entry::Granted,
    home::{CertificateShown, certificate},
    ports::{Fault, UserQuery},
    session::Portal,
};

/// One way to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// Take the issuer that the answer named.
    Issuer(String),
    /// Compare the certificate that the answer named, and add it.
    Certificate(Box<CertificateShown>),
    /// Read the metadata at this address again.
    Metadata(String),
    /// Let one of these attributes name the person.
    Named(Vec<String>),
    /// Let sign-ins that begin at the provider lead to one of ours.
    Convert,
    /// Give these values of ours to the provider.
    Give(Vec<Given>),
    /// Give our metadata to the provider: our certificate is in it.
    OurMetadata,
    /// It is about these people.
    People(Vec<Whom>),
    /// Nobody has that name; this one comes near it.
    Closest(Whom),
    /// Ask for the code that the provider has shown.
    Code,
}

/// Somebody whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// Who.
    pub id: UserId,
    /// The username.
    pub username: String,
    /// What they may.
    pub state: UserState,
    /// Whether they are on the exclusion list.
    pub is_excluded: bool,
}

impl Whom {
    fn of(user: &User) -> Self {
        Self { id: user.id, username: user.username.typed().to_owned(), state: user.state, is_excluded: user.rule == Some(UserRule::Excluded) }
    }
}

/// What somebody has chosen of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix<'a> {
    /// The issuer.
    Issuer,
    /// The certificate, with the thumbprint as the provider shows it.
    Certificate(&'a str),
    /// The metadata.
    Metadata,
    /// This attribute names the person.
    Named(&'a str),
    /// Sign-ins that begin there.
    Convert,
}

/// What the last test offers to whoever looks at it. `tested`: the connection as the test had it, where that is there still: a test of other values
/// changes none of these.
pub(super) async fn of(portal: &Portal, granted: &Granted, (stored, tested): (&Stored, Option<&Stored>), (last, found): (&Tested, &Finding)) -> Result<Vec<Mend>, Fault> {
    let mut all = Vec::new();
    if let Some(tested) = tested.filter(|_| granted.may(Action::PrepareSignOn)) {
        all.extend(by_values(portal, tested, last));
    }
    let fields = ours(found.kind);
    let given: Vec<Given> = give::given(&portal.base, &stored.connection, &stored.settings()).into_iter().filter(|given| fields.contains(&given.label.field)).collect();
    if !given.is_empty() {
        all.push(Mend::Give(given));
    }
    if found.kind == Kind::Encrypted && saml_of(&stored.settings()).is_some() {
        all.push(Mend::OurMetadata);
    }
    if matches!(found.kind, Kind::NoAnswer | Kind::SaidNo) && found.meaning.is_none() {
        all.push(Mend::Code);
    }
    if granted.may(Action::ReadUsers) && granted.guest().is_none() {
        all.extend(by_people(portal, granted, stored, last).await?);
    }
    Ok(all)
}

/// Ways that change what was entered.
fn by_values(portal: &Portal, stored: &Stored, last: &Tested) -> Vec<Mend> {
    let Some(failure) = &last.failure else { return Vec::new() };
    let settings = stored.settings();
    let saml = saml_of(&settings);
    let kind = failure.kind();
    let mut all = Vec::new();
    // The signature stood before this was read.
    if let (Some(seen), Some(saml), "issuer.unexpected") = (&failure.seen, saml, failure.code.as_str())
        && is_whole(seen)
        && *seen != saml.idp_entity_id
    {
        all.push(Mend::Issuer(seen.clone()));
    }
    if let (Some(named), Some(saml), Kind::UnknownKey) = (named(last), saml, kind)
        && !saml.certificates.contains(&named.pem())
    {
        all.push(Mend::Certificate(Box::new(certificate(&named, portal.now()))));
    }
    if let (Some(address), Kind::UnknownKey | Kind::CertificateOver | Kind::OtherIssuer) = (saml.and_then(|saml| saml.metadata_url.as_ref()), kind) {
        all.push(Mend::Metadata(address.as_str().to_owned()));
    }
    if let Kind::NoName | Kind::Ambiguous | Kind::Unusable | Kind::UnknownUser = kind {
        let names = candidates(&settings, last);
        if !names.is_empty() {
            all.push(Mend::Named(names));
        }
    }
    if kind == Kind::Unsolicited && saml.is_some() && settings.idp_initiated == IdpInitiated::Refuse {
        all.push(Mend::Convert);
    }
    all
}

/// The certificate that the answer named, where it is one that can be used.
fn named(last: &Tested) -> Option<Certificate> {
    Certificate::from_pem(last.certificate.as_deref()?).ok()
}

/// Whether a value is there to the letter: nothing of it was cut or hidden.
fn is_whole(seen: &str) -> bool {
    (1..300).contains(&seen.chars().count()) && !seen.contains('•')
}

/// Attributes that arrived with one value, but for the one that names the person now. NameID and `sub` stand first.
fn candidates(settings: &ConnectionSettings, last: &Tested) -> Vec<String> {
    let now = match &settings.matching.remote {
        RemoteField::Named(name) => Some(name.as_str()),
        RemoteField::Subject => None,
    };
    // A claim that people may write themselves names nobody.
    let is_trusted = |name: &str| matches!(settings.protocol, Protocol::Saml(_)) || name == "email" || settings.trusted_claims.iter().any(|claim| claim == name);
    last.arrived.iter().skip(1).filter(|(name, values)| values.len() == 1 && Some(name.as_str()) != now && is_trusted(name)).map(|(name, _)| name.clone()).collect()
}

/// Our values that the provider has wrong.
const fn ours(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::OtherAudience => &[Field::EntityId],
        Kind::OtherAddress => &[Field::ReplyUrl, Field::RedirectUri],
        Kind::Unsolicited => &[Field::SignOnUrl],
        Kind::CodeRefused => &[Field::RedirectUri],
        Kind::NoAnswer => &[Field::EntityId, Field::ReplyUrl, Field::RedirectUri],
        _ => &[],
    }
}

async fn by_people(portal: &Portal, granted: &Granted, stored: &Stored, last: &Tested) -> Result<Vec<Mend>, Fault> {
    let account = granted.account().id;
    let mut people = Vec::new();
    for user in &last.about {
        people.extend(portal.people.one(account, *user).await?.map(|listed| Whom::of(&listed.user)));
    }
    let mut all = Vec::new();
    if !people.is_empty() {
        all.push(Mend::People(people));
    }
    if let Some(name) = last.unknown.as_deref().filter(|_| stored.settings().matching.local == LocalField::Username) {
        all.extend(closest(portal, granted, name).await?.map(Mend::Closest));
    }
    Ok(all)
}

/// Users that are compared at most, of those whose names begin alike.
const MOST: u32 = 200;

/// The user whose name comes nearest to one that nobody has: the same before the `@`, or a slip or two away.
async fn closest(portal: &Portal, granted: &Granted, name: &str) -> Result<Option<Whom>, Fault> {
    let Ok(wanted) = Username::parse(name) else { return Ok(None) };
    let key = wanted.key();
    let local = key.split('@').next().unwrap_or_default();
    let begins = |count: usize| key.chars().take(count).collect::<String>();
    let mut near: Vec<(usize, User)> = Vec::new();
    for prefix in [format!("{local}@"), begins(3), begins(1)] {
        let query = UserQuery { prefix, limit: MOST, ..UserQuery::default() };
        for listed in portal.people.list(granted.account().id, &query).await? {
            let other = listed.user.username.key();
            let far = match other.split('@').next() == Some(local) {
                true => 0,
                false => slips(key, other),
            };
            near.push((far, listed.user));
        }
    }
    let enough = (key.chars().count() / 8).max(2);
    Ok(near.into_iter().filter(|(far, _)| *far <= enough).min_by_key(|(far, user)| (*far, user.username.key().len())).map(|(_, user)| Whom::of(&user)))
}

/// How many characters are to be changed, added or taken away to make one text of the other (Levenshtein).
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, sign) in one.chars().enumerate() {
        let mut next = vec![place + 1];
        for ((above, before), known) in row.iter().skip(1).zip(&row).zip(&other) {
            let left = next.last().copied().unwrap_or(place);
            next.push((before + usize::from(*known != sign)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Enters what the last test showed, to be looked at beside what is there. It counts once somebody takes it over. After a test of values that wait, it
/// comes to them, and they wait on.
///
/// # Errors
/// `Fault`.
pub async fn by_test(portal: &Portal, granted: &Granted, id: ConnectionId, fix: Fix<'_>) -> Result<Proposed, Fault> {
    let Some(stored) = enter::found(portal, granted, id).await? else { return Ok(Proposed::Nobody) };
    let last = portal.sign_on.last_test(granted.account().id, id).await?.filter(|last| super::tested::is_theirs(granted, last));
    let Some(last) = last else { return Ok(Proposed::Refused(Problem::NoTest)) };
    let Some((tested, _)) = super::tested::as_tested(portal, &stored, &last).await? else { return Ok(Proposed::Refused(Problem::NoTest)) };
    let offered = by_values(portal, &tested, &last);
    let settings = tested.settings();
    let saml = |saml: SamlSettings| enter::keep_checked(portal, granted, &stored, ConnectionSettings { protocol: Protocol::Saml(Box::new(saml)), ..settings.clone() });
    match (fix, saml_of(&settings)) {
        (Fix::Issuer, Some(old)) => match offered.iter().find_map(|one| if let Mend::Issuer(issuer) = one { Some(issuer) } else { None }) {
            Some(issuer) => saml(SamlSettings { idp_entity_id: issuer.clone(), ..old.clone() }).await,
            None => Ok(Proposed::Refused(Problem::NoTest)),
        },
        (Fix::Certificate(typed), Some(old)) => {
            let is_offered = offered.iter().any(|one| matches!(one, Mend::Certificate(_)));
            let Some(named) = named(&last).filter(|_| is_offered) else { return Ok(Proposed::Refused(Problem::NoTest)) };
            if !is_thumbprint_of(&named, typed) {
                return Ok(Proposed::Refused(Problem::Thumbprint));
            }
            let certificates = old.certificates.iter().cloned().chain([named.pem()]).collect();
            saml(SamlSettings { certificates, ..old.clone() }).await
        }
        (Fix::Metadata, Some(_)) => match offered.iter().find_map(|one| if let Mend::Metadata(address) = one { Some(address) } else { None }) {
            Some(address) => enter::at_address(portal, granted, (&stored, settings.clone()), (address, None)).await,
            None => Ok(Proposed::Refused(Problem::NoTest)),
        },
        (Fix::Named(name), _) if offered.iter().any(|one| matches!(one, Mend::Named(names) if names.iter().any(|other| other == name))) => {
            let matching = Matching { remote: RemoteField::Named(name.to_owned()), ..settings.matching.clone() };
            enter::keep(portal, granted, &stored, ConnectionSettings { matching, ..settings }).await
        }
        (Fix::Convert, Some(_)) if offered.contains(&Mend::Convert) => {
            enter::keep(portal, granted, &stored, ConnectionSettings { idp_initiated: IdpInitiated::Convert, ..settings }).await
        }
        _ => Ok(Proposed::Refused(Problem::NoTest)),
    }
}

/// Whether that is the certificate's thumbprint, SHA-256 or SHA-1, however it is written. It has to be all of it.
fn is_thumbprint_of(certificate: &Certificate, typed: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|sign| !matches!(sign, ':' | ' ' | '-' | '\u{a0}' | '\r' | '\n' | '\t')).collect::<String>().to_uppercase();
    let typed = plain(typed);
    !typed.is_empty() && [certificate.sha256_thumbprint(), certificate.sha1_thumbprint()].iter().any(|own| plain(own) == typed)
}

fn saml_of(settings: &ConnectionSettings) -> Option<&SamlSettings> {
    match &settings.protocol {
        Protocol::Saml(saml) => Some(saml),
        Protocol::Oidc(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 5, check 5: "Closest" is a slip or two away, and no other name.
    #[test]
    fn slips_are_counted() {
        for (one, other, far) in [("", "", 0), ("ana", "ana", 0), ("ana", "anna", 1), ("britta", "brita", 1), ("abc", "xyz", 3), ("", "abc", 3), ("kitten", "sitting", 3)] {
            assert_eq!((slips(one, other), slips(other, one)), (far, far), "{one} {other}");
        }
    }

    /// Nothing that was cut or hidden is taken for a value.
    #[test]
    fn only_whole_values_are_taken() {
        assert!(is_whole("https://idp.example/entity"));
        for cut in ["", "b•••••@idp.example", &"x".repeat(300)] {
            assert!(!is_whole(cut), "{cut}");
        }
    }
}
