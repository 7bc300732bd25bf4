//! The decision: pure, ordered, explainable. This file finds the account that is asked about; the rules for a name in one
//! account stand in `rules`. Under closed disclosure nothing but the users of a password page depends on users.

use homeward_model::{AccountHint, Timestamp, UserId};

use crate::{
    decision::{Decision, Home, Refusal, RuleTrace},
    facts::{AccountSelection, AccountState, Candidate, Candidates, Disclosure, Question, SsoMode, User, UserState},
    rules::{self, Case, Way, single_sign_on},
};

/// Decides where a person signs in. `now` tells whether a domain is proved already.
pub fn decide(question: &Question<'_>, candidates: &Candidates, now: Timestamp) -> Decision {
    let asked = Asked { question, all: &candidates.accounts, now };
    let (home, rules) = match question.disclosure {
        Disclosure::Closed => asked.closed(),
        Disclosure::Open => asked.open(),
    };
    Decision { home, rules }
}

type Answer = (Home, Vec<RuleTrace>);

struct Asked<'a> {
    question: &'a Question<'a>,
    all: &'a [Candidate],
    now: Timestamp,
}

impl<'a> Asked<'a> {
    /// Only the application, network, device, an account number and a verified domain decide (architecture, section 4). A
    /// partner label decides nothing here: accounts are not loaded by it, so it would find only those in which the name
    /// lives.
    fn closed(&self) -> Answer {
        let meant = self.meant();
        let users = self.users(&meant);
        let page = |sso, outage| Home::Password { users: users.clone(), account: None, sso, outage };
        let uniform = |rule, because: &str| (page(None, None), rules::only(rule, because, "not asked before a proof"));
        if self.question.wants_password {
            return uniform("user", "\"Enter your password\" was chosen; it is offered to everybody");
        }
        let reached = match &self.question.hints.account {
            Some(AccountHint::Number(_)) => meant.clone(),
            Some(AccountHint::Label(_)) | None => self.proved(&meant),
        };
        match self.wished(reached).as_slice() {
            [] => uniform("default", "no account has proved the domain, and no number names one: the uniform page"),
            [one] if one.account.state != AccountState::Active => {
                uniform("account", &format!("account {} is suspended: the uniform page", one.account.number))
            }
            [one] => {
                let case = self.case(one, None);
                let (way, rules) = rules::ask(&case);
                (Self::offered(&case, way).unwrap_or_else(|| page(single_sign_on::beside(&case), out(way))), rules)
            }
            many => {
                let count = many.len();
                uniform("domain", &format!("{count} accounts have proved this domain: the account number is asked for"))
            }
        }
    }

    /// Single Sign-On under closed disclosure. An account that only a number names has no relation to this person: nobody is
    /// taken to its provider without a click (LH-17).
    fn offered(case: &Case<'_>, way: Way) -> Option<Home> {
        let Way::Sso { connection, mode } = way else { return None };
        let redirect = mode == SsoMode::Redirect && case.claim.is_some();
        Some(Home::SingleSignOn { account: case.candidate.account.id, connection, redirect, password_beside: true })
    }

    /// The pages of document [002]: users decide too. Where the name lives comes before whose domain it carries, so that a
    /// new claim moves nobody.
    fn open(&self) -> Answer {
        let meant = self.meant();
        let mine = self.wished(lives(&meant));
        match mine.as_slice() {
            [one] => self.one(one, one.user.as_ref()),
            [] => self.nobody(&meant),
            _ => self.several(&mine),
        }
    }

    fn one(&self, candidate: &'a Candidate, user: Option<&'a User>) -> Answer {
        let account = &candidate.account;
        let regions = &self.question.application.regions;
        let refused = |refusal, rule, because: String| {
            (Home::Refused { refusal }, rules::only(rule, &because, "not asked: nobody of this account signs in here"))
        };
        if account.state != AccountState::Active {
            return refused(Refusal::AccountSuspended, "account", format!("account {} is suspended", account.number));
        }
        if !regions.is_empty() && !regions.contains(&account.region) {
            return refused(
                Refusal::ApplicationNotInRegion,
                "application",
                format!("the application is not available in the region {}", account.region),
            );
        }
        let users = user.map(|_| self.users(&[candidate])).unwrap_or_default();
        let (way, rules) = rules::ask(&self.case(candidate, user));
        let home = match way {
            Way::Sso { connection, mode } => {
                let redirect = mode == SsoMode::Redirect;
                Home::SingleSignOn {
                    account: account.id,
                    connection,
                    redirect,
                    password_beside: !redirect && !users.is_empty(),
                }
            }
            Way::Password | Way::Nobodys | Way::Outage { .. } => Home::Password { users, account: user.map(|_| account.id), sso: None, outage: out(way) },
            Way::Refused(refusal) => Home::Refused { refusal },
        };
        (home, rules)
    }

