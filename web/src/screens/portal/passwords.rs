//! What a password must be in the account, what of that is against the recommendations, and another policy.

use homeward_language::Text;
use homeward_local_credential::{LimitRules, PasswordPolicy, Recommendation, Rule};
use homeward_portal::{
    Action,
    passwords::{MOST_DAYS, MOST_HISTORY, Passwords, Saved, Wanted, names},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, note, panel, pill},
};
use crate::screens::{change::rule, field, icons};

/// What the page shows.
pub(crate) struct PasswordsView<'a> {
    /// The policy.
    pub found: &'a Passwords,
    /// What came of a step.
    pub said: Option<Said>,
    /// What was entered, and why it is not saved.
    pub wanted: Option<(&'a Wanted, Saved)>,
}

fn profile_name(t: Text, name: &str) -> &str {
    match name {
        "classic" => t.s("portal-profile-classic"),
        "modern" => t.s("portal-profile-modern"),
        other => other,
    }
}

/// The password policy of the account.
pub(crate) fn passwords(frame: &Frame<'_>, view: &PasswordsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let policy = &view.found.policy;
    let error = matches!(view.wanted, Some((_, Saved::Profile | Saved::Days | Saved::History)));
    let meta = html! {
        p class="meta" {
            (pill("", profile_name(t, &policy.name)))
            span { (expiry(t, policy)) }
            span { (t.f("portal-passwords-people", &[("people", view.found.people.into())])) }
        }
    };
    let body = html! {
        (note(t, view.said))
        ol class="steps" {
            li class="leg done" { (needs(t, policy)) }
            li class={ "leg " (if view.found.against.is_empty() { "done" } else { "here" }) } { (against(t, &view.found.against)) }
            li class="leg todo" { (lasts(frame, view)) }
            li class="leg done" { (guessing(t)) }
        }
    };
    frame.page(&Page { title: t.s("portal-passwords"), error, here: Here::Passwords, actions: html! {}, meta, body })
}

fn expiry(t: Text, policy: &PasswordPolicy) -> String {
    match policy.expires_after_days {
        Some(days) => t.f("portal-expires", &[("days", days.into())]),
        None => t.s("portal-expires-never").to_owned(),
    }
}

fn needs(t: Text, policy: &PasswordPolicy) -> Markup {
    html! {
        section class="panel" aria-labelledby="needs" {
            h2 id="needs" { (t.s("portal-policy-needs")) }
            ul class="rules" { @for line in policy.lines() { li data-met="yes" { span { (rule(t, &line)) } } } }
        }
    }
}

fn recommendation(t: Text, which: Recommendation) -> &'static str {
    match which {
        Recommendation::Length => t.s("portal-against-length"),
        Recommendation::LongAccepted => t.s("portal-against-long"),
        Recommendation::NoComposition => t.s("portal-against-composition"),
        Recommendation::EveryCharacter => t.s("portal-against-characters"),
        Recommendation::NoExpiry => t.s("portal-against-expiry"),
        Recommendation::Blocklist => t.s("portal-against-blocklist"),
    }
}

fn against(t: Text, list: &[Recommendation]) -> Markup {
    let beside = match list.len() {
        0 => pill("good", t.s("portal-against-none")),
        count => pill("warn", &t.f("portal-against-count", &[("count", count.into())])),
    };
    let body = html! {
        @if !list.is_empty() { ul class="rules" { @for which in list { li data-met="no" { span { (recommendation(t, *which)) } } } } }
        p class="muted sm" { (t.s("portal-against-source")) }
    };
    panel(("against", t.s("portal-against")), &beside, &body)
}

