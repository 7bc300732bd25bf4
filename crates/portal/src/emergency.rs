//! Emergency access (LH-16): who keeps a password whatever a provider does, and printed codes that work in place of it. An account's
//! administrator sees to both alone, before anything is turned on for everybody (B5).

use async_trait::async_trait;
use homeward_discovery::UserState;
use homeward_local_credential::{CODES, EmergencyCode};
use homeward_model::{AccountId, Timestamp, UserId};

use crate::{
    alarm::Alarm,
    authority::Action,
    entry::Granted,
    people::{Done, hands_off},
    ports::{Deed, Fault, Moved},
    session::Portal,
};

/// The codes of somebody, as far as anybody but the paper knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// When they were made.
    pub made_at: Timestamp,
    /// How many were not used yet.
    pub left: u32,
}

/// Emergency access as it is stored. Nobody of another account is ever found or changed (AD-03).
#[async_trait]
pub trait Emergency: Send + Sync {
    /// The codes of a user.
    async fn sheet(&self, account: AccountId, user: UserId) -> Result<Option<Sheet>, Fault>;
    /// Gives emergency access or takes it, when it is not so already; what is taken takes its codes along.
    async fn set(&self, account: AccountId, user: (UserId, bool), deed: &Deed) -> Result<Moved, Fault>;
    /// Keeps these codes in place of every one before, while the user is active and has emergency access.
    async fn keep(&self, account: AccountId, user: UserId, codes: &[[u8; 32]], deed: &Deed) -> Result<Moved, Fault>;
}

/// Codes that were made: shown this once, and kept as hashes.
#[derive(Debug)]
pub struct Printed {
    /// The codes.
    pub codes: Vec<EmergencyCode>,
    /// Whose username they go with.
    pub username: String,
}

/// Gives somebody emergency access, or takes it. Whoever has it keeps a password whatever the account and its providers say.
///
/// # Errors
/// `Fault`.
pub async fn set(portal: &Portal, granted: &Granted, user: UserId, given: bool) -> Result<Done, Fault> {
    granted.is_for(Action::ChangeEmergency)?;
    let account = granted.account().id;
    let Some(listed) = portal.people.one(account, user).await? else { return Ok(Done::Nobody) };
    if let Some(why) = not_theirs(portal, granted, user).await? {
        return Ok(why);
    }
    if listed.user.break_glass == given || (given && listed.user.state != UserState::Active) {
        return Ok(Done::Changed);
    }
    let detail = if given { "none → emergency access" } else { "emergency access → none" };
    let deed = granted.deed(portal, "portal.emergency", Some(user), detail.to_owned()).telling(Alarm::Emergency);
    Ok(portal.emergency.set(account, (user, given), &deed).await?.into())
}

/// Makes codes to be printed. Those before end.
///
/// # Errors
/// `Fault`.
pub async fn print(portal: &Portal, granted: &Granted, user: UserId) -> Result<Result<Printed, Done>, Fault> {
    granted.is_for(Action::PrintCodes)?;
    let account = granted.account().id;
    let Some(listed) = portal.people.one(account, user).await? else { return Ok(Err(Done::Nobody)) };
    if let Some(why) = not_theirs(portal, granted, user).await? {
        return Ok(Err(why));
    }
    let codes: Vec<EmergencyCode> = (0..CODES).map(|_| EmergencyCode::generate(portal.random.as_ref())).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| code.digest(user)).collect();
    let deed = granted.deed(portal, "portal.emergency_codes", Some(user), format!("{CODES} made")).telling(Alarm::Emergency);
    Ok(match portal.emergency.keep(account, user, &hashes, &deed).await? {
        Moved::Done => Ok(Printed { codes, username: listed.user.username.typed().to_owned() }),
        Moved::Otherwise => Err(Done::Changed),
        Moved::LastWayIn => Err(Done::LastWayIn),
    })
}

/// Nobody decides how people with a wider role come in (AD-02); one's own way in is one's own business: the last one stays in any case. A way
/// in that needs no provider, and opens every role of its person, takes a proof that came of no provider: whoever has taken a provider over,
/// or was let in by it while it was trusted, keeps nothing by it (ST-13).
async fn not_theirs(portal: &Portal, granted: &Granted, user: UserId) -> Result<Option<Done>, Fault> {
    if granted.actor()?.is_federated() {
        return Ok(Some(Done::Federated));
    }
    Ok(hands_off(granted.actor()?, user, &portal.roles.of(user).await?).filter(|why| *why != Done::Oneself))
}
