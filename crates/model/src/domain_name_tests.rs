use super::*;
use proptest::prelude::*;

fn ascii(typed: &str) -> String {
    DomainName::parse(typed).unwrap_or_else(|e| panic!("{typed:?}: {e}")).as_str().to_owned()
}

/// LH-05: every spelling of a domain is one; a part of it is another.
#[test]
fn lh_05_a_domain_has_one_form() {
    for spelling in ["b.example", "B.EXAMPLE", "b.example.", "b。example", "ｂ.example", "b．example"] {
        assert_eq!(ascii(spelling), "b.example", "{spelling}");
    }
    for spelling in ["bücher.example", "BÜCHER.example", "bu\u{308}cher.example", "xn--bcher-kva.example", "XN--BCHER-KVA.example"] {
        assert_eq!(ascii(spelling), "xn--bcher-kva.example", "{spelling}");
    }
    assert_eq!(DomainName::parse("xn--bcher-kva.example").unwrap().to_unicode(), "bücher.example");
    // Non-transitional: ß is a letter of its own, and the sign for Kelvin is a k.
    assert_ne!(ascii("straße.example"), ascii("strasse.example"));
    assert_eq!(ascii("\u{212a}iosk.example"), "kiosk.example");
    for other in ["sub.b.example", "b.example.evil.example", "bb.example", "b-example.example"] {
        assert_ne!(ascii(other), "b.example");
    }
}

/// LH-05: punycode that hides an ASCII name, or does not come back as itself, is no domain (RUSTSEC-2024-0421).
#[test]
fn lh_05_punycode_must_be_what_it_says() {
    for hostile in ["xn--example-.example", "xn--b-.example", "xn--.example", "xn--a-ecp.ru", "xn--0.example", "xn--\u{fc}.example"] {
        assert!(DomainName::parse(hostile).is_err(), "{hostile}");
    }
    assert!(DomainName::parse("xn--bcher-kva.example").is_ok());
}

/// LH-05: what is no domain, and why.
#[test]
fn lh_05_what_is_no_domain_is_refused() {
    use DomainError::{Address, Characters, Shape};
    for (typed, why) in [
        ("", Shape), ("example", Shape), (".", Characters), ("b..example", Characters), (".b.example", Characters), ("b.example..", Characters),
        ("192.0.2.1", Address), ("b.example.0x7f", Address), ("127.1", Address), ("１９２.0.2.1", Address),
        ("b.example\0", Characters), ("b exam.ple", Characters), ("b.example:80", Characters), ("b.example/x", Characters), ("b_c.example", Characters),
        ("-b.example", Characters), ("b-.example", Characters), ("[1.2.3.4]", Characters), ("b@c.example", Characters),
        ("\u{202e}b.example", Characters), ("b.example\r\n", Characters), ("b%2eexample.org", Characters),
    ] {
        assert_eq!(DomainName::parse(typed).map(String::from), Err(why), "{typed:?}");
    }
    let long = format!("{}.example", "a".repeat(63));
    assert_eq!(ascii(&long), long);
    assert!(DomainName::parse(&format!("{}.example", "a".repeat(64))).is_err(), "a label of 64");
    assert!(DomainName::parse(&format!("{}example", "abcdefg.".repeat(32))).is_err(), "263 characters");
    assert!(DomainName::parse(&"b.".repeat(10_000)).is_err());
}

/// LH-06: domains that look alike are different, and the ASCII form says so.
#[test]
fn lh_06_look_alikes_are_other_domains() {
    for alike in ["\u{430}pple.example", "app\u{3bb}e.example", "appl\u{435}.example", "\u{251}pple.example", "app1e.example", "apple.examp1e"] {
        assert_ne!(ascii(alike), "apple.example", "{alike}");
    }
    assert!(ascii("\u{430}pple.example").starts_with("xn--"));
}

proptest! {
    /// The form is a fixed point, both ways: no second spelling can collide later.
    #[test]
    fn a_domain_is_its_own_form(typed in "\\PC{0,30}(\\.[a-z0-9-]{1,10}){0,3}") {
        if let Ok(domain) = DomainName::parse(&typed) {
            prop_assert!(domain.as_str().is_ascii() && domain.as_str().len() <= 253);
            prop_assert_eq!(DomainName::parse(domain.as_str()), Ok(domain.clone()));
            prop_assert_eq!(DomainName::parse(&domain.to_unicode()), Ok(domain));
        }
    }
    #[test]
    fn parsing_never_panics(typed in any::<String>()) { let _ = DomainName::parse(&typed); }
}
