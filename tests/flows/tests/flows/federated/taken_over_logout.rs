//! Signing out at an address that came along from another product: what the provider has registered for years goes on to count, and for that connection
//! nothing else does (B-181).

use homeward_federation::{SignOutThere, saml::OwnIdentity};
use homeward_simulator::saml::{LogoutAsk, NameId, Redirect};

use super::{
    logout::{self, BYE, carried, id_of},
    *,
};

const PATH: &str = "/sp/SLO.saml2";
const HERE: &str = "http://homeward.localhost";

fn own(settings: &mut ConnectionSettings, origin: Option<&str>) {
    let Protocol::Saml(saml) = &mut settings.protocol else { panic!("SAML") };
    let acs_origin = origin.map(|origin| EndpointUrl::parse(origin).unwrap());
    saml.own_identity = Some(OwnIdentity { entity_id: None, acs_path: None, slo_path: Some(PATH.into()), acs_origin });
}

async fn world(origin: Option<&str>) -> World {
    let world = logout::world(SignOutThere::Always).await;
    world.broker.change_connection("70444", "Okta", |entry| own(entry.settings.as_mut().unwrap(), origin)).await;
    world
}

fn ask(world: &World, idp: &Idp, to: &str, index: &str) -> LogoutAsk {
    idp.logout_ask(to, NameId::email(KIM), index, world.broker.clock.now())
}

async fn by_query(idp: &Idp, browser: &mut Browser, at: &str, ask: LogoutAsk) -> Page {
    let message = Redirect::new("SAMLRequest", idp.logout_request(&LogoutAsk { signature: None, ..ask }));
    browser.get(&format!("{at}?{}", idp.redirect_query(&message))).await
}

async fn by_form(idp: &Idp, browser: &mut Browser, at: &str, ask: &LogoutAsk) -> Page {
    browser.deliver(at, &[("SAMLRequest", &encode(idp.logout_request(ask))), ("RelayState", "state-2")]).await
}

