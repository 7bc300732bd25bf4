//! Steps in the life of a connection: each with the one before it, so that it can be taken back.

use homeward_discovery::{Account, ConnectionState};
use homeward_federation::ConnectionSettings;
use homeward_model::{AccountId, ConnectionId, Timestamp};
use homeward_portal::standing::{Standing, Taken};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, read_doc, write_doc};
use crate::{
    engine::{Work, query},
    register::Register,
};

/// A step as it rests: with the settings that the connection had then, as SHA-256.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    taken: Taken,
    #[serde(default)]
    settings: Option<[u8; 32]>,
}

/// Keeps a step, with the settings that the connection had.
async fn keep(work: &mut Work, taken: &Taken, settings: Option<[u8; 32]>) -> Result<u64, StoreError> {
    let new = "INSERT INTO connection_move(connection, at, doc, undone) VALUES ($1, $2, $3, FALSE)";
    let row = query(new).bind(taken.connection.as_uuid()).bind(taken.at.seconds()).bind(write_doc(&Kept { taken: *taken, settings })?);
    Ok(row.execute(work).await?.rows_affected())
}

/// Keeps the steps that a file takes, beside what else it changes, so that each can be taken back like any other. The settings are those
/// that were there before: back there with others would be a step that nobody has tested. What else the file changes of where people sign in is
/// kept by its extent: a step is not taken back without it.
pub(super) async fn keep_steps(work: &mut Work, (entries, seen): (&Register, &Register), now: Timestamp) -> Result<(), StoreError> {
    for entry in &entries.connections {
        let Some(old) = seen.connections.iter().find(|old| old.connection.id == entry.connection.id) else { continue };
        let (before, after) = (Standing::of(&old.connection, now), Standing::of(&entry.connection, now));
        if before != after {
            let settings = old.settings.as_ref().and_then(ConnectionSettings::digest);
            let beside = account_of(work, entry.connection.account).await?.map(|account| entries.beside(seen, &account)).unwrap_or_default();
            keep(work, &Taken { connection: entry.connection.id, at: now, before, after, beside, offer: None, led: None }, settings).await?;
        }
    }
    Ok(())
}

/// Whether taking a step back would bring people to settings that nobody has tested: others were entered since the step. Where everybody
/// signs in already, or will when an outage ends by itself, it brings nobody to anything new.
async fn brings_untested_back(work: &mut Work, step: &Taken, settings: Option<[u8; 32]>) -> Result<bool, StoreError> {
    use ConnectionState::{Domains, Enforced, Outage, Pilot};
    // An outage is no way around the test: what it ends in is where people will be.
    let to = step.after.outage.map_or(step.after.state, |outage| outage.back);
    let nothing_new = matches!((step.before.state, to), (Enforced | Outage, _) | (Domains, Pilot)) || step.before.state == to;
    if nothing_new || !to.is_on() {
        return Ok(false);
    }
    let last = "SELECT doc FROM connection_move WHERE connection = $1 AND at = $2 AND undone = FALSE ORDER BY rowid DESC LIMIT 1";
    let row: Option<(String,)> = query(last).bind(step.connection.as_uuid()).bind(step.at.seconds()).fetch_optional(work).await?;
    let then = row.map(|(doc,)| read_doc::<Kept>(&doc)).transpose()?.and_then(|kept| kept.settings);
    Ok(settings != then)
}

/// What the step has changed of the account goes back with it. `false`: somebody has changed that since; what shall stay is left out of the step, so that
/// what is on record is what is done.
async fn account_back(work: &mut Work, back: &Taken, connection: &homeward_discovery::Connection) -> Result<bool, StoreError> {
    if back.offer.is_none() && back.led.is_none() {
        return Ok(true);
    }
    let Some(account) = account_of(work, connection.account).await?.filter(|account| back.finds(account)) else { return Ok(false) };
    write_account(work, &back.put_into(&account)).await?;
    Ok(true)
}

pub(super) async fn account_of(work: &mut Work, id: AccountId) -> Result<Option<Account>, StoreError> {
    let row: Option<(String,)> = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_optional(work).await?;
    row.map(|(doc,)| read_doc(&doc)).transpose()
}

pub(super) async fn write_account(work: &mut Work, account: &Account) -> Result<(), StoreError> {
    query("UPDATE account SET doc = $2 WHERE id = $1").bind(account.id.as_uuid()).bind(write_doc(account)?).execute(work).await?;
    Ok(())
}

impl Store {
    /// Moves a connection from where the step says that it stands. `false`, and nothing is changed, when it stands elsewhere by now.
    /// Switched off for good, it ends its sessions; an outage ends none.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn take_step(&self, taken: &Taken, now: Timestamp) -> Result<bool, StoreError> {
        self.stand(taken, (false, now)).await
    }

    /// Takes a step back; `false` when it was taken back already, the connection stands elsewhere by now, it would be switched on with
    /// other settings than it had, or what goes back of the account is not as the step left it. `to`: where it stands then.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn undo_step(&self, taken: &Taken, to: Standing, now: Timestamp) -> Result<bool, StoreError> {
        self.stand(&taken.back(to), (true, now)).await
    }

    /// The last step that was not taken back.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn last_step(&self, connection: ConnectionId) -> Result<Option<Taken>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM connection_move WHERE connection = $1 AND undone = FALSE ORDER BY at DESC, rowid DESC LIMIT 1")
            .bind(connection.as_uuid())
            .fetch_optional(&self.read)
            .await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn stand(&self, step: &Taken, at: (bool, Timestamp)) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        if !self.stand_in(&mut work, step, at).await? {
            return Ok(false);
        }
        work.commit().await?;
        Ok(true)
    }

    /// Moves a connection in a transaction that is under way. `undoes`: the step is one taken back.
    pub(super) async fn stand_in(&self, work: &mut Work, step: &Taken, (undoes, now): (bool, Timestamp)) -> Result<bool, StoreError> {
        let id = step.connection.as_uuid();
        let row: Option<(String, Option<String>)> = query("SELECT doc, settings FROM connection WHERE id = $1").bind(id).fetch_optional(&mut *work).await?;
        let Some((doc, settings)) = row else { return Ok(false) };
        let present: homeward_discovery::Connection = read_doc(&doc)?;
        let settings = settings.as_deref().map(read_doc::<ConnectionSettings>).transpose()?.and_then(|settings| settings.digest());
        if Standing::of(&present, now) != step.before || (undoes && brings_untested_back(work, step, settings).await?) {
            return Ok(false);
        }
        let changed = if undoes {
            let of = "UPDATE connection_move SET undone = TRUE WHERE rowid = (SELECT MAX(rowid) FROM connection_move WHERE connection = $1 AND at = $2 AND undone = FALSE)";
            query(of).bind(id).bind(step.at.seconds()).execute(&mut *work).await?.rows_affected()
        } else {
            keep(work, step, settings).await?
        };
        if changed != 1 {
            return Ok(false);
        }
        let moved = step.after.put_into(&present);
        query("UPDATE connection SET doc = $2 WHERE id = $1").bind(id).bind(write_doc(&moved)?).execute(&mut *work).await?;
        if undoes && !account_back(work, step, &moved).await? {
            return Ok(false);
        }
        self.after_move(work, &moved, now).await?;
        Ok(true)
    }
}
