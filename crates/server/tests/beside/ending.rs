//! Commands that end something at a broker that runs: signing keys, one session, and what the audit knows of a person.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::installation::{ANN, BEN, Installation, text, tokens};

/// Header and claims of an ID token.
fn opened(tokens: &Value) -> (Value, Value) {
    let part = |place| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text(tokens, "id_token").split('.').nth(place).unwrap()).unwrap()).unwrap();
    (part(0), part(1))
}

/// The key set of the broker, as soon as it is so.
async fn published(here: &Installation, is_so: impl Fn(&str) -> bool) -> String {
    let mut place = 0;
    loop {
        // Somebody who asks for a mail wakes the worker, which also looks at the keys; without it this takes a quarter of a minute.
        let mut somebody = here.browser();
        somebody.from = format!("198.51.100.{}", place % 250);
        let page = somebody.get("/forgot").await;
        somebody.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "nobody@north.example")]).await;
        let page = somebody.get("/oauth2/jwks").await;
        let keys: Value = serde_json::from_str(&page.body).unwrap();
        assert!(page.status == 200 && keys["keys"].is_array(), "{} {}", page.status, page.body);
        if is_so(&page.body) {
            return page.body;
        }
        place += 1;
        assert!(place < 3_000, "it does not come: {}", page.body);
    }
}

/// What `key list` says of a key.
fn state(here: &Installation, kid: &str) -> Option<String> {
    let keys = here.good(&["key", "list"]);
    keys.as_array().unwrap().iter().find(|key| key["kid"] == kid).map(|key| text(key, "state").to_owned())
}

/// The name of the key that signs with this algorithm now.
fn present(here: &Installation, algorithm: &str) -> String {
    let keys = here.good(&["key", "list"]);
    text(keys.as_array().unwrap().iter().find(|key| key["alg"] == algorithm && key["state"] == "present").unwrap(), "kid").to_owned()
}

/// What the newest record of an event says that was done, and what came of it.
fn newest(here: &Installation, event: &str) -> (String, String) {
    let found = here.good(&["audit", "list", "--event", event, "--limit", "1"]);
    (text(&found[0], "detail").to_owned(), text(&found[0], "outcome").to_owned())
}

/// OT-33: a new key of each algorithm, or of all, signs at once; the key before it stays published, so that what it signed verifies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_33_a_key_that_is_rotated_now_signs_at_once() {
    let here = Installation::new();
    assert!(here.refused(&["key", "rotate", "--now", "--algorithm", "HS256"]).contains("use one of ES256, RS256, EdDSA"));
    for algorithm in ["ES256", "RS256", "EdDSA"] {
        let before = present(&here, algorithm);
        let made = here.good(&["key", "rotate", "--now", "--algorithm", algorithm]);
        let kid = text(&made[0], "kid");
        assert_eq!((made.as_array().unwrap().len(), text(&made[0], "alg")), (1, algorithm), "this one and no other");
        assert_eq!((state(&here, kid).as_deref(), state(&here, &before).as_deref()), (Some("present"), Some("old")));
        let jwks = published(&here, |jwks| jwks.contains(kid)).await;
        assert!(jwks.contains(&before), "{jwks}");
    }
    assert_eq!(newest(&here, "operator.key"), ("rotate now".into(), "ok".into()));
    let (header, _) = opened(&tokens(&mut here.browser(), ANN).await);
    assert_eq!(text(&header, "kid"), present(&here, "ES256"));
    let out = here.run(&["key", "rotate", "--now"]);
    let said = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<&str> = said.lines().filter_map(|line| line.split_once(' ')).map(|(algorithm, rest)| { assert!(rest.contains("signs from"), "{said}"); algorithm }).collect();
    assert_eq!((out.status.code(), lines), (Some(0), vec!["ES256", "RS256", "EdDSA"]));
    assert_eq!(here.good(&["key", "list"]).as_array().unwrap().len(), 9);
}

/// OT-33: a key that somebody else may have is out of use: what it signed proves nothing more, another one signs, and refresh tokens go on. Without
/// "--yes", and of a key that is none, nothing happens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_33_a_key_that_is_withdrawn_signs_and_verifies_nothing_more() {
    let here = Installation::new();
    let mut ann = here.browser();
    let before = tokens(&mut ann, ANN).await;
    let kid = present(&here, "ES256");
    assert_eq!(text(&opened(&before).0, "kid"), kid);
    assert!(here.refused(&["key", "withdraw", "none", "--yes"]).contains("there is no key none; see: homeward key list"));
    assert!(here.refused(&["key", "withdraw", &kid]).contains("say --yes when that is meant"));
    assert_eq!(state(&here, &kid).as_deref(), Some("present"));
    let out = here.run(&["key", "withdraw", &kid, "--yes"]);
    assert_eq!((out.status.code(), String::from_utf8(out.stdout).unwrap()), (Some(0), format!("{kid} is out of use; a broker that runs knows within a quarter of a minute\n")));
    assert_eq!(newest(&here, "operator.key"), (format!("withdraw {kid}"), "ok".into()));
    assert_eq!(state(&here, &kid), None);
    let fresh = present(&here, "ES256");
    let jwks = published(&here, |jwks| !jwks.contains(&kid)).await;
    assert!(jwks.contains(&fresh), "{jwks}");
    let asked = ann.get(&format!("/oauth2/logout?id_token_hint={}", text(&before, "id_token"))).await;
    assert_eq!(asked.heading(), "Sign out?", "what it signed proves nothing");
    let (status, next) = ann.refresh("wiki", text(&before, "refresh_token")).await;
    assert_eq!(status, 200, "{next}");
    assert_eq!(text(&opened(&next).0, "kid"), fresh);
    let ended = ann.get(&format!("/oauth2/logout?id_token_hint={}", text(&next, "id_token"))).await;
    assert_eq!(ended.heading(), "You are signed out", "what the other one signed does");
    let other = here.good(&["key", "withdraw", &present(&here, "EdDSA"), "--yes"]);
    let jwks = published(&here, |jwks| !jwks.contains(text(&other, "withdrawn"))).await;
    assert!(jwks.contains(&present(&here, "EdDSA")) && jwks.contains(&fresh), "{jwks}");
}

