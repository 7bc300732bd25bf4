//! The one way to an identity provider and back, whichever protocol the connection speaks. Above it nobody asks which.

use std::sync::Arc;

use homeward_egress::Client;
use homeward_model::{Random, Timestamp};
use homeward_sealing::Sealer;
use homeward_trace::Effort;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{
    Check, Connection, Departure, Failure, OurAddresses, Pending, Protocol, VerifiedAssertion, Wish,
    oidc::{self, CallbackParams, RelyingParty, azure::OwnSecret, witness::Witness},
    saml::{self, DecryptionKey, KeyKind, KeyProblem, NewKey, RequestSigning, ServiceProvider, SigningKey},
    whole::Whole,
};

/// The protocols, with what they keep between sign-ins (documents and keys of OpenID Providers).
pub struct Door {
    egress: Client,
    pub(crate) oidc: RelyingParty,
    /// Signatures and their second opinion take a processor each; pages go on meanwhile.
    verifying: Arc<Semaphore>,
}

/// What a key of our side is for. A key that opens what was encrypted for us signs nothing (KS-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// It signs requests, answers and metadata.
    Signing,
    /// It opens what was encrypted for us.
    Decryption,
    /// Both: keys of connections from before the two were kept apart, and of other products. Their successors are two.
    Both,
}

impl KeyUse {
    /// Whether it signs.
    pub const fn signs(self) -> bool {
        matches!(self, Self::Signing | Self::Both)
    }
    /// Whether it decrypts.
    pub const fn decrypts(self) -> bool {
        matches!(self, Self::Decryption | Self::Both)
    }
}

/// A key of our side, opened.
pub struct OpenedKey {
    /// What for.
    pub purpose: KeyUse,
    /// PKCS #8.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// It is published ahead of its use: another one signs.
    pub next: bool,
}

/// Our side of one connection: addresses and keys.
pub struct OurSide {
    service_provider: ServiceProvider,
    redirect_uri: String,
    signed_out_uri: String,
}

/// What came back. Nothing in it is believed.
#[derive(Clone, Debug)]
pub enum UnverifiedAnswer {
    /// `SAMLResponse` of a form, in base64.
    Saml(String),
    /// A `SAMLResponse` that came in an address (HTTP-Redirect), where only a form counts. Nothing of it is read.
    SamlByRedirect,
    /// The query of the callback.
    Oidc(String),
}

impl UnverifiedAnswer {
    /// The issuer that it names. Nothing but the choice of a connection, whose keys verify it, may follow from that.
    pub fn unverified_issuer(&self) -> Option<String> {
        match self {
            Self::Saml(response) => saml::unverified_issuer(response),
            Self::SamlByRedirect | Self::Oidc(_) => None,
        }
    }
}

/// Why nobody could be sent away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// SAML.
    #[error(transparent)]
    Saml(#[from] saml::BeginError),
    /// OpenID Connect.
    #[error(transparent)]
    Oidc(#[from] oidc::BeginError),
}

impl BeginError {
    /// As the first of the six checks says it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Oidc(oidc::BeginError::Provider(failure)) => failure.clone(),
            other => Failure::differs(Check::Answered, "settings.refused", &other.to_string(), ""),
        }
    }
}

