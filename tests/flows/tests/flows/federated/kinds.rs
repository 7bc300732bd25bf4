//! Another kind of name at the same provider: another NameID format, another claim. People are linked anew, and nobody is moved (sections 1.G and 2.F).

use homeward_federation::{RemoteField, SignOutThere, Subject, saml::NameIdFormat};
use homeward_signin::federated::Bindings;
use homeward_simulator::saml::{Attribute, NameId};

use super::{openid_logout::Op, *};

const BEN: &str = "ben@tailspin.example";

/// Whom an answer by this name and about this address comes to, or why it is refused.
async fn come(world: &World, subject: &NameId, mail: &str) -> String {
    let mut browser = world.broker.browser();
    let page = answered(world, &mut browser, subject, mail).await;
    match page.status {
        200 => who(&mut browser, "wiki", &page).await.map_or_else(String::new, |(name, _)| name),
        _ => world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned(),
    }
}

async fn answered(world: &World, browser: &mut Browser, subject: &NameId, mail: &str) -> Page {
    let sent = go(browser, "wiki", KIM).await;
    let answer = world.answer(&sent, KIM).assertion(|a| {
        a.name_id = Some(subject.clone());
        a.attributes = vec![Attribute::new("mail", mail)];
    });
    let delivered = world.deliver(browser, &answer, &sent.relay).await;
    fetch(browser, &delivered).await
}

async fn ask_for(world: &World, format: Option<NameIdFormat>) {
    let change = |settings: &mut ConnectionSettings| match &mut settings.protocol {
        Protocol::Saml(saml) => saml.name_id_format = format,
        Protocol::Oidc(_) => panic!("SAML"),
    };
    world.broker.change_connection("70444", "Okta", |entry| entry.settings.iter_mut().for_each(change)).await;
}

/// ST-06, ST-09, OE-07: with another NameID format asked for, people are matched anew inside the rules of a first sign-in. Until it is asked for the
/// provider's other format is somebody else's, and afterwards the old format says nothing about whoever has linked anew.
#[tokio::test]
async fn st_06_st_09_another_format_that_is_asked_for_links_anew() {
    let world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let (email, persistent) = (NameId::email(KIM), NameId::persistent("1001"));
    let mut at_home = world.broker.browser();
    let page = answered(&world, &mut at_home, &email, KIM).await;
    let address = at_home.leave(&page).await;
    let (_, tokens) = at_home.redeem("wiki", &address).await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(come(&world, &email, KIM).await, KIM);
    assert_eq!(come(&world, &persistent, KIM).await, "names.bound_elsewhere", "nobody has asked for another format");
    ask_for(&world, Some(NameIdFormat::Persistent)).await;
    let (status, tokens) = at_home.refresh("wiki", &refresh).await;
    assert_eq!(status, 200, "what was proved goes on until somebody comes by the new name");
    // The rules of a first sign-in hold.
    assert_eq!(come(&world, &persistent, "ann@north.example").await, "idp.domain_not_owned");
    assert_eq!(come(&world, &persistent, "nobody@tailspin.example").await, "names.unknown_user");
    assert_eq!(come(&world, &NameId::new("1001", "urn:example:another-format"), KIM).await, "names.bound_elsewhere", "a format that nobody asked for");
    assert_eq!(come(&world, &email, KIM).await, KIM, "a provider that keeps to the old format goes on");
    assert_eq!(come(&world, &persistent, KIM).await, KIM, "anew");
    let (status, refused) = at_home.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")), "what the old name proved is over");
    assert_eq!(come(&world, &persistent, "other@tailspin.example").await, KIM, "the new link decides");
    assert_eq!(come(&world, &NameId::persistent("1002"), KIM).await, "names.bound_elsewhere", "another name of the format that is asked for");
    assert_eq!(come(&world, &email, KIM).await, "names.bound_elsewhere", "the old name says nothing any more");
    let kims = world.broker.user(KIM, "70444").await.id;
    assert_eq!(world.broker.running().store.links_of(kims).await.unwrap(), [world.connection], "one link, not two");
    // Back again, by the same rule; and never by a format that is not asked for.
    ask_for(&world, None).await;
    assert_eq!(come(&world, &email, KIM).await, "names.bound_elsewhere");
    ask_for(&world, Some(NameIdFormat::EmailAddress)).await;
    assert_eq!(come(&world, &email, KIM).await, KIM);
}

/// ST-09: a name that is somebody's already stays theirs, whatever address comes with it: linking anew moves nobody to another account.
#[tokio::test]
async fn st_09_linking_anew_moves_nobody_to_another_user() {
    let world = World::with(|settings| {
        settings.matching.remote = RemoteField::Named("mail".into());
        settings.jit = Jit::Create;
    })
    .await;
    assert_eq!(come(&world, &NameId::email(KIM), KIM).await, KIM);
    assert_eq!(come(&world, &NameId::persistent("2002"), BEN).await, BEN, "made, and linked");
    ask_for(&world, Some(NameIdFormat::Persistent)).await;
    assert_eq!(come(&world, &NameId::persistent("2002"), KIM).await, BEN, "Ben, whose address was changed to Kim's");
    assert_eq!(come(&world, &NameId::persistent("1001"), BEN).await, "names.bound_elsewhere", "Ben's address in other hands");
    assert_eq!(come(&world, &NameId::persistent("1001"), KIM).await, KIM);
    assert_eq!(come(&world, &NameId::persistent("2002"), BEN).await, BEN);
}

/// OE-03, OE-07: the same for the claim that names people: a link by another claim is past, one by the claim itself is somebody else's.
#[tokio::test]
async fn oe_03_oe_07_another_claim_links_anew() {
    let op = Op::start(SignOutThere::Off).await;
    let store = &op.broker.running().store;
    let kims = op.broker.user(KIM, "70444").await.id;
    let link = |kind: &str| Subject { issuer: op.issuer(), kind: kind.to_owned(), value: "E-4711".to_owned() };
    assert!(store.bind(op.connection, &link("sub"), kims, op.broker.clock.now()).await.unwrap());
    let (browser, page, _) = op.kim_comes_back().await;
    assert_eq!((page.status, browser.cookies.contains_key("__Host-session")), (403, false), "another name by the same claim");
    store.unlink(kims, op.broker.clock.now()).await.unwrap();
    assert!(store.bind(op.connection, &link("employee_number"), kims, op.broker.clock.now()).await.unwrap());
    let _ = op.kim().await;
    let linked = store.linked_as(op.connection, kims).await.unwrap().unwrap();
    assert_eq!((linked.issuer, linked.kind.as_str()), (op.issuer(), "sub"));
    assert_ne!(linked.value, "E-4711");
}
