//! SF-01 to SF-33: conditions, correlation, times, status. The provider signs what it should not have said.

use std::time::Duration;

use super::{Case, Expected, Pair, Scene};
use crate::saml::{Answer, Assertion, SUCCESS, Signed, answer::{Authn, Conditions}, instant};

pub(super) const CASES: &[Case] = &[
    Case { id: "SF-01", title: "the audience is another, empty or missing", make: audience },
    Case { id: "SF-02", title: "two audience restrictions, one of them for somebody else", make: two_restrictions },
    Case { id: "SF-03", title: "one restriction with two audiences", make: two_audiences },
    Case { id: "SF-05", title: "the audience almost right", make: audience_almost },
    Case { id: "SF-06", title: "the destination is another, empty or missing", make: destination },
    Case { id: "SF-07", title: "the recipient is another, empty or missing", make: recipient },
    Case { id: "SF-08", title: "no bearer confirmation", make: confirmation },
    Case { id: "SF-09", title: "several confirmations, one of them good", make: several_confirmations },
    Case { id: "SF-10", title: "the confirmation's end is missing, past or no time", make: confirmation_end },
    Case { id: "SF-11", title: "a confirmation with NotBefore", make: confirmation_start },
    Case { id: "SF-12", title: "another network address", make: address },
    Case { id: "SF-13", title: "conditions missing, not yet or no longer true", make: conditions },
    Case { id: "SF-15", title: "times in odd forms", make: odd_times },
    Case { id: "SF-17", title: "conditions that must be understood", make: further_conditions },
    Case { id: "SF-18", title: "the request is missing or another", make: request },
    Case { id: "SF-19", title: "the two InResponseTo differ", make: requests_differ },
    Case { id: "SF-20", title: "only the unsigned InResponseTo is there", make: unsigned_request },
    Case { id: "SF-29", title: "the status is no success", make: status },
    Case { id: "SF-30", title: "version, id and instant", make: headers },
    Case { id: "SF-31", title: "the issuer is another or missing", make: issuer },
    Case { id: "SF-32", title: "no statement about the sign-in, or an ended session", make: statement },
];

fn with(scene: &Scene, variant: &str, signed: Signed, change: impl FnOnce(&mut Answer)) -> Pair {
    let mut answer = scene.answer(signed);
    let twin = scene.idp.response(&answer);
    change(&mut answer);
    scene.refused(variant, &twin, scene.idp.response(&answer))
}

fn inside(scene: &Scene, variant: &str, change: impl FnOnce(&mut Assertion)) -> Pair {
    with(scene, variant, Signed::Assertion, |answer| {
        if let Some(assertion) = answer.assertion.as_mut() {
            change(assertion);
        }
    })
}

fn good(scene: &Scene, pair: Pair) -> Pair {
    Pair { expected: Expected::Accepted(scene.mallory.clone()), ..pair }
}

fn audiences(scene: &Scene, variant: &str, lists: &[&[&str]]) -> Pair {
    let lists = lists.iter().map(|list| list.iter().map(|a| (*a).to_owned()).collect()).collect();
    inside(scene, variant, |a| a.conditions.iter_mut().for_each(|c| c.audiences.clone_from(&lists)))
}

fn audience(scene: &Scene) -> Vec<Pair> {
    vec![
        audiences(scene, "another", &[&["https://other.example/sp"]]),
        audiences(scene, "empty", &[&[""]]),
        audiences(scene, "restriction without audience", &[&[]]),
        audiences(scene, "missing", &[]),
    ]
}

fn two_restrictions(scene: &Scene) -> Vec<Pair> {
    let ours = scene.asked.entity_id.as_str();
    let other = "https://other.example/sp";
    vec![audiences(scene, "other last", &[&[ours], &[other]]), audiences(scene, "other first", &[&[other], &[ours]])]
}

fn two_audiences(scene: &Scene) -> Vec<Pair> {
    let ours = scene.asked.entity_id.as_str();
    let other = "https://other.example/sp";
    vec![good(scene, audiences(scene, "ours last", &[&[other, ours]])), good(scene, audiences(scene, "ours in both", &[&[other, ours], &[ours]]))]
}