impl OurSide {
    /// Our addresses for this connection under `base`, with the keys of our side, the newest first. Metadata
    /// shows all of them: the next one before it signs, so that the provider has it by then.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn new(base: &str, connection: &Connection, keys: &[OpenedKey], loopback_http: bool) -> Result<Self, KeyProblem> {
        let ours = OurAddresses::new(base, connection.id, Some(&connection.settings.protocol));
        let (next, present): (Vec<&OpenedKey>, Vec<&OpenedKey>) = keys.iter().filter(|key| key.purpose.signs()).partition(|key| key.next);
        let signing = present.into_iter().chain(next).map(|key| SigningKey::from_pkcs8(&key.pkcs8, &key.certificate)).collect::<Result<_, _>>()?;
        let decryption = keys.iter().filter(|key| key.purpose.decrypts()).map(|key| DecryptionKey::from_pkcs8(&key.pkcs8, &key.certificate)).collect::<Result<_, _>>()?;
        let service_provider = ServiceProvider {
            entity_id: ours.entity_id,
            acs_url: ours.acs_url,
            slo_url: Some(ours.slo_url),
            signing,
            decryption,
            loopback_http,
        };
        Ok(Self { service_provider, redirect_uri: ours.redirect_uri, signed_out_uri: ours.signed_out_uri })
    }
    /// A new key of our side of a connection, with its certificate. RSA takes up to a second of a processor; an elliptic key is
    /// made only where the connection's requests shall be signed with one.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn new_key(connection: &Connection, purpose: KeyUse, name: &str, now: Timestamp) -> Result<NewKey, KeyProblem> {
        let elliptic = match &connection.settings.protocol {
            Protocol::Saml(settings) => settings.request_signing == RequestSigning::EcdsaSha256,
            Protocol::Oidc(_) => false,
        };
        let kind = if elliptic && purpose == KeyUse::Signing { KeyKind::EcdsaP256 } else { KeyKind::Rsa };
        NewKey::generate(kind, name, now)
    }
    /// A key that the provider knows from another product, with its certificate, both in PEM.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn known_key(purpose: KeyUse, key: &str, certificate: &str) -> Result<NewKey, KeyProblem> {
        NewKey::read(key, certificate, (purpose.signs(), purpose.decrypts()))
    }
    /// Ourselves as a SAML service provider.
    pub fn service_provider(&self) -> &ServiceProvider {
        &self.service_provider
    }
    /// What the provider's administrator takes over (SAML Metadata 2.4).
    pub fn saml_metadata(&self, random: &dyn Random) -> String {
        saml::metadata::write(&self.service_provider, random)
    }
    /// Our callback address at an OpenID Provider.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }
    /// Where an OpenID Provider sends people back who have signed out there (`post_logout_redirect_uri`).
    pub fn signed_out_uri(&self) -> &str {
        &self.signed_out_uri
    }
}

impl Door {
    /// Opens the door. OpenID Providers are asked through `egress`; `sealer` opens our secrets there.
    pub fn new(egress: Client, sealer: Arc<Sealer>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { egress: egress.clone(), oidc: RelyingParty::new(egress, sealer), verifying: Arc::new(Semaphore::new(cores)) }
    }
    /// With the secret of the installation's own registration at Microsoft, where it has one.
    #[must_use]
    pub fn with_own_secret(self, own: Option<OwnSecret>) -> Self {
        Self { oidc: self.oidc.with_own_secret(own), ..self }
    }
    /// The way to the outside.
    pub fn egress(&self) -> &Client {
        &self.egress
    }
    /// The relying party, for sign-out and health.
    pub fn oidc(&self) -> &RelyingParty {
        &self.oidc
    }
    /// What to send and what to remember.
    ///
    /// # Errors
    /// `BeginError` when the provider's documents cannot be had, or the settings do not allow a request.
    pub async fn begin(&self, connection: &Connection, own: &OurSide, wish: &Wish, at: (Timestamp, &dyn Random)) -> Result<(Departure, Pending), BeginError> {
        match &connection.settings.protocol {
            Protocol::Saml(_) => Ok(saml::begin(connection, &own.service_provider, wish, at.0, at.1)?),
            Protocol::Oidc(_) => Ok(self.oidc.begin(connection, &own.redirect_uri, wish, at.0, at.1).await?),
        }
    }
    /// Verifies an answer with the keys of this connection. Without `pending` it is one that nobody asked for: SAML only, and
    /// only where the connection's own switch accepts it (the caller's decision).
    ///
    /// # Errors
    /// The first check that failed.
    pub async fn finish(&self, connection: &Connection, own: &OurSide, unverified: UnverifiedAnswer, pending: Option<&Pending>, now: Timestamp) -> Result<VerifiedAssertion, Failure> {
        match (&connection.settings.protocol, unverified, pending) {
            (Protocol::Saml(_), UnverifiedAnswer::Saml(response), _) => self.verify(connection, own, response, pending, now).await,
            (Protocol::Oidc(_), UnverifiedAnswer::Oidc(query), Some(pending)) => {
                let callback = CallbackParams::parse(&query).map_err(|_| Failure::of(Check::Answered, "callback.unreadable"))?;
                self.oidc.finish(connection, &own.redirect_uri, &callback, pending, now).await
            }
            (Protocol::Oidc(_), UnverifiedAnswer::Oidc(_), None) => Err(Failure::of(Check::MeantForUs, "request.unsolicited")),
            (Protocol::Saml(_), UnverifiedAnswer::SamlByRedirect, _) => Err(Failure::differs(Check::Answered, "saml.binding", "HTTP-Redirect", "HTTP-POST")),
            // An answer in the other protocol's form.
            (Protocol::Saml(_), UnverifiedAnswer::Oidc(_), _) | (Protocol::Oidc(_), UnverifiedAnswer::Saml(_) | UnverifiedAnswer::SamlByRedirect, _) => Err(Failure::of(Check::Answered, "answer.other_protocol")),
        }
    }
    /// The same for a test sign-in, with the whole answer for an administrator to read, as far as there is one that can be read.
    pub async fn finish_shown(&self, connection: &Connection, own: &OurSide, unverified: UnverifiedAnswer, pending: &Pending, now: Timestamp) -> (Result<VerifiedAssertion, Failure>, Option<Whole>) {
        match (&connection.settings.protocol, unverified) {
            (Protocol::Saml(_), UnverifiedAnswer::Saml(response)) => {
                let finished = self.verify(connection, own, response.clone(), Some(pending), now).await;
                let (connection, sp, is_verified) = (connection.clone(), own.service_provider.clone(), finished.is_ok());
                let whole = self.aside(move || Ok(saml::whole::whole(&response, &connection, &sp, (is_verified, now)))).await;
                (finished, whole.ok().flatten())
            }
            (Protocol::Oidc(_), UnverifiedAnswer::Oidc(query)) => {
                let Ok(callback) = CallbackParams::parse(&query) else { return (Err(Failure::of(Check::Answered, "callback.unreadable")), None) };
                let witness = Witness::default();
                let finished = self.oidc.finish_before(connection, &own.redirect_uri, &callback, pending, (now, Some(&witness))).await;
                (finished, witness.whole())
            }
            (_, unverified) => (self.finish(connection, own, unverified, Some(pending), now).await, None),
        }
    }
    async fn verify(&self, connection: &Connection, own: &OurSide, response: String, pending: Option<&Pending>, now: Timestamp) -> Result<VerifiedAssertion, Failure> {
        let (connection, sp, pending) = (connection.clone(), own.service_provider.clone(), pending.cloned());
        self.aside(move || Effort::Signature.done(|| saml::verify(&response, &connection, &sp, pending.as_ref(), now))).await
    }
    /// Does what takes a processor for a while on a thread of its own, as many at once as there are processors.
    pub(crate) async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
        let busy = || Failure::of(Check::Answered, "verifier.away");
        let permit = self.verifying.clone().acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let _held = permit;
            work()
        });
        done.await.unwrap_or_else(|_| Err(busy()))
    }
}

