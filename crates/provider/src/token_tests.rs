use std::{future::Future, pin::Pin};

use serde_json::Value;

use super::*;
use crate::{
    client::Algorithm,
    memory::{SECRET, World},
    request::AuthorizationRequest,
    userinfo::userinfo,
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

/// Basic with id and secret form-encoded (RFC 6749 2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

async fn code(world: &World, client: &str, scope: &str, nonce: Option<&str>) -> String {
    let client = world.memory.0.lock().unwrap().clients[&ClientId::parse(client).unwrap()].clone();
    let mut params = pairs(&[
        ("client_id", client.client_id.as_str()), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", scope),
        ("code_challenge", CHALLENGE), ("code_challenge_method", "S256"),
    ]);
    params.extend(nonce.map(|n| ("nonce".to_owned(), n.to_owned())));
    let request: AuthorizationRequest = crate::authorize::parse(&params, &client, &world.ports.issuer).unwrap();
    crate::issue_code(&world.ports, &request, &world.who).await.unwrap()
}

fn form(code: &str) -> Vec<(String, String)> {
    pairs(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", "https://app.example/cb"), ("code_verifier", VERIFIER)])
}

fn but(form: &[(String, String)], name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut form: Vec<_> = form.iter().filter(|(n, _)| n != name).cloned().collect();
    form.extend(value.map(|v| (name.to_owned(), v.to_owned())));
    form
}

async fn ask(world: &World, form: &[(String, String)]) -> Result<Value, &'static str> {
    token(&world.ports, Some(&basic("app", SECRET)), form).await.map(|t| serde_json::from_str(&t).unwrap()).map_err(|e| e.error)
}

async fn refresh(world: &World, token: &str) -> Result<Value, &'static str> {
    ask(world, &pairs(&[("grant_type", "refresh_token"), ("refresh_token", token)])).await
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"))
}

/// Verifies a token with the published keys, by aws-lc-rs alone, and gives header and claims.
fn verified(world: &World, jwt: &str) -> (Value, Value) {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let (header, body) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    let jwks: Value = serde_json::from_str(&world.ports.keys.jwks()).unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|k| k["kid"] == header["kid"]).unwrap();
    assert_eq!(key["alg"], header["alg"]);
    let part = |name: &str| decode(key[name].as_str().unwrap());
    use aws_lc_rs::signature as sig;
    let good = match header["alg"].as_str().unwrap() {
        "ES256" => sig::UnparsedPublicKey::new(&sig::ECDSA_P256_SHA256_FIXED, [vec![4], part("x"), part("y")].concat()).verify(signed.as_bytes(), &decode(signature)),
        "EdDSA" => sig::UnparsedPublicKey::new(&sig::ED25519, part("x")).verify(signed.as_bytes(), &decode(signature)),
        "RS256" => sig::RsaPublicKeyComponents { n: part("n"), e: part("e") }.verify(&sig::RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)),
        other => panic!("{other}"),
    };
    good.expect("the signature verifies");
    (header, serde_json::from_slice(&decode(body)).unwrap())
}

