//! The six checks of one answer as an administrator reads them: which passed, the first that failed with both values, what that field
//! is called at the provider, and what to do. One pure function for the test sign-in, the trace of a failed return and the portal.
//!
//! No value in it is a secret, and none names a person in full.

use homeward_model::Timestamp;
use serde::Serialize;

use crate::{
    Check, ConnectionSettings, Failure, Preset, Protocol, RemoteField,
    kind::Kind,
    product::{ADDRESS_CLAIMS, Field, Label, Meaning, Product, Speaks},
    saml::instant,
};

/// What became of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, and ended the sign-in.
    Failed,
    /// Another one ended the sign-in first: before this one in the list, or before any word that this one is about was believed.
    NotReached,
}

/// One of the six lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which check.
    pub check: Check,
    /// What became of it.
    pub outcome: Outcome,
}

/// The check that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The machine's word.
    pub code: String,
    /// What kind of trouble it is.
    pub kind: Kind,
    /// What the answer said.
    pub seen: Option<String>,
    /// What was entered here.
    pub expected: Option<String>,
    /// Where the field stands in the provider's console, in the words of that product.
    pub field: Option<String>,
    /// The message that says what happened.
    pub says: &'static str,
    /// The message that says what to do.
    pub fix: &'static str,
    /// The message that says what the provider's own code means.
    pub meaning: Option<&'static str>,
    /// By how many seconds two times differ.
    pub apart: Option<i64>,
    /// When the provider's keys were read last, where the one that the answer names is not among them.
    pub keys_read_at: Option<Timestamp>,
}

/// The six checks of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of the checks.
    pub lines: [Line; 6],
    /// The first that failed; `None`: all passed.
    pub failed: Option<Finding>,
}

impl Report {
    /// The number of the check that failed, 1 to 6.
    pub fn stopped_at(&self) -> Option<u8> {
        self.lines.iter().find(|line| line.outcome == Outcome::Failed).map(|line| line.check.number())
    }
}

/// The message that names a check.
pub const fn title(check: Check) -> &'static str {
    match check {
        Check::Answered => "check-answered",
        Check::MeantForUs => "check-meant",
        Check::Signature => "check-signature",
        Check::Fresh => "check-fresh",
        Check::Names => "check-names",
        Check::Allowed => "check-allowed",
    }
}

/// The view of an answer. `settings` are the connection's, for the words of its console.
pub fn report(failure: Option<&Failure>, settings: Option<&ConnectionSettings>) -> Report {
    let lines = Check::ALL.map(|check| {
        let outcome = match failure {
            Some(failure) if check == failure.check => Outcome::Failed,
            Some(failure) if check > failure.check || !was_made(check, failure) => Outcome::NotReached,
            _ => Outcome::Passed,
        };
        Line { check, outcome }
    });
    let failed = failure.map(|failure| {
        let failure = failure.redacted();
        let kind = failure.kind();
        let meaning = failure.seen.as_deref().filter(|_| matches!(kind, Kind::SaidNo | Kind::ClientRefused | Kind::TokenRefused)).and_then(Meaning::of);
        let field = meaning.and_then(|meaning| meaning.path(product(settings))).or_else(|| field(kind, settings));
        let (seen, expected) = (failure.seen.map(readable(kind)), failure.expected.map(readable(kind)));
        let apart = [&seen, &expected].map(|text| text.as_deref().filter(|_| kind == Kind::Clock).and_then(instant::parse));
        let apart = match apart {
            [Some(seen), Some(expected)] => Some(seen.seconds() - expected.seconds()),
            _ => None,
        };
        Finding { kind, field, says: kind.says(), fix: fix(kind, settings), meaning: meaning.map(|meaning| meaning.says), apart, keys_read_at: failure.keys_read_at, code: failure.code, seen, expected }
    });
    Report { lines, failed }
}

/// Seconds since 1970, as tokens have them, in a form that people read.
fn readable(kind: Kind) -> impl Fn(String) -> String {
    move |text| match text.parse() {
        // Anything before 2001 is no moment of a sign-in.
        Ok(seconds) if seconds >= 1_000_000_000 && matches!(kind, Kind::Clock | Kind::NotAnew) => instant::write(Timestamp::from_seconds(seconds)),
        _ => text,
    }
}

