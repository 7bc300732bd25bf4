use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

use super::*;

const NOBODY: Person<'static> = Person { username: "zz", names: &[], account_name: "", account_number: "", product: "" };

fn violations(policy: &PasswordPolicy, text: &str) -> Vec<Violation> {
    policy.violations(&Password::parse(text).unwrap(), &NOBODY, &Leaked::built_in())
}

/// LP-01, B-075: lengths count code points, not bytes.
#[test]
fn lp_01_lengths_count_code_points() {
    let classic = PasswordPolicy::classic();
    for (text, wrong) in [
        ("Kra1!xy", vec![Violation::TooShort]),
        ("Kra1!xyz", vec![]),
        ("Kra1!xyzKra1!xyz", vec![]),
        ("Kra1!xyzKra1!xyzQ", vec![Violation::TooLong]),
        ("Ké1!😀😀😀", vec![Violation::TooShort]),
        ("Ké1!😀😀😀😀", vec![]),
        ("שלום1!aב", vec![]),
    ] {
        assert_eq!(violations(&classic, text), wrong, "{text}");
    }
}

/// LP-02, B-076…B-080: the truth table of the classic profile.
#[test]
fn lp_02_composition_is_what_the_document_says() {
    use Violation::{HasSpace, NeedsLetter, NeedsNumber, NeedsSpecial};
    let classic = PasswordPolicy::classic();
    for (text, wrong) in [
        ("kranichx!", vec![NeedsNumber]),
        ("kranich٣!", vec![NeedsNumber]), // an Arabic digit is no digit of the rule
        ("83748374!", vec![NeedsLetter]),
        ("8374ßéж4!", vec![NeedsLetter]), // letters, but not English ones
        ("kranich77", vec![NeedsSpecial]),
        ("kranich7?", vec![NeedsSpecial]), // accepted, but not one of the ten
        ("kranich7€", vec![NeedsSpecial]),
        ("kran ich7!", vec![HasSpace]),
        ("kranich7! ", vec![HasSpace]),
        ("kranich7!?€", vec![]),
    ] {
        assert_eq!(violations(&classic, text), wrong, "{text}");
    }
    for special in CLASSIC_SPECIALS.chars() {
        assert_eq!(violations(&classic, &format!("kranich7{special}")), [], "{special}");
    }
    assert_eq!(CLASSIC_SPECIALS.chars().count(), 10);
}

/// B-080: characters that the source document does not name are accepted, unless the policy says otherwise.
#[test]
fn lp_02_other_characters_are_a_setting() {
    let classic = PasswordPolicy::classic();
    let strict = PasswordPolicy { only_listed: true, ..classic.clone() };
    for (text, wrong) in [("kranich7!", vec![]), ("kranich7!?", vec![Violation::OtherCharacter]), ("Ké1!xyzzy", vec![Violation::OtherCharacter])] {
        assert_eq!(violations(&classic, text), [], "{text}");
        assert_eq!(violations(&strict, text), wrong, "{text}");
    }
    assert_eq!(violations(&strict, "kran ich7!"), [Violation::HasSpace], "said once");
    assert!(strict.lines().contains(&PolicyLine::OnlyListed { which: CLASSIC_SPECIALS.into() }));
    assert!(strict.passwordrules().ends_with("required: [-@!#$%&_=+]; allowed: lower, upper, digit, [-@!#$%&_=+];"));
    // A policy that was stored before there was the setting is read as it was meant.
    let mut stored = serde_json::to_value(&classic).unwrap();
    stored.as_object_mut().unwrap().remove("only_listed");
    assert_eq!(serde_json::from_value::<PasswordPolicy>(stored.clone()).unwrap(), classic);
    stored.as_object_mut().unwrap().insert("only_lsited".into(), true.into());
    assert!(serde_json::from_value::<PasswordPolicy>(stored).is_err(), "and a misspelt one is an error");
}

