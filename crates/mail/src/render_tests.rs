use homeward_language::Language;

use super::*;
use crate::letter::samples;

/// MAI-1: text complete by itself, short subject, links to our own address only, nothing loaded.
#[test]
fn mai_1_every_mail_is_complete_in_text_and_loads_nothing() {
    for language in Language::OFFERED {
        for letter in samples(language) {
            let mail = render(&letter, "Unified Sign In");
            assert!(mail.subject.chars().count() <= 60, "{}", mail.subject);
            assert!(!mail.subject.is_empty() && !mail.html.contains("<img") && !mail.html.contains("url("), "{}", mail.subject);
            for part in [&mail.text, &mail.html] {
                for link in part.split("http").skip(1) {
                    assert!(link.starts_with("s://signin.example.com/"), "{link}");
                }
                assert!(part.contains(letter.case.as_str()) && part.contains("40817"));
            }
            let flat = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
            let stripped = flat(&mail.html.replace("&amp;", "&"));
            for paragraph in mail.text.split("\n\n").map(flat).filter(|p| !p.contains("http") && !p.contains("40817") && !p.contains("482 913")) {
                assert!(stripped.contains(&paragraph), "{paragraph} is not in the HTML");
            }
        }
    }
}

/// MAI-2: contrast of text, muted text and button on their grounds, light and dark, computed by the WCAG formula.
#[test]
fn mai_2_colours_have_contrast_in_light_and_dark() {
    let luminance = |hex: &str| {
        let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(channel(1)) + 0.7152 * linear(channel(3)) + 0.0722 * linear(channel(5))
    };
    let mail = render(&samples(Language::English)[0], "Unified Sign In");
    for (text, ground) in [("#16242b", "#ffffff"), ("#53616a", "#ffffff"), ("#ffffff", "#0b5a58"), ("#e9eeec", "#172225"), ("#a5b3b5", "#172225"), ("#05201e", "#63c9be")] {
        assert!(mail.html.contains(text) && mail.html.contains(ground));
        let (a, b) = (luminance(text), luminance(ground));
        let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
        assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
    }
}

/// LR-13, LR-14: names cannot write HTML or headers.
#[test]
fn lr_13_and_lr_14_names_write_neither_html_nor_headers() {
    for mut letter in samples(Language::English) {
        letter.account_name = "Evil <img src=x onerror=alert(1)>\r\nBcc: eve@evil.example".into();
        if let Message::Invitation { given_name, .. } = &mut letter.message {
            *given_name = "<script>alert(1)</script>".into();
        }
        let mail = render(&letter, "Unified Sign In");
        assert!(!mail.html.contains("<img") && !mail.html.contains("<script"), "{}", mail.html);
        for header in [&mail.subject, &mail.sender] {
            assert!(!header.contains(['\r', '\n']), "{header:?}");
        }
        assert!(mail.html.contains("Evil &lt;img"));
    }
}

/// B-062, LP-17: the mail for a person whose organisation keeps the password carries nothing to reset it with.
#[test]
fn lp_17_the_mail_that_explains_carries_no_token() {
    let letter = samples(Language::English).into_iter().find(|l| matches!(l.message, Message::ResetElsewhere { .. })).unwrap();
    let mail = render(&letter, "Unified Sign In");
    assert!(!mail.text.contains("token") && !mail.html.contains("token") && !mail.html.contains("/reset"));
    assert!(mail.text.contains("Northwind Dental, keeps your password"));
    let reset = samples(Language::English).into_iter().find(|l| matches!(l.message, Message::Reset { .. })).unwrap();
    let mail = render(&reset, "Unified Sign In");
    assert_eq!(mail.subject, "Reset your password: 482 913");
    assert!(mail.text.contains("https://signin.example.com/reset?token=abc"));
}
