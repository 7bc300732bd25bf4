//! What goes out with the person and what comes back in their browser: OR-01 to OR-05, OR-22 to OR-25.

use homeward_federation::{Hint, PendingProtocol, Wish, oidc::{CallbackParams, OidcSettings}};

use crate::world::{CODE, World, now, wish};

fn sent_to_token(world: &World) -> usize {
    world.provider.asked("/token").len()
}

/// OR-23, OR-24: every request has PKCE with S256, state and nonce, and asks for a code alone.
#[tokio::test]
async fn or_23_or_24_requests_are_bound_and_ask_for_a_code_only() {
    let mut world = World::new().await;
    world.connection.settings.hint = Hint::LoginHint;
    let trip = world.begin(Wish { username: Some("ann+x@example.org".to_owned()), fresh: true, second_factor: true, ..wish() }).await;
    let expected = [
        ("response_type", "code"), ("client_id", "homeward"), ("state", "handle"), ("redirect_uri", "https://homeward.example/oidc/a/callback"), ("code_challenge_method", "S256"),
        ("scope", "openid profile email"), ("nonce", trip.nonce()), ("prompt", "login"), ("max_age", "0"), ("login_hint", "ann+x@example.org"),
    ];
    for (name, value) in expected {
        assert_eq!(trip.parameter(name).as_deref(), Some(value), "{name}");
    }
    let PendingProtocol::Oidc { verifier, nonce } = &trip.pending.protocol else { panic!("another protocol") };
    let challenge = crate::signing::encode(homeward_sealing::sha256(verifier.as_bytes()));
    assert_eq!(trip.parameter("code_challenge"), Some(challenge));
    assert!(verifier.len() >= 43 && nonce.len() >= 43 && !trip.url.as_str().contains(verifier.as_str()));
    let again = world.begin(wish()).await;
    assert_ne!(again.nonce(), nonce);
    // The verifier goes with the code.
    world.answer(&world.token(&again).signed());
    assert_eq!(world.finish(&again).await.unwrap().subject().value, "alice-1");
    let PendingProtocol::Oidc { verifier, .. } = &again.pending.protocol else { panic!("another protocol") };
    let body = &world.provider.asked("/token")[0].body;
    assert!(body.contains(&format!("code_verifier={verifier}")) && body.contains("code=code-1") && body.contains("grant_type=authorization_code"), "{body}");
}

#[tokio::test]
async fn hints_speak_the_dialect_of_the_connection() {
    let mut world = World::new().await;
    for (hint, name, value) in [(Hint::DomainHint, "domain_hint", Some("example.org")), (Hint::HostedDomain, "hd", Some("example.org")), (Hint::UsernameParameter, "username", Some("ann@example.org")), (Hint::None, "login_hint", None)] {
        world.connection.settings.hint = hint;
        let trip = world.begin(Wish { username: Some("ann@example.org".to_owned()), ..wish() }).await;
        assert_eq!(trip.parameter(name).as_deref(), value, "{hint:?}");
    }
    let silent = world.begin(Wish { silent: true, max_age: Some(300), ..wish() }).await;
    assert_eq!((silent.parameter("prompt").as_deref(), silent.parameter("max_age").as_deref()), (Some("none"), Some("300")));
}

/// OR-01, OR-03: what was remembered for one connection finishes no sign-in of another, even at the same provider.
#[tokio::test]
async fn or_01_or_03_an_answer_belongs_to_its_connection() {
    let world = World::new().await;
    let mut other = World::new().await;
    *other.settings() = OidcSettings::new(&world.issuer(), "homeward");
    let trip = world.begin(wish()).await;
    world.answer(&world.token(&trip).signed());
    let callback = CallbackParams::parse("code=code-1&state=handle").unwrap();
    let failure = world.party.finish(&other.connection, crate::world::CALLBACK, &callback, &trip.pending, now()).await.unwrap_err();
    assert_eq!(failure.code, "callback.other_connection");
    assert_eq!(sent_to_token(&world), 0);
    let twin = world.finish(&trip).await.unwrap();
    assert_eq!((twin.subject().value.as_str(), twin.connection()), ("alice-1", world.connection.id));
}

