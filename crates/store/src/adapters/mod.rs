//! The embedded store: SQLite in WAL mode, one writer, several readers. One file a port.

mod alerts;
mod client_calls;
mod audit;
mod care;
mod connections;
mod consents;
mod credentials;
mod delegated;
mod directory;
mod federation;
mod grouped;
mod housekeeping;
mod mail;
mod moves;
mod notices;
mod outage;
mod outbox;
mod own;
mod own_keys;
mod portal;
mod profile;
mod provider;
mod reader;
mod recent;
mod register;
mod resealing;
mod sessions;
mod there;
mod test_signin;
mod watch;
mod watching;

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc, time::Duration};

use homeward_discovery::{Account, Application};
use homeward_provider::Client;

use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use outbox::SealedOutbox;
pub use audit::AuditFilter;
pub use care::Figures;
pub use portal::{RoleRefused, record_of};
pub use resealing::Dependent;
use crate::audit::ChainKeys;
use grouped::Group;
use reader::{Documents, Reader};
use recent::{Known, Recent};

/// Why the store is not there, or did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("the database cannot be opened or changed: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database cannot be brought to this version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A document in the database does not read.
    #[error("a record in the database does not read: {0}")]
    Record(#[from] serde_json::Error),
    /// The file is not whole.
    #[error("the database is not whole: {0}")]
    NotWhole(String),
    /// The audit has no key.
    #[error("the audit cannot be written without the root key")]
    NoAuditKey,
    /// A look-up failed.
    #[error("the database cannot be read: {0}")]
    LookUp(#[from] rusqlite::Error),
    /// A change did not reach the disk.
    #[error("the database cannot be changed: {0}")]
    NotWritten(String),
}

/// The embedded store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// One connection: writers queue here instead of meeting a busy database.
    write: SqlitePool,
    read: SqlitePool,
    /// For the look-ups of every page.
    reader: Arc<Reader>,
    /// Small changes that share a commit.
    group: Arc<Group>,
    documents: Arc<Read>,
    /// An application of our own; no registered one takes its place.
    own: Option<Arc<Known>>,
    /// Keys of the audit's chain.
    ledger: Arc<ChainKeys>,
}

/// Documents that many requests concern.
struct Read {
    accounts: Documents<Account>,
    applications: Documents<Application>,
    clients: Documents<Client>,
    recent: Recent,
}

impl Store {
    /// Opens the database file, makes it when it is not there, for its owner's eyes only, and brings it to this version.
    ///
    /// # Errors
    /// `StoreError` says what stands in the way.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("mmap_size", "268435456")
            .statement_cache_capacity(200);
        let write = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations/sqlite").run(&write).await?;
        let read = SqlitePoolOptions::new().min_connections(1).max_connections(4).test_before_acquire(false).connect_with(options.read_only(true)).await?;
        let documents = Read { accounts: Documents::new(), applications: Documents::new(), clients: Documents::new(), recent: Recent::default() };
        Ok(Self { write, read, reader: Arc::new(Reader::new(path)), group: Arc::new(Group::new(path)), documents: Arc::new(documents), own: None, ledger: Arc::new(ChainKeys(Vec::new())) })
    }
    /// The same store with an application of our own, which stands in no table.
    #[must_use]
    pub fn with_own_application(mut self, entry: &crate::register::ApplicationEntry) -> Self {
        self.own = Some(Arc::new(Known { application: Arc::new(entry.application.clone()), client: Arc::new(entry.client.clone()) }));
        self
    }
    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.read).await.is_ok()
    }
    /// Closes every connection; what was acknowledged is on the disk already.
    pub async fn close(&self) {
        self.reader.close();
        self.group.close();
        self.read.close().await;
        self.write.close().await;
    }
}

/// Makes the file that SQLite would make readable for everybody; what it keeps beside the file gets the same rights. The rights
/// of a file that is there are its owner's matter.
fn private(path: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    made.map(|_| ()).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
}

fn write_doc<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

fn read_doc<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    Ok(serde_json::from_str(text)?)
}

/// Stores say what failed without saying what was in it.
impl From<StoreError> for homeward_local_credential::StoreFault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for homeward_provider::StoreFault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for homeward_mail::MailFault {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// A hash column as the fixed size it has.
fn hash32(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}
