//! A live access token, or the address where consent is given.

use std::{sync::Arc, time::Duration};

use homeward_egress::Client;
use homeward_model::{ConnectionId, Random, Timestamp};
use homeward_sealing::Sealer;
use oauth2::{AuthType, AuthorizationCode, ClientId, ClientSecret, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardTokenResponse, TokenResponse, TokenUrl, basic::{BasicErrorResponseType, BasicTokenType}};
use zeroize::Zeroizing;

use super::{ConsentFailure, DelegatedSettings, DelegatedSettingsError, Grant, GrantKey, Grants, GrantsError, KeptToken, PendingConsent, Resource, consent};
use crate::{Failure, oidc::{CallbackParams, SealedSecret, bridge, secret::Purpose, token_request::{CodeClient, NothingMore, refusal}}};

/// A token is given out only if it lives so much longer.
const MARGIN: Duration = Duration::from_secs(60);
/// How long one node may take to refresh: longer than the client's own limit.
const LEASE: Duration = Duration::from_secs(10);
/// How often, and how far apart, the others look whether it has.
const LOOKS: (u32, Duration) = (120, Duration::from_millis(50));

/// Delegated access for all connections.
#[derive(Clone)]
pub struct Delegation {
    egress: Client,
    sealer: Arc<Sealer>,
    grants: Arc<dyn Grants>,
}

impl std::fmt::Debug for Delegation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delegation")
    }
}

/// What somebody who needs a token gets.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenAnswer {
    /// A live access token.
    Live {
        /// The token; a secret.
        token: Zeroizing<String>,
        /// Until when it lives.
        until: Timestamp,
    },
    /// The person must consent first.
    ConsentNeeded {
        /// Why.
        why: WhyConsent,
        /// Where; for the person's browser.
        url: String,
        /// To be kept until they are back.
        pending: Box<PendingConsent>,
    },
}

impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Live { until, .. } => f.debug_struct("Live").field("until", until).finish_non_exhaustive(),
            Self::ConsentNeeded { why, .. } => f.debug_struct("ConsentNeeded").field("why", why).finish_non_exhaustive(),
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
}

