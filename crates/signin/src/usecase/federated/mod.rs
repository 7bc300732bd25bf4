//! The sign-in through the organisation's identity provider: away (`depart`), the answer where it arrives (`answer`), the
//! browser that fetches it (`arrive`), and whom it means (`whom`).

pub mod answer;
pub mod arrive;
pub(super) mod depart;
pub mod metadata;
mod own;
mod refused;
mod whom;

pub use refused::begin_at;
