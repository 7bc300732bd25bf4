//! Lists: pages by cursors that are good for one token, one account and one search, and tags of what is shown.

use std::{collections::BTreeSet, time::Duration};

use homeward_simulator::{KeyKind, saml::Idp};
use homeward_testkit::TestBroker;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Caller, json_of, names, problem};
use crate::portal::{BELOW, OTHER, OWN, world};

async fn pages(caller: &Caller, path: &str, limit: u32) -> Vec<Value> {
    let mut all = vec![caller.read(&format!("{path}?limit={limit}")).await];
    while let Some(cursor) = all.last().unwrap()["next_cursor"].as_str().map(str::to_owned) {
        assert!(all.len() < 100);
        all.push(caller.read(&format!("{path}?limit={limit}&cursor={cursor}")).await);
    }
    all
}

/// Every entry comes once, in the order of the whole, however long the pages are.
#[tokio::test]
async fn pages_together_are_the_list() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "op@own.example", OWN).await;
    for (path, member) in [(format!("/accounts/{OWN}/users"), "username"), (format!("/accounts/{OWN}/activity"), "event"), ("/accounts".to_owned(), "number")] {
        let whole = names(&admin.read(&format!("{path}?limit=200")).await, member);
        for limit in [1, 2, 3] {
            let parts: Vec<String> = pages(&admin, &path, limit).await.iter().flat_map(|page| names(page, member)).collect();
            assert_eq!(parts, whole, "{path} by {limit}");
        }
    }
    let found = admin.post(&format!("/accounts/{OWN}/users/search"), Some(&json!({ "username_prefix": "HE", "limit": 1 }))).await;
    let value = json_of(&found);
    assert_eq!(names(&value, "username"), ["held@own.example"]);
    let next = json!({ "username_prefix": "HE", "limit": 1, "cursor": value["next_cursor"] });
    assert_eq!(names(&json_of(&admin.post(&format!("/accounts/{OWN}/users/search"), Some(&next)).await), "username"), ["help@own.example"]);
}

async fn refused(caller: &Caller, path: &str, cursor: &str) {
    let page = caller.get(&format!("{path}?limit=2&cursor={cursor}")).await;
    assert_eq!((page.status, problem(&page).as_str()), (400, "cursor.malformed"), "{path} {cursor}");
}

/// MT-01, AD-03: a cursor is good unchanged, for its own token, account, list and search, for a day.
#[tokio::test]
async fn ad_03_a_cursor_is_good_for_its_own_list_only() {
    let broker = world().await;
    let op = Caller::whole(&broker, "op@own.example", OWN).await;
    let path = format!("/accounts/{OWN}/users");
    let cursor = op.read(&format!("{path}?limit=2")).await["next_cursor"].as_str().unwrap().to_owned();
    for place in 0..cursor.len() {
        let old = cursor.as_bytes()[place];
        // The last characters may hold bits that mean nothing, which are refused as well.
        let other = if old == b'A' { 'B' } else { 'A' };
        let mut bent: Vec<char> = cursor.chars().collect();
        bent[place] = other;
        refused(&op, &path, &bent.into_iter().collect::<String>()).await;
    }
    for bent in [&cursor[1..], &cursor[..cursor.len() - 1], "x", &format!("{cursor}A")] {
        refused(&op, &path, bent).await;
    }
    let second = Caller::whole(&broker, "op@own.example", OWN).await;
    refused(&second, &path, &cursor).await;
    for other in [format!("/accounts/{BELOW}/users"), format!("/accounts/{OTHER}/users"), format!("/accounts/{OWN}/activity"), "/accounts".to_owned()] {
        refused(&op, &other, &cursor).await;
    }
    let page = op.get(&format!("{path}?limit=2&list=active&cursor={cursor}")).await;
    assert_eq!((page.status, problem(&page).as_str()), (400, "cursor.malformed"), "another search");
    assert_eq!(op.get(&format!("{path}?limit=3&cursor={cursor}")).await.status, 200, "the twin: only the length of the page differs");
    broker.clock.wait(Duration::from_secs(86_400));
    refused(&op, &path, &cursor).await;
}

