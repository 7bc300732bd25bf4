//! Small parts that several pages of the portal have: pills, times, notes, the way to more rows.

use homeward_discovery::{User, UserState};
use homeward_language::Text;
use homeward_model::Timestamp;
use homeward_portal::people::Way;
use maud::{Markup, html};

use crate::screens::{icons, message::moment};

const DAY: i64 = 86_400;

/// `2026-11-22T14:02:11Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    format!("{}Z", moment(at).replace(' ', "T"))
}

/// `14:02`, UTC.
fn clock(at: Timestamp) -> String {
    moment(at).get(11..16).unwrap_or_default().to_owned()
}

/// "22 November 2026".
pub(super) fn date(t: Text, at: Timestamp) -> String {
    let text = moment(at);
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i64>().ok()).unwrap_or_default();
    let month = t.named(&format!("mail-month-{}", number(5, 7)));
    t.f("portal-date", &[("day", number(8, 10).into()), ("month", month.into()), ("year", text.get(0..4).unwrap_or_default().into())])
}

/// "today 14:02", "yesterday 14:02", or the date with the time; UTC.
pub(super) fn date_time(t: Text, at: Timestamp, now: Timestamp) -> Markup {
    let days = now.seconds().div_euclid(DAY) - at.seconds().div_euclid(DAY);
    let clock = clock(at);
    let words = match days {
        0 => t.f("portal-today", &[("time", clock.as_str().into())]),
        1 => t.f("portal-yesterday", &[("time", clock.as_str().into())]),
        _ => format!("{}, {clock}", date(t, at)),
    };
    html! { time datetime=(iso(at)) title={ (moment(at)) " UTC" } { (words) } }
}

/// A state in colour and in words.
pub(super) fn pill(class: &str, text: &str) -> Markup {
    html! { span class={ "pill " (class) } { (text) } }
}

pub(super) fn state(t: Text, user: &User) -> Markup {
    state_pill(t, user.state)
}

/// What somebody may, in colour and in words.
pub(super) fn state_pill(t: Text, state: UserState) -> Markup {
    match state {
        UserState::Active => pill("good", t.s("portal-state-active")),
        UserState::Invited => pill("", t.s("portal-state-invited")),
        UserState::Suspended => pill("bad", t.s("portal-state-suspended")),
        UserState::Deprovisioned => pill("bad", t.s("portal-state-gone")),
    }
}

pub(super) fn way(t: Text, way: Way) -> &'static str {
    match way {
        Way::SingleSignOn => t.s("portal-way-sso"),
        Way::Password => t.s("portal-way-password"),
        Way::Excluded => t.s("portal-way-excluded"),
        Way::Emergency => t.s("portal-way-emergency"),
    }
}

/// A name that may break before `@` and dots, so that it fits a narrow screen.
pub(super) fn breakable(name: &str) -> Markup {
    html! {
        @for (place, part) in name.split_inclusive(['.', '@']).enumerate() {
            @if place > 0 { wbr; }
            (part)
        }
    }
}

/// "Ann Miller", when the account knows it.
pub(super) fn full_name(user: &User) -> String {
    format!("{} {}", user.given_name, user.family_name).trim().to_owned()
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    class: &'static str,
    key: &'static str,
}

impl Said {
    /// A note of this kind, with this text.
    pub(super) const fn of(class: &'static str, key: &'static str) -> Self {
        Self { class, key }
    }
}

