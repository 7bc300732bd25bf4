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
}

#[test]
fn every_violation_has_its_line_on_the_page() {
    let lines: Vec<LineKind> = PasswordPolicy::classic().lines().iter().map(PolicyLine::kind).collect();
    use Violation::{Context, HasSpace, Leaked, NeedsLetter, NeedsNumber, NeedsSpecial, SameAsCurrent, TooLong, TooShort, UsedBefore};
    for violation in [TooShort, TooLong, NeedsNumber, NeedsLetter, NeedsSpecial, HasSpace, Leaked, Context, SameAsCurrent, UsedBefore] {
        assert!(lines.contains(&violation.line()), "{violation:?}");
    }
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
    ];
    for policy in bad {
        assert!(policy.fault().is_some(), "{policy:?}");
    }
}
