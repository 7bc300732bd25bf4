//! The broker's own log as it is written when it says most, searched for everything that must not stand in it. A process of its own, because it keeps
//! every line.

use std::{
    io::Write,
    sync::{Mutex, MutexGuard, PoisonError},
};

use homeward_discovery::Disclosure;
use homeward_server::{log_directives, settings::LogLevel};
use homeward_testkit::{TestBroker, pairs};
use reqwest::Method;
use tracing_subscriber::{EnvFilter, fmt};

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn written() -> MutexGuard<'static, Vec<u8>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        written().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// LP-16, LR-09, OB-17, AU-08, AU-04: a sign-in, wrong passwords, a refresh, a token used twice, a reset by link and by code, a new password and what strangers
/// send: none of it stands in the log, and no username does, known or not. What the log is for stands in it.
/// DS-13: a flood of refusals has a line a second, and what was left out is told.
#[tokio::test]
async fn lp_16_no_secret_and_no_name_stands_in_the_log() {
    fmt().json().with_env_filter(EnvFilter::new(log_directives(LogLevel::Debug))).with_writer(|| Kept).init();
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut canaries: Vec<String> = ["ann@north.example", "Ann@North.Example", "canary-name@nowhere.example", "Kranich7!", "Falsch-12canary", "Canary-99x", "Canary-98x", "canary-parameter"].map(str::to_owned).into();
    let mut keep = |text: &str| {
        assert!(text.len() > 5, "{text:?} is no canary");
        canaries.push(text.to_owned());
    };
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&login_hint=canary-name@nowhere.example").await;
    assert_eq!(page.heading(), "Enter your password");
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, "Ann@North.Example").await;
    assert!(ann.password(&page, "Falsch-12canary").await.body.contains("aria-invalid"));
    let done = ann.password(&page, "Kranich7!").await;
    let address = ann.leave(&done).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let token = |tokens: &serde_json::Value, name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name}: {tokens}")).to_owned();
    let refresh = token(&tokens, "refresh_token");
    let (status, next) = ann.refresh("wiki", &refresh).await;
    assert_eq!(status, 200);
    broker.clock.wait(std::time::Duration::from_secs(60));
    let (_, refused) = ann.refresh("wiki", &refresh).await;
    assert_eq!(refused["error"], "invalid_grant");
    for told in [&tokens, &next] {
        for name in ["access_token", "refresh_token", "id_token"] {
            keep(&token(told, name));
        }
    }
    ann.who(&token(&tokens, "access_token")).await;
    ann.redeem("wiki", &address).await;
    keep(address.split("code=").nth(1).unwrap().split('&').next().unwrap());
    for name in ["__Host-session", "__Host-browser"] {
        keep(&ann.cookies[name]);
    }
    // Passwords by mail: by the link, and by the code of another one.
    for (by_link, new) in [(true, "Canary-99x"), (false, "Canary-98x")] {
        let page = ann.get("/forgot?other=yes").await;
        let page = ann.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "ann@north.example")]).await;
        let mails = broker.mails().await;
        let (_, _, text) = mails.iter().rev().find(|(to, subject, _)| to == "ann@north.example" && subject.starts_with("Reset your password: ")).unwrap();
        let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
        let code: String = text.split("Code: ").nth(1).unwrap().chars().take(7).collect();
        keep(link.split("token=").nth(1).unwrap());
        keep(&code);
        let page = if by_link {
            ann.get(link.strip_prefix("http://homeward.localhost").unwrap()).await;
            keep(&ann.cookies["__Host-reset"].clone());
            ann.post("/reset", &[]).await
        } else {
            ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", "000000")]).await;
            ann.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await
        };
        assert_eq!(page.heading(), "Choose a new password");
        keep(&page.hidden("handle"));
        let page = ann.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", new), ("repeat", new)]).await;
        assert_eq!(page.heading(), "Your password was changed");
    }
    assert!(broker.browser().sign_in("wiki", "ann@north.example", "Canary-98x").await.contains("code="));
    // Strangers, in every place that something can be written into.
    let mut stranger = broker.browser();
    let form = pairs(&[("grant_type", "canary-parameter"), ("client_id", "canary-parameter"), ("client_secret", "canary-parameter"), ("code", "canary-parameter")]);
    stranger.send(Method::POST, "/oauth2/token", &[("authorization", "Basic Y2FuYXJ5LXBhcmFtZXRlcjpjYW5hcnktcGFyYW1ldGVy")], Some(&form)).await;
    stranger.send(Method::GET, "/oauth2/userinfo", &[("authorization", "Bearer canary-parameter"), ("user-agent", "canary-parameter")], None).await;
    stranger.post("/saml/x/acs", &[("SAMLResponse", "canary-parameter"), ("RelayState", "canary-parameter")]).await;
    for path in ["/signin/return?result=canary-parameter", "/signin/back?stage=canary-parameter", "/signin/tab?stage=canary-parameter", "/oauth2/authorize?client_id=canary-parameter", "/nothing?x=canary-parameter"] {
        stranger.get(path).await;
    }
    let mut cases = Vec::new();
    for _ in 0..200 {
        let missing = stranger.get("/oauth2/authorize?client_id=nobody").await;
        assert_eq!(missing.status, 400);
        cases.push(missing.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned());
    }
    broker.clock.wait(std::time::Duration::from_secs(61));
    for node in broker.nodes() {
        homeward_signin::usecase::strangers::close(&node.context).await.unwrap();
    }
    let log = String::from_utf8(written().clone()).unwrap();
    for canary in &canaries {
        assert!(!log.contains(canary.as_str()), "{canary}: {:?}", log.lines().find(|line| line.contains(canary.as_str())));
    }
    let lower = log.to_lowercase();
    assert!(!lower.contains("north.example\"") && !lower.contains("ann@") && !lower.contains("canary-"), "{:?}", lower.lines().find(|line| line.contains("ann@") || line.contains("canary-")));
    assert!(!log.contains('\u{1b}'), "no sequences for a terminal");
    // The log is the right one, and says what it is for.
    assert!(log.lines().count() > 20 && log.contains("code_used_again"), "{log}");
    let about = |reason: &str| log.lines().filter(|line| line.contains(reason) && line.contains("\"left_out\"")).map(str::to_owned).collect::<Vec<_>>();
    let unknown = about("authorize.unknown_application");
    assert!(unknown.iter().any(|line| cases.iter().any(|case| line.contains(case.as_str()))), "a case number that a page has: {unknown:?}");
    assert!(unknown.len() <= 2 * broker.nodes().count(), "DS-13: {} lines", unknown.len());
    let left_out: u64 = unknown.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["fields"]["left_out"].as_u64().unwrap()).sum();
    let written = unknown.iter().filter(|line| line.contains("\"case\"")).count();
    assert_eq!(left_out + u64::try_from(written).unwrap(), 201, "each is written or counted: {unknown:?}");
}
