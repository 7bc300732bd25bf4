//! Groups: the first of the account's group rules that fits the user stands for the account's own mode.

use super::{Case, Verdict, single_sign_on};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    match (case.user, case.group()) {
        (None, _) => Verdict::passes(case.nobody()),
        (Some(user), None) if user.groups.iter().any(|group| case.candidate.account.pilot_groups.contains(group)) => {
            Verdict::passes("a group of this user is in the pilot of Single Sign-On")
        }
        (Some(_), None) => Verdict::passes("the account has no rule for a group of this user"),
        (Some(_), Some(group)) => single_sign_on::offer(case, &format!("the group \"{}\"", group.group)),
    }
}
