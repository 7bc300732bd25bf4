//! A root key comes and another goes: everything that rests sealed goes on, and what still needs the old key is known before.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::{
    ConnectionSettings, Preset, Protocol,
    oidc::{ClientAuthentication, OidcSettings, SealedSecret, secret::Purpose},
};
use homeward_model::{Clock, ConnectionId, SystemRandom};
use homeward_sealing::{RootKey, Sealer};
use homeward_signin::usecase::mailroom;
use homeward_testkit::{Browser, TestBroker};

use crate::federated;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
/// Somebody who does not sign in while keys change.
const EVE: (&str, &str) = ("eve@north.example", "Reiher-88");

/// A broker in which something of every kind rests sealed.
struct World {
    broker: TestBroker,
    saml: ConnectionId,
    oidc: ConnectionId,
    old: RootKey,
    new: RootKey,
    /// Refresh tokens of somebody with a password, and of somebody who came through a provider.
    refresh: [String; 2],
}

async fn ask_for_mail(browser: &mut Browser, name: &str) {
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await;
}

impl World {
    async fn new() -> Self {
        let through = federated::World::new().await;
        let mut kim = through.broker.browser();
        let back = through.round(&mut kim, "wiki", federated::KIM, federated::KIM).await;
        let address = kim.leave(&back).await;
        let (_, kims) = kim.redeem("wiki", &address).await;
        let (broker, saml) = (through.broker, through.connection);
        let old = RootKey::parse(&std::fs::read_to_string(broker.folder().join("root.key")).unwrap()).unwrap();
        let sealer = Sealer::new(old.clone(), vec![]);
        let oidc = broker
            .change_connection("50210", "Entra", |entry| {
                let secret = SealedSecret::seal(&sealer, entry.connection.id, Purpose::ClientSecret, b"hunter2").unwrap();
                let oidc = OidcSettings { authentication: ClientAuthentication::SecretPost { secret }, ..OidcSettings::new("https://idp.example", "homeward") };
                entry.settings = Some(ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(oidc))));
            })
            .await;
        let mut ann = broker.browser();
        let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
        let (_, tokens) = ann.redeem("wiki", &address).await;
        ask_for_mail(&mut ann, EVE.0).await;
        mailroom::work(&broker.running().context, 100).await.unwrap();
        let refresh = [&tokens, &kims].map(|told| told["refresh_token"].as_str().unwrap().to_owned());
        let world = Self { broker, saml, oidc, old, new: RootKey::generate(2, &SystemRandom), refresh };
        world.certificate().await;
        world
    }
    fn write_key_file(&self, lines: &[&str]) {
        std::fs::write(self.broker.folder().join("root.key"), lines.join("\n")).unwrap();
    }
    /// The certificate of our side, whose key the first question makes.
    async fn certificate(&self) -> String {
        let page = self.broker.browser().get(&format!("/saml/{}/metadata", self.saml)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body.split("X509Certificate>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }
    /// The client secret, as a sealer opens it.
    async fn secret(&self, sealer: &Sealer) -> Option<Vec<u8>> {
        let all = self.broker.running().store.register().await.unwrap().connections;
        let entry = all.into_iter().find(|entry| entry.connection.id == self.oidc).unwrap();
        let document = serde_json::to_value(entry.settings.unwrap()).unwrap();
        let secret = document["protocol"]["oidc"]["authentication"]["secret_post"]["secret"].as_str().unwrap();
        let place = format!("connection/{}/{}", self.oidc, Purpose::ClientSecret);
        sealer.open(&place, &STANDARD.decode(secret).unwrap()).map(|plain| plain.to_vec())
    }
    async fn dependents(&self) -> BTreeSet<&'static str> {
        let both = Sealer::new(self.new.clone(), vec![self.old.clone()]);
        let found = self.broker.running().store.dependents(&both, 1, self.broker.clock.now()).await.unwrap();
        found.into_iter().map(|dependent| dependent.what).collect()
    }
}

const PASSWORDS: &str = "passwords";
const REFRESH: &str = "refresh tokens";

/// KS-01, KS-03, LP-09: what needs the old key is named; the next start seals everything under the new one; with the old one gone, and its
/// keys for audit and pepper kept, keys, secrets, mails, passwords, tokens and the audit go on.
#[tokio::test]
async fn ks_03_an_old_root_key_goes_and_nothing_is_lost() {
    let mut world = World::new().await;
    let certificate = world.certificate().await;
    let mut browser = world.broker.browser();
    let published = browser.get("/oauth2/jwks").await.body;
    world.write_key_file(&[&world.new.to_text(), &world.old.to_text()]);
    let store = &world.broker.running().store;
    let closed = store.closed(&Sealer::new(world.new.clone(), vec![])).await.unwrap();
    let kinds: Vec<&str> = closed.iter().map(|(what, _)| *what).collect();
    assert_eq!(kinds, ["signing keys", "keys of connections", "secrets of connections", "sessions' ways to sign out at a provider", "mails that wait"], "what another root key does not open");
    assert_eq!(store.closed(&Sealer::new(world.old.clone(), vec![])).await.unwrap(), []);
    let all = ["signing keys", "keys of connections", "secrets of connections", "sessions' ways to sign out at a provider", "mails that wait", PASSWORDS, "brokers that have not started with the newer root key"];
    assert_eq!(world.dependents().await, all.into(), "before the broker has started again");
    world.broker.restart().await;
    assert_eq!(world.dependents().await, [PASSWORDS, REFRESH].into(), "sealed again by the start");
    let alone = Sealer::new(world.new.clone(), vec![]);
    assert_eq!(world.secret(&alone).await.as_deref(), Some(&b"hunter2"[..]));
    world.broker.clock.wait(Duration::from_secs(1));
    let mut ann = world.broker.browser();
    let (status, kims) = ann.refresh("wiki", &world.refresh[1]).await;
    assert_eq!(status, 200, "{kims}");
    assert_eq!(world.dependents().await, [PASSWORDS, REFRESH].into(), "one is left");
    let (status, tokens) = ann.refresh("wiki", &world.refresh[0]).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(world.dependents().await, [PASSWORDS].into());

    world.write_key_file(&[&world.new.to_text(), &world.old.kept("audit").to_text(), &world.old.kept("pepper").to_text()]);
    world.broker.restart().await;
    assert_eq!(world.certificate().await, certificate, "the key of a connection");
    let mut browser = world.broker.browser();
    assert_eq!(browser.get("/oauth2/jwks").await.body, published, "the signing keys");
    assert!(world.broker.mails().await.iter().any(|(to, _, text)| to == EVE.0 && text.contains("/reset?token=")), "a mail that waited");
    let address = browser.sign_in("wiki", EVE.0, EVE.1).await;
    let (_, eve) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(eve["access_token"].as_str().unwrap()).await, Some((EVE.0.into(), "40817".into())), "a password under the old pepper");
    let mut ann = world.broker.browser();
    let (status, next) = ann.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{next}");
    assert_eq!(ann.who(next["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    assert!(world.broker.audit_records().await > 0, "the chain verifies over both keys");
}

/// KS-03: with the old key taken out too early, tokens of it are refused and nobody is signed in by a password under its pepper; whoever
/// signed in since is.
#[tokio::test]
async fn ks_03_without_the_old_pepper_its_passwords_fail() {
    let mut world = World::new().await;
    world.write_key_file(&[&world.new.to_text(), &world.old.to_text()]);
    world.broker.restart().await;
    let mut browser = world.broker.browser();
    assert!(browser.sign_in("wiki", ANN.0, ANN.1).await.contains("code="), "peppered anew by this");
    world.write_key_file(&[&world.new.to_text(), &world.old.kept("audit").to_text()]);
    world.broker.restart().await;
    let mut browser = world.broker.browser();
    assert!(browser.sign_in("wiki", ANN.0, ANN.1).await.contains("code="));
    let mut eve = world.broker.browser();
    let page = eve.open("wiki", "").await;
    let page = eve.identify(&page, EVE.0).await;
    let page = eve.password(&page, EVE.1).await;
    assert!(page.refresh().is_none() && !eve.cookies.contains_key("__Host-session"));
    let (status, refused) = eve.refresh("wiki", &world.refresh[0]).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
}

/// KS-03: when somebody else may have the old key, what was granted before the change ends with it, also what was refreshed since; what was
/// granted by a proof after it goes on.
#[tokio::test]
async fn ks_03_grants_from_before_a_root_key_got_out_end() {
    let mut world = World::new().await;
    world.write_key_file(&[&world.new.to_text(), &world.old.to_text()]);
    world.broker.restart().await;
    world.broker.clock.wait(Duration::from_secs(1));
    let mut ann = world.broker.browser();
    let (status, refreshed) = ann.refresh("wiki", &world.refresh[0]).await;
    assert_eq!(status, 200, "{refreshed}");
    let mut eve = world.broker.browser();
    let address = eve.sign_in("wiki", EVE.0, EVE.1).await;
    let (_, eves) = eve.redeem("wiki", &address).await;

    let both = Sealer::new(world.new.clone(), vec![world.old.clone()]);
    let now = world.broker.clock.now();
    assert_eq!(world.broker.running().store.end_grants_before(&both, 1, now).await.unwrap(), 2);
    assert!(!world.dependents().await.contains(REFRESH));
    let token = |told: &serde_json::Value| told["refresh_token"].as_str().unwrap().to_owned();
    for over in [&world.refresh[1], &token(&refreshed)] {
        let (status, refused) = ann.refresh("wiki", over).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")), "{refused}");
    }
    assert_eq!(ann.who(refreshed["access_token"].as_str().unwrap()).await, None);
    let (status, next) = eve.refresh("wiki", &token(&eves)).await;
    assert_eq!(status, 200, "{next}");
    world.write_key_file(&[&world.new.to_text(), &world.old.kept("audit").to_text(), &world.old.kept("pepper").to_text()]);
    world.broker.restart().await;
    let mut eve = world.broker.browser();
    assert_eq!(eve.refresh("wiki", &token(&next)).await.0, 200);
    assert_eq!(eve.refresh("wiki", &world.refresh[0]).await.0, 400, "a token of the old key");
}

/// KS-03: a line that was taken out by hand while keys need it stops the start, which says what to do; put back, it starts.
#[tokio::test]
async fn ks_03_a_missing_root_key_stops_the_start() {
    let mut world = World::new().await;
    world.write_key_file(&[&world.new.to_text()]);
    let settings = &world.broker.settings;
    let overrides = || homeward_server::Overrides { no_worker: true, beside_another: true, ..Default::default() };
    let refused = homeward_server::start(settings, overrides()).await.err().unwrap();
    assert!(refused.contains("5 keys in the database are sealed under a root key that is not there") && refused.contains("remove-root"), "{refused}");
    // Where the whole file is gone no other key is made: what that signed would not verify under the right one.
    let file = settings.secrets.root_key_file.clone().unwrap();
    let away = file.with_extension("away");
    std::fs::rename(&file, &away).unwrap();
    let refused = homeward_server::start(settings, overrides()).await.err().unwrap();
    assert!(refused.contains("is not there, and the database is sealed under it: put its copy back") && !file.exists(), "{refused}");
    std::fs::rename(&away, &file).unwrap();
    world.write_key_file(&[&world.new.to_text(), &world.old.to_text()]);
    world.broker.restart().await;
    assert!(world.broker.browser().sign_in("wiki", ANN.0, ANN.1).await.contains("code="));
}
