//! The frame of every page, and the line: where the person came from, where they are, where they go next.

use homeward_language::Text;
use homeward_model::{Colour, Contact, Logo};
use homeward_signin::{Step, step::{AccountShown, TestPage}};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::icons;
use crate::assets;

/// What every page has besides its own view.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// The texts in the person's language.
    pub text: Text,
    /// The product's name.
    pub product: String,
    /// The stage of the page; empty on pages without one.
    stage: String,
    /// The handle of a page after a proof; empty on all others.
    handle: String,
    /// Where a page without either stands, to come back to in another language.
    place: Option<OpenPage>,
    /// Whether "Remember me on this device" was ticked on the way to a page after a proof.
    pub(crate) remembers: bool,
    /// The look of the account, on pages that may name it.
    brand: Brand,
}

/// How an account makes its pages look.
#[derive(Clone, Debug, Default)]
struct Brand {
    colour: Option<Colour>,
    /// Its logo, and the account's name: the text of one that has none of its own.
    logo: Option<(Logo, String)>,
    /// Whom its people ask.
    contact: Option<Contact>,
}

/// A logo with its text, on a plate of its own: it is seen in light and in dark.
pub(crate) fn logo(logo: &Logo, name: &str) -> Markup {
    html! { img class="logo" src=(assets::logo_path(logo.id)) alt=(logo.alt(name)) width=(logo.width) height=(logo.height); }
}

/// One page.
pub(crate) struct Page<'a> {
    /// Title without the product.
    pub title: &'a str,
    /// Whether the page tells of an error (ALL-10).
    pub error: bool,
    /// The stop before: who asked, or who the person is.
    pub from: Markup,
    /// The card.
    pub card: Markup,
    /// The stop after.
    pub next: Option<&'a str>,
    /// Where to go by itself, at once.
    pub refresh: Option<&'a str>,
}

/// Pages that are the same for everybody who opens their address: another language leads back there (ALL-21). What a request names is one of these, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenPage {
    Help,
    Privacy,
    ChangePassword,
    Forgot,
    Test,
}

impl OpenPage {
    const ALL: [Self; 5] = [Self::Help, Self::Privacy, Self::ChangePassword, Self::Forgot, Self::Test];
    /// Its word in addresses and forms.
    const fn word(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Privacy => "privacy",
            Self::ChangePassword => "changepassword",
            Self::Forgot => "forgot",
            Self::Test => "test",
        }
    }
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.word() == word)
    }
    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Help => "/help",
            Self::Privacy => "/privacy",
            Self::ChangePassword => "/changepassword",
            Self::Forgot => "/forgot",
            Self::Test => "/signin/test",
        }
    }
    /// Where the page of a step without a stage stands.
    pub const fn of_step(step: &Step) -> Option<Self> {
        match step {
            Step::KeptElsewhere { reset: true, .. } => Some(Self::Forgot),
            Step::KeptElsewhere { reset: false, .. } => Some(Self::ChangePassword),
            Step::Test(TestPage::Begin { .. }) => Some(Self::Test),
            _ => None,
        }
    }
}

