//! Every route × every role × every account, from the table that the portal itself reads (AD-01, AD-03, MT-02). What is allowed does
//! what it says and is on record in its account, by whom; what is refused is refused with its code, and changes nothing at all.

use homeward_federation::Subject;
use homeward_model::{ApiTokenId, Clock, ConnectionId, UserId};
use homeward_portal::{
    Action, Relation, Role,
    authority::{BY_LINK, allows},
    tokens::Scope,
};
use homeward_signin::federated::Bindings;
use homeward_store::{AuditFilter, audit::AuditRecord, register::Register};
use homeward_testkit::{Browser, Page, TestBroker};
use homeward_web::{PORTAL_ROUTES, PortalRoute};

use super::{BELOW, OTHER, OWN, account, enter, keep_token, plain, records::refusal, reference_of, setup_links, token, token_of, username_of, world};

pub const ACCOUNTS: [(Relation, &str, &str); 3] = [(Relation::Own, OWN, "own"), (Relation::Below, BELOW, "below"), (Relation::Other, OTHER, "other")];

/// Somebody of the account for whom a step makes sense.
async fn target(broker: &TestBroker, route: &PortalRoute, (account, domain): (&str, &str)) -> UserId {
    let name = match route.pattern.rsplit_once('/').unwrap().1 {
        "invite" => "fresh",
        "resume" => "held",
        "include" | "remove" | "emergency" | "codes" | "no-emergency" => "kept",
        _ => "mia",
    };
    broker.user(&format!("{name}@{domain}.example"), account).await.id
}

async fn ask(browser: &mut Browser, route: &PortalRoute, address: &str, (token, user, domain): (&str, UserId, &str)) -> Page {
    let (user, name, added, renamed) = (user.to_string(), format!("mia@{domain}.example"), format!("added-{domain}.example"), format!("maria@{domain}.example"));
    let newcomer = format!("newcomer@{domain}.example");
    let days = if route.action == Action::MakeTokens { "30" } else { "0" };
    let form = [
        ("token", token), ("user", &user), ("names", &name), ("name", &name), ("domain", &added), ("username", &renamed), ("new-username", &newcomer), ("role", "auditor"), ("profile", "modern"), ("days", days),
        ("history", "3"), ("single-sign-on", "on"), ("people", "nobody@nowhere.example"), ("hours", "4"), ("colour", "#0b5a58"), ("id", &user), ("scope-users-read", "yes"),
        ("sure", "yes"), ("application", "wiki"),
    ];
    match route.step {
        true if route.pattern.ends_with("/sign-in-page/logo") => browser.upload(address, &[("token", token), ("alt", "Own")], ("logo.png", super::LOGO)).await,
        true => browser.post(address, &form).await,
        false => browser.get(address).await,
    }
}

/// The address of a route, with somebody and the provider of the account.
async fn address_of(broker: &TestBroker, route: &PortalRoute, number: &str, user: UserId) -> String {
    let connection = connection_of(broker, number).await;
    route.pattern.replace("{number}", number).replace("{user}", &user.to_string()).replace("{connection}", &connection.to_string()).replace("{reference}", reference_of(number))
}

/// A token that has the id of its maker, so that a form can name it.
pub async fn token_under_their_id(broker: &TestBroker, user: UserId) {
    let user = broker.running().store.register().await.unwrap().users.into_iter().find(|other| other.id == user).unwrap();
    let token = token_of(broker, &user, &[Scope::UsersRead], ApiTokenId::from_uuid(user.id.as_uuid()));
    keep_token(broker, &user, &token).await;
}

/// The provider of an account.
pub async fn connection_of(broker: &TestBroker, number: &str) -> ConnectionId {
    let owner = account(broker, number).await.account.id;
    let register = broker.running().store.register().await.unwrap();
    register.connections.into_iter().find(|entry| entry.connection.account == owner).unwrap().connection.id
}

/// The account's provider means this user by a name of its own.
pub async fn link(broker: &TestBroker, number: &str, user: UserId) -> bool {
    let subject = Subject { issuer: "https://idp.example/entity".into(), kind: "persistent".into(), value: user.to_string() };
    Bindings::bind(&broker.running().store, connection_of(broker, number).await, &subject, user, broker.clock.now()).await.unwrap()
}