/// Whether a check that stands before the failed one in the list was made and passed. People read the list in its order; the code verifies the
/// signature before it believes what an answer says of itself, and times before the audience. What was not looked at has not passed.
fn was_made(check: Check, failure: &Failure) -> bool {
    let (family, word) = failure.code.split_once('.').unwrap_or((failure.code.as_str(), ""));
    match (family, check, failure.check) {
        // Refused for what we know ourselves: nothing of the answer was read.
        ("connection" | "request" | "transaction" | "settings", _, _) => false,
        // What was used once is not looked at again.
        ("replay", _, _) => check == Check::Answered,
        (_, Check::MeantForUs, Check::Signature) => false,
        ("conditions" | "subject", Check::MeantForUs, Check::Fresh) => false,
        ("time", Check::MeantForUs, Check::Fresh) => ["confirmation", "session", "authn"].iter().any(|later| word.starts_with(later)),
        // The whole assertion is read before any of its values counts.
        ("attribute", Check::MeantForUs | Check::Fresh, Check::Names) => false,
        ("name", Check::MeantForUs | Check::Fresh, Check::Names) => word != "encrypted",
        ("context", Check::Names, Check::Allowed) => false,
        _ => true,
    }
}

/// The view of an answer for the person who carried it, who may be a stranger. Both values stand in it only where they are addresses
/// or times that are no secret, of nobody, and have no room for somebody else's words: what an answer says is believed by nobody yet.
/// `settings` are the connection's, where the person may know which one it is.
pub fn for_person(failure: &Failure, settings: Option<&ConnectionSettings>) -> Report {
    let mut shown = report(Some(failure), settings);
    if let Some(found) = &mut shown.failed {
        let kind = matches!(failure.kind(), Kind::OtherIssuer | Kind::OtherAudience | Kind::OtherAddress | Kind::Clock);
        let both = [&found.seen, &found.expected].into_iter().all(|value| value.as_deref().is_some_and(is_plain));
        if !kind || !both || settings.is_none() {
            (found.seen, found.expected) = (None, None);
        }
        if settings.is_none() {
            found.field = None;
        }
    }
    shown
}

/// One address, name or instant: no sentence, no name of a person, no number of seconds that nobody can read.
fn is_plain(value: &str) -> bool {
    (1..=200).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic()) && !value.contains(['@', '<', '>', '"']) && value.parse::<i64>().is_err()
}

/// The product whose words are used; those of the standard where it is not known.
fn product(settings: Option<&ConnectionSettings>) -> &'static Product {
    settings.map_or_else(|| Product::of(Preset::Generic, Speaks::Saml), Product::of_connection)
}

/// Where the provider's console has the field that this kind of trouble is about.
fn field(kind: Kind, settings: Option<&ConnectionSettings>) -> Option<String> {
    let product = product(settings);
    let named = match settings.map(|settings| &settings.matching.remote) {
        Some(RemoteField::Named(_)) => Field::Email,
        Some(RemoteField::Subject) | None => Field::NameId,
    };
    let (saml, oidc) = match kind {
        Kind::OtherIssuer => (Field::IdpEntityId, Field::Issuer),
        Kind::WrongAddress => (Field::IdpMetadataUrl, Field::Issuer),
        Kind::OtherAudience => (Field::EntityId, Field::ClientId),
        Kind::OtherAddress => (Field::ReplyUrl, Field::RedirectUri),
        Kind::NotSigned => (Field::Signature, Field::Signature),
        Kind::WeakAlgorithm => (Field::Algorithm, Field::Algorithm),
        Kind::UnknownKey | Kind::CertificateOver => (Field::Certificate, Field::Certificate),
        Kind::NoName | Kind::Unproved if is_entra_oidc(settings) => return Some(ADDRESS_CLAIMS.to_owned()),
        Kind::NoName | Kind::Unproved | Kind::Ambiguous | Kind::Unusable | Kind::Transient | Kind::UnknownUser | Kind::ForeignDomain => (named, Field::Email),
        Kind::SaidNo => (Field::People, Field::People),
        Kind::ClientRefused => (Field::ClientSecret, Field::ClientSecret),
        Kind::CodeRefused => (Field::ReplyUrl, Field::RedirectUri),
        Kind::NoAnswer | Kind::Away | Kind::TokenRefused | Kind::Settings | Kind::Unreadable | Kind::Unsolicited | Kind::OtherRequest | Kind::Late | Kind::UnlistedKey | Kind::Altered | Kind::Encrypted | Kind::BadSignature | Kind::Clock | Kind::Replayed
        | Kind::NotAnew | Kind::BoundElsewhere | Kind::NotActive | Kind::Excluded | Kind::Off | Kind::SecondFactor => return None,
    };
    let field = match product.speaks {
        Speaks::Saml => saml,
        Speaks::Oidc => oidc,
    };
    product.label(field).map(Label::path)
}

