use std::{future::Future, pin::Pin, sync::Arc};

use aws_lc_rs::digest;
use base64::engine::general_purpose::STANDARD;
use homeward_model::ClientId;
use serde_json::Value;

use super::*;
use crate::{
    client::{ClientAuthentication, SecretHash},
    calls::{CHALLENGE, VERIFIER, ask, basic, but, caller, code, form, pairs, refresh, text, verified},
    client::Algorithm,
    memory::{SECRET, World},
    userinfo::userinfo,
};

/// OT-25, OT-26: the whole of an ID token, in each algorithm, verified by the published keys and not by the code that signed.
#[tokio::test]
async fn ot_25_the_id_token_says_who_how_and_when_and_nothing_else() {
    let world = World::new().await;
    for algorithm in Algorithm::ALL {
        world.client("app", |c| c.id_token_alg = algorithm);
        let nonce = "n".repeat(384);
        let answer = ask(&world, &form(&code(&world, "app", "openid email profile", Some(&nonce)).await)).await.unwrap();
        let (header, claims) = verified(&world, text(&answer, "id_token"));
        assert_eq!(header["alg"], algorithm.name());
        // The left half of the hash that belongs to the algorithm (Core 3.1.3.6); for Ed25519 that is SHA-512 (RFC 8032 5.1).
        let hash = if algorithm == Algorithm::EdDsa { &digest::SHA512 } else { &digest::SHA256 };
        let hash = digest::digest(hash, text(&answer, "access_token").as_bytes());
        let at_hash = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2]);
        let expected = serde_json::json!({
            "iss": "https://signin.example", "aud": "app", "sub": world.who.user.to_string(), "exp": 1_000_300, "iat": 1_000_000,
            "auth_time": 999_000, "amr": ["pwd"], "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "nonce": nonce, "at_hash": at_hash, "account": "40817", "sid": world.who.session.to_string(),
        });
        assert_eq!(claims, expected);
        assert_eq!((text(&answer, "token_type").to_lowercase().as_str(), answer["expires_in"].as_u64()), ("bearer", Some(300)));
        assert!(answer.get("refresh_token").is_none(), "offline_access was not asked for");
    }
}

/// OT-26: without a nonce in the request there is none in the token.
#[tokio::test]
async fn ot_26_a_nonce_that_was_not_sent_is_not_there() {
    let world = World::new().await;
    world.client("app", |c| c.require_nonce = false);
    let without = ask(&world, &form(&code(&world, "app", "openid", None).await)).await.unwrap();
    assert_eq!(verified(&world, text(&without, "id_token")).1.get("nonce"), None);
    let with = ask(&world, &form(&code(&world, "app", "openid", Some(" n\"\u{e4}")).await)).await.unwrap();
    assert_eq!(verified(&world, text(&with, "id_token")).1["nonce"], " n\"\u{e4}");
}

/// OT-27: `sub` is the user's id: the same at every sign-in and for every application, another one for a person made anew.
#[tokio::test]
async fn ot_27_sub_is_stable_and_never_given_to_another() {
    let mut world = World::new().await;
    let sub = async |world: &World| {
        let answer = ask(world, &form(&code(world, "app", "openid email", Some("n")).await)).await.unwrap();
        verified(world, text(&answer, "id_token")).1["sub"].as_str().unwrap().to_owned()
    };
    let first = sub(&world).await;
    assert_eq!(first, sub(&world).await);
    assert!(first.is_ascii() && first.len() <= 255 && !first.contains("ann"));
    let same_person = world.memory.0.lock().unwrap().subjects.remove(&world.who.user).unwrap();
    world.who.user = homeward_model::UserId::generate(&homeward_model::SystemRandom);
    world.memory.0.lock().unwrap().subjects.insert(world.who.user, same_person);
    assert_ne!(first, sub(&world).await, "deleted and made again: somebody else");
}