async fn tag(caller: &Caller, path: &str) -> String {
    let page = caller.get(path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.header("etag").unwrap().to_owned()
}

async fn world_with_admin() -> (TestBroker, Caller) {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    (broker, admin)
}

/// What is still so is not sent again; what was seen is what is changed, or nothing is (RFC 9110 13).
#[tokio::test]
async fn what_was_seen_is_what_is_changed() {
    let (broker, admin) = world_with_admin().await;
    let path = format!("/accounts/{OWN}/passwords");
    let seen = tag(&admin, &path).await;
    let again = admin.send(Method::GET, &path, &[("if-none-match", &seen)], None).await;
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", Some(seen.as_str())));
    let policy = json!({ "profile": "modern", "expires_after_days": 0, "history": 3 });
    let put = async |seen: Option<&str>| {
        let headers: Vec<(&str, &str)> = seen.iter().map(|seen| ("if-match", *seen)).collect();
        admin.send(Method::PUT, &path, &headers, Some(&policy)).await
    };
    let blind = put(None).await;
    assert_eq!((blind.status, problem(&blind).as_str()), (428, "precondition.required"));
    for other in ["\"other\"", &format!("W/{seen}"), seen.trim_matches('"')] {
        let page = put(Some(other)).await;
        assert_eq!((page.status, problem(&page).as_str()), (412, "precondition.failed"), "{other}");
    }
    assert_eq!(tag(&admin, &path).await, seen, "nothing was changed");
    let done = put(Some(&seen)).await;
    assert_eq!((done.status, json_of(&done)["history"].as_u64()), (200, Some(3)));
    assert_ne!(done.header("etag"), Some(seen.as_str()));
    assert_eq!(put(Some(&seen)).await.status, 412, "somebody has changed it meanwhile");
    assert_eq!(admin.send(Method::GET, &path, &[("if-none-match", &seen)], None).await.status, 200);
    // A tag that may be sent: of a user.
    let mia = broker.user("mia@own.example", OWN).await.id;
    let user = format!("/accounts/{OWN}/users/{mia}");
    let seen = tag(&admin, &user).await;
    let suspend = format!("{user}/suspend");
    assert_eq!(admin.send(Method::POST, &suspend, &[("if-match", "\"x\"")], None).await.status, 412);
    assert_eq!(admin.send(Method::POST, &suspend, &[("if-match", &seen)], None).await.status, 204);
    assert_eq!(admin.send(Method::POST, &format!("{user}/resume"), &[("if-match", &seen)], None).await.status, 412, "suspended since");
    assert_eq!(admin.post(&format!("{user}/resume"), None).await.status, 204);
}

/// SM-06: the values that were looked at are taken over, by their tag, and none that were entered since.
#[tokio::test]
async fn sm_06_values_are_taken_over_by_the_tag_of_what_was_looked_at() {
    let (_broker, admin) = world_with_admin().await;
    let made = admin.post(&format!("/accounts/{OWN}/connections"), Some(&json!({ "product": "other-saml", "name": "Test" }))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let connection = made.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let proposal = format!("{connection}/proposal");
    let certificate = Idp::new("https://idp.example", KeyKind::Rsa).unwrap().certificate_pem();
    let propose = async |entity_id: &str| {
        let body = json!({ "how": "hand", "sign_in_url": "https://idp.example/sso", "entity_id": entity_id, "certificates": certificate });
        let page = admin.post(&proposal, Some(&body)).await;
        assert_eq!(page.status, 201, "{}", page.body);
        page.header("etag").unwrap().to_owned()
    };
    let first = propose("https://one.example").await;
    let second = propose("https://two.example").await;
    let accept = async |seen: &str| admin.send(Method::POST, &format!("{proposal}/accept"), &[("if-match", seen)], None).await.status;
    assert_eq!((accept(&first).await, accept("*").await), (412, 412));
    assert_eq!(tag(&admin, &proposal).await, second);
    assert_eq!(accept(&second).await, 204);
    let shown = admin.read(&connection).await;
    assert_eq!((shown["entered"]["issuer"].as_str(), shown["is_complete"].as_bool(), shown["has_proposal"].as_bool()), (Some("https://two.example"), Some(true), Some(false)));
    let third = propose("https://three.example").await;
    assert_eq!(admin.send(Method::DELETE, &proposal, &[("if-match", &second)], None).await.status, 412);
    assert_eq!(admin.send(Method::DELETE, &proposal, &[("if-match", &third)], None).await.status, 204);
    assert_eq!(admin.get(&proposal).await.status, 404);
    let turned = admin.send(Method::POST, &format!("{connection}/turn"), &[("if-match", &tag(&admin, &connection).await)], Some(&json!({ "to": "enforced" }))).await;
    assert_eq!((turned.status, problem(&turned).as_str()), (409, "turn.not_tested"));
    let unique: BTreeSet<String> = [first, second, third].into();
    assert_eq!(unique.len(), 3);
}
