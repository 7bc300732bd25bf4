//! An account's logo on its sign-in pages (BRA-2, BRA-3): a picture is sent, looked at, and used or removed. Its text for people who do not
//! see it is the account's name.

pub mod picture;
pub mod ports;

use homeward_model::{Logo, LogoId};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Fault, Moved},
    session::Portal,
};
use picture::Picture;

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// It is what people see from now on.
    Done,
    /// It is so already, or somebody else has changed it meanwhile.
    Otherwise,
    /// The account has no such picture.
    Nothing,
}

/// One that waits and that the account has; `None` when it is not there, or counts already.
///
/// # Errors
/// `Fault`.
pub async fn waiting(portal: &Portal, granted: &Granted, name: &str) -> Result<Option<Logo>, Fault> {
    granted.is_for(Action::ReadAppearance).or_else(|_| granted.is_for(Action::ChangeAppearance))?;
    let account = granted.account();
    let Some(id) = LogoId::parse(name).filter(|id| account.logo.is_none_or(|logo| logo.id != *id)) else { return Ok(None) };
    portal.logos.of(account.id, id).await
}

/// Keeps a picture to be looked at. Nobody sees it on a sign-in page yet.
///
/// # Errors
/// `Fault`.
pub async fn offer(portal: &Portal, granted: &Granted, picture: &Picture) -> Result<(), Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    let account = granted.account().id;
    let deed = granted.deed(portal, "portal.appearance", None, format!("a logo to look at: {}", short(Some(picture.logo(account)))));
    portal.logos.keep(account, picture, &deed).await
}

/// Uses a picture that was kept, by its name; `None`: no logo any more.
///
/// # Errors
/// `Fault`.
pub async fn choose(portal: &Portal, granted: &Granted, name: Option<&str>) -> Result<Used, Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    let account = granted.account();
    let wanted = match name.map(LogoId::parse) {
        None => None,
        Some(None) => return Ok(Used::Nothing),
        Some(Some(id)) => match portal.logos.of(account.id, id).await? {
            None => return Ok(Used::Nothing),
            found => found,
        },
    };
    if wanted == account.logo {
        return Ok(Used::Otherwise);
    }
    let deed = granted.deed(portal, "portal.appearance", None, format!("logo: {} → {}", short(account.logo), short(wanted)));
    Ok(match portal.logos.choose(account.id, (account.logo, wanted), &deed).await? {
        Moved::Done => Used::Done,
        Moved::Otherwise | Moved::LastWayIn => Used::Otherwise,
    })
}

/// A logo in a record: enough of its name to tell it from another one, and its size.
fn short(logo: Option<Logo>) -> String {
    logo.map_or_else(|| "none".to_owned(), |logo| format!("{} ({} × {})", logo.id.to_string().chars().take(12).collect::<String>(), logo.width, logo.height))
}
