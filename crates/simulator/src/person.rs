//! The people that simulated providers know, and what each brand says of them.

use crate::key::Hash;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they type and what the provider calls them.
    pub username: String,
    /// E-mail address; often the username.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Groups at the provider.
    pub groups: Vec<String>,
}

impl Person {
    /// Somebody whose e-mail address is their username.
    pub fn new(username: &str, given_name: &str, family_name: &str) -> Self {
        Self { username: username.into(), email: username.into(), given_name: given_name.into(), family_name: family_name.into(), groups: Vec::new() }
    }

    /// Somebody that no list knows: named after the username.
    pub fn unlisted(username: &str) -> Self {
        let local = username.split('@').next().unwrap_or(username);
        Self::new(username, local, "Example")
    }

    /// An id that stays the same when everything else about the person changes; `scope` separates providers.
    pub fn stable_id(&self, scope: &str) -> String {
        let hash = Hash::Sha256.of(format!("{scope}\n{}", self.username).as_bytes());
        let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }

    /// The domain of the e-mail address.
    pub fn domain(&self) -> &str {
        self.email.rsplit('@').next().unwrap_or_default()
    }
}
