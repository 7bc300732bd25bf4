//! TOML files that operators write: a key that nobody knows is fatal, and a complaint names file, line and the nearest known key.

use std::path::Path;

use serde::de::DeserializeOwned;

/// Reads a text as `T`. The error is a sentence for people: `homeward.toml:12: …`.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        format!("{}:{line}: {}", path.display(), sentence(error.message()))
    })
}

/// serde says "unknown field `x`, expected one of `a`, `b`". The last words become a list, the nearest of them a hint.
fn sentence(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(word) = quoted.next().filter(|_| message.starts_with("unknown ")) else { return message.replace('\n', " ") };
    let known: Vec<&str> = quoted.collect();
    let nearest = known.iter().map(|other| (distance(word, other), *other)).min();
    let hint = match nearest {
        Some((steps, other)) if steps <= 1 + word.len() / 3 => format!("; did you mean \"{other}\"?"),
        _ => String::new(),
    };
    let what = if message.starts_with("unknown variant") { "value" } else { "key" };
    format!("\"{word}\" is no {what} here{hint} (known: {})", known.join(", "))
}

/// How many letters must be changed, added, removed or swapped with their neighbour (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: Option<&Vec<usize>>, place: usize| row.and_then(|r| r.get(place)).copied().unwrap_or(usize::MAX / 2);
            let above = rows.last();
            let mut best = (at(above, j) + usize::from(a != b)).min(at(above, j + 1) + 1).min(at(Some(&row), j) + 1);
            if i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a) {
                best = best.min(at(rows.get(i - 1), j - 1) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[serde(rename = "disclosure")]
        _disclosure: Word,
        #[serde(rename = "product", default)]
        _product: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Open,
        Closed,
    }

    #[test]
    fn a_complaint_names_file_line_and_the_nearest_known_key() {
        let read = |text: &str| parse::<Example>(Path::new("a.toml"), text).map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(read("disclosure = \"open\"\n"), Ok(()));
        assert_eq!(
            read("# first\n\ndisclosrue = \"open\"\n").unwrap_err(),
            "a.toml:3: \"disclosrue\" is no key here; did you mean \"disclosure\"? (known: disclosure, product)"
        );
        assert_eq!(
            read("disclosure = \"opne\"").unwrap_err(),
            "a.toml:1: \"opne\" is no value here; did you mean \"open\"? (known: open, closed)"
        );
        assert!(!read("zzzzzz = 1").unwrap_err().contains("did you mean"));
        assert!(read("product = \"x\"").unwrap_err().contains("missing field `disclosure`"));
        assert!(read("disclosure = ").unwrap_err().starts_with("a.toml:1: "));
    }

    #[test]
    fn distance_counts_single_steps() {
        for (one, other, steps) in [("", "", 0), ("a", "", 1), ("lable", "label", 1), ("sso_mod", "sso_mode", 1), ("abc", "xyz", 3)] {
            assert_eq!(distance(one, other), steps, "{one} {other}");
        }
    }
}
