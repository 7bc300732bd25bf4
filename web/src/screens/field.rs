//! Fields: labels above, hints and errors joined to them, the eye that needs script.

use homeward_language::Text;
use maud::{Markup, html};

use super::icons;

/// The error of a field, with its icon.
pub(crate) fn error(t: Text, id: &str, text: &str) -> Markup {
    html! { p class="err" id=(id) { (icons::alert(16)) span { span class="vh" { (t.s("error-word")) " " } (text) } } }
}

/// A password field.
pub(crate) struct PasswordField<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub autocomplete: &'a str,
    pub enter: &'a str,
    pub error: Option<&'a str>,
    /// Ids of further texts that explain the field.
    pub described_by: &'a str,
    pub rules: Option<&'a str>,
    pub focus: bool,
    /// Beside the label, for example "Forgot password?".
    pub aside: Option<Markup>,
}

pub(crate) fn password(t: Text, field: &PasswordField<'_>) -> Markup {
    let error_id = format!("{}-error", field.id);
    let described = match (field.error.is_some(), field.described_by) {
        (true, "") => error_id.clone(),
        (true, more) => format!("{error_id} {more}"),
        (false, more) => more.to_owned(),
    };
    html! {
        div class="field" {
            @match &field.aside {
                Some(aside) => div class="row" { label for=(field.id) { (field.label) } (aside) }
                None => label for=(field.id) { (field.label) }
            }
            @if let Some(text) = field.error { (error(t, &error_id, text)) }
            div class="withbtn" {
                input class="input" id=(field.id) name=(field.id) type="password" autocomplete=(field.autocomplete) autocapitalize="none" autocorrect="off"
                    spellcheck="false" enterkeyhint=(field.enter) required aria-invalid=[field.error.map(|_| "true")]
                    aria-describedby=[(!described.is_empty()).then_some(described)] passwordrules=[field.rules] autofocus[field.focus];
                button class="peek" type="button" aria-controls=(field.id) aria-pressed="false" data-peek hidden {
                    span class="vh" { (t.s("password-show")) }
                    (icons::eye())
                }
            }
        }
    }
}

/// A field for plain text.
pub(crate) struct TextField<'a> {
    pub id: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub value: &'a str,
    pub error: Option<&'a str>,
    pub autocomplete: &'a str,
    pub numeric: bool,
    pub required: bool,
    pub focus: bool,
}

pub(crate) fn text(t: Text, field: &TextField<'_>) -> Markup {
    let mut described = Vec::new();
    described.extend(field.error.map(|_| format!("{}-error", field.id)));
    described.extend(field.hint.map(|_| format!("{}-hint", field.id)));
    html! {
        div class="field" {
            label for=(field.id) { (field.label) }
            @if let Some(hint) = field.hint { p class="hint" id={ (field.id) "-hint" } { (hint) } }
            @if let Some(text) = field.error { (error(t, &format!("{}-error", field.id), text)) }
            input class="input" id=(field.id) name=(field.id) type="text" inputmode=[field.numeric.then_some("numeric")] autocomplete=(field.autocomplete)
                autocapitalize="none" autocorrect="off" spellcheck="false" enterkeyhint="next" required[field.required] value=(field.value)
                aria-invalid=[field.error.map(|_| "true")] aria-describedby=[(!described.is_empty()).then(|| described.join(" "))] autofocus[field.focus];
        }
    }
}

/// The username, for password managers: in the page, not on the screen, out of the tab order (PWD-2).
pub(crate) fn hidden_username(username: &str) -> Markup {
    html! { input class="vh" type="text" name="username" value=(username) autocomplete="username" readonly tabindex="-1" aria-hidden="true"; }
}