/// OR-02, OR-04: an answer of another issuer ends before any request; so does one without `iss` where it is promised.
#[tokio::test]
async fn or_02_or_04_the_issuer_is_checked_before_the_code_is_sent() {
    let world = World::new().await;
    let mut document = world.discovery();
    document.set("authorization_response_iss_parameter_supported", "true");
    world.publish(&document);
    let issuer = world.issuer();
    let trip = world.begin(wish()).await;
    world.answer(&world.token(&trip).signed());
    world.spy.forget();
    let cases = [
        (format!("code={CODE}&state=handle&iss=https://evil.example"), "callback.issuer_differs"),
        (format!("code={CODE}&state=handle&iss={issuer}/"), "callback.issuer_differs"),
        (format!("code={CODE}&state=handle&iss={}", issuer.to_uppercase()), "callback.issuer_differs"),
        (format!("code={CODE}&state=handle"), "callback.issuer_missing"),
        (format!("code={CODE}&state=handle&iss="), "callback.issuer_missing"),
        (format!("error=access_denied&state=handle&iss=https://evil.example"), "callback.issuer_differs"),
    ];
    for (query, code) in cases {
        assert_eq!(world.finish_with(&trip, &query, now()).await.unwrap_err().code, code, "{query}");
    }
    assert!(CallbackParams::parse(&format!("code={CODE}&state=handle&iss={issuer}&iss={issuer}")).is_err());
    assert!(world.spy.seen().is_empty(), "{:?}", world.spy.seen());
    let verified = world.finish_with(&trip, &format!("code={CODE}&state=handle&iss={issuer}"), now()).await.unwrap();
    assert_eq!(verified.subject().value, "alice-1");
}

/// OR-02: where the document does not promise `iss`, the connection can ask for it.
#[tokio::test]
async fn or_02_a_connection_can_require_the_issuer() {
    let mut world = World::new().await;
    world.honest().await;
    world.settings().require_response_issuer = true;
    let failure = world.sign_in(|_| {}).await.unwrap_err();
    assert_eq!(failure.code, "callback.issuer_missing");
}

/// OR-05: the nonce is that of this request: there, one text, equal.
#[tokio::test]
async fn or_05_the_nonce_binds_the_token_to_the_request() {
    let world = World::new().await;
    world.honest().await;
    let earlier = world.begin(wish()).await.nonce().to_owned();
    world.refused("missing", "id_token.nonce_missing", |t| t.claims.remove("nonce")).await;
    world.refused("wrong", "id_token.nonce", |t| t.claims.text("nonce", "other")).await;
    world.refused("empty", "id_token.nonce", |t| t.claims.text("nonce", "")).await;
    world.refused("of another request", "id_token.nonce", |t| t.claims.text("nonce", &earlier)).await;
    world.refused("null", "id_token.nonce", |t| t.claims.set("nonce", "null")).await;
    world.refused("array", "id_token.nonce", |t| {
        let raw = t.claims.0.iter().find(|(name, _)| name == "nonce").unwrap().1.clone();
        t.claims.set("nonce", &format!("[{raw}]"));
    })
    .await;
}

/// OR-22: errors of the provider end the sign-in and reach the administrator as text without control characters.
#[tokio::test]
async fn or_22_errors_of_the_provider_are_told_as_text() {
    let world = World::new().await;
    let trip = world.begin(wish()).await;
    let failure = world.finish_with(&trip, "error=access_denied&error_description=%3Cscript%3E%0d%0aX-Evil:1&state=handle", now()).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.seen.as_deref()), ("callback.error", Some("access_denied: <script>X-Evil:1")));
    for (query, code) in [("state=handle", "callback.no_code"), ("state=handle&code=c&error=x", "callback.no_code"), ("state=handle&code=", "callback.no_code")] {
        assert_eq!(world.finish_with(&trip, query, now()).await.unwrap_err().code, code, "{query}");
    }
    assert_eq!(sent_to_token(&world), 0);
    world.honest().await;
}

/// OR-24: tokens in the answer itself are never asked for and never taken.
#[tokio::test]
async fn or_24_tokens_in_the_front_channel_are_refused() {
    let world = World::new().await;
    let trip = world.begin(wish()).await;
    let token = world.token(&trip).signed();
    for query in [format!("state=handle&id_token={token}"), format!("state=handle&code={CODE}&id_token={token}"), format!("state=handle&code={CODE}&access_token=a&token_type=Bearer")] {
        assert_eq!(world.finish_with(&trip, &query, now()).await.unwrap_err().code, "callback.front_channel_token", "{query}");
    }
    assert_eq!(sent_to_token(&world), 0);
    world.honest().await;
}

/// OR-23: a code from somebody else's sign-in brings a token for another nonce.
#[tokio::test]
async fn or_23_an_injected_code_does_not_fit_the_request() {
    let world = World::new().await;
    let (mallory, victim) = (world.begin(wish()).await, world.begin(wish()).await);
    world.answer(&world.token(&mallory).signed());
    assert_eq!(world.finish(&victim).await.unwrap_err().code, "id_token.nonce");
    assert_eq!(world.finish(&mallory).await.unwrap().subject().value, "alice-1");
}

/// OR-25: the mark against replay is that of the request; two tabs have two.
#[tokio::test]
async fn or_25_each_sign_in_has_its_own_mark() {
    let world = World::new().await;
    let (one, other) = (world.honest().await, world.honest().await);
    assert_ne!(one.replay().key, other.replay().key);
    assert!(one.replay().until > now());
}
