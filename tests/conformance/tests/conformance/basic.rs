//! Basic OP, first half: answers, ID tokens, userinfo, scopes, display, prompt.

use reqwest::Method;
use homeward_testkit::pairs;

use crate::op::{Op, request, text, without};

async fn oidcc_server(mut op: Op) {
    let callback = op.authorize(&request(&[])).await;
    assert!(callback.code().len() >= 22, "128 bits at least");
    let (claims, _) = op.finish(&callback).await;
    assert!(text(&claims, "sub").len() <= 255 && text(&claims, "sub").is_ascii());
}

#[tokio::test]
async fn oidcc_response_type_missing() {
    let mut op = Op::start().await;
    let page = op.open(&without(request(&[]), "response_type")).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("invalid_request"));
    assert!(op.authorize(&request(&[])).await.error().is_none());
}

async fn oidcc_idtoken_signature(mut op: Op) {
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    // The key is found by its kid, and the signature verified with it.
    let (header, _) = op.verified(text(&tokens, "id_token")).await;
    assert_eq!(text(&header, "alg"), "RS256", "the algorithm of clients that register none");
    assert!(!text(&header, "kid").is_empty());
    op.id_token(&tokens, Some("nonce-1")).await;
}

/// The plan allows it for clients registered for `none`; ours cannot be, and every ID token is signed.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    let mut op = Op::start().await;
    let metadata: serde_json::Value = serde_json::from_str(&op.browser.get("/.well-known/openid-configuration").await.body).unwrap();
    let algorithms = metadata["id_token_signing_alg_values_supported"].as_array().unwrap();
    assert!(algorithms.contains(&"RS256".into()) && !algorithms.contains(&"none".into()));
}

async fn oidcc_userinfo_get(mut op: Op) {
    let (_, told) = op.whole(&request(&[])).await;
    assert!(told.get("email").is_none(), "no scope asked for it");
}

async fn oidcc_userinfo_post_header(mut op: Op) {
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    let page = op.browser.send(Method::POST, "/oauth2/userinfo", &[("authorization", &bearer)], None).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("application/json")));
    assert!(page.body.contains(text(&op.id_token(&tokens, Some("nonce-1")).await, "sub")));
}

/// OT-22: a token in the body of a POST; one that comes more than once is a bad request (RFC 6750 2, 3.1), and none is read from the address.
async fn oidcc_userinfo_post_body(mut op: Op) {
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    let token = text(&tokens, "access_token");
    let (bearer, form) = (format!("Bearer {token}"), pairs(&[("access_token", token)]));
    let page = op.browser.send(Method::POST, "/oauth2/userinfo", &[], Some(&form)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let both = op.browser.send(Method::POST, "/oauth2/userinfo", &[("authorization", &bearer)], Some(&form)).await;
    let twice = op.browser.send(Method::POST, "/oauth2/userinfo", &[], Some(&[form.clone(), form].concat())).await;
    for refused in [both, twice] {
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer error=\"invalid_request\""), "{:?}", refused.header("www-authenticate"));
    }
    assert_eq!(op.broker.audit(1).await, [("client.refused client.invalid_request".to_owned(), None)]);
    let address = op.browser.get(&format!("/oauth2/userinfo?access_token={token}")).await;
    assert_eq!((address.status, address.header("www-authenticate")), (401, Some("Bearer")));
    let empty = op.browser.send(Method::POST, "/oauth2/userinfo", &[("authorization", &bearer)], Some(&pairs(&[("access_token", "")]))).await;
    assert_eq!(empty.status, 200, "a field without a value is none: {}", empty.body);
}

async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(mut op: Op) {
    let callback = op.authorize(&without(request(&[]), "nonce")).await;
    let tokens = op.redeem(&callback).await;
    op.id_token(&tokens, None).await;
}

async fn oidcc_scope_profile(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "openid profile")])).await;
    assert_eq!((text(&told, "name"), text(&told, "given_name"), text(&told, "family_name")), ("Ann Miller", "Ann", "Miller"));
    assert_eq!(text(&told, "preferred_username"), "ann@north.example");
    assert!(told.get("email").is_none());
}

async fn oidcc_scope_email(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "openid email")])).await;
    assert_eq!((text(&told, "email"), &told["email_verified"]), ("ann@north.example", &false.into()));
    assert!(told.get("name").is_none());
}

/// Not among our scopes: left out, no error, and nothing is made up.
async fn oidcc_scope_address(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "openid address")])).await;
    assert!(told.get("address").is_none());
}

/// Not among our scopes either.
async fn oidcc_scope_phone(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "openid phone")])).await;
    assert!(told.get("phone_number").is_none() && told.get("phone_number_verified").is_none());
}

async fn oidcc_scope_all(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "openid profile email address phone")])).await;
    assert_eq!((text(&told, "name"), text(&told, "email")), ("Ann Miller", "ann@north.example"));
}

async fn oidcc_ensure_other_scope_order_succeeds(mut op: Op) {
    let (_, told) = op.whole(&request(&[("scope", "email openid")])).await;
    assert_eq!(text(&told, "email"), "ann@north.example");
}

async fn oidcc_display_page(mut op: Op) {
    op.whole(&request(&[("display", "page")])).await;
}

async fn oidcc_display_popup(mut op: Op) {
    op.whole(&request(&[("display", "popup")])).await;
}

/// OA-22: the person proves themselves again, and `auth_time` says so.
async fn oidcc_prompt_login(mut op: Op) {
    let (first, _) = op.whole(&request(&[])).await;
    op.broker.clock.wait(std::time::Duration::from_secs(2));
    let page = op.open(&request(&[("prompt", "login")])).await;
    assert_eq!(page.status, 200, "a page, not an answer");
    let callback = op.sign_in(page).await;
    let (second, _) = op.finish(&callback).await;
    assert_eq!(first["sub"], second["sub"]);
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
}

async fn oidcc_prompt_none_not_logged_in(mut op: Op) {
    let page = op.open(&request(&[("prompt", "none")])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("login_required"));
}

async fn oidcc_prompt_none_logged_in(mut op: Op) {
    let (first, _) = op.whole(&request(&[])).await;
    let page = op.open(&request(&[("prompt", "none")])).await;
    let callback = op.callback(&page);
    let (second, _) = op.finish(&callback).await;
    assert_eq!((&first["sub"], &first["auth_time"]), (&second["sub"], &second["auth_time"]));
}

both_ways!(
    oidcc_server, oidcc_idtoken_signature, oidcc_userinfo_get, oidcc_userinfo_post_header, oidcc_userinfo_post_body,
    oidcc_ensure_request_without_nonce_succeeds_for_code_flow, oidcc_scope_profile, oidcc_scope_email, oidcc_scope_address, oidcc_scope_phone,
    oidcc_scope_all, oidcc_ensure_other_scope_order_succeeds, oidcc_display_page, oidcc_display_popup, oidcc_prompt_login,
    oidcc_prompt_none_not_logged_in, oidcc_prompt_none_logged_in,
);
