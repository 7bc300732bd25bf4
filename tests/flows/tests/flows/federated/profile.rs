//! What a provider says of somebody is not theirs to change here, and whoever comes from one proves themselves there.

use std::time::Duration;

use homeward_discovery::DomainClaim;
use homeward_federation::LocalField;
use homeward_portal::Role;
use homeward_testkit::register_of_domains;

use super::*;
use crate::portal::{enter, give_password, give_role, line};

async fn signed_in(world: &World) -> Browser {
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    browser
}

async fn email(world: &World) -> String {
    world.broker.user(KIM, "70444").await.email.unwrap().as_str().to_owned()
}

/// ST-18, B-038: an address that the provider says, or by which it finds people, is shown with the reason, and nothing changes it. The twin:
/// where the provider says nothing of it, it is the person's own.
#[tokio::test]
async fn st_18_an_address_of_the_providers_stays_as_it_is() {
    for change in [(|settings: &mut ConnectionSettings| settings.mapping.email = Some("mail".into())) as fn(&mut ConnectionSettings), |settings| settings.matching.local = LocalField::Email] {
        let world = World::with(change).await;
        let mut browser = signed_in(&world).await;
        let page = browser.get("/account/email").await;
        assert!(page.body.contains("This comes from Okta.") && !page.body.contains("name=\"email\""), "{}", page.body);
        let stage = browser.get("/account").await.hidden("stage");
        for (path, field, value) in [("/account/email", "email", "kim@evil.example"), ("/account/email/code", "code", "000000")] {
            let page = browser.post(path, &[("stage", &stage), (field, value)]).await;
            assert!(page.body.contains("This comes from Okta."), "{path}: {}", page.body);
        }
        assert_eq!((email(&world).await.as_str(), world.broker.mails().await.len()), (KIM, 0));
    }
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    let page = browser.get("/account/email").await;
    assert!(page.body.contains("name=\"email\""), "{}", page.body);
    let page = browser.post("/account/email", &[("stage", &page.hidden("stage")), ("email", "kim@new.example")]).await;
    assert!(page.body.contains("We sent a code to"), "{}", page.body);
}

/// B-164, LR-15: whoever holds the provider has no password of somebody with a role mailed to themselves: a session that it alone vouches for changes no
/// address, neither the first step nor the second. The twins: without the role, and in a session by their own password.
#[tokio::test]
async fn b_164_a_provider_moves_no_mailbox_of_somebody_with_a_role() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    let stage = browser.get("/account").await.hidden("stage");
    let page = browser.post("/account/email", &[("stage", &stage), ("email", "kim@first.example")]).await;
    assert!(page.body.contains("We sent a code to"), "the twin without a role: {}", page.body);
    let code: String = world.broker.mails().await.last().unwrap().2.split("Code: ").nth(1).unwrap().chars().take(7).collect();

    give_role(&world.broker, KIM, "70444", Role::Auditor).await;
    let page = browser.get("/account/email").await;
    assert!(page.body.contains("your own password") && page.body.contains("href=\"/portal\"") && !page.body.contains("name=\"email\""), "{}", page.body);
    for (path, field, value) in [("/account/email", "email", "kim@evil.example"), ("/account/email/code", "code", code.as_str())] {
        let page = browser.post(path, &[("stage", &stage), (field, value)]).await;
        assert!(page.body.contains("your own password"), "{path}: {}", page.body);
        let user = world.broker.user(KIM, "70444").await;
        assert_eq!(world.broker.audit(1).await, [("profile.email_asked email.by_provider".to_owned(), Some(user.id))], "{path}");
    }
    assert_eq!((email(&world).await.as_str(), world.broker.mails().await.len()), (KIM, 1));

    give_password(&world.broker, KIM, "70444").await;
    let mut own = enter(&world.broker, KIM).await;
    let page = own.get("/account/email").await;
    assert!(page.body.contains("kim@first.example") || page.body.contains("name=\"email\""), "the twin by password: {}", page.body);
    let user = world.broker.user(KIM, "70444").await;
    world.broker.running().store.take_portal_role(user.id, Role::Auditor, &line(&world.broker, &user)).await.unwrap().unwrap();
    let page = browser.get("/account/email").await;
    assert!(!page.body.contains("your own password"), "without the role again: {}", page.body);
}

/// B-038: names that follow the provider are read-only; the other stays the person's own.
#[tokio::test]
async fn a_name_of_the_providers_stays_as_it_is() {
    let world = World::with(|settings| settings.mapping.given_name = Some("first".into())).await;
    let mut browser = signed_in(&world).await;
    let before = world.broker.user(KIM, "70444").await.given_name;
    let page = browser.get("/account/name").await;
    assert!(page.body.contains("This comes from Okta.") && !page.body.contains("name=\"given\"") && page.body.contains("name=\"family\""), "{}", page.body);
    browser.post("/account/name", &[("stage", &page.hidden("stage")), ("given", "Evil"), ("family", "Reed")]).await;
    let now = world.broker.user(KIM, "70444").await;
    assert_eq!((now.given_name, now.family_name.as_str()), (before, "Reed"));
}

