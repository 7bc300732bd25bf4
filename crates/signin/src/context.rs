//! Everything a use case may reach, wired once at the start.

use std::sync::Arc;

use homeward_discovery::Disclosure;
use homeward_federation::{Door, delegated::Delegation, oidc::azure::AzureApplication};
use homeward_local_credential::{CredentialStore, GuessCounters, Leaked, Passwords, ResetStore};
use homeward_mail::Outbox;
use homeward_model::{Clock, Random, Timestamp};
use homeward_sealing::{Mac, Sealer};

use tokio::sync::Semaphore;

use crate::delegated::Consents;
use crate::emergency::EmergencyCodes;
use crate::alerts::Administrators;
use crate::federated::{Bindings, Connections, SsoTransactions, Traces};
use crate::own_keys::OwnKeys;
use crate::refusals::Refusals;
use crate::test_signin::TestSignIns;
use crate::profile::Profiles;
use crate::ports::{Audit, AuditEvent, Directory, KnownBrowsers, MailRequests, ProvenStages, Sessions};
use crate::there::SignOuts;

/// What the operator has set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Our address, `https://signin.example.com`, without a trailing slash. Links are built from it and from nothing else.
    pub issuer: String,
    /// The product's name on pages and in mails.
    pub product: String,
    /// What pages may say before a proof.
    pub disclosure: Disclosure,
    /// Development: identity providers on this machine may be spoken to without TLS.
    pub loopback_http: bool,
    /// How long a browser's session may rest, in seconds (default one hour).
    pub session_idle: std::time::Duration,
    /// How long a browser's session may last, in seconds (default twelve hours).
    pub session_absolute: std::time::Duration,
    /// Whether applications that may do so exchange tokens (RFC 8693).
    pub token_exchange: bool,
    /// This installation's own registration at Microsoft, for "Start Azure integration".
    pub azure: Option<Azure>,
}

/// This installation's registration at Microsoft. Its secret is the door's, and nobody else's.
#[derive(Clone, Debug)]
pub struct Azure {
    /// Cloud, id and address of return.
    pub application: AzureApplication,
}

/// What a sign-in through an identity provider needs.
pub struct Federation {
    /// The protocols.
    pub door: Door,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Whose turn it is of those who say that somebody has signed out, where too many of them did not hold.
    pub turn: Arc<Semaphore>,
    /// The keys of our side.
    pub own_keys: Arc<dyn OwnKeys>,
    /// What sessions keep of their providers, and sign-outs under way there.
    pub sign_outs: Arc<dyn SignOuts>,
    /// Sign-ins that are at an identity provider.
    pub transactions: Arc<dyn SsoTransactions>,
    /// Who a subject is, here.
    pub bindings: Arc<dyn Bindings>,
    /// Answers that failed.
    pub traces: Arc<dyn Traces>,
    /// Test sign-ins.
    pub tests: Arc<dyn TestSignIns>,
    /// Opens and seals the keys of our side, and what signing out at a provider takes.
    pub sealer: Arc<Sealer>,
    /// Delegated access.
    pub delegation: Delegation,
    /// Requests for consent that are under way.
    pub consents: Arc<dyn Consents>,
}

/// The ports and settings of the sign-in.
pub struct Context {
    /// Accounts, users, applications.
    pub directory: Arc<dyn Directory>,
    /// Browsers' sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Stages after a proof.
    pub proven: Arc<dyn ProvenStages>,
    /// Known browsers.
    pub known: Arc<dyn KnownBrowsers>,
    /// The audit log.
    pub audit: Arc<dyn Audit>,
    /// Passwords as stored.
    pub credentials: Arc<dyn CredentialStore>,
    /// Printed codes of break-glass people.
    pub emergency: Arc<dyn EmergencyCodes>,
    /// Limits on guessing.
    pub guesses: Arc<dyn GuessCounters>,
    /// Resets and invitations.
    pub resets: Arc<dyn ResetStore>,
    /// Requests for mail.
    pub mail_requests: Arc<dyn MailRequests>,
    /// Names and e-mail addresses, as people change them.
    pub profiles: Arc<dyn Profiles>,
    /// The way to identity providers and back.
    pub federation: Federation,
    /// Administrators of accounts, and what they were told.
    pub administrators: Arc<dyn Administrators>,
    /// Mail on its way out.
    pub outbox: Arc<dyn Outbox>,
    /// The OpenID Provider.
    pub provider: homeward_provider::Ports,
    /// The hashing service.
    pub passwords: Passwords,
    /// Passwords that are known from leaks.
    pub leaked: Leaked,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Derives the secret of a session from the sign-in that made it, so that one sign-in makes one session, and the handle of a page after a proof from
    /// that of the page before it.
    pub session_mac: Mac,
    /// What the operator has set.
    pub settings: Settings,
    /// Refusals of this minute that are about nobody.
    pub refusals: Refusals,
    /// Called for everything that the audit tells, for the metrics: also for a refusal that a record counts together with others.
    pub count: Arc<dyn Fn(&AuditEvent) + Send + Sync>,
    /// Called for every answer of the token endpoint, with the kind of grant and `ok` or the code of the error, for the metrics.
    pub count_tokens: Arc<dyn Fn(&'static str, &'static str) + Send + Sync>,
    /// Called when there is mail to send, so that nobody waits for the next round.
    pub wake_mailroom: Arc<dyn Fn() + Send + Sync>,
}

impl Context {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
