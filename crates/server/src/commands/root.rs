//! `homeward key rotate-root` and `remove-root`: a new root key comes, and an old one goes when nothing needs it.

use std::{path::Path, process::ExitCode};

use homeward_model::SystemRandom;
use homeward_sealing::Sealer;
use homeward_store::{Dependent, Store};
use serde_json::json;

use super::{
    Failure, Output,
    key::{RemoveRoot, deed},
};
use crate::{record, root_key, settings::Settings};

/// What a root key that is given up leaves in the file: the audit is verified with it for ever.
const AUDIT: &str = "audit";
/// What it leaves when passwords need it.
const PEPPER: &str = "pepper";

fn file(settings: &Settings) -> Result<&Path, String> {
    let by_hand = "the root key is in an environment variable: put a line NUMBER:BASE64 with the next number in front of it there, and start the broker again. \
                   To give one up, move the keys to a file: [secrets] root_key_file";
    settings.secrets.root_key_file.as_deref().ok_or_else(|| by_hand.to_owned())
}

pub(super) async fn rotate(settings: &Settings, store: &Store, yes: bool, out: Output) -> Result<ExitCode, Failure> {
    let path = file(settings)?;
    // Whether it belongs to this database is asked before anything changes.
    let closed = store.closed(&root_key::check(path)?).await.map_err(|e| e.to_string())?;
    if let Some((what, count)) = closed.first() {
        return Err(format!("{} is not the root key of this database: {count} {what} do not open", path.display()).into());
    }
    if !yes {
        return Err("a new root key needs the broker to start again, and a new copy in a safe place; say --yes when that is meant".into());
    }
    let number = record::around(store, deed("rotate-root".into()), async { root_key::put_in_front(path, &SystemRandom) }).await?;
    out.print(
        &json!({ "root_key": number }),
        &format!(
            "root key {number} stands in front in {0}. Start the broker again now: it seals everything under it. Copy {0} to where its copy is kept",
            path.display()
        ),
    )
}

/// What needs a root key, without what `--keep-pepper` leaves.
pub(super) async fn needed(store: &Store, sealer: &Sealer, number: u8, keep_pepper: bool) -> Result<Vec<Dependent>, String> {
    let all = store.dependents(sealer, number, store.now()).await.map_err(|e| e.to_string())?;
    Ok(all.into_iter().filter(|dependent| !(keep_pepper && dependent.is_password)).collect())
}

pub(super) async fn remove(settings: &Settings, store: &Store, asked: &RemoveRoot, out: Output) -> Result<ExitCode, Failure> {
    let RemoveRoot { number, keep_pepper, end, yes } = *asked;
    let path = file(settings)?;
    let sealer = root_key::check(path)?;
    let numbers: Vec<u8> = sealer.numbers().collect();
    match numbers.iter().position(|other| *other == number) {
        None => return Err(format!("{} has no root key {number}; it has {numbers:?}", path.display()).into()),
        Some(0) => return Err(format!("root key {number} is the present one: first homeward key rotate-root, and start the broker again").into()),
        Some(_) => {}
    }
    let needed: Vec<Dependent> = needed(store, &sealer, number, keep_pepper).await?.into_iter().filter(|dependent| !(end && dependent.is_grant)).collect();
    if !needed.is_empty() {
        let lines: Vec<String> = needed.iter().map(|d| format!("  {} {}: {}", d.count, d.what, d.until)).collect();
        return Err(format!("root key {number} is still needed by\n{}", lines.join("\n")).into());
    }
    if !yes && end {
        return Err(format!("everybody who signed in before root key {number} was changed signs in to applications anew, and backups from before open no more. Say --yes when that is meant").into());
    }
    if !yes {
        return Err(format!("nothing needs root key {number}; without it backups from before the change open no more. Say --yes when that is meant").into());
    }
    let purposes: &[&str] = if keep_pepper { &[AUDIT, PEPPER] } else { &[AUDIT] };
    let words = if end { format!("remove-root {number} and end") } else { format!("remove-root {number}") };
    let work = async {
        // First: what fails afterwards leaves nothing that the key opens.
        let ended = if end { store.end_grants_before(&sealer, number, store.now()).await.map_err(|e| e.to_string())? } else { 0 };
        root_key::give_up(path, number, purposes).map(|()| ended)
    };
    let ended = record::around(store, deed(words), work).await?;
    let over = if end { format!(" {ended} grants from before it was changed are over.") } else { String::new() };
    out.print(
        &json!({ "removed": number, "kept": purposes, "ended": ended }),
        &format!("root key {number} is gone from {0}; its keys for {1} stay.{over} Start the broker again, and copy {0} to where its copy is kept", path.display(), purposes.join(" and ")),
    )
}