/// What an allowed step does.
enum Effect {
    /// It changes nothing, and leaves nothing on record.
    None,
    /// It leaves this on record in its account.
    Deed(&'static str),
    /// It depends on what was entered: a connection's own tests tell.
    Depends,
}

/// What a route does for somebody who may.
fn effect(route: &PortalRoute, relation: Relation) -> Effect {
    let (_, step) = route.pattern.rsplit_once('/').unwrap();
    match (route.action, step) {
        _ if !route.step => Effect::None,
        (_, "find" | "check") => Effect::None,
        (Action::Enter, _) if relation == Relation::Own => Effect::None,
        (Action::Enter, _) => Effect::Deed("portal.entered"),
        // The only administrator of these accounts would have no way in but the provider.
        (_, "sign-in") if relation != Relation::Own => Effect::None,
        (_, "sign-in") => Effect::Deed("portal.admin_sso"),
        // Where newcomers sign in at the provider nobody is invited, and no password counts.
        (Action::AddUsers, _) => Effect::Deed(if relation == Relation::Own { "portal.invited" } else { "portal.user_added" }),
        (Action::Invite, "password-mail") if relation == Relation::Own => Effect::Deed("portal.password_mail"),
        (Action::Invite, "password-mail") => Effect::None,
        (Action::Invite, _) => Effect::Deed("portal.invited"),
        (Action::ChangeState, _) => Effect::Deed("portal.user"),
        (Action::ChangeUsername, _) => Effect::Deed("portal.username"),
        (Action::Unlink, _) => Effect::Deed("portal.unlinked"),
        (Action::EndSessions, _) => Effect::Deed("portal.sessions_ended"),
        (Action::ChangeEmergency, "emergency") => Effect::Deed("portal.emergency"),
        // Nobody has emergency access there.
        (Action::ChangeEmergency | Action::PrintCodes, _) => Effect::None,
        (Action::ChangeExclusions, _) => Effect::Deed("portal.exclusion"),
        (Action::ExportActivity, _) => Effect::Deed("portal.exported"),
        // None that counted was given up.
        (_, "take-back") => Effect::None,
        (Action::ProveDomains | Action::GiveUpDomains, _) => Effect::Deed("portal.domain"),
        (Action::ChangeApplications, _) => Effect::Deed("portal.applications"),
        // None is named, and none is there.
        (_, "use-logo" | "remove-logo") => Effect::None,
        // Nobody is named, as before.
        (Action::ChangeContact, _) => Effect::None,
        (Action::ChangeAppearance, _) => Effect::Deed("portal.appearance"),
        (Action::MakeSetupLink, _) => Effect::Deed("portal.setup_link"),
        // None is named.
        (Action::EndSetupLink, _) => Effect::None,
        (Action::ChangePasswords, _) => Effect::Deed("portal.passwords"),
        (Action::ChangeRoles, _) => Effect::Deed("portal.role"),
        // Nothing is named.
        (Action::MailSteps, _) => Effect::None,
        // Of no product.
        (Action::AddSignOn, _) => Effect::None,
        (Action::MakeTokens | Action::EndTokens, _) => Effect::Deed("portal.token"),
        (Action::PrepareSignOn | Action::ChangeSignOn | Action::SwitchSignOn | Action::PrepareServices | Action::ChangeServices, _) => Effect::Depends,
        (action, _) => panic!("what does {action:?} do? {}", route.pattern),
    }
}

/// Words of accounts that this role may not open.
pub fn forbidden(role: Role) -> Vec<&'static str> {
    let mut words = Vec::new();
    if !allows(role, Action::Open, Relation::Below) {
        words.extend(["CANARY-BELOW", "canary-below", "below.example"]);
    }
    if !allows(role, Action::Open, Relation::Other) {
        words.extend(["CANARY-OTHER", "canary-other", "other.example"]);
    }
    words
}

pub fn quiet(page: &Page, words: &[&str], what: &str) {
    for word in words {
        let told = plain(page).contains(word) || page.headers.iter().any(|(_, value)| value.contains(word));
        assert!(!told, "{what} tells of {word}");
    }
}

/// Everything that a step could change: what is registered, who has which role, and the end of the audit.
#[derive(Debug, PartialEq)]
pub struct State {
    register: Register,
    roles: Vec<(UserId, Role)>,
}

pub async fn state(broker: &TestBroker) -> State {
    let store = &broker.running().store;
    let roles = store.portal_roles().await.unwrap().into_iter().map(|(user, _, role)| (user.id, role)).collect();
    State { register: store.register().await.unwrap(), roles }
}