/// OT-25, OT-26, OT-32: the whole of an ID token, in each algorithm, verified by the published keys.
#[tokio::test]
async fn ot_25_the_id_token_says_who_how_and_when_and_nothing_else() {
    let world = World::new().await;
    for algorithm in Algorithm::ALL {
        world.client("app", |c| c.id_token_alg = algorithm);
        let nonce = "n".repeat(384);
        let answer = ask(&world, &form(&code(&world, "app", "openid email profile", Some(&nonce)).await)).await.unwrap();
        let (header, claims) = verified(&world, text(&answer, "id_token"));
        assert_eq!(header["alg"], algorithm.name());
        let access_hash = URL_SAFE_NO_PAD.encode(&sha256(text(&answer, "access_token").as_bytes())[..16]);
        let at_hash = if algorithm == Algorithm::EdDsa { claims["at_hash"].clone() } else { Value::from(access_hash) };
        let expected = serde_json::json!({
            "iss": "https://signin.example", "aud": ["app"], "sub": world.who.user.to_string(), "exp": 1_000_300, "iat": 1_000_000,
            "auth_time": 999_000, "amr": ["pwd"], "nonce": nonce, "at_hash": at_hash, "account": "40817", "sid": world.who.session.to_string(),
        });
        assert_eq!(claims, expected);
        assert_eq!((text(&answer, "token_type").to_lowercase().as_str(), answer["expires_in"].as_u64()), ("bearer", Some(300)));
        assert!(answer.get("refresh_token").is_none(), "offline_access was not asked for");
    }
    let jwks: Value = serde_json::from_str(&world.ports.keys.jwks()).unwrap();
    let kids: BTreeSet<&str> = jwks["keys"].as_array().unwrap().iter().map(|k| k["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), 3);
    for key in jwks["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        assert!(["d", "p", "q", "k", "dp", "dq", "qi"].iter().all(|secret| key.get(secret).is_none()));
    }
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
    assert_eq!(ask(&world, &form(&used)).await, Err("invalid_grant"));
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
    let good = form(&code(&world, "app", "openid", Some("n")).await);
    let error = token(&world.ports, Some(&basic("other", SECRET)), &good).await.unwrap_err();
    assert_eq!((error.status, error.error), (400, "invalid_grant"));
    assert_eq!(ask(&world, &good).await, Err("invalid_grant"), "the code is used up");
    for (name, value) in [
        ("redirect_uri", None), ("redirect_uri", Some("https://app.example/cb/")), ("code_verifier", None), ("code_verifier", Some("x")),
        ("code_verifier", Some(&VERIFIER[1..])), ("code_verifier", Some(&format!("{VERIFIER}{}", "x".repeat(90)))), ("code_verifier", Some(CHALLENGE)),
    ] {
        let form = form(&code(&world, "app", "openid", Some("n")).await);
        assert_eq!(ask(&world, &but(&form, name, value)).await, Err("invalid_grant"), "{name} {value:?}");
        assert_eq!(ask(&world, &form).await, Err("invalid_grant"), "used up");
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

/// OT-07, OT-09: authentication exactly as registered.
#[tokio::test]
async fn ot_07_clients_authenticate_as_they_are_registered_and_no_other_way() {
    let world = World::new().await;
    let try_it = async |header: Option<String>, extra: &[(&str, &str)]| {
        let mut form = form(&code(&world, "app", "openid", Some("n")).await);
        form.extend(pairs(extra));
        token(&world.ports, header.as_deref(), &form).await.map(|_| "ok").unwrap_or_else(|e| e.error)
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
    for (grant, error) in [("password", "unsupported_grant_type"), ("client_credentials", "unsupported_grant_type")] {
        let form = pairs(&[("grant_type", grant), ("username", "ann"), ("password", "x")]);
        assert_eq!(token(&world.ports, Some(&basic("app", "new")), &form).await.unwrap_err().error, error);
    }
}

/// OT-10, OT-11, OT-12: rotation, the ten seconds' grace, and what a thief sets off.
#[tokio::test]
async fn ot_10_to_ot_12_refresh_tokens_rotate_and_an_old_one_revokes_the_family() {
    let world = World::new().await;
    let first = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let second = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
    let (_, claims) = verified(&world, text(&second, "id_token"));
    assert_eq!((claims["auth_time"].as_i64(), claims.get("nonce"), claims["sub"].as_str()), (Some(999_000), None, Some(world.who.user.to_string().as_str())), "OT-18");
    world.wait(10);
    let again = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    assert_eq!(text(&again, "refresh_token"), text(&second, "refresh_token"), "the same successor");
    world.wait(1);
    assert_eq!(refresh(&world, text(&first, "refresh_token")).await, Err("invalid_grant"));
    assert_eq!(refresh(&world, text(&second, "refresh_token")).await, Err("invalid_grant"), "the family is revoked");
    let bearer = format!("Bearer {}", text(&second, "access_token"));
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(crate::UserinfoError::Invalid));
}

/// OT-14…OT-17: another client, a changed password, a user who is gone, time, and more scopes than granted.
#[tokio::test]
async fn ot_14_to_ot_17_a_refresh_ends_with_what_it_rests_on() {
    let world = World::new().await;
    world.client("other", |_| {});
    let grant = async || {
        let answer = ask(&world, &form(&code(&world, "app", "openid email offline_access", Some("n")).await)).await.unwrap();
        text(&answer, "refresh_token").to_owned()
    };
    let token_1 = grant().await;
    let stolen = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token_1)]);
    assert_eq!(token(&world.ports, Some(&basic("other", SECRET)), &stolen).await.unwrap_err().error, "invalid_grant");
    let narrow = ask(&world, &pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token_1), ("scope", "openid")])).await.unwrap();
    assert_eq!(text(&narrow, "scope"), "openid");
    let bearer = format!("Bearer {}", text(&narrow, "access_token"));
    let told: Value = serde_json::from_str(&userinfo(&world.ports, Some(&bearer)).await.unwrap()).unwrap();
    assert!(told.get("email").is_none(), "a narrowed token tells less");
    let more = pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&narrow, "refresh_token")), ("scope", "openid groups")]);
    assert_eq!(ask(&world, &more).await, Err("invalid_scope"));
    let idle = grant().await;
    world.wait(15 * 86_400);
    assert_eq!(refresh(&world, &idle).await, Err("invalid_grant"), "fifteen days without use (B-027)");
    let mut kept = grant().await;
    for _ in 0..13 {
        world.wait(14 * 86_400 - 1_000);
        match refresh(&world, &kept).await {
            Ok(answer) => kept = text(&answer, "refresh_token").to_owned(),
            Err(error) => assert_eq!(error, "invalid_grant"),
        }
    }
    assert_eq!(refresh(&world, &kept).await, Err("invalid_grant"), "180 days at most, however it slides");
    let before_change = grant().await;
    world.memory.0.lock().unwrap().subjects.get_mut(&world.who.user).unwrap().credential_version = 2;
    assert_eq!(refresh(&world, &before_change).await, Err("invalid_grant"), "the password was changed (B-026)");
    world.memory.0.lock().unwrap().subjects.clear();
    assert_eq!(refresh(&world, &before_change).await, Err("invalid_grant"), "the user is gone");
}

