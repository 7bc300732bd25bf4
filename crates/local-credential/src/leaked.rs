//! Passwords that are known from leaks, without asking anybody (LP-11, ASVS 6.2.4, 6.2.12).
//!
//! Two lists are built in: what people choose most, and what was found most often in leaks. A password counts as leaked when
//! it is one of them, in any case and with digits for letters, with digits and marks around it: that is what guessing programs
//! try first, and what a rule for letters, digits and marks drives people to. So do a short piece that is repeated, and the
//! alphabet. An operator may add a file of any length; of its passwords only hashes are kept.

use std::{
    borrow::Cow,
    collections::HashSet,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    sync::LazyLock,
};

use homeward_model::Password;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::person::fold;

const LISTS: [&str; 2] = [include_str!("../data/common-bases.txt"), include_str!("../data/common-passwords.txt")];

/// What they hold, folded. Read when the first password is chosen: a broker at rest has no use for it.
static WORDS: LazyLock<HashSet<Cow<'static, str>>> = LazyLock::new(|| {
    let lines = LISTS.iter().flat_map(|list| list.lines()).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Some(fold(line)).filter(|folded| folded != line).map_or(Cow::Borrowed(line), Cow::Owned)).collect()
});

/// Digits and marks around a word are decoration up to so many; more are a secret of their own.
const DECORATION: usize = 8;

/// The lists.
#[derive(Clone)]
pub struct Leaked {
    /// The file's passwords: the first eight bytes of SHA-256 over the folded text, sorted.
    texts: Vec<u64>,
    /// The file's SHA-1 hashes: their first eight bytes, sorted.
    sha1: Vec<u64>,
}

impl Leaked {
    /// The lists that are shipped.
    pub fn built_in() -> Self {
        Self { texts: Vec::new(), sha1: Vec::new() }
    }
    /// The shipped lists and an operator's file. A line is a password, or its SHA-1 in forty hexadecimal digits, with or without
    /// `:count` behind it, as haveibeenpwned.com hands it out. Each takes eight bytes of memory.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_file(path: &Path) -> std::io::Result<Self> {
        let mut leaked = Self::built_in();
        // Such lists are in every encoding; a line that is no UTF-8 is nobody's password here.
        for line in BufReader::new(File::open(path)?).split(b'\n') {
            let line = line?;
            let Ok(line) = std::str::from_utf8(&line) else { continue };
            let line = line.trim_end_matches('\r');
            match sha1_of_line(line) {
                Some(hash) => leaked.sha1.push(hash),
                None if line.is_empty() => {}
                None => leaked.texts.push(text_hash(line)),
            }
        }
        for hashes in [&mut leaked.texts, &mut leaked.sha1] {
            hashes.sort_unstable();
            hashes.dedup();
            hashes.shrink_to_fit();
        }
        Ok(leaked)
    }
    /// Whether the password is on the list.
    pub fn contains(&self, password: &Password) -> bool {
        let text = password.reveal();
        let in_file = |text: &str| {
            self.texts.binary_search(&text_hash(text)).is_ok() || self.sha1.binary_search(&front(&Sha1::digest(text))).is_ok()
        };
        let without_blanks = without_blanks(text);
        in_file(text) || in_file(&Zeroizing::new(text.to_lowercase())) || self.is_decorated(text) || self.is_decorated(&without_blanks)
    }
    /// Whether a common word is left when up to eight digits and marks around it are taken away.
    fn is_decorated(&self, text: &str) -> bool {
        let chars: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
        let is_decoration = |c: &&char| !c.is_alphabetic();
        let front = chars.iter().take(DECORATION).take_while(is_decoration).count();
        let back = chars.iter().rev().take(DECORATION).take_while(is_decoration).count();
        (0..=front).any(|from| {
            (0..=back.min(DECORATION.saturating_sub(from))).any(|off| {
                let core = chars.get(from..chars.len().saturating_sub(off)).unwrap_or_default();
                self.is_common(core)
            })
        })
    }
    fn is_common(&self, core: &[char]) -> bool {
        let mut plain = Zeroizing::new(String::with_capacity(core.len().saturating_mul(4)));
        plain.extend(core);
        let folded = Zeroizing::new(fold(&plain));
        WORDS.contains(folded.as_str()) || is_run(core) || self.is_repeated(&folded)
    }
    /// A piece of up to three characters, or a common word, and nothing else: `abcabcabcabcabc`, `passwordpassword`.
    fn is_repeated(&self, folded: &str) -> bool {
        let chars: Zeroizing<Vec<char>> = Zeroizing::new(folded.chars().collect());
        let repeats = |piece: usize| chars.len().is_multiple_of(piece) && chars.chunks(piece).all(|c| Some(c) == chars.get(..piece));
        let Some(piece) = (1..=chars.len() / 2).find(|piece| repeats(*piece)) else { return false };
        let word = folded.char_indices().nth(piece).and_then(|(end, _)| folded.get(..end));
        chars.len() >= 6 && (piece <= 3 || word.is_some_and(|word| WORDS.contains(word)))
    }
}

