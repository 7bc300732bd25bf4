//! What carries statements to a database: SQLite in this process, or PostgreSQL. One text of a statement serves both (decision 0023).

mod changing;
mod copy;
mod db;
mod grouped;
mod lead;
mod link;
mod look_up;
mod pool;
mod postgres;
mod query;
mod reach;
mod row;
mod schema;
mod sole;
mod sqlite;
mod value;

pub use copy::Copied;
pub(crate) use copy::copy;
pub(crate) use db::Db;
pub(crate) use grouped::{Group, Safe};
pub use lead::Lead;
pub(crate) use lead::is_held;
pub(crate) use link::Follows;
pub(crate) use look_up::{Documents, Reader};
pub(crate) use pool::{Pool, Transaction, Work};
pub use postgres::{Address, AddressRefused, ServerState};
pub(crate) use postgres::{CONNECTIONS, look as look_at_postgres, open as open_postgres, state};
pub(crate) use query::{On, query};
pub(crate) use row::Row;
pub use schema::Schema;
pub(crate) use schema::{Gone, may_work, schema};
pub use sole::Sole;
pub(crate) use sole::{hold, serve};
pub(crate) use sqlite::{look as look_at_sqlite, open as open_sqlite, untouched};
pub(crate) use value::{Bind, Value, values};

/// Connections to one database, for everything that is done with it.
pub(crate) struct Opened {
    pub write: Pool,
    /// The same, for what may take its time because nobody waits for it.
    pub slow: Pool,
    pub read: Pool,
    pub reader: Reader,
    pub group: Group,
}
