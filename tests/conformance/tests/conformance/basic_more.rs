//! Basic OP, second half: ages, hints, codes used again, addresses, client authentication, request objects, claims, refresh, PKCE.

use std::time::Duration;

use homeward_model::Clock;
use reqwest::Method;

use crate::op::{CALLBACK, Op, request, text};

/// OA-22.
async fn oidcc_max_age_1(mut op: Op) {
    let (first, _) = op.whole(&request(&[])).await;
    op.broker.clock.wait(Duration::from_secs(2));
    let page = op.open(&request(&[("max_age", "1")])).await;
    let callback = op.sign_in(page).await;
    let (second, _) = op.finish(&callback).await;
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
    assert!(op.broker.clock.now().seconds() - second["auth_time"].as_i64().unwrap() < 60, "of this sign-in");
}

async fn oidcc_max_age_10000(mut op: Op) {
    let (first, _) = op.whole(&request(&[("max_age", "10000")])).await;
    op.broker.clock.wait(Duration::from_secs(2));
    let page = op.open(&request(&[("max_age", "10000")])).await;
    let callback = op.callback(&page);
    let (second, _) = op.finish(&callback).await;
    assert_eq!(first["auth_time"], second["auth_time"]);
}

async fn oidcc_ensure_request_with_unknown_parameter_succeeds(mut op: Op) {
    op.whole(&request(&[("extra", "foobar")])).await;
}

/// OA-24.
async fn oidcc_id_token_hint(mut op: Op) {
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    let hint = text(&tokens, "id_token").to_owned();
    let first = op.id_token(&tokens, Some("nonce-1")).await;
    let page = op.open(&request(&[("prompt", "none"), ("id_token_hint", &hint)])).await;
    let callback = op.callback(&page);
    let (second, _) = op.finish(&callback).await;
    assert_eq!(first["sub"], second["sub"]);
    // Somebody else in this browser: the hint switches nobody.
    let mut eve = op.broker.browser();
    eve.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    std::mem::swap(&mut op.browser, &mut eve);
    let page = op.open(&request(&[("prompt", "none"), ("id_token_hint", &hint)])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("login_required"));
    let page = op.open(&request(&[("id_token_hint", &hint)])).await;
    assert_eq!((page.status, page.heading()), (200, "Enter your password"), "the one who is meant is asked");
    assert!(page.body.contains("ann@north.example"));
}

/// The name that the suite sends where none is configured: nobody has it. It is no error, and whoever is there signs in under their own name. The twin: a
/// name that somebody has.
async fn oidcc_login_hint(mut op: Op) {
    let page = op.open(&request(&[("login_hint", "buffy@homeward.localhost")])).await;
    assert_eq!((page.status, page.header("location")), (200, None), "a page and no error");
    assert!(page.body.contains("buffy@homeward.localhost"));
    let page = op.browser.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", "buffy@homeward.localhost")]).await;
    let callback = op.sign_in(page).await;
    op.finish(&callback).await;
    op.browser = op.broker.browser();
    let page = op.open(&request(&[("login_hint", "ann@north.example")])).await;
    assert!(page.body.contains("ann@north.example"));
    let callback = op.password(page).await;
    op.finish(&callback).await;
}

/// OA-28.
async fn oidcc_ui_locales(mut op: Op) {
    let page = op.open(&request(&[("ui_locales", "se")])).await;
    let callback = op.sign_in(page).await;
    op.finish(&callback).await;
}

async fn oidcc_claims_locales(mut op: Op) {
    op.whole(&request(&[("claims_locales", "se")])).await;
}

/// OA-27: a wish that is not met is no error, and `acr` is the truth.
async fn oidcc_ensure_request_with_acr_values_succeeds(mut op: Op) {
    let (claims, _) = op.whole(&request(&[("acr_values", "1 2")])).await;
    assert_eq!(text(&claims, "acr"), "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
}

async fn reuse(mut op: Op, wait: u64) {
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    let access = text(&tokens, "access_token").to_owned();
    assert_eq!(op.userinfo(&access).await.0, 200);
    op.broker.clock.wait(Duration::from_secs(wait));
    let (status, error) = op.token(&[("grant_type", "authorization_code"), ("code", &callback.code()), ("redirect_uri", CALLBACK)]).await;
    assert_eq!((status, text(&error, "error")), (400, "invalid_grant"));
    assert_eq!(op.userinfo(&access).await.0, 401, "what it gave is taken back");
}

/// OT-01.
async fn oidcc_codereuse(op: Op) {
    reuse(op, 0).await;
}

/// OT-01.
async fn oidcc_codereuse_30seconds(op: Op) {
    reuse(op, 30).await;
}

/// OA-01.
#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let mut op = Op::start().await;
    let page = op.open(&request(&[("redirect_uri", "https://rp.example/cb/other")])).await;
    assert_eq!((page.status, page.header("location")), (400, None));
    assert!(op.authorize(&request(&[])).await.error().is_none());
}

/// OA-14.
#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let mut op = Op::start().await;
    let page = op.browser.send(Method::POST, "/oauth2/authorize", &[("sec-fetch-site", "cross-site")], Some(&request(&[]))).await;
    assert_eq!(page.status, 303);
    let to = page.header("location").unwrap().to_owned();
    let page = op.browser.get(&to).await;
    let callback = op.sign_in(page).await;
    op.finish(&callback).await;
}

