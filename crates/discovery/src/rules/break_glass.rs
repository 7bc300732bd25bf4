//! Break-glass users keep a password whatever else is set, so that an account can be repaired while its identity
//! provider is down (LH-16). First, because nothing may stand before it.

use super::{Case, Verdict, Way};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    match case.user {
        None => Verdict::passes(case.nobody()),
        Some(user) if user.break_glass => {
            Verdict::decides(Way::Password, "the user is a break-glass user and keeps a password whatever else is set")
        }
        Some(_) => Verdict::passes("the user is no break-glass user"),
    }
}
