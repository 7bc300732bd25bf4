//! The frame of every page of the portal: who is here, which account, and what the role can open.

use homeward_language::Language;
use homeward_model::Timestamp;
use homeward_portal::{Action, Granted, activity, meanwhile::Meanwhile};
use maud::{DOCTYPE, Markup, html};

use super::{activity::event, parts::{breakable, date_time}};
use crate::{
    assets,
    screens::{icons, layout::Chrome},
};

/// What every page has besides its own view.
pub(crate) struct Frame<'a> {
    /// Language and product.
    pub chrome: Chrome,
    /// Who, and in which account.
    pub granted: &'a Granted,
    /// What proves that a form is one of ours.
    pub token: String,
    /// The time.
    pub now: Timestamp,
    /// What somebody else has changed of what the page shows.
    pub meanwhile: Option<&'a Meanwhile>,
}

/// Places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Home,
    Users,
    Exclusions,
    SignOn,
    Services,
    Domains,
    Applications,
    Passwords,
    Appearance,
    Administrators,
    Tokens,
    Activity,
    Accounts,
}

/// One page.
pub(super) struct Page<'a> {
    /// Title and heading.
    pub title: &'a str,
    /// Whether it tells of an error (ALL-10).
    pub error: bool,
    /// Where it is in the navigation.
    pub here: Here,
    /// Beside the heading.
    pub actions: Markup,
    /// Under the heading.
    pub meta: Markup,
    /// Everything else.
    pub body: Markup,
}

