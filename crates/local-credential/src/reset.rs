//! Reset links and codes, and invitations: random, single use, short, stored as hashes (LR-02…LR-05, LR-17).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{Random, Timestamp, UserId, random_token};
use homeward_sealing::sha256;
use subtle::ConstantTimeEq;

use crate::ports::{Asker, StoredReset};

/// The purpose of a reset.
pub const RESET: &str = "reset";
/// The purpose of an invitation. One never serves for the other.
pub const INVITATION: &str = "invitation";
/// The purpose of a link to the first password of somebody who is active already, and signed in elsewhere until now (B-169).
pub const FIRST: &str = "first";
/// The purpose of a code that signs in while the organisation's provider is away (B-167). It sets no password.
pub const SIGN_IN: &str = "sign_in";
/// The purpose of a code that proves a new e-mail address. It stands in a table of its own.
pub const EMAIL: &str = "email";
/// The purpose of a link that takes such a change back (LR-15).
pub const EMAIL_UNDO: &str = "email_undo";
/// Every purpose of what is kept in a `ResetStore`.
pub const PURPOSES: [&str; 4] = [RESET, INVITATION, FIRST, SIGN_IN];
/// Wrong tries after which a code is void. The link beside it needs no such bound, and has none: nobody guesses 256 bits, and whoever types codes
/// that they do not have takes nobody's link away.
pub const MAX_TRIES: u32 = 5;
/// How long a reset lasts.
pub const RESET_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How long an invitation lasts.
pub const INVITATION_LIFETIME: Duration = Duration::from_secs(7 * 86_400);

/// How long a change of an e-mail address can be taken back (LR-15).
pub const UNDO_LIFETIME: Duration = Duration::from_secs(72 * 3600);

/// A new reset: what is stored, and what goes into the mail and nowhere else.
pub struct NewReset {
    /// For the store.
    pub stored: StoredReset,
    /// `selector.secret`, for the link.
    pub link_token: String,
    /// Six digits; empty where only a link is sent.
    pub code: String,
}

/// A new selector: 128 random bits.
pub fn new_selector(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a reset is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// One of `PURPOSES`, `EMAIL` or `EMAIL_UNDO`.
    pub word: &'static str,
    /// Whose password.
    pub user: UserId,
    /// The version of the credential it replaces; 0: none. Another one voids it.
    pub credential_version: i64,
    /// Who asked for it.
    pub asker: Asker,
}

/// Makes one under the given selector, or a new one.
pub fn make(purpose: Purpose, selector: Option<String>, lifetime: Duration, now: Timestamp, random: &dyn Random) -> NewReset {
    let selector = selector.unwrap_or_else(|| new_selector(random));
    let secret = random_token(random);
    let code = if matches!(purpose.word, RESET | SIGN_IN | EMAIL) { digits(random) } else { String::new() };
    let stored = StoredReset {
        purpose: purpose.word,
        user: purpose.user,
        verifier_hash: sha256(secret.as_bytes()),
        code_hash: if code.is_empty() { Vec::new() } else { code_hash(&selector, &code).to_vec() },
        credential_version: purpose.credential_version,
        expires_at: now.plus(lifetime),
        tries: 0,
        asker: purpose.asker,
        selector,
    };
    NewReset { link_token: format!("{}.{secret}", stored.selector), stored, code }
}

/// Six digits without bias: what does not divide evenly is drawn again.
fn digits(random: &dyn Random) -> String {
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let drawn = u32::from_be_bytes(bytes);
        if drawn < 4_294_000_000 {
            return format!("{:06}", drawn % 1_000_000);
        }
    }
}

/// A code is short, so it is hashed together with its selector; five tries make its shortness harmless.
fn code_hash(selector: &str, code: &str) -> [u8; 32] {
    sha256(format!("{selector}\n{code}").as_bytes())
}

/// Takes a link's token apart.
pub fn parse_link(token: &str) -> Option<(String, String)> {
    let (selector, secret) = token.split_once('.')?;
    let fits = (22..=26).contains(&selector.len()) && secret.len() == 43;
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (fits && plain(selector) && plain(secret)).then(|| (selector.to_owned(), secret.to_owned()))
}

