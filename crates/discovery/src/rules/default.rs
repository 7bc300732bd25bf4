//! What is left: the account's password.

use super::{Case, Verdict, Way};

pub(super) fn rule(_: &Case<'_>) -> Verdict {
    Verdict::decides(Way::Password, "no rule leads to Single Sign-On: the account's password")
}