/// One session ends with its tokens, at once, at a broker that runs; the person's other one goes on, and nobody else's ends by their name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_session_ends_by_command() {
    let here = Installation::new();
    let (mut desk, mut phone, mut ben) = (here.browser(), here.browser(), here.browser());
    let [at_desk, at_phone, bens] = [tokens(&mut desk, ANN).await, tokens(&mut phone, ANN).await, tokens(&mut ben, BEN).await];
    let sid = |tokens: &Value| text(&opened(tokens).1, "sid").to_owned();
    let end = |id: &str| ["session", "end", ANN.0, "--account", "40817", "--id", id].map(str::to_owned);
    let refused = |id: &str| here.refused(&end(id).each_ref().map(String::as_str));
    assert!(refused("none").contains("that is no session's id; see: homeward session list"));
    assert!(refused(&sid(&bens)).contains("the user has no such session"));
    let ids = || {
        let listed = here.good(&["session", "list", ANN.0, "--account", "40817"]);
        let mut ids: Vec<String> = listed.as_array().unwrap().iter().filter(|one| one["kind"] == "session").map(|one| text(one, "id").to_owned()).collect();
        ids.sort();
        ids
    };
    let mut both = vec![sid(&at_desk), sid(&at_phone)];
    both.sort();
    assert_eq!(ids(), both);
    let out = here.run(&end(&sid(&at_desk)).each_ref().map(String::as_str));
    assert_eq!((out.status.code(), String::from_utf8(out.stdout).unwrap().as_str()), (Some(0), "the session and its tokens are over\n"));
    assert_eq!(ids(), [sid(&at_phone)]);
    assert_eq!(newest(&here, "operator.session"), ("end one".into(), "ok".into()));

    assert_eq!(desk.who(text(&at_desk, "access_token")).await, None);
    let (status, told) = desk.refresh("wiki", text(&at_desk, "refresh_token")).await;
    assert_eq!((status, text(&told, "error")), (400, "invalid_grant"));
    assert_eq!(desk.open("wiki", "").await.heading(), "Sign in to Wiki");
    for (browser, tokens) in [(&mut phone, &at_phone), (&mut ben, &bens)] {
        assert_eq!(browser.open("wiki", "").await.status, 303, "this one goes on");
        assert_eq!(browser.refresh("wiki", text(tokens, "refresh_token")).await.0, 200);
    }
}

/// AU-07: what the audit knows of a person is forgotten; the chain is as whole as before, also from a place that was noted before, and others stay known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn au_07_a_person_is_forgotten_and_the_audit_is_whole() {
    let here = Installation::new();
    for person in [ANN, BEN] {
        tokens(&mut here.browser(), person).await;
    }
    let about = |who: &str| here.good(&["audit", "list", "--user", who, "--account", "40817"]).as_array().unwrap().clone();
    let (hers, his) = (about(ANN.0), about(BEN.0));
    assert!(hers.iter().any(|record| record["event"] == "signin.completed" && record["network"].is_string()), "{hers:?}");
    let noted = here.good(&["audit", "verify"]);
    assert!(here.refused(&["audit", "forget", ANN.0, "--account", "40817"]).contains("say --yes when that is meant"));
    assert!(here.refused(&["audit", "forget", "none@north.example", "--account", "40817", "--yes"]).contains("account 40817 has no user of that name"));
    assert_eq!(about(ANN.0).len(), hers.len());

    let out = here.run(&["audit", "forget", ANN.0, "--account", "40817", "--yes"]);
    assert_eq!((out.status.code(), String::from_utf8(out.stdout).unwrap()), (Some(0), format!("{} records no longer say who it was\n", hers.len())));
    assert_eq!(about(ANN.0), Vec::<Value>::new());
    assert_eq!(about(BEN.0).len(), his.len());
    let all = here.good(&["audit", "list", "--limit", "1000"]);
    for before in &hers {
        let after = all.as_array().unwrap().iter().find(|record| record["number"] == before["number"]).unwrap();
        assert_eq!((&after["event"], &after["user"], &after["network"]), (&before["event"], &Value::Null, &Value::Null));
    }
    assert_eq!(newest(&here, "audit.forgotten").1, "ok");
    let verified = here.good(&["audit", "verify", "--checkpoint", text(&noted, "checkpoint")]);
    assert_eq!(verified["whole"], true, "{verified}");
    tokens(&mut here.browser(), ANN).await;
    assert!(about(ANN.0).iter().any(|record| record["event"] == "signin.completed"), "what comes later is known again");
}
