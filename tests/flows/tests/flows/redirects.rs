//! Nothing that a stranger writes into an address says where a browser goes next (OB-09).

use homeward_discovery::Disclosure;
use homeward_testkit::{Page, TestBroker};

/// Ways to write somebody else's address, or something that runs, where a registered one is expected.
pub const ELSEWHERE: [&str; 48] = [
    // Plain, and relative to the scheme.
    "https://evil.example", "https://evil.example/", "http://evil.example/cb", "HTTPS://EVIL.EXAMPLE/cb", "//evil.example", "///evil.example", "////evil.example/cb",
    "evil.example", "@evil.example", ".evil.example",
    // Backslashes, missing slashes and white space, which browsers forgive.
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\r\n/evil.example", "https:evil.example", "https:/evil.example", "https:\\\\evil.example",
    " https://evil.example/cb", "\u{0}https://evil.example/cb", "\u{feff}https://evil.example/cb", "https://evil.example/cb\u{202e}",
    // Encoded once more.
    "%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "https://wiki.example%2eevil.example/cb", "https://evil。example/cb",
    // The right name in the wrong place.
    "https://wiki.example@evil.example/cb", "https://wiki.example:pw@evil.example/cb", "https://evil.example#@wiki.example/cb", "https://evil.example?https://wiki.example/cb",
    "https://evil.example\\@wiki.example/cb", "https://wiki.example.evil.example/cb", "https://evil.example/https://wiki.example/cb", "https://notwiki.example/cb?evil.example",
    // The right name, and more than was registered.
    "https://wiki.example/cb/..//evil.example", "https://wiki.example/cb?next=https://evil.example", "https://wiki.example/cb#evil.example", "http://wiki.example/cb?evil.example",
    "https://wiki.example:8443/cb?evil.example", "https://wiki.example/cb%0d%0aLocation:https://evil.example", "https://wiki.example/cb\r\nLocation: https://evil.example",
    // What runs, or is no page of anybody's.
    "javascript:alert('evil.example')", "JaVaScRiPt:alert('evil.example')", "java\tscript:alert('evil.example')", "data:text/html,<a href=//evil.example>",
    "vbscript:evil.example", "file://evil.example/cb", "blob:https://evil.example/x",
];

/// Names under which other products take such addresses; none of them is read here.
const NAMES: [&str; 14] =
    ["next", "returnTo", "return_url", "returnUrl", "redirect", "redirect_url", "redirectTo", "continue", "url", "goto", "target", "dest", "r", "wreply"];

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The browser stays here: no address of ours leads away, and the page has nothing of what was written.
fn stays(page: &Page, written: &str) {
    let away = page.header("location").into_iter().map(str::to_owned).chain(page.refresh()).find(|to| !to.starts_with('/') || to.starts_with("//"));
    assert_eq!(away, None, "{written:?}");
    let all = format!("{} {:?}", page.body, page.headers).to_lowercase();
    // With what follows the name: four letters alone stand in sealed values now and then.
    let found = ["evil.", "evil\u{3002}", "evil%", "notwiki."].into_iter().find(|name| all.contains(name));
    assert_eq!(found, None, "{written:?}: {}", page.heading());
}

/// OB-09: `redirect_uri` and `return_to` are registered ones, character by character, or there is a page that says no.
#[tokio::test]
async fn ob_09_no_parameter_of_a_request_leads_elsewhere() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let authorize = |to: &str| format!("/oauth2/authorize?{}", query(&[
        ("client_id", "wiki"), ("redirect_uri", to), ("response_type", "code"), ("scope", "openid"), ("state", "s"), ("nonce", "n"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
    ]));
    let change = |to: &str| format!("/changepassword?{}", query(&[("client_id", "wiki"), ("return_to", to)]));
    let right = ann.get(&authorize("https://wiki.example/cb")).await;
    assert!(right.status == 303 && right.header("location").unwrap().starts_with("https://wiki.example/cb?code="));
    assert_eq!(ann.get(&change("https://wiki.example/settings")).await.status, 200);
    for written in ELSEWHERE {
        for address in [authorize(written), change(written)] {
            let page = ann.get(&address).await;
            assert_eq!(page.status, 400, "{written:?}");
            stays(&page, written);
        }
    }
}

/// OB-09: after signing out only a registered `post_logout_redirect_uri` is gone to, with a hint and without one; with another one people stay here.
#[tokio::test]
async fn ob_09_signing_out_leads_to_registered_addresses_only() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let out = |to: &str, hint: &str| format!("/oauth2/logout?{}", query(&[("client_id", "wiki"), ("id_token_hint", hint), ("post_logout_redirect_uri", to)]));
    for written in ELSEWHERE {
        for hint in [hint, ""] {
            let page = ann.get(&out(written, hint)).await;
            stays(&page, written);
        }
    }
    let right = ann.get(&out("https://wiki.example/bye", hint)).await;
    assert_eq!(right.refresh().as_deref(), Some("https://wiki.example/bye"));
}

/// OB-09: names that other products read are read nowhere.
#[tokio::test]
async fn ob_09_names_of_other_products_are_not_read() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut nobody, mut ann) = (broker.browser(), broker.browser());
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    for written in ELSEWHERE {
        let all: Vec<(&str, &str)> = NAMES.iter().map(|name| (*name, written)).collect();
        for path in ["/signin", "/forgot", "/account", "/oauth2/logout"] {
            for browser in [&mut nobody, &mut ann] {
                let page = browser.get(&format!("{path}?{}", query(&all))).await;
                stays(&page, written);
            }
        }
    }
}
