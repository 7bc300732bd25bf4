//! The password of somebody with a role where the account lets no password work: it is set, changed, reset and reminded of for the portal, and the
//! pages say of nobody that they have one (B-164).

use std::time::Duration;

use homeward_discovery::{AllowLocal, Disclosure};
use homeward_model::{Clock, EmailAddress};
use homeward_portal::Role;
use homeward_signin::usecase::mailroom;
use homeward_store::register::Register;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{OTHER, PASSWORD, account, enter, give_password, give_role, lead, line, path, world};

/// An administrator of the account.
const CHIEF: &str = "chief@other.example";
/// Somebody of the same account, without a role.
const MIA: &str = "mia@other.example";
const NEW: &str = "Reiher-99x";

/// The account lets no password work; Mia has one all the same.
async fn closed_account() -> TestBroker {
    let broker = world().await;
    let mut entry = account(&broker, OTHER).await;
    entry.account.allow_local = AllowLocal::No;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    give_password(&broker, MIA, OTHER).await;
    for name in [CHIEF, MIA] {
        broker.change_user(name, OTHER, |user| user.email = EmailAddress::parse(name).ok()).await;
    }
    broker
}

async fn forgot(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await
}

/// The newest mail to somebody: its subject and text.
async fn newest(broker: &TestBroker, to: &str) -> Option<(String, String)> {
    broker.mails().await.into_iter().rev().find(|(found, ..)| found == to).map(|(_, subject, text)| (subject, text))
}

/// Follows a link to the page where the password is set.
async fn follow(browser: &mut Browser, text: &str) -> Page {
    let link = text.split_whitespace().find(|word| word.contains("token=")).unwrap_or_else(|| panic!("no link: {text}"));
    let place = if link.contains("/invitation") { "/invitation" } else { "/reset" };
    browser.get(&path(link)).await;
    browser.get(place).await;
    browser.post(place, &[]).await
}

async fn set(browser: &mut Browser, page: &Page) -> Page {
    browser.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", NEW), ("repeat", NEW)]).await
}

/// Types a password at the portal's sign-in, or at an application's: whether it is right.
async fn counts(broker: &TestBroker, portal: bool, (name, password): (&str, &str)) -> bool {
    let mut browser = broker.browser();
    let page = if portal {
        let page = browser.get("/portal").await;
        browser.get(&lead(&page)).await
    } else {
        browser.open("wiki", "").await
    };
    let page = browser.identify(&page, name).await;
    let page = browser.password(&page, password).await;
    assert!(page.refresh().is_some() || page.body.contains("do not match"), "{}", page.body);
    page.refresh().is_some()
}

/// B-164, B-062, FOR-1: whoever has a role gets a reset, and the password opens the portal alone; anybody else of the account is told where their
/// password is kept. The page is one and the same. Without the role a link that is out sets nothing.
#[tokio::test]
async fn b_164_whoever_has_a_role_resets_the_password_for_the_portal() {
    let broker = closed_account().await;
    let mut chief = broker.browser();
    let (own, other) = (forgot(&mut chief, CHIEF).await, forgot(&mut broker.browser(), MIA).await);
    assert_eq!(own.steady().replace("chief", "mia"), other.steady());
    let (_, text) = newest(&broker, MIA).await.unwrap();
    assert!(!text.contains("token="), "{text}");
    let (_, text) = newest(&broker, CHIEF).await.unwrap();
    let page = follow(&mut chief, &text).await;
    assert_eq!(page.heading(), "Choose a new password");
    assert_eq!(set(&mut chief, &page).await.heading(), "Your password was changed");
    assert!(counts(&broker, true, (CHIEF, NEW)).await && !counts(&broker, true, (CHIEF, PASSWORD)).await);
    assert!(!counts(&broker, false, (CHIEF, NEW)).await, "it opens no other application");
    // Mia gets a role, and loses it while she is at the page.
    give_role(&broker, MIA, OTHER, Role::Auditor).await;
    let mut mia = broker.browser();
    forgot(&mut mia, MIA).await;
    let (_, text) = newest(&broker, MIA).await.unwrap();
    let page = follow(&mut mia, &text).await;
    assert_eq!(page.heading(), "Choose a new password");
    let user = broker.user(MIA, OTHER).await;
    broker.running().store.take_portal_role(user.id, Role::Auditor, &line(&broker, &user)).await.unwrap().unwrap();
    assert_ne!(set(&mut mia, &page).await.heading(), "Your password was changed");
    give_role(&broker, MIA, OTHER, Role::Auditor).await;
    assert!(counts(&broker, true, (MIA, PASSWORD)).await, "the password is the one before");
}

