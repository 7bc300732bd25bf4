//! Changing a password: forced, offered, asked for, done (A7, A8).

use homeward_language::Text;
use homeward_local_credential::{Expiry, LineKind, PolicyLine, Strength, Violation};
use homeward_model::ConnectionId;
use homeward_signin::{
    stage::Started,
    step::{AccountShown, Asking, FieldProblem, NewPassword},
};
use maud::{Markup, html};

use super::{
    field::{self, PasswordField},
    icons,
    layout::{Chrome, Page},
    then_back,
};

/// What is wrong with a new password, in words.
const fn sentence(violation: Violation) -> &'static str {
    match violation {
        Violation::TooShort => "violation-too-short",
        Violation::TooLong => "violation-too-long",
        Violation::NeedsNumber => "violation-number",
        Violation::NeedsLetter => "violation-letter",
        Violation::NeedsSpecial => "violation-special",
        Violation::HasSpace => "violation-space",
        Violation::OtherCharacter => "violation-other",
        Violation::Leaked => "violation-leaked",
        Violation::Context => "violation-context",
        Violation::SameAsCurrent => "violation-same",
        Violation::UsedBefore => "violation-used",
    }
}

/// A line of the policy in words.
pub(super) fn rule(t: Text, line: &PolicyLine) -> String {
    match line {
        PolicyLine::Length { min, max: Some(max) } => t.f("policy-length", &[("min", (*min).into()), ("max", (*max).into())]),
        PolicyLine::Length { min, max: None } => t.f("policy-length-min", &[("min", (*min).into())]),
        PolicyLine::NumberAndLetter => t.s("policy-number-letter").to_owned(),
        PolicyLine::Number => t.s("policy-number").to_owned(),
        PolicyLine::Letter => t.s("policy-letter").to_owned(),
        PolicyLine::Special { which } => t.f("policy-special", &[("which", spaced(which).as_str().into())]),
        PolicyLine::OnlyListed { which } => t.f("policy-only-listed", &[("which", spaced(which).as_str().into())]),
        PolicyLine::NoSpaces => t.s("policy-no-spaces").to_owned(),
        PolicyLine::SpacesFine => t.s("policy-spaces-fine").to_owned(),
        PolicyLine::Different { history: 0 } => t.s("policy-different").to_owned(),
        PolicyLine::Different { history } => t.f("policy-different-history", &[("count", (*history).into())]),
        PolicyLine::NotLeaked => t.s("policy-not-leaked").to_owned(),
        PolicyLine::NoContext => t.s("policy-no-context").to_owned(),
    }
}

fn spaced(which: &str) -> String {
    which.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// The name of a line for the script, for the lines that a browser can check by itself.
const fn script_name(line: &PolicyLine) -> &'static str {
    match line {
        PolicyLine::Length { .. } => "length",
        PolicyLine::NumberAndLetter => "mixed",
        // One of these characters, whichever they are.
        PolicyLine::Special { .. } | PolicyLine::Number | PolicyLine::Letter => "special",
        PolicyLine::NoSpaces => "spaces",
        PolicyLine::OnlyListed { .. } | PolicyLine::Different { .. } | PolicyLine::NotLeaked | PolicyLine::NoContext | PolicyLine::SpacesFine => "",
    }
}

/// New password twice, the strength, and the list of what it needs (CHG-2…CHG-5). The current one is asked for before them where there is something to
/// say when it is wrong: `current`.
pub(super) fn fields(t: Text, new: &NewPassword, current: Option<&str>) -> Markup {
    let lines = if new.neutral { Vec::new() } else { new.policy.lines() };
    let described = if new.neutral { "rules-later".to_owned() } else { (0..lines.len()).map(|place| format!("rule-{place}")).collect::<Vec<_>>().join(" ") };
    let first = new.violations.first().map(|v| t.s(sentence(*v)));
    let rules = (!new.neutral).then(|| new.policy.passwordrules());
    let errors = errors(t, new, current);
    // One place has the focus: the list of what is wrong where there is one, or else the first field.
    let listed = errors.len() > 1;
    html! {
        @if listed { (summary(t, &errors)) }
        @if let Some(wrong) = current {
            (field::password(t, &PasswordField {
                id: "current", label: t.s("change-current"), autocomplete: "current-password", enter: "next",
                error: new.current_wrong.then_some(wrong), described_by: "", rules: None, focus: !listed, aside: None,
            }))
        }
        (field::password(t, &PasswordField {
            id: "new", label: t.s("change-new"), autocomplete: "new-password", enter: "next", error: first, described_by: &described,
            rules: rules.as_deref(), focus: current.is_none() && !listed, aside: None,
        }))
        (field::password(t, &PasswordField {
            id: "repeat", label: t.s("change-repeat"), autocomplete: "new-password", enter: "done",
            error: new.repeat_differs.then(|| t.s("change-repeat-differs")), described_by: "caps", rules: None, focus: false, aside: None,
        }))
        p class="hint" id="caps" role="status" data-said=(t.s("password-caps")) {}
        (meter(t, new.strength))
        @if new.neutral { p class="hint" id="rules-later" { (t.s("policy-later")) } } @else { (list(t, new, &lines)) }
    }
}

