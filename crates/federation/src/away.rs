//! What counts as a provider that is away: nobody answers, or whoever answers says to come again. Then local sign-in may be opened for some hours, and nobody has
//! to change anything. Every other answer in place of a document says that there is none at that address, or that it is not ours to ask: what was entered is wrong.

use homeward_egress::EgressError;

/// Whether an answer with this status is one of somebody who is away.
pub(crate) const fn by_status(status: u16) -> bool {
    status >= 500 || status == 429 || status == 408
}

/// Whether no answer for this reason is one of somebody who is away.
pub(crate) const fn by_error(error: EgressError) -> bool {
    match error {
        EgressError::BadAddress | EgressError::NotHttps | EgressError::Forbidden | EgressError::TooLarge => false,
        EgressError::Unreachable | EgressError::Untrusted | EgressError::TooSlow | EgressError::Garbled => true,
    }
}

/// How a status is kept of a look.
pub(crate) fn status(status: impl std::fmt::Display) -> String {
    format!("status {status}")
}

/// Whether a look that is not good says that the address is wrong: [`status`], or the word of an error.
pub(crate) fn is_wrong_address(why: &str) -> bool {
    const ALL: [EgressError; 4] = [EgressError::BadAddress, EgressError::NotHttps, EgressError::Forbidden, EgressError::TooLarge];
    match why.strip_prefix("status ").map(str::parse) {
        Some(Ok(status)) => !by_status(status),
        Some(Err(_)) => false,
        // What is there is another provider's.
        None => why == "provider.issuer_differs" || ALL.iter().any(|error| error.word() == why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept of a look says the same as what it was.
    #[test]
    fn a_look_says_what_it_was() {
        for code in [301, 302, 400, 401, 403, 404, 410, 204] {
            assert!(!by_status(code) && is_wrong_address(&status(code)), "{code}");
        }
        for code in [408, 429, 500, 502, 503, 504] {
            assert!(by_status(code) && !is_wrong_address(&status(code)), "{code}");
        }
        use EgressError::{BadAddress, Forbidden, Garbled, NotHttps, TooLarge, TooSlow, Unreachable, Untrusted};
        for error in [BadAddress, NotHttps, Forbidden, Unreachable, Untrusted, TooSlow, TooLarge, Garbled] {
            assert_eq!(is_wrong_address(error.word()), !by_error(error), "{error}");
        }
        assert!(is_wrong_address("provider.issuer_differs") && !is_wrong_address("status unknown"));
    }
}