/// B-181, SL-01, SL-03: the provider's request counts at the address that it has known, by both bindings, and is answered; at our usual one it counts no more, and a
/// stranger's counts nowhere.
#[tokio::test]
async fn b_181_sl_01_the_old_address_of_sign_outs_goes_on() {
    let world = world(None).await;
    let usual = format!("/saml/{}/slo", world.connection);
    let (mut kim, mut provider) = (world.kim("_s1").await, world.broker.browser());
    let metadata = provider.get(&format!("/saml/{}/metadata", world.connection)).await;
    assert!(metadata.body.contains(&format!("Location=\"{HERE}{PATH}\"")) && !metadata.body.contains(&usual), "{}", metadata.body);
    let stranger = Idp::new(&world.idp.entity_id, KeyKind::Rsa).unwrap();
    let nobody = Idp::new("https://nobody.example", KeyKind::Rsa).unwrap();
    for (idp, at, to, code) in [
        (&world.idp, usual.as_str(), usual.as_str(), "destination.unexpected"),
        (&world.idp, PATH, usual.as_str(), "destination.unexpected"),
        (&stranger, PATH, PATH, "sig."),
        (&nobody, PATH, PATH, "request.other_connection"),
    ] {
        let asked = ask(&world, idp, &format!("{HERE}{to}"), "_s1");
        for by_get in [false, true] {
            let page = if by_get { by_query(idp, &mut provider, at, asked.clone()).await } else { by_form(idp, &mut provider, at, &asked).await };
            let refused = world.last("logout.refused").await;
            assert!(page.status == 403 && refused.starts_with(&format!("logout.refused {code}")), "{at} {to} {by_get}: {refused}");
        }
    }
    assert!(kim.lives().await, "nobody was signed out");
    let page = by_form(&world.idp, &mut provider, PATH, &ask(&world, &world.idp, &format!("{HERE}{PATH}"), "_s1")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(carried(&page.refresh().unwrap(), "SAMLResponse").0.contains("status:Success"));
    assert!(!kim.lives().await);
    let mut again = world.kim("_s2").await;
    let page = by_query(&world.idp, &mut provider, PATH, ask(&world, &world.idp, &format!("{HERE}{PATH}"), "_s2")).await;
    assert!(page.status == 303 && carried(page.header("location").unwrap(), "SAMLResponse").0.contains("status:Success"));
    assert!(!again.lives().await);
    // Left out, the address is nobody's.
    world.broker.change_connection("70444", "Okta", |entry| {
        let Protocol::Saml(saml) = &mut entry.settings.as_mut().unwrap().protocol else { panic!("SAML") };
        saml.own_identity = None;
    })
    .await;
    let asked = ask(&world, &world.idp, &format!("{HERE}{PATH}"), "_s2");
    assert_eq!(by_query(&world.idp, &mut provider, PATH, asked.clone()).await.status, 404);
    assert_ne!(by_form(&world.idp, &mut provider, PATH, &asked).await.status, 200);
    let mut third = world.kim("_s3").await;
    let page = by_query(&world.idp, &mut provider, &usual, ask(&world, &world.idp, &format!("{HERE}{usual}"), "_s3")).await;
    assert!(page.status == 303 && !third.lives().await, "the usual one counts again");
}

/// B-181, SL-05: who signs out here goes to the provider and comes back to the old address, by way of the old host; only an answer that names it counts.
#[tokio::test]
async fn b_181_sl_05_people_come_back_to_the_old_address() {
    const OLD: &str = "https://sso.voice.example";
    let world = world(Some(OLD)).await;
    let mut kim = world.kim("_s1").await;
    let page = kim.sign_out().await;
    let (xml, relay) = carried(&page.refresh().unwrap(), "SAMLRequest");
    let query = |to: &str| {
        let mut answer = world.idp.logout_answer(to, &id_of(&xml), world.broker.clock.now());
        answer.signature = None;
        let mut message = Redirect::new("SAMLResponse", world.idp.logout_response(&answer));
        message.relay_state = Some(relay.clone());
        world.idp.redirect_query(&message)
    };
    let good = query(&format!("{OLD}{PATH}"));
    let there = kim.browser.send(reqwest::Method::GET, &format!("{PATH}?{good}"), &[("host", "sso.voice.example")], None).await;
    assert_eq!((there.status, there.header("location")), (307, Some(format!("{HERE}{PATH}?{good}").as_str())), "to our own host, the query to the letter");
    let wrong = kim.browser.get(&format!("{PATH}?{}", query(&format!("{HERE}{PATH}")))).await;
    assert_eq!((wrong.status, world.last("logout.refused").await.as_str()), (303, "logout.refused destination.unexpected"), "it uses nothing up");
    let back = kim.browser.get(&format!("{PATH}?{good}")).await;
    let page = kim.browser.get(back.header("location").unwrap()).await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert_eq!(world.last("signout.provider").await, "signout.provider ok");
}

/// B-181, SL-02: accounts of a region share the address: a request ends the sessions of the connection of its own issuer, and no other's. One that is good for two
/// does not say whose it means, and ends nobody's.
#[tokio::test]
async fn b_181_sl_02_a_shared_address_ends_the_sessions_of_its_issuer() {
    let world = world(None).await;
    let other = Idp::new("https://other.example/entity", KeyKind::Rsa).unwrap();
    let shared = |idp: &Idp| {
        let mut theirs = settings(idp);
        own(&mut theirs, None);
        let Protocol::Saml(saml) = &mut theirs.protocol else { panic!("SAML") };
        saml.slo_redirect = EndpointUrl::parse("https://idp.example/slo");
        theirs
    };
    let theirs = shared(&other);
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(theirs)).await;
    let (mut kim, mut provider) = (world.kim("_s1").await, world.broker.browser());
    let to = format!("{HERE}{PATH}");
    assert_eq!(by_query(&other, &mut provider, PATH, ask(&world, &other, &to, "_s1")).await.status, 303, "good, and it means nobody of this account");
    assert!(kim.lives().await);
    let same = shared(&world.idp);
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(same)).await;
    let page = by_query(&world.idp, &mut provider, PATH, ask(&world, &world.idp, &to, "_s1")).await;
    assert_eq!((page.status, world.last("logout.refused").await.as_str()), (403, "logout.refused request.other_connection"));
    assert!(kim.lives().await, "it is good for two");
    let forged = Idp::with_key(&world.idp.entity_id, SigningKey::new("Other", KeyKind::Rsa, Validity::default()).unwrap());
    let apart = shared(&forged);
    world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(apart)).await;
    let page = by_query(&world.idp, &mut provider, PATH, ask(&world, &world.idp, &to, "_s1")).await;
    assert!(page.status == 303 && !kim.lives().await, "with other keys it is good for one");
}

/// B-181: at a shared address, too, messages are counted before they are read, for all who share it, and one that is longer than any provider's is not read.
#[tokio::test]
async fn at_a_shared_address_sign_outs_that_do_not_hold_are_counted() {
    let world = world(None).await;
    let (mut kim, mut provider) = (world.kim("_s1").await, world.broker.browser());
    let to = format!("{HERE}{PATH}");
    let named = async |provider: &mut Browser, index: &str| by_form(&world.idp, provider, PATH, &ask(&world, &world.idp, &to, index)).await.status;
    assert_eq!((named(&mut provider, &"x".repeat(64 * 1024)).await, world.last("logout.refused").await.as_str()), (403, "logout.refused request.other_connection"));
    assert_eq!(named(&mut provider, &"x".repeat(32 * 1024)).await, 200, "the twin");
    for time in 0..599 {
        let page = provider.deliver(PATH, &[("SAMLRequest", "x"), ("RelayState", "r")]).await;
        assert_eq!(page.status, 403, "{time}");
    }
    let turn = turns(&world.broker).await;
    assert_eq!((named(&mut provider, "_s1").await, world.broker.audit(1).await), (429, vec![("logout.refused limit.sign_out".to_owned(), None)]));
    assert!(kim.lives().await);
    drop(turn);
    assert_eq!(named(&mut provider, "_s1").await, 200);
    assert!(!kim.lives().await);
}
