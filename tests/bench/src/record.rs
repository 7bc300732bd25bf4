//! What the page of figures is written from. A run keeps the rows of the parts that it did not measure, and every row says at which commit, on which day and
//! on which machine it was measured: so the page never needs a hand, and nobody takes an old figure for a new one.

use std::{
    fmt::Write,
    io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{causes, figures::Line};

/// Where and when something was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The commit, with `+` when something was changed since.
    pub commit: String,
    /// The day.
    pub day: String,
    /// Processor and cores.
    pub machine: String,
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).output().ok().filter(|done| done.status.success())?;
    Some(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

impl Measured {
    /// Now, on this machine, of what is checked out. Pages do not count as a change: this one is being written.
    pub fn here() -> Self {
        let commit = said("git", &["rev-parse", "--short=7", "HEAD"]).unwrap_or_else(|| "unknown".into());
        let is_changed = said("git", &["status", "--porcelain", "--untracked-files=no", "--", ":!docs"]).is_some_and(|changes| !changes.is_empty());
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1)).unwrap_or("unknown processor").trim();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            commit: format!("{commit}{}", if is_changed { "+" } else { "" }),
            day: said("date", &["-u", "+%Y-%m-%d"]).unwrap_or_else(|| "unknown".into()),
            machine: format!("{model}, {cores} cores"),
        }
    }
}

/// One line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The part of the run that measures it.
    pub part: String,
    /// Where and when.
    pub measured_at: Measured,
    /// Number and name.
    pub what: String,
    /// The figure.
    pub measured: String,
    /// The bar.
    pub bar: String,
    /// Whether it is met; `None` when it could not be measured.
    pub met: Option<bool>,
    /// Figures beside it.
    pub beside: String,
}

impl Row {
    /// A line that a run has just measured.
    pub fn new(part: &str, line: &Line, at: &Measured) -> Self {
        let (what, measured, bar, beside) = (line.what.clone(), line.measured.clone(), line.bar.clone(), line.beside.clone());
        Self { part: part.into(), measured_at: at.clone(), what, measured, bar, met: line.met, beside }
    }
    fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split('\t').collect();
        let [part, commit, day, machine, what, measured, bar, met, beside] = fields[..] else { return None };
        let met = match met { "met" => Some(true), "missed" => Some(false), "not measured" => None, _ => return None };
        let measured_at = Measured { commit: commit.into(), day: day.into(), machine: machine.into() };
        Some(Self { part: part.into(), measured_at, what: what.into(), measured: measured.into(), bar: bar.into(), met, beside: beside.into() })
    }
    fn write(&self) -> String {
        let at = &self.measured_at;
        [&self.part, &at.commit, &at.day, &at.machine, &self.what, &self.measured, &self.bar, word(self.met), &self.beside].map(|field| field.replace(['\t', '\n'], " ")).join("\t")
    }
}

fn word(met: Option<bool>) -> &'static str {
    match met { Some(true) => "met", Some(false) => "missed", None => "not measured" }
}

/// All rows, of this run and of those before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    rows: Vec<Row>,
}

fn file(page: &str) -> PathBuf {
    Path::new(page).with_extension("tsv")
}

