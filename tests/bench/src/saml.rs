//! What an answer of a SAML provider costs from the posted text to a verified value, against the two libraries that look at its signature.

use bergshamra::{DsigContext, KeysManager, keys::loader};
use homeward_federation::saml::verify;
use homeward_simulator::saml::encode;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider};

use crate::{figures::Cost, process::cpu_of};

#[expect(dead_code, reason = "the world of the crate's own tests, of which a benchmark needs a part")]
#[path = "../../../crates/federation/tests/saml/world.rs"]
mod world;

/// Answers of one kind in a round.
const EACH: u64 = 1_000;

/// The cost of one answer in each round.
#[derive(Default)]
pub struct Costs {
    /// From the posted text to a verified value.
    pub verified: Cost,
    /// A forgery that anybody can make: one letter of the name is another.
    pub changed: Cost,
    /// A forgery that goes far: everything is right, but the key is a stranger's.
    pub stranger: Cost,
    /// bergshamra alone, on the same document.
    pub bergshamra: Cost,
    /// samael alone, on the same document.
    pub samael: Cost,
}

/// Measures interleaved rounds in this process; one before them warms everything.
pub fn measure(rounds: usize) -> Costs {
    let (world, pending) = (world::world(), world::pending());
    let genuine = world::xml(&world::alice());
    let changed = encode(genuine.replacen("alice@", "alicf@", 1));
    let stranger = encode(world.scene.attacker.response(&world::alice()));
    let posted = encode(&genuine);
    let outcome = |posted: &str| verify(posted, &world.connection, &world.sp, Some(&pending), world::NOW).map(|verified| verified.name().to_owned()).map_err(|failure| failure.code);
    let mut manager = KeysManager::new();
    manager.add_key(loader::load_spki_der(&world.idp().key.public_key()).expect("the provider's key"));
    let context = DsigContext::new(manager);
    let certificate = CertificateDer::from(world.idp().key.certificate().to_vec());
    let mut costs = Costs::default();
    for round in 0..=rounds {
        let mut all = Costs::default();
        all.verified.add(many(|| assert_eq!(outcome(&posted).as_deref(), Ok(world::ALICE))), EACH);
        all.bergshamra.add(many(|| assert!(bergshamra::verify(&context, &genuine).is_ok_and(|result| result.is_valid()))), EACH);
        all.samael.add(many(|| assert!(Crypto::verify_signed_xml(&genuine, &certificate, Some("ID")).is_ok())), EACH);
        all.changed.add(many(|| assert_eq!(outcome(&changed), Err("sig.digest_mismatch".to_owned()))), EACH);
        all.stranger.add(many(|| assert_eq!(outcome(&stranger), Err("sig.untrusted_key".to_owned()))), EACH);
        if round > 0 {
            costs.take(all);
        }
    }
    costs
}

impl Costs {
    fn take(&mut self, round: Self) {
        let pairs = [
            (&mut self.verified, round.verified),
            (&mut self.changed, round.changed),
            (&mut self.stranger, round.stranger),
            (&mut self.bergshamra, round.bergshamra),
            (&mut self.samael, round.samael),
        ];
        for (kept, new) in pairs {
            kept.0.extend(new.0);
        }
    }
}

fn many(work: impl Fn()) -> std::time::Duration {
    let before = cpu_of("self");
    (0..EACH).for_each(|_| work());
    cpu_of("self") - before
}
