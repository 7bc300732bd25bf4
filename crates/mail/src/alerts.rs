//! What an account's administrators are told: a certificate that ends, one that nobody has added, other values, a domain whose proof is there or gone, emergency
//! access, and a step of one administrator of which the others should know.

use homeward_language::Text;

use crate::{
    letter::{Alert, StepBefore, StepTaken, StepTold},
    render::{Parts, device_in, moment},
};

/// The parts of a mail to administrators.
pub(crate) fn parts(alert: &Alert, account: &str, t: Text) -> Parts {
    match alert {
        Alert::CertificateEnds { provider, people, thumbprint, until, days, place, link } => {
            let ends = [("people", (*people).into()), ("account", account.into()), ("provider", provider.into()), ("thumbprint", thumbprint.into())];
            Parts::new(t.f("mail-ends-subject", &[("date", (&moment(*until, t).0).into())]))
                .says(t.f("mail-ends-text", &ends))
                .says(t.f("mail-ends-days", &[("days", (*days).into())]))
                .also(place.as_ref().map(|place| t.f("mail-ends-place", &[("place", place.into())])))
                .button(t.s("mail-ends-button"), link)
                .says(t.s("mail-ends-after"))
        }
        Alert::UnknownCertificate { provider, failed, since, thumbprint, trusted, place, link } => {
            let (date, time) = moment(*since, t);
            let args = [("count", (*failed).into()), ("account", account.into()), ("provider", provider.into()), ("date", (&date).into()), ("time", (&time).into())];
            Parts::new(t.f("mail-unknown-subject", &[("provider", provider.into())]))
                .says(t.f("mail-unknown-text", &args))
                .says(t.f("mail-unknown-check", &[("check", t.s("check-signature").into())]))
                .says(t.f("mail-unknown-print", &[("thumbprint", thumbprint.into())]))
                .also((!trusted.is_empty()).then(|| t.f("mail-unknown-trusted", &[("thumbprints", trusted.join(", ").as_str().into())])))
                .also(place.as_ref().map(|place| t.f("mail-unknown-place", &[("place", place.into())])))
                .button(t.s("mail-unknown-button"), link)
                .says(t.s("mail-unknown-after"))
        }
        Alert::ValuesWait { provider, since, link } => {
            let (date, time) = moment(*since, t);
            let args = [("account", account.into()), ("provider", provider.into()), ("date", (&date).into()), ("time", (&time).into())];
            Parts::new(t.f("mail-values-subject", &[("provider", provider.into())]))
                .says(t.f("mail-values-text", &args))
                .button(t.s("mail-values-button"), link)
                .says(t.s("mail-values-after"))
        }
        Alert::DomainProved { domain, link } => Parts::new(t.f("mail-domain-found-subject", &[("domain", domain.into())]))
            .says(t.f("mail-domain-found-text", &[("account", account.into()), ("domain", domain.into())]))
            .says(t.s("mail-domain-found-stays"))
            .button(t.s("mail-domain-button"), link)
            .says(t.s("mail-domain-found-not")),
        Alert::DomainLost { domain, until, link } => {
            let (date, time) = moment(*until, t);
            Parts::new(t.f("mail-domain-lost-subject", &[("domain", domain.into())]))
                .says(t.f("mail-domain-lost-text", &[("account", account.into()), ("domain", domain.into())]))
                .says(t.f("mail-domain-lost-until", &[("date", (&date).into()), ("time", (&time).into())]))
                .button(t.s("mail-domain-button"), link)
        }
        Alert::DomainOff { domain, link } => Parts::new(t.f("mail-domain-off-subject", &[("domain", domain.into())]))
            .says(t.f("mail-domain-off-text", &[("account", account.into()), ("domain", domain.into())]))
            .says(t.s("mail-domain-off-again"))
            .button(t.s("mail-domain-button"), link),
        Alert::EmergencyAccess { username, at, device, network, codes_left, own, link } => {
            let (date, time) = moment(*at, t);
            let device = device_in(device, t);
            let args = [("username", username.into()), ("account", account.into()), ("date", (&date).into()), ("time", (&time).into()), ("device", (&device).into()), ("network", network.into())];
            Parts::new(t.s("mail-emergency-subject"))
                .says(t.f("mail-emergency-text", &args))
                .also(codes_left.map(|left| t.f("mail-emergency-code", &[("left", left.into())])))
                .says(t.s("mail-emergency-ok"))
                .button(t.s(if *own { "mail-emergency-button-own" } else { "mail-emergency-button" }), link)
                .says(t.s(if *own { "mail-emergency-not-own" } else if codes_left.is_some() { "mail-emergency-not-code" } else { "mail-emergency-not" }))
        }
        Alert::Step(told) => step(told, account, t),
    }
}

