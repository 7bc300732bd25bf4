//! Attacks on a sign-in by OpenID Connect, one at a time: what a hostile provider, or somebody between it and the application, makes of a right answer. Texts
//! are put together by hand, so that a member can stand twice, a number be a text, and a token have a spelling that no library would write.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{attacks, jwks};
use crate::{
    Brand,
    key::{Algorithm, Hash, SigningKey, pem},
};

/// An attack.
#[derive(Clone, Copy)]
pub struct Attack {
    /// Its id in the table of security cases.
    pub id: &'static str,
    /// Its name, in forms and addresses.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// The brand that it is about, when it is about one.
    pub brand: Option<Brand>,
    pub(crate) at: At,
}

/// Where it changes something.
#[derive(Clone, Copy)]
pub(crate) enum At {
    /// The parameters that the browser carries back.
    Callback(fn(&mut Vec<(String, String)>)),
    /// The answer of the token endpoint.
    Tokens(fn(&mut Members)),
    /// The ID token.
    Token(fn(&mut Draft<'_>)),
    /// The claims of the userinfo endpoint.
    Userinfo(fn(&mut Members)),
}

impl Attack {
    /// Every attack.
    pub const ALL: &'static [Self] = attacks::ALL;
    /// The one of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|attack| attack.name == name)
    }
}

/// The members of a JSON object, each value as it will be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members(Vec<(String, String)>);

impl Members {
    /// Those of an object; none of anything else.
    pub fn of(value: &Value) -> Self {
        Self(value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string())).collect())
    }
    /// Puts this in the place of the member, or at the end.
    pub fn set(&mut self, name: &str, raw: impl Into<String>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => *value = raw.into(),
            None => self.add(name, raw),
        }
    }
    /// Puts it at the end, also when there is one already.
    pub fn add(&mut self, name: &str, raw: impl Into<String>) {
        self.0.push((name.to_owned(), raw.into()));
    }
    /// Takes it away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
    /// What stands there, as it is written.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }
    /// The object.
    pub fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// Who signs.
pub(crate) enum By {
    Provider,
    Stranger,
    Nobody,
    /// HMAC with what an attacker has or guesses.
    Secret(Vec<u8>),
}

/// What an attacker has: what is published, keys of their own, and in the worst case the client's secret.
pub(crate) struct Means<'a> {
    pub provider: &'a SigningKey,
    pub stranger: &'a SigningKey,
    pub client_secret: &'a str,
    /// An address that serves keys of the attacker's.
    pub address: &'a str,
}

/// An ID token before it is signed.
pub(crate) struct Draft<'a> {
    pub header: Members,
    pub claims: Members,
    pub by: By,
    /// What happens to the signed text.
    pub respell: fn(String) -> String,
    pub means: Means<'a>,
}

impl<'a> Draft<'a> {
    /// The right one.
    pub fn right(claims: &Value, means: Means<'a>) -> Self {
        let mut header = Members::default();
        header.set("alg", "\"RS256\"");
        header.set("kid", format!("\"{}\"", super::key_id(means.provider)));
        header.set("typ", "\"JWT\"");
        Self { header, claims: Members::of(claims), by: By::Provider, respell: |text| text, means }
    }
    /// Another algorithm by name, signed with a secret.
    pub fn shared(&mut self, secret: impl Into<Vec<u8>>) {
        self.header.set("alg", "\"HS256\"");
        self.by = By::Secret(secret.into());
    }
    /// A member of the header that brings a key along, by which it is signed.
    pub fn brings(&mut self, name: &str, raw: impl Into<String>) {
        self.header.set(name, raw);
        self.by = By::Stranger;
    }
    /// The public key as JWK.
    pub fn jwk(key: &SigningKey) -> String {
        jwks(&[key]).pointer("/keys/0").map(Value::to_string).unwrap_or_default()
    }
    /// The provider's public key as PEM.
    pub fn public_pem(&self) -> String {
        pem("PUBLIC KEY", &self.means.provider.public_key())
    }
    /// The token.
    pub fn signed(&self) -> String {
        let text = [self.header.text(), self.claims.text()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let bytes = text.as_bytes();
        let Means { provider, stranger, .. } = &self.means;
        let signature = match &self.by {
            By::Provider => provider.sign(&provider.usual(), bytes),
            By::Stranger => stranger.sign(&stranger.usual(), bytes),
            By::Nobody => Vec::new(),
            By::Secret(secret) => provider.sign(&Algorithm::Hmac(Hash::Sha256, secret.clone()), bytes),
        };
        (self.respell)(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
