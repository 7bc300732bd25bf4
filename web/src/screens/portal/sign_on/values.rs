//! Step 2: what came from the provider, and the forms by which it is entered: its metadata as text, file or address, or value by value.

use homeward_language::Text;
use homeward_portal::{
    Action,
    home::CertificateState,
    sign_on::{Detail, Entered, Field, MetadataProblem, Preset, RequestSigning, Speaks, enter::Problem},
};
use maud::{Markup, html};

use super::{Typed, begun_there, give::{provider, there}, mapping, moves, problem, proposal};
use crate::screens::{
    field as parts,
    icons,
    portal::{frame::Frame, home::certificate, parts::date_time},
};

pub(super) fn values(frame: &Frame<'_>, detail: &Detail, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let may = frame.granted.may(Action::PrepareSignOn);
    let sent = typed.is_some_and(|typed| !problem::is_of_test(typed.form)) && !mapping::is_it(typed) && !begun_there::is_it(typed);
    let open = !detail.is_complete || sent;
    html! {
        section class="panel" id="values" aria-labelledby="s2" {
            h2 id="s2" { (t.f("portal-have", &[("provider", provider(detail).into())])) }
            @if let Some(waiting) = &detail.moves { (moves::moves(frame, detail, waiting)) }
            @if detail.takes_azure && frame.granted.may(Action::ChangeSignOn) { (moves::azure(frame, &format!("/sign-on/{}/azure", detail.connection.id))) }
            @if let Some(since) = detail.waits.filter(|_| may && detail.proposal.is_none()) { (changed_there(frame, detail, since)) }
            @if let Some(waiting) = &detail.proposal { (proposal::proposal(frame, detail, waiting)) }
            (begun_there::of_preset(frame, detail))
            @if detail.is_complete { (have(frame, detail)) }
            @else if !may { p class="muted" { (t.s("portal-no-settings")) } }
            @if may {
                @if open && detail.proposal.is_none() { (forms(frame, detail, typed)) }
                @else { details open[sent] { summary { (t.s("setup-enter")) } (forms(frame, detail, typed)) } }
                @if detail.is_complete { (mapping::mapping(frame, detail, typed)) (begun_there::begun_there(frame, detail, typed)) }
            }
        }
    }
}

/// Metadata changed at its address: the way to see it beside what is there.
fn changed_there(frame: &Frame<'_>, detail: &Detail, since: homeward_model::Timestamp) -> Markup {
    let t = frame.chrome.text;
    html! {
        form class="note warn" method="post" action={ (frame.at("/sign-on/")) (detail.connection.id) "/propose" } data-once {
            (icons::alert(18))
            div class="row" {
                p { (t.s("setup-waits")) " " (frame.when(since)) }
                (frame.field())
                input type="hidden" name="how" value="waiting";
                button class="btn small quiet" type="submit" { (t.s("setup-look")) }
            }
        }
    }
}

/// What is there, to be read. No secret is among it.
fn have(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let entered = &detail.entered;
    let rows = match detail.product.speaks {
        Speaks::Saml => [
            (t.s("portal-value-sign-in-url"), entered.sign_in_url.as_str()),
            (t.s("portal-value-idp-identifier"), entered.issuer.as_str()),
            (t.s("portal-value-metadata-url"), entered.metadata_url.as_str()),
            (t.s("setup-request-signing"), entered.request_signing.map_or("", |how| signing(t, how))),
        ],
        Speaks::Oidc => [
            (t.s("portal-value-issuer"), entered.issuer.as_str()),
            (t.s("portal-value-client-id"), entered.client_id.as_str()),
            (t.s("setup-secret"), t.s(if entered.has_secret { "setup-secret-kept" } else { "setup-secret-none" })),
            (t.s("setup-proof"), entered.proof),
        ],
    };
    html! {
        dl class="facts" {
            @for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) { div { dt { (name) } dd { code translate="no" { (value) } } } }
        }
        @for (what, until) in [("setup-lax-sha1", entered.sha1_until), ("setup-lax-cbc", entered.cbc_until)] {
            @if let Some(until) = until { div class="note warn" { (icons::alert(18)) p { (t.s(what)) " " (t.s("setup-lax-until")) " " (date_time(t, until, frame.now)) } } }
        }
        @if !entered.certificates.is_empty() {
            div class="field" {
                p class="label" { (t.s("portal-certificates")) }
                ul class="certs" { @for each in &entered.certificates { li { (certificate(t, each)) } } }
                @if entered.certificates.iter().any(|each| matches!(each.state, CertificateState::Over | CertificateState::NotYet)) {
                    p class="hint" { (t.s(if entered.accepts_ended { "setup-certificate-ended-kept" } else { "setup-certificate-ended-refused" })) }
                }
            }
        }
    }
}

/// How our requests are signed, which the operator sets.
fn signing(t: Text, how: RequestSigning) -> &'static str {
    match how {
        RequestSigning::WithOurKey => t.s("setup-signing-our-key"),
        RequestSigning::RsaSha256 => "RSA-SHA256",
        RequestSigning::EcdsaSha256 => "ECDSA-SHA256",
        RequestSigning::Unsigned => t.s("setup-signing-none"),
    }
}

