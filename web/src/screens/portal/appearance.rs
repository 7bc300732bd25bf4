//! How the sign-in pages look: the colour, with the contrast of its text, the logo, whom people ask, and a sample in light and in dark (BRA-1, BRA-2, BRA-4).

use homeward_language::{Language, Text};
use homeward_model::{Colour, Contact, Logo, LogoText, line::LineError};
use homeward_portal::{
    Action,
    appearance::{Chosen, RATIO, word},
    contact::{Asked, word as asked_word},
    logo::picture::PictureError,
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, note},
};
use crate::{
    assets,
    screens::{field, icons, logo},
};

/// What the page shows.
#[derive(Default)]
pub(crate) struct AppearanceView<'a> {
    /// What stands in the field.
    pub typed: &'a str,
    /// The colour of the sample.
    pub shown: Option<Colour>,
    /// What came of a step.
    pub said: Option<Said>,
    /// Why what was typed cannot be used.
    pub problem: Option<Chosen>,
    /// A picture that waits to be used.
    pub waiting: Option<Logo>,
    /// Why a picture that was sent cannot be used.
    pub picture: Option<PictureError>,
    /// A text that was typed for the logo, and why it cannot be used.
    pub alt: Option<(&'a str, Option<LineError>)>,
    /// A line that was typed for whom people ask, and what came of it.
    pub contact: Option<(&'a str, Asked)>,
    /// Whether the sample is what counts now.
    pub is_saved: bool,
}

/// `3.96`, as the language writes it.
fn ratio(t: Text, ratio: f64) -> String {
    // Rounded down: what is too little never looks like enough.
    let number = format!("{:.2}", (ratio * 100.0).floor() / 100.0);
    match t.language() {
        Language::German | Language::French | Language::Spanish => number.replace('.', ","),
        Language::English | Language::Pseudo => number,
    }
}

/// The page.
pub(crate) fn appearance(frame: &Frame<'_>, view: &AppearanceView<'_>) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        (note(t, view.said))
        @if frame.granted.may(Action::ChangeAppearance) { (choose(frame, view)) (picture(frame, view)) }
        (contact(frame, view.contact))
        (samples(frame, view))
    };
    let meta = html! { p class="meta" { (t.s("appearance-text")) } };
    frame.page(&Page { title: t.s("appearance"), error: view.problem.is_some() || view.picture.is_some() || matches!(view.alt, Some((_, Some(_)))) || matches!(view.contact, Some((_, Asked::Unfit(_)))), here: Here::Appearance, actions: html! {}, meta, body })
}

fn choose(frame: &Frame<'_>, view: &AppearanceView<'_>) -> Markup {
    let t = frame.chrome.text;
    let error = view.problem.map(|problem| match problem {
        Chosen::Unreadable { ratio: found, .. } => t.f("appearance-unreadable", &[("ratio", (&ratio(t, found)).into()), ("least", (&ratio(t, RATIO)).into())]),
        _ => t.s("appearance-no-colour").to_owned(),
    });
    html! {
        form class="panel" method="post" action=(frame.at("/sign-in-page/save")) data-once {
            (frame.field())
            input type="hidden" name="seen" value=(word(frame.granted.account().colour));
            div class="field" {
                label for="colour" { (t.s("appearance-colour")) }
                @if let Some(text) = &error { (field::error(t, "colour-error", text)) }
                p class="hint" id="colour-hint" { (t.s("appearance-colour-hint")) }
                input class="input mono" id="colour" name="colour" type="text" value=(view.typed) maxlength="7" autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby={ "colour-hint" @if error.is_some() { " colour-error" } };
            }
            div class="actions" {
                button class="btn" type="submit" name="do" value="save" { (t.s("appearance-save")) }
                button class="btn quiet" type="submit" name="do" value="preview" { (t.s("appearance-preview")) }
                @if let Some(Chosen::Unreadable { nearest, .. }) = view.problem {
                    button class="btn quiet" type="submit" name="nearest" value=(nearest) { (t.f("appearance-nearest", &[("colour", (&nearest.to_string()).into())])) }
                }
            }
        }
    }
}

/// Why a picture cannot be used, by its text.
pub(crate) const fn unfit(problem: PictureError) -> &'static str {
    match problem {
        PictureError::Empty => "logo-empty",
        PictureError::TooLong => "logo-too-long",
        PictureError::Kind => "logo-kind",
        PictureError::Svg => "logo-svg",
        PictureError::TooLarge => "logo-too-large",
        PictureError::Damaged => "logo-damaged",
        PictureError::TooDetailed => "logo-too-detailed",
    }
}

/// Why a text cannot stand for a logo, by its text.
pub(crate) const fn unfit_alt(problem: LineError) -> &'static str {
    match problem {
        LineError::Empty => "logo-alt-empty",
        LineError::TooLong => "contact-too-long",
        LineError::Characters | LineError::Address => "contact-characters",
    }
}

/// What stands for the logo where it is not seen. Where nobody has written anything yet, the account's name is proposed.
fn alt(frame: &Frame<'_>, view: &AppearanceView<'_>) -> Markup {
    let (t, account) = (frame.chrome.text, frame.granted.account());
    let present = view.waiting.as_ref().or(account.logo.as_ref()).map_or(account.name.as_str(), |logo| logo.alt(&account.name));
    let (typed, problem) = view.alt.unwrap_or((present, None));
    let error = problem.map(|problem| t.s(unfit_alt(problem)));
    html! {
        div class="field" {
            label for="alt" { (t.s("logo-alt")) }
            @if let Some(text) = error { (field::error(t, "alt-error", text)) }
            p class="hint" id="alt-hint" { (t.s("logo-alt-hint")) }
            input class="input" id="alt" name="alt" type="text" value=(typed) maxlength=(LogoText::LONGEST) autocomplete="off" required
                aria-invalid=[error.map(|_| "true")] aria-describedby={ "alt-hint" @if error.is_some() { " alt-error" } };
        }
    }
}

