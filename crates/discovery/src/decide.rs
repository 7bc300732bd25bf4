//! The decision: pure, ordered, explainable. Under closed disclosure it does not depend on whether a user exists.

use homeward_model::{AccountHint, Timestamp, UserId};

use crate::{
    decision::{Decision, Home, Refusal},
    facts::{AccountSelection, AccountState, Candidate, Candidates, Disclosure, Question, SsoMode, User, UserState},
    realm::{Trace, Way, password_counts, way},
};

/// Decides where a person signs in. `now` is part of the question although no rule has a time yet: a decision is about a moment.
pub fn decide(question: &Question<'_>, candidates: &Candidates, now: Timestamp) -> Decision {
    let mut trace = Trace::default();
    let meant: Vec<&Candidate> = candidates.accounts.iter().filter(|c| is_meant(question, c)).collect();
    let home = match question.disclosure {
        Disclosure::Closed => closed(question, &meant, now, &mut trace),
        Disclosure::Open => open(question, candidates, &meant, &mut trace),
    };
    Decision { home, rules: trace.0 }
}

/// Whether a hint names another account than this one.
fn is_meant(question: &Question<'_>, candidate: &Candidate) -> bool {
    match &question.hints.account {
        None => true,
        Some(AccountHint::Number(number)) => candidate.account.number == *number,
        Some(AccountHint::Label(label)) => candidate.account.label.as_ref().is_some_and(|l| l.key() == label.key()),
    }
}

/// The users whose password may be tried. In the order of the candidates, so that the answer is the same every time.
fn users(question: &Question<'_>, among: &[&Candidate]) -> Vec<UserId> {
    let counts = |c: &&Candidate| c.user.as_ref().filter(|u| password_counts(question, c, u)).map(|u| u.id);
    among.iter().filter_map(counts).collect()
}

/// Only the application, a hint, network, device and a verified domain decide (architecture, closed disclosure).
fn closed(question: &Question<'_>, meant: &[&Candidate], now: Timestamp, trace: &mut Trace) -> Home {
    let password = |account| Home::Password { users: users(question, meant), account, sso: None };
    if question.wants_password {
        trace.applied("user", "\"Enter your password\" was chosen; it is offered to everybody");
        return password(None);
    }
    let by_domain = |c: &&&Candidate| c.domains.iter().any(|d| d.verified_at.is_some_and(|at| at <= now));
    let claimed: Vec<&&Candidate> = match question.hints.account {
        Some(_) => meant.iter().collect(),
        None => meant.iter().filter(by_domain).collect(),
    };
    let [account] = claimed.as_slice() else {
        trace.applied("default", match claimed.len() {
            0 => "no verified domain and no account was named: the page that is the same for everybody",
            _ => "several accounts proved this domain: the account number is asked for",
        });
        return password(None);
    };
    if account.account.state != AccountState::Active {
        trace.applied("account", "the account is suspended: the page that is the same for everybody");
        return password(None);
    }
    // The rules are asked as for a name that the account does not know: the answer is the same for every name.
    match way(question, account, None, trace) {
        Way::Sso { connection, mode } => {
            Home::SingleSignOn { account: account.account.id, connection, redirect: mode == SsoMode::Redirect, password_beside: true }
        }
        Way::Password | Way::Refused(_) => password(None),
    }
}

/// The pages of document [002]: users decide too.
fn open(question: &Question<'_>, all: &Candidates, meant: &[&Candidate], trace: &mut Trace) -> Home {
    let lives = |c: &&Candidate| c.user.as_ref().is_some_and(|u| u.state != UserState::Deprovisioned);
    let mine: Vec<&Candidate> = meant.iter().copied().filter(lives).collect();
    match mine.as_slice() {
        [one] => one_account(question, one, one.user.as_ref(), trace),
        [] => nobody(question, all, meant, trace),
        _ => several(question, &mine, trace),
    }
}

fn one_account(question: &Question<'_>, candidate: &Candidate, user: Option<&User>, trace: &mut Trace) -> Home {
    let account = &candidate.account;
    if account.state != AccountState::Active {
        trace.applied("account", format!("account {} is suspended", account.number));
        return Home::Refused { refusal: Refusal::AccountSuspended };
    }
    let regions = &question.application.regions;
    if !regions.is_empty() && !regions.contains(&account.region) {
        trace.applied("application", format!("the application is not available in the region {}", account.region));
        return Home::Refused { refusal: Refusal::ApplicationNotInRegion };
    }
    let keeps = user.is_some_and(|u| password_counts(question, candidate, u));
    let users: Vec<UserId> = user.filter(|_| keeps).map(|u| u.id).into_iter().collect();
    match way(question, candidate, user, trace) {
        Way::Sso { .. } if question.wants_password && keeps => {
            trace.applied("user", "\"Enter your password\" was chosen, and the account allows it");
            Home::Password { users, account: Some(account.id), sso: None }
        }
        Way::Sso { connection, mode } => Home::SingleSignOn {
            account: account.id,
            connection,
            redirect: mode == SsoMode::Redirect,
            password_beside: keeps && mode != SsoMode::Redirect,
        },
        Way::Password => Home::Password { users, account: user.map(|_| account.id), sso: None },
        Way::Refused(refusal) => Home::Refused { refusal },
    }
}

/// The name lives in none of the accounts that are meant.
fn nobody(question: &Question<'_>, all: &Candidates, meant: &[&Candidate], trace: &mut Trace) -> Home {
    let elsewhere: Vec<_> = all.accounts.iter().filter(|c| c.user.as_ref().is_some_and(|u| u.state != UserState::Deprovisioned)).collect();
    if question.hints.account.is_some() && elsewhere.len() > 1 {
        trace.applied("account", "the account that was named is not one of this username's");
        return Home::ChooseAccount { accounts: elsewhere.iter().map(|c| c.account.id).collect(), named_unknown: true };
    }
    let proved: Vec<&&Candidate> = meant.iter().filter(|c| c.domains.iter().any(|d| d.verified_at.is_some())).collect();
    match proved.as_slice() {
        [one] => {
            trace.passed("user", "nobody has this username; the domain is verified for one account");
            one_account(question, one, None, trace)
        }
        [] => {
            trace.applied("default", "nobody has this username, and no account proved its domain: the account's password");
            Home::Password { users: Vec::new(), account: None, sso: None }
        }
        many => {
            trace.applied("domain", "several accounts proved this domain");
            Home::ChooseAccount { accounts: many.iter().map(|c| c.account.id).collect(), named_unknown: false }
        }
    }
}

fn several(question: &Question<'_>, mine: &[&Candidate], trace: &mut Trace) -> Home {
    let users = users(question, mine);
    if question.application.account_selection == AccountSelection::Password && !users.is_empty() {
        trace.applied("application", "the application has the account chosen at the password");
        return Home::Password { users, account: None, sso: None };
    }
    trace.applied("account", format!("the username lives in {} accounts", mine.len()));
    Home::ChooseAccount { accounts: mine.iter().map(|c| c.account.id).collect(), named_unknown: false }
}