/// Whether it is the link's secret, be the reset over or not.
pub fn matches_secret(stored: &StoredReset, secret: &str) -> bool {
    sha256(secret.as_bytes()).ct_eq(&stored.verifier_hash).into()
}

/// Whether the code is right; blanks are ignored (FOR-3).
pub fn matches_code(stored: &StoredReset, typed: &str) -> bool {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    let hash = code_hash(&stored.selector, &code);
    fits && stored.tries < MAX_TRIES && bool::from(hash.as_slice().ct_eq(&stored.code_hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;

    fn made(word: &'static str) -> NewReset {
        let purpose = Purpose { word, user: UserId::generate(&SystemRandom), credential_version: 3, asker: Asker::Own };
        make(purpose, None, RESET_LIFETIME, Timestamp::from_seconds(0), &SystemRandom)
    }

    /// LR-02: what is stored is worth nothing to a thief; link and code are right in one form only.
    #[test]
    fn lr_02_only_hashes_are_stored() {
        let reset = made(RESET);
        let (selector, secret) = parse_link(&reset.link_token).unwrap();
        assert_eq!(selector, reset.stored.selector);
        assert_eq!(secret.len(), 43, "256 bits");
        assert!(matches_secret(&reset.stored, &secret));
        assert!(matches_code(&reset.stored, &reset.code));
        assert!(matches_code(&reset.stored, &format!(" {} {} ", &reset.code[..3], &reset.code[3..])));
        let dump = format!("{:?}", reset.stored);
        assert!(!dump.contains(&secret) && !dump.contains(&reset.code));
        assert!(!matches_secret(&reset.stored, &made(RESET).link_token[23..]));
        for bad in ["", "000 00", "abcdef", "１２３４５６", &format!("{}0", reset.code)] {
            assert!(!matches_code(&reset.stored, bad), "{bad}");
        }
    }

    /// LR-04, LR-05: fifteen minutes, bound to user, purpose and version; an invitation has no code.
    #[test]
    fn lr_04_and_lr_05_a_reset_has_its_end_and_its_purpose() {
        let reset = made(RESET);
        assert_eq!(reset.stored.expires_at, Timestamp::from_seconds(900));
        assert_eq!((reset.stored.purpose, reset.stored.credential_version), (RESET, 3));
        let invitation = made(INVITATION);
        assert_eq!((invitation.stored.purpose, invitation.code.as_str()), (INVITATION, ""));
        assert!(!matches_code(&invitation.stored, ""));
        assert!(!matches_code(&invitation.stored, "000000"));
        let first = made(FIRST);
        assert_eq!((first.code.as_str(), first.stored.code_hash.len()), ("", 0), "a link only");
        assert_eq!((made(SIGN_IN).code.len(), made(EMAIL).code.len()), (6, 6));
        let undo = made(EMAIL_UNDO);
        assert_eq!((undo.code.as_str(), undo.stored.code_hash.len()), ("", 0), "a link only");
        assert!(!PURPOSES.contains(&EMAIL) && !PURPOSES.contains(&EMAIL_UNDO), "never one for the other");
    }

    /// LR-17: after five wrong tries the right code is wrong too; the link stays what it is.
    #[test]
    fn lr_17_tries_are_few() {
        let reset = made(RESET);
        let (_, secret) = parse_link(&reset.link_token).unwrap();
        let tried = |tries| StoredReset { tries, ..reset.stored.clone() };
        assert!(matches_code(&tried(4), &reset.code) && matches_secret(&tried(4), &secret));
        assert!(!matches_code(&tried(5), &reset.code) && matches_secret(&tried(5), &secret));
        assert!(!matches_secret(&tried(5), &reset.code) && !matches_secret(&tried(0), &"A".repeat(43)));
    }

    #[test]
    fn links_that_are_none_are_not_looked_up() {
        let good = made(RESET).link_token;
        assert!(parse_link(&good).is_some());
        for bad in ["", ".", "a.b", &good[1..], &good[..good.len() - 1], &format!("{good}x"), &good.replace('.', "/")] {
            assert!(parse_link(bad).is_none(), "{bad}");
        }
    }
}
