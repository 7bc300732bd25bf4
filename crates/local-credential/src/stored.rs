//! A password as it rests in the store.

use homeward_model::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Cost of one argon2id evaluation (RFC 9106 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashParams {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for HashParams {
    /// 19 MiB, two passes, one lane: the first recommendation of the OWASP password storage sheet.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// How a password is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Ours: HMAC(pepper, user ‖ argon2id(password, salt)). The salt belongs to the username, not to the account, so that
    /// one evaluation serves every account of the name; the HMAC keeps equal passwords from showing.
    Peppered {
        /// Cost of the evaluation.
        params: HashParams,
        /// Salt of the username.
        salt: [u8; 16],
        /// Number of the root key that the pepper comes from.
        pepper: u8,
        /// The keyed hash.
        mac: [u8; 32],
    },
    /// Another system's hash, checked by `import`; replaced by ours at the first right password.
    Foreign {
        /// The hash in its own text form.
        phc: String,
    },
}

impl std::fmt::Debug for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Peppered { params, pepper, .. } => write!(f, "Peppered({params:?}, pepper {pepper}, …)"),
            Self::Foreign { .. } => f.write_str("Foreign(…)"),
        }
    }
}

/// One user's credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// Whose.
    pub user: UserId,
    /// From 1; one higher at every change by the person. Sessions and stages are bound to it.
    pub version: i64,
    /// How it is stored.
    pub scheme: Scheme,
    /// When the person last changed it; expiry counts from here.
    pub changed_at: Timestamp,
    /// It must be replaced at the next sign-in whatever its age.
    pub must_change: bool,
}

/// The password of this user was right: the only proof of it, made by `Passwords::verify` and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordVerified {
    user: UserId,
    version: i64,
}

impl PasswordVerified {
    pub(crate) const fn of(credential: &StoredCredential) -> Self {
        Self { user: credential.user, version: credential.version }
    }
    /// Whose password it is.
    pub const fn user(&self) -> UserId {
        self.user
    }
    /// The version of the credential that was right.
    pub const fn version(&self) -> i64 {
        self.version
    }
}
