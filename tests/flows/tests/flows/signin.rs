use homeward_discovery::{Disclosure, UserState};
use homeward_model::Clock;
use homeward_store::register::Register;
use homeward_testkit::TestBroker;

/// The main job: username, password, code, tokens, userinfo, for the right person in the right account.
#[tokio::test]
async fn a_person_signs_in_to_an_application_and_it_learns_who() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        let mut ann = broker.browser();
        let address = ann.sign_in("wiki", "Ann@North.Example", "Kranich7!").await;
        assert!(address.starts_with("https://wiki.example/cb?code=") && address.contains("&state=st&iss=http%3A%2F%2Fhomeward.localhost"), "{address}");
        let (status, tokens) = ann.redeem("wiki", &address).await;
        assert_eq!(status, 200, "{tokens}");
        let who = ann.who(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(who, Some(("ann@north.example".into(), "40817".into())));
        let user = broker.user("ann@north.example", "40817").await.id;
        assert_eq!(broker.audit(1).await, [("signin.completed ok".to_owned(), Some(user))]);
        // B-022: another application of the same browser asks nothing.
        let page = ann.open("late", "").await;
        assert_eq!(page.status, 303);
        assert!(page.header("location").unwrap().starts_with("https://late.example/cb?code="));
    }
}

/// A11: whoever comes to our own address is asked where to, and the account's default application stands first; the others keep their order, which is that
/// of an account without one. One that is not in the account's region is not in the list, default or not.
#[tokio::test]
async fn where_to_begins_with_the_accounts_default_application() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let store = &broker.running().store;
    let entry = |(id, more): (&str, &str)| {
        format!(
            "[[application]]\nclient_id = \"{id}\"\nname = \"{id}\"\nauthentication = \"none\"\nredirect_uris = [\"https://{id}.example/cb\"]\nstart_url = \"https://{id}.example/\"\n{more}"
        )
    };
    let text: String = [("abacus", ""), ("yonder", "regions = [\"ca\"]\n"), ("zoo", "")].map(entry).concat();
    let plan = homeward_server::apply::plan_text(store, &text, &broker.folder().join("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    for (default, order) in [
        (None, ["abacus", "wiki", "zoo"]), (Some("zoo"), ["zoo", "abacus", "wiki"]), (Some("wiki"), ["wiki", "abacus", "zoo"]), (Some("abacus"), ["abacus", "wiki", "zoo"]),
        (Some("yonder"), ["abacus", "wiki", "zoo"]),
    ] {
        let mut account = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "40817").unwrap();
        account.default_application = default.map(str::to_owned);
        store.put(&Register { accounts: vec![account], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
        let page = ann.get("/signin").await;
        assert_eq!((page.status, page.heading()), (200, "You are signed in. Where to?"));
        let listed: Vec<&str> = page.body.split("href=\"https://").skip(1).filter_map(|rest| rest.split(".example/\"").next()).collect();
        assert_eq!(listed, order, "{default:?}");
    }
}

/// USR-3, USR-4: a password that a manager filled in signs in with one submit; a wrong one is no error and counts once.
#[tokio::test]
async fn a_filled_in_password_is_one_submit() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let page = ann.post("/signin/username", &[("stage", &page.hidden("stage")), ("username", "ann@north.example"), ("prefill", "Kranich7!")]).await;
    assert!(ann.leave(&page).await.starts_with("https://wiki.example/cb?code="));
    let mut eve = broker.browser();
    let page = eve.open("wiki", "").await;
    let before = broker.evaluations();
    let page = eve.post("/signin/username", &[("stage", &page.hidden("stage")), ("username", "eve@north.example"), ("prefill", "wrong")]).await;
    assert_eq!((page.heading(), page.body.contains("aria-invalid")), ("Enter your password", false));
    assert_eq!(broker.evaluations() - before, 1);
    // For a user of the organisation's provider it is thrown away and never tried.
    let page = eve.open("wiki", "").await;
    let page = eve.post("/signin/username", &[("stage", &page.hidden("stage")), ("username", "dana@contoso.example"), ("prefill", "anything")]).await;
    assert_eq!(page.heading(), "Sign in with your organisation");
    assert_eq!(broker.evaluations() - before, 1);
}

