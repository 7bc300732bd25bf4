use super::*;
use proptest::prelude::*;

fn key(typed: &str) -> String {
    Username::parse(typed).unwrap_or_else(|e| panic!("{typed:?}: {e}")).key().to_owned()
}

/// LH-09, LG-06: case, outer blanks, the width of characters and a trailing dot do not make another person.
#[test]
fn lh_09_one_person_has_one_key() {
    for spelling in ["Ann@B.Example", " ann@b.example ", "ANN@b.example.", "ann@B.EXAMPLE", "ａｎｎ@b.example", "ann＠b.example", "ann@b。example"] {
        assert_eq!(key(spelling), "ann@b.example", "{spelling}");
    }
    assert_eq!(key("ann@bücher.example"), key("ann@xn--bcher-kva.example"));
    assert_eq!(key("Front-Desk"), "front-desk");
    // Cafe with a combining accent and with a composed one.
    assert_eq!(key("caf\u{e9}@b.example"), key("cafe\u{301}@b.example"));
}

/// LH-06: look-alikes stay different. LH-10: plus tags and dots are never dropped.
#[test]
fn lh_06_look_alikes_and_lh_10_plus_tags_stay_different() {
    assert_ne!(key("ann@apple.example"), key("ann@\u{430}pple.example"));
    assert_ne!(key("ann@b.example"), key("\u{430}nn@b.example"));
    assert_ne!(key("ann+news@b.example"), key("ann@b.example"));
    assert_ne!(key("a.nn@b.example"), key("ann@b.example"));
    assert_ne!(key("ann@sub.b.example"), key("ann@b.example"));
    // Turkish dotless i, sharp s.
    assert_ne!(key("mike@b.example"), key("m\u{131}ke@b.example"));
    assert_ne!(key("stra\u{df}e@b.example"), key("strasse@b.example"));
}

/// LH-09: letters whose folding is a trap. What would become another person's letter by compatibility is refused (the signs for
/// Kelvin and long s, the digraph DZ); a capital with a lower case of its own is folded; everything else stays itself.
#[test]
fn lh_09_letters_that_fold_into_others_make_no_second_person() {
    for trap in ["\u{212a}arl@b.example", "\u{17f}am@b.example", "\u{1f1}@b.example"] {
        assert_eq!(Username::parse(trap), Err(UsernameError::Characters), "{trap}");
    }
    assert_eq!(key("Karl@b.example"), "karl@b.example");
    for (capital, small) in [("\u{1e9e}a@b.example", "\u{df}a@b.example"), ("\u{3a3}a@b.example", "\u{3c3}a@b.example")] {
        assert_eq!(key(capital), key(small), "{capital}");
    }
    for (one, other) in [("m\u{130}ke@b.example", "mike@b.example"), ("a\u{3c2}@b.example", "a\u{3c3}@b.example"), ("i\u{307}@b.example", "i@b.example")] {
        assert_ne!(key(one), key(other), "{one}");
    }
}

/// LH-05, LH-12: what has two readings has none.
#[test]
fn lh_05_ambiguous_addresses_are_refused() {
    use UsernameError::{Characters, Domain, Empty, TooLong};
    for (typed, why) in [
        ("", Empty), ("   ", Empty),
        ("ann@b.example@evil.example", Domain), ("ann@", Domain), ("@b.example", Domain), ("ann@localhost", Domain),
        ("ann@192.0.2.1", Domain), ("ann@b..example", Domain), ("ann@.b.example", Domain),
        ("ann＠b.example@evil.example", Domain),
        ("\"x@b.example\"@evil.example", Characters), ("ann@[1.2.3.4]", Characters), ("ann(x)@b.example", Characters),
        ("ann@b.example,eve@evil.example", Characters), ("ann@b.example;eve@evil.example", Characters),
        // Wide forms that the mapping would turn into them.
        ("ann\u{ff3c}@b.example", Characters), ("ann\u{ff0c}eve", Characters), ("\u{ff08}x\u{ff09}@b.example", Characters), ("ann\u{ff1b}", Characters),
        ("a nn@b.example", Characters), ("ann\r\nBcc:eve@evil.example", Characters), ("a\0nn@b.example", Characters),
    ] {
        assert_eq!(Username::parse(typed).map(|u| u.key().to_owned()), Err(why), "{typed:?}");
    }
    assert_eq!(Username::parse(&format!("{}@b.example", "a".repeat(254))).unwrap_err(), TooLong);
    assert!(Username::parse(&format!("{}@b.example", "a".repeat(242))).is_ok());
    assert_eq!(Username::parse(&"x".repeat(100_000)).unwrap_err(), TooLong);
}

/// What fuzzing found: characters whose lower case the profile refuses have no key, so they are no usernames.
#[test]
fn a_name_whose_key_would_be_refused_is_refused() {
    for bytes in [&b"z..z\xd3\x81z.=\xd9\x98\xcc\xb8\xdb\x98"[..], b"0\xe1\x8f\xb1"] {
        let text = std::str::from_utf8(bytes).unwrap();
        match Username::parse(text) {
            Ok(username) => assert_eq!(Username::parse(username.key()).unwrap().key(), username.key()),
            Err(why) => assert_eq!(why, UsernameError::Characters),
        }
    }
    assert!(Username::parse("zoe").is_ok());
    let grows = format!("{}@{}.example", "a".repeat(180), "b\u{fc}cher.".repeat(8).trim_end_matches('.'));
    assert_eq!(Username::parse(&grows).unwrap_err(), UsernameError::TooLong, "its key would be over 254 characters");
}

/// LH-03: the page shows what was typed, never what is stored.
#[test]
fn lh_03_the_typed_form_is_kept() {
    let username = Username::parse("  Ann@B.Example ").unwrap();
    assert_eq!(username.typed(), "Ann@B.Example");
    assert_eq!(username.masked(), "a•••••@b.example");
}

proptest! {
    /// Reading a key again gives the same key: no second spelling can collide later.
    #[test]
    fn a_key_is_its_own_key(typed in "\\PC{0,40}(@[a-z0-9.-]{0,30})?") {
        if let Ok(username) = Username::parse(&typed) {
            let again = Username::parse(username.key());
            prop_assert_eq!(again.map(|u| u.key().to_owned()), Ok(username.key().to_owned()));
        }
    }
    #[test]
    fn parsing_never_panics(typed in any::<String>()) { let _ = Username::parse(&typed); }
}

/// What is visible ASCII goes past the profile: it must come out as the profile would have it, each sign and each pair of them.
#[test]
fn the_short_way_for_ascii_is_what_the_profile_says() {
    let signs: Vec<char> = (b'!'..=b'~').map(char::from).collect();
    let pairs = signs.iter().flat_map(|one| signs.iter().map(move |other| format!("{one}{other}")));
    for text in signs.iter().map(char::to_string).chain(pairs) {
        let by_profile = UsernameCaseMapped::new().enforce(text.as_str()).map(std::borrow::Cow::into_owned);
        assert_eq!(Ok(stable(&text).unwrap_or_default()), by_profile, "{text}");
    }
    for beyond in ["", " ", "a b", "a\t", "\u{7f}"] {
        assert_eq!(stable(beyond), None, "{beyond:?}");
    }
}
