//! Connected services: applications act at Microsoft 365 as the person who allowed it (delegated access, B-126 to B-147). What is entered
//! waits beside what is there, as every value of a connection does. Consent is to one registration: another one begins without any.

pub mod consent;
pub mod enter;
pub mod people;
pub mod ports;

use std::{collections::BTreeSet, time::Duration};

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{
    ConnectionSettings, Preset, Protocol,
    delegated::{DelegatedSettings, ids},
    oidc::CLOUDS,
};
use homeward_model::{ConnectionId, Timestamp};

pub use homeward_federation::delegated::{DelegatedSettingsError, PERMISSIONS, Permission, Resource, WhyConsent};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Deed, Fault},
    session::Portal,
    sign_on::difference::{self, Row},
};
use ports::{Allowed, Consent, Mark, Registered};

/// How long somebody may take at Microsoft, both hops together.
pub(crate) const AT_MICROSOFT: Duration = Duration::from_secs(20 * 60);
/// Rows of the list of people.
pub const ROWS: u32 = 50;

/// A connection in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The connection, as it stands now.
    pub connection: Connection,
    /// Whether a registration was entered.
    pub is_set_up: bool,
    /// How many people have allowed something.
    pub people: u64,
}

/// What is entered. No secret is among it (AD-05).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// The cloud's sign-in host.
    pub cloud: String,
    /// Directory (tenant) ID.
    pub tenant: String,
    /// Application (client) ID.
    pub application: String,
    /// Where Microsoft sends people back to.
    pub redirect_uri: String,
    /// What may be allowed.
    pub permissions: BTreeSet<String>,
    /// Whether a secret is kept.
    pub has_secret: bool,
}

/// How the organisation's consent stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not seen here, and no permission needs it.
    NotNeeded,
    /// Needed, and not seen here.
    Needed,
    /// Given then, to everything.
    Given(Timestamp),
    /// Given then, and not to these, which were chosen since.
    Partly(Timestamp, Vec<String>),
}

/// What is forgotten with a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgets {
    /// What so many people have allowed.
    pub people: u64,
    /// The organisation's consent.
    pub consent: bool,
}

/// What waits to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The word that names it.
    pub handle: String,
    /// Now and new.
    pub rows: Vec<Row>,
    /// When it was entered.
    pub at: Timestamp,
    /// What was entered since then makes it useless.
    pub is_stale: bool,
    /// What is forgotten once it is taken over.
    pub forgets: Option<Forgets>,
}

/// The page of one connection.
#[derive(Clone, Debug)]
pub struct Service {
    /// The connection, as it stands now.
    pub connection: Connection,
    /// Whether a registration was entered.
    pub is_set_up: bool,
    /// What is entered; before that, what can be known.
    pub entered: Entered,
    /// Whether only a claim of its own tells that a person's address there is theirs: people do not sign in at the same tenant here.
    pub needs_claim: bool,
    /// Clouds to choose from: sign-in host and name.
    pub clouds: Vec<(String, String)>,
    /// What waits.
    pub proposal: Option<Proposed>,
    /// How the organisation's consent stands.
    pub consent: State,
    /// Applications that may have tokens.
    pub applications: Vec<Registered>,
    /// How many people have allowed something.
    pub people: u64,
    /// Some of them, the newest first.
    pub allowed: Vec<Allowed>,
    /// The mark after which there are more.
    pub next: Option<Mark>,
}

/// The connections of an account that are not retired.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Vec<Shown>, Fault> {
    granted.is_for(Action::ReadServices)?;
    let account = granted.account().id;
    let mut all = Vec::new();
    for (connection, settings) in portal.accounts.connections(account).await? {
        if connection.state == ConnectionState::Retired {
            continue;
        }
        let is_set_up = settings.is_some_and(|settings| settings.delegated.is_some());
        let people = if is_set_up { portal.services.people(account, connection.id).await? } else { 0 };
        all.push(Shown { connection: crate::standing::Standing::of(&connection, portal.now()).put_into(&connection), is_set_up, people });
    }
    Ok(all)
}

