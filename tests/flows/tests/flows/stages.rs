//! Explores the sign-in as a machine: every move from every page, two tabs, replays, and replays after a change of password. Whatever
//! the order, a session belongs to somebody whose own password was sent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

/// A person of an account.
type Who = (&'static str, &'static str);

/// What can be done with any page that was ever seen.
const MOVES: [(&str, &[(&str, &str)]); 26] = [
    ("/signin/username", &[("username", "ann@north.example")]),
    ("/signin/username", &[("username", "sam@many.example")]),
    ("/signin/username", &[("username", "dana@contoso.example"), ("prefill", "Kranich7!")]),
    ("/signin/password", &[("password", "Falsch-12")]),
    ("/signin/password", &[("password", "Reiher-88")]),
    ("/signin/account", &[("account", "60333")]),
    ("/signin/proven", &[("account", "40817")]),
    ("/signin/enter-password", &[]),
    ("/signin/single-sign-on", &[("account", "40817")]),
    ("/signin/again", &[("username", "eve@north.example")]),
    ("/signin/expiring", &[("now", "no")]),
    ("/signin/expired", &[("new", "Elster#12x"), ("repeat", "Elster#12x")]),
    ("/reset/password", &[("new", "Elster#12x"), ("repeat", "Elster#12x")]),
    ("/signin/chooser", &[("entry", "40817/ann@north.example")]),
    ("/signin/chooser", &[("remove", "40817/ann@north.example")]),
    ("/signin/chooser", &[]),
    ("/signin/code", &[]),
    ("/signin/retry", &[]),
    ("/forgot", &[("username", "ann@north.example")]),
    ("/forgot/send", &[("username", "ann@north.example")]),
    ("/forgot/code", &[("code", "000000")]),
    ("/reset", &[]),
    ("/invitation", &[]),
    ("/changepassword", &[("current", "Reiher-88"), ("new", "Elster#12x"), ("repeat", "Elster#12x")]),
    ("/account", &[("end", "everything")]),
    ("/language/set", &[("language", "en")]),
];

/// Addresses that a browser may open with what any page holds: `STAGE` and `HANDLE` stand for that.
const ADDRESSES: [&str; 12] = [
    "/signin", "/signin/back?stage=STAGE", "/signin/tab?stage=STAGE", "/signin/leave?stage=STAGE", "/signin/continue?resume=STAGE", "/signin/return?result=HANDLE",
    "/signin/return?result=STAGE", "/reset?token=HANDLE", "/reset", "/invitation", "/account", "/changepassword",
];

async fn go(browser: &mut Browser, page: &Page, (path, fields): (&str, &[(&str, &str)])) -> Page {
    let (stage, handle) = (page.hidden("stage"), page.hidden("handle"));
    let mut form = vec![("stage", stage.as_str()), ("handle", handle.as_str())];
    form.extend_from_slice(fields);
    browser.post(path, &form).await
}

async fn visit(browser: &mut Browser, page: &Page, address: &str) -> Page {
    browser.get(&address.replace("STAGE", &page.hidden("stage")).replace("HANDLE", &page.hidden("handle"))).await
}

/// Whether an answer leads to a page of ours at most, and never on the way out with a code.
fn stays(page: &Page) -> bool {
    page.refresh().is_none() && page.header("location").is_none_or(|to| to.starts_with('/') && !to.starts_with("/signin/continue") && !to.contains("code="))
}

