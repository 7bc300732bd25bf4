//! Documents of a provider that somebody has named and nobody trusts yet: read once, to be looked at.

use homeward_egress::{Authorization, Conditions};
use homeward_model::Timestamp;

use crate::{Connection, Door, oidc::Endpoints, saml::EndpointUrl};

impl Door {
    /// Reads metadata from an address. Where the address leads is the business of the rules of the one client (SM-07).
    ///
    /// # Errors
    /// In a word or two, why there is none.
    pub async fn metadata_at(&self, address: &EndpointUrl) -> Result<Vec<u8>, String> {
        match self.egress().get(address.as_str(), Authorization::None, &Conditions::default()).await {
            Ok(answer) if answer.status == 200 => Ok(answer.body),
            Ok(answer) => Err(format!("status {}", answer.status)),
            Err(error) => Err(error.word().to_owned()),
        }
    }
    /// Reads the documents of an OpenID Provider as a connection would, without any being there yet; where it is asked.
    ///
    /// # Errors
    /// In a word or two, why they cannot be used.
    pub async fn look_at(&self, connection: &Connection, now: Timestamp) -> Result<Endpoints, String> {
        let word = |failure: crate::Failure| failure.seen.filter(|seen| !seen.is_empty()).unwrap_or(failure.code);
        self.oidc().look(connection, now).await.map_err(word)?;
        self.oidc().published(connection, now).await.map_err(word)
    }
}
