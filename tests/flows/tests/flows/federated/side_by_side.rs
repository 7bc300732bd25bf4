//! What stands side by side stays apart: two accounts whose providers have one name and speak of one subject, and a mailbox beside a provider.

use homeward_discovery::{AllowLocal, UserRule};
use homeward_federation::RemoteField;
use homeward_simulator::saml::{Attribute, NameId};
use homeward_signin::{ports::Session, stage::Method};
use homeward_store::register::Register;

use super::*;

const DANA: &str = "dana@contoso.example";

/// MT-03, SK-20: settings, keys and people that were read a moment ago for one account count for no other, however alike the two are: the
/// same entity id, the same subject, one after the other.
#[tokio::test]
async fn mt_03_what_was_read_for_one_account_counts_for_no_other() {
    let by_mail = |settings: &mut ConnectionSettings| settings.matching.remote = RemoteField::Named("mail".into());
    let world = World::with(by_mail).await;
    let theirs = Idp::with_key(&world.idp.entity_id, SigningKey::new("Simulated", KeyKind::Rsa, Validity::default()).unwrap());
    let other = world.broker.change_connection("50210", "Entra", |entry| {
        let mut own = settings(&theirs);
        by_mail(&mut own);
        entry.settings = Some(own);
    })
    .await;
    let path = format!("/saml/{other}/acs");
    let asked = |id: &str| Asked {
        entity_id: format!("http://homeward.localhost/saml/{other}/metadata"),
        acs: format!("http://homeward.localhost{path}"),
        request_id: Some(id.to_owned()),
    };
    let same = |answer: Answer, mail: &str| {
        answer.assertion(|a| {
            a.name_id = Some(NameId::persistent("one-subject"));
            a.attributes = vec![Attribute::new("mail", mail)];
        })
    };
    for round in 0..2 {
        for (idp, comes_in) in [(&world.idp, true), (&theirs, false)] {
            let mut browser = world.broker.browser();
            let sent = go(&mut browser, "wiki", KIM).await;
            let answer = same(world.answer(&sent, KIM), KIM);
            let delivered = world.deliver_xml(&mut browser, &idp.response(&answer), &sent.relay).await;
            let end = outcome(&world, &mut browser, delivered).await;
            assert_eq!(end, if comes_in { Ok(kim().unwrap()) } else { Err("signin.answer_refused sig.untrusted_key".into()) }, "round {round}: Kim, {comes_in}");
        }
        for (idp, comes_in) in [(&theirs, true), (&world.idp, false)] {
            let mut browser = world.broker.browser();
            let page = browser.open("wiki", "").await;
            let offer = browser.identify(&page, DANA).await;
            let sent = read(&browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await);
            let answer = same(idp.answer(&asked(&sent.id), DANA, world.broker.clock.now()), DANA);
            let delivered = browser.deliver(&path, &[("SAMLResponse", &encode(idp.response(&answer))), ("RelayState", &sent.relay)]).await;
            let end = outcome(&world, &mut browser, delivered).await;
            assert_eq!(end, if comes_in { Ok((DANA.to_owned(), "50210".to_owned())) } else { Err("signin.answer_refused sig.untrusted_key".into()) }, "round {round}: Dana, {comes_in}");
        }
    }
}

/// Who is signed in by a delivered answer, or why nobody is.
async fn outcome(world: &World, browser: &mut Browser, delivered: Page) -> Result<(String, String), String> {
    if delivered.status != 303 {
        return Err(world.last_refusal().await);
    }
    let back = fetch(browser, &delivered).await;
    if back.refresh().is_none() {
        return Err(world.last_refusal().await);
    }
    Ok(who(browser, "wiki", &back).await.unwrap())
}

/// LR-04: whoever comes in through the provider has no use for a mail that was asked for before: its link is void. Without that it works.
#[tokio::test]
async fn lr_04_coming_in_through_the_provider_voids_what_was_mailed() {
    let world = World::new().await;
    let rule = async |rule| world.broker.change_user(KIM, "70444", |user| user.rule = rule).await;
    for comes_in in [false, true] {
        rule(Some(UserRule::Excluded)).await;
        let mut asker = world.broker.browser();
        let page = asker.get("/forgot").await;
        asker.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", KIM)]).await;
        let mails = world.broker.mails().await;
        let (_, subject, text) = mails.iter().rev().find(|(to, _, _)| to == KIM).unwrap();
        assert!(subject.starts_with("Reset your password"), "{subject}");
        let link = text.split_whitespace().find_map(|word| word.strip_prefix("http://homeward.localhost")).unwrap().to_owned();
        if comes_in {
            rule(None).await;
            let mut kim_at_work = world.broker.browser();
            let page = world.round(&mut kim_at_work, "wiki", KIM, KIM).await;
            assert_eq!(who(&mut kim_at_work, "wiki", &page).await, kim());
            rule(Some(UserRule::Excluded)).await;
        }
        asker.get(&link).await;
        let page = asker.get("/reset").await;
        let heading = page.heading();
        match comes_in {
            false => assert!(heading.starts_with("Reset the password for"), "{heading}"),
            true => assert_eq!(heading, "That link does not work any more"),
        }
    }
}

