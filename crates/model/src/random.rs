//! Chance as a port. The only file that asks the system for random bytes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Where unpredictable bytes come from.
pub trait Random: Send + Sync {
    /// Fills the buffer with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator (`getrandom(2)`).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness nothing here is safe: ending the process is the only right answer.
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// 256 random bits in base64url without padding: 43 characters.
pub fn random_token(random: &dyn Random) -> String {
    let mut bytes = [0u8; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
