//! Change of the root key: everything that rests sealed is sealed again under the present one, and what still needs an older one is
//! counted. Requests that are at a provider for minutes are left alone. Whoever seals something new at rest adds it here; a test compares who seals with `tests/architecture`.

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::{
    ConnectionSettings,
    delegated::{Grant, GrantKey},
    oidc::secret,
};
use homeward_model::{ConnectionId, Timestamp, UserId};
use homeward_provider::key_place;
use homeward_sealing::{Again, Sealer};
use homeward_signin::{own_keys, there};
use uuid::Uuid;

use super::{Store, StoreError, outbox, read_doc, write_doc};
use crate::engine::{Pool, Work, query};

/// What needs an older root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// What it is, in words for an operator.
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// How it comes to need the key no more.
    pub until: &'static str,
    /// Whether it needs no more of the key than the pepper of passwords.
    pub is_password: bool,
    /// Whether it is what `end_grants_before` ends.
    pub is_grant: bool,
}

/// So long a broker is taken to run after it said so the last time: four of its turns.
const USES: std::time::Duration = std::time::Duration::from_secs(60);

/// Something that is sealed.
struct Sealed {
    row: i64,
    place: String,
    bytes: Vec<u8>,
}

/// What a row becomes.
enum Column {
    Bytes(&'static str),
    Base64(&'static str),
}

const SIGNING_KEYS: &str = "signing keys";
const CONNECTION_KEYS: &str = "keys of connections";
const CONNECTION_SECRETS: &str = "secrets of connections";
const DELEGATED: &str = "people's grants of delegated access";
const THERE: &str = "sessions' ways to sign out at a provider";
const MAILS: &str = "mails that wait";
const REFRESH: &str = "refresh tokens";
const PASSWORDS: &str = "passwords";
const EARLIER: &str = "earlier passwords, which may not be used again";

async fn signing_keys(work: &mut Work) -> Result<Vec<Sealed>, StoreError> {
    let rows: Vec<(i64, String, Vec<u8>)> = query("SELECT rowid, kid, sealed FROM signing_key").fetch_all(work).await?;
    Ok(rows.into_iter().map(|(row, kid, bytes)| Sealed { row, place: key_place(&kid), bytes }).collect())
}

async fn connection_keys(work: &mut Work) -> Result<Vec<Sealed>, StoreError> {
    let rows: Vec<(i64, Uuid, Vec<u8>)> = query("SELECT rowid, connection, sealed FROM connection_key").fetch_all(work).await?;
    Ok(rows.into_iter().map(|(row, id, bytes)| Sealed { row, place: own_keys::place(ConnectionId::from_uuid(id)), bytes }).collect())
}

/// Documents with what signing out at a provider takes: of sessions, of sign-outs under way, of stages after a proof.
const FAREWELLS: [(&str, &str); 3] = [
    ("SELECT rowid, doc FROM session_there", "UPDATE session_there SET doc = $2 WHERE rowid = $1"),
    ("SELECT rowid, doc FROM sign_out", "UPDATE sign_out SET doc = $2 WHERE rowid = $1"),
    ("SELECT rowid, doc FROM proven_stage", "UPDATE proven_stage SET doc = $2 WHERE rowid = $1"),
];

async fn mails(work: &mut Work) -> Result<Vec<Sealed>, StoreError> {
    let rows: Vec<(i64, String, String)> = query("SELECT id, recipient, doc FROM outbox").fetch_all(work).await?;
    let opened = |(row, recipient, doc): (i64, String, String)| Some(Sealed { row, place: outbox::place(&recipient), bytes: STANDARD.decode(doc).ok()? });
    Ok(rows.into_iter().filter_map(opened).collect())
}

/// Whether anything was ever sealed or signed under a root key.
pub(super) const HAS_ROOT_KEY: &str = "SELECT EXISTS (SELECT 1 FROM root_key) OR EXISTS (SELECT 1 FROM signing_key) OR EXISTS (SELECT 1 FROM audit_head)";

impl Store {
    /// Seals everything again that an older root key has sealed, in one step. Gives what and how many.
    ///
    /// # Errors
    /// `StoreError` when the database fails; then everything is as it was.
    pub async fn seal_again(&self, sealer: &Sealer, now: Timestamp) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let mut work = self.slow.begin().await?;
        let keys = signing_keys(&mut work).await?;
        let mut done = vec![(SIGNING_KEYS, replaced(&mut work, sealer, keys, Column::Bytes("UPDATE signing_key SET sealed = $2 WHERE rowid = $1")).await?)];
        let keys = connection_keys(&mut work).await?;
        done.push((CONNECTION_KEYS, replaced(&mut work, sealer, keys, Column::Bytes("UPDATE connection_key SET sealed = $2 WHERE rowid = $1")).await?));
        done.push((CONNECTION_SECRETS, self.settings_again(&mut work, sealer).await?));
        // They were made beside secrets as they were sealed before: whoever wants them enters them again.
        query("DELETE FROM sign_on_proposal").execute(&mut *work).await?;
        done.push((DELEGATED, delegated_again(&mut work, sealer).await?));
        done.push((THERE, farewells_again(&mut work, sealer).await?));
        let waiting = mails(&mut work).await?;
        done.push((MAILS, replaced(&mut work, sealer, waiting, Column::Base64("UPDATE outbox SET doc = $2 WHERE id = $1")).await?));
        if let Some(number) = sealer.numbers().next() {
            query("UPDATE root_key SET sealed_at = $2 WHERE number = $1").bind(i64::from(number)).bind(now.seconds()).execute(&mut *work).await?;
        }
        work.commit().await?;
        Ok(done)
    }

    async fn settings_again(&self, work: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
        let rows: Vec<(Uuid, String)> = query("SELECT id, settings FROM connection WHERE settings IS NOT NULL").fetch_all(&mut *work).await?;
        let mut count = 0;
        for (id, settings) in rows {
            let mut document: serde_json::Value = read_doc(&settings)?;
            let sealed: u64 = secret::seal_again(sealer, (ConnectionId::from_uuid(id), None), &mut document).values().sum();
            if sealed > 0 {
                query("UPDATE connection SET settings = $2 WHERE id = $1").bind(id).bind(write_doc(&document)?).execute(&mut *work).await?;
            }
            count += sealed;
        }
        Ok(count)
    }

    /// A broker starts with this root key as the present one, and begins the audit where nothing was ever recorded. Says whether everything was sealed again under it before.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn note_root_key(&self, number: u8, now: Timestamp) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        query("INSERT INTO root_key(number, since) VALUES ($1, $2) ON CONFLICT DO NOTHING").bind(i64::from(number)).bind(now.seconds()).execute(&mut *work).await?;
        self.begin_audit(&mut work).await?;
        work.commit().await?;
        let (sealed,): (bool,) = query("SELECT sealed_at IS NOT NULL FROM root_key WHERE number = $1").bind(i64::from(number)).fetch_one(&self.read).await?;
        Ok(sealed)
    }

