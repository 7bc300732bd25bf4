//! The account portal through real HTTP: who gets in, what each role may, what is done, and what never shows.

mod activity;
mod adding;
mod administrators;
mod appearance;
mod applications;
mod contact;
mod domain_search;
mod domain_undo;
mod domain_watch;
mod domains;
mod door;
mod emergency;
pub mod matrix;
mod meanwhile;
mod own_password;
mod passwords;
mod people;
mod records;
mod rename;
pub mod setup_links;
mod sign_on;
mod steps_mail;
mod told;
mod unlink;
mod why;

use std::{path::Path, time::Duration};

use homeward_discovery::{Disclosure, User};
use homeward_federation::{Check, Failure};
use homeward_model::{ApiTokenId, CaseNumber, Clock, Password, SystemRandom};
use homeward_portal::{
    Role,
    tokens::{self, ApiToken, Scope},
};
use homeward_server::apply;
use homeward_signin::{
    federated::{Trace, Traces},
    ports::AuditEvent,
};
use homeward_store::register::AccountEntry;
use homeward_testkit::{Browser, Page, TestBroker};

/// The account of everybody with a role, one below it, and one that is another's. What begins with CANARY must never be seen by
/// whoever may not open its account.
const REGISTER: &str = include_str!("register.toml");
/// A picture of 240 × 60 pixels.
pub const LOGO: &[u8] = include_bytes!("logo.png");
/// Everybody's.
pub const PASSWORD: &str = "Zeisig&31x";

pub const OWN: &str = "90001";
pub const BELOW: &str = "90002";
pub const OTHER: &str = "90003";

/// Who has which role, in the own account.
pub const STAFF: [(&str, Role); 6] = [
    ("op@own.example", Role::Operator),
    ("partner@own.example", Role::Partner),
    ("admin@own.example", Role::Administrator),
    ("sec@own.example", Role::Security),
    ("help@own.example", Role::Helpdesk),
    ("audit@own.example", Role::Auditor),
];

pub fn username_of(role: Role) -> &'static str {
    STAFF.iter().find(|(_, own)| *own == role).unwrap().0
}

/// A broker with the three accounts and a portal in use.
pub async fn world() -> TestBroker {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let store = &broker.running().store;
    let plan = apply::plan_text(store, REGISTER, Path::new("x"), broker.clock.now(), &SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    for (name, account) in STAFF.map(|(name, _)| (name, OWN)).into_iter().chain([("plain@own.example", OWN), ("mia@own.example", OWN), ("chief@below.example", BELOW), ("chief@other.example", OTHER)]) {
        give_password(&broker, name, account).await;
    }
    for (name, role) in STAFF {
        give_role(&broker, name, OWN, role).await;
    }
    give_role(&broker, "chief@below.example", BELOW, Role::Administrator).await;
    give_role(&broker, "chief@other.example", OTHER, Role::Administrator).await;
    for (number, word) in [(OWN, "own"), (BELOW, "CANARY-BELOW"), (OTHER, "CANARY-OTHER")] {
        let case = CaseNumber::parse(reference_of(number)).unwrap();
        let failure = Failure::differs(Check::MeantForUs, "issuer.unexpected", word, "https://idp.example/entity");
        let trace = Trace::of(case, matrix::connection_of(&broker, number).await, broker.clock.now(), &failure).asked_for(Some("wiki".into()));
        Traces::keep_trace(&broker.running().store, &trace, broker.clock.now().plus(Trace::LIFETIME)).await.unwrap();
    }
    broker
}

/// The reference of an answer that was refused in each account.
pub fn reference_of(number: &str) -> &'static str {
    match number {
        OWN => "2222-2222",
        BELOW => "3333-3333",
        _ => "4444-4444",
    }
}

pub async fn give_password(broker: &TestBroker, name: &str, account: &str) {
    let ctx = &broker.running().context;
    let user = broker.user(name, account).await;
    let credential = ctx.passwords.hash_new(user.id, &Password::parse(PASSWORD).unwrap(), 1, &[], ctx.now()).await.unwrap();
    broker.running().store.set_credential(&credential, ctx.now()).await.unwrap();
}

