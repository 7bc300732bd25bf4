//! The texts, in Fluent (per language one file for pages, one for those on the way to an identity provider and back, one for delegated access, one for the care of connections, one for what mends a check that failed, four for the portal, one for mails).

use std::{collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::{choice::Language, pseudo::pseudo};

type Bundle = FluentBundle<FluentResource>;

struct Book {
    bundle: Bundle,
    /// Messages without arguments, resolved.
    plain: HashMap<&'static str, &'static str>,
}

macro_rules! source {
    ($code:literal) => {
        concat!(include_str!(concat!("../text/", $code, "/pages.ftl")), "\n", include_str!(concat!("../text/", $code, "/mails.ftl")), "\n", include_str!(concat!("../text/", $code, "/federated.ftl")), "\n", include_str!(concat!("../text/", $code, "/delegated.ftl")), "\n", include_str!(concat!("../text/", $code, "/portal.ftl")), "\n", include_str!(concat!("../text/", $code, "/signon.ftl")), "\n", include_str!(concat!("../text/", $code, "/care.ftl")), "\n", include_str!(concat!("../text/", $code, "/checks.ftl")), "\n", include_str!(concat!("../text/", $code, "/administration.ftl")), "\n", include_str!(concat!("../text/", $code, "/profile.ftl")), "\n", include_str!(concat!("../text/", $code, "/services.ftl")), "\n", include_str!(concat!("../text/", $code, "/api.ftl")), "\n", include_str!(concat!("../text/", $code, "/people.ftl")))
    };
}

/// Each is read when its language is first asked for: nobody pays for a language that no one reads.
static BOOKS: [(Language, LazyLock<Book>); 5] = [
    (Language::English, LazyLock::new(|| book(Language::English, source!("en")))),
    (Language::German, LazyLock::new(|| book(Language::German, source!("de")))),
    (Language::French, LazyLock::new(|| book(Language::French, source!("fr")))),
    (Language::Spanish, LazyLock::new(|| book(Language::Spanish, source!("es")))),
    (Language::Pseudo, LazyLock::new(|| book(Language::Pseudo, &pseudo(source!("en"))))),
];

fn book_of(language: Language) -> Option<&'static Book> {
    BOOKS.iter().find(|(own, _)| *own == language).map(|(_, book)| &**book)
}

fn book(language: Language, source: &str) -> Book {
    // What does not parse is left out; the tests see to it that everything does.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(part, _)| part);
    let tag = if language == Language::Pseudo { "en" } else { language.code() };
    let mut bundle = Bundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    let _ = bundle.add_resource(resource);
    let mut plain = HashMap::new();
    for key in names(source) {
        let Some(pattern) = bundle.get_message(&key).and_then(|m| m.value()) else { continue };
        let mut errors = Vec::new();
        let value = bundle.format_pattern(pattern, None, &mut errors).into_owned();
        if errors.is_empty() {
            // Once for the life of the process: the table is the catalogue.
            plain.insert(&*Box::leak(key.into_boxed_str()), &*Box::leak(value.into_boxed_str()));
        }
    }
    Book { bundle, plain }
}

/// The names of messages in a source.
fn names(source: &str) -> impl Iterator<Item = String> + '_ {
    source.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(|l| l.split_once(" =").map(|(key, _)| key.to_owned()))
}

/// The names of all messages of a language, for tests.
pub fn keys(language: Language) -> Vec<String> {
    let source = match language {
        Language::English | Language::Pseudo => source!("en"),
        Language::German => source!("de"),
        Language::French => source!("fr"),
        Language::Spanish => source!("es"),
    };
    names(source).collect()
}

/// A value that stands in a text.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text, put in as it is.
    Text(&'a str),
    /// A number, which may decide the form of a word.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A count; nobody counts further.
impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The same of what is in memory.
impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(Language);

impl Text {
    /// The texts of a language.
    pub const fn of(language: Language) -> Self {
        Self(language)
    }
    /// The language.
    pub const fn language(self) -> Language {
        self.0
    }
    /// A text without arguments; in English where the language has none, and the name itself where nobody has.
    pub fn s(self, key: &'static str) -> &'static str {
        let find = |language| book_of(language).and_then(|book| book.plain.get(key).copied());
        find(self.0).or_else(|| find(Language::English)).unwrap_or(key)
    }
    /// Like `s`, for a name that is put together at run time.
    pub fn named(self, key: &str) -> &'static str {
        let find = |language| book_of(language).and_then(|book| book.plain.get(key).copied());
        find(self.0).or_else(|| find(Language::English)).unwrap_or_default()
    }
    /// A text with arguments.
    pub fn f(self, key: &'static str, args: &[(&'static str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Text(text) => FluentValue::from((*text).to_owned()),
                    Value::Number(number) => FluentValue::from(*number),
                };
                (*name, value)
            })
            .collect();
        let format = |language| {
            let book = book_of(language)?;
            let pattern = book.bundle.get_message(key)?.value()?;
            Some(book.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
        };
        format(self.0).or_else(|| format(Language::English)).unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
