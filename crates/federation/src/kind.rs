//! What kind of trouble an answer had: the one grouping of codes that pages, reports and figures share.

use serde::Serialize;

use crate::{Check, Failure};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $says:literal, $fix:literal;)+) => {
        /// Kinds of failures, as an administrator thinks of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name),+ }
        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];
            /// The message that says what happened, in the catalogue of texts.
            pub const fn says(self) -> &'static str { match self { $(Self::$name => $says),+ } }
            /// The message that says what to do.
            pub const fn fix(self) -> &'static str { match self { $(Self::$name => $fix),+ } }
            /// The word in the API.
            pub fn word(self) -> String { self.says().trim_start_matches("says-").replace('-', "_") }
        }
    };
}

kinds! {
    /// The provider itself said no.
    SaidNo = "says-said-no", "fix-said-no";
    /// Nothing has come back yet.
    NoAnswer = "says-no-answer", "fix-no-answer";
    /// It does not answer.
    Away = "says-away", "fix-away";
    /// There is no document of it at the address that was entered.
    WrongAddress = "says-wrong-address", "fix-wrong-address";
    /// It does not accept who we say that we are.
    ClientRefused = "says-client-refused", "fix-client-refused";
    /// It knows who we are, and does not take the code that it gave.
    CodeRefused = "says-code-refused", "fix-code-refused";
    /// It knows who we are, and gives no token for another reason.
    TokenRefused = "says-token-refused", "fix-token-refused";
    /// What was entered cannot be used.
    Settings = "says-settings", "fix-settings";
    /// The answer cannot be read.
    Unreadable = "says-unreadable", "fix-unreadable";
    /// It comes from another provider or tenant.
    OtherIssuer = "says-other-issuer", "fix-other-issuer";
    /// It is addressed to somebody else.
    OtherAudience = "says-other-audience", "fix-other-audience";
    /// It was sent to another address.
    OtherAddress = "says-other-address", "fix-other-address";
    /// Nobody here asked for it.
    Unsolicited = "says-unsolicited", "fix-unsolicited";
    /// It answers another request, or another browser's.
    OtherRequest = "says-other-request", "fix-other-request";
    /// The sign-in that it answers is over.
    Late = "says-late", "fix-late";
    /// Nothing in it is signed that must be.
    NotSigned = "says-not-signed", "fix-not-signed";
    /// Signed with a key that was not added.
    UnknownKey = "says-unknown-key", "fix-unknown-key";
    /// Signed with a key that the provider does not publish, where keys are read from it and nobody adds any.
    UnlistedKey = "says-unlisted-key", "fix-unlisted-key";
    /// Signed with the right key, and changed since.
    Altered = "says-altered", "fix-altered";
    /// Signed with an algorithm that is too weak.
    WeakAlgorithm = "says-weak-algorithm", "fix-weak-algorithm";
    /// Encrypted in a way or with a key that is not ours.
    Encrypted = "says-encrypted", "fix-encrypted";
    /// The certificate is outside its validity, and the connection insists on it.
    CertificateOver = "says-certificate-over", "fix-certificate-over";
    /// Any other trouble with the signature.
    BadSignature = "says-bad-signature", "fix-bad-signature";
    /// Too old, or from the future.
    Clock = "says-clock", "fix-clock";
    /// Used before.
    Replayed = "says-replayed", "fix-replayed";
    /// A fresh proof was asked for, and an old one came.
    NotAnew = "says-not-anew", "fix-not-anew";
    /// The field that names the person is not there.
    NoName = "says-no-name", "fix-no-name";
    /// The name changes every time.
    Transient = "says-transient", "fix-transient";
    /// Two names, or two people with one.
    Ambiguous = "says-ambiguous", "fix-ambiguous";
    /// Nobody here has that name.
    UnknownUser = "says-unknown-user", "fix-unknown-user";
    /// A name of a domain that the account has not proved.
    ForeignDomain = "says-foreign-domain", "fix-foreign-domain";
    /// The provider does not vouch for the address.
    Unproved = "says-unproved", "fix-unproved";
    /// The person is bound to another account at the provider.
    BoundElsewhere = "says-bound-elsewhere", "fix-bound-elsewhere";
    /// A name that cannot be used.
    Unusable = "says-unusable", "fix-unusable";
    /// The user may not sign in.
    NotActive = "says-not-active", "fix-not-active";
    /// The account's rules send that person elsewhere.
    Excluded = "says-excluded", "fix-excluded";
    /// The connection is switched off.
    Off = "says-off", "fix-off";
    /// A second factor was required and not used.
    SecondFactor = "says-second-factor", "fix-second-factor";
}

