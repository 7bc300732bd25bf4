//! One provider of account A, an attacker with a key of his own, ourselves, and a request that waits for its answer.

use std::{collections::BTreeSet, sync::OnceLock};

use homeward_federation::{
    Connection, ConnectionSettings, Failure, Pending, PendingProtocol, Protocol, Skew, VerifiedAssertion,
    connection::Preset,
    saml::{DecryptionKey, EndpointUrl, KeyKind, NewKey, SamlSettings, ServiceProvider, SigningKey, verify},
};
use homeward_model::{AccountId, ConnectionId, Random, Timestamp};
use homeward_simulator::{
    KeyKind as SimulatedKey,
    saml::{Answer, Asked, Encryption, Expected, Idp, Pair, Scene, encode},
};

pub const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
pub const REQUEST: &str = "_6f1d2c3b4a5968778695a4b3c2d1e0f011223344";
pub const ALICE: &str = "alice@a.example";
pub const MALLORY: &str = "mallory@a.example";
pub const IDP: &str = "https://idp.a.example/metadata";
pub const SP: &str = "https://signin.example.com/saml/a";
pub const ACS: &str = "https://signin.example.com/saml/a/acs";
pub const SLO: &str = "https://signin.example.com/saml/a/slo";

pub struct World {
    /// The provider, the attacker, and what the attacker does.
    pub scene: Scene,
    /// Ourselves.
    pub sp: ServiceProvider,
    /// A decryption key of ours from before.
    pub old_decryption: DecryptionKey,
    /// To its holder.
    pub old_encryption: Encryption,
    /// The provider as account A has entered it.
    pub connection: Connection,
}

impl World {
    pub fn idp(&self) -> &Idp {
        &self.scene.idp
    }
}

/// Random bytes of tests: counted up, so that ids differ.
pub struct Counted(pub std::sync::atomic::AtomicU8);

impl Random for Counted {
    fn fill(&self, buffer: &mut [u8]) {
        let start = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        buffer.iter_mut().enumerate().for_each(|(at, byte)| *byte = start.wrapping_add(at as u8));
    }
}

pub fn counted() -> Counted {
    Counted(std::sync::atomic::AtomicU8::new(1))
}

/// Keys take a moment to make: one world for all tests, which nobody changes.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let idp = Idp::new(IDP, SimulatedKey::Rsa).unwrap();
        let [signing, decryption, old] = [KeyKind::EcdsaP256, KeyKind::Rsa, KeyKind::Rsa].map(|kind| NewKey::generate(kind, "signin.example.com", NOW).unwrap());
        let encryption = |key: &NewKey| Encryption::to_certificate(&homeward_simulator::key::pem("CERTIFICATE", &key.certificate)).unwrap();
        let opens = |key: &NewKey| DecryptionKey::from_pkcs8(&key.pkcs8, &key.certificate).unwrap();
        let mut settings = SamlSettings::new(IDP, EndpointUrl::parse("https://idp.a.example/sso").unwrap(), vec![idp.certificate_pem()]);
        settings.slo_redirect = EndpointUrl::parse("https://idp.a.example/slo");
        World {
            connection: connection(settings),
            scene: Scene {
                attacker: Idp::new(IDP, SimulatedKey::Rsa).unwrap(),
                curve: Idp::new(IDP, SimulatedKey::P256).unwrap(),
                asked: asked(),
                now: NOW,
                mallory: MALLORY.to_owned(),
                victim: ALICE.to_owned(),
                encryption: encryption(&decryption),
                idp,
            },
            sp: ServiceProvider {
                entity_id: SP.to_owned(),
                acs_url: ACS.to_owned(),
                slo_url: Some(SLO.to_owned()),
                signing: vec![SigningKey::from_pkcs8(&signing.pkcs8, &signing.certificate).unwrap()],
                decryption: vec![opens(&decryption)],
                loopback_http: false,
            },
            old_decryption: opens(&old),
            old_encryption: encryption(&old),
        }
    })
}

pub fn connection(settings: SamlSettings) -> Connection {
    Connection {
        id: ConnectionId::generate(&counted()),
        account: AccountId::generate(&counted()),
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
    }
}

/// The usual connection with changed settings.
pub fn with_settings(change: impl FnOnce(&mut SamlSettings)) -> Connection {
    let mut connection = world().connection.clone();
    if let Protocol::Saml(settings) = &mut connection.settings.protocol {
        change(settings);
    }
    connection
}

pub fn pending() -> Pending {
    Pending {
        connection: world().connection.id,
        sent_at: NOW.minus(std::time::Duration::from_secs(20)),
        fresh: false,
        max_age: None,
        second_factor: false,
        protocol: PendingProtocol::Saml { request_id: REQUEST.to_owned() },
    }
}

pub fn asked() -> Asked {
    Asked { entity_id: SP.to_owned(), acs: ACS.to_owned(), request_id: Some(REQUEST.to_owned()) }
}

/// A good answer about Alice.
pub fn alice() -> Answer {
    world().idp().answer(&asked(), ALICE, NOW)
}

pub fn xml(answer: &Answer) -> String {
    world().idp().response(answer)
}

pub fn outcome(xml: &str) -> Result<VerifiedAssertion, Failure> {
    outcome_at(xml, &world().connection)
}

pub fn outcome_at(xml: &str, connection: &Connection) -> Result<VerifiedAssertion, Failure> {
    verify(&encode(xml), connection, &world().sp, Some(&pending()), NOW)
}

