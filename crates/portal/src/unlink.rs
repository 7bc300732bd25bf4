//! Whom a provider means by somebody, taken away (OP-09, OP-10). A user is bound to connection, issuer and subject at the first sign-in there,
//! and from then on nothing else counts; where the wrong person was bound, an administrator takes it back.

use homeward_model::UserId;

use crate::{
    authority::Action,
    entry::Granted,
    people::{Done, hands_off},
    ports::Fault,
    session::Portal,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// Done, or why not, as with every step about a user.
    Step(Done),
    /// Whoever asks has not said that they are sure; nothing was changed.
    Unsure,
}

/// Takes away whom providers mean by a user. They are signed out everywhere; the next one whom a connection's rule means is that user.
///
/// # Errors
/// `Fault`.
pub async fn unlink(portal: &Portal, granted: &Granted, user: UserId, is_sure: bool) -> Result<Unlinked, Fault> {
    granted.is_for(Action::Unlink)?;
    let account = granted.account().id;
    if portal.people.one(account, user).await?.is_none() {
        return Ok(Unlinked::Step(Done::Nobody));
    }
    let roles = portal.roles.of(user).await?;
    if let Some(why) = hands_off(granted.actor()?, user, &roles) {
        return Ok(Unlinked::Step(why));
    }
    let names: Vec<String> = portal.people.links(account, user).await?.into_iter().map(|(name, _)| name).collect();
    if names.is_empty() {
        return Ok(Unlinked::Step(Done::Changed));
    }
    if !is_sure {
        return Ok(Unlinked::Unsure);
    }
    let deed = granted.deed(portal, "portal.unlinked", Some(user), names.join(", ")).about(&roles);
    Ok(Unlinked::Step(portal.people.unlink(account, user, &deed).await?.into()))
}
