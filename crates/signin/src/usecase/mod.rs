//! The use cases, one file each. Each reads like the story and returns a `Step`, never a response.

pub mod alerts;
pub mod authorize;
pub mod change;
pub mod choose;
pub mod chooser;
pub mod delegated;
pub mod code_by_mail;
pub mod federated;
pub mod identify;
pub mod mailroom;
pub mod own;
pub mod password;
pub mod pending;
pub mod profile;
pub mod reset;
pub mod signout;
pub mod sso;
pub mod strangers;

mod attempt;
mod emergency;
mod finish;
pub(crate) mod letters;
mod limit;
mod new_password;
mod proven;
mod realm;
mod refuse;
mod session;
mod twice;

pub use new_password::NewForm;