/// A page by what it is: heading and where its forms lead.
fn kind(page: &Page) -> String {
    let forms: BTreeSet<&str> = page.body.split("action=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    format!("{} {} {forms:?}", page.status, page.heading())
}

/// Without a right password for that very account no order of moves ends in a session: breadth first over every kind of page.
#[tokio::test]
async fn no_order_of_moves_makes_a_session_without_a_proof() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        let mut browser = broker.browser();
        let first = browser.open("wiki", "").await;
        let late = browser.open("late", "").await;
        let change = browser.get("/changepassword").await;
        let mut seen = BTreeSet::from([kind(&first), kind(&change)]);
        let mut open = VecDeque::from([first, late, change]);
        let mut moves = 0;
        while let Some(page) = open.pop_front() {
            for step in MOVES {
                // Every attempt from a place of its own, so that the pauses do not hide a hole.
                moves += 1;
                browser.from = format!("10.{}.{}.1", moves / 250, moves % 250);
                let next = go(&mut browser, &page, step).await;
                assert!(!browser.cookies.contains_key("__Host-session"), "{disclosure:?}: {} after {}", step.0, kind(&page));
                assert!(stays(&next), "{disclosure:?}: {} after {}", step.0, kind(&page));
                assert!(next.status < 500 || next.status == 503, "{}", next.status);
                if seen.insert(kind(&next)) {
                    open.push_back(next);
                }
            }
            for address in ADDRESSES {
                let next = visit(&mut browser, &page, address).await;
                assert!(!browser.cookies.contains_key("__Host-session"), "{disclosure:?}: {address} after {}", kind(&page));
                assert!(stays(&next), "{disclosure:?}: {address} after {}", kind(&page));
                if next.status == 200 && seen.insert(kind(&next)) {
                    open.push_back(next);
                }
            }
        }
        assert!(seen.len() >= 12 && moves >= 300, "{} kinds, {moves} moves", seen.len());
        assert!(broker.audit(1000).await.iter().all(|(line, _)| line != "signin.completed ok"));
        // The positive twin: the same browser, the right password.
        assert!(browser.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    }
}

/// Whatever pages are mixed between two tabs and two people, whoever is signed in sent their own password.
#[tokio::test]
async fn mixed_tabs_sign_in_only_those_who_proved_themselves() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let one = browser.open("wiki", "").await;
    let two = browser.open("wiki", "").await;
    let ann = browser.identify(&one, "ann@north.example").await;
    let eve = browser.identify(&two, "eve@north.example").await;
    // Ann's password on Eve's page and the other way round is nobody's.
    assert!(browser.password(&eve, "Kranich7!").await.refresh().is_none());
    assert!(browser.password(&ann, "Reiher-88").await.refresh().is_none());
    // A username beside the stage says nothing: the stage decides.
    let mixed = browser.post("/signin/password", &[("stage", &eve.hidden("stage")), ("username", "ann@north.example"), ("password", "Reiher-88")]).await;
    let address = browser.leave(&mixed).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "eve@north.example");
}

/// A page from before a change of password takes the new password, not the old one; a proof from before it is void.
#[tokio::test]
async fn a_replay_after_a_change_of_password_proves_nothing() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut before, mut owner) = (broker.browser(), broker.browser());
    let page = before.open("wiki", "").await;
    let page = before.identify(&page, "old@north.example").await;
    let proven = before.password(&page, "Storch#66").await;
    assert_eq!(proven.heading(), "Your password has expired");
    let second = owner.open("wiki", "").await;
    let second = owner.identify(&second, "old@north.example").await;
    let second = owner.password(&second, "Storch#66").await;
    let done = owner.post("/signin/expired", &[("handle", &second.hidden("handle")), ("new", "Elster#12x"), ("repeat", "Elster#12x")]).await;
    assert!(owner.leave(&done).await.contains("code="));
    // The proof that was made with the old password is void now.
    let late = before.post("/signin/expired", &[("handle", &proven.hidden("handle")), ("new", "Dohle@123x"), ("repeat", "Dohle@123x")]).await;
    assert!(late.refresh().is_none() && !before.cookies.contains_key("__Host-session"));
    assert!(before.password(&page, "Storch#66").await.refresh().is_none());
    let right = before.password(&page, "Elster#12x").await;
    assert!(before.leave(&right).await.contains("code="));
}

/// Whose password stands on the way to a page: that of the move that led there, and on a page after a proof that of the proof.
struct Place {
    client: &'static str,
    page: Page,
    proved: BTreeSet<Who>,
}

