//! ID tokens, changed byte by byte: OR-06 to OR-15.

use aws_lc_rs::hmac;
use homeward_federation::{Wish, oidc::Algorithm};

use crate::{signing::{How, Token, encode, half_hash, keys}, world::{NOW, World, wish}};

/// OR-06: all four algorithms work with their keys; nothing else does, whatever the provider's document lists.
#[tokio::test]
async fn or_06_the_algorithm_is_pinned() {
    let mut world = World::new().await;
    world.honest().await;
    for (name, kid, how) in [("RS256", "rsa", How::Rs256), ("PS256", "rsa", How::Ps256), ("EdDSA", "ed", How::EdDsa)] {
        let verified = world.sign_in(|t| signed_with(t, name, kid, how)).await.unwrap();
        assert_eq!(verified.subject().value, "alice-1", "{name}");
    }
    for alg in ["none", "None", "nOnE", "HS256", "HS512", "rs256", "es256", "ES384", "RS512", ""] {
        world.refused(alg, "jws.algorithm", |t| t.header.text("alg", alg)).await;
    }
    for raw in ["null", "7", "[\"ES256\"]"] {
        world.refused(raw, "jws.algorithm_missing", |t| t.header.set("alg", raw)).await;
    }
    world.refused("no alg", "jws.algorithm_missing", |t| t.header.remove("alg")).await;
    world.refused("none without signature", "jws.algorithm", |t| {
        t.header.text("alg", "none");
        t.after = |text| text.rsplit_once('.').unwrap().0.to_owned() + ".";
    })
    .await;
    // One algorithm's signature under another's name.
    world.refused("RS256 as PS256", "jws.signature", |t| { signed_with(t, "RS256", "rsa", How::Rs256); t.header.text("alg", "PS256") }).await;
    world.refused("ES256 with an RSA key", "signature.key_unknown", |t| t.header.text("kid", "rsa")).await;
    world.settings().algorithms = vec![Algorithm::Rs256];
    world.refused("ES256 where RS256 is pinned", "jws.algorithm", |_| {}).await;
    assert_eq!(world.sign_in(|t| signed_with(t, "RS256", "rsa", How::Rs256)).await.unwrap().subject().value, "alice-1");
}

fn signed_with(token: &mut Token, alg: &str, kid: &str, how: How) {
    token.header.text("alg", alg);
    token.header.text("kid", kid);
    token.how = how;
    token.key = match how {
        How::Es256 => &keys().ec,
        How::EdDsa => &keys().ed,
        How::Rs256 | How::Ps256 => &keys().rsa,
    };
}