/// B-164, CHG-8: whoever has a role changes the password, signed in or not; anybody else's current one is not right there.
#[tokio::test]
async fn b_164_whoever_has_a_role_changes_the_password_for_the_portal() {
    let broker = closed_account().await;
    let send = async |browser: &mut Browser, page: &Page, current: &str, new: &str| {
        browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", current), ("new", new), ("repeat", new)]).await
    };
    let mut chief = enter(&broker, CHIEF).await;
    let page = chief.get("/changepassword").await;
    assert_eq!(page.heading(), "Change password", "{}", page.body);
    let session = chief.cookies["__Host-session"].clone();
    assert_eq!(send(&mut chief, &page, PASSWORD, NEW).await.heading(), "Your password was changed");
    assert_ne!(chief.cookies["__Host-session"], session, "the session is another one and goes on");
    assert!(chief.get("/account").await.body.contains("chief@"));
    assert!(chief.open("wiki", "").await.header("location").is_none_or(|to| !to.contains("code=")), "and opens no other application");
    let mut pages = Vec::new();
    for (name, current) in [(CHIEF, NEW), (MIA, PASSWORD)] {
        let mut browser = broker.browser();
        let page = browser.get("/changepassword").await;
        let page = browser.identify(&page, name).await;
        let wrong = send(&mut browser, &page, "Falsch-12", "Kranich-77").await;
        let done = send(&mut browser, &page, current, "Kranich-77").await;
        pages.push((page.steady().replace("chief", "mia"), wrong.steady().replace("chief", "mia"), done));
    }
    let [chief, mia] = pages.as_slice() else { panic!() };
    assert_eq!((&chief.0, &chief.1), (&mia.0, &mia.1), "the pages do not say who has a role");
    assert_eq!(chief.2.heading(), "Your password was changed", "{}", chief.2.body);
    assert!(mia.2.body.contains("That is not your current password"), "{}", mia.2.body);
    assert!(counts(&broker, true, (CHIEF, "Kranich-77")).await);
}

/// B-164, B-169: whoever has a role and no password yet gets the mail for the first one; anybody else of the account gets none.
#[tokio::test]
async fn b_164_whoever_has_a_role_sets_a_first_password_for_the_portal() {
    const KEPT: &str = "kept@other.example";
    let broker = closed_account().await;
    broker.change_user(KEPT, OTHER, |user| user.email = EmailAddress::parse(KEPT).ok()).await;
    let user = broker.user(KEPT, OTHER).await;
    assert!(!mailroom::invite(&broker.running().context, user.id).await.unwrap(), "no password of theirs would count");
    give_role(&broker, KEPT, OTHER, Role::Helpdesk).await;
    assert!(mailroom::invite(&broker.running().context, user.id).await.unwrap());
    let (_, text) = newest(&broker, KEPT).await.unwrap();
    let mut browser = broker.browser();
    let page = follow(&mut browser, &text).await;
    assert_eq!(set(&mut browser, &page).await.heading(), "Your password was changed");
    assert!(counts(&broker, true, (KEPT, NEW)).await && !counts(&broker, false, (KEPT, NEW)).await);
}

/// B-164, LP-12: the mail that reminds leads to a page by which its reader changes the password. Where pages say which accounts let a password work,
/// `/changepassword` says that of everybody of this one, and the mail leads to a reset.
#[tokio::test]
async fn b_164_the_reminder_leads_to_a_page_that_changes_the_password() {
    for disclosure in [Disclosure::Closed, Disclosure::Open] {
        let mut broker = closed_account().await;
        broker.settings.signin.disclosure = disclosure;
        broker.restart().await;
        broker.clock.wait(Duration::from_secs(80 * 86_400));
        mailroom::remind(&broker.running().context).await.unwrap();
        let (_, text) = newest(&broker, CHIEF).await.unwrap();
        let link = path(text.split_whitespace().find(|word| word.contains("/changepassword") || word.contains("/forgot")).unwrap_or_else(|| panic!("no link: {text}")));
        let mut chief = broker.browser();
        let page = chief.get(&link).await;
        let done = if disclosure == Disclosure::Open {
            let mut said = Vec::new();
            for name in [CHIEF, MIA] {
                let mut browser = broker.browser();
                let page = browser.get("/changepassword").await;
                let page = browser.identify(&page, name).await;
                assert!(!page.body.contains("name=\"current\""), "{name}: {}", page.body);
                said.push(page.heading().to_owned());
            }
            assert_eq!((said[0] == said[1], link.as_str()), (true, "/forgot"), "that page does not say who has a role");
            chief.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", CHIEF)]).await;
            let (_, text) = newest(&broker, CHIEF).await.unwrap();
            let page = follow(&mut chief, &text).await;
            set(&mut chief, &page).await
        } else {
            assert_eq!(link, "/changepassword");
            let page = chief.identify(&page, CHIEF).await;
            chief.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", PASSWORD), ("new", NEW), ("repeat", NEW)]).await
        };
        assert_eq!(done.heading(), "Your password was changed", "{disclosure:?}: {}", done.body);
        assert!(counts(&broker, true, (CHIEF, NEW)).await && !counts(&broker, true, (CHIEF, PASSWORD)).await, "{disclosure:?}");
    }
}

/// B-164, LP-12: whoever has a role is told before the password for the portal expires; whose password opens nothing is not.
#[tokio::test]
async fn b_164_whoever_has_a_role_is_reminded_of_the_password_for_the_portal() {
    let broker = closed_account().await;
    let ctx = &broker.running().context;
    broker.clock.wait(Duration::from_secs(74 * 86_400));
    for _ in 0..18 {
        mailroom::remind(ctx).await.unwrap();
        broker.clock.wait(Duration::from_secs(86_400));
    }
    let mails = broker.mails().await;
    let told = |name: &str| mails.iter().filter(|(to, subject, _)| to == name && subject.starts_with("Your password expires")).count();
    assert_eq!((told(CHIEF), told(MIA)), (3, 0));
}
