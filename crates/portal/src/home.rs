//! The first page of an account: how Single Sign-On stands, which certificates end, what failed, and whom it concerns.

use std::time::Duration;

use homeward_discovery::{Connection, ConnectionState, DomainClaim, SsoMode};
use homeward_federation::{
    ConnectionSettings, Protocol,
    health::Finding,
    saml::certificate::{Certificate, CertificateWarning},
};
use homeward_model::{ConnectionId, DomainName, Timestamp};

use crate::{
    authority::Action,
    domain_watch::GRACE,
    domains::Proof,
    entry::Granted,
    lifecycle::effect_of,
    ports::{Fault, HeadCount, Trouble},
    session::Portal,
};

/// What counts as lately.
const LATELY: Duration = Duration::from_secs(24 * 3600);
/// From this many days on an end is a warning (ADM-2).
const SOON: u64 = 60;
const DAY: u64 = 86_400;

/// How Single Sign-On stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not in the contract.
    NotEntitled,
    /// No connection, or none that is on.
    Off,
    /// A connection is being tried out.
    Testing,
    /// On for some.
    Pilot,
    /// On.
    On,
    /// The provider is away; passwords for the time being.
    Outage,
}

/// A certificate of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateShown {
    /// Whose it is, as it says itself.
    pub subject: String,
    /// SHA-256, in pairs.
    pub thumbprint: String,
    /// SHA-1, in pairs, as some consoles show it. An identifier for people, no proof.
    pub sha1: String,
    /// It is signed with SHA-1 or MD5. That says nothing of its key (ADM-3).
    pub is_weakly_signed: bool,
    /// Until when.
    pub until: Timestamp,
    /// What that means today.
    pub state: CertificateState,
}

/// What the end of a certificate means today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateState {
    /// Good for longer than two months.
    Good,
    /// Ends in this many days.
    Ends(u64),
    /// Has ended.
    Over,
    /// Begins later.
    NotYet,
}

/// A connection as the first page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionShown {
    /// As discovery sees it.
    pub connection: Connection,
    /// `SAML 2.0` or `OpenID Connect`; `None` as long as nothing was entered.
    pub protocol: Option<&'static str>,
    /// Its certificates; OpenID Connect has none to look after.
    pub certificates: Vec<CertificateShown>,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// How Single Sign-On stands.
    pub standing: Standing,
    /// Connections that are not retired.
    pub connections: Vec<ConnectionShown>,
    /// People by state.
    pub people: HeadCount,
    /// Who sign in at the provider.
    pub at_provider: u64,
    /// What failed in the last day.
    pub trouble: Trouble,
    /// What somebody should know of the providers that people go to; a certificate stands with its connection.
    pub providers: Vec<ProviderNews>,
    /// Domains that want looking at, by name.
    pub domains: Vec<DomainNews>,
}

/// A domain that does not lead people here as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainNews {
    /// Which.
    pub domain: DomainName,
    /// What of it.
    pub what: DomainTrouble,
}

/// What is the matter with a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainTrouble {
    /// Its record is missing; it counts until then.
    Lost {
        /// The end of its grace.
        until: Timestamp,
    },
    /// Its record was missing for too long: it counts for nothing.
    Off,
    /// It is to be proved.
    ToProve,
}

/// What is known of a provider that people go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderNews {
    /// The connection.
    pub connection: ConnectionId,
    /// The worst first.
    pub news: Vec<News>,
}

/// Something about a provider that an administrator can do something about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Its sign-in page does not answer.
    Away {
        /// In a word, why not.
        why: String,
        /// When it did last.
        good_at: Option<Timestamp>,
    },
    /// It has no document at the address that was entered.
    Address {
        /// In a word, what is there instead.
        why: String,
        /// When it was there last.
        good_at: Option<Timestamp>,
        /// Whether nobody can sign in because of it.
        stops: bool,
    },
    /// Its metadata cannot be read.
    Metadata {
        /// In a word, why not.
        why: String,
        /// When it could last.
        good_at: Option<Timestamp>,
    },
    /// Its keys cannot be read.
    Keys {
        /// In a word, why not.
        why: String,
        /// When they could last.
        good_at: Option<Timestamp>,
    },
    /// Many of the last answers were refused.
    Refused {
        /// So many.
        failed: u32,
        /// Of so many.
        all: u32,
    },
    /// It publishes other values, which wait for a word.
    Waiting {
        /// Since when.
        since: Timestamp,
    },
}

/// The first page of an account.
///
/// # Errors
/// `Fault`.
pub async fn overview(portal: &Portal, granted: &Granted) -> Result<Overview, Fault> {
    granted.is_for(Action::Open)?;
    let account = granted.account();
    let now = portal.now();
    let all = portal.accounts.connections(account.id).await?;
    let live: Vec<_> = all.iter().filter(|(connection, _)| connection.state != ConnectionState::Retired).collect();
    let states: Vec<ConnectionState> = live.iter().map(|(connection, _)| connection.state_at(now)).collect();
    let standing = if account.sso_entitled { standing(&states, account.sso_mode != SsoMode::Off) } else { Standing::NotEntitled };
    let people = portal.accounts.head_count(account.id).await?;
    let mut providers = Vec::new();
    for ((connection, settings), state) in live.iter().zip(&states) {
        if let (Some(settings), true) = (settings, state.is_in_use()) {
            let news = portal.providers.health(connection.id, settings).await?.findings.into_iter().filter_map(news).collect();
            providers.push(ProviderNews { connection: connection.id, news });
        }
    }
    let domains = if granted.may(Action::ReadDomains) { portal.domains.of(account.id).await? } else { Vec::new() };
    Ok(Overview {
        standing,
        domains: domains.iter().filter_map(|(claim, proof)| domain(claim, proof.as_ref())).collect(),
        providers,
        connections: live.into_iter().map(|(connection, settings)| shown(connection, settings.as_ref(), now)).collect(),
        at_provider: at_provider(portal, granted, (standing, states.contains(&ConnectionState::Domains), &people)).await?,
        people,
        trouble: portal.activity.trouble(account.id, now.minus(LATELY)).await?,
    })
}

