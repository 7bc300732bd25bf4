//! Text and HTML of a mail: the same words, the text first and complete by itself (MAI-1).

use homeward_language::Text;
use homeward_model::Timestamp;
use maud::{DOCTYPE, PreEscaped, html};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    alerts,
    letter::{Letter, Message, SetUp},
    profile, steps,
};

/// A mail as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// Who it is from, in words.
    pub sender: String,
    /// Subject, at most 60 characters, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The parts of a mail before they are set.
pub(crate) struct Parts {
    pub subject: String,
    pub title: String,
    /// Paragraphs before the button.
    pub before: Vec<String>,
    /// A code to type, shown large.
    pub code: Option<String>,
    pub button: Option<(String, String)>,
    /// Paragraphs after it.
    pub after: Vec<String>,
}

impl Parts {
    /// A mail whose heading is its subject.
    pub fn new(subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self { title: subject.clone(), subject, before: Vec::new(), code: None, button: None, after: Vec::new() }
    }
    /// With another heading.
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }
    /// With one more paragraph: before the button, or after it once that is there. What has a code has its way on with it.
    pub fn says(mut self, text: impl Into<String>) -> Self {
        let place = if self.button.is_some() || self.code.is_some() { &mut self.after } else { &mut self.before };
        place.push(text.into());
        self
    }
    /// The same, where there is something to say.
    pub fn also(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.says(text),
            None => self,
        }
    }
    /// With a code to type.
    pub fn code(self, code: String) -> Self {
        Self { code: Some(code), ..self }
    }
    /// With the way on.
    pub fn button(self, label: &str, link: &str) -> Self {
        Self { button: Some((label.to_owned(), link.to_owned())), ..self }
    }
}

/// Renders a letter. `product` is the product's name.
pub fn render(letter: &Letter, product: &str) -> Rendered {
    let t = Text::of(letter.language);
    let parts = parts(&letter.message, &letter.account_name, t);
    let footer = t.f("mail-footer", &[("case", letter.case.as_str().into())]);
    let account = t.f("account-line", &[("name", (&letter.account_name).into()), ("number", (&letter.account_number).into())]);
    let mut paragraphs: Vec<String> = vec![parts.title.clone()];
    paragraphs.extend(parts.before.iter().cloned());
    paragraphs.extend(parts.code.as_ref().map(|code| t.f("mail-reset-code", &[("code", code.into())])));
    paragraphs.extend(parts.button.as_ref().map(|(label, link)| format!("{label}:\n{link}")));
    paragraphs.extend(parts.after.iter().cloned());
    paragraphs.push(format!("{account}\n{footer}"));
    Rendered {
        sender: one_line(&t.f("mail-sender", &[("product", product.into()), ("account", (&letter.account_name).into())]), 120),
        subject: one_line(&parts.subject, 60),
        text: paragraphs.join("\n\n") + "\n",
        html: page(letter, &parts, &account, &footer),
    }
}

