//! Who an answer names and what it proves of them: OE-03, OE-10, OE-11, OP-05, OP-06, and the second factor.

use homeward_federation::{RemoteField, Wish, oidc::SubjectClaim};

use crate::world::{World, wish};

/// OE-10, OP-05, OP-06: an address is proved by the provider's own word, and by nothing like it.
#[tokio::test]
async fn oe_10_op_05_op_06_addresses_without_the_word_are_not_proved() {
    let world = World::new().await;
    assert!(world.honest().await.email_proved());
    for raw in [Some("false"), Some("null"), None] {
        let verified = world.sign_in(|t| match raw { Some(raw) => t.claims.set("email_verified", raw), None => t.claims.remove("email_verified") }).await.unwrap();
        assert_eq!((verified.email_proved(), verified.subject().value.as_str()), (false, "alice-1"));
    }
    let none = world.sign_in(|t| t.claims.remove("email")).await.unwrap();
    assert_eq!((none.email_proved(), none.value("email")), (false, None));
    // The Entra word counts at Entra only.
    let other = world.sign_in(|t| { t.claims.remove("email_verified"); t.claims.set("xms_edov", "true") }).await.unwrap();
    assert!(!other.email_proved());
}

/// OE-04, OE-10: the provider's word is about `email`; a claim that the connection takes in its place is not proved by it.
#[tokio::test]
async fn oe_10_the_word_is_about_one_claim() {
    let mut world = World::new().await;
    world.connection.settings.mapping.email = Some("email".to_owned());
    assert!(world.honest().await.email_proved());
    world.connection.settings.mapping.email = Some("upn".to_owned());
    let verified = world.sign_in(|t| t.claims.text("upn", "victim@b.example")).await.unwrap();
    assert_eq!((verified.subject().value.as_str(), verified.value("upn"), verified.email_proved()), ("alice-1", Some("victim@b.example"), false));
    world.refused("two readings", "names.email_malformed", |t| t.claims.text("upn", "a@evil.com@corp.com")).await;
}

/// OE-04: whoever is looked for by another claim is vouched for only if that claim holds the proved address.
#[tokio::test]
async fn oe_04_an_edited_claim_borrows_no_proof() {
    let mut world = World::new().await;
    for (claim, value, expected) in [("preferred_username", "victim@a.example", false), ("preferred_username", "Alice@a.example", true), ("preferred_username", "4711", true), ("nickname", "alice@a.example", true)] {
        world.connection.settings.matching.remote = RemoteField::Named(claim.to_owned());
        let verified = world.sign_in(|t| t.claims.text(claim, value)).await.unwrap();
        assert_eq!((verified.subject().value.as_str(), verified.email_proved()), ("alice-1", expected), "{value}");
        let listed = world.sign_in(|t| t.claims.set(claim, &format!("[\"{value}\"]"))).await.unwrap();
        assert_eq!(listed.email_proved(), expected, "[{value}]");
    }
    world.connection.settings.matching.remote = RemoteField::Subject;
    assert!(!world.sign_in(|t| t.claims.text("sub", "victim@a.example")).await.unwrap().email_proved());
    assert!(world.honest().await.email_proved());
}

/// OE-11: an address that two readers could read differently refuses the sign-in.
#[tokio::test]
async fn oe_11_addresses_have_one_reading() {
    let world = World::new().await;
    world.honest().await;
    for bad in ["a@evil.com@corp.com", "\\\"a@corp.com\\\"@evil.com", "a@corp.com.", "a\\u0000@corp.com", "a@corp.com\\u0000", " a@corp.com", "a@corp.com\\n", "a(comment)@corp.com", "a@[127.0.0.1]", "a,b@corp.com", "<a@corp.com>", "@corp.com", "a@", ""] {
        world.refused(bad, "names.email_malformed", |t| t.claims.text("email", bad)).await;
    }
}

/// OE-03: the person is the claim that never changes; a changed address moves nobody.
#[tokio::test]
async fn oe_03_a_changed_address_moves_nobody() {
    let mut world = World::new().await;
    let before = world.honest().await;
    let after = world.sign_in(|t| t.claims.text("email", "victim@b.example")).await.unwrap();
    assert_eq!(before.subject(), after.subject());
    world.settings().subject = Some(SubjectClaim::Named("employee_id".to_owned()));
    let named = world.sign_in(|t| t.claims.text("employee_id", "alice-1")).await.unwrap();
    assert_eq!((named.subject().kind.as_str(), named.subject().value.as_str()), ("employee_id", "alice-1"));
    assert_ne!(named.subject(), before.subject(), "equal values of two claims are two names");
    world.refused("missing", "names.subject_missing", |_| {}).await;
    world.settings().subject = Some(SubjectClaim::Named("email".to_owned()));
    let failure = world.party.finish(&world.connection, crate::world::CALLBACK, &homeward_federation::oidc::CallbackParams::parse("code=c&state=s").unwrap(), &pending(&world), crate::world::now()).await.unwrap_err();
    assert_eq!(failure.code, "settings.refused");
}

fn pending(world: &World) -> homeward_federation::Pending {
    homeward_federation::Pending {
        connection: world.connection.id,
        sent_at: crate::world::now(),
        fresh: false,
        max_age: None,
        second_factor: false,
        protocol: homeward_federation::PendingProtocol::Oidc { nonce: "n".to_owned(), verifier: "v".to_owned() },
    }
}

/// A second factor that was required is proved by the connection's `acr` or `amr`.
#[tokio::test]
async fn a_required_second_factor_is_proved() {
    let mut world = World::new().await;
    let strong = || Wish { second_factor: true, ..wish() };
    let failure = world.sign_in_for(strong(), |_| {}).await.unwrap_err();
    assert_eq!(failure.code, "allowed.second_factor");
    assert_eq!(world.sign_in_for(strong(), |t| t.claims.set("amr", r#"["pwd"]"#)).await.unwrap_err().code, "allowed.second_factor");
    let verified = world.sign_in_for(strong(), |t| t.claims.set("amr", r#"["pwd","mfa"]"#)).await.unwrap();
    assert_eq!((verified.subject().value.as_str(), verified.amr()), ("alice-1", &["pwd".to_owned(), "mfa".to_owned()][..]));
    world.settings().second_factor.acr_values = vec!["urn:two".to_owned()];
    let trip = world.begin(strong()).await;
    assert_eq!(trip.parameter("acr_values").as_deref(), Some("urn:two"));
    let verified = world.sign_in_for(strong(), |t| t.claims.text("acr", "urn:two")).await.unwrap();
    assert_eq!(verified.acr(), Some("urn:two"));
    world.settings().second_factor.amr.clear();
    assert_eq!(world.sign_in_for(strong(), |t| t.claims.set("amr", r#"["mfa"]"#)).await.unwrap_err().code, "allowed.second_factor");
}
