//! A live access token, or the word that the person must consent.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use homeward_egress::Client;
use homeward_model::{Clock, Random, Timestamp, random_token};
use homeward_sealing::Sealer;
use oauth2::{RefreshToken, RequestTokenError, Scope, TokenResponse, basic::BasicErrorResponseType};
use zeroize::Zeroizing;

use super::{
    ConsentFailure, DelegatedSettings, DelegatedSettingsError, Grant, GrantKey, Grants, GrantsError, Permission, Resource,
    tokens::{Tokens, token_url},
};
use crate::{Failure, oidc::{RelyingParty, bridge, secret::Purpose, token_request::refusal}};

/// A token is given out only if it lives so much longer.
const MARGIN: Duration = Duration::from_secs(60);
/// How long one node may take to refresh: longer than the client's own limit.
const LEASE: Duration = Duration::from_secs(10);
/// How often, and how far apart, the others look whether it has.
const LOOKS: (u32, Duration) = (120, Duration::from_millis(50));
/// Access tokens of one grant that are kept.
const MOST_KEPT: usize = 8;

type Gate = tokio::sync::Mutex<()>;

/// Delegated access for all connections. Cheap to clone; clones are one node.
#[derive(Clone)]
pub struct Delegation {
    pub(super) egress: Client,
    pub(super) sealer: Arc<Sealer>,
    pub(super) grants: Arc<dyn Grants>,
    pub(super) party: RelyingParty,
    /// One refresh at a time in this process: the others wait here, and not at the store.
    gates: Arc<Mutex<HashMap<GrantKey, Weak<Gate>>>>,
}

impl std::fmt::Debug for Delegation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delegation")
    }
}

/// What somebody needs a token for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The interface.
    pub resource: Resource,
    /// What the token must allow; at least one permission.
    pub needed: BTreeSet<String>,
    /// What it may allow at most.
    pub most: BTreeSet<String>,
    /// The application that gets it; `None` in the operator's own test.
    pub client: Option<String>,
}

/// What somebody who needs a token gets.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenAnswer {
    /// A live access token.
    Live {
        /// The token; a secret.
        token: Zeroizing<String>,
        /// What it allows, by the provider's own word.
        permissions: BTreeSet<String>,
        /// Until when it lives.
        until: Timestamp,
    },
    /// The person must consent first.
    ConsentNeeded(WhyConsent),
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Live { until, permissions, .. } => f.debug_struct("Live").field("permissions", permissions).field("until", until).finish_non_exhaustive(),
            Self::ConsentNeeded(why) => f.debug_tuple("ConsentNeeded").field(why).finish(),
        }
    }
}

/// Why a person must consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyConsent {
    /// They never have.
    NeverGiven,
    /// They, or the tenant's administrator, have taken it back, or it ran out.
    TakenBack,
    /// What is needed has been added since.
    MoreIsNeeded,
}

impl WhyConsent {
    /// The word in the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NeverGiven => "never given",
            Self::TakenBack => "taken back",
            Self::MoreIsNeeded => "more is needed",
        }
    }
}

/// Why there is neither token nor address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] DelegatedSettingsError),
    /// What is needed is not among the connection's permissions for this interface.
    #[error("the connection has no such permission for this interface")]
    NoPermission,
    /// The answer to the request for consent is none.
    #[error(transparent)]
    Consent(#[from] ConsentFailure),
    /// The ID token beside a grant does not hold.
    #[error("who has consented: {0}")]
    Identity(Failure),
    /// The token endpoint refused or did not answer. The grant stays.
    #[error("the token endpoint: {0}")]
    Provider(Failure),
    /// The provider's token allows more than it may; it is given to nobody.
    #[error("the provider's token allows more than was asked for: {}", .0.iter().cloned().collect::<Vec<_>>().join(" "))]
    TooMuch(BTreeSet<String>),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] GrantsError),
    /// Somebody else refreshes and is not done.
    #[error("another request is refreshing this token; try again")]
    Busy,
    /// A secret does not open: it was sealed elsewhere.
    #[error("a stored secret does not open")]
    Secret,
}

