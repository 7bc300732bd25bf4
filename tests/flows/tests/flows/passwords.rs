use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{TestBroker, pairs};
use reqwest::Method;

/// EXP-1, LP-12, B-047: an expired password is replaced before anything else, and then the application is reached.
#[tokio::test]
async fn lp_12_an_expired_password_is_replaced_before_the_session() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let page = old.open("wiki", "").await;
    let page = old.identify(&page, "old@north.example").await;
    let page = old.password(&page, "Storch#66").await;
    assert_eq!(page.heading(), "Your password has expired");
    assert!(page.body.contains("It was last changed 95 days ago.") && !old.cookies.contains_key("__Host-session"));
    // There is no way round: the session is not there, and the same page stays after a mistake.
    assert_eq!(old.open("wiki", "").await.heading(), "Sign in to Wiki");
    let handle = page.hidden("handle");
    let same = old.post("/signin/expired", &[("handle", &handle), ("new", "Storch#66"), ("repeat", "Storch#66")]).await;
    assert!(same.body.contains("Choose a password you have not just used"), "CHG-7");
    let short = old.post("/signin/expired", &[("handle", &handle), ("new", "x"), ("repeat", "y")]).await;
    assert!(short.body.contains("There is more than one thing to put right"), "CHG-6");
    let page = old.post("/signin/expired", &[("handle", &handle), ("new", "Dohle@123x"), ("repeat", "Dohle@123x")]).await;
    let address = old.leave(&page).await;
    let (_, tokens) = old.redeem("wiki", &address).await;
    assert_eq!(old.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "old@north.example");
    assert!(broker.mails().await.iter().any(|(to, subject, _)| to == "old@north.example" && subject == "Your password was changed"), "B-081");
    let mut again = broker.browser();
    assert!(again.sign_in("wiki", "old@north.example", "Dohle@123x").await.contains("code="));
    let used = old.post("/signin/expired", &[("handle", &handle), ("new", "Elster#12x"), ("repeat", "Elster#12x")]).await;
    assert_eq!(used.heading(), "Sign in to Wiki", "a proof is used once; where they were going is kept (SES-1)");
    assert!(broker.browser().sign_in("wiki", "old@north.example", "Dohle@123x").await.contains("code="), "and nothing was set");
}

/// EXP-2, B-048: soon to expire: now or later, and asked again only after a day.
#[tokio::test]
async fn a_warning_can_be_put_off_for_a_day() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut soon = broker.browser();
    let page = soon.open("wiki", "").await;
    let page = soon.identify(&page, "soon@north.example").await;
    let page = soon.password(&page, "Specht+55").await;
    assert_eq!(page.heading(), "Your password expires in 6 days");
    let page = soon.post("/signin/expiring", &[("handle", &page.hidden("handle")), ("now", "no")]).await;
    assert!(soon.leave(&page).await.contains("code="));
    assert!(broker.browser().sign_in("wiki", "soon@north.example", "Specht+55").await.contains("code="));
    broker.clock.wait(Duration::from_secs(25 * 3600));
    let mut later = broker.browser();
    let page = later.open("wiki", "").await;
    let page = later.identify(&page, "soon@north.example").await;
    let page = later.password(&page, "Specht+55").await;
    assert_eq!(page.heading(), "Your password expires in 5 days");
    let page = later.post("/signin/expiring", &[("handle", &page.hidden("handle")), ("now", "yes")]).await;
    let page = later.post("/signin/expired", &[("handle", &page.hidden("handle")), ("new", "Elster#12x"), ("repeat", "Elster#12x")]).await;
    assert!(later.leave(&page).await.contains("code="));
}

