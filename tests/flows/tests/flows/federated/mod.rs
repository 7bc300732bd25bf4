//! Sign-ins through an identity provider: whole, in a browser, with every hop.

mod anew;
mod attacks;
mod bindings;
mod factors;
mod faults;
mod flooded;
mod hanging;
mod hops;
mod kept;
mod kinds;
pub mod logout;
mod notices;
mod others;
pub mod openid_logout;
mod own_keys;
mod taken_over;
mod taken_over_logout;
mod told;
mod outage;
mod profile;
mod outage_ends;
mod renewed;
mod side_by_side;
mod stale;
mod tested;
mod unsolicited;
mod versions;
mod watched;
mod ways;
mod ways_on;
mod words;

use std::{io::Read, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_discovery::Disclosure;
use homeward_federation::{
    ConnectionSettings, Hint, IdpInitiated, Jit, KeyUse, Matching, Preset, Protocol,
    saml::{EndpointUrl, NewKey, RequestSigning, SamlSettings},
};
use homeward_model::{Clock, ConnectionId, Timestamp};
use homeward_signin::own_keys::{KeyStage, OwnKey, place};
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    saml::{Answer, Asked, Idp, encode},
};
use homeward_testkit::{Browser, Page, TestBroker};
use tokio::sync::OwnedSemaphorePermit;

/// One key for all of them: making one takes longer than a sign-in.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::new("Simulated", KeyKind::Rsa, Validity::default()).unwrap());

/// The provider that has it.
pub fn idp() -> Idp {
    Idp::with_key("https://idp.example/entity", KEY.certified_again("Simulated", Validity::default()).unwrap())
}

/// The same on our side: made as the broker makes it at its first request, and given to each.
static OURS: LazyLock<NewKey> = LazyLock::new(|| NewKey::generate(homeward_federation::saml::KeyKind::Rsa, "homeward.localhost", Timestamp::from_seconds(1_800_000_000)).unwrap());

/// Keeps it for this world's connection, sealed as every key is; an elliptic key is quickly made.
async fn give_a_key(world: &World) {
    let (ctx, id) = (&world.broker.running().context, world.connection);
    let known = ctx.federation.connections.connection(id).await.unwrap().unwrap().connection.unwrap();
    if !matches!(&known.settings.protocol, Protocol::Saml(saml) if saml.request_signing != RequestSigning::EcdsaSha256) {
        return;
    }
    let sealed = ctx.federation.sealer.seal(&place(id), &OURS.pkcs8).unwrap();
    let key = OwnKey { purpose: KeyUse::Signing, stage: KeyStage::Present, sealed, certificate: OURS.certificate.clone(), made_at: world.broker.clock.now() };
    ctx.federation.own_keys.keep_first_key(id, &key).await.unwrap();
}

/// A broker whose account 70444 signs in at a SAML provider.
pub struct World {
    pub broker: TestBroker,
    pub idp: Idp,
    pub connection: ConnectionId,
}

