//! How long somebody stays signed in to one application: a table of kind of application and kind of proof (B-019…B-032, B-149).
//!
//! | kind | local proof | federated proof |
//! |---|---|---|
//! | web, extension | the browser's session, shared by all of them | the same |
//! | desktop | asked each time | remembered, 15 days of rest, 180 in all |
//! | mobile | remembered, 15 days of rest, 180 in all | the same |
//!
//! What a desktop or mobile application remembers, it remembers by its refresh token: the grant rests and ends by this table.
//! A refresh token of a web application is offline access (OpenID Connect Core 11) and has figures of its own.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    client::{Client, ClientKind},
    ports::{GrantRow, SignedIn},
};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// What holds for one kind of proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRule {
    /// Whether a sign-in is remembered from one use of the application to the next.
    pub remember: bool,
    /// How long it may rest. `None`: as long as the browser's session.
    pub idle: Option<Duration>,
    /// How long after the proof it ends whatever happens. `None`: with the browser's session.
    pub absolute: Option<Duration>,
    /// Whether another version of the application asks again (B-028).
    pub bind_version: bool,
}

impl SessionRule {
    /// The browser's session serves.
    pub const BROWSER: Self = Self { remember: true, idle: None, absolute: None, bind_version: false };
    /// Asked each time. What the application holds lasts for one sitting.
    pub const EACH_TIME: Self = Self { remember: false, idle: Some(HOUR), absolute: Some(HOUR.saturating_mul(12)), bind_version: true };
    /// Remembered on the device (B-024, B-031).
    pub const DEVICE: Self = Self { remember: true, idle: Some(DAY.saturating_mul(15)), absolute: Some(DAY.saturating_mul(180)), bind_version: true };
}

/// The rules of one application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRules {
    /// After a password or mail of ours.
    pub local: SessionRule,
    /// After a proof of the organisation's identity provider.
    pub federated: SessionRule,
    /// Below this version nothing is remembered (B-149).
    pub minimum_version: Option<AppVersion>,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self::WEB
    }
}

impl SessionRules {
    /// Web applications and extensions.
    pub const WEB: Self = Self { local: SessionRule::BROWSER, federated: SessionRule::BROWSER, minimum_version: None };
    /// Desktop applications (B-023, B-031).
    pub const DESKTOP: Self = Self { local: SessionRule::EACH_TIME, federated: SessionRule::DEVICE, minimum_version: None };
    /// Mobile applications (B-024, B-031).
    pub const MOBILE: Self = Self { local: SessionRule::DEVICE, federated: SessionRule::DEVICE, minimum_version: None };

    /// The rule for a kind of proof.
    pub const fn of(&self, federated: bool) -> &SessionRule {
        if federated { &self.federated } else { &self.local }
    }
    /// Whether a version is one that may be remembered. One that is not stated is below every minimum.
    pub fn admits(&self, version: Option<&str>) -> bool {
        match (&self.minimum_version, version) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(least), Some(version)) => AppVersion::parse(version).is_some_and(|version| version >= *least),
        }
    }
}

/// A version of an application: numbers with dots, `214.100.3143.0`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppVersion(String, Vec<u64>);

impl AppVersion {
    /// Reads one: one to eight numbers with dots between them.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None };
        let mut numbers: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
        if numbers.len() > 8 {
            return None;
        }
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self(text.to_owned(), numbers))
    }
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AppVersion {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a version is numbers with dots, for example 214.100.3143.0")
    }
}

impl From<AppVersion> for String {
    fn from(version: AppVersion) -> Self {
        version.0
    }
}

/// `1.2` and `1.2.0` are one version.
impl PartialEq for AppVersion {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}
impl Eq for AppVersion {}
impl PartialOrd for AppVersion {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for AppVersion {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.1.cmp(&other.1)
    }
}

/// Why a grant is not good for a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lapse {
    /// It rested for too long, or its time is over.
    Over,
    /// The application did not state the version that its grant is bound to.
    VersionMissing,
    /// Another version, or one below the minimum: the person is asked again, and the grant is over.
    OtherVersion,
}

impl Client {
    /// How long a grant may rest, and how long after the proof it may last.
    pub fn grant_life(&self, who: &SignedIn) -> (Duration, Duration) {
        let rule = self.sessions.of(who.federated);
        match self.kind {
            ClientKind::Web | ClientKind::Extension => (self.refresh_idle, self.refresh_absolute),
            ClientKind::Native => (rule.idle.unwrap_or(self.refresh_idle), rule.absolute.unwrap_or(self.refresh_absolute)),
        }
    }
    /// How long a grant of this application lasts at most, whoever it is for: known before its code is.
    pub(crate) fn longest_grant(&self) -> Duration {
        let [local, federated] = [&self.sessions.local, &self.sessions.federated].map(|rule| rule.absolute.unwrap_or(self.refresh_absolute));
        match self.kind {
            ClientKind::Web | ClientKind::Extension => self.refresh_absolute,
            ClientKind::Native => local.max(federated),
        }
    }
    /// Whether a grant is good for a refresh by this version of the application, by the table and the time.
    pub(crate) fn holds(&self, grant: &GrantRow, version: Option<&str>, now: homeward_model::Timestamp) -> Result<(), Lapse> {
        let (idle, absolute) = self.grant_life(&grant.who);
        if now >= grant.expires_at || now.since(grant.rotated_at) >= idle {
            return Err(Lapse::Over);
        }
        if self.kind == ClientKind::Native && now.since(grant.who.auth_time) >= absolute {
            return Err(Lapse::Over);
        }
        let is_bound = self.sessions.of(grant.who.federated).bind_version;
        // Asked first: an application that forgot to say it has not become another version, and keeps what it has.
        if version.is_none() && grant.app_version.is_some() && (is_bound || self.sessions.minimum_version.is_some()) {
            return Err(Lapse::VersionMissing);
        }
        if !self.sessions.admits(version) || (is_bound && grant.app_version.as_deref() != version) {
            return Err(Lapse::OtherVersion);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "session_rule_tests.rs"]
mod tests;
