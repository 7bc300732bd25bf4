//! Tests of the decision: each setting by a table, accounts and hints, closed disclosure, and what holds for any input.

mod accounts;
mod closed;
mod explain;
mod fixture;
mod properties;
mod settings;
mod way_in;
