use std::{collections::{BTreeMap, BTreeSet}, path::Path};

use super::*;

fn read(language: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("text").join(language);
    ["pages.ftl", "mails.ftl", "federated.ftl", "delegated.ftl", "portal.ftl", "signon.ftl", "care.ftl", "checks.ftl", "administration.ftl", "profile.ftl", "services.ftl", "api.ftl", "people.ftl"].map(|file| std::fs::read_to_string(folder.join(file)).unwrap()).join("\n")
}

/// Message → the arguments that stand in it.
fn arguments(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|l| !l.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            key = name.to_owned();
            found.entry(key.clone()).or_default();
        }
        for part in line.split("{ $").skip(1) {
            let name = part.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            found.get_mut(&key).unwrap().insert(name.to_owned());
        }
    }
    found
}

#[test]
fn every_language_has_every_text_with_the_same_arguments() {
    let english = arguments(&read("en"));
    assert!(english.len() > 150);
    for code in ["de", "fr", "es"] {
        let other = arguments(&read(code));
        for (key, args) in &english {
            assert_eq!(other.get(key), Some(args), "{code}: {key}");
        }
        assert_eq!(other.keys().find(|k| !english.contains_key(*k)), None, "{code} has a text that English has not");
    }
}

/// A domain that is proved is called the same wherever it is spoken of: another word for it would be another thing.
#[test]
fn a_proved_domain_has_one_word() {
    for (code, about, others) in [("es", "domini", &["demostr", "demuestr", "probad", "probar", "acredit"][..]), ("de", "domain", &["bewies", "verifizier", "bestätigt", "domän"]), ("fr", "domaine", &["vérifié", "démontr"])] {
        for line in read(code).lines().filter(|line| line.contains(" = ")) {
            let (key, text) = line.split_once(" = ").unwrap();
            let text = text.to_lowercase();
            let is_about = key.contains("domain") || text.contains(about);
            // What is tried out or looked up is another matter.
            let text = text.replace("probar el inicio de sesión", "").replace("comprobar", "");
            assert!(!is_about || others.iter().all(|other| !text.contains(other)), "{code}: {line}");
        }
    }
}

#[test]
fn every_source_parses_and_nothing_stands_twice() {
    for code in ["en", "de", "fr", "es"] {
        let source = read(code);
        let parsed = FluentResource::try_new(source.clone());
        assert!(parsed.is_ok(), "{code}: {:?}", parsed.err().map(|(_, e)| e));
        let all: Vec<String> = names(&source).collect();
        assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "{code}");
        let untranslated = all.iter().filter(|k| code != "en" && Text::of(Language::from_tag(code).unwrap()).named(k) == Text::of(Language::English).named(k) && Text::of(Language::English).named(k).len() > 24);
        assert_eq!(untranslated.collect::<Vec<_>>(), Vec::<&String>::new(), "{code} repeats English");
    }
    assert!(FluentResource::try_new(pseudo(&read("en"))).is_ok());
}

/// Every text that the code names is there, and every text that is there is named.
#[test]
fn the_code_and_the_catalogue_name_the_same_texts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut code = String::new();
    for folder in ["web/src", "crates/mail/src", "crates/server/src", "crates/federation/src"] {
        gather(&root.join(folder), &mut code);
    }
    let reasons = std::fs::read_to_string(root.join("crates/signin/src/reason.rs")).unwrap();
    let english: BTreeSet<String> = keys(Language::English).into_iter().collect();
    for call in [".s(\"", ".f(\""] {
        for part in code.split(call).skip(1) {
            let key = part.split('"').next().unwrap();
            assert!(english.contains(key), "{key} is not in the catalogue");
        }
    }
    for key in &english {
        let quoted = format!("\"{key}\"");
        let computed = key.starts_with("mail-month-") || key.starts_with("permission-") || key.strip_prefix("reason-").is_some_and(|r| reasons.replace(['.', '_'], "-").contains(&format!("\"{r}\"")));
        assert!(computed || code.contains(&quoted), "{key} is used nowhere");
    }
    for line in reasons.lines().filter(|l| l.contains(" = \"") && l.trim_end().ends_with(';')) {
        let code = line.split('"').nth(1).unwrap().replace(['.', '_'], "-");
        assert!(english.contains(&format!("reason-{code}")), "{code} has no sentence");
    }
}

fn gather(folder: &Path, out: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            gather(&entry, out);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            out.push_str(&std::fs::read_to_string(&entry).unwrap());
        }
    }
}

/// I18-1: the pseudo-language leaves no word as it was, and keeps what is put in.
#[test]
fn the_pseudo_language_shows_what_is_not_from_the_catalogue() {
    let pseudo = Text::of(Language::Pseudo);
    assert_eq!(pseudo.s("next"), "⟦Ñéèxţ⟧");
    assert!(pseudo.f("username-title", &[("app", "Teamwork".into())]).contains("Teamwork"));
    assert!(pseudo.f("password-tries", &[("count", 2u32.into()), ("minutes", 5u32.into())]).contains("2 ţříïéèš"));
    for key in keys(Language::English) {
        let (plain, strange) = (Text::of(Language::English).named(&key), pseudo.named(&key));
        assert!(plain.is_empty() || plain == "•" || plain != strange, "{key}");
    }
}

#[test]
fn numbers_decide_the_form() {
    let english = Text::of(Language::English);
    assert_eq!(english.f("pause-lead", &[("minutes", 1u32.into())]), "You can try again in 1 minute.");
    assert_eq!(english.f("pause-lead", &[("minutes", 4u32.into())]), "You can try again in 4 minutes.");
    assert_eq!(english.s("no-such-text"), "no-such-text");
}
