//! Adapters of every port. Today SQLite; PostgreSQL and Redis only add folders beside `sqlite`.

pub mod register;

mod sqlite;

pub use sqlite::{SealedOutbox, Store, StoreError};
