use std::collections::BTreeSet;

use homeward_discovery::Disclosure;
use homeward_testkit::{Page, TestBroker};
use homeward_web::{API_ENDPOINTS, PORTAL_ROUTES};
use reqwest::Method;

const ROUTES: [(&str, &str, u16); 24] = [
    ("GET", "/", 200), ("GET", "/signin", 200), ("GET", "/oauth2/authorize", 400), ("POST", "/oauth2/token", 415), ("GET", "/oauth2/userinfo", 401),
    ("GET", "/oauth2/jwks", 200), ("GET", "/oauth2/logout", 200), ("GET", "/.well-known/openid-configuration", 200), ("GET", "/.well-known/change-password", 303),
    ("GET", "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200", 404), ("GET", "/changepassword", 200), ("GET", "/forgot", 200),
    ("GET", "/reset?token=x", 303), ("GET", "/reset", 200), ("GET", "/signout", 200), ("GET", "/language", 200), ("GET", "/help", 200), ("GET", "/privacy", 200),
    ("GET", "/nothing-here", 404), ("PUT", "/signin/username", 405), ("GET", "/signin/password", 405), ("GET", "/assets/000000000000/ui.css", 404),
    ("GET", "/signin/tab", 200), ("GET", "/signin/tab?stage=x&ask=1", 204),
];

/// What stands on every document, whatever it says.
fn has_every_header(page: &Page, path: &str) {
    let has = |name: &str, value: &str| assert_eq!(page.header(name), Some(value), "{path}: {name}");
    has("x-content-type-options", "nosniff");
    has("referrer-policy", "no-referrer");
    has("x-robots-tag", "noindex");
    has("x-frame-options", "DENY");
    has("x-permitted-cross-domain-policies", "none");
    has("cross-origin-opener-policy", "same-origin");
    has("cross-origin-embedder-policy", "require-corp");
    has("cross-origin-resource-policy", "same-origin");
    assert!(page.header("permissions-policy").unwrap().contains("camera=()"), "{path}");
    assert!(page.header("cache-control").is_some(), "{path}");
    assert_eq!(page.header("server"), None, "{path}");
    let csp = page.header("content-security-policy").unwrap_or_else(|| panic!("{path}"));
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"] {
        assert!(csp.contains(part), "{path}: {part}");
    }
    assert!(!csp.contains("unsafe") && !csp.contains('*'), "{path}");
}

/// HD-02…HD-12, OB-04, OB-05, OB-06, OB-07, OB-08, ALL-3, ALL-26, ERR-1: the headers of every route, errors and redirects included.
#[tokio::test]
async fn every_answer_has_every_header() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    for (method, path, status) in ROUTES {
        let page = browser.send(method.parse().unwrap(), path, &[("sec-fetch-site", "same-origin")], None).await;
        assert_eq!(page.status, status, "{path}");
        has_every_header(&page, path);
        assert!(page.header("content-security-policy").unwrap().ends_with("; form-action 'self'"), "{path}");
        assert_eq!(page.header("strict-transport-security"), None, "the test's issuer is http");
        let public = matches!(path, "/oauth2/jwks" | "/.well-known/openid-configuration");
        assert_eq!(page.header("cache-control"), Some(if public { "public, max-age=300" } else { "no-store" }), "{path}");
        if status >= 400 && !path.starts_with("/oauth2/userinfo") {
            assert!(page.body.contains("<h1>") && page.body.contains("class=\"ref\">"), "{path}: the same layout and a reference");
            assert!(!page.body.contains("panicked") && !page.body.contains(".rs:"), "{path}");
        }
    }
    let to = browser.get("/.well-known/change-password").await;
    assert_eq!(to.header("location"), Some("/changepassword"));
}

/// Every address that the program's own tables of routes name: those of the sign-in as they are registered, of the portal and of the API.
fn patterns() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(text.split("web::resource(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    found.extend(PORTAL_ROUTES.iter().map(|route| route.pattern.to_owned()));
    found.extend(API_ENDPOINTS.iter().map(|endpoint| format!("/api/v1{}", endpoint.path)));
    found
}

/// HD-06, HD-02…HD-12: every route there is, by every method that a browser knows, without a proof: whatever it answers has every header. With the store away
/// it says 503, with the same headers.
#[tokio::test]
async fn hd_06_every_route_that_there_is_has_every_header() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let paths: Vec<String> = patterns().into_iter().map(|pattern| pattern.split('/').map(|part| if part.starts_with('{') { "40817" } else { part }).collect::<Vec<_>>().join("/")).collect();
    assert!(paths.len() > 150 && paths.iter().any(|path| path == "/saml/40817/acs") && paths.iter().any(|path| path == "/api/v1/accounts/40817"), "{} {paths:?}", paths.len());
    let mut browser = broker.browser();
    let mut seen = BTreeSet::new();
    for path in &paths {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let form = (method == Method::POST).then_some(&[][..]);
            let page = browser.send(method.clone(), path, &[("sec-fetch-site", "same-origin")], form).await;
            has_every_header(&page, &format!("{method} {path} {}", page.status));
            seen.insert(page.status);
        }
    }
    for status in [200, 303, 400, 401, 403, 404, 405] {
        assert!(seen.contains(&status), "{status} in {seen:?}");
    }
    for node in broker.nodes() {
        node.store.close().await;
    }
    let mut away = 0;
    for path in &paths {
        for method in [Method::GET, Method::POST] {
            let form = (method == Method::POST).then_some(&[][..]);
            let page = browser.send(method.clone(), path, &[("sec-fetch-site", "same-origin")], form).await;
            has_every_header(&page, &format!("{method} {path}, the store is away"));
            away += usize::from(page.status == 503);
        }
    }
    assert!(away > 10, "{away}");
}

