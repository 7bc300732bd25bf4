//! What a person's own password, name and e-mail address need from a store. A change and its record stand in one transaction (AU-03).

use async_trait::async_trait;
use homeward_discovery::Connection as Route;
use homeward_federation::ConnectionSettings;
use homeward_local_credential::{CredentialUpdate, StoreFault, StoredReset};
use homeward_mail::Resting;
use homeward_model::{AccountId, DomainName, EmailAddress, SessionId, Timestamp, UserId};

use crate::ports::AuditEvent;

/// A change of an e-mail address, made by `reset::make`: with the purpose `reset::EMAIL` it waits for the code that went to the new address,
/// with `reset::EMAIL_UNDO` it was made, and the link that went to the old one takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailChange {
    /// Selector, hashes, end.
    pub stored: StoredReset,
    /// The new address of one that waits, the old address of one that was made.
    pub address: EmailAddress,
}

/// Another address counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The address before it.
    pub before: Option<EmailAddress>,
}

/// A connection of somebody's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnConnection {
    /// Its name and state.
    pub route: Route,
    /// What was entered for it.
    pub settings: ConnectionSettings,
    /// Whether the person has come through it.
    pub is_bound: bool,
}

/// Passwords, names and e-mail addresses of people, as they change them themselves.
#[async_trait]
pub trait Profiles: Send + Sync {
    /// Another password: new version, old one to the history, in one step with the record and with: every other session of the user ended (all but
    /// `keep`), every application grant revoked, every reset and code of the user void, `letter` in the outbox. `false` when what it replaces is not current
    /// any more.
    async fn set_password(&self, update: &CredentialUpdate, keep: Option<SessionId>, line: &AuditEvent, letter: Option<&Resting>) -> Result<bool, StoreFault>;
    /// Another secret for a session that goes on: of both only the hash is kept. `false` when the session is over, or has another one by now.
    async fn rotate(&self, session: SessionId, from_to: (&[u8; 32], &[u8; 32])) -> Result<bool, StoreFault>;
    /// Writes given and family name of an active user.
    async fn set_names(&self, user: UserId, names: (&str, &str), line: &AuditEvent) -> Result<bool, StoreFault>;
    /// The connections of an account, with what they have to do with this user.
    async fn connections_of(&self, account: AccountId, user: UserId) -> Result<Vec<OwnConnection>, StoreFault>;
    /// Keeps a change that waits for its code, and voids the one before; `false` when the person or the address had `most` of them since then.
    async fn ask(&self, change: &EmailChange, limit: (u32, Timestamp), line: &AuditEvent) -> Result<bool, StoreFault>;
    /// The change of this user that waits and has tries left. Reading uses nothing up.
    async fn waiting(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreFault>;
    /// The same, with a try counted in the same step, so that parallel tries cannot pass the limit together (LG-05); as it was before.
    async fn claim_try(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreFault>;
    /// The code was right: in one step the new address counts, the user's resets are void (LR-04), and `undo` stands with the address before.
    /// `None` when somebody was faster, or the user is not active.
    async fn prove(&self, change: &EmailChange, undo: &StoredReset, line: &AuditEvent) -> Result<Option<Proved>, StoreFault>;
    /// Voids the change that waits; `false` when none does.
    async fn cancel(&self, user: UserId, line: &AuditEvent) -> Result<bool, StoreFault>;
    /// A change that was made and can be taken back, by the selector of its link. Reading uses nothing up (LR-07).
    async fn made(&self, selector: &str, now: Timestamp) -> Result<Option<EmailChange>, StoreFault>;
    /// Takes it back: in one step the address is the one before, every session, grant, code, reset and waiting change of the user is over, and
    /// so are the links of later changes. Whoever has a password changes the address by it only once a new one came by mail. `None` when it
    /// was used.
    async fn take_back(&self, change: &EmailChange, line: &AuditEvent) -> Result<Option<Proved>, StoreFault>;
    /// Whether a change of this user was taken back, and no new password has come by mail since.
    async fn awaits_reset(&self, user: UserId) -> Result<bool, StoreFault>;
    /// Notes that somebody has proved this mailbox to be theirs, as long as it is the one of this user.
    async fn proved_mailbox(&self, user: UserId, address: &EmailAddress, now: Timestamp) -> Result<(), StoreFault>;
    /// Notes that the provider of the mailbox's domain vouches for it. That counts as long as the account has proved this domain.
    async fn vouched_mailbox(&self, user: UserId, mailbox: (&EmailAddress, &DomainName), now: Timestamp) -> Result<(), StoreFault>;
}