#[cfg(test)]
mod tests {
    use homeward_model::{AccountId, ConnectionId, SystemRandom};

    use super::*;
    use crate::{
        ConnectionSettings, Preset,
        saml::{EndpointUrl, SamlSettings},
    };

    /// KS-12: which key signs and which ones open follows from use and stage; a key from before the two were kept apart does both, until
    /// its successors are used.
    #[test]
    fn ks_12_a_key_of_one_use_does_no_other() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let settings = SamlSettings::new("https://idp.example", EndpointUrl::parse("https://idp.example/sso").unwrap(), Vec::new());
        let settings = ConnectionSettings::new(Preset::Generic, Protocol::Saml(Box::new(settings)));
        let (id, account) = (ConnectionId::generate(&SystemRandom), AccountId::generate(&SystemRandom));
        let connection = Connection { id, account, name: "Example".into(), settings };
        let made = [KeyUse::Both, KeyUse::Signing, KeyUse::Decryption].map(|purpose| (purpose, OurSide::new_key(&connection, purpose, "signin.example", now).unwrap()));
        let key = |place: usize, next: bool| {
            let (purpose, key) = &made[place];
            OpenedKey { purpose: *purpose, pkcs8: key.pkcs8.clone(), certificate: key.certificate.clone(), next }
        };
        let certificate = |place: usize| made[place].1.certificate.as_slice();
        let shown = |keys: &[OpenedKey]| {
            let sp = OurSide::new("https://signin.example", &connection, keys, false).unwrap().service_provider().clone();
            let of = |certificates: Vec<&[u8]>| certificates.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
            (of(sp.signing.iter().map(SigningKey::certificate).collect()), of(sp.decryption.iter().map(DecryptionKey::certificate).collect()))
        };
        let expected = |signing: &[usize], decryption: &[usize]| {
            let of = |places: &[usize]| places.iter().map(|place| certificate(*place).to_vec()).collect::<Vec<_>>();
            (of(signing), of(decryption))
        };
        assert_eq!(shown(&[key(0, false)]), expected(&[0], &[0]));
        // Announced: the old one signs, and both open; then used.
        assert_eq!(shown(&[key(1, true), key(2, true), key(0, false)]), expected(&[0, 1], &[2, 0]));
        assert_eq!(shown(&[key(1, false), key(2, false), key(0, false)]), expected(&[1, 0], &[2, 0]));
        assert_eq!(shown(&[key(1, false), key(2, false)]), expected(&[1], &[2]));
    }
}
