//! Every endpoint × every role × every account, from the table that the API itself reads (AD-01, AD-03, MT-02), by a token with every
//! scope: what is allowed is done, on record with its token; what is refused changes nothing at all.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{ConnectionId, UserId};
use homeward_portal::{Action, Relation, Role, authority::allows, tokens::Scope};
use homeward_store::audit::AuditRecord;
use homeward_testkit::{Page, TestBroker};
use homeward_web::{API_ENDPOINTS, ApiEndpoint, ApiVerb};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Caller, json_of, problem, usernames};
use crate::portal::{
    BELOW, LOGO, OTHER, OWN, account,
    matrix::{ACCOUNTS, connection_of, count_anew, forbidden, link, newest, quiet, state, token_under_their_id, walks},
    reference_of, username_of, world,
};

/// An id that nobody has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000001";
/// A registration at Microsoft that could be.
const TENANT: &str = "9613561e-06f7-495c-8315-e6a2670c04cc";
const APPLICATION: &str = "d65b4815-f19a-4f13-bc21-1bba8f75df61";

/// Somebody of the account for whom a call makes sense.
fn target(endpoint: &ApiEndpoint) -> &'static str {
    match endpoint.name {
        "inviteUser" => "fresh",
        "resumeUser" => "held",
        "includeUser" | "giveEmergency" | "takeEmergency" | "giveRole" | "takeRole" => "kept",
        "endToken" => "mia",
        "excludeUser" => "twin",
        _ => "mia",
    }
}

fn full(name: &str, domain: &str) -> String {
    if name == "twin" { "twin@many.example".into() } else { format!("{name}@{domain}.example") }
}

/// What is sent.
fn body(endpoint: &ApiEndpoint, domain: &str) -> Option<Value> {
    Some(match endpoint.name {
        "addUser" => json!({ "username": full("newcomer", domain) }),
        "searchUsers" => json!({ "username_prefix": "mia" }),
        "searchActivity" => json!({ "username": full("mia", domain) }),
        "excludeUsers" | "addToPilot" => usernames(&full("mia", domain)),
        "addConnection" => json!({ "product": "okta-saml" }),
        "propose" => json!({ "how": "mapping", "local": "email" }),
        "addPilotGroup" | "removePilotGroup" => json!({ "group": "sales" }),
        "turn" => json!({ "to": "retired" }),
        "outage" => json!({ "hours": 4 }),
        "undo" => json!({ "step": "none" }),
        "addDomain" => json!({ "domain": format!("added-{domain}.example") }),
        "changePasswordPolicy" => json!({ "profile": "modern", "expires_after_days": 0, "history": 3 }),
        "renameUser" => json!({ "username": full("Mia", domain) }),
        "makeSetupLink" => json!({ "hours": 4 }),
        "mailSteps" => json!({ "of": "nowhere.example", "email": "it@outside.example" }),
        "proposeService" => json!({ "how": "registration", "tenant": TENANT, "application": APPLICATION, "permissions": ["Calendars.Read"] }),
        "setDefaultApplication" => json!({ "client_id": "wiki" }),
        "changeLogo" => json!({ "picture": STANDARD.encode(LOGO), "alt": "Own" }),
        "changeContact" => json!({ "contact": "IT desk" }),
        "changeAppearance" => json!({ "colour": "#0b5a58" }),
        "exportActivity" => json!({ "format": "jsonl" }),
        "giveRole" => json!({ "username": full("kept", domain), "role": "auditor" }),
        "administratorSignIn" => json!({ "single_sign_on": true }),
        _ => return None,
    })
}

