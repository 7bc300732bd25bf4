//! Accounts stay apart where one browser, one number, one move of a user or one file brings them together.

use std::path::Path;

use homeward_discovery::{Disclosure, DomainClaim, UserState};
use homeward_model::{Clock, DomainName, Password, SystemRandom};
use homeward_server::apply;
use homeward_testkit::{Browser, Page, TestBroker, register_of_domains};
use serde_json::Value;

const SAM: &str = "sam@many.example";
const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

/// Signs in with the account named beforehand; gives the application's tokens.
async fn signs_in(browser: &mut Browser, client: &str, account: &str, (name, password): (&str, &str)) -> Value {
    let page = browser.open(client, &format!("&account={account}")).await;
    let page = browser.identify(&page, name).await;
    let page = browser.password(&page, password).await;
    let address = browser.leave(&page).await;
    browser.redeem(client, &address).await.1
}

async fn account_of(browser: &mut Browser, tokens: &Value) -> Option<String> {
    browser.who(tokens["access_token"].as_str().unwrap()).await.map(|(_, account)| account)
}

/// Where a request that shows no page leads.
fn code(page: &Page) -> bool {
    page.header("location").or(page.refresh().as_deref()).is_some_and(|to| to.contains("code=") || to.starts_with("/signin/continue"))
}

/// MT-05, MT-04: one browser is signed in to two accounts. Each application has the one it was opened for, in its tokens; an account that was
/// not proved gives none; and what ends in one leaves the other alone.
#[tokio::test]
async fn mt_05_one_browser_in_two_accounts() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let first = signs_in(&mut sam, "wiki", "40817", (SAM, "Falke%33x")).await;
    let second = signs_in(&mut sam, "kiosk", "60333", (SAM, "Drossel=2")).await;
    assert_eq!((account_of(&mut sam, &first).await.as_deref(), account_of(&mut sam, &second).await.as_deref()), (Some("40817"), Some("60333")));
    for (account, proved) in [("40817", true), ("60333", true), ("50210", false)] {
        let silent = sam.open("wiki", &format!("&prompt=none&account={account}")).await;
        let to = silent.header("location").map(str::to_owned).or_else(|| silent.refresh()).unwrap_or_default();
        if !proved {
            assert!(to.contains("error=login_required"), "{account}: {to}");
            continue;
        }
        let address = if to.starts_with("https://wiki.example/") { to } else { sam.leave(&silent).await };
        let (_, tokens) = sam.redeem("wiki", &address).await;
        assert_eq!(account_of(&mut sam, &tokens).await.as_deref(), Some(account));
    }
    broker.change_user(SAM, "60333", |user| user.state = UserState::Suspended).await;
    assert_eq!((account_of(&mut sam, &first).await.as_deref(), account_of(&mut sam, &second).await), (Some("40817"), None));
}

/// B-039, B-022: somebody with several accounts is signed in to one of them. The name alone leads to the choice, from where the others are
/// reached by their own proof, and the one that is open without another.
#[tokio::test]
async fn b_039_a_session_of_one_account_leaves_the_others_within_reach() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    signs_in(&mut sam, "wiki", "40817", (SAM, "Falke%33x")).await;
    for (account, open) in [("40817", true), ("60333", false)] {
        let chooser = sam.open("wiki", "&prompt=select_account").await;
        assert_eq!(chooser.heading(), "Who is signing in?");
        let page = sam.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", "other")]).await;
        let page = sam.identify(&page, SAM).await;
        assert_eq!(page.heading(), "Multiple accounts located", "{account}");
        let page = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", account)]).await;
        let page = match open {
            true => page,
            false => sam.password(&page, "Drossel=2").await,
        };
        let address = sam.leave(&page).await;
        let (_, tokens) = sam.redeem("wiki", &address).await;
        assert_eq!(account_of(&mut sam, &tokens).await.as_deref(), Some(account));
    }
    // A name of one account needs no choice: its session answers (B-022).
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    let chooser = ann.open("wiki", "&prompt=select_account").await;
    let page = ann.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", "other")]).await;
    let page = ann.identify(&page, ANN.0).await;
    let address = ann.leave(&page).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(account_of(&mut ann, &tokens).await.as_deref(), Some("40817"));
}

