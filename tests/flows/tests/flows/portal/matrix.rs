//! Every route × every role × every account, from the table that the portal itself reads (AD-01, AD-03, MT-02).

use homeward_model::UserId;
use homeward_portal::{
    Action, Relation, Role,
    authority::allows,
};
use homeward_store::register::ConnectionEntry;
use homeward_testkit::{Browser, Page, TestBroker};
use homeward_web::{PORTAL_ROUTES, PortalRoute};

use super::{BELOW, OTHER, OWN, enter, plain, token, username_of, world};

const ACCOUNTS: [(Relation, &str, &str); 3] = [(Relation::Own, OWN, "own"), (Relation::Below, BELOW, "below"), (Relation::Other, OTHER, "other")];

/// Somebody of the account for whom a step makes sense.
async fn target(broker: &TestBroker, route: PortalRoute, (account, domain): (&str, &str)) -> UserId {
    let name = match route.pattern.rsplit_once('/').unwrap().1 {
        "invite" => "fresh",
        "resume" => "held",
        "include" => "kept",
        _ => "mia",
    };
    broker.user(&format!("{name}@{domain}.example"), account).await.id
}

async fn ask(browser: &mut Browser, route: PortalRoute, address: &str, (token, user): (&str, UserId)) -> Page {
    match route.step {
        true => browser.post(address, &[("token", token), ("user", &user.to_string()), ("names", "nobody@nowhere.example"), ("people", "nobody@nowhere.example")]).await,
        false => browser.get(address).await,
    }
}

/// The address of a route, with somebody and the provider of the account.
async fn address_of(broker: &TestBroker, route: PortalRoute, number: &str, user: UserId) -> String {
    let connection = connection_of(broker, number).await;
    route.pattern.replace("{number}", number).replace("{user}", &user.to_string()).replace("{connection}", &connection.connection.id.to_string())
}

/// The provider of an account, as it is stored.
async fn connection_of(broker: &TestBroker, number: &str) -> ConnectionEntry {
    let register = broker.running().store.register().await.unwrap();
    let account = register.accounts.iter().find(|entry| entry.account.number.as_str() == number).unwrap().account.id;
    register.connections.into_iter().find(|entry| entry.connection.account == account).unwrap()
}

/// Words of accounts that this role may not open.
fn forbidden(role: Role) -> Vec<&'static str> {
    let mut words = Vec::new();
    if !allows(role, Action::Open, Relation::Below) {
        words.extend(["CANARY-BELOW", "below.example"]);
    }
    if !allows(role, Action::Open, Relation::Other) {
        words.extend(["CANARY-OTHER", "other.example"]);
    }
    words
}

