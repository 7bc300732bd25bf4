//! Connections that were taken over from another product: entity ID and reply URL of their own, and nothing changed at the provider
//! (B-180, B-181).

use homeward_discovery::ConnectionState;
use homeward_federation::saml::OwnIdentity;

use super::*;

/// What the provider has known for years.
const ENTITY_ID: &str = "https://sso.voice.example";
const PATH: &str = "/sp/ACS.saml2";

fn own(settings: &mut ConnectionSettings, entity_id: &str, origin: Option<&str>) {
    let Protocol::Saml(saml) = &mut settings.protocol else { panic!("SAML") };
    saml.own_identity = Some(OwnIdentity { entity_id: Some(entity_id.into()), acs_path: Some(PATH.into()), slo_path: None, acs_origin: origin.map(|origin| EndpointUrl::parse(origin).unwrap()) });
}

fn known_there(origin: &str, request_id: Option<&str>) -> Asked {
    Asked { entity_id: ENTITY_ID.into(), acs: format!("{origin}{PATH}"), request_id: request_id.map(str::to_owned) }
}

/// Posts an answer as the provider's page does, under some host.
async fn post(browser: &mut Browser, host: &str, path: &str, xml: &str, relay: &str) -> Page {
    let own = std::mem::take(&mut browser.cookies);
    let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://idp.example"), ("host", host)];
    let page = browser.send(reqwest::Method::POST, path, &headers, Some(&homeward_testkit::pairs(&[("SAMLResponse", &encode(xml)), ("RelayState", relay)]))).await;
    let set = std::mem::replace(&mut browser.cookies, own);
    browser.cookies.extend(set);
    page
}

