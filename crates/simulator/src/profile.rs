//! How a provider answers: right, or wrong in one way.

use crate::oidc::{At, Attack};

/// A way to answer. The name travels in forms and addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// As it should.
    #[default]
    Right,
    /// SAML: the assertion encrypted to the service provider.
    Encrypted,
    /// The clock is ten minutes ahead.
    Ahead,
    /// The clock is ten minutes behind.
    Behind,
    /// The clock is thirty seconds ahead, which should do no harm.
    LittleAhead,
    /// The certificate has expired; the key is still the right one.
    ExpiredCertificate,
    /// A new key, which is published from now on.
    RolledKey,
    /// A key that is published nowhere.
    StrangeKey,
    /// For another application.
    WrongAudience,
    /// By another issuer.
    WrongIssuer,
    /// To another address (SAML), or with another nonce (OpenID Connect).
    WrongNonce,
    /// SAML: under a name that is another one every time.
    Transient,
    /// OpenID Connect: without the claims that Entra sends only where a registration asks for them, `email` and `xms_edov`.
    WithoutOptionalClaims,
    /// Not signed; OpenID Connect: the signature is cut off.
    Unsigned,
    /// OpenID Connect: `alg` is `none`.
    AlgNone,
    /// OpenID Connect: HMAC with the public key.
    Hmac,
    /// OpenID Connect: the token alone is by another issuer, the answer that brings the code is not.
    WrongTokenIssuer,
    /// OpenID Connect: `at_hash` is that of another access token.
    WrongTokenHash,
    /// OpenID Connect: the userinfo endpoint tells of somebody else.
    OtherSubject,
    /// OpenID Connect: the header names no key. That is right as long as one key is published.
    NoKeyId,
    /// OpenID Connect: the right key, under a name that is published nowhere.
    OtherKeyId,
    /// OpenID Connect: a key that is published nowhere, under the name of the right one.
    BorrowedKeyId,
    /// The answer to nothing.
    Unsolicited,
    /// The password is wrong: the person stays at the provider, and tries again.
    WrongPassword,
    /// Right, after a code that proves a second factor.
    Code,
    /// SAML: an answer without a word in it.
    Empty,
    /// SAML: an answer that is no base64.
    NotBase64,
    /// SAML: in an address (HTTP-Redirect) instead of a form.
    ByRedirect,
    /// OpenID Connect: the code is not exchanged, since the client's secret is wrong.
    WrongSecret,
    /// The person may not sign in.
    Denied,
    /// The answer takes ten seconds.
    Slow,
    /// The provider has failed.
    Down,
    /// SAML: the attack with this id of the security cases, and which variant of it.
    Case(String, usize),
    /// OpenID Connect: the attack of this name.
    Attack(&'static str),
}

impl Profile {
    /// Those that have names of their own, with the sentence that people read.
    pub const NAMED: [(&'static str, Self, &'static str); 32] = [
        ("right", Self::Right, "right"),
        ("code", Self::Code, "right, after a code as second factor"),
        ("wrong-password", Self::WrongPassword, "not yet: the password is wrong"),
        ("encrypted", Self::Encrypted, "right, and encrypted"),
        ("little-ahead", Self::LittleAhead, "clock 30 seconds ahead"),
        ("ahead", Self::Ahead, "clock 10 minutes ahead"),
        ("behind", Self::Behind, "clock 10 minutes behind"),
        ("expired-certificate", Self::ExpiredCertificate, "certificate expired"),
        ("rolled-key", Self::RolledKey, "key rolled just now"),
        ("strange-key", Self::StrangeKey, "a key nobody knows"),
        ("wrong-audience", Self::WrongAudience, "for another application"),
        ("wrong-issuer", Self::WrongIssuer, "by another issuer"),
        ("wrong-nonce", Self::WrongNonce, "wrong nonce or recipient"),
        ("transient", Self::Transient, "under a name that changes every time"),
        ("without-optional-claims", Self::WithoutOptionalClaims, "Entra without optional claims"),
        ("unsigned", Self::Unsigned, "not signed"),
        ("alg-none", Self::AlgNone, "signed by \u{201c}none\u{201d}"),
        ("hmac", Self::Hmac, "signed with the public key as a secret"),
        ("wrong-token-issuer", Self::WrongTokenIssuer, "with a token by another issuer"),
        ("wrong-token-hash", Self::WrongTokenHash, "with the hash of another access token"),
        ("other-subject", Self::OtherSubject, "with claims about somebody else (userinfo)"),
        ("no-key-id", Self::NoKeyId, "without the name of a key"),
        ("other-key-id", Self::OtherKeyId, "under the name of a key nobody knows"),
        ("borrowed-key-id", Self::BorrowedKeyId, "a key nobody knows, under the name of the right one"),
        ("unsolicited", Self::Unsolicited, "as if nobody had asked"),
        ("empty", Self::Empty, "with nothing in it"),
        ("not-base64", Self::NotBase64, "not in base64"),
        ("by-redirect", Self::ByRedirect, "in an address instead of a form"),
        ("wrong-secret", Self::WrongSecret, "not for this client secret"),
        ("denied", Self::Denied, "access denied"),
        ("slow", Self::Slow, "after ten seconds"),
        ("down", Self::Down, "not at all: the provider is down"),
    ];

    /// From a form or an address: a name, or `case:SW-03`, or `case:SW-03:2`, or `attack:no-nonce`. Unknown names answer right.
    pub fn parse(name: &str) -> Self {
        if let Some(case) = name.strip_prefix("case:") {
            let (id, variant) = case.split_once(':').unwrap_or((case, "0"));
            return Self::Case(id.to_owned(), variant.parse().unwrap_or(0));
        }
        if let Some(attack) = name.strip_prefix("attack:") {
            return Attack::named(attack).map(|attack| Self::Attack(attack.name)).unwrap_or_default();
        }
        Self::NAMED.into_iter().find(|(known, ..)| *known == name).map(|(_, profile, _)| profile).unwrap_or_default()
    }
    /// Where the attack changes something, when it is one by OpenID Connect.
    pub(crate) fn at(&self) -> Option<At> {
        match self {
            Self::Attack(name) => Attack::named(name).map(|attack| attack.at),
            _ => None,
        }
    }
}