/// What is answered when it may be done, in the order of the table.
fn expected(endpoint: &ApiEndpoint) -> &'static [u16] {
    match endpoint.name {
        "addUser" | "addConnection" | "propose" | "addDomain" | "proposeService" | "makeSetupLink" => &[201],
        // Nothing waits there before the next endpoint, nobody is in the pilot, and no link is named.
        "proposal" | "published" | "wholeAnswer" | "serviceProposal" | "leavePilot" | "setupLink" | "endSetupLink" => &[404],
        // None that counted was given up.
        "takeDomainBack" => &[404],
        // Nobody is in a group, and nothing is to be done for that domain.
        "addPilotGroup" | "mailSteps" => &[422],
        "removePilotGroup" => &[409],
        // Who only reads has added none.
        "domain" => &[200, 404],
        "discardProposal" | "acceptProposal" | "acceptPublished" | "refusePublished" | "discardServiceProposal" | "acceptServiceProposal" => &[412],
        // Nothing is set up, and nobody has allowed anything.
        "consentLink" | "testToken" | "endConsent" => &[409],
        // The connection is retired by then.
        "outage" | "undo" => &[409],
        // Where the provider keeps the passwords.
        "mailPassword" => &[204, 409],
        // Where the only administrator would have no way in but the provider.
        "administratorSignIn" => &[204, 409],
        "excludeUsers" | "turn" | "addToPilot" | "changePasswordPolicy" | "checkDomain" | "exportActivity" => &[200],
        _ if endpoint.is_reading() => &[200],
        _ => &[204],
    }
}

fn method(endpoint: &ApiEndpoint) -> Method {
    match endpoint.verb {
        ApiVerb::Get => Method::GET,
        ApiVerb::Post => Method::POST,
        ApiVerb::Put => Method::PUT,
        ApiVerb::Delete => Method::DELETE,
    }
}

fn filled(endpoint: &ApiEndpoint, number: &str, (user, connection, domain): (UserId, ConnectionId, &str)) -> String {
    let path = endpoint.path.replace("{number}", number).replace("{user}", &user.to_string()).replace("{connection}", &connection.to_string());
    path.replace("{token}", &user.to_string()).replace("{role}", "auditor").replace("{link}", "2222-2222").replace("{domain}", domain).replace("{reference}", reference_of(number))
}

async fn ask(caller: &Caller, endpoint: &ApiEndpoint, path: &str, domain: &str) -> Page {
    let seen = if endpoint.name.ends_with("Proposal") { "\"other\"" } else { "*" };
    let is_compared = ["Proposal", "Published", "turn", "unlinkUser", "changePasswordPolicy", "changeAppearance", "changeContact", "Logo"].iter().any(|name| endpoint.name.ends_with(name)) && !endpoint.is_reading();
    let headers: &[(&str, &str)] = if is_compared { &[("if-match", seen)] } else { &[] };
    caller.send(method(endpoint), path, headers, body(endpoint, domain).as_ref()).await
}

/// What was refused, and to whom.
fn assert_refused(last: &AuditRecord, end: i64, (code, who): (&str, (UserId, homeward_model::AccountId)), what: &str) {
    assert_eq!((last.number, last.event.as_str(), last.outcome.as_str()), (end + 1, "portal.refused", code), "{what}");
    assert_eq!((last.user, last.account), (Some(who.0), Some(who.1)), "{what}: with the token's maker, in their own account");
}

async fn walk(broker: &TestBroker, role: Role) {
    let mut caller = Caller::whole(broker, username_of(role), OWN).await;
    let actor = broker.user(username_of(role), OWN).await;
    let words = forbidden(role);
    for (relation, number, domain) in ACCOUNTS {
        let (id, connection) = (account(broker, number).await.account.id, connection_of(broker, number).await);
        for (place, endpoint) in API_ENDPOINTS.iter().enumerate() {
            if !endpoint.path.contains("{number}") && relation != Relation::Own {
                continue;
            }
            // Each from a network of its own: refusals of one kind from one network within a minute share a record.
            caller.browser.from = format!("192.0.2.{}", place + 2);
            count_anew(broker, place).await;
            let user = broker.user(&full(target(endpoint), domain), number).await.id;
            if endpoint.action == Action::EndTokens {
                token_under_their_id(broker, user).await;
            }
            if endpoint.action == Action::Unlink {
                link(broker, number, user).await;
            }
            let (before, end) = (state(broker).await, newest(broker).await.number);
            let path = filled(endpoint, number, (user, connection, &format!("added-{domain}.example")));
            let page = ask(&caller, endpoint, &path, domain).await;
            let what = format!("{role:?} {relation:?} {}: {} {}", endpoint.name, page.status, page.body);
            quiet(&page, &words, &what);
            assert!(!page.headers.iter().any(|(name, _)| name == "set-cookie" || name.starts_with("access-control-")), "{what}");
            let last = newest(broker).await;
            if !allows(role, Action::Open, relation) {
                assert_eq!((page.status, problem(&page).as_str()), (404, "not_found"), "{what}");
                assert_refused(&last, end, ("portal.no_account", (actor.id, actor.account)), &what);
                let nowhere = ask(&caller, endpoint, &filled(endpoint, "90999", (user, connection, "x.example")), domain).await;
                assert_eq!(nowhere.body, page.body, "{what}: as if there were no such account");
            } else if !allows(role, endpoint.action, relation) {
                assert_eq!((page.status, problem(&page).as_str()), (403, "portal.not_allowed"), "{what}");
                assert_refused(&last, end, ("portal.not_allowed", (actor.id, actor.account)), &what);
                assert!(json_of(&page)["case"].as_str().is_some_and(|case| Some(case) == last.case.as_deref()), "{what}");
            } else {
                assert!(expected(endpoint).contains(&page.status), "{what}");
                assert!(last.number == end || last.account == Some(id), "{what}: {}", last.event);
                let is_by_token = last.detail.contains("[token ") && last.detail.ends_with(&format!("by {}", actor.id));
                assert!(last.number == end || is_by_token, "{what}: {}", last.detail);
                assert!(!endpoint.is_reading() || state(broker).await == before, "{what} changed something");
                continue;
            }
            assert_eq!(state(broker).await, before, "{what} changed something");
        }
        broker.clock.wait(std::time::Duration::from_secs(61));
        homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    }
}

