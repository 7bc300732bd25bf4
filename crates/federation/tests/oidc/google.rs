//! Google Workspace: OE-09.

use homeward_federation::{Preset, oidc::BeginError};
use homeward_model::SystemRandom;

use crate::world::{CALLBACK, World, now, wish};

/// OE-09: the organisation's domain is named by `hd`, and the person by `sub`.
#[tokio::test]
async fn oe_09_the_hosted_domain_is_checked_and_the_person_is_sub() {
    let mut world = World::at("", Preset::Google).await;
    let begun = world.party.begin(&world.connection, CALLBACK, &wish(), now(), &SystemRandom).await;
    assert!(matches!(begun, Err(BeginError::Settings(_))), "without a domain nobody is sent");
    world.settings().hosted_domains = vec!["a.example".to_owned(), "b.example".to_owned()];
    for domain in ["a.example", "A.Example", "b.example"] {
        let verified = world.sign_in(|t| t.claims.text("hd", domain)).await.unwrap();
        assert_eq!((verified.subject().kind.as_str(), verified.subject().value.as_str()), ("sub", "alice-1"));
    }
    // A private account with the address of the organisation has no `hd`.
    world.refused("private account", "allowed.hosted_domain_missing", |_| {}).await;
    world.refused("other domain", "allowed.hosted_domain", |t| t.claims.text("hd", "evil.example")).await;
    world.refused("longer", "allowed.hosted_domain", |t| t.claims.text("hd", "a.example.evil.example")).await;
    world.refused("list", "allowed.hosted_domain_missing", |t| t.claims.set("hd", r#"["a.example"]"#)).await;
    // The domain was bought by somebody else: the same address, another `sub`, another person.
    let before = world.sign_in(|t| t.claims.text("hd", "a.example")).await.unwrap();
    let after = world.sign_in(|t| { t.claims.text("hd", "a.example"); t.claims.text("sub", "alice-2") }).await.unwrap();
    assert_ne!(before.subject(), after.subject());
}
