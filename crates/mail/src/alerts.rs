//! What an account's administrators are told: a certificate that ends, one that nobody has added, emergency access.

use homeward_language::Text;
use homeward_model::Timestamp;

use crate::{
    letter::Alert,
    render::{Parts, moment},
};

/// The parts of a mail to administrators.
pub(crate) fn parts(alert: &Alert, account: &str, t: Text) -> Parts {
    match alert {
        Alert::CertificateEnds { provider, people, thumbprint, until, days, place, link } => {
            let ends = t.f("mail-ends-text", &[("people", (*people).into()), ("account", account.into()), ("provider", provider.into()), ("thumbprint", thumbprint.into())]);
            ends_soon(vec![ends], (*until, *days), (place.as_deref(), link), t)
        }
        Alert::UnknownCertificate { provider, failed, since, thumbprint, place, link } => {
            let (date, time) = moment(*since, t);
            let args = [("count", (*failed).into()), ("account", account.into()), ("provider", provider.into()), ("date", (&date).into()), ("time", (&time).into())];
            let named = t.f("mail-unknown-print", &[("thumbprint", thumbprint.into())]);
            unknown(provider, vec![t.f("mail-unknown-text", &args), named], (place.as_deref(), link), t)
        }
        Alert::EmergencyAccess { username, at, device, network, link } => {
            let (date, time) = moment(*at, t);
            let args = [("username", username.into()), ("account", account.into()), ("date", (&date).into()), ("time", (&time).into()), ("device", device.into()), ("network", network.into())];
            Parts {
                subject: t.s("mail-emergency-subject").into(),
                title: t.s("mail-emergency-subject").into(),
                before: vec![t.f("mail-emergency-text", &args), t.s("mail-emergency-ok").into()],
                code: None,
                button: Some((t.s("mail-emergency-button").into(), link.clone())),
                after: vec![t.s("mail-emergency-not").into()],
            }
        }
    }
}

fn ends_soon(mut before: Vec<String>, (until, days): (Timestamp, u32), (place, link): (Option<&str>, &str), t: Text) -> Parts {
    let subject = t.f("mail-ends-subject", &[("date", (&moment(until, t).0).into())]);
    before.push(t.f("mail-ends-days", &[("days", days.into())]));
    before.extend(place.map(|place| t.f("mail-ends-place", &[("place", place.into())])));
    Parts {
        title: subject.clone(),
        subject,
        before,
        code: None,
        button: Some((t.s("mail-ends-button").into(), link.to_owned())),
        after: vec![t.s("mail-ends-after").into()],
    }
}

fn unknown(provider: &str, mut before: Vec<String>, (place, link): (Option<&str>, &str), t: Text) -> Parts {
    before.extend(place.map(|place| t.f("mail-unknown-place", &[("place", place.into())])));
    let subject = t.f("mail-unknown-subject", &[("provider", provider.into())]);
    Parts {
        title: subject.clone(),
        subject,
        before,
        code: None,
        button: Some((t.s("mail-unknown-button").into(), link.to_owned())),
        after: vec![t.s("mail-unknown-after").into()],
    }
}
