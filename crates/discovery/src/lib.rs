//! Home-realm discovery: from what a person typed to how that person signs in, with the reasons.
//!
//! `decide` is pure. The sign-in page, `homeward explain`, the audit record and the property tests call the same function.

pub mod decision;
pub mod facts;
pub mod words;

mod decide;
mod explain;
mod home_of;
mod rules;
mod way_in;

pub use decide::decide;
pub use decision::{Decision, Home, Refusal, RuleTrace};
pub use facts::{
    Account, AccountSelection, AccountState, AllowLocal, Application, ApplicationKind, Candidate, Candidates, Condition,
    Connection, ConnectionState, DeviceKind, Disclosure, DomainClaim, GroupRule, Hints, Outage, Question, SsoMode, SsoRule, User,
    UserRule, UserState, is_reserved_role,
};
pub use home_of::{Known, home_of};
pub use way_in::{Person, WayIn, is_set, way_in};

#[cfg(test)]
mod tests;