impl Chrome {
    /// The frame of a page with this stage, sealed. A text that is no base64url is none of ours, and none.
    pub fn new(text: Text, product: String, stage: String) -> Self {
        let stage = if is_base64url(&stage) { stage } else { String::new() };
        Self { text, product, stage, handle: String::new(), place: None, remembers: false, brand: Brand::default() }
    }
    /// The same frame in the look of an account that the page may name (BRA-3).
    pub(crate) fn branded(&self, account: &AccountShown) -> Self {
        let brand = Brand { colour: account.colour, logo: account.logo.clone().map(|logo| (logo, account.name.clone())), contact: account.contact.clone() };
        Self { brand, ..self.clone() }
    }
    /// The same frame for a page after a proof.
    pub(crate) fn with_handle(mut self, handle: &str) -> Self {
        if is_base64url(handle) {
            handle.clone_into(&mut self.handle);
        }
        self
    }
    /// The same frame for a page that its address alone shows.
    pub(crate) fn standing_at(mut self, place: Option<OpenPage>) -> Self {
        self.place = place;
        self
    }
    /// The same frame, with what was ticked before (CHO-4).
    pub(crate) const fn with_remembers(mut self, remembers: bool) -> Self {
        self.remembers = remembers;
        self
    }
    /// Takes the tick along.
    pub(crate) fn remember(&self) -> Markup {
        html! { @if self.remembers { input type="hidden" name="remember" value="yes"; } }
    }
    /// What names the sign-in that is under way: the sealed stage, or the handle after a proof; or else where the page stands.
    pub(crate) fn errand(&self) -> Markup {
        html! {
            @if !self.stage.is_empty() { (self.stage()) }
            @if !self.handle.is_empty() { input type="hidden" name="handle" value=(PreEscaped(&self.handle)); }
            @if let Some(place) = self.place { input type="hidden" name="from" value=(place.word()); }
        }
    }
    /// A page in the frame.
    pub(crate) fn page(&self, page: &Page<'_>) -> Markup {
        let t = self.text;
        let title = t.f("product-suffix", &[("title", page.title.into()), ("product", (&self.product).into())]);
        let title = if page.error { t.f("error-prefix", &[("title", (&title).into())]) } else { title };
        let files = assets::all();
        let language = t.language();
        html! {
            (DOCTYPE)
            html lang=(language.code()) dir=(language.direction()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if let Some(to) = page.refresh { meta http-equiv="refresh" content={ "0; url=" (to) }; }
                    title { (title) }
                    link rel="stylesheet" href=(files.css.path);
                    @if let Some(colour) = self.brand.colour { link rel="stylesheet" href=(assets::colour_path(colour)); }
                    link rel="icon" href=(files.mark.path);
                    script src=(files.js.path) defer {}
                }
                body class="journey" {
                    a class="skip" href="#main" { (t.s("skip")) }
                    main id="main" class="line" {
                        @if let Some((picture, name)) = &self.brand.logo { (logo(picture, name)) }
                        (page.from)
                        div class="leg here" { (page.card) }
                        @if let Some(next) = page.next { p class="leg next muted sm" { (next) } }
                    }
                    (self.footer())
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        let t = self.text;
        html! {
            footer class="foot" aria-label=(t.s("footer-label")) {
                @if let Some(contact) = &self.brand.contact { p class="contact" { (t.f("contact-line", &[("contact", contact.as_str().into())])) } }
                span class="wordmark" { (icons::mark()) (self.product) }
                @if self.stage.is_empty() && self.handle.is_empty() {
                    a href=(self.place.map_or_else(|| "/language".to_owned(), |place| format!("/language?from={}", place.word()))) { span class="vh" { (t.s("language")) ": " } (t.language().own_name()) }
                } @else {
                    // A form keeps the sign-in that is under way (ALL-21).
                    form method="post" action="/language" {
                        (self.errand())
                        button class="linkbtn" type="submit" { span class="vh" { (t.s("language")) ": " } (t.language().own_name()) }
                    }
                }
                a href="/help" { (t.s("help")) }
                a href="/privacy" { (t.s("privacy")) }
            }
        }
    }

    /// The hidden field with the sealed stage.
    pub(crate) fn stage(&self) -> Markup {
        html! { input type="hidden" name="stage" value=(PreEscaped(&self.stage)); }
    }

    /// An address of ours that says whose page it is for, where several people may be signed in.
    pub(crate) fn for_person(&self, path: &str, several: bool) -> String {
        if several && !self.stage.is_empty() { format!("{path}?stage={}", self.stage) } else { path.to_owned() }
    }

    /// "Teamwork asked you to sign in".
    pub(crate) fn asked(&self, app: Option<&str>) -> Markup {
        html! {
            p class="leg from" {
                @match app {
                    Some(app) => { strong { (app) } " " span class="muted" { (self.text.s("asked-you")) } }
                    None => strong { (self.product) }
                }
            }
        }
    }

    /// The username, the account when it may be shown, and "Not you?" (PWD-3). Other buttons of a page that send the stage and the username, and nothing
    /// else, belong to the same form: each form of its own would carry the stage once more (ALL-4). After a proof it gives up what was proved.
    pub(crate) fn person(&self, username: &str, account: Option<&str>) -> Markup {
        html! {
            div class="leg from row" {
                p { strong { (breakable(username)) } @if let Some(account) = account { br; span class="muted sm" { (account) } } }
                @if !self.stage.is_empty() || !self.handle.is_empty() {
                    form id="again" method="post" action="/signin/again" data-once {
                        (self.errand())
                        input type="hidden" name="username" value=(username);
                        button class="linkbtn sm" type="submit" { (self.text.s("not-you")) }
                    }
                }
            }
        }
    }
}

fn is_base64url(text: &str) -> bool {
    // Without an early end the compiler looks at many bytes at once.
    text.bytes().fold(true, |ours, b| ours & (b.is_ascii_alphanumeric() | (b == b'-') | (b == b'_')))
}

/// A username or address that may break after its signs, so that it fits a narrow screen and no word is torn.
pub(super) fn breakable(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split_inclusive(['.', '@', '/', '-']).enumerate() {
            @if place > 0 { wbr; }
            (part)
        }
    }
}

/// A sentence with a username or address in it, which may break where that may.
pub(super) fn breakable_in(sentence: &str, name: &str) -> Markup {
    html! {
        @match sentence.split_once(name).filter(|_| !name.is_empty()) {
            Some((before, after)) => { (before) (breakable(name)) (after) },
            None => (sentence),
        }
    }
}
