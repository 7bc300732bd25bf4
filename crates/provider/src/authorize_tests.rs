use proptest::prelude::*;

use super::*;
use crate::redirect_uri::RedirectUri;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client() -> Client {
    let mut client = Client::new(ClientId::parse("app").unwrap(), "App");
    client.redirect_uris = vec![RedirectUri::parse("https://app.example/cb").unwrap()];
    client
}

fn issuer() -> Issuer {
    Issuer::parse("https://signin.example", false).unwrap()
}

fn good() -> Vec<(String, String)> {
    [
        ("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid email"), ("state", "s 1"),
        ("nonce", "n-1"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256"),
    ]
    .map(|(n, v)| (n.to_owned(), v.to_owned()))
    .to_vec()
}

/// The good request with one parameter set, or left out.
fn with(name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut params: Vec<_> = good().into_iter().filter(|(n, _)| n != name).collect();
    params.extend(value.map(|v| (name.to_owned(), v.to_owned())));
    params
}

fn error(params: &[(String, String)]) -> String {
    match parse(params, &client(), &issuer()) {
        Ok(_) => "accepted".into(),
        Err(Refusal::Page(reason)) => format!("{reason:?}"),
        Err(Refusal::Redirect(url)) => {
            let url = url::Url::parse(&url).unwrap();
            assert_eq!(url.host_str(), Some("app.example"));
            let get = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
            assert_eq!(get("iss").as_deref(), Some("https://signin.example"), "OA-20");
            get("error").unwrap()
        }
        Err(Refusal::Post(form)) => form.fields.into_iter().find(|(name, _)| name == "error").unwrap().1,
    }
}

#[test]
fn a_good_request_is_taken_as_it_came() {
    let request = parse(&good(), &client(), &issuer()).unwrap();
    assert_eq!((request.redirect_uri.as_str(), request.state.as_deref(), request.nonce.as_deref()), ("https://app.example/cb", Some("s 1"), Some("n-1")));
    assert_eq!(request.scopes, ["email", "openid"].map(String::from).into());
    assert_eq!(request.success_url(&issuer(), "c+1"), "https://app.example/cb?code=c%2B1&state=s+1&iss=https%3A%2F%2Fsignin.example");
}

/// OA-02, OA-06: without a right client and address there is a page, whatever else is wrong.
#[test]
fn oa_02_and_oa_06_nothing_is_redirected_to_an_address_that_is_not_registered() {
    assert_eq!(error(&with("redirect_uri", None)), "RedirectUri");
    assert_eq!(error(&with("redirect_uri", Some("https://evil.example/cb"))), "RedirectUri");
    let mut twice = good();
    twice.push(("redirect_uri".into(), "https://evil.example/cb".into()));
    assert_eq!(error(&twice), "RedirectUri");
    assert_eq!(client_id(&good()).unwrap().as_str(), "app");
    assert_eq!(client_id(&with("client_id", None)), Err(PageReason::UnknownClient));
    assert_eq!(client_id(&with("client_id", Some("<script>"))), Err(PageReason::UnknownClient));
    let mut twice = good();
    twice.push(("client_id".into(), "other".into()));
    assert_eq!(client_id(&twice), Err(PageReason::Malformed));
}

/// OA-07, OA-08, OA-16, OA-17: what is not supported is said, never ignored.
#[test]
fn oa_07_and_oa_08_only_the_code_flow_by_query() {
    for (kind, wrong) in [(None, "invalid_request"), (Some("token"), "unsupported_response_type"), (Some("id_token"), "unsupported_response_type"), (Some("code token"), "unsupported_response_type"), (Some(""), "invalid_request")] {
        assert_eq!(error(&with("response_type", kind)), wrong, "{kind:?}");
    }
    assert_eq!(error(&with("response_mode", Some("query"))), "accepted");
    for mode in ["fragment", "form_post", "jwt", "x"] {
        assert_eq!(error(&with("response_mode", Some(mode))), "invalid_request", "{mode}");
    }
    assert_eq!(error(&with("request", Some("eyJ"))), "request_not_supported", "OA-16");
    assert_eq!(error(&with("request_uri", Some("http://169.254.169.254/"))), "request_uri_not_supported", "OA-17");
}

/// OA-09, OA-10, OA-11: PKCE by S256, unless one client is relaxed by name; never plain.
#[test]
fn oa_09_to_oa_11_pkce_is_required_and_only_s256() {
    assert_eq!(error(&with("code_challenge", None)), "invalid_request");
    for method in [None, Some("plain"), Some("s256"), Some("S512")] {
        assert_eq!(error(&with("code_challenge_method", method)), "invalid_request", "{method:?}");
    }
    for challenge in [&CHALLENGE[1..], &format!("{CHALLENGE}A"), &format!("{}=", &CHALLENGE[1..]), &CHALLENGE.replace('-', "+")] {
        assert_eq!(error(&with("code_challenge", Some(challenge))), "invalid_request", "{challenge}");
    }
    let relaxed = Client { require_pkce: false, require_nonce: false, ..client() };
    let bare: Vec<_> = good().into_iter().filter(|(n, _)| !n.starts_with("code_challenge") && n != "nonce").collect();
    assert!(parse(&bare, &relaxed, &issuer()).is_ok());
    // Each requirement by itself: relaxing one does not relax the other.
    let without_pkce: Vec<_> = good().into_iter().filter(|(n, _)| !n.starts_with("code_challenge")).collect();
    assert_eq!(error(&without_pkce), "invalid_request");
    assert!(parse(&without_pkce, &Client { require_nonce: false, ..client() }, &issuer()).is_err());
    assert!(parse(&without_pkce, &Client { require_pkce: false, ..client() }, &issuer()).is_ok());
    assert!(parse(&with("nonce", None), &Client { require_pkce: false, ..client() }, &issuer()).is_err());
    assert!(parse(&with("nonce", None), &Client { require_nonce: false, ..client() }, &issuer()).is_ok());
    let half: Vec<_> = good().into_iter().filter(|(n, _)| n != "code_challenge").collect();
    assert!(parse(&half, &relaxed, &issuer()).is_err(), "a method without a challenge");
}

/// OA-13, OA-15, OA-19: duplicates and monsters are refused, unknown parameters ignored, a long state kept.
#[test]
fn oa_13_duplicates_are_refused_and_unknown_parameters_ignored() {
    let mut params = good();
    params.push(("nonce".into(), "other".into()));
    assert_eq!(error(&params), "invalid_request");
    assert_eq!(error(&with("extra", Some("x"))), "accepted");
    assert_eq!(error(&with("Client_ID", Some("other"))), "accepted", "names have a case");
    let long = "\"><script>".repeat(200);
    let request = parse(&with("state", Some(&long)), &client(), &issuer()).unwrap();
    let url = request.success_url(&issuer(), "c");
    assert!(!url.contains('<') && url.len() > 2_000);
    assert_eq!(error(&with("state", Some(&"s".repeat(5_000)))), "invalid_request");
    let many: Vec<_> = good().into_iter().chain((0..100).map(|n| (format!("x{n}"), String::new()))).collect();
    assert_eq!(error(&many), "invalid_request");
}

/// OA-12, OA-14: the request carries what the token endpoint compares with, whether it came by GET or POST: pairs are pairs.
#[test]
fn oa_12_the_challenge_is_kept_as_it_came() {
    assert_eq!(parse(&good(), &client(), &issuer()).unwrap().code_challenge.as_deref(), Some(CHALLENGE));
    let mut turned = good();
    turned.reverse();
    assert_eq!(parse(&turned, &client(), &issuer()), parse(&good(), &client(), &issuer()), "in any order");
}

/// OA-05, OA-20: an error goes to a registered address only, with the state as it came and our issuer, on every kind of error.
#[test]
fn oa_05_errors_carry_state_and_issuer_to_registered_addresses_only() {
    let url = |params: &[(String, String)]| match parse(params, &client(), &issuer()) {
        Err(Refusal::Redirect(url)) => url,
        other => panic!("{other:?}"),
    };
    for (name, value) in [("response_type", None), ("scope", None), ("nonce", None), ("code_challenge", None), ("prompt", Some("none login")), ("request", Some("x"))] {
        let url = url(&with(name, value));
        assert!(url.starts_with("https://app.example/cb?error=") && url.contains("&state=s+1&iss=https%3A%2F%2Fsignin.example"), "{url}");
    }
    let silent = parse(&with("prompt", Some("none")), &client(), &issuer()).unwrap();
    let answered = silent.error_url(&issuer(), "login_required", "Nobody is signed in.");
    assert_eq!(answered, "https://app.example/cb?error=login_required&error_description=Nobody+is+signed+in.&state=s+1&iss=https%3A%2F%2Fsignin.example");
    let elsewhere: Vec<_> = with("redirect_uri", Some("https://evil.example/cb")).into_iter().chain([("prompt".to_owned(), "none".to_owned())]).collect();
    assert_eq!(error(&elsewhere), "RedirectUri");
}

/// OA-19: a state comes back to the letter, or the request is refused; one that stands twice comes back not at all.
#[test]
fn oa_19_a_state_comes_back_to_the_letter() {
    let state_in = |url: &str| url::Url::parse(url).unwrap().query_pairs().find(|(n, _)| n == "state").map(|(_, v)| v.into_owned());
    for state in ["0", "a\r\nSet-Cookie: x=1", "\"><script>", "&iss=https://evil.example", "\u{e4}\u{1f600}", "%20", &"s".repeat(4_096)] {
        let url = parse(&with("state", Some(state)), &client(), &issuer()).unwrap().success_url(&issuer(), "c");
        assert_eq!(state_in(&url).as_deref(), Some(state));
        assert!(url.bytes().all(|b| b.is_ascii_graphic()), "{url}");
        assert_eq!(url::Url::parse(&url).unwrap().query_pairs().filter(|(n, _)| n == "iss").count(), 1);
    }
    let without = parse(&with("state", None), &client(), &issuer()).unwrap();
    assert_eq!(state_in(&without.success_url(&issuer(), "c")), None);
    let mut twice = good();
    twice.push(("state".into(), "other".into()));
    for unusable in [twice, with("state", Some(&"s".repeat(4_097)))] {
        match parse(&unusable, &client(), &issuer()) {
            Err(Refusal::Redirect(url)) => assert_eq!(state_in(&url), None),
            other => panic!("{other:?}"),
        }
    }
}

/// OA-25, OA-28, OA-30: hints that are too long are no hints; a request that no page could carry is refused.
#[test]
fn oa_25_and_oa_30_a_request_has_a_size() {
    let request = parse(&with("login_hint", Some("<b>@b.example")), &client(), &issuer()).unwrap();
    assert_eq!(request.login_hint.as_deref(), Some("<b>@b.example"));
    for (name, longest) in [("login_hint", 1_024), ("ui_locales", 256), ("acr_values", 256), ("account", 256), ("domain_hint", 256), ("connection", 64), ("app_version", 64)] {
        let of = |length: usize| parse(&with(name, Some(&"h".repeat(length))), &client(), &issuer()).unwrap();
        assert_ne!(of(longest), parse(&good(), &client(), &issuer()).unwrap(), "{name}");
        assert_eq!(of(longest + 1), parse(&good(), &client(), &issuer()).unwrap(), "{name}");
    }
    assert_eq!(error(&with("nonce", Some(&"n".repeat(1_024)))), "accepted");
    assert_eq!(error(&with("nonce", Some(&"n".repeat(1_025)))), "invalid_request");
    assert_eq!(error(&with("scope", Some(&format!("openid {}", "x ".repeat(2_000))))), "accepted");
    assert_eq!(error(&with("scope", Some(&format!("openid {}", "x ".repeat(20_000))))), "invalid_request");
    assert_eq!(error(&with("state", Some(&"\"".repeat(4_096)))), "invalid_request", "doubles in JSON");
}

/// OA-30, OA-28: scopes that the client may not have are left out; languages that nobody speaks are no error.
#[test]
fn scopes_and_prompts_and_ages_are_read() {
    assert_eq!(error(&with("scope", Some("email"))), "invalid_scope");
    let request = parse(&with("scope", Some("openid admin email openid")), &client(), &issuer()).unwrap();
    assert_eq!(request.scopes, ["email", "openid"].map(String::from).into());
    assert_eq!(error(&with("prompt", Some("none login"))), "invalid_request");
    assert_eq!(error(&with("prompt", Some("create"))), "invalid_request");
    assert_eq!(parse(&with("prompt", Some("login consent")), &client(), &issuer()).unwrap().prompt, [Prompt::Login, Prompt::Consent].into());
    assert_eq!(parse(&with("max_age", Some("0")), &client(), &issuer()).unwrap().max_age, Some(0));
    for age in ["-1", "+1", "1.5", " 1", "x", "99999999999999999999"] {
        assert_eq!(error(&with("max_age", Some(age))), "invalid_request", "{age}");
    }
    assert_eq!(error(&with("ui_locales", Some("xx %% \u{0}"))), "accepted");
}

proptest! {
    #[test]
    fn parsing_never_panics_and_never_redirects_elsewhere(extra in prop::collection::vec(("[a-z_]{1,20}|state|nonce|prompt|scope|max_age|redirect_uri", ".{0,50}"), 0..8)) {
        let mut params = good();
        params.retain(|(name, _)| name == "redirect_uri" || !extra.iter().any(|(other, _)| other == name));
        params.extend(extra);
        let _ = client_id(&params);
        match parse(&params, &client(), &issuer()) {
            Err(Refusal::Redirect(url)) => prop_assert!(url.starts_with("https://app.example/cb?")),
            Err(Refusal::Post(_)) => prop_assert!(false, "the client is registered for queries"),
            Err(Refusal::Page(reason)) => prop_assert_eq!(reason, PageReason::RedirectUri),
            Ok(request) => {
                prop_assert_eq!(request.redirect_uri.as_str(), "https://app.example/cb");
                prop_assert!(request.scopes.contains("openid") && serde_json::to_vec(&request).unwrap().len() <= LONGEST_REQUEST);
                prop_assert_eq!(serde_json::from_slice::<AuthorizationRequest>(&serde_json::to_vec(&request).unwrap()).unwrap(), request);
            }
        }
    }
}

/// OA-08: an answer by form where the client is registered for it, and nowhere else.
#[test]
fn oa_08_form_post_is_for_clients_that_are_registered_for_it() {
    let mut form_client = client();
    form_client.response_modes = [ResponseMode::Query, ResponseMode::FormPost].into();
    let request = parse(&with("response_mode", Some("form_post")), &form_client, &issuer()).unwrap();
    let crate::Reply::Post(form) = request.success(&issuer(), "c\"<") else { panic!("a form") };
    let pairs = [("code", "c\"<"), ("state", "s 1"), ("iss", "https://signin.example")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!((form.to.as_str(), form.fields), ("https://app.example/cb", pairs.to_vec()));
    assert!(matches!(request.error(&issuer(), "login_required", "x"), crate::Reply::Post(_)), "errors too");
    let mut wrong = with("response_mode", Some("form_post"));
    wrong.retain(|(name, _)| name != "nonce");
    let Err(Refusal::Post(form)) = parse(&wrong, &form_client, &issuer()) else { panic!("a form") };
    assert!(form.fields.contains(&("error".into(), "invalid_request".into())));
    assert_eq!(error(&with("response_mode", Some("form_post"))), "invalid_request", "not registered: told by query");
    for mode in ["fragment", "query.jwt", "jwt", "web_message"] {
        let Err(Refusal::Redirect(url)) = parse(&with("response_mode", Some(mode)), &form_client, &issuer()) else { panic!("{mode}") };
        assert!(url.contains("error=invalid_request"), "{mode}");
    }
    form_client.redirect_uris.push(RedirectUri::parse("com.example.app:/cb").unwrap());
    form_client.kind = crate::ClientKind::Native;
    let mut native = with("response_mode", Some("form_post"));
    native.iter_mut().filter(|(name, _)| name == "redirect_uri").for_each(|(_, value)| *value = "com.example.app:/cb".into());
    assert!(matches!(parse(&native, &form_client, &issuer()), Err(Refusal::Redirect(_))), "a browser posts to the web only");
    form_client.response_modes = [ResponseMode::FormPost].into();
    assert!(parse(&with("response_mode", Some("query")), &form_client, &issuer()).is_err());
}

/// OA-29, OA-28, OA-15: `claims` is read strictly, wishes about pages and languages are no errors.
#[test]
fn oa_29_claims_are_part_of_a_request() {
    let request = parse(&with("claims", Some(r#"{"id_token":{"email":null}}"#)), &client(), &issuer()).unwrap();
    assert_eq!(request.claims.id_token, ["email".to_owned()].into());
    assert_eq!(error(&with("claims", Some("{"))), "invalid_request");
    assert_eq!(error(&with("claims", Some(&format!("{{\"x\":\"{}\"}}", "y".repeat(5_000))))), "invalid_request");
    assert_eq!(error(&with("claims", Some(r#"{"id_token":{"sub":{"value":"nobody"}}}"#))), "login_required");
    for (name, value) in [("claims_locales", "se"), ("claims_locales", "%%%"), ("display", "popup"), ("display", "x"), ("ui_locales", "xx yy"), ("acr_values", "1 2")] {
        assert_eq!(error(&with(name, Some(value))), "accepted", "{name}={value}");
    }
}

/// OA-24: a hint of ours for this client names the only person that serves; another hint names nobody.
#[tokio::test]
async fn oa_24_an_id_token_hint_never_switches_the_person() {
    use crate::calls::{ask, code, form, text};
    let world = crate::memory::World::new().await;
    world.client("other", |_| {});
    let registered = world.memory.0.lock().unwrap().clients[&ClientId::parse("app").unwrap()].clone();
    let tokens = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let hint = text(&tokens, "id_token").to_owned();
    world.wait(86_400);
    let subject = |hint: &str, prompt: Option<&str>| {
        let mut params = with("id_token_hint", Some(hint));
        params.extend(prompt.map(|prompt| ("prompt".to_owned(), prompt.to_owned())));
        match check(&world.ports, &params, &registered).map_err(|wrong| wrong.refusal(&world.ports.issuer)) {
            Ok(request) => Ok(request.subject),
            Err(Refusal::Redirect(url)) => Err(url.contains("error=login_required")),
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(subject(&hint, None), Ok(Some(world.who.user)), "an old one serves too");
    assert_eq!(subject(&hint, Some("none")), Ok(Some(world.who.user)));
    let parts: Vec<&str> = hint.split('.').collect();
    let unsigned = format!("{}.{}.", base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, r#"{"alg":"none"}"#), parts[1]);
    let bent = format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>());
    for bad in [unsigned.as_str(), &bent, "x", "a.b.c.d.e"] {
        assert_eq!(subject(bad, None), Ok(None), "{bad}");
        assert_eq!(subject(bad, Some("none")), Err(true), "{bad}");
    }
    let foreign = crate::memory::World::new().await;
    let foreign = ask(&foreign, &form(&code(&foreign, "app", "openid", Some("n")).await)).await.unwrap();
    assert_eq!(subject(text(&foreign, "id_token"), Some("none")), Err(true), "signed by another issuer's key");
}
