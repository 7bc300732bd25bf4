//! One file a port. What carries the statements is `engine`'s.

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
mod recent;
mod register;
mod register_seen;
mod resealing;
mod sessions;
mod there;
mod test_signin;
mod watch;
mod watching;

use std::{path::Path, sync::Arc};

use homeward_discovery::{Account, Application};
use homeward_model::{Clock, SystemClock, Timestamp};
use homeward_provider::Client;
use homeward_trace::{Effort, step};
use serde::{Serialize, de::DeserializeOwned};

pub use outbox::SealedOutbox;
pub use audit::AuditFilter;
pub use care::{Figures, Still};
pub use housekeeping::Swept;
pub use portal::{RoleRefused, record_of};
pub use resealing::Dependent;
pub use crate::error::StoreError;
use recent::{Known, Recent};

use crate::{
    audit::ChainKeys,
    engine::{self, Address, Copied, Db, Documents, Group, Lead, Opened, Pool, Reader, Safe, Schema, Sole},
};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    /// For what changes something.
    pub(crate) write: Pool,
    /// The same for what nobody waits for: it may take its time.
    slow: Pool,
    read: Pool,
    /// For the look-ups of every page.
    reader: Arc<Reader>,
    /// Small changes that share a commit.
    pub(crate) group: Arc<Group>,
    documents: Arc<Read>,
    /// An application of our own; no registered one takes its place.
    own: Option<Arc<Known>>,
    /// Keys of the audit's chain.
    ledger: Arc<ChainKeys>,
    clock: Arc<dyn Clock>,
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
        Ok(Self::of(engine::open_sqlite(path).await?))
    }
    /// Opens a database of PostgreSQL, and brings it to this version. One that does not fit is left as it is.
    ///
    /// # Errors
    /// `StoreError` says what stands in the way.
    pub async fn connect(address: &Address) -> Result<Self, StoreError> {
        Ok(Self::of(engine::open_postgres(address).await?))
    }
    /// How far the database in a file is, without opening it as a store: the file stays as it is. `None` for one that is empty, or from before databases
    /// said so.
    ///
    /// # Errors
    /// `StoreError` says why it cannot be read.
    pub async fn look_at_file(path: &Path) -> Result<Option<Schema>, StoreError> {
        engine::look_at_sqlite(path).await
    }
    /// The same of a database of PostgreSQL.
    ///
    /// # Errors
    /// `StoreError` says why it cannot be read.
    pub async fn look_at_server(address: &Address) -> Result<Option<Schema>, StoreError> {
        engine::look_at_postgres(address).await
    }
    /// Copies the store in a file of SQLite into a database of PostgreSQL that is empty, in one step. Gives what was copied, table by table; both
    /// sides had the same.
    ///
    /// # Errors
    /// `StoreError` says what stands in the way; the database is as empty as it was then.
    pub async fn copy(from: &Path, to: &Address) -> Result<Vec<Copied>, StoreError> {
        engine::copy(from, to).await
    }
    fn of(Opened { write, slow, read, reader, group }: Opened) -> Self {
        let documents = Read { accounts: Documents::new(), applications: Documents::new(), clients: Documents::new(), recent: Recent::default() };
        Self { write, slow, read, reader: Arc::new(reader), group: Arc::new(group), documents: Arc::new(documents), own: None, ledger: Arc::new(ChainKeys(Vec::new())), clock: Arc::new(SystemClock) }
    }
    /// The same store with an application of our own, which stands in no table.
    #[must_use]
    pub fn with_own_application(mut self, entry: &crate::register::ApplicationEntry) -> Self {
        self.own = Some(Arc::new(Known { application: Arc::new(entry.application.clone()), client: Arc::new(entry.client.clone()) }));
        self
    }
    /// The same store with the clock by which those who change it by hand write their times.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
    /// That clock; this machine's where there is no other.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }
    /// What time it is by that clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
    /// When a broker that runs has seen what another process wrote of an application.
    pub const SEEN_AFTER: std::time::Duration = recent::MOMENT;
    /// Connections that one node has to PostgreSQL at most.
    pub const CONNECTIONS: u32 = engine::CONNECTIONS;
    /// Takes the place of the one broker that serves from this store; what only runs a command needs none. The place is held as long as the
    /// value is.
    ///
    /// # Errors
    /// `StoreError::Served` when another broker has it.
    pub async fn serve_alone(&self) -> Result<Sole, StoreError> {
        engine::serve(&self.write, self.group.path(), false).await
    }
    /// Takes a place beside brokers that count guesses and limits with this one.
    ///
    /// # Errors
    /// `StoreError::Served` when a broker serves that counts by itself; on SQLite always.
    pub async fn serve_with_others(&self) -> Result<Sole, StoreError> {
        engine::serve(&self.write, self.group.path(), true).await
    }
    /// The place of the broker that does what one does for all.
    pub fn lead(&self) -> Lead {
        Lead::new(&self.read)
    }
    /// Whether some broker has that place, and marks where it counts; with SQLite nobody has.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn somebody_leads(&self) -> Result<bool, StoreError> {
        Ok(engine::is_held(&self.read).await?)
    }
    /// Makes a change together with whatever else waits, and gives its result when that is on the disk.
    pub(crate) async fn grouped<T: Send + 'static>(&self, change: impl FnOnce(&mut Db<'_>) -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
        self.make(Safe::OnDisk, change).await
    }
    /// The same for a change that may be lost when the machine's power fails: see [`Safe::Committed`].
    pub(crate) async fn grouped_soon<T: Send + 'static>(&self, change: impl FnOnce(&mut Db<'_>) -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
        self.make(Safe::Committed, change).await
    }
    async fn make<T: Send + 'static>(&self, safe: Safe, change: impl FnOnce(&mut Db<'_>) -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
        step("store.write", Effort::Database.waited(self.group.make((&self.write, safe), change))).await
    }
    /// Whether the database is known to be away just now: then everybody is told at once.
    pub fn is_away(&self) -> bool {
        self.write.is_away()
    }
    /// The same store, for what takes its time.
    fn slowly(&self) -> Self {
        Self { write: self.slow.clone(), ..self.clone() }
    }
    /// Whether the database answers, and this version may work with it still.
    pub async fn is_ready(&self) -> bool {
        engine::may_work(&self.read).await
    }
    /// Closes every connection; what was acknowledged is on the disk already.
    pub async fn close(&self) {
        self.reader.close();
        self.group.close();
        self.read.close().await;
        self.slow.close().await;
        self.write.close().await;
    }
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