/// B-180, B-181: the request names the old entity ID and the old reply URL, the answer is posted to the old host, goes on to ours, and
/// signs in. An answer for our usual names is none for this connection.
#[tokio::test]
async fn a_connection_is_taken_over_without_touching_the_provider() {
    let world = World::with(|settings| own(settings, ENTITY_ID, Some("https://sso.voice.example"))).await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    assert!(sent.xml.contains(&format!(">{ENTITY_ID}</saml:Issuer>")) && sent.xml.contains(&format!("AssertionConsumerServiceURL=\"{ENTITY_ID}{PATH}\"")), "{}", sent.xml);
    let metadata = browser.get(&format!("/saml/{}/metadata", world.connection)).await;
    assert!(metadata.body.contains(&format!("entityID=\"{ENTITY_ID}\"")) && metadata.body.contains(&format!("Location=\"{ENTITY_ID}{PATH}\"")), "{}", metadata.body);
    let good = world.idp.response(&world.idp.answer(&known_there(ENTITY_ID, Some(&sent.id)), KIM, world.broker.clock.now()));
    let elsewhere = post(&mut browser, "sso.voice.example", PATH, &good, &sent.relay).await;
    let on = elsewhere.header("location").unwrap().split_once('?').map(|(address, _)| address.to_owned());
    assert_eq!((elsewhere.status, on.as_deref()), (307, Some("http://homeward.localhost/sp/ACS.saml2")), "to our own host, form and all");
    for (asked, code) in [
        (Asked { entity_id: format!("http://homeward.localhost/saml/{}/metadata", world.connection), ..known_there(ENTITY_ID, Some(&sent.id)) }, "audience"),
        (known_there("http://homeward.localhost", Some(&sent.id)), "destination"),
    ] {
        let wrong = world.idp.response(&world.idp.answer(&asked, KIM, world.broker.clock.now()));
        let refused = post(&mut browser, "homeward.localhost", PATH, &wrong, &sent.relay).await;
        assert_eq!(refused.status, 403);
        assert!(world.last_refusal().await.contains(code) || world.last_refusal().await.contains("recipient"), "{code}: {}", world.last_refusal().await);
    }
    let delivered = post(&mut browser, "homeward.localhost", PATH, &good, &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    let again = post(&mut browser, "homeward.localhost", PATH, &good, &sent.relay).await;
    assert_eq!((again.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused replay.used"));
}

/// B-180: two accounts of a region share entity ID and address. Each answer counts for the connection that asked, and no other.
#[tokio::test]
async fn accounts_of_a_region_share_one_identity() {
    let world = World::with(|settings| own(settings, ENTITY_ID, None)).await;
    let other = Idp::new("https://other.example/entity", KeyKind::Rsa).unwrap();
    let mut theirs = settings(&other);
    own(&mut theirs, ENTITY_ID, None);
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(theirs)).await;
    let base = "http://homeward.localhost";
    let (mut kim_browser, mut dana_browser) = (world.broker.browser(), world.broker.browser());
    let kims = go(&mut kim_browser, "wiki", KIM).await;
    let page = dana_browser.open("wiki", "").await;
    let offer = dana_browser.identify(&page, "dana@contoso.example").await;
    let leaving = dana_browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage")), ("username", "dana@contoso.example")]).await;
    let danas = read(&leaving);
    let now = world.broker.clock.now();
    // The other account's provider vouches for this account's user: its keys are not asked.
    let crossed = other.response(&other.answer(&known_there(base, Some(&kims.id)), KIM, now));
    let refused = post(&mut kim_browser, "homeward.localhost", PATH, &crossed, &kims.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused sig.untrusted_key"));
    let good = world.idp.response(&world.idp.answer(&known_there(base, Some(&kims.id)), KIM, now));
    let delivered = post(&mut kim_browser, "homeward.localhost", PATH, &good, &kims.relay).await;
    let back = fetch(&mut kim_browser, &delivered).await;
    assert_eq!(who(&mut kim_browser, "wiki", &back).await, kim());
    let good = other.response(&other.answer(&known_there(base, Some(&danas.id)), "dana@contoso.example", now));
    let delivered = post(&mut dana_browser, "homeward.localhost", PATH, &good, &danas.relay).await;
    let back = fetch(&mut dana_browser, &delivered).await;
    assert_eq!(who(&mut dana_browser, "wiki", &back).await, Some(("dana@contoso.example".into(), "50210".into())));
}

/// B-175, B-181, ST-02: nobody asked, and several connections answer here: the issuer that the answer names chooses the connection,
/// whose own keys and switch then decide.
#[tokio::test]
async fn an_unsolicited_answer_finds_its_connection_by_the_issuer_st_02() {
    let world = World::with(|settings| {
        own(settings, ENTITY_ID, None);
        settings.idp_initiated = IdpInitiated::Accept;
    })
    .await;
    let other = Idp::new("https://other.example/entity", KeyKind::Rsa).unwrap();
    let mut theirs = settings(&other);
    own(&mut theirs, ENTITY_ID, None);
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(theirs)).await;
    let now = world.broker.clock.now();
    let asked = known_there("http://homeward.localhost", None);
    // Not switched on for that connection; a stranger who takes this connection's name has not its key; a name nobody has.
    let forger = Idp::with_key(&world.idp.entity_id, SigningKey::new("Forger", KeyKind::Rsa, Validity::default()).unwrap());
    let nobody = Idp::with_key("https://nobody.example", SigningKey::new("Nobody", KeyKind::Rsa, Validity::default()).unwrap());
    for (idp, code) in [(&other, "request.unsolicited"), (&forger, "sig.untrusted_key"), (&nobody, "request.unsolicited")] {
        let mut browser = world.broker.browser();
        let page = post(&mut browser, "homeward.localhost", PATH, &idp.response(&idp.answer(&asked, KIM, now)), "").await;
        assert_eq!((page.status, world.last_refusal().await), (403, format!("signin.answer_refused {code}")));
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
    // On for everybody, and on for verified domains, of which this name is one.
    for state in [ConnectionState::Enforced, ConnectionState::Domains] {
        world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
        let mut browser = world.broker.browser();
        let delivered = post(&mut browser, "homeward.localhost", PATH, &world.idp.response(&world.idp.answer(&asked, KIM, now)), "").await;
        let back = fetch(&mut browser, &delivered).await;
        assert_eq!((back.status, back.header("location")), (303, Some("/signin")), "{state:?}");
        assert!(browser.get("/signin").await.body.contains(KIM));
        let mut asking = world.broker.browser();
        let sent = go(&mut asking, "wiki", KIM).await;
        let good = world.idp.response(&world.idp.answer(&known_there("http://homeward.localhost", Some(&sent.id)), KIM, now));
        let delivered = post(&mut asking, "homeward.localhost", PATH, &good, &sent.relay).await;
        let back = fetch(&mut asking, &delivered).await;
        assert_eq!(who(&mut asking, "wiki", &back).await, kim(), "{state:?}");
    }
    // Two connections to one provider at one address: the answer does not say whose it is.
    let mut same = settings(&world.idp);
    own(&mut same, ENTITY_ID, None);
    same.idp_initiated = IdpInitiated::Accept;
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(same)).await;
    let mut browser = world.broker.browser();
    let page = post(&mut browser, "homeward.localhost", PATH, &world.idp.response(&world.idp.answer(&asked, KIM, now)), "").await;
    assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
}

/// SF-23, B-181: at a shared address, too, what a page elsewhere makes browsers of a network post uses up nothing of the provider's own tile. A page that has no
/// origin is one elsewhere, and so is that of another provider.
#[tokio::test]
async fn sf_23_a_page_elsewhere_pauses_no_tile_at_a_shared_address() {
    let world = World::with(|settings| {
        own(settings, ENTITY_ID, None);
        settings.idp_initiated = IdpInitiated::Convert;
    })
    .await;
    let answer = encode(&world.idp.response(&world.idp.answer(&known_there("http://homeward.localhost", None), KIM, world.broker.clock.now())));
    let form = homeward_testkit::pairs(&[("SAMLResponse", &answer), ("RelayState", "")]);
    let mut office = world.broker.browser();
    let to_provider = Some(format!("/signin/provider/{}", world.connection));
    for count in 0..302 {
        let origin = ["null", "https://evil.example", "https://other.example"][count % 3];
        let from = [("sec-fetch-site", "cross-site"), ("origin", origin)];
        let page = office.send(reqwest::Method::POST, PATH, &from, Some(&form)).await;
        assert_eq!((page.status == 303, page.header("location").map(str::to_owned) == to_provider), (count < 300, count < 300), "{count}: {}", page.body);
    }
    assert_eq!(world.broker.audit(1).await[0].0, "signin.paused limit.unasked_answer");
    let own = [("sec-fetch-site", "cross-site"), ("origin", "https://idp.example")];
    let page = office.send(reqwest::Method::POST, PATH, &own, Some(&form)).await;
    assert_eq!((page.status, page.header("location").map(str::to_owned)), (303, to_provider));
}

/// SF-23, B-181: what a provider's page sends to another product's host counts for that provider's tile, although behind the redirect to ours the browser says
/// `null`. What is taken along is sealed: for the page that sent it, this network and a minute, so that no page elsewhere can claim to be the provider's.
#[tokio::test]
async fn sf_23_a_tile_by_the_old_host_is_counted_as_the_tile() {
    let world = World::with(|settings| {
        own(settings, ENTITY_ID, Some(ENTITY_ID));
        settings.idp_initiated = IdpInitiated::Convert;
    })
    .await;
    let answer = encode(&world.idp.response(&world.idp.answer(&known_there(ENTITY_ID, None), KIM, world.broker.clock.now())));
    let form = homeward_testkit::pairs(&[("SAMLResponse", &answer), ("RelayState", "")]);
    let (mut office, mut far) = (world.broker.browser(), world.broker.browser());
    far.from = "198.51.100.7".into();
    let send = async |browser: &mut Browser, host: &str, path: &str, origin: &str| {
        browser.send(reqwest::Method::POST, path, &[("sec-fetch-site", "cross-site"), ("origin", origin), ("host", host)], Some(&form)).await
    };
    let on = async |browser: &mut Browser, origin: &str| {
        let page = send(browser, "sso.voice.example", PATH, origin).await;
        assert_eq!(page.status, 307);
        page.header("location").unwrap().strip_prefix("http://homeward.localhost").unwrap().to_owned()
    };
    for _ in 0..300 {
        assert_eq!(send(&mut office, "homeward.localhost", PATH, "https://evil.example").await.status, 303);
    }
    let tile = on(&mut office, "https://idp.example").await;
    let page = send(&mut office, "homeward.localhost", &tile, "null").await;
    assert_eq!((page.status, page.header("location")), (303, Some(format!("/signin/provider/{}", world.connection).as_str())), "{tile}");
    assert_eq!(on(&mut office, "null").await, PATH, "nothing to take along");
    for (path, origin) in [
        (PATH.to_owned(), "null"),
        (on(&mut office, "https://evil.example").await, "null"),
        (on(&mut far, "https://idp.example").await, "null"),
        (tile.replace("from=", "from=A"), "null"),
        (tile.clone(), "https://evil.example"),
    ] {
        let page = send(&mut office, "homeward.localhost", &path, origin).await;
        assert_eq!((page.status, world.broker.audit(1).await[0].0.as_str()), (429, "signin.paused limit.unasked_answer"), "{path} {origin}");
    }
    world.broker.clock.wait(std::time::Duration::from_secs(61));
    assert_eq!(send(&mut office, "homeward.localhost", &tile, "null").await.status, 429, "a minute is over");
    let tile = on(&mut office, "https://idp.example").await;
    assert_eq!(send(&mut office, "homeward.localhost", &tile, "null").await.status, 303, "the twin");
}

/// SSO-7, FOR-1: at a shared address the issuer that an answer names leads "Try again" to its connection; under closed disclosure it leads to our own
/// page, like an issuer that nobody has, because anybody can write one.
#[tokio::test]
async fn sso_7_a_written_issuer_tells_no_stranger_of_a_connection() {
    for (disclosure, begins) in [(Disclosure::Open, true), (Disclosure::Closed, false)] {
        let world = World::at(TestBroker::start(disclosure).await, |settings| own(settings, ENTITY_ID, None)).await;
        let nobody = Idp::with_key("https://nobody.example", SigningKey::new("Nobody", KeyKind::Rsa, Validity::default()).unwrap());
        let asked = known_there("http://homeward.localhost", None);
        for (idp, begins) in [(&world.idp, begins), (&nobody, false)] {
            let mut browser = world.broker.browser();
            let page = post(&mut browser, "homeward.localhost", PATH, &idp.response(&idp.answer(&asked, KIM, world.broker.clock.now())), "").await;
            assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
            assert_eq!(page.body.contains("name=\"connection\""), begins, "{disclosure:?}");
            assert!(!begins || page.hidden("connection") == world.connection.to_string());
        }
    }
}

/// B-181: a predecessor that was turned off, and a connection of somebody else that names this provider, take no answer away: of those that
/// are on, the one whose keys and names the answer is good for is meant, whether it is let in or begins a request of ours.
#[tokio::test]
async fn b_181_nobody_takes_an_address_from_a_connection_that_is_on() {
    for rule in [IdpInitiated::Accept, IdpInitiated::Convert] {
        let world = World::with(|settings| {
            own(settings, ENTITY_ID, None);
            settings.idp_initiated = rule;
        })
        .await;
        let other = Idp::with_key(&world.idp.entity_id, SigningKey::new("Other", KeyKind::Rsa, Validity::default()).unwrap());
        let shared = |idp: &Idp, entity_id: &str, own_rule: IdpInitiated| {
            let mut settings = settings(idp);
            own(&mut settings, entity_id, None);
            settings.idp_initiated = own_rule;
            settings
        };
        let asked = known_there("http://homeward.localhost", None);
        for (state, theirs, what) in [
            (ConnectionState::Retired, shared(&world.idp, ENTITY_ID, rule), "turned off"),
            (ConnectionState::Draft, shared(&world.idp, ENTITY_ID, rule), "prepared"),
            (ConnectionState::Enforced, shared(&world.idp, ENTITY_ID, IdpInitiated::Refuse), "refuses"),
            (ConnectionState::Enforced, shared(&other, ENTITY_ID, rule), "has other keys"),
            (ConnectionState::Enforced, shared(&world.idp, "https://another.voice.example", rule), "has another name"),
        ] {
            world.broker.change_connection("50210", "Entra", |entry| {
                (entry.connection.state, entry.settings) = (state, Some(theirs));
            })
            .await;
            let mut browser = world.broker.browser();
            let answer = world.idp.response(&world.idp.answer(&asked, KIM, world.broker.clock.now()));
            let delivered = post(&mut browser, "homeward.localhost", PATH, &answer, "").await;
            match rule {
                IdpInitiated::Accept => {
                    let back = fetch(&mut browser, &delivered).await;
                    assert_eq!((back.status, back.header("location")), (303, Some("/signin")), "{what}");
                    assert!(browser.get("/signin").await.body.contains(KIM), "{what}");
                }
                IdpInitiated::Convert | IdpInitiated::Refuse => {
                    assert_eq!(delivered.header("location"), Some(format!("/signin/provider/{}", world.connection).as_str()), "{what}");
                }
            }
        }
        // Their twin: a key that is neither's, and a connection with the same keys and names: nobody can say which one is meant.
        let stranger = Idp::with_key(&world.idp.entity_id, SigningKey::new("Stranger", KeyKind::Rsa, Validity::default()).unwrap());
        for (theirs, signer) in [(shared(&other, ENTITY_ID, rule), &stranger), (shared(&world.idp, ENTITY_ID, rule), &world.idp)] {
            world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(theirs)).await;
            let mut browser = world.broker.browser();
            let answer = signer.response(&signer.answer(&asked, KIM, world.broker.clock.now()));
            let page = post(&mut browser, "homeward.localhost", PATH, &answer, "").await;
            assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
            assert!(!browser.cookies.contains_key("__Host-session"));
        }
    }
}
