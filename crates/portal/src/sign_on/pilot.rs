//! People in the pilot, name by name (B5).

use homeward_discovery::UserRule;
use homeward_model::{UserId, Username};

use crate::{
    authority::{self, Action},
    entry::Granted,
    people::typed_names,
    ports::{Fault, Moved},
    session::Portal,
};

/// People that are shown and added at once, at most.
pub const MOST: u32 = 200;

/// What came of names for the pilot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piloted {
    /// How many were put into it.
    pub added: u32,
    /// Names that could not be.
    pub refused: Vec<String>,
    /// Names beyond those that are taken at once: nobody has looked at them.
    pub rest: Vec<String>,
}

/// Puts people into the pilot, one name a line.
///
/// # Errors
/// `Fault`.
pub async fn add(portal: &Portal, granted: &Granted, text: &str) -> Result<Piloted, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    let (names, rest) = typed_names(text, usize::try_from(MOST).unwrap_or(usize::MAX));
    let mut piloted = Piloted { rest, ..Piloted::default() };
    for name in names {
        let found = match Username::parse(name) {
            Ok(username) => portal.people.named(granted.account().id, &username).await?,
            Err(_) => None,
        };
        match found {
            Some(user) if user.rule == Some(UserRule::Pilot) => {}
            Some(user) if user.rule.is_none() && !user.break_glass && rule(portal, granted, user.id, (None, Some(UserRule::Pilot))).await? => piloted.added += 1,
            _ => piloted.refused.push(name.chars().take(100).collect()),
        }
    }
    Ok(piloted)
}

/// Takes somebody out of the pilot.
///
/// # Errors
/// `Fault`.
pub async fn leave(portal: &Portal, granted: &Granted, user: UserId) -> Result<bool, Fault> {
    granted.is_for(Action::SwitchSignOn)?;
    rule(portal, granted, user, (Some(UserRule::Pilot), None)).await
}

/// Nobody decides how people with a wider role sign in (AD-02).
async fn rule(portal: &Portal, granted: &Granted, user: UserId, (from, to): (Option<UserRule>, Option<UserRule>)) -> Result<bool, Fault> {
    let account = granted.account().id;
    let is_wider = authority::is_wider(&portal.roles.of(user).await?, &granted.actor()?.roles);
    if portal.people.one(account, user).await?.is_none_or(|listed| listed.user.rule != from) || is_wider {
        return Ok(false);
    }
    let word = |rule: Option<UserRule>| rule.map_or("none", UserRule::word);
    let deed = granted.deed(portal, "portal.pilot", Some(user), format!("{} → {}", word(from), word(to)));
    Ok(portal.people.set_rule(account, (user, from, to), &deed).await? == Moved::Done)
}
