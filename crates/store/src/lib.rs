//! Adapters of every port. Today SQLite; PostgreSQL and Redis only add folders beside `sqlite`.

pub mod audit;
pub mod register;

mod sqlite;

pub use sqlite::{AuditFilter, Dependent, Figures, RoleRefused, SealedOutbox, Store, StoreError, record_of};
