//! What was asked for.

use std::{path::PathBuf, time::Duration};

use crate::Kind;

/// Where the brokers keep everything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Sqlite,
    Postgres,
}

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// One kind of operation: as fast as it goes, then at a fixed rate.
    Each(Kind),
    /// Username pages at a fixed rate, at rest and while passwords are hashed as fast as it goes.
    Storm,
    /// All kinds in turn, and what they do to the memory.
    Memory,
}

impl Part {
    fn of(word: &str) -> Option<Self> {
        match word {
            "storm" => Some(Self::Storm),
            "memory" => Some(Self::Memory),
            kind => Kind::of(kind).map(Self::Each),
        }
    }
    fn all() -> Vec<Self> {
        Kind::ALL.into_iter().map(Self::Each).chain([Self::Storm, Self::Memory]).collect()
    }
}

/// The options.
pub(crate) struct Options {
    /// How long everything takes with one number of brokers.
    pub time: Duration,
    pub parts: Vec<Part>,
    pub people: usize,
    pub rate: Option<f64>,
    /// Brokers of one installation after the other: one, or one and then more of them.
    pub nodes: Vec<usize>,
    pub kept: Kept,
    pub binary: PathBuf,
    /// More sections for the configuration of each broker.
    pub more: String,
}

impl Options {
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let beside = std::env::current_exe().ok().and_then(|own| own.parent().map(|folder| folder.join("homeward")));
        let mut options =
            Self { time: crate::MINUTE, parts: Vec::new(), people: 16, rate: None, nodes: vec![1], kept: Kept::Sqlite, binary: beside.unwrap_or_default(), more: String::new() };
        let mut kept = None;
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
            let wrong = || format!("{option} {value}: that is no value of it");
            let whole = |least: usize, most: usize| value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(wrong);
            match option.as_str() {
                "--seconds" => options.time = Duration::from_secs(whole(1, 86_400)? as u64),
                "--only" => options.parts.push(Part::of(&value).ok_or_else(wrong)?),
                "--people" => options.people = whole(1, 1_000)?,
                "--rate" => options.rate = Some(value.parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite()).ok_or_else(wrong)?),
                "--nodes" => options.nodes = vec![whole(1, 16)?],
                "--compare" => options.nodes = vec![1, whole(2, 16)?],
                "--store" => {
                    kept = Some(match value.as_str() {
                        "sqlite" => Kept::Sqlite,
                        "postgres" => Kept::Postgres,
                        _ => return Err(wrong()),
                    });
                }
                "--binary" => options.binary = value.into(),
                "--add" => options.more = std::fs::read_to_string(&value).map_err(|e| format!("{value}: {e}"))?,
                _ => return Err(format!("{option} is no option")),
            }
        }
        if options.parts.is_empty() {
            options.parts = Part::all();
        }
        let is_one = options.nodes == [1];
        options.kept = kept.unwrap_or(if is_one { Kept::Sqlite } else { Kept::Postgres });
        if !is_one && options.kept == Kept::Sqlite {
            return Err("several brokers stand on PostgreSQL: leave --store out".into());
        }
        Ok(options)
    }
}