/// The logo: one that waits is used, another one or another text is sent, the one that counts is removed.
fn picture(frame: &Frame<'_>, view: &AppearanceView<'_>) -> Markup {
    let t = frame.chrome.text;
    let error = view.picture.map(|problem| t.s(unfit(problem)));
    let has_one = frame.granted.account().logo.is_some();
    html! {
        section class="panel" aria-labelledby="logo" {
            h2 id="logo" { (t.s("logo")) }
            @if let Some(waiting) = &view.waiting {
                form class="stack" method="post" action=(frame.at("/sign-in-page/use-logo")) data-once {
                    (frame.field())
                    input type="hidden" name="logo" value=(waiting.id);
                    input type="hidden" name="alt" value=(waiting.alt(&frame.granted.account().name));
                    p { (t.s("logo-waiting")) }
                    div class="actions" { button class="btn" type="submit" { (t.s("logo-use")) } }
                }
            }
            form class="stack" method="post" action=(frame.at("/sign-in-page/logo")) enctype="multipart/form-data" data-once {
                (frame.field())
                div class="field" {
                    label for="picture" { (t.s("logo-file")) }
                    @if let Some(text) = error { (field::error(t, "picture-error", text)) }
                    p class="hint" id="picture-hint" { (t.s("logo-hint")) @if has_one { " " (t.s("logo-keep")) } }
                    input class="input" id="picture" name="picture" type="file" accept="image/png,image/jpeg,image/webp" required[!has_one]
                        aria-invalid=[error.map(|_| "true")] aria-describedby={ "picture-hint" @if error.is_some() { " picture-error" } };
                }
                (alt(frame, view))
                div class="actions" { button class="btn quiet" type="submit" { (t.s("logo-send")) } }
            }
            @if has_one {
                form method="post" action=(frame.at("/sign-in-page/remove-logo")) data-once {
                    (frame.field())
                    button class="linkbtn" type="submit" { (t.s("logo-remove")) }
                }
            }
        }
    }
}

/// Why a line cannot be shown, by its text.
pub(crate) const fn unfit_contact(problem: LineError) -> &'static str {
    match problem {
        LineError::Empty | LineError::Characters => "contact-characters",
        LineError::TooLong => "contact-too-long",
        LineError::Address => "contact-address",
    }
}

/// Whom people ask: a line of its own, since it takes a fresh sign-in.
fn contact(frame: &Frame<'_>, typed: Option<(&str, Asked)>) -> Markup {
    let t = frame.chrome.text;
    let present = frame.granted.account().contact.as_ref().map_or("", Contact::as_str);
    if !frame.granted.may(Action::ChangeContact) {
        return html! { @if !present.is_empty() { section class="panel flat" aria-labelledby="contact" { h2 id="contact" { (t.s("contact")) } p { (present) } } } };
    }
    let error = typed.and_then(|(_, asked)| match asked {
        Asked::Unfit(problem) => Some(t.s(unfit_contact(problem))),
        Asked::Saved | Asked::Already | Asked::Changed => None,
    });
    html! {
        form class="panel" method="post" action=(frame.at("/sign-in-page/contact")) data-once {
            (frame.field())
            input type="hidden" name="seen" value=(asked_word(frame.granted.account().contact.as_ref()));
            div class="field" {
                label for="contact" { (t.s("contact")) }
                @if let Some(text) = error { (field::error(t, "contact-error", text)) }
                p class="hint" id="contact-hint" { (t.s("contact-hint")) }
                input class="input" id="contact" name="contact" type="text" value=(typed.map_or(present, |(typed, _)| typed)) maxlength=(Contact::LONGEST) autocomplete="off"
                    aria-invalid=[error.map(|_| "true")] aria-describedby={ "contact-hint" @if error.is_some() { " contact-error" } };
            }
            div class="actions" { button class="btn quiet" type="submit" { (t.s("contact-save")) } }
        }
    }
}

/// A card as people will see it, in light and in dark. The product's own name stays under it.
fn samples(frame: &Frame<'_>, view: &AppearanceView<'_>) -> Markup {
    let t = frame.chrome.text;
    let account = frame.granted.account();
    let text = if view.is_saved && view.waiting.is_none() { t.s("appearance-now") } else { t.s("appearance-not-saved") };
    html! {
        section class="panel flat" aria-labelledby="sample" {
            div class="row" { h2 id="sample" { (t.s("appearance-sample")) } span class="muted sm" { (text) } }
            @if let Some(colour) = view.shown {
                link rel="stylesheet" href=(assets::sample_path(colour));
                p class="sm" { code { (colour) } " · " (t.f("appearance-contrast", &[("ratio", (&ratio(t, colour.contrast(colour.text()))).into())])) }
            }
            div class="grid2" {
                @for (class, label) in [("sample", t.s("appearance-light")), ("sample dark", t.s("appearance-dark"))] {
                    figure class=(class) {
                        figcaption class="sm" { (label) }
                        @if let Some(picture) = view.waiting.as_ref().or(account.logo.as_ref()) { (logo(picture, &account.name)) }
                        div class="card" {
                            strong { (account.name) }
                            span class="btn" { (t.s("next")) }
                        }
                        @if let Some(contact) = &account.contact { span class="sm" { (t.f("contact-line", &[("contact", contact.as_str().into())])) } }
                        span class="wordmark sm" { (icons::mark()) (frame.chrome.product) }
                    }
                }
            }
        }
    }
}
