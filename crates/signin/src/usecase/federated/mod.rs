//! The sign-in through the organisation's identity provider: away (`depart`), the answer where it arrives (`answer`), the
//! browser that fetches it (`arrive`), and whom it means (`whom`). And signing out: what the provider says of it (`hear`), and the way
//! there (`leave`).

pub mod answer;
pub mod arrive;
pub(super) mod depart;
pub mod hear;
pub mod leave;
pub mod metadata;
pub(super) mod own;
mod refused;
mod several;
pub mod test;
mod whom;

pub use depart::set_out;
pub use refused::begin_at;