/// OT-01, OT-03: a code works once and for a minute; a second use takes everything back.
#[tokio::test]
async fn ot_01_a_code_works_once_and_its_second_use_revokes_everything() {
    let world = World::new().await;
    let used = code(&world, "app", "openid offline_access", Some("n")).await;
    let answer = ask(&world, &form(&used)).await.unwrap();
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    world.wait(30);
    // A spent code is no secret, and the name of a public client never was: its holder ends nobody's sign-in with them.
    world.client("public", |c| (c.authentication, c.secrets) = (crate::client::ClientAuthentication::None, vec![]));
    let stranger = but(&form(&used), "client_id", Some("public"));
    assert_eq!(token(&world.ports, &Caller::default(), &stranger).await.unwrap_err().error, "invalid_grant");
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    let ended = || std::mem::take(&mut world.memory.0.lock().unwrap().ended);
    assert_eq!(ended(), [], "nothing has ended");
    assert_eq!(ask(&world, &form(&used)).await, Err("invalid_grant"));
    assert_eq!(ended().iter().map(|one| (one.why, one.concerned.user)).collect::<Vec<_>>(), [("code used again", world.who.user)], "AU-03: in that step");
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(crate::UserinfoError::Invalid));
    assert_eq!(refresh(&world, text(&answer, "refresh_token")).await, Err("invalid_grant"));
    let (early, late) = (code(&world, "app", "openid", Some("n")).await, code(&world, "app", "openid", Some("n")).await);
    world.wait(59);
    assert!(ask(&world, &form(&early)).await.is_ok());
    world.wait(1);
    assert_eq!(ask(&world, &form(&late)).await, Err("invalid_grant"));
}

/// OT-04, OT-05, OT-06, OA-12: another client, another address, another verifier: refused, and the code is used up.
#[tokio::test]
async fn ot_04_to_ot_06_a_code_is_bound_to_client_address_and_verifier() {
    let world = World::new().await;
    world.client("other", |_| {});
    let all_over = |world: &World| world.memory.0.lock().unwrap().grants.values().all(|g| g.revoked);
    let good = form(&code(&world, "app", "openid", Some("n")).await);
    let error = token(&world.ports, &caller(&basic("other", SECRET)), &good).await.unwrap_err();
    assert_eq!((error.status, error.error, error.word), (400, "invalid_grant", Some("code_of_another_client")));
    assert_eq!(error.concerned.map(|concerned| (concerned.user, concerned.client.to_string())), Some((world.who.user, "other".to_owned())), "whose it is, and who had it");
    assert!(all_over(&world), "no grant stays behind");
    assert_eq!(ask(&world, &good).await, Err("invalid_grant"), "the code is used up");
    for (name, value) in [
        ("redirect_uri", None), ("redirect_uri", Some("https://app.example/cb/")), ("code_verifier", None), ("code_verifier", Some("x")),
        ("code_verifier", Some(&VERIFIER[1..])), ("code_verifier", Some(&format!("{VERIFIER}{}", "x".repeat(90)))), ("code_verifier", Some(CHALLENGE)),
    ] {
        let form = form(&code(&world, "app", "openid", Some("n")).await);
        assert_eq!(ask(&world, &but(&form, name, value)).await, Err("invalid_grant"), "{name} {value:?}");
        assert!(all_over(&world), "no grant stays behind");
        assert_eq!(ask(&world, &form).await, Err("invalid_grant"), "used up");
    }
    // The length of a verifier counts though its hash is right (RFC 7636 4.1).
    let client = world.memory.0.lock().unwrap().clients[&ClientId::parse("app").unwrap()].clone();
    for (length, expected) in [(42, false), (43, true), (128, true), (129, false)] {
        let verifier = "v".repeat(length);
        let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
        let request = pairs(&[
            ("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid"), ("nonce", "n"),
            ("code_challenge", &challenge), ("code_challenge_method", "S256"),
        ]);
        let request = crate::authorize::parse(&request, &client, &world.ports.issuer).unwrap();
        let issued = crate::issue_code(&world.ports, &request, &world.who).await.unwrap();
        assert_eq!(ask(&world, &but(&form(&issued), "code_verifier", Some(&verifier))).await.is_ok(), expected, "{length}");
    }
    world.client("app", |c| (c.require_pkce, c.require_nonce) = (false, false));
    let client = world.memory.0.lock().unwrap().clients[&ClientId::parse("app").unwrap()].clone();
    let bare = pairs(&[("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid")]);
    let request = crate::authorize::parse(&bare, &client, &world.ports.issuer).unwrap();
    let issued = crate::issue_code(&world.ports, &request, &world.who).await.unwrap();
    assert_eq!(ask(&world, &form(&issued)).await, Err("invalid_grant"), "a verifier without a challenge is a downgrade");
    let issued = crate::issue_code(&world.ports, &request, &world.who).await.unwrap();
    assert!(ask(&world, &but(&form(&issued), "code_verifier", None)).await.is_ok());
}

