//! Who administers an account: roles given and taken, and how administrators sign in (AD-02, B-164).

use homeward_discovery::UserState;
use homeward_model::{UserId, Username};

use crate::{
    alarm::Alarm,
    authority::{Action, Role, gives},
    entry::Granted,
    people::{Done, hands_off},
    ports::{Fault, Holder, Moved},
    session::Portal,
};

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Administrators {
    /// Everybody with a role, and the roles that the one who asks may take from them.
    pub holders: Vec<(Holder, Vec<Role>)>,
    /// Roles that the one who asks may give.
    pub may_give: Vec<Role>,
}

/// Everybody with a role in the account.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Administrators, Fault> {
    // Whoever has just given or taken one sees the list.
    granted.is_for(Action::ReadRoles).or_else(|_| granted.is_for(Action::ChangeRoles))?;
    let actor = granted.actor()?;
    let may_give: Vec<Role> = Role::ALL.into_iter().filter(|role| gives(&actor.roles, *role, granted.relation())).collect();
    let may_take = |holder: &Holder| match hands_off(actor, holder.user.id, &holder.roles) {
        Some(_) => Vec::new(),
        None => holder.roles.iter().copied().filter(|role| may_give.contains(role)).collect(),
    };
    let holders = portal.roles.holders(granted.account().id).await?;
    Ok(Administrators { holders: holders.into_iter().map(|holder| (holder.clone(), may_take(&holder))).collect(), may_give })
}

/// What came of giving or taking a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// As of every other step.
    Step(Done),
    /// Nobody of this account has the username.
    Unknown,
    /// The user is suspended or gone.
    NotActive,
    /// The one who asks may not do there what the role allows.
    TooMuch,
}

/// Gives somebody of the account a role.
///
/// # Errors
/// `Fault`.
pub async fn give(portal: &Portal, granted: &Granted, typed: &str, role: Role) -> Result<Change, Fault> {
    granted.is_for(Action::ChangeRoles)?;
    let account = granted.account().id;
    if !gives(&granted.actor()?.roles, role, granted.relation()) {
        return Ok(Change::TooMuch);
    }
    let Ok(username) = Username::parse(typed.trim()) else { return Ok(Change::Unknown) };
    let Some(user) = portal.people.named(account, &username).await? else { return Ok(Change::Unknown) };
    if let Some(why) = hands_off(granted.actor()?, user.id, &portal.roles.of(user.id).await?) {
        return Ok(Change::Step(why));
    }
    if !matches!(user.state, UserState::Active | UserState::Invited) {
        return Ok(Change::NotActive);
    }
    let deed = granted.deed(portal, "portal.role", Some(user.id), format!("+{}", role.word())).telling(Alarm::Roles);
    Ok(Change::Step(portal.roles.give(account, (user.id, role), &deed).await?.into()))
}

/// Takes a role from somebody of the account; their sessions in the portal end at once.
///
/// # Errors
/// `Fault`.
pub async fn take(portal: &Portal, granted: &Granted, user: UserId, role: Role) -> Result<Change, Fault> {
    granted.is_for(Action::ChangeRoles)?;
    let account = granted.account().id;
    if portal.people.one(account, user).await?.is_none() {
        return Ok(Change::Step(Done::Nobody));
    }
    if let Some(why) = hands_off(granted.actor()?, user, &portal.roles.of(user).await?) {
        return Ok(Change::Step(why));
    }
    if !gives(&granted.actor()?.roles, role, granted.relation()) {
        return Ok(Change::TooMuch);
    }
    let deed = granted.deed(portal, "portal.role", Some(user), format!("-{}", role.word())).telling(Alarm::Roles);
    Ok(Change::Step(portal.roles.take(account, (user, role), &deed).await?.into()))
}

/// Lets administrators in by Single Sign-On, or by their own password only (B-164). Not when nobody could come in without the provider
/// afterwards.
///
/// # Errors
/// `Fault`.
pub async fn set_single_sign_on(portal: &Portal, granted: &Granted, on: bool) -> Result<Moved, Fault> {
    granted.is_for(Action::ChangeRoles)?;
    let word = |on: bool| if on { "single sign-on" } else { "password" };
    let deed = granted.deed(portal, "portal.admin_sso", None, format!("{} → {}", word(!on), word(on))).telling(Alarm::AdminSignIn);
    portal.accounts.set_admin_sso(granted.account().id, on, &deed).await
}
