//! A decision in words, for `homeward explain` and for an administrator's "why?".

use crate::{decision::{Decision, Home}, facts::Candidates};

impl Decision {
    /// The rules with their reasons, and the outcome in one sentence. `candidates` are those of the decision; names of
    /// accounts and connections come from them.
    pub fn to_text(&self, candidates: &Candidates) -> String {
        let mut out = String::new();
        for rule in &self.rules {
            let mark = if rule.applied { '✓' } else { '–' };
            out.push_str(&format!("  {mark} {:<12} {}\n", rule.rule, rule.because));
        }
        out.push_str(&format!("→ {}\n", self.sentence(candidates)));
        out
    }

    fn sentence(&self, candidates: &Candidates) -> String {
        let account = |id| {
            let found = candidates.accounts.iter().find(|c| c.account.id == id);
            found.map_or_else(|| "an account".to_owned(), |c| format!("{} (account {})", c.account.name, c.account.number))
        };
        match &self.home {
            Home::Password { users, .. } => match users.len() {
                0 => "The password page; no password can be right.".into(),
                1 => "The password page.".into(),
                count => format!("The password page; the passwords of {count} accounts count, and the choice comes afterwards."),
            },
            Home::SingleSignOn { account: id, connection, redirect, password_beside } => {
                let name = candidates.accounts.iter().flat_map(|c| &c.connections).find(|c| c.id == *connection).map_or("", |c| c.name.as_str());
                let how = if *redirect && !password_beside { "taken there at once" } else { "by the button" };
                let beside = if *password_beside { ", with \"Enter your password\" beside it" } else { "" };
                format!("Single Sign-On with \"{name}\" of {}, {how}{beside}.", account(*id))
            }
            Home::ChooseAccount { accounts, named_unknown } => {
                let unknown = if *named_unknown { " The account that was named is not among them." } else { "" };
                format!("\"Multiple accounts located\": one of {} accounts.{unknown}", accounts.len())
            }
            Home::Refused { refusal } => format!("Refused: {}.", refusal.word()),
        }
    }
}
