//! Words that anybody could guess about a person, and how strong a password is.

use homeward_model::Password;
use zeroize::Zeroizing;

/// What is known of the person and the account, for strength and context words.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The username's key.
    pub username: &'a str,
    /// Given and family name.
    pub names: &'a [&'a str],
    /// The account's name.
    pub account_name: &'a str,
    /// The account's number.
    pub account_number: &'a str,
    /// The product's name.
    pub product: &'a str,
}

/// How strong a password is. It informs and never refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// zxcvbn 0 or 1.
    Weak,
    /// zxcvbn 2.
    Fair,
    /// zxcvbn 3.
    Good,
    /// zxcvbn 4.
    Strong,
}

impl Person<'_> {
    /// Every context word of at least four characters (of an account number: all of it).
    fn words(&self) -> impl Iterator<Item = String> + '_ {
        let local = self.username.split('@').next().unwrap_or_default();
        let pieces = [local, self.account_name, self.product].into_iter().chain(self.names.iter().copied());
        pieces
            .flat_map(|text| std::iter::once(text).chain(text.split(|c: char| !c.is_alphanumeric())))
            .chain(std::iter::once(self.account_number))
            .map(fold)
            .filter(|word| word.chars().count() >= 4)
    }
    /// Whether the password is little more than one of those words: without the word fewer than five characters are left
    /// (LP-11). A long password may contain a name.
    pub fn is_in(&self, password: &Password) -> bool {
        let folded = Zeroizing::new(fold(password.reveal()));
        let length = folded.chars().count();
        self.words().any(|word| folded.contains(&word) && length.saturating_sub(word.chars().count()) < 5)
    }
}

/// Lower case, the usual digits for letters undone: `P4$$w0rd` and `password` are one guess.
pub(crate) fn fold(text: &str) -> String {
    // Lower case can take half as many bytes again. Reserved once, so that a password leaves no unwiped copy behind.
    let mut folded = String::with_capacity(text.len().saturating_mul(2));
    folded.extend(text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        other => other,
    }));
    folded
}

/// Estimates the strength by zxcvbn, with the person's own words as inputs.
pub fn strength(password: &Password, who: &Person<'_>) -> Strength {
    let words: Vec<String> = who.words().collect();
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    // zxcvbn's work grows with the square of the length: 72 characters say enough.
    let mut head = Zeroizing::new(String::with_capacity(password.reveal().len()));
    head.extend(password.reveal().chars().take(72));
    match u8::from(zxcvbn::zxcvbn(&head, &inputs).score()) {
        0 | 1 => Strength::Weak,
        2 => Strength::Fair,
        3 => Strength::Good,
        _ => Strength::Strong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Person<'static> = Person {
        username: "ann.miller@northwind.example",
        names: &["Ann", "Miller"],
        account_name: "Northwind Dental",
        account_number: "40817",
        product: "Unified Sign In",
    };

    /// LP-11: names of person, account and product, in any case and with digits for letters; a long password may contain one.
    #[test]
    fn lp_11_context_words_are_refused_whatever_their_disguise() {
        let p = |text: &str| Password::parse(text).unwrap();
        for bad in ["Miller1!", "m1ll3r-9", "Northw1nd!1", "40817-ab", "ann.miller1!", "Dental_12", "Unified9!"] {
            assert!(ANN.is_in(&p(bad)), "{bad}");
        }
        for good in ["Kranich7!", "tulip-Quartz9", "Miller-verklemmt-7!", "Anna1#xyz"] {
            assert!(!ANN.is_in(&p(good)), "{good}");
        }
    }

    #[test]
    fn strength_grows_and_the_persons_own_words_count_for_little() {
        let s = |text: &str| strength(&Password::parse(text).unwrap(), &ANN);
        assert_eq!(s("password1!"), Strength::Weak);
        assert_eq!(s("northwind"), Strength::Weak);
        assert_eq!(s("vT9#qLw2!zRk8$Xe"), Strength::Strong);
        assert!(s("tulip-Quartz9") >= Strength::Good);
    }
}