fn audience_almost(scene: &Scene) -> Vec<Pair> {
    let ours = scene.asked.entity_id.clone();
    let almost = [
        ("slash", format!("{ours}/")),
        ("longer", format!("{ours}x")),
        ("shorter", ours.get(..ours.len().saturating_sub(1)).unwrap_or_default().to_owned()),
        ("upper case", ours.to_uppercase()),
        ("query", format!("{ours}?")),
        ("fragment", format!("{ours}#")),
        ("http", ours.replacen("https:", "http:", 1)),
        ("port", ours.replacen("example/", "example:443/", 1) + if ours.contains("example/") { "" } else { ":443" }),
    ];
    almost.iter().map(|(variant, text)| audiences(scene, variant, &[&[text]])).collect()
}

/// Addresses that are not ours, and none.
fn addresses(scene: &Scene) -> Vec<(String, Option<String>)> {
    let ours = &scene.asked.acs;
    let wrong = [String::new(), "https://other.example/acs".into(), format!("{ours}/"), ours.replacen("https:", "http:", 1), format!("{ours}&x=1"), format!("{ours}?x=1")];
    wrong.into_iter().map(|text| (format!("{text:?}"), Some(text))).chain([("missing".to_owned(), None)]).collect()
}

fn destination(scene: &Scene) -> Vec<Pair> {
    addresses(scene).into_iter().map(|(variant, to)| with(scene, &variant, Signed::Response, |a| a.destination = to)).collect()
}

fn recipient(scene: &Scene) -> Vec<Pair> {
    addresses(scene).into_iter().map(|(variant, to)| inside(scene, &variant, |a| a.confirmations.iter_mut().for_each(|c| c.recipient.clone_from(&to)))).collect()
}

fn confirmation(scene: &Scene) -> Vec<Pair> {
    let method = |method: Option<&str>| {
        inside(scene, method.unwrap_or("no method"), |a| a.confirmations.iter_mut().for_each(|c| c.method = method.map(str::to_owned)))
    };
    vec![
        inside(scene, "missing", |a| a.confirmations.clear()),
        inside(scene, "no data", |a| a.confirmations.iter_mut().for_each(|c| c.with_data = false)),
        method(None),
        method(Some("")),
        method(Some("urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")),
        method(Some("urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")),
        method(Some("urn:oasis:names:tc:SAML:2.0:cm:BEARER")),
    ]
}

fn several_confirmations(scene: &Scene) -> Vec<Pair> {
    let several = |good_first: bool| {
        inside(scene, if good_first { "good first" } else { "good last" }, |a| {
            let others: Vec<_> = a.confirmations.iter().cloned().map(|mut c| {
                c.recipient = Some("https://other.example/acs".into());
                c
            }).collect();
            let at = if good_first { a.confirmations.len() } else { 0 };
            a.confirmations.splice(at..at, others);
        })
    };
    let none = inside(scene, "each half good", |a| {
        let mut second = a.confirmations.clone();
        a.confirmations.iter_mut().for_each(|c| c.recipient = Some("https://other.example/acs".into()));
        second.iter_mut().for_each(|c| c.in_response_to = Some("_other".into()));
        a.confirmations.extend(second);
    });
    vec![good(scene, several(true)), good(scene, several(false)), none]
}

fn past(scene: &Scene) -> String {
    instant(scene.now.minus(Duration::from_secs(3_600)))
}

fn future(scene: &Scene) -> String {
    instant(scene.now.plus(Duration::from_secs(3_600)))
}

fn confirmation_end(scene: &Scene) -> Vec<Pair> {
    let ends = [None, Some(String::new()), Some(past(scene)), Some("tomorrow".into()), Some("2026-13-45T25:61:61Z".into())];
    ends.into_iter().map(|end| inside(scene, &format!("{end:?}"), |a| a.confirmations.iter_mut().for_each(|c| c.not_on_or_after.clone_from(&end)))).collect()
}