pub async fn newest(broker: &TestBroker) -> AuditRecord {
    broker.running().store.audit_newest(&AuditFilter::default(), 1).await.unwrap().remove(0)
}

/// What somebody sees who asks for an account that is not there.
async fn nothing(browser: &mut Browser, route: &PortalRoute, (token, user, domain): (&str, UserId, &str)) -> String {
    let address = route.pattern.replace("{number}", "90999").replace("{user}", &user.to_string()).replace("{connection}", &user.to_string()).replace("{reference}", reference_of(OTHER));
    let page = ask(browser, route, &address, (token, user, domain)).await;
    assert_eq!(page.status, 404);
    without_reference(&page)
}

fn without_reference(page: &Page) -> String {
    let (before, rest) = page.body.split_once("class=\"ref\">").unwrap();
    format!("{before}{}", &rest[rest.find('<').unwrap()..])
}

/// Refusals of more than so many kinds within a minute would share a record.
pub async fn count_anew(broker: &TestBroker, place: usize) {
    if place % 50 == 49 {
        homeward_signin::usecase::strangers::close_all(&broker.running().context).await.unwrap();
    }
}

/// Goes into an account, where the role can.
async fn go_in(browser: &mut Browser, role: Role, relation: Relation, (number, token): (&str, &str)) {
    if relation != Relation::Own && allows(role, Action::Enter, relation) {
        let page = browser.post(&format!("/portal/{number}/enter"), &[("token", token)]).await;
        assert_eq!((page.status, page.header("location")), (303, Some(format!("/portal/{number}").as_str())));
    }
}

async fn walk(broker: &TestBroker, role: Role) {
    let mut browser = enter(broker, username_of(role)).await;
    let actor = broker.user(username_of(role), OWN).await;
    let token = token(&mut browser).await;
    let words = forbidden(role);
    for (relation, number, domain) in ACCOUNTS {
        go_in(&mut browser, role, relation, (number, &token)).await;
        let id = account(broker, number).await.account.id;
        for (place, route) in PORTAL_ROUTES.iter().enumerate() {
            // Each from a network of its own: refusals of one kind from one network within a minute share a record.
            browser.from = format!("192.0.2.{}", place + 2);
            count_anew(broker, place).await;
            let user = target(broker, route, (number, domain)).await;
            if route.action == Action::EndTokens {
                token_under_their_id(broker, user).await;
            }
            if route.action == Action::Unlink {
                link(broker, number, user).await;
            }
            let (before, end) = (state(broker).await, newest(broker).await.number);
            let address = address_of(broker, route, number, user).await;
            let page = ask(&mut browser, route, &address, (&token, user, domain)).await;
            let what = format!("{role:?} {relation:?} {} {}", if route.step { "POST" } else { "GET" }, route.pattern);
            quiet(&page, &words, &what);
            assert!(!page.header("location").is_some_and(|to| to.contains("/oauth2/")), "{what}: the proof is fresh");
            let last = newest(broker).await;
            if !allows(role, route.action, relation) {
                let opens = allows(role, Action::Open, relation);
                assert_eq!(page.status, if opens { 403 } else { 404 }, "{what}: {}", page.body);
                let code = if opens { "portal.not_allowed" } else { "portal.no_account" };
                assert_eq!((last.number, last.event.as_str(), last.outcome.as_str()), (end + 1, "portal.refused", code), "{what}");
                assert_eq!((last.user, last.account), (Some(actor.id), Some(actor.account)), "{what}: with the person, in their own account");
                if opens {
                    assert_eq!(refusal(broker, &page).await, (code.to_owned(), Some(actor.id)), "{what}");
                } else {
                    assert_eq!(without_reference(&page), nothing(&mut browser, route, (&token, user, domain)).await, "{what}: as if there were no such account");
                }
                assert_eq!(state(broker).await, before, "{what} changed something");
                continue;
            }
            assert!(if route.step { [200, 303].contains(&page.status) } else { page.status == 200 }, "{what}: {} {}", page.status, page.body);
            let to = page.header("location").unwrap_or_default();
            assert!(page.status == 200 || to.starts_with(&format!("/portal/{number}")) && !to.contains("said=again"), "{what}: {to}");
            match effect(route, relation) {
                Effect::Deed(event) => {
                    assert_eq!((last.event.as_str(), last.outcome.as_str(), last.account), (event, "ok", Some(id)), "{what}: {to}");
                    assert!(last.number > end && last.detail.ends_with(&format!("by {}", actor.id)), "{what}: {}", last.detail);
                }
                Effect::None => assert_eq!((last.number, state(broker).await == before), (end, true), "{what}: {}", last.event),
                Effect::Depends => assert!(last.number == end || last.account == Some(id), "{what}: {}", last.event),
            }
            // As it was, for the next one.
            broker.running().store.put(&before.register, &[], broker.clock.now()).await.unwrap();
        }
        broker.clock.wait(std::time::Duration::from_secs(61));
        homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    }
}

