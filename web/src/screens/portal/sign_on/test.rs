//! Step 3: the test sign-in. Six checks in order; the first that failed is open, with both values side by side, the field's name in the
//! provider's own console, and a way to where it is mended (section 5, ADM-12).

use homeward_language::Text;
use homeward_portal::{
    Action,
    sign_on::{Detail, Finding, Outcome, mend::Mend, title, tested::TestShown},
};
use maud::{Markup, html};

use super::{SignOnView, give::provider, mend::mends};
use crate::screens::{icons, portal::{frame::Frame, parts::{iso, pill}, six::six}};

pub(super) fn test(frame: &Frame<'_>, detail: &Detail, view: &SignOnView<'_>) -> Markup {
    let t = frame.chrome.text;
    let may = frame.granted.may(Action::PrepareSignOn);
    let at = format!("{}{}", frame.at("/sign-on/"), detail.connection.id);
    let has_whole = detail.test.as_ref().is_some_and(|test| test.has_whole);
    html! {
        section class=(if detail.is_complete { "panel" } else { "panel flat" }) id="test" aria-labelledby="s3" {
            div class="row" {
                h2 id="s3" { (t.s("setup-test")) }
                @if let Some(test) = &detail.test { (verdict(t, test)) }
            }
            @match &detail.test {
                Some(test) => (shown(frame, detail, (test, view))),
                None => p class="muted" { (t.f("setup-test-lead", &[("provider", provider(detail).into())])) },
            }
            @if !detail.product.quirks.is_empty() {
                details {
                    summary { (t.s("setup-quirks")) }
                    ul class="quirks" lang="en" { @for quirk in detail.product.quirks { li { (quirk.says.replace('`', "")) } } }
                }
            }
            @if !detail.is_complete { p class="muted" { (t.s("setup-test-first")) } }
            @else if may || has_whole {
                div class="actions" {
                    @if may {
                        form method="post" action={ (at) "/test" } data-once {
                            (frame.field())
                            button class="btn" type="submit" { (t.s(if detail.test.is_some() { "setup-test-again" } else { "setup-test-begin" })) }
                        }
                    }
                    @if has_whole { a class="btn quiet" href={ (at) "/answer" } { (t.s("whole-see")) } }
                }
            }
        }
    }
}

fn verdict(t: Text, test: &TestShown) -> Markup {
    match test.report.stopped_at() {
        Some(number) => pill("bad", &t.f("test-stopped", &[("number", i64::from(number).into())])),
        None => pill("good", t.s("test-passed")),
    }
}

fn shown(frame: &Frame<'_>, detail: &Detail, (test, view): (&TestShown, &SignOnView<'_>)) -> Markup {
    let t = frame.chrome.text;
    html! {
        p {
            @if let Some(by) = &test.by { (by) ", " }
            @if let Some(link) = &test.link { (t.f("setup-tested-by-link", &[("reference", link.as_str().into())])) ", " }
            (frame.when(test.at)) ". "
            @if let Some(who) = &test.person { (t.f("test-means", &[("who", who.into())])) " " }
            (t.s("test-nobody"))
        }
        @if test.is_of_waiting { div class="note" { (icons::alert(18)) p { (t.s("setup-test-of-waiting")) } } }
        @else if test.report.failed.is_none() && !detail.is_tested { div class="note warn" { (icons::alert(18)) p { (t.s("setup-test-old")) } } }
        (six(frame, (&test.report, detail.product.preset), |found| opened(frame, detail, (found, test, view))))
        @if !test.arrived.is_empty() { (arrived(t, test)) }
        @if test.report.failed.is_some() { (for_support(t, detail, test)) }
    }
}

/// What opens in the check that failed, besides what it says: buttons that mend it.
fn opened(frame: &Frame<'_>, detail: &Detail, (found, test, view): (&Finding, &TestShown, &SignOnView<'_>)) -> Markup {
    html! {
        (mends(frame, detail, (found.kind, &test.mends), view))
        // Beside the closest name, where there is one.
        @if let Some((name, to)) = test.unknown.as_ref().zip(view.invite.as_deref()).filter(|_| !test.mends.iter().any(|mend| matches!(mend, Mend::Closest(_)))) {
            div class="actions" { a class="btn small" href=(to) { (frame.chrome.text.f("people-invite", &[("name", name.into())])) } }
        }
    }
}

fn arrived(t: Text, test: &TestShown) -> Markup {
    html! {
        details {
            summary { (t.s("test-arrived")) }
            p class="muted sm" { (t.s("test-hidden")) }
            dl class="arrived" {
                @for (name, values) in &test.arrived {
                    div {
                        dt translate="no" { (name) }
                        @for value in values { dd translate="no" { (value) } }
                        @if values.is_empty() { dd class="muted" { (t.s("test-none")) } }
                    }
                }
            }
        }
    }
}

/// The report as text for the provider's support: codes and values, nobody's name, no secret.
fn for_support(t: Text, detail: &Detail, test: &TestShown) -> Markup {
    let label = t.f("setup-report", &[("provider", provider(detail).into())]);
    html! {
        details {
            summary { (label) }
            div class="stack" {
                label class="vh" for="report" { (label) }
                textarea class="input mono" id="report" rows="8" readonly { (report(t, detail, test)) }
                div class="actions" {
                    button class="btn quiet small" type="button" data-copy="report" data-said=(t.f("portal-copied", &[("what", (&label).into())])) hidden { (t.s("portal-copy")) }
                }
            }
        }
    }
}

fn report(t: Text, detail: &Detail, test: &TestShown) -> String {
    let mut lines = vec![format!("{} · {} · {}", detail.connection.name, super::protocol(detail), iso(test.at))];
    for line in &test.report.lines {
        let mark = match line.outcome {
            Outcome::Passed => "+",
            Outcome::Failed => "!",
            Outcome::NotReached => " ",
        };
        lines.push(format!("{mark} {} {}", line.check.number(), t.s(title(line.check))));
    }
    if let Some(found) = &test.report.failed {
        lines.push(format!("{}: {}", found.code, t.s(found.says)));
        let value = |name: &str, text: &Option<String>| text.as_ref().filter(|text| !text.is_empty()).map(|text| format!("{name}: {text}"));
        lines.extend(value(t.s("test-seen"), &found.seen));
        lines.extend(value(t.s("test-expected"), &found.expected));
    }
    lines.join("\n")
}
