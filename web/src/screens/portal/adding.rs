//! The form for somebody new, under the list of users.

use homeward_language::Text;
use homeward_portal::adding::{MOST_AN_HOUR, Problem};
use maud::{Markup, html};

use super::frame::Frame;
use crate::screens::{field::{self, TextField}, icons};

/// What the form shows.
#[derive(Default)]
pub(crate) struct AddView {
    /// The username that was typed, or that nobody had in a test sign-in.
    pub username: String,
    /// The e-mail address that was typed.
    pub email: String,
    /// The given name that was typed.
    pub given: String,
    /// The family name that was typed.
    pub family: String,
    /// Whether newcomers sign in at the identity provider, and need no mail.
    pub at_provider: bool,
    /// Why it could not be used.
    pub problem: Option<Problem>,
}

/// The field that a problem is about, and what is wrong with it.
fn says(t: Text, problem: Problem) -> (&'static str, String) {
    let (id, key) = match problem {
        Problem::Username => ("new-username", "portal-username-malformed"),
        Problem::Mixed => ("new-username", "people-mixed"),
        Problem::Taken => ("new-username", "portal-username-taken"),
        Problem::Foreign => ("new-username", "portal-username-foreign"),
        Problem::Email => ("new-email", "people-email-malformed"),
        Problem::ForeignMailbox => ("new-email", "people-email-foreign"),
        Problem::NoMailbox => ("new-email", "people-no-mailbox"),
        Problem::GivenName => ("new-given", "people-name-unfit"),
        Problem::FamilyName => ("new-family", "people-name-unfit"),
        Problem::TooMany => ("add", "people-too-many"),
    };
    let text = match problem {
        Problem::TooMany => t.f(key, &[("most", i64::from(MOST_AN_HOUR).into())]),
        _ => t.s(key).to_owned(),
    };
    (id, text)
}

/// "Add a person"
pub(super) fn form(frame: &Frame<'_>, view: &AddView) -> Markup {
    let t = frame.chrome.text;
    let wrong = view.problem.map(|problem| says(t, problem));
    let is_open = wrong.is_some() || !view.username.is_empty();
    let field = |id: &'static str, label: &str, hint: Option<&str>, value: &str| {
        let error = wrong.as_ref().filter(|(place, _)| *place == id).map(|(_, text)| text.as_str());
        let focus = error.is_some() || (view.problem.is_none() && is_open && id == "new-username");
        field::text(t, &TextField { id, label, hint, value, error, autocomplete: "off", numeric: false, required: id == "new-username", focus })
    };
    html! {
        section class="panel flat" id="add" aria-labelledby="add-label" {
            details open[is_open] {
                summary id="add-label" { (t.s("people-add")) }
                form class="stack" method="post" action=(frame.at("/users/add")) novalidate data-once {
                    (frame.field())
                    @if let Some((place, text)) = &wrong {
                        div class="note bad" role="alert" { (icons::alert(18)) p { a href={ "#" (place) } { (text) } } }
                    }
                    p { (t.s(if view.at_provider { "people-at-provider" } else { "people-by-mail" })) }
                    (field("new-username", t.s("portal-username"), Some(t.s("people-username-hint")), &view.username))
                    (field("new-email", t.s("portal-email"), Some(t.s("people-email-hint")), &view.email))
                    (field("new-given", t.s("people-given"), None, &view.given))
                    (field("new-family", t.s("people-family"), None, &view.family))
                    div class="actions" { button class="btn" type="submit" { (t.s(if view.at_provider { "people-submit" } else { "people-submit-invite" })) } }
                }
            }
        }
    }
}