/// A right password of another account, or of another person, makes no session for anybody else: breadth first over every kind of page, with the passwords of
/// five people of four accounts, three of whom have one username. Whoever is signed in is one whose own password was sent on the page that asked for theirs;
/// where an account was named it is that account's.
#[tokio::test]
async fn a_proof_for_another_account_makes_no_session() {
    const SAM: &str = "sam@many.example";
    const ANN: Who = ("ann@north.example", "40817");
    const EVE: Who = ("eve@north.example", "40817");
    let owners: BTreeMap<&str, Vec<Who>> =
        [("Falke%33x", vec![(SAM, "40817"), (SAM, "50210")]), ("Drossel=2", vec![(SAM, "60333")]), ("Kranich7!", vec![ANN]), ("Reiher-88", vec![EVE])].into();
    // What is not there to be had comes before what is: a proof is used once.
    let moves: [(&str, &[(&str, &str)]); 16] = [
        ("/signin/username", &[("username", SAM)]),
        ("/signin/username", &[("username", ANN.0)]),
        ("/signin/username", &[("username", EVE.0), ("prefill", "Kranich7!")]),
        ("/signin/account", &[("account", "60333")]),
        ("/signin/account", &[("account", "40817")]),
        ("/signin/account", &[("account", "50210")]),
        ("/signin/enter-password", &[]),
        ("/signin/chooser", &[("entry", "60333/sam@many.example")]),
        ("/signin/proven", &[("account", "60333")]),
        ("/signin/proven", &[("account", "40817")]),
        ("/signin/proven", &[("account", "50210")]),
        ("/signin/password", &[("password", "Kranich7!")]),
        ("/signin/password", &[("password", "Reiher-88")]),
        ("/signin/password", &[("password", "Drossel=2")]),
        ("/signin/password", &[("password", "Falke%33x")]),
        // After a proof this gives up what was proved.
        ("/signin/again", &[("username", SAM)]),
    ];
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let (mut open, mut seen, mut signed_in, mut refused) = (VecDeque::new(), BTreeSet::new(), BTreeSet::new(), 0);
    for client in ["wiki", "late"] {
        open.push_back(Place { client, page: browser.open(client, "").await, proved: BTreeSet::new() });
    }
    let mut tries = 0;
    while let Some(Place { client, page, proved }) = open.pop_front() {
        let typed = page.hidden("username");
        let named = ["40817", "50210", "60333"].into_iter().find(|number| page.body.contains(&format!("account {number}")));
        for step in moves {
            tries += 1;
            // Every attempt from a place of its own, so that the pauses do not hide a hole.
            browser.from = format!("10.{}.{}.1", tries / 250, tries % 250);
            let next = go(&mut browser, &page, step).await;
            let sent = step.1.iter().find(|(name, _)| *name == "password").map(|(_, word)| *word);
            let proved: BTreeSet<Who> = match sent {
                Some(word) => owners[word].iter().copied().filter(|(name, account)| *name == typed && named.is_none_or(|number| number == *account)).collect(),
                None if page.hidden("handle").is_empty() => BTreeSet::new(),
                None => proved.clone(),
            };
            let about = format!("{client}: {step:?} after {}", kind(&page));
            if !browser.cookies.contains_key("__Host-session") {
                assert!(next.refresh().is_none() && next.status < 500, "{about}: {}", next.status);
                refused += usize::from(sent.is_some());
                if seen.insert((client, kind(&next), next.hidden("username"), next.body.contains("account 60333"), next.body.contains("account 40817"), proved.clone())) {
                    open.push_back(Place { client, page: next, proved });
                }
                continue;
            }
            // Whoever it is, the session serves the application; it is taken along for that only.
            let address = browser.open(client, "").await.header("location").unwrap_or_else(|| panic!("{about}")).to_owned();
            browser.cookies.remove("__Host-session");
            let (_, tokens) = browser.redeem(client, &address).await;
            let (name, account) = browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap();
            let who = proved.iter().find(|(own, number)| *own == name && *number == account);
            assert!(who.is_some(), "{about}: {name} of {account} is signed in, and whose password was sent is {proved:?}");
            let chosen = step.1.iter().find(|(field, _)| *field == "account").map(|(_, number)| *number).or(named);
            assert!(chosen.is_none_or(|number| number == account), "{about}: {account}, and {chosen:?} was named");
            signed_in.insert(*who.unwrap());
        }
    }
    assert!(seen.len() > 12 && refused > 30, "{} kinds, {refused} passwords that proved nothing", seen.len());
    assert_eq!(signed_in, BTreeSet::from([ANN, EVE, (SAM, "40817"), (SAM, "50210"), (SAM, "60333")]), "each of them can be reached");
}
