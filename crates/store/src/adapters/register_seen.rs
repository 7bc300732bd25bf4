//! Whether what is about to be written over still stands as it was read. Whoever looks at a plan for some minutes would otherwise write back
//! whole documents as they were then, and undo what administrators did in the portal meanwhile (SM-06).

use std::collections::{BTreeSet, HashSet};

use homeward_model::{AccountId, UserId};
use serde::de::DeserializeOwned;

use super::{StoreError, read_doc};
use crate::{
    engine::{Work, query},
    register::{AccountEntry, ApplicationEntry, ConnectionEntry, Register},
};

/// The first entry of `entries` that is not as `seen` has it: what it is, in words. One that is not among `seen` was not there.
pub(super) async fn changed(work: &mut Work, entries: &Register, seen: &Register) -> Result<Option<String>, StoreError> {
    for entry in &entries.accounts {
        let id = entry.account.id;
        let row: Option<(String, String, Option<String>)> =
            query("SELECT doc, policy, default_application FROM account WHERE id = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        let present = row.map(|(doc, policy, default_application)| Ok::<_, StoreError>(AccountEntry { account: read_doc(&doc)?, policy: read_doc(&policy)?, default_application }));
        if present.transpose()?.as_ref() != seen.accounts.iter().find(|seen| seen.account.id == id) {
            return Ok(Some(format!("account {}", entry.account.number)));
        }
    }
    for entry in &entries.connections {
        let id = entry.connection.id;
        let row: Option<(String, Option<String>)> = query("SELECT doc, settings FROM connection WHERE id = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        let present = row.map(|(doc, settings)| Ok::<_, StoreError>(ConnectionEntry { connection: read_doc(&doc)?, settings: settings.as_deref().map(read_doc).transpose()? }));
        if present.transpose()?.as_ref() != seen.connections.iter().find(|seen| seen.connection.id == id) {
            return Ok(Some(format!("connection \"{}\"", entry.connection.name)));
        }
    }
    for domain in &entries.domains {
        let row: Option<(String,)> = query("SELECT doc FROM domain_claim WHERE domain = $1 AND account = $2")
            .bind(domain.domain.as_str())
            .bind(domain.account.as_uuid())
            .fetch_optional(&mut *work)
            .await?;
        if read(row)?.as_ref() != seen.domains.iter().find(|seen| (&seen.domain, seen.account) == (&domain.domain, domain.account)) {
            return Ok(Some(format!("domain {}", domain.domain)));
        }
    }
    // Many thousands at once: what was seen is found by its place, not by going through all of it for each.
    let users: std::collections::HashMap<_, _> = seen.users.iter().map(|user| (user.id, user)).collect();
    for user in &entries.users {
        let row: Option<(String,)> = query("SELECT doc FROM person WHERE id = $1").bind(user.id.as_uuid()).fetch_optional(&mut *work).await?;
        if read(row)?.as_ref() != users.get(&user.id).copied() {
            return Ok(Some(format!("user {}", user.username.masked())));
        }
    }
    for entry in &entries.applications {
        let id = &entry.client.client_id;
        let row: Option<(bool, String, String)> = query("SELECT enabled, doc, client FROM application WHERE client_id = $1").bind(id.as_str()).fetch_optional(&mut *work).await?;
        let present = row.map(|(enabled, doc, client)| Ok::<_, StoreError>(ApplicationEntry { enabled, application: read_doc(&doc)?, client: read_doc(&client)? }));
        if present.transpose()?.as_ref() != seen.applications.iter().find(|seen| seen.client.client_id == *id) {
            return Ok(Some(format!("application {id}")));
        }
    }
    Ok(None)
}

/// The accounts whose ways in may be lost by this: those of what is written over, and those of connections, also of new ones, because a provider
/// may take the password's place. Domains say only by which of them somebody comes.
pub(super) fn touched(entries: &Register, seen: &Register) -> BTreeSet<AccountId> {
    let accounts: HashSet<AccountId> = seen.accounts.iter().map(|seen| seen.account.id).collect();
    let users: HashSet<UserId> = seen.users.iter().map(|seen| seen.id).collect();
    let of_accounts = entries.accounts.iter().map(|entry| entry.account.id).filter(|id| accounts.contains(id));
    let of_users = entries.users.iter().filter(|user| users.contains(&user.id)).map(|user| user.account);
    let of_connections = entries.connections.iter().map(|entry| entry.connection.account);
    of_accounts.chain(of_users).chain(of_connections).collect()
}

fn read<T: DeserializeOwned>(row: Option<(String,)>) -> Result<Option<T>, StoreError> {
    row.map(|(doc,)| read_doc(&doc)).transpose()
}
