//! Who watches what leaves. In tests a [`Spy`] proves that nothing did.

use std::sync::{Arc, Mutex, PoisonError};

/// Told of every request before its name is resolved; never of one whose address the rules withhold.
pub trait Witness: Send + Sync {
    /// A request leaves. `address` has no query: codes and tokens stay out of it.
    fn leaves(&self, method: &str, address: &str);
}

/// Remembers what left.
#[derive(Clone, Debug, Default)]
pub struct Spy(Arc<Mutex<Vec<String>>>);

impl Spy {
    /// Method and address of every request so far.
    pub fn seen(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Forgets them.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Witness for Spy {
    fn leaves(&self, method: &str, address: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{method} {address}"));
    }
}