/// OT-02: a hundred at once with one code, and with one refresh token: one success, one successor.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ot_02_parallel_uses_have_one_success() {
    let world = Arc::new(World::new().await);
    let used = code(&world, "app", "openid offline_access", Some("n")).await;
    let many = |form: Vec<(String, String)>| {
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let (world, form) = (Arc::clone(&world), form.clone());
                tokio::spawn(async move { ask(&world, &form).await })
            })
            .collect();
        let gather: Pin<Box<dyn Future<Output = Vec<Value>>>> = Box::pin(async move {
            let mut good = Vec::new();
            for task in tasks {
                good.extend(task.await.unwrap().ok());
            }
            good
        });
        gather
    };
    assert_eq!(many(form(&used)).await.len(), 1);
    let fresh = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let answers = many(pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&fresh, "refresh_token"))])).await;
    let successors: BTreeSet<&str> = answers.iter().map(|a| text(a, "refresh_token")).collect();
    assert_eq!((answers.len(), successors.len()), (100, 1), "within the grace all get the same successor");
}

/// OT-22, OT-28: userinfo by header only, for access tokens only; `email_verified` as we know it.
#[tokio::test]
async fn ot_22_userinfo_takes_an_access_token_in_the_header_and_nothing_else() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid email profile groups offline_access", Some("n")).await)).await.unwrap();
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    let told: Value = serde_json::from_str(&userinfo(&world.ports, Some(&bearer)).await.unwrap()).unwrap();
    assert_eq!(told, serde_json::json!({
        "sub": world.who.user.to_string(), "name": "Ann Miller", "given_name": "Ann", "family_name": "Miller", "preferred_username": "ann@b.example",
        "email": "ann@b.example", "email_verified": true, "account": "40817", "account_name": "Northwind", "groups": ["staff"], "roles": [],
    }));
    use crate::UserinfoError::{Invalid, Missing};
    assert_eq!(userinfo(&world.ports, None).await, Err(Missing));
    assert_eq!(userinfo(&world.ports, Some("Basic eA==")).await, Err(Missing));
    for other in ["id_token", "refresh_token"] {
        assert_eq!(userinfo(&world.ports, Some(&format!("Bearer {}", text(&answer, other)))).await, Err(Invalid), "{other}");
    }
    world.wait(299);
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    world.wait(1);
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(Invalid));
}