/// One connection, with those who have allowed something after a mark; `None` when this account has none of that id.
///
/// # Errors
/// `Fault`.
pub async fn page(portal: &Portal, granted: &Granted, id: ConnectionId, after: Option<Mark>) -> Result<Option<Service>, Fault> {
    // Whoever has just done something sees what came of it.
    granted.is_for(Action::ReadServices).or_else(|_| granted.is_for(Action::PrepareServices)).or_else(|_| granted.is_for(Action::ChangeServices))?;
    let account = granted.account();
    let Some(stored) = portal.sign_on.one(account.id, id).await? else { return Ok(None) };
    let settings = stored.settings();
    let people = portal.services.people(account.id, id).await?;
    let mut allowed = portal.services.allowed(account.id, id, (after, ROWS.saturating_add(1))).await?;
    let has_more = allowed.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    allowed.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let consent = portal.services.consent(account.id, id).await?;
    let entered = entered(portal, &settings);
    Ok(Some(Service {
        connection: crate::standing::Standing::of(&stored.connection, portal.now()).put_into(&stored.connection),
        is_set_up: settings.delegated.is_some(),
        needs_claim: of_issuer(&settings).is_none_or(|(_, tenant)| tenant != entered.tenant),
        clouds: clouds(portal, &entered),
        proposal: waiting(portal, granted, id, (people, consent.is_some())).await?,
        consent: state(settings.delegated.as_deref(), consent),
        applications: portal.services.registered(&account.region).await?,
        people,
        next: allowed.last().filter(|_| has_more).map(|last| Mark { at: last.at, user: last.user }),
        allowed,
        entered,
    }))
}

/// What is entered. Where nothing is, the connection's own tenant is the likeliest, and a new registration gets our usual address.
fn entered(portal: &Portal, settings: &ConnectionSettings) -> Entered {
    let Some(own) = settings.delegated.as_deref() else {
        let (host, tenant) = of_issuer(settings).unwrap_or_default();
        let global = CLOUDS.first().map(|cloud| cloud.host).unwrap_or_default();
        let cloud = if host.is_empty() { global.to_owned() } else { host };
        return Entered { cloud, tenant, redirect_uri: DelegatedSettings::offered_redirect_uri(&portal.base), ..Entered::default() };
    };
    Entered {
        cloud: own.host.clone(),
        tenant: own.tenant.clone(),
        application: own.application.clone(),
        redirect_uri: own.redirect_uri.clone(),
        permissions: own.all(),
        has_secret: own.secret.is_some(),
    }
}

/// Cloud and tenant of a connection's own issuer, where Microsoft signs people in by OpenID Connect.
fn of_issuer(settings: &ConnectionSettings) -> Option<(String, String)> {
    let Protocol::Oidc(oidc) = &settings.protocol else { return None };
    let (_, rest) = oidc.issuer.split_once("://").filter(|_| settings.preset == Preset::Entra)?;
    let mut parts = rest.split('/');
    let (host, tenant) = (parts.next()?.to_owned(), parts.next()?);
    match ids::recognise(ids::Field::Tenant, tenant, &ids::Overview::default()) {
        ids::Pasted::Value(tenant) => Some((host, tenant)),
        _ => None,
    }
}

/// Microsoft's clouds; on a developer's own machine the one that is entered, too.
fn clouds(portal: &Portal, entered: &Entered) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = CLOUDS.iter().map(|cloud| (cloud.host.to_owned(), cloud.name.to_owned())).collect();
    if portal.is_development() && !all.iter().any(|(host, _)| *host == entered.cloud) {
        all.push((entered.cloud.clone(), entered.cloud.clone()));
    }
    all
}

fn state(settings: Option<&DelegatedSettings>, consent: Option<Consent>) -> State {
    match (settings, consent) {
        (Some(own), Some(consent)) => {
            let missing: Vec<String> = own.all().difference(&consent.permissions).cloned().collect();
            if missing.is_empty() { State::Given(consent.at) } else { State::Partly(consent.at, missing) }
        }
        (Some(own), None) if own.needs_administrator() => State::Needed,
        _ => State::NotNeeded,
    }
}

