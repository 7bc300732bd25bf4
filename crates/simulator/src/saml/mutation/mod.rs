//! Attacks on a Response, made by bytes after signing, named by the ids of the security cases.
//!
//! Each case comes with its twin, the same message unharmed, which a verifier must accept; without the twin a refusal proves nothing.

mod canonical;
mod conditions;
mod coverage;
mod encryption;
mod keys;
mod missing;
mod parser;
mod placement;
mod surgery;
mod wrapping;

use homeward_model::Timestamp;

use super::{Answer, Asked, Encryption, Idp, Signed};

pub use placement::placements;

/// Who plays: the provider that the connection trusts, and the attacker, who has an account of his own there.
pub struct Scene {
    /// The trusted provider, with an RSA key.
    pub idp: Idp,
    /// Somebody else with a key and certificate that carry the same names.
    pub attacker: Idp,
    /// The provider with an elliptic curve key, for the cases of such keys.
    pub curve: Idp,
    /// The request that is answered.
    pub asked: Asked,
    /// The time of the answer.
    pub now: Timestamp,
    /// Whom genuinely signed messages are about: the attacker's own account.
    pub mallory: String,
    /// Whom the attacker wants to be.
    pub victim: String,
    /// The service provider's public key, which everybody knows.
    pub encryption: Encryption,
}

/// What a verifier has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Refuse.
    Refused,
    /// Sign in as this subject.
    Accepted(String),
    /// Refuse, or sign in as this subject and nobody else.
    Either(String),
}

/// A message and its unharmed twin.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Which variant of the case.
    pub variant: String,
    /// The message that must sign in `mallory`.
    pub twin: String,
    /// The message of the case; not always UTF-8.
    pub message: Vec<u8>,
    /// What has to happen to it.
    pub expected: Expected,
    /// The certificate that the connection trusts, PEM.
    pub certificate: String,
}

/// A security case.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its id in the table of security cases.
    pub id: &'static str,
    /// What is done.
    pub title: &'static str,
    /// Makes its variants.
    pub make: fn(&Scene) -> Vec<Pair>,
}

/// Every case that is a single message to the assertion consumer service.
pub fn catalogue() -> Vec<Case> {
    [wrapping::CASES, coverage::CASES, missing::CASES, keys::CASES, canonical::CASES, parser::CASES, conditions::CASES, encryption::CASES].concat()
}

/// The case with this id.
pub fn case(id: &str) -> Option<Case> {
    catalogue().into_iter().find(|case| case.id == id)
}

impl Scene {
    /// The genuine answer about mallory.
    pub fn answer(&self, signed: Signed) -> Answer {
        self.idp.answer(&self.asked, &self.mallory, self.now).signed(signed)
    }

    /// The genuine message about mallory.
    pub fn genuine(&self, signed: Signed) -> String {
        self.idp.response(&self.answer(signed))
    }

    /// A message beside its twin that must be refused.
    fn refused(&self, variant: impl Into<String>, twin: &str, message: impl Into<Vec<u8>>) -> Pair {
        self.pair(variant, twin, message, Expected::Refused)
    }

    /// A message that may mean mallory, and nobody else.
    fn either(&self, variant: impl Into<String>, twin: &str, message: impl Into<Vec<u8>>) -> Pair {
        self.pair(variant, twin, message, Expected::Either(self.mallory.clone()))
    }

    /// A message that must sign mallory in.
    fn accepted(&self, variant: impl Into<String>, twin: &str, message: impl Into<Vec<u8>>) -> Pair {
        self.pair(variant, twin, message, Expected::Accepted(self.mallory.clone()))
    }

    fn pair(&self, variant: impl Into<String>, twin: &str, message: impl Into<Vec<u8>>, expected: Expected) -> Pair {
        Pair { variant: variant.into(), twin: twin.to_owned(), message: message.into(), expected, certificate: self.idp.certificate_pem() }
    }

    /// A pair for each way of signing.
    fn each(&self, ways: &[Signed], change: impl Fn(&str) -> String) -> Vec<Pair> {
        ways.iter()
            .map(|way| {
                let twin = self.genuine(*way);
                let changed = change(&twin);
                self.refused(format!("{way:?}"), &twin, changed)
            })
            .collect()
    }
}
