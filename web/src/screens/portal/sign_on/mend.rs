//! Buttons that mend a check that failed: each says what it takes, and whatever changes the connection is looked at beside what is there
//! before it counts (section 5).

use homeward_discovery::UserState;
use homeward_portal::{
    Action,
    home::CertificateShown,
    sign_on::{
        Detail, Given, Kind, Meaning,
        mend::{Mend, Whom},
    },
};
use maud::{Markup, html};

use super::{SignOnView, give::{provider, there}, problem};
use crate::screens::{
    field as parts,
    portal::{
        frame::Frame,
        home::certificate,
        parts::{breakable, copied, pill, state_pill},
    },
};

/// Everything that mends it.
pub(super) fn mends(frame: &Frame<'_>, detail: &Detail, (kind, all): (Kind, &[Mend]), view: &SignOnView<'_>) -> Markup {
    let buttons = Buttons { frame, detail, view };
    html! {
        @for one in all { (buttons.one(one)) }
        @if let Some((to, label)) = elsewhere(frame, kind, all) { div class="actions" { a class="btn small quiet" href=(to) { (label) } } }
    }
}

/// Where it is mended, when not on the spot.
fn elsewhere(frame: &Frame<'_>, kind: Kind, all: &[Mend]) -> Option<(String, &'static str)> {
    let t = frame.chrome.text;
    Some(match kind {
        Kind::OtherAudience | Kind::OtherAddress | Kind::Unsolicited | Kind::Encrypted | Kind::SaidNo | Kind::CodeRefused => ("#give".to_owned(), t.s("setup-mend-give")),
        Kind::NotSigned | Kind::WeakAlgorithm | Kind::Transient | Kind::Unproved | Kind::SecondFactor => ("#give".to_owned(), t.s("mend-choose")),
        Kind::OtherIssuer | Kind::UnknownKey | Kind::CertificateOver | Kind::ClientRefused | Kind::TokenRefused | Kind::Settings | Kind::Away | Kind::WrongAddress | Kind::BadSignature => ("#values".to_owned(), t.s("setup-mend-values")),
        // Who only reads sees no mapping.
        Kind::NoName | Kind::Ambiguous | Kind::Unusable if frame.granted.may(Action::PrepareSignOn) => ("#mapping".to_owned(), t.s("setup-map")),
        Kind::ForeignDomain if frame.granted.may(Action::ReadDomains) => (frame.at("/domains"), t.s("mend-domains")),
        Kind::Excluded if frame.granted.may(Action::ReadExclusions) => (frame.at("/exclusions"), t.s("setup-mend-exclusions")),
        Kind::UnknownUser | Kind::NotActive | Kind::BoundElsewhere if frame.granted.may(Action::ReadUsers) && !all.iter().any(|one| matches!(one, Mend::People(_))) => (frame.at("/users"), t.s("setup-mend-users")),
        _ => return None,
    })
}

struct Buttons<'a> {
    frame: &'a Frame<'a>,
    detail: &'a Detail,
    view: &'a SignOnView<'a>,
}