impl Record {
    /// The one that lies beside a page; an empty one where there is none.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is none: nothing is passed over.
    pub fn beside(page: &str) -> io::Result<Self> {
        match std::fs::read_to_string(file(page)) {
            Ok(text) => Self::read(&text).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }
    /// From its text.
    ///
    /// # Errors
    /// The line that is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let rows = text.lines().map(|line| Row::read(line).ok_or_else(|| format!("no row: {line}"))).collect::<Result<_, _>>()?;
        Ok(Self { rows })
    }
    /// With the rows of a run: those of the parts that it measured take the place of the ones before, in their place on the page.
    #[must_use]
    pub fn with(self, new: Vec<Row>) -> Self {
        let measured = |part: &str| new.iter().any(|row| row.part == part);
        let mut rows: Vec<Row> = Vec::new();
        let mut done: Vec<String> = Vec::new();
        for row in self.rows.into_iter().chain(new.clone()) {
            if !measured(&row.part) {
                rows.push(row);
            } else if !done.contains(&row.part) {
                rows.extend(new.iter().filter(|one| one.part == row.part).cloned());
                done.push(row.part);
            }
        }
        Self { rows }
    }
    /// Its text.
    pub fn text(&self) -> String {
        self.rows.iter().map(|row| row.write() + "\n").collect()
    }
    /// Writes the page, and its rows beside it.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn write(&self, page: &str, rounds: usize) -> io::Result<()> {
        std::fs::write(file(page), self.text())?;
        std::fs::write(page, self.page(rounds))
    }
    /// Missed bars that nobody has looked into.
    pub fn without_cause(&self) -> Vec<&str> {
        self.rows.iter().filter(|row| row.met == Some(false) && causes::of(&row.what).is_none()).map(|row| row.what.as_str()).collect()
    }
    /// The page.
    pub fn page(&self, rounds: usize) -> String {
        let mut machines: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !machines.contains(&row.measured_at.machine.as_str()) {
                machines.push(&row.measured_at.machine);
            }
        }
        let mut page = format!(
            "# Performance\n\nWritten by `tests/bench/run` ({}). Each row says at which commit and on which day it was measured: a run replaces the rows of the parts that it measures, and\n\
             keeps the others; `--full` has more parts. The figure that decides is CPU time of the server process for one operation (user and system), median of {rounds} interleaved rounds, against a\n\
             floor server that is built in the same workspace with the same profile. Requests come from many source addresses, so the limits are on.\n\n\
             | what | measured | bar | | beside it | of |\n|---|---|---|---|---|---|\n",
            machines.join("; ")
        );
        for row in &self.rows {
            let mark = if row.met == Some(false) { "**missed**" } else { word(row.met) };
            let at = &row.measured_at;
            let machine = if machines.len() > 1 { format!(", {}", at.machine) } else { String::new() };
            let _ = writeln!(page, "| {} | {} | {} | {mark} | {} | {}, {}{machine} |", row.what, row.measured, row.bar, row.beside, at.commit, at.day);
        }
        let missed: Vec<&Row> = self.rows.iter().filter(|row| row.met == Some(false)).collect();
        if !missed.is_empty() {
            page.push_str("\n## What is missed, and why\n\n");
        }
        for row in missed {
            let _ = writeln!(page, "- {}: {}", row.what, causes::of(&row.what).unwrap_or("not looked into yet."));
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.md");

    fn row(part: &str, what: &str, commit: &str, met: bool) -> Row {
        let measured_at = Measured { commit: commit.into(), day: "2026-01-02".into(), machine: "A machine, 2 cores".into() };
        Row { part: part.into(), measured_at, what: what.into(), measured: "1.00 ×".into(), bar: "≤ 2 ×".into(), met: Some(met), beside: String::new() }
    }

    /// What a run did not measure stays, with its own commit and day; what it measured is replaced where it stood, also by fewer or more rows.
    #[test]
    fn a_run_keeps_what_it_did_not_measure() {
        let before = Record::default().with(vec![row("page", "1 a", "old", true), row("page", "1 b", "old", false), row("size", "3", "old", true)]);
        let after = before.clone().with(vec![row("page", "1 a", "new", true), row("list", "11", "new", true)]);
        let seen: Vec<(&str, &str)> = after.rows.iter().map(|row| (row.what.as_str(), row.measured_at.commit.as_str())).collect();
        assert_eq!(seen, [("1 a", "new"), ("3", "old"), ("11", "new")]);
        assert_eq!(Record::read(&after.text()), Ok(after.clone()));
        assert!(after.page(5).contains("| 3 | 1.00 × | ≤ 2 × | met |  | old, 2026-01-02 |") && !after.page(5).contains("missed**"));
        assert_eq!(before.clone().with(Vec::new()), before);
        assert!(Record::read("page\tonly").is_err(), "what is no row is not passed over");
    }

    /// The rows that are kept beside the page are read again, all of them.
    #[test]
    fn the_rows_beside_the_page_are_read() {
        let record = Record::beside(PAGE).unwrap();
        assert_eq!(Record::read(&record.text()), Ok(record.clone()));
        assert!(!record.rows.is_empty() && record.rows.iter().all(|row| !row.part.is_empty() && !row.measured_at.commit.is_empty()));
    }

    /// A missed bar is told with its cause; one that nobody looked into says so, and is named to whoever runs it.
    #[test]
    fn a_missed_bar_is_told_with_its_cause() {
        let record = Record::default().with(vec![row("start", "8 binary, stripped", "new", false), row("page", "0 none", "new", false), row("size", "3", "new", true)]);
        let page = record.page(5);
        let causes: Vec<&str> = page.split("and why\n\n").nth(1).unwrap().lines().collect();
        assert!(causes[0].starts_with("- 8 binary, stripped: the client for Redis") && causes[1] == "- 0 none: not looked into yet." && causes.len() == 2, "{causes:?}");
        assert_eq!(record.without_cause(), ["0 none"]);
    }
}
