//! `homeward key`: signing keys, and the root key.

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use homeward_model::SystemRandom;
use homeward_provider::{
    Algorithm, KeyStore, StoredKey,
    rotation::{self, KeyState},
};
use homeward_store::Store;
use serde_json::json;

use super::{
    Failure, Output,
    output::{moment, table},
    root,
};
use crate::{
    record::{self, Deed},
    root_key,
    settings::Settings,
};

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    /// List the signing keys and what each is for
    #[command(after_help = "Examples:\n  homeward key list\n  homeward key list --json")]
    List,
    /// Make the next signing key: published now, signing after [keys] publish_ahead_hours
    ///
    /// The key before it stays published for [keys] keep_days, so no token fails. A broker that runs takes part within a quarter of a minute.
    #[command(after_help = "Examples:\n  homeward key rotate                       every algorithm\n  homeward key rotate --algorithm ES256\n  \
                            homeward key rotate --now                 signs at once: applications that keep our key set fail until they look again")]
    Rotate(Rotate),
    /// Take a signing key out of use at once, because somebody else may have it; another signs from now on
    ///
    /// ID tokens it signed verify no more. Sessions and refresh tokens go on.
    #[command(after_help = "Example:\n  homeward key withdraw HqC3Lv1kPz0w --yes")]
    Withdraw {
        /// The key's name (kid)
        kid: String,
        /// Do not ask back
        #[arg(long)]
        yes: bool,
    },
    /// Put a new root key in front of the key file
    ///
    /// Start the broker again right afterwards: it seals everything under the new key. The older ones stay in the file until
    /// `key remove-root`. Copy the key file to where its copy is kept.
    #[command(after_help = "Example:\n  homeward key rotate-root --yes")]
    RotateRoot {
        /// Do not ask back
        #[arg(long)]
        yes: bool,
    },
    /// Take an older root key out of the key file, when nothing needs it any more; says what does otherwise
    ///
    /// The key of the audit's chain stays, or the audit could not be verified. Backups from before the change of the root key open no more.
    #[command(after_help = "Examples:\n  homeward key remove-root 1                      says what still needs it\n  homeward key remove-root 1 --yes\n  \
                            homeward key remove-root 1 --keep-pepper --yes  passwords that nobody has used since go on\n  \
                            homeward key remove-root 1 --end --yes          somebody else may have it: tokens from before it was changed are refused at once")]
    RemoveRoot(RemoveRoot),
}

#[derive(Args)]
pub(super) struct RemoveRoot {
    /// The number in front of its line
    pub number: u8,
    /// Keep the key that is the pepper of passwords: they go on, and whoever has the root key still has that pepper
    #[arg(long)]
    pub keep_pepper: bool,
    /// End what applications were granted before the change of the root key: people sign in to them anew. For when somebody else may have this key
    #[arg(long)]
    pub end: bool,
    /// Do not ask back
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub(super) struct Rotate {
    /// ES256, RS256 or EdDSA; every one without it
    #[arg(long)]
    algorithm: Option<String>,
    /// Sign with it at once
    #[arg(long)]
    now: bool,
}

pub(super) async fn run(settings: &Settings, store: &Store, what: KeyCommand, out: Output) -> Result<ExitCode, Failure> {
    match what {
        KeyCommand::List => list(store, out).await,
        KeyCommand::Rotate(asked) => rotate(settings, store, &asked, out).await,
        KeyCommand::Withdraw { kid, yes } => withdraw(settings, store, &kid, yes, out).await,
        KeyCommand::RotateRoot { yes } => root::rotate(settings, store, yes, out).await,
        KeyCommand::RemoveRoot(asked) => root::remove(settings, store, &asked, out).await,
    }
}

async fn load(store: &Store) -> Result<Vec<(StoredKey, KeyState)>, String> {
    let keys = KeyStore::load(store).await.map_err(|e| e.to_string())?;
    let states = rotation::states(&keys, store.now());
    Ok(keys.into_iter().zip(states).collect())
}

const fn word(state: KeyState) -> &'static str {
    match state {
        KeyState::Next => "next",
        KeyState::Present => "present",
        KeyState::Old => "old",
    }
}