impl Buttons<'_> {
    fn one(&self, mend: &Mend) -> Markup {
        let t = self.frame.chrome.text;
        match mend {
            Mend::Issuer(issuer) => self.form("issuer", &html! { p { code translate="no" { (issuer) } } }, t.s("mend-issuer")),
            Mend::Metadata(address) => self.form("metadata", &html! { p { code translate="no" { (address) } } }, t.s("mend-metadata")),
            Mend::Convert => self.form("convert", &html! { p { (t.s("mend-convert-text")) } }, t.s("mend-convert")),
            Mend::Certificate(shown) => self.certificate(shown),
            Mend::Named(names) => self.named(names),
            Mend::Give(all) => html! { @for given in all { (self.ours(given)) } },
            Mend::OurMetadata => html! { @if let Some(metadata) = &self.detail.our_metadata { div class="actions" { a class="btn small" href=(metadata) download { (t.s("mend-download")) } } } },
            Mend::People(people) => html! { ul class="places" { @for whom in people { li { (self.whom(whom)) } } } },
            Mend::Closest(whom) => self.closest(whom),
            Mend::Code => self.code(),
        }
    }

    /// One way, which enters what the last test showed; nothing of it counts before it was looked at.
    fn form(&self, fix: &str, body: &Markup, label: &str) -> Markup {
        html! {
            form class="stack mend" method="post" action={ (self.frame.at("/sign-on/")) (self.detail.connection.id) "/mend" } data-once {
                (self.frame.field())
                input type="hidden" name="fix" value=(fix);
                (body)
                div class="actions" { button class="btn small" type="submit" { (label) } }
            }
        }
    }

    /// Never one click: whoever adds a certificate has read its thumbprint at the provider.
    fn certificate(&self, shown: &CertificateShown) -> Markup {
        let t = self.frame.chrome.text;
        let typed = self.view.typed.as_ref().filter(|typed| typed.form.get("fix") == "certificate");
        let error = typed.filter(|typed| problem::field(typed.form, typed.problem) == "thumbprint").map(|typed| problem::says(t, typed.problem));
        let value = typed.map(|typed| typed.form.get("thumbprint")).unwrap_or_default();
        let body = html! {
            p { (t.s("mend-compare-text")) }
            ul class="certs" { li { (certificate(t, shown)) } }
            div class="field" {
                label for="thumbprint" { (t.f("mend-thumbprint", &[("provider", provider(self.detail).into())])) }
                @if let Some(text) = &error { (parts::error(t, "thumbprint-error", text)) }
                input class="input mono" id="thumbprint" name="thumbprint" type="text" value=(value) autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="200"
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby={ "thumbprint-hint" @if error.is_some() { " thumbprint-error" } };
                p class="hint" id="thumbprint-hint" { (t.s("mend-thumbprint-hint")) }
            }
        };
        self.form("certificate", &body, t.s("mend-compare"))
    }

    fn named(&self, names: &[String]) -> Markup {
        let t = self.frame.chrome.text;
        let body = html! {
            div class="field" {
                label for="mend-named" { (t.s("mend-named-label")) }
                select class="input" id="mend-named" name="named" translate="no" { @for name in names { option value=(name) { (name) } } }
            }
        };
        self.form("named", &body, t.s("mend-named"))
    }

    fn ours(&self, given: &Given) -> Markup {
        let t = self.frame.chrome.text;
        html! {
            (copied((&format!("mend-{}", super::give::word(given.label.field)), given.label.name), &given.value))
            p class="hint" { (there(t, self.detail, &given.label.path())) }
        }
    }

    fn whom(&self, whom: &Whom) -> Markup {
        let (frame, t) = (self.frame, self.frame.chrome.text);
        let of = |step: &str| format!("/users/{}{step}", whom.id);
        html! {
            p {
                a href=(frame.at(&of(""))) { (breakable(&whom.username)) } " "
                @if whom.is_excluded { (pill("warn", t.s("portal-way-excluded"))) " " }
                (state_pill(t, whom.state))
            }
            div class="actions" {
                @if whom.is_excluded { (frame.button(Action::ChangeExclusions, &of("/include"), (t.s("portal-include"), ""))) }
                @match whom.state {
                    UserState::Invited => (frame.button(Action::Invite, &of("/invite"), (t.s("portal-invite"), ""))),
                    UserState::Suspended => (frame.button(Action::ChangeState, &of("/resume"), (t.s("portal-resume"), ""))),
                    UserState::Active | UserState::Deprovisioned => {}
                }
            }
        }
    }

    /// The name that comes near it: it can be changed to the one that nobody has, or whoever has that is invited.
    fn closest(&self, whom: &Whom) -> Markup {
        let (frame, t) = (self.frame, self.frame.chrome.text);
        let unknown = self.detail.test.as_ref().and_then(|test| test.unknown.as_ref());
        html! {
            p { (t.s("mend-closest")) " " a href=(frame.at(&format!("/users/{}", whom.id))) { (breakable(&whom.username)) } }
            div class="actions" {
                @if let Some(to) = self.view.rename.as_deref().filter(|_| frame.granted.may(Action::ChangeUsername)) {
                    a class="btn small" href=(to) { (t.f("mend-rename", &[("name", (&whom.username).into())])) }
                }
                @if let Some((name, to)) = unknown.zip(self.view.invite.as_deref()) { a class="btn small quiet" href=(to) { (t.f("people-invite", &[("name", name.into())])) } }
            }
        }
    }

    /// The code of an error that somebody saw at the provider.
    fn code(&self) -> Markup {
        let t = self.frame.chrome.text;
        let asked = self.view.code.as_deref();
        let body = html! {
            div class="field" {
                label for="mend-code" { (t.f("mend-code-label", &[("provider", provider(self.detail).into())])) }
                input class="input mono" id="mend-code" name="code" type="text" value=(asked.unwrap_or_default()) autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="500";
            }
            @if let Some(asked) = asked {
                div class="note" role="status" {
                    @match Meaning::of(asked) {
                        Some(found) => p {
                            (t.named(found.says))
                            @if let Some(field) = found.path(self.detail.product) { " " strong translate="no" { (there(t, self.detail, &field)) } }
                        },
                        None => p { (t.s("mend-code-unknown")) },
                    }
                }
            }
        };
        self.form("code", &body, t.s("mend-code"))
    }
}
