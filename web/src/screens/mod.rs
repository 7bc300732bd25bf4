//! The pages. A screen is a function of its view; `render` picks the screen of a step.

mod account;
mod change;
mod checks;
pub mod delegated;
mod federated;
mod field;
mod icons;
mod layout;
mod message;
mod password;
mod person;
mod profile;
pub(crate) mod portal;
mod recover;
mod signout;
mod test_signin;
mod username;

use homeward_language::Text;
use homeward_signin::{Step, step::AccountShown};
use maud::Markup;

pub use layout::Chrome;
pub(crate) use layout::{OpenPage, logo};
pub(crate) use message::moment;
pub use message::{leave, leave_meanwhile, plain_error, post_back, static_page, too_many};
pub use signout::{Ended, back_to_provider, confirm_sign_out, leaving_too, not_signed_out, sign_out_over, signed_out};

/// The account that a page names, when it has a look or a contact of its own. Before an account is known no page has one, so that none looks like somebody
/// else's (BRA-3).
fn brand(step: &Step) -> Option<&AccountShown> {
    let account = match step {
        Step::Password { account, .. } | Step::OfferSso { account, .. } | Step::Leaving { account, .. } => account.as_ref(),
        Step::KeptElsewhere { account, .. } | Step::WhereTo { account, .. } => Some(account),
        Step::Own(page) => Some(&page.account),
        Step::AnswerRefused { failed, .. } => failed.account.as_ref(),
        _ => None,
    };
    account.filter(|account| account.colour.is_some() || account.logo.is_some() || account.contact.is_some())
}

/// The page of a step. `chrome` has the stage of the step, sealed.
pub fn render(step: &Step, chrome: &Chrome) -> Markup {
    match brand(step) {
        Some(account) => screen(step, &chrome.branded(account)),
        None => screen(step, chrome),
    }
}

fn screen(step: &Step, chrome: &Chrome) -> Markup {
    match step {
        Step::Username { asking, typed, problem, notice, stage } => username::username(chrome, asking, typed, (*problem, *notice), stage),
        Step::ChooseAccount { asking, stage, remembered, problem } => account::choose(chrome, asking, stage.username.typed(), remembered, *problem),
        Step::ChooseProven { handle, asking, username, accounts, problem } => account::choose_proven(chrome, (asking, handle), username, accounts, *problem),
        Step::Chooser { stage, asking, entries } => account::chooser(chrome, (asking, &stage.errand), entries),
        Step::WhereTo { person, username, account, applications } => account::where_to(chrome, person, username, account, applications),
        Step::Password { .. } => password::password(chrome, step),
        Step::OfferSso { stage, asking, account, provider, password_beside } => {
            password::offer(chrome, asking, stage.username.typed(), account.as_ref(), (provider, *password_beside))
        }
        Step::Leaving { stage, asking, account, departure } => {
            federated::leaving(chrome, asking, stage.username.as_ref().map(|u| u.typed()), account.as_ref(), departure)
        }
        Step::AnswerRefused { failed, asking, retry, .. } => federated::refused(chrome, failed, asking, retry.is_some()),
        Step::MustChange { handle, asking, username, since, new } => change::must_change(chrome, (asking, handle), username, *since, new),
        Step::ExpiresSoon { handle, asking, username, days } => change::soon(chrome, (asking, handle), username, *days),
        Step::ChangePassword { asking, username, new, problem, .. } => change::change(chrome, asking, username, (new, *problem)),
        Step::KeptElsewhere { asking, account, provider, reset } => change::elsewhere(chrome, asking, account, (provider.as_ref(), *reset)),
        Step::PasswordChanged { asking, first, return_to, mailed, again, .. } => change::changed(chrome, asking, return_to.as_deref(), (*first, *mailed), again.as_deref()),
        Step::Forgot { asking, typed, problem, .. } => recover::forgot(chrome, asking, typed, *problem),
        Step::CheckMail { stage, asking, problem } => recover::check_mail(chrome, asking, stage, *problem),
        Step::ConfirmReset { link, masked, account, invitation } => recover::confirm(chrome, link, (masked, account.as_ref()), *invitation),
        Step::SetPassword { handle, asking, username, account, first, new } => recover::set(chrome, (asking, handle), (username, account.as_ref()), *first, new),
        Step::LinkOver { typed, over, asking, .. } => recover::over(chrome, asking, typed, *over),
        Step::Own(page) => person::own(chrome, page),
        Step::Names(page) => profile::names(chrome, page),
        Step::Email(page) => profile::email(chrome, page),
        Step::Undo(page) => profile::undo(chrome, page),
        Step::Test(page) => test_signin::page(chrome, page),
        Step::Pause { typed, asking, until, seconds, code, case, .. } => message::pause(chrome, (asking, typed), (*until, *seconds), (code, case)),
        Step::Busy { case, again, .. } => message::busy(chrome, again.as_ref().map(|again| again.1.as_str()), case),
        // A way on, and no page: `respond` goes it.
        Step::Depart { .. } => message::leave("/signin", None, chrome),
        Step::GoOn { asking, meanwhile: true, .. } => message::leave_meanwhile("/signin", asking.name.as_deref(), chrome),
        Step::SignedIn { asking, .. } | Step::GoOn { asking, .. } => message::leave("/signin", asking.name.as_deref(), chrome),
        Step::Refused { reason, case, at, asking, retry } => message::refused(chrome, *reason, (case, *at), asking, retry.is_some()),
    }
}

/// "Then back to Teamwork".
pub(crate) fn then_back(t: Text, app: Option<&str>) -> String {
    match app {
        Some(app) => t.f("then-back", &[("app", app.into())]),
        None => t.s("then-on").to_owned(),
    }
}

#[cfg(test)]
mod page_tests;
#[cfg(test)]
#[path = "samples_tests.rs"]
mod samples;