/// LP-13, B-026, OP-02: a change ends every other session and every grant, keeps and rotates this one, and is told by mail.
#[tokio::test]
async fn lp_13_a_change_ends_everything_else() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut here, mut there) = (broker.browser(), broker.browser());
    here.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let address = there.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = there.redeem("wiki", &address).await;
    let pending = there.open("late", "").await.header("location").unwrap().to_owned();
    let before = here.cookies["__Host-session"].clone();
    let page = here.get("/changepassword?client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings").await;
    assert_eq!(page.heading(), "Change password");
    assert!(page.body.contains("passwordrules=\"minlength: 8; maxlength: 16;"));
    let send = async |browser: &mut homeward_testkit::Browser, current: &str, new: &str, repeat: &str| {
        browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", current), ("new", new), ("repeat", repeat)]).await
    };
    let wrong = send(&mut here, "Falsch-12", "Reiher-99", "Reiher-99").await;
    assert!(wrong.body.contains("That is not your current password"));
    for (new, sentence) in [
        ("Reiher99", "needs one of the special characters"), ("Reiher-xy", "needs a number"), ("12345-678", "needs an English letter"), ("Re-1", "too short"),
        ("Reiher-9999999999", "too long"), ("Reiher -9", "must have no spaces"), ("Reiher\t-999", "has a character that is not allowed"), ("Password1!", "known from leaks"), ("Northwind-1", "made of a name"),
    ] {
        let page = send(&mut here, "Kranich7!", new, new).await;
        assert!(page.body.contains(sentence), "{new}: {sentence}");
        assert!(!page.body.contains(new), "ALL-25: no password comes back");
    }
    let done = send(&mut here, "Kranich7!", "Reiher-99", "Reiher-99").await;
    assert_eq!(done.heading(), "Your password was changed");
    assert!(done.body.contains("href=\"https://wiki.example/settings\""), "B-069");
    assert_ne!(here.cookies["__Host-session"], before, "rotated");
    assert_eq!(here.open("wiki", "").await.status, 303, "this session goes on");
    let mut thief = broker.browser();
    thief.cookies = here.cookies.clone();
    thief.cookies.insert("__Host-session".into(), before);
    assert_eq!(thief.open("wiki", "").await.status, 200, "the old secret is worth nothing");
    assert_eq!(there.open("wiki", "").await.heading(), "Sign in to Wiki", "the other session is over");
    assert_eq!(there.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
    assert_eq!(there.redeem("late", &pending).await.1["error"], "invalid_grant", "a code in flight, too");
    assert!(broker.mails().await.iter().any(|(to, subject, _)| to == "ann@north.example" && subject == "Your password was changed"));
}

/// CHG-6, LP-03: a new password that has a tab or the end of a line in it is told so, in the page's language, and not that it is short; so is one over
/// the technical maximum. The twin: one without is taken.
#[tokio::test]
async fn chg_6_a_character_that_no_password_can_have_is_said() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let stage = ann.get("/changepassword").await.hidden("stage");
    let (other, long) = ("Reiher-\t9999", "Reiher-9".repeat(150));
    for (language, character, too_long, too_short) in [
        ("en", "has a character that is not allowed", "is too long", "is too short"),
        ("de", "enthält ein Zeichen, das nicht erlaubt ist", "ist zu lang", "ist zu kurz"),
        ("fr", "contient un caractère qui n’est pas autorisé", "est trop long", "est trop court"),
        ("es", "contiene un carácter que no está permitido", "es demasiado larga", "es demasiado corta"),
    ] {
        for (new, sentence) in [(other, character), ("Reiher-9999\r\n", character), (&long, too_long), ("", too_short)] {
            let form = pairs(&[("stage", &stage), ("current", "Kranich7!"), ("new", new), ("repeat", new)]);
            let headers = [("sec-fetch-site", "same-origin"), ("origin", "null"), ("accept-language", language)];
            let page = ann.send(Method::POST, "/changepassword", &headers, Some(&form)).await;
            assert_eq!((page.status, page.body.contains(sentence)), (200, true), "{language}: {new:?}: {}", page.body);
            assert_eq!([character, too_long, too_short].iter().filter(|said| page.body.contains(**said)).count(), 1, "{language}: {new:?}");
        }
    }
    let done = ann.post("/changepassword", &[("stage", &stage), ("current", "Kranich7!"), ("new", "Reiher-9999"), ("repeat", "Reiher-9999")]).await;
    assert_eq!(done.heading(), "Your password was changed");
}

/// OB-09: `return_to` leads to registered addresses only.
#[tokio::test]
async fn ob_09_return_to_is_registered_or_refused() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    assert_eq!(browser.get("/changepassword?client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings").await.status, 200);
    for bad in [
        "client_id=wiki&return_to=https%3A%2F%2Fevil.example", "client_id=wiki&return_to=%2F%2Fevil.example", "client_id=wiki&return_to=javascript%3Aalert(1)",
        "return_to=https%3A%2F%2Fwiki.example%2Fsettings", "client_id=late&return_to=https%3A%2F%2Fwiki.example%2Fsettings",
        "client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings%2F", "client_id=nobody",
    ] {
        let page = browser.get(&format!("/changepassword?{bad}")).await;
        assert_eq!(page.status, 400, "{bad}");
        assert!(!page.body.contains("evil.example") && !page.body.contains("javascript:"), "{bad}");
    }
}

