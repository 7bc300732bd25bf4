//! Steps in the life of a connection: each with the one before it, so that it can be taken back.

use homeward_model::{ConnectionId, Timestamp};
use homeward_portal::standing::{Standing, Taken};
use sqlx::SqliteConnection;

use super::{Store, StoreError, read_doc, write_doc};

impl Store {
    /// Moves a connection from where the step says that it stands. `false`, and nothing is changed, when it stands elsewhere by now.
    /// Switched off for good, it ends its sessions; an outage ends none.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn take_step(&self, taken: &Taken, now: Timestamp) -> Result<bool, StoreError> {
        self.stand(taken, (false, now)).await
    }

    /// Takes a step back; `false` when it was taken back already or the connection stands elsewhere by now. `to`: where it stands then.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn undo_step(&self, taken: &Taken, to: Standing, now: Timestamp) -> Result<bool, StoreError> {
        let back = Taken { connection: taken.connection, at: taken.at, before: taken.after, after: to };
        self.stand(&back, (true, now)).await
    }

    /// The last step that was not taken back.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn last_step(&self, connection: ConnectionId) -> Result<Option<Taken>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM connection_move WHERE connection = $1 AND undone = 0 ORDER BY at DESC, rowid DESC LIMIT 1")
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
    pub(super) async fn stand_in(&self, work: &mut SqliteConnection, step: &Taken, (undoes, now): (bool, Timestamp)) -> Result<bool, StoreError> {
        let id = step.connection.as_uuid();
        let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM connection WHERE id = $1").bind(id).fetch_optional(&mut *work).await?;
        let Some((doc,)) = row else { return Ok(false) };
        let present: homeward_discovery::Connection = read_doc(&doc)?;
        if Standing::of(&present, now) != step.before {
            return Ok(false);
        }
        let changed = if undoes {
            let of = "UPDATE connection_move SET undone = 1 WHERE rowid = (SELECT MAX(rowid) FROM connection_move WHERE connection = $1 AND at = $2 AND undone = 0)";
            sqlx::query(of).bind(id).bind(step.at.seconds()).execute(&mut *work).await?
        } else {
            let new = "INSERT INTO connection_move(connection, at, doc, undone) VALUES ($1, $2, $3, 0)";
            sqlx::query(new).bind(id).bind(step.at.seconds()).bind(write_doc(step)?).execute(&mut *work).await?
        };
        if changed.rows_affected() != 1 {
            return Ok(false);
        }
        let moved = step.after.put_into(&present);
        sqlx::query("UPDATE connection SET doc = $2 WHERE id = $1").bind(id).bind(write_doc(&moved)?).execute(&mut *work).await?;
        self.after_move(work, &moved, now).await?;
        Ok(true)
    }
}
