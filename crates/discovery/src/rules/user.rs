//! The exclusion list (B-159), and what the user asked for: "Enter your password" counts where the account lets passwords
//! work beside Single Sign-On (B-053).

use super::{Case, Verdict, Way};
use crate::facts::{AllowLocal, UserRule};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    let Some(user) = case.user else { return Verdict::passes(case.nobody()) };
    let allow = case.candidate.account.allow_local;
    match user.rule {
        Some(UserRule::Excluded) if allow == AllowLocal::No => Verdict::passes(
            "the user is on the exclusion list, but the account lets no password work beside Single Sign-On",
        ),
        Some(UserRule::Excluded) => Verdict::decides(Way::Password, "the user is on the exclusion list"),
        _ if case.question.wants_password && allow == AllowLocal::Yes => {
            Verdict::decides(Way::Password, "\"Enter your password\" was chosen, and the account allows it")
        }
        _ if case.question.wants_password => Verdict::passes(
            "\"Enter your password\" was chosen, but this user's password does not work beside Single Sign-On",
        ),
        Some(UserRule::Pilot) => Verdict::passes("the user is in the pilot of Single Sign-On"),
        None => Verdict::passes("the user is not on the exclusion list"),
    }
}