/// A walk through everything for each role: `walk` and `world` are those of the place where it stands.
macro_rules! walks {
    ($($name:ident: $role:ident;)+) => { $(
        /// AD-01, AD-02, AD-03, MT-02.
        #[tokio::test]
        async fn $name() {
            walk(&world().await, Role::$role).await;
        }
    )+ };
}
pub(crate) use walks;

walks! {
    ad_01_every_route_as_the_operator: Operator;
    ad_01_every_route_as_a_partner: Partner;
    ad_01_every_route_as_the_administrator: Administrator;
    ad_01_every_route_as_the_security_manager: Security;
    ad_01_every_route_as_helpdesk: Helpdesk;
    ad_01_every_route_as_an_auditor: Auditor;
}

/// Whether a link opens a route of its account. Only one for the connection that is added by it adds one.
fn opens(route: &PortalRoute, bound: bool) -> bool {
    BY_LINK.contains(&route.action) && (route.action != Action::AddSignOn || !bound)
}

/// Somebody from outside, by a link for the account's provider, or for the one that is added by it.
async fn walk_by_link(bound: bool) {
    let broker = &world().await;
    let mut ada = enter(broker, username_of(Role::Administrator)).await;
    let connection = if bound { connection_of(broker, OWN).await.to_string() } else { String::new() };
    let made = setup_links::make(&mut ada, &connection, ("24", "")).await;
    let (mut guest, reference) = (setup_links::come_by(broker, &setup_links::link_in(&made)).await, setup_links::reference_in(&made));
    let (maker, own) = (broker.user(username_of(Role::Administrator), OWN).await.id, account(broker, OWN).await.account.id);
    let token = guest.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    for (relation, number, domain) in ACCOUNTS {
        for (place, route) in PORTAL_ROUTES.iter().enumerate() {
            guest.from = format!("192.0.2.{}", place + 2);
            count_anew(broker, place).await;
            let user = target(broker, route, (number, domain)).await;
            let (before, end) = (state(broker).await, newest(broker).await.number);
            let address = address_of(broker, route, number, user).await;
            let page = ask(&mut guest, route, &address, (&token, user, domain)).await;
            let what = format!("by a link {relation:?} {} {}", if route.step { "POST" } else { "GET" }, route.pattern);
            quiet(&page, &["CANARY", "canary", "below.example", "other.example", "mia@", "chief@", "admin@"], &what);
            let last = newest(broker).await;
            if relation != Relation::Own || !opens(route, bound) {
                let (status, code) = if relation == Relation::Own { (403, "portal.not_allowed") } else { (404, "portal.no_account") };
                assert_eq!(page.status, status, "{what}: {}", page.body);
                assert_eq!((last.number, last.event.as_str(), last.outcome.as_str()), (end + 1, "portal.refused", code), "{what}");
                assert_eq!((last.user, last.account), (None, Some(own)), "{what}: about nobody, in the account of the link");
                assert!(last.detail.ends_with(&format!("{} through the setup link {reference}", route.pattern)), "{what}: {}", last.detail);
                assert_eq!(state(broker).await, before, "{what} changed something");
                continue;
            }
            if route.pattern.contains("{connection}") && !bound {
                assert_eq!((page.status, state(broker).await == before), (404, true), "{what}: another's than the link's");
                continue;
            }
            assert!(if route.step { [200, 303].contains(&page.status) } else { page.status == 200 }, "{what}: {} {}", page.status, page.body);
            if last.number > end {
                assert_eq!((last.case.as_deref(), last.account, last.outcome.as_str()), (Some(reference.as_str()), Some(own), "ok"), "{what}: {}", last.event);
                assert!(last.detail.ends_with(&format!("through a setup link by {maker}")), "{what}: {}", last.detail);
            }
            match effect(route, relation) {
                Effect::Deed(event) => assert_eq!((last.number > end, last.event.as_str()), (true, event), "{what}"),
                Effect::None => assert_eq!((last.number, state(broker).await == before), (end, true), "{what}: {}", last.event),
                Effect::Depends => {}
            }
            broker.running().store.put(&before.register, &[], broker.clock.now()).await.unwrap();
        }
        broker.clock.wait(std::time::Duration::from_secs(61));
        homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    }
}

