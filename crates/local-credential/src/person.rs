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
    /// The texts about person and account, each whole and in its words.
    fn pieces(&self) -> impl Iterator<Item = &str> {
        let local = self.username.split('@').next().unwrap_or_default();
        let texts = self.names.iter().copied().chain([local, self.account_name, self.product]);
        texts.flat_map(in_words).chain(std::iter::once(self.account_number))
    }
    /// Every context word of at least four characters: a shorter one stands in many a good password by chance.
    fn words(&self) -> impl Iterator<Item = String> {
        self.pieces().map(fold).filter(|word| word.chars().count() >= 4)
    }
    /// What the estimate of the strength is told, the best guess first: every word of two characters or more, the words of the username's domain, too.
    /// Each as it is written and with the usual digits undone. An initial alone says nothing.
    fn inputs(&self) -> Vec<String> {
        let domain = self.username.split_once('@').map_or("", |(_, domain)| domain);
        let mut inputs: Vec<String> = Vec::new();
        for word in self.pieces().chain(in_words(domain)).flat_map(|word| [word.to_lowercase(), fold(word)]) {
            if word.chars().nth(1).is_some() && !inputs.contains(&word) {
                inputs.push(word);
            }
        }
        inputs
    }
    /// Whether the password is little more than one of those words: without the word fewer than five characters are left
    /// (LP-11). A long password may contain a name.
    pub fn is_in(&self, password: &Password) -> bool {
        let folded = Zeroizing::new(fold(password.reveal()));
        let length = folded.chars().count();
        self.words().any(|word| folded.contains(&word) && length.saturating_sub(word.chars().count()) < 5)
    }
}

/// A text, and what stands in it between blanks, dots and the like.
fn in_words(text: &str) -> impl Iterator<Item = &str> {
    std::iter::once(text).chain(text.split(|c: char| !c.is_alphanumeric()))
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
    let words = who.inputs();
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

    /// LP-11: a password that is made of a name is judged by it, however short the name is and in whichever field it stands. Nothing is refused for a
    /// word of two or three letters that stands in it by chance.
    #[test]
    fn lp_11_a_short_name_counts_like_a_long_one_and_refuses_nothing() {
        fn of(names: &[&str], username: &str, account_number: &str, text: &str) -> Strength {
            strength(&Password::parse(text).unwrap(), &Person { username, names, account_number, ..ANN })
        }
        let by_name = |name: &str, text: &str| of(&[name, "Miller"], "a.miller@northwind.example", "40817", text);
        for (name, own) in [("Zyq", "zyq19991231"), ("Zyqwam", "zyqwam19991231")] {
            assert_eq!(by_name(name, own), Strength::Weak, "{own} of {name}");
            assert!(by_name("Ann", own) > Strength::Weak, "{own} of somebody else");
            assert_eq!(of(&[], name, "40817", own), Strength::Weak, "{own} of whoever has it as username");
        }
        assert_eq!(by_name("Oz", "oz19991231"), Strength::Weak);
        // The account's number as it is written.
        assert_eq!((of(&[], "zz", "40817", "40817Kra"), of(&[], "zz", "51928", "40817Kra")), (Strength::Weak, Strength::Fair));
        let al = Person { username: "al@oz.example", names: &["Al", "O"], account_name: "Al", account_number: "40817", product: "Unified Sign In" };
        let p = |text: &str| Password::parse(text).unwrap();
        let policy = crate::PasswordPolicy::classic();
        for good in ["Algebra-7quartz", "Alkali-Tulip7", "Ozean-Kranich7!"] {
            assert!(!al.is_in(&p(good)) && policy.violations(&p(good), &al, &crate::Leaked::built_in()).is_empty(), "{good}");
            assert!(strength(&p(good), &al) >= Strength::Good, "{good}");
        }
        assert!(Person { account_name: "Quartz", ..al }.is_in(&p("Quartz-7a1")), "a longer name is refused as before");
    }
}
