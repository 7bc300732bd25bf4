//! What an account's administrator does: the life of a connection and whom each of its steps concerns.

pub mod lifecycle;