/// ADM-13, AD-01, AD-03: every route by a link for one connection: exactly the ones that the table names.
#[tokio::test]
async fn adm_13_every_route_by_a_link_for_one_connection() {
    walk_by_link(true).await;
}

/// ADM-13, AD-01, AD-03: the same by a link for the connection that is added by it.
#[tokio::test]
async fn adm_13_every_route_by_a_link_for_the_one_that_is_added() {
    walk_by_link(false).await;
}

/// AD-01: without a session nobody gets anything but the way to the sign-in, whatever the route and the account.
#[tokio::test]
async fn ad_01_every_route_without_a_session() {
    let broker = world().await;
    let before = state(&broker).await;
    for (_, number, domain) in ACCOUNTS {
        for route in PORTAL_ROUTES {
            let user = target(&broker, route, (number, domain)).await;
            let address = address_of(&broker, route, number, user).await;
            let page = ask(&mut broker.browser(), route, &address, ("", user, domain)).await;
            assert!(page.status == 303 && page.header("location").unwrap().contains("/oauth2/authorize?"), "{address}: {}", page.status);
            quiet(&page, &["CANARY"], &address);
        }
    }
    assert_eq!(state(&broker).await, before);
}

/// AD-03, MT-01: somebody else's user, domain or provider under one's own account's address is nobody's, for every role and every route, and stays
/// as it is.
#[tokio::test]
async fn ad_03_what_another_account_has_is_not_there_in_mine() {
    let broker = world().await;
    for role in Role::ALL {
        let mut browser = enter(&broker, username_of(role)).await;
        let token = token(&mut browser).await;
        for (account, name, domain) in [(BELOW, "mia@below.example", "canary-below.example"), (OTHER, "mia@other.example", "canary-other.example"), (BELOW, "twin@many.example", "canary-below.example")] {
            let (foreign, provider) = (broker.user(name, account).await.id, connection_of(&broker, account).await);
            if role == Role::Operator {
                token_under_their_id(&broker, foreign).await;
            }
            let before = state(&broker).await;
            for route in PORTAL_ROUTES.iter() {
                let of_user = route.pattern.contains("{user}") || ["/remove", "/take", "/api-tokens/end"].iter().any(|end| route.pattern.ends_with(end));
                let of_domain = ["/domains/check", "/domains/give-up"].iter().any(|end| route.pattern.ends_with(end));
                if !of_user && !of_domain && !["{connection}", "{reference}"].iter().any(|part| route.pattern.contains(part)) {
                    continue;
                }
                let address = route.pattern.replace("{number}", OWN).replace("{user}", &foreign.to_string()).replace("{connection}", &provider.to_string()).replace("{reference}", reference_of(account));
                let form = [("token", token.as_str()), ("user", &foreign.to_string()), ("domain", domain), ("role", "auditor"), ("id", &foreign.to_string())];
                let page = if route.step { browser.post(&address, &form).await } else { browser.get(&address).await };
                let expected = if allows(role, route.action, Relation::Own) { 404 } else { 403 };
                assert_eq!(page.status, expected, "{role:?} {address}");
                quiet(&page, &["CANARY", "canary", name], &address);
            }
            assert_eq!(state(&broker).await, before);
        }
    }
}

/// AD-01, MT-06: an address that is in no table is answered by nobody; so is one with another method, or an odd form of a number.
#[tokio::test]
async fn ad_01_what_is_not_in_the_table_is_answered_by_nobody() {
    let broker = world().await;
    let mut op = enter(&broker, "op@own.example").await;
    for address in ["/portal/90001/settings", "/portal/90001/users/x/y/z", "/portal/accounts", "/portal/90001/", "/portal/0", "/portal/90001%2f..%2f90003", "/portal/%EF%BC%99"] {
        assert_eq!(op.get(address).await.status, 404, "{address}");
    }
    for route in PORTAL_ROUTES.iter().filter(|route| route.step) {
        let address = route.pattern.replace("{number}", OWN).replace("{user}", "x").replace("{connection}", "x");
        assert!([404, 405].contains(&op.get(&address).await.status), "{address}");
    }
}