pub fn line(broker: &TestBroker, user: &User) -> AuditEvent {
    AuditEvent {
        event: "portal.role",
        outcome: "ok".into(),
        user: Some(user.id),
        account: Some(user.account),
        application: None,
        network: "command line".into(),
        case: None,
        at: broker.clock.now(),
        detail: String::new(),
    }
}

/// An account as it is registered.
pub async fn account(broker: &TestBroker, number: &str) -> AccountEntry {
    broker.running().store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == number).unwrap()
}

pub async fn give_role(broker: &TestBroker, name: &str, account: &str, role: Role) {
    let user = broker.user(name, account).await;
    assert!(broker.running().store.give_portal_role(user.id, role, &line(broker, &user)).await.unwrap());
}

/// A token of somebody for ninety days.
pub fn token_of(broker: &TestBroker, user: &User, scopes: &[Scope], id: ApiTokenId) -> ApiToken {
    let now = broker.clock.now();
    ApiToken {
        id,
        maker: user.id,
        account: user.account,
        name: "test".into(),
        scopes: scopes.iter().copied().collect(),
        federated: false,
        made_at: now,
        expires_at: now.plus(Duration::from_secs(90 * 86_400)),
        ended_at: None,
        last_used: None,
    }
}

/// Keeps a token of somebody; gives its secret.
pub async fn keep_token(broker: &TestBroker, user: &User, token: &ApiToken) -> String {
    let (secret, hash) = tokens::draw(&SystemRandom);
    let line = AuditEvent { event: "portal.token", detail: tokens::made(token), ..line(broker, user) };
    assert!(broker.running().store.keep_api_token(&hash, token, 1_000, &line).await.unwrap());
    secret
}

/// The path and query of an address of ours.
pub fn path(address: &str) -> String {
    let from = address.find("://").map_or(0, |at| address[at + 3..].find('/').map_or(address.len(), |slash| at + 3 + slash));
    address[from..].to_owned()
}

/// Where an answer leads.
pub fn lead(page: &Page) -> String {
    assert_eq!(page.status, 303, "{} {}", page.heading(), page.body);
    path(page.header("location").unwrap())
}

/// Opens a page of the portal and goes through the sign-in that it asks for; gives the answer to the callback.
pub async fn through_sign_in(browser: &mut Browser, page: &Page, username: &str) -> Page {
    let page = browser.get(&lead(page)).await;
    let page = if page.body.contains("name=\"password\"") { page } else { browser.identify(&page, username).await };
    let page = browser.password(&page, PASSWORD).await;
    let to = page.refresh().unwrap_or_else(|| panic!("no way on: {} {}", page.status, page.body));
    let back = browser.get(&to).await;
    browser.get(&lead(&back)).await
}

/// Somebody in the portal.
pub async fn enter(broker: &TestBroker, username: &str) -> Browser {
    let mut browser = broker.browser();
    let page = browser.get("/portal").await;
    let back = through_sign_in(&mut browser, &page, username).await;
    assert_eq!(lead(&back), "/portal", "{}", back.body);
    browser
}

/// What proves that a form is ours: every list has one with a search.
pub async fn token(browser: &mut Browser) -> String {
    browser.get(&format!("/portal/{OWN}/users")).await.hidden("token")
}

/// A page without the marks where a long name may break.
pub fn plain(page: &Page) -> String {
    page.body.replace("<wbr>", "")
}

/// Looks for something in a list of the own account; gives the answer and where it stands.
pub async fn find(browser: &mut Browser, list: &str, fields: &[(&str, &str)]) -> (Page, String) {
    let token = token(browser).await;
    let mut form = vec![("token", token.as_str())];
    form.extend(fields);
    let led = browser.post(&format!("/portal/{OWN}/{list}/find"), &form).await;
    let to = lead(&led);
    (browser.get(&to).await, to)
}