impl Delegation {
    /// Delegated access over these ports.
    pub fn new(egress: Client, sealer: Arc<Sealer>, grants: Arc<dyn Grants>) -> Self {
        let party = RelyingParty::new(egress.clone(), Arc::clone(&sealer));
        Self { egress, sealer, grants, party, gates: Arc::default() }
    }
    /// Where grants rest.
    pub fn grants(&self) -> &dyn Grants {
        self.grants.as_ref()
    }
    /// Whether these settings can be used here.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, settings: &DelegatedSettings) -> Result<(), DelegatedSettingsError> {
        settings.check(self.egress.rules())
    }
    /// A live token, or the word that the person must consent. Asked by any number of callers on any number of nodes at once, the
    /// provider sees one refresh. The clock is read whenever time may have passed: who waited for others has not stood still.
    ///
    /// # Errors
    /// [`DelegationError`]; `Busy` and `Provider` are worth another try.
    pub async fn token(&self, settings: &DelegatedSettings, key: GrantKey, want: &Want, clock: &dyn Clock, random: &dyn Random) -> Result<TokenAnswer, DelegationError> {
        self.check(settings)?;
        let chosen = |name: &String| Permission::named(name).is_some_and(|known| known.resource == want.resource) && settings.permissions.contains(name);
        if want.needed.is_empty() || !want.needed.iter().all(chosen) {
            return Err(DelegationError::NoPermission);
        }
        let found = self.grants.find(key).await?.filter(|grant| grant.is_for(want.client.as_deref()));
        let Some(grant) = found else { return Ok(TokenAnswer::ConsentNeeded(WhyConsent::NeverGiven)) };
        if let Some(live) = self.kept_for(&grant, key, want, clock.now().plus(MARGIN))? {
            return Ok(live);
        }
        let gate = self.gate(key);
        let _alone = gate.lock().await;
        self.under_gate(settings, (key, want), clock, &random_token(random)).await
    }
    async fn under_gate(&self, settings: &DelegatedSettings, (key, want): (GrantKey, &Want), clock: &dyn Clock, holder: &str) -> Result<TokenAnswer, DelegationError> {
        for _ in 0..LOOKS.0 {
            let now = clock.now();
            // There was one a moment ago.
            let found = self.grants.find(key).await?.filter(|grant| grant.is_for(want.client.as_deref()));
            let Some(grant) = found else { return Ok(TokenAnswer::ConsentNeeded(WhyConsent::TakenBack)) };
            if !want.needed.is_subset(&grant.permissions) {
                return Ok(TokenAnswer::ConsentNeeded(WhyConsent::MoreIsNeeded));
            }
            if let Some(live) = self.kept_for(&grant, key, want, now.plus(MARGIN))? {
                return Ok(live);
            }
            if !self.grants.lease(key, holder, now, now.plus(LEASE)).await? {
                tokio::time::sleep(LOOKS.1).await;
                continue;
            }
            match self.refresh(settings, key, want, now, holder).await? {
                Refreshed::TakenBack => {}
                // Given out even if it lives shorter than the margin: asking again would bring another of the kind.
                Refreshed::Stored(carried) => return self.just_stored(key, want, clock.now(), carried).await,
            }
        }
        Err(DelegationError::Busy)
    }
    /// Refreshes in a task of its own: a caller who goes away must not take the provider's answer along, because the old refresh
    /// token is worth nothing by then.
    async fn refresh(&self, settings: &DelegatedSettings, key: GrantKey, want: &Want, now: Timestamp, holder: &str) -> Result<Refreshed, DelegationError> {
        let (own, settings, want, holder) = (self.clone(), settings.clone(), want.clone(), holder.to_owned());
        let work = tokio::spawn(async move {
            let refreshed = own.refresh_under_lease(&settings, key, &want, now).await;
            own.grants.release(key, &holder).await?;
            refreshed
        });
        work.await.unwrap_or(Err(DelegationError::Busy))
    }
    async fn just_stored(&self, key: GrantKey, want: &Want, now: Timestamp, carried: BTreeSet<String>) -> Result<TokenAnswer, DelegationError> {
        let grant = self.grants.find(key).await?.ok_or(DelegationError::Busy)?;
        if let Some(live) = self.kept_for(&grant, key, want, now)? {
            return Ok(live);
        }
        if !want.needed.is_subset(&carried) {
            // Some of it was taken back at the provider.
            return Ok(TokenAnswer::ConsentNeeded(WhyConsent::MoreIsNeeded));
        }
        let excess: BTreeSet<String> = carried.difference(&want.most).cloned().collect();
        Err(if excess.is_empty() { DelegationError::Busy } else { DelegationError::TooMuch(excess) })
    }
    /// A kept token that allows what is needed and nothing beyond what may be, and lives at that time.
    fn kept_for(&self, grant: &Grant, key: GrantKey, want: &Want, at: Timestamp) -> Result<Option<TokenAnswer>, DelegationError> {
        if !want.needed.is_subset(&grant.permissions) {
            return Ok(None);
        }
        let fits = |carried: &BTreeSet<String>| want.needed.is_subset(carried) && carried.is_subset(&want.most);
        let Some(kept) = grant.tokens.iter().find(|kept| kept.resource == want.resource && kept.until > at && fits(&kept.permissions)) else { return Ok(None) };
        let token = self.open(key, Purpose::AccessToken(key.user), &kept.token)?;
        Ok(Some(TokenAnswer::Live { token, permissions: kept.permissions.clone(), until: kept.until }))
    }
    /// Asks for new tokens and stores them before anybody gets one. Only the holder of the lease is here.
    async fn refresh_under_lease(&self, settings: &DelegatedSettings, key: GrantKey, want: &Want, now: Timestamp) -> Result<Refreshed, DelegationError> {
        // The holder before us may have stored new tokens between our look and our lease.
        let Some(grant) = self.grants.find(key).await? else { return Ok(Refreshed::TakenBack) };
        if let Some(TokenAnswer::Live { permissions, .. }) = self.kept_for(&grant, key, want, now.plus(MARGIN))? {
            return Ok(Refreshed::Stored(permissions));
        }
        let client = self.client(settings, key.connection)?.set_token_uri(token_url(settings)?);
        let old = RefreshToken::new(self.open(key, Purpose::RefreshToken(key.user), &grant.refresh)?.to_string());
        let scopes = settings.scopes(&want.needed).into_iter().chain(std::iter::once("offline_access".to_owned())).map(Scope::new);
        let request = client.exchange_refresh_token(&old).add_scopes(scopes);
        let send = |request| bridge::carry(self.egress.clone(), request);
        let tokens: Tokens = match request.request_async(&send).await {
            Ok(tokens) => tokens,
            Err(RequestTokenError::ServerResponse(said)) if is_taken_back(said.error()) => {
                self.grants.remove(key, grant.version).await?;
                return Ok(Refreshed::TakenBack);
            }
            Err(error) => return Err(DelegationError::Provider(refusal(&error))),
        };
        let refresh = match tokens.refresh_token() {
            Some(next) => self.seal(key, Purpose::RefreshToken(key.user), next.secret())?,
            None => grant.refresh.clone(),
        };
        let kept = self.kept(key, want.resource, &tokens, &want.needed, now)?;
        let (carried, seen) = (kept.permissions.clone(), grant.version);
        let same = |other: &super::KeptToken| other.resource == kept.resource && other.permissions == kept.permissions;
        let mut tokens: Vec<_> = grant.tokens.iter().filter(|other| !same(other) && other.until > now).cloned().collect();
        tokens.insert(0, kept);
        tokens.truncate(MOST_KEPT);
        let next = Grant { version: seen.saturating_add(1), refresh, tokens, ..grant };
        // When the person has granted anew meanwhile, theirs stays and ours is dropped.
        self.grants.replace(key, seen, next).await?;
        Ok(Refreshed::Stored(carried))
    }
    fn gate(&self, key: GrantKey) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(&key).and_then(Weak::upgrade) {
            return gate;
        }
        gates.retain(|_, gate| gate.strong_count() > 0);
        let gate = Arc::new(Gate::new(()));
        gates.insert(key, Arc::downgrade(&gate));
        gate
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Refreshed {
    /// Tokens are stored; what the newest one allows.
    Stored(BTreeSet<String>),
    TakenBack,
}

/// The refresh token is worth nothing any more; the same for consent that is missing now.
fn is_taken_back(error: &BasicErrorResponseType) -> bool {
    match error {
        BasicErrorResponseType::InvalidGrant => true,
        BasicErrorResponseType::Extension(name) => name == "interaction_required" || name == "consent_required",
        _ => false,
    }
}