fn quiet(page: &Page, words: &[&str], what: &str) {
    for word in words {
        let told = plain(page).contains(word) || page.headers.iter().any(|(_, value)| value.contains(word));
        assert!(!told, "{what} tells of {word}");
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
    let token = token(&mut browser).await;
    let words = forbidden(role);
    for (relation, number, domain) in ACCOUNTS {
        go_in(&mut browser, role, relation, (number, &token)).await;
        for route in PORTAL_ROUTES {
            let user = target(broker, route, (number, domain)).await;
            let before = broker.user(&format!("mia@{domain}.example"), number).await;
            let provider = connection_of(broker, number).await;
            let address = address_of(broker, route, number, user).await;
            let page = ask(&mut browser, route, &address, (&token, user)).await;
            let what = format!("{role:?} {relation:?} {} {}", if route.step { "POST" } else { "GET" }, route.pattern);
            quiet(&page, &words, &what);
            let expected = match (allows(role, Action::Open, relation), allows(role, route.action, relation), route.step) {
                (false, ..) => vec![404],
                (true, false, _) => vec![403],
                (true, true, false) => vec![200],
                // The page with what was not found, or the way back to it.
                (true, true, true) => vec![200, 303],
            };
            assert!(expected.contains(&page.status), "{what}: {} instead of {expected:?}: {}", page.status, page.body);
            assert!(!page.header("location").is_some_and(|to| to.contains("/oauth2/")), "{what}: the proof is fresh");
            if !allows(role, route.action, relation) {
                assert_eq!(broker.user(&format!("mia@{domain}.example"), number).await, before, "{what} changed something");
                assert_eq!(connection_of(broker, number).await, provider, "{what} changed something");
            }
            if allows(role, route.action, relation) && route.step && page.status == 303 && !route.pattern.ends_with("/enter") {
                let to = page.header("location").unwrap_or_default();
                assert!(!to.contains("said=again") && to.starts_with(&format!("/portal/{number}/")), "{what}: {to}");
            }
            put_back(broker, &user, (number, domain)).await;
        }
    }
}

/// As it was before the step, for the next one.
async fn put_back(broker: &TestBroker, user: &UserId, (number, domain): (&str, &str)) {
    use homeward_discovery::{UserRule, UserState};
    for (name, state, rule) in [("mia", UserState::Active, None), ("held", UserState::Suspended, None), ("kept", UserState::Active, Some(UserRule::Excluded))] {
        let name = format!("{name}@{domain}.example");
        if broker.user(&name, number).await.id == *user {
            broker.change_user(&name, number, |found| (found.state, found.rule) = (state, rule)).await;
        }
    }
}

macro_rules! walks {
    ($($name:ident: $role:ident;)+) => { $(
        /// AD-01, AD-02, AD-03, MT-02.
        #[tokio::test]
        async fn $name() {
            walk(&world().await, Role::$role).await;
        }
    )+ };
}

walks! {
    ad_01_every_route_as_the_operator: Operator;
    ad_01_every_route_as_a_partner: Partner;
    ad_01_every_route_as_the_administrator: Administrator;
    ad_01_every_route_as_the_security_manager: Security;
    ad_01_every_route_as_helpdesk: Helpdesk;
    ad_01_every_route_as_an_auditor: Auditor;
}

/// AD-03, MT-01: somebody else's user under one's own account's address is nobody, for every role and every route, and stays as it is.
#[tokio::test]
async fn ad_03_a_user_of_another_account_is_nobody_in_mine() {
    let broker = world().await;
    for role in Role::ALL {
        let mut browser = enter(&broker, username_of(role)).await;
        let token = token(&mut browser).await;
        for (account, name) in [(BELOW, "mia@below.example"), (OTHER, "mia@other.example"), (BELOW, "twin@many.example")] {
            let before = broker.user(name, account).await;
            for route in PORTAL_ROUTES.iter().filter(|route| route.pattern.contains("{user}") || route.pattern.ends_with("/remove")) {
                let address = route.pattern.replace("{number}", OWN).replace("{user}", &before.id.to_string());
                let page = ask(&mut browser, *route, &address, (&token, before.id)).await;
                let expected = if allows(role, route.action, Relation::Own) { 404 } else { 403 };
                assert_eq!(page.status, expected, "{role:?} {address}");
                quiet(&page, &["CANARY", name], &address);
            }
            assert_eq!(broker.user(name, account).await, before);
        }
    }
}

/// AD-03, MT-01: somebody else's provider under one's own account's address is none, for every role and every route, and stays as it is.
#[tokio::test]
async fn ad_03_a_connection_of_another_account_is_none_in_mine() {
    let broker = world().await;
    let somebody = broker.user("mia@own.example", OWN).await.id;
    for role in Role::ALL {
        let mut browser = enter(&broker, username_of(role)).await;
        let token = token(&mut browser).await;
        for account in [BELOW, OTHER] {
            let before = connection_of(&broker, account).await;
            for route in PORTAL_ROUTES.iter().filter(|route| route.pattern.contains("{connection}")) {
                let address = route.pattern.replace("{number}", OWN).replace("{connection}", &before.connection.id.to_string());
                let page = ask(&mut browser, *route, &address, (&token, somebody)).await;
                let expected = if allows(role, route.action, Relation::Own) { 404 } else { 403 };
                assert_eq!(page.status, expected, "{role:?} {address}");
                quiet(&page, &["CANARY"], &address);
            }
            assert_eq!(connection_of(&broker, account).await, before);
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
