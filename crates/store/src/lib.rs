//! Adapters of every port, on SQLite in this process or on PostgreSQL.

pub mod audit;
pub mod register;

mod adapters;
mod engine;
mod error;

pub use adapters::{AuditFilter, Dependent, Figures, RoleRefused, SealedOutbox, Still, Store, StoreError, Swept, record_of};
pub use engine::{Address, AddressRefused, Copied, Lead, Schema, ServerState, Sole};
