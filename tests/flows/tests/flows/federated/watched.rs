//! The care of connections: metadata by its address, health, figures. Sign-ins ask no provider for its documents.

use std::{
    sync::{Arc, Mutex, atomic::{AtomicUsize, Ordering}},
    time::Duration,
};

use homeward_federation::{
    health::{Finding, Known, Level, health},
    oidc::{Endpoints, OidcSettings},
    refresh::{MetadataRefresh, Refreshed, Staged, StagedEndpoints},
    saml::certificate::Certificate,
};
use homeward_simulator::saml::{SignatureForm, metadata::Metadata};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// What a provider publishes, at an address of this machine.
#[derive(Clone)]
pub(super) struct Published {
    address: String,
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<AtomicUsize>,
}

impl Published {
    async fn start(xml: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://127.0.0.1:{}/metadata", listener.local_addr().unwrap().port());
        let (answer, asked) = (Arc::new(Mutex::new((200, xml))), Arc::new(AtomicUsize::new(0)));
        let (shown, counted) = (answer.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 2048];
                let _ = stream.read(&mut request).await;
                let (status, body) = shown.lock().unwrap().clone();
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all((head + &body).as_bytes()).await;
            }
        });
        Self { address, answer, asked }
    }
    pub(super) fn say(&self, xml: String) {
        *self.answer.lock().unwrap() = (200, xml);
    }
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Metadata of the world's provider with these keys, at this address, and perhaps signed by somebody.
pub(super) fn metadata(idp: &Idp, keys: &[&Idp], sso: &str, signed_by: Option<&Idp>) -> String {
    let plain = idp.metadata(sso, "https://idp.example/slo");
    let keys = keys.iter().map(|idp| (Some("signing".to_owned()), idp.key.certificate().to_vec())).collect();
    let made = Metadata { keys, logout: vec![], signature: signed_by.map(|_| SignatureForm::default()), sign_on: plain.sign_on.iter().take(1).cloned().collect(), ..plain };
    signed_by.unwrap_or(idp).metadata_xml(&made)
}

pub(super) const SSO: &str = "https://idp.example/sso";

pub(super) async fn world(refresh: MetadataRefresh, xml: impl FnOnce(&Idp) -> String) -> (World, Published) {
    let world = World::new().await;
    let published = Published::start(xml(&world.idp)).await;
    let address = EndpointUrl::parse(&published.address);
    change(&world, |saml| (saml.metadata_url, saml.refresh) = (address, refresh)).await;
    (world, published)
}

pub(super) async fn change(world: &World, change: impl FnOnce(&mut SamlSettings)) {
    world
        .broker
        .change_connection("70444", "Okta", |entry| {
            if let Some(Protocol::Saml(saml)) = entry.settings.as_mut().map(|settings| &mut settings.protocol) {
                change(saml);
            }
        })
        .await;
}

pub(super) async fn entry(world: &World) -> homeward_store::register::ConnectionEntry {
    let all = world.broker.running().store.connections_with_settings().await.unwrap();
    all.into_iter().find(|entry| entry.connection.id == world.connection).unwrap()
}

async fn saml(world: &World) -> SamlSettings {
    match entry(world).await.settings.unwrap().protocol {
        Protocol::Saml(saml) => *saml,
        Protocol::Oidc(_) => unreachable!(),
    }
}

/// The certificates that the connection trusts.
pub(super) async fn trusted(world: &World) -> Vec<Vec<u8>> {
    saml(world).await.certificates.iter().map(|pem| Certificate::from_pem(pem).unwrap().der().to_vec()).collect()
}

/// A day later: metadata is read again.
pub(super) async fn day(world: &World) {
    world.broker.clock.wait(Duration::from_secs(86_400));
    world.broker.running().look_after_connections().await;
}

pub(super) fn other(world: &World) -> Idp {
    Idp::new(&world.idp.entity_id, KeyKind::Rsa).unwrap()
}

