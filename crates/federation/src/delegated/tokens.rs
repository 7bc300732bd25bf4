//! Tokens on their way into a grant and out of it: sealed for one connection, person and use.

use std::{collections::BTreeSet, time::Duration};

use homeward_model::{ConnectionId, Timestamp};
use oauth2::{AuthType, ClientId, ClientSecret, StandardTokenResponse, TokenResponse, TokenUrl, basic::BasicTokenType};
use zeroize::Zeroizing;

use super::{DelegatedSettings, DelegatedSettingsError, Delegation, DelegationError, GrantKey, KeptToken, Resource, permissions::permissions_of};
use crate::oidc::{SealedSecret, secret::Purpose, token_request::{CodeClient, WithIdToken}};

/// What the token endpoint gives.
pub(super) type Tokens = StandardTokenResponse<WithIdToken, BasicTokenType>;

/// Longest life of an access token that is believed.
const LONGEST: Duration = Duration::from_secs(86_400);
/// Life of one that states none (RFC 6749 5.1 leaves it open).
const UNSTATED: Duration = Duration::from_secs(300);

impl Delegation {
    /// Seals the secret of a registration that is no public client, for one connection; `None` only when the cryptographic library fails.
    pub fn seal_secret(&self, connection: ConnectionId, secret: &str) -> Option<SealedSecret> {
        SealedSecret::seal(&self.sealer, connection, Purpose::DelegatedSecret, secret.as_bytes())
    }
    /// The client of the registration, public unless a secret is there (B-127, B-195).
    pub(super) fn client(&self, settings: &DelegatedSettings, connection: ConnectionId) -> Result<CodeClient<WithIdToken>, DelegationError> {
        let client = CodeClient::<WithIdToken>::new(ClientId::new(settings.application.clone())).set_auth_type(AuthType::RequestBody);
        let Some(sealed) = &settings.secret else { return Ok(client) };
        let secret = sealed.open(&self.sealer, connection, Purpose::DelegatedSecret).ok_or(DelegationError::Secret)?;
        Ok(client.set_client_secret(ClientSecret::new(secret.to_string())))
    }
    /// A new access token as it is kept. Without a `scope` in the answer it has what was asked for (RFC 6749 5.1).
    pub(super) fn kept(&self, key: GrantKey, resource: Resource, tokens: &Tokens, asked: &BTreeSet<String>, now: Timestamp) -> Result<KeptToken, DelegationError> {
        let lives = tokens.expires_in().unwrap_or(UNSTATED).min(LONGEST);
        let permissions = match tokens.scopes() {
            Some(scopes) => permissions_of(&scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")),
            None => asked.clone(),
        };
        let token = self.seal(key, Purpose::AccessToken(key.user), tokens.access_token().secret())?;
        Ok(KeptToken { resource, permissions, token, until: now.plus(lives) })
    }
    pub(super) fn seal(&self, key: GrantKey, purpose: Purpose, text: &str) -> Result<SealedSecret, DelegationError> {
        SealedSecret::seal(&self.sealer, key.connection, purpose, text.as_bytes()).ok_or(DelegationError::Secret)
    }
    pub(super) fn open(&self, key: GrantKey, purpose: Purpose, sealed: &SealedSecret) -> Result<Zeroizing<String>, DelegationError> {
        sealed.open(&self.sealer, key.connection, purpose).ok_or(DelegationError::Secret)
    }
}

pub(super) fn token_url(settings: &DelegatedSettings) -> Result<TokenUrl, DelegationError> {
    TokenUrl::new(settings.token_endpoint()).map_err(|_| DelegatedSettingsError::Tenant.into())
}
