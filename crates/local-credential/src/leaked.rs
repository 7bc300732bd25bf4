//! Passwords that are known from leaks, without asking anybody (LP-11, ASVS 6.2.4).
//!
//! The built-in list has the bases people choose most. A password that is one of them with digits and marks around it, in any
//! case and with digits for letters, is what guessing programs try first, and counts as leaked. An operator may add a file of
//! whole passwords; they are kept as sorted 64-bit hashes: no false negative, and hardly a false positive.

use std::{collections::HashSet, path::Path};

use homeward_model::Password;
use sha2::{Digest, Sha256};

use crate::person::fold;

const BASES: &str = include_str!("../data/common-bases.txt");

/// Longer beginnings and endings than this are no decoration any more.
const DECORATION: usize = 8;

/// The list.
#[derive(Clone, Debug)]
pub struct Leaked {
    bases: HashSet<String>,
    hashes: Vec<u64>,
}

impl Leaked {
    /// The list that is shipped.
    pub fn built_in() -> Self {
        let bases = BASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { bases: bases.map(fold).collect(), hashes: Vec::new() }
    }
    /// The shipped list and an operator's file: one password a line.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_file(path: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let mut hashes: Vec<u64> = text.lines().map(|line| hash(line.trim_end())).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Ok(Self { hashes, ..Self::built_in() })
    }
    /// Whether the password is on the list.
    pub fn contains(&self, password: &Password) -> bool {
        let text = password.reveal();
        self.hashes.binary_search(&hash(text)).is_ok() || self.is_decorated_base(text)
    }
    fn is_decorated_base(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let is_decoration = |c: &&char| !c.is_alphabetic();
        let front = chars.iter().take(DECORATION).take_while(is_decoration).count();
        let back = chars.iter().rev().take(DECORATION).take_while(is_decoration).count();
        (0..=front).any(|from| {
            (0..=back).any(|off| {
                let length = chars.len().saturating_sub(from).saturating_sub(off);
                let core: String = chars.iter().skip(from).take(length).collect();
                self.bases.contains(&fold(&core))
            })
        })
    }
}

fn hash(text: &str) -> u64 {
    let digest = Sha256::digest(fold(text).as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LP-11: what satisfies the classic rule and is still everybody's first guess.
    #[test]
    fn lp_11_common_passwords_with_the_usual_endings_are_known() {
        let leaked = Leaked::built_in();
        let p = |text: &str| Password::parse(text).unwrap();
        for bad in ["Password1!", "P@ssw0rd1", "Summer2026!", "qwerty123!", "Welcome1#", "letmein99!", "Admin@123", "iloveyou1!", "Monkey12!"] {
            assert!(leaked.contains(&p(bad)), "{bad}");
        }
        for good in ["Kranich7!", "tulip-Quartz9", "vT9#qLw2!zRk"] {
            assert!(!leaked.contains(&p(good)), "{good}");
        }
    }

    #[test]
    fn an_operators_file_adds_to_the_list() {
        let path = std::env::temp_dir().join(format!("homeward-leaked-{}", std::process::id()));
        std::fs::write(&path, "Kranich7!\n").unwrap();
        let leaked = Leaked::with_file(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(leaked.contains(&Password::parse("KRANICH7!").unwrap()));
        assert!(leaked.contains(&Password::parse("Password1!").unwrap()));
    }
}