/// SM-05, SM-06: a new key and a new address at the provider's own address are shown and not trusted, until somebody accepts them; what
/// was refused is not shown again, and another provider's metadata is none.
#[tokio::test]
async fn sm_06_new_metadata_waits_for_a_word_sm_05() {
    let (world, published) = world(MetadataRefresh::ByHand, |idp| metadata(idp, &[idp], SSO, None)).await;
    let (running, rolled) = (world.broker.running(), other(&world));
    running.look_after_connections().await;
    assert!(running.store.refreshed(world.connection).await.unwrap().staged.is_none(), "what is entered already does not wait");
    let compared = metadata(&world.idp, &[&world.idp, &rolled], "https://idp.example/new", Some(&world.idp));
    published.say(compared.clone());
    day(&world).await;
    let staged = running.store.refreshed(world.connection).await.unwrap().staged.unwrap();
    assert!(staged.signed, "a trusted key signed it, and it waits all the same: the switch is off");
    assert_eq!(world.broker.audit(1).await[0].0, "connection.metadata_staged ok");
    assert_eq!(saml(&world).await.certificates.len(), 1);
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let by_new = rolled.response(&world.answer(&sent, KIM));
    let refused = world.deliver_xml(&mut browser, &by_new, &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    // While somebody compares, other metadata comes: what has another digest is not taken over, by the code of `homeward connection accept`.
    let third = other(&world);
    published.say(metadata(&world.idp, &[&world.idp, &rolled, &third], "https://idp.example/new", Some(&world.idp)));
    day(&world).await;
    let waiting = running.store.refreshed(world.connection).await.unwrap().staged.unwrap();
    assert_ne!(waiting.digest, staged.digest);
    let accept = async |digest: &str| homeward_server::accept_metadata(&running.store, &entry(&world).await, digest, world.broker.clock.now()).await;
    let why = accept(&staged.digest).await.unwrap_err();
    assert!(why.contains("other metadata waits by now"), "{why}");
    assert_eq!((saml(&world).await.certificates.len(), running.store.refreshed(world.connection).await.unwrap().staged), (1, Some(waiting)));
    published.say(compared);
    day(&world).await;
    // Its twin: the digest that was compared, the same document.
    let changes = accept(&staged.digest).await.unwrap();
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(world.broker.audit(1).await[0].0, "operator.connection ok");
    assert!(running.store.refreshed(world.connection).await.unwrap().staged.is_none(), "nothing waits any more");
    assert!(accept(&staged.digest).await.unwrap_err().contains("nothing waits"), "once");
    assert_eq!(saml(&world).await.certificates.len(), 2, "the keys that were compared, and no third");
    assert_eq!(saml(&world).await.sso_redirect, EndpointUrl::parse("https://idp.example/new"));
    change(&world, |saml| saml.sso_redirect = EndpointUrl::parse(SSO)).await;
    let mut later = world.broker.browser();
    let sent = go(&mut later, "wiki", KIM).await;
    let delivered = world.deliver_xml(&mut later, &rolled.response(&world.answer(&sent, KIM)), &sent.relay).await;
    let back = fetch(&mut later, &delivered).await;
    assert_eq!(who(&mut later, "wiki", &back).await, kim());
    // The address was moved back by hand, so the document is new once more. Refused, the very same is not shown again.
    day(&world).await;
    assert_eq!(running.store.refreshed(world.connection).await.unwrap().staged.unwrap().digest, staged.digest);
    let reject = async |digest: &str| homeward_server::reject_metadata(&running.store, &entry(&world).await, digest).await;
    // What was looked at before is not what waits: nothing is refused by its digest, and nothing recorded.
    let records = world.broker.audit_records().await;
    assert!(reject("5f3c").await.unwrap_err().contains("other metadata waits by now"));
    assert_eq!(running.store.refreshed(world.connection).await.unwrap().staged.unwrap().digest, staged.digest);
    assert_eq!(world.broker.audit_records().await, records);
    reject(&staged.digest).await.unwrap();
    assert_eq!(world.broker.audit(1).await[0].0, "operator.connection ok");
    assert!(reject(&staged.digest).await.unwrap_err().contains("nothing waits"), "once");
    day(&world).await;
    assert!(running.store.refreshed(world.connection).await.unwrap().staged.is_none());
    assert_eq!(saml(&world).await.sso_redirect, EndpointUrl::parse(SSO), "and nothing of it was taken");
    published.say(metadata(&Idp::new("https://evil.example", KeyKind::Rsa).unwrap(), &[&rolled], SSO, None));
    day(&world).await;
    let kept = running.store.refreshed(world.connection).await.unwrap();
    assert!(kept.staged.is_none() && kept.failed.is_some(), "SM-05: {kept:?}");
}

/// SM-03, SM-06: the switch takes over what a trusted key signed, and nothing else: an address that nobody vouches for waits like a key.
#[tokio::test]
async fn sm_03_the_switch_takes_over_only_what_is_vouched_for() {
    const MOVED: &str = "https://idp.example/moved";
    let (world, published) = world(MetadataRefresh::WhenTrusted, |idp| metadata(idp, &[idp], MOVED, None)).await;
    let rolled = other(&world);
    let staged = async || world.broker.running().store.refreshed(world.connection).await.unwrap().staged;
    world.broker.running().look_after_connections().await;
    let waits = staged().await.unwrap();
    assert!(!waits.signed && !waits.brings_back && saml(&world).await.sso_redirect == EndpointUrl::parse(SSO), "the keys stay, and nobody signed the address");
    assert_eq!(world.broker.audit(1).await[0].0, "connection.metadata_staged ok");
    published.say(metadata(&world.idp, &[&world.idp], MOVED, Some(&world.idp)));
    day(&world).await;
    assert_eq!((saml(&world).await.sso_redirect, staged().await), (EndpointUrl::parse(MOVED), None), "signed: taken");
    assert_eq!(world.broker.audit(1).await[0].0, "connection.metadata_taken ok");
    published.say(metadata(&world.idp, &[&world.idp, &rolled], SSO, Some(&rolled)));
    day(&world).await;
    assert!(!staged().await.unwrap().signed && saml(&world).await.certificates.len() == 1, "signed by the new key itself: that vouches for nothing");
    published.say(metadata(&world.idp, &[&world.idp, &rolled], SSO, Some(&world.idp)));
    day(&world).await;
    assert_eq!(saml(&world).await.certificates.len(), 2, "the old key vouches for the new one");
    assert!(staged().await.is_none());
    // Changed by one byte after it was signed, it vouches for nothing.
    let third = other(&world);
    let signed = metadata(&world.idp, &[&world.idp, &third], SSO, Some(&world.idp));
    published.say(signed.replace("idp.example/sso", "idp.example/ssO"));
    day(&world).await;
    assert!(!staged().await.unwrap().signed);
    assert_eq!(saml(&world).await.certificates.len(), 2);
}

/// SM-06: what somebody has refused stays refused when the switch is turned on after that, and when it comes signed anew. What says
/// something else, and is signed, is taken.
#[tokio::test]
async fn sm_06_the_switch_takes_nothing_that_was_refused() {
    let (world, published) = world(MetadataRefresh::ByHand, |idp| metadata(idp, &[idp], SSO, None)).await;
    let rolled = other(&world);
    let (store, refused) = (&world.broker.running().store, metadata(&world.idp, &[&world.idp, &rolled], SSO, Some(&world.idp)));
    published.say(refused.clone());
    world.broker.running().look_after_connections().await;
    let staged = store.refreshed(world.connection).await.unwrap().staged.unwrap();
    homeward_server::reject_metadata(store, &entry(&world).await, &staged.digest).await.unwrap();
    change(&world, |saml| saml.refresh = MetadataRefresh::WhenTrusted).await;
    let signed_anew = metadata(&world.idp, &[&world.idp, &rolled], SSO, Some(&world.idp));
    for (xml, what) in [(refused.clone(), "the very same"), (signed_anew.replace("</md:EntityDescriptor>", "</md:EntityDescriptor>\n"), "other bytes")] {
        published.say(xml);
        day(&world).await;
        assert_eq!((saml(&world).await.certificates.len(), store.refreshed(world.connection).await.unwrap().staged), (1, None), "{what}");
    }
    let third = other(&world);
    published.say(metadata(&world.idp, &[&world.idp, &third], SSO, Some(&world.idp)));
    day(&world).await;
    assert_eq!(saml(&world).await.certificates.len(), 2);
    assert_eq!(world.broker.audit(1).await[0].0, "connection.metadata_taken ok");
}

/// SK-20: a key that was taken out is brought back by nobody but an administrator: not by metadata that the key beside it has signed, however
/// the stolen one is certified there. What leaves it out is taken, and an administrator's word brings it back.
#[tokio::test]
async fn sk_20_refreshed_metadata_brings_no_key_back() {
    let (world, published) = world(MetadataRefresh::WhenTrusted, |idp| metadata(idp, &[idp], SSO, None)).await;
    let (store, good) = (&world.broker.running().store, other(&world));
    change(&world, |saml| saml.certificates = vec![world.idp.certificate_pem(), good.certificate_pem()]).await;
    // The emergency: the first key is stolen.
    change(&world, |saml| saml.certificates = vec![good.certificate_pem()]).await;
    let again = Idp::with_key(&world.idp.entity_id, KEY.certified_again("Certified anew", Validity::default()).unwrap());
    for listed in [&world.idp, &again] {
        published.say(metadata(&good, &[&good, listed], SSO, Some(&good)));
        day(&world).await;
        let staged = store.refreshed(world.connection).await.unwrap().staged.unwrap();
        assert!(staged.signed && staged.brings_back);
        assert_eq!(trusted(&world).await, [good.key.certificate()]);
        assert_eq!(world.broker.audit(1).await[0].0, "connection.metadata_staged ok");
    }
    // The stolen key signs nobody in meanwhile; the other one does.
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let refused = world.deliver_xml(&mut browser, &world.idp.response(&world.answer(&sent, KIM)), &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
    let delivered = world.deliver_xml(&mut browser, &good.response(&world.answer(&sent, KIM)), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    // Its twins: a third key is taken, and an administrator's word brings the first one back, for good.
    let third = other(&world);
    published.say(metadata(&good, &[&good, &third], SSO, Some(&good)));
    day(&world).await;
    assert_eq!(trusted(&world).await, [good.key.certificate(), third.key.certificate()]);
    published.say(metadata(&good, &[&good, &again], SSO, Some(&good)));
    day(&world).await;
    let digest = store.refreshed(world.connection).await.unwrap().staged.unwrap().digest;
    homeward_server::accept_metadata(store, &entry(&world).await, &digest, world.broker.clock.now()).await.unwrap();
    assert_eq!(trusted(&world).await, [good.key.certificate(), again.key.certificate()]);
    published.say(metadata(&good, &[&good, &again], "https://idp.example/moved", Some(&good)));
    day(&world).await;
    assert_eq!(saml(&world).await.sso_redirect, EndpointUrl::parse("https://idp.example/moved"), "what is there again is listed as it was");
}

/// A discovery document of this issuer whose endpoints lie here.
fn discovery(issuer: &str, there: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{there}/a","token_endpoint":"{there}/t","jwks_uri":"{there}/k","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}}"#
    )
}

