//! The six checks of one answer as an administrator reads them: which passed, the first that failed with both values, what that field
//! is called at the provider, and what to do. One pure function for the test sign-in, the trace of a failed return and the portal.
//!
//! No value in it is a secret, and none names a person in full.

use serde::Serialize;

use crate::{
    Check, ConnectionSettings, Failure, Preset,
    kind::Kind,
    product::{Field, Label, Product, Speaks},
};

/// What became of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, and ended the sign-in.
    Failed,
    /// One before it failed.
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
            Some(failure) if check > failure.check => Outcome::NotReached,
            _ => Outcome::Passed,
        };
        Line { check, outcome }
    });
    let failed = failure.map(|failure| {
        let failure = failure.redacted();
        let kind = failure.kind();
        Finding { field: field(kind, settings), says: kind.says(), fix: kind.fix(), code: failure.code, seen: failure.seen, expected: failure.expected }
    });
    Report { lines, failed }
}

/// Where the provider's console has the field that this kind of trouble is about.
fn field(kind: Kind, settings: Option<&ConnectionSettings>) -> Option<String> {
    let product = settings.map_or_else(|| Product::of(Preset::Generic, Speaks::Saml), Product::of_connection);
    let (saml, oidc): (Field, Field) = match kind {
        Kind::OtherIssuer => (Field::IdpEntityId, Field::Issuer),
        Kind::OtherAudience => (Field::EntityId, Field::ClientId),
        Kind::OtherAddress => (Field::ReplyUrl, Field::RedirectUri),
        Kind::NotSigned => (Field::Signature, Field::Signature),
        Kind::WeakAlgorithm => (Field::Algorithm, Field::Algorithm),
        Kind::UnknownKey | Kind::CertificateOver => (Field::Certificate, Field::Certificate),
        Kind::NoName | Kind::Ambiguous | Kind::Unusable => (Field::Email, Field::Email),
        Kind::Transient | Kind::UnknownUser | Kind::ForeignDomain => (Field::NameId, Field::Email),
        Kind::SaidNo => (Field::People, Field::People),
        Kind::ClientRefused => (Field::ClientSecret, Field::ClientSecret),
        Kind::Away | Kind::Settings | Kind::Unreadable | Kind::Unsolicited | Kind::OtherRequest | Kind::Altered | Kind::Encrypted | Kind::BadSignature | Kind::Clock | Kind::Replayed
        | Kind::NotAnew | Kind::BoundElsewhere | Kind::NotActive | Kind::Excluded | Kind::Off | Kind::SecondFactor => return None,
    };
    let field = match product.speaks {
        Speaks::Saml => saml,
        Speaks::Oidc => oidc,
    };
    product.label(field).map(Label::path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Protocol,
        oidc::OidcSettings,
        saml::{EndpointUrl, SamlSettings},
    };

    fn settings(preset: Preset) -> ConnectionSettings {
        ConnectionSettings::new(preset, Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))))
    }

    /// ADM-12: the checks before the failing one passed, those after it were not reached, and both values stand side by side.
    #[test]
    fn the_first_check_that_failed_opens() {
        let passed = report(None, None);
        assert!(passed.lines.iter().all(|line| line.outcome == Outcome::Passed) && passed.failed.is_none() && passed.stopped_at().is_none());
        for check in Check::ALL {
            let shown = report(Some(&Failure::differs(check, "x.y", "A", "B")), None);
            assert_eq!(shown.stopped_at(), Some(check.number()));
            for line in shown.lines {
                let expected = match line.check.cmp(&check) {
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
        let keys = report(Some(&Failure::of(Check::Signature, "signature.key_unknown")), Some(&settings(Preset::Entra))).failed.unwrap();
        assert_eq!(keys.field, None, "nobody enters a key of OpenID Connect");
    }

    /// Nothing that a person wrote or is called stands in a report in full.
    #[test]
    fn names_of_people_are_masked() {
        for (code, seen, shown) in [
            ("names.unknown_user", "britta.simon@northwind.example", "b•••••@northwind.example"),
            ("names.unknown_user", "bsimon", "b•••••"),
            ("callback.error", "access_denied: User 'britta@northwind.example' is not assigned", "access_denied: User 'b•••••@northwind.example' is not assigned"),
            ("idp.domain_not_owned", "gmail.com", "gmail.com"),
        ] {
            let found = report(Some(&Failure { seen: Some(seen.into()), ..Failure::of(Check::Names, code) }), None).failed.unwrap();
            assert_eq!(found.seen.as_deref(), Some(shown));
        }
    }

    /// Every code of the product falls into a kind that is about its check.
    #[test]
    fn codes_fall_into_their_kinds() {
        use Check::{Allowed, Answered, Fresh, MeantForUs, Names, Signature};
        for (check, code, kind) in [
            (Answered, "status.not_success", Kind::SaidNo),
            (Answered, "provider.unreachable", Kind::Away),
            (Answered, "token.refused", Kind::ClientRefused),
            (Answered, "xml.doctype", Kind::Unreadable),
            (Answered, "settings.secret", Kind::Settings),
            (MeantForUs, "issuer.unexpected", Kind::OtherIssuer),
            (MeantForUs, "id_token.tenant", Kind::OtherIssuer),
            (MeantForUs, "callback.issuer_differs", Kind::OtherIssuer),
            (MeantForUs, "audience.unexpected", Kind::OtherAudience),
            (MeantForUs, "recipient.unexpected", Kind::OtherAddress),
            (MeantForUs, "in_response_to.missing", Kind::Unsolicited),
            (MeantForUs, "in_response_to.unexpected", Kind::OtherRequest),
            (MeantForUs, "id_token.nonce", Kind::OtherRequest),
            (Signature, "sig.missing", Kind::NotSigned),
            (Signature, "sig.untrusted_key", Kind::UnknownKey),
            (Signature, "sig.digest_mismatch", Kind::Altered),
            (Signature, "sig.algorithm", Kind::WeakAlgorithm),
            (Signature, "enc.algorithm", Kind::Encrypted),
            (Signature, "sig.reference_not_parent", Kind::BadSignature),
            (Fresh, "time.over", Kind::Clock),
            (Fresh, "replay.used", Kind::Replayed),
            (Fresh, "authn.not_anew", Kind::NotAnew),
            (Names, "names.attribute_missing", Kind::NoName),
            (Names, "names.transient", Kind::Transient),
            (Allowed, "allowed.rules", Kind::Excluded),
            (Allowed, "allowed.not_active", Kind::NotActive),
            (Allowed, "connection.off", Kind::Off),
        ] {
            assert_eq!(Kind::of(check, code), kind, "{code}");
        }
    }
}