fn confirmation_start(scene: &Scene) -> Vec<Pair> {
    [past(scene), future(scene)].into_iter().map(|at| inside(scene, &at, |a| a.confirmations.iter_mut().for_each(|c| c.not_before = Some(at.clone())))).collect()
}

fn address(scene: &Scene) -> Vec<Pair> {
    vec![good(scene, inside(scene, "another", |a| a.confirmations.iter_mut().for_each(|c| c.address = Some("203.0.113.9".into()))))]
}

fn conditions(scene: &Scene) -> Vec<Pair> {
    let change = |variant: &str, change: &dyn Fn(&mut Conditions)| inside(scene, variant, |a| a.conditions.iter_mut().for_each(change));
    let (past, future) = (past(scene), future(scene));
    vec![
        inside(scene, "missing", |a| a.conditions = None),
        inside(scene, "empty", |a| a.conditions = Some(Conditions::default())),
        change("not yet", &|c| c.not_before = Some(future.clone())),
        change("no longer", &|c| c.not_on_or_after = Some(past.clone())),
        change("start is no time", &|c| c.not_before = Some("soon".into())),
        change("end is no time", &|c| c.not_on_or_after = Some("later".into())),
        change("end before start", &|c| (c.not_before, c.not_on_or_after) = (Some(future.clone()), Some(past.clone()))),
    ]
}

