//! The account's own mode, for its users and for whoever named it by number (B-043, B-158).

use super::{Case, Verdict, single_sign_on};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    if case.user.is_none() && !case.is_numbered() {
        return Verdict::passes("nobody named the account by its number");
    }
    single_sign_on::offer(case, &format!("account {}", case.candidate.account.number))
}