walks! {
    ad_01_every_endpoint_as_the_operator: Operator;
    ad_01_every_endpoint_as_a_partner: Partner;
    ad_01_every_endpoint_as_the_administrator: Administrator;
    ad_01_every_endpoint_as_the_security_manager: Security;
    ad_01_every_endpoint_as_helpdesk: Helpdesk;
    ad_01_every_endpoint_as_an_auditor: Auditor;
}

/// AD-01: without a token that counts nobody gets anything; a cookie of the portal is none.
#[tokio::test]
async fn ad_01_every_endpoint_without_a_token() {
    let broker = world().await;
    let admin = crate::portal::enter(&broker, "admin@own.example").await;
    let cookie = format!("__Host-portal={}", admin.cookies["__Host-portal"]);
    let before = state(&broker).await;
    let wrong = format!("Bearer hwt_{}", "A".repeat(43));
    let lines: [&[(&str, &str)]; 4] = [&[], &[("cookie", &cookie)], &[("authorization", "Basic YTpi"), ("cookie", &cookie)], &[("authorization", &wrong)]];
    for (place, endpoint) in API_ENDPOINTS.iter().enumerate() {
        let user = broker.user("mia@own.example", OWN).await.id;
        let path = filled(endpoint, OWN, (user, connection_of(&broker, OWN).await, "x.example"));
        let mut browser = broker.browser();
        browser.from = format!("192.0.2.{}", place + 2);
        for (number, headers) in lines.iter().enumerate() {
            let page = browser.call(method(endpoint), &format!("/api/v1{path}"), headers, body(endpoint, "own").map(|b| b.to_string()).as_deref()).await;
            let code = if number == 3 { "portal.token" } else { "portal.no_token" };
            assert_eq!((page.status, problem(&page).as_str()), (401, code), "{path}");
            assert!(page.header("www-authenticate").is_some_and(|line| line.starts_with("Bearer ")), "{path}");
            quiet(&page, &["CANARY", "Own Account", "own.example"], &path);
        }
    }
    assert_eq!(state(&broker).await, before);
    let own = Caller::whole(&broker, "admin@own.example", OWN).await;
    assert_eq!(own.get(&format!("/accounts/{OWN}")).await.status, 200, "the twin");
}

/// AD-03, MT-01: somebody else's user, domain, provider or token under one's own account's address is nobody's, for every role.
#[tokio::test]
async fn ad_03_what_another_account_has_is_not_there_by_a_token() {
    let broker = world().await;
    for (number, name, domain) in [(BELOW, "mia@below.example", "canary-below.example"), (OTHER, "mia@other.example", "canary-other.example")] {
        let (foreign, provider) = (broker.user(name, number).await.id, connection_of(&broker, number).await);
        token_under_their_id(&broker, foreign).await;
        let link = setup_link_of(&broker, number).await;
        for role in Role::ALL {
            let caller = Caller::whole(&broker, username_of(role), OWN).await;
            let before = state(&broker).await;
            for endpoint in API_ENDPOINTS.iter().filter(|endpoint| ["{user}", "{connection}", "{domain}", "{token}", "{link}", "{reference}"].iter().any(|part| endpoint.path.contains(part))) {
                let there = if endpoint.path.contains("{link}") { link.as_str() } else { reference_of(number) };
                let path = filled(endpoint, OWN, (foreign, provider, domain)).replace(reference_of(OWN), there);
                let page = ask(&caller, endpoint, &path, "own").await;
                let may = allows(role, endpoint.action, Relation::Own);
                assert_eq!((page.status, problem(&page).as_str()), if may { (404, "not_found") } else { (403, "portal.not_allowed") }, "{role:?} {path}");
                quiet(&page, &["CANARY", "canary", name], &path);
            }
            assert_eq!(state(&broker).await, before);
        }
    }
}