/// What is wrong, with the field that it is about.
fn errors<'a>(t: Text, new: &NewPassword, current: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
    let mut errors: Vec<(&str, &str)> = Vec::new();
    errors.extend(current.filter(|_| new.current_wrong).map(|wrong| ("#current", wrong)));
    errors.extend(new.violations.iter().map(|v| ("#new", t.s(sentence(*v)))));
    if new.repeat_differs {
        errors.push(("#repeat", t.s("change-repeat-differs")));
    }
    errors
}

/// Two or more errors: a list of links to the fields, with the focus on it (CHG-6).
fn summary(t: Text, errors: &[(&str, &str)]) -> Markup {
    html! {
        div class="note bad" tabindex="-1" autofocus {
            (icons::alert(18))
            div role="alert" {
                h2 { (t.s("error-summary-title")) }
                ul class="sm" { @for (to, text) in errors { li { a href=(to) { (text) } } } }
            }
        }
    }
}

fn meter(t: Text, strength: Option<Strength>) -> Markup {
    let words = [t.s("strength-weak"), t.s("strength-fair"), t.s("strength-good"), t.s("strength-strong")];
    let (value, word) = match strength {
        None => (0, ""),
        Some(Strength::Weak) => (1, words[0]),
        Some(Strength::Fair) => (2, words[1]),
        Some(Strength::Good) => (3, words[2]),
        Some(Strength::Strong) => (4, words[3]),
    };
    html! {
        div class="field" {
            div class="row sm" { label for="meter" { (t.s("strength")) } span id="strength" { (word) } }
            meter id="meter" min="0" max="4" low="2" high="3" optimum="4" value=(value) data-words={ "|" (words.join("|")) } { (word) }
        }
    }
}

fn list(t: Text, new: &NewPassword, lines: &[PolicyLine]) -> Markup {
    let count = t.f("policy-count", &[("met", "{met}".into()), ("all", "{all}".into())]);
    let wrong = |kind: LineKind| new.violations.iter().any(|v| v.line() == kind);
    html! {
        div class="stack" {
            p class="label sm" { (t.s("policy-title")) }
            ul class="rules" id="rules" data-met=(t.s("policy-met")) data-unmet=(t.s("policy-unmet")) data-count=(count) {
                @for (place, line) in lines.iter().enumerate() {
                    @let (min, max, which) = bounds(line);
                    li id={ "rule-" (place) } data-rule=(script_name(line)) data-min=[min] data-max=[max] data-which=[which]
                        data-met=[wrong(line.kind()).then_some("no")] {
                        span { (rule(t, line)) " " span class="vh" {} }
                    }
                }
            }
            p class="vh" id="count" role="status" {}
        }
    }
}

fn bounds(line: &PolicyLine) -> (Option<u32>, Option<u32>, Option<&str>) {
    match line {
        PolicyLine::Length { min, max } => (Some(*min), *max, None),
        PolicyLine::Special { which } => (None, None, Some(which)),
        PolicyLine::Number => (None, None, Some("0123456789")),
        PolicyLine::Letter => (None, None, Some("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")),
        _ => (None, None, None),
    }
}

fn has_errors(new: &NewPassword) -> bool {
    new.current_wrong || new.repeat_differs || !new.violations.is_empty()
}