/// OT-07, OT-36: authentication exactly as registered.
#[tokio::test]
async fn ot_07_clients_authenticate_as_they_are_registered_and_no_other_way() {
    let world = World::new().await;
    let try_it = async |header: Option<String>, extra: &[(&str, &str)]| {
        let mut form = form(&code(&world, "app", "openid", Some("n")).await);
        form.extend(pairs(extra));
        token(&world.ports, &Caller { authorization: header.as_deref(), network: "" }, &form).await.map(|_| "ok").unwrap_or_else(|e| e.error)
    };
    let id = ("client_id", "app");
    assert_eq!(try_it(Some(basic("app", SECRET)), &[]).await, "ok");
    assert_eq!(try_it(Some(basic("app", SECRET)), &[id]).await, "ok");
    assert_eq!(try_it(Some(basic("app", "wrong")), &[]).await, "invalid_client");
    assert_eq!(try_it(Some(basic("nobody", SECRET)), &[]).await, "invalid_client");
    assert_eq!(try_it(Some(basic("app", SECRET)), &[("client_secret", SECRET)]).await, "invalid_client");
    assert_eq!(try_it(Some(basic("app", SECRET)), &[("client_id", "other")]).await, "invalid_client");
    assert_eq!(try_it(Some(format!("Basic {}", STANDARD.encode(format!("app:{SECRET}")))), &[]).await, "invalid_client", "not form-encoded: %+ is no escape");
    assert_eq!(try_it(Some("Bearer x".into()), &[]).await, "invalid_client");
    assert_eq!(try_it(None, &[id, ("client_secret", SECRET)]).await, "invalid_client", "registered for Basic");
    assert_eq!(try_it(None, &[id]).await, "invalid_client");
    world.client("app", |c| c.authentication = ClientAuthentication::ClientSecretPost);
    assert_eq!(try_it(None, &[id, ("client_secret", SECRET)]).await, "ok");
    assert_eq!(try_it(Some(basic("app", SECRET)), &[]).await, "invalid_client");
    world.client("app", |c| c.authentication = ClientAuthentication::None);
    assert_eq!(try_it(None, &[id]).await, "ok");
    assert_eq!(try_it(None, &[id, ("client_secret", SECRET)]).await, "invalid_client");
    world.client("app", |c| c.secrets = vec![SecretHash::of("old"), SecretHash::of("new")]);
    assert_eq!(try_it(Some(basic("app", "old")), &[]).await, "ok", "two secrets while they change");
    assert_eq!(try_it(Some(basic("app", "new")), &[]).await, "ok");
}

/// OT-09: two grants and no others, and refreshing only where it is registered.
#[tokio::test]
async fn ot_09_only_the_grants_of_the_client() {
    let world = World::new().await;
    for (grant, error) in [
        ("password", "unsupported_grant_type"), ("client_credentials", "unsupported_grant_type"), ("", "invalid_request"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type"), ("Authorization_Code", "unsupported_grant_type"),
    ] {
        let form = pairs(&[("grant_type", grant), ("username", "ann"), ("password", "x")]);
        assert_eq!(ask(&world, &form).await, Err(error), "{grant}");
    }
    let answer = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let token = text(&answer, "refresh_token");
    world.client("app", |c| c.refresh = false);
    assert_eq!(refresh(&world, token).await, Err("unauthorized_client"));
    let none = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    assert!(none.get("refresh_token").is_none());
    world.client("app", |_| {});
    assert!(refresh(&world, token).await.is_ok());
}

/// OT-24: JSON without a byte order mark, with errors too; nothing but the words of RFC 6749 5.2.
#[tokio::test]
async fn ot_24_answers_are_plain_json() {
    let world = World::new().await;
    let good = token(&world.ports, &caller(&basic("app", SECRET)), &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let bad = token(&world.ports, &Caller::default(), &[]).await.unwrap_err().to_json();
    assert!(good.starts_with('{') && bad.starts_with('{'));
    assert_eq!(serde_json::from_str::<Value>(&bad).unwrap()["error"], "invalid_client");
    assert!(bad.is_ascii() && !bad.contains('\\'), "RFC 6749 5.2 leaves out quotes and backslashes");
}

/// When the store is away nothing is given and nothing said about the client; what was not begun works afterwards.
#[tokio::test]
async fn a_store_that_fails_gives_nothing() {
    let world = World::new().await;
    let waiting = form(&code(&world, "app", "openid offline_access", Some("n")).await);
    let answer = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let again = pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&answer, "refresh_token"))]);
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    world.break_store(true);
    for form in [&waiting, &again] {
        let error = token(&world.ports, &caller(&basic("app", SECRET)), form).await.unwrap_err();
        assert_eq!((error.status, error.error), (503, "server_error"));
        assert!(!error.to_json().contains("broken"), "the cause is for the log");
        assert!(error.fault.is_some_and(|fault| fault.to_string().contains("broken")), "which has it");
    }
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await.map_err(|error| error.status()), Err(503));
    assert!(crate::logout::parse(&world.ports, &pairs(&[("client_id", "app")])).await.is_err());
    world.break_store(false);
    assert!(ask(&world, &waiting).await.is_ok() && ask(&world, &again).await.is_ok() && userinfo(&world.ports, Some(&bearer)).await.is_ok());
}