/// Certificates have a place of their own here, and whether the broker looks is its operator's business.
fn news(finding: Finding) -> Option<News> {
    match finding {
        Finding::SignIn { why, good_at } => Some(News::Away { why, good_at }),
        Finding::Address { why, good_at, stops } => Some(News::Address { why, good_at, stops }),
        Finding::Metadata { why, good_at } => Some(News::Metadata { why, good_at }),
        Finding::Keys { why, good_at } => Some(News::Keys { why, good_at }),
        Finding::Returns { failed, all } => Some(News::Refused { failed, all }),
        Finding::Waiting { since } => Some(News::Waiting { since }),
        Finding::NotLooked | Finding::Stale { .. } | Finding::CertificateOver { .. } | Finding::CertificateNotYet { .. } | Finding::CertificateEnds { .. } => None,
    }
}

/// What somebody should know of a domain.
fn domain(claim: &DomainClaim, proof: Option<&Proof>) -> Option<DomainNews> {
    let what = match (claim.verified_at, proof.and_then(|proof| proof.lost_at), proof.and_then(|proof| proof.off_at)) {
        (Some(_), Some(since), _) => DomainTrouble::Lost { until: since.plus(GRACE) },
        (Some(_), None, _) => return None,
        (None, _, Some(_)) => DomainTrouble::Off,
        (None, _, None) => DomainTrouble::ToProve,
    };
    Some(DomainNews { domain: claim.domain.clone(), what })
}

fn standing(states: &[ConnectionState], on: bool) -> Standing {
    let has = |state: ConnectionState| states.contains(&state);
    if on && has(ConnectionState::Outage) {
        Standing::Outage
    } else if on && has(ConnectionState::Enforced) {
        Standing::On
    } else if on && (has(ConnectionState::Domains) || has(ConnectionState::Pilot)) {
        Standing::Pilot
    } else if has(ConnectionState::Tested) || has(ConnectionState::Draft) {
        Standing::Testing
    } else {
        Standing::Off
    }
}

/// Who sign in at the provider: by the account's own rule from the counts that are there, and one by one kind where groups or domains make a difference.
async fn at_provider(portal: &Portal, granted: &Granted, (standing, by_domain, people): (Standing, bool, &HeadCount)) -> Result<u64, Fault> {
    let account = granted.account();
    let state = match standing {
        Standing::On => ConnectionState::Enforced,
        Standing::Pilot if by_domain => ConnectionState::Domains,
        Standing::Pilot => ConnectionState::Pilot,
        Standing::NotEntitled | Standing::Off | Standing::Testing | Standing::Outage => return Ok(0),
    };
    if state != ConnectionState::Domains && account.group_rules.is_empty() && account.pilot_groups.is_empty() {
        return Ok(by_the_account(standing, people));
    }
    let there = effect_of(account, &portal.sign_on.alike(account.id).await?, state).at_provider;
    Ok(u64::try_from(there).unwrap_or(u64::MAX))
}

fn by_the_account(standing: Standing, people: &HeadCount) -> u64 {
    match standing {
        Standing::On => people.active.saturating_sub(people.excluded).saturating_sub(people.emergency),
        Standing::Pilot => people.pilot,
        Standing::NotEntitled | Standing::Off | Standing::Testing | Standing::Outage => 0,
    }
}

/// A connection with its certificates.
pub fn shown(connection: &Connection, settings: Option<&ConnectionSettings>, now: Timestamp) -> ConnectionShown {
    let certificates = match settings.map(|settings| &settings.protocol) {
        Some(Protocol::Saml(saml)) => saml.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).map(|c| certificate(&c, now)).collect(),
        Some(Protocol::Oidc(_)) | None => Vec::new(),
    };
    let protocol = settings.map(|settings| match settings.protocol {
        Protocol::Saml(_) => "SAML 2.0",
        Protocol::Oidc(_) => "OpenID Connect",
    });
    // As it stands now: an outage that is over is none.
    let connection = crate::standing::Standing::of(connection, now).put_into(connection);
    ConnectionShown { connection, protocol, certificates }
}

/// A certificate, and what its end means at this time.
pub(crate) fn certificate(certificate: &Certificate, now: Timestamp) -> CertificateShown {
    let until = certificate.not_after();
    let days = until.since(now).as_secs() / DAY;
    let state = if until <= now {
        CertificateState::Over
    } else if certificate.not_before() > now {
        CertificateState::NotYet
    } else if days <= SOON {
        CertificateState::Ends(days)
    } else {
        CertificateState::Good
    };
    CertificateShown {
        subject: certificate.subject().to_owned(),
        thumbprint: certificate.sha256_thumbprint(),
        sha1: certificate.sha1_thumbprint(),
        is_weakly_signed: certificate.warnings(now).contains(&CertificateWarning::WeakSignature),
        until,
        state,
    }
}
