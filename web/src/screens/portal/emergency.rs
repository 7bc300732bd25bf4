//! Emergency access of a user, and the sheet of codes that is printed (B5, LH-16).

use homeward_discovery::UserState;
use homeward_model::UserId;
use homeward_portal::{
    Action,
    emergency::Printed,
    people::{Done, OneUser},
    session::Actor,
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{breakable, date, panel},
};
use crate::screens::icons;

/// What stands on a user's page. Who may not change it sees whether it is there.
pub(super) fn section(frame: &Frame<'_>, view: &OneUser) -> Markup {
    let t = frame.chrome.text;
    let user = &view.listed.user;
    let at = |step: &str| format!("/users/{}/{step}", user.id);
    // One's own emergency access is one's own business.
    let theirs = frame.granted.may(Action::ChangeEmergency) && view.hands_off.is_none_or(|why| why == Done::Oneself);
    let federated = theirs && frame.granted.actor().is_ok_and(Actor::is_federated);
    let may = theirs && !federated;
    if !(user.break_glass || (theirs && user.state == UserState::Active)) {
        return html! {};
    }
    let beside = html! {
        @if may && user.break_glass { (frame.button(Action::ChangeEmergency, &at("no-emergency"), (t.s("emergency-take"), "quiet"))) }
        @else if may { (frame.button(Action::ChangeEmergency, &at("emergency"), (t.s("emergency-give"), "quiet"))) }
    };
    let body = html! {
        @if user.break_glass {
            p { (t.s("emergency-has")) }
            @match &view.sheet {
                Some(sheet) => p { (t.f("emergency-left", &[("left", sheet.left.into()), ("date", date(t, sheet.made_at).as_str().into())])) },
                None => p class="muted" { (t.s("emergency-no-codes")) },
            }
            @if may && user.state == UserState::Active {
                div class="actions" { (frame.button(Action::PrintCodes, &at("codes"), (t.s(if view.sheet.is_some() { "emergency-print-new" } else { "emergency-print" }), ""))) }
            }
        }
        @else { p class="muted" { (t.s("emergency-none")) } }
        @if federated { p class="muted" { (t.s("emergency-federated")) } }
    };
    panel(("emergency", t.s("emergency")), &beside, &body)
}

/// The sheet, this once. `base`: our own address, as somebody types it who has nothing but the paper.
pub(crate) fn emergency_sheet(frame: &Frame<'_>, (user, printed): (UserId, &Printed), base: &str) -> Markup {
    let t = frame.chrome.text;
    let account = frame.granted.account();
    let title = t.s("emergency-sheet");
    let meta = html! { p class="meta" { (t.f("account-line", &[("name", (&account.name).into()), ("number", account.number.as_str().into())])) " · " (date(t, frame.now)) } };
    let body = html! {
        div class="note warn screen" role="status" { (icons::alert(18)) p { (t.s("emergency-once")) } }
        section class="panel sheet" aria-labelledby="codes" {
            h2 id="codes" { (breakable(&printed.username)) }
            p { (t.s("emergency-how")) " " strong { (breakable(&format!("{base}/portal"))) } }
            ol class="codes" { @for code in &printed.codes { li { code { (code.printed().as_str()) } } } }
            p class="muted" { (t.s("emergency-before")) }
        }
        div class="actions screen" {
            button class="btn" type="button" data-print hidden { (t.s("emergency-to-printer")) }
            a class="btn quiet" href=(frame.at(&format!("/users/{user}"))) { (t.s("emergency-kept")) }
        }
    };
    frame.page(&Page { title, error: false, here: Here::Users, actions: html! {}, meta, body })
}