/// LP-18: another profile is another answer; what is stored is not looked at again.
#[test]
fn the_modern_profile_asks_for_length_alone() {
    let modern = PasswordPolicy::modern();
    assert_eq!(violations(&modern, "vier Kraniche am See"), []);
    assert_eq!(violations(&modern, "Kranich7!"), [Violation::TooShort]);
    assert_eq!(violations(&modern, &"vier Kraniche ".repeat(9)), []);
    assert_eq!(modern.expiry(Timestamp::from_seconds(0), Timestamp::from_seconds(i64::MAX)), Expiry::Never);
}

/// LP-12, B-065: the days around the end, to the second.
#[test]
fn lp_12_a_password_expires_after_ninety_days_and_warns_from_fourteen() {
    let classic = PasswordPolicy::classic();
    let day = |days: i64, seconds: i64| classic.expiry(Timestamp::from_seconds(0), Timestamp::from_seconds(days * 86_400 + seconds));
    assert_eq!(day(0, 0), Expiry::Fine);
    assert_eq!(day(75, 86_399), Expiry::Fine);
    assert_eq!(day(76, 0), Expiry::Soon { days: 14 });
    assert_eq!(day(84, 0), Expiry::Soon { days: 6 });
    assert_eq!(day(89, 0), Expiry::Soon { days: 1 });
    assert_eq!(day(89, 86_399), Expiry::Soon { days: 1 });
    assert_eq!(day(90, 0), Expiry::Expired { days_since_change: 90 });
    assert_eq!(day(91, 0), Expiry::Expired { days_since_change: 91 });
    assert_eq!(classic.expiry(Timestamp::from_seconds(100), Timestamp::from_seconds(0)), Expiry::Fine, "a clock that jumped back");
}

/// CHG-2: what a generator of passwords reads.
#[test]
fn passwordrules_come_from_the_policy() {
    assert_eq!(
        PasswordPolicy::classic().passwordrules(),
        "minlength: 8; maxlength: 16; required: lower, upper; required: digit; required: [-@!#$%&_=+];"
    );
    assert_eq!(PasswordPolicy::modern().passwordrules(), "minlength: 15;");
    let with = |set: &str| PasswordPolicy { need_special: Some(set.into()), ..PasswordPolicy::modern() }.passwordrules();
    assert_eq!(with("]a-["), "minlength: 15; required: [-a[]];");
    assert_eq!(with("§€"), "minlength: 15;");
}

#[test]
fn every_violation_has_its_line_on_the_page() {
    use Violation::{Context, HasSpace, Leaked, NeedsLetter, NeedsNumber, NeedsSpecial, OtherCharacter, SameAsCurrent, TooLong, TooShort, UsedBefore};
    let strict = PasswordPolicy { only_listed: true, ..PasswordPolicy::classic() };
    let lines: Vec<LineKind> = strict.lines().iter().map(PolicyLine::kind).collect();
    for violation in
        [TooShort, TooLong, NeedsNumber, NeedsLetter, NeedsSpecial, HasSpace, OtherCharacter, Leaked, Context, SameAsCurrent, UsedBefore]
    {
        assert!(lines.contains(&violation.line()), "{violation:?}");
    }
}

/// CHG-3, CHG-4: one line for what is demanded, and nothing of what is not.
#[test]
fn chg_3_a_number_or_a_letter_alone_has_a_line_of_its_own() {
    let lines = |need_number, need_letter| {
        let policy = PasswordPolicy { need_number, need_letter, ..PasswordPolicy::classic() };
        policy.lines().into_iter().filter(|line| line.kind() == LineKind::NumberAndLetter).collect::<Vec<_>>()
    };
    assert_eq!(lines(true, true), [PolicyLine::NumberAndLetter]);
    assert_eq!((lines(true, false), lines(false, true), lines(false, false)), (vec![PolicyLine::Number], vec![PolicyLine::Letter], vec![]));
    let number = PasswordPolicy { need_letter: false, ..PasswordPolicy::classic() };
    assert_eq!((violations(&number, "83748374!"), violations(&number, "kranichx!")), (vec![], vec![Violation::NeedsNumber]));
}