/// OA-26: "Not you?" forgets whom the person meant, and not which account the application asked for.
#[tokio::test]
async fn oa_26_another_name_keeps_the_account_of_the_request() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    for (hint, led) in [("&account=60333", "Enter your password"), ("", "Multiple accounts located")] {
        let page = sam.open("wiki", hint).await;
        let page = sam.identify(&page, ANN.0).await;
        let page = sam.post("/signin/again", &[("stage", &page.hidden("stage"))]).await;
        assert_eq!(page.heading(), "Sign in to Wiki");
        let page = sam.identify(&page, SAM).await;
        assert_eq!(page.heading(), led, "{hint}");
    }
    let page = sam.open("wiki", "&account=60333").await;
    let page = sam.identify(&page, SAM).await;
    let page = sam.password(&page, "Drossel=2").await;
    let address = sam.leave(&page).await;
    let (_, tokens) = sam.redeem("wiki", &address).await;
    assert_eq!(account_of(&mut sam, &tokens).await.as_deref(), Some("60333"));
}

/// MT-07: a number is no secret and no key. Whoever names another account's is asked for that account's own proof, and has none; no two
/// accounts have one number; and an account that is out of use keeps its own, because nothing is deleted.
#[tokio::test]
async fn mt_07_a_number_opens_nothing_and_is_given_once() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    for (account, comes_in) in [("60333", false), ("50210", false), ("40817", true)] {
        let mut ann = broker.browser();
        let page = ann.open("wiki", &format!("&account={account}")).await;
        let page = ann.identify(&page, ANN.0).await;
        let page = ann.password(&page, ANN.1).await;
        assert_eq!(code(&page), comes_in, "{account}: {} {}", page.status, page.heading());
        assert_eq!(ann.cookies.contains_key("__Host-session") || ann.cookies.keys().any(|name| name.contains("session")), comes_in, "{account}: {:?}", ann.cookies.keys());
    }
    let store = &broker.running().store;
    let plan = async |text: &str| apply::plan_text(store, text, Path::new("x"), broker.clock.now(), &SystemRandom).await;
    let twice = "[[account]]\nnumber = \"88001\"\nname = \"One\"\n[[account]]\nnumber = \"88001\"\nname = \"Two\"\n";
    let said = plan(twice).await.err().unwrap_or_default();
    assert!(said.contains("account 88001 stands twice in the file"), "{said}");
    plan(&twice.replacen("88001", "88002", 1)).await.unwrap().carry_out(store, broker.clock.now()).await.unwrap();
    let numbers: Vec<String> = store.register().await.unwrap().accounts.iter().map(|entry| entry.account.number.to_string()).collect();
    assert_eq!(numbers.iter().filter(|number| ["88001", "88002"].contains(&number.as_str())).count(), 2, "{numbers:?}");
    let before = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "60333").unwrap().account;
    plan("[[account]]\nnumber = \"60333\"\nname = \"Somebody else\"\nregion = \"us\"\n").await.unwrap().carry_out(store, broker.clock.now()).await.unwrap();
    let after = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "60333").unwrap().account;
    assert_eq!((after.id, after.name.as_str()), (before.id, "Somebody else"), "the same account under another name, and no second one");
}

/// MT-13: a user who is given up in one account and made in another while sign-ins are under way: nothing that was begun, given or held
/// before counts for either, a proof of the old password opens nothing of the new account, and whoever begins anew is in the new one.
#[tokio::test]
async fn mt_13_a_user_who_moves_in_the_middle() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let [mut typing, mut coded, mut inside] = [broker.browser(), broker.browser(), broker.browser()];
    let page = typing.open("wiki", "").await;
    let page = typing.identify(&page, ANN.0).await;
    let code = coded.sign_in("wiki", ANN.0, ANN.1).await;
    let address = inside.sign_in("wiki", ANN.0, ANN.1).await;
    let tokens = inside.redeem("wiki", &address).await.1;
    assert_eq!(account_of(&mut inside, &tokens).await.as_deref(), Some("40817"), "the twin");
    let store = &broker.running().store;
    broker.change_user(ANN.0, "40817", |user| user.state = UserState::Deprovisioned).await;
    let there = format!("[[account]]\nnumber = \"60333\"\nname = \"Fabrikam\"\nregion = \"us\"\n[[account.user]]\nusername = \"{}\"\n", ANN.0);
    apply::plan_text(store, &there, Path::new("x"), broker.clock.now(), &SystemRandom).await.unwrap().carry_out(store, broker.clock.now()).await.unwrap();
    let (ctx, new) = (&broker.running().context, broker.user(ANN.0, "60333").await);
    let credential = ctx.passwords.hash_new(new.id, &Password::parse("Wachtel?9").unwrap(), 1, &[], ctx.now()).await.unwrap();
    store.set_credential(&credential, ctx.now()).await.unwrap();
    let stale = typing.password(&page, ANN.1).await;
    assert!(stale.refresh().is_none(), "{} {}", stale.status, stale.heading());
    let (status, answer) = coded.redeem("wiki", &code).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")), "{answer}");
    assert_eq!(account_of(&mut inside, &tokens).await, None, "nor what an application holds");
    let (status, answer) = inside.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")), "{answer}");
    let mut anew = broker.browser();
    let address = anew.sign_in("wiki", ANN.0, "Wachtel?9").await;
    let tokens = anew.redeem("wiki", &address).await.1;
    assert_eq!(account_of(&mut anew, &tokens).await.as_deref(), Some("60333"));
}