/// OR-19, OR-04: the endpoints of the first document are taken; those of a later one are shown and used by nobody, until somebody accepts
/// the very ones that were compared; what was refused is not shown again, and another issuer's document is none.
#[tokio::test]
async fn or_19_new_endpoints_wait_for_a_word_or_04() {
    let world = World::new().await;
    let published = Published::start(String::new()).await;
    let issuer = published.address.trim_end_matches("/metadata").to_owned();
    published.say(discovery(&issuer, &issuer));
    let id = world.broker.change_connection("50210", "Entra", |entry| {
        entry.settings = Some(ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings::new(&issuer, "homeward")))));
    }).await;
    let store = &world.broker.running().store;
    let entry = async || store.connections_with_settings().await.unwrap().into_iter().find(|entry| entry.connection.id == id).unwrap();
    let accept = async |digest: &str| homeward_server::accept_metadata(store, &entry().await, digest, world.broker.clock.now()).await;
    let accepted = async || {
        match entry().await.settings.unwrap().protocol {
            Protocol::Oidc(oidc) => oidc.accepted().cloned().map(|endpoints| endpoints.token),
            Protocol::Saml(_) => None,
        }
    };
    let waiting = async || store.refreshed(id).await.unwrap().endpoints;
    let events = async || world.broker.audit(50).await.into_iter().map(|(line, _)| line).filter(|line| line.starts_with("connection.endpoints_")).collect::<Vec<_>>();
    world.broker.running().look_after_connections().await;
    assert_eq!((accepted().await, waiting().await), (Some(format!("{issuer}/t")), None));
    assert_eq!(events().await, ["connection.endpoints_taken ok"]);
    published.say(discovery(&issuer, "https://evil.example"));
    day(&world).await;
    let staged = waiting().await.unwrap();
    assert_eq!((staged.endpoints.token.as_str(), accepted().await), ("https://evil.example/t", Some(format!("{issuer}/t"))));
    day(&world).await;
    assert_eq!(events().await, ["connection.endpoints_staged ok", "connection.endpoints_taken ok"], "told once");
    assert_eq!(waiting().await.unwrap().at, staged.at, "it waits since it came");
    // Refused by the code of `homeward connection reject`, the very same is not shown again, and nobody can accept it.
    // Another document came while somebody looked at this one: by its digest nothing else is refused.
    let reject = async |digest: &str| homeward_server::reject_metadata(store, &entry().await, digest).await;
    published.say(discovery(&issuer, "https://second.example"));
    day(&world).await;
    let second = waiting().await.unwrap();
    assert!(reject(&staged.endpoints.digest()).await.unwrap_err().contains("other metadata waits by now"));
    assert_eq!(waiting().await, Some(second));
    published.say(discovery(&issuer, "https://evil.example"));
    day(&world).await;
    reject(&staged.endpoints.digest()).await.unwrap();
    assert_eq!(world.broker.audit(1).await[0].0, "operator.connection ok");
    day(&world).await;
    assert_eq!(waiting().await, None);
    assert!(accept(&staged.endpoints.digest()).await.unwrap_err().contains("nothing waits"));
    // Documents that take turns: each is refused once, and is shown no more while fifteen others are.
    for turn in 1..=15 {
        published.say(discovery(&issuer, &format!("https://turn{turn}.example")));
        day(&world).await;
        reject(&waiting().await.unwrap().endpoints.digest()).await.unwrap();
    }
    for there in ["https://evil.example", "https://turn1.example", "https://turn15.example"] {
        published.say(discovery(&issuer, there));
        day(&world).await;
        assert_eq!(waiting().await, None, "{there}");
    }
    // While somebody compares, the document changes: what has another digest is not taken over; what was compared is, once.
    let moved = format!("{issuer}/moved");
    published.say(discovery(&issuer, &moved));
    day(&world).await;
    let compared = waiting().await.unwrap().endpoints.digest();
    published.say(discovery(&issuer, "https://third.example"));
    day(&world).await;
    let why = accept(&compared).await.unwrap_err();
    assert!(why.contains("other metadata waits by now"), "{why}");
    assert_eq!(accepted().await, Some(format!("{issuer}/t")));
    published.say(discovery(&issuer, &moved));
    day(&world).await;
    let changes = accept(&compared).await.unwrap();
    assert_eq!(changes.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["authorization_endpoint", "token_endpoint", "jwks_uri"]);
    assert_eq!((waiting().await, accepted().await), (None, Some(format!("{moved}/t"))));
    assert!(accept(&compared).await.unwrap_err().contains("nothing waits"), "once");
    published.say(discovery("https://other.example", &issuer));
    day(&world).await;
    let kept = store.refreshed(id).await.unwrap();
    assert_eq!((kept.failed.as_deref(), kept.endpoints), (Some("provider.issuer_differs"), None));
    published.say(discovery(&issuer, &moved));
    day(&world).await;
    assert_eq!((store.refreshed(id).await.unwrap().failed, waiting().await, accepted().await), (None, None, Some(format!("{moved}/t"))));
}

