//! One name in several accounts whose passwords came there one by one: brought in from other systems, or set each for itself (B-004, B-039…B-042).

use std::{collections::BTreeSet, path::Path};

use homeward_discovery::Disclosure;
use homeward_local_credential::{Scheme, StoredCredential};
use homeward_model::{Clock, Password, SystemRandom, UserId};
use homeward_server::apply;
use homeward_testkit::{Browser, Page, TestBroker};

const MIA: &str = "mia@moved.example";

/// One password as six systems keep it.
const HASHES: [&str; 6] = [
    "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$Pd4rVTCHxwScXzN4FEMECPNjXCYglZM7YUEoiswvU74",
    "$argon2id$m=256,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$XvJZfEAncoyHM42QQ4hvYAqmmA7z1lvtB4J0Zk3JPcg",
    "$scrypt$ln=10,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$3AP0KNWnN1PgDYbbmokaMxv0yVRSA+J7aiBaIcQ32kk",
    "$pbkdf2-sha512$i=1000,l=64$c29tZXNhbHRzb21lc2FsdA$jAaOX8mJpmYDyWIBJnw0+QHCh8H5AsCsvbEZs+mLrNMz67vfFO6KhIQlEIsq08XNUpQ2goZ1prkVkWtKFAQskw",
    "{SSHA512}OEWzEBK2egPWtF7zet8DJluC9YfCbW0Tf4uVCv5C3J2vRTloTpTJ9oLSUAVkrM3sGEr7xMRgA+tLqBbonPvTcHNvbWVzYWx0c29tZXNhbHQ=",
    "$2b$04$abcdefghijklmnopqrstuu2BdN28v850PfkWUsDOLvuhoyaiOU9BK",
];

/// Registers that many accounts in which she has the same name; the first ones with these hashes.
async fn registered(broker: &TestBroker, count: usize, hashes: &[&str]) {
    let account = |place: usize| {
        let hash = hashes.get(place).map_or_else(String::new, |hash| format!("password_hash = \"{hash}\"\n"));
        format!("[[account]]\nnumber = \"{}\"\nname = \"Moved {}\"\n[[account.user]]\nusername = \"{MIA}\"\n{hash}", 8001 + place, place + 1)
    };
    let text: String = (0..count).map(account).collect();
    let store = &broker.running().store;
    let plan = apply::plan_text(store, &text, Path::new("x"), broker.clock.now(), &SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
}

/// At the application that lets the account be chosen after the password: the page after it.
async fn tries(browser: &mut Browser, password: &str) -> Page {
    let page = browser.open("late", "").await;
    let page = browser.identify(&page, MIA).await;
    assert_eq!(page.heading(), "Enter your password");
    browser.password(&page, password).await
}

/// The accounts that a page lists.
fn listed(page: &Page) -> Vec<usize> {
    (1..=40).filter(|place| page.body.contains(&format!("value=\"{}\"", 8000 + place))).collect()
}

async fn credentials(broker: &TestBroker, count: usize) -> Vec<StoredCredential> {
    let mut users: Vec<UserId> = Vec::new();
    for place in 0..count {
        users.push(broker.user(MIA, &(8001 + place).to_string()).await.id);
    }
    broker.running().context.credentials.of_users(&users).await.unwrap()
}

/// LH-13, B-004: six accounts with six systems' hashes of one password are all listed after it, the first time and when the hashes are ours and under
/// one salt; a wrong password lists none.
#[tokio::test]
async fn lh_13_accounts_from_other_systems_are_all_listed_after_the_password() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        registered(&broker, 6, &HASHES).await;
        let mut mia = broker.browser();
        let wrong = tries(&mut mia, "Kranich8!").await;
        assert_eq!((wrong.heading(), listed(&wrong)), ("Enter your password", vec![]));
        assert_eq!(broker.audit(1).await, [("signin.password password.wrong".to_owned(), None)]);
        let page = tries(&mut mia, "Kranich7!").await;
        assert_eq!((page.heading(), listed(&page)), ("Multiple accounts located", vec![1, 2, 3, 4, 5, 6]));
        let page = mia.post("/signin/proven", &[("handle", &page.hidden("handle")), ("account", "8006")]).await;
        let address = mia.leave(&page).await;
        let (_, tokens) = mia.redeem("late", &address).await;
        assert_eq!(mia.who(tokens["access_token"].as_str().unwrap()).await, Some((MIA.into(), "8006".into())));
        let salts: BTreeSet<Option<[u8; 16]>> = credentials(&broker, 6).await.iter().map(|credential| match &credential.scheme {
            Scheme::Peppered { salt, .. } => Some(*salt),
            Scheme::Foreign { .. } => None,
        }).collect();
        assert!(salts.len() == 1 && !salts.contains(&None), "{disclosure:?}: ours, under one salt");
        let (mut again, before) = (broker.browser(), broker.evaluations());
        assert_eq!(listed(&tries(&mut again, "Kranich7!").await), [1, 2, 3, 4, 5, 6]);
        assert_eq!(broker.evaluations() - before, 1);
        assert_eq!(listed(&tries(&mut again, "Kranich8!").await), Vec::<usize>::new());
    }
}

/// LH-13, LP-07: more passwords under salts of their own than one attempt is tried against: the account is asked for first. Under closed disclosure the
/// page stays what it is for everybody, and has the field for it.
#[tokio::test]
async fn lh_13_with_too_many_salts_the_account_is_said_first() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        registered(&broker, 20, &[]).await;
        let ctx = &broker.running().context;
        for place in 0..20 {
            let user = broker.user(MIA, &(8001 + place).to_string()).await.id;
            let password = Password::parse(&format!("Kranich-{place:02}")).unwrap();
            let credential = ctx.passwords.hash_new(user, &password, 1, &[], ctx.now()).await.unwrap();
            broker.running().store.set_credential(&credential, ctx.now()).await.unwrap();
        }
        let (mut mia, before) = (broker.browser(), broker.evaluations());
        let page = tries(&mut mia, "Falsch-12").await;
        assert_eq!(broker.evaluations() - before, 16);
        assert_eq!(broker.audit(1).await, [("signin.password password.wrong".to_owned(), None)]);
        assert!(listed(&page).is_empty(), "nothing is listed before a proof");
        let page = match disclosure {
            Disclosure::Open => {
                assert_eq!(page.heading(), "Multiple accounts located");
                let page = mia.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "8020")]).await;
                assert!(page.heading() == "Enter your password" && page.body.contains("Moved 20"));
                mia.password(&page, "Kranich-19").await
            }
            Disclosure::Closed => {
                assert!(page.heading() == "Enter your password" && page.body.contains("do not match") && page.body.contains("name=\"account\""));
                let send = [("stage", &*page.hidden("stage")), ("account", "8020"), ("password", "Kranich-19")];
                mia.post("/signin/password", &send).await
            }
        };
        let address = mia.leave(&page).await;
        let (_, tokens) = mia.redeem("late", &address).await;
        assert_eq!(mia.who(tokens["access_token"].as_str().unwrap()).await, Some((MIA.into(), "8020".into())));
    }
}