/// The word that a step left in the address.
pub(crate) fn said(word: &str) -> Option<Said> {
    let (class, key) = match word {
        "again" => ("warn", "reason-portal-form"),
        "changed" => ("warn", "portal-said-changed"),
        "oneself" => ("warn", "portal-said-oneself"),
        "wider" => ("warn", "portal-said-wider"),
        "federated" => ("warn", "emergency-federated"),
        "last-way-in" => ("warn", "portal-said-last"),
        "no-passwords" => ("warn", "portal-said-no-passwords"),
        "not-sent" => ("warn", "portal-said-not-sent"),
        "invited" => ("good", "portal-said-invited"),
        "added" => ("good", "people-said-added"),
        "added-invited" => ("good", "people-said-invited"),
        "added-not-sent" => ("warn", "people-said-not-sent"),
        "mailed" => ("good", "people-said-mailed"),
        "not-mailed" => ("warn", "portal-said-not-mailed"),
        "suspended" => ("good", "portal-said-suspended"),
        "resumed" => ("good", "portal-said-resumed"),
        "signed-out" => ("good", "portal-said-signed-out"),
        "renamed" => ("good", "portal-said-renamed"),
        "unlinked" => ("good", "portal-said-unlinked"),
        "unlink-sure" => ("warn", "portal-said-unlink-sure"),
        "emergency-given" => ("good", "emergency-said-given"),
        "emergency-taken" => ("good", "emergency-said-taken"),
        "excluded" => ("good", "portal-said-excluded"),
        "included" => ("good", "portal-said-included"),
        "role-given" => ("good", "portal-said-role-given"),
        "role-taken" => ("good", "portal-said-role-taken"),
        "too-much" => ("warn", "portal-said-too-much"),
        "admin-sso-on" => ("good", "portal-said-admin-sso-on"),
        "admin-sso-off" => ("good", "portal-said-admin-sso-off"),
        "domain-added" => ("good", "portal-said-domain-added"),
        "domain-proved" => ("good", "portal-said-domain-proved"),
        "domain-not-yet" => ("warn", "portal-said-domain-not-yet"),
        "domain-back" => ("good", "portal-said-domain-back"),
        "domain-not-back" => ("warn", "portal-said-domain-not-back"),
        "domain-too-many" => ("warn", "portal-said-domain-too-many"),
        "domain-given-up" => ("good", "portal-said-domain-given-up"),
        "domain-everybodys" => ("warn", "portal-domain-everybodys"),
        "link-ended" => ("good", "portal-said-link-ended"),
        "domain-suffix" => ("warn", "portal-domain-suffix"),
        "domain-expired" => ("warn", "portal-domain-expired-text"),
        "application-chosen" => ("good", "applications-said-chosen"),
        "application-unknown" => ("warn", "applications-said-unknown"),
        "logo-saved" => ("good", "portal-said-logo-saved"),
        "logo-removed" => ("good", "portal-said-logo-removed"),
        "contact-saved" => ("good", "contact-saved"),
        "colour-saved" => ("good", "appearance-saved"),
        "token-ended" => ("good", "portal-said-token-ended"),
        "steps-sent" => ("good", "steps-said-sent"),
        "policy-saved" => ("good", "portal-said-policy-saved"),
        _ => return None,
    };
    Some(Said { class, key })
}

/// The sign of a note: a tick where all is well.
pub(super) fn sign(class: &str) -> Markup {
    if class == "good" { icons::check(18) } else { icons::alert(18) }
}

/// A panel with what stands beside its heading: how it is, a way to more, or a button.
pub(super) fn panel((id, heading): (&str, &str), beside: &Markup, body: &Markup) -> Markup {
    html! {
        section class="panel" aria-labelledby=(id) {
            div class="row" { h2 id=(id) { (heading) } (beside) }
            (body)
        }
    }
}

/// The note of what came of a step.
pub(super) fn note(t: Text, said: Option<Said>) -> Markup {
    html! {
        @if let Some(said) = said {
            div class={ "note " (said.class) } role="status" { (sign(said.class)) p { (t.s(said.key)) } }
        }
    }
}

/// What is said of a value that was copied, and the words of the buttons that the script puts beside such values. On every page that has one.
pub(super) fn copying(t: Text) -> Markup {
    html! { p id="copied" class="vh" role="status" data-word=(t.s("portal-copy")) data-said=(t.f("portal-copied", &[("what", "{}".into())])) {} }
}

/// A value that can be selected without script, and copied with one (ADM-1).
pub(super) fn copied((id, label): (&str, &str), text: &str) -> Markup {
    html! {
        div class="field" {
            label for=(id) { (label) }
            div class="copy" { input class="input mono" type="text" id=(id) readonly value=(text); }
        }
    }
}

/// The way to more rows, and back to the first ones.
pub(super) fn more(t: Text, (first, next): (Option<&str>, Option<&str>)) -> Markup {
    html! {
        @if first.is_some() || next.is_some() {
            nav class="actions" aria-label=(t.s("portal-more-label")) {
                @if let Some(first) = first { a class="btn quiet small" href=(first) { (t.s("portal-first")) } }
                @if let Some(next) = next { a class="btn quiet small" href=(next) { (t.s("portal-more")) } }
            }
        }
    }
}

/// A query without what is empty.
pub(crate) fn query(parts: &[(&str, &str)]) -> String {
    let full: Vec<_> = parts.iter().filter(|(_, value)| !value.is_empty()).collect();
    let text = serde_urlencoded::to_string(full).unwrap_or_default();
    if text.is_empty() { text } else { format!("?{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_language::Language;

    #[test]
    fn times_are_told_in_words() {
        let now = Timestamp::from_seconds(1_800_000_000); // 2027-01-15 08:00:00
        let t = Text::of(Language::English);
        let told = |at: i64| date_time(t, Timestamp::from_seconds(at), now).into_string();
        assert!(told(1_800_000_000).contains("today 08:00") && told(1_800_000_000).contains("datetime=\"2027-01-15T08:00:00Z\""));
        assert!(told(1_800_000_000 - 9 * 3600).contains("yesterday 23:00"));
        assert!(told(1_795_000_000).contains("18 November 2026, 11:06"), "{}", told(1_795_000_000));
    }

    #[test]
    fn a_query_leaves_out_what_is_empty_and_escapes_the_rest() {
        assert_eq!(query(&[("q", ""), ("f", "")]), "");
        assert_eq!(query(&[("q", "a&b"), ("f", "x")]), "?q=a%26b&f=x");
    }
}
