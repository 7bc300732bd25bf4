//! Verified domains: a name that is not known leads to the account that proved the name's domain (USR-8). Only the exact
//! domain counts, no parent and no child of it, and a claim without a proof counts for nothing (LH-07).

use homeward_model::{DomainName, Timestamp};

use super::{Case, Verdict, single_sign_on};
use crate::facts::{Candidate, DomainClaim, Question};

pub(super) fn rule(case: &Case<'_>) -> Verdict {
    match case.claim {
        None => Verdict::passes("the account has not proved the domain"),
        Some(claim) => single_sign_on::offer(case, &format!("the verified domain {}", claim.domain)),
    }
}

/// The account's verified claim on the domain that routes.
pub(crate) fn claim<'a>(question: &Question<'_>, candidate: &'a Candidate, now: Timestamp) -> Option<&'a DomainClaim> {
    let routes = routing(question)?;
    let proved = |claim: &&DomainClaim| {
        claim.domain == *routes
            && claim.account == candidate.account.id
            && claim.verified_at.is_some_and(|at| at <= now)
    };
    candidate.domains.iter().find(proved)
}

/// The username's own domain; the hinted one only where the username has none. Otherwise a link could send a person to the
/// identity provider of whoever wrote it (LH-17).
fn routing<'a>(question: &Question<'a>) -> Option<&'a DomainName> {
    question.username.domain().or(question.hints.domain.as_ref())
}