/// Why there is neither token nor address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] DelegatedSettingsError),
    /// No permission of this resource is chosen.
    #[error("the connection has no permission for this interface")]
    NoPermission,
    /// The answer to the request for consent is none.
    #[error(transparent)]
    Consent(#[from] ConsentFailure),
    /// The token endpoint refused or did not answer. The grant stays.
    #[error("the token endpoint: {0}")]
    Provider(Failure),
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

type Tokens = StandardTokenResponse<NothingMore, BasicTokenType>;

impl Delegation {
    /// Delegated access over these ports.
    pub fn new(egress: Client, sealer: Arc<Sealer>, grants: Arc<dyn Grants>) -> Self {
        Self { egress, sealer, grants }
    }
    /// A live token for the resource, or where the person consents. Asked by any number of callers on any number of nodes at once,
    /// the provider sees one refresh.
    ///
    /// # Errors
    /// [`DelegationError`]; `Busy` and `Provider` are worth another try.
    pub async fn token(&self, settings: &DelegatedSettings, key: GrantKey, resource: Resource, now: Timestamp, random: &dyn Random) -> Result<TokenAnswer, DelegationError> {
        settings.check(self.egress.rules())?;
        if settings.scopes(resource).is_empty() {
            return Err(DelegationError::NoPermission);
        }
        let mut why = WhyConsent::NeverGiven;
        for _ in 0..LOOKS.0 {
            let Some(grant) = self.grants.find(key).await? else { return consent_needed(settings, key, why, now, random) };
            if let Some(live) = self.live(&grant, key, resource, now)? {
                return Ok(live);
            }
            if !self.grants.lease(key, now, now.plus(LEASE)).await? {
                tokio::time::sleep(LOOKS.1).await;
                why = WhyConsent::TakenBack;
                continue;
            }
            let refreshed = self.refresh_under_lease(settings, key, resource, now).await;
            self.grants.release(key).await?;
            match refreshed? {
                Refreshed::TakenBack => why = WhyConsent::TakenBack,
                // Given out even if it lives shorter than the margin: asking again would bring another of the kind.
                Refreshed::Stored => return self.just_stored(key, resource, now).await,
            }
        }
        Err(DelegationError::Busy)
    }
    /// Redeems the code of a consent and stores the grant.
    ///
    /// # Errors
    /// [`DelegationError`]. A grant that was there before stays then.
    pub async fn consented(&self, settings: &DelegatedSettings, callback: &CallbackParams, pending: &PendingConsent, now: Timestamp) -> Result<(), DelegationError> {
        settings.check(self.egress.rules())?;
        let code = consent::code(callback, pending, now)?;
        let resource = if settings.scopes(Resource::Graph).is_empty() { Resource::Exchange } else { Resource::Graph };
        let client = self.client(settings, pending.key.connection)?;
        let redirect = RedirectUrl::new(settings.redirect_uri.clone()).map_err(|_| DelegatedSettingsError::RedirectUri)?;
        let client = client.set_redirect_uri(redirect).set_token_uri(token_url(settings)?);
        // Entra reads the scope here, too: tokens of one resource come at a time.
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .add_extra_param("scope", settings.scopes(resource).join(" "));
        let send = |request| bridge::carry(self.egress.clone(), request);
        let tokens: Tokens = request.request_async(&send).await.map_err(|error| DelegationError::Provider(refusal(&error)))?;
        let refresh = tokens.refresh_token().ok_or_else(|| DelegationError::Provider(Failure::of(crate::Check::Answered, "token.no_refresh_token")))?;
        let first = Grant { version: 1, refresh: self.seal(pending.key, Purpose::RefreshToken(pending.key.user), refresh.secret())?, tokens: Vec::new(), granted_at: now };
        let grant = self.with_token(first, pending.key, resource, &tokens, now)?;
        Ok(self.grants.grant(pending.key, grant).await?)
    }
    async fn just_stored(&self, key: GrantKey, resource: Resource, now: Timestamp) -> Result<TokenAnswer, DelegationError> {
        let grant = self.grants.find(key).await?.ok_or(DelegationError::Busy)?;
        self.lives_until(&grant, key, resource, now)?.ok_or(DelegationError::Busy)
    }
    fn live(&self, grant: &Grant, key: GrantKey, resource: Resource, now: Timestamp) -> Result<Option<TokenAnswer>, DelegationError> {
        self.lives_until(grant, key, resource, now.plus(MARGIN))
    }
    fn lives_until(&self, grant: &Grant, key: GrantKey, resource: Resource, time: Timestamp) -> Result<Option<TokenAnswer>, DelegationError> {
        let Some(kept) = grant.tokens.iter().find(|kept| kept.resource == resource && kept.until > time) else { return Ok(None) };
        let token = self.open(key, Purpose::AccessToken(key.user), &kept.token)?;
        Ok(Some(TokenAnswer::Live { token, until: kept.until }))
    }
    /// Asks for new tokens and stores them before anybody gets one. Only the holder of the lease is here.
    async fn refresh_under_lease(&self, settings: &DelegatedSettings, key: GrantKey, resource: Resource, now: Timestamp) -> Result<Refreshed, DelegationError> {
        // The holder before us may have stored new tokens between our look and our lease.
        let Some(grant) = self.grants.find(key).await? else { return Ok(Refreshed::TakenBack) };
        if self.live(&grant, key, resource, now)?.is_some() {
            return Ok(Refreshed::Stored);
        }
        let client = self.client(settings, key.connection)?.set_token_uri(token_url(settings)?);
        let old = RefreshToken::new(self.open(key, Purpose::RefreshToken(key.user), &grant.refresh)?.to_string());
        let scopes = settings.scopes(resource).into_iter().chain(std::iter::once("offline_access".to_owned())).map(Scope::new);
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
        let seen = grant.version;
        let refresh = match tokens.refresh_token() {
            Some(next) => self.seal(key, Purpose::RefreshToken(key.user), next.secret())?,
            None => grant.refresh.clone(),
        };
        let next = self.with_token(Grant { version: seen.saturating_add(1), refresh, ..grant }, key, resource, &tokens, now)?;
        // When the person has granted anew meanwhile, theirs stays and ours is dropped.
        self.grants.replace(key, seen, next).await?;
        Ok(Refreshed::Stored)
    }
    fn with_token(&self, grant: Grant, key: GrantKey, resource: Resource, tokens: &Tokens, now: Timestamp) -> Result<Grant, DelegationError> {
        let lives = tokens.expires_in().unwrap_or(Duration::from_secs(300)).min(Duration::from_secs(86_400));
        let kept = KeptToken { resource, token: self.seal(key, Purpose::AccessToken(key.user), tokens.access_token().secret())?, until: now.plus(lives) };
        let others = grant.tokens.iter().filter(|other| other.resource != resource && other.until > now).cloned();
        let all = others.chain(std::iter::once(kept)).collect();
        Ok(Grant { tokens: all, ..grant })
    }
    fn client(&self, settings: &DelegatedSettings, connection: ConnectionId) -> Result<CodeClient<NothingMore>, DelegationError> {
        let client = CodeClient::<NothingMore>::new(ClientId::new(settings.application.clone())).set_auth_type(AuthType::RequestBody);
        let Some(sealed) = &settings.secret else { return Ok(client) };
        let secret = sealed.open(&self.sealer, connection, Purpose::ClientSecret).ok_or(DelegationError::Secret)?;
        Ok(client.set_client_secret(ClientSecret::new(secret.to_string())))
    }
    fn seal(&self, key: GrantKey, purpose: Purpose, text: &str) -> Result<SealedSecret, DelegationError> {
        SealedSecret::seal(&self.sealer, key.connection, purpose, text.as_bytes()).ok_or(DelegationError::Secret)
    }
    fn open(&self, key: GrantKey, purpose: Purpose, sealed: &SealedSecret) -> Result<Zeroizing<String>, DelegationError> {
        sealed.open(&self.sealer, key.connection, purpose).ok_or(DelegationError::Secret)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refreshed {
    Stored,
    TakenBack,
}

fn consent_needed(settings: &DelegatedSettings, key: GrantKey, why: WhyConsent, now: Timestamp, random: &dyn Random) -> Result<TokenAnswer, DelegationError> {
    let (url, pending) = consent::begin(settings, key, now, random).ok_or(DelegatedSettingsError::RedirectUri)?;
    Ok(TokenAnswer::ConsentNeeded { why, url, pending: Box::new(pending) })
}

fn token_url(settings: &DelegatedSettings) -> Result<TokenUrl, DelegationError> {
    TokenUrl::new(settings.token_endpoint()).map_err(|_| DelegatedSettingsError::Tenant.into())
}

/// The refresh token is worth nothing any more; the same for consent that is missing now.
fn is_taken_back(error: &BasicErrorResponseType) -> bool {
    match error {
        BasicErrorResponseType::InvalidGrant => true,
        BasicErrorResponseType::Extension(name) => name == "interaction_required" || name == "consent_required",
        _ => false,
    }
}
