//! Setup links: somebody from outside comes by one, does what it is for and nothing else, and is out when it ends (ADM-13).

use std::time::Duration;

use homeward_discovery::UserState;
use homeward_model::{Clock, ConnectionId, SystemRandom};
use homeward_portal::Role;
use homeward_store::{AuditFilter, audit::AuditRecord};
use homeward_testkit::{Browser, Page, TestBroker};

use super::{OTHER, OWN, enter, lead, plain, records::refusal, world};

const ADMIN: &str = "admin@own.example";

/// The own account's only connection.
async fn provider(broker: &TestBroker) -> ConnectionId {
    let register = broker.running().store.register().await.unwrap();
    register.connections.into_iter().find(|entry| entry.connection.name == "Own Provider").unwrap().connection.id
}

/// Somebody with a role makes a link; the page that shows it.
pub async fn make(browser: &mut Browser, connection: &str, (hours, email): (&str, &str)) -> Page {
    let token = browser.get(&format!("/portal/{OWN}/users")).await.hidden("token");
    let form = [("token", token.as_str()), ("connection", connection), ("hours", hours), ("email", email)];
    browser.post(&format!("/portal/{OWN}/setup-links/make"), &form).await
}

/// The link that a page shows.
pub fn link_in(page: &Page) -> String {
    let address = page.body.split("id=\"setup-address\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1)).and_then(|rest| rest.split('"').next());
    super::path(address.unwrap_or_else(|| panic!("no link: {} {}", page.status, page.body)))
}

/// Its reference: the first of the list.
pub fn reference_in(page: &Page) -> String {
    page.body.split("class=\"ref\"").nth(1).and_then(|rest| rest.split('>').nth(1)).and_then(|rest| rest.split('<').next()).unwrap().to_owned()
}

/// Somebody from outside who has opened a link.
pub async fn come_by(broker: &TestBroker, link: &str) -> Browser {
    let mut browser = broker.browser();
    browser.from = "203.0.113.9".into();
    assert_eq!(lead(&browser.get(link).await), "/setup");
    let page = browser.get("/setup").await;
    assert_eq!(page.heading(), "Set up a sign-in");
    assert_eq!(lead(&browser.post("/setup", &[("link", &page.hidden("link"))]).await), format!("/portal/{OWN}/sign-on"));
    browser
}

async fn records(broker: &TestBroker, event: &str) -> Vec<AuditRecord> {
    broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 100).await.unwrap()
}

/// Whether somebody from outside is still let in.
async fn is_in(browser: &mut Browser) -> bool {
    let page = browser.get(&format!("/portal/{OWN}/sign-on")).await;
    match page.status {
        200 => true,
        403 => {
            assert!(page.body.contains("portal.setup_over"), "{}", page.body);
            false
        }
        other => panic!("{other}: {}", page.body),
    }
}