/// OT-02: two hundred at once with one code: one success, and then the family is revoked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_02_parallel_uses_of_a_code_have_one_success() {
    let world = Arc::new(World::new().await);
    let used = form(&code(&world, "app", "openid offline_access", Some("n")).await);
    let good = two_hundred(&world, &used).await;
    assert_eq!(good.len(), 1);
    assert_eq!(refresh(&world, text(&good[0], "refresh_token")).await, Err("invalid_grant"), "the second use took it back");
    let grants = world.memory.0.lock().unwrap().grants.len();
    assert_eq!(grants, 1);
}

/// OT-02, OT-12: two hundred at once with one refresh token: one rotation, whose successor all of them get; after the ten seconds
/// only one of two hundred could be the first, and the others revoke.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_12_parallel_uses_of_a_refresh_token_rotate_once() {
    let world = Arc::new(World::new().await);
    let fresh = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let again = |token: &str| pairs(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let answers = two_hundred(&world, &again(text(&fresh, "refresh_token"))).await;
    let successors: BTreeSet<&str> = answers.iter().map(|a| text(a, "refresh_token")).collect();
    assert_eq!((answers.len(), successors.len()), (200, 1));
    let generation = |world: &World| world.memory.0.lock().unwrap().grants.values().map(|g| (g.generation, g.revoked)).collect::<Vec<_>>();
    assert_eq!(generation(&world), [(1, false)], "rotated once");
    world.wait(11);
    assert_eq!(two_hundred(&world, &again(text(&fresh, "refresh_token"))).await.len(), 0);
    assert_eq!(generation(&world), [(1, true)]);
}

/// OT-15, OT-16: what an outage alone lets in ends with it: code, access token and refresh token; the same without an outage goes on.
#[tokio::test]
async fn ot_15_a_grant_ends_with_the_outage_that_let_its_person_in() {
    let mut world = World::new().await;
    let connection = homeward_model::ConnectionId::generate(&homeward_model::SystemRandom);
    let scope = "openid offline_access";
    for (stopgap, lives) in [(None, true), (Some(crate::Stopgap { connection, until: world.ports.clock.now().plus(std::time::Duration::from_secs(100)) }), false)] {
        world.who.stopgap = stopgap;
        let fresh = ask(&world, &form(&code(&world, "app", scope, Some("n")).await)).await.unwrap();
        assert_eq!(fresh["expires_in"].as_u64(), Some(if lives { 300 } else { 100 }));
        if lives {
            assert!(refresh(&world, text(&fresh, "refresh_token")).await.is_ok());
            continue;
        }
        world.wait(70);
        let last = code(&world, "app", scope, Some("n")).await;
        let next = refresh(&world, text(&fresh, "refresh_token")).await.unwrap();
        assert_eq!(next["expires_in"].as_u64(), Some(30));
        world.wait(30);
        assert_eq!(ask(&world, &form(&last)).await, Err("invalid_grant"), "a code of before its end");
        assert_eq!(refresh(&world, text(&next, "refresh_token")).await, Err("invalid_grant"));
        world.who.stopgap = None;
        let own = ask(&world, &form(&code(&world, "app", scope, Some("n")).await)).await.unwrap();
        assert!(refresh(&world, text(&own, "refresh_token")).await.is_ok(), "the same person, without it");
    }
}

/// The answers to one form sent two hundred times at once that are no errors.
fn two_hundred(world: &Arc<World>, form: &[(String, String)]) -> Pin<Box<dyn Future<Output = Vec<Value>>>> {
    let send = |_| {
        let (world, form) = (Arc::clone(world), form.to_vec());
        tokio::spawn(async move { ask(&world, &form).await })
    };
    let tasks: Vec<_> = (0..200).map(send).collect();
    Box::pin(async move {
        let mut good = Vec::new();
        for task in tasks {
            good.extend(task.await.unwrap().ok());
        }
        good
    })
}
