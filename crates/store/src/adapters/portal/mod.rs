//! The portal's ports. Every statement about people or records names the account beside the id (MT-01).

mod accounts;
mod activity;
mod alarms;
mod answers;
mod applications;
mod domains;
mod emergency;
mod given_up;
mod links;
mod logos;
mod newcomers;
mod people;
mod policy;
mod roles;
mod services;
mod sessions;
mod setup_links;
mod sign_on;
mod sought;
mod told;
pub(super) mod tokens;
mod ways_in;

use homeward_model::{Timestamp, UserId};
use homeward_portal::ports::{Deed, Fault};
use homeward_signin::ports::AuditEvent;

use super::{Store, StoreError, watch::forget_browsers};

pub use roles::RoleRefused;
use crate::engine::{Transaction, Work};
pub(super) use domains::is_taken;
pub(super) use emergency::forget_lost;
pub(super) use given_up::forget as forget_given_up;
pub(super) use sought::seek_no_more_for;
pub(super) use ways_in::ways_in;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl Store {
    /// Ends what somebody made that acts in their name without them: tokens for the API, setup links, proofs that are looked for, and emergency codes; and
    /// forgets the browsers in which they signed in. Whoever takes an account back (LR-11) takes these back, too: whoever had the password may have made them.
    pub(super) async fn end_made_by(&self, work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
        tokens::end_those_of(work, maker, now).await?;
        setup_links::end_those_of(work, maker, now).await?;
        seek_no_more_for(work, maker).await?;
        forget_browsers(work, maker).await?;
        self.end_codes_made_by(work, maker, now).await
    }

    /// The same of what rests on the word of a provider by which somebody is known no more (ST-13, OP-03): tokens that were made by a password stay. What
    /// else they made does not say by which proof, and ends.
    pub(super) async fn end_made_on_word(&self, work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
        tokens::end_federated_of(work, maker, now).await?;
        setup_links::end_those_of(work, maker, now).await?;
        seek_no_more_for(work, maker).await?;
        self.end_codes_made_by(work, maker, now).await
    }

    /// Puts a deed on record, and what the account's administrators are told of it, in the transaction of the deed itself.
    async fn put_deed(&self, work: &mut Work, deed: &Deed) -> Result<(), StoreError> {
        self.append_audit(&mut *work, &[&record_of(deed)]).await?;
        alarms::wait(work, deed).await
    }

    /// The end of a deed: what was changed counts together with its record, or not at all (AU-03).
    async fn commit_with(&self, mut work: Transaction, deed: &Deed) -> Result<(), StoreError> {
        self.put_deed(&mut work, deed).await?;
        Ok(work.commit().await?)
    }
}

/// A deed as a record of the audit. Who did it, or answers for the setup link by which it was done, stands last in the detail, by id; the
/// link is its reference.
pub fn record_of(deed: &Deed) -> AuditEvent {
    let through = if deed.link.is_some() { "through a setup link " } else { "" };
    AuditEvent {
        event: deed.event,
        outcome: "ok".into(),
        user: deed.user,
        account: Some(deed.account),
        application: None,
        network: deed.network.clone(),
        case: deed.link.clone(),
        at: deed.at,
        detail: format!("{} {through}by {}", deed.detail, deed.by).trim_start().to_owned(),
    }
}

/// Sorts after every text that begins with the same characters.
const LAST: char = '\u{10FFFF}';
