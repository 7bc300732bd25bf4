//! The health of a connection: what was seen of its provider, its certificates, and how its sign-ins end lately, judged by one pure
//! function for commands, figures and the portal.

use homeward_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionSettings, Protocol, away, saml::certificate::Certificate};

/// Returns are counted over this time, in seconds.
pub const WINDOW: u64 = 3_600;
/// Nobody has looked for longer than this, in seconds: what was seen says little.
const STALE: u64 = 3_600;
/// Certificates are announced so many days before their end.
const SOON: u64 = 60;
const DAY: u64 = 86_400;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// When it was good for the last time.
    pub good_at: Option<Timestamp>,
    /// Why it is not good; `None`: it is.
    pub why: Option<String>,
}

impl Look {
    /// A look now, after the one before.
    pub fn now(found: Result<(), String>, before: Option<&Self>, now: Timestamp) -> Self {
        let good_at = if found.is_ok() { Some(now) } else { before.and_then(|look| look.good_at) };
        Self { at: now, good_at, why: found.err() }
    }
}

/// What was seen of a provider at the last look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// Metadata, or the discovery document; `None`: there is no address to read it from.
    pub metadata: Option<Look>,
    /// Keys of OpenID Connect (JWKS).
    pub keys: Option<Look>,
    /// Where people are sent.
    pub sign_in: Option<Look>,
}

/// How sign-ins ended in the last hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Returns {
    /// Answers that signed somebody in.
    pub good: u32,
    /// Answers that were refused.
    pub failed: u32,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    #[default]
    Good,
    /// Somebody should see to it.
    Warn,
    /// People cannot sign in, or will not soon.
    Bad,
}

/// One thing that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Finding {
    /// Nobody has looked yet.
    NotLooked,
    /// Nobody has looked since then.
    Stale {
        /// The last look.
        since: Timestamp,
    },
    /// Metadata or the discovery document cannot be read.
    Metadata {
        /// Why.
        why: String,
        /// When it could.
        good_at: Option<Timestamp>,
    },
    /// The keys cannot be read.
    Keys {
        /// Why.
        why: String,
        /// When they could.
        good_at: Option<Timestamp>,
    },
    /// What was to be read is not at the address that was entered.
    Address {
        /// What came instead.
        why: String,
        /// When it was there.
        good_at: Option<Timestamp>,
        /// Whether nobody can be sent there because of it: keys or the way to the sign-in page are read from it.
        stops: bool,
    },
    /// The sign-in page does not answer.
    SignIn {
        /// Why.
        why: String,
        /// When it did.
        good_at: Option<Timestamp>,
    },
    /// A certificate has ended. It counts until it is taken out, unless the connection insists on its time.
    CertificateOver {
        /// SHA-256.
        thumbprint: String,
        /// Its end.
        at: Timestamp,
        /// Whether another one is valid.
        another: bool,
    },
    /// A certificate is not valid yet. It counts all the same, unless the connection insists on its time.
    CertificateNotYet {
        /// SHA-256.
        thumbprint: String,
        /// Its begin.
        at: Timestamp,
        /// Whether another one is valid.
        another: bool,
    },
    /// A certificate ends soon.
    CertificateEnds {
        /// SHA-256.
        thumbprint: String,
        /// Its end.
        at: Timestamp,
        /// Whole days until then.
        days: u64,
    },
    /// Many answers are refused.
    Returns {
        /// How many of them.
        failed: u32,
        /// Of how many.
        all: u32,
    },
    /// New metadata, or an OpenID Provider's new endpoints, wait for an administrator's word.
    Waiting {
        /// Since when.
        since: Timestamp,
    },
}

impl Finding {
    /// How bad it is.
    pub fn level(&self) -> Level {
        match self {
            Self::NotLooked | Self::Stale { .. } | Self::Metadata { .. } | Self::Waiting { .. } => Level::Warn,
            Self::Keys { .. } | Self::SignIn { .. } => Level::Bad,
            Self::Address { stops, .. } => if *stops { Level::Bad } else { Level::Warn },
            Self::CertificateOver { another, .. } | Self::CertificateNotYet { another, .. } => if *another { Level::Warn } else { Level::Bad },
            Self::CertificateEnds { days, .. } => if *days <= 14 { Level::Bad } else { Level::Warn },
            Self::Returns { failed, all } => if failed.saturating_mul(2) >= *all { Level::Bad } else { Level::Warn },
        }
    }
}