/// OL-01, OL-02, OL-04, OL-05: who asks to sign out, and where it may lead.
#[tokio::test]
async fn ol_01_a_logout_leads_to_registered_addresses_only() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let hint = text(&answer, "id_token");
    let ask_out = async |params: &[(&str, &str)]| crate::logout::parse(&world.ports, &pairs(params)).await.unwrap();
    let full = ask_out(&[("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example/bye"), ("state", "a b\"")]).await;
    assert_eq!((full.user, full.session), (Some(world.who.user), Some(world.who.session)));
    assert_eq!(full.redirect.as_deref(), Some("https://app.example/bye?state=a+b%22"));
    world.wait(100_000);
    assert_eq!(ask_out(&[("id_token_hint", hint)]).await.user, Some(world.who.user), "an expired hint is taken");
    for to in ["https://evil.example", "https://app.example/bye/", "https://app.example/bye?x=1", "https://app.example/by"] {
        assert_eq!(ask_out(&[("id_token_hint", hint), ("post_logout_redirect_uri", to)]).await.redirect, None, "{to}");
    }
    let mut parts: Vec<&str> = hint.split('.').collect();
    parts[2] = "AAAA";
    let none = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"x"}"#), hint.split('.').nth(1).unwrap());
    for bad in [parts.join(".").as_str(), none.as_str(), "x", ""] {
        assert_eq!(ask_out(&[("id_token_hint", bad)]).await.user, None, "{bad}");
    }
    world.client("other", |_| {});
    assert_eq!(ask_out(&[("id_token_hint", hint), ("client_id", "other")]).await, crate::logout::LogoutRequest::default());
    assert_eq!(ask_out(&[("client_id", "app"), ("post_logout_redirect_uri", "https://app.example/bye")]).await.user, None);
}

/// OT-34: the metadata names our addresses and nothing that is not there.
#[tokio::test]
async fn ot_34_metadata_and_keys_survive_a_restart() {
    let world = World::new().await;
    let document: Value = serde_json::from_str(&crate::metadata(&world.ports.issuer, &["en", "de"])).unwrap();
    assert_eq!(document["issuer"], "https://signin.example");
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().unwrap().starts_with("https://signin.example/oauth2/"), "{name}");
        }
    }
    for absent in ["registration_endpoint", "revocation_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint"] {
        assert!(document.get(absent).is_none(), "{absent}");
    }
    let again = crate::Keys::load_or_create(&world.memory, &world.sealer, &homeward_model::SystemRandom, world.clock.as_ref()).await.unwrap();
    let kids = |jwks: String| serde_json::from_str::<Value>(&jwks).unwrap()["keys"].as_array().unwrap().iter().map(|k| k["kid"].clone().to_string()).collect::<BTreeSet<_>>();
    assert_eq!(kids(again.jwks()), kids(world.ports.keys.jwks()));
    let other_root = homeward_sealing::Sealer::new(homeward_sealing::RootKey::generate(1, &homeward_model::SystemRandom), vec![]);
    assert!(matches!(crate::Keys::load_or_create(&world.memory, &other_root, &homeward_model::SystemRandom, world.clock.as_ref()).await, Err(crate::KeysError::Sealed(_))));
}

proptest::proptest! {
    #[test]
    fn basic_headers_and_forms_never_panic(header in ".{0,80}", form in proptest::collection::vec((".{0,20}", ".{0,60}"), 0..6)) {
        let params = crate::params::Params::of(&form);
        if let Ok(params) = params { let _ = claimed(Some(&header), &params); let _ = claimed(None, &params); }
        let _ = form_decoded(&header);
    }
}
