//! The provider is away: local sign-in for some hours, by password or by a code that is mailed (B-164…B-172).

use std::time::Duration;

use homeward_discovery::{ConnectionState, Outage};
use homeward_federation::RemoteField;
use homeward_signin::usecase::mailroom;
use homeward_simulator::saml::{Attribute, NameId};

use super::*;

pub const DANA: &str = "dana@contoso.example";
const HOUR: u64 = 3_600;

pub async fn out(broker: &TestBroker, account: &str, name: &str, seconds: u64) {
    let until = broker.clock.now().plus(Duration::from_secs(seconds));
    let outage = Some(Outage { until, back: ConnectionState::Enforced });
    broker.change_connection(account, name, |entry| (entry.connection.state, entry.connection.outage) = (ConnectionState::Outage, outage)).await;
}

pub async fn to(broker: &TestBroker, state: ConnectionState) {
    broker.change_connection("50210", "Entra", |entry| (entry.connection.state, entry.connection.outage) = (state, None)).await;
}

/// Asks for a code: the page that waits for it.
pub async fn ask(browser: &mut Browser, name: &str) -> Page {
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, name).await;
    assert_eq!(page.heading(), "Enter your password", "{}", page.body);
    browser.post("/signin/code", &[("stage", &page.hidden("stage"))]).await
}

/// The code of the newest mail to somebody, and the mail.
pub async fn code(broker: &TestBroker, name: &str) -> (String, String) {
    let mails = broker.mails().await;
    let (_, _, text) = mails.iter().rev().find(|(to, ..)| to == name).unwrap_or_else(|| panic!("no mail to {name}"));
    (text.split("Code: ").nth(1).map(|c| c.chars().take(7).collect()).unwrap_or_default(), text.clone())
}

pub async fn type_code(browser: &mut Browser, page: &Page, code: &str) -> Page {
    browser.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", code)]).await
}

/// B-166, B-167, B-172: during an outage the password that was kept works, and its end needs nobody: the provider is the way in again,
/// and what the password opened is closed.
#[tokio::test]
async fn an_outage_gives_the_password_back_and_ends_by_itself() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let first = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &first).await, kim());
    // Shorter than a session may rest, so that nothing but its end ends anything.
    out(&world.broker, "70444", "Okta", 3_000).await;
    assert_eq!(browser.open("wiki", "").await.status, 303, "an outage ends no session of the provider");
    let mut other = world.broker.browser();
    let page = other.open("wiki", "").await;
    let page = other.identify(&page, KIM).await;
    assert_eq!(page.heading(), "Enter your password");
    assert!(page.body.contains("is not answering just now") && page.body.contains("action=\"/signin/code\""));
    let signed = other.password(&page, "Sprosser!4").await;
    assert_eq!(who(&mut other, "wiki", &signed).await, kim());
    world.broker.clock.wait(Duration::from_secs(3_000 - 60));
    let mut late = world.broker.browser();
    let open = late.open("wiki", "").await;
    let open = late.identify(&open, KIM).await;
    assert_eq!(open.heading(), "Enter your password", "the twin of this page has just signed in");
    world.broker.clock.wait(Duration::from_secs(60));
    let again = other.open("wiki", "").await;
    assert_eq!(again.status, 200, "a session by password opens nothing where the provider is the way in");
    assert!(read(&other.identify(&again, KIM).await).xml.contains("AuthnRequest"));
    let sent = read(&late.password(&open, "Sprosser!4").await);
    assert!(sent.xml.contains("AuthnRequest") && !late.cookies.contains_key("__Host-session"), "a page of then, in its own browser: the right password leads to the provider");
    let back = world.round(&mut late, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut late, "wiki", &back).await, kim());
}

