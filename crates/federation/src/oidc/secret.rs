//! Secrets of a connection at rest: sealed for this connection and this use, so that a copied row opens nothing (KS-01).

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{ConnectionId, UserId};
use homeward_sealing::Sealer;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A secret, sealed, in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(String);

/// What a secret is for; part of what it is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The client secret at the token endpoint.
    ClientSecret,
    /// The private key of `private_key_jwt`.
    ClientKey,
    /// The client secret of delegated access, when its registration is no public client.
    DelegatedSecret,
    /// A person's refresh token for delegated access.
    RefreshToken(UserId),
    /// A person's access token for delegated access.
    AccessToken(UserId),
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ClientSecret => f.write_str("client_secret"),
            Self::ClientKey => f.write_str("client_key"),
            Self::DelegatedSecret => f.write_str("delegated_client_secret"),
            Self::RefreshToken(user) => write!(f, "refresh_token/{user}"),
            Self::AccessToken(user) => write!(f, "access_token/{user}"),
        }
    }
}

impl SealedSecret {
    /// Seals a secret for one connection. `None` only when the cryptographic library fails.
    pub fn seal(sealer: &Sealer, connection: ConnectionId, purpose: Purpose, secret: &[u8]) -> Option<Self> {
        Some(Self(STANDARD.encode(sealer.seal(&place(connection, purpose), secret)?)))
    }
    /// Opens it for the connection and the use it was sealed for; `None` for anything else.
    pub(crate) fn open(&self, sealer: &Sealer, connection: ConnectionId, purpose: Purpose) -> Option<Zeroizing<String>> {
        let plain = sealer.open(&place(connection, purpose), &STANDARD.decode(&self.0).ok()?)?;
        Some(Zeroizing::new(std::str::from_utf8(&plain).ok()?.to_owned()))
    }
}

fn place(connection: ConnectionId, purpose: Purpose) -> String {
    format!("connection/{connection}/{purpose}")
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;
    use homeward_sealing::RootKey;

    #[test]
    fn a_secret_opens_for_its_connection_and_use_only() {
        let sealer = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]);
        let (ours, other) = (ConnectionId::generate(&SystemRandom), ConnectionId::generate(&SystemRandom));
        let sealed = SealedSecret::seal(&sealer, ours, Purpose::ClientSecret, b"hunter2").unwrap();
        assert_eq!(sealed.open(&sealer, ours, Purpose::ClientSecret).unwrap().as_str(), "hunter2");
        assert!(sealed.open(&sealer, other, Purpose::ClientSecret).is_none());
        assert!(sealed.open(&sealer, ours, Purpose::ClientKey).is_none());
        assert!(SealedSecret("nonsense".to_owned()).open(&sealer, ours, Purpose::ClientSecret).is_none());
        assert_eq!(format!("{sealed:?}"), "SealedSecret(…)");
    }
}