/// What waits, with what it would forget.
async fn waiting(portal: &Portal, granted: &Granted, id: ConnectionId, (people, consent): (u64, bool)) -> Result<Option<Proposed>, Fault> {
    let account = granted.account().id;
    let Some(waiting) = portal.sign_on.proposal(account, id, portal.now()).await?.filter(|waiting| waiting.is_of_services()) else { return Ok(None) };
    let present = portal.sign_on.one(account, id).await?.and_then(|stored| stored.settings);
    let forgets = is_another(waiting.from.as_ref(), &waiting.to) && (people > 0 || consent);
    Ok(Some(Proposed {
        is_stale: present != waiting.from,
        rows: difference::rows(waiting.from.as_ref(), &waiting.to, portal.now()).into_iter().filter(|row| row.what.is_of_services()).collect(),
        handle: waiting.handle,
        at: waiting.at,
        forgets: forgets.then_some(Forgets { people, consent }),
    }))
}

/// Whether consent to the registration before counts for nothing with the one after.
fn is_another(from: Option<&ConnectionSettings>, to: &ConnectionSettings) -> bool {
    let registration = |settings: &ConnectionSettings| settings.delegated.as_deref().map(|own| [own.host.clone(), own.tenant.clone(), own.application.clone()]);
    from.and_then(registration) != registration(to)
}

/// The record of a change to a connected service.
fn changed(portal: &Portal, granted: &Granted, detail: String) -> Deed {
    granted.deed(portal, "portal.service", None, detail.chars().take(4_000).collect())
}

#[cfg(test)]
mod tests {
    use homeward_federation::product::Speaks;

    use super::*;
    use crate::sign_on::blank;

    const TENANT: &str = "9613561e-06f7-495c-8315-e6a2670c04cc";

    fn own(permissions: &[&str]) -> DelegatedSettings {
        DelegatedSettings {
            host: "login.microsoftonline.com".into(),
            tenant: TENANT.into(),
            application: "d65b4815-f19a-4f13-bc21-1bba8f75df61".into(),
            redirect_uri: "https://signin.example/ClientOAuth".into(),
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
            secret: None,
        }
    }

    /// B-145: consent is needed, given, or given to less than what is chosen now.
    #[test]
    fn b_145_consent_stands_in_words() {
        let consent = |names: &[&str]| Some(Consent { at: Timestamp::from_seconds(7), permissions: names.iter().map(|name| (*name).to_owned()).collect() });
        let (plain, wide) = (own(&["Calendars.Read"]), own(&["Calendars.Read", "People.Read.All"]));
        assert_eq!(state(Some(&plain), None), State::NotNeeded);
        assert_eq!(state(Some(&wide), None), State::Needed);
        assert_eq!(state(Some(&wide), consent(&["Calendars.Read"])), State::Partly(Timestamp::from_seconds(7), vec!["People.Read.All".into()]));
        assert_eq!(state(Some(&wide), consent(&["Calendars.Read", "People.Read.All", "Contacts.Read"])), State::Given(Timestamp::from_seconds(7)));
        assert_eq!(state(None, None), State::NotNeeded);
    }

    #[test]
    fn the_connections_own_tenant_is_offered() {
        let mut settings = blank(Preset::Entra, Speaks::Oidc);
        assert_eq!(of_issuer(&settings), None);
        if let Protocol::Oidc(oidc) = &mut settings.protocol {
            oidc.issuer = format!("https://login.microsoftonline.us/{TENANT}/v2.0");
        }
        assert_eq!(of_issuer(&settings), Some(("login.microsoftonline.us".into(), TENANT.into())));
        settings.preset = Preset::Okta;
        assert_eq!(of_issuer(&settings), None);
    }

    /// OT-15: another tenant, application or cloud is another registration; permissions and address are not.
    #[test]
    fn ot_15_another_registration_is_told_from_other_values() {
        let with = |own: Option<DelegatedSettings>| ConnectionSettings { delegated: own.map(Box::new), ..blank(Preset::Entra, Speaks::Oidc) };
        let before = with(Some(own(&["Calendars.Read"])));
        for same in [own(&["Contacts.Read"]), DelegatedSettings { redirect_uri: "https://signin.example/other".into(), ..own(&["Calendars.Read"]) }] {
            assert!(!is_another(Some(&before), &with(Some(same))));
        }
        for other in [DelegatedSettings { tenant: "x".into(), ..own(&[]) }, DelegatedSettings { application: "x".into(), ..own(&[]) }, DelegatedSettings { host: "x".into(), ..own(&[]) }] {
            assert!(is_another(Some(&before), &with(Some(other))));
        }
        assert!(is_another(Some(&before), &with(None)));
        assert!(!is_another(Some(&with(None)), &with(None)) && !is_another(None, &with(None)));
    }
}
