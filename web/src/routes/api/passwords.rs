//! What a password must be in the account.

use homeward_local_credential::{PasswordPolicy, Recommendation};
use homeward_portal::passwords::{self, MOST_DAYS, MOST_HISTORY, Saved, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::changed,
    values::{Number, Text},
};

/// The password policy.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Policy {
    /// The profile it started from: `classic` or `modern`.
    profile: String,
    /// Least number of characters.
    least: u32,
    /// Most characters; absent: as many as can be.
    most: Option<u32>,
    /// At least one English letter.
    needs_letter: bool,
    /// At least one digit.
    needs_number: bool,
    /// At least one of these characters.
    needs_special: Option<String>,
    /// Whether blanks are allowed.
    allows_spaces: bool,
    /// Days until a password is over; 0: never.
    expires_after_days: u32,
    /// Earlier passwords that are refused.
    history: u32,
    /// What it does against the recommendations (NIST SP 800-63B-4).
    against: Vec<Against>,
}

/// A recommendation that is not followed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Against {
    /// At least 15 characters.
    Length,
    /// Passwords of at least 64 characters are accepted.
    LongAccepted,
    /// No mixture of kinds of characters is asked for.
    NoComposition,
    /// Every printable character is accepted.
    EveryCharacter,
    /// No change without a reason.
    NoExpiry,
    /// Passwords known from leaks are refused.
    Blocklist,
}

impl From<Recommendation> for Against {
    fn from(which: Recommendation) -> Self {
        match which {
            Recommendation::Length => Self::Length,
            Recommendation::LongAccepted => Self::LongAccepted,
            Recommendation::NoComposition => Self::NoComposition,
            Recommendation::EveryCharacter => Self::EveryCharacter,
            Recommendation::NoExpiry => Self::NoExpiry,
            Recommendation::Blocklist => Self::Blocklist,
        }
    }
}

impl Policy {
    fn of(policy: PasswordPolicy, against: Vec<Recommendation>) -> Self {
        Self {
            profile: policy.name,
            least: policy.min,
            most: policy.max,
            needs_letter: policy.need_letter,
            needs_number: policy.need_number,
            needs_special: policy.need_special,
            allows_spaces: policy.allow_spaces,
            expires_after_days: policy.expires_after_days.unwrap_or(0),
            history: policy.history,
            against: against.into_iter().map(Against::from).collect(),
        }
    }
}

pub(super) async fn show(call: &Call) -> Result<Reply, Problem> {
    let found = passwords::show(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Policy::of(found.policy, found.against)))
}

/// People with a password. Their number changes by itself, so it stands beside the policy.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct PasswordPeople {
    /// People who may sign in and have a password.
    people: u64,
    /// Of those, whose password is over.
    expired: u64,
}

pub(super) async fn people(call: &Call) -> Result<Reply, Problem> {
    let found = passwords::show(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&PasswordPeople { people: found.people, expired: found.expired }))
}

/// Another policy.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "profile": "modern", "expires_after_days": 0, "history": 3 }]))]
pub(super) struct PolicyRequest {
    /// `classic`, `modern`, or the profile that is there.
    profile: Text<40>,
    /// Days until a password is over; 0: never.
    expires_after_days: Number<0, MOST_DAYS>,
    /// Earlier passwords that are refused.
    history: Number<0, MOST_HISTORY>,
    /// The number of people whose password would be over at once, as `concerns` of the problem said.
    agreed: Option<Number<0, { u32::MAX }>>,
}

pub(super) async fn save(call: &Call) -> Result<Reply, Problem> {
    let asked: PolicyRequest = call.body()?;
    let wanted = Wanted {
        profile: asked.profile.0,
        days: asked.expires_after_days.0.to_string(),
        history: asked.history.0.to_string(),
        // By the tag of the request.
        seen: None,
        agreed: asked.agreed.map(|agreed| u64::from(agreed.0)),
    };
    match passwords::save(call.portal(), &call.granted, &wanted).await? {
        Saved::Done | Saved::Already => show(call).await,
        Saved::Changed => Err(changed()),
        Saved::Concerns(people) => {
            let detail = "So many people would have to choose a new password at their next sign-in. Send the number as agreed.";
            Err(Problem::conflict("passwords.concerns", detail).concerning(people))
        }
        Saved::Profile => Err(Problem::unfit("passwords.profile", "There is no such profile.")),
        Saved::Days | Saved::History => Err(Problem::bad("body.malformed", "A number is out of its range.")),
    }
}
