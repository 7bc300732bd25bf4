//! What this crate needs from a store.

use async_trait::async_trait;
use homeward_model::{EmailAddress, NetworkPrefix, Timestamp, UserId};

/// The store did not answer, or not in time. Never a reason to let anybody in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreFault(pub String);

/// A change to one user's credential, carried out in one step or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUpdate {
    /// Whose.
    pub user: UserId,
    /// The version that must still be current; `None` when there must be no credential yet.
    pub replaces: Option<i64>,
    /// The new credential; its version is one higher.
    pub credential: crate::StoredCredential,
    /// How many entries the history keeps after this change (the old credential goes into it).
    pub keep_history: u32,
    /// The mailbox that proved who it is, where the password came by mail.
    pub proved_by: Option<EmailAddress>,
    /// Whether it is a first password, by which somebody who is invited becomes active.
    pub activates: bool,
}

/// Passwords as stored.
#[async_trait]
pub trait CredentialStore: Send + Sync {
    /// The credentials of these users, in any order; users without one are left out.
    async fn of_users(&self, users: &[UserId]) -> Result<Vec<crate::StoredCredential>, StoreFault>;
    /// Earlier passwords of a user, newest first, at most ten.
    async fn history(&self, user: UserId) -> Result<Vec<crate::StoredCredential>, StoreFault>;
    /// The same password under other parameters: neither version nor date change, nothing else happens. `false` when the
    /// version is not current any more.
    async fn rehash(&self, credential: &crate::StoredCredential) -> Result<bool, StoreFault>;
}

/// What was typed. Each has counters of its own: whoever uses up the tries at one takes none of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessed {
    /// A password.
    Password,
    /// The code of a mail to set another password.
    Code,
    /// The code of a mail to sign in while a provider is away. No link stands beside it, so that those who try the other codes shall not use it up.
    SignInCode,
}

/// One attempt at guessing, as the limits see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess<'a> {
    /// What was typed.
    pub what: Guessed,
    /// The key of the username that was tried, known or not.
    pub username_key: &'a str,
    /// Where from.
    pub network: NetworkPrefix,
    /// A browser that has signed in with this username before (LG-02); counted apart from strangers.
    pub known_browser: Option<&'a str>,
}

/// Counters of failed attempts. `reserve` counts before the password is looked at, so that parallel attempts cannot
/// pass the limit together (LG-05); `succeeded` takes back what that one attempt reserved and clears its own counters.
#[async_trait]
pub trait GuessCounters: Send + Sync {
    /// Counts one attempt, or says until when there is a pause. Atomic over all counters concerned.
    async fn reserve(&self, guess: &Guess<'_>, now: Timestamp) -> Result<crate::Reservation, StoreFault>;
    /// How long the pause will be to which further attempts like this one lead, where the tries that are left are told; counts nothing.
    async fn pause_to_come(&self, guess: &Guess<'_>, now: Timestamp) -> Result<std::time::Duration, StoreFault>;
    /// The attempt was right.
    async fn succeeded(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault>;
    /// The attempt was neither right nor wrong (overload): takes it back.
    async fn cancelled(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault>;
    /// Counts one use of something else that must not be used without end, for example asking for mail. `Some(wait)` when
    /// it has been used `limit` times within `window`.
    async fn allow(
        &self,
        what: &'static str,
        who: &str,
        limit: u32,
        window: std::time::Duration,
        now: Timestamp,
    ) -> Result<Option<std::time::Duration>, StoreFault>;
    /// Takes back one use that `allow` has counted: it turned out to be right.
    async fn give_back(&self, what: &'static str, who: &str, limit: u32, window: std::time::Duration, now: Timestamp) -> Result<(), StoreFault>;
    /// How long a use of that would have to wait now; counts nothing.
    async fn waits(
        &self,
        what: &'static str,
        who: &str,
        limit: u32,
        window: std::time::Duration,
        now: Timestamp,
    ) -> Result<Option<std::time::Duration>, StoreFault>;
}

/// Who asked for a mail, as far as the hourly limits tell people apart: what a stranger uses up is not the person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A browser in which this very user has been signed in, or an operator.
    Own,
    /// Anybody, in this network.
    Anybody(String),
}

impl Asker {
    /// The word in the store.
    pub fn word(&self) -> &str {
        match self {
            Self::Own => "own",
            Self::Anybody(network) => network,
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Self {
        if word == "own" { Self::Own } else { Self::Anybody(word.to_owned()) }
    }
}

/// A reset or an invitation as stored: only hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReset {
    /// The public half of the link, by which it is found.
    pub selector: String,
    /// What it may be used for, one of `reset::PURPOSES` or of a change of an e-mail address; never one for the other (LR-05).
    pub purpose: &'static str,
    /// For whom. A username that gets no mail has a decoy, for a user that does not exist.
    pub user: UserId,
    /// SHA-256 of the secret half.
    pub verifier_hash: [u8; 32],
    /// SHA-256 over selector and code; empty for an invitation.
    pub code_hash: Vec<u8>,
    /// The credential's version when it was made (0: none); another one voids it.
    pub credential_version: i64,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How often a code was tried.
    pub tries: u32,
    /// Who asked for it.
    pub asker: Asker,
}

/// Resets and invitations.
#[async_trait]
pub trait ResetStore: Send + Sync {
    /// Keeps one and voids every earlier one of the same user and purpose. Codes that sign in stand beside each other: each is good only in
    /// the browser that asked for it, and whoever asks for another one must not void somebody else's.
    async fn put(&self, reset: &StoredReset, now: Timestamp) -> Result<(), StoreFault>;
    /// Finds an unused, unexpired one. Reading does not consume it.
    async fn find(&self, selector: &str, now: Timestamp) -> Result<Option<StoredReset>, StoreFault>;
    /// Finds one whatever became of it, as long as it is kept; only to say so.
    async fn any(&self, selector: &str) -> Result<Option<StoredReset>, StoreFault>;
    /// Counts one try at each of those among these that are unused, unexpired and have tries left, and gives them as they were
    /// before. In one step, so that parallel tries cannot pass the limit together (LG-05).
    async fn claim_try(&self, selectors: &[String], now: Timestamp) -> Result<Vec<StoredReset>, StoreFault>;
    /// Uses it up: `true` for exactly one caller, who has claimed a try, or has the link: no try counts against that (LR-12).
    async fn consume(&self, selector: &str, now: Timestamp) -> Result<bool, StoreFault>;
    /// Who asked for those that were made for this user since `since` (LR-12).
    async fn made_since(&self, user: UserId, since: Timestamp) -> Result<Vec<Asker>, StoreFault>;
}
