//! Languages and the catalogue of texts: every word that a person reads comes from here (I18-1).
//!
//! Messages without arguments are resolved once at the start; a page costs a look into a table for each of them.

mod catalogue;
mod choice;
mod pseudo;

pub use catalogue::{Text, Value, keys};
pub use choice::Language;
