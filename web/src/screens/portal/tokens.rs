//! Tokens for the API: those that count, making one, and the secret, this once.

use homeward_language::Text;
use homeward_portal::{
    Action,
    tokens::{LONGEST_NAME, MOST, MOST_DAYS, Scope, TokenShown, USUAL_DAYS, Unfit, Wanted},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, breakable, copied, copying, date, note, pill},
};
use crate::screens::{field, icons};

/// What the page shows.
#[derive(Default)]
pub(crate) struct TokensView<'a> {
    /// The tokens.
    pub list: &'a [TokenShown],
    /// What came of a step.
    pub said: Option<Said>,
    /// What was entered, and why no token was made.
    pub wanted: Option<(&'a Wanted, Unfit)>,
    /// The secret of the token that was made.
    pub secret: Option<&'a str>,
}

/// The name of a scope's box in the form.
pub(crate) fn field_of(scope: Scope) -> String {
    format!("scope-{}", scope.word().replace(':', "-"))
}

const fn says(scope: Scope) -> &'static str {
    match scope {
        Scope::AccountsRead => "scope-accounts-read",
        Scope::AccountsEnter => "scope-accounts-enter",
        Scope::UsersRead => "scope-users-read",
        Scope::UsersAdd => "scope-users-add",
        Scope::UsersInvite => "scope-users-invite",
        Scope::UsersSessions => "scope-users-sessions",
        Scope::UsersWrite => "scope-users-write",
        Scope::UsersRename => "scope-users-rename",
        Scope::UsersUnlink => "scope-users-unlink",
        Scope::UsersEmergency => "scope-users-emergency",
        Scope::ExclusionsRead => "scope-exclusions-read",
        Scope::ExclusionsWrite => "scope-exclusions-write",
        Scope::ActivityRead => "scope-activity-read",
        Scope::SignOnRead => "scope-sign-on-read",
        Scope::SignOnPrepare => "scope-sign-on-prepare",
        Scope::SignOnAccept => "scope-sign-on-accept",
        Scope::SignOnSwitch => "scope-sign-on-switch",
        Scope::SetupLinksRead => "scope-setup-links-read",
        Scope::SetupLinksMake => "scope-setup-links-make",
        Scope::SetupLinksEnd => "scope-setup-links-end",
        Scope::StepsMail => "scope-steps-mail",
        Scope::ServicesRead => "scope-services-read",
        Scope::ServicesPrepare => "scope-services-prepare",
        Scope::ServicesAccept => "scope-services-accept",
        Scope::DomainsRead => "scope-domains-read",
        Scope::DomainsWrite => "scope-domains-write",
        Scope::PasswordsRead => "scope-passwords-read",
        Scope::PasswordsWrite => "scope-passwords-write",
        Scope::ApplicationsRead => "scope-applications-read",
        Scope::ApplicationsWrite => "scope-applications-write",
        Scope::AppearanceRead => "scope-appearance-read",
        Scope::AppearanceWrite => "scope-appearance-write",
        Scope::ContactWrite => "scope-contact-write",
        Scope::AdministratorsRead => "scope-administrators-read",
        Scope::AdministratorsWrite => "scope-administrators-write",
        Scope::TokensRead => "scope-tokens-read",
        Scope::TokensEnd => "scope-tokens-end",
    }
}

/// The tokens of the account.
pub(crate) fn tokens(frame: &Frame<'_>, view: &TokensView<'_>) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        (copying(t))
        (note(t, view.said))
        @if let Some(secret) = view.secret { (made(t, secret)) }
        @if frame.granted.may(Action::MakeTokens) { (make(frame, view)) }
        @if view.list.is_empty() { div class="panel flat" { p { (t.s("portal-tokens-none")) } } }
        @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-tokens")) }
                    thead { tr { th scope="col" { (t.s("portal-token")) } th scope="col" { (t.s("portal-token-used")) } th scope="col" { (t.s("portal-token-ends")) } } }
                    tbody { @for shown in view.list { (row(frame, shown)) } }
                }
            }
        }
    };
    let meta = html! { p class="meta" { (t.s("portal-tokens-text")) } };
    frame.page(&Page { title: t.s("portal-tokens"), error: view.wanted.is_some(), here: Here::Tokens, actions: html! {}, meta, body })
}