pub(super) fn must_change(chrome: &Chrome, (asking, handle): (&Asking, &str), username: &str, since: Expiry, new: &NewPassword) -> Markup {
    let t = chrome.text;
    let (title, lead) = match since {
        Expiry::Expired { days_since_change } => (t.s("expired-title"), t.f("expired-lead", &[("days", days_since_change.into())])),
        Expiry::Soon { .. } | Expiry::Fine | Expiry::Never => (t.s("change-title"), String::new()),
        Expiry::MustChange => (t.s("must-change-title"), t.s("must-change-lead").to_owned()),
    };
    let card = html! {
        div class="card" {
            form class="stack" method="post" action="/signin/expired" novalidate data-once {
                input type="hidden" name="handle" value=(handle);
                h1 { (title) }
                @if !lead.is_empty() { p class="muted" { (lead) } }
                (field::hidden_username(username))
                (fields(t, new, None))
                (chrome.remember())
                button class="btn wide" type="submit" { (t.s("next")) }
            }
            form method="post" action="/signin/expired" data-once {
                input type="hidden" name="handle" value=(handle);
                button class="linkbtn sm" type="submit" name="sign_out" value="yes" { (t.s("sign-out")) }
            }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title, error: has_errors(new), from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

pub(super) fn soon(chrome: &Chrome, (asking, handle): (&Asking, &str), username: &str, days: u32) -> Markup {
    let t = chrome.text;
    let title = t.f("soon-title", &[("days", days.into())]);
    let card = html! {
        form class="card" method="post" action="/signin/expiring" data-once {
            input type="hidden" name="handle" value=(handle);
            (chrome.remember())
            div class="stack" { h1 { (title) } p class="muted" { (t.s("soon-lead")) } }
            div class="stack" {
                button class="btn wide" type="submit" name="now" value="yes" { (t.s("soon-now")) }
                button class="btn quiet wide" type="submit" name="now" value="no" { (t.s("soon-later")) }
            }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: &title, error: false, from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

pub(super) fn change(chrome: &Chrome, asking: &Asking, username: &str, (new, problem): (&NewPassword, Option<FieldProblem>)) -> Markup {
    let t = chrome.text;
    let wrong = t.s(if problem == Some(FieldProblem::Empty) { "change-current-empty" } else { "change-current-wrong" });
    let card = html! {
        form class="card" method="post" action="/changepassword" novalidate data-once {
            (chrome.stage())
            h1 { (t.s("change-title")) }
            (field::hidden_username(username))
            (fields(t, new, Some(wrong)))
            button class="btn wide" type="submit" { (t.s("next")) }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: t.s("change-title"), error: has_errors(new), from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

pub(super) fn elsewhere(chrome: &Chrome, asking: &Asking, account: &AccountShown, (provider, reset): (Option<&(String, ConnectionId)>, bool)) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("elsewhere-title")) }
            p { (t.f("elsewhere-text", &[("account", (&account.name).into())])) }
            // To the organisation's own page (CHG-9).
            @if let Some((name, connection)) = provider {
                a class="btn quiet wide two" href={ "/signin/provider/" (connection) } { (t.s("sso-button")) small { (t.f("sso-with", &[("provider", name.into())])) } }
            }
            @if reset { a href="/forgot?other=yes" { (t.s("elsewhere-other")) } }
        }
    };
    chrome.page(&Page { title: t.s("elsewhere-title"), error: false, from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}

pub(super) fn changed(chrome: &Chrome, asking: &Asking, return_to: Option<&str>, (first, mailed): (bool, bool), again: Option<&(Started, String)>) -> Markup {
    let t = chrome.text;
    let title = t.s(if first { "changed-first" } else { "changed-title" });
    let card = html! {
        div class="card" {
            h1 { (title) }
            @if mailed || !first { p { @if mailed { (t.s("changed-mail")) " " } @if !first { (t.s("changed-others")) } } }
            @if let Some(to) = return_to {
                a class="btn wide" href=(to) { (t.s("changed-continue")) }
            } @else if let Some((_, username)) = again {
                form method="post" action="/signin/again" {
                    (chrome.stage())
                    input type="hidden" name="username" value=(username);
                    button class="btn wide" type="submit" autofocus { (t.s("changed-sign-in")) }
                }
            } @else {
                a class="btn wide" href="/signin" { (t.s("changed-continue")) }
            }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    let next = (return_to.is_some() || again.is_some()).then_some(next.as_str());
    chrome.page(&Page { title, error: false, from: chrome.asked(asking.name.as_deref()), card, next, refresh: None })
}

#[cfg(test)]
mod tests {
    use homeward_language::Language;
    use homeward_local_credential::PasswordPolicy;

    use super::*;

    /// CHG-3, CHG-4: the page says, and its script looks for, what the policy demands and no more.
    #[test]
    fn chg_4_the_script_looks_for_what_the_policy_demands() {
        let page = |need_number, need_letter| {
            let policy = PasswordPolicy { need_number, need_letter, ..PasswordPolicy::classic() };
            let new = NewPassword { policy, violations: Vec::new(), strength: None, repeat_differs: false, current_wrong: false, neutral: false };
            fields(Text::of(Language::English), &new, None).into_string()
        };
        for ((number, letter), said, looked_for) in [
            ((true, true), "at least one number and one English letter ", "data-rule=\"mixed\">"),
            ((true, false), "at least one number ", "data-rule=\"special\" data-which=\"0123456789\">"),
            ((false, true), "at least one English letter ", "data-rule=\"special\" data-which=\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\">"),
        ] {
            let page = page(number, letter);
            assert!(page.contains(&format!("{looked_for}<span>{said}<span")), "{page}");
            assert_eq!(page.matches("at least one").count(), 2, "this line and the special characters: {page}");
        }
        let neither = page(false, false);
        assert_eq!((neither.matches("at least one").count(), neither.contains("mixed")), (1, false));
    }
}
