//! A decision in words, for `homeward explain` and for an administrator's "why?".

use homeward_model::{AccountId, ConnectionId, UserId};

use crate::{
    decision::{Decision, Home},
    facts::Candidates,
};

impl Decision {
    /// The rules with their reasons, and the outcome in one sentence. `candidates` are those of the decision; names of
    /// accounts and connections come from them. No username stands in it.
    pub fn to_text(&self, candidates: &Candidates) -> String {
        let row = |rule: &crate::RuleTrace| {
            format!("  {} {:<12} {}\n", if rule.applied { '✓' } else { '–' }, rule.rule, rule.because)
        };
        let table: String = self.rules.iter().map(row).collect();
        format!("{table}→ {}\n", self.outcome(candidates))
    }

    /// The outcome in one sentence. `candidates` are those of the decision.
    pub fn outcome(&self, candidates: &Candidates) -> String {
        self.sentence(&Names(candidates))
    }

    fn sentence(&self, names: &Names<'_>) -> String {
        match &self.home {
            Home::Password { users, sso, outage, .. } => {
                let beside = sso
                    .map_or_else(String::new, |id| format!(", Single Sign-On with {} beside it", names.connection(id)));
                let out = outage.map_or_else(String::new, |id| format!(", with a code by mail while {} is out", names.connection(id)));
                let beside = format!("{beside}{out}");
                let owners: Vec<String> = users.iter().map(|id| names.owner(*id)).collect();
                match owners.as_slice() {
                    [] => format!("The password page{beside}; no password can be right."),
                    [one] => format!("The password page{beside}; the password of {one} counts."),
                    many => format!(
                        "The password page{beside}; the passwords of {} count, and the choice comes afterwards.",
                        many.join(", ")
                    ),
                }
            }
            Home::SingleSignOn { account, connection, redirect, password_beside } => {
                let how = if *redirect && !password_beside { "taken there at once" } else { "by the button" };
                let beside = if *password_beside { ", with \"Enter your password\" beside it" } else { "" };
                format!(
                    "Single Sign-On with {} of {}, {how}{beside}.",
                    names.connection(*connection),
                    names.account(*account)
                )
            }
            Home::ChooseAccount { accounts, named_unknown } => {
                let unknown = if *named_unknown { " The account that was named is not among them." } else { "" };
                let accounts: Vec<String> = accounts.iter().map(|id| names.account(*id)).collect();
                format!("\"Multiple accounts located\": one of {}.{unknown}", accounts.join(", "))
            }
            Home::Refused { refusal } => format!("Refused: {}.", refusal.word()),
        }
    }
}

/// Names by id.
struct Names<'a>(&'a Candidates);

impl Names<'_> {
    fn account(&self, id: AccountId) -> String {
        let found = self.0.accounts.iter().find(|c| c.account.id == id);
        found.map_or_else(|| "an account".to_owned(), |c| format!("{} (account {})", c.account.name, c.account.number))
    }
    fn owner(&self, id: UserId) -> String {
        let found = self.0.accounts.iter().find(|c| c.user.as_ref().is_some_and(|u| u.id == id));
        found.map_or_else(|| "an account".to_owned(), |c| self.account(c.account.id))
    }
    fn connection(&self, id: ConnectionId) -> String {
        let found = self.0.accounts.iter().flat_map(|c| &c.connections).find(|c| c.id == id);
        found.map_or_else(|| "a connection".to_owned(), |c| format!("\"{}\"", c.name))
    }
}
