//! Whom an answer means: bindings, matching, domains, new users (sections 1.G and 2.F).

use std::collections::BTreeSet;

use homeward_discovery::{User, UserState};
use homeward_federation::{AttributeMapping, LocalField, RemoteField};
use homeward_model::{ApiTokenId, SystemRandom};
use homeward_portal::tokens::ApiToken;
use homeward_simulator::saml::{Attribute, NameId};

use super::*;
use crate::portal::{keep_token, token_of};

async fn refused(world: &World, typed: &str, asserted: &str) -> String {
    let mut browser = world.broker.browser();
    let page = world.round(&mut browser, "wiki", typed, asserted).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert!(!browser.cookies.contains_key("__Host-session"));
    world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned()
}

async fn comes_in(world: &World) {
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ST-01, ST-11, B-055: a provider speaks for its own account's domains and users.
#[tokio::test]
async fn st_01_a_provider_speaks_for_its_own_domains_st_11() {
    let world = World::new().await;
    assert_eq!(refused(&world, KIM, "ann@north.example").await, "idp.domain_not_owned");
    assert_eq!(refused(&world, KIM, "kim@gmail.com").await, "idp.domain_not_owned");
    assert_eq!(refused(&world, KIM, "nobody@tailspin.example").await, "names.unknown_user");
    assert_eq!(refused(&world, KIM, " kim@tailspin.example").await, "names.unusable");
    // A wide @ is an @ to the reader of usernames.
    assert_eq!(refused(&world, KIM, "ann\u{ff20}north.example").await, "names.unusable");
    assert_eq!(refused(&world, KIM, "kim\u{fe6b}tailspin.example").await, "names.unusable");
    comes_in(&world).await;
}

/// ST-10: the provider names somebody else than was typed: that person is signed in, and nobody is linked to the typed name.
#[tokio::test]
async fn st_10_the_provider_says_who_it_is() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", "somebody@tailspin.example", KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ST-12: the domain's proof lapses while the person is away.
#[tokio::test]
async fn st_12_a_domain_counts_as_long_as_it_is_proved() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let store = &world.broker.running().store;
    let mut domains = store.register().await.unwrap().domains;
    domains.retain(|claim| claim.domain.as_str() == "tailspin.example");
    let proved = domains.clone();
    domains[0].verified_at = None;
    let put = async |domains| store.put(&homeward_testkit::register_of_domains(domains), &[], world.broker.clock.now()).await.unwrap();
    put(domains).await;
    let refused = fetch(&mut browser, &delivered).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused idp.domain_not_owned"));
    put(proved).await;
    comes_in(&world).await;
}

/// ST-12, ST-11: whoever is linked already comes in as long as their own domain is the account's: given up, or its proof lapsed while they were away, it lets nobody in,
/// whatever the provider calls them; nor do names of other domains there matter while it is proved. Proved again, the link that was there lets them in.
#[tokio::test]
async fn st_12_whoever_is_linked_loses_the_way_in_with_the_domain() {
    let world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let store = &world.broker.running().store;
    let proved: Vec<_> = store.register().await.unwrap().domains.into_iter().filter(|claim| claim.domain.as_str() == "tailspin.example").collect();
    let lapsed: Vec<_> = proved.iter().cloned().map(|claim| homeward_discovery::DomainClaim { verified_at: None, ..claim }).collect();
    let put = async |domains: &[_]| store.put(&homeward_testkit::register_of_domains(domains.to_vec()), &[], world.broker.clock.now()).await.unwrap();
    let come = async |lapses: bool, mail: &str| {
        let mut browser = world.broker.browser();
        let delivered = answered(&world, &mut browser, "1001", mail).await;
        if lapses {
            put(&lapsed).await;
        }
        let page = fetch(&mut browser, &delivered).await;
        match page.status {
            200 => who(&mut browser, "wiki", &page).await.map_or_else(String::new, |(name, _)| name),
            _ => world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned(),
        }
    };
    assert_eq!(come(false, KIM).await, KIM, "linked");
    assert_eq!(come(false, "kim@private.example").await, KIM, "the link decides");
    for mail in [KIM, "kim@private.example"] {
        assert_eq!(come(true, mail).await, "idp.domain_not_owned", "{mail}");
        let trace = store.traces(Some(world.connection), 1).await.unwrap().remove(0);
        assert_eq!(trace.failure().seen.as_deref(), Some("tailspin.example"), "ours, not what came");
        put(&proved).await;
    }
    // One that the operator lets this provider speak for needs no proof.
    world.broker.change_connection("70444", "Okta", |entry| {
        if let Some(settings) = &mut entry.settings {
            settings.foreign_domains = vec![homeward_model::DomainName::parse("tailspin.example").unwrap()];
        }
    })
    .await;
    assert_eq!(come(true, KIM).await, KIM);
    world.broker.change_connection("70444", "Okta", |entry| entry.settings.as_mut().unwrap().foreign_domains.clear()).await;
    put(&proved).await;
    assert_eq!(come(false, KIM).await, KIM, "the twin: nothing was taken from the link");
}

