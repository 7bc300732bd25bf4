//! What commands print: a text for people, or the same as JSON.

use std::{io::Write, process::ExitCode};

use homeward_model::Timestamp;
use serde::Serialize;

use super::Failure;

/// Where and how a command answers.
#[derive(Clone, Copy)]
pub(super) struct Output {
    /// JSON instead of text.
    pub json: bool,
}

impl Output {
    /// Prints one answer.
    pub fn print(self, value: &impl Serialize, text: &str) -> Result<ExitCode, Failure> {
        let json = if self.json { Some(serde_json::to_string_pretty(value).map_err(|e| e.to_string())?) } else { None };
        match writeln!(std::io::stdout(), "{}", json.unwrap_or_else(|| plain(text))) {
            // Who reads only the first lines closes the pipe.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}").into()),
            Err(_) | Ok(()) => Ok(ExitCode::SUCCESS),
        }
    }
}

/// Text as a terminal may show it: a name that somebody chose moves no cursor, sets no title and turns no line round (AU-04).
pub(super) fn plain(text: &str) -> String {
    let shown = |sign: char| match sign {
        '\n' | '\t' => sign,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        sign if sign.is_control() => '\u{fffd}',
        sign => sign,
    };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

/// Rows under their heads, each column as wide as its widest cell. A cell is a part of one line, whatever stands in it.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| cell.replace(['\r', '\n', '\t'], " ")).collect()).collect();
    let heads: Vec<String> = heads.iter().map(|head| head.to_uppercase()).collect();
    let wide = |column: usize| {
        let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(wide).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    [&heads].into_iter().chain(&rows).map(line).collect::<Vec<_>>().join("\n")
}

/// Facts of one thing, a name and its value a line; what is empty shows as a dash.
pub(super) fn facts(title: &str, pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| format!("  {name:<width$}  {}", if value.is_empty() { "–" } else { value });
    [title.to_owned()].into_iter().chain(pairs.iter().map(line)).collect::<Vec<_>>().join("\n")
}

/// `2026-11-22 14:02:11`, UTC.
pub(super) fn moment(at: Timestamp) -> String {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(at.seconds()) else { return String::new() };
    format!("{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second())
}

/// What becomes of invitations that a command wrote.
pub(super) fn invited(count: u32) -> String {
    let what = if count == 1 { "The invitation is".to_owned() } else { format!("{count} invitations are") };
    format!("{what} in the outbox; the broker that runs sends mail within a quarter of a minute.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AU-04: what somebody chose as a name stays text on an operator's terminal, and in its line.
    #[test]
    fn au_04_a_terminal_obeys_no_name() {
        assert_eq!(plain("Zoë\u{1b}[2J\u{9b}1m\u{7}\u{202e}x\r\nnext\tone 日本\n"), "Zoë\u{fffd}[2J\u{fffd}1m\u{fffd}\u{fffd}x\nnext\tone 日本\n");
        let rows = [vec!["Ann\nroot  active".to_owned(), "x".to_owned()]];
        assert_eq!(table(&["name", "state"], &rows), "NAME              STATE\nAnn root  active  x");
    }

    #[test]
    fn columns_and_facts_line_up() {
        let rows = vec![vec!["40817".into(), "Größe".into(), String::new()], vec!["1".into(), "a".into(), "x".into()]];
        assert_eq!(table(&["number", "name", "l"], &rows), "NUMBER  NAME   L\n40817   Größe\n1       a      x");
        assert_eq!(facts("account 1", &[("name", "A".into()), ("label", String::new())]), "account 1\n  name   A\n  label  –");
    }
}
