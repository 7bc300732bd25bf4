//! `docs/reasons.md` says of every reason what the code says.

use std::path::Path;

use homeward_language::{Language, Text};
use homeward_signin::Reason;

/// Outcomes in the audit that no page refuses with.
const OUTCOMES: &[(&str, &str)] = &[
    ("ok", "It was done."),
    ("failed", "A command's deed failed after its record was written."),
    ("password.wrong", "Username and password do not match; for a username that nobody has, too."),
    ("password.paused", "Too many tries: the page says until when, with the case number."),
    ("limit.look_up", "One network asked too often where names or account numbers sign in: a pause."),
    ("limit.account_number", "One network typed too many account numbers: a pause."),
    ("limit.reset_request", "One network asked for too many mails to reset a password: a pause."),
    ("limit.reset_code", "One network typed too many codes of such mails: a pause."),
    ("limit.email_change", "One person asked too often to change an e-mail address: a pause."),
    ("limit.email_code", "Too many codes that prove an e-mail address were typed: a pause."),
    ("limit.emergency_code", "One network typed too many texts that could be printed codes: a pause."),
    ("limit.way_out", "One network began too many ways to providers: a pause."),
    ("limit.not_sent", "More than ten sign-ins in ten minutes could not be sent to one connection's provider, for what it publishes or for what was entered: those beyond have no trace of their own. It is the detail of records whose outcome says what was wrong."),
    ("limit.unasked_answer", "Too many answers that nobody here asked for came through one network: a pause."),
    ("limit.stray_answer", "Too many answers that belong to no sign-in came through one network: a pause."),
    ("limit.late_answer", "One sign-in that was over was answered too often: a pause."),
    ("limit.sign_out", "Too many messages of signing out that did not hold came through one network to one address, and this one waited for its turn in vain: those that come there are looked at one after the other for ten minutes."),
    ("limit.metadata", "One network asked too often for the metadata of one SAML connection, or of all of them together: a pause."),
    ("given_up", "An application did not take a notice of a sign-out after every try."),
    ("client.…", "A call of an application, or its request for a sign-in, was refused with that error of RFC 6749, RFC 6750 or OpenID Connect, for example `client.invalid_grant`; the error has the case number. `client.code_used_again`, `client.code_of_another_client`, `client.token_used_again` and `client.token_of_another_client` are `invalid_grant` to the application; the record says whose sign-in it is."),
    ("reset.wrong_code", "The code of a mail was wrong, used or old."),
    ("code.paused", "Too many codes to sign in with, as they are mailed while a provider is away, were typed for one username, or in the whole installation: the page says until when, with the case number."),
    ("reset.paused", "Too many codes of mails were typed for one username, or in the whole installation: the page says until when, with the case number. The links of the mails work meanwhile."),
    ("email.reset_first", "Somebody wanted to change an e-mail address by a password although a change of it was taken back, and no new password came by mail since."),
    ("email.outage", "Somebody who is let in by an outage alone wanted to change an e-mail address."),
    ("email.by_provider", "Somebody who has a role, and for whom an identity provider alone vouches, wanted to change the e-mail address, by which the password for the portal is reset."),
    ("sig.disagreement", "Two verifiers disagree about the signature of a SAML message, which was refused. It does not happen; if it does, somebody found a gap in one of them."),
    ("sig.…", "An answer of an identity provider was refused for its signature; for what else, its code begins with `audience.`, `authn.`, `callback.`, `conditions.`, `context.`, `destination.`, `enc.`, `id_token.`, `idp.`, `in_response_to.`, `issuer.`, `jws.`, `name.`, `names.`, `allowed.`, `provider.`, `recipient.`, `replay.`, `saml.`, `signature.`, `status.`, `subject.`, `time.`, `token.`, `userinfo.` or `xml.`: `homeward connection trace NUMBER` says which check it was, and what to do."),
];

fn page() -> String {
    let text = Text::of(Language::English);
    let mut out = "# Reasons\n\nThe code stands on the page, in the log, in the audit and in the metrics, beside the case number.\n\
                   `homeward audit list --case NUMBER` finds the record. This page is made from the code; a test fails when it is out of date.\n\n\
                   | code | status | what the person reads |\n|---|---|---|\n"
        .to_owned();
    for reason in Reason::ALL {
        let sentence = text.named(&format!("reason-{}", reason.code().replace(['.', '_'], "-")));
        out.push_str(&format!("| `{}` | {} | {sentence} |\n", reason.code(), reason.status()));
    }
    out.push_str(
        "\nReasons that begin with `request.`, `authorize.` or `logout.` are about a request and nobody: those of one kind from one network within a minute share a case number, and a\n\
         second record says how many came again. So do those that begin with `portal.`, counted by person besides.\n",
    );
    out.push_str("\n## Other outcomes in the audit\n\n| outcome | meaning |\n|---|---|\n");
    for (outcome, meaning) in OUTCOMES {
        out.push_str(&format!("| `{outcome}` | {meaning} |\n"));
    }
    out
}

#[test]
fn the_page_of_reasons_is_the_one_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let made = root.join("target/reasons.md");
    std::fs::write(&made, page()).unwrap();
    let there = std::fs::read_to_string(root.join("docs/reasons.md")).unwrap_or_default();
    assert!(there == page(), "docs/reasons.md is out of date; run: cp target/reasons.md docs/reasons.md");
}

/// Every limit that shows a page has its row: they are named where they are set.
#[test]
fn every_limit_has_its_row() {
    let mut named = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../signin/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                named.extend(text.split("Limit { what: \"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)));
            }
        }
    }
    assert!(named.len() >= 10, "{named:?}");
    for what in named {
        assert!(OUTCOMES.iter().any(|(outcome, _)| *outcome == what), "{what} has no row");
    }
}