    /// Begins the audit where nothing was ever recorded. Whatever is first in leaving a trace of a start does this before: a start that comes no further
    /// leaves no database whose audit seems to be lost.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn begin(&self) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        self.begin_audit(&mut work).await?;
        Ok(work.commit().await?)
    }

    /// Whether anything in this database was ever sealed or signed under a root key.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn has_root_key(&self) -> Result<bool, StoreError> {
        let (has,): (bool,) = query(HAS_ROOT_KEY).fetch_one(&self.read).await?;
        Ok(has)
    }

    /// A broker that runs says that this root key is its present one. As long as another one has not started again with a newer one, it seals and signs
    /// under this. A file of SQLite serves one broker, which has ended before it starts again.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn use_root_key(&self, number: u8, now: Timestamp) -> Result<(), StoreError> {
        if matches!(self.write, Pool::Sqlite(_)) {
            return Ok(());
        }
        let until = now.plus(USES).seconds();
        query("UPDATE root_key SET used_until = $2 WHERE number = $1 AND COALESCE(used_until, 0) < $2").bind(i64::from(number)).bind(until).execute(&self.write).await?;
        Ok(())
    }

    /// What is sealed in the database and does not open, in words and how many: its root key is gone, or it is another installation's.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn closed(&self, sealer: &Sealer) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let mut read = self.read.snapshot().await?;
        let rows = |sealed: &[Sealed]| whole(sealed.iter().filter(|s| sealer.open(&s.place, &s.bytes).is_none()).count());
        let all = [
            (SIGNING_KEYS, rows(&signing_keys(&mut read).await?)),
            (CONNECTION_KEYS, rows(&connection_keys(&mut read).await?)),
            (CONNECTION_SECRETS, closed_secrets(&mut read, sealer).await?),
            (DELEGATED, closed_grants(&mut read, sealer).await?),
            (THERE, closed_farewells(&mut read, sealer).await?),
            (MAILS, rows(&mails(&mut read).await?)),
        ];
        Ok(all.into_iter().filter(|(_, count)| *count > 0).collect())
    }

    /// How many keys are sealed under root keys with other numbers than these.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn keys_under_others(&self, numbers: &[u8]) -> Result<u64, StoreError> {
        let (found,): (i64,) = query(
            "SELECT (SELECT COUNT(*) FROM signing_key WHERE instr($1, substr(sealed, 1, 1)) = 0) \
             + (SELECT COUNT(*) FROM connection_key WHERE instr($1, substr(sealed, 1, 1)) = 0)",
        )
        .bind(numbers)
        .fetch_one(&self.read)
        .await?;
        Ok(count(found))
    }

    /// What still needs the root key `number`, which is not the present one: nothing can be opened or verified of it without that key.
    /// The audit needs the key of its chain for ever.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn dependents(&self, sealer: &Sealer, number: u8, now: Timestamp) -> Result<Vec<Dependent>, StoreError> {
        let mut read = self.read.snapshot().await?;
        let own = |sealed: &[Sealed]| whole(sealed.iter().filter(|s| s.bytes.first() == Some(&number) && sealer.open(&s.place, &s.bytes).is_some()).count());
        let again = "a broker that starts seals it again";
        let mut found = Vec::new();
        let mut add = |what, count: u64, until| found.extend((count > 0).then_some(Dependent { what, count, until, is_password: what == PASSWORDS || what == EARLIER, is_grant: what == REFRESH }));
        add(SIGNING_KEYS, own(&signing_keys(&mut read).await?), again);
        add(CONNECTION_KEYS, own(&connection_keys(&mut read).await?), again);
        let rows: Vec<(Uuid, String)> = query("SELECT id, settings FROM connection WHERE settings IS NOT NULL").fetch_all(&mut *read).await?;
        let mut secrets = 0;
        for (id, settings) in rows {
            secrets += secret::seal_again(sealer, (ConnectionId::from_uuid(id), None), &mut read_doc(&settings)?).get(&number).copied().unwrap_or(0);
        }
        add(CONNECTION_SECRETS, secrets, again);
        let mut granted = 0;
        for (connection, person, doc) in delegated(&mut read).await? {
            let whose = (ConnectionId::from_uuid(connection), Some(UserId::from_uuid(person)));
            granted += secret::seal_again(sealer, whose, &mut read_doc(&doc)?).get(&number).copied().unwrap_or(0);
        }
        add(DELEGATED, granted, again);
        let mut farewells = 0;
        for (all, _) in FAREWELLS {
            let rows: Vec<(i64, String)> = query(all).fetch_all(&mut *read).await?;
            for (_, doc) in rows {
                farewells += there::seal_again(sealer, &mut read_doc(&doc)?).get(&number).copied().unwrap_or(0);
            }
        }
        add(THERE, farewells, again);
        add(MAILS, own(&mails(&mut read).await?), again);
        let before = numbers_before(sealer, number)?;
        let counts: (i64, i64) = query(
            "SELECT (SELECT COUNT(*) FROM credential WHERE CAST(json_extract(scheme, '$.peppered.pepper') AS BIGINT) = $1), \
             (SELECT COUNT(*) FROM credential_history WHERE CAST(json_extract(scheme, '$.peppered.pepper') AS BIGINT) = $1)",
        )
        .bind(i64::from(number))
        .fetch_one(&mut *read)
        .await?;
        let changed = changed(&mut read, &before).await?;
        let signed = "a refresh gives the application a new one, and what is never refreshed ends by itself";
        match changed.at() {
            Some(at) => add(REFRESH, self.grants_from_before(at, now).await?, signed),
            None => add("brokers that have not started with the newer root key", 1, "homeward serve starts with it"),
        }
        if changed.used_until.is_some_and(|until| until > now.seconds()) {
            add(
                "or more brokers that run under an older root key, or did so a minute ago",
                1,
                "put the newer key into the key file of every broker, start each of them again, and ask again a minute later",
            );
        }
        add(PASSWORDS, count(counts.0), "they change as people sign in; --keep-pepper keeps that part of the key");
        add(EARLIER, count(counts.1), "they change as people change their passwords; --keep-pepper keeps that part of the key");
        Ok(found)
    }

    /// Ends every grant by a proof from before the root keys that came after this one, and gives how many. Whoever has this one and a copy of
    /// the database can have made tokens of any of them; also a grant that was refreshed since may have been refreshed by them.
    ///
    /// # Errors
    /// `StoreError` when the database fails; then everything is as it was.
    pub async fn end_grants_before(&self, sealer: &Sealer, number: u8, now: Timestamp) -> Result<u64, StoreError> {
        let mut work = self.slow.begin().await?;
        let Some(since) = changed(&mut work, &numbers_before(sealer, number)?).await?.at() else { return Ok(0) };
        let revoke = "UPDATE app_grant SET revoked_at = $2, revoked_why = $3 \
            WHERE revoked_at IS NULL AND expires_at > $2 AND (rotated_at <= $1 OR CAST(json_extract(doc, '$.who.auth_time') AS BIGINT) <= $1)";
        let ended = query(revoke).bind(since).bind(now.seconds()).bind("its root key was taken out of use").execute(&mut *work).await?;
        work.commit().await?;
        Ok(ended.rows_affected())
    }

    async fn grants_from_before(&self, since: i64, now: Timestamp) -> Result<u64, StoreError> {
        let (found,): (i64,) = query(
            "SELECT COUNT(*) FROM app_grant WHERE revoked_at IS NULL AND expires_at > $1 AND rotated_at <= $2 AND doc LIKE '%\"offline_access\"%'",
        )
        .bind(now.seconds())
        .bind(since)
        .fetch_one(&self.read)
        .await?;
        Ok(count(found))
    }
}

