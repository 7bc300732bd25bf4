//! The endpoints of an OpenID Provider that somebody has accepted for a connection. A discovery document that leads elsewhere changes
//! nothing by itself (OR-04, OR-19): whoever can change it could send codes and people to another place. Keys go on rotating freely, under
//! the accepted address.

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use super::discovery::Document;

/// Where a provider is asked (OpenID Connect Discovery 3). They hold for one issuer only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    /// The connection's issuer. With another one they count for nothing.
    pub issuer: String,
    /// Where people are sent.
    pub authorization: String,
    /// Where codes are redeemed.
    pub token: String,
    /// Where the keys are.
    pub keys: String,
    /// Where more claims are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<String>,
    /// Where people sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_session: Option<String>,
}

/// One endpoint that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its name in the discovery document.
    pub field: &'static str,
    /// Where it is now.
    pub now: Option<String>,
    /// Where it would be.
    pub new: Option<String>,
}

impl Endpoints {
    /// What a document of the connection's issuer says.
    pub(super) fn of(issuer: &str, document: &Document) -> Self {
        Self {
            issuer: issuer.to_owned(),
            authorization: document.authorization.clone(),
            token: document.token.clone(),
            keys: document.keys.clone(),
            userinfo: document.userinfo.clone(),
            end_session: document.end_session.clone(),
        }
    }
    /// The document with these endpoints instead of its own.
    pub(super) fn instead_of(&self, document: &Document) -> Document {
        Document {
            authorization: self.authorization.clone(),
            token: self.token.clone(),
            keys: self.keys.clone(),
            userinfo: self.userinfo.clone(),
            end_session: self.end_session.clone(),
            ..document.clone()
        }
    }
    fn fields(&self) -> [(&'static str, Option<&String>); 5] {
        [
            ("authorization_endpoint", Some(&self.authorization)),
            ("token_endpoint", Some(&self.token)),
            ("jwks_uri", Some(&self.keys)),
            ("userinfo_endpoint", self.userinfo.as_ref()),
            ("end_session_endpoint", self.end_session.as_ref()),
        ]
    }
    /// What moves when these are replaced by others.
    pub fn moves(&self, new: &Self) -> Vec<Move> {
        let pairs = self.fields().into_iter().zip(new.fields());
        pairs.filter(|((_, now), (_, new))| now != new).map(|((field, now), (_, new))| Move { field, now: now.cloned(), new: new.cloned() }).collect()
    }
    /// SHA-256 over all of them, in hexadecimal: what an administrator accepts or refuses.
    pub fn digest(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in std::iter::once(Some(&self.issuer)).chain(self.fields().map(|(_, value)| value)) {
            // Parts are kept apart by their lengths; one that is missing is not one that is empty.
            let length = part.map_or(u64::MAX, |text| text.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.map_or(&[][..], |text| text.as_bytes()));
        }
        context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Endpoints {
        let at = |path: &str| format!("https://idp.example/{path}");
        Endpoints { issuer: at(""), authorization: at("a"), token: at("t"), keys: at("k"), userinfo: None, end_session: Some(at("o")) }
    }

    #[test]
    fn what_moves_is_named_and_has_a_digest_of_its_own() {
        let changed = [
            ("authorization_endpoint", Endpoints { authorization: "https://evil.example/a".into(), ..some() }),
            ("token_endpoint", Endpoints { token: "https://evil.example/t".into(), ..some() }),
            ("jwks_uri", Endpoints { keys: "https://evil.example/k".into(), ..some() }),
            ("userinfo_endpoint", Endpoints { userinfo: Some("https://idp.example/u".into()), ..some() }),
            ("end_session_endpoint", Endpoints { end_session: None, ..some() }),
        ];
        let mut digests = vec![some().digest()];
        for (field, other) in changed {
            let moves = some().moves(&other);
            assert_eq!(moves.iter().map(|one| one.field).collect::<Vec<_>>(), [field]);
            digests.push(other.digest());
        }
        assert!(some().moves(&some()).is_empty());
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), 6);
        let shifted = Endpoints { userinfo: some().end_session, end_session: None, ..some() };
        assert_ne!(shifted.digest(), some().digest(), "the same text in another place");
    }
}