impl Kind {
    /// The kind of a failure, by its check and code. Every code has one: what is new falls to the check's own.
    pub fn of(check: Check, code: &str) -> Self {
        let (family, word) = code.split_once('.').unwrap_or((code, ""));
        match (check, family, word) {
            (_, "replay", _) => Self::Replayed,
            (_, "request", "unsolicited") | (_, "in_response_to", "unsolicited" | "missing") => Self::Unsolicited,
            (_, "request", "over") => Self::Late,
            (_, "in_response_to", _) | (_, "request" | "transaction", _) => Self::OtherRequest,
            (_, "connection", "off") => Self::Off,
            (_, "settings", _) | (_, "connection", _) => Self::Settings,
            (Check::Answered, _, _) => Self::answered(family, word),
            (Check::MeantForUs, _, _) => Self::meant(family, word),
            (Check::Signature, _, _) => Self::signature(family, word),
            (Check::Fresh, "authn", _) => Self::NotAnew,
            (Check::Fresh, "id_token", word) if word.starts_with("auth_time") => Self::NotAnew,
            (Check::Fresh, _, _) => Self::Clock,
            (Check::Names, _, _) => Self::names(family, word),
            (Check::Allowed, _, word) => Self::allowed(word),
        }
    }

    fn answered(family: &str, word: &str) -> Self {
        match (family, word) {
            ("answer", "awaited") => Self::NoAnswer,
            ("status", "missing") => Self::Unreadable,
            ("status", _) | ("callback", "error") => Self::SaidNo,
            ("token", "client_refused") => Self::ClientRefused,
            ("token", "code_refused") => Self::CodeRefused,
            ("token", "refused") => Self::TokenRefused,
            ("provider", "wrong_address") => Self::WrongAddress,
            (_, "unreachable" | "away" | "status") => Self::Away,
            _ => Self::Unreadable,
        }
    }

    fn meant(family: &str, word: &str) -> Self {
        match (family, word) {
            ("issuer", _) => Self::OtherIssuer,
            (_, word) if word.starts_with("issuer") || word.starts_with("tenant") => Self::OtherIssuer,
            ("audience", _) => Self::OtherAudience,
            (_, word) if word.starts_with("audience") || word.starts_with("authorized_party") => Self::OtherAudience,
            ("destination" | "recipient", _) => Self::OtherAddress,
            _ => Self::OtherRequest,
        }
    }

    fn signature(family: &str, word: &str) -> Self {
        match (family, word) {
            ("sig", "missing" | "assertion_unsigned" | "response_unsigned" | "both_demanded") => Self::NotSigned,
            ("sig", "untrusted_key" | "no_certificate") => Self::UnknownKey,
            ("signature", "key_unknown") | ("provider", "no_keys") => Self::UnlistedKey,
            ("sig", "digest_mismatch" | "value_mismatch") | ("jws", "signature") => Self::Altered,
            (_, "algorithm" | "digest_algorithm" | "algorithm_missing") if family != "enc" => Self::WeakAlgorithm,
            ("enc", _) => Self::Encrypted,
            ("sig", "certificate_expired") => Self::CertificateOver,
            _ => Self::BadSignature,
        }
    }

    fn names(family: &str, word: &str) -> Self {
        match (family, word) {
            ("names", "unknown_user") => Self::UnknownUser,
            ("names", "transient") => Self::Transient,
            ("names", "attribute_several" | "ambiguous") => Self::Ambiguous,
            ("names", "bound_elsewhere") => Self::BoundElsewhere,
            ("idp", "domain_not_owned") => Self::ForeignDomain,
            ("idp", "email_not_verified") => Self::Unproved,
            (_, word) if word.ends_with("missing") => Self::NoName,
            _ => Self::Unusable,
        }
    }

    fn allowed(word: &str) -> Self {
        match word {
            "not_active" | "invited" => Self::NotActive,
            "second_factor" => Self::SecondFactor,
            word if word.starts_with("hosted_domain") || word == "guest" => Self::ForeignDomain,
            _ => Self::Excluded,
        }
    }
}

impl Failure {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        Kind::of(self.check, &self.code)
    }
}