/// ADM-13, LR-08: a link is shown once and kept as a hash; looking at it opens nothing, a button does; its token stands in no later
/// address, no page and no record. Making it, opening it and leaving are on record under its reference, with who answers for it.
#[tokio::test]
async fn adm_13_a_link_is_shown_once_and_opened_by_a_button() {
    let broker = world().await;
    let (mut ada, id, admin) = (enter(&broker, ADMIN).await, provider(&broker).await, broker.user(ADMIN, OWN).await.id);
    let page = make(&mut ada, &id.to_string(), ("4", "")).await;
    assert!(page.status == 200 && page.body.contains("Shown only now") && page.body.contains("Own Provider"), "{} {}", page.status, page.body);
    let (link, reference) = (link_in(&page), reference_in(&page));
    let token = link.strip_prefix("/setup?token=").unwrap().to_owned();
    assert_eq!(token.len(), 43);
    let list = ada.get(&format!("/portal/{OWN}/setup-links")).await;
    assert!(list.body.contains(&reference) && !list.body.contains(&token), "shown once");
    let made = records(&broker, "portal.setup_link").await;
    assert_eq!((made[0].detail.as_str(), made[0].case.as_deref()), (format!("{reference}: Own Provider, 4 h by {admin}").as_str(), None));
    // A mail program that looks at links.
    let mut scanner = broker.browser();
    for _ in 0..3 {
        let clean = scanner.get(&link).await;
        assert_eq!(lead(&clean), "/setup");
        let page = scanner.get("/setup").await;
        assert!(page.body.contains("Ada Adler asks you to connect Own Provider.") && page.body.contains("nobody is affected until Ada Adler turns it on"), "{}", page.body);
        assert!(!page.body.contains(&token) && page.header("referrer-policy") == Some("no-referrer") && page.header("cache-control") == Some("no-store"));
    }
    assert_eq!(records(&broker, "portal.setup_opened").await, [], "nothing was opened");
    let mut kim = come_by(&broker, &link).await;
    let opened = records(&broker, "portal.setup_opened").await;
    assert_eq!(opened.len(), 1);
    assert_eq!((opened[0].case.as_deref(), opened[0].user, opened[0].network.as_deref()), (Some(reference.as_str()), None, Some("203.0.113.9")));
    assert_eq!(opened[0].detail, format!("through a setup link by {admin}"));
    assert!(kim.cookies.contains_key("__Host-setup") && !kim.cookies.contains_key("__Host-setup-link") && !kim.cookies.values().any(|value| value.contains(&token)));
    let page = kim.get(&format!("/portal/{OWN}/sign-on")).await;
    assert!(page.status == 200 && page.heading() == "Single Sign-On" && page.body.contains("Own Provider") && page.body.contains("class=\"portal plain\""), "{}", page.body);
    for hidden in ["admin@own.example", "mia@own.example", "/users\"", "/administrators", "/activity", "/passwords", "/exclusions", token.as_str()] {
        assert!(!plain(&page).contains(hidden), "{hidden}");
    }
    assert!(page.body.contains(&format!("/portal/{OWN}/domains\"")));
    let before = records(&broker, "portal.setup_left").await.len();
    assert_eq!(lead(&kim.post("/setup/leave", &[]).await), "/setup/left");
    assert_eq!(records(&broker, "portal.setup_left").await.len(), before + 1);
    assert_eq!(kim.get("/setup/left").await.heading(), "You are done here");
    assert!(lead(&kim.get(&format!("/portal/{OWN}/sign-on")).await).starts_with("/oauth2/authorize"), "nobody is here");
    come_by(&broker, &link).await;
    let activity = ada.get(&format!("/portal/{OWN}/activity?ref={reference}")).await;
    assert!(activity.body.matches("Setup link opened").count() == 2 && activity.body.contains("Setup link left"), "each use in Activity: {}", activity.body);
    for record in broker.running().store.audit_newest(&AuditFilter::default(), 200).await.unwrap() {
        assert!(!record.detail.contains(&token), "{}", record.detail);
    }
    assert!(broker.audit_records().await > 0, "the chain is whole");
}

/// ADM-13: a link works for as long as it was made for, until it is ended, and while whoever made it might make it. Its sessions end at
/// once with it. Each end has its twin that works, and its code.
#[tokio::test]
async fn adm_13_a_link_ends_with_its_time_by_hand_and_with_its_maker() {
    let broker = world().await;
    let id = provider(&broker).await.to_string();
    let mut op = enter(&broker, "op@own.example").await;
    let set_state = |state| broker.change_user("sec@own.example", OWN, move |user| user.state = state);
    let mut sec = enter(&broker, "sec@own.example").await;
    let link = link_in(&make(&mut sec, &id, ("24", "")).await);
    let mut kim = come_by(&broker, &link).await;
    assert!(is_in(&mut kim).await);
    // The maker is suspended, and not any more.
    set_state(UserState::Suspended).await;
    assert!(!is_in(&mut kim).await);
    set_state(UserState::Active).await;
    let mut kim = come_by(&broker, &link).await;
    // The maker loses the role: for good, even when it is given back.
    let user = broker.user("sec@own.example", OWN).await.id.to_string();
    let token = op.get(&format!("/portal/{OWN}/users")).await.hidden("token");
    let role = [("token", token.as_str()), ("role", "security"), ("user", &user), ("name", "sec@own.example")];
    assert!(lead(&op.post(&format!("/portal/{OWN}/administrators/take"), &role).await).ends_with("said=role-taken"));
    assert!(!is_in(&mut kim).await);
    assert!(lead(&op.post(&format!("/portal/{OWN}/administrators/give"), &role).await).ends_with("said=role-given"));
    let mut browser = broker.browser();
    browser.get(&link).await;
    let over = browser.get("/setup").await;
    assert_eq!((over.status, refusal(&broker, &over).await), (403, ("portal.setup_over".to_owned(), None)));
    assert_eq!(browser.post("/setup", &[]).await.status, 403);
    // By hand.
    let page = make(&mut op, &id, ("1", "")).await;
    let (link, reference) = (link_in(&page), reference_in(&page));
    let mut kim = come_by(&broker, &link).await;
    assert!(lead(&op.post(&format!("/portal/{OWN}/setup-links/end"), &[("token", &token), ("link", &reference)]).await).ends_with("said=link-ended"));
    assert!(!is_in(&mut kim).await);
    assert!(lead(&op.post(&format!("/portal/{OWN}/setup-links/end"), &[("token", &token), ("link", &reference)]).await).ends_with("said=changed"), "it has ended");
    // By its time, to the second; a session rests for half an hour at most.
    let link = link_in(&make(&mut op, &id, ("1", "")).await);
    let mut kim = come_by(&broker, &link).await;
    broker.clock.wait(Duration::from_secs(1_800));
    assert!(!is_in(&mut kim).await, "it has rested for half an hour");
    let mut kim = come_by(&broker, &link).await;
    broker.clock.wait(Duration::from_secs(1_799));
    assert!(is_in(&mut kim).await);
    broker.clock.wait(Duration::from_secs(1));
    assert!(!is_in(&mut kim).await, "its hour is over");
}

