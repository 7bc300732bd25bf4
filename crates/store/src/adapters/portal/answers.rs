//! Answers of the API that are given again for the same key.

use std::time::Duration;

use async_trait::async_trait;
use homeward_model::{ApiTokenId, Timestamp};
use homeward_portal::{
    ports::Fault,
    tokens::ports::{Answers, Claim, GIVEN_UP, KEPT, Kept, MOST_KEPT},
};

use crate::adapters::{Store, StoreError, Swept};
use crate::engine::{Work, query};

#[derive(sqlx::FromRow)]
struct Row {
    request: Vec<u8>,
    at: i64,
    status: Option<i64>,
    etag: Option<String>,
    location: Option<String>,
    body: Option<String>,
}

impl Row {
    fn kept(self) -> Option<Kept> {
        let status = u16::try_from(self.status?).ok()?;
        Some(Kept { status, etag: self.etag, location: self.location, body: self.body.unwrap_or_default() })
    }
}

/// How long a token with `most` answers has to wait before it keeps another; `None`: it has fewer. Nothing beyond them is counted.
async fn full(work: &mut Work, token: ApiTokenId, (most, now): (u32, Timestamp)) -> Result<Option<Duration>, StoreError> {
    let statement = "SELECT COUNT(*), MIN(at) FROM (SELECT at FROM api_answer WHERE token = $1 AND at > $3 LIMIT $2) kept";
    let (count, oldest): (i64, Option<i64>) =
        query(statement).bind(token.as_uuid()).bind(i64::from(most)).bind(now.minus(KEPT).seconds()).fetch_one(work).await?;
    let wait = oldest.map_or(KEPT, |at| Timestamp::from_seconds(at).plus(KEPT).since(now));
    Ok((count >= i64::from(most)).then_some(wait))
}

impl Store {
    async fn claim_answer(&self, (token, key): (ApiTokenId, [u8; 32]), request: &[u8; 32], now: Timestamp) -> Result<Claim, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "SELECT request, at, status, etag, location, body FROM api_answer WHERE token = $1 AND key = $2";
        let row: Option<Row> = query(statement).bind(token.as_uuid()).bind(&key[..]).fetch_optional(&mut *work).await?;
        let over = |row: &Row| {
            let age = now.since(Timestamp::from_seconds(row.at));
            age >= KEPT || (row.status.is_none() && age >= GIVEN_UP)
        };
        if let Some(row) = row.filter(|row| !over(row)) {
            return Ok(if row.request != request { Claim::Other } else { row.kept().map_or(Claim::Running, Claim::Again) });
        }
        if let Some(wait) = full(&mut work, token, (MOST_KEPT, now)).await? {
            return Ok(Claim::Full(wait));
        }
        query("INSERT INTO api_answer(token, key, request, at) VALUES ($1, $2, $3, $4) ON CONFLICT(token, key) DO UPDATE SET request = $3, at = $4, status = NULL, etag = NULL, location = NULL, body = NULL")
            .bind(token.as_uuid())
            .bind(&key[..])
            .bind(&request[..])
            .bind(now.seconds())
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(Claim::Go)
    }

    async fn keep_answer(&self, (token, key): (ApiTokenId, [u8; 32]), answer: &Kept) -> Result<(), StoreError> {
        query("UPDATE api_answer SET status = $3, etag = $4, location = $5, body = $6 WHERE token = $1 AND key = $2 AND status IS NULL")
            .bind(token.as_uuid())
            .bind(&key[..])
            .bind(i64::from(answer.status))
            .bind(&answer.etag)
            .bind(&answer.location)
            .bind(&answer.body)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn forget_answer(&self, (token, key): (ApiTokenId, [u8; 32])) -> Result<(), StoreError> {
        query("DELETE FROM api_answer WHERE token = $1 AND key = $2 AND status IS NULL").bind(token.as_uuid()).bind(&key[..]).execute(&self.write).await?;
        Ok(())
    }

    /// Forgets answers that are given again no more.
    pub(in crate::adapters) async fn sweep_answers(&self, now: Timestamp) -> Result<Swept, StoreError> {
        self.delete_over(("api_answer", "token, key"), "at <= $1", Some(now.minus(KEPT))).await
    }
}

#[async_trait]
impl Answers for Store {
    async fn claim(&self, of: (ApiTokenId, [u8; 32]), request: &[u8; 32], now: Timestamp) -> Result<Claim, Fault> {
        Ok(self.claim_answer(of, request, now).await?)
    }
    async fn keep(&self, of: (ApiTokenId, [u8; 32]), answer: &Kept) -> Result<(), Fault> {
        Ok(self.keep_answer(of, answer).await?)
    }
    async fn give_up(&self, of: (ApiTokenId, [u8; 32])) -> Result<(), Fault> {
        Ok(self.forget_answer(of).await?)
    }
}

#[cfg(test)]
mod tests {
    use homeward_model::{Random, SystemRandom, random_token};
    use homeward_sealing::sha256;

    use super::*;

    /// A token has so many answers and no more, until the oldest of them is forgotten; what it has is given again meanwhile, and another
    /// token has its own.
    #[tokio::test]
    async fn a_token_keeps_so_many_answers_and_no_more() {
        let path = std::env::temp_dir().join(format!("homeward-answers-{}.db", random_token(&SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        let random: &dyn Random = &SystemRandom;
        let (token, other) = (ApiTokenId::generate(random), ApiTokenId::generate(random));
        let at = |seconds: u64| Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(seconds));
        for place in 0..3 {
            assert_eq!(store.claim_answer((token, sha256(&[place])), &[1; 32], at(u64::from(place))).await.unwrap(), Claim::Go);
        }
        let mut work = store.write.begin().await.unwrap();
        assert_eq!(full(&mut work, token, (4, at(10))).await.unwrap(), None);
        assert_eq!(full(&mut work, token, (3, at(10))).await.unwrap(), Some(KEPT - Duration::from_secs(10)));
        assert_eq!(full(&mut work, other, (3, at(10))).await.unwrap(), None, "another token's");
        assert_eq!(full(&mut work, token, (3, at(KEPT.as_secs()))).await.unwrap(), None, "the oldest is forgotten");
        drop(work);
        let kept = Kept { status: 201, etag: None, location: None, body: "{}".into() };
        store.keep_answer((token, sha256(&[0])), &kept).await.unwrap();
        assert_eq!(store.claim_answer((token, sha256(&[0])), &[1; 32], at(11)).await.unwrap(), Claim::Again(kept));
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }
}
