//! `homeward backup` and `homeward restore`.

use std::{
    fs::File,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::ExitCode,
};

use homeward_model::{Clock, SystemClock};
use homeward_provider::KeyStore;
use homeward_store::{Store, StoreError};
use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};
use serde::Serialize;
use serde_json::json;

use super::{Failure, Output};
use crate::{
    record::{self, Deed},
    root_key,
    settings::{Place, Settings},
    wiring,
};

const ROOT_KEY: &str = "The root key is not in it. Keep a copy of the key file elsewhere: neither is worth anything without the other";

/// What SQLite keeps beside a database; it would be read into whichever database has the name.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Said after a restore on a file system that can give a file no name without replacing what has it.
const UNGUARDED: &str = "This file system cannot keep a file from being replaced: had a command made a database there in the same moment, it would be gone. Look at what you know to be in the backup";

/// A consistent copy, also of a broker that runs; checked before it has its name.
pub(super) async fn backup(settings: &Settings, to: &Path, out: Output) -> Result<ExitCode, Failure> {
    if to.exists() {
        return Err(format!("{} is there already; name a file that is not", to.display()).into());
    }
    let store = wiring::open_store(settings).await?;
    let beside = beside(to, "part");
    let _ = std::fs::remove_file(&beside);
    let work = async {
        // SQLite writes into a file that is empty, and leaves its rights alone.
        private(&beside)?;
        store.copy_to(&beside).await.map_err(|e| format!("{}: {e}", beside.display()))?;
        Store::check_file(&beside).await.map_err(|e| format!("{}: {e}", beside.display()))?;
        File::open(&beside).and_then(|file| file.sync_all()).map_err(|e| format!("{}: {e}", beside.display()))?;
        std::fs::rename(&beside, to).map_err(|e| format!("{}: {e}", to.display()))?;
        on_disk(to)
    };
    let done = record::around(&store, Deed { event: "operator.backup", ..Deed::default() }, work).await;
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done?;
    let size = std::fs::metadata(to).map_or(0, |m| m.len());
    out.print(&json!({ "file": to, "bytes": size }), &format!("{}, {} KiB, checked. {ROOT_KEY}", to.display(), size / 1024))
}

/// Puts a backup in the place of the database. What was there is kept beside it.
pub(super) async fn restore(settings: &Settings, from: &Path, yes: bool, out: Output) -> Result<ExitCode, Failure> {
    Store::check_file(from).await.map_err(|e| format!("{}: {e}", from.display()))?;
    if std::net::TcpStream::connect_timeout(&settings.server.listen, std::time::Duration::from_secs(1)).is_ok() {
        return Err(format!("something answers at {}: stop the broker first", settings.server.listen).into());
    }
    let Place::File(path) = settings.store.place()? else {
        return Err("[store] url: the database is PostgreSQL's; pg_restore brings back what pg_dump has copied".to_owned().into());
    };
    if path.exists() && !yes {
        return Err(format!("{} is there already; with --yes it is kept beside its place, and the backup takes its place", path.display()).into());
    }
    if let Some(folder) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    // No broker serves from it, and none begins to, until everything is done.
    let place = Store::hold_file(path).map_err(|error| match error {
        StoreError::Served => format!("a broker serves from {}: stop the broker first", path.display()),
        other => format!("{}: {other}", path.display()),
    })?;
    let new = beside(path, "restored");
    let kept = beside(path, &format!("before-{}", SystemClock.now().seconds()));
    remove(&new);
    let work = async {
        copied(from, &new)?;
        // What rests beside it is a part of it.
        for end in ["-wal", "-journal"].into_iter().filter(|end| with_end(from, end).exists()) {
            copied(&with_end(from, end), &with_end(&new, end))?;
        }
        fits(settings, &new).await?;
        Store::fold_file(&new).await.map_err(|e| format!("{}: {e}", new.display()))?;
        Store::check_file(&new).await.map_err(|e| format!("{}: {e}", new.display()))?;
        File::open(&new).and_then(|file| file.sync_all()).map_err(|e| format!("{}: {e}", new.display()))?;
        put(&new, path, &kept).await
    };
    let done = work.await;
    if done.is_err() {
        remove(&new);
    }
    let done = done?;
    let store = wiring::open_store(settings).await?;
    record::around(&store, Deed { event: "operator.restore", ..Deed::default() }, async { Ok(()) }).await?;
    store.close().await;
    place.leave().await;
    let restored = Restored { file: path, kept: done.kept.then_some(kept), left: done.left, notes: done.note.into_iter().collect() };
    out.print(&restored, &restored.to_text())
}

/// What a restore has done.
#[derive(Serialize)]
struct Restored<'a> {
    file: &'a Path,
    /// Where the database is that was there.
    kept: Option<PathBuf>,
    /// Where the log and the rest are that stood beside its place and are no part of the backup.
    left: Vec<PathBuf>,
    /// What was done otherwise than it should be.
    notes: Vec<&'static str>,
}

impl Restored<'_> {
    fn to_text(&self) -> String {
        let kept = self.kept.as_ref().map(|kept| format!("; what was there is {}", kept.display()));
        let left = self.left.iter().map(|left| format!("; what stood beside it is {}", left.display()));
        let notes = self.notes.iter().map(|note| format!("\n{note}"));
        [format!("{} is the backup now", self.file.display())].into_iter().chain(kept).chain(left).chain(notes).collect()
    }
}

