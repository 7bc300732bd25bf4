//! Pushed authorization requests (RFC 9126): what the modules of the Basic OP check at the authorization endpoint is told when a request is pushed.

use crate::op::{Op, request, text, without};

/// OA-18: each request that a module expects to be refused is refused when it is pushed, with its code; the right one is taken.
#[tokio::test]
async fn oa_18_what_is_wrong_is_told_when_it_is_pushed() {
    let mut op = Op::start_pushing().await;
    let object = "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6Im90aGVyIn0.";
    let wrong = [
        (without(request(&[]), "response_type"), "invalid_request"),
        (request(&[("redirect_uri", "https://rp.example/cb/other")]), "invalid_request"),
        (request(&[("request", object)]), "request_not_supported"),
        (request(&[("request_uri", "https://rp.example/requests/1")]), "invalid_request"),
        (request(&[("response_type", "token")]), "unsupported_response_type"),
    ];
    for (params, code) in wrong {
        let (status, answer) = op.push(&params).await;
        assert_eq!((status, text(&answer, "error")), (400, code), "{params:?}");
        assert!(answer.get("request_uri").is_none());
    }
    let (_, told) = op.whole(&request(&[("scope", "openid email")])).await;
    assert_eq!(text(&told, "email"), "ann@north.example");
}

/// OA-18, OA-28, ALL-21: the languages of a pushed request count as those of an address, on every page of the sign-in, until the person
/// chooses; the next request without them begins anew.
#[tokio::test]
async fn oa_28_a_pushed_request_says_its_languages() {
    for start in [Op::start().await, Op::start_pushing().await] {
        let mut op = start;
        let page = op.open(&request(&[("ui_locales", "xx de-AT fr")])).await;
        assert_eq!((page.status, page.heading()), (200, "Bei Relying party anmelden"));
        let page = op.browser.identify(&page, "ann@north.example").await;
        assert_eq!(page.heading(), "Passwort eingeben", "the next page, too");
        let choice = op.browser.post("/language", &[("stage", &page.hidden("stage"))]).await;
        let page = op.browser.post("/language/set", &[("stage", &choice.hidden("stage")), ("language", "fr")]).await;
        let page = op.browser.password(&page, "falsch").await;
        assert!(page.body.contains("<html lang=\"fr\""), "the person's choice stays: {}", page.heading());
        let callback = op.password(page).await;
        let (claims, _) = op.finish(&callback).await;
        assert!(!text(&claims, "sub").is_empty());
        let page = op.open(&request(&[("ui_locales", "%% \u{1}"), ("prompt", "login")])).await;
        assert_eq!(page.heading(), "Se connecter à Relying party", "nonsense is no wish");
    }
}