/// A setup link of an account, by its reference.
async fn setup_link_of(broker: &TestBroker, number: &str) -> String {
    let chief = if number == BELOW { "chief@below.example" } else { "chief@other.example" };
    let made = Caller::whole(broker, chief, number).await.post(&format!("/accounts/{number}/setup-links"), Some(&json!({ "hours": 4 }))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    json_of(&made)["link"]["reference"].as_str().unwrap().to_owned()
}

/// What is sent where a body names a user, a connection or a domain.
fn naming(endpoint: &ApiEndpoint, (user, connection, domain): (&str, ConnectionId, &str)) -> Option<Value> {
    Some(match endpoint.name {
        "excludeUsers" | "addToPilot" => usernames(user),
        "searchUsers" => json!({ "username_prefix": user }),
        "searchActivity" => json!({ "username": user }),
        "exportActivity" => json!({ "format": "jsonl", "username": user }),
        "giveRole" => json!({ "username": user, "role": "auditor" }),
        "makeSetupLink" => json!({ "connection": connection.to_string(), "hours": 4 }),
        "mailSteps" => json!({ "of": domain, "email": "it@outside.example" }),
        "addPilotGroup" | "removePilotGroup" => json!({ "group": group_of(domain) }),
        _ => return None,
    })
}

/// A group that somebody of the account with that domain is in, if there is one.
fn group_of(domain: &str) -> &'static str {
    match domain {
        "canary-below.example" => "CANARY-BELOW-GROUP",
        "canary-other.example" => "CANARY-OTHER-GROUP",
        _ => "of nobody",
    }
}

/// The fields of a schema and of what it refers to.
fn fields_of(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(parts) => {
            if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
                fields_of(document, &document["components"]["schemas"][name], found);
            }
            found.extend(parts.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()));
            parts.values().for_each(|part| fields_of(document, part, found));
        }
        Value::Array(all) => all.iter().for_each(|part| fields_of(document, part, found)),
        _ => {}
    }
}

/// AD-03: each field of a body or a query that can name what is another account's is walked below, or names what is new.
#[test]
fn ad_03_every_field_that_names_something_is_walked() {
    const NAMING: [&str; 9] = ["user", "username", "usernames", "username_prefix", "connection", "of", "group", "link", "token"];
    let document = homeward_web::api_document("http://homeward.localhost");
    let nobody = ConnectionId::parse(NOBODY).unwrap();
    for endpoint in API_ENDPOINTS {
        let operation = &document["paths"][endpoint.path][method(endpoint).as_str().to_lowercase()];
        let mut fields = BTreeSet::new();
        fields_of(&document, &operation["requestBody"], &mut fields);
        assert_eq!(fields.is_empty(), operation["requestBody"].is_null(), "{}", endpoint.name);
        fields.extend(operation["parameters"].as_array().unwrap().iter().filter(|part| part["in"] == "query").map(|part| part["name"].as_str().unwrap().to_owned()));
        let names = NAMING.iter().any(|name| fields.contains(*name));
        let is_walked = endpoint.name == "listActivity" || naming(endpoint, ("x", nobody, "x.example")).is_some();
        let is_new = ["addUser", "renameUser"].contains(&endpoint.name);
        assert_eq!(names, is_walked || is_new, "{}: {fields:?}", endpoint.name);
    }
}

