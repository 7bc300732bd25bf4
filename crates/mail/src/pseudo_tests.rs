//! The mails in the pseudo-language: every word of them comes from the catalogue, and nothing is cut off (I18-1, I18-2).

use std::collections::BTreeSet;

use homeward_language::Language;

use crate::{
    letter::{Letter, samples},
    render::{Rendered, render},
};

/// What the samples put in and nobody translates: names, values, and words of consoles. What is a part of another comes after it.
const GIVEN: [&str; 24] = [
    "Basic SAML Configuration › Identifier (Entity ID)", "Basic SAML Configuration › Reply URL (Assertion Consumer Service URL)", "SAML Certificates › App Federation Metadata Url",
    "SAML Certificates › Signing Option", "SAML Certificates › Certificate (Base64)", "Sign SAML response and assertion", "Entra:", "draft → enforced", "tested → draft",
    "Microsoft Entra ID", "Northwind Dental", "Connect for Desktop", "Unified Sign In", "Ana Trujillo", "IT desk", "Chrome", "Windows", "signin-verify=qX8sV2",
    "_signin-check.northwind.example", "ana.trujillo@northwind.example", "britta.simon@northwind.example", "britta@northwind.example", "northwind.example", "Britta",
];
/// The pseudo-language leaves none of these letters in a text.
const CHANGED: &str = "acdeghiklnorstuwyACEINOSU";

fn mails(language: Language) -> Vec<(Letter, Rendered)> {
    samples(language).into_iter().map(|letter| { let mail = render(&letter, "Unified Sign In"); (letter, mail) }).collect()
}

/// The texts between the tags of the HTML part.
fn shown(html: &str) -> String {
    let body = html.split_once("</style>").unwrap().1;
    let texts: Vec<&str> = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    texts.join(" ").replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}

/// What is left of a text without what was put in.
fn own(text: &str, letter: &Letter) -> String {
    let text = GIVEN.iter().fold(text.replace(letter.case.as_str(), ""), |text, given| text.replace(given, ""));
    // Addresses and thumbprints.
    let is_value = |word: &str| word.contains("://") || (word.contains(':') && word.trim_matches(|c: char| !c.is_ascii_hexdigit()).split(':').all(|part| part.len() == 2 && part.chars().all(|c| c.is_ascii_hexdigit())));
    text.split_whitespace().filter(|word| !is_value(word)).collect::<Vec<_>>().join(" ")
}

/// I18-1: in no mail stands a word that does not come from the catalogue, neither in the text nor in the HTML part, the subject, or the sender.
#[test]
fn no_mail_has_a_plain_english_word() {
    let (mut looked, mut plain) = (0, BTreeSet::new());
    for (letter, mail) in mails(Language::Pseudo) {
        for text in [&mail.sender, &mail.subject, &mail.text, &shown(&mail.html)] {
            let text = own(text, &letter);
            for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1) {
                looked += 1;
                if word.contains(|c| CHANGED.contains(c)) {
                    plain.insert(format!("{word} in {}", mail.subject));
                }
            }
        }
    }
    assert_eq!(plain, BTreeSet::new());
    assert!(looked > 3_000, "{looked}");
}

/// I18-2: texts that are half as long again stand whole in both parts: what begins also ends. A subject that is longer than a subject may be says
/// by its last sign that it goes on; in the languages that are offered none is.
#[test]
fn no_mail_is_cut_off() {
    for (_, mail) in mails(Language::Pseudo) {
        let plain = shown(&mail.html);
        for text in [&mail.sender, &mail.subject, &mail.text, &plain] {
            let (begin, end) = (text.matches('⟦').count(), text.matches('⟧').count());
            let goes_on = begin > end && text.ends_with('…') && text.chars().count() == 60;
            assert!(begin == end || (goes_on && *text == mail.subject), "{text}");
        }
        assert!(plain.contains('⟦'), "{plain}");
    }
    for language in Language::OFFERED {
        for (_, mail) in mails(language) {
            assert!(!mail.subject.ends_with('…') && !mail.sender.ends_with('…'), "{}: {}", language.code(), mail.subject);
        }
    }
}