/// B-167: who has no password signs in by a code: once, in the browser that asked for it, and as long as the outage lasts.
#[tokio::test]
async fn who_has_no_password_gets_a_code_that_works_once_here() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 2 * HOUR).await;
    let mut dana = broker.browser();
    let page = ask(&mut dana, DANA).await;
    assert_eq!(page.heading(), "Check your email");
    let (sent, text) = code(&broker, DANA).await;
    assert!(!text.contains("http"), "no link: whoever opens mails cannot sign in with it: {text}");
    assert!(text.contains("is not answering just now"));
    // Another browser has neither the stage nor a way to use it.
    let mut thief = broker.browser();
    thief.open("wiki", "").await;
    let stolen = type_code(&mut thief, &page, &sent).await;
    assert!(!thief.cookies.contains_key("__Host-session") && stolen.heading() != "Signing you in to Wiki", "{}", stolen.heading());
    let signed = type_code(&mut dana, &page, &sent).await;
    assert_eq!(who(&mut dana, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
    let user = broker.user(DANA, "50210").await.id;
    assert!(broker.audit(10).await.contains(&("signin.code ok".into(), Some(user))));
    let mut twice = dana.clone();
    twice.cookies.remove("__Host-session");
    assert_eq!(type_code(&mut twice, &page, &sent).await.heading(), "Check your email", "single use");
    assert!(!twice.cookies.contains_key("__Host-session"));
    assert_eq!(dana.open("wiki", "").await.status, 303);
    to(&broker, ConnectionState::Enforced).await;
    assert_eq!(dana.open("wiki", "").await.status, 200, "the outage was ended: so is what it opened");
}

/// LR-17: five tries; the sixth is refused although it is right.
#[tokio::test]
async fn a_code_that_signs_in_has_five_tries() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 2 * HOUR).await;
    let mut dana = broker.browser();
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    let wrong = if sent.starts_with('0') { "100000" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(type_code(&mut dana, &page, wrong).await.heading(), "Check your email");
    }
    type_code(&mut dana, &page, &sent).await;
    assert!(!dana.cookies.contains_key("__Host-session"));
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    let signed = type_code(&mut dana, &page, &sent).await;
    assert_eq!(who(&mut dana, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
}

/// A code of the outage is worth nothing after it, and nobody who may sign in at the provider only gets one.
#[tokio::test]
async fn a_code_ends_with_the_outage() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 600).await;
    let mut dana = broker.browser();
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    // Its twin a moment before the end signs in.
    let mut early = broker.browser();
    early.from = "198.51.100.7".into();
    let waiting = ask(&mut early, DANA).await;
    let (own, _) = code(&broker, DANA).await;
    broker.clock.wait(Duration::from_secs(599));
    let signed = type_code(&mut early, &waiting, &own).await;
    assert_eq!(who(&mut early, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
    broker.clock.wait(Duration::from_secs(1));
    let over = type_code(&mut dana, &page, &sent).await;
    assert!(over.body.contains("so we started again") && !dana.cookies.contains_key("__Host-session"), "{}", over.body);
    let before = broker.mails().await.len();
    dana.post("/signin/code", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(broker.mails().await.len(), before, "asked for after the end: nothing is sent");
}

/// FOR-1, LH-02: the pages are the same for a name that nobody has, for one without a password, and for one on the exclusion list;
/// who has a password is led to it.
#[tokio::test]
async fn the_offer_of_a_code_tells_nothing_of_a_name() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    out(&broker, "50210", "Entra", 2 * HOUR).await;
    let names = ["nobody@contoso.example", DANA, "ops@contoso.example"];
    let mut told = Vec::new();
    for name in names {
        let mut browser = broker.browser();
        let page = browser.open("wiki", "").await;
        let password = browser.identify(&page, name).await;
        assert!(password.body.contains("action=\"/signin/code\""), "{name}");
        let waiting = browser.post("/signin/code", &[("stage", &password.hidden("stage"))]).await;
        broker.mails().await;
        let wrong = type_code(&mut browser, &waiting, "12 34 56").await;
        told.push([password, waiting, wrong].map(|page| (page.status, page.steady().replace(name, "NAME").replace(name.split('@').next().unwrap(), "LOCAL"))));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    let subjects: Vec<(String, String)> = broker.mails().await.into_iter().map(|(to, subject, _)| (to, subject)).collect();
    assert!(!subjects.iter().any(|(to, _)| to.starts_with("nobody")));
    assert!(subjects.iter().any(|(to, subject)| to == DANA && subject.starts_with("Your sign-in code")));
    assert!(subjects.iter().any(|(to, subject)| to.starts_with("ops@") && subject.starts_with("Reset your password")), "{subjects:?}");
}

/// B-168, B-169, B-170: switched off for good, who has no password gets a link to set one; it counts only while a password does.
#[tokio::test]
async fn who_comes_back_without_a_password_is_invited_to_set_one() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let ctx = &broker.running().context;
    let dana = broker.user(DANA, "50210").await.id;
    assert!(!mailroom::invite(ctx, dana).await.unwrap(), "as long as the provider is the way in");
    to(&broker, ConnectionState::Retired).await;
    assert!(mailroom::invite(ctx, dana).await.unwrap());
    let (_, text) = code(&broker, DANA).await;
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap().replace("http://homeward.localhost", "");
    assert!(link.starts_with("/invitation?token="), "{link}");
    let mut browser = broker.browser();
    browser.get(&link).await;
    let page = browser.post("/invitation", &[]).await;
    assert_eq!(page.heading(), "Choose your password");
    let set = |page: Page| vec![("handle".to_owned(), page.hidden("handle")), ("new".to_owned(), "Kormoran-7".to_owned()), ("repeat".to_owned(), "Kormoran-7".to_owned())];
    let form = set(page);
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    to(&broker, ConnectionState::Enforced).await;
    let refused = browser.post("/reset/password", &form).await;
    assert!(refused.body.contains("so we started again"), "Single Sign-On is on again: {}", refused.body);
    to(&broker, ConnectionState::Retired).await;
    assert_eq!(browser.post("/reset/password", &form).await.heading(), "Your password was changed");
    assert!(browser.sign_in("wiki", DANA, "Kormoran-7").await.contains("code="));
    assert!(!mailroom::invite(ctx, dana).await.unwrap(), "who has a password is not invited");
}

/// B-168, B-169, B-170: a file that switches off says who gets a link to set a password, and sends it; carried out again, it sends nothing.
#[tokio::test]
async fn b_168_a_file_that_switches_off_invites_who_has_no_password() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (ctx, store) = (&broker.running().context, &broker.running().store);
    let name = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "50210").unwrap().account.name;
    let text = format!("[[account]]\nnumber = \"50210\"\nname = \"{name}\"\nsso_mode = \"off\"\n");
    let plan = async || homeward_server::apply::plan_text(store, &text, &broker.folder().join("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    let first = plan().await;
    let [one] = &first.concerned[..] else { panic!("{:?}", first.concerned) };
    assert!(one.invited.iter().any(|name| name == DANA) && one.effect.at_provider == 0, "{one:?}");
    assert_eq!(one.invited.len() + one.without_address, one.effect.without_password);
    first.carry_out(store, broker.clock.now()).await.unwrap();
    assert_eq!(first.invite(ctx).await.unwrap() as usize, one.invited.len());
    let (_, text) = code(&broker, DANA).await;
    assert!(text.contains("/invitation?token="), "{text}");
    let again = plan().await;
    assert!(again.is_empty() && !again.invites() && again.invite(ctx).await.unwrap() == 0);
}

/// LR-12, LR-18: a stranger who asks for codes neither voids one that was mailed to the person's browser nor uses up those that the person
/// may have; in a browser in which they were signed in, nobody can.
#[tokio::test]
async fn lr_12_a_stranger_takes_nobodys_code_away() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 8 * HOUR).await;
    let stranger = async |from: &str| {
        let mut browser = broker.browser();
        browser.from = from.to_owned();
        let page = ask(&mut browser, DANA).await;
        assert_eq!(page.heading(), "Check your email", "the page says nothing of limits");
    };
    let sent = async || broker.mails().await.iter().filter(|(to, ..)| to == DANA).count();
    let signs_in = async |browser: &mut Browser, page: &Page, typed: &str| {
        let page = type_code(browser, page, typed).await;
        assert_eq!(who(browser, "wiki", &page).await, Some((DANA.into(), "50210".into())));
    };
    // Dana asks first; a stranger afterwards.
    let mut dana = broker.browser();
    let page = ask(&mut dana, DANA).await;
    let (first, _) = code(&broker, DANA).await;
    for _ in 0..5 {
        stranger("203.0.113.7").await;
    }
    assert_eq!(sent().await, 3, "LR-12: three to strangers in an hour");
    signs_in(&mut dana, &page, &first).await;
    // A stranger asks first, from one place: something is left for Dana elsewhere.
    broker.clock.wait(Duration::from_secs(HOUR + 1));
    for _ in 0..5 {
        stranger("203.0.113.7").await;
    }
    assert_eq!(sent().await, 3 + 2);
    let mut elsewhere = broker.browser();
    let page = ask(&mut elsewhere, DANA).await;
    let (second, _) = code(&broker, DANA).await;
    signs_in(&mut elsewhere, &page, &second).await;
    // Strangers from everywhere: what is left is for Dana's own browser, whose session rests by now.
    broker.clock.wait(Duration::from_secs(HOUR + 1));
    for place in 0..9 {
        stranger(&format!("203.0.113.{place}")).await;
    }
    assert_eq!(sent().await, 3 + 3 + 3);
    assert_eq!(dana.get("/account").await.heading(), "Sign in");
    dana.from = "203.0.113.7".into();
    let rested = dana.clone();
    let page = ask(&mut dana, DANA).await;
    assert_eq!(sent().await, 10);
    let (third, _) = code(&broker, DANA).await;
    signs_in(&mut dana, &page, &third).await;
    for _ in 0..5 {
        ask(&mut rested.clone(), DANA).await;
    }
    assert_eq!(sent().await, 12, "nor does Dana's own browser flood the mailbox");
}