/// OR-06: a public key, or the client secret, is no shared secret.
#[tokio::test]
async fn or_06_public_keys_are_no_shared_secrets() {
    let world = World::new().await;
    world.honest().await;
    for secret in [keys().rsa.public_bytes(), keys().rsa.jwk("rsa", "").into_bytes(), b"hunter2".to_vec()] {
        let trip = world.begin(wish()).await;
        let mut token = world.token(&trip);
        token.header.text("alg", "HS256");
        token.header.text("kid", "rsa");
        let input = format!("{}.{}", encode(token.header.json()), encode(token.claims.json()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
        world.answer(&format!("{input}.{}", encode(tag)));
        assert_eq!(world.finish(&trip).await.unwrap_err().code, "jws.algorithm");
    }
}

/// OR-07: nothing in the header brings a key, an address, or another way of reading; and nothing is fetched.
#[tokio::test]
async fn or_07_headers_bring_nothing() {
    let world = World::new().await;
    world.honest().await;
    let evil = format!("{}/evil", world.provider.origin);
    let stranger = keys().stranger.jwk("ec", "");
    let forbidden = [
        ("jwk", stranger), ("jku", format!("\"{evil}\"")), ("x5u", format!("\"{evil}\"")), ("x5c", r#"["MIIB"]"#.to_owned()), ("crit", r#"["exp"]"#.to_owned()), ("crit", "[]".to_owned()),
        ("b64", "false".to_owned()), ("zip", "\"DEF\"".to_owned()), ("cty", "\"JWT\"".to_owned()), ("enc", "\"A128GCM\"".to_owned()),
    ];
    for (name, raw) in &forbidden {
        world.refused(name, "jws.header_forbidden", |t| { t.header.set(name, raw); t.key = &keys().stranger }).await;
    }
    for typ in ["logout+jwt", "at+jwt", "application/at+jwt", "JOSE", ""] {
        world.refused(typ, "jws.type", |t| t.header.text("typ", typ)).await;
    }
    for kid in ["../../dev/null", "' OR 1=1 --", "http://127.0.0.1/k", "EC", "ec "] {
        world.refused(kid, "signature.key_unknown", |t| t.header.text("kid", kid)).await;
    }
    for raw in ["7", "null", "\"\"", "[\"ec\"]"] {
        world.refused(raw, "jws.key_id", |t| t.header.set("kid", raw)).await;
    }
    world.refused("alg twice", "jws.malformed", |t| t.header.add("alg", "\"none\"")).await;
    assert!(world.provider.asked("/evil").is_empty());
    for typ in ["jwt", "application/JWT"] {
        assert_eq!(world.sign_in(|t| t.header.text("typ", typ)).await.unwrap().subject().value, "alice-1");
    }
    assert_eq!(world.sign_in(|t| t.header.remove("typ")).await.unwrap().subject().value, "alice-1");
}

/// OR-08, OR-09: one spelling, one form.
#[tokio::test]
async fn or_08_or_09_tokens_have_one_spelling() {
    let world = World::new().await;
    world.honest().await;
    type Change = fn(String) -> String;
    let changes: [(&str, &str, Change); 14] = [
        ("padding", "jws.encoding", |t| t + "="),
        ("blank behind", "jws.encoding", |t| t + " "),
        ("line break inside", "jws.encoding", |t| t.replacen('.', ".\\n", 1)),
        ("standard alphabet", "jws.encoding", |t| format!("{}.{}", t.rsplit_once('.').unwrap().0, "+/".repeat(43))),
        ("four parts", "jws.malformed", |t| format!("{t}.x")),
        ("five parts", "jws.malformed", |t| format!("{t}.x.y")),
        ("two parts", "jws.malformed", |t| t.rsplit_once('.').unwrap().0.to_owned()),
        ("nested", "jws.malformed", |t| format!("{}.{t}", t.split('.').next().unwrap())),
        ("no signature", "jws.signature", |t| t.rsplit_once('.').unwrap().0.to_owned() + "."),
        ("zero signature", "jws.signature", |t| format!("{}.{}", t.rsplit_once('.').unwrap().0, "A".repeat(86))),
        ("short signature", "jws.signature", |t| t[..t.len() - 4].to_owned()),
        ("JSON form", "jws.malformed", |t| { let p: Vec<&str> = t.split('.').collect(); format!(r#"{{\"protected\":\"{}\",\"payload\":\"{}\",\"signature\":\"{}\"}}"#, p[0], p[1], p[2]) }),
        ("JSON around", "jws.malformed", |t| format!(r#"{{\"a\":\"{t}\"}}"#)),
        ("other payload", "jws.signature", |t| { let p: Vec<&str> = t.split('.').collect(); format!("{}.{}.{}", p[0], encode(r#"{"sub":"mallory"}"#), p[2]) }),
    ];
    for (what, code, change) in changes {
        let failure = world.sign_in(|t| t.after = change).await.expect_err(what);
        assert!(failure.code == code || failure.code == "jws.encoding", "{what}: {failure:?}");
    }
    // The last character of 64 bytes in base64url has four loose bits: another spelling of the same signature.
    world.refused("loose bits", "jws.encoding", |t| {
        t.after = |text| {
            const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let last = ALPHABET.find(text.chars().last().unwrap()).unwrap();
            format!("{}{}", &text[..text.len() - 1], &ALPHABET[last + 1..last + 2])
        }
    })
    .await;
    world.refused("a stranger's key", "jws.signature", |t| t.key = &keys().stranger).await;
}

/// OR-10: each claim has one type, and stands once.
#[tokio::test]
async fn or_10_claims_have_one_type() {
    let world = World::new().await;
    world.honest().await;
    let cases = [
        ("exp", "\"9999999999\"", "claims.type"), ("exp", "-1", "claims.type"), ("exp", "null", "claims.type"), ("exp", "true", "claims.type"), ("exp", "1e400", "jws.payload"),
        ("exp", "[9999999999]", "claims.type"), ("exp", "9999999999.5", "claims.type"), ("nbf", "\"0\"", "claims.type"), ("iat", "\"1\"", "claims.type"), ("auth_time", "\"1\"", "claims.type"),
        ("aud", "{}", "id_token.audience_missing"), ("aud", "[1]", "id_token.audience_missing"), ("aud", "[]", "id_token.audience_missing"), ("aud", "[\"homeward\",1]", "id_token.audience_missing"),
        ("aud", "{\"homeward\":1}", "id_token.audience_missing"), ("sub", "1", "names.subject_missing"), ("sub", "[\"alice-1\"]", "names.subject_missing"), ("email_verified", "\"true\"", "claims.type"),
        ("email_verified", "1", "claims.type"), ("email", "[\"alice@a.example\"]", "claims.type"), ("at_hash", "7", "claims.type"), ("azp", "7", "claims.type"), ("acr", "7", "claims.type"), ("iss", "[]", "id_token.issuer_missing"),
    ];
    for (name, raw, code) in cases {
        world.refused(&format!("{name}: {raw}"), code, |t| t.claims.set(name, raw)).await;
    }
    for (name, raw) in [("sub", "\"mallory\""), ("exp", "9999999999"), ("nonce", "\"x\""), ("\\u0073ub", "\"mallory\"")] {
        world.refused(&format!("{name} twice"), "jws.payload", |t| t.claims.add(name, raw)).await;
    }
}

/// OR-11: times with sixty seconds of tolerance, on both sides exact.
#[tokio::test]
async fn or_11_times_are_checked_to_the_second() {
    let world = World::new().await;
    world.honest().await;
    let good = [("exp", NOW - 59), ("iat", NOW + 60), ("iat", NOW - 660), ("nbf", NOW + 60), ("nbf", 0)];
    for (name, time) in good {
        let verified = world.sign_in(|t| t.claims.set(name, &time.to_string())).await.unwrap();
        assert_eq!(verified.subject().value, "alice-1", "{name} {time}");
    }
    let bad = [("exp", NOW - 60, "id_token.expired"), ("exp", 0, "id_token.expired"), ("iat", NOW + 61, "id_token.issued_later"), ("iat", NOW - 661, "id_token.issued_before"), ("nbf", NOW + 61, "id_token.not_yet")];
    for (name, time, code) in bad {
        world.refused(&format!("{name} {time}"), code, |t| t.claims.set(name, &time.to_string())).await;
    }
    world.refused("no exp", "id_token.expiry_missing", |t| t.claims.remove("exp")).await;
    world.refused("no iat", "id_token.issued_missing", |t| t.claims.remove("iat")).await;
}

/// OR-11, OA-22: a proof that was asked to be recent is, and says so: by our clock within the tolerance, and by the provider's own, which dates proof and token.
#[tokio::test]
async fn or_11_the_age_of_the_proof_is_checked() {
    let world = World::new().await;
    let aged = || Wish { max_age: Some(300), ..wish() };
    let now = || Wish { max_age: Some(0), ..wish() };
    let fresh = || Wish { fresh: true, ..wish() };
    let at = |time: i64, issued: i64| {
        move |t: &mut Token| {
            t.claims.set("auth_time", &time.to_string());
            t.claims.set("iat", &issued.to_string());
        }
    };
    // The clock there is right, a minute behind, a little ahead; Entra dates its tokens five minutes back.
    let good = [
        (aged(), NOW - 305, NOW), (aged(), NOW - 360, NOW - 60), (aged(), NOW - 340, NOW - 300), (now(), NOW - 5, NOW), (now(), NOW - 60, NOW - 60),
        (fresh(), NOW - 5, NOW), (fresh(), NOW - 60, NOW - 60), (fresh(), NOW + 5, NOW + 5), (fresh(), NOW, NOW - 300),
    ];
    for (wish, time, issued) in good {
        let verified = world.sign_in_for(wish, at(time, issued)).await.unwrap();
        assert_eq!((verified.subject().value.as_str(), verified.authenticated_at().unwrap().seconds()), ("alice-1", time));
    }
    let bad = [
        (aged(), NOW - 306, NOW), (aged(), NOW - 361, NOW - 61), (now(), NOW - 6, NOW), (now(), NOW - 61, NOW - 61),
        (fresh(), NOW - 6, NOW), (fresh(), NOW - 60, NOW), (fresh(), NOW - 61, NOW - 61), (fresh(), NOW + 5, NOW + 30), (fresh(), 0, NOW),
    ];
    for (wish, time, issued) in bad {
        assert_eq!(world.sign_in_for(wish, at(time, issued)).await.unwrap_err().code, "id_token.auth_time", "{time} {issued}");
    }
    for wish in [aged(), now(), fresh()] {
        assert_eq!(world.sign_in_for(wish, |_| {}).await.unwrap_err().code, "id_token.auth_time_missing");
    }
    assert_eq!(world.sign_in_for(fresh(), at(NOW + 61, NOW)).await.unwrap_err().code, "id_token.auth_time_later");
}

/// OR-12: the issuer is exact.
#[tokio::test]
async fn or_12_the_issuer_is_exact() {
    let world = World::new().await;
    world.honest().await;
    let issuer = world.issuer();
    for other in [format!("{issuer}/"), issuer.to_uppercase(), issuer.replace("http:", "https:"), issuer[..issuer.len() - 1].to_owned(), format!("{issuer}/other"), "https://evil.example".to_owned()] {
        world.refused(&other, "id_token.issuer", |t| t.claims.text("iss", &other)).await;
    }
    world.refused("array", "id_token.issuer_missing", |t| t.claims.set("iss", &format!("[\"{issuer}\"]"))).await;
    world.refused("missing", "id_token.issuer_missing", |t| t.claims.remove("iss")).await;
}

/// OR-13: for us, for nobody unknown beside us, and asked for by us.
#[tokio::test]
async fn or_13_the_audience_is_ours_alone() {
    let mut world = World::new().await;
    world.honest().await;
    world.refused("other", "id_token.audience", |t| t.claims.text("aud", "other")).await;
    world.refused("prefix", "id_token.audience", |t| t.claims.text("aud", "homeward2")).await;
    world.refused("unknown second", "id_token.audience", |t| t.claims.set("aud", r#"["homeward","other"]"#)).await;
    world.refused("missing", "id_token.audience_missing", |t| t.claims.remove("aud")).await;
    world.refused("other party", "id_token.authorized_party", |t| t.claims.text("azp", "other")).await;
    assert_eq!(world.sign_in(|t| t.claims.set("aud", r#"["homeward"]"#)).await.unwrap().subject().value, "alice-1");
    assert_eq!(world.sign_in(|t| t.claims.text("azp", "homeward")).await.unwrap().subject().value, "alice-1");
    world.settings().trusted_audiences = vec!["other".to_owned()];
    world.refused("two, no party", "id_token.authorized_party_missing", |t| t.claims.set("aud", r#"["homeward","other"]"#)).await;
    world.refused("trusted one alone", "id_token.audience", |t| t.claims.text("aud", "other")).await;
    let verified = world.sign_in(|t| { t.claims.set("aud", r#"["homeward","other"]"#); t.claims.text("azp", "homeward") }).await.unwrap();
    assert_eq!(verified.subject().value, "alice-1");
}

/// OR-14: a subject is there, of a sane length, one line.
#[tokio::test]
async fn or_14_the_subject_is_sane() {
    let world = World::new().await;
    world.honest().await;
    let longest = "s".repeat(255);
    assert_eq!(world.sign_in(|t| t.claims.text("sub", &longest)).await.unwrap().subject().value, longest);
    // Case and white space are kept: they are somebody else's name.
    assert_eq!(world.sign_in(|t| t.claims.text("sub", "Alice-1 ")).await.unwrap().subject().value, "Alice-1 ");
    world.refused("missing", "names.subject_missing", |t| t.claims.remove("sub")).await;
    world.refused("empty", "names.subject_missing", |t| t.claims.text("sub", "")).await;
    for bad in ["s".repeat(256), "a\\u0000b".to_owned(), "a\\nb".to_owned(), "  ".to_owned()] {
        world.refused(&bad, "names.subject_malformed", |t| t.claims.text("sub", &bad)).await;
    }
}

/// OR-15: hashes that are there fit what came along.
#[tokio::test]
async fn or_15_hashes_fit() {
    let world = World::new().await;
    world.honest().await;
    assert_eq!(world.sign_in(|t| t.claims.remove("at_hash")).await.unwrap().subject().value, "alice-1");
    assert_eq!(world.sign_in(|t| t.claims.text("c_hash", &half_hash("code-1"))).await.unwrap().subject().value, "alice-1");
    world.refused("at_hash", "id_token.access_token_hash", |t| t.claims.text("at_hash", &half_hash("other"))).await;
    world.refused("at_hash empty", "id_token.access_token_hash", |t| t.claims.text("at_hash", "")).await;
    world.refused("c_hash", "id_token.code_hash", |t| t.claims.text("c_hash", &half_hash("other"))).await;
}