/// HD-06, RFC 9110 9.3.2: HEAD at a page or a document is answered as GET, with the same headers and without a body; where GET would use something up, or
/// there is nothing to read, it is no method.
#[tokio::test]
async fn hd_06_head_is_get_without_a_body() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut browser = broker.browser();
    let asset = browser.get("/signin").await.body.split('"').find(|text| text.starts_with("/assets/")).unwrap().to_owned();
    let shown = [
        "/", "/signin", "/account", "/account/name", "/changepassword", "/forgot", "/reset", "/invitation", "/reset?token=x", "/signout", "/language", "/help", "/privacy", "/portal", "/setup",
        "/oauth2/jwks", "/healthz", "/readyz", "/.well-known/openid-configuration", "/.well-known/change-password", "/.well-known/nothing", "/saml/40817/metadata", &asset,
    ];
    for path in shown {
        let mut head = browser.clone();
        let (got, asked) = (browser.clone().get(path).await, head.send(Method::HEAD, path, &[], None).await);
        assert_eq!((asked.status, asked.body.as_str()), (got.status, ""), "{path}");
        // What is behind the question mark is another one each time.
        let told = |page: &Page, name| page.header(name).and_then(|value| value.split('?').next()).map(str::to_owned);
        for name in ["content-type", "location", "cache-control", "content-security-policy"] {
            assert_eq!(told(&asked, name), told(&got, name), "{path}: {name}");
        }
        if path == "/help" || path == "/oauth2/jwks" {
            assert_eq!(asked.header("content-length"), Some(got.body.len().to_string().as_str()), "{path}");
        }
        // No byte of a body stands in the connection before the next answer.
        assert_eq!(head.get("/healthz").await.body, "ok\n", "{path}");
    }
    let authorize = "/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example%2Fcb&response_type=code&scope=openid";
    for path in [authorize, "/signin/username", "/oauth2/token", "/oauth2/logout", "/signin/continue", "/signin/leave", "/signin/return", "/signout/end", "/portal/callback"] {
        let page = browser.send(Method::HEAD, path, &[], None).await;
        assert_eq!((page.status, page.body.as_str()), (405, ""), "{path}");
    }
}

/// RFC 9116: whom to tell of a weakness, where the operator named somebody; where nobody is named there is no such page.
#[tokio::test]
async fn whom_to_tell_of_a_weakness_is_told_where_somebody_is_named() {
    const PATH: &str = "/.well-known/security.txt";
    let mut broker = TestBroker::start_as(Disclosure::Closed, "https://signin.example").await;
    assert_eq!(broker.browser().get(PATH).await.status, 404);
    broker.settings.server.security_contact = vec!["mailto:security@signin.example".into(), "https://signin.example.org/report".into()];
    broker.restart().await;
    let page = broker.browser().get(PATH).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    // 180 days after the clock of the tests, 2027-01-15, at the midnight before.
    let told = "Contact: mailto:security@signin.example\nContact: https://signin.example.org/report\nExpires: 2027-07-14T00:00:00Z\nCanonical: https://signin.example/.well-known/security.txt\n";
    assert_eq!(page.body, told);
    has_every_header(&page, PATH);
}