/// AD-03, MT-01: where one id of an address is foreign among own ones, or a body or a query names what is foreign, the answer is the one about
/// what nobody has, to the letter, and nothing changes, for every role.
#[tokio::test]
async fn ad_03_one_foreign_id_among_own_ones_is_nobodys_by_a_token() {
    let broker = world().await;
    let (own, provider) = (broker.user("mia@own.example", OWN).await.id, connection_of(&broker, OWN).await);
    let (nobody, nothing) = (UserId::parse(NOBODY).unwrap(), ConnectionId::parse(NOBODY).unwrap());
    for (number, name, domain) in [(BELOW, "mia@below.example", "canary-below.example"), (OTHER, "mia@other.example", "canary-other.example")] {
        let (foreign, elsewhere) = (broker.user(name, number).await.id, connection_of(&broker, number).await);
        for role in Role::ALL {
            let caller = Caller::whole(&broker, username_of(role), OWN).await;
            let before = state(&broker).await;
            let mut compared = 0;
            for endpoint in API_ENDPOINTS.iter() {
                let with = |user: UserId, connection: ConnectionId| (filled(endpoint, OWN, (user, connection, "x.example")), body(endpoint, "own"));
                let at = || filled(endpoint, OWN, (own, provider, "x.example"));
                let mut pairs = Vec::new();
                if endpoint.path.contains("{user}") && endpoint.path.contains("{connection}") {
                    pairs.extend([(with(foreign, provider), with(nobody, provider)), (with(own, elsewhere), with(own, nothing))]);
                }
                if let Some((theirs, none)) = naming(endpoint, (name, elsewhere, domain)).zip(naming(endpoint, ("nobody@own.example", nothing, "nowhere.example"))) {
                    pairs.push(((at(), Some(theirs)), (at(), Some(none))));
                }
                if endpoint.name == "listActivity" {
                    pairs.push(((format!("{}?user={foreign}", at()), None), (format!("{}?user={nobody}", at()), None)));
                }
                for ((path, sent), (path_of_none, sent_of_none)) in pairs {
                    let page = caller.send(method(endpoint), &path, &[], sent.as_ref()).await;
                    let what = format!("{role:?} {path} {sent:?}: {} {}", page.status, page.body);
                    quiet(&page, &["CANARY"], &what);
                    if !allows(role, endpoint.action, Relation::Own) {
                        assert_eq!((page.status, problem(&page).as_str()), (403, "portal.not_allowed"), "{what}");
                        continue;
                    }
                    let twin = caller.send(method(endpoint), &path_of_none, &[], sent_of_none.as_ref()).await;
                    assert_eq!((page.status, page.body.replace(name, "").replace(domain, "")), (twin.status, twin.body.replace("nobody@own.example", "").replace("nowhere.example", "")), "{what}");
                    compared += 1;
                }
            }
            assert_eq!(state(&broker).await, before, "{role:?}");
            assert!(compared > 0 || !allows(role, Action::ReadUsers, Relation::Own), "{role:?} compared nothing");
        }
    }
}

/// AD-01: a scope opens its own endpoints and no other, and one that is missing is named.
#[tokio::test]
async fn ad_01_a_scope_opens_its_own_endpoints_and_no_other() {
    let broker = world().await;
    for scope in Scope::ALL {
        let mut caller = Caller::of(&broker, "op@own.example", OWN, &[*scope]).await;
        for (place, endpoint) in API_ENDPOINTS.iter().enumerate() {
            caller.browser.from = format!("192.0.2.{}", place + 2);
            let user = broker.user("mia@own.example", OWN).await.id;
            let path = filled(endpoint, OWN, (user, ConnectionId::from_uuid(user.as_uuid()), "x.example"));
            let page = ask(&caller, endpoint, &path, "own").await;
            let needed = Scope::of(endpoint.action).unwrap();
            let refused = page.status == 403 && problem(&page) == "portal.scope";
            if needed != *scope {
                assert!(refused && json_of(&page)["scope"] == needed.word(), "{scope:?} {}: {} {}", endpoint.name, page.status, page.body);
            } else if refused {
                // What is compared has to be read.
                assert_ne!(json_of(&page)["scope"], needed.word(), "{scope:?} {}: {}", endpoint.name, page.body);
            }
        }
    }
    let narrow = Caller::of(&broker, "op@own.example", OWN, &[Scope::UsersRead, Scope::AccountsRead]).await;
    assert_eq!(narrow.get(&format!("/accounts/{OTHER}/users")).await.status, 404, "without accounts:enter no other account is there");
    assert_eq!(narrow.get(&format!("/accounts/{OWN}/users")).await.status, 200);
}
