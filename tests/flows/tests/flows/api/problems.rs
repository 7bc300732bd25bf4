//! What cannot be read is refused in the words of RFC 9457, before anything is done; and the document says what the code does.

use homeward_portal::tokens::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Caller, json_of, problem};
use crate::portal::{OWN, matrix::state, world};

/// AD-04, DS-06, LH-12: unknown, repeated and deep fields, wrong kinds and lengths, other methods and addresses are refused, and change
/// nothing.
#[tokio::test]
async fn ad_04_what_cannot_be_read_is_refused() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let before = state(&broker).await;
    let bearer = format!("Bearer {}", admin.secret);
    let raw = async |method: Method, path: String, headers: &[(&str, &str)], body: Option<&str>| {
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        let page = admin.browser.call(method, &format!("/api/v1{path}"), &all, body).await;
        (page.status, problem(&page))
    };
    let (domains, users) = (format!("/accounts/{OWN}/domains"), format!("/accounts/{OWN}/users"));
    let own = |status: u16, code: &str| (status, code.to_owned());
    let long = format!("{{\"domain\":\"{}\"}}", "x".repeat(255));
    let deep = format!("{{\"domain\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    for body in ["", "{", "[]", " [\"a.example\"]", "{}", "null", "{\"domain\":1}", "{\"domain\":\"\"}", "{\"domain\":\"a.example\",\"domain\":\"b.example\"}", "{\"domain\":\"a.example\",\"verified\":true}", &deep, &long] {
        assert_eq!(raw(Method::POST, domains.clone(), &[], Some(body)).await, own(400, "body.malformed"), "{body}");
    }
    let wrong_kind = admin.browser.clone().send(Method::POST, &format!("/api/v1{domains}"), &[("authorization", &bearer)], Some(&[("domain".to_owned(), "a.example".to_owned())])).await;
    assert_eq!((wrong_kind.status, problem(&wrong_kind).as_str()), (415, "body.not_json"));
    assert_eq!(raw(Method::POST, domains.clone(), &[("content-encoding", "gzip")], Some("{\"domain\":\"a.example\"}")).await, own(415, "body.not_json"));
    assert_eq!(raw(Method::GET, users.clone(), &[], Some("{}")).await, own(400, "body.unexpected"));
    assert_eq!(raw(Method::POST, domains.clone(), &[], Some(&"x".repeat(64 * 1024 + 1))).await, own(413, "request.body_too_long"));
    for query in ["?x=1", "?limit=1&limit=2", "?limit=", "?list=gone", "?access_token=x"] {
        let code = raw(Method::GET, format!("{users}{query}"), &[], None).await;
        assert!(code.0 == 400 && code.1.starts_with("query."), "{query}: {code:?}");
    }
    for limit in ["0", "201", "-1", "x", "99999999999"] {
        assert_eq!(raw(Method::GET, format!("{users}?limit={limit}"), &[], None).await, own(400, "limit.out_of_range"), "{limit}");
    }
    for path in ["/", "/accounts/", "/user", &format!("/accounts/{OWN}/nothing"), "/../portal", &format!("{users}/x"), &format!("{users}/00000000-0000-0000-0000-000000000000")] {
        assert_eq!(raw(Method::GET, path.to_owned(), &[], None).await, own(404, "not_found"), "{path}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        let page = admin.send(method.clone(), &users, &[("origin", "https://evil.example"), ("access-control-request-method", "GET")], None).await;
        assert_eq!((page.status, page.header("allow"), problem(&page).as_str()), (405, Some("GET, POST"), "method_not_allowed"), "{method}");
        assert!(!page.headers.iter().any(|(name, _)| name.starts_with("access-control-")));
    }
    let from_elsewhere = admin.send(Method::POST, &domains, &[("sec-fetch-site", "cross-site")], Some(&json!({ "domain": "a.example" }))).await;
    assert_eq!((from_elsewhere.status, problem(&from_elsewhere).as_str()), (403, "request.foreign_origin"));
    assert_eq!(state(&broker).await, before);
    assert_eq!(admin.post(&domains, Some(&json!({ "domain": "a.example" }))).await.status, 201, "the twin");
    let everybodys = admin.post(&domains, Some(&json!({ "domain": "gmail.com" }))).await;
    assert_eq!((everybodys.status, problem(&everybodys).as_str()), (422, "domain.everybodys"));
}

/// The document is served to everybody, says nothing about anybody, and names the scopes.
#[tokio::test]
async fn the_document_is_served() {
    let broker = world().await;
    let page = broker.browser().call(Method::GET, "/api/v1/openapi.json", &[], None).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("application/json")));
    let document: Value = json_of(&page);
    assert_eq!(document, homeward_web::api_document("http://homeward.localhost"));
    assert_eq!((document["openapi"].as_str(), document["servers"][0]["url"].as_str()), (Some("3.1.0"), Some("http://homeward.localhost/api/v1")));
    for scope in Scope::ALL {
        assert!(document["components"]["securitySchemes"]["token"]["description"].as_str().unwrap().contains(&format!("- `{}`", scope.word())));
    }
    let again = broker.browser().call(Method::GET, "/api/v1/openapi.json", &[("if-none-match", page.header("etag").unwrap())], None).await;
    assert_eq!(again.status, 304);
    // Its own examples name nobody who is here.
    assert!(!["CANARY", "Own Account", "own.example", "below.example", "other.example"].iter().any(|word| page.body.contains(word)), "{}", page.body);
}

/// AD-05: no secret that was entered is shown again, nor stands in a proposal, in Activity or in an answer that is kept.
#[tokio::test]
async fn ad_05_a_client_secret_is_shown_to_nobody() {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    let made = admin.post(&format!("/accounts/{OWN}/connections"), Some(&json!({ "product": "other-openid", "name": "Secretive" }))).await;
    let connection = made.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let body = json!({ "how": "openid", "issuer": "https://127.0.0.1:9/", "client_id": "homeward", "client_secret": "CANARY-SECRET" });
    let proposed = admin.send(Method::POST, &format!("{connection}/proposal"), &[("idempotency-key", "k")], Some(&body)).await;
    assert_eq!((proposed.status, problem(&proposed).as_str()), (422, "values.documents"), "nobody answers there");
    // How the client proves itself goes with the secret, or is named; another word is none.
    for (way, status, code) in [("none", 422, "values.client_authentication"), ("client_secret_post", 422, "values.documents"), ("private_key_jwt", 400, "body.malformed")] {
        let mut body = body.clone();
        body["client_authentication"] = json!(way);
        let said = admin.send(Method::POST, &format!("{connection}/proposal"), &[("idempotency-key", way)], Some(&body)).await;
        assert_eq!((said.status, problem(&said).as_str()), (status, code), "{way}");
    }
    for path in [connection.clone(), format!("/accounts/{OWN}/connections"), format!("/accounts/{OWN}/activity")] {
        assert!(!admin.get(&path).await.body.contains("CANARY-SECRET"), "{path}");
    }
    assert!(!proposed.body.contains("CANARY-SECRET"));
    let file = std::fs::read(broker.folder().join("homeward.db")).unwrap();
    assert!(!file.windows(13).any(|part| part == b"CANARY-SECRET"));
}
