//! Adapters of every port. Today SQLite; PostgreSQL and Redis only add folders beside `adapters`.

pub mod audit;
pub mod register;

mod adapters;

pub use adapters::{AuditFilter, Dependent, Figures, RoleRefused, SealedOutbox, Store, StoreError, record_of};
