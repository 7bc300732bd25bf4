//! What people are told when their own e-mail address or username becomes another one, they sign in elsewhere from now on, or a copy of a sign-in
//! of theirs was used.

use homeward_language::Text;
use homeward_model::Timestamp;

use crate::render::{Parts, device_in, grouped, moment};

/// To the new address: the code that proves it.
pub(crate) fn code((username, account): (&str, &str), code: &str, until: Timestamp, t: Text) -> Parts {
    let shown = grouped(code);
    Parts::new(t.f("mail-email-subject", &[("code", (&shown).into())]))
        .titled(t.s("mail-email-title"))
        .says(t.f("mail-email-text", &[("username", username.into()), ("account", account.into())]))
        .code(shown)
        .says(t.f("mail-email-until", &[("time", (&moment(until, t).1).into())]))
        .says(t.s("mail-email-ignore"))
}

/// To the address before: who it was, and how to take it back.
pub(crate) fn changed((username, address): (&str, &str), (at, device): (Timestamp, &str), (link, until): (&str, Timestamp), t: Text) -> Parts {
    let (date, time) = moment(at, t);
    let device = device_in(device, t);
    let args = [("username", username.into()), ("address", address.into()), ("date", (&date).into()), ("time", (&time).into()), ("device", (&device).into())];
    let (last_date, last_time) = moment(until, t);
    Parts::new(t.s("mail-emailed-subject"))
        .says(t.f("mail-emailed-text", &args))
        .says(t.s("mail-changed-ok"))
        .button(t.s("mail-emailed-button"), link)
        .says(t.f("mail-emailed-not", &[("date", (&last_date).into()), ("time", (&last_time).into())]))
}

/// To the address that counts no more, because the one before took the change back.
pub(crate) fn taken_back(username: &str, account: &str, t: Text) -> Parts {
    Parts::new(t.s("mail-undone-subject"))
        .says(t.f("mail-undone-text", &[("username", username.into()), ("account", account.into())]))
        .says(t.s("mail-undone-after"))
}

/// The organisation's sign-in instead of a password of one's own (mail 5).
pub(crate) fn moved(account: &str, (username, provider): (&str, &str), (at, keeps_password, for_portal): (Timestamp, bool, bool), sign_in_url: &str, t: Text) -> Parts {
    let (date, _) = moment(at, t);
    let password = match (keeps_password, for_portal) {
        (true, _) => t.s("mail-moved-kept"),
        (false, true) => t.s("mail-moved-portal"),
        (false, false) => t.s("mail-moved-gone"),
    };
    Parts::new(t.f("mail-moved-subject", &[("account", account.into())]))
        .says(t.f("mail-moved-text", &[("date", (&date).into()), ("provider", provider.into())]))
        .says(t.f("mail-moved-how", &[("username", username.into())]))
        .says(password)
        .button(t.s("mail-moved-button"), sign_in_url)
}

/// Somebody used a copy of what an application keeps of a sign-in; it was ended.
pub(crate) fn copied((username, application): (&str, &str), at: Timestamp, sessions_url: &str, t: Text) -> Parts {
    let (date, time) = moment(at, t);
    let args = [("username", username.into()), ("application", application.into()), ("date", (&date).into()), ("time", (&time).into())];
    Parts::new(t.f("mail-copied-subject", &[("application", application.into())]))
        .says(t.f("mail-copied-text", &args))
        .says(t.s("mail-copied-again"))
        .button(t.s("mail-copied-button"), sessions_url)
        .says(t.s("mail-copied-not"))
}

/// An administrator has changed the username.
pub(crate) fn renamed((before, username): (&str, &str), account: &str, sign_in_url: &str, t: Text) -> Parts {
    Parts::new(t.s("mail-renamed-subject"))
        .says(t.f("mail-renamed-text", &[("account", account.into()), ("before", before.into()), ("username", username.into())]))
        .button(t.s("mail-elsewhere-button"), sign_in_url)
        .says(t.s("mail-renamed-after"))
}
