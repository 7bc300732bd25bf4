//! The Single Sign On button, and "Enter your password" beside it.

use homeward_discovery::Home;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, Username};

use crate::{
    context::Context,
    reason::Reason,
    stage::{AwaitChange, AwaitPassword, OfferSso, Started},
    step::{Asking, Step},
    usecase::{
        change,
        federated::depart,
        identify,
        limit::{LOOK_UPS, limited},
        password,
        realm::{self, Wish, asking_of},
        refuse::{About, refuse},
    },
    visitor::Visitor,
};

/// "Enter your password": offered to everybody, and decided again.
pub async fn enter_password(ctx: &Context, stage: OfferSso, visitor: &Visitor) -> Result<Step, StoreFault> {
    let OfferSso { started, username } = stage;
    let Some(realm) = realm::resolve(ctx, &started, &username, Wish::Password, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    match &realm.decision.home {
        // Whoever wants to change it is not asked for it twice (B-071).
        Home::Password { .. } if identify::is_change(&started) => change::page(ctx, AwaitChange { started, username: Some(username), person: None }, &realm).await,
        Home::Password { .. } => Ok(password::page(ctx, (AwaitPassword { started, username, wants_password: true }, None), &realm, None)),
        Home::SingleSignOn { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => {
            identify::page(ctx, started, username, &realm, visitor).await
        }
    }
}

/// "Single Sign On": decided again, and away.
pub async fn go(
    ctx: &Context,
    mut started: Started,
    username: &str,
    account: Option<&str>,
    visitor: &Visitor,
) -> Result<Step, StoreFault> {
    let Ok(username) = Username::parse(username) else {
        return identify::again(ctx, started, username.to_owned(), None).await;
    };
    // An empty field is an answer, too: no account is meant, whatever was typed there before.
    let mut nobody = false;
    if let Some(typed) = account.map(str::trim) {
        let before = std::mem::replace(&mut started.hints.account, AccountHint::parse(typed));
        nobody = !typed.is_empty() && started.hints.account.is_none();
        // The one that stood there already was counted with the username.
        if !typed.is_empty()
            && (nobody || started.hints.account != before)
            && let Some(step) = limited(ctx, &LOOK_UPS, &started, visitor).await?
        {
            return Ok(step);
        }
    }
    let Some(realm) = realm::resolve(ctx, &started, &username, Wish::Any, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    let connection = match &realm.decision.home {
        Home::SingleSignOn { connection, .. } | Home::Password { sso: Some(connection), .. } => Some(*connection),
        Home::Password { sso: None, .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => None,
    };
    // A text that no account can have leads nowhere, like a number that nobody has.
    match connection.filter(|_| !nobody) {
        Some(connection) => Ok(depart::depart(ctx, started, Some(username), connection)),
        None => {
            let asking = asking_of(&realm.application);
            refuse(ctx, Reason::NoConnection, asking, Some(started.clone()), About::of(&started), visitor).await
        }
    }
}
