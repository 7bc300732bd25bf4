//! Where we go for the provider's documents: OR-18, OR-19, OR-04.

use std::sync::Arc;

use homeward_egress::{Client, Rules, Spy};
use homeward_federation::{Kind, Preset, oidc::{BeginError, OidcSettings, RelyingParty}};
use homeward_model::{SystemRandom, Timestamp};

use crate::{provider::Reply, world::{CALLBACK, NOW, World, now, wish}};

async fn begin(world: &World, seconds: i64) -> Result<(), BeginError> {
    world.party.begin(&world.connection, CALLBACK, &wish(), Timestamp::from_seconds(NOW + seconds), &SystemRandom).await.map(|_| ())
}

fn code(result: Result<(), BeginError>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(BeginError::Provider(failure)) => failure.code,
        Err(other) => other.to_string(),
    }
}

/// OR-18: an issuer inside our network is not asked, whatever it is called.
#[tokio::test]
async fn or_18_issuers_of_the_inside_are_not_asked() {
    let mut world = World::new().await;
    world.honest().await;
    let spy = Spy::default();
    let strict = Client::new(Rules::default()).unwrap().watched_by(Arc::new(spy.clone()));
    world.party = RelyingParty::new(strict, Arc::clone(&world.sealer));
    let port = world.provider.origin.rsplit_once(':').unwrap().1.to_owned();
    let before = world.provider.asked("/.well-known/openid-configuration").len();
    for issuer in [world.issuer(), format!("https://127.0.0.1:{port}"), "https://169.254.169.254".to_owned(), "https://[::1]".to_owned(), format!("https://0x7f.1:{port}"), "https://10.0.0.1".to_owned(), "gopher://idp.example".to_owned()] {
        *world.settings() = OidcSettings::new(&issuer, "homeward");
        let refused = code(begin(&world, 0).await);
        assert_eq!(refused, "provider.wrong_address", "{issuer}");
    }
    assert!(spy.seen().is_empty(), "{:?}", spy.seen());
    assert_eq!(world.provider.asked("/.well-known/openid-configuration").len(), before);
}

/// OR-18: a redirect from a provider leads nowhere.
#[tokio::test]
async fn or_18_redirects_of_discovery_lead_nowhere() {
    let world = World::new().await;
    let inside = World::new().await;
    world.provider.reply("/.well-known/openid-configuration", Reply::status(302, "").with("location", &format!("{}/.well-known/openid-configuration", inside.provider.origin)));
    assert_eq!(code(begin(&world, 0).await), "provider.wrong_address");
    assert!(inside.provider.asked("/.well-known/openid-configuration").is_empty());
    world.publish(&world.discovery());
    assert_eq!(code(begin(&world, 20).await), "ok");
}

/// OR-19, OR-04: the document names this issuer; every endpoint of it may be asked, or the document is refused.
#[tokio::test]
async fn or_19_or_04_the_document_is_that_of_the_issuer() {
    let cases = [
        ("issuer", "https://evil.example", "provider.issuer_differs"),
        ("token_endpoint", "http://idp.example/token", "provider.endpoint_refused"),
        ("token_endpoint", "https://169.254.169.254/token", "provider.endpoint_refused"),
        ("jwks_uri", "https://192.168.1.1/jwks", "provider.endpoint_refused"),
        ("userinfo_endpoint", "file:///etc/passwd", "provider.endpoint_refused"),
        ("authorization_endpoint", "javascript:alert(1)", "provider.endpoint_refused"),
        ("authorization_endpoint", "http://idp.example/authorize", "provider.endpoint_refused"),
        ("issuer", "", "provider.discovery_malformed"),
    ];
    for (name, value, expected) in cases {
        let world = World::new().await;
        let mut document = world.discovery();
        document.text(name, value);
        world.publish(&document);
        assert_eq!(code(begin(&world, 0).await), expected, "{name} {value}");
        // The twin: the same provider, once its document is right again.
        world.publish(&world.discovery());
        assert_eq!(code(begin(&world, 20).await), "ok");
    }
    let world = World::new().await;
    let mut document = world.discovery();
    document.add("token_endpoint", "\"https://evil.example/token\"");
    world.publish(&document);
    assert_eq!(code(begin(&world, 0).await), "provider.discovery_malformed");
    // An endpoint on another host of the public Internet is the provider's own business.
    document = world.discovery();
    document.text("authorization_endpoint", "https://login.idp.example/authorize");
    world.publish(&document);
    assert_eq!(code(begin(&world, 20).await), "ok");
}

/// OR-19: an issuer that calls itself something else later is not followed; the last good document serves for a day.
#[tokio::test]
async fn or_19_the_issuer_is_pinned() {
    let world = World::new().await;
    world.honest().await;
    let mut document = world.discovery();
    document.text("issuer", "https://other.example");
    document.text("token_endpoint", &format!("{}/evil", world.provider.origin));
    world.publish(&document);
    assert_eq!(code(begin(&world, 3_700).await), "ok");
    let health = world.party.health(&world.connection, now());
    assert_eq!(health.failed.unwrap().1.code, "provider.issuer_differs");
    assert_eq!(code(begin(&world, 90_000).await), "provider.issuer_differs");
    assert!(world.provider.asked("/evil").is_empty());
}

/// OR-18, DS-15: a provider that does not answer is not asked again at once.
#[tokio::test]
async fn or_18_a_failing_provider_is_left_alone_for_a_moment() {
    let world = World::new().await;
    world.provider.reply("/.well-known/openid-configuration", Reply::status(500, "{}"));
    for _ in 0..5 {
        assert_eq!(code(begin(&world, 0).await), "provider.status");
    }
    assert_eq!(world.provider.asked("/.well-known/openid-configuration").len(), 1);
    world.publish(&world.discovery());
    assert_eq!(code(begin(&world, 15).await), "ok");
}

/// OR-18: a document that is not there, or that is not ours to ask for, is told as a wrong address with what came; who asks us to come again, or fails, is away.
#[tokio::test]
async fn or_18_a_missing_document_is_a_wrong_address_and_a_failing_provider_is_away() {
    let world = World::new().await;
    let mut seconds = 0;
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        for (status, kind) in [(404, Kind::WrongAddress), (403, Kind::WrongAddress), (401, Kind::WrongAddress), (307, Kind::WrongAddress), (429, Kind::Away), (500, Kind::Away), (503, Kind::Away)] {
            // A day later nothing good is left of what was read before.
            seconds += 90_000;
            world.publish(&world.discovery());
            world.provider.reply(path, Reply::status(status, "{}"));
            let failure = world.party.look(&world.connection, Timestamp::from_seconds(NOW + seconds)).await.unwrap_err();
            assert_eq!((failure.kind(), failure.seen, failure.expected), (kind, Some(format!("status {status}")), Some("status 200".to_owned())), "{path}");
        }
    }
}

/// OE-08: an issuer with a path has its document below the path, and is another issuer than the one without.
#[tokio::test]
async fn oe_08_an_issuer_with_a_path_is_another_issuer() {
    let world = World::at("/oauth2/default", Preset::Okta).await;
    let verified = world.honest().await;
    assert!(verified.subject().issuer.ends_with("/oauth2/default"));
    let origin = world.provider.origin.clone();
    world.refused("the organisation's issuer", "id_token.issuer", |t| t.claims.text("iss", &origin)).await;
    assert_eq!(world.provider.asked("/oauth2/default/.well-known/openid-configuration").len(), 1);
}