/// LP-16, OB-17: no password, token or code in the database's files. What the log must not have is in a process of its own (log.rs).
#[tokio::test]
async fn lp_16_no_secret_rests_anywhere_in_the_open() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let page = ann.open("wiki", "&prompt=login").await;
    let page = ann.identify(&page, "ann@north.example").await;
    ann.password(&page, "Falsch-12canary").await;
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(broker.folder()).unwrap().map(|f| f.unwrap().path()) {
        if file.file_name().unwrap().to_str().unwrap().starts_with("homeward.db") {
            bytes.extend(std::fs::read(file).unwrap());
        }
    }
    let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("ann@north.example"), "the dump is the right one");
    let code = address.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let session = &ann.cookies["__Host-session"];
    for secret in ["Kranich7!", "Falsch-12canary", tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap(), code, session] {
        assert!(!holds(secret), "{secret}");
    }
}

/// CHG-3, LH-01: under closed disclosure the page for a name that was typed shows nobody's rules before a proof, whoever's name it is; after the right
/// current password it says what the new one lacks. The twins: under open disclosure, and for somebody who is signed in, the account's own list.
#[tokio::test]
async fn chg_3_nobodys_rules_are_shown_before_a_proof() {
    const MODERN: &str = "at least 15 characters";
    const LATER: &str = "Your organisation’s rules for passwords apply.";
    for disclosure in [Disclosure::Closed, Disclosure::Open] {
        let broker = TestBroker::start(disclosure).await;
        let ctx = &broker.running().context;
        let mut register = broker.running().store.register().await.unwrap();
        register.accounts.retain(|entry| entry.account.number.as_str() == "40817");
        register.accounts.iter_mut().for_each(|entry| entry.policy = homeward_local_credential::PasswordPolicy::modern());
        let register = homeward_store::register::Register { accounts: register.accounts, ..Default::default() };
        broker.running().store.put(&register, &[], ctx.now()).await.unwrap();
        let mut pages = Vec::new();
        for name in ["ann@north.example", "kim@nowhere.example"] {
            let mut browser = broker.browser();
            let page = browser.get("/changepassword").await;
            let page = browser.identify(&page, name).await;
            assert_eq!(page.heading(), "Change password");
            let send = [("current", "Falsch-12"), ("new", "Reiher-99"), ("repeat", "Reiher-99")];
            let wrong = browser.post("/changepassword", &[&[("stage", page.hidden("stage").as_str())][..], &send].concat()).await;
            assert!(wrong.body.contains("That is not your current password"));
            pages.push((name, page, wrong));
        }
        for (name, page, wrong) in &pages {
            let own = disclosure == Disclosure::Open && name.starts_with("ann");
            for page in [page, wrong] {
                assert_eq!((page.body.contains(MODERN), page.body.contains("passwordrules="), page.body.contains(LATER)), (own, own, !own), "{disclosure:?} {name}: {}", page.body);
                assert!(!page.body.contains("8 to 16 characters"), "{disclosure:?} {name}");
            }
        }
        // The right current password is a proof: what the new one lacks is said.
        let mut ann = broker.browser();
        let page = ann.get("/changepassword").await;
        let page = ann.identify(&page, "ann@north.example").await;
        let page = ann.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Kranich7!"), ("new", "Reiher-99"), ("repeat", "Reiher-99")]).await;
        assert!(page.body.contains(MODERN) && page.body.contains("too short") && !page.body.contains(LATER), "{}", page.body);
        let page = ann.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Kranich7!"), ("new", "Reiher am alten Teich"), ("repeat", "Reiher am alten Teich")]).await;
        assert_eq!(page.heading(), "Your password was changed");
        ann.sign_in("wiki", "ann@north.example", "Reiher am alten Teich").await;
        assert!(ann.get("/changepassword").await.body.contains(MODERN), "who is signed in sees the account's own");
    }
}