async fn list(store: &Store, out: Output) -> Result<ExitCode, Failure> {
    let keys = load(store).await?;
    if keys.is_empty() {
        return Err("there are no signing keys yet; the first start of the broker makes them".into());
    }
    let row = |(key, state): &(StoredKey, KeyState)| {
        [key.kid.as_str(), key.algorithm.name(), word(*state), &moment(key.created_at), &moment(key.signs_from)].map(str::to_owned).to_vec()
    };
    let value = |(key, state): &(StoredKey, KeyState)| {
        json!({ "kid": key.kid, "alg": key.algorithm.name(), "state": state, "created_at": key.created_at.seconds(), "signs_from": key.signs_from.seconds() })
    };
    let values: Vec<serde_json::Value> = keys.iter().map(value).collect();
    out.print(&values, &table(&["kid", "algorithm", "state", "published (utc)", "signs from (utc)"], &keys.iter().map(row).collect::<Vec<_>>()))
}

fn algorithms(word: Option<&str>) -> Result<Vec<Algorithm>, String> {
    match word {
        None => Ok(Algorithm::ALL.to_vec()),
        Some(word) => match Algorithm::ALL.into_iter().find(|a| a.name().eq_ignore_ascii_case(word)) {
            Some(algorithm) => Ok(vec![algorithm]),
            None => Err(format!("--algorithm {word}: use one of {}", Algorithm::ALL.map(Algorithm::name).join(", "))),
        },
    }
}

pub(super) fn deed(detail: String) -> Deed {
    Deed { event: "operator.key", detail, ..Deed::default() }
}

async fn rotate(settings: &Settings, store: &Store, asked: &Rotate, out: Output) -> Result<ExitCode, Failure> {
    let algorithms = algorithms(asked.algorithm.as_deref())?;
    let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
    let ahead = if asked.now { Duration::ZERO } else { settings.keys.plan().ahead };
    let work = async {
        let mut made = Vec::new();
        for algorithm in algorithms {
            made.push(rotation::rotate(store, &sealer, &SystemRandom, (algorithm, ahead, store.now())).await.map_err(|e| e.to_string())?);
        }
        Ok(made)
    };
    let made = record::around(store, deed(format!("rotate {}", if asked.now { "now" } else { "ahead" })), work).await?;
    let line = |key: &StoredKey| format!("{} {} signs from {} UTC", key.algorithm.name(), key.kid, moment(key.signs_from));
    let values: Vec<serde_json::Value> =
        made.iter().map(|key| json!({ "kid": key.kid, "alg": key.algorithm.name(), "signs_from": key.signs_from.seconds() })).collect();
    out.print(&values, &made.iter().map(line).collect::<Vec<_>>().join("\n"))
}

async fn withdraw(settings: &Settings, store: &Store, kid: &str, yes: bool, out: Output) -> Result<ExitCode, Failure> {
    let keys = load(store).await?;
    let Some((key, state)) = keys.iter().find(|(key, _)| key.kid == kid) else {
        return Err(format!("there is no key {kid}; see: homeward key list").into());
    };
    if !yes {
        return Err(format!("ID tokens that {kid} signed will verify no more; say --yes when that is meant").into());
    }
    let sealer = root_key::open(&settings.secrets, &SystemRandom)?;
    let work = async {
        if *state == KeyState::Present {
            rotation::rotate(store, &sealer, &SystemRandom, (key.algorithm, Duration::ZERO, store.now())).await.map_err(|e| e.to_string())?;
        }
        KeyStore::remove(store, kid).await.map_err(|e| e.to_string())
    };
    record::around(store, deed(format!("withdraw {kid}")), work).await?;
    out.print(&json!({ "withdrawn": kid }), &format!("{kid} is out of use; a broker that runs knows within a quarter of a minute"))
}
