//! The outbox. A mail may hold the link of a reset, so it rests sealed: a copy of the database opens nobody's account (LR-02).

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_mail::{Letter, MailFault, Outbox, Queued, Rendered, Resting};
use homeward_model::{EmailAddress, Timestamp};
use homeward_sealing::Sealer;

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

/// How long a worker has what it took.
const CLAIM: std::time::Duration = std::time::Duration::from_secs(300);

/// The outbox of a store.
#[derive(Clone)]
pub struct SealedOutbox {
    store: Store,
    sealer: Arc<Sealer>,
}

impl Store {
    /// The outbox, whose mails are sealed by this sealer.
    pub fn outbox(&self, sealer: Arc<Sealer>) -> SealedOutbox {
        SealedOutbox { store: self.clone(), sealer }
    }
}

const KEEP: &str = "INSERT INTO outbox(recipient, doc, due_at, tries) VALUES ($1, $2, $3, 0)";

/// Keeps one together with what it tells of.
pub(super) async fn keep(work: &mut Work, resting: &Resting, now: Timestamp) -> Result<(), StoreError> {
    query(KEEP).bind(&resting.recipient).bind(&resting.doc).bind(now.seconds()).execute(&mut *work).await?;
    Ok(())
}

/// Where a mail rests. The recipient is part of it: a mail cannot be readdressed.
pub(super) fn place(recipient: &str) -> String {
    format!("outbox.doc {recipient}")
}

impl SealedOutbox {
    fn sealed(&self, recipient: &str, rendered: &Rendered) -> Result<String, MailFault> {
        let sealed = self.sealer.seal(&place(recipient), write_doc(rendered)?.as_bytes());
        sealed.map(|sealed| STANDARD.encode(sealed)).ok_or_else(|| MailFault("a mail cannot be sealed".to_owned()))
    }

    fn opened(&self, recipient: &str, doc: &str) -> Option<(EmailAddress, Rendered)> {
        let secret = self.sealer.open(&place(recipient), &STANDARD.decode(doc).ok()?)?;
        Some((EmailAddress::parse(recipient).ok()?, read_doc(std::str::from_utf8(&secret).ok()?).ok()?))
    }
}

#[async_trait]
impl Outbox for SealedOutbox {
    fn resting(&self, letter: &Letter, rendered: &Rendered) -> Result<Resting, MailFault> {
        let recipient = letter.to.as_str().to_owned();
        let doc = self.sealed(&recipient, rendered)?;
        Ok(Resting { recipient, doc })
    }
    async fn put(&self, letter: &Letter, rendered: &Rendered, now: Timestamp) -> Result<(), MailFault> {
        let resting = self.resting(letter, rendered)?;
        let done = query(KEEP).bind(resting.recipient).bind(resting.doc).bind(now.seconds()).execute(&self.store.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Queued>, MailFault> {
        // Due again in five minutes, should the worker that has it now never say what became of it.
        let rows: Result<Vec<(i64, String, String, i64)>, sqlx::Error> = query(
            "UPDATE outbox SET due_at = $2 WHERE id IN (SELECT id FROM outbox WHERE due_at <= $1 ORDER BY id LIMIT $3) AND due_at <= $1 RETURNING id, recipient, doc, tries",
        )
        .bind(now.seconds())
        .bind(now.plus(CLAIM).seconds())
        .bind(i64::from(limit))
        .fetch_all(&self.store.write)
        .await;
        let mut rows = rows.map_err(StoreError::from)?;
        rows.sort_unstable_by_key(|row| row.0);
        let mut due = Vec::new();
        for (id, recipient, doc, tries) in rows {
            match self.opened(&recipient, &doc) {
                Some((to, rendered)) => due.push(Queued { id, to, rendered, tries: u32::try_from(tries).unwrap_or(0) }),
                // Not ours, or sealed by a root key that is gone: it waits for an operator and holds up no other.
                None => self.failed(id, None, "it does not open under the root keys").await?,
            }
        }
        Ok(due)
    }
    async fn sent(&self, id: i64, _: Timestamp) -> Result<(), MailFault> {
        query("DELETE FROM outbox WHERE id = $1").bind(id).execute(&self.store.write).await.map_err(StoreError::from)?;
        Ok(())
    }
    async fn failed(&self, id: i64, retry_at: Option<Timestamp>, error: &str) -> Result<(), MailFault> {
        let done = query("UPDATE outbox SET tries = tries + 1, due_at = $2, error = $3 WHERE id = $1")
            .bind(id)
            .bind(retry_at.map(|t| t.seconds()))
            .bind(error)
            .execute(&self.store.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
}
