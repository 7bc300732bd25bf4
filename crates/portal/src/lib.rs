//! What an account's administrator does: who may do what, users, the exclusion list, activity, the life of a connection and whom
//! each of its steps concerns, links for people outside, the presets of an account, its administrators, domains, passwords, colour and logo, and what
//! applications may do for its people at Microsoft 365. Use cases take a `Granted`, which only `entry` makes; they know nothing of HTTP or of a database.

pub mod activity;
pub mod adding;
pub mod administrators;
pub mod alarm;
pub mod appearance;
pub mod applications;
pub mod authority;
pub mod checked;
pub mod contact;
pub mod domain_search;
pub mod domain_undo;
pub mod domain_watch;
pub mod domains;
pub mod emergency;
pub mod entry;
pub mod home;
pub mod lifecycle;
pub mod logo;
pub mod passwords;
pub mod meanwhile;
pub mod people;
pub mod ports;
pub mod preset;
pub mod rename;
pub mod services;
pub mod session;
pub mod setup_link;
pub mod sign_on;
pub mod standing;
pub mod steps_mail;
pub mod tokens;
pub mod unlink;
pub mod way_in;
pub mod why;

/// The `client_id` under which the portal signs people in. Nobody can register it.
pub const CLIENT_ID: &str = "homeward-portal";

mod mail_domains;
mod public_suffix;

pub use authority::{Action, Relation, Role};
pub use entry::{Denied, Granted};
pub use ports::Fault;
pub use session::{Actor, Means, Offers, Portal};
