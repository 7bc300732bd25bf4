//! Logos of accounts. Every statement but the one that gives a picture by its name names the account (MT-01); a change and its record
//! stand in one transaction (AU-03).

use async_trait::async_trait;
use homeward_discovery::Account;
use homeward_model::{AccountId, Logo, LogoId, LogoText};
use homeward_portal::{
    logo::{picture::Picture, ports::Logos},
    ports::{Deed, Fault, Moved},
};

use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::query;

impl Store {
    async fn keep_logo(&self, id: AccountId, (picture, alt): (&Picture, &LogoText), deed: &Deed) -> Result<(), StoreError> {
        let logo = picture.logo(id, alt);
        let mut work = self.write.begin().await?;
        let (doc,): (String,) = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_one(&mut *work).await?;
        let counts = read_doc::<Account>(&doc)?.logo.map(|logo| logo.id.as_bytes().to_vec()).unwrap_or_default();
        query("DELETE FROM logo WHERE account = $1 AND hash <> $2").bind(id.as_uuid()).bind(counts).execute(&mut *work).await?;
        // The text of the one that counts is in the account's own document; this one waits.
        query("INSERT INTO logo(account, hash, png, width, height, made_at, alt) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, hash) DO UPDATE SET alt = excluded.alt")
            .bind(id.as_uuid())
            .bind(&logo.id.as_bytes()[..])
            .bind(picture.png())
            .bind(i64::from(logo.width))
            .bind(i64::from(logo.height))
            .bind(deed.at.seconds())
            .bind(alt.as_str())
            .execute(&mut *work)
            .await?;
        self.commit_with(work, deed).await?;
        Ok(())
    }

    async fn find_logo(&self, account: AccountId, id: LogoId) -> Result<Option<Logo>, StoreError> {
        let row: Option<(i64, i64, Option<String>)> =
            query("SELECT width, height, alt FROM logo WHERE account = $1 AND hash = $2").bind(account.as_uuid()).bind(&id.as_bytes()[..]).fetch_optional(&self.read).await?;
        let side = |pixels: i64| u32::try_from(pixels).unwrap_or(0);
        Ok(row.map(|(width, height, alt)| Logo { id, width: side(width), height: side(height), alt: alt.and_then(|alt| LogoText::parse(&alt).ok()) }))
    }

    async fn choose_logo(&self, id: AccountId, (from, to): (Option<&Logo>, Option<&Logo>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let (doc,): (String,) = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_one(&mut *work).await?;
        let account: Account = read_doc(&doc)?;
        let kept = to.map(|logo| logo.id.as_bytes().to_vec()).unwrap_or_default();
        let statement = "SELECT COUNT(*) FROM logo WHERE account = $1 AND hash = $2 AND alt IS NOT DISTINCT FROM $3";
        let alt = to.and_then(|logo| logo.alt.as_ref()).map(LogoText::as_str);
        let (there,): (i64,) = query(statement).bind(id.as_uuid()).bind(&kept).bind(alt).fetch_one(&mut *work).await?;
        if account.logo.as_ref() != from || (to.is_some() && there == 0) {
            return Ok(Moved::Otherwise);
        }
        query("UPDATE account SET doc = $2 WHERE id = $1").bind(id.as_uuid()).bind(write_doc(&Account { logo: to.cloned(), ..account })?).execute(&mut *work).await?;
        query("DELETE FROM logo WHERE account = $1 AND hash <> $2").bind(id.as_uuid()).bind(&kept).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn png_of(&self, id: LogoId) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = query("SELECT png FROM logo WHERE hash = $1 LIMIT 1").bind(&id.as_bytes()[..]).fetch_optional(&self.read).await?;
        Ok(row.map(|(png,)| png))
    }
}

#[async_trait]
impl Logos for Store {
    async fn keep(&self, account: AccountId, picture: (&Picture, &LogoText), deed: &Deed) -> Result<(), Fault> {
        Ok(self.keep_logo(account, picture, deed).await?)
    }
    async fn of(&self, account: AccountId, id: LogoId) -> Result<Option<Logo>, Fault> {
        Ok(self.find_logo(account, id).await?)
    }
    async fn choose(&self, account: AccountId, change: (Option<&Logo>, Option<&Logo>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.choose_logo(account, change, deed).await?)
    }
    async fn png(&self, id: LogoId) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.png_of(id).await?)
    }
}
