//! Another username for somebody (B-038). The person stays who they are: sessions, password, roles, and what a provider calls them hang on
//! the user and not on the name.

use homeward_discovery::UserState;
use homeward_model::{UserId, Username};

use crate::{
    adding::mixes_scripts,
    authority::Action,
    entry::Granted,
    people::{Done, hands_off},
    ports::{Fault, Renaming},
    session::Portal,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// Done, or why not, as with every step about a user.
    Step(Done),
    /// It can be no username.
    Malformed,
    /// It mixes scripts whose letters look alike, as no new username may.
    Mixed,
    /// Somebody else of the account has it.
    Taken,
    /// Its domain is another account's: whoever types such a name is of theirs (OP-12).
    Foreign,
}

/// Gives a user another username, and tells them.
///
/// # Errors
/// `Fault`.
pub async fn rename(portal: &Portal, granted: &Granted, user: UserId, typed: &str) -> Result<Renamed, Fault> {
    granted.is_for(Action::ChangeUsername)?;
    let account = granted.account().id;
    let Some(listed) = portal.people.one(account, user).await? else { return Ok(Renamed::Step(Done::Nobody)) };
    let roles = portal.roles.of(user).await?;
    if let Some(why) = hands_off(granted.actor()?, user, &roles) {
        return Ok(Renamed::Step(why));
    }
    let Ok(to) = Username::parse(typed) else { return Ok(Renamed::Malformed) };
    let from = &listed.user.username;
    if from.typed() == to.typed() || listed.user.state == UserState::Deprovisioned {
        return Ok(Renamed::Step(Done::Changed));
    }
    if mixes_scripts(to.typed()) {
        return Ok(Renamed::Mixed);
    }
    let deed = granted.deed(portal, "portal.username", Some(user), format!("{} → {}", from.masked(), to.masked())).about(&roles);
    Ok(match portal.people.set_username(account, (user, from, &to), &deed).await? {
        Renaming::Done => {
            portal.people_told.username_changed(user, from).await;
            Renamed::Step(Done::Done)
        }
        Renaming::Otherwise => Renamed::Step(Done::Changed),
        Renaming::LastWayIn => Renamed::Step(Done::LastWayIn),
        Renaming::Taken => Renamed::Taken,
        Renaming::Foreign => Renamed::Foreign,
    })
}