/// Who, what, when, from where, and what to do.
fn step(told: &StepTold, account: &str, t: Text) -> Parts {
    let (date, time) = moment(told.at, t);
    let by = told.by.as_deref().unwrap_or_else(|| t.s("mail-step-by-above"));
    let when = [("by", by.into()), ("account", account.into()), ("date", (&date).into()), ("time", (&time).into()), ("network", (&told.network).into())];
    let more = (told.count > 1).then(|| {
        let (date, time) = moment(told.since, t);
        t.f("mail-step-more", &[("count", told.count.into()), ("date", (&date).into()), ("time", (&time).into())])
    });
    let last = Parts::new(subject(told.step, t))
        .says(t.f("mail-step-text", &when))
        .also(told.about.as_ref().map(|about| t.f("mail-step-about", &[("username", about.into())])))
        .also((!told.detail.is_empty()).then(|| t.f("mail-step-detail", &[("detail", (&told.detail).into())])))
        .also(more);
    told.before.iter().fold(last, |parts, earlier| parts.says(before(earlier, t)))
        .says(t.s(if told.own { "mail-step-ok-own" } else { "mail-step-ok" }))
        .button(t.s("mail-emergency-button"), &told.link)
        .says(t.s(if told.own { "mail-step-not-own" } else { to_do(told.step) }))
}

/// One line: when, by whom, from where; whom it concerns, and what.
fn before(step: &StepBefore, t: Text) -> String {
    let (date, time) = moment(step.at, t);
    let by = step.by.as_deref().unwrap_or_else(|| t.s("mail-step-by-above"));
    let line = t.f("mail-step-before", &[("date", (&date).into()), ("time", (&time).into()), ("by", by.into()), ("network", (&step.network).into())]);
    [Some(line), step.about.clone(), Some(step.detail.clone())].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn subject(step: StepTaken, t: Text) -> &'static str {
    match step {
        StepTaken::Roles => t.s("mail-step-roles"),
        StepTaken::AdminSignIn => t.s("mail-step-admin-sign-in"),
        StepTaken::SignOn => t.s("mail-step-sign-on"),
        StepTaken::Values => t.s("mail-step-values"),
        StepTaken::Domain => t.s("mail-step-domain"),
        StepTaken::Passwords => t.s("mail-step-passwords"),
        StepTaken::SetupLink => t.s("mail-step-setup-link"),
        StepTaken::Token => t.s("mail-step-token"),
        StepTaken::Administrators => t.s("mail-step-administrators"),
        StepTaken::Emergency => t.s("mail-step-emergency"),
        StepTaken::Contact => t.s("mail-step-contact"),
    }
}

/// What to do when nobody knows about it.
const fn to_do(step: StepTaken) -> &'static str {
    match step {
        StepTaken::Roles => "mail-step-not-roles",
        StepTaken::SetupLink => "mail-step-not-setup-link",
        StepTaken::Emergency => "mail-step-not-emergency",
        StepTaken::AdminSignIn | StepTaken::SignOn | StepTaken::Values | StepTaken::Domain | StepTaken::Passwords | StepTaken::Token | StepTaken::Administrators | StepTaken::Contact => "mail-step-not",
    }
}
