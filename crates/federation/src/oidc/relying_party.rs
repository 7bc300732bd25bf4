//! Homeward towards OpenID Providers: what all connections share.

use std::sync::Arc;

use homeward_egress::Client;
use homeward_model::{Random, Timestamp};
use homeward_sealing::Sealer;

use super::{Endpoints, OidcSettings, SettingsError, azure::OwnSecret, begin, cache::{Cache, Issuer}, callback::CallbackParams, discovery::Document, entra, finish, logout, token_request::Tokens, witness::Witness};
use crate::{Check, Connection, Departure, Failure, Pending, Protocol, VerifiedAssertion, Wish};

/// The relying party. Cheap to clone; clones share the caches.
#[derive(Clone)]
pub struct RelyingParty {
    pub(super) egress: Client,
    pub(super) sealer: Arc<Sealer>,
    pub(super) own: Option<OwnSecret>,
    cache: Arc<Cache>,
}

impl std::fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelyingParty")
    }
}

/// Why nobody can be sent to the provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// The connection speaks another protocol.
    #[error("the connection is none of OpenID Connect")]
    OtherProtocol,
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The provider's documents cannot be had, or are not those of this issuer.
    #[error("the provider's documents: {0}")]
    Provider(Failure),
    /// Our own callback address is none.
    #[error("the callback address is no https address")]
    RedirectUri,
}

/// How a provider answered lately, for the connection's health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderHealth {
    /// When its discovery document was read last.
    pub discovered_at: Option<Timestamp>,
    /// When its keys were read last.
    pub keys_at: Option<Timestamp>,
    /// The last failure since then.
    pub failed: Option<(Timestamp, Failure)>,
}

/// The provider of one connection, as its documents say now.
pub(super) struct Provider {
    pub issuer: Arc<Issuer>,
    pub document: Arc<Document>,
}

pub(super) fn settings(connection: &Connection) -> Option<&OidcSettings> {
    match &connection.settings.protocol {
        Protocol::Oidc(settings) => Some(settings),
        Protocol::Saml(_) => None,
    }
}

