//! The OpenID Foundation's plans for providers, module by module: Basic OP, Config OP, RP-initiated logout, back-channel logout.
//!
//! A test has the name of the module whose checks it makes, with underscores. The public suite itself needs a server on the public
//! internet; these run against a broker in the test's own process.

mod backchannel;
mod basic;
mod basic_more;
mod config;
mod logout;
mod op;