/// CHG-8: whoever changes the password that they have beside a provider goes on under another secret at every change, in the session that the provider proved: its
/// method, its proof and its end are what they were. The twin: a session by password is one afterwards, too.
#[tokio::test]
async fn chg_8_a_session_of_a_provider_stays_one_after_a_change_of_password() {
    let world = World::new().await;
    let (ctx, store) = (&world.broker.running().context, &world.broker.running().store);
    let mut by_provider = world.broker.browser();
    let back = world.round(&mut by_provider, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut by_provider, "wiki", &back).await, kim());
    let mut by_password = world.broker.browser();
    by_password.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    // From now on passwords count in Kim's account, too.
    let mut accounts = store.register().await.unwrap().accounts;
    accounts.retain(|entry| entry.account.number.as_str() == "70444");
    accounts[0].account.allow_local = AllowLocal::Yes;
    store.put(&Register { accounts, ..Register::default() }, &[], ctx.now()).await.unwrap();
    for (browser, name, account, current, method) in
        [(&mut by_provider, KIM, "70444", "Sprosser!4", Method::Saml), (&mut by_password, "ann@north.example", "40817", "Kranich7!", Method::Password)]
    {
        let user = world.broker.user(name, account).await.id;
        let living = async || ctx.sessions.of_user(user).await.unwrap().into_iter().filter(|session| session.ended.is_none()).collect::<Vec<Session>>();
        let before = living().await.remove(0);
        let secret = browser.cookies["__Host-session"].clone();
        let page = browser.get("/changepassword").await;
        let done = browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", current), ("new", "Reiher-99x"), ("repeat", "Reiher-99x")]).await;
        assert_eq!(done.heading(), "Your password was changed", "{name}: {}", done.body);
        // The same form once more, with the cookie of before, ends on the same page with the same secret (ALL-23).
        let mut again = browser.clone();
        again.cookies.insert("__Host-session".into(), secret.clone());
        let same = again.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", current), ("new", "Reiher-99x"), ("repeat", "Reiher-99x")]).await;
        assert_eq!((same.steady(), &again.cookies), (done.steady(), &browser.cookies), "{name}");
        let all = living().await;
        let [after] = all.as_slice() else { panic!("{name}: {all:?}") };
        assert_eq!((after.id, after.method, &after.upstream), (before.id, method, &before.upstream), "{name}");
        assert!(after.token_hash != before.token_hash && after.credential_version == before.credential_version + 1, "{name}");
        if method == Method::Saml {
            assert_eq!((after.proof, after.authenticated_at, after.stopgap), (before.proof, before.authenticated_at, before.stopgap), "nothing was proved anew");
        }
        assert_eq!(browser.get("/account").await.heading(), "Your account", "{name}");
        let mut thief = browser.clone();
        thief.cookies.insert("__Host-session".into(), secret);
        assert_eq!(thief.get("/account").await.heading(), "Sign in", "{name}: the secret before it is worth nothing");
        // The back button shows the same page; a second change by it gives a secret of its own, too.
        let secret = browser.cookies["__Host-session"].clone();
        let done = browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Reiher-99x"), ("new", "Kormoran-5z"), ("repeat", "Kormoran-5z")]).await;
        assert_eq!(done.heading(), "Your password was changed", "{name}: {}", done.body);
        let all = living().await;
        let [last] = all.as_slice() else { panic!("{name}: {all:?}") };
        assert_eq!((last.id, last.method, last.credential_version), (before.id, method, before.credential_version + 2), "{name}");
        assert!(last.token_hash != after.token_hash && browser.cookies["__Host-session"] != secret, "{name}: another secret");
        assert_eq!(browser.get("/account").await.heading(), "Your account", "{name}");
        thief.cookies.insert("__Host-session".into(), secret);
        assert_eq!(thief.get("/account").await.heading(), "Sign in", "{name}: the secret of the first change is worth nothing");
    }
}