/// MT-15: a file that is brought in names accounts by number and everything else inside them. It cannot name an id of anybody's, and takes
/// no domain that is another account's.
#[tokio::test]
async fn mt_15_a_file_brings_in_nothing_of_another_account() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let store = &broker.running().store;
    let plan = async |text: &str| apply::plan_text(store, text, Path::new("x"), broker.clock.now(), &SystemRandom).await;
    let (dana, before) = (broker.user("dana@contoso.example", "50210").await, store.register().await.unwrap());
    let own = |more: &str| format!("[[account]]\nnumber = \"60333\"\nname = \"Fabrikam\"\nregion = \"us\"\n{more}");
    for (more, says) in [
        (format!("[[account.user]]\nid = \"{}\"\nusername = \"mine@fabrikam.example\"\n", dana.id), "\"id\" is no key here"),
        (format!("[[account.user]]\naccount = \"{}\"\nusername = \"mine@fabrikam.example\"\n", dana.account), "\"account\" is no key here"),
        ("[[account.domain]]\ndomain = \"contoso.example\"\nverified = true\n".to_owned(), "domain contoso.example is account 50210's; give it up there first"),
    ] {
        let said = plan(&own(&more)).await.err().unwrap_or_default();
        assert!(said.contains(says), "{says}: {said}");
    }
    // Somebody proves a domain while the operator reads what a file would change: the file is not carried out.
    let read = plan(&own("[[account.domain]]\ndomain = \"meanwhile.example\"\nverified = true\n")).await.unwrap();
    let claim = DomainClaim { domain: DomainName::parse("meanwhile.example").unwrap(), account: dana.account, verified_at: Some(broker.clock.now()), connection: None };
    store.put(&register_of_domains(vec![claim.clone()]), &[], broker.clock.now()).await.unwrap();
    let said = read.carry_out(store, broker.clock.now()).await.unwrap_err();
    assert!(said.contains("domain meanwhile.example counts for another account"), "{said}");
    let given_up = DomainClaim { verified_at: None, ..claim };
    store.put(&register_of_domains(vec![given_up]), &[], broker.clock.now()).await.unwrap();
    read.carry_out(store, broker.clock.now()).await.unwrap();
    // Given up there, it is taken here, also by one file.
    let there = "[[account]]\nnumber = \"50210\"\nname = \"Contoso\"\nregion = \"us\"\nsso_mode = \"button\"\n[[account.connection]]\nname = \"Entra\"\nstate = \"enforced\"\n[[account.domain]]\ndomain = \"contoso.example\"\nverified = false\n";
    let moved = plan(&format!("{there}{}", own("[[account.domain]]\ndomain = \"contoso.example\"\nverified = true\n"))).await.unwrap();
    assert!(moved.to_text().contains("domain contoso.example of account 60333"), "{}", moved.to_text());
    // The same name as somebody's of another account is somebody else.
    plan(&own("[[account.user]]\nusername = \"dana@contoso.example\"\n[[account.user]]\nusername = \"sam@many.example\"\n")).await.unwrap().carry_out(store, broker.clock.now()).await.unwrap();
    let after = store.register().await.unwrap();
    assert_eq!(broker.user("dana@contoso.example", "50210").await.id, dana.id);
    assert_ne!(broker.user("dana@contoso.example", "60333").await.id, dana.id);
    let others = |domains: Vec<DomainClaim>| domains.into_iter().filter(|claim| claim.domain.as_str() != "meanwhile.example").collect::<Vec<_>>();
    assert_eq!((others(before.domains), before.connections.len()), (others(after.domains), after.connections.len()));
}