/// OR-19, SM-06: what was left of another protocol neither stands before what waits nor is taken over; and what the worker read before
/// somebody gave their word does not take that word back.
#[tokio::test]
async fn or_19_what_waits_is_of_the_connections_own_protocol() {
    const ISSUER: &str = "https://login.example";
    let world = World::new().await;
    let (store, now) = (&world.broker.running().store, world.broker.clock.now());
    let endpoints = |there: &str| Endpoints {
        issuer: ISSUER.into(),
        authorization: format!("{there}/a"),
        token: format!("{there}/t"),
        keys: format!("{there}/k"),
        userinfo: None,
        end_session: None,
    };
    let (accepted, new) = (endpoints(ISSUER), endpoints("https://new.example"));
    let staged = Staged { at: now, xml: String::new(), digest: "left".into(), ..Staged::default() };
    let read = Refreshed { staged: Some(staged), endpoints: Some(StagedEndpoints { at: now, endpoints: new.clone() }), ..Refreshed::default() };
    assert!(store.change_refreshed(world.connection, &Refreshed::default(), &read).await.unwrap());
    let accept = async |digest: &str| homeward_server::accept_metadata(store, &entry(&world).await, digest, now).await;
    assert!(accept(&new.digest()).await.unwrap_err().contains("other metadata waits by now"));
    world.broker.change_connection("70444", "Okta", |entry| {
        let oidc = OidcSettings { endpoints: Some(Box::new(accepted)), ..OidcSettings::new(ISSUER, "homeward") };
        entry.settings = Some(ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(oidc))));
    }).await;
    assert!(accept("left").await.unwrap_err().contains("other metadata waits by now"));
    assert_eq!(accept(&new.digest()).await.unwrap().len(), 3);
    assert_eq!(world.broker.audit(1).await[0].0, "operator.connection ok");
    let Protocol::Oidc(taken) = entry(&world).await.settings.unwrap().protocol else { panic!("SAML") };
    assert_eq!(taken.accepted(), Some(&new));
    let settled = store.refreshed(world.connection).await.unwrap();
    assert_eq!(settled, Refreshed { endpoints: None, removed: settled.removed.clone(), ..read.clone() });
    assert!(!store.change_refreshed(world.connection, &read, &Refreshed { asked_at: Some(now), ..read.clone() }).await.unwrap());
    assert_eq!(store.refreshed(world.connection).await.unwrap(), settled);
}

