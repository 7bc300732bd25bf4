//! What was asked for.

use std::{path::PathBuf, time::Duration};

use crate::Kind;

/// Where the brokers keep everything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Sqlite,
    Postgres,
}

/// The options.
pub(crate) struct Options {
    pub time: Duration,
    pub kinds: Vec<Kind>,
    pub people: usize,
    pub rate: Option<f64>,
    pub nodes: usize,
    pub kept: Kept,
    pub binary: PathBuf,
    /// More sections for the configuration of each broker.
    pub more: String,
}

impl Options {
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let beside = std::env::current_exe().ok().and_then(|own| own.parent().map(|folder| folder.join("homeward")));
        let mut options = Self { time: crate::MINUTE, kinds: Vec::new(), people: 16, rate: None, nodes: 1, kept: Kept::Sqlite, binary: beside.unwrap_or_default(), more: String::new() };
        let mut kept = None;
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
            let wrong = || format!("{option} {value}: that is no value of it");
            let whole = |least: usize, most: usize| value.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(wrong);
            match option.as_str() {
                "--seconds" => options.time = Duration::from_secs(whole(1, 86_400)? as u64),
                "--only" => options.kinds.push(Kind::of(&value).ok_or_else(wrong)?),
                "--people" => options.people = whole(1, 1_000)?,
                "--rate" => options.rate = Some(value.parse().ok().filter(|rate: &f64| *rate > 0.0 && rate.is_finite()).ok_or_else(wrong)?),
                "--nodes" => options.nodes = whole(1, 16)?,
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
        if options.kinds.is_empty() {
            options.kinds = Kind::ALL.to_vec();
        }
        options.kept = kept.unwrap_or(if options.nodes == 1 { Kept::Sqlite } else { Kept::Postgres });
        if options.nodes > 1 && options.kept == Kept::Sqlite {
            return Err("several brokers stand on PostgreSQL: leave --store out".into());
        }
        Ok(options)
    }
}
