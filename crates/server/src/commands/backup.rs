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
    let before = if done? { format!("; what was there is {}", kept.display()) } else { String::new() };
    let store = wiring::open_store(settings).await?;
    record::around(&store, Deed { event: "operator.restore", ..Deed::default() }, async { Ok(()) }).await?;
    store.close().await;
    place.leave().await;
    out.print(&json!({ "file": path }), &format!("{} is the backup now{before}", path.display()))
}

/// Puts a database in another's place in one step: whatever ends this in between, the old one or the new one is there, whole. No command writes
/// into the old one meanwhile, or into one that it makes itself: what it acknowledged would be in neither. Says whether there was an old one; it is kept.
async fn put(new: &Path, path: &Path, kept: &Path) -> Result<bool, String> {
    if !path.exists() {
        return first(new, path, kept).map(|()| false);
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
    done.map(|()| true)
}

/// Where nothing is: in place of nothing that somebody has put there meanwhile.
fn first(new: &Path, path: &Path, kept: &Path) -> Result<(), String> {
    let told = |e: std::io::Error| format!("{}: {e}", path.display());
    if !path.exists() {
        aside(path, kept)?;
    }
    match std::fs::hard_link(new, path) {
        Ok(()) => std::fs::remove_file(new).map_err(|e| format!("{}: {e}", new.display()))?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(format!("a command has made {} meanwhile: say --yes when the backup is to take its place", path.display())),
        // No links there.
        Err(_) => std::fs::rename(new, path).map_err(told)?,
    }
    on_disk(path)
}

fn replace(new: &Path, path: &Path, kept: &Path) -> Result<(), String> {
    if std::fs::hard_link(path, kept).is_err() {
        copied(path, kept)?;
    }
    aside(path, kept)?;
    on_disk(path)?;
    std::fs::rename(new, path).map_err(|e| format!("{}: {e}", path.display()))?;
    on_disk(path)
}

/// What an old one left beside it is no part of the new one, also where the old one itself is gone: SQLite would read it into whatever has its name.
fn aside(path: &Path, kept: &Path) -> Result<(), String> {
    for end in BESIDE {
        let old = with_end(path, end);
        if old.exists() {
            std::fs::rename(&old, with_end(kept, end)).map_err(|e| format!("{}: {e}", old.display()))?;
        }
    }
    Ok(())
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

/// A copy that is its owner's, whoever may read what it is of.
fn copied(from: &Path, to: &Path) -> Result<(), String> {
    let mut source = File::open(from).map_err(|e| format!("{}: {e}", from.display()))?;
    let mut copy = private(to)?;
    std::io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all()).map_err(|e| format!("{}: {e}", to.display()))
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
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use homeward_model::{SystemRandom, random_token};

    struct Installation(PathBuf, Settings);

    impl Drop for Installation {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn installation() -> Installation {
        let folder = std::env::temp_dir().join(format!("homeward-backup-{}", random_token(&SystemRandom)));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "[server]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://s.example\"\n[store]\npath = \"data/a.db\"\n[secrets]\nroot_key_file = \"root.key\"\n\
                    [mail]\nhost = \"m.example\"\nport = 465\ntls = \"required\"\nfrom = \"a@s.example\"\n";
        let settings = Settings::parse(&folder.join("homeward.toml"), text).unwrap();
        Installation(folder, settings)
    }

    const QUIET: Output = Output { json: true };

    async fn noted(settings: &Settings, word: &str) -> Store {
        let store = wiring::open_store(settings).await.unwrap();
        record::around(&store, Deed { event: "operator.test", detail: word.to_owned(), ..Deed::default() }, async { Ok(()) }).await.unwrap();
        store
    }

    async fn words(settings: &Settings) -> Vec<String> {
        let store = wiring::open_store(settings).await.unwrap();
        let words = store.audit_after(0, 100).await.unwrap().into_iter().map(|r| format!("{} {}", r.event, r.detail)).collect();
        store.close().await;
        words
    }

    /// KS-11: where nothing answers, a restore still waits for the end of a broker that serves from the database, and of a program that has
    /// it open; and what fails before the one step in which the new database comes leaves the old one as it was.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_a_restore_takes_a_database_that_nobody_uses_and_leaves_one_that_is_whole() {
        let here = installation();
        let (settings, file, path) = (&here.1, here.0.join("backup.db"), here.0.join("data/a.db"));
        let store = noted(settings, "before").await;
        backup(settings, &file, QUIET).await.unwrap();
        store.close().await;
        noted(settings, "after").await.close().await;
        let old = ["operator.test before", "operator.backup ", "operator.test after"];

        let broker = Store::hold_file(&path).unwrap();
        let refused = restore(settings, &file, true, QUIET).await.unwrap_err().sentence;
        assert!(refused.contains("a broker serves from") && refused.contains("stop the broker first"), "{refused}");
        broker.leave().await;
        let command = wiring::open_store(settings).await.unwrap();
        assert!(restore(settings, &file, true, QUIET).await.unwrap_err().sentence.contains("end it first"));
        command.close().await;

        let (new, taken) = (beside(&path, "restored"), beside(&path, "taken"));
        copied(&file, &new).unwrap();
        std::fs::create_dir(&taken).unwrap();
        assert!(put(&new, &path, &taken).await.is_err(), "the old one cannot be kept");
        assert_eq!(words(settings).await, old);

        restore(settings, &file, true, QUIET).await.unwrap();
        assert_eq!(words(settings).await, ["operator.test before", "operator.backup ", "operator.restore "], "with nobody there it is done");
        assert!(!new.exists());
        let left = |end: &str| std::fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().path()).find(|p| p.to_string_lossy().contains(".before-") && p.to_string_lossy().ends_with(end));
        std::fs::copy(left("").unwrap(), here.0.join("kept.db")).unwrap();
        Store::check_file(&here.0.join("kept.db")).await.unwrap();
        assert_eq!((left("-wal"), left("-shm")), (None, None), "the kept one is one file, and whole");
    }

    /// KS-11: while a restore has the place of the broker none starts, and none makes or changes the database meanwhile.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_no_broker_begins_while_a_restore_is_at_work() {
        let mut here = installation();
        here.1.server.listen = "127.0.0.1:0".parse().unwrap();
        let (settings, path) = (&here.1, here.0.join("data/a.db"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let restoring = Store::hold_file(&path).unwrap();
        let overrides = || wiring::Overrides { no_worker: true, ..wiring::Overrides::default() };
        let refused = wiring::start(settings, overrides()).await.err().unwrap();
        assert!(refused.contains("another broker serves from it"), "{refused}");
        assert!(!path.exists(), "not even opened");
        restoring.leave().await;
        wiring::start(settings, overrides()).await.unwrap().stop().await;
        assert!(path.exists());
    }

    /// KS-11: what a database that is gone has left beside it is not read into the one that a restore puts there.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_a_log_without_its_database_is_not_read_into_a_backup() {
        let here = installation();
        let (settings, file, path) = (&here.1, here.0.join("backup.db"), here.0.join("data/a.db"));
        let store = noted(settings, "before").await;
        backup(settings, &file, QUIET).await.unwrap();
        store.close().await;
        let store = noted(settings, "after").await;
        let (log, left) = (with_end(&path, "-wal"), here.0.join("left"));
        assert!(std::fs::copy(&log, &left).unwrap() > 0);
        store.close().await;
        std::fs::remove_file(&path).unwrap();
        std::fs::copy(&left, &log).unwrap();
        restore(settings, &file, false, QUIET).await.unwrap();
        assert_eq!(words(settings).await, ["operator.test before", "operator.backup ", "operator.restore "]);
        Store::check_file(&path).await.unwrap();
    }

    /// KS-11: a restore where there is no database takes no place of one that a command has made meanwhile.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_what_a_command_made_meanwhile_is_not_written_over() {
        let here = installation();
        let (settings, file, path) = (&here.1, here.0.join("backup.db"), here.0.join("data/a.db"));
        let store = noted(settings, "before").await;
        backup(settings, &file, QUIET).await.unwrap();
        store.close().await;
        let new = here.0.join("new.db");
        copied(&file, &new).unwrap();
        assert!(first(&new, &path, &beside(&path, "kept")).unwrap_err().contains("meanwhile") && new.exists(), "a command has made one");
        assert_eq!(words(settings).await, ["operator.test before", "operator.backup "]);
        let other = here.0.join("other.db");
        first(&new, &other, &beside(&other, "kept")).unwrap();
        assert!(other.exists() && !new.exists());
    }

    /// KS-11: what rests beside a backup is a part of it: a file that was kept with its log comes back with what stands in the log.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_a_log_beside_a_backup_comes_along() {
        let here = installation();
        let (settings, path, kept) = (&here.1, here.0.join("data/a.db"), here.0.join("kept.db"));
        let store = noted(settings, "in the log").await;
        for end in ["", "-wal"] {
            std::fs::copy(with_end(&path, end), with_end(&kept, end)).unwrap();
        }
        assert!(std::fs::metadata(with_end(&kept, "-wal")).unwrap().len() > 0);
        store.close().await;
        noted(settings, "after").await.close().await;
        restore(settings, &kept, true, QUIET).await.unwrap();
        assert_eq!(words(settings).await, ["operator.test in the log", "operator.restore "]);
    }

    /// KS-11: a database that is broken is no reason not to bring back a backup; neither is one that is not there.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_a_broken_database_is_kept_and_replaced() {
        let here = installation();
        let (settings, file, path) = (&here.1, here.0.join("backup.db"), here.0.join("data/a.db"));
        let store = noted(settings, "before").await;
        backup(settings, &file, QUIET).await.unwrap();
        store.close().await;
        let back = ["operator.test before", "operator.backup ", "operator.restore "];
        std::fs::write(&path, "no database any more").unwrap();
        std::fs::write(with_end(&path, "-wal"), "what rests beside it").unwrap();
        restore(settings, &file, true, QUIET).await.unwrap();
        assert_eq!(words(settings).await, back);
        let kept: Vec<Vec<u8>> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.to_string_lossy().contains(".before-")).map(|p| std::fs::read(p).unwrap()).collect();
        assert!(kept.iter().any(|bytes| bytes == b"no database any more"));
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        restore(settings, &file, false, QUIET).await.unwrap();
        assert_eq!(words(settings).await, back);
    }

    /// KS-11, KS-02: a backup of a store that is in use is whole, private and without the root key; restored it is what it was at that
    /// moment, and what stood there is kept. A torn file, another installation's and a second one of the same name are refused.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn ks_11_a_backup_restores_what_was_there() {
        let here = installation();
        let (folder, settings) = (&here.0, &here.1);
        let store = wiring::open_store(settings).await.unwrap();
        let note = |word: &str| record::around(&store, Deed { event: "operator.test", detail: word.to_owned(), ..Deed::default() }, async { Ok(()) });
        note("before").await.unwrap();
        let file = folder.join("backup.db");
        backup(settings, &file, QUIET).await.unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600, "made so, not changed to it");
        let key = std::fs::read_to_string(folder.join("root.key")).unwrap();
        let secret = key.trim().split(':').nth(1).unwrap().as_bytes();
        assert!(!std::fs::read(&file).unwrap().windows(secret.len()).any(|w| w == secret));
        assert!(backup(settings, &file, QUIET).await.unwrap_err().sentence.contains("is there already"));
        note("after").await.unwrap();
        store.close().await;

        assert!(restore(settings, &file, false, QUIET).await.unwrap_err().sentence.contains("--yes"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        restore(settings, &file, true, QUIET).await.unwrap();
        assert_eq!(mode(&folder.join("data/a.db")), 0o600, "its owner's, whoever may read the backup");
        let again = wiring::open_store(settings).await.unwrap();
        let words: Vec<String> = again.audit_after(0, 100).await.unwrap().into_iter().map(|r| format!("{} {}", r.event, r.detail)).collect();
        assert_eq!(words, ["operator.test before", "operator.backup ", "operator.restore "]);
        assert!(again.verify_audit(None).await.unwrap().is_ok());
        again.close().await;
        assert!(std::fs::read_dir(folder.join("data")).unwrap().any(|e| e.unwrap().file_name().to_string_lossy().contains(".before-")), "what stood there is kept");

        let mut torn = std::fs::read(&file).unwrap();
        torn.truncate(torn.len() / 2);
        let broken = folder.join("torn.db");
        std::fs::write(&broken, torn).unwrap();
        assert!(restore(settings, &broken, true, QUIET).await.is_err());
        std::fs::write(&broken, "no database").unwrap();
        assert!(restore(settings, &broken, true, QUIET).await.is_err());
        let still = wiring::open_store(settings).await.unwrap();
        assert_eq!(still.audit_after(0, 100).await.unwrap().len(), 3, "a refused backup changes nothing");
        still.close().await;
    }
}
