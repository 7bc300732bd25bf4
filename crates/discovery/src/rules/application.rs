//! What the application allows: it may take Single Sign-On away and never turns it on (B-012, B-164, B-165).

use super::{Case, Verdict, Way, single_sign_on};
use crate::{
    decision::Refusal,
    facts::{SsoMode, SsoRule},
};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    let application = case.question.application;
    match (application.sso, application.sso_mode) {
        (SsoRule::Never, _) => {
            single_sign_on::without(case, Refusal::NoConnection, "the application never uses Single Sign-On")
        }
        (SsoRule::ForAdministrators, _) if application.is_local_only(&case.candidate.account) => {
            administrators(case)
        }
        (_, Some(SsoMode::Off)) => {
            single_sign_on::without(case, Refusal::NoConnection, "the application has Single Sign-On switched off")
        }
        (SsoRule::RequiresSecondFactor, _) => {
            Verdict::passes("the application asks for a second factor; that is checked after the proof")
        }
        (SsoRule::Allowed | SsoRule::ForAdministrators, Some(mode)) => Verdict::passes(format!(
            "the application allows Single Sign-On and offers it by {} where it is on",
            mode.word()
        )),
        (SsoRule::Allowed | SsoRule::ForAdministrators, None) => Verdict::passes("the application allows Single Sign-On"),
    }
}

/// The administrators' pages while the account lets nobody into them by its provider. Whoever has a role keeps the password for them, also where
/// the account lets no password work: nobody could administer it otherwise. Everybody else gets the same page, where no password of theirs counts:
/// another one would show who has a role.
fn administrators(case: &Case<'_>) -> Verdict {
    let because = "administrators sign in here until the account allows them Single Sign-On";
    if case.user.is_none() || case.candidate.administers {
        return Verdict::decides(Way::Password, format!("{because}: the account's password"));
    }
    match single_sign_on::without(case, Refusal::NoConnection, because) {
        Verdict::Decides(Way::Refused(_), _) => Verdict::decides(Way::Nobodys, format!("{because}; passwords are off, and this user has no role: none counts")),
        verdict => verdict,
    }
}
