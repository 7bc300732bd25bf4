//! What a password must be in an account, and how long it lasts: the two profiles, and the dates that an account sets by itself.

use std::time::Duration;

use homeward_local_credential::{PasswordPolicy, Recommendation};

use crate::{
    alarm::Alarm,
    authority::Action,
    entry::Granted,
    ports::{Fault, Moved},
    session::Portal,
};

const DAY: u64 = 86_400;
/// Longest life of a password that can be entered, in days.
pub const MOST_DAYS: u32 = 3_650;
/// Most earlier passwords that are refused.
pub const MOST_HISTORY: u32 = 10;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passwords {
    /// The policy.
    pub policy: PasswordPolicy,
    /// What it does against the recommendations (NIST SP 800-63B-4).
    pub against: Vec<Recommendation>,
    /// People who may sign in and have a password.
    pub people: u64,
    /// Of those, whose password is over.
    pub expired: u64,
}

/// The policy of the account with what it means today.
///
/// # Errors
/// `Fault`.
pub async fn show(portal: &Portal, granted: &Granted) -> Result<Passwords, Fault> {
    // Whoever has just changed it sees it.
    granted.is_for(Action::ReadPasswords).or_else(|_| granted.is_for(Action::ChangePasswords))?;
    let policy = portal.accounts.policy(granted.account().id).await?;
    let (people, expired) = count(portal, granted, &policy).await?;
    Ok(Passwords { against: policy.departs_from(), policy, people, expired })
}

/// People with a password, and those whose password would be over under this policy.
async fn count(portal: &Portal, granted: &Granted, policy: &PasswordPolicy) -> Result<(u64, u64), Fault> {
    let before = policy.expires_after_days.map(|days| portal.now().minus(Duration::from_secs(u64::from(days) * DAY)));
    portal.accounts.passwords(granted.account().id, before).await
}

/// What somebody enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// `classic` or `modern`.
    pub profile: String,
    /// Days until a password expires; 0: never.
    pub days: String,
    /// Earlier passwords that are refused.
    pub history: String,
    /// What names the policy that the page has shown; `None`: what was seen is compared elsewhere.
    pub seen: Option<String>,
    /// The number of people that the page has named, who have to choose a new password at their next sign-in.
    pub agreed: Option<u64>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It counts from now on.
    Done,
    /// It is so already.
    Already,
    /// Somebody else has changed it meanwhile.
    Changed,
    /// So many people more would have to choose a new password at their next sign-in: to be agreed to first.
    Concerns(u64),
    /// No such profile.
    Profile,
    /// The days are no number from 0 to `MOST_DAYS`.
    Days,
    /// The history is no number from 0 to `MOST_HISTORY`.
    History,
}

/// Saves another policy. Whatever else was set for the account stays, as long as the profile does.
///
/// # Errors
/// `Fault`.
pub async fn save(portal: &Portal, granted: &Granted, wanted: &Wanted) -> Result<Saved, Fault> {
    granted.is_for(Action::ChangePasswords)?;
    let account = granted.account().id;
    let present = portal.accounts.policy(account).await?;
    let base = match wanted.profile == present.name {
        true => Some(present.clone()),
        false => PasswordPolicy::named(&wanted.profile),
    };
    let Some(base) = base else { return Ok(Saved::Profile) };
    let number = |typed: &str, most: u32| typed.trim().parse::<u32>().ok().filter(|number| *number <= most);
    let Some(days) = number(&wanted.days, MOST_DAYS) else { return Ok(Saved::Days) };
    let Some(history) = number(&wanted.history, MOST_HISTORY) else { return Ok(Saved::History) };
    let next = PasswordPolicy { expires_after_days: Some(days).filter(|days| *days > 0), history, ..base };
    if next == present {
        return Ok(Saved::Already);
    }
    if wanted.seen.as_ref().is_some_and(|seen| *seen != names(&present)) {
        return Ok(Saved::Changed);
    }
    let (_, now) = count(portal, granted, &present).await?;
    let (_, then) = count(portal, granted, &next).await?;
    let more = then.saturating_sub(now);
    if more > 0 && wanted.agreed != Some(more) {
        return Ok(Saved::Concerns(more));
    }
    let words = |policy: &PasswordPolicy| format!("{}, {} days, history {}", policy.name, policy.expires_after_days.unwrap_or(0), policy.history);
    let deed = granted.deed(portal, "portal.passwords", None, format!("{} → {}", words(&present), words(&next)));
    let deed = if is_weaker(&present, &next) { deed.telling(Alarm::Passwords) } else { deed };
    Ok(match portal.accounts.set_policy(account, (&present, &next), &deed).await? {
        Moved::Done => Saved::Done,
        Moved::Otherwise | Moved::LastWayIn => Saved::Changed,
    })
}

/// What names a policy on its page: what was seen is what is changed (ADM-7).
pub fn names(policy: &PasswordPolicy) -> String {
    let digest = homeward_sealing::sha256(format!("{policy:?}").as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a policy asks for less than the one before in anything that it asks for.
fn is_weaker(before: &PasswordPolicy, after: &PasswordPolicy) -> bool {
    let lasts = |policy: &PasswordPolicy| policy.expires_after_days.unwrap_or(u32::MAX);
    let asks_less = |before: bool, after: bool| before && !after;
    after.min < before.min
        || after.history < before.history
        || lasts(after) > lasts(before)
        || asks_less(before.refuse_leaked, after.refuse_leaked)
        || asks_less(before.refuse_context, after.refuse_context)
        || asks_less(before.need_letter, after.need_letter)
        || asks_less(before.need_number, after.need_number)
        || asks_less(before.need_special.is_some(), after.need_special.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_asks_for_less_of_anything_is_weaker() {
        let classic = PasswordPolicy::classic();
        assert!(!is_weaker(&classic, &classic));
        for weaker in [
            PasswordPolicy { min: classic.min - 1, ..classic.clone() },
            PasswordPolicy { expires_after_days: None, ..classic.clone() },
            PasswordPolicy { need_number: false, ..classic.clone() },
            PasswordPolicy { need_special: None, ..classic.clone() },
        ] {
            assert!(is_weaker(&classic, &weaker) && !is_weaker(&weaker, &classic), "{weaker:?}");
        }
        assert!(is_weaker(&PasswordPolicy { history: 3, ..classic.clone() }, &PasswordPolicy { history: 2, ..classic.clone() }));
        assert!(!is_weaker(&classic, &PasswordPolicy { min: 15, expires_after_days: Some(1), ..classic.clone() }));
    }
}
