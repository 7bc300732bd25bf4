//! The one way to an identity provider and back, whichever protocol the connection speaks.

use homeward_model::{Random, Timestamp};

use crate::{Connection, Departure, Failure, Pending, VerifiedAssertion, Wish};

/// The protocols, with what they keep between sign-ins (documents of OpenID Providers).
#[derive(Default)]
pub struct Door {}

/// Our side of one connection: addresses and keys.
pub struct OurSide {
    /// Our address, without a trailing slash.
    pub base: String,
}

/// STUB
pub struct NewKey { /// x
pub pkcs8: Vec<u8>, /// x
pub certificate: Vec<u8> }

impl OurSide {
    /// Our addresses for this connection, with the keys of our side: PKCS #8 and certificate, the newest first.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn new(base: &str, _connection: &Connection, _keys: &[(zeroize::Zeroizing<Vec<u8>>, Vec<u8>)], _loopback_http: bool) -> Result<Self, BeginError> {
        Ok(Self { base: base.to_owned() })
    }
    /// A key for a new connection, with its certificate.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn new_key(_name: &str, _now: Timestamp) -> Result<NewKey, BeginError> {
        Err(BeginError("stub".into()))
    }
    /// Our metadata for this connection (SAML Metadata 2.4).
    pub fn saml_metadata(&self) -> String {
        String::new()
    }
}

/// What came back. Nothing in it is believed.
#[derive(Clone, Debug)]
pub enum UnverifiedAnswer {
    /// `SAMLResponse` of a form, in base64.
    Saml(String),
    /// The parameters of the callback.
    Oidc(Vec<(String, String)>),
}

/// Why nobody could be sent away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BeginError(pub String);

impl Door {
    /// What to send and what to remember.
    ///
    /// # Errors
    /// `BeginError` when the provider's documents cannot be had, or the settings do not allow a request.
    pub async fn begin(&self, _connection: &Connection, _own: &OurSide, _wish: &Wish, _at: (Timestamp, &dyn Random)) -> Result<(Departure, Pending), BeginError> {
        Err(BeginError("not in place".into()))
    }
    /// Verifies an answer with the keys of this connection.
    ///
    /// # Errors
    /// The first check that failed.
    pub async fn finish(&self, _connection: &Connection, _own: &OurSide, _unverified: UnverifiedAnswer, _pending: Option<&Pending>, _now: Timestamp) -> Result<VerifiedAssertion, Failure> {
        Err(Failure::of(crate::Check::Answered, "not_in_place"))
    }
}