impl Frame<'_> {
    /// An address in this account.
    pub(super) fn at(&self, rest: &str) -> String {
        format!("/portal/{}{rest}", self.granted.account().number)
    }
    /// The hidden field that proves a form to be ours.
    pub(super) fn field(&self) -> Markup {
        html! { input type="hidden" name="token" value=(self.token); }
    }
    /// A form with one button, or nothing where the role does not include the step; `address` in this account.
    pub(super) fn button(&self, action: Action, address: &str, words: (&str, &str)) -> Markup {
        self.button_at(action, &self.at(address), words)
    }
    /// The same for a whole address.
    pub(super) fn button_at(&self, action: Action, address: &str, words: (&str, &str)) -> Markup {
        self.button_with(action, address, &html! {}, words)
    }
    /// The same with a hidden field, which names what was seen; `address` in this account.
    pub(super) fn button_on(&self, action: Action, address: &str, (name, seen): (&str, &str), words: (&str, &str)) -> Markup {
        self.button_with(action, &self.at(address), &html! { input type="hidden" name=(name) value=(seen); }, words)
    }
    fn button_with(&self, action: Action, address: &str, field: &Markup, (label, class): (&str, &str)) -> Markup {
        html! {
            @if self.granted.may(action) {
                form method="post" action=(address) data-once {
                    (self.field())
                    (field)
                    button class={ "btn small " (class) } type="submit" { (label) }
                }
            }
        }
    }
    /// When something was, in words.
    pub(super) fn when(&self, at: Timestamp) -> Markup {
        date_time(self.chrome.text, at, self.now)
    }

    /// A page in the frame.
    pub(super) fn page(&self, page: &Page<'_>) -> Markup {
        let t = self.chrome.text;
        let title = t.f("product-suffix", &[("title", page.title.into()), ("product", t.s("portal-name").into())]);
        let title = if page.error { t.f("error-prefix", &[("title", (&title).into())]) } else { title };
        let files = assets::all();
        html! {
            (DOCTYPE)
            html lang=(t.language().code()) dir=(t.language().direction()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (title) }
                    link rel="stylesheet" href=(files.css.path);
                    link rel="stylesheet" href=(files.portal.path);
                    link rel="icon" href=(files.mark.path) type="image/svg+xml";
                    script src=(files.portal_js.path) defer {}
                }
                body class=(if self.granted.guest().is_some() { "portal plain" } else { "portal" }) {
                    a class="skip" href="#main" { (t.s("skip")) }
                    (self.top())
                    (self.side(page.here))
                    main id="main" class="page" {
                        div class="pagehead" {
                            div class="row" { h1 { (page.title) } div class="actions" { (page.actions) } }
                            (page.meta)
                        }
                        (self.errand())
                        (self.others())
                        (page.body)
                    }
                    (self.foot())
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let t = self.chrome.text;
        let account = self.granted.account();
        let is_visiting = self.granted.actor().is_ok_and(|actor| actor.home.id != account.id);
        html! {
            header class="top" {
                a class="wordmark" href="/portal" { (icons::mark()) (t.s("portal-name")) }
                p class="muted sm where" {
                    (t.f("account-line", &[("name", (&account.name).into()), ("number", account.number.as_str().into())]))
                    @if is_visiting { " " span class="pill warn" { (t.s("portal-visiting")) } }
                }
                div class="who" { (self.who()) }
            }
        }
    }

    /// Who is here, and the way out.
    fn who(&self) -> Markup {
        let t = self.chrome.text;
        html! {
            @match (self.granted.actor(), self.granted.guest()) {
                (Ok(actor), _) => {
                    a href="/account" { (actor.name()) }
                    form method="post" action="/portal/signout" { button class="linkbtn sm" type="submit" { (t.s("sign-out")) } }
                }
                (Err(_), Some(guest)) => {
                    span { (t.f("setup-link-of", &[("reference", guest.link.reference.as_str().into())])) }
                    form method="post" action="/setup/leave" { button class="linkbtn sm" type="submit" { (t.s("setup-leave")) } }
                }
                (Err(_), None) => {}
            }
        }
    }

    /// What somebody from outside is asked for, and what they cannot do.
    fn errand(&self) -> Markup {
        let t = self.chrome.text;
        html! {
            @if let Some(guest) = self.granted.guest() {
                div class="note" {
                    (icons::alert(18))
                    p { (t.f("setup-errand", &[("name", (&guest.maker_name()).into())])) " " (t.s("setup-works-until")) " " (self.when(guest.link.until)) "." }
                }
            }
        }
    }

    /// "Ben changed it today 14:02: 60 days → 90 days" (ADM-7).
    fn others(&self) -> Markup {
        let t = self.chrome.text;
        let Some(Meanwhile { line, by }) = self.meanwhile else { return html! {} };
        html! {
            div class="note" {
                (icons::alert(18))
                p {
                    strong { (t.s("portal-meanwhile")) } " " (event(t, line)) " · "
                    @match by { Some(by) => { (t.s("portal-by")) " " (breakable(by)) } None => (t.s("portal-by-above")) }
                    " · " (self.when(line.at))
                    @let what = activity::what(line);
                    @if !what.is_empty() { br; code { (what) } }
                }
            }
        }
    }

    fn side(&self, here: Here) -> Markup {
        let t = self.chrome.text;
        let lists = self.granted.actor().ok().filter(|actor| homeward_portal::authority::may(&actor.roles, Action::ListAccounts, homeward_portal::Relation::Own));
        let entries = [
            (Here::Home, Action::Open, self.at(""), t.s("portal-home")),
            (Here::Users, Action::ReadUsers, self.at("/users"), t.s("portal-users")),
            (Here::Exclusions, Action::ReadExclusions, self.at("/exclusions"), t.s("portal-exclusions")),
            (Here::SignOn, Action::ReadSignOn, self.at("/sign-on"), t.s("portal-sso")),
            (Here::Services, Action::ReadServices, self.at("/services"), t.s("portal-services")),
            (Here::Domains, Action::ReadDomains, self.at("/domains"), t.s("portal-domains")),
            (Here::Applications, Action::ReadApplications, self.at("/applications"), t.s("applications")),
            (Here::Passwords, Action::ReadPasswords, self.at("/passwords"), t.s("portal-passwords")),
            (Here::Appearance, Action::ReadAppearance, self.at("/sign-in-page"), t.s("appearance")),
            (Here::Administrators, Action::ReadRoles, self.at("/administrators"), t.s("portal-administrators")),
            (Here::Tokens, Action::ReadTokens, self.at("/api-tokens"), t.s("portal-tokens")),
            (Here::Activity, Action::ReadActivity, self.at("/activity"), t.s("portal-activity")),
        ];
        html! {
            nav class="side" aria-label=(t.s("portal-nav")) {
                ul {
                    @for (place, action, address, label) in entries {
                        @if self.granted.may(action) { li { a href=(address) aria-current=[(place == here).then_some("page")] { (label) } } }
                    }
                    @if let Some(actor) = lists {
                        li class="apart" { a href={ "/portal/" (actor.home.number.as_str()) "/accounts" } aria-current=[(here == Here::Accounts).then_some("page")] { (t.s("portal-accounts")) } }
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        let t = self.chrome.text;
        html! {
            footer class="foot" aria-label=(t.s("footer-label")) {
                span class="wordmark" { (icons::mark()) (self.chrome.product) }
                form class="languages" method="post" action="/portal/language" aria-label=(t.s("language")) {
                    @for language in Language::OFFERED {
                        button class="linkbtn" type="submit" name="language" value=(language.code()) lang=(language.code()) aria-pressed=[(language == t.language()).then_some("true")] { (language.own_name()) }
                    }
                }
                a href="/help" { (t.s("help")) }
                a href="/privacy" { (t.s("privacy")) }
            }
        }
    }
}
