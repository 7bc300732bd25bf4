//! The OpenID Foundation's plans for providers, module by module: Basic OP, Config OP, RP-initiated logout, back-channel logout.
//!
//! A test has the name of the module whose checks it makes, with underscores. The public suite itself needs a server on the public
//! internet; these run against a broker in the test's own process.

/// Each module twice: with its request in the address, and with its request pushed (RFC 9126).
macro_rules! both_ways {
    ($($name:ident),+ $(,)?) => {
        mod direct {
            $(#[tokio::test] async fn $name() { super::$name(crate::op::Op::start().await).await; })+
        }
        mod pushed {
            $(#[tokio::test] async fn $name() { super::$name(crate::op::Op::start_pushing().await).await; })+
        }
    };
}

mod backchannel;
mod basic;
mod basic_more;
mod config;
mod logout;
mod op;
mod pushed;