/// LR-15: somebody who comes from a provider proves themselves there, anew (ForceAuthn), before the address changes.
#[tokio::test]
async fn lr_15_a_fresh_proof_is_the_providers() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    world.broker.clock.wait(Duration::from_secs(6 * 60));
    let leaving = browser.get("/account/email").await;
    let sent = read(&leaving);
    assert!(sent.xml.contains("ForceAuthn=\"true\""), "{}", sent.xml);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert!(back.status == 303 && back.header("location").unwrap().starts_with("/account/email?stage="), "{}", back.body);
    assert!(browser.get("/account/email").await.body.contains("name=\"email\""));
}

/// CHG-9, B-063, EXP-3: somebody who is signed in through a provider is told where their password is kept, by the page for a new one and by that for a
/// forgotten one, and never that one expires. The twins: whose password is kept here, who is not signed in, and another username.
#[tokio::test]
async fn chg_9_whoever_is_signed_in_through_a_provider_is_told_where_the_password_is() {
    let world = World::new().await;
    // Her own password, which nothing here asks for, is long over by then.
    world.broker.clock.wait(Duration::from_secs(100 * 86_400));
    let mut browser = signed_in(&world).await;
    for path in ["/changepassword", "/forgot"] {
        let page = browser.get(path).await;
        assert_eq!(page.heading(), "Your organisation keeps your password", "{path}");
        assert!(page.body.contains(&format!("href=\"/signin/provider/{}\"", world.connection)), "{path}: {}", page.body);
        assert!(!page.body.contains("type=\"password\"") && !page.body.contains("name=\"username\""), "{path}");
        assert_eq!(page.body.contains("href=\"/forgot?other=yes\""), path == "/forgot");
    }
    assert_eq!(browser.get("/forgot?other=yes").await.heading(), "Reset your password");
    let mut nobody = world.broker.browser();
    let page = nobody.get("/forgot").await;
    assert_eq!(page.heading(), "Reset your password");
    assert_eq!(nobody.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", KIM)]).await.heading(), "Check your email");
    let mails = world.broker.mails().await;
    assert!(mails.iter().any(|(to, subject, text)| to == KIM && subject == "Your organisation keeps your password" && !text.contains("Code:")), "{mails:?}");
    let mut ann = world.broker.browser();
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, "ann@north.example").await;
    let page = ann.password(&page, "Kranich7!").await;
    assert_eq!(page.heading(), "Your password has expired", "hers is kept here");
    let page = ann.post("/signin/expired", &[("handle", &page.hidden("handle")), ("new", "Reiher-99"), ("repeat", "Reiher-99")]).await;
    ann.leave(&page).await;
    assert_eq!((ann.get("/forgot").await.heading(), ann.get("/changepassword").await.heading()), ("Reset your password", "Change password"));
}

/// OT-28: the word of a provider inside a proved domain proves the address that it names, and no other.
#[tokio::test]
async fn ot_28_the_domains_provider_proves_an_address() {
    let world = World::new().await;
    let verified = async || {
        let kim = world.broker.user(KIM, "70444").await.id;
        world.broker.running().context.provider.subjects.subject(kim).await.unwrap().unwrap().email.unwrap()
    };
    assert_eq!(verified().await, (KIM.into(), false));
    world.broker.change_user(KIM, "70444", |user| user.email = homeward_model::EmailAddress::parse("other@tailspin.example").ok()).await;
    world.round(&mut world.broker.browser(), "wiki", KIM, KIM).await;
    assert_eq!(verified().await, ("other@tailspin.example".into(), false), "another address than the one that the provider names");
    world.broker.change_user(KIM, "70444", |user| user.email = homeward_model::EmailAddress::parse(KIM).ok()).await;
    signed_in(&world).await;
    assert_eq!(verified().await, (KIM.into(), true));
    // The word counts as long as the domain is the account's.
    let store = &world.broker.running().store;
    let claim = store.register().await.unwrap().domains.into_iter().find(|claim| claim.domain.as_str() == "tailspin.example").unwrap();
    let now = claim.verified_at.unwrap();
    store.put(&register_of_domains(vec![DomainClaim { verified_at: None, ..claim.clone() }]), &[], now).await.unwrap();
    assert_eq!(verified().await, (KIM.into(), false), "the domain is given up");
    store.put(&register_of_domains(vec![claim]), &[], now).await.unwrap();
    assert_eq!(verified().await, (KIM.into(), true), "and proved again");
}