/// What is known of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What was entered.
    pub settings: &'a ConnectionSettings,
    /// What was seen at the last look.
    pub watched: Option<&'a Watched>,
    /// How sign-ins ended in the last hour.
    pub returns: Returns,
    /// Since when metadata or endpoints wait for a word.
    pub waiting: Option<Timestamp>,
}

/// The health of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The worst of the findings.
    pub level: Level,
    /// What somebody should know, the worst first.
    pub findings: Vec<Finding>,
    /// When the last of the certificates ends; `None` without certificates.
    pub certificates_until: Option<Timestamp>,
    /// How sign-ins ended in the last hour.
    pub returns: Returns,
}

/// Judges a connection.
pub fn health(known: &Known<'_>, now: Timestamp) -> Health {
    let mut findings = Vec::new();
    looks(known.watched, now, &mut findings);
    let certificates = certificates(known.settings);
    of_certificates(&certificates, now, &mut findings);
    let Returns { good, failed } = known.returns;
    let all = good.saturating_add(failed);
    if all >= 5 && failed.saturating_mul(5) >= all {
        findings.push(Finding::Returns { failed, all });
    }
    findings.extend(known.waiting.map(|since| Finding::Waiting { since }));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level()));
    let level = findings.first().map(Finding::level).unwrap_or_default();
    Health { level, findings, certificates_until: certificates.iter().map(Certificate::not_after).max(), returns: known.returns }
}

/// The certificates of a SAML connection that can be read.
pub fn certificates(settings: &ConnectionSettings) -> Vec<Certificate> {
    match &settings.protocol {
        Protocol::Saml(saml) => saml.certificates.iter().filter_map(|pem| Certificate::from_pem(pem).ok()).collect(),
        Protocol::Oidc(_) => Vec::new(),
    }
}

fn looks(watched: Option<&Watched>, now: Timestamp, findings: &mut Vec<Finding>) {
    let Some(watched) = watched else {
        findings.push(Finding::NotLooked);
        return;
    };
    let all = [&watched.metadata, &watched.keys, &watched.sign_in];
    if let Some(since) = all.iter().filter_map(|look| look.as_ref()).map(|look| look.at).max().filter(|at| now.since(*at).as_secs() > STALE) {
        findings.push(Finding::Stale { since });
    }
    let is_wrong = |look: &&Look| look.why.as_deref().is_some_and(away::is_wrong_address);
    if let Some(look) = all.iter().filter_map(|look| look.as_ref()).find(is_wrong) {
        let stops = [&watched.keys, &watched.sign_in].into_iter().flatten().any(|look| is_wrong(&look));
        findings.extend(look.why.clone().map(|why| Finding::Address { why, good_at: look.good_at, stops }));
    }
    let bad = |look: &Option<Look>| look.as_ref().filter(|look| !is_wrong(look)).and_then(|look| look.why.clone().map(|why| (why, look.good_at)));
    findings.extend(bad(&watched.metadata).map(|(why, good_at)| Finding::Metadata { why, good_at }));
    findings.extend(bad(&watched.keys).map(|(why, good_at)| Finding::Keys { why, good_at }));
    findings.extend(bad(&watched.sign_in).map(|(why, good_at)| Finding::SignIn { why, good_at }));
}

