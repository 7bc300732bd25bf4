//! The portal's ports. Every statement about people or records names the account beside the id (MT-01).

mod accounts;
mod activity;
mod domains;
mod people;
mod policy;
mod roles;
mod sessions;
mod sign_on;
mod ways_in;

use homeward_portal::ports::{Deed, Fault};
use homeward_signin::ports::AuditEvent;

use super::StoreError;

pub use roles::RoleRefused;
pub(super) use ways_in::ways_in;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// A deed as a record of the audit. Who did it stands last in the detail, by id.
pub fn record_of(deed: &Deed) -> AuditEvent {
    AuditEvent {
        event: deed.event,
        outcome: "ok".into(),
        user: deed.user,
        account: Some(deed.account),
        application: None,
        network: deed.network.clone(),
        case: None,
        at: deed.at,
        detail: format!("{} by {}", deed.detail, deed.by).trim_start().to_owned(),
    }
}

/// Sorts after every text that begins with the same characters.
const LAST: char = '\u{10FFFF}';
