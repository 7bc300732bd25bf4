//! What the SAML targets need beside the world of the federation's own tests. Keys are new in every run; no input depends on them.

use std::sync::OnceLock;

use homeward_federation::{Connection, Failure, VerifiedAssertion, saml::{Signed, verify}};
use homeward_simulator::saml::encode;

#[path = "changed.rs"]
pub mod changed;

#[expect(dead_code, reason = "a target needs a part")]
#[path = "../../../crates/federation/tests/saml/world.rs"]
pub mod world;

/// The usual connection, which takes every kind of signature.
pub fn connection() -> &'static Connection {
    static CONNECTION: OnceLock<Connection> = OnceLock::new();
    CONNECTION.get_or_init(|| world::with_settings(|settings| settings.signed = Signed::Either))
}

/// Verifies, and holds what must hold of every outcome.
pub fn judge(bytes: &[u8]) -> Result<VerifiedAssertion, Failure> {
    let outcome = verify(&encode(bytes), connection(), &world::world().sp, Some(&world::pending()), world::NOW);
    match &outcome {
        Ok(verified) => assert_eq!((verified.name(), verified.subject().issuer.as_str()), (world::ALICE, world::IDP)),
        Err(failure) => assert!(!matches!(failure.code.as_str(), "sig.disagreement" | "sig.parsers_disagree"), "{failure:?}"),
    }
    outcome
}