/// Entra sends an address, and its word for it, only where the registration asks for both.
fn is_entra_oidc(settings: Option<&ConnectionSettings>) -> bool {
    let matched = |settings: &ConnectionSettings| matches!(&settings.matching.remote, RemoteField::Named(claim) if claim == "email");
    settings.is_some_and(|settings| settings.preset == Preset::Entra && matches!(settings.protocol, Protocol::Oidc(_)) && matched(settings))
}

/// What to do about it. The claims of the installation's own registration are the operator's to add, and nobody's in the account.
fn fix(kind: Kind, settings: Option<&ConnectionSettings>) -> &'static str {
    let own = settings.is_some_and(|settings| matches!(&settings.protocol, Protocol::Oidc(oidc) if oidc.own_registration));
    match kind {
        Kind::NoName | Kind::Unproved if own && is_entra_oidc(settings) => "fix-own-registration",
        _ => kind.fix(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Matching,
        oidc::OidcSettings,
        saml::{EndpointUrl, SamlSettings},
    };

    fn settings(preset: Preset) -> ConnectionSettings {
        ConnectionSettings::new(preset, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))))
    }

    /// ADM-12: the checks before the failing one passed, those after it were not reached, and both values stand side by side. What is said
    /// before the signature holds is believed by nobody, so that check has not passed.
    #[test]
    fn the_first_check_that_failed_opens() {
        let passed = report(None, None);
        assert!(passed.lines.iter().all(|line| line.outcome == Outcome::Passed) && passed.failed.is_none() && passed.stopped_at().is_none());
        for check in Check::ALL {
            let shown = report(Some(&Failure::differs(check, "x.y", "A", "B")), None);
            assert_eq!(shown.stopped_at(), Some(check.number()));
            for line in shown.lines {
                let expected = match line.check.cmp(&check) {
                    std::cmp::Ordering::Less if (line.check, check) == (Check::MeantForUs, Check::Signature) => Outcome::NotReached,
                    std::cmp::Ordering::Less => Outcome::Passed,
                    std::cmp::Ordering::Equal => Outcome::Failed,
                    std::cmp::Ordering::Greater => Outcome::NotReached,
                };
                assert_eq!(line.outcome, expected);
            }
            let found = shown.failed.unwrap();
            assert_eq!((found.seen.as_deref(), found.expected.as_deref()), (Some("A"), Some("B")));
        }
    }

    /// ADM-12: a check that nobody made has not passed, whatever its place in the list; one that was made has.
    #[test]
    fn adm_12_what_was_not_looked_at_has_not_passed() {
        use Check::{Allowed, Answered, Fresh, MeantForUs, Names, Signature};
        for (check, code, passed) in [
            (Signature, "sig.missing", &[Answered][..]),
            (Signature, "signature.key_unknown", &[Answered]),
            (Fresh, "time.over", &[Answered, Signature]),
            (Fresh, "conditions.missing", &[Answered, Signature]),
            (Fresh, "time.confirmation_over", &[Answered, MeantForUs, Signature]),
            (Fresh, "id_token.expired", &[Answered, MeantForUs, Signature]),
            (Fresh, "authn.not_anew", &[Answered, MeantForUs, Signature]),
            (Fresh, "replay.used", &[Answered]),
            (Names, "attribute.duplicate", &[Answered, Signature]),
            (Names, "names.unknown_user", &[Answered, MeantForUs, Signature, Fresh]),
            (Allowed, "context.unmet", &[Answered, MeantForUs, Signature, Fresh]),
            (Allowed, "allowed.rules", &[Answered, MeantForUs, Signature, Fresh, Names]),
            (Allowed, "connection.off", &[]),
            (MeantForUs, "request.other_browser", &[]),
            (MeantForUs, "request.over", &[]),
            (MeantForUs, "audience.unexpected", &[Answered]),
        ] {
            let shown = report(Some(&Failure::of(check, code)), None);
            let those: Vec<Check> = shown.lines.iter().filter(|line| line.outcome == Outcome::Passed).map(|line| line.check).collect();
            assert_eq!((those.as_slice(), shown.stopped_at()), (passed, Some(check.number())), "{code}");
        }
    }

    /// The field is named as that product's console prints it, by protocol.
    #[test]
    fn the_field_has_the_name_of_that_console() {
        let failure = Failure::differs(Check::MeantForUs, "id_token.audience", "a", "b");
        let named = |settings: Option<&ConnectionSettings>| report(Some(&failure), settings).failed.unwrap().field;
        assert_eq!(named(Some(&settings(Preset::Entra))).as_deref(), Some("Overview › Application (client) ID"));
        assert_eq!(named(Some(&settings(Preset::Generic))).as_deref(), Some("Client › Client ID"));
        assert_eq!(named(None).as_deref(), Some("Service provider › Entity ID"));
        let sso = EndpointUrl::parse("https://idp.example/sso").unwrap();
        let entra = ConnectionSettings::new(Preset::Entra, Protocol::Saml(Box::new(SamlSettings::new("https://idp.example", sso, Vec::new()))));
        let found = report(Some(&Failure::of(Check::MeantForUs, "destination.unexpected")), Some(&entra)).failed.unwrap();
        assert_eq!(found.field.as_deref(), Some("Basic SAML Configuration › Reply URL (Assertion Consumer Service URL)"));
        let wrong = Failure::differs(Check::Answered, "provider.wrong_address", "status 404", "status 200");
        let found = report(Some(&wrong), Some(&settings(Preset::Okta))).failed.unwrap();
        assert_eq!((found.field.as_deref(), found.fix), (Some("Sign On › OpenID Connect ID Token › Issuer"), "fix-wrong-address"));
        assert_eq!((found.seen.as_deref(), found.expected.as_deref()), (Some("status 404"), Some("status 200")));
        let keys = report(Some(&Failure::of(Check::Signature, "signature.key_unknown")), Some(&settings(Preset::Entra))).failed.unwrap();
        assert_eq!(keys.field, None, "nobody enters a key of OpenID Connect");
        assert_eq!(keys.keys_read_at, None);
        let read = Failure { keys_read_at: Some(Timestamp::from_seconds(1_800_000_000)), ..Failure::of(Check::Signature, "signature.key_unknown") };
        let told = report(Some(&read.redacted()), None).failed.unwrap();
        assert_eq!(told.keys_read_at, read.keys_read_at, "when the keys were read last");
    }

    /// OE-04: where Entra's token has no address, or not its word for it, the report names both claims, and whose registration lacks them.
    #[test]
    fn oe_04_both_optional_claims_of_entra_are_named() {
        let mut entra = settings(Preset::Entra);
        entra.matching = Matching { remote: RemoteField::Named("email".into()), ..Matching::default() };
        let mut own = entra.clone();
        if let Protocol::Oidc(oidc) = &mut own.protocol {
            oidc.own_registration = true;
        }
        for (code, theirs) in [("names.attribute_missing", "fix-no-name"), ("idp.email_not_verified", "fix-unproved")] {
            let failure = Failure::of(Check::Names, code);
            let found = |settings| report(Some(&failure), Some(settings)).failed.map(|found| (found.field, found.fix)).unwrap();
            let both = Some(ADDRESS_CLAIMS.to_owned());
            assert_eq!((found(&entra), found(&own)), ((both.clone(), theirs), (both, "fix-own-registration")), "{code}");
            let other = found(&settings(Preset::Generic));
            assert!(other.0.is_none_or(|field| field != ADDRESS_CLAIMS) && other.1 == theirs, "{code}");
        }
        assert_eq!(report(Some(&Failure::of(Check::Names, "names.unknown_user")), Some(&own)).failed.unwrap().fix, "fix-unknown-user");
    }

    /// Nothing that a person wrote or is called stands in a report in full.
    #[test]
    fn names_of_people_are_masked() {
        for (code, seen, shown) in [
            ("names.unknown_user", "britta.simon@northwind.example", "b•••••@northwind.example"),
            ("names.unknown_user", "bsimon", "b•••••"),
            ("names.unknown_user", "b•••••@northwind.example", "b•••••@northwind.example"),
            ("callback.error", "access_denied: User 'britta@northwind.example' is not assigned", "access_denied: User 'b•••••@northwind.example' is not assigned"),
            ("idp.domain_not_owned", "gmail.com", "gmail.com"),
        ] {
            let found = report(Some(&Failure { seen: Some(seen.into()), ..Failure::of(Check::Names, code) }), None).failed.unwrap();
            assert_eq!(found.seen.as_deref(), Some(shown));
        }
    }

    /// A person, who may be a stranger, sees addresses and times, and nothing of certificates, requests, people or other tenants; nor
    /// any words that somebody wrote into an answer which nobody believes yet.
    #[test]
    fn a_person_sees_what_is_no_secret_and_nobodys() {
        let entra = settings(Preset::Entra);
        let shown = |code, check, seen: &str, expected: &str, known: bool| {
            let found = for_person(&Failure::differs(check, code, seen, expected), known.then_some(&entra)).failed.unwrap();
            (found.seen.zip(found.expected), found.field.is_some())
        };
        let both = Some(("https://a.example/".to_owned(), "https://a.example".to_owned()));
        let check = Check::MeantForUs;
        for code in ["issuer.unexpected", "id_token.issuer", "audience.unexpected", "id_token.audience", "destination.unexpected", "recipient.unexpected"] {
            assert_eq!(shown(code, check, "https://a.example/", "https://a.example", true).0, both, "{code}");
            assert_eq!(shown(code, check, "https://a.example/", "https://a.example", false), (None, false), "a stranger: {code}");
        }
        assert!(shown("time.over", Check::Fresh, "2026-11-22T14:02:11Z", "2026-11-22T14:12:11Z", true).0.is_some());
        let seconds = shown("id_token.expired", Check::Fresh, "1795356131", "1795356731", true).0;
        assert_eq!(seconds, Some(("2026-11-22T14:02:11Z".to_owned(), "2026-11-22T14:12:11Z".to_owned())), "as people read them");
        let secret = [
            (Check::Signature, "sig.untrusted_key", "C4:0B", "7F:3A"),
            (Check::Signature, "signature.key_unknown", "kid-1", "kid-2"),
            (check, "in_response_to.unexpected", "_1", "_2"),
            (check, "id_token.nonce", "a", "b"),
            (Check::Names, "names.unknown_user", "bsimon", "x"),
            (Check::Names, "userinfo.subject", "248289761001", "248289761002"),
            (Check::Allowed, "allowed.second_factor", "pwd", "mfa"),
        ];
        for (check, code, seen, expected) in secret {
            assert_eq!(shown(code, check, seen, expected, true).0, None, "{code}");
        }
        for words in ["Call us: +44 20 7946 0000", "<b>https://a.example</b>", "britta@northwind.example", "", &"a".repeat(201), "https://a.example https://b.example", "https://a.example\u{202e}"] {
            assert_eq!(shown("issuer.unexpected", check, words, "https://a.example", true).0, None, "{words}");
        }
    }

    /// Every code of the product falls into a kind that is about its check.
    #[test]
    fn codes_fall_into_their_kinds() {
        use Check::{Allowed, Answered, Fresh, MeantForUs, Names, Signature};
        for (check, code, kind) in [
            (Answered, "status.not_success", Kind::SaidNo),
            (Answered, "provider.unreachable", Kind::Away),
            (Answered, "provider.status", Kind::Away),
            (Answered, "provider.wrong_address", Kind::WrongAddress),
            (Answered, "token.client_refused", Kind::ClientRefused),
            (Answered, "token.code_refused", Kind::CodeRefused),
            (Answered, "token.refused", Kind::TokenRefused),
            (Answered, "xml.doctype", Kind::Unreadable),
            (Answered, "settings.secret", Kind::Settings),
            (MeantForUs, "issuer.unexpected", Kind::OtherIssuer),
            (MeantForUs, "id_token.tenant", Kind::OtherIssuer),
            (MeantForUs, "callback.issuer_differs", Kind::OtherIssuer),
            (MeantForUs, "audience.unexpected", Kind::OtherAudience),
            (MeantForUs, "recipient.unexpected", Kind::OtherAddress),
            (MeantForUs, "in_response_to.missing", Kind::Unsolicited),
            (MeantForUs, "in_response_to.unexpected", Kind::OtherRequest),
            (MeantForUs, "request.over", Kind::Late),
            (MeantForUs, "id_token.nonce", Kind::OtherRequest),
            (Signature, "sig.missing", Kind::NotSigned),
            (Signature, "sig.untrusted_key", Kind::UnknownKey),
            (Signature, "signature.key_unknown", Kind::UnlistedKey),
            (Signature, "sig.digest_mismatch", Kind::Altered),
            (Signature, "sig.algorithm", Kind::WeakAlgorithm),
            (Signature, "enc.algorithm", Kind::Encrypted),
            (Signature, "sig.reference_not_parent", Kind::BadSignature),
            (Fresh, "time.over", Kind::Clock),
            (Fresh, "replay.used", Kind::Replayed),
            (Fresh, "authn.not_anew", Kind::NotAnew),
            (Names, "names.attribute_missing", Kind::NoName),
            (Names, "names.transient", Kind::Transient),
            (Names, "idp.email_not_verified", Kind::Unproved),
            (Allowed, "allowed.rules", Kind::Excluded),
            (Allowed, "allowed.not_active", Kind::NotActive),
            (Allowed, "connection.off", Kind::Off),
        ] {
            assert_eq!(Kind::of(check, code), kind, "{code}");
        }
    }
}
