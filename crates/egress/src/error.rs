//! Why nothing came back.

/// Why a request was not made, or has no answer. No variant carries an address, a body or a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum EgressError {
    /// It is no address, or has a user name, a fragment, or characters that hide where it leads.
    #[error("this is not an address that can be asked")]
    BadAddress,
    /// It is not `https`.
    #[error("only https is asked")]
    NotHttps,
    /// It leads to an address that is not public and that the operator has not allowed.
    #[error("this address is not public; the operator of this installation can allow it")]
    Forbidden,
    /// Nothing answered. Closed and filtered ports, and names that do not exist, look the same.
    #[error("the other side cannot be reached")]
    Unreachable,
    /// The other side's certificate is not valid for its name, or nobody known vouches for it.
    #[error("the other side's certificate is not valid for this name")]
    Untrusted,
    /// The answer was not complete within the time.
    #[error("the other side took too long")]
    TooSlow,
    /// The answer is larger than is read.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is not HTTP, or ended early.
    #[error("the answer cannot be read")]
    Garbled,
}

impl EgressError {
    /// The word in logs and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BadAddress => "bad_address",
            Self::NotHttps => "not_https",
            Self::Forbidden => "forbidden",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::Garbled => "garbled",
        }
    }
}