fn forms(frame: &Frame<'_>, detail: &Detail, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let form = Forms { frame, detail, typed };
    match detail.product.speaks {
        Speaks::Oidc => form.openid(),
        Speaks::Saml => html! {
            div class="stack" {
                (form.metadata())
                p class="or" { (t.s("setup-or")) }
                (form.address())
                details open[form.is("hand")] { summary { (t.s("setup-by-hand")) } (form.by_hand()) }
            }
        },
    }
}

/// The forms of one connection.
struct Forms<'a> {
    frame: &'a Frame<'a>,
    detail: &'a Detail,
    typed: Option<&'a Typed<'a>>,
}

/// One field of text.
struct Input<'a> {
    id: &'static str,
    label: &'a str,
    hint: String,
    value: &'a str,
    kind: &'static str,
}

impl Forms<'_> {
    fn t(&self) -> Text {
        self.frame.chrome.text
    }
    /// Whether this form was sent and cannot be used.
    fn is(&self, how: &str) -> bool {
        self.typed.is_some_and(|typed| typed.form.get("how") == how)
    }
    /// What was typed into a field of this form; otherwise what is there.
    fn value<'b>(&'b self, how: &str, name: &str, present: &'b str) -> &'b str {
        match self.typed {
            Some(typed) if typed.form.get("how") == how => typed.form.get(name),
            _ => present,
        }
    }
    /// As [`Self::value`], unless it holds a private key: that goes back to nobody (AD-05).
    fn kept<'b>(&'b self, how: &str, name: &str) -> &'b str {
        Some(self.value(how, name, "")).filter(|text| !text.contains("PRIVATE KEY")).unwrap_or_default()
    }
    fn error(&self, id: &str) -> Option<String> {
        self.typed.filter(|typed| problem::field(typed.form, typed.problem) == id).map(|typed| problem::says(self.t(), typed.problem))
    }
    /// "There: Set up › Login URL"
    fn there(&self, field: Field) -> String {
        self.detail.product.label(field).map_or_else(String::new, |label| there(self.t(), self.detail, &label.path()))
    }
    fn open(&self, how: &str, body: &Markup) -> Markup {
        let action = format!("{}/propose", self.frame.at(&format!("/sign-on/{}", self.detail.connection.id)));
        html! {
            form class="stack" method="post" action=(action) enctype=[(how == "metadata").then_some("multipart/form-data")] data-once autocomplete="off" autocapitalize="none" spellcheck="false" {
                (self.frame.field())
                input type="hidden" name="how" value=(how);
                (body)
                div class="actions" { button class={ "btn" @if how == "address" || how == "hand" { " quiet" } } type="submit" { (self.t().s("setup-look")) } }
            }
        }
    }
    fn described(&self, id: &str, hint: bool, error: bool) -> Option<String> {
        let parts = [hint.then(|| format!("{id}-hint")), error.then(|| format!("{id}-error"))];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }
    fn input(&self, input: &Input<'_>) -> Markup {
        let (id, error) = (input.id, self.error(input.id));
        html! {
            div class="field" {
                label for=(id) { (input.label) }
                @if let Some(text) = &error { (parts::error(self.t(), &format!("{id}-error"), text)) }
                input class="input mono" id=(id) name=(id) type=(input.kind) value=(input.value)
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[self.described(id, !input.hint.is_empty(), error.is_some())];
                @if !input.hint.is_empty() { p class="hint" id={ (id) "-hint" } { (input.hint) } }
            }
        }
    }
    fn area(&self, input: &Input<'_>, aside: &Markup) -> Markup {
        let (id, error) = (input.id, self.error(input.id));
        html! {
            div class="field" {
                label for=(id) { (input.label) }
                @if let Some(text) = &error { (parts::error(self.t(), &format!("{id}-error"), text)) }
                textarea class="input mono" id=(id) name=(id) rows="5"
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[self.described(id, !input.hint.is_empty(), error.is_some())] { (input.value) }
                @if !input.hint.is_empty() { p class="hint" id={ (id) "-hint" } { (input.hint) } }
                (aside)
            }
        }
    }
    fn metadata(&self) -> Markup {
        let t = self.t();
        let input = Input { id: "metadata", label: t.s("setup-metadata"), hint: self.there(Field::IdpMetadata), value: self.kept("metadata", "metadata"), kind: "text" };
        let file = html! {
            p class="file" data-file="metadata" {
                label for="metadata-file" { (t.s("setup-file")) }
                input id="metadata-file" name="file" type="file" accept=".xml,text/xml,application/xml,application/samlmetadata+xml";
            }
        };
        self.open("metadata", &html! { (self.area(&input, &file)) (self.entities("metadata")) })
    }
    fn address(&self) -> Markup {
        let t = self.t();
        let there = self.there(Field::IdpMetadataUrl);
        let hint = if there.is_empty() { t.s("setup-address-hint").to_owned() } else { format!("{there}. {}", t.s("setup-address-hint")) };
        let value = self.value("address", "address", &self.detail.entered.metadata_url);
        self.open("address", &html! { (self.input(&Input { id: "address", label: t.s("setup-address"), hint, value, kind: "url" })) (self.entities("address")) })
    }
    /// Where metadata describes several providers: which one.
    fn entities(&self, how: &str) -> Markup {
        let names = match self.typed.filter(|_| self.is(how)).map(|typed| typed.problem) {
            Some(Problem::Metadata(MetadataProblem::Several(names))) => names.as_slice(),
            _ => &[],
        };
        html! {
            @if !names.is_empty() {
                div class="field" {
                    label for="entity" { (self.t().s("setup-entity")) }
                    select class="input" id="entity" name="entity" { @for name in names { option value=(name) { (name) } } }
                }
            }
        }
    }
    fn by_hand(&self) -> Markup {
        let (t, entered) = (self.t(), &self.detail.entered);
        let url = Input { id: "sign_in_url", label: t.s("portal-value-sign-in-url"), hint: self.there(Field::SignInUrl), value: self.value("hand", "sign_in_url", &entered.sign_in_url), kind: "url" };
        let name = Input { id: "entity_id", label: t.s("portal-value-idp-identifier"), hint: self.there(Field::IdpEntityId), value: self.value("hand", "entity_id", &entered.issuer), kind: "text" };
        let there = self.there(Field::Certificate);
        let hint = format!("{there}{}{}", if there.is_empty() { "" } else { ". " }, t.s("setup-certificates-hint"));
        let paste = Input { id: "certificates", label: t.s("setup-certificates"), hint, value: self.kept("hand", "certificates"), kind: "text" };
        self.open("hand", &html! {
            div class="grid2" { (self.input(&url)) (self.input(&name)) }
            (self.stay(entered))
            (self.area(&paste, &html! {}))
        })
    }
    /// The certificates that are there: each stays while it is ticked.
    fn stay(&self, entered: &Entered) -> Markup {
        html! {
            @if !entered.certificates.is_empty() {
                fieldset class="stack tight" {
                    legend class="label" { (self.t().s("setup-stay")) }
                    @for (place, each) in entered.certificates.iter().enumerate() {
                        @let id = format!("stay-{place}");
                        label class="check" for=(id) {
                            input type="checkbox" id=(id) name=(id) value=(each.thumbprint) checked[!self.is("hand") || !self.value("hand", &id, "").is_empty()];
                            code { (super::super::home::short(&each.thumbprint)) }
                        }
                    }
                }
            }
        }
    }
    fn openid(&self) -> Markup {
        let (t, entered) = (self.t(), &self.detail.entered);
        let entra = self.detail.product.preset == Preset::Entra;
        let label = |field: Field, own: &'static str| self.detail.product.label(field).map_or(own, |label| label.name);
        let issuer_hint = match (self.detail.product.preset, self.detail.product.label(Field::Issuer)) {
            (Preset::Google, _) => "https://accounts.google.com".to_owned(),
            (_, Some(label)) if entra => there(t, self.detail, label.place),
            (_, Some(label)) => format!("{} {}", there(t, self.detail, &label.path()), label.choose.replace('`', "")),
            (_, None) => String::new(),
        };
        let issuer = Input { id: "issuer", label: if entra { label(Field::Issuer, "Issuer") } else { t.s("portal-value-issuer") }, hint: issuer_hint, value: self.value("openid", "issuer", &entered.issuer), kind: "text" };
        let client = Input { id: "client_id", label: label(Field::ClientId, "Client ID"), hint: self.there(Field::ClientId), value: self.value("openid", "client_id", &entered.client_id), kind: "text" };
        let kept = if entered.has_secret { t.s("setup-secret-stays") } else { t.s("setup-secret-optional") };
        let hint = format!("{} {kept}", self.there(Field::ClientSecret)).trim().to_owned();
        // A secret that was typed is not sent back.
        let secret = Input { id: "secret", label: t.s("setup-secret"), hint, value: "", kind: "password" };
        let domains = entered.domains.join(", ");
        let domain = Input { id: "domains", label: t.s("setup-domains"), hint: t.s("setup-domains-hint").to_owned(), value: self.value("openid", "domains", &domains), kind: "text" };
        self.open("openid", &html! {
            (self.input(&issuer))
            (self.input(&client))
            (self.input(&secret))
            (self.proof())
            @if self.detail.product.preset == Preset::Google { (self.input(&domain)) }
        })
    }
    fn proof(&self) -> Markup {
        let (t, chosen, error) = (self.t(), self.kept("openid", "proof"), self.error("proof"));
        let ways = [("", "setup-proof-same"), ("none", "setup-proof-none"), ("client_secret_basic", "setup-proof-basic"), ("client_secret_post", "setup-proof-post")];
        html! {
            div class="field" {
                label for="proof" { (t.s("setup-proof")) }
                @if let Some(text) = &error { (parts::error(t, "proof-error", text)) }
                select class="input" id="proof" name="proof" aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[self.described("proof", true, error.is_some())] {
                    @for (word, key) in ways { option value=(word) selected[word == chosen] { (t.s(key)) } }
                }
                p class="hint" id="proof-hint" { (t.s("setup-proof-hint")) }
            }
        }
    }
}