/// ALL-4: what says what a document may do stands on no stylesheet and no script; everything that counts for them does.
#[tokio::test]
async fn parts_of_a_page_have_the_headers_that_count_for_them() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.get("/signin").await;
    let parts: Vec<String> = page.body.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect();
    assert_eq!(parts.len(), 3, "{parts:?}");
    for path in parts {
        let part = browser.get(&path).await;
        assert_eq!(part.status, 200, "{path}");
        let has = |name: &str, value: &str| assert_eq!(part.header(name), Some(value), "{path}: {name}");
        has("x-content-type-options", "nosniff");
        has("referrer-policy", "no-referrer");
        has("cross-origin-resource-policy", "same-origin");
        let csp = part.header("content-security-policy").unwrap();
        assert!(csp.starts_with("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
        // A picture can be opened as a document.
        let is_document = path.ends_with(".svg");
        for name in ["permissions-policy", "cross-origin-opener-policy", "cross-origin-embedder-policy", "x-frame-options", "x-permitted-cross-domain-policies"] {
            assert_eq!(part.header(name).is_some(), is_document, "{path}: {name}");
            assert!(page.header(name).is_some(), "{name}");
        }
    }
}

/// HD-13, OB-02, OB-05, ALL-2: cookies are what they should be, and no page has anything inline.
#[tokio::test]
async fn ob_05_nothing_is_inline_and_cookies_are_host_bound() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-browser=") && cookie.contains("; HttpOnly; SameSite=Lax; Secure; Path=/") && !cookie.contains("Domain"));
    let password = ann.identify(&page, "ann@north.example").await;
    let done = ann.password(&password, "Kranich7!").await;
    let session = done.headers.iter().find(|(n, v)| n == "set-cookie" && v.starts_with("__Host-session=")).unwrap();
    assert!(session.1.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/") && session.1.len() < 4096);
    for page in [page, password, done] {
        assert!(!page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains("javascript:"));
        for script in page.body.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/assets/"), "{script}");
        }
        for word in [" onclick", " onload", " onsubmit", " onerror"] {
            assert!(!page.body.contains(word));
        }
        assert!(!page.body.contains("http://") && !page.body.contains("https://"), "OB-06: nothing of another origin");
    }
}

/// OB-03, DS-02, DS-03: full cookie jars, long addresses and large bodies get an answer, and the next request works.
#[tokio::test]
async fn ob_03_odd_requests_get_an_answer() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let jar = (0..200).map(|n| format!("c{n}=x")).collect::<Vec<_>>().join("; ");
    assert_eq!(browser.send(Method::GET, "/signin", &[("cookie", &jar)], None).await.status, 200);
    assert_eq!(browser.send(Method::GET, "/signin", &[("cookie", "__Host-session=%%%; __Host-browser=<x>")], None).await.status, 200);
    let page = browser.open("wiki", "").await;
    let large = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", &"x".repeat(70_000))]);
    assert_eq!(browser.send(Method::POST, "/signin/username", &[], Some(&large)).await.status, 413);
    let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", "ann@north.example")]);
    let zipped = browser.send(Method::POST, "/signin/username", &[("content-encoding", "gzip")], Some(&form)).await;
    assert_eq!(zipped.status, 415, "DS-05");
    assert_eq!(browser.send(Method::POST, "/signin/username", &[], Some(&form)).await.heading(), "Enter your password");
}

/// OB-10: names that come from people and operators are text on every page.
#[tokio::test]
async fn ob_10_names_are_text() {
    let broker = TestBroker::start(Disclosure::Open).await;
    broker.change_user("ann@north.example", "40817", |u| u.given_name = "<img src=x onerror=alert(1)>".into()).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    for path in ["/signin", "/signout", "/changepassword"] {
        assert!(!ann.get(path).await.body.contains("<img"), "{path}");
    }
    assert!(ann.get("/signin").await.body.contains("&lt;img"));
    let chooser = ann.open("wiki", "&prompt=select_account").await;
    assert!(chooser.body.contains("&lt;img") && !chooser.body.contains("<img"));
}

/// I18-1, ALL-21: the pseudo-language leaves no plain word; a chosen language stays.
#[tokio::test]
async fn a_language_is_chosen_and_stays() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&ui_locales=de").await;
    assert_eq!(page.heading(), "Bei Wiki anmelden");
    assert!(page.body.contains("<html lang=\"de\" dir=\"ltr\">"));
    let page = ann.open("wiki", "").await;
    let choice = ann.post("/language", &[("stage", &page.hidden("stage"))]).await;
    let french = ann.post("/language/set", &[("stage", &choice.hidden("stage")), ("language", "fr")]).await;
    assert_eq!(french.heading(), "Se connecter à Wiki", "the sign-in goes on");
    assert_eq!(ann.open("wiki", "").await.heading(), "Se connecter à Wiki");
    let strange = ann.open("wiki", "&ui_locales=qps-ploc").await;
    for word in ["Sign in", "Username", "Next", "Help", "Privacy", "password"] {
        let visible: String = strange.body.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect();
        assert!(!visible.contains(word), "{word}");
    }
}

/// HD-01: under an https issuer every answer demands https for two years; under the http one of a test none does.
#[tokio::test]
async fn hd_01_https_is_demanded_where_the_issuer_is_https() {
    for (issuer, header) in [("https://signin.example", Some("max-age=63072000; includeSubDomains; preload")), ("http://homeward.localhost", None)] {
        let broker = TestBroker::start_as(Disclosure::Closed, issuer).await;
        let mut browser = broker.browser();
        for path in ["/signin", "/nothing-here", "/.well-known/change-password"] {
            assert_eq!(browser.get(path).await.header("strict-transport-security"), header, "{issuer} {path}");
        }
    }
}
