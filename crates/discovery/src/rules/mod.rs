//! The rules of discovery for one name in one account, in the order in which they are asked. Each says yes or passes on,
//! and leaves its reason. Policy decides, never whether a password is stored: no rule can see one.

mod account;
mod application;
mod break_glass;
mod default;
mod domain;
mod group;
pub(crate) mod single_sign_on;
mod user;

use homeward_model::{AccountHint, ConnectionId, Timestamp, UserId};

use crate::{
    decision::{Refusal, RuleTrace},
    facts::{
        AccountState, AllowLocal, Candidate, Disclosure, DomainClaim, GroupRule, Question, SsoMode, User, UserState,
    },
};

/// One rule: the name that stands in the trace, and the question.
type Rule = (&'static str, fn(&Case<'_>) -> Verdict);

/// The order. The first rule that decides ends it.
const ORDER: [Rule; 7] = [
    ("break_glass", break_glass::rule),
    ("application", application::rule),
    ("user", user::rule),
    ("group", group::rule),
    ("account", account::rule),
    ("domain", domain::rule),
    ("default", default::rule),
];

/// What a rule says. The text is for an administrator and holds no username.
pub(crate) enum Verdict {
    /// It does not apply.
    Passes(String),
    /// It decides.
    Decides(Way, String),
}

impl Verdict {
    fn passes(because: impl Into<String>) -> Self {
        Self::Passes(because.into())
    }
    fn decides(way: Way, because: impl Into<String>) -> Self {
        Self::Decides(way, because.into())
    }
}

/// How one name signs in to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the account's password.
    Password,
    /// By the account's password or a code by mail, because this connection is out.
    Outage { connection: ConnectionId },
    /// By the identity provider.
    Sso { connection: ConnectionId, mode: SsoMode },
    /// By nothing: the password page is shown, so that it looks like everybody's, and no password counts there.
    Nobodys,
    /// Not at all.
    Refused(Refusal),
}

/// One name in one account.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub question: &'a Question<'a>,
    pub candidate: &'a Candidate,
    /// `None`: the account does not know the name, or whether it does must not matter yet.
    pub user: Option<&'a User>,
    /// The account's verified claim on the domain that routes.
    pub claim: Option<&'a DomainClaim>,
    /// When it is asked.
    pub now: Timestamp,
}

impl<'a> Case<'a> {
    pub fn new(question: &'a Question<'a>, candidate: &'a Candidate, user: Option<&'a User>, now: Timestamp) -> Self {
        Self { question, candidate, user, claim: domain::claim(question, candidate, now), now }
    }
    /// The group rule that fits the user; the first in the account's order.
    fn group(&self) -> Option<&'a GroupRule> {
        self.candidate.account.group_rule(self.user?)
    }
    /// How the account itself offers Single Sign-On to this user: the group's mode before the account's.
    fn mode(&self) -> SsoMode {
        self.group().map_or(self.candidate.account.sso_mode, |rule| rule.sso_mode)
    }
    /// Why a rule about users has nobody to look at.
    fn nobody(&self) -> &'static str {
        match self.question.disclosure {
            Disclosure::Closed => "not asked before a proof: who the user is must not show",
            Disclosure::Open => "the account does not know this username",
        }
    }
    /// Whether a hint names the account by its number; a label is not unique and finds nothing by itself.
    fn is_numbered(&self) -> bool {
        matches!(&self.question.hints.account, Some(AccountHint::Number(number)) if self.candidate.account.number == *number)
    }
}

/// Asks the rules in their order. Seven traces, exactly one of them applied.
pub(crate) fn ask(case: &Case<'_>) -> (Way, Vec<RuleTrace>) {
    let mut decided = None;
    let mut rules = Vec::with_capacity(ORDER.len());
    for (rule, asks) in ORDER {
        let (applied, because) = match (decided, asks) {
            (Some(_), _) => (false, "not asked: a rule above decided".to_owned()),
            (None, asks) => match asks(case) {
                Verdict::Passes(because) => (false, because),
                Verdict::Decides(way, because) => {
                    decided = Some(way);
                    (true, because)
                }
            },
        };
        rules.push(RuleTrace { rule, applied, because });
    }
    (decided.unwrap_or(Way::Password), rules)
}

/// The trace of a decision that is made before one account is looked at: `rule` made it, the others were not asked.
pub(crate) fn only(rule: &str, because: &str, others: &str) -> Vec<RuleTrace> {
    let trace = |(name, _): Rule| {
        let applied = name == rule;
        RuleTrace { rule: name, applied, because: if applied { because } else { others }.to_owned() }
    };
    ORDER.map(trace).into()
}

/// The user whose password may be tried: active, in an active account, and the rules let this user keep it (LH-15).
pub(crate) fn keeps_password(question: &Question<'_>, candidate: &Candidate, now: Timestamp) -> Option<UserId> {
    let user = candidate.user.as_ref()?;
    let active = user.state == UserState::Active && candidate.account.state == AccountState::Active;
    let keeps = match ask(&Case::new(question, candidate, Some(user), now)).0 {
        Way::Password | Way::Outage { .. } => true,
        Way::Sso { .. } => candidate.account.allow_local == AllowLocal::Yes,
        Way::Nobodys | Way::Refused(_) => false,
    };
    (active && keeps).then_some(user.id)
}
