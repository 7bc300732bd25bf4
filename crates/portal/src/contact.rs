//! Whom people ask about signing in: a line at the foot of the account's sign-in pages, and in the mail for whoever forgets a password that the
//! organisation keeps.
//!
//! People trust it where they type a password, so it takes a fresh sign-in, and the administrators are told what it was and what it is.

use homeward_model::{Contact, line::LineError};

use crate::{
    alarm::Alarm,
    authority::Action,
    entry::Granted,
    ports::{Fault, Moved},
    session::Portal,
};

/// What came of a line that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is saved, or taken away.
    Saved,
    /// It is so already.
    Already,
    /// Somebody else has changed it meanwhile.
    Changed,
    /// It cannot be shown.
    Unfit(LineError),
}

/// What a page has shown, in a word: a line, or that there is none.
pub fn word(contact: Option<&Contact>) -> String {
    contact.map_or_else(|| "none".to_owned(), |contact| format!("={contact}"))
}

/// Saves a line, or takes it away when nothing was typed, when the present one is the one that was `seen`; `None`: that is compared elsewhere.
///
/// # Errors
/// `Fault`.
pub async fn save(portal: &Portal, granted: &Granted, (typed, seen): (&str, Option<&str>)) -> Result<Asked, Fault> {
    granted.is_for(Action::ChangeContact)?;
    let account = granted.account();
    let present = account.contact.as_ref();
    let wanted = match Contact::parse(typed) {
        Ok(contact) => Some(contact),
        Err(LineError::Empty) => None,
        Err(unfit) => return Ok(Asked::Unfit(unfit)),
    };
    if wanted.as_ref() == present {
        return Ok(Asked::Already);
    }
    if seen.is_some_and(|seen| seen != word(present)) {
        return Ok(Asked::Changed);
    }
    let shown = |contact: Option<&Contact>| contact.map_or_else(|| "none".to_owned(), |contact| format!("“{contact}”"));
    let detail = format!("contact: {} → {}", shown(present), shown(wanted.as_ref()));
    let deed = granted.deed(portal, "portal.appearance", None, detail).telling(Alarm::Contact);
    Ok(match portal.accounts.set_contact(account.id, (present, wanted.as_ref()), &deed).await? {
        Moved::Done => Asked::Saved,
        Moved::Otherwise | Moved::LastWayIn => Asked::Changed,
    })
}
