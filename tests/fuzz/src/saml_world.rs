//! A provider and ourselves, for the SAML targets. Keys are new in every run; no input depends on them.

use std::sync::OnceLock;

use homeward_federation::{
    Connection, ConnectionSettings, Failure, Pending, PendingProtocol, Protocol, Skew, VerifiedAssertion,
    connection::Preset,
    saml::{DecryptionKey, EndpointUrl, KeyKind, NewKey, SamlSettings, ServiceProvider, Signed, SigningKey, verify},
};
use homeward_model::{AccountId, ConnectionId, Random, Timestamp};
use homeward_simulator::saml::{Asked, Idp, encode};

pub const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub const REQUEST: &str = "_request";
pub const ALICE: &str = "alice@a.example";
pub const IDP: &str = "https://idp.example";
pub const SP: &str = "https://signin.example/saml";
pub const ACS: &str = "https://signin.example/saml/acs";
pub const SLO: &str = "https://signin.example/saml/slo";

struct Fixed;
impl Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

pub struct World {
    pub idp: Idp,
    pub connection: Connection,
    pub sp: ServiceProvider,
    pub pending: Pending,
    pub asked: Asked,
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let idp = Idp::new(IDP, homeward_simulator::KeyKind::P256).unwrap();
        let mut settings = SamlSettings::new(IDP, EndpointUrl::parse("https://idp.example/sso").unwrap(), vec![idp.certificate_pem()]);
        settings.signed = Signed::Either;
        let id = ConnectionId::generate(&Fixed);
        let connection = Connection {
            id,
            account: AccountId::generate(&Fixed),
            name: "Example".to_owned(),
            settings: ConnectionSettings {
                preset: Preset::Generic,
                protocol: Protocol::Saml(Box::new(settings)),
                hint: Default::default(),
                matching: Default::default(),
                mapping: Default::default(),
                jit: Default::default(),
                idp_initiated: Default::default(),
                skew: Skew::default(),
                foreign_domains: Vec::new(),
                trusted_claims: Vec::new(),
                sign_out_there: Default::default(),
                delegated: None,
            },
        };
        let [signing, decryption] = [KeyKind::EcdsaP256, KeyKind::Rsa].map(|kind| NewKey::generate(kind, "signin.example", NOW).unwrap());
        let sp = ServiceProvider {
            entity_id: SP.to_owned(),
            acs_url: ACS.to_owned(),
            slo_url: Some(SLO.to_owned()),
            signing: vec![SigningKey::from_pkcs8(&signing.pkcs8, &signing.certificate).unwrap()],
            decryption: vec![DecryptionKey::from_pkcs8(&decryption.pkcs8, &decryption.certificate).unwrap()],
            loopback_http: false,
        };
        let pending = Pending { connection: id, sent_at: NOW, fresh: false, max_age: None, second_factor: false, protocol: PendingProtocol::Saml { request_id: REQUEST.to_owned() } };
        let asked = Asked { entity_id: SP.to_owned(), acs: ACS.to_owned(), request_id: Some(REQUEST.to_owned()) };
        World { idp, connection, sp, pending, asked }
    })
}

/// Verifies, and holds what must hold of every outcome.
pub fn judge(bytes: &[u8]) -> Result<VerifiedAssertion, Failure> {
    let world = world();
    let outcome = verify(&encode(bytes), &world.connection, &world.sp, Some(&world.pending), NOW);
    match &outcome {
        Ok(verified) => assert_eq!((verified.name(), verified.subject().issuer.as_str()), (ALICE, IDP)),
        Err(failure) => assert!(!matches!(failure.code.as_str(), "sig.disagreement" | "sig.parsers_disagree"), "{failure:?}"),
    }
    outcome
}

/// Changes a message as the bytes say: places, lengths and what is put there.
pub fn changed(message: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = message.as_bytes().to_vec();
    for step in bytes.chunks(6) {
        let [high, low, take, rest @ ..] = step else { continue };
        let at = (usize::from(*high) << 8 | usize::from(*low)) % (out.len() + 1);
        let end = (at + usize::from(*take % 16)).min(out.len());
        out.splice(at..end, rest.iter().copied());
    }
    out
}