impl std::fmt::Debug for Leaked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leaked(those built in, {} from the file)", self.texts.len().saturating_add(self.sha1.len()))
    }
}

/// Six or more neighbours in the alphabet or among the digits, up or down: `abcdefgh`, `98765432109876`.
fn is_run(core: &[char]) -> bool {
    let step = |pair: &[char]| match pair {
        ['9', '0'] => 1,
        ['0', '9'] => -1,
        [a, b] => i64::from(u32::from(b.to_ascii_lowercase())) - i64::from(u32::from(a.to_ascii_lowercase())),
        _ => 0,
    };
    core.len() >= 6 && [1, -1].iter().any(|direction| core.windows(2).all(|pair| step(pair) == *direction))
}

fn without_blanks(text: &str) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    kept.extend(text.chars().filter(|c| !c.is_whitespace()));
    kept
}

fn text_hash(text: &str) -> u64 {
    front(&Sha256::digest(Zeroizing::new(fold(text)).as_bytes()))
}

/// The hash of a line in the form of haveibeenpwned.com.
fn sha1_of_line(line: &str) -> Option<u64> {
    let (hash, count) = line.split_once(':').unwrap_or((line, "0"));
    let fits = hash.len() == 40 && hash.bytes().all(|b| b.is_ascii_hexdigit()) && count.bytes().all(|b| b.is_ascii_digit());
    u64::from_str_radix(hash.get(..16).filter(|_| fits)?, 16).ok()
}

fn front(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    /// LP-11: what satisfies the classic rule and is still everybody's first guess.
    #[test]
    fn lp_11_common_passwords_with_the_usual_endings_are_known() {
        let leaked = Leaked::built_in();
        for bad in [
            "Password1!", "P@ssw0rd1", "Summer2026!", "qwerty123!", "Welcome1#", "letmein99!", "Admin@123", "iloveyou1!", "Monkey12!",
            "Trustno1!", "Gandalf#2024", "!!dragon77", "Passwort-2026", "Soleil_2026!", "abcdefg1!", "1Qaz2wsx!", "Abcabc12!",
        ] {
            assert!(leaked.contains(&p(bad)), "{bad}");
        }
        for good in ["Kranich7!", "tulip-Quartz9", "vT9#qLw2!zRk", "Elster#12x", "Specht+55", "Kuckuck-7", "love#83!92_57=1"] {
            assert!(!leaked.contains(&p(good)), "{good}");
        }
    }

    /// LP-11: where length is all that is asked for, what has nothing but length.
    #[test]
    fn lp_11_long_passwords_of_no_substance_are_known() {
        let leaked = Leaked::built_in();
        for bad in [
            "passwordpassword", "Password Password", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012345", "987654321098765",
            "abcdefghijklmnopq", "correct horse battery staple", "qwertyuiopasdfgh", "1234567890123456", "dragondragondragon!",
        ] {
            assert!(leaked.contains(&p(bad)), "{bad}");
        }
        for good in ["vier Kraniche am See", "tulip quartz lantern", "monkey reads the paper", "passwords are not for dragons"] {
            assert!(!leaked.contains(&p(good)), "{good}");
        }
    }

    /// LP-11, ASVS 6.2.4: more than three thousand words, each of them with decorations that satisfy the classic rule.
    #[test]
    fn lp_11_the_built_in_list_is_long_enough() {
        let leaked = Leaked::built_in();
        let lines = LISTS[1].lines().filter(|line| !line.starts_with('#'));
        let mut refused = 0;
        for word in lines.filter(|word| (4..=13).contains(&word.len())) {
            assert!(leaked.contains(&p(&format!("{word}-7!"))), "{word}");
            refused += 1;
        }
        assert!(refused > 9_000, "{refused}");
    }

    /// LP-11: a list in any encoding, of passwords or of the SHA-1 hashes that haveibeenpwned.com hands out.
    #[test]
    fn lp_11_an_operators_file_adds_to_the_list() {
        let path = std::env::temp_dir().join(format!("homeward-leaked-{}", std::process::id()));
        // SHA-1 of "Reiher-88" and of "storch#66", by OpenSSL.
        let lines: [&[u8]; 6] = [
            b"Kranich7!",
            b"caf\xe9-au-lait",
            b"",
            b"DD787CE0AA010388C75710FD125414B1C426D5BC:17\r",
            b"39f6ddca1143b62517b4fb03eb06dbfbdb89c881",
            b"last line",
        ];
        std::fs::write(&path, lines.join(&b'\n')).unwrap();
        let leaked = Leaked::with_file(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        for bad in ["Kranich7!", "KRANICH7!", "Reiher-88", "Storch#66", "last line", "Password1!"] {
            assert!(leaked.contains(&p(bad)), "{bad}");
        }
        for good in ["Elster#12x", "Reiher-89"] {
            assert!(!leaked.contains(&p(good)), "{good}");
        }
        assert!(Leaked::with_file(&path).is_err(), "a file that is not there is an error and no empty list");
        assert!(!format!("{leaked:?}").contains("ranich"));
    }
}