impl RelyingParty {
    /// A relying party that asks providers through `egress` and opens sealed secrets with `sealer`.
    pub fn new(egress: Client, sealer: Arc<Sealer>) -> Self {
        Self { egress, sealer, own: None, cache: Arc::default() }
    }
    /// With the secret of the installation's own registration, where it has one.
    #[must_use]
    pub fn with_own_secret(self, own: Option<OwnSecret>) -> Self {
        Self { own, ..self }
    }
    /// Sends a person away: the address with PKCE, state and nonce, and what must be remembered until they are back.
    /// `redirect_uri` is this connection's own callback address (OR-03).
    ///
    /// # Errors
    /// [`BeginError`]: the settings or the provider's documents cannot be used.
    pub async fn begin(&self, connection: &Connection, redirect_uri: &str, wish: &Wish, now: Timestamp, random: &dyn Random) -> Result<(Departure, Pending), BeginError> {
        let settings = settings(connection).ok_or(BeginError::OtherProtocol)?;
        settings.check(connection.settings.preset)?;
        let provider = self.provider(connection, settings, now).await.map_err(BeginError::Provider)?;
        begin::request(connection, settings, &provider.document, redirect_uri, wish, &begin::Moment { now, random })
    }
    /// Reads the answer and makes a verified assertion of it, or says which check failed.
    ///
    /// # Errors
    /// The first check that failed. Nothing that the answer says has been used then.
    pub async fn finish(&self, connection: &Connection, redirect_uri: &str, callback: &CallbackParams, pending: &Pending, now: Timestamp) -> Result<VerifiedAssertion, Failure> {
        self.finish_before(connection, redirect_uri, callback, pending, (now, None)).await
    }
    /// The same before a witness.
    pub(crate) async fn finish_before(&self, connection: &Connection, redirect_uri: &str, callback: &CallbackParams, pending: &Pending, (now, witness): (Timestamp, Option<&Witness>)) -> Result<VerifiedAssertion, Failure> {
        let settings = settings(connection).ok_or_else(|| Failure::of(Check::Answered, "settings.protocol"))?;
        settings.check(connection.settings.preset).map_err(|error| Failure::differs(Check::Answered, "settings.refused", &error.to_string(), ""))?;
        finish::Return { party: self, connection, settings, pending, now, witness }.run(redirect_uri, callback).await
    }
    /// The assertion of an ID token that came with other tokens (delegated access).
    pub(crate) async fn prove(&self, connection: &Connection, pending: &Pending, tokens: &Tokens, code: &str, now: Timestamp) -> Result<VerifiedAssertion, Failure> {
        let settings = settings(connection).ok_or_else(|| Failure::of(Check::Answered, "settings.protocol"))?;
        settings.check(connection.settings.preset).map_err(|error| Failure::differs(Check::Answered, "settings.refused", &error.to_string(), ""))?;
        finish::Return { party: self, connection, settings, pending, now, witness: None }.prove(tokens, code).await
    }
    /// The way by which a person signs out of the provider, too (OpenID Connect RP-Initiated Logout 1.0); `None` when it has no
    /// such address. `to.return_to` must be registered there.
    pub async fn end_session(&self, connection: &Connection, to: &logout::EndSession<'_>, now: Timestamp) -> Option<Departure> {
        let settings = settings(connection)?;
        let provider = self.provider(connection, settings, now).await.ok()?;
        logout::end_session(provider.document.end_session.as_deref()?, settings, to)
    }
    /// Verifies a logout token that was posted to this connection's address (OpenID Connect Back-Channel Logout 1.0, 2.6).
    /// The caller remembers `jti` until `until` and refuses it a second time.
    ///
    /// # Errors
    /// Why it is none. The answer to the provider is 400, whatever the reason.
    pub async fn logout_token(&self, connection: &Connection, token: &str, now: Timestamp) -> Result<logout::LogoutToken, logout::LogoutTokenError> {
        let settings = settings(connection).ok_or(logout::LogoutTokenError::Connection)?;
        settings.check(connection.settings.preset).map_err(|_| logout::LogoutTokenError::Connection)?;
        logout::verify(self, connection, settings, token, now).await
    }
    /// How the connection's provider answered lately. Asks nobody.
    pub fn health(&self, connection: &Connection, now: Timestamp) -> ProviderHealth {
        let Some(settings) = settings(connection) else { return ProviderHealth::default() };
        let health = self.cache.issuer(&settings.issuer, entra::has_many_tenants(settings, connection.settings.preset), now).health();
        ProviderHealth { discovered_at: health.good_at, keys_at: health.keys_at, failed: health.failed }
    }
    /// The endpoints that the discovery document names, whether anybody has accepted them or not. Asks for the document if it is not
    /// fresh.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub async fn published(&self, connection: &Connection, now: Timestamp) -> Result<Endpoints, Failure> {
        let settings = settings(connection).ok_or_else(|| Failure::of(Check::Answered, "settings.protocol"))?;
        let (_, document) = self.document(connection, settings, now).await?;
        Ok(Endpoints::of(&settings.issuer, &document))
    }
    /// Asks for the provider's documents if they are not fresh: what the connection's page and the health check call.
    ///
    /// # Errors
    /// Why they cannot be used.
    pub async fn look(&self, connection: &Connection, now: Timestamp) -> Result<(), Failure> {
        let settings = settings(connection).ok_or_else(|| Failure::of(Check::Answered, "settings.protocol"))?;
        let provider = self.provider(connection, settings, now).await?;
        provider.issuer.keys(&self.egress, &provider.document, now).await.map(|_| ())
    }
    /// The provider with the endpoints that were accepted, whatever its document says by now.
    pub(super) async fn provider(&self, connection: &Connection, settings: &OidcSettings, now: Timestamp) -> Result<Provider, Failure> {
        let (issuer, document) = self.document(connection, settings, now).await?;
        match settings.accepted() {
            Some(accepted) if *accepted != Endpoints::of(&settings.issuer, &document) => {
                // Keys of the accepted address have a place of their own: other connections may have accepted the new one.
                let place = format!("{} {}", settings.issuer, accepted.keys);
                let issuer = if accepted.keys == document.keys { issuer } else { self.cache.issuer(&place, false, now) };
                Ok(Provider { issuer, document: Arc::new(accepted.instead_of(&document)) })
            }
            Some(_) | None => Ok(Provider { issuer, document }),
        }
    }
    async fn document(&self, connection: &Connection, settings: &OidcSettings, now: Timestamp) -> Result<(Arc<Issuer>, Arc<Document>), Failure> {
        let many = entra::has_many_tenants(settings, connection.settings.preset);
        let issuer = self.cache.issuer(&settings.issuer, many, now);
        let document = issuer.document(&self.egress, &settings.issuer, many, now).await?;
        Ok((issuer, document))
    }
}
