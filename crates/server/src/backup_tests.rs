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
    // It is not gone, and whoever restores is told where it is.
    let (other, new) = (here.0.join("data/other.db"), here.0.join("data/new.db"));
    copied(&file, &new).unwrap();
    std::fs::copy(&left, with_end(&other, "-wal")).unwrap();
    let kept = beside(&other, "before-1");
    let done = put(&new, &other, &kept).await.unwrap();
    assert_eq!((done.kept, done.note, done.left.as_slice()), (false, None, [with_end(&kept, "-wal")].as_slice()));
    assert_eq!(std::fs::read(with_end(&kept, "-wal")).unwrap(), std::fs::read(&left).unwrap());
    let told = Restored { file: &other, kept: None, left: done.left, notes: vec![UNGUARDED] };
    assert!(told.to_text().contains(&format!("what stood beside it is {}", with_end(&kept, "-wal").display())) && told.to_text().ends_with(UNGUARDED));
    assert_eq!(serde_json::to_value(&told).unwrap()["left"], json!([with_end(&kept, "-wal")]));
}

/// KS-11: where the old database can only be copied, because its file system has no links, nobody writes into it either until the new one has its name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_11_a_database_that_is_copied_is_held_still_all_the_same() {
    use std::os::unix::fs::MetadataExt;

    let here = installation();
    let (settings, file, path) = (&here.1, here.0.join("backup.db"), here.0.join("data/a.db"));
    let store = noted(settings, "before").await;
    backup(settings, &file, QUIET).await.unwrap();
    store.close().await;
    let new = here.0.join("data/new.db");
    copied(&file, &new).unwrap();
    let old = std::fs::metadata(&path).unwrap().ino();
    // The locks of a process, as the kernel lists them: "1: POSIX ADVISORY WRITE pid device:device:inode from to".
    let is_locked = || {
        let all = std::fs::read_to_string("/proc/locks").unwrap_or_default();
        let ours = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.get(1) == Some(&"POSIX") && words.get(3) == Some(&"WRITE") && words.get(5).is_some_and(|file| file.ends_with(&format!(":{old}")))
        };
        all.lines().any(ours)
    };
    let still = Store::hold_still(&path).await.unwrap();
    let shown = is_locked();
    // No link leads to another file system.
    let kept = Path::new("/dev/shm").join(format!("homeward-kept-{}", random_token(&SystemRandom)));
    let done = replace(&new, &path, &kept).unwrap();
    assert!(done.kept && std::fs::metadata(&kept).unwrap().ino() != old && Store::check_file(&kept).await.is_ok());
    // Some file systems show another number there than the file has.
    assert!(!shown || is_locked(), "the copy was made and its lock is still there");
    drop(done);
    assert!(!is_locked(), "whoever closes the file gives it up");
    still.let_go().await;
    assert_eq!(words(settings).await, ["operator.test before", "operator.backup "], "the backup is in its place");
    std::fs::remove_file(kept).unwrap();
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
