//! Handlers. Each opens what came, calls one use case, and responds.

pub(crate) mod account;
mod activity_file;
pub(crate) mod api;
pub(crate) mod change;
pub(crate) mod client_calls;
pub(crate) mod delegated;
pub(crate) mod federated;
pub(crate) mod own;
pub(crate) mod person;
pub(crate) mod portal;
pub(crate) mod profile;
pub(crate) mod provider;
pub(crate) mod recover;
pub(crate) mod signin;
pub(crate) mod signout;
pub(crate) mod test_signin;