/// The settings of a SAML connection to this provider.
pub fn settings(idp: &Idp) -> ConnectionSettings {
    let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
    ConnectionSettings {
        preset: Preset::Okta,
        protocol: Protocol::Saml(Box::new(SamlSettings::new(&idp.entity_id, sso, vec![idp.certificate_pem()]))),
        hint: Hint::None,
        matching: Matching::default(),
        mapping: Default::default(),
        jit: Jit::Off,
        idp_initiated: IdpInitiated::Refuse,
        skew: Default::default(),
        foreign_domains: Vec::new(),
        trusted_claims: Vec::new(),
        sign_out_there: Default::default(),
        delegated: None,
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }
    pub async fn with(change: impl FnOnce(&mut ConnectionSettings)) -> Self {
        Self::at(TestBroker::start(Disclosure::Open).await, change).await
    }
    /// Its broker has the key that it signs with.
    pub async fn at(broker: TestBroker, change: impl FnOnce(&mut ConnectionSettings)) -> Self {
        let world = Self::without_a_key(broker, change).await;
        give_a_key(&world).await;
        world
    }
    /// The same before the first request: what signs it is made then.
    pub async fn without_a_key(broker: TestBroker, change: impl FnOnce(&mut ConnectionSettings)) -> Self {
        let idp = idp();
        let mut settings = settings(&idp);
        change(&mut settings);
        let connection = broker.change_connection("70444", "Okta", |entry| entry.settings = Some(settings)).await;
        Self { broker, idp, connection }
    }
    /// The path of the assertion consumer service.
    pub fn acs(&self) -> String {
        format!("/saml/{}/acs", self.connection)
    }
    pub fn asked(&self, request_id: Option<String>) -> Asked {
        Asked {
            entity_id: format!("http://homeward.localhost/saml/{}/metadata", self.connection),
            acs: format!("http://homeward.localhost{}", self.acs()),
            request_id,
        }
    }
    /// A good answer to a request.
    pub fn answer(&self, sent: &Sent, email: &str) -> Answer {
        self.idp.answer(&self.asked(Some(sent.id.clone())), email, self.broker.clock.now())
    }
    /// Delivers an answer as the provider's page does.
    pub async fn deliver(&self, browser: &mut Browser, answer: &Answer, relay: &str) -> Page {
        self.deliver_xml(browser, &self.idp.response(answer), relay).await
    }
    pub async fn deliver_xml(&self, browser: &mut Browser, xml: &str, relay: &str) -> Page {
        browser.deliver(&self.acs(), &[("SAMLResponse", &encode(xml)), ("RelayState", relay)]).await
    }
    /// Goes to the provider, answers, and comes back: the page that fetches the result.
    pub async fn round(&self, browser: &mut Browser, client: &str, typed: &str, asserted: &str) -> Page {
        let sent = go(browser, client, typed).await;
        let answer = self.answer(&sent, asserted);
        let delivered = self.deliver(browser, &answer, &sent.relay).await;
        fetch(browser, &delivered).await
    }
    /// The newest line of the audit about an answer, as `event outcome`.
    pub async fn last_refusal(&self) -> String {
        let lines = self.broker.audit(20).await;
        lines.into_iter().map(|(line, _)| line).find(|line| line.starts_with("signin.answer_refused ")).unwrap_or_default()
    }
}

/// The turn of those who say that somebody has signed out, at every node: nobody has it while this is held.
pub async fn turns(broker: &TestBroker) -> Vec<OwnedSemaphorePermit> {
    let mut held = Vec::new();
    for node in broker.every_node() {
        held.push(node.context.federation.turn.clone().acquire_owned().await.unwrap());
    }
    held
}

/// A request that a browser was sent away with.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: String,
    pub relay: String,
    pub xml: String,
}

/// Opens the application, types the name, and reads the request in the address of the page that leaves.
pub async fn go(browser: &mut Browser, client: &str, typed: &str) -> Sent {
    let page = browser.open(client, "").await;
    let leaving = browser.identify(&page, typed).await;
    read(&leaving)
}

/// The request in the address of the page that leaves.
pub fn read(leaving: &Page) -> Sent {
    let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.heading(), leaving.body));
    let url = url::Url::parse(&to).unwrap();
    assert_eq!((url.host_str(), url.path()), (Some("idp.example"), "/sso"));
    let get = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap();
    let packed = STANDARD.decode(get("SAMLRequest")).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_string(&mut xml).unwrap();
    let id = xml.split(" ID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    Sent { id, relay: get("RelayState"), xml }
}

/// Follows the way from a delivered answer to its result.
pub async fn fetch(browser: &mut Browser, delivered: &Page) -> Page {
    assert_eq!(delivered.status, 303, "{}", delivered.body);
    let to = delivered.header("location").unwrap().to_owned();
    assert!(to.starts_with("/signin/return?result="), "{to}");
    browser.get(&to).await
}

/// Whom the application learns of.
pub async fn who(browser: &mut Browser, client: &str, page: &Page) -> Option<(String, String)> {
    let address = browser.leave(page).await;
    let (status, tokens) = browser.redeem(client, &address).await;
    assert_eq!(status, 200, "{tokens}");
    browser.who(tokens["access_token"].as_str().unwrap()).await
}

pub const KIM: &str = "kim@tailspin.example";

pub fn kim() -> Option<(String, String)> {
    Some((KIM.into(), "70444".into()))
}