/// B-039…B-042, LH-13: several accounts, before and after the password; only accounts whose password matched are listed.
#[tokio::test]
async fn lh_13_a_person_with_several_accounts_says_which() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let page = sam.open("wiki", "").await;
    let page = sam.identify(&page, "sam@many.example").await;
    assert_eq!(page.heading(), "Multiple accounts located");
    assert!(!page.body.contains("Northwind") && !page.body.contains("Fabrikam"), "MUL-2: nothing is listed before a proof");
    let wrong = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "99999")]).await;
    assert!(wrong.body.contains("We could not find that account for this username"), "MUL-5");
    let page = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "60 333")]).await;
    assert!(page.body.contains("Fabrikam"));
    let page = sam.password(&page, "Drossel=2").await;
    let address = sam.leave(&page).await;
    let (_, tokens) = sam.redeem("wiki", &address).await;
    assert_eq!(sam.who(tokens["access_token"].as_str().unwrap()).await.unwrap().1, "60333");
    // At the password: only the two accounts whose password it is.
    let mut again = broker.browser();
    let page = again.open("late", "").await;
    let page = again.identify(&page, "sam@many.example").await;
    assert_eq!(page.heading(), "Enter your password");
    let page = again.password(&page, "Falke%33x").await;
    assert_eq!(page.heading(), "Multiple accounts located");
    assert!(page.body.contains("Northwind") && page.body.contains("Contoso") && !page.body.contains("Fabrikam"));
    let handle = page.hidden("handle");
    let foreign = again.post("/signin/proven", &[("handle", &handle), ("account", "60333")]).await;
    assert!(foreign.body.contains("Choose an account") && foreign.refresh().is_none(), "an account that was not proved");
    let mut thief = broker.browser();
    let stolen = thief.post("/signin/proven", &[("handle", &handle), ("account", "50210")]).await;
    assert!(stolen.refresh().is_none(), "another browser");
    let page = again.post("/signin/proven", &[("handle", &handle), ("account", "50210")]).await;
    let address = again.leave(&page).await;
    let (_, tokens) = again.redeem("late", &address).await;
    assert_eq!(again.who(tokens["access_token"].as_str().unwrap()).await.unwrap().1, "50210");
    let used = again.post("/signin/proven", &[("handle", &handle), ("account", "40817")]).await;
    assert!(used.refresh().is_none(), "a proof is used once");
}

/// LH-15, B-166: the organisation's users have no way in by a password, whatever is posted where; the excluded one has.
#[tokio::test]
async fn lh_15_a_federated_user_has_no_local_path() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        let ctx = &broker.running().context;
        let dana = broker.user("dana@contoso.example", "50210").await;
        let password = homeward_model::Password::parse("Kranich7!").unwrap();
        let credential = ctx.passwords.hash_new(dana.id, &password, 1, &[], ctx.now()).await.unwrap();
        broker.running().store.set_credential(&credential, ctx.now()).await.unwrap();
        let mut browser = broker.browser();
        // The password stage of another user, with her name typed into every field that there is.
        let page = browser.open("wiki", "").await;
        let offered = browser.identify(&page, "dana@contoso.example").await;
        assert_eq!(offered.heading(), "Sign in with your organisation");
        let page = browser.post("/signin/enter-password", &[("stage", &offered.hidden("stage"))]).await;
        let answer = browser.password(&page, "Kranich7!").await;
        assert!(answer.refresh().is_none(), "{disclosure:?}: {}", answer.heading());
        // Change by the current password, and reset by mail, end the same way.
        let page = browser.get("/changepassword").await;
        let page = browser.identify(&page, "dana@contoso.example").await;
        let page = browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Kranich7!"), ("new", "Reiher-99"), ("repeat", "Reiher-99")]).await;
        assert_ne!(page.heading(), "Your password was changed");
        // The excluded colleague is let in.
        let mut ops = broker.browser();
        let page = ops.open("wiki", "").await;
        let mut page = ops.identify(&page, "ops@contoso.example").await;
        if disclosure == Disclosure::Closed {
            page = ops.post("/signin/enter-password", &[("stage", &page.hidden("stage"))]).await;
        }
        let page = ops.password(&page, "Sperber&9").await;
        let address = ops.leave(&page).await;
        let (_, tokens) = ops.redeem("wiki", &address).await;
        assert_eq!(ops.who(tokens["access_token"].as_str().unwrap()).await, Some(("ops@contoso.example".into(), "50210".into())));
    }
}