    /// The name lives in none of the accounts that are meant.
    fn nobody(&self, meant: &[&'a Candidate]) -> Answer {
        let proved = self.wished(self.proved(meant));
        let elsewhere = lives(&self.all.iter().collect::<Vec<_>>());
        match (proved.as_slice(), elsewhere.is_empty()) {
            ([one], _) => self.one(one, None),
            ([], true) => {
                let password = Home::Password { users: Vec::new(), account: None, sso: None, outage: None };
                (
                    password,
                    rules::only(
                        "default",
                        "nobody has this username, and no account has proved its domain: the password page",
                        "not asked: there is no account",
                    ),
                )
            }
            ([], false) => self.choose(&elsewhere, true, "the account that was named is not one of this username's"),
            (many, _) => {
                self.choose(many, false, "nobody has this username, and several accounts have proved its domain")
            }
        }
    }

    /// The name lives in several accounts. At the password only where a password can be right in every one of them: a
    /// password page would shut the others' users out.
    fn several(&self, mine: &[&'a Candidate]) -> Answer {
        let users = self.users(mine);
        if self.question.application.account_selection == AccountSelection::Password && users.len() == mine.len() {
            let because = format!("the application has the account chosen at the password, among {}", mine.len());
            return (
                Home::Password { users, account: None, sso: None, outage: None },
                rules::only("application", &because, "asked for each of the accounts"),
            );
        }
        self.choose(mine, false, &format!("the username lives in {} accounts, and none was named", mine.len()))
    }

    fn choose(&self, among: &[&'a Candidate], named_unknown: bool, because: &str) -> Answer {
        let accounts = among.iter().map(|c| c.account.id).collect();
        (
            Home::ChooseAccount { accounts, named_unknown },
            rules::only("account", because, "not asked: no single account is known"),
        )
    }

    /// The candidates that the account hint does not rule out.
    fn meant(&self) -> Vec<&'a Candidate> {
        let fits = |c: &&Candidate| match &self.question.hints.account {
            None => true,
            Some(AccountHint::Number(number)) => c.account.number == *number,
            Some(AccountHint::Label(label)) => c.account.label.as_ref().is_some_and(|l| l.key() == label.key()),
        };
        self.all.iter().filter(fits).collect()
    }

    /// Those that own the wished connection, if any does: a wish chooses among accounts and brings no new one (LH-17).
    fn wished(&self, among: Vec<&'a Candidate>) -> Vec<&'a Candidate> {
        let Some(id) = self.question.hints.connection else { return among };
        let owns = |c: &&Candidate| c.connections.iter().any(|n| n.id == id && n.account == c.account.id);
        let owners: Vec<_> = among.iter().copied().filter(owns).collect();
        if owners.is_empty() { among } else { owners }
    }

    fn proved(&self, among: &[&'a Candidate]) -> Vec<&'a Candidate> {
        among.iter().copied().filter(|c| self.case(c, None).claim.is_some()).collect()
    }

    /// The users whose password may be tried, in the order of the candidates.
    fn users(&self, among: &[&Candidate]) -> Vec<UserId> {
        among.iter().filter_map(|c| rules::keeps_password(self.question, c, self.now)).collect()
    }

    fn case(&self, candidate: &'a Candidate, user: Option<&'a User>) -> Case<'a> {
        Case::new(self.question, candidate, user, self.now)
    }
}

/// The connection that is out, where that decided.
fn out(way: Way) -> Option<homeward_model::ConnectionId> {
    match way {
        Way::Outage { connection } => Some(connection),
        Way::Password | Way::Nobodys | Way::Sso { .. } | Way::Refused(_) => None,
    }
}

/// Where the name lives: the accounts in which it may sign in; if it may nowhere, those that know it. So an invitation from
/// another account does not stand in the way of a sign-in that worked before.
fn lives<'a>(among: &[&'a Candidate]) -> Vec<&'a Candidate> {
    let in_state = |fits: fn(&Candidate, &User) -> bool| -> Vec<_> {
        among.iter().copied().filter(|c| c.user.as_ref().is_some_and(|u| fits(c, u))).collect()
    };
    let active = in_state(|c, u| u.state == UserState::Active && c.account.state == AccountState::Active);
    if active.is_empty() { in_state(|_, u| u.state != UserState::Deprovisioned) } else { active }
}
