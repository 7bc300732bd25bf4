//! The vocabulary of Homeward: what every other crate talks about, parsed once at the door.
//!
//! Nothing in here does I/O, except the two files that read the system's clock and its source of
//! randomness. A value of one of these types has been checked; the fields are private for that reason.

pub mod account_number;
pub mod account_preset;
pub mod case_number;
pub mod clock;
pub mod colour;
pub mod contact;
pub mod domain_name;
pub mod email;
pub mod ids;
pub mod line;
pub mod logo;
pub mod network;
pub mod password;
pub mod random;
pub mod unseen;
pub mod username;

pub use account_number::{AccountHint, AccountNumber, PartnerLabel};
pub use account_preset::AccountPreset;
pub use case_number::CaseNumber;
pub use clock::{Clock, SystemClock, Timestamp};
pub use colour::Colour;
pub use contact::Contact;
pub use domain_name::DomainName;
pub use email::EmailAddress;
pub use ids::{AccountId, ApiTokenId, ClientId, ConnectionId, GrantId, SessionId, UserId};
pub use logo::{Logo, LogoId, LogoText};
pub use network::NetworkPrefix;
pub use password::Password;
pub use random::{Random, SystemRandom, random_token};
pub use username::Username;
