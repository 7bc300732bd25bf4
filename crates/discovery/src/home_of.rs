//! One known person of one account, asked about where a proof is there or nobody else sees the answer: users' own rules are no
//! secret then, and no other account has a say.

use homeward_model::{AccountHint, AccountNumber, ConnectionId, Timestamp, Username};

use crate::{
    decide::decide,
    decision::Decision,
    facts::{Application, Candidates, DeviceKind, Disclosure, Hints, Question},
};

/// Who is asked about, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who.
    pub username: &'a Username,
    /// In which account.
    pub account: &'a AccountNumber,
    /// By which connection, when one is meant.
    pub connection: Option<ConnectionId>,
    /// The application.
    pub application: &'a Application,
    /// Network zone and kind of device; a worker has neither.
    pub place: (Option<&'a str>, DeviceKind),
}

impl Known<'_> {
    /// The hints with which candidates are loaded, and the question is asked.
    pub fn hints(&self) -> Hints {
        Hints { account: Some(AccountHint::Number(self.account.clone())), connection: self.connection, domain: None }
    }
    /// The question, with those hints.
    pub fn question<'q>(&'q self, hints: &'q Hints) -> Question<'q> {
        Question {
            username: self.username,
            application: self.application,
            hints,
            zone: self.place.0,
            device: self.place.1,
            disclosure: Disclosure::Open,
            wants_password: false,
        }
    }
}

/// Where that person signs in, as the rules are now.
pub fn home_of(known: &Known<'_>, candidates: &Candidates, now: Timestamp) -> Decision {
    decide(&known.question(&known.hints()), candidates, now)
}