fn of_certificates(certificates: &[Certificate], now: Timestamp, findings: &mut Vec<Finding>) {
    let last = certificates.iter().map(Certificate::not_after).max();
    let another = certificates.iter().any(|certificate| certificate.is_valid_at(now));
    for certificate in certificates {
        let (thumbprint, at) = (certificate.sha256_thumbprint(), certificate.not_after());
        if at < now {
            findings.push(Finding::CertificateOver { thumbprint, at, another });
        } else if certificate.not_before() > now {
            findings.push(Finding::CertificateNotYet { thumbprint, at: certificate.not_before(), another });
        } else if Some(at) == last && at.since(now).as_secs() < SOON * DAY {
            // One that ends while another goes on needs nobody.
            findings.push(Finding::CertificateEnds { thumbprint, at, days: at.since(now).as_secs() / DAY });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Preset,
        oidc::OidcSettings,
        saml::{EndpointUrl, KeyKind, NewKey, SamlSettings},
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn oidc() -> ConnectionSettings {
        ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))))
    }

    fn saml(made: &[Timestamp]) -> (ConnectionSettings, Timestamp) {
        let certificates: Vec<Certificate> = made.iter().map(|at| Certificate::from_der(&NewKey::generate(KeyKind::EcdsaP256, "idp", *at).unwrap().certificate).unwrap()).collect();
        let until = certificates.iter().map(Certificate::not_after).max().unwrap();
        let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
        let settings = SamlSettings::new("https://idp.example", sso, certificates.iter().map(Certificate::pem).collect());
        (ConnectionSettings::new(Preset::Generic, Protocol::Saml(Box::new(settings))), until)
    }

    fn good(at: Timestamp) -> Watched {
        let look = || Some(Look::now(Ok(()), None, at));
        Watched { metadata: look(), keys: look(), sign_in: look() }
    }

    fn judge(settings: &ConnectionSettings, watched: Option<&Watched>, returns: Returns, now: Timestamp) -> Health {
        health(&Known { settings, watched, returns, waiting: None }, now)
    }

    #[test]
    fn what_was_seen_decides() {
        let settings = oidc();
        let fine = judge(&settings, Some(&good(NOW)), Returns::default(), NOW);
        assert_eq!((fine.level, fine.findings.len()), (Level::Good, 0));
        assert_eq!(judge(&settings, None, Returns::default(), NOW).findings, [Finding::NotLooked]);
        let later = NOW.plus(Duration::from_secs(7_200));
        assert_eq!(judge(&settings, Some(&good(NOW)), Returns::default(), later).findings, [Finding::Stale { since: NOW }]);
        let mut down = good(NOW);
        down.sign_in = Some(Look::now(Err("unreachable".into()), down.sign_in.as_ref(), later));
        down.metadata = Some(Look::now(Err("503".into()), down.metadata.as_ref(), later));
        let found = judge(&settings, Some(&down), Returns::default(), later);
        assert_eq!(found.level, Level::Bad);
        assert_eq!(found.findings, [Finding::SignIn { why: "unreachable".into(), good_at: Some(NOW) }, Finding::Metadata { why: "503".into(), good_at: Some(NOW) }], "the worst first");
        let waits = health(&Known { settings: &settings, watched: Some(&good(NOW)), returns: Returns::default(), waiting: Some(NOW) }, NOW);
        assert_eq!((waits.level, waits.findings), (Level::Warn, vec![Finding::Waiting { since: NOW }]));
    }

    /// A document that is not where it was entered is one finding about the address, and nothing that is away; a SAML provider's metadata stop nobody.
    #[test]
    fn a_wrong_address_is_nobody_who_is_away() {
        let settings = oidc();
        let found = |whys: [Option<&str>; 3]| {
            let look = |why: Option<&str>| Some(Look::now(why.map_or(Ok(()), |why| Err(why.to_owned())), None, NOW));
            let [metadata, keys, sign_in] = whys.map(look);
            judge(&settings, Some(&Watched { metadata, keys, sign_in }), Returns::default(), NOW)
        };
        let missing = found([Some("status 404"); 3]);
        assert_eq!((missing.level, missing.findings), (Level::Bad, vec![Finding::Address { why: "status 404".into(), good_at: None, stops: true }]));
        let only = found([Some("status 301"), None, None]);
        assert_eq!((only.level, only.findings), (Level::Warn, vec![Finding::Address { why: "status 301".into(), good_at: None, stops: false }]));
        let away = found([Some("status 503"); 3]);
        assert!(away.level == Level::Bad && away.findings.iter().any(|finding| matches!(finding, Finding::SignIn { .. })), "the twin: {away:?}");
        assert!(!away.findings.iter().any(|finding| matches!(finding, Finding::Address { .. })));
    }

    /// "Microsoft has not answered 14 of the last 20 sign-ins."
    #[test]
    fn the_share_of_failed_returns_decides_from_five_on() {
        let settings = oidc();
        let level = |failed, good_ones| judge(&settings, Some(&good(NOW)), Returns { failed, good: good_ones }, NOW).level;
        for (failed, good_ones, expected) in [(4, 0, Level::Good), (5, 0, Level::Bad), (14, 6, Level::Bad), (4, 16, Level::Warn), (3, 17, Level::Good), (u32::MAX, u32::MAX, Level::Warn)] {
            assert!(level(failed, good_ones) >= expected, "{failed} {good_ones}");
            assert_eq!(level(failed, good_ones) == Level::Good, expected == Level::Good, "{failed} {good_ones}");
        }
    }

    /// ADM-2: the end of the last certificate is announced; one that ends beside a newer one needs nobody.
    #[test]
    fn certificates_are_announced_before_they_end() {
        let (settings, until) = saml(&[NOW]);
        let at = |now| judge(&settings, Some(&good(now)), Returns::default(), now);
        assert_eq!((at(NOW).level, at(NOW).certificates_until), (Level::Good, Some(until)));
        let before = |days: u64| until.minus(Duration::from_secs(days * DAY));
        assert_eq!(at(before(61)).level, Level::Good);
        assert!(matches!(at(before(30)).findings.as_slice(), [Finding::CertificateEnds { days: 30, .. }]));
        assert_eq!((at(before(30)).level, at(before(7)).level), (Level::Warn, Level::Bad));
        assert!(matches!(at(until.plus(Duration::from_secs(1))).findings.as_slice(), [Finding::CertificateOver { another: false, .. }]));
        let (both, _) = saml(&[NOW, before(30)]);
        let found = judge(&both, Some(&good(before(30))), Returns::default(), before(30));
        assert_eq!(found.level, Level::Good, "the new one goes on");
        let over = until.plus(Duration::from_secs(1));
        assert!(matches!(judge(&both, Some(&good(over)), Returns::default(), over).findings.as_slice(), [Finding::CertificateOver { another: true, .. }]));
    }

    /// A certificate that is not valid yet is told like one that has ended; beside one that is valid it is no trouble of today.
    #[test]
    fn a_certificate_that_is_not_valid_yet_is_told() {
        // Its time begins a day before it was made.
        let (later, _) = saml(&[NOW.plus(Duration::from_secs(3 * DAY))]);
        let at = |settings: &ConnectionSettings, now| judge(settings, Some(&good(now)), Returns::default(), now);
        let begins = NOW.plus(Duration::from_secs(2 * DAY));
        let found = at(&later, NOW);
        assert!(matches!(found.findings.as_slice(), [Finding::CertificateNotYet { at, another: false, .. }] if *at == begins), "{found:?}");
        assert_eq!((found.level, at(&later, begins).level), (Level::Bad, Level::Good));
        let (both, _) = saml(&[NOW, NOW.plus(Duration::from_secs(3 * DAY))]);
        let found = at(&both, NOW);
        assert!(matches!(found.findings.as_slice(), [Finding::CertificateNotYet { another: true, .. }]), "{found:?}");
        assert_eq!((found.level, at(&both, begins).level), (Level::Warn, Level::Good));
        // One that is over has no other in one that is not valid yet.
        let (_, until) = saml(&[NOW]);
        let over = until.plus(Duration::from_secs(1));
        let (gap, _) = saml(&[NOW, over.plus(Duration::from_secs(3 * DAY))]);
        let found = at(&gap, over);
        assert!(found.findings.iter().any(|finding| matches!(finding, Finding::CertificateOver { another: false, .. })) && found.level == Level::Bad, "{found:?}");
    }
}
