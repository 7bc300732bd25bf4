//! Which language a person gets.

use serde::{Deserialize, Serialize};

/// A language of the pages and mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English as in Britain. The source of all others.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Made from English for tests: accented, longer, in brackets.
    #[serde(rename = "qps-ploc")]
    Pseudo,
}

impl Language {
    /// The languages that people are offered.
    pub const OFFERED: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The tag in `lang` (BCP 47).
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Pseudo => "qps-ploc",
        }
    }
    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English (UK)",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Pseudo => "[Ƥşḗŭḓǿ]",
        }
    }
    /// The direction of its script.
    pub const fn direction(self) -> &'static str {
        "ltr"
    }
    /// The language of a tag, by its first part; `de-AT` is German.
    pub fn from_tag(tag: &str) -> Option<Self> {
        if tag.eq_ignore_ascii_case("qps-ploc") {
            return Some(Self::Pseudo);
        }
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        Self::OFFERED.into_iter().find(|language| language.code().eq_ignore_ascii_case(first))
    }
    /// The first wish that can be met: each a list of tags (`ui_locales`, a cookie), then `Accept-Language` (RFC 9110
    /// 12.5.4), then English.
    pub fn negotiate(wishes: &[Option<&str>], accept_language: Option<&str>) -> Self {
        let wished = wishes.iter().flatten().flat_map(|tags| tags.split_whitespace()).find_map(Self::from_tag);
        wished.or_else(|| accept_language.and_then(accepted)).unwrap_or(Self::English)
    }
}

fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for part in header.split(',').take(32) {
        let mut pieces = part.split(';');
        let language = pieces.next().map(str::trim).and_then(Language::from_tag);
        let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")).map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
        if let Some(language) = language.filter(|_| weight > 0.0)
            && best.is_none_or(|(heaviest, _)| weight > heaviest)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_before_the_cookie_before_the_browser() {
        let pick = |ui, cookie, accept| Language::negotiate(&[ui, cookie], accept);
        assert_eq!(pick(Some("xx de-AT"), Some("fr"), Some("es")), Language::German);
        assert_eq!(pick(None, Some("fr"), Some("es")), Language::French);
        assert_eq!(pick(None, None, Some("da, es;q=0.7, en;q=0.9")), Language::English);
        assert_eq!(pick(None, None, Some("da, es-MX;q=0.7, de;q=0")), Language::Spanish);
        assert_eq!(pick(Some("%%"), None, Some(";;q=,,")), Language::English);
        assert_eq!(pick(Some("qps-ploc"), None, None), Language::Pseudo);
    }
}