async fn oidcc_server_client_secret_post(mut op: Op) {
    let page = op.open(&request(&[("client_id", "post")])).await;
    let page = op.browser.identify(&page, "ann@north.example").await;
    let callback = op.password(page).await;
    let code = callback.code();
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let (status, tokens) = op.token_by_post(&form).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(op.userinfo(text(&tokens, "access_token")).await.0, 200);
}

/// OA-17.
#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let mut op = Op::start().await;
    let page = op.open(&request(&[("request_uri", "https://rp.example/requests/1")])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("request_uri_not_supported"));
}

/// OA-16.
#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let mut op = Op::start().await;
    // {"alg":"none"}.{"state":"other"}.
    let page = op.open(&request(&[("request", "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6Im90aGVyIn0.")])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("request_not_supported"));
}

/// OA-16: nothing in a request object moves the answer to another address.
#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let mut op = Op::start().await;
    // {"alg":"none"}.{"redirect_uri":"https://rp.example/cb"}.
    let object = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL3JwLmV4YW1wbGUvY2IifQ.";
    let page = op.open(&request(&[("redirect_uri", "https://rp.example/other"), ("request", object)])).await;
    assert_eq!((page.status, page.header("location")), (400, None));
    let page = op.open(&request(&[("request", object)])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("request_not_supported"));
}

/// OA-29.
async fn oidcc_claims_essential(mut op: Op) {
    let (claims, told) = op.whole(&request(&[("claims", r#"{"userinfo":{"name":{"essential":true}}}"#)])).await;
    assert_eq!(text(&told, "name"), "Ann Miller");
    assert!(claims.get("name").is_none() && told.get("given_name").is_none(), "this one and no other");
    // In the ID token where it is asked for there; a value that nobody has is no sign-in.
    let page = op.open(&request(&[("claims", r#"{"id_token":{"email":{"essential":true},"auth_time":{"essential":true}}}"#)])).await;
    let callback = op.callback(&page);
    let tokens = op.redeem(&callback).await;
    let body = text(&tokens, "id_token").split('.').nth(1).unwrap();
    use base64::Engine;
    let claims: serde_json::Value = serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    assert_eq!(text(&claims, "email"), "ann@north.example");
    let page = op.open(&request(&[("claims", r#"{"id_token":{"acr":{"essential":true,"values":["urn:example:gold"]}}}"#)])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("unmet_authentication_requirements"), "OA-27");
}

/// OT-10, OT-11, OT-18.
async fn oidcc_refresh_token(mut op: Op) {
    let callback = op.authorize(&request(&[("scope", "openid offline_access"), ("prompt", "consent")])).await;
    let tokens = op.redeem(&callback).await;
    let first = op.id_token(&tokens, Some("nonce-1")).await;
    let metadata: serde_json::Value = serde_json::from_str(&op.browser.get("/.well-known/openid-configuration").await.body).unwrap();
    assert!(metadata["grant_types_supported"].as_array().unwrap().contains(&"refresh_token".into()));
    assert!(text(&tokens, "refresh_token").bytes().all(|b| (0x20..=0x7e).contains(&b)), "RFC 6749 A.17");
    op.broker.clock.wait(Duration::from_secs(60));
    let (status, next) = op.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))]).await;
    assert_eq!(status, 200, "{next}");
    let second = op.id_token(&next, None).await;
    assert_eq!((&first["sub"], &first["auth_time"], &first["aud"]), (&second["sub"], &second["auth_time"], &second["aud"]));
    assert!(second["iat"].as_i64() > first["iat"].as_i64());
    assert_ne!(tokens["refresh_token"], next["refresh_token"]);
    assert_ne!(tokens["access_token"], next["access_token"]);
    assert_eq!(op.userinfo(text(&next, "access_token")).await.0, 200);
    // A refresh token of one client is nothing to another.
    let (status, error) = op.token_by_post(&[("grant_type", "refresh_token"), ("refresh_token", text(&next, "refresh_token"))]).await;
    assert_eq!((status, text(&error, "error")), (400, "invalid_grant"));
}

async fn oidcc_ensure_request_with_valid_pkce_succeeds(mut op: Op) {
    let pkce = [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
    let callback = op.authorize(&request(&pkce)).await;
    let form = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")];
    let code = callback.code();
    let (status, tokens) = op.token(&[&form[..], &[("code", code.as_str())]].concat()).await;
    assert_eq!(status, 200, "{tokens}");
    let page = op.open(&request(&pkce)).await;
    let code = op.callback(&page).code();
    let (status, error) = op.token(&[("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", &code)]).await;
    assert_eq!((status, text(&error, "error")), (400, "invalid_grant"), "without its verifier");
}

both_ways!(
    oidcc_max_age_1, oidcc_max_age_10000, oidcc_ensure_request_with_unknown_parameter_succeeds, oidcc_id_token_hint, oidcc_login_hint,
    oidcc_ui_locales, oidcc_claims_locales, oidcc_ensure_request_with_acr_values_succeeds, oidcc_server_client_secret_post, oidcc_claims_essential,
    oidcc_refresh_token, oidcc_ensure_request_with_valid_pkce_succeeds, oidcc_codereuse, oidcc_codereuse_30seconds,
);