/// LR-12, LR-18, LG-02: whoever uses up what one network may ask for and type holds back strangers in that network, and not the person in
/// a browser in which they were signed in, be it that the browser was closed since.
#[tokio::test]
async fn lr_12_a_network_that_is_used_up_holds_back_nobody_in_their_own_browser() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 8 * HOUR).await;
    let here = |mut browser: Browser| {
        browser.from = "203.0.113.7".to_owned();
        browser
    };
    let mut dana = here(broker.browser());
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    let signed = type_code(&mut dana, &page, &sent).await;
    assert_eq!(who(&mut dana, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
    dana.cookies.remove("__Host-session");
    broker.clock.wait(Duration::from_secs(HOUR + 1));
    let last = async || broker.running().store.audit_lines(1).await.unwrap().remove(0);
    // Codes for others, until the network has to wait.
    let mut asked = 0;
    let paused = loop {
        let mut stranger = here(broker.browser());
        let page = stranger.open("wiki", "").await;
        let page = stranger.identify(&page, &format!("nobody{asked}@contoso.example")).await;
        let page = stranger.post("/signin/code", &[("stage", &page.hidden("stage"))]).await;
        if page.status == 429 {
            break page;
        }
        asked += 1;
    };
    assert_eq!((asked, paused.status, last().await.2.as_str()), (20, 429, "limit.reset_request"));
    let mut new = here(broker.browser());
    let page = new.open("wiki", "").await;
    let page = new.identify(&page, DANA).await;
    assert_eq!(new.post("/signin/code", &[("stage", &page.hidden("stage"))]).await.status, 429, "a browser that nobody knows waits with its network");
    // Somebody elsewhere asks in time, and types from here until the network has to wait.
    let mut typing = broker.browser();
    typing.from = "198.51.100.9".into();
    let waiting = [ask(&mut typing, "nobody@contoso.example").await, ask(&mut typing, "nobody-else@contoso.example").await];
    let mut typing = here(typing);
    let mut typed = 0;
    while type_code(&mut typing, &waiting[typed % 2], "123456").await.status != 429 {
        typed += 1;
    }
    assert_eq!((typed, last().await.2.as_str()), (30, "limit.reset_code"));
    // Dana's own browser, in the same network, signed out by being closed.
    let page = ask(&mut dana, DANA).await;
    assert_eq!(page.heading(), "Check your email");
    let (sent, _) = code(&broker, DANA).await;
    let signed = type_code(&mut dana, &page, &sent).await;
    assert_eq!(who(&mut dana, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
    // And it has a limit of its own.
    let mut again = 0;
    loop {
        let mut own = dana.clone();
        own.cookies.remove("__Host-session");
        let page = own.open("wiki", "").await;
        let page = own.identify(&page, DANA).await;
        match own.post("/signin/code", &[("stage", &page.hidden("stage"))]).await.status {
            429 => break,
            _ => again += 1,
        }
    }
    assert_eq!(again, 19, "twenty in an hour, one of them above");
}

/// ST-17: a mailed proof links nobody at the provider. The first sign-in there does, and whoever comes there by another name after it is nobody.
#[tokio::test]
async fn st_17_a_mailed_proof_links_nobody_at_the_provider() {
    let world = World::new().await;
    let broker = &world.broker;
    let mut theirs = settings(&world.idp);
    theirs.matching.remote = RemoteField::Named("mail".into());
    let connection = broker.change_connection("50210", "Entra", |entry| entry.settings = Some(theirs)).await;
    let danas = broker.user(DANA, "50210").await.id;
    let links = async || broker.running().store.links_of(danas).await.unwrap();
    out(broker, "50210", "Entra", HOUR).await;
    let mut by_mail = broker.browser();
    let page = ask(&mut by_mail, DANA).await;
    let (sent, _) = code(broker, DANA).await;
    let signed = type_code(&mut by_mail, &page, &sent).await;
    assert_eq!(who(&mut by_mail, "wiki", &signed).await, Some((DANA.into(), "50210".into())));
    assert_eq!(links().await, []);
    to(broker, ConnectionState::Enforced).await;
    let base = format!("http://homeward.localhost/saml/{connection}");
    let come = async |subject: &str| {
        let mut browser = broker.browser();
        let page = browser.open("wiki", "").await;
        let offer = browser.identify(&page, DANA).await;
        let sent = read(&browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage")), ("username", DANA)]).await);
        let asked = Asked { entity_id: format!("{base}/metadata"), acs: format!("{base}/acs"), request_id: Some(sent.id) };
        let answer = world.idp.answer(&asked, DANA, broker.clock.now()).assertion(|a| {
            a.name_id = Some(NameId::persistent(subject));
            a.attributes = vec![Attribute::new("mail", DANA)];
        });
        let form = encode(world.idp.response(&answer));
        let delivered = browser.deliver(&format!("/saml/{connection}/acs"), &[("SAMLResponse", &form), ("RelayState", &sent.relay)]).await;
        let page = fetch(&mut browser, &delivered).await;
        if page.status == 200 { who(&mut browser, "wiki", &page).await } else { None }
    };
    assert_eq!(come("x").await, Some((DANA.into(), "50210".into())));
    assert_eq!(links().await, [connection]);
    assert_eq!((come("y").await, world.last_refusal().await.as_str()), (None, "signin.answer_refused names.bound_elsewhere"));
    assert_eq!(come("x").await, Some((DANA.into(), "50210".into())));
}
