//! Secrets of a connection at rest: sealed for this connection and this use, so that a copied row opens nothing (KS-01).

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{ConnectionId, UserId};
use homeward_sealing::{Again, Sealer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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

impl Purpose {
    /// Every use that something can be sealed for: a connection's own, and with a person that person's.
    fn all(user: Option<UserId>) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(Self::ClientSecret), move |purpose| purpose.next(user))
    }
    const fn next(self, user: Option<UserId>) -> Option<Self> {
        match (self, user) {
            (Self::ClientSecret, _) => Some(Self::ClientKey),
            (Self::ClientKey, _) => Some(Self::DelegatedSecret),
            (Self::DelegatedSecret, Some(user)) => Some(Self::RefreshToken(user)),
            (Self::RefreshToken(user), _) => Some(Self::AccessToken(user)),
            (Self::DelegatedSecret, None) | (Self::AccessToken(_), _) => None,
        }
    }
}

/// Seals every secret of a document again under the present root key, wherever it stands: settings of a connection, or what a person
/// granted through it. Gives how many an older root key had sealed, by the number of that key.
pub fn seal_again(sealer: &Sealer, (connection, user): (ConnectionId, Option<UserId>), document: &mut Value) -> BTreeMap<u8, u64> {
    let mut found = BTreeMap::new();
    each_text(document, &mut |text| {
        let Ok(sealed) = STANDARD.decode(text.as_str()) else { return };
        let fresh = Purpose::all(user).find_map(|purpose| match sealer.again(&place(connection, purpose), &sealed) {
            Again::Sealed(fresh) => Some(fresh),
            Again::Present | Again::Closed => None,
        });
        if let (Some(fresh), Some(number)) = (fresh, sealed.first()) {
            *text = STANDARD.encode(fresh);
            *found.entry(*number).or_default() += 1;
        }
    });
    found
}

fn each_text(document: &mut Value, change: &mut impl FnMut(&mut String)) {
    match document {
        Value::String(text) => change(text),
        Value::Array(all) => all.iter_mut().for_each(|part| each_text(part, change)),
        Value::Object(all) => all.values_mut().for_each(|part| each_text(part, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
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

    /// KS-03: every use of a secret is sealed again, wherever it stands in a document; what is another's, or no secret, stays as it is.
    #[test]
    fn ks_03_secrets_of_a_document_are_sealed_again() {
        let (old, new) = (RootKey::generate(1, &SystemRandom), RootKey::generate(2, &SystemRandom));
        let (before, both, alone) = (Sealer::new(old.clone(), vec![]), Sealer::new(new.clone(), vec![old]), Sealer::new(new, vec![]));
        let (ours, other, user) = (ConnectionId::generate(&SystemRandom), ConnectionId::generate(&SystemRandom), UserId::generate(&SystemRandom));
        let sealed = |connection, purpose| SealedSecret::seal(&before, connection, purpose, b"hunter2").unwrap();
        let uses: Vec<Purpose> = Purpose::all(Some(user)).collect();
        let mine: Vec<SealedSecret> = uses.iter().map(|purpose| sealed(ours, *purpose)).collect();
        let foreign = sealed(other, Purpose::ClientSecret);
        let mut document = serde_json::json!({ "deep": [{ "secrets": mine }], "other": foreign, "name": "Contoso", "number": 7, "none": null });
        assert_eq!(seal_again(&both, (ours, Some(user)), &mut document), BTreeMap::from([(1, uses.len() as u64)]));
        let fresh: Vec<SealedSecret> = serde_json::from_value(document["deep"][0]["secrets"].clone()).unwrap();
        for (purpose, secret) in uses.iter().zip(&fresh) {
            assert_eq!(secret.open(&alone, ours, *purpose).unwrap().as_str(), "hunter2", "{purpose}");
        }
        assert_eq!(document["other"], serde_json::to_value(&foreign).unwrap());
        assert_eq!((document["name"].as_str(), document["number"].as_i64()), (Some("Contoso"), Some(7)));
        assert_eq!(seal_again(&both, (ours, Some(user)), &mut document), BTreeMap::new(), "once is enough");
    }
}