/// A database has come to its place.
#[derive(Debug)]
struct Put {
    /// Whether there was one before.
    kept: bool,
    /// Where what stood beside its place is now.
    left: Vec<PathBuf>,
    /// What could not be done as it should.
    note: Option<&'static str>,
    /// The old one, where it was copied. Whoever closes a file gives up every lock that the process has on it: this stays open as long as the old one is
    /// to be held still.
    _old: Option<File>,
}

/// Puts a database in another's place in one step: whatever ends this in between, the old one or the new one is there, whole. No command writes
/// into the old one meanwhile, or into one that it makes itself: what it acknowledged would be in neither. An old one is kept.
async fn put(new: &Path, path: &Path, kept: &Path) -> Result<Put, String> {
    if !path.exists() {
        return first(new, path, kept);
    }
    let still = match Store::hold_still(path).await {
        Ok(still) => Some(still),
        // One that is not whole any more is kept as it is, with what rests beside it.
        Err(StoreError::NotWhole(_)) => None,
        Err(StoreError::InUse) => return Err(format!("another program has {} open: end it first", path.display())),
        Err(other) => return Err(format!("{}: {other}; nothing is changed", path.display())),
    };
    let done = replace(new, path, kept);
    if let Some(still) = still {
        still.let_go().await;
    }
    done
}

/// Where nothing is: in place of nothing that somebody has put there meanwhile.
fn first(new: &Path, path: &Path, kept: &Path) -> Result<Put, String> {
    let left = if path.exists() { Vec::new() } else { aside(path, kept)? };
    let note = into_nothing(new, path)?;
    on_disk(path)?;
    Ok(Put { kept: false, left, note, _old: None })
}

/// Gives a file its name in one step, unless another one has it; what to say where the file system knows no such step.
fn into_nothing(new: &Path, path: &Path) -> Result<Option<&'static str>, String> {
    let meanwhile = || format!("a command has made {} meanwhile: say --yes when the backup is to take its place", path.display());
    match renameat_with(CWD, new, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => return Ok(None),
        Err(Errno::EXIST) => return Err(meanwhile()),
        // Not every file system knows it; a link is the same in two steps.
        Err(_) => {}
    }
    match std::fs::hard_link(new, path) {
        Ok(()) => std::fs::remove_file(new).map(|()| None).map_err(|e| format!("{}: {e}", new.display())),
        Err(_) if path.exists() => Err(meanwhile()),
        Err(_) => std::fs::rename(new, path).map(|()| Some(UNGUARDED)).map_err(|e| format!("{}: {e}", path.display())),
    }
}

fn replace(new: &Path, path: &Path, kept: &Path) -> Result<Put, String> {
    let old = match std::fs::hard_link(path, kept) {
        Ok(()) => None,
        Err(_) => Some(copied(path, kept)?),
    };
    let left = aside(path, kept)?;
    on_disk(path)?;
    std::fs::rename(new, path).map_err(|e| format!("{}: {e}", path.display()))?;
    on_disk(path)?;
    Ok(Put { kept: true, left, note: None, _old: old })
}

/// What an old one left beside it is no part of the new one, also where the old one itself is gone: SQLite would read it into whatever has its name.
/// Where it is now.
fn aside(path: &Path, kept: &Path) -> Result<Vec<PathBuf>, String> {
    let mut moved = Vec::new();
    for end in BESIDE {
        let (old, new) = (with_end(path, end), with_end(kept, end));
        if old.exists() {
            std::fs::rename(&old, &new).map_err(|e| format!("{}: {e}", old.display()))?;
            moved.push(new);
        }
    }
    Ok(moved)
}

/// What a folder has is on the disk.
fn on_disk(file: &Path) -> Result<(), String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Whether the root key of this installation opens what is sealed in a database.
async fn fits(settings: &Settings, file: &Path) -> Result<(), String> {
    let sealer = match &settings.secrets.root_key_file {
        Some(path) if !path.exists() => return Err(format!("{} is not there: put the copy of the root key back first", path.display())),
        _ => root_key::open(&settings.secrets, &homeward_model::SystemRandom)?,
    };
    let store = Store::open(file).await.map_err(|e| format!("{}: {e}", file.display()))?;
    let keys = KeyStore::load(&store).await.map_err(|e| e.to_string());
    store.close().await;
    match keys?.iter().find(|key| sealer.open(&format!("key/{}", key.kid), &key.sealed).is_none()) {
        Some(key) => Err(format!("the root key does not open the signing key {} of the backup: it belongs to another installation", key.kid)),
        None => Ok(()),
    }
}

/// Makes a file that nobody but its owner reads, from its first moment on.
fn private(file: &Path) -> Result<File, String> {
    File::options().write(true).create_new(true).mode(0o600).open(file).map_err(|e| format!("{}: {e}", file.display()))
}

/// A copy that is its owner's, whoever may read what it is of. Gives what it is of, still open.
fn copied(from: &Path, to: &Path) -> Result<File, String> {
    let mut source = File::open(from).map_err(|e| format!("{}: {e}", from.display()))?;
    let mut copy = private(to)?;
    std::io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(|e| format!("{}: {e}", to.display()))?;
    Ok(source)
}

fn remove(file: &Path) {
    for end in [""].into_iter().chain(BESIDE) {
        let _ = std::fs::remove_file(with_end(file, end));
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn beside(path: &Path, word: &str) -> PathBuf {
    with_end(path, &format!(".{word}"))
}

#[cfg(test)]
#[path = "../backup_tests.rs"]
mod tests;
