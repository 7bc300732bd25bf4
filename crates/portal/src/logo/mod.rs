//! An account's logo on its sign-in pages (BRA-2, BRA-3): a picture is sent with its text for people who do not see it, looked at, and used or removed.

pub mod picture;
pub mod ports;

use homeward_model::{Logo, LogoId, LogoText};

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

/// One that waits and that the account has; `None` when it is not there, or counts already as it is.
///
/// # Errors
/// `Fault`.
pub async fn waiting(portal: &Portal, granted: &Granted, name: &str) -> Result<Option<Logo>, Fault> {
    granted.is_for(Action::ReadAppearance).or_else(|_| granted.is_for(Action::ChangeAppearance))?;
    let account = granted.account();
    let Some(id) = LogoId::parse(name) else { return Ok(None) };
    Ok(portal.logos.of(account.id, id).await?.filter(|found| account.logo.as_ref() != Some(found)))
}

/// The picture that counts now, to be kept with another text; `None`: there is none.
///
/// # Errors
/// `Fault`.
pub async fn present(portal: &Portal, granted: &Granted) -> Result<Option<Vec<u8>>, Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    match &granted.account().logo {
        Some(logo) => portal.logos.png(logo.id).await,
        None => Ok(None),
    }
}

/// Keeps a picture and its text to be looked at. Nobody sees them on a sign-in page yet.
///
/// # Errors
/// `Fault`.
pub async fn offer(portal: &Portal, granted: &Granted, (picture, alt): (&Picture, &LogoText)) -> Result<(), Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    let account = granted.account().id;
    let deed = granted.deed(portal, "portal.appearance", None, format!("a logo to look at: {}", short(Some(&picture.logo(account, alt)))));
    portal.logos.keep(account, (picture, alt), &deed).await
}

/// Uses a picture that was kept, by its name and the text that was looked at with it; `None`: no logo any more.
///
/// # Errors
/// `Fault`.
pub async fn choose(portal: &Portal, granted: &Granted, seen: Option<(&str, &str)>) -> Result<Used, Fault> {
    granted.is_for(Action::ChangeAppearance)?;
    let account = granted.account();
    let wanted = match seen {
        None => None,
        Some((name, alt)) => {
            let Some(id) = LogoId::parse(name) else { return Ok(Used::Nothing) };
            match portal.logos.of(account.id, id).await? {
                None => return Ok(Used::Nothing),
                Some(found) if found.alt(&account.name) != alt => return Ok(Used::Otherwise),
                found => found,
            }
        }
    };
    if wanted == account.logo {
        return Ok(Used::Otherwise);
    }
    let deed = granted.deed(portal, "portal.appearance", None, format!("logo: {} → {}", short(account.logo.as_ref()), short(wanted.as_ref())));
    Ok(match portal.logos.choose(account.id, (account.logo.as_ref(), wanted.as_ref()), &deed).await? {
        Moved::Done => Used::Done,
        Moved::Otherwise | Moved::LastWayIn => Used::Otherwise,
    })
}

/// A logo in a record: enough of its name to tell it from another one, its size and its text.
fn short(logo: Option<&Logo>) -> String {
    let Some(logo) = logo else { return "none".to_owned() };
    let name: String = logo.id.to_string().chars().take(12).collect();
    let alt = logo.alt.as_ref().map(|alt| format!(" “{}”", alt.as_str())).unwrap_or_default();
    format!("{name} ({} × {}){alt}", logo.width, logo.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BRA-2: a logo has a text; one that was kept before there were any reads back, and is called as its account is.
    #[test]
    fn bra_2_a_logo_has_a_text_and_an_old_one_its_accounts_name() {
        let old = format!(r#"{{"id":"{}","width":2,"height":1}}"#, "0a".repeat(32));
        let read: Logo = serde_json::from_str(&old).unwrap();
        assert_eq!((read.alt("Northwind Dental"), serde_json::to_string(&read).unwrap()), ("Northwind Dental", old));
        assert_eq!(short(Some(&read)), "0a0a0a0a0a0a (2 × 1)");
        let logo = Logo { alt: Some(LogoText::parse("Northwind.example").unwrap()), ..read };
        assert_eq!((logo.alt("Northwind Dental"), short(Some(&logo)).as_str()), ("Northwind.example", "0a0a0a0a0a0a (2 × 1) “Northwind.example”"));
        assert_eq!(serde_json::from_str::<Logo>(&serde_json::to_string(&logo).unwrap()).unwrap(), logo);
    }
}