/// When the root key was changed.
struct Changed {
    /// The first broker started with one of the newer ones.
    since: Option<i64>,
    /// The last one that said so may have used an older one until then.
    used_until: Option<i64>,
}

impl Changed {
    /// From when on nothing is signed under the older ones; `None` before any broker has started with a newer one.
    fn at(&self) -> Option<i64> {
        Some(self.since?.max(self.used_until.unwrap_or(i64::MIN)))
    }
}

/// When it was changed to one of these numbers, which are JSON.
async fn changed(work: &mut Work, newer: &str) -> Result<Changed, StoreError> {
    let (since, used_until): (Option<i64>, Option<i64>) = query(
        "SELECT (SELECT MIN(since) FROM root_key WHERE number IN (SELECT CAST(value AS BIGINT) FROM json_each($1))), \
         (SELECT MAX(used_until) FROM root_key WHERE number NOT IN (SELECT CAST(value AS BIGINT) FROM json_each($1)))",
    )
    .bind(newer)
    .fetch_one(work)
    .await?;
    Ok(Changed { since, used_until })
}

/// The numbers of the root keys in front of this one, as JSON.
fn numbers_before(sealer: &Sealer, number: u8) -> Result<String, StoreError> {
    write_doc(&sealer.numbers().take_while(|other| *other != number).collect::<Vec<u8>>())
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

async fn closed_secrets(read: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
    let rows: Vec<(Uuid, String)> = query("SELECT id, settings FROM connection WHERE settings IS NOT NULL").fetch_all(read).await?;
    let mut count = 0;
    for (id, settings) in rows {
        count += whole(read_doc::<ConnectionSettings>(&settings)?.closed_secrets(sealer, ConnectionId::from_uuid(id)));
    }
    Ok(count)
}

async fn closed_grants(read: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
    let mut count = 0;
    for (connection, person, doc) in delegated(read).await? {
        let key = GrantKey { connection: ConnectionId::from_uuid(connection), user: UserId::from_uuid(person) };
        count += whole(read_doc::<Grant>(&doc)?.closed_tokens(sealer, key));
    }
    Ok(count)
}

async fn closed_farewells(read: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
    let mut count = 0;
    for (all, _) in FAREWELLS {
        let rows: Vec<(i64, String)> = query(all).fetch_all(&mut *read).await?;
        for (_, doc) in rows {
            count += there::closed(sealer, &mut read_doc(&doc)?);
        }
    }
    Ok(count)
}

/// What people have granted through connections: connection, person, document.
async fn delegated(work: &mut Work) -> Result<Vec<(Uuid, Uuid, String)>, StoreError> {
    Ok(query("SELECT connection, person, doc FROM delegated_grant").fetch_all(work).await?)
}

async fn delegated_again(work: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
    let mut count = 0;
    for (connection, person, doc) in delegated(&mut *work).await? {
        let mut document: serde_json::Value = read_doc(&doc)?;
        let whose = (ConnectionId::from_uuid(connection), Some(UserId::from_uuid(person)));
        let sealed: u64 = secret::seal_again(sealer, whose, &mut document).values().sum();
        if sealed > 0 {
            let update = "UPDATE delegated_grant SET doc = $3 WHERE connection = $1 AND person = $2";
            query(update).bind(connection).bind(person).bind(write_doc(&document)?).execute(&mut *work).await?;
        }
        count += sealed;
    }
    Ok(count)
}

async fn farewells_again(work: &mut Work, sealer: &Sealer) -> Result<u64, StoreError> {
    let mut count = 0;
    for (all, update) in FAREWELLS {
        let rows: Vec<(i64, String)> = query(all).fetch_all(&mut *work).await?;
        for (row, doc) in rows {
            let mut document: serde_json::Value = read_doc(&doc)?;
            let sealed: u64 = there::seal_again(sealer, &mut document).values().sum();
            if sealed > 0 {
                query(update).bind(row).bind(write_doc(&document)?).execute(&mut *work).await?;
            }
            count += sealed;
        }
    }
    Ok(count)
}

async fn replaced(work: &mut Work, sealer: &Sealer, all: Vec<Sealed>, column: Column) -> Result<u64, StoreError> {
    let mut count = 0;
    for Sealed { row, place, bytes } in all {
        // What no key opens was lost before; whoever needs it says so.
        let Again::Sealed(fresh) = sealer.again(&place, &bytes) else { continue };
        let update = match column {
            Column::Bytes(text) => query(text).bind(row).bind(fresh),
            Column::Base64(text) => query(text).bind(row).bind(STANDARD.encode(fresh)),
        };
        update.execute(&mut *work).await?;
        count += 1;
    }
    Ok(count)
}