/// B-011, and the rule of a second factor: told after the proof, with a case number that stands in the audit.
#[tokio::test]
async fn what_an_application_asks_of_account_and_factor_is_checked_after_the_proof() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    for (client, code) in [("far", "discovery.application_not_in_region"), ("strong", "discovery.second_factor")] {
        let mut ann = broker.browser();
        let page = ann.open(client, "").await;
        let page = ann.identify(&page, "ann@north.example").await;
        let page = ann.password(&page, "Kranich7!").await;
        assert_eq!(page.status, 403);
        let case = page.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap();
        assert!(case.len() == 9 && !case.contains(['0', 'O', '1', 'I']), "ALL-24: {case}");
        assert_eq!(broker.audit(1).await[0].0, format!("signin.refused {code}"));
        // SSO-10: a way on, for the same application, by this account or another.
        let asked = ann.open(client, "").await.heading().to_owned();
        for way in ["/signin/retry", "/signin/again"] {
            assert!(page.body.contains(&format!("action=\"{way}\"")), "{}", page.body);
            let on = ann.post(way, &[("stage", &page.hidden("stage"))]).await;
            assert_eq!((on.status, on.heading(), on.body.contains("id=\"username\"")), (200, asked.as_str(), true), "{client} {way}");
        }
    }
}

/// MT-10, OB-15: a user or account that is suspended is out at once, session and tokens included.
#[tokio::test]
async fn a_suspended_user_is_out_at_once() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert!(ann.who(access).await.is_some());
    broker.change_user("ann@north.example", "40817", |u| u.state = UserState::Suspended).await;
    assert_eq!(ann.who(access).await, None);
    assert_eq!(ann.refresh("wiki", refresh).await.1["error"], "invalid_grant");
    assert_eq!(ann.open("wiki", "").await.heading(), "Sign in to Wiki");
    // Being active again revives nothing.
    broker.change_user("ann@north.example", "40817", |u| u.state = UserState::Active).await;
    assert_eq!(ann.who(access).await, None);
    assert_eq!(ann.open("wiki", "").await.heading(), "Sign in to Wiki");
}

/// OB-16: groups that are taken away are gone from the next answer on.
#[tokio::test]
async fn ob_16_groups_are_read_at_every_use() {
    let broker = TestBroker::start(Disclosure::Open).await;
    broker.change_user("ann@north.example", "40817", |u| {
        u.groups.insert("admins".into());
    })
    .await;
    let mut ann = broker.browser();
    let page = ann.get("/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example%2Fcb&response_type=code&scope=openid+groups&nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256").await;
    let page = ann.identify(&page, "ann@north.example").await;
    let page = ann.password(&page, "Kranich7!").await;
    let address = ann.leave(&page).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let groups = async |browser: &mut homeward_testkit::Browser| {
        let page = browser.send(reqwest::Method::GET, "/oauth2/userinfo", &[("authorization", &bearer)], None).await;
        serde_json::from_str::<serde_json::Value>(&page.body).unwrap()["groups"].to_string()
    };
    assert_eq!(groups(&mut ann).await, "[\"admins\"]");
    broker.change_user("ann@north.example", "40817", |u| u.groups.clear()).await;
    assert_eq!(groups(&mut ann).await, "[]");
}

/// LP-18: a stricter policy lets the old password in and is asked for at the next change.
#[tokio::test]
async fn lp_18_a_stricter_policy_locks_nobody_out() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut register = broker.running().store.register().await.unwrap();
    register.accounts.iter_mut().for_each(|e| e.policy = homeward_local_credential::PasswordPolicy::modern());
    broker.running().store.put(&register, &[], homeward_model::Clock::now(broker.clock.as_ref())).await.unwrap();
    let mut ann = broker.browser();
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    let page = ann.get("/changepassword").await;
    let short = ann.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", "Kranich7!"), ("new", "Reiher-99x"), ("repeat", "Reiher-99x")]).await;
    assert!(short.body.contains("too short"));
    let long = "vier Reiher am See";
    let done = ann.post("/changepassword", &[("stage", &short.hidden("stage")), ("current", "Kranich7!"), ("new", long), ("repeat", long)]).await;
    assert_eq!(done.heading(), "Your password was changed");
    assert!(broker.browser().sign_in("wiki", "ann@north.example", long).await.contains("code="));
}