/// B-164, ADM-13: once administrators do not come in by a provider any more, no link that one of them may have made that way works.
#[tokio::test]
async fn b_164_links_end_with_single_sign_on_for_administrators() {
    let broker = world().await;
    let id = provider(&broker).await.to_string();
    let mut op = enter(&broker, "op@own.example").await;
    let token = op.get(&format!("/portal/{OWN}/users")).await.hidden("token");
    let mut by_provider = async |on: &str| lead(&op.post(&format!("/portal/{OWN}/administrators/sign-in"), &[("token", &token), ("single-sign-on", on)]).await);
    assert!(by_provider("on").await.ends_with("said=admin-sso-on"));
    let mut admin = enter(&broker, "admin@own.example").await;
    let mut kim = come_by(&broker, &link_in(&make(&mut admin, &id, ("4", "")).await)).await;
    assert!(is_in(&mut kim).await, "the twin");
    assert!(by_provider("off").await.ends_with("said=admin-sso-off"));
    assert!(!is_in(&mut kim).await);
}

/// ADM-13: nobody ends another account's link; what is no link, no time, no address and no connection makes none, and there are so many in a day.
#[tokio::test]
async fn adm_13_what_makes_no_link_makes_none() {
    let broker = world().await;
    let (mut ada, id) = (enter(&broker, ADMIN).await, provider(&broker).await.to_string());
    let foreign = broker.running().store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.name.contains("OTHER")).unwrap().connection.id.to_string();
    for (connection, hours, email, says) in [
        (id.as_str(), "0", "", "Choose a time from 1 hour to 14 days"),
        (&id, "337", "", "Choose a time from 1 hour to 14 days"),
        (&id, "", "", "Choose a time"),
        (&id, "4", "kim", "Enter an email address"),
        (&id, "4", "kim@example.org\r\nBcc: eve@example.org", "Enter an email address"),
        (&foreign, "4", "", "Choose one of these connections"),
        ("x", "4", "", "Choose one of these connections"),
    ] {
        let page = make(&mut ada, connection, (hours, email)).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: "), "{hours} {email}: {}", page.body);
        assert!(!page.body.contains("CANARY"));
    }
    assert_eq!(records(&broker, "portal.setup_link").await, []);
    for _ in 0..homeward_portal::setup_link::MOST_A_DAY {
        link_in(&make(&mut ada, &id, ("336", "")).await);
    }
    assert!(make(&mut ada, &id, ("4", "")).await.body.contains("20 links within a day"));
    let reference = reference_in(&ada.get(&format!("/portal/{OWN}/setup-links")).await);
    let mut chief = enter(&broker, "chief@other.example").await;
    let own = chief.get(&format!("/portal/{OTHER}/users")).await.hidden("token");
    let ended = chief.post(&format!("/portal/{OTHER}/setup-links/end"), &[("token", &own), ("link", &reference)]).await;
    assert!(lead(&ended).ends_with("said=changed"));
    let page = ada.get(&format!("/portal/{OWN}/setup-links")).await;
    assert_eq!(page.body.matches("End the link").count(), 20, "each still works");
    broker.clock.wait(Duration::from_secs(86_401));
    let mut ada = enter(&broker, ADMIN).await;
    link_in(&make(&mut ada, &id, ("4", "")).await);
}

