//! Identifiers. Each kind is its own type, so that an account's id cannot be passed for a user's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::random::Random;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier (UUID version 4, RFC 9562) from the given source of randomness.
            pub fn generate(random: &dyn Random) -> Self {
                let mut bytes = [0u8; 16];
                random.fill(&mut bytes);
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }
            /// Wraps an identifier that was read from a store.
            pub const fn from_uuid(id: Uuid) -> Self { Self(id) }
            /// The identifier as a UUID, for a store.
            pub const fn as_uuid(&self) -> Uuid { self.0 }
            /// Reads the hyphenated or the simple form; `None` when it is neither.
            pub fn parse(text: &str) -> Option<Self> { Uuid::try_parse(text).ok().map(Self) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    };
}

id!(/// A customer organisation.
    AccountId);
id!(/// A person inside one account; also the `sub` that applications see. Never reused.
    UserId);
id!(/// An account's identity provider as configured.
    ConnectionId);
id!(/// A browser's session with us; also the `sid` that applications see.
    SessionId);
id!(/// What one application was granted by one sign-in: a family of refresh and access tokens.
    GrantId);
id!(/// A token for the API, as lists and records name it; the secret is another.
    ApiTokenId);

/// The `client_id` of an application (RFC 6749 2.2): 1 to 100 of the characters `A-Z a-z 0-9 . _ ~ -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// Reads a `client_id`; `None` when it is empty, too long or has another character.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=100).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-'));
        fits.then(|| Self(text.to_owned()))
    }
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ClientId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a client_id has 1 to 100 of the characters A-Z a-z 0-9 . _ ~ -")
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}
