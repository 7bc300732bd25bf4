//! Parts of the benchmarks: processes and what they cost, requests, a database full of people, figures.

pub mod causes;
pub mod figures;
pub mod http;
pub mod load;
pub mod openid;
pub mod openid_provider;
pub mod people;
pub mod portal;
pub mod process;
pub mod record;
pub mod saml;
pub mod saml_provider;
pub mod scene;

/// The real time: a benchmark measures it.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures the real time")]
pub fn now() -> std::time::Instant {
    std::time::Instant::now()
}