fn odd_times(scene: &Scene) -> Vec<Pair> {
    let end = |text: String| inside(scene, &text, |a| a.conditions.iter_mut().for_each(|c| c.not_on_or_after = Some(text.clone())));
    let soon = instant(scene.now.plus(Duration::from_secs(120)));
    let bare = soon.trim_end_matches('Z').to_owned();
    let odd = ["10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "99999999999-01-01T00:00:00Z", "2030-01-01", "2030-01-01T00:00:00", "1893456000", "2030-01-01T24:00:01Z", "2030-02-30T00:00:00Z", "2030-01-01T00:00:00+99:99"];
    let mut pairs: Vec<Pair> = odd.iter().map(|text| end((*text).to_owned())).collect();
    pairs.push(good(scene, end(format!("{bare}.123Z"))));
    pairs.push(good(scene, end(format!("{bare}.123456789Z"))));
    let offset = end(format!("{bare}+00:00"));
    pairs.push(Pair { expected: Expected::Either(scene.mallory.clone()), ..offset });
    pairs
}

fn further_conditions(scene: &Scene) -> Vec<Pair> {
    let further = |variant: &str, text: &str| inside(scene, variant, |a| a.conditions.iter_mut().for_each(|c| c.further = text.to_owned()));
    vec![
        good(scene, further("OneTimeUse", "<saml:OneTimeUse></saml:OneTimeUse>")),
        further("ProxyRestriction 0", "<saml:ProxyRestriction Count=\"0\"></saml:ProxyRestriction>"),
        further("unknown", "<saml:Condition></saml:Condition>"),
        further("foreign", "<x:Odd xmlns:x=\"urn:x\"></x:Odd>"),
    ]
}

fn request(scene: &Scene) -> Vec<Pair> {
    let ids = [None, Some(String::new()), Some("_another".to_owned())];
    let both = |id: Option<String>| {
        with(scene, &format!("{id:?}"), Signed::Both, |answer| {
            answer.in_response_to.clone_from(&id);
            answer.assertion.iter_mut().flat_map(|a| a.confirmations.iter_mut()).for_each(|c| c.in_response_to.clone_from(&id));
        })
    };
    ids.into_iter().map(both).collect()
}

fn requests_differ(scene: &Scene) -> Vec<Pair> {
    vec![
        with(scene, "the response's", Signed::Response, |answer| answer.in_response_to = Some("_another".into())),
        with(scene, "the assertion's", Signed::Response, |answer| {
            answer.assertion.iter_mut().flat_map(|a| a.confirmations.iter_mut()).for_each(|c| c.in_response_to = Some("_another".into()));
        }),
        with(scene, "the unsigned response's", Signed::Assertion, |answer| answer.in_response_to = Some("_another".into())),
    ]
}

fn unsigned_request(scene: &Scene) -> Vec<Pair> {
    vec![inside(scene, "assertion without", |a| a.confirmations.iter_mut().for_each(|c| c.in_response_to = None))]
}

fn status(scene: &Scene) -> Vec<Pair> {
    let code = |name: &str| format!("urn:oasis:names:tc:SAML:2.0:status:{name}");
    let lists = [
        vec![code("Responder")],
        vec![code("Requester"), code("AuthnFailed")],
        vec![code("Responder"), code("NoPassive")],
        vec![code("Requester"), code("RequestDenied")],
        vec![code("Responder"), SUCCESS.to_owned()],
        vec![code("VersionMismatch")],
        vec![String::new()],
        vec![format!("{SUCCESS} ")],
        vec!["Success".to_owned()],
        Vec::new(),
    ];
    let mut pairs: Vec<Pair> = lists.iter().map(|list| with(scene, &format!("{list:?}"), Signed::Both, |a| a.status.clone_from(list))).collect();
    pairs.push(with(scene, "without an assertion", Signed::Response, |a| {
        a.assertion = None;
        a.status = vec![code("Responder"), code("AuthnFailed")];
        a.status_message = Some("<b>no</b>".into());
    }));
    pairs.push(with(scene, "success without an assertion", Signed::Response, |a| a.assertion = None));
    pairs
}

fn headers(scene: &Scene) -> Vec<Pair> {
    let (past, future) = (past(scene), future(scene));
    let of_response = |variant: &str, change: &dyn Fn(&mut Answer)| with(scene, &format!("response, {variant}"), Signed::Both, change);
    let of_assertion = |variant: &str, change: &dyn Fn(&mut Assertion)| inside(scene, &format!("assertion, {variant}"), change);
    let mut pairs = vec![of_response("no instant", &|a| a.issue_instant = None), of_assertion("no instant", &|a| a.issue_instant = None)];
    for version in [None, Some("1.1"), Some("2.1"), Some(""), Some("2.0 ")] {
        pairs.push(of_response(&format!("version {version:?}"), &|a| a.version = version.map(str::to_owned)));
        pairs.push(of_assertion(&format!("version {version:?}"), &|a| a.version = version.map(str::to_owned)));
    }
    for at in [past, future, "now".to_owned(), String::new()] {
        pairs.push(of_response(&format!("instant {at}"), &|a| a.issue_instant = Some(at.clone())));
        pairs.push(of_assertion(&format!("instant {at}"), &|a| a.issue_instant = Some(at.clone())));
    }
    for id in [None, Some("")] {
        pairs.push(of_response(&format!("id {id:?}"), &|a| a.id = id.map(str::to_owned)));
        pairs.push(of_assertion(&format!("id {id:?}"), &|a| a.id = id.map(str::to_owned)));
    }
    pairs
}

fn issuer(scene: &Scene) -> Vec<Pair> {
    let ours = &scene.idp.entity_id;
    let mut pairs = Vec::new();
    for other in [None, Some(String::new()), Some("https://other.example/idp".to_owned()), Some(format!("{ours}/")), Some(ours.to_uppercase())] {
        pairs.push(with(scene, &format!("assertion {other:?}"), Signed::Response, |a| a.assertion.iter_mut().for_each(|a| a.issuer.clone_from(&other))));
        if other.is_some() {
            pairs.push(with(scene, &format!("response {other:?}"), Signed::Response, |a| a.issuer.clone_from(&other)));
        }
    }
    pairs
}

fn statement(scene: &Scene) -> Vec<Pair> {
    let past = past(scene);
    vec![
        inside(scene, "missing", |a| a.authn.clear()),
        inside(scene, "empty", |a| a.authn = vec![Authn::default()]),
        inside(scene, "session ended", |a| a.authn.iter_mut().for_each(|s| s.session_not_on_or_after = Some(past.clone()))),
        inside(scene, "no instant", |a| a.authn.iter_mut().for_each(|s| s.instant = None)),
    ]
}