/// No line break, no control character, no more than so many characters: what goes into a header (LR-14).
fn one_line(text: &str, most: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clean.chars().count() <= most { clean } else { clean.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

fn parts(message: &Message, account: &str, t: Text) -> Parts {
    match message {
        Message::PasswordChanged { username, at, device, forgot_url } => {
            let ((date, time), device) = (moment(*at, t), device_in(device, t));
            let args = [("username", username.into()), ("date", (&date).into()), ("time", (&time).into()), ("device", (&device).into())];
            Parts::new(t.s("mail-changed-subject"))
                .says(t.f("mail-changed-text", &args))
                .says(t.s("mail-changed-ok"))
                .button(t.s("mail-changed-button"), forgot_url)
                .says(t.s("mail-changed-not"))
        }
        Message::Reset { username, code, link, until } => {
            let shown = grouped(code);
            Parts::new(t.f("mail-reset-subject", &[("code", (&shown).into())]))
                .titled(t.s("mail-reset-title"))
                .says(t.f("mail-reset-text", &[("username", username.into())]))
                .code(shown)
                .button(t.s("mail-reset-button"), link)
                .says(t.f("mail-reset-until", &[("time", (&moment(*until, t).1).into())]))
                .says(t.s("mail-reset-ignore"))
        }
        Message::ResetElsewhere { username, account, contact, sign_in_url } => Parts::new(t.s("mail-elsewhere-subject"))
            .says(t.f("mail-elsewhere-text", &[("username", username.into()), ("account", account.into())]))
            .button(t.s("mail-elsewhere-button"), sign_in_url)
            .also(contact.as_ref().map(|contact| t.f("contact-line", &[("contact", contact.into())]))),
        Message::PasswordExpires { username, days, change_url } => Parts::new(t.f("mail-expires-subject", &[("days", (*days).into())]))
            .says(t.f("mail-expires-text", &[("username", username.into())]))
            .button(t.s("mail-expires-button"), change_url),
        Message::Invitation { username, given_name, link, until } => {
            let name = if given_name.is_empty() { username } else { given_name };
            let begun = Parts::new(t.f("mail-invite-subject", &[("account", account.into())]))
                .titled(t.f("mail-invite-title", &[("name", name.into())]))
                .says(t.f("mail-invite-text", &[("account", account.into()), ("username", username.into())]));
            choose_password(begun, (link, *until), t)
        }
        Message::FirstPassword { username, account, link, until } => {
            let begun = Parts::new(t.f("mail-first-subject", &[("account", account.into())]))
                .titled(t.s("mail-first-title"))
                .says(t.f("mail-first-text", &[("account", account.into()), ("username", username.into())]));
            choose_password(begun, (link, *until), t)
        }
        Message::SignInCode { username, account, code, until } => {
            let shown = grouped(code);
            Parts::new(t.f("mail-code-subject", &[("code", (&shown).into())]))
                .titled(t.s("mail-code-title"))
                .says(t.f("mail-code-text", &[("username", username.into()), ("account", account.into())]))
                .code(shown)
                .says(t.f("mail-code-until", &[("time", (&moment(*until, t).1).into())]))
                .says(t.s("mail-code-ignore"))
        }
        Message::Alert(alert) => alerts::parts(alert, account, t),
        Message::SetUp(asked) => set_up(asked, account, t),
        Message::Steps { name, steps } => steps::parts((name.as_str(), account), steps, t),
        Message::EmailCode { username, account, code, until } => profile::code((username.as_str(), account.as_str()), code, *until, t),
        Message::EmailChanged { username, address, at, device, link, until } => profile::changed((username.as_str(), address.as_str()), (*at, device.as_str()), (link.as_str(), *until), t),
        Message::EmailTakenBack { username, account } => profile::taken_back(username, account, t),
        Message::TokenCopied { username, application, at, sessions_url } => profile::copied((username.as_str(), application.as_str()), *at, sessions_url, t),
        Message::NowAtProvider { username, provider, at, keeps_password, for_portal, sign_in_url } => {
            profile::moved(account, (username.as_str(), provider.as_str()), (*at, *keeps_password, *for_portal), sign_in_url, t)
        }
        Message::UsernameChanged { before, username, account, sign_in_url } => profile::renamed((before.as_str(), username.as_str()), account, sign_in_url, t),
    }
}

/// The link under which a password is chosen, once.
fn choose_password(begun: Parts, (link, until): (&str, Timestamp), t: Text) -> Parts {
    let (date, time) = moment(until, t);
    begun.button(t.s("mail-invite-button"), link).says(t.f("mail-invite-until", &[("date", (&date).into()), ("time", (&time).into())]))
}

/// "{name} at {account} asks you to connect {IdP}" (mail 6).
fn set_up(asked: &SetUp, account: &str, t: Text) -> Parts {
    let (date, time) = moment(asked.until, t);
    let (name, domains) = (&asked.name, asked.domains.join(", "));
    let asks = match &asked.provider {
        Some(provider) => t.f("mail-setup-text", &[("name", name.into()), ("account", account.into()), ("provider", provider.into())]),
        None => t.f("mail-setup-text-any", &[("name", name.into()), ("account", account.into())]),
    };
    let needs = match &asked.provider {
        Some(provider) => t.f("mail-setup-needs", &[("provider", provider.into())]),
        None => t.s("mail-setup-needs-any").to_owned(),
    };
    Parts::new(t.f("mail-setup-subject", &[("account", account.into())]))
        .says(asks)
        .says(t.f("mail-setup-nobody", &[("name", name.into())]))
        .button(t.s("mail-setup-button"), &asked.link)
        .says(t.f("mail-setup-until", &[("date", (&date).into()), ("time", (&time).into())]))
        .says(needs)
        .also((!domains.is_empty()).then(|| t.f("mail-setup-dns", &[("domains", (&domains).into())])))
        .says(t.s("mail-setup-stranger"))
}

/// Browser and system, which stand apart by a dash, in the words of the language.
pub(crate) fn device_in(words: &str, t: Text) -> String {
    match words.split_once(" – ") {
        Some((browser, system)) => t.f("mail-device", &[("browser", browser.into()), ("system", system.into())]),
        None if matches!(words, "" | "?") => t.s("mail-device-unknown").to_owned(),
        None => words.to_owned(),
    }
}

/// `482 913`: easier to read and to type.
pub(crate) fn grouped(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((first, last)) if code.len() == 6 => format!("{first} {last}"),
        _ => code.to_owned(),
    }
}

/// Date in words and time, both UTC.
pub(crate) fn moment(at: Timestamp, t: Text) -> (String, String) {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(at.seconds()) else { return (String::new(), String::new()) };
    let month = t.named(&format!("mail-month-{}", u8::from(at.month())));
    let date = t.f("mail-date", &[("day", at.day().to_string().as_str().into()), ("month", month.into()), ("year", at.year().to_string().as_str().into())]);
    (date, format!("{:02}:{:02}", at.hour(), at.minute()))
}

const STYLE: &str = ":root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (prefers-color-scheme:dark){.bg{background:#0e1618!important}.card{background:#172225!important;border-color:#2c3a3e!important}\
.ink{color:#e9eeec!important}.mut{color:#a5b3b5!important}.btn{background:#63c9be!important;color:#05201e!important}}";

/// Tables and inline styles, as mail programs want them; every value is escaped by maud (LR-13).
fn page(letter: &Letter, parts: &Parts, account: &str, footer: &str) -> String {
    let paragraph = "margin:0 0 16px;color:#16242b;white-space:pre-line";
    html! {
        (DOCTYPE)
        html lang=(letter.language.code()) dir=(letter.language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (parts.subject) }
                style { (PreEscaped(STYLE)) }
            }
            body class="bg" style="margin:0;background:#f5f3ee" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr { td align="center" style="padding:24px 12px" {
                        table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="card"
                            style="max-width:520px;background:#ffffff;border:1px solid #dcd7cc;border-radius:12px" {
                            tr { td style="padding:28px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;text-align:start;overflow-wrap:anywhere" {
                                p class="mut" style="margin:0 0 16px;color:#53616a" { (account) }
                                h1 class="ink" style="margin:0 0 12px;font:600 24px/1.2 'Iowan Old Style','Palatino Linotype',Georgia,serif;color:#16242b" { (parts.title) }
                                @for text in &parts.before { p class="ink" style=(paragraph) { (text) } }
                                @if let Some(code) = &parts.code {
                                    p class="ink" style="margin:0 0 20px;font:600 30px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px;color:#16242b" { (code) }
                                }
                                @if let Some((label, link)) = &parts.button {
                                    p style="margin:0 0 20px" {
                                        a class="btn" href=(link) style="display:inline-block;background:#0b5a58;color:#ffffff;font-weight:600;text-decoration:none;padding:13px 20px;border-radius:10px" { (label) }
                                    }
                                }
                                @for text in &parts.after { p class="ink" style=(paragraph) { (text) } }
                                p class="mut" style="margin:0;color:#53616a;font-size:14px" { (footer) }
                            } }
                        }
                    } }
                }
            }
        }
    }
    .into_string()
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
