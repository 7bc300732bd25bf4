//! Who administers the account: everybody with a role, giving and taking one, and how administrators sign in (B-164).

use homeward_discovery::UserState;
use homeward_language::Text;
use homeward_portal::{Action, Role, administrators::Administrators, ports::Holder};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, breakable, full_name, note, panel, pill, state},
};
use crate::screens::field;

/// What is wrong with a name that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveProblem {
    /// Nobody has it.
    Unknown,
    /// The user is suspended or gone.
    NotActive,
}

/// What the page shows.
pub(crate) struct AdministratorsView<'a> {
    /// The people.
    pub list: &'a Administrators,
    /// What came of a step.
    pub said: Option<Said>,
    /// What stands in the field.
    pub typed: &'a str,
    /// What is wrong with it.
    pub problem: Option<GiveProblem>,
}

pub(super) fn role_name(t: Text, role: Role) -> &'static str {
    match role {
        Role::Operator => t.s("portal-role-operator"),
        Role::Partner => t.s("portal-role-partner"),
        Role::Administrator => t.s("portal-role-administrator"),
        Role::Security => t.s("portal-role-security"),
        Role::Helpdesk => t.s("portal-role-helpdesk"),
        Role::Auditor => t.s("portal-role-auditor"),
    }
}

fn role_text(t: Text, role: Role) -> &'static str {
    match role {
        Role::Operator => t.s("portal-role-operator-text"),
        Role::Partner => t.s("portal-role-partner-text"),
        Role::Administrator => t.s("portal-role-administrator-text"),
        Role::Security => t.s("portal-role-security-text"),
        Role::Helpdesk => t.s("portal-role-helpdesk-text"),
        Role::Auditor => t.s("portal-role-auditor-text"),
    }
}

/// Everybody with a role.
pub(crate) fn administrators(frame: &Frame<'_>, view: &AdministratorsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let list = view.list;
    let body = html! {
        (note(t, view.said))
        @if !list.may_give.is_empty() && frame.granted.may(Action::ChangeRoles) { (give(frame, view)) }
        @if list.holders.is_empty() { div class="panel flat" { p { (t.s("portal-administrators-none")) } } }
        @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-administrators")) }
                    thead { tr { th scope="col" { (t.s("portal-user")) } th scope="col" { (t.s("portal-role")) } th scope="col" { (t.s("portal-state")) } } }
                    tbody { @for (holder, takes) in &list.holders { (row(frame, holder, takes)) } }
                }
            }
        }
        (sign_in(frame))
    };
    let meta = html! { p class="meta" { (t.s("portal-administrators-text")) } };
    frame.page(&Page { title: t.s("portal-administrators"), error: view.problem.is_some(), here: Here::Administrators, actions: html! {}, meta, body })
}

fn give(frame: &Frame<'_>, view: &AdministratorsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let error = view.problem.map(|problem| match problem {
        GiveProblem::Unknown => t.s("portal-give-unknown"),
        GiveProblem::NotActive => t.s("portal-give-not-active"),
    });
    // The narrowest is the one that is chosen where nobody chooses.
    let chosen = view.list.may_give.last();
    html! {
        details class="panel" open[error.is_some()] {
            summary { (t.s("portal-give-role")) }
            form class="stack" method="post" action=(frame.at("/administrators/give")) data-once {
                (frame.field())
                div class="field" {
                    label for="name" { (t.s("portal-username")) }
                    @if let Some(text) = error { (field::error(t, "name-error", text)) }
                    p class="hint" id="name-hint" { (t.s("portal-give-hint")) }
                    input class="input" id="name" name="name" type="text" inputmode="email" required value=(view.typed) autocomplete="off" autocapitalize="none" spellcheck="false"
                        aria-invalid=[error.map(|_| "true")] aria-describedby={ "name-hint" @if error.is_some() { " name-error" } };
                }
                fieldset class="choice" {
                    legend class="label" { (t.s("portal-role")) }
                    @for role in &view.list.may_give {
                        label { input type="radio" name="role" value=(role.word()) required checked[Some(role) == chosen]; span { (role_name(t, *role)) small { (role_text(t, *role)) } } }
                    }
                }
                div class="actions" { button class="btn" type="submit" { (t.s("portal-give-submit")) } }
            }
        }
    }
}

fn row(frame: &Frame<'_>, holder: &Holder, takes: &[Role]) -> Markup {
    let t = frame.chrome.text;
    let (user, name) = (&holder.user, full_name(&holder.user));
    let username = user.username.typed();
    html! {
        tr {
            th scope="row" { a href={ (frame.at("/users/")) (user.id) } { (breakable(username)) } @if !name.is_empty() { small { (name) } } }
            td data-label=(t.s("portal-role")) {
                ul class="places" {
                    @for role in &holder.roles {
                        li {
                            span { (role_name(t, *role)) }
                            @if takes.contains(role) && frame.granted.may(Action::ChangeRoles) {
                                form method="post" action=(frame.at("/administrators/take")) data-once {
                                    (frame.field())
                                    input type="hidden" name="user" value=(user.id);
                                    button class="btn small quiet" type="submit" name="role" value=(role.word()) { (t.s("portal-remove")) span class="vh" { " " (role_name(t, *role)) ", " (username) } }
                                }
                            }
                        }
                    }
                }
            }
            td data-label=(t.s("portal-state")) {
                (state(t, user))
                @if user.state == UserState::Active && !holder.has_password && !frame.granted.account().admin_sso { small { (t.s("portal-no-password-here")) } }
            }
        }
    }
}

fn sign_in(frame: &Frame<'_>) -> Markup {
    let t = frame.chrome.text;
    let on = frame.granted.account().admin_sso;
    let beside = pill(if on { "warn" } else { "good" }, t.s(if on { "portal-admin-sso-on" } else { "portal-admin-sso-off" }));
    let body = html! {
        p { (t.s(if on { "portal-admin-sso-on-text" } else { "portal-admin-sso-off-text" })) }
        @if frame.granted.may(Action::ChangeRoles) {
            form method="post" action=(frame.at("/administrators/sign-in")) data-once {
                (frame.field())
                button class="btn small quiet" type="submit" name="single-sign-on" value=(if on { "off" } else { "on" }) { (t.s(if on { "portal-admin-sso-turn-off" } else { "portal-admin-sso-turn-on" })) }
            }
        }
    };
    panel(("sign-in", t.s("portal-admin-sso")), &beside, &body)
}