/// No sign-in reads metadata; reading it often is not needed either.
#[tokio::test]
async fn no_sign_in_asks_for_metadata() {
    let (world, published) = world(MetadataRefresh::ByHand, |idp| metadata(idp, &[idp], SSO, None)).await;
    world.broker.running().look_after_connections().await;
    let before = published.asked();
    assert_eq!(before, 1);
    for _ in 0..5 {
        let mut browser = world.broker.browser();
        let back = world.round(&mut browser, "wiki", KIM, KIM).await;
        assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    }
    world.broker.running().look_after_connections().await;
    assert_eq!(published.asked(), before, "it was read a moment ago");
}

/// Refused answers of the last hour make a connection ill; strangers' answers and tests do not count. Figures name nobody.
#[tokio::test]
async fn refused_answers_show_in_health_and_figures() {
    let world = World::new().await;
    let store = &world.broker.running().store;
    let judged = async || {
        let all = store.connections_with_settings().await.unwrap();
        let settings = all[0].settings.as_ref().unwrap();
        let (watched, returns) = (store.watched(world.connection).await.unwrap(), store.returns(world.connection, world.broker.clock.now()).await.unwrap());
        health(&Known { settings, watched: watched.as_ref(), returns, waiting: None }, world.broker.clock.now())
    };
    let mut browser = world.broker.browser();
    for _ in 0..2 {
        let back = world.round(&mut world.broker.browser(), "wiki", KIM, KIM).await;
        assert_eq!(back.status, 200);
    }
    world.deliver_xml(&mut browser, &world.idp.response(&world.idp.answer(&world.asked(None), KIM, world.broker.clock.now())), "").await;
    let forger = other(&world);
    for _ in 0..6 {
        let sent = go(&mut browser, "wiki", KIM).await;
        world.deliver_xml(&mut browser, &forger.response(&world.answer(&sent, KIM)), &sent.relay).await;
    }
    let ill = judged().await;
    assert_eq!((ill.returns.good, ill.returns.failed, ill.level), (2, 6, Level::Bad));
    assert!(ill.findings.contains(&Finding::Returns { failed: 6, all: 8 }), "{ill:?}");
    let mut settings = world.broker.settings.clone();
    settings.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    let clock = world.broker.clock.clone();
    let second = homeward_server::start(&settings, homeward_server::Overrides { clock: Some(clock), no_worker: true, beside_another: true, ..Default::default() }).await.unwrap();
    let text = Browser::new(second.metrics_address().unwrap()).get("/metrics").await.body;
    let id = world.connection;
    for line in [format!("homeward_connection_health{{connection=\"{id}\"}} 2"), format!("homeward_connection_returns_failed{{connection=\"{id}\"}} 6"), format!("homeward_connection_certificates_end_timestamp_seconds{{connection=\"{id}\"}} ")] {
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert!(!text.contains("Okta") && !text.contains("tailspin"));
    second.stop().await;
    world.broker.clock.wait(Duration::from_secs(3_601));
    assert_eq!(judged().await.returns, Default::default(), "an hour later it is over");
}

/// SM-06: the account's administrators have a mail of values that wait, once, and at most one a day however often they change there; when nothing
/// waits, and in another account, nobody has one.
#[tokio::test]
async fn sm_06_values_that_wait_are_told_once() {
    const SUBJECT: &str = "Okta publishes other values";
    let (world, published) = world(MetadataRefresh::ByHand, |idp| metadata(idp, &[idp], SSO, None)).await;
    super::told::administrator(&world.broker, KIM, "70444").await;
    super::told::administrator(&world.broker, "ann@north.example", "40817").await;
    let told = async || -> Vec<(String, String)> { world.broker.mails().await.into_iter().filter(|(_, subject, _)| subject == SUBJECT).map(|(to, _, text)| (to, text)).collect() };
    world.broker.running().look_after_connections().await;
    assert_eq!(told().await, [], "nothing waits");
    published.say(metadata(&world.idp, &[&world.idp, &other(&world)], SSO, None));
    day(&world).await;
    world.broker.running().look_after_connections().await;
    let mails = told().await;
    assert_eq!(mails.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [KIM], "once, and the account's own administrator");
    let place = format!("http://homeward.localhost/portal/70444/sign-on/{}#values", world.connection);
    assert!(mails[0].1.contains(&place) && mails[0].1.contains("Nothing has changed here"), "{}", mails[0].1);
    published.say(metadata(&world.idp, &[&world.idp, &other(&world)], SSO, None));
    world.broker.clock.wait(Duration::from_secs(3_600));
    world.broker.running().look_after_connections().await;
    assert_eq!(told().await.len(), 1, "within a day");
    day(&world).await;
    assert_eq!(told().await.len(), 2, "other values, a day later");
    published.say(metadata(&world.idp, &[&world.idp], SSO, None));
    day(&world).await;
    assert_eq!(told().await.len(), 2, "nothing waits any more");
}