#[track_caller]
pub fn accepts(xml: &str) {
    names(outcome(xml), ALICE);
}

#[track_caller]
pub fn accepts_at(xml: &str, connection: &Connection) {
    names(outcome_at(xml, connection), ALICE);
}

#[track_caller]
pub fn names(outcome: Result<VerifiedAssertion, Failure>, who: &str) {
    let verified = outcome.unwrap_or_else(|failure| panic!("refused: {failure:?}"));
    assert_eq!((verified.name(), verified.subject().value.as_str()), (who, who));
    assert_eq!((verified.subject().issuer.as_str(), verified.connection()), (IDP, world().connection.id));
}

#[track_caller]
pub fn refuses(xml: &str, code: &str) {
    refuses_at(xml, &world().connection, code);
}

#[track_caller]
pub fn refuses_at(xml: &str, connection: &Connection, code: &str) {
    is_refused(outcome_at(xml, connection), code);
}

#[track_caller]
pub fn is_refused(outcome: Result<VerifiedAssertion, Failure>, code: &str) {
    match outcome {
        Ok(verified) => panic!("signed in as {}, expected {code}", verified.name()),
        Err(failure) => assert_eq!(failure.code, code, "{failure:?}"),
    }
}

/// Runs every variant of a case of the catalogue: all of them end with this one code, or with `ok`.
#[track_caller]
pub fn case(id: &str, code: &str) {
    let found = outcomes(id);
    assert!(!found.is_empty() && found.iter().all(|(_, ended)| ended == code), "{id}: {found:#?}");
}

/// Runs every variant of a case of the catalogue: each ends with the code that it is listed under, or with `ok`; none is left out.
#[track_caller]
pub fn variants(id: &str, expected: &[(&str, &[&str])]) {
    let found = outcomes(id);
    let found: BTreeSet<(&str, &str)> = found.iter().map(|(variant, ended)| (ended.as_str(), variant.as_str())).collect();
    let expected: BTreeSet<(&str, &str)> = expected.iter().flat_map(|(code, variants)| variants.iter().map(|variant| (*code, *variant))).collect();
    let (more, less): (Vec<_>, Vec<_>) = (found.difference(&expected).collect(), expected.difference(&found).collect());
    assert!(more.is_empty() && less.is_empty(), "{id}: found {more:#?}, expected {less:#?}");
}

/// How each variant ends: the code of its refusal, or `ok` when it signs in whom the catalogue says. Its unharmed twin must sign mallory in, by the same
/// connection in the same run, and what the catalogue wants refused must be.
#[track_caller]
fn outcomes(id: &str) -> Vec<(String, String)> {
    let case = homeward_simulator::saml::mutation::case(id).unwrap_or_else(|| panic!("no case {id}"));
    let pairs = (case.make)(&world().scene);
    let names: BTreeSet<&str> = pairs.iter().map(|pair| pair.variant.as_str()).collect();
    assert_eq!(names.len(), pairs.len(), "{id}: two variants with one name");
    let end = |pair: &Pair| {
        let connection = with_settings(|settings| {
            settings.signed = homeward_federation::saml::Signed::Either;
            settings.certificates = vec![pair.certificate.clone()];
        });
        let who = |verified: &VerifiedAssertion| (verified.name().to_owned(), verified.subject().value.clone(), verified.subject().issuer.clone(), verified.connection());
        let is = |name: &str| (name.to_owned(), name.to_owned(), IDP.to_owned(), connection.id);
        match outcome_at(&pair.twin, &connection) {
            Ok(twin) => assert_eq!(who(&twin), is(MALLORY), "{id}, {}: the twin", pair.variant),
            Err(failure) => panic!("{id}, {}: the twin is refused: {failure:?}", pair.variant),
        }
        match (verify(&encode(&pair.message), &connection, &world().sp, Some(&pending()), NOW), &pair.expected) {
            (Err(failure), Expected::Refused | Expected::Either(_)) => failure.code,
            (Ok(verified), Expected::Accepted(name) | Expected::Either(name)) if who(&verified) == is(name) => "ok".to_owned(),
            (other, expected) => panic!("{id}, {}: {:?}, expected {expected:?}", pair.variant, other.map(|v| v.name().to_owned())),
        }
    };
    pairs.iter().map(|pair| (pair.variant.clone(), end(pair))).collect()
}

/// The first element from `open` to `close`, both included.
#[track_caller]
pub fn part<'a>(xml: &'a str, open: &str, close: &str) -> &'a str {
    let from = xml.find(open).unwrap_or_else(|| panic!("no {open}"));
    let to = from + xml[from..].find(close).unwrap_or_else(|| panic!("no {close}")) + close.len();
    &xml[from..to]
}

/// Replaces exactly one place, by bytes.
#[track_caller]
pub fn swap(xml: &str, old: &str, new: &str) -> String {
    assert!(xml.contains(old), "nothing to replace: {old}");
    xml.replacen(old, new, 1)
}

pub fn assertion(xml: &str) -> &str {
    part(xml, "<saml:Assertion", "</saml:Assertion>")
}

/// `ID` of an element.
pub fn id_of(element: &str) -> &str {
    let from = element.find(" ID=\"").unwrap() + 5;
    &element[from..from + element[from..].find('"').unwrap()]
}