fn made(t: Text, secret: &str) -> Markup {
    html! {
        div class="note good" role="status" { (icons::check(18)) p { (t.s("portal-token-made")) } }
        div class="panel" { (copied(("secret", t.s("portal-token")), secret)) }
    }
}

/// What is wrong with a field.
fn error(t: Text, unfit: Unfit) -> String {
    let most = |key: &'static str, most: u32| t.f(key, &[("most", most.into())]);
    match unfit {
        Unfit::Name => most("portal-token-no-name", u32::try_from(LONGEST_NAME).unwrap_or(0)),
        Unfit::Days => most("portal-token-no-days", MOST_DAYS),
        Unfit::Scopes => t.s("portal-token-no-scopes").to_owned(),
        Unfit::TooMany => most("portal-token-too-many", MOST),
    }
}

fn make(frame: &Frame<'_>, view: &TokensView<'_>) -> Markup {
    let t = frame.chrome.text;
    let of = |field: &[Unfit]| view.wanted.filter(|(_, unfit)| field.contains(unfit)).map(|(_, unfit)| error(t, unfit));
    let (name, days, scopes) = (of(&[Unfit::Name, Unfit::TooMany]), of(&[Unfit::Days]), of(&[Unfit::Scopes]));
    let usual = USUAL_DAYS.to_string();
    let (typed_name, typed_days) = view.wanted.map_or(("", usual.as_str()), |(wanted, _)| (wanted.name.as_str(), wanted.days.as_str()));
    let hint = t.f("portal-token-days-hint", &[("most", MOST_DAYS.into())]);
    html! {
        details class="panel" open[view.wanted.is_some()] {
            summary { (t.s("portal-token-make")) }
            form class="stack" method="post" action=(frame.at("/api-tokens/make")) data-once {
                (frame.field())
                (field::text(t, &field::TextField { id: "name", label: t.s("portal-token-name"), hint: Some(t.s("portal-token-name-hint")), value: typed_name, error: name.as_deref(), autocomplete: "off", numeric: false, required: true, focus: false }))
                (field::text(t, &field::TextField { id: "days", label: t.s("portal-token-days"), hint: Some(&hint), value: typed_days, error: days.as_deref(), autocomplete: "off", numeric: true, required: true, focus: false }))
                fieldset class="choice" aria-describedby=[scopes.as_ref().map(|_| "scopes-error")] {
                    legend class="label" { (t.s("portal-token-scopes")) }
                    @if let Some(text) = &scopes { (field::error(t, "scopes-error", text)) }
                    @for scope in Scope::ALL.iter().filter(|scope| frame.granted.actor().is_ok_and(|actor| scope.serves(&actor.roles))) { (choice(t, *scope, view)) }
                }
                div class="actions" { button class="btn" type="submit" { (t.s("portal-token-submit")) } }
            }
        }
    }
}

fn choice(t: Text, scope: Scope, view: &TokensView<'_>) -> Markup {
    let is_chosen = view.wanted.is_some_and(|(wanted, _)| wanted.scopes.iter().any(|word| word == scope.word()));
    html! {
        label {
            input type="checkbox" name=(field_of(scope)) value="yes" checked[is_chosen];
            span {
                (t.s(says(scope)))
                @if scope.is_dangerous() { " " (pill("warn", t.s("portal-token-dangerous"))) }
                small { code { (scope.word()) } }
            }
        }
    }
}

fn row(frame: &Frame<'_>, shown: &TokenShown) -> Markup {
    let t = frame.chrome.text;
    let token = &shown.token;
    html! {
        tr {
            th scope="row" {
                (token.name)
                small { (t.f("portal-token-by", &[("name", shown.maker.as_str().into())])) }
                small { @for (place, word) in token.words().iter().enumerate() { @if place > 0 { " · " } code { (breakable(word)) } } }
            }
            td data-label=(t.s("portal-token-used")) { @match token.last_used { Some(at) => (frame.when(at)), None => span class="muted" { (t.s("portal-token-never")) } } }
            td data-label=(t.s("portal-token-ends")) {
                (date(t, token.expires_at))
                @if shown.may_end {
                    form method="post" action=(frame.at("/api-tokens/end")) data-once {
                        (frame.field())
                        button class="btn small danger" type="submit" name="id" value=(token.id) { (t.s("portal-token-end")) span class="vh" { " " (token.name) } }
                    }
                }
            }
        }
    }
}