/// ADM-13, mail 6: the mail says who asks for what, until when, and that nobody is affected; in the language of whoever sends it. It goes to
/// one address, and the address stands in no record.
#[tokio::test]
async fn adm_13_the_link_goes_by_mail_to_somebody_outside() {
    let broker = world().await;
    let (mut ada, id) = (enter(&broker, ADMIN).await, provider(&broker).await.to_string());
    let page = make(&mut ada, &id, ("24", "kim@agency.example")).await;
    assert!(page.body.contains("We are sending it to") && plain(&page).contains("kim@agency.example"), "{}", page.body);
    let link = link_in(&page);
    let mails = broker.mails().await;
    let sent: Vec<_> = mails.iter().filter(|(to, ..)| to == "kim@agency.example").collect();
    let [(_, subject, text)] = &sent[..] else { panic!("{mails:?}") };
    assert_eq!(subject, "Set up sign-in for Own Account");
    for words in ["Ada Adler at Own Account asks you to connect Own Provider.", "Nobody is affected until Ada Adler turns it on.", &format!("http://homeward.localhost{link}"), "16 January 2027"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let made = records(&broker, "portal.setup_link").await;
    assert!(made[0].detail.contains(", by mail") && !made[0].detail.contains("agency"), "{}", made[0].detail);
    ada.cookies.insert("__Host-language".into(), "de".into());
    make(&mut ada, "", ("1", "kim@agency.example")).await;
    let (_, subject, text) = broker.mails().await.into_iter().rfind(|(to, ..)| to == "kim@agency.example").unwrap();
    assert!(subject == "Anmeldung für Own Account einrichten" && text.contains("den Identitätsanbieter Ihrer Organisation"), "{subject} {text}");
    come_by(&broker, &link).await;
}

/// ADM-13: one browser is either somebody of the portal or somebody from outside: opening a link ends the one, signing in the other.
#[tokio::test]
async fn adm_13_one_browser_is_one_of_the_two() {
    let broker = world().await;
    let (mut ada, id) = (enter(&broker, ADMIN).await, provider(&broker).await.to_string());
    let link = link_in(&make(&mut ada, &id, ("4", "")).await);
    ada.get(&link).await;
    let page = ada.get("/setup").await;
    assert!(page.body.contains("You are in the account portal as Ada Adler"), "{}", page.body);
    assert_eq!(ada.get(&format!("/portal/{OWN}/users")).await.status, 200, "looking ends nothing");
    let before = ada.cookies["__Host-portal"].clone();
    ada.post("/setup", &[("link", &page.hidden("link"))]).await;
    assert!(!ada.cookies.contains_key("__Host-portal"));
    let mut old = ada.clone();
    old.cookies.remove("__Host-setup");
    old.cookies.insert("__Host-portal".into(), before);
    assert!(lead(&old.get(&format!("/portal/{OWN}/users")).await).starts_with("/oauth2/authorize"), "that session has ended");
    assert_eq!(ada.get(&format!("/portal/{OWN}/users")).await.status, 403);
    assert_eq!(lead(&ada.get("/portal").await), format!("/portal/{OWN}/sign-on"));
    ada.cookies.retain(|name, _| name != "__Host-setup");
    let page = ada.get("/portal").await;
    let asked = ada.get(&lead(&page)).await;
    let back = match asked.status {
        303 => ada.get(&lead(&asked)).await,
        _ => super::through_sign_in(&mut ada, &page, ADMIN).await,
    };
    assert_eq!(lead(&back), "/portal");
    assert!(!ada.cookies.contains_key("__Host-setup"));
    assert_eq!(ada.get(&format!("/portal/{OWN}/users")).await.status, 200);
}

/// ADM-13: what begins is the link whose page was seen, and not another one that was opened in this browser since then.
#[tokio::test]
async fn adm_13_the_link_that_was_seen_is_the_one_that_begins() {
    let broker = world().await;
    let (mut ada, id) = (enter(&broker, ADMIN).await, provider(&broker).await.to_string());
    let (first, second) = (make(&mut ada, &id, ("4", "")).await, make(&mut ada, "", ("4", "")).await);
    let mut kim = broker.browser();
    kim.get(&link_in(&first)).await;
    let seen = kim.get("/setup").await.hidden("link");
    assert_eq!(seen, reference_in(&first));
    kim.get(&link_in(&second)).await;
    for link in [seen.as_str(), "", "x"] {
        assert_eq!(lead(&kim.post("/setup", &[("link", link)]).await), "/setup", "{link}");
    }
    assert!(!kim.cookies.contains_key("__Host-setup") && records(&broker, "portal.setup_opened").await.is_empty());
    // The twin: the page of the second, seen.
    let seen = kim.get("/setup").await.hidden("link");
    assert_eq!(lead(&kim.post("/setup", &[("link", &seen)]).await), format!("/portal/{OWN}/sign-on"));
    assert_eq!(records(&broker, "portal.setup_opened").await[0].case.as_deref(), Some(reference_in(&second).as_str()));
}

/// AD-09, ADM-13: guessed and forged secrets open nothing; a form of another session changes nothing.
#[tokio::test]
async fn ad_09_nothing_is_opened_by_a_guess() {
    let broker = world().await;
    let (mut ada, id) = (enter(&broker, ADMIN).await, provider(&broker).await.to_string());
    let page = make(&mut ada, &id, ("4", "")).await;
    let (link, reference) = (link_in(&page), reference_in(&page));
    let other = homeward_model::random_token(&SystemRandom);
    for token in [other.as_str(), &reference, "", "../../x", &"a".repeat(5_000)] {
        let mut stranger = broker.browser();
        stranger.get(&format!("/setup?token={token}")).await;
        assert_eq!(stranger.get("/setup").await.status, 403, "{token}");
        assert_eq!(stranger.post("/setup", &[]).await.status, 403, "{token}");
    }
    for cookie in [other.as_str(), "x", ""] {
        let mut stranger = broker.browser();
        stranger.cookies.insert("__Host-setup".into(), cookie.into());
        let page = stranger.get(&format!("/portal/{OWN}/sign-on")).await;
        assert!(page.status == 403 || lead(&page).starts_with("/oauth2/authorize"), "{cookie}");
    }
    // The token of the link is not the secret of a session, nor the other way round.
    let mut kim = come_by(&broker, &link).await;
    let secret = kim.cookies["__Host-setup"].clone();
    let mut stranger = broker.browser();
    stranger.get(&format!("/setup?token={secret}")).await;
    assert_eq!(stranger.get("/setup").await.status, 403);
    let mut second = come_by(&broker, &link).await;
    let foreign = second.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    let refused = kim.post(&format!("/portal/{OWN}/domains/add"), &[("token", &foreign), ("domain", "x.example")]).await;
    assert!(lead(&refused).ends_with("said=again"));
    let own = kim.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    assert!(lead(&kim.post(&format!("/portal/{OWN}/domains/add"), &[("token", &own), ("domain", "x.example")]).await).ends_with("said=domain-added"), "the twin");
    let sent = kim.deliver("/setup", &[]).await;
    assert_eq!(sent.status, 403, "not from another site");
}

/// AD-02: a role that its maker was given since makes a link no wider.
#[tokio::test]
async fn ad_02_a_link_allows_no_more_than_its_maker_might_when_it_was_made() {
    let broker = world().await;
    let id = provider(&broker).await.to_string();
    let mut sec = enter(&broker, "sec@own.example").await;
    let link = link_in(&make(&mut sec, &id, ("24", "")).await);
    let mut kim = come_by(&broker, &link).await;
    let store = &broker.running().store;
    let mut entry = super::account(&broker, OWN).await;
    // Where administrators come in by the provider, choosing its values takes the right to give roles.
    entry.account.admin_sso = true;
    store.put(&homeward_store::register::Register { accounts: vec![entry], ..Default::default() }, &[], broker.clock.now()).await.unwrap();
    super::give_role(&broker, "sec@own.example", OWN, Role::Administrator).await;
    let token = kim.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    let address = format!("/portal/{OWN}/sign-on/{id}/accept");
    assert_eq!(kim.post(&address, &[("token", &token), ("handle", "x")]).await.status, 403, "security managers may not, and the link was made by one");
    let mut ada = enter(&broker, ADMIN).await;
    let link = link_in(&make(&mut ada, &id, ("24", "")).await);
    let mut lee = come_by(&broker, &link).await;
    let token = lee.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    assert!(lead(&lee.post(&address, &[("token", &token), ("handle", "x")]).await).contains("said=other-values"), "the twin: an administrator's link may");
}