/// ST-20, OA-26: a session of one account is none of another, also when the name is typed.
#[tokio::test]
async fn st_20_a_session_of_one_account_is_none_of_another() {
    let world = World::new().await;
    let mut sam = world.broker.browser();
    let page = sam.open("wiki", "&account=60333").await;
    let page = sam.identify(&page, "sam@many.example").await;
    let page = sam.password(&page, "Drossel=2").await;
    let address = sam.leave(&page).await;
    let (_, tokens) = sam.redeem("wiki", &address).await;
    assert_eq!(sam.who(tokens["access_token"].as_str().unwrap()).await, Some(("sam@many.example".into(), "60333".into())));
    assert_eq!(sam.open("wiki", "&account=60333").await.status, 303);
    let other = sam.open("wiki", "&account=40817").await;
    assert_eq!(other.status, 200);
    let typed = sam.identify(&other, "sam@many.example").await;
    assert!(typed.refresh().is_none(), "the other account asks for its own proof: {}", typed.heading());
}

/// ST-02, SF-22: an answer for one connection at the address of another.
#[tokio::test]
async fn st_02_an_answer_counts_at_its_own_connection_only() {
    let world = World::new().await;
    let other = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings(&world.idp))).await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let form = encode(world.idp.response(&world.answer(&sent, KIM)));
    let there = browser.deliver(&format!("/saml/{other}/acs"), &[("SAMLResponse", &form), ("RelayState", &sent.relay)]).await;
    assert_eq!((there.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.other_connection"));
    let here = browser.deliver(&world.acs(), &[("SAMLResponse", &form), ("RelayState", &sent.relay)]).await;
    let back = fetch(&mut browser, &here).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ST-14, B-159: suspended and excluded people are not let in by the provider; the state is read at the end.
#[tokio::test]
async fn st_14_the_users_own_state_decides() {
    let world = World::new().await;
    let set = async |change: fn(&mut User)| world.broker.change_user(KIM, "70444", change).await;
    set(|user| user.state = UserState::Suspended).await;
    assert_eq!(refused(&world, KIM, KIM).await, "allowed.not_active");
    set(|user| user.state = UserState::Invited).await;
    assert_eq!(refused(&world, KIM, KIM).await, "allowed.invited");
    set(|user| user.state = UserState::Active).await;
    comes_in(&world).await;
    // Excluded while away: discovery decides once more.
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    set(|user| user.rule = Some(homeward_discovery::UserRule::Excluded)).await;
    assert_eq!(fetch(&mut browser, &delivered).await.status, 403);
    assert_eq!(world.last_refusal().await, "signin.answer_refused allowed.rules");
}

/// ST-09, ST-08, ST-06, OE-07: after the first sign-in the unchanging name decides; the same address under another name, another
/// case or another format is somebody else.
#[tokio::test]
async fn st_09_a_recycled_address_takes_nobody_over_st_06_st_08() {
    let world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let come = async |subject: NameId, mail: &str| {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let answer = world.answer(&sent, KIM).assertion(|a| {
            a.name_id = Some(subject);
            a.attributes = vec![Attribute::new("mail", mail)];
        });
        let delivered = world.deliver(&mut browser, &answer, &sent.relay).await;
        let page = fetch(&mut browser, &delivered).await;
        match page.status {
            200 => who(&mut browser, "wiki", &page).await.map_or_else(String::new, |(name, _)| name),
            _ => world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned(),
        }
    };
    assert_eq!(come(NameId::persistent("1001"), KIM).await, KIM);
    assert_eq!(come(NameId::persistent("1002"), KIM).await, "names.bound_elsewhere");
    assert_eq!(come(NameId::email("1001"), KIM).await, "names.bound_elsewhere", "ST-06");
    // A changed address at the provider moves nobody: the binding decides.
    assert_eq!(come(NameId::persistent("1001"), "other@tailspin.example").await, KIM);
    assert_eq!(come(NameId::new("x9", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"), KIM).await, "names.transient", "ST-07");
}

/// What an answer of this subject about an address comes to: the delivered answer, not fetched yet.
async fn answered(world: &World, browser: &mut Browser, subject: &str, mail: &str) -> Page {
    let sent = go(browser, "wiki", KIM).await;
    let answer = world.answer(&sent, KIM).assertion(|a| {
        a.name_id = Some(NameId::persistent(subject));
        a.attributes = vec![Attribute::new("mail", mail)];
    });
    world.deliver(browser, &answer, &sent.relay).await
}

/// ST-09, OE-07: with another issuer expected, the links of the one before bind nobody: their people are matched anew, inside the same rules as
/// at a first sign-in. Within one issuer a second name for the same user stays refused, and the old issuer lets nobody in any more.
#[tokio::test]
async fn st_09_another_issuer_links_anew_and_one_issuer_does_not() {
    let mut world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let come = async |world: &World, subject: &str, mail: &str| {
        let mut browser = world.broker.browser();
        let delivered = answered(world, &mut browser, subject, mail).await;
        if delivered.status == 303 {
            let page = fetch(&mut browser, &delivered).await;
            if page.status == 200 {
                return who(&mut browser, "wiki", &page).await.map_or_else(String::new, |(name, _)| name);
            }
        }
        world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned()
    };
    let mut at_home = world.broker.browser();
    let delivered = answered(&world, &mut at_home, "1001", KIM).await;
    let page = fetch(&mut at_home, &delivered).await;
    let address = at_home.leave(&page).await;
    let (_, tokens) = at_home.redeem("wiki", &address).await;
    assert_eq!(come(&world, "1001", KIM).await, KIM);
    assert_eq!(come(&world, "1002", KIM).await, "names.bound_elsewhere");
    let old = std::mem::replace(&mut world.idp, Idp::with_key("https://idp.example/moved", KEY.certified_again("Simulated", Validity::default()).unwrap()));
    let (entity_id, certificate) = (world.idp.entity_id.clone(), world.idp.certificate_pem());
    world
        .broker
        .change_connection("70444", "Okta", |entry| {
            let Some(ConnectionSettings { protocol: Protocol::Saml(saml), .. }) = &mut entry.settings else { panic!("SAML") };
            saml.idp_entity_id = entity_id;
            saml.certificates.push(certificate);
        })
        .await;
    let store = world.broker.running().store.clone();
    // The rules of a first sign-in hold: a domain of another account, and a name that nobody has.
    assert_eq!(come(&world, "1001", "ann@north.example").await, "idp.domain_not_owned");
    assert_eq!(come(&world, "1001", "nobody@tailspin.example").await, "names.unknown_user");
    let (status, tokens) = at_home.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, at_home.get("/account").await.heading()), (200, "Your account"), "what was proved goes on until somebody comes by the new one");
    let kims = world.broker.user(KIM, "70444").await;
    let (by_word, by_password) = (ApiTokenId::generate(&SystemRandom), ApiTokenId::generate(&SystemRandom));
    for (id, federated) in [(by_word, true), (by_password, false)] {
        keep_token(&world.broker, &kims, &ApiToken { federated, ..token_of(&world.broker, &kims, &[], id) }).await;
    }
    let tokens_left = async || -> BTreeSet<_> { store.api_tokens(None, world.broker.clock.now()).await.unwrap().into_iter().map(|found| found.token.id).collect() };
    assert_eq!(tokens_left().await, [by_word, by_password].into());
    assert_eq!(come(&world, "2001", KIM).await, KIM, "anew");
    assert_eq!(tokens_left().await, [by_password].into(), "ST-13: nor does a token for the API rest on the old one's word");
    let (status, refused) = at_home.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")), "what the old one proved is over");
    assert_eq!(at_home.get("/account").await.heading(), "Sign in");
    assert_eq!(come(&world, "2001", "other@tailspin.example").await, KIM, "the new link decides");
    assert_eq!(come(&world, "2002", KIM).await, "names.bound_elsewhere", "one issuer, another name");
    assert_eq!(come(&world, "1001", KIM).await, "names.bound_elsewhere", "the old name says nothing at the new issuer");
    assert_eq!(store.links_of(kims.id).await.unwrap(), [world.connection], "one link, not two");
    world.idp = old;
    assert_eq!(come(&world, "1001", KIM).await, "issuer.unexpected");
}

/// ST-09, OP-03: somebody who is somebody new at the provider comes in once an operator has taken the old link away; then everything of the
/// old one has ended, an answer that waits included, and whoever had the old name takes nobody over. Nobody else is touched.
#[tokio::test]
async fn st_09_op_03_a_link_is_taken_away_by_an_operator_only() {
    let world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let store = &world.broker.running().store;
    let kims = world.broker.user(KIM, "70444").await.id;
    let (mut old, mut waiting, mut ann) = (world.broker.browser(), world.broker.browser(), world.broker.browser());
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    assert_eq!((store.links_of(kims).await.unwrap(), store.unlink(kims, world.broker.clock.now()).await.unwrap()), (vec![], 0));
    let delivered = answered(&world, &mut old, "1001", KIM).await;
    let page = fetch(&mut old, &delivered).await;
    let address = old.leave(&page).await;
    let (_, tokens) = old.redeem("wiki", &address).await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(old.who(tokens["access_token"].as_str().unwrap()).await, kim());
    let late = answered(&world, &mut waiting, "1001", KIM).await;
    assert_eq!(store.links_of(kims).await.unwrap(), [world.connection]);
    assert_eq!(store.unlink(kims, world.broker.clock.now()).await.unwrap(), 1);
    let (status, refused) = old.refresh("wiki", &refresh).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(old.get("/account").await.heading(), "Sign in");
    let page = fetch(&mut waiting, &late).await;
    assert_eq!((page.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"));
    assert_ne!(ann.get("/account").await.heading(), "Sign in");
    let mut new = world.broker.browser();
    let delivered = answered(&world, &mut new, "1002", KIM).await;
    let page = fetch(&mut new, &delivered).await;
    assert_eq!(who(&mut new, "wiki", &page).await, kim());
    let delivered = answered(&world, &mut waiting, "1001", KIM).await;
    let page = fetch(&mut waiting, &delivered).await;
    assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused names.bound_elsewhere"));
    assert!(!waiting.cookies.contains_key("__Host-session"));
}

/// ST-18: the address of somebody who is made at a first sign-in is the provider's word; nothing that the browser brings along changes it.
#[tokio::test]
async fn st_18_nobody_edits_the_address_of_a_first_sign_in() {
    let world = World::with(|settings| settings.jit = Jit::Create).await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let form = encode(world.idp.response(&world.answer(&sent, "new@tailspin.example")));
    let edits = [("email", "ann@north.example"), ("username", KIM)];
    let both: Vec<(&str, &str)> = [("SAMLResponse", form.as_str()), ("RelayState", sent.relay.as_str())].into_iter().chain(edits).collect();
    let delivered = browser.deliver(&world.acs(), &both).await;
    assert_eq!(delivered.status, 303, "{}", delivered.body);
    let page = browser.get(&format!("{}&email=ann%40north.example&username=kim%40tailspin.example", delivered.header("location").unwrap())).await;
    assert_eq!(who(&mut browser, "wiki", &page).await, Some(("new@tailspin.example".into(), "70444".into())));
    let made = world.broker.user("new@tailspin.example", "70444").await;
    assert_eq!((made.email.unwrap().as_str(), made.username.typed()), ("new@tailspin.example", "new@tailspin.example"));
}

/// OP-11: of fifty first sign-ins of one new person at once there is one user, whom they all are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn op_11_fifty_first_sign_ins_at_once_make_one_user() {
    const NEW: &str = "new@tailspin.example";
    let world = World::with(|settings| settings.jit = Jit::Create).await;
    let mut waiting = Vec::new();
    for _ in 0..50 {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let delivered = world.deliver(&mut browser, &world.answer(&sent, NEW), &sent.relay).await;
        waiting.push((browser, delivered.header("location").unwrap().to_owned()));
    }
    let tasks: Vec<_> = waiting.into_iter().map(|(mut browser, to)| tokio::spawn(async move { (browser.get(&to).await, browser) })).collect();
    let mut in_it = 0;
    for task in tasks {
        let (page, mut browser) = task.await.unwrap();
        match page.status {
            200 => {
                assert_eq!(who(&mut browser, "wiki", &page).await, Some((NEW.into(), "70444".into())));
                in_it += 1;
            }
            // Whoever came between the look and the writing begins once more.
            status => assert_eq!((status, browser.cookies.contains_key("__Host-session")), (403, false), "{}", page.body),
        }
    }
    assert!(in_it > 0);
    let users = world.broker.running().store.register().await.unwrap().users;
    assert_eq!(users.iter().filter(|user| user.username.typed() == NEW).count(), 1);
    let mut browser = world.broker.browser();
    let page = world.round(&mut browser, "wiki", KIM, NEW).await;
    assert_eq!(who(&mut browser, "wiki", &page).await, Some((NEW.into(), "70444".into())));
}

/// SC-17, SC-18: an identity attribute with no or several values names nobody.
#[tokio::test]
async fn sc_18_an_identity_attribute_has_one_value() {
    let world = World::with(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let come = async |values: &[&str]| {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        let answer = world.answer(&sent, KIM).assertion(|a| {
            a.attributes = match values {
                [] => vec![],
                _ => vec![Attribute { name: "mail".into(), format: None, values: values.iter().map(|v| (*v).to_owned()).collect() }],
            };
        });
        let delivered = world.deliver(&mut browser, &answer, &sent.relay).await;
        fetch(&mut browser, &delivered).await.status
    };
    assert_eq!(come(&[]).await, 403);
    assert_eq!(world.last_refusal().await, "signin.answer_refused names.attribute_missing");
    assert_eq!(come(&[KIM, "ann@north.example"]).await, 403);
    assert_eq!(world.last_refusal().await, "signin.answer_refused names.attribute_several");
    assert_eq!(come(&[KIM]).await, 200);
}

/// ST-15, ST-16, OP-08, B-192: a user who is made has a plain user's rights, inside the account's proved domains.
#[tokio::test]
async fn st_15_new_users_get_no_right_of_the_installation_st_16() {
    let world = World::with(|settings| {
        settings.jit = Jit::Create;
        settings.mapping = AttributeMapping { roles: Some("roles".into()), given_name: Some("first".into()), ..AttributeMapping::default() };
    })
    .await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let answer = world.answer(&sent, "new@tailspin.example").assertion(|a| {
        a.attributes = vec![
            Attribute { name: "roles".into(), format: None, values: vec!["reader".into(), "operator".into(), "Installation-Admin".into()] },
            Attribute::new("first", "Nele"),
            Attribute::new("sub", "x"),
            Attribute::new("account_number", "40817"),
        ];
    });
    let delivered = world.deliver(&mut browser, &answer, &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, Some(("new@tailspin.example".into(), "70444".into())));
    let made = world.broker.user("new@tailspin.example", "70444").await;
    assert_eq!((made.given_name.as_str(), made.roles.iter().map(String::as_str).collect::<Vec<_>>()), ("Nele", vec!["reader"]));
    assert_eq!(refused(&world, KIM, "new@gmail.com").await, "idp.domain_not_owned");
    assert_eq!(refused(&world, KIM, "ann@north.example").await, "idp.domain_not_owned");
}

/// OP-01, OP-12, LH-15: no merge: who had a password for the name before Single Sign-On has nothing of it after the person came by the provider,
/// and an address of somebody else's domain that is entered for a user gives nobody anything of its owner's.
#[tokio::test]
async fn op_01_op_12_nothing_is_merged_with_what_was_there_before() {
    let world = World::with(|settings| settings.matching.local = LocalField::Email).await;
    let set = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    set(homeward_discovery::ConnectionState::Draft).await;
    let mut before = world.broker.browser();
    let page = before.open("wiki", "").await;
    let page = before.identify(&page, KIM).await;
    let page = before.password(&page, "Sprosser!4").await;
    assert_eq!(who(&mut before, "wiki", &page).await, kim());
    set(homeward_discovery::ConnectionState::Enforced).await;
    world.broker.change_user(KIM, "70444", |user| user.email = homeward_model::EmailAddress::parse(KIM).ok()).await;
    comes_in(&world).await;
    assert!(before.open("wiki", "&prompt=none").await.header("location").unwrap().contains("login_required"), "OP-01: the session before opens nothing");
    let mut again = world.broker.browser();
    let page = again.open("wiki", "").await;
    let page = again.identify(&page, KIM).await;
    assert!(read(&page).xml.contains("AuthnRequest"), "OP-01: nor does the password");
    // An address in the domain that another account has proved.
    world.broker.change_user(KIM, "70444", |user| user.email = homeward_model::EmailAddress::parse("ann@north.example").ok()).await;
    let mut fresh = world.broker.browser();
    let sent = go(&mut fresh, "wiki", KIM).await;
    let answer = world.answer(&sent, "ann@north.example").assertion(|a| a.name_id = Some(NameId::email("ann@north.example")));
    let delivered = world.deliver(&mut fresh, &answer, &sent.relay).await;
    let page = fetch(&mut fresh, &delivered).await;
    assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused idp.domain_not_owned"), "OP-12");
    let mut ann = world.broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some(("ann@north.example".into(), "40817".into())), "Ann is who she was");
    world.broker.change_user(KIM, "70444", |user| user.email = homeward_model::EmailAddress::parse(KIM).ok()).await;
    comes_in(&world).await;
}

/// OP-01: what an application holds of a password goes no further once Single Sign-On has taken the password's place; a grant of the
/// provider's and one of a user on the exclusion list go on, and so does the grant when the
/// step is taken back. The audit says whose it was.
#[tokio::test]
async fn op_01_a_grant_of_a_password_ends_where_the_password_no_longer_counts() {
    let world = World::new().await;
    let broker = &world.broker;
    let set = async |state| broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    let held = async |browser: &mut Browser, address: &str| {
        let (status, tokens) = browser.redeem("wiki", address).await;
        assert_eq!(status, 200, "{tokens}");
        tokens["refresh_token"].as_str().unwrap().to_owned()
    };
    let goes_on = async |token: &mut String| {
        let (status, tokens) = broker.browser().refresh("wiki", token).await;
        if let Some(next) = tokens["refresh_token"].as_str() {
            *token = next.to_owned();
        }
        (status, tokens["error"].as_str().unwrap_or("ok").to_owned())
    };
    let ok = (200, "ok".to_owned());
    set(homeward_discovery::ConnectionState::Draft).await;
    let mut before = broker.browser();
    let address = before.sign_in("wiki", KIM, "Sprosser!4").await;
    let mut by_password = held(&mut before, &address).await;
    assert_eq!(goes_on(&mut by_password).await, ok);
    set(homeward_discovery::ConnectionState::Enforced).await;
    let mut browser = broker.browser();
    let page = world.round(&mut browser, "wiki", KIM, KIM).await;
    let address = browser.leave(&page).await;
    let mut by_provider = held(&mut browser, &address).await;
    assert_eq!(goes_on(&mut by_password).await, (400, "invalid_grant".into()));
    assert_eq!(broker.audit(1).await, [("client.refused client.invalid_grant".to_owned(), Some(broker.user(KIM, "70444").await.id))]);
    assert_eq!(goes_on(&mut by_provider).await, ok);
    broker.change_user(KIM, "70444", |user| user.rule = Some(homeward_discovery::UserRule::Excluded)).await;
    assert_eq!(goes_on(&mut by_password).await, ok, "the exclusion list keeps the password");
    broker.change_user(KIM, "70444", |user| user.rule = None).await;
    assert_eq!(goes_on(&mut by_password).await.0, 400);
    set(homeward_discovery::ConnectionState::Tested).await;
    assert_eq!(goes_on(&mut by_password).await, ok, "taken back");
}

/// C4: matching by e-mail address and by external id.
#[tokio::test]
async fn matching_goes_by_the_field_that_the_connection_says() {
    let world = World::with(|settings| settings.matching.local = LocalField::ExternalId).await;
    world.broker.change_user(KIM, "70444", |user| user.external_id = Some("E-4711".into())).await;
    let come = async |name: &str| {
        let mut browser = world.broker.browser();
        let page = world.round(&mut browser, "wiki", KIM, name).await;
        (page.status == 200, world.last_refusal().await)
    };
    assert_eq!(come("e-4711").await, (false, "signin.answer_refused names.unknown_user".into()));
    assert!(come("E-4711").await.0);
}