#[test]
fn an_unsound_policy_is_named() {
    assert_eq!(PasswordPolicy::classic().fault(), None);
    assert_eq!(PasswordPolicy::modern().fault(), None);
    let bad = [
        PasswordPolicy { min: 7, ..PasswordPolicy::classic() },
        PasswordPolicy { max: Some(7), ..PasswordPolicy::classic() },
        PasswordPolicy { max: Some(129), ..PasswordPolicy::classic() },
        PasswordPolicy { history: 11, ..PasswordPolicy::classic() },
        PasswordPolicy { need_special: Some(String::new()), ..PasswordPolicy::classic() },
        PasswordPolicy { expires_after_days: Some(0), ..PasswordPolicy::classic() },
        PasswordPolicy { only_listed: true, ..PasswordPolicy::modern() },
    ];
    for policy in bad {
        assert!(policy.fault().is_some(), "{policy:?}");
    }
}

/// Without the lists, which are tested where they are.
fn bare() -> PasswordPolicy {
    PasswordPolicy { refuse_leaked: false, refuse_context: false, ..PasswordPolicy::classic() }
}

proptest! {
    /// LP-01, LP-02: for any text, the classic profile says exactly what B-075…B-079 say.
    #[test]
    fn lp_02_the_classic_profile_says_what_the_document_says(text in "[a-zA-Z0-9@!#$%&_=+ ?é٣ßж😀-]{1,20}") {
        let password = Password::parse(&text).unwrap();
        let said = bare().violations(&password, &NOBODY, &Leaked::built_in());
        let length = password.reveal().chars().count();
        let has = |set: &str| password.reveal().chars().any(|c| set.contains(c));
        let letters: String = ('a'..='z').chain('A'..='Z').collect();
        let expected = [
            (length < 8, Violation::TooShort),
            (length > 16, Violation::TooLong),
            (!has("0123456789"), Violation::NeedsNumber),
            (!has(&letters), Violation::NeedsLetter),
            (!has("@!#$%&_-=+"), Violation::NeedsSpecial),
            (has(" "), Violation::HasSpace),
        ];
        prop_assert_eq!(said, expected.iter().filter(|(wrong, _)| *wrong).map(|(_, v)| *v).collect::<Vec<_>>());
    }
    /// LP-01: whatever the alphabet, a character is one character, and both bounds are inclusive.
    #[test]
    fn lp_01_any_character_counts_once(c in prop::char::any(), length in 1usize..140) {
        let Ok(password) = Password::parse(&c.to_string().repeat(length)) else { return Ok(()) };
        let said = PasswordPolicy { need_letter: false, need_number: false, need_special: None, allow_spaces: true, ..bare() }
            .violations(&password, &NOBODY, &Leaked::built_in());
        let length = password.reveal().chars().count();
        prop_assert_eq!(said.contains(&Violation::TooShort), length < 8);
        prop_assert_eq!(said.contains(&Violation::TooLong), length > 16);
        prop_assert!(said.len() <= 1);
    }
    /// LP-12: days never go backwards: fine, then soon with fewer and fewer days, then expired.
    #[test]
    fn lp_12_expiry_only_comes_nearer(at in prop::collection::vec(0i64..100 * 86_400, 2..20)) {
        let mut at = at;
        at.sort_unstable();
        let left = |second: &i64| match PasswordPolicy::classic().expiry(Timestamp::from_seconds(0), Timestamp::from_seconds(*second)) {
            Expiry::Fine => 15,
            Expiry::Soon { days } => i64::from(days),
            Expiry::Expired { days_since_change } => 90 - i64::from(days_since_change),
            Expiry::Never | Expiry::MustChange => panic!("the classic profile expires"),
        };
        let left: Vec<i64> = at.iter().map(left).collect();
        prop_assert!(left.windows(2).all(|pair| pair[0] >= pair[1]), "{left:?}");
    }
}