/// What happens when somebody guesses: the same in every account.
fn guessing(t: Text) -> Markup {
    let rules = LimitRules::default();
    let minutes = |span: std::time::Duration| i64::try_from(span.as_secs() / 60).unwrap_or(i64::MAX);
    let line = |key, rule: &Rule| {
        let hours = minutes(rule.window) / 60;
        t.f(key, &[("limit", rule.limit.into()), ("hours", hours.into()), ("pause", minutes(rule.pause).into()), ("longest", minutes(rule.longest).into())])
    };
    html! {
        section class="panel flat" aria-labelledby="guessing" {
            h2 id="guessing" { (t.s("portal-guessing")) }
            ul class="rules" {
                li data-met="yes" { span { (line("portal-guessing-network", &rules.username_in_network)) } }
                li data-met="yes" { span { (line("portal-guessing-anywhere", &rules.username)) } }
            }
            p class="muted sm" { (t.s("portal-guessing-ends")) }
        }
    }
}

fn lasts(frame: &Frame<'_>, view: &PasswordsView<'_>) -> Markup {
    let t = frame.chrome.text;
    html! {
        section class={ "panel" @if !frame.granted.may(Action::ChangePasswords) { " flat" } } aria-labelledby="lasts" {
            h2 id="lasts" { (t.s("portal-policy-lasts")) }
            p { (expiry(t, &view.found.policy)) " " (t.f("portal-expired-now", &[("people", view.found.expired.into())])) }
            @if frame.granted.may(Action::ChangePasswords) { (form(frame, view)) }
        }
    }
}

fn form(frame: &Frame<'_>, view: &PasswordsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let policy = &view.found.policy;
    let wanted = view.wanted.as_ref().map(|(wanted, _)| *wanted);
    let profile = wanted.map_or(policy.name.as_str(), |wanted| &wanted.profile);
    let days = wanted.map_or_else(|| policy.expires_after_days.unwrap_or(0).to_string(), |wanted| wanted.days.clone());
    let history = wanted.map_or_else(|| policy.history.to_string(), |wanted| wanted.history.clone());
    let saved = view.wanted.as_ref().map(|(_, saved)| saved);
    let concerns = match saved {
        Some(Saved::Concerns(people)) => Some(*people),
        _ => None,
    };
    html! {
        form class="stack" method="post" action=(frame.at("/passwords/save")) data-once {
            (frame.field())
            input type="hidden" name="seen" value=(names(policy));
            @if let Some(people) = concerns {
                div class="note warn" role="status" { (icons::alert(18)) p { (t.f("portal-policy-concerns", &[("people", people.into())])) } }
                input type="hidden" name="agreed" value=(people);
            }
            fieldset class="choice" {
                legend class="label" { (t.s("portal-profile")) }
                @for (word, text) in [("classic", t.s("portal-profile-classic-text")), ("modern", t.s("portal-profile-modern-text"))] {
                    label { input type="radio" name="profile" value=(word) required checked[word == profile]; span { (profile_name(t, word)) small { (text) } } }
                }
            }
            (count_field(t, ("days", t.s("portal-policy-days")), &t.f("portal-policy-days-hint", &[("most", MOST_DAYS.into())]), (&days, saved == Some(&Saved::Days))))
            (count_field(t, ("history", t.s("portal-policy-history")), &t.f("portal-policy-history-hint", &[("most", MOST_HISTORY.into())]), (&history, saved == Some(&Saved::History))))
            div class="actions" { button class="btn" type="submit" { (t.s(if concerns.is_some() { "portal-policy-save-all-the-same" } else { "portal-policy-save" })) } }
        }
    }
}

fn count_field(t: Text, (id, label): (&'static str, &str), hint: &str, (value, wrong): (&str, bool)) -> Markup {
    let error = format!("{id}-error");
    html! {
        div class="field" {
            label for=(id) { (label) }
            @if wrong { (field::error(t, &error, t.s("portal-policy-number"))) }
            p class="hint" id={ (id) "-hint" } { (hint) }
            input class="input" id=(id) name=(id) type="text" inputmode="numeric" required value=(value) autocomplete="off" maxlength="5"
                aria-invalid=[wrong.then_some("true")] aria-describedby={ (id) "-hint" @if wrong { " " (error) } };
        }
    }
}
